"""The PROXY protocol, with which a proxy tells a server for whom it connects: versions 1 and 2, the receiving side.

https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt

Only trusted proxies may use it: whoever can send a header can claim any address.
"""

from __future__ import annotations

import functools
import os
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final, Literal, final

from anyio.abc import SocketAttribute

from ._diagnosis import protocol_of
from ._errors import ErrorClasses

__all__ = ["ProxyHeader", "ProxyHeaderReader", "with_proxied_addresses"]

MAX_HEADER: Final = 2**14
"""Maximum size of a header of version 2 in bytes: HAProxy's default."""

_V1_START: Final = b"PROXY "
_V1_END: Final = b"\r\n"
_V1_MAX: Final = 107  # from the specification, the end of the line included

_V2_START: Final = b"\r\n\r\n\0\r\nQUIT\n"
_V2_FIXED: Final = 16
_LOCAL: Final = 0x20
_PROXY: Final = 0x21
_UNSPECIFIED: Final = 0x00
# The addresses of a family: IPv4, IPv6 and UNIX sockets, each as a stream and as datagrams.
_ADDRESSES: Final = {
    family: struct.Struct(form)
    for families, form in (((0x11, 0x12), ">4s4sHH"), ((0x21, 0x22), ">16s16sHH"), ((0x31, 0x32), ">108s108s"))
    for family in families
}
_CRC32C: Final = 3

_TLS_RECORD: Final = b"\x16\x03"


@final
@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """What a proxy says about the connection that it passes on, with the PROXY protocol.

    https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt
    """

    command: Literal["LOCAL", "PROXY"]
    """``"LOCAL"`` if the proxy connects for itself, as for a health check."""

    source: tuple[str, int] | str | None
    """The client of the proxy: IP address and port, or the path of a UNIX socket. ``None`` if the proxy connects for
    itself, or does not know."""

    destination: tuple[str, int] | str | None
    """The address that the client connected to, in the same form."""

    tlvs: tuple[tuple[int, bytes], ...] = ()
    """Additional fields (TLVs): types and values as in the specification, in the order in which they were sent. There
    are none in version 1, nor without an address."""


class ProxyHeaderReader:
    """Reassembles a header, and parses it.

    :param max_bytes: maximum size of a header of version 2
    :param errors: the classes of the errors that it raises
    """

    def __init__(self, max_bytes: int = MAX_HEADER, errors: ErrorClasses = ErrorClasses()) -> None:
        self._max_bytes = max_bytes
        self._errors = errors
        self._received = bytearray()
        self._size = 0

    @property
    def rest(self) -> bytes:
        """What was fed after the header: it comes from the client."""
        return bytes(self._received[self._size :])

    def feed(self, data: bytes) -> ProxyHeader | None:
        """Take what was sent; ``None`` while the header is incomplete.

        :raises HandshakeError: if this is no header, or a malformed one
        """
        self._received += data
        try:
            return self._read()
        except ValueError as exc:
            message = f"PROXY protocol failed: {exc}"
        raise self._errors.handshake(message, phase="handshake")

    def _read(self) -> ProxyHeader | None:
        received = self._received
        if received.startswith(_V1_START):
            if (end := received.find(_V1_END, 0, _V1_MAX)) >= 0:
                self._size = end + len(_V1_END)
                return _parse_v1(bytes(received[:end]))
            if len(received) >= _V1_MAX:
                raise ValueError(f"a line of version 1 has at most {_V1_MAX} bytes")
        elif received.startswith(_V2_START):
            if len(received) >= _V2_FIXED:
                self._size = _V2_FIXED + int.from_bytes(received[14:16], "big")
                if self._size > self._max_bytes:
                    raise ValueError(f"a header of {self._size} bytes is too long")
                if len(received) >= self._size:
                    return _parse_v2(bytes(received[: self._size]))
        elif not any(start.startswith(received) for start in (_V1_START, _V2_START)):
            protocol = "TLS" if received.startswith(_TLS_RECORD) else protocol_of(bytes(received[:16]))
            raise ValueError(f"there is no header{f', but {protocol}' if protocol else ''}")
        return None


def _parse_v1(line: bytes) -> ProxyHeader:
    make: type[IPv4Address | IPv6Address]
    match line.decode("latin-1").split(" "):
        case [_, "UNKNOWN", *_]:
            return ProxyHeader("PROXY", None, None)
        case [_, "TCP4", *ends]:
            make = IPv4Address
        case [_, "TCP6", *ends] if b"%" not in line:  # no zones
            make = IPv6Address
        case _:
            ends = []
    if len(ends) != 4:
        raise ValueError("the line of version 1 is malformed")
    hosts, ports = [str(make(host)) for host in ends[:2]], [_parse_port(port) for port in ends[2:]]
    return ProxyHeader("PROXY", (hosts[0], ports[0]), (hosts[1], ports[1]))


def _parse_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and text == str(int(text)) and int(text) < 2**16):
        raise ValueError(f"{text!r} is not a port")
    return int(text)


def _parse_v2(header: bytes) -> ProxyHeader:
    command, family = header[12:14]
    if command == _LOCAL:  # Everything else is to be ignored.
        return ProxyHeader("LOCAL", None, None)
    if command != _PROXY:
        raise ValueError(f"{command:#04x} is not a command of version 2")
    if family == _UNSPECIFIED:
        return ProxyHeader("PROXY", None, None)
    if family not in _ADDRESSES:
        raise ValueError(f"{family:#04x} is not a family of version 2")
    addresses = _ADDRESSES[family]
    end = _V2_FIXED + addresses.size
    if len(header) < end:
        raise ValueError("the header of version 2 is too short for its addresses")
    source, destination, *ports = addresses.unpack_from(header, _V2_FIXED)
    tlvs = tuple(_parse_tlvs(header, end))
    if not ports:
        return ProxyHeader("PROXY", _as_path(source), _as_path(destination), tlvs)
    hosts = str(ip_address(source)), str(ip_address(destination))
    return ProxyHeader("PROXY", (hosts[0], ports[0]), (hosts[1], ports[1]), tlvs)


def _as_path(address: bytes) -> str:
    """The path of a UNIX socket, which ends at a NUL; that of an abstract one begins with one."""
    return os.fsdecode(address.rstrip(b"\0") if address.startswith(b"\0") else address.partition(b"\0")[0])


def _parse_tlvs(header: bytes, position: int) -> list[tuple[int, bytes]]:
    tlvs: list[tuple[int, bytes]] = []
    while position < len(header):
        start = position + 3
        kind, size = header[position], int.from_bytes(header[position + 1 : start], "big")
        position = start + size
        if position > len(header):
            raise ValueError("the last TLV is shorter than it says")
        value = header[start:position]
        if kind == _CRC32C:
            if any(kind == _CRC32C for kind, _ in tlvs):  # computing one takes time
                raise ValueError("there are two checksums")
            if value != _crc32c(header[:start] + bytes(size) + header[position:]):
                raise ValueError("the checksum is wrong")
        tlvs.append((kind, value))
    return tlvs


def _crc32c(data: bytes) -> bytes:
    """The checksum of RFC 9260 appendix A, also known as Castagnoli's."""
    table = _crc32c_table()
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return (crc ^ 0xFFFFFFFF).to_bytes(4, "big")


@functools.cache
def _crc32c_table() -> list[int]:
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


def _family_of(address: tuple[str, int] | str) -> socket.AddressFamily:
    if isinstance(address, str):
        unix: socket.AddressFamily = getattr(socket, "AF_UNIX", socket.AF_UNSPEC)  # which not every Windows has
        return unix
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


def with_proxied_addresses(
    header: ProxyHeader | None, below: Mapping[Any, Callable[[], Any]]
) -> Mapping[Any, Callable[[], Any]]:
    """A transport's typed attributes, with the addresses in the header, and their family, instead of those of the
    proxy's own connection. UNIX sockets have no ports."""
    if header is None or header.source is None or header.destination is None:
        return below
    attributes = dict(below)
    family = _family_of(header.source)
    attributes[SocketAttribute.family] = lambda: family
    for address, key, port_key in (
        (header.source, SocketAttribute.remote_address, SocketAttribute.remote_port),
        (header.destination, SocketAttribute.local_address, SocketAttribute.local_port),
    ):
        attributes[key] = lambda address=address: address
        if isinstance(address, tuple):
            attributes[port_key] = lambda port=address[1]: port
        else:
            attributes.pop(port_key, None)
    return attributes
