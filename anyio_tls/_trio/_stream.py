"""The stream of the Trio face."""

from __future__ import annotations

import ssl
from typing import Any, Generic, TypeVar, final

import anyio
import trio
from trio.abc import HalfCloseableStream
from typing_extensions import Buffer

from anyio_tls._arguments import as_bytes, as_flag, as_max_bytes, as_seconds, let_go_of
from anyio_tls._assembly import Assembly
from anyio_tls._attributes import ConnectionInformation
from anyio_tls._contexts import checked_hostname
from anyio_tls._engine import SSLContextLike
from anyio_tls._transports import TransportStream
from anyio_tls._visitor import Guest

from ._errors import ERRORS

__all__ = ["TLSStream", "put_together"]

StreamT = TypeVar("StreamT", bound=TransportStream)


@final
class TLSStream(ConnectionInformation, HalfCloseableStream, Generic[StreamT]):
    """TLS over any byte stream, as a Trio stream.

    The handshake is done by :meth:`do_handshake`, or by the first call that sends or receives. One task may receive
    and one may send at the same time; every call can be cancelled at any point without harm to the connection. A stream
    belongs to the event loop in which it was made.

    What :class:`ssl.SSLObject` documents has the same names here; what is known only after the handshake raises
    :exc:`NeedHandshakeError` before it.

    :param transport_stream: any Trio stream, AnyIO byte stream or :class:`anyio_tls.SocketStream`. Sockets are used
        directly; over other streams a cancelled :meth:`send_all` ends sending (see
        :class:`anyio_tls.WriterTaskStream`).
    :param ssl_context: an :class:`ssl.SSLContext` or anything with its ``wrap_bio()`` (see
        :class:`anyio_tls.SSLContextLike`), which is called in the constructor: one that blocks therefore blocks the
        event loop
    :param server_hostname: the server's name, on a client: checked against its certificate, and sent to it (SNI),
        without the dot at the end of an absolute name (RFC 6066 section 3) or the zone of an IPv6 address.
        International names are encoded by IDNA 2008.
    :param server_side: whether this is the server's side
    :param https_compatible: ``True`` to do without close_notify (RFC 8446 section 6.1): none is sent on closing, and
        the end of the transport counts as the end of the stream
    :param linger: seconds that :meth:`aclose` may take to deliver what was sent, by default 30, on either side. With 0
        it does not wait, and data that the kernel has not delivered may be lost.
    :param session: on a client, the :attr:`session` of an earlier connection to the same server with the same context,
        to be resumed if the server agrees (:attr:`session_reused` tells). The certificate of that connection, which is
        not sent again, must have ``server_hostname`` among its alternative names (RFC 9525).
    :param received: bytes that were already read from ``transport_stream`` and belong to TLS: those after the last ones
        in the clear, or those that :meth:`unwrap` returned. TLS takes them as the first bytes of the peer, however many
        they are.
    :param handshake_timeout: seconds from now after which the handshake fails: the call that waits for it raises
        :exc:`HandshakeTimeoutError`; ``None`` for no limit
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context does not fit the side, or checks host names and there is none, if
        ``server_hostname`` cannot be one or is given to a server, if the session does not fit the context or the side,
        or if there is TLS over ``transport_stream`` already
    :raises trio.BusyResourceError: if another task is using ``transport_stream``
    :raises trio.ClosedResourceError: if ``transport_stream`` is a closed socket
    """

    _errors = ERRORS

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
            ssl_context,
            server_side,
            name,
            not as_flag("https_compatible", https_compatible),
            ERRORS,
            yield_every=1,  # Trio's rule: every call is a checkpoint
            linger=as_seconds("linger", linger),
            session=session,
            received=bytes(as_bytes("received", received)),
            handshake_timeout=as_seconds("handshake_timeout", handshake_timeout),
        )
        self._begin(assembly, transport_stream)

    def _begin(self, assembly: Assembly, transport_stream: StreamT, visitor: Guest | None = None) -> None:
        try:
            self._driver = assembly.put_together(transport_stream, visitor)
        except anyio.ClosedResourceError as exc:
            raise trio.ClosedResourceError(str(exc)) from None
        except anyio.BusyResourceError as exc:
            raise trio.BusyResourceError(str(exc)) from None
        self.transport_stream = transport_stream

    async def do_handshake(self) -> None:
        """Do the handshake, unless it is complete; if another task is doing it, wait for that one.

        If it is cancelled, it can be continued by calling again, or by sending or receiving.

        :raises CertificateVerificationError: if the peer's certificate does not pass verification
        :raises HandshakeError: if the handshake fails otherwise; every later call raises the same
        :raises TruncatedError: if the transport ends during the handshake
        :raises trio.ClosedResourceError: if this stream is closed, or is closed meanwhile
        """
        await self._driver.handshake()

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """Receive what has arrived, or wait until something does.

        If it is cancelled, at any point, nothing is lost: the next call goes on.

        :param max_bytes: how many bytes at most, at least 1; by default 64 KiB
        :returns: between 1 and ``max_bytes`` bytes, or ``b""`` at the peer's close_notify
        :raises TypeError: if ``max_bytes`` is not an integer
        :raises ValueError: if it is less than 1
        :raises TruncatedError: if the transport ended without close_notify
        :raises TLSError: if the connection fails; every later call raises the same
        :raises trio.BusyResourceError: if another task is receiving
        :raises trio.ClosedResourceError: if this stream is closed, or is closed meanwhile
        """
        return await self._driver.receive(2**16 if max_bytes is None else as_max_bytes(max_bytes))

    async def send_all(self, data: Buffer) -> None:
        """Encrypt and send all of ``data``.

        If it is cancelled, at any point, the connection remains usable in both directions. :attr:`bytes_sent` says how
        much was accepted: all or nothing of up to 16 KiB, any prefix of more. What was accepted and not sent yet is
        sent with the next operation. (Over a stream below that cannot say how much it took, nothing can be sent from
        then on: it raises :exc:`TLSError`.)

        :param data: ``bytes``, or any object with the buffer interface, whatever its shape. An empty one sends what an
            earlier, cancelled call left unsent.
        :raises TypeError: if ``data`` is not bytes-like
        :raises TLSError: if the connection fails; every later call raises the same
        :raises trio.BusyResourceError: if another task is sending
        :raises trio.ClosedResourceError: if this stream is closed, or is closed meanwhile, or after :meth:`send_eof`
        """
        contents = as_bytes("data", data)
        try:
            await self._driver.send(contents)
        finally:
            let_go_of(contents)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until :meth:`send_all` might not have to wait. Cancellation does no harm.

        :raises TLSError: if sending has failed
        :raises trio.BusyResourceError: if another task is sending
        :raises trio.ClosedResourceError: if this stream is closed, or is closed meanwhile
        """
        await self._driver.wait_writable()

    async def send_eof(self) -> None:
        """Half-close: send close_notify, and go on receiving (RFC 8446 section 6.1).

        Calling it again does no harm. In a cancelled scope it still does its work, and the cancellation is raised only
        if it has to wait; close_notify is then sent with the next operation.

        Not every peer supports it: some take it for the end of both directions, and discard what they had still to
        send, though they send close_notify. The page "Other implementations" of the documentation lists them.

        :raises NotImplementedError: on TLS 1.2, which makes the peer discard what it still had to send. It is an
            :exc:`AttributeError` too, for code that expects TLS streams not to have this method.
        :raises TLSError: if sending has failed
        :raises trio.BusyResourceError: if another task is sending
        :raises trio.ClosedResourceError: if this stream is closed
        """
        await self._driver.send_eof()

    async def unwrap(self, *, timeout: float | None = 30.0) -> tuple[StreamT, bytes]:
        """End TLS and hand back the stream below, which stays open.

        It sends close_notify and waits for the peer's. Afterwards this stream is closed. If it is cancelled or times
        out, call it again to go on, or close the stream.

        :param timeout: seconds to wait for the peer; ``None`` for ever
        :returns: the transport stream, and the bytes that were received after the peer's close_notify
        :raises UnexpectedDataError: if the peer has sent application data: receive it, then call again
        :raises TimeoutError: if it takes longer than ``timeout``
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

        Tasks that wait in other calls get :exc:`trio.ClosedResourceError` first. What :meth:`send_all` accepted is
        delivered, followed by close_notify, to a peer that goes on reading; what the peer still sends is discarded.
        That takes ``linger`` seconds at most, 30 by default, and no round trip if everything was delivered before. It
        does not wait for the peer's close_notify, nor for a peer that has acknowledged everything and is then silent
        for two seconds, and raises nothing for the peer's misbehaviour: to know that the peer has read everything, call
        :meth:`unwrap` first, and close what it returns.

        If it is cancelled, it closes at once, and undelivered data may be lost. Calling it again does no harm.
        """
        await self._driver.aclose()


def put_together(assembly: Assembly, transport_stream: Any, visitor: Guest | None = None) -> TLSStream[Any]:
    """A stream from arguments that have been checked.

    :param visitor: the client, on a listener's connection
    """
    stream = TLSStream.__new__(TLSStream)
    stream._begin(assembly, transport_stream, visitor)
    return stream
