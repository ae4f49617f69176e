"""Connected pairs of TLS streams over every kind of transport, and a way to interrupt at every await."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import anyio
import anyio.lowlevel
import pytest
from anyio.abc import SocketStream as AnyIOSocketStream, UNIXSocketStream
from anyio.lowlevel import checkpoint

from anyio_tls import SocketStream, TLSStream, WriterTaskStream
from anyio_tls.testing import memory_stream_pair
from anyio_tls.testing._steps import Steps

__all__ = [
    "EXACT_TRANSPORTS",
    "Awaits",
    "cancelled_at_its_wait",
    "let_others_run",
    "pair_over",
    "raising",
    "socket_pair",
    "tls_pair",
    "transport_pair",
    "unix_socket_pair",
]

T = TypeVar("T")

SOCKET_BUFFER = 2**16

EXACT_TRANSPORTS = ["socket", "anyio-tcp", "unix", "trio-socket", "writer-task", "tls"]


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected TCP sockets, with send buffers so small that sending often has to wait.

    The receive buffers are left alone: with small ones Linux drops segments, and transfers stall for seconds.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname())
        server, _ = listening.accept()
    for sock in (client, server):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
    return client, server


def reset(sock: socket.socket) -> None:
    """Close it so that the peer gets a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def unix_socket_pair() -> tuple[socket.socket, socket.socket]:
    if sys.platform == "win32":
        pytest.skip("Windows has no UNIX sockets in Python")
    return socket.socketpair()


@asynccontextmanager
async def transport_pair(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> AsyncIterator[tuple[Any, Any]]:
    """Two connected streams of a kind. Closing them is left to whoever wraps them."""
    if kind == "socket":
        client, server = socket_pair()
        yield SocketStream(client), SocketStream(server)
    elif kind == "anyio-tcp":
        client, server = socket_pair()
        yield await AnyIOSocketStream.from_socket(client), await AnyIOSocketStream.from_socket(server)
    elif kind == "unix":
        client, server = unix_socket_pair()
        yield await UNIXSocketStream.from_socket(client), await UNIXSocketStream.from_socket(server)
    elif kind == "trio-socket":
        import trio

        client, server = socket_pair()
        for sock in (client, server):
            sock.setblocking(False)
        yield (
            trio.SocketStream(trio.socket.from_stdlib_socket(client)),
            trio.SocketStream(trio.socket.from_stdlib_socket(server)),
        )
    elif kind == "memory":
        yield memory_stream_pair()
    elif kind == "writer-task":
        async with anyio.create_task_group() as writers:
            client_stream, server_stream = memory_stream_pair()
            yield WriterTaskStream(client_stream, writers), WriterTaskStream(server_stream, writers)
    elif kind == "tls":
        async with pair_over("socket", server_context, client_context) as pair:
            yield pair
    else:
        raise ValueError(kind)


async def tls_pair(
    client_stream: Any,
    server_stream: Any,
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    session: ssl.SSLSession | None = None,
    **options: Any,
) -> tuple[TLSStream, TLSStream]:
    """Put TLS over two connected streams, in the client's case with a session to resume."""
    made: dict[bool, TLSStream] = {}

    async def wrap(stream: Any, server_side: bool) -> None:
        made[server_side] = await TLSStream.wrap(
            stream,
            server_side=server_side,
            hostname=None if server_side else "localhost",
            ssl_context=server_context if server_side else client_context,
            session=None if server_side else session,
            **options,
        )

    async with anyio.create_task_group() as tg:
        tg.start_soon(wrap, client_stream, False)
        tg.start_soon(wrap, server_stream, True)
    return made[False], made[True]


@asynccontextmanager
async def pair_over(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, **options: Any
) -> AsyncIterator[tuple[TLSStream, TLSStream]]:
    """A client and a server over a kind of transport, closed at the end."""
    async with transport_pair(kind, server_context, client_context) as streams:
        client, server = await tls_pair(*streams, server_context, client_context, **options)
        try:
            yield client, server
        finally:
            # Both at once: an end that closes may have to wait for the other one's.
            with anyio.CancelScope(shield=True):
                async with anyio.create_task_group() as tg:
                    tg.start_soon(client.aclose)
                    tg.start_soon(server.aclose)


async def let_others_run(turns: int = 30) -> None:
    for _ in range(turns):
        await checkpoint()


def applies(kind: str, backend: str) -> bool:
    """Whether a kind of transport exists on a backend."""
    return kind != "trio-socket" or backend == "trio"


def raising(error: Exception) -> Callable[..., Any]:
    """A method for a stream that is to fail."""

    async def method(*_args: object) -> None:
        await checkpoint()
        raise error

    return method


def raising_at_once(error: BaseException) -> Callable[..., None]:
    """A method that is to fail, and waits for nothing."""

    def method(*_args: object) -> None:
        raise error

    return method


class Awaits(Steps[T]):
    """Run a coroutine, and call a function at its n-th await: ``await Awaits(coroutine, n, strike)``.

    An await is a point where it really suspends. ``struck`` says whether there were that many.
    """

    def __init__(self, coroutine: Awaitable[T], n: int, strike: Callable[[], object]) -> None:
        super().__init__(coroutine)
        self._n = n
        self._strike = strike
        self.count = 0

    @property
    def struck(self) -> bool:
        return self.count >= self._n

    def step(self, go: Callable[[Any], Any], value: Any) -> Any:
        waits_for = super().step(go, value)
        self.count += 1
        if self.count == self._n:
            self._strike()
        return waits_for


async def cancelled_at_its_wait(function: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> None:
    """Let it run until it waits, and cancel it there."""
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tg:
            tg.start_soon(function, *args)
            await let_others_run()
            scope.cancel()
    assert scope.cancelled_caught
