"""Conversations of two endpoints in which an operation can be interrupted: what the sweeps are made of."""

from __future__ import annotations

import ctypes
import random
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import anyio
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from anyio_tls import SocketStream, TLSError, TLSStream, WriterTaskStream
from anyio_tls._driver import TLSDriver
from anyio_tls._errors import ErrorClasses
from anyio_tls._event_loop import event_loop
from anyio_tls._states import Writing
from anyio_tls._transports import transport_for
from anyio_tls.testing import MemoryStream
from anyio_tls.testing._steps import Steps

from ._pairs import tls_pair, transport_pair
from ._wire import make_engine

__all__ = [
    "Conversation",
    "Endpoint",
    "Gate",
    "conversation",
    "end_transport",
    "let_others_run",
    "reset_transport",
]

T = TypeVar("T")

SAID_BY_CLIENT: Final = random.Random("client").randbytes(2**21)
SAID_BY_SERVER: Final = random.Random("server").randbytes(2**21)
"""What the sides send in every conversation. No two places look alike."""

TURNS: Final = 30
"""Iterations of the event loop after which no task can make progress any more."""


class Gate:
    """Holds up the tasks that run through it, while it is shut: ``await gate(coroutine)``."""

    def __init__(self) -> None:
        self._opened = anyio.Event()
        self._opened.set()

    def shut(self) -> None:
        if self._opened.is_set():
            self._opened = anyio.Event()

    def open(self) -> None:
        self._opened.set()

    def __call__(self, coroutine: Awaitable[T]) -> Gated[T]:
        return Gated(self, coroutine)

    def wait(self) -> Generator[Any, Any, None]:
        if not self._opened.is_set():
            yield from self._opened.wait().__await__()


class Gated(Steps[T]):
    def __init__(self, gate: Gate, coroutine: Awaitable[T]) -> None:
        super().__init__(coroutine)
        self._gate = gate

    def resumed(self) -> Generator[Any, Any, None]:
        try:
            yield from self._gate.wait()
        except anyio.get_cancelled_exc_class():
            pass  # What the coroutine waited for has happened. It meets the cancellation again at its next wait.


async def let_others_run() -> None:
    for _ in range(TURNS):
        await checkpoint()


def lowest(stream: Any) -> Any:
    """The stream at the bottom."""
    while isinstance(stream, (TLSStream, WriterTaskStream)):
        stream = stream.transport_stream if isinstance(stream, TLSStream) else stream.stream
    return stream


def descriptor(stream: Any) -> int:
    if isinstance(stream, SocketStream):
        return stream.raw_socket.fileno()
    if hasattr(stream, "socket"):  # Trio's
        return int(stream.socket.fileno())
    try:
        return stream.extra(anyio.abc.SocketAttribute.raw_socket).fileno()  # type: ignore[no-any-return]
    except AttributeError:  # on uvloop, AnyIO finds no socket in a closed stream
        return -1


@contextmanager
def borrowed_socket(stream: Any) -> Iterator[socket.socket | None]:
    number = descriptor(stream)
    if number < 0:
        yield None
        return
    sock = socket.socket(fileno=number)
    try:
        yield sock
    finally:
        sock.detach()


def end_transport(stream: Any) -> None:
    """End the transport below a stream towards the peer, without close_notify."""
    below = lowest(stream)
    if isinstance(below, MemoryStream):
        below._end._outgoing.end()
        return
    with borrowed_socket(below) as sock, suppress(OSError):
        if sock is not None:
            sock.shutdown(socket.SHUT_WR)


def reset_transport(stream: Any) -> None:
    """Reset the transport below a stream, in both directions and for both ends."""
    below = lowest(stream)
    if isinstance(below, MemoryStream):
        below.reset()
        return
    with borrowed_socket(below) as sock, suppress(OSError):
        if sock is None:
            return
        if sock.family == socket.AF_UNIX:  # which knows no reset
            sock.shutdown(socket.SHUT_RDWR)
            return
        # Connecting to nobody (AF_UNSPEC) resets a connection at once, and leaves the descriptor as it is.
        nobody = bytes(16)
        if ctypes.CDLL(None, use_errno=True).connect(sock.fileno(), nobody, len(nobody)):
            raise OSError(ctypes.get_errno(), "connect(AF_UNSPEC)")


def closed_errors() -> tuple[type[Exception], ...]:
    """What a closed stream raises: AnyIO's class, and Trio's if that is around."""
    errors = [anyio.ClosedResourceError]
    if trio := sys.modules.get("trio"):
        errors.append(trio.ClosedResourceError)
    return tuple(errors)


def broken_errors() -> tuple[type[Exception], ...]:
    """What ends a conversation."""
    return (TLSError, *closed_errors())


class Endpoint:
    """One side of a conversation, which compares every received byte with what the other side sends."""

    def __init__(self, stream: Any, below: Any, *, server_side: bool) -> None:
        self.stream = stream
        self.below = below
        self.says = SAID_BY_SERVER if server_side else SAID_BY_CLIENT
        self.hears = SAID_BY_CLIENT if server_side else SAID_BY_SERVER
        self.received = 0
        self.delivered = 0  # bytes that our transport has taken
        self.error: Exception | None = None  # that ended receiving
        self.trailing = b""  # what unwrapping found behind TLS
        self._receive = getattr(stream, "receive_some", None) or stream.receive
        self._send = getattr(stream, "send_all", None) or stream.send

    @property
    def driver(self) -> TLSDriver:
        driver: TLSDriver = getattr(self.stream, "_driver", self.stream)
        return driver

    @property
    def bytes_sent(self) -> int:
        return self.driver.bytes_sent

    @property
    def said_goodbye(self) -> bool:
        return self.driver.engine.states.writing is Writing.HALF_CLOSED

    async def handshake(self) -> None:
        await (getattr(self.stream, "do_handshake", None) or self.stream.handshake)()

    async def send(self, size: int) -> None:
        await self._send(self.says[self.bytes_sent : self.bytes_sent + size])
        self.delivered = self.bytes_sent

    async def send_until(self, total: int) -> None:
        """Send everything up to a position, or what an earlier call left in the queue."""
        await self.send(total - self.bytes_sent)

    async def receive(self, max_bytes: int = 65536) -> bool:
        """Receive something; ``False`` at the end."""
        try:
            data = await self._receive(max_bytes)
        except anyio.EndOfStream:
            return False
        assert data == self.hears[self.received : self.received + len(data)], f"at byte {self.received}"
        self.received += len(data)
        assert self.received == self.driver.bytes_received or not data
        return bool(data)

    async def receive_until(self, total: int) -> None:
        while self.received < total:
            assert await self.receive(total - self.received), f"the end after {self.received} of {total} bytes"

    async def receive_until_end(self) -> None:
        """Receive until the end or an error, which it keeps."""
        try:
            while await self.receive():
                pass
        except broken_errors() as exc:
            self.error = exc

    async def send_eof(self) -> None:
        await self.stream.send_eof()

    async def aclose(self) -> None:
        await self.stream.aclose()

    async def leave(self) -> None:
        """Close what is below, too."""
        await self.aclose()
        await self.below.aclose()


def unshaken(stream: Any, context: ssl.SSLContext, *, server_side: bool) -> Any:
    """TLS over a stream before the handshake: a driver, since only Trio's face shows that state."""
    if hasattr(stream, "receive_some"):
        from anyio_tls.trio import TLSStream as TrioTLSStream

        name = None if server_side else "localhost"
        return TrioTLSStream(stream, context, server_side=server_side, server_hostname=name)
    return TLSDriver(
        make_engine(context, server_side=server_side),
        transport_for(stream),
        event_loop(),
        standard_compatible=True,
        linger=None,
        yield_every=1,
        errors=ErrorClasses(),
    )


@dataclass
class Conversation:
    """Two endpoints, of which ``ours`` is the one under test."""

    ours: Endpoint
    peer: Endpoint
    tasks: TaskGroup
    """The peer's."""
    gate: Gate = field(default_factory=Gate)
    """Holds up the peer's tasks."""
    errors: list[Exception] = field(default_factory=list)
    """What the peer's tasks met."""

    def let_peer(self, work: Callable[[], Awaitable[object]]) -> anyio.Event:
        """Start a task of the peer's; the event is set when it is done."""
        done = anyio.Event()

        async def run() -> None:
            try:
                await self.gate(work())
            except broken_errors() as exc:
                self.errors.append(exc)
            done.set()

        self.tasks.start_soon(run)
        return done


@asynccontextmanager
async def conversation(
    kind: str, contexts: tuple[ssl.SSLContext, ssl.SSLContext], *, server_side: bool, handshaken: bool
) -> AsyncIterator[Conversation]:
    """Two endpoints over a kind of transport, closed at the end; ``server_side`` says which one is ours.

    :param contexts: the server's and the client's
    """
    server_context, client_context = contexts
    async with AsyncExitStack() as stack:
        client_below, server_below = await stack.enter_async_context(transport_pair(kind, *contexts))
        if handshaken and kind != "trio-socket":
            client, server = await tls_pair(client_below, server_below, *contexts)
        else:
            client = unshaken(client_below, client_context, server_side=False)
            server = unshaken(server_below, server_context, server_side=True)
        endpoints = (
            Endpoint(server, server_below, server_side=True),
            Endpoint(client, client_below, server_side=False),
        )
        try:
            if handshaken and kind == "trio-socket":
                async with anyio.create_task_group() as tg:
                    for endpoint in endpoints:
                        tg.start_soon(endpoint.handshake)
            async with anyio.create_task_group() as tasks:
                ours, peer = endpoints if server_side else endpoints[::-1]
                yield Conversation(ours, peer, tasks)
                tasks.cancel_scope.cancel()
        finally:
            # Both at once: an end that closes may have to wait for the other one's.
            with anyio.CancelScope(shield=True):
                async with anyio.create_task_group() as tg:
                    for endpoint in endpoints:
                        tg.start_soon(endpoint.leave)
