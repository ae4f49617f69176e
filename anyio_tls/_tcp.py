"""Connections as plain non-blocking sockets, in the same way on every event loop.

The event loops' own functions cannot set the options that a socket must have before it connects.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import Any, Final, NamedTuple

import anyio
from anyio import to_thread
from anyio.lowlevel import checkpoint

from ._errors import forget_frames
from ._event_loop import waits_of_event_loop

__all__ = ["HAPPY_EYEBALLS_SECONDS", "open_tcp_socket", "open_unix_socket"]

HAPPY_EYEBALLS_SECONDS: Final = 0.25
"""After how long the next address is tried as well, by default (RFC 8305 section 8)."""

SocketOptions = Sequence[tuple[Any, ...]]

# EWOULDBLOCK is Windows's. Elsewhere it means that the backlog of a UNIX socket is full.
_UNDER_WAY: Final = {errno.EINPROGRESS, errno.EALREADY, *([errno.EWOULDBLOCK] if sys.platform == "win32" else [])}


async def open_tcp_socket(
    host: str,
    port: int,
    local_host: str | None = None,
    local_port: int = 0,
    happy_eyeballs_delay: float | None = None,
    options: SocketOptions = (),
) -> tuple[socket.socket, Any]:
    """Connect to the first address that accepts; return the socket and that address.

    :param happy_eyeballs_delay: seconds after which the next address is tried as well; ``None`` to wait until it fails
    :raises OSError: if none does
    """
    addresses = await _look_up(host, port)
    local: Sequence[Any] = ()
    if local_host is not None:
        local = await _look_up(local_host, local_port)
        addresses = [address for address in addresses if _local_address(address[0], local) is not None]
        if not addresses:
            raise OSError(errno.EADDRNOTAVAIL, f"no address of {host} can be reached from {local_host}")
    elif local_port:
        local = [(family, 0, 0, "", ("", local_port)) for family in (socket.AF_INET, socket.AF_INET6)]
    attempts = [
        _Attempt(family, protocol, address, _local_address(family, local), options)
        for family, _, protocol, _, address in (_interleave(addresses) if len(addresses) > 1 else addresses)
    ]
    if len(attempts) == 1:
        return await _connect(attempts[0]), attempts[0].address
    return await _race(attempts, happy_eyeballs_delay)


async def open_unix_socket(path: str | bytes, options: SocketOptions = ()) -> socket.socket:
    """Connect to a UNIX socket.

    :raises OSError: if that fails, also if the backlog is full
    """
    return await _connect(_Attempt(socket.AF_UNIX, 0, path, None, options))


async def _look_up(host: str, port: int) -> Sequence[Any]:
    """The result of getaddrinfo().

    :raises OSError: if there is no such host, or an IPv6 address has an unknown zone
    """
    if address := _parse_address(host, port):
        return [address]
    found: Sequence[Any] = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if any(_lacks_zone(address[0]) for *_, address in found):  # uvloop loses it
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        return await to_thread.run_sync(ask, abandon_on_cancel=True)
    return [_parse_address(*address) for *_, address in found]


def _parse_address(host: str, port: int) -> Any:
    """The result of getaddrinfo() for an IP address, without its thread; nothing for a name. A pair with an IPv6
    address, as AnyIO has it, would lose the zone."""
    address, _, zone = host.partition("%")
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, address)
        except OSError:
            continue
        rest = () if family == socket.AF_INET else (0, _number_of(zone))
        return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, *rest)
    return None


def _number_of(zone: str) -> int:
    """The number of a network interface, for its name or that number itself (RFC 4007 section 11.2)."""
    if not zone or zone.isdecimal():
        return int(zone or 0)
    try:
        return socket.if_nametoindex(zone)
    except OSError as exc:
        raise OSError(errno.ENODEV, f"there is no network interface {zone!r}") from exc


def _lacks_zone(host: str) -> bool:
    return "%" not in host and ip_address(host).is_link_local and ":" in host


def _local_address(family: int, local: Iterable[Any]) -> Any:
    return next((address for of_family, _, _, _, address in local if of_family == family), None)


def _interleave(addresses: Sequence[Any]) -> list[Any]:
    """Alternate between address families, beginning with the first one's (RFC 8305 section 4)."""
    first = [address for address in addresses if address[0] == addresses[0][0]]
    others = [address for address in addresses if address[0] != addresses[0][0]]
    return [address for address in chain.from_iterable(zip_longest(first, others)) if address is not None]


class _Attempt(NamedTuple):
    """An attempt to connect to one address."""

    family: int
    protocol: int
    address: Any
    local: Any
    options: SocketOptions


async def _connect(attempt: _Attempt) -> socket.socket:
    sock = socket.socket(attempt.family, socket.SOCK_STREAM, attempt.protocol)
    try:
        sock.setblocking(False)
        if attempt.family != getattr(socket, "AF_UNIX", None):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for option in attempt.options:
            sock.setsockopt(*option)
        if attempt.local is not None:
            if attempt.local[1] and os.name == "posix":  # Attempts that wait at the same time share the port.
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if attempt.family == socket.AF_INET6 and not attempt.local[0]:  # every address, but not of IPv4 too
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind(attempt.local)
        # This completes at once over UNIX sockets, and with TCP Fast Open, which connects with the first data.
        error = sock.connect_ex(attempt.address)
        if error == errno.EINPROGRESS and sys.platform == "linux":
            # Over loopback it has usually come to its end meanwhile, and a wait takes several system calls.
            error = sock.connect_ex(attempt.address)
        if error in _UNDER_WAY:
            await waits_of_event_loop().wait_writable(sock)
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        else:
            await checkpoint()
        if error:
            raise OSError(error, f"connecting to {_in_words(attempt.address)} failed: {os.strerror(error)}")
    except BaseException:
        sock.close()
        raise
    return sock


def _in_words(address: Any) -> str:
    """As it is written; a name in Linux's abstract namespace begins with "@"."""
    return str(address) if isinstance(address, tuple) else os.fsdecode(address).replace("\0", "@")


async def _race(attempts: Sequence[_Attempt], delay: float | None) -> tuple[socket.socket, Any]:
    """Happy Eyeballs (RFC 8305 section 5): begin the next attempt when the one before fails or takes long, and keep the
    first that succeeds."""
    winners: list[tuple[socket.socket, Any]] = []
    errors: list[OSError] = []

    async def run(attempt: _Attempt, failed: anyio.Event) -> None:
        try:
            sock = await _connect(attempt)
        except OSError as exc:
            forget_frames(exc)  # this one, which refers to the list
            errors.append(exc)
            failed.set()
            return
        winners.append((sock, attempt.address))
        racing.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as racing:
            for attempt in attempts:
                failed = anyio.Event()
                racing.start_soon(run, attempt, failed)
                with anyio.move_on_after(delay):
                    await failed.wait()
    except BaseException:
        for sock, _ in winners:
            sock.close()
        raise
    for sock, _ in winners[1:]:  # a dead heat
        sock.close()
    if winners:
        return winners[0]
    message = "; ".join(error.strerror or str(error) for error in errors)
    # The errno determines the class, such as ConnectionRefusedError.
    same = len({error.errno for error in errors}) == 1
    raise (OSError(errors[0].errno, message) if same else OSError(message)) from errors[0]
