"""The adapter that makes any byte stream exact, at the price of a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, final

import anyio
from anyio.abc import ByteStream
from anyio.lowlevel import checkpoint

from ._arguments import as_bytes, as_max_bytes, has_methods, let_go_of
from ._closing import LINGER_SECONDS, deliver, discard
from ._errors import CutOffError, forget_frames
from ._queue import SendQueue
from ._transports import MAX_PIECE, Carrier, Transport, TransportStream, transport_for

__all__ = ["WriterTaskStream"]

_CAPACITY: Final = 2**16


class _StartsTasks(Protocol):
    """An AnyIO task group or a Trio nursery."""

    def start_soon(self, func: Callable[[], Any], /) -> Any: ...


@final
class WriterTaskStream(Carrier, ByteStream):
    """A byte stream that sends in a task of its own.

    What ``send()`` has accepted is sent whatever is cancelled. So TLS over this stream survives the cancellation of a
    ``send()``, whatever the stream below. The adapter buffers at most 64 KiB.

    :param stream: any AnyIO byte stream or Trio stream; the adapter owns it from now on
    :param task_group: the AnyIO task group or Trio nursery that the writer task is started in. It runs until the
        adapter is closed. If the group is cancelled first, nothing more can be sent.
    :raises TypeError: if ``stream`` is not a stream, or ``task_group`` starts no tasks
    """

    def __init__(self, stream: TransportStream, task_group: _StartsTasks) -> None:
        if not has_methods(task_group, "start_soon"):
            raise TypeError(f"task_group must be a task group or a nursery, not {type(task_group).__name__}")
        self.stream: Any = stream
        self._queue = SendQueue()
        self._bytes_sent = 0
        self._error: Exception | None = None
        self._closed = False
        self._has_ended = False  # by send_eof()
        self._work = anyio.Event()  # set when the writer has something to do
        self._progress = anyio.Event()  # set when the writer has done something
        self._at_risk: bool | None = None
        self._done = anyio.Event()  # set when the close is done
        self._receive_guard = anyio.ResourceGuard("reading from")
        self._rest: bytes | memoryview = b""  # of an object that was larger than what a caller wanted
        self._receiving = anyio.Lock(fast_acquire=True)  # by a caller, or by the close
        self._send_guard = anyio.ResourceGuard("writing to")
        self._writer_scope = anyio.CancelScope()
        self._receive_scope = anyio.CancelScope()  # of the last wait for input
        task_group.start_soon(self._write)  # First: if the group has ended, the stream is left as it is.
        try:
            self._transport: Transport = transport_for(stream)
        except BaseException:
            self._writer_scope.cancel()
            raise

    @property
    def bytes_sent(self) -> int:
        """Bytes accepted so far. They are sent in order unless the stream below breaks."""
        return self._bytes_sent

    async def _write(self) -> None:
        error: Exception = CutOffError("the writer task was cancelled")
        try:
            with self._writer_scope:
                await checkpoint()  # There is nothing to do if the constructor has failed.
                while True:
                    while not (self._queue.data or self._transport.unflushed):
                        self._work = anyio.Event()
                        await self._work.wait()
                    # To wait for a failed socket raises an error of uvloop's, and to try raises the socket's.
                    self._transport.send_nowait(self._queue)
                    if self._queue.data or self._transport.unflushed:
                        await self._transport.send(self._queue)
                    self._progress.set()
        except (OSError, anyio.BrokenResourceError, anyio.BusyResourceError, anyio.ClosedResourceError) as exc:
            forget_frames(exc)
            error = exc
        except Exception as exc:  # a bug in the stream below
            error = exc
            raise
        finally:
            self._error = error
            self._progress.set()

    async def _wait_for_progress(self) -> None:
        if self._progress.is_set():
            self._progress = anyio.Event()
        await self._progress.wait()

    def _check(self) -> None:
        if self._closed:
            raise anyio.ClosedResourceError
        if self._error is not None:
            raise anyio.BrokenResourceError(str(self._error)) from self._error

    def _check_sending(self) -> None:
        self._check()
        if self._has_ended:
            raise anyio.ClosedResourceError("send_eof() has been called: this side has nothing more to say")

    async def send(self, item: bytes) -> None:
        """Accept ``item``, waiting for room. ``bytes_sent`` says how much of it a cancelled call has accepted.

        :raises TypeError: if ``item`` is not bytes-like
        :raises anyio.BrokenResourceError: if the stream below failed, even if that was while an earlier item was sent
        :raises anyio.ClosedResourceError: if this stream is closed, or after :meth:`send_eof`
        """
        data = as_bytes("item", item)
        done = 0
        try:
            with self._send_guard:
                self._check_sending()
                await checkpoint()
                self._check_sending()
                while done < len(data):
                    while len(self._queue) >= _CAPACITY:
                        await self._wait_for_progress()
                        self._check()
                    piece = bytes(data[done : done + _CAPACITY - len(self._queue)])
                    self._accept(piece)
                    done += len(piece)
        finally:
            let_go_of(data)

    def _accept(self, piece: bytes) -> None:
        self._queue.append(piece)
        self._bytes_sent += len(piece)
        self._work.set()

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Receive from the stream below. Cancellation has the effect that it has there.

        :raises TypeError: if ``max_bytes`` is not an integer
        :raises ValueError: if it is less than 1
        :raises anyio.EndOfStream: at the end of the stream below
        :raises anyio.BrokenResourceError: if that stream fails
        :raises anyio.ClosedResourceError: if this stream, or the one below, is closed
        """
        max_bytes = min(as_max_bytes(max_bytes), MAX_PIECE)
        with self._receive_guard:
            await checkpoint()
            if self._closed:  # by a task that delivers what was sent, and discards input
                raise anyio.ClosedResourceError
            async with self._receiving:
                data = self._rest or await self._receive(max_bytes)
            self._rest = data[max_bytes:]
        if not data:
            raise anyio.EndOfStream
        return bytes(data[:max_bytes])

    async def _receive(self, max_bytes: int) -> bytes | memoryview:
        try:
            data = self._transport.receive_nowait(max_bytes)
            if data is not None:
                return data
            with anyio.CancelScope() as self._receive_scope:
                return await self._transport.receive(max_bytes)
        except OSError as exc:
            raise anyio.BrokenResourceError(str(exc)) from exc
        raise anyio.ClosedResourceError

    async def send_eof(self) -> None:
        """Wait until everything accepted was sent, then half-close the stream below.

        :raises AttributeError: if it is a Trio stream that cannot be half-closed
        :raises anyio.BrokenResourceError: if it fails, or failed before
        :raises anyio.ClosedResourceError: if this stream, or the one below, is closed
        """
        with self._send_guard:
            self._check()
            while self._queue.data or self._transport.unflushed:
                await self._wait_for_progress()
                self._check()
            self._has_ended = True
            try:
                await self._transport.send_eof()
            except (AttributeError, NotImplementedError, anyio.BusyResourceError):  # It has not been half-closed.
                self._has_ended = False
                raise
            except OSError as exc:
                raise anyio.BrokenResourceError(str(exc)) from exc

    def is_readable(self) -> bool:
        """Whether :meth:`receive` would return or raise without waiting: bytes, the end, or an error.

        Always ``False`` over streams that are neither sockets nor of this package, which cannot tell.
        """
        if self._closed or self._rest:
            return True
        try:
            return self._transport.is_readable()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return True

    def offer(self, item: bytes | memoryview) -> int:
        """Used by a TLS stream over this one: accept what can be accepted without waiting; return how many bytes."""
        self._check()
        if self._has_ended:
            raise CutOffError("send_eof() of the stream below has been called")
        piece = bytes(item[: max(0, _CAPACITY - len(self._queue))])
        if piece:
            self._accept(piece)
        return len(piece)

    @property
    def is_flushed(self) -> bool:
        """Used by a TLS stream over this one: always ``True``, since accepted data is sent without another call."""
        return True

    def begin_closing(self) -> None:
        """Called by a TLS stream over this one before it sends close_notify: see whether anything is at risk."""
        self._at_risk = self._transport.begin_closing() or (bool(self._queue.data) and not self._transport.lingers)

    async def aclose(self) -> None:
        """Close the stream below, after what was accepted was sent: it waits for that at most 30 seconds, and not at
        all if it is cancelled. Calling it again does no harm."""
        if self._closed:
            await self._join()
            return
        if self._at_risk is None:
            self.begin_closing()
        self._closed = True
        self._receive_scope.cancel()
        try:
            with anyio.move_on_after(LINGER_SECONDS):
                if self._queue.data and self._error is None:
                    async with anyio.create_task_group() as discarding:
                        discarding.start_soon(self._discard)
                        while self._queue.data and self._error is None:
                            await self._wait_for_progress()
                        discarding.cancel_scope.cancel()
                if self._at_risk and self._error is None:
                    self._transport.interrupt()
                    async with self._receiving:
                        await deliver(self._transport)
        except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # The peer has gone, or the owner of the stream below has closed it.
        finally:
            self._writer_scope.cancel()
            self._progress.set()
            self._transport.discard_nowait()
            try:
                await self._transport.aclose()
            finally:
                self._done.set()

    async def _join(self) -> None:
        """Wait for a close that is under way."""
        try:
            await self._done.wait()
        finally:
            if not self._done.is_set():  # cancelled: close at once
                await self._transport.aclose()

    async def _discard(self) -> None:
        async with self._receiving:
            await discard(self._transport)

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return dict(getattr(self.stream, "extra_attributes", {}))
