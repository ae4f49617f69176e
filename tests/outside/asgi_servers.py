"""hypercorn's Trio worker, or anycorn on every backend: whichever is installed. Neither sdist has tests of its TLS."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import from_thread, to_thread

from anyio_tls.testing import CertificateAuthority

if find_spec("anycorn"):
    Config, serve = import_module("anycorn").Config, import_module("anycorn").serve
else:
    Config, serve = import_module("hypercorn").Config, import_module("hypercorn.trio").serve
    pytestmark = pytest.mark.parametrize("anyio_backend", ["trio"])

SECONDS = 10  # more than anything here takes; who waits in vain fails after that

authority = CertificateAuthority()
certificate = authority.issue()


class App:
    """Answers ``/``; of anything else it sends the beginning and no more."""

    def __init__(self) -> None:
        self.asked = anyio.Event()
        self.left = anyio.Event()

    async def __call__(self, scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = {"type": "http.response.body", "body": b"hello"}
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        if scope["path"] == "/":
            await send(body)
            return
        await send({**body, "body": b"hel", "more_body": True})
        self.asked.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()


@asynccontextmanager
async def server(app: App, folder: Path) -> AsyncIterator[tuple[int, anyio.Event]]:
    """Serve; tell the port, and the event that shuts the server down."""
    (folder / "certificate").write_bytes(certificate.certificate_pem)
    (folder / "key").write_bytes(certificate.private_key_pem)
    config = Config()
    config.certfile, config.keyfile = str(folder / "certificate"), str(folder / "key")
    config.bind, config.errorlog, config.graceful_timeout = ["127.0.0.1:0"], None, 0.1
    done = anyio.Event()
    with anyio.fail_after(3 * SECONDS):
        async with anyio.create_task_group() as tg:
            (url,) = await tg.start(partial(serve, app, config, shutdown_trigger=done.wait))
            yield int(url.rpartition(":")[2]), done
            done.set()


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS1.2", "TLS1.3"])
def context(request: pytest.FixtureRequest) -> ssl.SSLContext:
    context = authority.client_context()
    context.minimum_version = context.maximum_version = request.param
    return context


def ask(context: ssl.SSLContext, port: int, path: str, then: Callable[[ssl.SSLSocket], bytes]) -> bytes:
    with socket.create_connection(("127.0.0.1", port), SECONDS) as plain:
        with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=True) as tls:
            tls.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return then(tls)


def read_all(tls: ssl.SSLSocket) -> bytes:
    data = b""
    while piece := tls.recv(1000):
        data += piece
    return data


async def test_the_server_closes_first(context: ssl.SSLContext, tmp_path: Path) -> None:
    async with server(App(), tmp_path) as (port, _):
        for _ in range(3):
            answer = await to_thread.run_sync(ask, context, port, "/", read_all)
            assert answer.endswith(b"\r\n\r\nhello")


async def test_a_client_that_leaves_does_no_harm(context: ssl.SSLContext, tmp_path: Path) -> None:
    app = App()

    def leave(_: ssl.SSLSocket) -> bytes:
        from_thread.run(app.asked.wait)
        return b""

    async with server(app, tmp_path) as (port, _):
        await to_thread.run_sync(ask, context, port, "/endless", leave)
        await app.left.wait()
        assert (await to_thread.run_sync(ask, context, port, "/", read_all)).endswith(b"hello")


async def test_a_shutdown_closes_what_is_not_finished(context: ssl.SSLContext, tmp_path: Path) -> None:
    app = App()
    answers = []

    async def client() -> None:
        try:
            answers.append(await to_thread.run_sync(ask, context, port, "/endless", read_all))
        except (ssl.SSLError, ConnectionResetError):
            answers.append(b"cut off")  # but not a TimeoutError

    async with anyio.create_task_group() as tg:
        async with server(app, tmp_path) as (port, done):
            tg.start_soon(client)
            await app.asked.wait()
            done.set()
    assert answers == [b"cut off"] or answers[0].endswith(b"\r\n\r\nhel")
