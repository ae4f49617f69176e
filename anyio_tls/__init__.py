"""TLS streams for AnyIO and Trio that you can cancel."""

from ._admission import Admission, ListenerStatistics
from ._attributes import StreamStatistics, TLSAttribute
from ._certificates import CertificateInfo, CertificateStore
from ._choosing import Refusal
from ._connect import TLSConnectable, connect_tcp, connect_tls, connect_unix
from ._engine import SSLContextLike
from ._errors import (
    CertificateVerificationError,
    HandshakeError,
    HandshakeTimeoutError,
    NeedHandshakeError,
    TLSError,
    TruncatedError,
    UnexpectedDataError,
)
from ._hello import ClientHello
from ._listener import TLSListener, create_tls_listener
from ._proxy import ProxyHeader
from ._stream import TLSStream
from ._transports import ExactSender, SocketStream
from ._visitor import Visitor
from ._writer_task import WriterTaskStream

__all__ = [
    "Admission",
    "CertificateInfo",
    "CertificateStore",
    "CertificateVerificationError",
    "ClientHello",
    "ExactSender",
    "HandshakeError",
    "HandshakeTimeoutError",
    "ListenerStatistics",
    "NeedHandshakeError",
    "ProxyHeader",
    "Refusal",
    "SSLContextLike",
    "SocketStream",
    "StreamStatistics",
    "TLSAttribute",
    "TLSConnectable",
    "TLSError",
    "TLSListener",
    "TLSStream",
    "TruncatedError",
    "UnexpectedDataError",
    "Visitor",
    "WriterTaskStream",
    "connect_tcp",
    "connect_tls",
    "connect_unix",
    "create_tls_listener",
]
