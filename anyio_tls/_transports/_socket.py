"""Transports over non-blocking sockets, on every backend: try first, and wait only if the kernel says so."""

from __future__ import annotations

import socket
import ssl
import sys
import weakref
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, final

import anyio
from anyio.abc import SocketAttribute, SocketStream as AnyIOSocketStream
from anyio.lowlevel import checkpoint
from typing_extensions import Self

from anyio_tls._arguments import as_bytes, as_max_bytes
from anyio_tls._event_loop import Waits, waits_of_event_loop
from anyio_tls._queue import SendQueue

from ._abc import MAX_PIECE, check_free
from ._guards import NO_GUARD, Guard, Occupation, receive_guard_of, send_guard_of

if TYPE_CHECKING:
    from anyio_tls._selector_thread import HasFileno

if sys.platform == "linux":
    from fcntl import ioctl
    from termios import TIOCOUTQ

__all__ = [
    "Owner",
    "SocketStream",
    "SocketTransport",
    "acknowledge",
    "as_address",
    "unacknowledged",
]

TransportT = TypeVar("TransportT", bound="SocketTransport")

_LITTLE: Final = 2**16
"""Bytes of unread input that a close discards: more than session tickets have, and less than a download."""


class Owner(Protocol):
    """The stream that owns a socket, and closes it."""

    def aclose(self) -> Awaitable[None]: ...


def unacknowledged(sock: socket.socket) -> int:
    """Bytes sent that the peer has not acknowledged yet.

    :raises OSError: if the kernel cannot tell
    """
    if sys.platform == "linux":
        waiting = int.from_bytes(ioctl(sock.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)
        # Over a UNIX socket they are with the peer already, which has not read them; no reset takes them away.
        return 0 if waiting and sock.family == socket.AF_UNIX else waiting
    if sys.platform == "darwin":
        return sock.getsockopt(socket.SOL_SOCKET, 0x1024)  # SO_NWRITE
    raise OSError("this system does not tell what it has still to deliver")


def acknowledge(sock: socket.socket) -> None:
    """See :meth:`Transport.acknowledge`."""
    with suppress(OSError, AttributeError):  # It is none of TCP's, the peer has gone, or this is not Linux.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


class SocketTransport:
    """A non-blocking socket. Exact: the kernel tells how much it took."""

    lingers = False
    unflushed = False
    exact = True
    in_use: bool = True
    is_shared = False  # others have asked for the socket, and may wait for it while nobody does so here
    # Guards of the owner's calls: one is taken for as long as this is in use, the other while a task waits here.
    _occupation: Occupation | None = None
    _send_guard: Guard = NO_GUARD

    def __init__(self, sock: socket.socket, owner: Owner, waits: Waits = anyio) -> None:
        self._socket = sock
        self._owner = owner
        self._check_open()
        if sock.gettimeout() != 0:
            sock.setblocking(False)
        self._drained = False
        self._error: OSError | None = None  # of receiving: the kernel reports it only once
        self._send_failed = False  # and got the error that receiving would have got
        self._waits = waits
        self._waiting = 0  # tasks that wait for the socket here

    def receive_nowait(self, max_bytes: int) -> bytes | memoryview | None:
        return None if self._drained else self._receive(max_bytes)

    def _receive(self, max_bytes: int) -> bytes | None:
        try:
            data = self._socket.recv(max_bytes)
        except BlockingIOError:
            return None
        except OSError as exc:
            self._check_open()
            self._error = exc
            raise
        if not data and self._error is not None:
            raise self._error
        # A receive that got less than it had room for need not try again before it has waited.
        self._drained = len(data) < max_bytes
        return data

    async def receive(self, max_bytes: int) -> bytes | memoryview:
        while True:
            self._check_open()
            self._waiting += 1
            try:
                await self._wait_readable()
            finally:
                self._waiting -= 1
            if (data := self._receive(max_bytes)) is not None:
                return data

    async def _wait_readable(self) -> None:
        await self._waits.wait_readable(self._socket)

    def send_nowait(self, queue: SendQueue) -> None:
        try:
            queue.remove(self._socket.send(queue.data))
        except BlockingIOError:
            pass
        except OSError:
            self._check_open()
            self._send_failed = True
            raise

    async def send(self, queue: SendQueue) -> None:
        await self.wait_writable()
        self.send_nowait(queue)

    async def wait_writable(self) -> None:
        self._check_open()
        self._waiting += 1
        try:
            with self._send_guard:
                await self._waits.wait_writable(self._watchable())
        finally:
            self._waiting -= 1

    def acknowledge(self) -> None:
        acknowledge(self._socket)

    def interrupt(self) -> None:
        self._let_others_in()  # The owner's own calls tell whether it has closed the stream.
        if self._waiting and self._socket.fileno() >= 0:
            self._waits.notify_closing(self._watchable())

    def _watchable(self) -> HasFileno:
        """What may be waited for."""
        return self._socket

    def is_readable(self) -> bool:
        self._check_open()
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError as exc:
            self._error = exc
        self._drained = False
        return True

    async def send_eof(self) -> None:
        self.shut_down_sending()  # First: a cancelled call has done its work.
        await checkpoint()

    def begin_closing(self) -> bool:
        return self.is_undelivered()

    def is_undelivered(self) -> bool:
        if self._socket.fileno() < 0:
            return False
        try:
            return unacknowledged(self._socket) > 0
        except OSError:
            return True

    def shut_down_sending(self) -> None:
        self._check_open()
        self._socket.shutdown(socket.SHUT_WR)

    def discard_nowait(self) -> None:
        try:
            self._socket.recv(_LITTLE)
        except OSError:
            pass  # Nothing has arrived, or the socket has failed or was closed.

    def keep_out_others(self, stream: object) -> None:
        """Have its owner refuse what would be in the way: to receive, and to send while a task waits to do so here.

        :raises anyio.BusyResourceError: if a task is doing so
        """
        self._send_guard = send_guard_of(stream)
        with self._send_guard:
            self._occupation = Occupation(receive_guard_of(stream))

    def _let_others_in(self) -> None:
        if self._occupation is not None:
            self._occupation.end()

    def _leave(self) -> None:
        self.in_use = False
        self._let_others_in()

    def release(self) -> bytes:
        self._leave()
        return b""

    async def aclose(self) -> None:
        self.interrupt()
        try:
            await self._owner.aclose()
        finally:
            self._leave()

    def _check_open(self) -> None:
        if self._socket.fileno() < 0:
            raise anyio.ClosedResourceError("the socket has been closed")


@final
class SocketStream(AnyIOSocketStream):
    """An :class:`anyio.abc.SocketStream` over a connected stream socket, without an event loop's transport in between.

    It is made by :func:`connect_tcp` and :func:`connect_unix`, or from your own socket. :func:`connect_tls` and the
    listeners put TLS over one; :meth:`TLSStream.wrap` does so later. It has :class:`anyio.abc.SocketAttribute`, but
    while a task receives from TLS over it, nobody else may wait for input on its socket (by
    :func:`anyio.wait_readable`): asyncio allows only one reader registration.

    :param raw_socket: a connected ``SOCK_STREAM`` socket, which this object owns from now on. It is made
        non-blocking, and TCP_NODELAY is set as AnyIO and Trio do.
    :raises TypeError: if ``raw_socket`` is not a :class:`socket.socket`, or an :class:`ssl.SSLSocket`
    :raises ValueError: if it is not a stream socket or not connected
    """

    def __init__(self, raw_socket: socket.socket) -> None:
        if not isinstance(raw_socket, socket.socket):
            raise TypeError(f"raw_socket must be a socket.socket, not {type(raw_socket).__name__}")
        if isinstance(raw_socket, ssl.SSLSocket):
            raise TypeError("raw_socket must be a socket without TLS, not SSLSocket")
        if raw_socket.type != socket.SOCK_STREAM:
            raise ValueError("raw_socket must be a stream socket (SOCK_STREAM)")
        try:
            self._remote_address = raw_socket.getpeername()
        except OSError as exc:
            raise ValueError("raw_socket must be connected") from exc
        if raw_socket.family in (socket.AF_INET, socket.AF_INET6):
            raw_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if raw_socket.gettimeout() != 0:
            raw_socket.setblocking(False)
        self._socket = raw_socket
        self._is_shared = True
        self._user: Callable[[], SocketTransport | None] = _nobody

    @classmethod
    def of_new_socket(cls, raw_socket: socket.socket, remote_address: Any) -> Self:
        """From a socket that was made for it. It may yet have to connect, with the first data (TCP Fast Open)."""
        stream = cls.__new__(cls)
        stream._socket = raw_socket
        stream._is_shared = False
        stream._remote_address = remote_address
        stream._user = _nobody
        return stream

    def lend_to(self, kind: Callable[[socket.socket, Self], TransportT]) -> TransportT:
        """Make a transport over the socket. It may have a reader registration, and is told before the socket is closed.

        :raises anyio.BusyResourceError: if a task is receiving or sending
        :raises ValueError: if there is another one
        """
        check_free(self._user())
        for name in ("_receive_guard", "_send_guard"):
            with self.__dict__.get(name, NO_GUARD):  # A call that is under way would not end, or get in the way.
                pass
        user = kind(self._socket, self)
        self._user = weakref.ref(user)
        return user

    @classmethod
    async def from_socket(cls, sock_or_fd: socket.socket | int) -> Self:
        """As the constructor, but also from the descriptor of a socket.

        :param sock_or_fd: a socket as the constructor takes it, or its file descriptor; refused, it stays the caller's
        :raises OSError: if the descriptor is not a socket's
        :raises TypeError: if it is neither
        :raises ValueError: if the socket is not a stream socket or not connected
        """
        if not isinstance(sock_or_fd, int):
            return cls(sock_or_fd)
        raw_socket = socket.socket(fileno=sock_or_fd)
        try:
            return cls(raw_socket)
        except BaseException:
            raw_socket.detach()
            raise

    @property
    def raw_socket(self) -> socket.socket:
        """The socket."""
        self._is_shared = True
        if (user := self._user()) is not None:
            user.is_shared = True
        return self._socket

    @property
    def _raw_socket(self) -> socket.socket:
        return self.raw_socket

    # The rest is needed only without TLS over it.

    @cached_property
    def _transport(self) -> SocketTransport:
        # The proxy is for a stream that is forgotten: it is freed at once, and not only by the garbage collector.
        return SocketTransport(self._socket, weakref.proxy(self), waits_of_event_loop())

    def _check_unused(self, action: str) -> None:
        if self._socket.fileno() >= 0 and (user := self._user()) is not None and user.in_use:
            raise anyio.BusyResourceError(action)

    @cached_property
    def _receive_guard(self) -> anyio.ResourceGuard:
        return anyio.ResourceGuard("reading from")

    @cached_property
    def _send_guard(self) -> anyio.ResourceGuard:
        return anyio.ResourceGuard("writing to")

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Receive up to ``max_bytes`` bytes, and no more than 256 KiB at once. A cancelled call has taken none.

        :raises TypeError: if ``max_bytes`` is not an integer
        :raises ValueError: if it is less than 1
        :raises anyio.EndOfStream: at the end
        :raises anyio.BrokenResourceError: if the connection is broken
        :raises anyio.BusyResourceError: if another task is receiving, or there is TLS over this stream
        :raises anyio.ClosedResourceError: if the stream is closed
        """
        max_bytes = min(as_max_bytes(max_bytes), MAX_PIECE)
        self._check_unused("reading from")
        with self._receive_guard:
            await checkpoint()
            try:
                data = self._transport.receive_nowait(max_bytes)
                if data is None:
                    data = await self._transport.receive(max_bytes)
            except OSError as exc:
                raise anyio.BrokenResourceError from exc
        if not data:
            raise anyio.EndOfStream
        return bytes(data)

    async def send(self, item: bytes) -> None:
        """Send all of ``item``. A cancelled call may have sent any part of it.

        :raises TypeError: if ``item`` is not bytes-like
        :raises anyio.BrokenResourceError: if the connection is broken
        :raises anyio.BusyResourceError: if another task is sending, or there is TLS over this stream
        :raises anyio.ClosedResourceError: if the stream is closed
        """
        queue = SendQueue(bytes(as_bytes("item", item)))
        self._check_unused("writing to")
        with self._send_guard:
            await checkpoint()
            try:
                self._transport.send_nowait(queue)
                while queue.data:
                    await self._transport.send(queue)
            except OSError as exc:
                raise anyio.BrokenResourceError from exc

    def is_readable(self) -> bool:
        """Whether :meth:`receive` would return or raise without waiting: bytes, the end, or an error.

        For connection pools: an idle connection that is readable was probably closed by the peer. If there is TLS over
        this stream, ask the TLS stream.
        """
        return self._socket.fileno() < 0 or self._transport.is_readable()

    async def send_eof(self) -> None:
        """Half-close the connection.

        :raises anyio.BrokenResourceError: if the connection is broken
        :raises anyio.BusyResourceError: if another task is sending, or there is TLS over this stream
        :raises anyio.ClosedResourceError: if the stream is closed
        """
        self._check_unused("writing to")
        with self._send_guard:
            await checkpoint()
            try:
                self._transport.shut_down_sending()
            except OSError as exc:
                raise anyio.BrokenResourceError from exc

    async def aclose(self) -> None:
        """Close the socket. A task that waits on it gets :exc:`anyio.ClosedResourceError`."""
        for transport in (self._user(), self.__dict__.get("_transport")):
            if transport is not None:
                transport.interrupt()
        if self._is_shared and self._socket.fileno() >= 0:
            anyio.notify_closing(self._socket)  # for tasks that wait for it otherwise
        self._socket.close()
        await checkpoint()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        sock = self._socket
        attributes: dict[Any, Callable[[], Any]] = {
            SocketAttribute.family: lambda: sock.family,
            SocketAttribute.local_address: lambda: as_address(sock.getsockname()),
            SocketAttribute.raw_socket: lambda: self.raw_socket,
            SocketAttribute.remote_address: lambda: as_address(self._remote_address),
        }
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            attributes[SocketAttribute.local_port] = lambda: sock.getsockname()[1]
            attributes[SocketAttribute.remote_port] = lambda: self._remote_address[1]
        return attributes


def _nobody() -> None:
    """Stands in for a weak reference to the user of a socket."""


def as_address(address: Any) -> Any:
    """As in AnyIO: an IPv6 address without flow information, its scope after a ``%``."""
    if not isinstance(address, tuple) or len(address) < 4:
        return address
    host, port, _, scope_id = address
    return (f"{host}%{scope_id}" if scope_id and "%" not in host else host), port
