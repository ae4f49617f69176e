"""The package's own errors. Each is also a class that users of AnyIO already catch; ``anyio_tls.trio`` has the same for
Trio.

An error says where it happened (``phase``), whose fault it was (``fault``) and which alert was exchanged, if any.
"""

from __future__ import annotations

import errno
import pickle
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar

import anyio
from typing_extensions import Self

__all__ = [
    "ALERT_CODES",
    "EXHAUSTED",
    "TRANSPORT_ERRORS",
    "CertificateVerificationError",
    "CutOffError",
    "ErrorClasses",
    "Fault",
    "HandshakeError",
    "HandshakeTimeoutError",
    "NeedHandshakeError",
    "Phase",
    "TLSError",
    "TruncatedError",
    "UnexpectedDataError",
    "forget_frames",
    "reason_of",
    "received_alert",
    "sent_alert",
    "timed_out",
]

Phase: TypeAlias = Literal["handshake", "reading", "writing", "closing"]
Fault: TypeAlias = Literal["peer", "local"]
ErrorT = TypeVar("ErrorT", bound="TLSError")

EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.ENOSPC})
"""The errors of a process, or a system, at its limits. (ENOSPC is that of epoll.)"""

TRANSPORT_ERRORS: Final = (OSError, anyio.BrokenResourceError)
"""The errors of a failed transport, other than that it was closed."""


class CutOffError(anyio.BrokenResourceError):
    """Sending has ended for good, because of a cancellation on this side."""


class TLSError(anyio.BrokenResourceError, ssl.SSLError):
    """A TLS connection, or one direction of it, failed.

    It is an :exc:`anyio.BrokenResourceError` and an :exc:`ssl.SSLError`; the error of the TLS library or of the
    transport behind it, if there was one, is its ``__cause__``.

    It can be pickled and copied, with all its attributes. Only a cause that cannot be pickled itself is dropped; its
    text is in the message anyway.
    """

    phase: Phase
    """What was being done: ``"handshake"``, ``"reading"``, ``"writing"`` or ``"closing"``."""
    fault: Fault
    """``"peer"``: what the peer sent or did was refused, or it went away. ``"local"``: the peer refused us, or the
    cause is on this side."""
    alert: str | None
    """The TLS alert, by its name in RFC 8446 section 6 (``"unknown_ca"``), or ``None`` if there was none or its name is
    unknown."""
    alert_received: bool
    """``True`` if the peer sent :attr:`alert`, ``False`` if we did (or there was none)."""
    client: str | None = None
    """For a handshake that failed on a listener's connection: the client's address, for people to read. If a trusted
    proxy sent a header, it is the address in that."""
    server_name: str | None = None
    """For a handshake that failed on a server: the host name that the client asked for, if the context was to be chosen
    by the ClientHello."""
    seconds: float | None = None
    """For a handshake that failed on a listener's connection: after how many seconds it failed."""

    def __init__(
        self,
        message: str,
        *,
        phase: Phase,
        fault: Fault = "peer",
        alert: str | None = None,
        alert_received: bool = False,
        cause: BaseException | None = None,
    ) -> None:
        ssl.SSLError.__init__(self, getattr(cause, "errno", None) or ssl.SSL_ERROR_SSL, message)
        self.phase = phase
        self.fault = fault
        self.alert = alert
        self.alert_received = alert_received
        # ssl sets these on its own errors, and callers of ssl look at them.
        self.library: str = getattr(cause, "library", None) or ""
        self.reason: str = reason_of(cause)
        self.__cause__ = cause

    def again(self) -> Self:
        """A new instance of the same error, for the next caller: one instance raised twice would accumulate
        tracebacks."""
        twin = type(self)(
            self.strerror or "",
            phase=self.phase,
            fault=self.fault,
            alert=self.alert,
            alert_received=self.alert_received,
            cause=self.__cause__,
        )
        twin.client, twin.server_name, twin.seconds = self.client, self.server_name, self.seconds
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        # By default, unpickling calls the class with the args, and drops the cause.
        return _bare, (type(self), *self.args), {**vars(self), "__cause__": _if_picklable(self.__cause__)}

    def __copy__(self) -> Self:
        twin = _bare(type(self), *self.args)
        twin.__setstate__({**vars(self), "__cause__": self.__cause__})
        return twin


class HandshakeError(TLSError):
    """The handshake failed."""


class HandshakeTimeoutError(HandshakeError, TimeoutError):
    """The handshake exceeded its time limit."""


class CertificateVerificationError(HandshakeError, ssl.SSLCertVerificationError):
    """The handshake failed because the peer's certificate did not pass verification; :attr:`verify_message` says
    why."""

    verify_code: int
    """The X.509 verification code of OpenSSL."""
    verify_message: str
    """The reason in words, such as ``"certificate has expired"``."""

    def __init__(self, message: str, *, cause: BaseException | None = None, **details: Any) -> None:
        super().__init__(message, cause=cause, **details)
        self.verify_code = getattr(cause, "verify_code", 0)
        self.verify_message = getattr(cause, "verify_message", "")


class TruncatedError(TLSError, ssl.SSLEOFError):
    """The transport ended without the peer's close_notify: what was received may not be all that was sent
    (RFC 8446 section 6.1).

    Peers that never send close_notify cause it after a complete response too. Only the protocol can tell the two apart:
    if it says itself how long the response is, ``standard_compatible=False`` (on Trio ``https_compatible=True``) makes
    this an ordinary end.
    """


class UnexpectedDataError(TLSError):
    """``unwrap()``, or ``request_client_certificate()``, met application data that nobody has received. They stay
    readable; read them, then call again."""


class NeedHandshakeError(Exception):
    """What was asked for is known only after the handshake, which has not been done yet."""


def _bare(make: type[ErrorT], *args: Any) -> ErrorT:
    """An error with its ``args`` and nothing else yet."""
    error = make.__new__(make)
    ssl.SSLError.__init__(error, *args)
    return error


def _if_picklable(error: BaseException | None) -> BaseException | None:
    """``error``, unless pickle cannot write it, or could not read it again."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 -- what was written right here
    except Exception:
        return None
    return error


@dataclass(frozen=True)
class ErrorClasses:
    """The exception classes that one face raises."""

    tls: type[TLSError] = TLSError
    handshake: type[HandshakeError] = HandshakeError
    handshake_timeout: type[HandshakeError] = HandshakeTimeoutError
    certificate: type[CertificateVerificationError] = CertificateVerificationError
    truncated: type[TruncatedError] = TruncatedError
    unexpected_data: type[UnexpectedDataError] = UnexpectedDataError
    need_handshake: type[NeedHandshakeError] = NeedHandshakeError
    no_half_close: type[NotImplementedError] = NotImplementedError
    closed: type[Exception] = anyio.ClosedResourceError
    busy: Callable[[str], Exception] = anyio.BusyResourceError  # takes what the other task is doing: "sending to"


# RFC 8446 section 6 and RFC 5246 section 7.2: descriptions by code.
_ALERTS: Final = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    111: "certificate_unobtainable",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    114: "bad_certificate_hash_value",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}
ALERT_CODES: Final = {name: code for code, name in _ALERTS.items()}

# OpenSSL names a received alert twice, as in "[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca (_ssl.c:1006)". The
# symbol, which is ssl's reason too, is missing if Python's table of reasons is older than the alert. The protocol in
# front says only which version introduced the alert, and the words of OpenSSL 4.0 have "tls" for all.
_ALERT_SYMBOL: Final = re.compile(r"(?:SSLV3|TLSV1|TLSV13|TLS)_(?:ALERT_)?(\w+)")
_ALERT_WORDS: Final = re.compile(r"\b(?:sslv3|tlsv1|tlsv13|tls|ssl/tls) (?:alert )?([a-z ]+?)(?: \(|$)")

# ssl's message if its table is older than the library: "[SSL] ech required (_ssl.c:1006)".
_WITHOUT_SYMBOL: Final = re.compile(r"\[\w+\] (.+) \(_ssl\.c:\d+\)")

# The alert that OpenSSL sends for a verification error (X509_V_ERR_*). A TLS 1.3 server sends it encrypted, so that it
# cannot be read from the record. (A client's can: it is sent in the clear, which most servers take for a damaged
# record.) Only what certificates commonly fail for; the others stay unnamed.
_VERIFICATION_ALERTS: Final = {
    2: "unknown_ca",  # unable to get issuer certificate
    3: "unknown_ca",  # unable to get certificate CRL
    7: "decrypt_error",  # certificate signature failure
    9: "bad_certificate",  # certificate is not yet valid
    10: "certificate_expired",
    12: "certificate_expired",  # CRL has expired
    18: "unknown_ca",  # self-signed certificate
    19: "unknown_ca",  # self-signed certificate in certificate chain
    20: "unknown_ca",  # unable to get local issuer certificate
    21: "unknown_ca",  # unable to verify the first certificate
    22: "unknown_ca",  # certificate chain too long
    23: "certificate_revoked",
    26: "unsupported_certificate",  # unsuitable certificate purpose
    62: "bad_certificate",  # hostname mismatch
    64: "bad_certificate",  # IP address mismatch
    66: "bad_certificate",  # EE certificate key too weak
}

_NO_WORDS: Final = re.compile(r"\[SSL\] unknown error")


def reason_of(error: BaseException | None) -> str:
    """OpenSSL's symbol for what went wrong, such as ``"WRONG_VERSION_NUMBER"``. If ``ssl`` does not know it, it is made
    from the message, as OpenSSL makes its messages from its symbols."""
    if reason := getattr(error, "reason", None):
        return str(reason)
    match = _WITHOUT_SYMBOL.fullmatch(getattr(error, "strerror", None) or "")
    return re.sub(r"\W+", "_", match[1]).upper() if match else ""


def received_alert(error: Exception) -> str | None:
    """The name of the alert that the peer sent, if that is what ``error`` is about; ``""`` if OpenSSL does not know it,
    and so has no words for it."""
    if isinstance(error, ssl.SSLZeroReturnError):
        return "close_notify"
    symbol, words = getattr(error, "reason", None) or "", getattr(error, "strerror", None) or ""
    if match := _ALERT_SYMBOL.fullmatch(symbol) or _ALERT_WORDS.search(words):
        name = match[1].lower().replace(" ", "_").replace("cancelled", "canceled")
        return name if name in ALERT_CODES else None
    return "" if _NO_WORDS.match(words) else None


def sent_alert(error: Exception, record: bytes) -> str | None:
    """The name of the alert in ``record``, which the TLS library emitted as it failed with ``error``."""
    if len(record) == 7 and record[0] == 21:
        return _ALERTS.get(record[6])
    if record and reason_of(error) == "PEER_DID_NOT_RETURN_A_CERTIFICATE":
        return "certificate_required"
    if record and isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFICATION_ALERTS.get(error.verify_code)
    return None


def forget_frames(error: BaseException | None) -> None:
    """Drop the tracebacks of an error that is kept, and of its causes. They refer to the frames of the callers, and so
    to the object that keeps the error, which only the garbage collector could free then. Errors of other people's code
    keep theirs, since there a traceback is of use.
    """
    while error is not None and error.__traceback__ is not None:
        error.__traceback__ = None
        forget_frames(error.__context__)
        error = error.__cause__


def timed_out(what: str, seconds: float | None) -> TimeoutError:
    """The error when a time limit of this package is over, which is not to be confused with one of the caller's."""
    return TimeoutError(f"{what} took more than {seconds:g} s")
