"""The cause of a failure and whose fault it is, as an error."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from typing import Final

from ._errors import (
    EXHAUSTED,
    TRANSPORT_ERRORS,
    CutOffError,
    ErrorClasses,
    Fault,
    Phase,
    TLSError,
    forget_frames,
    reason_of,
)
from ._records import Records

__all__ = ["describe_greeting", "diagnose", "is_left_over", "not_tls", "protocol_of", "tls_error", "transport_error"]

# Protocols that a peer may speak instead of TLS, by their first bytes.
_PROTOCOLS: Final = {
    "HTTP": re.compile(rb"HTTP/|(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) "),
    "SSH": re.compile(rb"SSH-"),
    "NNTP": re.compile(rb"20[01] "),
    "SMTP or FTP": re.compile(rb"[2-5]\d\d[ -]"),
    "POP3": re.compile(rb"\+OK"),
    "POP3 or Redis": re.compile(rb"-ERR"),
    "IMAP": re.compile(rb"\* (OK|PREAUTH|BYE)"),
    "MySQL": re.compile(rb"[^\0].\0\0\n", re.DOTALL),
    "the PROXY protocol": re.compile(rb"PROXY |\r\n\r\n\0"),
}

# OpenSSL's reasons, on a server, for a client with which it has nothing in common, and for every client if the server
# has no certificate.
_NOTHING_IN_COMMON: Final = {"NO_SHARED_CIPHER", "NO_SUITABLE_SIGNATURE_ALGORITHM", "UNSUPPORTED_PROTOCOL"}

# Verification errors about revocation lists (X509_V_ERR_*), which are ours: missing, expired, damaged or of others.
_OUR_LISTS: Final = {3, 5, 8, 11, 12, 15, 16, 33, 35, 36, 44}

# Its reasons for an alert internal_error, which a TLS 1.3 server encrypts.
_OUR_REASONS: Final = {"INTERNAL_ERROR", "MALLOC_FAILURE"}


def protocol_of(greeting: bytes) -> str | None:
    """The protocol that begins with ``greeting``, if it is a known one other than TLS."""
    return next((name for name, beginning in _PROTOCOLS.items() if beginning.match(greeting)), None)


def describe_greeting(greeting: bytes) -> str:
    """A description of a peer that begins with these bytes, which are not TLS."""
    protocol = protocol_of(greeting)
    return f"the peer does not speak TLS, but {protocol}" if protocol else "the peer does not speak TLS"


def not_tls(greeting: bytes) -> ssl.SSLError:
    """An error with OpenSSL's reason about a client that begins with these bytes."""
    error = ssl.SSLError(ssl.SSL_ERROR_SSL, "not a TLS record")
    error.library, error.reason = "SSL", "WRONG_VERSION_NUMBER"
    if greeting.startswith((b"GET ", b"HEAD ", b"POST ", b"PUT ")):
        error.reason = "HTTP_REQUEST"
    elif greeting.startswith(b"CONNE"):
        error.reason = "HTTPS_PROXY_REQUEST"
    return error


_DAMAGED: Final = "a record is damaged, or not allowed here"


def tls_error(
    cause: Exception,
    phase: Phase,
    errors: ErrorClasses,
    received: str | None,
    sent: str | None,
    *,
    server_context: object,
    records: Records,
) -> TLSError:
    """The error for TLS that failed on this side.

    :param received: the alert of the peer that made it fail
    :param sent: the alert that tells the peer
    :param server_context: that of a server whose handshake has failed
    :param records: those of the peer's
    """
    make: type[TLSError] = errors.tls
    if isinstance(cause, ssl.SSLCertVerificationError):
        make = errors.certificate
    elif phase == "handshake":
        make = errors.handshake
    alert = received or sent
    fault, diagnosis = diagnose(cause, server_context, alert, records.greeting, records.flaw)
    if received not in (None, "close_notify") or not (records.count or records.greeting):
        fault = "local"
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _OUR_LISTS:
        fault = "local"
    if received and records.remark:
        fault, diagnosis = "peer", records.remark
    elif (phase == "reading" or records.is_short) and reason_of(cause) == "INTERNAL_ERROR":  # OpenSSL 3.0.19 says so
        fault, diagnosis = "peer", _DAMAGED
    elif received == "":
        diagnosis = "the peer sent an alert that this TLS library does not know"
    words = getattr(cause, "strerror", None) or str(cause) or repr(cause)
    message = ": ".join(filter(None, [f"TLS {phase} failed", diagnosis, words]))
    if alert:
        message += f" (the peer sent alert {alert})" if received else f" (alert {alert} sent)"
    if isinstance(cause, ssl.SSLError):
        forget_frames(cause)
    return make(message, phase=phase, fault=fault, alert=alert, alert_received=received is not None, cause=cause)


_CAUSES: Final = 5


def transport_error(cause: Exception, phase: Phase, errors: ErrorClasses) -> TLSError:
    """The error for a transport that failed. An undocumented error is a bug in the stream below."""
    make = errors.handshake if phase == "handshake" else errors.tls
    causes = [*_causes_of(cause)]
    reason = next(filter(None, map(str, causes)), type(cause).__name__)
    fault: Fault = "local"
    if isinstance(cause, TRANSPORT_ERRORS):
        forget_frames(cause)
        if not any(isinstance(each, CutOffError) or getattr(each, "errno", None) in EXHAUSTED for each in causes):
            fault = "peer"
    return make(f"TLS {phase} failed: {reason}", phase=phase, fault=fault, cause=cause)


def _causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """An error and its causes. That of a stream below often says only that it is broken; its cause, or the cause of
    that, says why. (A few will do: an error can be its own cause.)"""
    for _ in range(_CAUSES):
        if error is not None:
            yield error
            error = error.__cause__


def diagnose(
    cause: Exception, server_context: object, alert: str | None, greeting: bytes, flaw: str
) -> tuple[Fault, str]:
    """Whose fault it is that TLS failed on this side, and an explanation where OpenSSL has none.

    :param alert: the one that was sent to the peer
    :param greeting: what the peer began with, if that was not TLS
    :param flaw: what was wrong with the last record, if its header shows that
    """
    reason = reason_of(cause)
    if greeting:
        return "peer", describe_greeting(greeting)
    if reason in _NOTHING_IN_COMMON and isinstance(server_context, ssl.SSLContext) and _serves_nobody(server_context):
        return "local", "the server's context has no usable certificate, see load_cert_chain()"
    if reason == "CALLBACK_FAILED" and alert in {"handshake_failure", "internal_error"}:  # not one that was asked for
        return "local", "the context's sni_callback failed"
    if reason and flaw:
        return "peer", flaw
    if reason == "RECORD_LAYER_FAILURE":  # from OpenSSL 3.5 on, whatever is wrong with a record
        return "peer", _DAMAGED
    if reason == "PSK_IDENTITY_NOT_FOUND" and server_context is None:
        return "local", "the context's psk_client_callback gave no secret"
    # Any other class of error comes from Python code that was given to the context.
    is_local = alert == "internal_error" or reason in _OUR_REASONS or not isinstance(cause, ssl.SSLError)
    return "local" if is_local else "peer", ""


def is_left_over(error: Exception) -> bool:
    """Whether an error of reading is probably one that an earlier call has left in this thread: OpenSSL takes any error
    that it finds for its own. (:mod:`ssl` leaves some when it decodes an odd certificate.)"""
    return isinstance(error, ssl.SSLError) and getattr(error, "library", None) not in {None, "", "SSL"}


def _serves_nobody(context: ssl.SSLContext) -> bool:
    """Whether a server refuses even a client that offers everything: then it has no certificate, which a context does
    not tell otherwise."""
    if context.sni_callback is not None:  # To be called for real clients only. It may choose another context.
        return False
    if context.session_stats()["accept_good"]:  # It has served somebody: with a secret, or on a curve that few know.
        return False
    exchanges = {cipher["kea"] for cipher in context.get_ciphers()} - {"kx-any"}  # which is TLS 1.3's
    if exchanges and all(exchange.endswith("-psk") for exchange in exchanges):  # A secret is all that it needs.
        return False
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    knows_everything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    knows_everything.check_hostname = False  # which takes a name, since Python 3.14
    knows_everything.set_ciphers("ALL:@SECLEVEL=0")
    client = knows_everything.wrap_bio(to_client, to_server)
    server = ssl.SSLContext.wrap_bio(context, to_server, to_client, server_side=True)
    for side in (client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass  # It goes on.
        except ssl.SSLError:
            return True
    return False
