"""The stream of the Trio face."""

from __future__ import annotations

import ssl
from typing import Any, Generic, TypeVar, final

import anyio
import trio
from trio.abc import HalfCloseableStream
from typing_extensions import Buffer

from anyio_tls._arguments import as_bytes, as_max_bytes, as_seconds
from anyio_tls._assembly import Assembly
from anyio_tls._attributes import ConnectionInformation
from anyio_tls._contexts import checked_hostname
from anyio_tls._engine import BUFFER_LIMIT, SSLContextLike
from anyio_tls._transports import TransportStream

from ._errors import ERRORS

__all__ = ["TLSStream", "put_together"]

StreamT = TypeVar("StreamT", bound=TransportStream)


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
            transport_stream,
            ssl_context,
            server_side,
            name,
            not https_compatible,
            ERRORS,
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


def put_together(assembly: Assembly) -> TLSStream[Any]:
    """A stream of what has been checked."""
    stream = TLSStream.__new__(TLSStream)
    stream._begin(assembly)
    return stream
