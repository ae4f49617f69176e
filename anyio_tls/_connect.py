"""Connecting: a socket of our own, and TLS over it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final

import anyio
from anyio.abc import ByteStreamConnectable

from ._arguments import as_host, as_hostname, as_integer, as_seconds, check_context, has_methods
from ._contexts import default_client_context
from ._engine import SSLContextLike
from ._stream import TLSStream, wrap_checked
from ._tcp import open_tcp_socket
from ._transports import SocketStream

__all__ = ["TLSConnectable", "connect_tls"]

HANDSHAKE_SECONDS: Final = 30.0
HAPPY_EYEBALLS_SECONDS: Final = 0.25


async def connect_tls(
    host: str | IPv4Address | IPv6Address,
    port: int,
    *,
    hostname: str | None = None,
    ssl_context: SSLContextLike | None = None,
    standard_compatible: bool = True,
    local_host: str | IPv4Address | IPv6Address | None = None,
    happy_eyeballs_delay: float = HAPPY_EYEBALLS_SECONDS,
    handshake_timeout: float | None = HANDSHAKE_SECONDS,
    linger: float | None = None,
) -> TLSStream:
    """Connect to a TLS server over TCP.

    Addresses are tried as Happy Eyeballs says (RFC 8305). The stream runs on the socket itself, without an event
    loop's transport in between. Cancelled, nothing is left open.

    :param host: the server's name or IP address. International names are encoded by IDNA 2008.
    :param port: its port
    :param hostname: the name that its certificate has to have, by default ``host``
    :param ssl_context: an :class:`ssl.SSLContext` or anything with its ``wrap_bio()``; by default a secure one that
        trusts the system's certificate authorities
    :param standard_compatible: see :meth:`TLSStream.wrap`
    :param local_host: the local address to connect from
    :param happy_eyeballs_delay: seconds after which the next address is tried as well
    :param handshake_timeout: seconds for the handshake; ``None`` for ever
    :param linger: see :meth:`TLSStream.wrap`
    :raises OSError: if no connection can be made
    :raises TimeoutError: if the handshake takes too long
    :raises TLSError: as :meth:`TLSStream.wrap` does
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a server's
    """
    address = as_host("host", host)
    port = as_integer("port", port, 1, 65535)
    server_hostname = as_hostname("hostname", str(host) if hostname is None else hostname)
    context = default_client_context() if ssl_context is None else ssl_context
    check_context(context, server_side=False, server_hostname=server_hostname, hostname_argument="hostname")
    local_address = None if local_host is None else as_host("local_host", local_host)
    happy_eyeballs_delay = as_seconds("happy_eyeballs_delay", happy_eyeballs_delay) or 0.0
    handshake_timeout = as_seconds("handshake_timeout", handshake_timeout)
    linger = as_seconds("linger", linger)
    stream = await _connect_tcp(address, port, local_address, happy_eyeballs_delay)
    return await _wrap(stream, handshake_timeout, server_hostname, context, standard_compatible, linger)


async def _connect_tcp(
    host: str, port: int, local_host: str | None = None, happy_eyeballs_delay: float = HAPPY_EYEBALLS_SECONDS
) -> SocketStream:
    raw_socket = await open_tcp_socket(host, port, local_host, happy_eyeballs_delay)
    try:
        return SocketStream(raw_socket)
    except ValueError as exc:  # not connected any more
        raw_socket.close()
        raise ConnectionResetError("the connection was lost at once") from exc


async def _wrap(
    stream: Any,
    handshake_timeout: float | None,
    server_hostname: str | None,
    context: SSLContextLike,
    standard_compatible: bool,
    linger: float | None,
) -> TLSStream:
    """Put TLS over a stream of ours, which is closed whatever goes wrong."""
    try:
        with anyio.fail_after(handshake_timeout):
            return await wrap_checked(stream, False, server_hostname, context, standard_compatible, linger)
    except BaseException:
        await anyio.aclose_forcefully(stream)
        raise


class TLSConnectable(ByteStreamConnectable):
    """Something that can be connected to, with TLS on top.

    :param connectable: what makes the stream below, such as :class:`anyio.TCPConnectable`, for which
        :func:`connect_tls` is used
    :param hostname: the server's name; by default that of a :class:`anyio.TCPConnectable`
    :param ssl_context: as for :func:`connect_tls`
    :param standard_compatible: see :meth:`TLSStream.wrap`
    :param handshake_timeout: seconds for the handshake; ``None`` for ever
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a server's, or checks host names and there is none
    """

    def __init__(
        self,
        connectable: Any,
        *,
        hostname: str | None = None,
        ssl_context: SSLContextLike | None = None,
        standard_compatible: bool = True,
        handshake_timeout: float | None = HANDSHAKE_SECONDS,
    ) -> None:
        if not has_methods(connectable, "connect"):
            raise TypeError(f"connectable must have a connect() method, not be a {type(connectable).__name__}")
        if hostname is None and isinstance(connectable, anyio.TCPConnectable):
            hostname = str(connectable.host)
        self.connectable: Any = connectable
        self.hostname: str | None = as_hostname("hostname", hostname)
        self.ssl_context: SSLContextLike = default_client_context() if ssl_context is None else ssl_context
        self.standard_compatible = standard_compatible
        self.handshake_timeout: float | None = as_seconds("handshake_timeout", handshake_timeout)
        check_context(self.ssl_context, server_side=False, server_hostname=self.hostname, hostname_argument="hostname")

    async def connect(self) -> TLSStream:
        """Connect and do the handshake. Cancelled, nothing is left open.

        :raises anyio.ConnectionFailed: if no connection can be made
        :raises TimeoutError: if the handshake takes too long
        :raises TLSError: as :meth:`TLSStream.wrap` does
        """
        if type(self.connectable) is anyio.TCPConnectable:
            try:
                stream: Any = await _connect_tcp(as_host("host", self.connectable.host), self.connectable.port)
            except OSError as exc:
                raise anyio.ConnectionFailed(str(exc)) from exc
        else:
            stream = await self.connectable.connect()
        return await _wrap(
            stream, self.handshake_timeout, self.hostname, self.ssl_context, self.standard_compatible, None
        )
