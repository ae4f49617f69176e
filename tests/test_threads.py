"""Several event loops in as many threads, all with the same contexts; and a subinterpreter."""

from __future__ import annotations

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest

from anyio_tls import SocketStream, TLSStream
from anyio_tls.testing import Certificate, CertificateAuthority

from .conftest import BACKENDS

THREADS = 2
CONNECTIONS = 20
ITEM = bytes(range(256)) * 200  # more than a record


async def hold_connections(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> int:
    """Hold one connection after another, and count those in which everything arrived."""
    whole = 0

    async def echo(sock: socket.socket) -> None:
        async with await TLSStream.wrap(SocketStream(sock), server_side=True, ssl_context=server_context) as tls:
            async for chunk in tls:
                await tls.send(chunk)

    for _ in range(CONNECTIONS):
        ours, theirs = socket.socketpair()
        async with anyio.create_task_group() as task_group:
            task_group.start_soon(echo, theirs)
            stream = SocketStream(ours)
            async with await TLSStream.wrap(stream, hostname="localhost", ssl_context=client_context) as tls:
                await tls.send(ITEM)
                echoed = b""
                while len(echoed) < len(ITEM):
                    echoed += await tls.receive()
                whole += echoed == ITEM
    return whole


@pytest.mark.parametrize(("backend", "options"), BACKENDS.values(), ids=list(BACKENDS))
def test_threads_share_contexts(
    backend: str, options: dict[str, Any], server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """What is not a context belongs to its stream or its event loop, so nobody disturbs anybody."""
    pytest.importorskip("uvloop" if options.get("use_uvloop") else backend)

    def run(_: int) -> int:
        return anyio.run(hold_connections, server_context, client_context, backend=backend, backend_options=options)

    assert run(0) == CONNECTIONS  # and everything is imported, which one thread would have to wait for
    with ThreadPoolExecutor(THREADS) as threads:
        assert [*threads.map(run, range(THREADS))] == [CONNECTIONS] * THREADS


PROGRAM = """if True:
    import hashlib
    import ssl

    import anyio
    from anyio.abc import SocketAttribute

    from anyio_tls import CertificateStore, TLSAttribute, connect_tls, create_tls_listener

    server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_context.load_cert_chain({chain!r}, {key!r})
    client_context = ssl.create_default_context(cafile={ca!r})


    async def greet(tls):
        async with tls:
            await tls.send(await tls.receive())


    def refused(function, *args):
        try:
            function(*args)
        except ImportError as exc:
            return "subinterpreters" in str(exc)
        return False


    async def main():
        listener = await create_tls_listener(local_host="127.0.0.1", ssl_context=server_context)
        async with listener, anyio.create_task_group() as task_group:
            task_group.start_soon(listener.serve, greet)
            port = listener.extra(SocketAttribute.local_port)
            async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client_context) as tls:
                await tls.send(b"hello")
                assert await tls.receive() == b"hello"
                expected = hashlib.sha256(tls.getpeercert(True)).digest()
                assert tls.get_channel_binding("tls-server-end-point") == expected
                assert refused(tls.extra, TLSAttribute.peer_certificate_x509)
            task_group.cancel_scope.cancel()


    anyio.run(main, backend={backend!r})
    assert refused(CertificateStore, [({chain!r}, {key!r})])
    assert refused(__import__, "anyio_tls.testing")
"""


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_subinterpreter(
    backend: str, ca: CertificateAuthority, server_certificate: Certificate, tmp_path: Path
) -> None:
    """Without uvloop and cryptography, which load in the main interpreter only."""
    interpreters = pytest.importorskip("concurrent.interpreters", reason="Python has them from 3.14 on")
    pytest.importorskip(backend)
    files = {
        "chain": server_certificate.certificate_pem,
        "key": server_certificate.private_key_pem,
        "ca": ca.pem,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    interpreter = interpreters.create()
    try:
        interpreter.exec(PROGRAM.format(backend=backend, **{name: str(tmp_path / name) for name in files}))
    finally:
        interpreter.close()
