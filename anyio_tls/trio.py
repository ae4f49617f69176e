r"""TLS streams for Trio that you can cancel, in the place of :class:`trio.SSLStream` and :class:`trio.SSLListener`.

A cancelled receive loses nothing. A cancelled send leaves the connection usable, and ``bytes_sent`` says how much of it
was sent. ::

    import trio
    from anyio_tls.trio import open_tls_over_tcp_stream

    async def main() -> None:
        async with await open_tls_over_tcp_stream("example.org", 443) as tls:
            await tls.send_all(b"GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
            with trio.move_on_after(0.05):
                print(await tls.receive_some())
            async for chunk in tls:  # after a timeout, the response from its first byte on
                print(chunk)

    trio.run(main)

* Clients: :func:`open_tls_over_tcp_stream`.
* Streams: :class:`TLSStream`, which puts TLS over any byte stream.
* Servers: :func:`serve_tls_over_tcp`, :func:`open_tls_over_tcp_listeners`, :class:`TLSListener` and :func:`shut_down`.
* Errors: :exc:`TLSError` and its subclasses :exc:`HandshakeError`, :exc:`CertificateVerificationError`,
  :exc:`HandshakeTimeoutError` and :exc:`TruncatedError`; :exc:`UnexpectedDataError` and :exc:`NeedHandshakeError`.

To move from ``trio.SSLStream``, change the name: the arguments are the same.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import trio

from ._admission import Admission, as_admission
from ._arguments import as_flag, as_host, as_hostname, as_integer, as_seconds, has_methods
from ._assembly import Assembly
from ._choosing import ContextChooser, check_server_context
from ._contexts import checked_hostname, client_context
from ._driver import HANDSHAKE_SECONDS
from ._engine import SSLContextLike
from ._tcp import HAPPY_EYEBALLS_SECONDS, open_tcp_socket
from ._trio._errors import (
    ERRORS,
    CertificateVerificationError,
    HandshakeError,
    HandshakeTimeoutError,
    NeedHandshakeError,
    TLSError,
    TruncatedError,
    UnexpectedDataError,
)
from ._trio._listener import TLSListener, shut_down
from ._trio._stream import TLSStream, put_together

__all__ = [
    "CertificateVerificationError",
    "HandshakeError",
    "HandshakeTimeoutError",
    "NeedHandshakeError",
    "TLSError",
    "TLSListener",
    "TLSStream",
    "TruncatedError",
    "UnexpectedDataError",
    "open_tls_over_tcp_listeners",
    "open_tls_over_tcp_stream",
    "serve_tls_over_tcp",
    "shut_down",
]


async def open_tls_over_tcp_stream(
    host: str | bytes,
    port: int,
    *,
    https_compatible: bool = False,
    ssl_context: SSLContextLike | None = None,
    happy_eyeballs_delay: float | None = HAPPY_EYEBALLS_SECONDS,
    linger: float | None = None,
    session: ssl.SSLSession | None = None,
    handshake_timeout: float | None = None,
) -> TLSStream[trio.SocketStream]:
    """Connect to a TLS server over TCP. The handshake is left to the first call, as with :class:`TLSStream`.

    :param host: the server's name or IP address, which its certificate must contain. The trailing dot of an absolute
        name, and the zone of an IPv6 address, are used for connecting only.
    :param port: its port
    :param https_compatible: see :class:`TLSStream`
    :param ssl_context: by default a secure one that trusts the system's certificate authorities, shared by all
        connections that pass none. The first of them loads it.
    :param happy_eyeballs_delay: seconds after which the next address is tried as well; ``None`` for the default (0.25),
        as in Trio
    :param linger: see :class:`TLSStream`
    :param session: see :class:`TLSStream`
    :param handshake_timeout: see :class:`TLSStream`
    :raises OSError: if no connection can be made
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a server's, if the session is another context's, or if an argument has an
        invalid value
    """
    name = as_hostname("host", host)
    address = as_host("host", host)
    checked_hostname("host", name, ssl_context, session, server_side=False, has_default=True)
    port = as_integer("port", port, 1, 65535)
    happy_eyeballs_delay = as_seconds("happy_eyeballs_delay", happy_eyeballs_delay)
    if happy_eyeballs_delay is None:
        happy_eyeballs_delay = HAPPY_EYEBALLS_SECONDS
    linger = as_seconds("linger", linger)
    handshake_timeout = as_seconds("handshake_timeout", handshake_timeout)
    as_flag("https_compatible", https_compatible)
    context = await client_context(ssl_context)
    raw_socket, _ = await open_tcp_socket(address, port, happy_eyeballs_delay=happy_eyeballs_delay)
    stream = trio.SocketStream(trio.socket.from_stdlib_socket(raw_socket))
    try:
        return put_together(
            Assembly(
                context,
                server_side=False,
                server_hostname=name,
                standard_compatible=not https_compatible,
                errors=ERRORS,
                yield_every=1,
                linger=linger,
                session=session,
                handshake_timeout=handshake_timeout,
            ),
            stream,
        )
    except BaseException:
        await trio.aclose_forcefully(stream)
        raise


async def open_tls_over_tcp_listeners(
    port: int,
    ssl_context: SSLContextLike | ContextChooser,
    *,
    host: str | bytes | None = None,
    https_compatible: bool = False,
    backlog: int | None = None,
    linger: float | None = None,
    handshake_timeout: float | None = HANDSHAKE_SECONDS,
    admission: Admission | None = None,
) -> list[TLSListener]:
    """Listen for TLS connections over TCP, as :func:`trio.open_tcp_listeners` does.

    :param port: the port, 0 for a free one
    :param ssl_context: the server's context, with its certificate, or a function that chooses it (see
        :class:`TLSListener`)
    :param host: the address to listen on, by default every interface
    :param https_compatible: see :class:`TLSStream`
    :param backlog: connections that may wait to be accepted
    :param linger: see :class:`TLSStream`
    :param handshake_timeout: see :class:`TLSListener`
    :param admission: see :class:`TLSListener`; all of the listeners share it
    :raises OSError: if the address cannot be used
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a client's, or an argument has an invalid value
    """
    linger = as_seconds("linger", linger)
    handshake_timeout = as_seconds("handshake_timeout", handshake_timeout)
    as_flag("https_compatible", https_compatible)
    check_server_context(ssl_context, hostname_argument="server_hostname")
    admission = as_admission(admission)
    host = None if host is None else as_host("host", host)
    port = as_integer("port", port, 0, 65535)
    backlog = None if backlog is None else as_integer("backlog", backlog, 1, 2**31 - 1)
    listeners = await trio.open_tcp_listeners(port, host=host, backlog=backlog)
    return [
        TLSListener(
            listener,
            ssl_context,
            https_compatible=https_compatible,
            linger=linger,
            handshake_timeout=handshake_timeout,
            admission=admission,
        )
        for listener in listeners
    ]


async def serve_tls_over_tcp(
    handler: Callable[[TLSStream[Any]], Awaitable[object]],
    port: int,
    ssl_context: SSLContextLike | ContextChooser,
    *,
    host: str | bytes | None = None,
    https_compatible: bool = False,
    backlog: int | None = None,
    linger: float | None = None,
    handshake_timeout: float | None = HANDSHAKE_SECONDS,
    admission: Admission | None = None,
    handler_nursery: trio.Nursery | None = None,
    task_status: trio.TaskStatus[list[TLSListener]] = trio.TASK_STATUS_IGNORED,
) -> NoReturn:
    """Serve TLS over TCP: :func:`open_tls_over_tcp_listeners` and :func:`trio.serve_listeners` in one.

    :param handler: an async function that takes a :class:`TLSStream`, which is closed when it returns or raises. An
        exception that leaves it ends its nursery, and with it this call and all connections. So it should catch what a
        client can cause: :exc:`trio.BrokenResourceError`, which every :exc:`TLSError` is. That includes a failed
        handshake.
    :param linger: see :class:`TLSStream`
    :param handshake_timeout: see :class:`TLSListener`
    :param admission: see :class:`TLSListener`
    :param handler_nursery: the nursery for the handlers, by default one that ends with this call
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: as :func:`open_tls_over_tcp_listeners` does
    """
    if not callable(handler):
        raise TypeError(f"handler must be an async function, not {type(handler).__name__}")
    if handler_nursery is not None and not has_methods(handler_nursery, "start_soon"):
        raise TypeError(f"handler_nursery must be a nursery, not {type(handler_nursery).__name__}")
    listeners = await open_tls_over_tcp_listeners(
        port,
        ssl_context,
        host=host,
        https_compatible=https_compatible,
        backlog=backlog,
        linger=linger,
        handshake_timeout=handshake_timeout,
        admission=admission,
    )
    await trio.serve_listeners(handler, listeners, handler_nursery=handler_nursery, task_status=task_status)
