"""Sockets on asyncio's event loops: our own, and those of AnyIO's streams."""

from __future__ import annotations

import asyncio
import os
import socket
import weakref
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import anyio
from anyio.abc import SocketAttribute

from anyio_tls._event_loop import Waits
from anyio_tls._queue import SendQueue

from ._anyio import tell_when_closed
from ._socket import BorrowingTransport, Owner, SocketTransport

__all__ = ["AnyIOSocketTransport", "AsyncioSocketTransport"]

T = TypeVar("T")

_EVENT_LOOP_READ: Final = 2**18
"""How many bytes asyncio and uvloop read from a socket at once. AnyIO has them all in memory, and to give out a part it
copies the rest."""


class AsyncioSocketTransport(SocketTransport):
    """A socket that the event loop keeps watching from one wait to the next.

    To begin and to end watching takes several system calls. And the event loop looks again before a task that it has
    woken runs. So what arrives is received at once, for the task that waits or for the next one that will: no more
    than that was given room for, whose end is also that of the watch.
    """

    _watched = False

    def __init__(self, sock: socket.socket, owner: Owner) -> None:
        super().__init__(sock, owner)
        self._loop = asyncio.get_running_loop()
        # uvloop does not go on watching a socket that has failed, even if there is still something to receive.
        self._is_uvloop = type(self._loop).__module__.partition(".")[0] == "uvloop"
        self._descriptor = sock.fileno()
        self._waiter: asyncio.Future[bytes] | None = None
        self._room: int  # bytes that may be received until somebody asks again
        self._arrived: bytes | None = None  # what came ahead, or for a task that was cancelled before it ran

    def receive_nowait(self, max_bytes: int) -> bytes | None:
        if self._arrived is not None:
            return self._take_arrived(max_bytes)
        if self._drained:
            return None
        data = self._receive(max_bytes)
        if data:
            self._room = max_bytes - len(data)
        return data

    def _take_arrived(self, max_bytes: int) -> bytes:
        assert self._arrived is not None
        data, self._arrived = self._arrived[:max_bytes], self._arrived[max_bytes:] or None
        self._room = max_bytes - len(data)
        return data

    def is_readable(self) -> bool:
        return self._arrived is not None or super().is_readable()

    def _put_back(self, data: bytes) -> None:
        self._arrived = data + (self._arrived or b"")

    async def receive(self, max_bytes: int) -> bytes:
        if self._arrived is not None:
            return self._take_arrived(max_bytes)
        if not self._watched:
            self._watch()
        elif self._is_uvloop:
            self._notice_failure()
        self._room = max_bytes
        waiter: asyncio.Future[bytes]
        self._waiter = waiter = self._loop.create_future()
        try:
            return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._put_back(waiter.result())
            raise
        finally:
            self._waiter = None

    def _on_readable(self) -> None:
        """Receive for who waits, or ahead."""
        waiter = self._waiter
        if waiter is not None and waiter.done():
            waiter = None
        if self._arrived is not None or not self._room:
            self._unwatch()
            return
        try:
            data = self._receive(self._room)
        except (OSError, anyio.ClosedResourceError) as exc:
            self._unwatch()
            if waiter is not None:
                waiter.set_exception(exc)
            return
        if data is not None:
            self._room -= len(data)
            if waiter is None:
                self._arrived = data
            else:
                waiter.set_result(data)

    def _notice_failure(self) -> None:
        try:
            error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except OSError as exc:
            raise anyio.ClosedResourceError("the socket has been closed") from exc
        if error:
            self._error = OSError(error, os.strerror(error))
        if error or self._send_failed:
            self._send_failed = False
            self._unwatch()
            self._watch()

    def _watch(self) -> None:
        self._check_open()
        # The event loop must not keep a stream that everybody else has forgotten.
        self._loop.add_reader(self._descriptor, _on_readable, weakref.ref(self))
        self._watched = True

    def _unwatch(self) -> None:
        self._drained = False
        if self._watched:
            self._loop.remove_reader(self._descriptor)
            self._watched = False

    def interrupt(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(anyio.ClosedResourceError("closed while receiving"))
        self._unwatch()
        super().interrupt()

    def release(self) -> bytes:
        self._unwatch()
        super().release()
        return self._arrived or b""

    def __del__(self) -> None:
        if not self._watched or self._loop.is_closed():
            return
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._unwatch()
        else:  # in another thread; the socket lives until the event loop has let go of it
            self._loop.call_soon_threadsafe(_end_watch, self._loop, self._socket)


def _on_readable(transport: weakref.ref[AsyncioSocketTransport]) -> None:
    if (alive := transport()) is not None:
        alive._on_readable()


def _end_watch(loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
    if sock.fileno() >= 0:
        loop.remove_reader(sock.fileno())


class _Interruptible:
    """Calls of an AnyIO stream's, one at a time, that somebody else can end. A cancel scope for each costs too much."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[Any] | None = None
        self._interrupted = False

    async def run(self, call: Awaitable[T]) -> T:
        self._task = task = asyncio.current_task(self._loop)
        assert task is not None
        cancellations = _cancellations(task)
        self._interrupted = False
        try:
            return await call
        except asyncio.CancelledError:
            if not self._interrupted or _take_back(task) > cancellations:  # somebody else has cancelled it too
                raise
            raise anyio.ClosedResourceError("interrupted, for this stream is closed") from None
        finally:
            self._task = None

    def interrupt(self) -> None:
        if self._task is not None and not self._interrupted:
            self._interrupted = True
            self._task.cancel()


# Before Python 3.11 tasks do not count how often they were cancelled.
_cancellations: Callable[[asyncio.Task[Any]], int] = getattr(asyncio.Task, "cancelling", lambda _task: 0)
_take_back: Callable[[asyncio.Task[Any]], int] = getattr(asyncio.Task, "uncancel", lambda _task: 0)


class AnyIOSocketTransport(BorrowingTransport):
    """A TCP stream of AnyIO's, whose socket belongs to a transport of the event loop's.

    We send on its descriptor ourselves, and so know how much was taken. Receiving stays with the stream, which may have
    bytes in a queue of its own. What it has still to send itself, after a cancelled ``send()``, goes first.
    """

    def __init__(self, stream: anyio.abc.SocketStream, waits: Waits) -> None:
        try:
            lender = stream.extra(SocketAttribute.raw_socket)
        except AttributeError:  # on uvloop, AnyIO finds no socket in a closed stream
            raise anyio.ClosedResourceError("transport_stream has been closed") from None
        super().__init__(lender, stream, waits)
        self._stream = stream
        self._received: bytes | memoryview = b""
        self._receiving = _Interruptible()
        self._flushing = _Interruptible()
        self._flushed = False  # the stream has nothing of its own to send
        self._duplicate: int | None = None  # while a task waits for it
        self._closed = False
        tell_when_closed(stream, self._stream_closes)

    def _stream_closes(self) -> None:
        self._closed = True
        self.interrupt()

    def _check_open(self) -> None:
        if self._lender.fileno() < 0:
            if self._closed:
                raise anyio.ClosedResourceError("the socket has been closed")
            # The event loop closes a socket that has failed.
            raise anyio.BrokenResourceError("the connection has been lost")

    def receive_nowait(self, max_bytes: int) -> bytes | memoryview | None:
        return self._take(max_bytes) if self._received else None

    async def receive(self, max_bytes: int) -> bytes | memoryview:
        if not self._received:
            try:
                self._received = await self._receiving.run(self._stream.receive(_EVENT_LOOP_READ))
            except anyio.EndOfStream:
                return b""
        return self._take(max_bytes)

    def is_readable(self) -> bool:
        # What the event loop has read already, it hides; but it reads only while somebody receives.
        return bool(self._received) or super().is_readable()

    def _take(self, max_bytes: int) -> bytes | memoryview:
        received, self._received = self._received, b""
        if len(received) > max_bytes:
            received = memoryview(received)
            self._received = received[max_bytes:]
        return received[:max_bytes]

    def send_nowait(self, queue: SendQueue) -> None:
        if self._flushed:
            super().send_nowait(queue)

    async def send(self, queue: SendQueue) -> None:
        if self._flushed:
            await self.wait_writable()
        else:
            await self._flushing.run(self._stream.send(b""))  # which waits for what was sent before
            self._flushed = True
        self.send_nowait(queue)

    async def wait_writable(self) -> None:
        """The event loop lets nobody else watch its descriptor, but a duplicate."""
        self._check_open()
        self._duplicate = duplicate = os.dup(self._socket.fileno())
        try:
            await self._waits.wait_writable(duplicate)
        finally:
            self._duplicate = None
            os.close(duplicate)

    def interrupt(self) -> None:
        self._receiving.interrupt()
        self._flushing.interrupt()
        if self._duplicate is not None:
            self._waits.notify_closing(self._duplicate)

    def release(self) -> bytes:
        super().release()
        return bytes(self._received)
