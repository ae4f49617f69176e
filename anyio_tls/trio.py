"""TLS streams for Trio, in the place of :class:`trio.SSLStream` and :class:`trio.SSLListener`."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Generic, NoReturn, TypeVar, final

import anyio
import trio
from trio.abc import HalfCloseableStream, Listener
from typing_extensions import Buffer, Self

from . import _errors
from ._admission import Admission, ListenerStatistics, as_admission
from ._arguments import as_bytes, as_host, as_hostname, as_integer, as_max_bytes, as_seconds, has_methods
from ._assembly import Assembly
from ._attributes import ConnectionInformation
from ._choosing import ContextChooser, check_server_context
from ._contexts import checked_hostname, client_context
from ._driver import HANDSHAKE_SECONDS
from ._engine import BUFFER_LIMIT, SSLContextLike
from ._tcp import open_tcp_socket
from ._transports import TransportStream, as_address
from ._visitor import address_of_peer, log_handshake_error

__all__ = [
    "CertificateVerificationError",
    "HandshakeError",
    "HandshakeTimeoutError",
    "NeedHandshakeError",
    "TLSError",
    "TLSListener",
    "TLSStream",
    "TruncatedError",
    "UnexpectedDataError",
    "open_tls_over_tcp_listeners",
    "open_tls_over_tcp_stream",
    "serve_tls_over_tcp",
    "shut_down",
]

StreamT = TypeVar("StreamT", bound=TransportStream)


class TLSError(_errors.TLSError, trio.BrokenResourceError):
    """:exc:`anyio_tls.TLSError` that is a :exc:`trio.BrokenResourceError` too."""


class HandshakeError(_errors.HandshakeError, TLSError):
    """:exc:`anyio_tls.HandshakeError` for Trio."""


class HandshakeTimeoutError(_errors.HandshakeTimeoutError, HandshakeError):
    """:exc:`anyio_tls.HandshakeTimeoutError` for Trio."""


class CertificateVerificationError(_errors.CertificateVerificationError, HandshakeError):
    """:exc:`anyio_tls.CertificateVerificationError` for Trio."""


class TruncatedError(_errors.TruncatedError, TLSError):
    """:exc:`anyio_tls.TruncatedError` for Trio."""


class UnexpectedDataError(_errors.UnexpectedDataError, TLSError):
    """:exc:`anyio_tls.UnexpectedDataError` for Trio."""


class NeedHandshakeError(_errors.NeedHandshakeError, trio.NeedHandshakeError):
    """:exc:`anyio_tls.NeedHandshakeError` that is a :exc:`trio.NeedHandshakeError` too."""


class _NoHalfCloseError(NotImplementedError, AttributeError):
    """What callers of ``send_eof()`` catch who expect that a TLS stream of Trio's has none."""


def _busy(action: str) -> trio.BusyResourceError:
    return trio.BusyResourceError(f"another task is already {action} this TLS stream")


_ERRORS: Final = _errors.ErrorClasses(
    tls=TLSError,
    handshake=HandshakeError,
    handshake_timeout=HandshakeTimeoutError,
    certificate=CertificateVerificationError,
    truncated=TruncatedError,
    unexpected_data=UnexpectedDataError,
    need_handshake=NeedHandshakeError,
    no_half_close=_NoHalfCloseError,
    closed=trio.ClosedResourceError,
    busy=_busy,
)


@final
class TLSStream(ConnectionInformation, HalfCloseableStream, Generic[StreamT]):
    """TLS over any byte stream, as a Trio stream.

    The handshake is done by :meth:`do_handshake`, or by the first call that sends or receives. One task may receive
    and one may send at the same time; every call can be cancelled at any point without harm to the connection. A stream
    that was made in an event loop belongs to it.

    What :class:`ssl.SSLObject` documents is there under the same names; what only a handshake decides raises
    :exc:`NeedHandshakeError` before it.

    :param transport_stream: any Trio stream, AnyIO byte stream or :class:`anyio_tls.SocketStream`. Sockets are used
        directly; over other streams a cancelled :meth:`send_all` ends sending (see
        :class:`anyio_tls.WriterTaskStream`).
    :param ssl_context: an :class:`ssl.SSLContext` or anything with its ``wrap_bio()`` (see
        :class:`anyio_tls.SSLContextLike`), which is called here and now: there is no waiting in a constructor, so one
        that blocks holds up the event loop
    :param server_hostname: the server's name, on a client: checked against its certificate, and sent to it (SNI),
        without the dot at the end of an absolute name (RFC 6066 section 3) or the zone of an IPv6 address.
        International names are encoded by IDNA 2008.
    :param server_side: whether this is the server's side
    :param https_compatible: ``True`` to do without close_notify (RFC 8446 section 6.1): none is sent on closing, and
        an end of the transport without one counts as the end of the stream
    :param linger: seconds that :meth:`aclose` may take to deliver what was sent, by default 30, on either side. With 0
        nothing waits, and what the system has not delivered may be lost.
    :param session: on a client, the :attr:`session` of an earlier connection to the same server with the same context,
        to be resumed if the server agrees (:attr:`session_reused` tells). Its certificate, which is not sent again, has
        to be for ``server_hostname`` all the same, among its alternative names (RFC 9525).
    :param received: what was read from ``transport_stream`` before, and belongs to TLS: bytes that followed the last
        ones in the clear, or that :meth:`unwrap` gave back. They are taken as the first that the peer has sent. As they
        are the caller's own, there is no limit to them.
    :param handshake_timeout: seconds from now on after which the handshake has failed, with
        :exc:`HandshakeTimeoutError`, in whichever call it is; ``None`` for never
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context does not fit the side, or checks host names and there is none, if
        ``server_hostname`` cannot be one or is given to a server, if the session does not fit the context or the side,
        or if there is TLS over ``transport_stream`` already
    :raises trio.ClosedResourceError: if ``transport_stream`` is a closed socket
    """

    _errors = _ERRORS

    transport_stream: StreamT | None
    """The stream below; ``None`` after :meth:`unwrap`."""

    def __init__(
        self,
        transport_stream: StreamT,
        ssl_context: SSLContextLike,
        *,
        server_hostname: str | bytes | None = None,
        server_side: bool = False,
        https_compatible: bool = False,
        linger: float | None = None,
        session: ssl.SSLSession | None = None,
        received: Buffer = b"",
        handshake_timeout: float | None = None,
    ) -> None:
        name = checked_hostname("server_hostname", server_hostname, ssl_context, session, server_side=server_side)
        assembly = Assembly(
            transport_stream,
            ssl_context,
            server_side,
            name,
            not https_compatible,
            _ERRORS,
            yield_every=1,  # Trio's rule: every call is a checkpoint
            linger=as_seconds("linger", linger),
            session=session,
            received=bytes(as_bytes("received", received)),
            handshake_timeout=as_seconds("handshake_timeout", handshake_timeout),
        )
        self._begin(assembly)

    def _begin(self, assembly: Assembly) -> None:
        try:
            self._driver = assembly.put_together()
        except anyio.ClosedResourceError as exc:
            raise trio.ClosedResourceError(*exc.args) from None
        self.transport_stream = assembly.transport_stream

    @classmethod
    def _of(cls, assembly: Assembly) -> Self:
        """One that a listener has put together."""
        stream = cls.__new__(cls)
        stream._begin(assembly)
        return stream

    async def do_handshake(self) -> None:
        """Do the handshake, unless it is done; wait for it if another task is at it.

        Cancelled, it can be continued by calling again, or by sending or receiving.

        :raises CertificateVerificationError: if the peer's certificate does not pass
        :raises HandshakeError: if the handshake fails otherwise; every later call raises the same
        :raises TruncatedError: if the transport ends during the handshake
        :raises trio.ClosedResourceError: if this stream is, or is meanwhile, closed
        """
        await self._driver.handshake()

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """Receive what is there, after waiting until there is something.

        Cancelled at any point, nothing is lost: the next call goes on.

        :param max_bytes: how many bytes at most, at least 1; by default 64 KiB
        :returns: between 1 and ``max_bytes`` bytes, or ``b""`` at the peer's close_notify
        :raises TypeError: if ``max_bytes`` is not an integer
        :raises ValueError: if it is less than 1
        :raises TruncatedError: if the transport ended without close_notify
        :raises TLSError: if the connection fails; every later call raises the same
        :raises trio.BusyResourceError: if another task is receiving
        :raises trio.ClosedResourceError: if this stream is, or is meanwhile, closed
        """
        return await self._driver.receive(BUFFER_LIMIT if max_bytes is None else as_max_bytes(max_bytes))

    async def send_all(self, data: Buffer) -> None:
        """Encrypt and send all of ``data``.

        Cancelled at any point, the connection stays whole in both directions. :attr:`bytes_sent` tells how much was
        accepted: all or nothing of up to 16 KiB, any prefix of more. What was accepted goes out with the next
        operation, if it has not gone out yet. (Over a stream below that cannot say how much it took, sending is over
        instead, with a :exc:`TLSError` from then on.)

        :param data: ``bytes``, or any object with the buffer interface, whatever its shape. An empty one sends what
            an earlier, cancelled call has left.
        :raises TypeError: if ``data`` is not bytes-like
        :raises TLSError: if the connection fails; every later call raises the same
        :raises trio.BusyResourceError: if another task is sending
        :raises trio.ClosedResourceError: if this stream is, or is meanwhile, closed, or after :meth:`send_eof`
        """
        await self._driver.send(as_bytes("data", data))

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until :meth:`send_all` might not have to wait. Cancellation does no harm.

        :raises TLSError: if sending has failed
        :raises trio.BusyResourceError: if another task is sending
        :raises trio.ClosedResourceError: if this stream is, or is meanwhile, closed
        """
        await self._driver.wait_writable()

    async def send_eof(self) -> None:
        """Tell the peer that nothing follows, with close_notify, and go on receiving (RFC 8446 section 6.1).

        Once is enough, but calling it again does no harm. In a cancelled scope it does its work all the same, and
        raises the cancellation only if there is something to wait for; close_notify then goes out with the next
        operation.

        Not every peer goes along: to some it is the end of both directions, and what they had still to say never comes,
        though their close_notify does. The page "Other implementations" of the documentation lists them.

        :raises NotImplementedError: on TLS 1.2, which makes the peer discard what it still had to say. It is an
            :exc:`AttributeError` too, for code that takes a TLS stream for one without this method.
        :raises TLSError: if sending has failed
        :raises trio.BusyResourceError: if another task is sending
        :raises trio.ClosedResourceError: if this stream is closed
        """
        await self._driver.send_eof()

    async def unwrap(self, *, timeout: float | None = 30.0) -> tuple[StreamT, bytes]:
        """End TLS and hand back the stream below, which stays open.

        Sends close_notify and waits for the peer's. Afterwards this stream is closed. If it is cancelled or the
        time is up, call it again to go on, or close the stream.

        :param timeout: seconds to wait for the peer; ``None`` for ever
        :returns: the transport stream, and the bytes received that came behind the peer's close_notify
        :raises UnexpectedDataError: if the peer has sent application data: receive it, then call again
        :raises TimeoutError: if the time is up; it says so
        :raises TruncatedError: if the transport ends without the peer's close_notify
        :raises TLSError: if the connection fails
        :raises trio.BusyResourceError: if another task is sending or receiving
        :raises trio.ClosedResourceError: if this stream is closed
        """
        trailing = await self._driver.unwrap(as_seconds("timeout", timeout))
        transport_stream, self.transport_stream = self.transport_stream, None
        assert transport_stream is not None
        return transport_stream, trailing

    async def aclose(self) -> None:
        """Close the stream and the one below, in bounded time, whatever the peer does.

        Tasks that wait in other calls get :exc:`trio.ClosedResourceError` first. What :meth:`send_all` has returned for
        is delivered, and close_notify behind it, to a peer that goes on reading; what the peer still sends is thrown
        away. That takes ``linger`` seconds at most, 30 by default, and no round trip if all was delivered before. It
        does not wait for the peer's close_notify, and raises nothing for the peer's misbehaviour: to know that the peer
        has read everything, call :meth:`unwrap` first, and close what it returns.

        Cancelled, it closes at once, and what was still under way may be lost. Calling it again does no harm.
        """
        await self._driver.aclose()


@final
class TLSListener(Listener[TLSStream[Any]]):
    """A Trio listener whose connections speak TLS, for :func:`trio.serve_listeners`.

    The handshake is left to the handler's first call, so that no client holds up the others. One that fails is told in
    the logger ``anyio_tls`` besides, as :meth:`anyio_tls.TLSListener.handle_handshake_error` does it.

    :param transport_listener: the listener for the streams below
    :param ssl_context: the server's context, with its certificate, or a plain or async function that chooses it by the
        client's :class:`anyio_tls.ClientHello` (see :class:`anyio_tls.TLSListener`)
    :param https_compatible: see :class:`TLSStream`
    :param linger: see :class:`TLSStream`
    :param handshake_timeout: seconds that a client has, from when it is accepted until its handshake is done; ``None``
        for ever. When they are over, the call that waits for the handshake raises :exc:`HandshakeTimeoutError`.
    :param admission: who is let in, how many at a time; by default :class:`anyio_tls.Admission` as it comes. Listeners
        that get the same one have its places in common.
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
        self._assembly = Assembly(
            None,
            context,
            server_side=True,
            server_hostname=None,
            standard_compatible=not https_compatible,
            errors=_ERRORS,
            yield_every=1,
            linger=as_seconds("linger", linger),
            handshake_timeout=as_seconds("handshake_timeout", handshake_timeout),
        )
        self._shutting_down = False

    async def accept(self) -> TLSStream[Any]:
        """The next connection. Cancelled, none is lost. After :func:`shut_down` it waits until it is cancelled.

        :raises trio.ClosedResourceError: if the listener is closed
        """
        while True:
            stream = await self._accept()
            if stream is None:
                continue
            visitor = self.admission.enter(_address_of(stream), self._choose, _ERRORS, log_handshake_error)
            if visitor is None:
                await trio.aclose_forcefully(stream)
                continue
            try:
                return TLSStream._of(self._assembly._replace(transport_stream=stream, visitor=visitor))
            except BaseException:
                visitor.left()
                await trio.aclose_forcefully(stream)
                raise

    async def _accept(self) -> Any:
        """The next connection, or ``None`` if it was gone before we got it."""
        await self.admission.until_room()
        try:
            return await self.transport_listener.accept()
        except trio.ClosedResourceError:
            if self._shutting_down:
                await trio.sleep_forever()
            raise
        except OSError as exc:
            await self.admission.survive(exc)
            return None

    def statistics(self) -> ListenerStatistics:
        """What has come to its door so far: that of :attr:`admission`, whose other listeners are in it too."""
        return self.admission.statistics()

    async def aclose(self) -> None:
        """Stop listening; connections live on."""
        await self.transport_listener.aclose()


async def shut_down(listeners: Iterable[TLSListener], seconds: float | None = 30.0) -> None:
    """Stop listening, let the connections finish, and close what is left of them when the time is up.

    See :meth:`anyio_tls.Admission.drain` for who is told what. :func:`trio.serve_listeners` goes on meanwhile, without
    accepting anybody; cancel its nursery afterwards, which ends handlers that have gone on without their connection.
    Cancelled itself, it closes everything at once.

    :param listeners: all that are to be shut down
    :param seconds: how long it may take; ``None`` for ever
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if ``seconds`` is negative
    """
    listeners = [*listeners]
    for listener in listeners:
        if not isinstance(listener, TLSListener):
            raise TypeError(f"listeners must be TLSListeners, not {type(listener).__name__}")
    seconds = as_seconds("seconds", seconds)
    try:
        for listener in listeners:
            listener._shutting_down = True
            await listener.aclose()
    finally:
        async with trio.open_nursery() as nursery:
            for admission in {listener.admission for listener in listeners}:
                nursery.start_soon(admission.drain, seconds)


def _address_of(stream: Any) -> Any:
    """Where a client connects from, if its stream tells."""
    if not isinstance(stream, trio.SocketStream):
        return address_of_peer(stream)
    try:
        return as_address(stream.socket.getpeername())
    except OSError:  # it has gone already
        return None


async def open_tls_over_tcp_stream(
    host: str | bytes,
    port: int,
    *,
    https_compatible: bool = False,
    ssl_context: SSLContextLike | None = None,
    happy_eyeballs_delay: float | None = 0.25,
    session: ssl.SSLSession | None = None,
) -> TLSStream[trio.SocketStream]:
    """Connect to a TLS server over TCP. The handshake is left to the first call, as with :class:`TLSStream`.

    :param host: the server's name or IP address, which its certificate has to have. The dot at the end of an absolute
        name, and the zone of an IPv6 address, serve for connecting only.
    :param port: its port
    :param https_compatible: see :class:`TLSStream`
    :param ssl_context: by default a secure one that trusts the system's certificate authorities, and that all
        connections share which pass none. The first of them loads it.
    :param happy_eyeballs_delay: seconds after which the next address is tried as well; ``None`` to wait until it fails
    :param session: see :class:`TLSStream`
    :raises OSError: if no connection can be made
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a server's, the session another context's, or an argument has a value that
        cannot be
    """
    name = as_hostname("host", host)
    address = as_host("host", host)
    checked_hostname("host", name, ssl_context, session, server_side=False, has_default=True)
    port = as_integer("port", port, 1, 65535)
    happy_eyeballs_delay = as_seconds("happy_eyeballs_delay", happy_eyeballs_delay)
    context = await client_context(ssl_context)
    raw_socket, _ = await open_tcp_socket(address, port, None, happy_eyeballs_delay)
    stream = trio.SocketStream(trio.socket.from_stdlib_socket(raw_socket))
    try:
        return TLSStream(stream, context, server_hostname=name, https_compatible=https_compatible, session=session)
    except BaseException:
        await trio.aclose_forcefully(stream)
        raise


async def open_tls_over_tcp_listeners(
    port: int,
    ssl_context: SSLContextLike | ContextChooser,
    *,
    host: str | bytes | None = None,
    https_compatible: bool = False,
    backlog: int | None = None,
    handshake_timeout: float | None = HANDSHAKE_SECONDS,
    admission: Admission | None = None,
) -> list[TLSListener]:
    """Listen for TLS connections over TCP, as :func:`trio.open_tcp_listeners` does.

    :param port: the port, 0 for a free one
    :param ssl_context: the server's context, with its certificate, or a function that chooses it (see
        :class:`TLSListener`)
    :param host: the address to listen on, by default every interface
    :param https_compatible: see :class:`TLSStream`
    :param backlog: connections that may wait to be accepted
    :param handshake_timeout: see :class:`TLSListener`
    :param admission: see :class:`TLSListener`; all of the listeners have it in common
    :raises OSError: if the address cannot be had
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a client's, or the time limit negative
    """
    handshake_timeout = as_seconds("handshake_timeout", handshake_timeout)
    check_server_context(ssl_context, hostname_argument="server_hostname")
    admission = as_admission(admission)
    listeners = await trio.open_tcp_listeners(port, host=host, backlog=backlog)
    return [
        TLSListener(
            listener,
            ssl_context,
            https_compatible=https_compatible,
            handshake_timeout=handshake_timeout,
            admission=admission,
        )
        for listener in listeners
    ]


async def serve_tls_over_tcp(
    handler: Callable[[TLSStream[Any]], Awaitable[object]],
    port: int,
    ssl_context: SSLContextLike | ContextChooser,
    *,
    host: str | bytes | None = None,
    https_compatible: bool = False,
    backlog: int | None = None,
    handshake_timeout: float | None = HANDSHAKE_SECONDS,
    admission: Admission | None = None,
    handler_nursery: trio.Nursery | None = None,
    task_status: trio.TaskStatus[list[TLSListener]] = trio.TASK_STATUS_IGNORED,
) -> NoReturn:
    """Serve TLS over TCP: :func:`open_tls_over_tcp_listeners` and :func:`trio.serve_listeners` in one.

    :param handler: an async function that takes a :class:`TLSStream`, which is closed when it returns or raises. An
        exception that leaves it ends its nursery, and with it this call and all connections; so it catches what a
        client can make happen: :exc:`trio.BrokenResourceError`, which every :exc:`TLSError` is. The handshake is in it
        too.
    :param handshake_timeout: see :class:`TLSListener`
    :param admission: see :class:`TLSListener`
    :param handler_nursery: the nursery for the handlers, by default one that ends with this call
    """
    listeners = await open_tls_over_tcp_listeners(
        port,
        ssl_context,
        host=host,
        https_compatible=https_compatible,
        backlog=backlog,
        handshake_timeout=handshake_timeout,
        admission=admission,
    )
    await trio.serve_listeners(handler, listeners, handler_nursery=handler_nursery, task_status=task_status)
