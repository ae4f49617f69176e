"""The TLS streams that take part in the demo, ours and others', each behind the same small adapter."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import anyio
import anyio.abc
import anyio.lowlevel
from anyio.abc import SocketAttribute

from anyio_tls._connect import connect_tls
from anyio_tls._listener import create_tls_listener

__all__ = ["STREAMS", "Connection", "Contexts", "Opener", "Stream"]

HOST = "127.0.0.1"

# The send buffer of each socket (bytes): small, so that a send soon has to wait. The receive buffer is left alone: if
# it were small, TCP would drop small segments, and the acknowledgements in them, and wait for slow retransmissions.
SEND_BUFFER = 64 * 1024

# How many iterations of the event loop the echo waits before it answers, so that both directions have to wait for it.
ECHO_TURNS = 8

# How long a graceful close may take (seconds).
CLOSING_TIME = 1.0


@dataclass(frozen=True)
class Connection:
    """What the transfer needs of a TLS stream."""

    send: Callable[[bytes], Awaitable[object]]
    receive: Callable[[], Awaitable[bytes]]
    version: str
    cipher: str
    bytes_sent: Callable[[], int] | None = None
    """How many bytes were accepted for sending so far; ``None`` if the stream cannot tell."""


@dataclass(frozen=True)
class Contexts:
    server: ssl.SSLContext
    client: ssl.SSLContext


# Opens an echo server and a connection to it. Its argument is called with an exception that ends the server's side.
Opener = Callable[[Contexts, Callable[[Exception], None]], AbstractAsyncContextManager[Connection]]


@asynccontextmanager
async def _open_ours(contexts: Contexts, failed: Callable[[Exception], None]) -> AsyncIterator[Connection]:
    listener = await create_tls_listener(contexts.server, local_host=HOST)
    port = listener.extra(SocketAttribute.local_port)
    async with _echo_server(listener, failed):
        stream = await connect_tls(HOST, port, ssl_context=contexts.client)
        async with _anyio_connection(stream, lambda: stream.bytes_sent) as connection:
            yield connection


@asynccontextmanager
async def _open_anyio(contexts: Contexts, failed: Callable[[Exception], None]) -> AsyncIterator[Connection]:
    from anyio.streams.tls import TLSListener

    tcp_listener = await anyio.create_tcp_listener(local_host=HOST)
    port = tcp_listener.extra(SocketAttribute.local_port)
    async with _echo_server(TLSListener(tcp_listener, contexts.server), failed):
        stream = await anyio.connect_tcp(HOST, port, ssl_context=contexts.client)
        async with _anyio_connection(stream) as connection:
            yield connection


@asynccontextmanager
async def _echo_server(listener: anyio.abc.Listener[Any], failed: Callable[[Exception], None]) -> AsyncIterator[None]:
    async def echo(stream: anyio.abc.ByteStream) -> None:
        try:
            _shrink_buffer(stream.extra(SocketAttribute.raw_socket))
            async for chunk in stream:
                await _dawdle()
                await stream.send(chunk)
        except Exception as error:
            failed(error)
        finally:
            await _close(stream)

    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, echo)
        yield
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def _anyio_connection(
    stream: anyio.abc.ByteStream, bytes_sent: Callable[[], int] | None = None
) -> AsyncIterator[Connection]:
    from anyio.streams.tls import TLSAttribute

    try:
        _shrink_buffer(stream.extra(SocketAttribute.raw_socket))
        cipher, *_ = stream.extra(TLSAttribute.cipher)
        yield Connection(stream.send, stream.receive, stream.extra(TLSAttribute.tls_version), cipher, bytes_sent)
    finally:
        await _close(stream)


@asynccontextmanager
async def _open_ours_on_trio(contexts: Contexts, failed: Callable[[Exception], None]) -> AsyncIterator[Connection]:
    from anyio_tls.trio import open_tls_over_tcp_listeners, open_tls_over_tcp_stream

    listeners = await open_tls_over_tcp_listeners(0, contexts.server, host=HOST)
    async with _trio_echo_server(listeners, failed) as port:
        stream = await open_tls_over_tcp_stream(HOST, port, ssl_context=contexts.client)
        async with _trio_connection(stream, lambda: stream.bytes_sent) as connection:
            yield connection


@asynccontextmanager
async def _open_trio(contexts: Contexts, failed: Callable[[Exception], None]) -> AsyncIterator[Connection]:
    import trio

    listeners = await trio.open_ssl_over_tcp_listeners(0, contexts.server, host=HOST)
    async with _trio_echo_server(listeners, failed) as port:
        stream = await trio.open_ssl_over_tcp_stream(HOST, port, ssl_context=contexts.client)
        async with _trio_connection(stream) as connection:
            yield connection


@asynccontextmanager
async def _trio_echo_server(listeners: list[Any], failed: Callable[[Exception], None]) -> AsyncIterator[int]:
    import trio

    async def echo(stream: Any) -> None:
        try:
            _shrink_buffer(stream.transport_stream.socket)
            async for chunk in stream:
                await _dawdle()
                await stream.send_all(chunk)
        except Exception as error:
            failed(error)
        finally:
            await _close(stream)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, echo, listeners)
        yield listeners[0].transport_listener.socket.getsockname()[1]
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def _trio_connection(stream: Any, bytes_sent: Callable[[], int] | None = None) -> AsyncIterator[Connection]:
    try:
        await stream.do_handshake()
        _shrink_buffer(stream.transport_stream.socket)
        yield Connection(stream.send_all, stream.receive_some, stream.version(), stream.cipher()[0], bytes_sent)
    finally:
        await _close(stream)


async def _dawdle() -> None:
    for _ in range(ECHO_TURNS):
        await anyio.lowlevel.checkpoint()


def _shrink_buffer(sock: Any) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)


async def _close(stream: Any) -> None:
    # Shielded: a server's stream is closed when its task is cancelled. The time limit is for streams that wait for
    # their peer; errors from here on are not part of the comparison.
    with anyio.move_on_after(CLOSING_TIME, shield=True), suppress(Exception):
        await stream.aclose()


@dataclass(frozen=True)
class Stream:
    """A kind of TLS stream that takes part."""

    name: str
    open: Opener
    ours: bool
    trio_only: bool = False

    @property
    def title(self) -> str:
        package = self.name.partition(".")[0]
        return self.name if self.ours else f"{self.name} ({package} {metadata.version(package)})"


STREAMS = [
    Stream("anyio_tls.TLSStream", _open_ours, ours=True),
    Stream("anyio_tls.trio.TLSStream", _open_ours_on_trio, ours=True, trio_only=True),
    Stream("anyio.streams.tls.TLSStream", _open_anyio, ours=False),
    Stream("trio.SSLStream", _open_trio, ours=False, trio_only=True),
]
