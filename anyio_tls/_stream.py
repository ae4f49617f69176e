"""The AnyIO face."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from typing import Any, Final, final

import anyio
from anyio.abc import ByteStream
from typing_extensions import Buffer, Self

from ._arguments import as_bytes, as_flag, as_max_bytes, as_seconds, let_go_of
from ._assembly import Assembly
from ._attributes import ConnectionInformation
from ._closing import close_quietly
from ._contexts import checked_hostname
from ._engine import SSLContextLike
from ._errors import ErrorClasses
from ._proxy import with_proxied_addresses
from ._transports import TransportStream
from ._visitor import Guest

__all__ = ["ERRORS", "TLSStream", "cut_off", "wrap_checked"]

_YIELD_EVERY: Final = 16
ERRORS: Final = ErrorClasses()


@final
class TLSStream(ConnectionInformation, ByteStream):
    """TLS over any byte stream, as an AnyIO byte stream.

    It is made by :meth:`wrap`, :func:`connect_tls` or a :class:`TLSListener`, and belongs to the event loop in which it
    was made. One task may receive and one may send at the same time; every call can be cancelled at any point without
    harm to the connection.

    What :class:`ssl.SSLObject` documents is there under the same names, and as :class:`TLSAttribute` typed
    attributes; the typed attributes of the stream below answer too.

    It cannot be subclassed: put a stream of your own over one.
    """

    _errors = ERRORS

    transport_stream: Any
    """The stream that was wrapped."""
    standard_compatible: bool
    """Whether close_notify is sent on closing and expected from the peer."""

    def __init__(self) -> None:
        raise TypeError("use TLSStream.wrap(), connect_tls() or a TLSListener")

    def __init_subclass__(cls) -> None:
        raise TypeError("TLSStream cannot be subclassed: put your own stream over one")

    @classmethod
    async def wrap(
        cls,
        transport_stream: TransportStream,
        *,
        server_side: bool | None = None,
        hostname: str | None = None,
        ssl_context: SSLContextLike | None = None,
        standard_compatible: bool = True,
        linger: float | None = None,
        session: ssl.SSLSession | None = None,
        received: Buffer = b"",
    ) -> Self:
        """Put TLS over a stream and do the handshake.

        If the handshake fails, the peer is sent an alert and ``transport_stream`` is closed. If it is cancelled, or the
        context raises an error of its own, ``transport_stream`` is closed. If an argument is refused,
        ``transport_stream`` is left alone.

        :param transport_stream: any AnyIO byte stream, Trio stream or :class:`SocketStream`. Sockets are used
            directly; over other streams a cancelled :meth:`send` ends sending (see :class:`WriterTaskStream`).
        :param server_side: whether this is the server's side; by default, whether ``hostname`` is missing
        :param hostname: the server's name, on a client: checked against its certificate, and sent to it (SNI), without
            the dot at the end of an absolute name (RFC 6066 section 3) or the zone of an IPv6 address. International
            names are encoded by IDNA 2008.
        :param ssl_context: an :class:`ssl.SSLContext`, or anything with its ``wrap_bio()`` (see
            :class:`SSLContextLike`). By default a client gets a secure one that trusts the system's certificate
            authorities, shared by all connections that pass none; a server has to pass one.
        :param standard_compatible: ``False`` to do without close_notify (RFC 8446 section 6.1): none is sent on
            closing, and the end of the transport counts as the end of the stream
        :param linger: seconds that :meth:`aclose` may take to deliver what was sent, by default 30, on either side.
            With 0 it does not wait, and data that the kernel has not delivered may be lost.
        :param session: on a client, the :attr:`session` of an earlier connection to the same server with the same
            context, to be resumed if the server agrees (:attr:`session_reused` tells). The certificate of that
            connection, which is not sent again, must have ``hostname`` among its alternative names (RFC 9525).
        :param received: bytes that were already read from ``transport_stream`` and belong to TLS: those after the last
            ones in the clear, or those that :meth:`unwrap` returned. TLS takes them as the first bytes of the peer,
            however many they are.
        :raises TypeError: if an argument has the wrong type
        :raises ValueError: if the context does not fit the side, or checks host names and there is none, if
            ``hostname`` cannot be one or is given to a server, if the session does not fit the context or the side, or
            if there is TLS over ``transport_stream`` already
        :raises anyio.BusyResourceError: if another task is using ``transport_stream``
        :raises anyio.ClosedResourceError: if ``transport_stream`` is a closed socket
        :raises CertificateVerificationError: if the peer's certificate does not pass verification
        :raises HandshakeError: if the handshake fails otherwise
        :raises TruncatedError: if the transport ends during the handshake
        """
        if server_side is None:
            server_side = not hostname
        if ssl_context is None and server_side:
            raise ValueError("a server needs an ssl_context with its certificate (a client needs a hostname)")
        name = checked_hostname("hostname", hostname, ssl_context, session, server_side=server_side, has_default=True)
        as_flag("standard_compatible", standard_compatible)
        linger = as_seconds("linger", linger)
        received = bytes(as_bytes("received", received))
        return await wrap_checked(
            transport_stream, server_side, name, ssl_context, standard_compatible, linger, session, received
        )

    async def do_handshake(self) -> None:
        """Do nothing: the handshake is complete. It exists because :class:`ssl.SSLObject` has it."""
        await self._driver.handshake()

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Receive what has arrived, or wait until something does.

        If it is cancelled, at any point, nothing is lost: the next call goes on.

        :param max_bytes: how many bytes at most, at least 1
        :returns: between 1 and ``max_bytes`` bytes
        :raises TypeError: if ``max_bytes`` is not an integer
        :raises ValueError: if it is less than 1
        :raises anyio.EndOfStream: at the peer's close_notify
        :raises TruncatedError: if the transport ended without it
        :raises TLSError: if the connection fails; every later call raises the same
        :raises anyio.BusyResourceError: if another task is receiving
        :raises anyio.ClosedResourceError: if this stream is closed, or is closed meanwhile
        """
        if type(max_bytes) is not int or max_bytes < 1:
            max_bytes = as_max_bytes(max_bytes)
        data = await self._driver.receive(max_bytes)
        if not data:
            raise anyio.EndOfStream
        return data

    async def send(self, item: Buffer) -> None:
        """Encrypt and send all of ``item``.

        If it is cancelled, at any point, the connection remains usable in both directions. :attr:`bytes_sent` says how
        much was accepted: all or nothing of an item of up to 16 KiB, any prefix of a larger one. What was accepted and
        not sent yet is sent with the next operation. (Over a stream below that cannot say how much it took, nothing can
        be sent from then on: it raises :exc:`TLSError`.)

        :param item: ``bytes``, or any object with the buffer interface, whatever its shape. An empty one sends what an
            earlier, cancelled call left unsent.
        :raises TypeError: if ``item`` is not bytes-like
        :raises TLSError: if the connection fails; every later call raises the same
        :raises anyio.BusyResourceError: if another task is sending
        :raises anyio.ClosedResourceError: if this stream is closed, or is closed meanwhile, or after :meth:`send_eof`
        """
        if type(item) is bytes:
            await self._driver.send(item)
            return
        data = as_bytes("item", item)
        try:
            await self._driver.send(data)
        finally:
            let_go_of(data)

    async def send_eof(self) -> None:
        """Half-close: send close_notify, and go on receiving (RFC 8446 section 6.1).

        Calling it again does no harm. In a cancelled scope it still does its work, and the cancellation is raised only
        if it has to wait; close_notify is then sent with the next operation.

        Not every peer supports it: some take it for the end of both directions, and discard what they had still to
        send, though they send close_notify. The page "Other implementations" of the documentation lists them.

        :raises NotImplementedError: on TLS 1.2, which makes the peer discard what it still had to send
        :raises TLSError: if sending has failed
        :raises anyio.BusyResourceError: if another task is sending
        :raises anyio.ClosedResourceError: if this stream is closed
        """
        await self._driver.send_eof()

    async def unwrap(self, *, timeout: float | None = 30.0) -> tuple[Any, bytes]:
        """End TLS and hand back the stream below, which stays open.

        It sends close_notify and waits for the peer's. Afterwards this stream is closed. If it is cancelled or times
        out, call it again to go on, or close the stream.

        :param timeout: seconds to wait for the peer; ``None`` for ever
        :returns: the transport stream, and the bytes that were received after the peer's close_notify
        :raises UnexpectedDataError: if the peer has sent application data: receive it, then call again
        :raises TimeoutError: if it takes longer than ``timeout``
        :raises TruncatedError: if the transport ends without the peer's close_notify
        :raises TLSError: if the connection fails
        :raises anyio.BusyResourceError: if another task is sending or receiving
        :raises anyio.ClosedResourceError: if this stream is closed
        """
        trailing = await self._driver.unwrap(as_seconds("timeout", timeout))
        return self.transport_stream, trailing

    async def aclose(self) -> None:
        """Close the stream and the one below, in bounded time, whatever the peer does.

        Tasks that wait in other calls get :exc:`anyio.ClosedResourceError` first. What :meth:`send` accepted is
        delivered, followed by close_notify, to a peer that goes on reading; what the peer still sends is discarded.
        That takes ``linger`` seconds at most, 30 by default, and no round trip if everything was delivered before. It
        does not wait for the peer's close_notify, nor for a peer that has acknowledged everything and is then silent
        for two seconds, and raises nothing for the peer's misbehaviour: to know that the peer has read everything, call
        :meth:`unwrap` first, and close what it returns.

        If it is cancelled, it closes at once, and undelivered data may be lost. Calling it again does no harm.
        """
        await self._driver.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        below = getattr(self.transport_stream, "extra_attributes", {})
        return {
            **with_proxied_addresses(self.proxy_header, below),
            **self._tls_attributes(self.standard_compatible),
        }


async def cut_off(stream: TLSStream) -> None:
    """Close it without close_notify, if it is open, and the stream below even if that has no TLS any more."""
    driver = stream._driver
    with anyio.CancelScope(shield=True):  # which hides nothing behind a cancellation; both close at once
        if driver.closing is None or not driver.closing.is_done:
            await driver.cut_off()
        if driver.closing is None:
            await close_quietly(stream.transport_stream)


async def wrap_checked(
    transport_stream: Any,
    server_side: bool,
    server_hostname: str | None,
    ssl_context: SSLContextLike | None,
    standard_compatible: bool,
    linger: float | None,
    session: ssl.SSLSession | None = None,
    received: bytes = b"",
    handshake_timeout: float | None = None,
    visitor: Guest | None = None,
) -> TLSStream:
    """:meth:`TLSStream.wrap` with arguments that have been checked.

    :param visitor: the client, on a listener's connection; then no context means that it is yet to be chosen
    """
    driver = await Assembly(
        ssl_context,
        server_side,
        server_hostname,
        standard_compatible,
        ERRORS,
        _YIELD_EVERY,
        linger,
        session,
        received,
        handshake_timeout,
    ).put_together_off_loop(transport_stream, visitor)
    stream = TLSStream.__new__(TLSStream)
    stream.transport_stream = transport_stream
    stream.standard_compatible = standard_compatible
    stream._driver = driver
    try:
        await driver.handshake()
    except BaseException:
        await driver.aclose()
        raise
    return stream
