"""An HTTPS server for clients to be tried with: hypercorn on asyncio's own TLS, HTTP/1.1 and HTTP/2."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
from hypercorn.asyncio import serve
from hypercorn.config import Config

from anyio_tls.testing import CertificateAuthority

__all__ = ["authority", "content", "https_server", "struck_at_random"]

authority = CertificateAuthority()


def content(size: int) -> bytes:
    """What the server answers to ``/SIZE``."""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


async def app(scope: Any, _receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
    if scope["type"] == "http":
        body = content(int(scope["path"][1:]))
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@contextmanager
def https_server(folder: Path) -> Iterator[str]:
    """Serve in a thread; tell the URL, which ends with a slash."""
    certificate = authority.issue()
    (folder / "certificate").write_bytes(certificate.certificate_pem)
    (folder / "key").write_bytes(certificate.private_key_pem)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    config = Config()
    config.certfile, config.keyfile = str(folder / "certificate"), str(folder / "key")
    config.bind, config.errorlog, config.graceful_timeout = [f"fd://{listening.detach()}"], None, 0.1
    done = asyncio.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=[serve(app, config, shutdown_trigger=done.wait)])
    thread.start()
    try:
        yield f"https://localhost:{port}/"
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


async def struck_at_random(request: Callable[[], Any]) -> int:
    """Make a hundred requests, ten at a time, each with a time limit of its own; tell how many ended before it."""
    rng = random.Random(0)
    limits = [rng.uniform(0, 0.05) for _ in range(100)]
    finished = 0

    async def strike() -> None:
        nonlocal finished
        while limits:
            with anyio.move_on_after(limits.pop()) as scope:
                await request()
            finished += not scope.cancelled_caught

    async with anyio.create_task_group() as tg:
        for _ in range(10):
            tg.start_soon(strike)
    return finished
