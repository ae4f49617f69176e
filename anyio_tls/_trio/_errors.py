"""The errors of the Trio face: those of AnyIO's, each also a class that users of Trio already catch."""

from __future__ import annotations

from typing import Final

import trio

import anyio_tls._errors as anyio_face

__all__ = [
    "ERRORS",
    "CertificateVerificationError",
    "HandshakeError",
    "HandshakeTimeoutError",
    "NeedHandshakeError",
    "TLSError",
    "TruncatedError",
    "UnexpectedDataError",
]


class TLSError(anyio_face.TLSError, trio.BrokenResourceError):
    """:exc:`anyio_tls.TLSError` that is a :exc:`trio.BrokenResourceError` too."""


class HandshakeError(anyio_face.HandshakeError, TLSError):
    """:exc:`anyio_tls.HandshakeError` for Trio."""


class HandshakeTimeoutError(anyio_face.HandshakeTimeoutError, HandshakeError):
    """:exc:`anyio_tls.HandshakeTimeoutError` for Trio."""


class CertificateVerificationError(anyio_face.CertificateVerificationError, HandshakeError):
    """:exc:`anyio_tls.CertificateVerificationError` for Trio."""


class TruncatedError(anyio_face.TruncatedError, TLSError):
    """:exc:`anyio_tls.TruncatedError` for Trio."""


class UnexpectedDataError(anyio_face.UnexpectedDataError, TLSError):
    """:exc:`anyio_tls.UnexpectedDataError` for Trio."""


class NeedHandshakeError(anyio_face.NeedHandshakeError, trio.NeedHandshakeError):
    """:exc:`anyio_tls.NeedHandshakeError` that is a :exc:`trio.NeedHandshakeError` too."""


class _NoHalfCloseError(NotImplementedError, AttributeError):
    """For callers of ``send_eof()`` that catch :exc:`AttributeError`, since Trio's own TLS streams have no such
    method."""


def _busy(action: str) -> trio.BusyResourceError:
    return trio.BusyResourceError(f"another task is already {action} this TLS stream")


ERRORS: Final = anyio_face.ErrorClasses(
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
