"""TLS streams for AnyIO and Trio that you can cancel."""

from ._attributes import TLSAttribute
from ._connect import TLSConnectable, connect_tls
from ._engine import SSLContextLike
from ._errors import (
    CertificateVerificationError,
    HandshakeError,
    NeedHandshakeError,
    TLSError,
    TruncatedError,
    UnexpectedDataError,
)
from ._listener import TLSListener, create_tls_listener
from ._stream import TLSStream
from ._transports import ExactSender, SocketStream
from ._writer_task import WriterTaskStream

__all__ = [
    "CertificateVerificationError",
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
    "connect_tls",
    "create_tls_listener",
]

# Where they are defined is nobody's business: tracebacks and documentation show where they are to be imported from.
for _name in __all__:
    globals()[_name].__module__ = __name__
del _name
