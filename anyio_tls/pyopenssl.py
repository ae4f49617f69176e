"""TLS contexts on pyOpenSSL, for what :mod:`ssl` cannot do: keying material for other protocols (RFC 5705), the channel
binding ``tls-exporter`` (RFC 9266), stapled OCSP responses (RFC 6066 section 8), and the groups of the key exchange.

They can be used wherever an :class:`ssl.SSLContext` can. They need the extra ``anyio_tls[pyopenssl]``, and use the
OpenSSL of ``cryptography``, however old the system's is.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, ClassVar, Final, Literal, final, overload

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL
from OpenSSL._util import ffi, lib  # for what pyOpenSSL itself has no methods

from ._attributes import ConnectionInformation, ssl_object_of
from ._records import MAX_PLAINTEXT

__all__ = ["Connection", "Context", "connection_of"]

_SIDES: Final[dict[int, tuple[int, int]]] = {
    ssl.PROTOCOL_TLS_CLIENT: (SSL.TLS_CLIENT_METHOD, SSL.VERIFY_PEER),
    ssl.PROTOCOL_TLS_SERVER: (SSL.TLS_SERVER_METHOD, SSL.VERIFY_NONE),
}

_HEADER: Final = 5  # bytes, in front of each record
_PIECE: Final = 2**15  # bytes taken from OpenSSL at once: more than a record has

# ssl's names for the kinds of alternative names that identify hosts.
_NAMES: Final[dict[type[x509.GeneralName], str]] = {x509.DNSName: "DNS", x509.IPAddress: "IP Address"}


# What cryptography raises for extensions that it cannot read. OpenSSL reads more of them.
_UNREADABLE: Final = (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


@final
class Context(SSL.Context):
    """A TLS context: an :class:`OpenSSL.SSL.Context` that can be the ``ssl_context`` of streams, clients and listeners.

    It speaks TLS 1.2 and later, and does not renegotiate. A client's context requires a certificate for the host that
    it connects to. Trusted authorities, own certificates, ALPN and everything else are set with the inherited methods.
    They raise :exc:`ValueError` once the context has a connection.

    :param protocol: :data:`ssl.PROTOCOL_TLS_CLIENT` or :data:`ssl.PROTOCOL_TLS_SERVER`
    :raises ValueError: if ``protocol`` is another one
    """

    session_class: ClassVar[type[SSL.Session]] = SSL.Session

    def __init__(self, protocol: int) -> None:
        if protocol not in _SIDES:
            raise ValueError(f"protocol must be ssl.PROTOCOL_TLS_CLIENT or ssl.PROTOCOL_TLS_SERVER, not {protocol!r}")
        method, verify_mode = _SIDES[protocol]
        super().__init__(method)
        self.set_verify(verify_mode)
        self.set_min_proto_version(SSL.TLS1_2_VERSION)
        self.set_options(SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION | SSL.OP_CIPHER_SERVER_PREFERENCE)
        self.set_mode(SSL.MODE_RELEASE_BUFFERS)  # as ssl does: an idle connection needs none
        self.set_session_id(b"anyio_tls")  # Without one, OpenSSL fails to resume sessions with clients' certificates.
        self.protocol: int = protocol
        """For which side it is."""
        self.check_hostname: bool = protocol == ssl.PROTOCOL_TLS_CLIENT
        """Whether the server's certificate has to be for the host. If it is set to ``False``, whoever has any trusted
        certificate can impersonate the server."""
        self._wants_staple = False

    def set_groups(self, groups: str) -> None:
        """Set the groups of the key exchange, the preferred one first.

        :param groups: their names, with colons between them, such as ``"X25519MLKEM768:x25519"``
        :raises ValueError: if OpenSSL does not know all of them, or the context has a connection already
        """
        self.set_options(0)  # raises if it has
        if not lib.SSL_CTX_set1_curves_list(self._context, groups.encode()):
            lib.ERR_clear_error()
            raise ValueError(f"groups must be names that OpenSSL knows, with colons between them, not {groups!r}")

    def set_ocsp_client_callback(self, callback: Callable[[Any, bytes, Any], bool], data: Any = None) -> None:
        """Ask servers to staple an OCSP response. :attr:`Connection.stapled_response` gives it.

        :param callback: called with the :class:`Connection`, the response (DER, or ``b""`` if there is none) and
            ``data``. If it returns ``False``, the handshake fails, and the server gets the alert
            ``bad_certificate_status_response``. It is not called when a session is resumed, since no certificate is
            sent then.
        :raises ValueError: if the context has a connection already
        """

        def judge(connection: Connection, response: bytes, data: Any) -> bool:
            connection.stapled_response = response or None
            return connection.session_reused or callback(connection, response, data)

        super().set_ocsp_client_callback(judge, data)  # type: ignore[arg-type]
        self._wants_staple = True

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
    ) -> Any:
        """As :meth:`ssl.SSLContext.wrap_bio`, but what it makes is a :class:`Connection`.

        :raises ValueError: if the context is for the other side, or is to check host names and cannot, because there is
            none or ``set_verify()`` has turned verification off
        """
        if server_side != (self.protocol == ssl.PROTOCOL_TLS_SERVER):
            raise ValueError(f"server_side is {server_side}, but the context is for the other side")
        name = server_hostname.decode("ascii") if isinstance(server_hostname, bytes) else server_hostname
        connection = Connection(self, incoming, outgoing, server_side, name)
        if server_side:
            connection.set_accept_state()
        else:
            connection.set_connect_state()
            if self._wants_staple:
                connection.request_ocsp()
            connection._ask_for(name)
        return connection


@final
class Connection(SSL.Connection):
    """An :class:`OpenSSL.SSL.Connection` with the methods of :class:`ssl.SSLObject` that streams need.

    :func:`connection_of` returns that of a stream. All of pyOpenSSL's methods work, such as
    ``export_keying_material()`` (RFC 5705, RFC 8446 section 7.5), but reading or writing with it breaks the stream.
    """

    stapled_response: bytes | None = None
    """The OCSP response that the server stapled, in DER, if it was asked for
    (:meth:`Context.set_ocsp_client_callback`). A resumed session has none."""

    def __init__(
        self,
        context: Context,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool,
        server_hostname: str | None,
    ) -> None:
        super().__init__(context)
        self.context: Context = context
        self.server_side: bool = server_side
        self.server_hostname: str | None = server_hostname
        self._incoming = incoming
        self._outgoing = outgoing

    def __del__(self) -> None:
        # OpenSSL makes the session unusable if a connection is freed without having been closed.
        self.set_shutdown(SSL.SENT_SHUTDOWN | SSL.RECEIVED_SHUTDOWN)

    def _ask_for(self, name: str | None) -> None:
        """Send the host name, and require it in the certificate: OpenSSL compares the names during verification."""
        try:
            address = ip_address(name or "").packed
        except ValueError:
            address = b""
        if self.context.check_hostname:
            if not self.get_verify_mode() & SSL.VERIFY_PEER:
                raise ValueError("check_hostname is of no use unless set_verify() is called with VERIFY_PEER")
            parameters = lib.SSL_get0_param(self._ssl)
            flags = lib.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | lib.X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
            lib.X509_VERIFY_PARAM_set_hostflags(parameters, flags)
            host = (name or "").encode("ascii")
            # An empty name would match any host, and a leading dot any subdomain.
            if address:
                is_checked = lib.X509_VERIFY_PARAM_set1_ip(parameters, address, len(address))
            else:
                is_checked = host[:1] not in b"." and lib.X509_VERIFY_PARAM_set1_host(parameters, host, len(host))
            if not is_checked:
                raise ValueError(f"server_hostname must be a name or IP address to check, not {name!r}")
        if name and not address:
            self.set_tlsext_host_name(name.encode("ascii"))

    # ---- in and out ----

    def do_handshake(self) -> None:
        """As :meth:`ssl.SSLObject.do_handshake`."""
        records = self._incoming.read()
        try:
            while True:
                try:
                    return super().do_handshake()
                except SSL.WantReadError:
                    if not records:
                        raise
                # One at a time, since records after the handshake are not to be given to OpenSSL yet.
                size = _HEADER + int.from_bytes(records[3:_HEADER], "big")
                self.bio_write(records[:size])
                records = records[size:]
        except SSL.Error as exc:
            raise self._translated(exc) from None
        finally:
            self._incoming.write(records)
            self._emit()

    def read(self, n: int, buffer: memoryview | None = None) -> Any:  # type: ignore[override]
        """As :meth:`ssl.SSLObject.read`."""
        self._take_in()
        try:
            return self.recv(n) if buffer is None else self.recv_into(buffer, n)
        except SSL.Error as exc:
            self._emit()
            if isinstance(exc, SSL.SysCallError) and self.get_shutdown() & SSL.RECEIVED_SHUTDOWN:
                exc = SSL.ZeroReturnError()  # a close_notify after user_canceled, as Java sends it
            raise self._translated(exc) from None

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        """As :meth:`ssl.SSLObject.write`, but at most 16 KiB: OpenSSL's BIO would stay as large as what is written."""
        self._take_in()
        taken, most = 0, min(len(data), MAX_PLAINTEXT)
        try:
            while True:
                taken += self.send(data[taken:most] if taken else data)
                if taken >= most:  # not always at once: the peer may have asked for small records (RFC 6066 section 4)
                    return taken
        except SSL.Error as exc:
            if not data and isinstance(exc, (SSL.SysCallError, SSL.ZeroReturnError)):
                return 0  # OpenSSL takes an empty write for an error, but has sent its own messages by then.
            raise self._translated(exc) from None
        finally:
            self._emit()

    def unwrap(self) -> None:
        """Send close_notify. :meth:`read` finds the peer's."""
        self._take_in()
        try:
            self.shutdown()
        except SSL.Error as exc:
            raise self._translated(exc) from None
        finally:
            self._emit()

    def _take_in(self) -> None:
        if self._incoming.pending:
            self.bio_write(self._incoming.read())

    def _emit(self) -> None:
        count = _PIECE
        try:
            while count == _PIECE:
                count = self._outgoing.write(self.bio_read(_PIECE))
        except SSL.WantReadError:
            pass  # There was nothing.

    def _translated(self, error: SSL.Error) -> ssl.SSLError:
        """The error that :mod:`ssl` would raise."""
        if isinstance(error, SSL.WantReadError):
            return ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "the operation did not complete")
        if isinstance(error, SSL.ZeroReturnError):
            return ssl.SSLZeroReturnError(ssl.SSL_ERROR_ZERO_RETURN, "the peer has closed")
        match error.args:
            case ([*_, (_, _, words)],):
                reason = words.upper().replace(" ", "_")
            case _:
                words, reason = "the connection has failed before", ""
        # Without words it is an alert that OpenSSL does not know.
        failure = ssl.SSLError(ssl.SSL_ERROR_SSL, f"[SSL: {reason}] {words}" if words else "[SSL] unknown error")
        if reason == "CERTIFICATE_VERIFY_FAILED":
            code = lib.SSL_get_verify_result(self._ssl)
            message = ffi.string(lib.X509_verify_cert_error_string(code)).decode("ascii")
            failure = ssl.SSLCertVerificationError(ssl.SSL_ERROR_SSL, f"[SSL: {reason}] {words}: {message}")
            failure.verify_code, failure.verify_message = code, message
        failure.library, failure.reason = "SSL", reason
        return failure

    # ---- what streams ask ----

    def version(self) -> str:
        """As :meth:`ssl.SSLObject.version`."""
        return self.get_protocol_version_name()

    def cipher(self) -> tuple[str | None, str | None, int | None]:
        """As :meth:`ssl.SSLObject.cipher`."""
        return self.get_cipher_name(), self.get_cipher_version(), self.get_cipher_bits()

    def group(self) -> str | None:
        """The group of the key exchange, such as ``"X25519MLKEM768"``."""
        return self.get_group_name()

    def selected_alpn_protocol(self) -> str | None:
        """As :meth:`ssl.SSLObject.selected_alpn_protocol`."""
        return self.get_alpn_proto_negotiated().decode("ascii") or None

    @overload
    def getpeercert(self, binary_form: Literal[False] = False) -> dict[str, Any] | None: ...
    @overload
    def getpeercert(self, binary_form: Literal[True]) -> bytes | None: ...
    def getpeercert(self, binary_form: bool = False) -> dict[str, Any] | bytes | None:
        """As :meth:`ssl.SSLObject.getpeercert`, but with ``subjectAltName`` as its only field, empty
        if cryptography cannot read the extensions: ``get_peer_certificate(as_cryptography=True)`` has all of them."""
        certificate = self.get_peer_certificate(as_cryptography=True)
        if certificate is None:
            return None
        if binary_form:
            return certificate.public_bytes(Encoding.DER)
        if self.get_verify_mode() == SSL.VERIFY_NONE:
            return {}
        try:
            names = [
                (_NAMES[type(name)], str(name.value))
                for extension in certificate.extensions
                if isinstance(extension.value, x509.SubjectAlternativeName)
                for name in extension.value
                if type(name) in _NAMES
            ]
        except _UNREADABLE:
            names = []
        return {"subjectAltName": tuple(names)}

    def _has_names(self) -> bool:
        """Whether the alternative names of the peer's certificate can be read, if it has sent one."""
        certificate = self.getpeercert()
        return certificate is None or bool(certificate.get("subjectAltName"))

    def get_verified_chain(self, *, as_cryptography: bool = False) -> Any:
        """As :meth:`ssl.SSLSocket.get_verified_chain`: in DER, or with ``as_cryptography`` as
        :class:`cryptography.x509.Certificate` objects."""
        chain = super().get_verified_chain(as_cryptography=True) or []
        return chain if as_cryptography else [certificate.public_bytes(Encoding.DER) for certificate in chain]

    @property
    def session(self) -> SSL.Session | None:
        """As :attr:`ssl.SSLObject.session`; but ``None`` for a client that checks names, if cryptography cannot read
        the names in the server's certificate."""
        # Who resumes a session has to be able to check the name in its certificate.
        is_of_use = self.server_side or not self.context.check_hostname or self._has_names()
        return self.get_session() if is_of_use else None

    @session.setter
    def session(self, session: SSL.Session) -> None:
        self.set_session(session)

    @property
    def session_reused(self) -> bool:
        """As :attr:`ssl.SSLObject.session_reused`."""
        return bool(lib.SSL_session_reused(self._ssl))

    def get_channel_binding(self, cb_type: str = "tls-unique") -> bytes | None:
        """As :meth:`ssl.SSLObject.get_channel_binding`, and ``"tls-exporter"`` (RFC 9266).

        :raises ValueError: for ``"tls-exporter"`` on TLS 1.2, where it need not be unique (RFC 9266 section 4.2), for
            ``"tls-unique"`` on TLS 1.3, which does not define it, and for other types
        """
        match cb_type, self.version():
            case "tls-exporter", "TLSv1.3":
                return self.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")
            case "tls-unique", "TLSv1.2":
                # The first Finished message (RFC 5929 section 3.1) is the client's, unless a session is resumed.
                return self.get_finished() if self.server_side == self.session_reused else self.get_peer_finished()
            case _:
                raise ValueError(f"there is no channel binding {cb_type!r} here on {self.version()}")


def connection_of(stream: ConnectionInformation) -> Connection:
    """The :class:`Connection` of a stream, of either face, whose context is a :class:`Context`.

    :raises TypeError: if the stream's context is of another kind
    """
    ssl_object = ssl_object_of(stream)
    if not isinstance(ssl_object, Connection):
        raise TypeError(f"stream must have a pyopenssl.Context, but is on a {type(ssl_object).__name__}")
    return ssl_object
