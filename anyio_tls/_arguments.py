"""What callers may pass. Everything else is refused here, by name, before anything happens."""

from __future__ import annotations

import math
import operator
import ssl
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import idna

__all__ = [
    "as_bytes",
    "as_host",
    "as_hostname",
    "as_integer",
    "as_max_bytes",
    "as_seconds",
    "check_context",
    "has_methods",
]


def as_bytes(argument: str, item: Any) -> bytes | memoryview:
    """Anything with the buffer interface as bytes, without a copy where that can be had."""
    if type(item) is bytes:
        return item
    try:
        view = memoryview(item)
    except TypeError:
        raise TypeError(f"{argument} must be bytes-like, not {type(item).__name__}") from None
    try:
        return view.cast("B")
    except (TypeError, ValueError):  # not contiguous, empty in some dimension, or of a foreign format
        return view.tobytes()


def as_max_bytes(max_bytes: Any) -> int:
    """A positive integer."""
    try:
        number = operator.index(max_bytes)
    except TypeError:
        raise TypeError(f"max_bytes must be an integer, not {type(max_bytes).__name__}") from None
    if number < 1:
        raise ValueError(f"max_bytes must be a positive integer, not {number}")
    return number


def as_integer(argument: str, number: Any, lowest: int, highest: int) -> int:
    """An integer within bounds."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"{argument} must be an integer, not {type(number).__name__}")
    if not lowest <= number <= highest:
        raise ValueError(f"{argument} must be between {lowest} and {highest}, not {number}")
    return number


def as_seconds(argument: str, seconds: Any) -> float | None:
    """A number of seconds, or ``None``."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"{argument} must be a number of seconds or None, not {type(seconds).__name__}")
    if math.isnan(seconds) or seconds < 0:
        raise ValueError(f"{argument} must not be negative or NaN, but is {seconds}")
    return float(seconds)


def as_hostname(argument: str, hostname: Any) -> str | None:
    """A host name as it travels: in ASCII, international ones by IDNA 2008 (``ssl`` itself would use 2003)."""
    if hostname is None:
        return None
    if not isinstance(hostname, (str, bytes)):
        raise TypeError(f"{argument} must be a str, not {type(hostname).__name__}")
    try:
        name = hostname.decode("ascii") if isinstance(hostname, bytes) else hostname
        if not name.isascii():
            name = idna.encode(name, uts46=True).decode("ascii")
    except UnicodeError as exc:  # an IDNAError is one
        raise ValueError(f"{argument} {hostname!r} is not a valid host name: {exc}") from exc
    # A dot at the end is the root's. Which characters a label has is for the certificate to say.
    if name and not all(0 < len(label) < 64 and label.isprintable() for label in name.removesuffix(".").split(".")):
        raise ValueError(f"{argument} {hostname!r} is not a valid host name")
    return name


def as_host(argument: str, host: Any) -> str:
    """A host name in ASCII, or an IP address."""
    if not isinstance(host, (str, IPv4Address, IPv6Address)):
        raise TypeError(f"{argument} must be a str or an IP address, not {type(host).__name__}")
    return as_hostname(argument, str(host)) or ""


def has_methods(thing: Any, *names: str) -> bool:
    """Whether ``thing`` is an object, rather than a class, with such methods."""
    return not isinstance(thing, type) and all(callable(getattr(thing, name, None)) for name in names)


def check_context(context: Any, *, server_side: bool, server_hostname: str | None, hostname_argument: str) -> None:
    """Refuse a context that cannot serve for this side of a connection, in words that name the argument.

    :raises TypeError: if it is no context
    :raises ValueError: if it is made for the other side, or checks host names and there is none
    """
    if not has_methods(context, "wrap_bio"):
        raise TypeError(f"ssl_context must be an ssl.SSLContext, or have its wrap_bio(), not {type(context).__name__}")
    protocol = getattr(context, "protocol", None)
    if server_side and protocol is ssl.PROTOCOL_TLS_CLIENT:
        raise ValueError(
            f"ssl_context is a client's (PROTOCOL_TLS_CLIENT): pass {hostname_argument}, or a server's context"
        )
    if not server_side and protocol is ssl.PROTOCOL_TLS_SERVER:
        raise ValueError("ssl_context is a server's (PROTOCOL_TLS_SERVER): a client needs a client's context")
    if not server_side and not server_hostname and getattr(context, "check_hostname", False):
        raise ValueError(f"{hostname_argument} is required, because ssl_context checks host names")
