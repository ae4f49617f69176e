"""AnyIO byte streams: AnyIO's own sockets exactly, others as well as they allow."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any, Final

import anyio
from anyio.abc import ObjectReceiveStream, SocketAttribute
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from anyio_tls._event_loop import running_on_trio
from anyio_tls._queue import SendQueue

from ._abc import ExactSender, Transport
from ._socket import SocketTransport

__all__ = [
    "AnyIOTransport",
    "DuplicatedSocketTransport",
    "anyio_transport_for",
]

_EVENT_LOOP_READ: Final = 2**18
"""How many bytes asyncio and uvloop read from a socket at once. AnyIO has them all in memory, and to give out a part it
copies the rest."""


def anyio_transport_for(stream: Any) -> Transport:
    """The best transport for an AnyIO byte stream."""
    # The class has to be AnyIO's own: any wrapper of a socket stream, TLS included, answers raw_socket too.
    if isinstance(stream, anyio.abc.SocketStream) and type(stream).__module__.startswith("anyio."):
        # On Trio a plain socket is below, and so it is below a UNIX stream everywhere.
        if running_on_trio() or isinstance(stream, anyio.abc.UNIXSocketStream):
            return SocketTransport(stream.extra(SocketAttribute.raw_socket), stream)
        if sys.platform != "win32":
            return DuplicatedSocketTransport(stream)
    return AnyIOTransport(stream)


class AnyIOTransport:
    """Any AnyIO byte stream.

    Unless it is an :class:`ExactSender`, a cancelled ``send()`` does not say how much went out, so afterwards
    nothing can be sent any more. What a stream does when it is closed under a task that waits in it is undefined
    too, so every wait here can be interrupted.
    """

    lingers = True

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.unflushed = False
        self._torn = False
        self._sending = anyio.Lock(fast_acquire=True)
        self._receive_scope: anyio.CancelScope | None = None
        self._send_scope: anyio.CancelScope | None = None

    def receive_nowait(self, max_bytes: int) -> bytes | None:
        return None

    async def receive(self, max_bytes: int) -> bytes:
        with anyio.CancelScope() as self._receive_scope:
            try:
                return await self._receive(max_bytes)
            finally:
                self._receive_scope = None
        raise anyio.ClosedResourceError("closed while receiving")

    async def _receive(self, max_bytes: int) -> bytes:
        try:
            # A stream of objects has no say in their size.
            if isinstance(self._stream, ObjectReceiveStream):
                return bytes(await self._stream.receive())
            return bytes(await self._stream.receive(max_bytes))
        except anyio.EndOfStream:
            return b""

    def send_nowait(self, queue: SendQueue) -> None:
        pass

    async def send(self, queue: SendQueue) -> None:
        async with self._sending:  # somebody who was interrupted may still be on the way out
            if self._torn:
                raise anyio.BrokenResourceError(
                    "an earlier send was cut off, and the stream below cannot say how much of it went out "
                    "(WriterTaskStream makes any stream survive this)"
                )
            await checkpoint_if_cancelled()
            with anyio.CancelScope() as self._send_scope:
                try:
                    await self._send(queue)
                finally:
                    self._send_scope = None
                return
        raise anyio.ClosedResourceError("closed while sending")

    async def _send(self, queue: SendQueue) -> None:
        item = bytes(queue.data)
        if isinstance(self._stream, ExactSender):
            before = self._stream.bytes_sent
            try:
                await self._send_item(item)
                self.unflushed = False
            except BaseException as exc:
                self.unflushed = not isinstance(exc, Exception)  # it was cancelled
                raise
            finally:
                queue.remove(self._stream.bytes_sent - before)
        else:
            self._torn = True
            await self._send_item(item)
            self._torn = False
            queue.remove(len(item))

    async def _send_item(self, item: bytes) -> None:
        await self._stream.send(item)

    async def wait_writable(self) -> None:
        await checkpoint()

    def interrupt(self) -> None:
        for scope in (self._receive_scope, self._send_scope):
            if scope is not None:
                scope.cancel()

    def has_unread_input(self) -> bool:
        return False

    def shut_down_sending(self) -> None:
        pass

    def release(self) -> bytes:
        return b""

    async def aclose(self) -> None:
        self.interrupt()
        await self._stream.aclose()


class DuplicatedSocketTransport(SocketTransport):
    """A TCP stream of AnyIO's on asyncio, where the socket belongs to the event loop's transport.

    We send on a duplicate of its descriptor, which the event loop does not mind, and so know how much was taken.
    Receiving stays with the stream, which may have bytes in a queue of its own. Its write buffer must be empty: a
    completed ``send()`` guarantees that. While the duplicate is open, so is the connection, even if somebody closes
    the stream under us; there is no telling from the outside that they did.
    """

    def __init__(self, stream: anyio.abc.SocketStream) -> None:
        try:
            descriptor = stream.extra(SocketAttribute.raw_socket).fileno()
        except AttributeError:  # on uvloop, AnyIO finds no socket in a closed stream
            descriptor = -1
        if descriptor < 0:
            raise anyio.ClosedResourceError("transport_stream has been closed")
        super().__init__(socket.socket(fileno=os.dup(descriptor)), stream)
        self._stream = stream
        self._received: bytes | memoryview = b""

    def receive_nowait(self, max_bytes: int) -> bytes | memoryview | None:
        return self._take(max_bytes) if self._received else None

    async def receive(self, max_bytes: int) -> bytes | memoryview:
        if not self._received:
            try:
                self._received = await self._stream.receive(_EVENT_LOOP_READ)
            except anyio.EndOfStream:
                return b""
        return self._take(max_bytes)

    def _take(self, max_bytes: int) -> bytes | memoryview:
        received, self._received = self._received, b""
        if len(received) > max_bytes:
            received = memoryview(received)
            self._received = received[max_bytes:]
        return received[:max_bytes]

    def release(self) -> bytes:
        self._socket.close()
        return bytes(self._received)

    async def aclose(self) -> None:
        self.interrupt()
        self._socket.close()
        await self._stream.aclose()
