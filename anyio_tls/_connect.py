"""Connecting: a plain socket, and TLS over it, at once or later."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Protocol, TypeAlias

import anyio
from anyio.abc import ByteStreamConnectable

from ._arguments import (
    as_flag,
    as_host,
    as_integer,
    as_path,
    as_seconds,
    as_socket_options,
    has_methods,
)
from ._contexts import checked_hostname, client_context
from ._driver import HANDSHAKE_SECONDS
from ._engine import SSLContextLike
from ._errors import timed_out
from ._stream import TLSStream, wrap_checked
from ._tcp import HAPPY_EYEBALLS_SECONDS, SocketOptions, open_tcp_socket, open_unix_socket
from ._transports import SocketStream, TransportStream

__all__ = ["SocketOption", "TLSConnectable", "connect_tcp", "connect_tls", "connect_unix"]

SocketOption: TypeAlias = tuple[int, int, int | bytes | bytearray | memoryview] | tuple[int, int, None, int]


async def connect_tls(
    host: str | IPv4Address | IPv6Address,
    port: int,
    *,
    hostname: str | None = None,
    ssl_context: SSLContextLike | None = None,
    standard_compatible: bool = True,
    local_host: str | IPv4Address | IPv6Address | None = None,
    local_port: int | None = None,
    happy_eyeballs_delay: float | None = HAPPY_EYEBALLS_SECONDS,
    handshake_timeout: float | None = HANDSHAKE_SECONDS,
    linger: float | None = None,
    session: ssl.SSLSession | None = None,
    socket_options: Iterable[SocketOption] | None = None,
) -> TLSStream:
    """Connect to a TLS server over TCP.

    Addresses are tried by Happy Eyeballs (RFC 8305). The stream uses the socket directly, without an event loop's
    transport in between. If it is cancelled, nothing is left open.

    :param host: the server's name or IP address. International names are encoded by IDNA 2008. The trailing dot of an
        absolute name, and the zone of an IPv6 address, are used for connecting only.
    :param port: its port
    :param hostname: the name that its certificate must contain, by default ``host``
    :param ssl_context: an :class:`ssl.SSLContext` or anything with its ``wrap_bio()`` (see :class:`SSLContextLike`); by
        default a secure one that trusts the system's certificate authorities, shared by all connections that pass none.
        The first of them loads it.
    :param standard_compatible: see :meth:`TLSStream.wrap`
    :param local_host: the local address to connect from
    :param local_port: the local port to connect from, 0 or ``None`` for a free one
    :param happy_eyeballs_delay: seconds after which the next address is tried as well; ``None`` to wait until it fails
    :param handshake_timeout: seconds for the handshake; ``None`` for no limit
    :param linger: see :meth:`TLSStream.wrap`
    :param session: see :meth:`TLSStream.wrap`
    :param socket_options: see :func:`connect_tcp`
    :raises OSError: if no connection can be made
    :raises TimeoutError: if the handshake takes too long; it names the time limit and the peer
    :raises TLSError: as :meth:`TLSStream.wrap` does
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a server's, if the session is another context's, or if an argument has an
        invalid value
    """
    address = as_host("host", host)
    port = as_integer("port", port, 1, 65535)
    server_hostname = checked_hostname(
        "hostname", address if hostname is None else hostname, ssl_context, session, server_side=False, has_default=True
    )
    local_address = None if local_host is None else as_host("local_host", local_host)
    local_port = 0 if local_port is None else as_integer("local_port", local_port, 0, 65535)
    happy_eyeballs_delay = as_seconds("happy_eyeballs_delay", happy_eyeballs_delay)
    handshake_timeout = as_seconds("handshake_timeout", handshake_timeout)
    linger = as_seconds("linger", linger)
    as_flag("standard_compatible", standard_compatible)
    options = as_socket_options("socket_options", socket_options)
    context = await client_context(ssl_context)
    stream = await _connect_tcp(address, port, local_address, local_port, happy_eyeballs_delay, options)
    peer = f"{address} port {port}"
    return await _wrap(stream, peer, handshake_timeout, server_hostname, context, standard_compatible, linger, session)


async def connect_tcp(
    host: str | IPv4Address | IPv6Address,
    port: int,
    *,
    local_host: str | IPv4Address | IPv6Address | None = None,
    local_port: int | None = None,
    happy_eyeballs_delay: float | None = HAPPY_EYEBALLS_SECONDS,
    socket_options: Iterable[SocketOption] | None = None,
) -> SocketStream:
    """Connect over TCP, without TLS. :meth:`TLSStream.wrap` can put TLS over the stream later.

    Addresses are tried by Happy Eyeballs (RFC 8305). The stream uses the socket directly, without an event loop's
    transport in between. If it is cancelled, nothing is left open.

    :param host: the name or IP address to connect to. International names are encoded by IDNA 2008.
    :param port: the port
    :param local_host: the local address to connect from
    :param local_port: the local port to connect from, 0 or ``None`` for a free one
    :param happy_eyeballs_delay: seconds after which the next address is tried as well; ``None`` to wait until it fails
    :param socket_options: arguments of :meth:`socket.socket.setsockopt`, as tuples, called in this order before the
        socket is bound or connected. TCP_NODELAY is on unless they say otherwise. With TCP_FASTOPEN_CONNECT, where the
        system supports it, the connection is made with the first bytes that are sent, and that call raises its errors.
    :raises OSError: if no connection can be made, or the system refuses an option
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if an argument has an invalid value
    """
    address = as_host("host", host)
    port = as_integer("port", port, 1, 65535)
    local_address = None if local_host is None else as_host("local_host", local_host)
    local_port = 0 if local_port is None else as_integer("local_port", local_port, 0, 65535)
    happy_eyeballs_delay = as_seconds("happy_eyeballs_delay", happy_eyeballs_delay)
    options = as_socket_options("socket_options", socket_options)
    return await _connect_tcp(address, port, local_address, local_port, happy_eyeballs_delay, options)


async def _connect_tcp(
    host: str,
    port: int,
    local_host: str | None = None,
    local_port: int = 0,
    happy_eyeballs_delay: float | None = HAPPY_EYEBALLS_SECONDS,
    options: SocketOptions = (),
) -> SocketStream:
    return _stream_of(*await open_tcp_socket(host, port, local_host, local_port, happy_eyeballs_delay, options))


def _stream_of(raw_socket: socket.socket, address: Any) -> SocketStream:
    with suppress(OSError):  # With TCP Fast Open it has yet to connect.
        address = raw_socket.getpeername()
    return SocketStream.of_new_socket(raw_socket, address)


async def connect_unix(
    path: str | bytes | os.PathLike[str], *, socket_options: Iterable[SocketOption] | None = None
) -> SocketStream:
    """Connect to a UNIX socket, without TLS. :meth:`TLSStream.wrap` can put TLS over the stream later.

    If it is cancelled, nothing is left open. Not on Windows, where Python has no such sockets.

    :param path: the path of the socket; on Linux with a leading NUL, a name in the abstract namespace
    :param socket_options: see :func:`connect_tcp`
    :raises OSError: if no connection can be made. A server whose backlog is full refuses it, as with every non-blocking
        socket, with :exc:`BlockingIOError`.
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if an option has an invalid value
    """
    path = as_path("path", path)
    options = as_socket_options("socket_options", socket_options)
    return _stream_of(await open_unix_socket(path, options), path)


async def _wrap(
    stream: Any,
    peer: str,
    handshake_timeout: float | None,
    server_hostname: str | None,
    context: SSLContextLike,
    standard_compatible: bool,
    linger: float | None,
    session: ssl.SSLSession | None,
) -> TLSStream:
    """Put TLS over a stream of ours, which is closed if anything fails."""
    try:
        with anyio.move_on_after(handshake_timeout):
            return await wrap_checked(stream, False, server_hostname, context, standard_compatible, linger, session)
        raise timed_out(f"the TLS handshake with {peer}", handshake_timeout)
    except BaseException:
        if has_methods(stream, "aclose"):  # A connectable may return anything.
            await anyio.aclose_forcefully(stream)
        raise


class _Connects(Protocol):
    """AnyIO's connectables, also those of object streams whose objects are bytes."""

    def connect(self) -> Awaitable[TransportStream]: ...


class TLSConnectable(ByteStreamConnectable):
    """Something that can be connected to, with TLS on top.

    :param connectable: what makes the stream below, such as :class:`anyio.TCPConnectable`, for which
        :func:`connect_tls` is used
    :param hostname: the server's name; by default that of a :class:`anyio.TCPConnectable`
    :param ssl_context: as for :func:`connect_tls`
    :param standard_compatible: see :meth:`TLSStream.wrap`
    :param handshake_timeout: seconds for the handshake; ``None`` for no limit
    :param linger: see :meth:`TLSStream.wrap`
    :param session: see :meth:`TLSStream.wrap`. It is also an attribute, which can be set to a newer session between
        connections: a server may refuse one that was used (RFC 8446 appendix C.4).
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a server's, or checks host names and there is none, or if the session is
        another context's
    """

    def __init__(
        self,
        connectable: _Connects,
        *,
        hostname: str | None = None,
        ssl_context: SSLContextLike | None = None,
        standard_compatible: bool = True,
        handshake_timeout: float | None = HANDSHAKE_SECONDS,
        linger: float | None = None,
        session: ssl.SSLSession | None = None,
    ) -> None:
        if not has_methods(connectable, "connect"):
            raise TypeError(f"connectable must have a connect() method, not be a {type(connectable).__name__}")
        if hostname is None and isinstance(connectable, anyio.TCPConnectable):
            hostname = str(connectable.host)
        self.connectable: Any = connectable
        self.hostname: str | None = checked_hostname(
            "hostname", hostname, ssl_context, session, server_side=False, has_default=True
        )
        self.ssl_context: SSLContextLike | None = ssl_context
        self.standard_compatible: bool = as_flag("standard_compatible", standard_compatible)
        self.handshake_timeout: float | None = as_seconds("handshake_timeout", handshake_timeout)
        self.linger: float | None = as_seconds("linger", linger)
        self.session = session

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.connectable!r}, hostname={self.hostname!r}>"

    async def connect(self) -> TLSStream:
        """Connect and do the handshake. If it is cancelled, nothing is left open.

        :raises anyio.ConnectionFailed: if no connection can be made
        :raises TimeoutError: if the handshake takes too long; it names the time limit and the peer
        :raises TLSError: as :meth:`TLSStream.wrap` does
        """
        # Attributes may have been set after the constructor.
        hostname = checked_hostname(
            "hostname", self.hostname, self.ssl_context, self.session, server_side=False, has_default=True
        )
        handshake_timeout = as_seconds("handshake_timeout", self.handshake_timeout)
        linger = as_seconds("linger", self.linger)
        standard_compatible = as_flag("standard_compatible", self.standard_compatible)
        context = await client_context(self.ssl_context)
        below = self.connectable
        peer = hostname or "the peer"
        if type(below) is anyio.TCPConnectable:
            peer = f"{below.host} port {below.port}"
            try:
                stream: Any = await _connect_tcp(as_host("host", below.host), below.port)
            except OSError as exc:
                raise anyio.ConnectionFailed(str(exc)) from exc
        else:
            stream = await below.connect()
        return await _wrap(
            stream, peer, handshake_timeout, hostname, context, standard_compatible, linger, session=self.session
        )
