"""Transports over AnyIO byte streams: exact for AnyIO's own sockets, for others as far as they allow."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from weakref import WeakMethod, ref

import anyio
from anyio.abc import ObjectReceiveStream, SocketAttribute
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from anyio_tls._errors import CutOffError
from anyio_tls._queue import SendQueue

from ._abc import Carrier, ExactSender
from ._socket import acknowledge, unacknowledged

__all__ = ["AnyIOTCPTransport", "AnyIOTransport", "interrupt_when_closed", "result_at_once"]

T = TypeVar("T")


class _TellingClose:
    """The ``aclose()`` of a stream, which interrupts its user before it closes. It keeps neither of them alive."""

    def __init__(self, stream: Any, interrupt: Callable[[], None]) -> None:
        self._stream = ref(stream)
        self._interrupt = WeakMethod(interrupt)

    async def __call__(self) -> None:
        if (interrupt := self._interrupt()) is not None:
            interrupt()
        # Who has put only this method aside, and not the stream, does not keep that alive: then it is closed already.
        if (stream := self._stream()) is not None:
            await type(stream).aclose(stream)


def interrupt_when_closed(stream: Any, interrupt: Callable[[], None]) -> None:
    """Call a method of the user of ``stream`` when somebody closes that. On asyncio, AnyIO's streams wake only who
    waits for their socket by their own means."""
    stream.aclose = _TellingClose(stream, interrupt)


def result_at_once(call: Coroutine[Any, Any, T]) -> T:
    """The result of an asynchronous call that need not wait. If it wants to let others run, it goes on without.

    :raises BlockingIOError: if it has to wait, or is in a cancelled scope; then it is ended
    """
    try:
        for _ in range(2):
            if call.send(None) is not None:
                break
    except StopIteration as exc:
        result: T = exc.value
        return result
    finally:
        call.close()
    raise BlockingIOError


class AnyIOTransport:
    """Any AnyIO byte stream.

    Unless it is an :class:`ExactSender`, a cancelled ``send()`` does not say how much was sent, so nothing can be sent
    afterwards. What a stream does when it is closed while a task waits in it is undefined too, so every wait here can
    be interrupted.
    """

    lingers = True
    in_use = True
    _before_sending: tuple[type[Exception], ...] = (anyio.ClosedResourceError,)
    """Errors with which the stream refuses to send anything. One that sends in pieces may find itself busy at any."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.exact = isinstance(stream, ExactSender)
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
            if not isinstance(self._stream, ObjectReceiveStream):
                return bytes(await self._stream.receive(max_bytes))
            # Its objects may have any size. Empty ones, such as messages that keep a connection alive, are not the end.
            while not (data := bytes(await self._stream.receive())):
                await checkpoint()
            return data
        except anyio.EndOfStream:
            return b""

    def is_readable(self) -> bool:
        return isinstance(self._stream, Carrier) and self._stream.is_readable()

    def send_nowait(self, queue: SendQueue) -> None:
        # What a send under way has taken from the queue must not be sent twice.
        if isinstance(self._stream, Carrier) and not self._sending.locked():
            queue.remove(self._stream.offer(queue.data))
            self.unflushed = not self._stream.is_flushed

    async def send(self, queue: SendQueue) -> None:
        async with self._sending:  # an interrupted task may not have left yet
            self._check_whole()
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
            try:
                await self._send_item(item)
            except BaseException as exc:
                self._torn = not isinstance(exc, self._before_sending)
                raise
            queue.remove(len(item))

    async def _send_item(self, item: bytes) -> None:
        await self._stream.send(item)

    def _check_whole(self) -> None:
        if self._torn:
            raise CutOffError(
                "an earlier send was cut off, and the stream below cannot say how much of it went out "
                "(WriterTaskStream makes any stream survive this)"
            )

    async def wait_writable(self) -> None:
        self._check_whole()
        await checkpoint()

    async def send_eof(self) -> None:
        await self._stream.send_eof()

    def acknowledge(self) -> None: ...

    def interrupt(self) -> None:
        for scope in (self._receive_scope, self._send_scope):
            if scope is not None:
                scope.cancel()

    # A stream below has to make sure by itself that its close loses nothing.

    def begin_closing(self) -> bool:
        if isinstance(self._stream, Carrier):
            self._stream.begin_closing()
        return False

    def is_undelivered(self) -> bool:
        return False

    def shut_down_sending(self) -> None:
        pass

    def discard_nowait(self) -> None:
        pass

    def release(self) -> bytes:
        self.in_use = False
        return b""

    async def aclose(self) -> None:
        self.in_use = False
        self.interrupt()
        await self._stream.aclose()


class AnyIOTCPTransport(AnyIOTransport):
    """A TCP stream of AnyIO's where only the event loop can use its socket.

    AnyIO's close discards what the event loop has not sent yet, and causes a reset if there is unread input. So it is
    called only when the peer has everything, as with a socket of ours.
    """

    lingers = False
    _before_sending = (anyio.BusyResourceError, anyio.ClosedResourceError)

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._socket = stream.extra(SocketAttribute.raw_socket)

    def acknowledge(self) -> None:
        acknowledge(self._socket)

    def begin_closing(self) -> bool:
        return self.is_undelivered()

    def is_undelivered(self) -> bool:
        try:
            return self._socket.fileno() >= 0 and unacknowledged(self._socket) > 0
        except OSError:
            return True

    def shut_down_sending(self) -> None:
        result_at_once(self._stream.send_eof())
