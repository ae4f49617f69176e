"""The listener of the Trio face."""

from __future__ import annotations

import errno
import socket
from collections import deque
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias, final

import trio
from trio.abc import Listener

from anyio_tls._acceptor import poll_of
from anyio_tls._admission import Admission, ListenerStatistics, as_admission, door_of
from anyio_tls._arguments import as_flag, as_seconds, has_methods
from anyio_tls._assembly import Assembly
from anyio_tls._choosing import ContextChooser, check_server_context
from anyio_tls._closing import close_quietly
from anyio_tls._driver import HANDSHAKE_SECONDS
from anyio_tls._engine import SSLContextLike
from anyio_tls._transports import BorrowedSocket, as_address
from anyio_tls._visitor import address_of_peer, log_handshake_error

from ._errors import ERRORS
from ._stream import TLSStream, put_together

__all__ = ["TLSListener", "shut_down"]

Connection: TypeAlias = tuple[Any, Any]
"""Its stream, and the address of the client."""


@final
class TLSListener(Listener[TLSStream[Any]]):
    """A Trio listener whose connections speak TLS, for :func:`trio.serve_listeners`.

    The handshake is done by the handler's first call, so that no client delays the others. A failed one is also logged
    in the logger ``anyio_tls``, as in :meth:`anyio_tls.TLSListener.handle_handshake_error`.

    :param transport_listener: the listener for the streams below
    :param ssl_context: the server's context, with its certificate, or a plain or async function that chooses it by the
        client's :class:`anyio_tls.ClientHello` (see :class:`anyio_tls.TLSListener`)
    :param https_compatible: see :class:`TLSStream`
    :param linger: see :class:`TLSStream`
    :param handshake_timeout: seconds from when a client is accepted until its handshake must be complete; ``None`` for
        no limit. After that, the call that waits for the handshake raises :exc:`HandshakeTimeoutError`.
    :param admission: which clients are admitted, and how many at a time; by default an :class:`anyio_tls.Admission`
        with its defaults. Listeners with the same one share its limits.
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a client's
    """

    def __init__(
        self,
        transport_listener: Listener[Any],
        ssl_context: SSLContextLike | ContextChooser,
        *,
        https_compatible: bool = False,
        linger: float | None = None,
        handshake_timeout: float | None = HANDSHAKE_SECONDS,
        admission: Admission | None = None,
    ) -> None:
        if not has_methods(transport_listener, "accept"):
            raise TypeError(f"transport_listener must be a Trio listener, not {type(transport_listener).__name__}")
        context, self._choose = check_server_context(ssl_context, hostname_argument="server_hostname")
        self.transport_listener = transport_listener
        self.admission: Admission = as_admission(admission)
        self._door = door_of(self.admission)
        self._host = object()
        self._opened_in: object = None  # the token of the event loop that accepts
        self._assembly = Assembly(
            context,
            server_side=True,
            server_hostname=None,
            standard_compatible=not as_flag("https_compatible", https_compatible),
            errors=ERRORS,
            yield_every=1,
            linger=as_seconds("linger", linger),
            handshake_timeout=as_seconds("handshake_timeout", handshake_timeout),
        )
        self._https_compatible = https_compatible  # Trio's own tests read it here
        self._closed = False
        self._shutting_down = False
        self._acceptor: _Acceptor | None = None
        self._waiting: deque[Connection] = deque()  # accepted, but without a place, by calls that were cancelled

    async def accept(self) -> TLSStream[Any]:
        """The next connection. If it is cancelled, none is lost. After :func:`shut_down` it waits until it is
        cancelled.

        :raises RuntimeError: if its ``admission`` belongs to listeners of another event loop
        :raises trio.ClosedResourceError: if the listener is closed
        """
        if (token := trio.lowlevel.current_trio_token()) is not self._opened_in:
            self._door.open_here()
            self._opened_in = token
        while True:
            accepted = await self._accept()
            if accepted is None:
                continue
            stream, address = accepted
            visitor = await self._door.enter(self._host, address, self._choose, ERRORS, log_handshake_error)
            if visitor is None:
                await _close(stream)
                continue
            try:
                return put_together(self._assembly, stream, visitor)
            except BaseException:
                visitor.left()
                await _close(stream)
                raise

    async def _accept(self) -> Connection | None:
        """The next connection, or ``None`` if it was gone before it was accepted."""
        try:
            await self._until_room()
            if self._waiting:
                await trio.lowlevel.checkpoint()
            accepted = self._waiting.popleft() if self._waiting else await self._next()
            try:
                await self._until_room()  # Another task, or listener, may have taken the place meanwhile.
            except BaseException:
                if self._closed:
                    await _close(accepted[0])
                else:
                    self._waiting.append(accepted)
                raise
        except trio.ClosedResourceError:
            if self._shutting_down:
                await trio.sleep_forever()
            raise
        except OSError as exc:
            await self._door.survive(exc)
            return None
        return accepted

    async def _next(self) -> Connection:
        """What the listener below accepts, with the address of the client."""
        listener = self.transport_listener
        if type(listener) is not trio.SocketListener:
            stream = await listener.accept()
            return stream, _address_of(stream)
        # A socket does not tell any more where a client connected from that has reset the connection since.
        self._acceptor = self._acceptor or _Acceptor(listener.socket)
        sock, address = await self._acceptor.accept()
        return trio.SocketStream(trio.socket.from_stdlib_socket(sock)), as_address(address)

    async def _until_room(self) -> None:
        if self._door.takes_more() and not self._closed:
            return
        if not await self._door.until_room(lambda: self._closed):
            await trio.lowlevel.checkpoint_if_cancelled()
            raise trio.ClosedResourceError("this listener has been closed")

    def statistics(self) -> ListenerStatistics:
        """The counters of its ``admission``, other listeners that share it included."""
        return self.admission.statistics()

    async def aclose(self) -> None:
        """Stop listening; connections stay open."""
        self._closed = True
        self._door.changed()
        try:
            while self._waiting:
                await _close(self._waiting.popleft()[0])
        finally:
            await self.transport_listener.aclose()


@final
class _Acceptor:
    """Accepts connections as Trio's sockets do, but only where one has probably arrived (see ``_acceptor.py``)."""

    def __init__(self, listening: trio.socket.SocketType) -> None:
        self._lender = listening
        self._check_open()
        self._listening = BorrowedSocket(listening, family=listening.family, kind=listening.type)
        self._has_more = poll_of(listening)

    async def accept(self) -> tuple[socket.socket, Any]:
        """Wait for one. If it is cancelled, none is lost.

        :raises OSError: what accept(2) says
        :raises trio.ClosedResourceError: if the socket is closed
        """
        self._check_open()
        has_more = self._has_more()
        while True:
            if has_more:
                await trio.lowlevel.checkpoint()
            else:
                await trio.lowlevel.wait_readable(self._lender)
            self._check_open()  # or its descriptor may be another one's by now
            try:
                return self._listening.accept()
            except BlockingIOError:
                has_more = False  # after all, or somebody else has accepted it
            except OSError as exc:
                if exc.errno in (errno.EBADF, errno.ENOTSOCK):
                    raise _closed_below() from None
                raise

    def _check_open(self) -> None:
        if self._lender.fileno() < 0:
            raise _closed_below()


def _closed_below() -> trio.ClosedResourceError:
    return trio.ClosedResourceError("the listener below has been closed")


async def shut_down(listeners: Iterable[TLSListener], seconds: float | None = 30.0) -> None:
    """Stop listening, let the connections finish, and close the remaining ones when the time is up.

    See :meth:`anyio_tls.Admission.drain` for the details. :func:`trio.serve_listeners` goes on meanwhile, without
    accepting connections; cancel its nursery afterwards, which ends handlers that still run without their connection.
    If this call is cancelled, it closes everything at once.

    :param listeners: the listeners to shut down
    :param seconds: how long the connections may take; ``None`` for no limit. To close those that are left takes
        about half a second more for a thousand of them.
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if ``seconds`` is negative
    """
    if not isinstance(listeners, Iterable):
        raise TypeError(f"listeners must be an iterable of TLSListeners, not {type(listeners).__name__}")
    listeners = [*listeners]
    for listener in listeners:
        if not isinstance(listener, TLSListener):
            raise TypeError(f"listeners must be TLSListeners, not {type(listener).__name__}")
    seconds = as_seconds("seconds", seconds)
    try:
        async with AsyncExitStack() as stack:  # which closes all, whatever happens to one
            for listener in listeners:
                listener._shutting_down = True
                stack.push_async_callback(listener.aclose)
    finally:
        async with trio.open_nursery() as nursery:
            for admission in {listener.admission for listener in listeners}:
                nursery.start_soon(door_of(admission).drain, seconds, [listener._host for listener in listeners])


async def _close(stream: Any) -> None:
    await close_quietly(stream, (OSError, trio.BrokenResourceError, trio.ClosedResourceError))


def _address_of(stream: Any) -> Any:
    """Where a client connects from, if its stream tells."""
    if not isinstance(stream, trio.SocketStream):
        return address_of_peer(stream)
    try:
        return as_address(stream.socket.getpeername())
    except OSError:  # the client has gone already
        return None
