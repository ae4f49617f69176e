"""TCP connections, as plain non-blocking sockets."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any, Final

import anyio

from ._event_loop import running_on_trio, waits_of_event_loop

__all__ = ["open_tcp_socket"]

# Or done already, which waiting tells as well.
_UNDER_WAY: Final = {0, errno.EINPROGRESS, errno.EWOULDBLOCK}


async def open_tcp_socket(
    host: str, port: int, local_host: str | None, happy_eyeballs_delay: float | None
) -> socket.socket:
    """Connect to the first address that answers."""
    addresses = _parse_address(host, port)
    if running_on_trio() and not (addresses and local_host is None):
        from ._transports._trio import connect_with_trio

        return await connect_with_trio(host, port, local_host=local_host, happy_eyeballs_delay=happy_eyeballs_delay)
    addresses = addresses or await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if len(addresses) == 1 and local_host is None:
        return await _connect_socket(*addresses[0])
    from aiohappyeyeballs import start_connection

    local = None if local_host is None else await anyio.getaddrinfo(local_host, 0, type=socket.SOCK_STREAM)
    return await start_connection(
        addresses, local_addr_infos=local, happy_eyeballs_delay=happy_eyeballs_delay, interleave=1
    )


def _parse_address(host: str, port: int) -> list[Any]:
    """What getaddrinfo() says of an IP address, without its thread; nothing for a name."""
    for family, rest in ((socket.AF_INET, ()), (socket.AF_INET6, (0, 0))):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port, *rest))]
    return []


async def _connect_socket(family: int, kind: int, protocol: int, _: str, address: Any) -> socket.socket:
    """Connect to one address. uvloop would look it up first, in a thread."""
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        error = sock.connect_ex(address)
        if error in _UNDER_WAY:
            await waits_of_event_loop().wait_writable(sock)
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, f"connecting to {address} failed: {os.strerror(error)}")
    except BaseException:
        sock.close()
        raise
    return sock
