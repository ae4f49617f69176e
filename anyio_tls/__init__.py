"""TLS streams for AnyIO and Trio that you can cancel."""

from ._attributes import TLSAttribute
from ._certificates import CertificateInfo, CertificateStore
from ._connect import TLSConnectable, connect_tcp, connect_tls, connect_unix
from ._engine import SSLContextLike
from ._errors import (
    CertificateVerificationError,
    HandshakeError,
    NeedHandshakeError,
    TLSError,
    TruncatedError,
    UnexpectedDataError,
)
from ._hello import ClientHello
from ._listener import TLSListener, create_tls_listener
from ._stream import TLSStream
from ._transports import ExactSender, SocketStream
from ._writer_task import WriterTaskStream

__all__ = [
    "CertificateInfo",
    "CertificateStore",
    "CertificateVerificationError",
    "ClientHello",
    "ExactSender",
    "HandshakeError",
    "NeedHandshakeError",
    "SSLContextLike",
    "SocketStream",
    "TLSAttribute",
    "TLSConnectable",
    "TLSError",
    "TLSListener",
    "TLSStream",
    "TruncatedError",
    "UnexpectedDataError",
    "WriterTaskStream",
    "connect_tcp",
    "connect_tls",
    "connect_unix",
    "create_tls_listener",
]
