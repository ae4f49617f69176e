"""What is behind a failure and whose doing it is, and the error that says so."""

from __future__ import annotations

import re
import ssl
from typing import Final

from ._errors import ErrorClasses, Fault, Phase, TLSError, forget_frames, reason_of
from ._records import Records

__all__ = ["describe_greeting", "diagnose", "protocol_of", "tls_error", "transport_error"]

# What a peer may speak instead of TLS, by how that begins.
_PROTOCOLS: Final = {
    "HTTP": re.compile(rb"HTTP/|(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) "),
    "SSH": re.compile(rb"SSH-"),
    "SMTP or FTP": re.compile(rb"[2-5]\d\d[ -]"),
    "POP3": re.compile(rb"\+OK|-ERR"),
    "IMAP": re.compile(rb"\* (OK|PREAUTH|BYE)"),
}

# What OpenSSL says, on a server, of a client with which it has nothing in common, or of any client if it has no
# certificate itself.
_NOTHING_IN_COMMON: Final = {"NO_SHARED_CIPHER", "NO_SUITABLE_SIGNATURE_ALGORITHM", "UNSUPPORTED_PROTOCOL"}


def protocol_of(greeting: bytes) -> str | None:
    """The protocol, other than TLS, that begins with ``greeting``, if it is one that is known here."""
    return next((name for name, beginning in _PROTOCOLS.items() if beginning.match(greeting)), None)


def describe_greeting(greeting: bytes) -> str:
    """What there is to say about a peer that does not begin with TLS, but so."""
    protocol = protocol_of(greeting)
    return f"the peer does not speak TLS, but {protocol}" if protocol else "the peer does not speak TLS"


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
    """The error of TLS that has failed on this side.

    :param received: the alert of the peer's that it has failed with
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
    if received or not (records.count or records.greeting):
        fault = "local"
    words = getattr(cause, "strerror", None) or str(cause) or repr(cause)
    message = ": ".join(filter(None, [f"TLS {phase} failed", diagnosis, words]))
    if alert:
        message += f" (the peer sent alert {alert})" if received else f" (alert {alert} sent)"
    if isinstance(cause, ssl.SSLError):
        forget_frames(cause)
    return make(message, phase=phase, fault=fault, alert=alert, alert_received=received is not None, cause=cause)


def transport_error(cause: Exception, phase: Phase, fault: Fault, errors: ErrorClasses) -> TLSError:
    """The error of a transport that has failed."""
    make = errors.handshake if phase == "handshake" else errors.tls
    # The streams below often say only that they are broken; why is behind it.
    reason = str(cause) or str(cause.__cause__ or type(cause).__name__)
    return make(f"TLS {phase} failed: {reason}", phase=phase, fault=fault, cause=cause)


def diagnose(
    cause: Exception, server_context: object, alert: str | None, greeting: bytes, flaw: str
) -> tuple[Fault, str]:
    """Whose doing it is that TLS has failed on this side, and what there is to say where OpenSSL does not say so.

    :param alert: the one that was sent to the peer
    :param greeting: what the peer began with, if that was not TLS
    :param flaw: what was wrong with the last record, if that could be seen from outside
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
    if reason == "RECORD_LAYER_FAILURE":  # what OpenSSL says, from version 3.5 on, whatever is wrong with a record
        return "peer", "a record is damaged, or not allowed here"
    # What is no error of ssl's comes from Python code that the context has been given.
    is_local = alert == "internal_error" or not isinstance(cause, ssl.SSLError)
    return "local" if is_local else "peer", ""


def _serves_nobody(context: ssl.SSLContext) -> bool:
    """Whether a server refuses even a client that knows everything. Its context does not tell whether it has a
    certificate."""
    if context.sni_callback is not None:  # It is for real clients; and what it would decide for one is not known here.
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
