"""The protocol of what carries the bytes of TLS."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, TypeAlias

from anyio_tls._queue import SendQueue

__all__ = [
    "MAX_PIECE",
    "AnyIOStream",
    "Carrier",
    "ExactSender",
    "Transport",
    "TransportStream",
    "TrioStream",
    "check_free",
]

MAX_PIECE: Final = 2**18
"""Bytes that a caller of ours gets at once: a socket reserves as much memory as it is asked to receive."""


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
    """Whether this owns the stream below, until :meth:`release` or :meth:`aclose`."""

    exact: bool
    """Whether a cancelled :meth:`send` has removed from its queue exactly what was taken."""

    lingers: bool
    """Whether :meth:`aclose` may take time, because the stream below closes gracefully by itself."""

    unflushed: bool
    """Whether the stream below has accepted something, in a cancelled :meth:`send` or in :meth:`send_nowait`, that it
    sends only with the next send, which may be empty."""

    def receive_nowait(self, max_bytes: int) -> bytes | memoryview | None:
        """What has arrived, up to ``max_bytes``; ``b""`` at the end, ``None`` if that takes waiting."""

    async def receive(self, max_bytes: int) -> bytes | memoryview:
        """Wait for bytes, ``b""`` at the end. A cancelled call has taken none."""

    def is_readable(self) -> bool:
        """Whether :meth:`receive` would find bytes, the end or an error without waiting, and :meth:`receive_nowait` is
        worth another try; also ``False`` if the stream below cannot tell."""

    def send_nowait(self, queue: SendQueue) -> None:
        """Send what can be sent at once, and remove it from the front of ``queue``; nothing if that takes waiting."""

    async def send(self, queue: SendQueue) -> None:
        """Wait until some of ``queue`` was sent, and remove that much from its front.

        What was taken is removed even if the call raises. A transport that cannot tell how much that was raises
        :exc:`anyio.BrokenResourceError` from then on.
        """

    async def wait_writable(self) -> None:
        """Wait until :meth:`send` might not have to wait."""

    async def send_eof(self) -> None:
        """Half-close the stream below.

        :raises AttributeError: if it is a Trio stream that cannot be half-closed
        """

    def acknowledge(self) -> None:
        """Let the peer know at once that what it sent has arrived, if the kernel can do that. It often waits for
        something to send along, and the peer, by Nagle's algorithm (RFC 9293 section 3.7.4), sends no more till then.
        """

    def interrupt(self) -> None:
        """Interrupt the tasks that wait here: they raise :exc:`anyio.ClosedResourceError`."""

    def begin_closing(self) -> bool:
        """Return whether anything sent so far would be lost if the kernel reset the connection now. From now on only
        close_notify is sent, which may be lost."""

    def is_undelivered(self) -> bool:
        """Whether the peer has not acknowledged everything that was sent; ``True`` if the kernel cannot tell."""

    def shut_down_sending(self) -> None:
        """Half-close the transport, if it can."""

    def discard_nowait(self) -> None:
        """Discard a little unread input, such as session tickets, so that closing does not cause a reset. An abandoned
        download is larger, and may be reset."""

    def release(self) -> bytes:
        """Release the stream for further use by others; return what was read from it and not received."""

    async def aclose(self) -> None:
        """Close the stream, even if cancelled, and wake every task that waits here."""


def check_free(user: Transport | None) -> None:
    """Refuse a second user of a stream.

    :param user: its last user
    :raises ValueError: if that still uses it
    """
    if user is not None and user.in_use:
        raise ValueError("transport_stream is in use already, by another TLS stream or a WriterTaskStream")


class ExactSender(ABC):
    """A byte stream, AnyIO's or Trio's, that can tell how much of a cancelled send it took.

    TLS over such a stream survives the cancellation of its own sends. Derive your stream from this class too if it
    guarantees that.
    """

    @property
    @abstractmethod
    def bytes_sent(self) -> int:
        """Bytes irrevocably accepted for sending so far, in order; exact whenever no send is under way."""


class Carrier(ExactSender):
    """A stream of this package, with more methods for a TLS stream above it than other streams have."""

    @abstractmethod
    def offer(self, item: bytes | memoryview) -> int:
        """Accept as much from the front of ``item`` as possible without waiting; return how many bytes that is."""

    @property
    @abstractmethod
    def is_flushed(self) -> bool:
        """Whether accepted data needs no other call to be sent."""

    @abstractmethod
    def is_readable(self) -> bool:
        """Whether receiving would return or raise without waiting."""

    @abstractmethod
    def begin_closing(self) -> None:
        """See now whether anything is at risk. A stream above calls it before it sends its close_notify through this
        one and closes it, since that close_notify may be lost."""
