r"""TLS streams for AnyIO and Trio that you can cancel.

A cancelled receive loses nothing. A cancelled send leaves the connection usable, and ``bytes_sent`` says how much of it
was sent. This holds on asyncio, uvloop and Trio, with TLS 1.2 and 1.3, over sockets and any other byte stream. ::

    import anyio
    from anyio_tls import connect_tls

    async def main() -> None:
        async with await connect_tls("example.org", 443) as tls:
            await tls.send(b"GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
            with anyio.move_on_after(0.05):
                print(await tls.receive())
            async for chunk in tls:  # after a timeout, the response from its first byte on
                print(chunk)

    anyio.run(main)

* Clients: :func:`connect_tls`, :class:`TLSConnectable`; :func:`connect_tcp` and :func:`connect_unix`, for protocols
  in which TLS begins later.
* Streams: :class:`TLSStream`, whose ``wrap()`` puts TLS over any byte stream, its :class:`TLSAttribute` keys and
  :class:`StreamStatistics`; :class:`SocketStream`, :class:`WriterTaskStream` and :class:`ExactSender`, for the stream
  below TLS; :class:`SSLContextLike`, for contexts that are not :mod:`ssl`'s.
* Servers: :func:`create_tls_listener`, :class:`TLSListener`; :class:`ClientHello` and :class:`Refusal`, to choose a
  context for each client; :class:`Admission`, :class:`Visitor`, :class:`ProxyHeader` and :class:`ListenerStatistics`,
  to limit and count connections; :class:`CertificateStore` and :class:`CertificateInfo`, for certificates that are
  renewed while the server runs.
* Errors: :exc:`TLSError` and its subclasses :exc:`HandshakeError`, :exc:`CertificateVerificationError`,
  :exc:`HandshakeTimeoutError` and :exc:`TruncatedError`; :exc:`UnexpectedDataError` and :exc:`NeedHandshakeError`.
* Modules: :mod:`anyio_tls.trio`, the same with Trio's interfaces; :mod:`anyio_tls.testing`, for tests of your own;
  :mod:`anyio_tls.pyopenssl`, for what :mod:`ssl` cannot do.

To move from ``anyio.streams.tls``, change the import.
"""

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
