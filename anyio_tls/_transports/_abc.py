"""What TLS asks of whatever carries its bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from anyio_tls._queue import SendQueue

__all__ = ["AnyIOStream", "Carrier", "ExactSender", "Transport", "TransportStream", "TrioStream", "check_free"]


class AnyIOStream(Protocol):
    """What TLS needs of an AnyIO byte stream, or of a stream of objects that are bytes."""

    @property
    def receive(self) -> Callable[..., Awaitable[bytes]]: ...

    @property
    def send(self) -> Callable[[bytes], Awaitable[Any]]: ...

    def aclose(self) -> Awaitable[Any]: ...


class TrioStream(Protocol):
    """What TLS needs of a Trio stream."""

    @property
    def receive_some(self) -> Callable[..., Awaitable[bytes | bytearray]]: ...

    @property
    def send_all(self) -> Callable[[bytes], Awaitable[Any]]: ...

    def aclose(self) -> Awaitable[Any]: ...


TransportStream: TypeAlias = AnyIOStream | TrioStream


class Transport(Protocol):
    """A carrier of ciphertext.

    Its errors are ``OSError``, ``anyio.BrokenResourceError`` and ``anyio.ClosedResourceError``. At most one task
    waits in :meth:`receive`, and one in :meth:`send` or :meth:`wait_writable`.
    """

    in_use: bool
    """Whether the stream below is ours, until :meth:`release` or :meth:`aclose`."""

    exact: bool
    """Whether a cancelled :meth:`send` has removed from its queue just what was taken."""

    lingers: bool
    """Whether :meth:`aclose` may take its time, because the stream below has graces of its own."""

    unflushed: bool
    """Whether the stream below has accepted something that it lets go only with the next send, be that empty: what a
    cancelled :meth:`send` has left behind, or :meth:`send_nowait`."""

    def receive_nowait(self, max_bytes: int) -> bytes | memoryview | None:
        """What is there, up to ``max_bytes``; ``b""`` at the end, ``None`` if only waiting can tell."""

    async def receive(self, max_bytes: int) -> bytes | memoryview:
        """Wait for bytes, ``b""`` at the end. A cancelled call has taken none."""

    def is_readable(self) -> bool:
        """Whether :meth:`receive` would find bytes, the end or an error without waiting, and :meth:`receive_nowait` is
        worth another try; ``False`` also where the stream below does not tell."""

    def send_nowait(self, queue: SendQueue) -> None:
        """Remove from the front of ``queue`` what can be sent at once; nothing if only waiting can tell."""

    async def send(self, queue: SendQueue) -> None:
        """Wait until some of ``queue`` was sent, and remove that much from its front.

        What was taken is removed also when the call raises. A transport that cannot tell how much that was
        raises :exc:`anyio.BrokenResourceError` from then on.
        """

    async def wait_writable(self) -> None:
        """Wait until :meth:`send` might not have to."""

    async def send_eof(self) -> None:
        """Half-close the stream below.

        :raises AttributeError: if it is a Trio stream that cannot be half-closed
        """

    def interrupt(self) -> None:
        """Make tasks that wait here leave with :exc:`anyio.ClosedResourceError`."""

    def begin_closing(self) -> bool:
        """Tell whether anything sent so far would be lost if the system reset the connection now. What is sent from
        now on is a goodbye, whose loss loses nothing."""

    def is_undelivered(self) -> bool:
        """Whether the peer's system has not acknowledged all that was sent; ``True`` where the system does not tell."""

    def shut_down_sending(self) -> None:
        """Tell the peer's system that nothing follows, if the transport can."""

    def discard_nowait(self) -> None:
        """Throw away the little that has arrived unasked, such as session tickets, so that closing does not reset the
        connection. A download that is abandoned is more than that, and worth a reset."""

    def release(self) -> bytes:
        """Let go of the stream, which somebody else goes on to use; return what was taken from it and not received."""

    async def aclose(self) -> None:
        """Close the stream, also when cancelled, and wake every task that waits here."""


def check_free(user: Transport | None) -> None:
    """Refuse a second user of a stream.

    :param user: who had it last
    :raises ValueError: if it has it still
    """
    if user is not None and user.in_use:
        raise ValueError("transport_stream is in use already, by another TLS stream or a WriterTaskStream")


class ExactSender(ABC):
    """A byte stream, AnyIO's or Trio's, that can tell how much of a cancelled send it took.

    TLS over such a stream survives the cancellation of its own sends. Derive your stream from this class as well
    if it can promise that.
    """

    @property
    @abstractmethod
    def bytes_sent(self) -> int:
        """Bytes irrevocably accepted for sending so far, in order; true whenever no send is under way."""


class Carrier(ExactSender):
    """A stream of this package's own, of which a TLS stream above it can ask more than of others."""

    @abstractmethod
    def offer(self, item: bytes | memoryview) -> int:
        """Accept as much from the front of ``item`` as takes no wait; tell how many bytes that is."""

    @property
    @abstractmethod
    def is_flushed(self) -> bool:
        """Whether nothing accepted waits for another call to leave."""

    @abstractmethod
    def is_readable(self) -> bool:
        """Whether receiving has something to give without waiting."""

    @abstractmethod
    def begin_closing(self) -> None:
        """Look now whether closing has anything to wait for. A stream above calls it before it says goodbye through
        this one and closes it, for its goodbye is not worth waiting for."""
