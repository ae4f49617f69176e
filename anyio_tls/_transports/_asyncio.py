"""Transports over sockets on asyncio's event loops: our own, and those of AnyIO's streams."""

from __future__ import annotations

import asyncio
import os
import socket
import weakref
from typing import TYPE_CHECKING, Any, Final

import anyio
from anyio.abc import SocketAttribute

from anyio_tls._event_loop import Waits
from anyio_tls._queue import SendQueue

from ._anyio import interrupt_when_closed, result_at_once
from ._borrowed import BorrowingTransport
from ._socket import Owner, SocketTransport

__all__ = ["AnyIOSocketTransport", "AsyncioSocketTransport", "socket_of"]

if TYPE_CHECKING:
    from anyio_tls._selector_thread import HasFileno

_EVENT_LOOP_READ: Final = 2**18
"""How many bytes asyncio and uvloop read from a socket at once. AnyIO keeps them in memory, and copies the rest when
only a part is received."""

FAILURE_SECONDS: Final = 0.2
"""How long a task on uvloop may wait for a socket that had failed before, until that is noticed."""

_ERRORS: Final = (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError)
"""What a socket's use raises."""


class AsyncioSocketTransport(SocketTransport):
    """A socket whose reader registration stays from one wait to the next.

    Adding and removing a reader takes several system calls. And the event loop polls again before a task that it has
    woken runs. So what arrives is received at once, for the task that waits or for the next one: at most as much as was
    given room for. When that is used up, the registration ends.
    """

    _watched: HasFileno | None = None

    def __init__(self, sock: socket.socket, owner: Owner, waits: Waits = anyio) -> None:
        super().__init__(sock, owner, waits)
        self._loop = asyncio.get_running_loop()
        self._is_uvloop = type(self._loop).__module__.partition(".")[0] == "uvloop"
        self._descriptor: int  # that of the registration
        self._look: asyncio.TimerHandle | None = None
        self._waiter: asyncio.Future[bytes] | None = None
        self._room: int  # bytes that may be received until the next call
        # Received ahead, or for a task that was cancelled before it ran.
        self._arrived: bytes | memoryview | None = None

    def receive_nowait(self, max_bytes: int) -> bytes | memoryview | None:
        if self._arrived is not None:
            return self._take_arrived(max_bytes)
        if self._drained:
            return None
        data = self._receive(max_bytes)
        if data:
            self._room = max_bytes - len(data)
        return data

    def _take_arrived(self, max_bytes: int) -> bytes | memoryview:
        assert self._arrived is not None
        data, self._arrived = self._arrived[:max_bytes], self._arrived[max_bytes:] or None
        self._room = max_bytes - len(data)
        return data

    def is_readable(self) -> bool:
        # What has arrived may be on its way to the task that waits.
        is_under_way = self._waiter is not None and self._waiter.done()
        return is_under_way or self._arrived is not None or super().is_readable()

    def _put_back(self, data: bytes) -> None:
        self._arrived = data + (self._arrived or b"")

    async def receive(self, max_bytes: int) -> bytes | memoryview:
        if self._arrived is not None:
            return self._take_arrived(max_bytes)
        if self._watched is None:
            self._watch()
        else:
            if self.is_shared:  # and so somebody else may have ended the registration
                self._watch_anew()
            if self._is_uvloop and (self._look is None or self._send_failed):
                self._look_at_failure_later()
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
            del waiter  # Its exception has a traceback with this frame.

    def _on_readable(self) -> None:
        """Receive for the task that waits, or ahead."""
        waiter = self._waiter
        if waiter is not None and waiter.done():
            waiter = None
        if self._arrived is not None or not self._room:
            self._unwatch()
            return
        try:
            data = self._receive(self._room)
        except _ERRORS as exc:
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

    def _look_at_failure_later(self) -> None:
        """On uvloop: it ends the registration of a socket that has failed, even if there is still something to receive,
        and a task that waits after that would wait forever. Usually data arrive long before this check."""
        if self._send_failed:
            self._watch_anew()
        else:
            self._look = self._loop.call_later(FAILURE_SECONDS, _look_at_failure, weakref.ref(self))

    def _look_at_failure(self) -> None:
        self._look = None
        waiter = self._waiter
        if waiter is None or waiter.done():
            return  # The next wait has it looked at again.
        try:
            self._check_open()
            error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except _ERRORS as exc:
            waiter.set_exception(exc)
        else:
            if error:
                self._error = OSError(error, os.strerror(error))
            if error or self._send_failed:
                self._watch_anew()

    def _watch_anew(self) -> None:
        self._send_failed = False
        self._unwatch()
        self._watch()

    def _watch(self) -> None:
        self._check_open()
        watchable = self._watchable()
        self._descriptor = watchable.fileno()
        # The event loop must not keep alive a stream that is not referenced otherwise. But it keeps what it watches: a
        # garbage collector that runs in another thread would close that before the registration can be ended.
        self._loop.add_reader(self._descriptor, _on_readable, weakref.ref(self), watchable)
        self._watched = watchable

    def _unwatch(self) -> None:
        self._drained = False
        if self._watched is not None:
            self._loop.remove_reader(self._descriptor)
            self._watched = None

    def interrupt(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(anyio.ClosedResourceError("closed while receiving"))
        self._unwatch()
        super().interrupt()

    def release(self) -> bytes:
        self._unwatch()
        super().release()
        return bytes(self._arrived or b"")

    def __del__(self) -> None:
        if self._watched is None or self._loop.is_closed():
            return
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._unwatch()
        else:  # in another thread; what is watched lives until the event loop has let go of it
            self._loop.call_soon_threadsafe(_end_watch, self._loop, self._watched)


def _on_readable(transport: weakref.ref[AsyncioSocketTransport], _watched: HasFileno) -> None:
    if (alive := transport()) is not None:
        alive._on_readable()


def _look_at_failure(transport: weakref.ref[AsyncioSocketTransport]) -> None:
    if (alive := transport()) is not None:
        alive._look_at_failure()


def _end_watch(loop: asyncio.AbstractEventLoop, watched: HasFileno) -> None:
    if watched.fileno() >= 0:
        loop.remove_reader(watched.fileno())


class _Duplicate:
    """A descriptor of its own, closed with this object at the latest."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    __del__ = close


def socket_of(stream: anyio.abc.SocketStream) -> Any:
    """The socket of a TCP stream of AnyIO's, or ``None`` if that is closed, by its owner or by the event loop."""
    try:
        sock = stream.extra(SocketAttribute.raw_socket)
    except AttributeError:  # on uvloop, AnyIO finds no socket in a closed stream
        return None
    return sock if sock.fileno() >= 0 else None


class AnyIOSocketTransport(BorrowingTransport, AsyncioSocketTransport):
    """A TCP stream of AnyIO's, whose socket belongs to a transport of the event loop.

    That transport reads only while a task receives from the stream, and writes only what an earlier ``send()`` left.
    So once we have what it has read, and it has sent what is left, we use the socket as if it were ours. Only its
    descriptor cannot be registered with the event loop a second time: a duplicate is.
    """

    def __init__(self, stream: anyio.abc.SocketStream, lender: Any) -> None:
        self._stream: Any = stream
        self._owner_closes = False
        super().__init__(lender, stream)
        self._flushing: anyio.CancelScope | None = None
        self._duplicate: _Duplicate | None = None
        self.unflushed = not self._is_flushed()  # first: if a task is sending, nothing may have been taken yet
        self._arrived = self._take_what_was_read()
        interrupt_when_closed(stream, self._close_with_owner)

    def _take_what_was_read(self) -> memoryview | None:
        taken = []
        try:
            while True:
                taken.append(result_at_once(self._stream.receive(_EVENT_LOOP_READ)))
        except (BlockingIOError, anyio.EndOfStream, anyio.BrokenResourceError):
            return memoryview(b"".join(taken)) or None  # An end or an error is the socket's too.

    def _is_flushed(self) -> bool:
        try:
            result_at_once(self._stream.send(b""))  # this waits until everything sent before is out
        except BlockingIOError:
            return False
        return True

    def _check_open(self) -> None:
        if self._owner_closes:  # the event loop does so a turn later
            raise anyio.ClosedResourceError("the socket has been closed")
        if self._lender.fileno() < 0:  # The event loop closes failed sockets.
            raise anyio.BrokenResourceError("the connection has been lost")

    def _watchable(self) -> HasFileno:
        if self._duplicate is None:
            self._duplicate = _Duplicate(os.dup(self._socket.fileno()))
        return self._duplicate

    def send_nowait(self, queue: SendQueue) -> None:
        if not self.unflushed:
            self._check_open()
            SocketTransport.send_nowait(self, queue)

    async def send(self, queue: SendQueue) -> None:
        await (self._flush() if self.unflushed else self.wait_writable())
        self.send_nowait(queue)

    async def _flush(self) -> None:
        with anyio.CancelScope() as self._flushing:
            try:
                await self._stream.send(b"")
            except anyio.BrokenResourceError:
                self.unflushed = False  # What it had to send is lost.
                raise
            finally:
                self._flushing = None
            self.unflushed = False
            return
        raise anyio.ClosedResourceError("closed while sending")

    def interrupt(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
        # The lender need not be asked: nobody waits for its own descriptor.
        if self._duplicate is not None:
            AsyncioSocketTransport.interrupt(self)

    def _close_with_owner(self) -> None:
        self._owner_closes = True
        self._let_others_in()
        self.interrupt()
        self._close_duplicate()

    def release(self) -> bytes:
        taken = super().release()
        self._close_duplicate()
        return taken

    def _close_duplicate(self) -> None:
        if self._duplicate is not None:
            self._duplicate.close()
            self._duplicate = None
