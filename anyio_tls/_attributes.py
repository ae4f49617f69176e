"""What can be asked about a connection: everything ``ssl.SSLObject`` tells, and typed attributes."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, final, overload

from anyio import TypedAttributeSet, typed_attribute
from anyio.streams.tls import TLSAttribute as AnyIOAttribute

from ._arguments import as_seconds
from ._driver import TLSDriver
from ._end_point import end_point_binding
from ._errors import ErrorClasses
from ._hello import ClientHello
from ._proxy import ProxyHeader
from ._transports import Carrier

if TYPE_CHECKING:
    from cryptography import x509
else:

    class _X509:
        """``cryptography.x509``, which few programs need: imported on first use."""

        def __getattr__(self, name: str) -> Any:
            from cryptography import x509

            return getattr(x509, name)

    x509 = _X509()

__all__ = ["ConnectionInformation", "StreamStatistics", "TLSAttribute", "ssl_object_of"]


class TLSAttribute(TypedAttributeSet):
    """Typed attributes of a TLS stream, for :meth:`~anyio.TypedAttributeProvider.extra`.

    Those that AnyIO has too (``anyio.streams.tls.TLSAttribute``) are the same objects: either set's keys answer.
    """

    #: the protocol agreed on with ALPN
    alpn_protocol: str | None = AnyIOAttribute.alpn_protocol
    #: the channel binding of type ``tls-unique``. On TLS 1.3, which does not define it, asking for it is a
    #: :exc:`ValueError`, even with a default.
    channel_binding_tls_unique: bytes = AnyIOAttribute.channel_binding_tls_unique
    #: the cipher suite: name, TLS version that defines it, and secret bits
    cipher: tuple[str, str, int] = AnyIOAttribute.cipher
    #: the peer's certificate as :meth:`ssl.SSLSocket.getpeercert` gives it
    peer_certificate: dict[str, Any] | None = AnyIOAttribute.peer_certificate
    #: the peer's certificate in DER
    peer_certificate_binary: bytes | None = AnyIOAttribute.peer_certificate_binary
    #: ``True`` on the server's side of the connection
    server_side: bool = AnyIOAttribute.server_side
    #: the cipher suites that both sides offer (server side), ``None`` on a client
    shared_ciphers: list[tuple[str, str, int]] | None = AnyIOAttribute.shared_ciphers
    #: the :class:`ssl.SSLObject` that does the cryptography. Reading, writing, unwrapping or requesting a certificate
    #: with it breaks the stream, which does all of that itself.
    ssl_object: ssl.SSLObject = AnyIOAttribute.ssl_object
    #: whether close_notify is sent on closing and expected from the peer
    standard_compatible: bool = AnyIOAttribute.standard_compatible
    #: the TLS version, such as ``"TLSv1.3"``
    tls_version: str = AnyIOAttribute.tls_version
    #: the peer's certificate as a :class:`cryptography.x509.Certificate`, or ``None`` if it sent none
    peer_certificate_x509: x509.Certificate | None = typed_attribute()
    #: the channel binding of type ``tls-server-end-point`` (RFC 5929 section 4; client side only)
    channel_binding_tls_server_end_point: bytes = typed_attribute()
    #: ``True`` if the session was resumed
    session_reused: bool | None = typed_attribute()
    #: the group that the keys were agreed on in, such as ``"X25519MLKEM768"`` (from Python 3.15 on)
    group: str | None = typed_attribute()
    #: the signature algorithm that the client proved to have its certificate's key with, such as
    #: ``"ecdsa_secp256r1_sha256"``; ``None`` if it did not have to, or the session was resumed (from Python 3.15 on)
    client_sigalg: str | None = typed_attribute()
    #: the server's, ``None`` if the session was resumed (from Python 3.15 on)
    server_sigalg: str | None = typed_attribute()


@final
@dataclass(frozen=True, slots=True)
class StreamStatistics:
    """What has gone through a stream so far."""

    bytes_sent: int
    """Plaintext bytes accepted for sending, as :attr:`TLSStream.bytes_sent`."""
    bytes_received: int
    """Plaintext bytes delivered, as :attr:`TLSStream.bytes_received`."""
    records_sent: int
    """TLS records since the handshake, up to 16 KiB of data in each. Those without data count too: session tickets, key
    updates, requests for certificates and alerts, of which close_notify is one. (For a peer that wants smaller records,
    RFC 6066 section 4, it may have been more.)"""
    records_received: int
    """The same, of the peer's, as far as they were looked at."""
    handshake_seconds: float | None
    """How long the handshake took, from when it was begun on this side, waiting included; ``None`` until it is done."""


class StreamInformation(Carrier):
    """What a stream itself can tell, on both faces."""

    _driver: TLSDriver
    _errors: ClassVar[ErrorClasses]

    @property
    def _ssl_object(self) -> ssl.SSLObject:
        try:
            return self._driver.engine.ssl_object
        except AttributeError:
            raise self._errors.need_handshake("the TLS context is chosen only when the client has spoken") from None

    def _negotiated(self, name: str) -> ssl.SSLObject:
        """The SSLObject, for what only a handshake decides."""
        if not self._driver.handshaken:
            raise self._errors.need_handshake(f"{name} is known only after the handshake")
        return self._ssl_object

    # ---- the stream's own ----

    def offer(self, item: bytes | memoryview) -> int:
        """Used by a TLS stream over this one: accept what can be accepted without waiting; return how many bytes."""
        return self._driver.offer(item)

    @property
    def is_flushed(self) -> bool:
        """Used by a TLS stream over this one: ``False`` while accepted data needs another call to be sent."""
        return self._driver.is_flushed

    def begin_closing(self) -> None:
        """Called by a TLS stream over this one before it sends close_notify: see whether anything is at risk."""
        self._driver.begin_closing()

    def is_readable(self) -> bool:
        """Whether receiving would return or raise at once: data, the end, or an error.

        For connection pools: an idle connection that is readable cannot be used again. What has arrived is decrypted
        first, so session tickets do not count; nothing is lost for later calls. It is ``True`` once the stream is
        closed, and ``False`` before the handshake and while another task waits to receive.

        How much it knows depends on the stream below. Of sockets, those of AnyIO's and Trio's streams included,
        everything. Of this package's own streams, only whether there is something, tickets or not. Of any other stream,
        nothing but what was read from it before.
        """
        return self._driver.is_readable()

    @property
    def bytes_sent(self) -> int:
        """Plaintext bytes irrevocably accepted for sending so far.

        After a cancelled send it says how much of the item was accepted; go on with the rest.
        """
        return self._driver.bytes_sent

    @property
    def bytes_received(self) -> int:
        """Plaintext bytes delivered to the caller so far."""
        return self._driver.bytes_received

    def statistics(self) -> StreamStatistics:
        """What has gone through the stream so far. It is counted all the time, and can be asked at any time."""
        driver = self._driver
        return StreamStatistics(
            bytes_sent=driver.bytes_sent,
            bytes_received=driver.bytes_received,
            records_sent=driver.engine.records_sent,
            records_received=driver.engine.records_received,
            handshake_seconds=driver.handshake_seconds,
        )

    @property
    def close_notify_received(self) -> bool:
        """``True`` once the peer's close_notify was received (RFC 8446 section 6.1)."""
        return self._driver.close_notify_received


class ConnectionInformation(StreamInformation):
    """And everything that :class:`ssl.SSLObject` documents, as methods and as typed attributes."""

    # ---- known from the start ----

    @property
    def context(self) -> ssl.SSLContext:
        """The TLS context; it can be set, which is meant for SNI callbacks."""
        return self._ssl_object.context

    @context.setter
    def context(self, context: ssl.SSLContext) -> None:
        self._ssl_object.context = context

    @property
    def session(self) -> ssl.SSLSession | None:
        """The TLS session. On a client it can be set before the handshake, to resume it.

        On TLS 1.3, take it after something was received: the session ticket, without which it cannot be resumed, comes
        with the server's data (RFC 8446 section 4.6.1).
        """
        with suppress(ValueError):  # ssl's, for the session of a handshake that has failed on its way
            return self._ssl_object.session
        return None

    @session.setter
    def session(self, session: ssl.SSLSession) -> None:
        self._ssl_object.session = session

    @property
    def server_side(self) -> bool:
        """``True`` on the server's side of the connection."""
        return self._driver.engine.server_side

    @property
    def server_hostname(self) -> str | None:
        """The host name that the client asked for, on the client's side."""
        return self._ssl_object.server_hostname

    def pending(self) -> int:
        """How many decrypted bytes can be received without waiting for the peer."""
        return self._driver.pending

    # ---- known after the handshake ----

    @property
    def session_reused(self) -> bool | None:
        """``True`` if the session was resumed.

        :raises NeedHandshakeError: before the handshake
        """
        return self._negotiated("session_reused").session_reused

    @overload
    def getpeercert(self, binary_form: Literal[False] = False) -> dict[str, Any] | None: ...
    @overload
    def getpeercert(self, binary_form: Literal[True]) -> bytes | None: ...
    @overload
    def getpeercert(self, binary_form: bool) -> dict[str, Any] | bytes | None: ...
    def getpeercert(self, binary_form: bool = False) -> dict[str, Any] | bytes | None:
        """The peer's certificate, as :meth:`ssl.SSLSocket.getpeercert` gives it, or DER if ``binary_form``.

        While the answer of a client that was asked for its certificate has arrived in part, it is what it was before.

        :raises NeedHandshakeError: before the handshake
        :raises ValueError: while another message of the peer, such as a session ticket, has arrived in part; if
            :mod:`ssl` cannot decode the certificate
        """
        ssl_object, known = self._negotiated("getpeercert()"), self._driver.engine.known_certificate
        if known is not None and ssl_object.version() is None:
            return known.tell(binary_form)
        return ssl_object.getpeercert(binary_form)

    def selected_alpn_protocol(self) -> str | None:
        """The protocol agreed on with ALPN (RFC 7301), if any.

        :raises NeedHandshakeError: before the handshake
        """
        return self._negotiated("selected_alpn_protocol()").selected_alpn_protocol()

    def selected_npn_protocol(self) -> str | None:
        """Always ``None``: current OpenSSL no longer supports NPN.

        :raises NeedHandshakeError: before the handshake
        """
        self._negotiated("selected_npn_protocol()")
        return None

    def cipher(self) -> tuple[str, str, int] | None:
        """The cipher suite: name, TLS version that defines it, and secret bits.

        :raises NeedHandshakeError: before the handshake
        """
        return self._negotiated("cipher()").cipher()

    def shared_ciphers(self) -> list[tuple[str, str, int]] | None:
        """The cipher suites that both sides offer; ``None`` on the client's side.

        :raises NeedHandshakeError: before the handshake
        """
        return self._negotiated("shared_ciphers()").shared_ciphers()

    def compression(self) -> str | None:
        """The compression method, ``None`` in practice.

        :raises NeedHandshakeError: before the handshake
        """
        return self._negotiated("compression()").compression()

    def version(self) -> str | None:
        """The TLS version, such as ``"TLSv1.3"``.

        :raises NeedHandshakeError: before the handshake
        """
        self._negotiated("version()")
        return self._driver.engine.version

    def get_channel_binding(self, cb_type: str = "tls-unique") -> bytes | None:
        """Channel binding data (RFC 5929).

        :param cb_type: ``"tls-unique"``, or on a client ``"tls-server-end-point"``. On TLS 1.3 there is
            ``"tls-exporter"`` (RFC 9266) if the context is a :class:`anyio_tls.pyopenssl.Context`.
        :raises ValueError: for ``"tls-unique"`` on TLS 1.3, where it is not defined (RFC 8446 appendix C.5); for
            ``"tls-server-end-point"`` on a server, since ``ssl`` does not expose the server's own certificate; for
            other types
        :raises NeedHandshakeError: before the handshake
        """
        ssl_object = self._negotiated("get_channel_binding()")
        if cb_type == "tls-server-end-point":
            certificate = self.getpeercert(True)
            if self.server_side or certificate is None:
                raise ValueError("tls-server-end-point needs the server's certificate, which only the client has here")
            return end_point_binding(certificate)
        if cb_type == "tls-unique" and self.version() == "TLSv1.3":
            raise ValueError("the channel binding tls-unique is not defined for TLS 1.3 (RFC 8446 appendix C.5)")
        return ssl_object.get_channel_binding(cb_type)

    def verify_client_post_handshake(self) -> None:
        """Ask a TLS 1.3 client for its certificate; the request is sent with the next operation, be it a receive.

        :raises ssl.SSLError: if the client did not offer it (RFC 8446 section 4.6.2), if it has not answered yet, or on
            the client's side
        :raises NeedHandshakeError: before the handshake
        :raises TLSError: if sending has failed
        :raises anyio.ClosedResourceError: (on Trio, Trio's) if this stream is closed, or after close_notify was sent
        """
        self._negotiated("verify_client_post_handshake()")
        self._driver.engine.request_certificate(strict=True)

    async def request_client_certificate(self, *, timeout: float | None = 30.0) -> x509.Certificate | None:
        """Ask a TLS 1.3 client for its certificate, and wait for its answer (RFC 8446 section 4.6.2).

        The context says what is asked: its ``verify_mode`` is :data:`ssl.CERT_OPTIONAL`, or :data:`ssl.CERT_REQUIRED`
        for a client without a certificate to be refused, and its ``post_handshake_auth`` is ``True``, for none to be
        asked in the handshake already. A certificate that is refused ends the connection.

        Others may receive meanwhile. What the client sends before its answer, and nobody receives, is kept for the next
        call that does, up to 32 KiB.

        If it is cancelled or the time is up, the question stays open. The answer is taken by whatever receives, and
        :meth:`getpeercert` then tells; to call again is to wait for the same answer, or, if that has come, to ask anew.

        :param timeout: seconds to wait for the client; ``None`` for ever
        :returns: the certificate, verified; ``None`` if the client has none to show
        :raises ssl.SSLError: if the client does not offer it, on TLS 1.2, with a context that does not ask for
            certificates or is pyOpenSSL's, and on the client's side. The connection goes on.
        :raises CertificateVerificationError: if the certificate does not pass
        :raises UnexpectedDataError: if more data come before the answer than are kept: receive them, then call again
        :raises TimeoutError: if the time is up; it says so. (An answer with no other certificate than before goes
            unnoticed in a session that was resumed, if the context's ``num_tickets`` is 0.)
        :raises TruncatedError: if the transport ends before the answer
        :raises TLSError: if the connection fails, if the client refuses or is refused, and if it closes
        :raises anyio.BusyResourceError: (on Trio, Trio's) if another task is sending
        :raises anyio.ClosedResourceError: (on Trio, Trio's) if this stream is, or is meanwhile, closed, or after
            ``send_eof()``
        """
        await self._driver.request_certificate(as_seconds("timeout", timeout))
        return self._x509_certificate()

    if sys.version_info >= (3, 13):

        def get_verified_chain(self) -> list[bytes]:
            """The peer's certificate chain as it was verified, root included: DER, leaf first.

            :raises NeedHandshakeError: before the handshake
            """
            return self._negotiated("get_verified_chain()").get_verified_chain()

        def get_unverified_chain(self) -> list[bytes]:
            """The certificate chain as the peer sent it: DER, leaf first.

            :raises NeedHandshakeError: before the handshake
            """
            return self._negotiated("get_unverified_chain()").get_unverified_chain()

    if sys.version_info >= (3, 15):

        def group(self) -> str | None:
            """The group that the keys were agreed on in, such as ``"X25519MLKEM768"``.

            :raises NeedHandshakeError: before the handshake
            """
            return self._negotiated("group()").group()

        def client_sigalg(self) -> str | None:
            """The signature algorithm that the client proved to have its certificate's key with, such as
            ``"ecdsa_secp256r1_sha256"``; ``None`` if it did not have to, or the session was resumed.

            :raises NeedHandshakeError: before the handshake
            """
            return self._negotiated("client_sigalg()").client_sigalg()

        def server_sigalg(self) -> str | None:
            """The server's signature algorithm; ``None`` if the session was resumed.

            :raises NeedHandshakeError: before the handshake
            """
            return self._negotiated("server_sigalg()").server_sigalg()

    # ---- known on a server that had to look ----

    @property
    def client_hello(self) -> ClientHello | None:
        """The ClientHello, on a listener that chooses its context by it; otherwise ``None``."""
        visitor = self._driver.visitor
        return None if visitor is None else visitor.client_hello

    @property
    def proxy_header(self) -> ProxyHeader | None:
        """The header that a trusted proxy sent (PROXY protocol), on a listener's stream; otherwise ``None``."""
        visitor = self._driver.visitor
        return None if visitor is None else visitor.proxy_header

    # ---- typed attributes ----

    def _x509_certificate(self) -> x509.Certificate | None:
        der = self.getpeercert(True)
        return None if der is None else x509.load_der_x509_certificate(der)

    def _tls_attributes(self, standard_compatible: bool) -> Mapping[Any, Callable[[], Any]]:
        attributes: dict[Any, Callable[[], Any]] = {
            TLSAttribute.alpn_protocol: self.selected_alpn_protocol,
            TLSAttribute.channel_binding_tls_unique: self.get_channel_binding,
            TLSAttribute.cipher: self.cipher,
            TLSAttribute.peer_certificate: self.getpeercert,
            TLSAttribute.peer_certificate_binary: lambda: self.getpeercert(True),
            TLSAttribute.peer_certificate_x509: self._x509_certificate,
            TLSAttribute.server_side: lambda: self.server_side,
            TLSAttribute.session_reused: lambda: self.session_reused,
            TLSAttribute.ssl_object: lambda: self._ssl_object,
            TLSAttribute.standard_compatible: lambda: standard_compatible,
            TLSAttribute.tls_version: self.version,
        }
        if hasattr(self._ssl_object, "shared_ciphers"):  # pyOpenSSL's has not
            attributes[TLSAttribute.shared_ciphers] = lambda: self.shared_ciphers() if self.server_side else None
        if not self.server_side:
            end_point = partial(self.get_channel_binding, "tls-server-end-point")
            attributes[TLSAttribute.channel_binding_tls_server_end_point] = end_point
        if sys.version_info >= (3, 15):
            attributes[TLSAttribute.group] = self.group
            attributes[TLSAttribute.client_sigalg] = self.client_sigalg
            attributes[TLSAttribute.server_sigalg] = self.server_sigalg
        return attributes


def ssl_object_of(stream: object) -> Any:
    """The SSLObject of a stream, of either face; ``None`` if it is no stream of this package."""
    return getattr(stream, "_ssl_object", None)
