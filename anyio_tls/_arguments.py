"""Checks of arguments. What cannot be used is refused here, by the argument's name, before any state changes."""

from __future__ import annotations

import math
import operator
import os
import ssl
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any, Final

import idna

__all__ = [
    "as_bytes",
    "as_certificates",
    "as_choice",
    "as_flag",
    "as_host",
    "as_hostname",
    "as_integer",
    "as_make_context",
    "as_max_bytes",
    "as_networks",
    "as_part",
    "as_path",
    "as_paths",
    "as_seconds",
    "as_socket_options",
    "check_context",
    "has_methods",
    "let_go_of",
]


# The forbidden domain code points of the URL standard that can be printed. A name with one of them was not cut out of a
# URL, or not stripped.
_NOT_IN_NAMES: Final = frozenset(" #%/:<>?@[\\]^|")


def as_bytes(argument: str, item: Any) -> bytes | memoryview:
    """The contents of any object with the buffer interface, without a copy if possible."""
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


def let_go_of(data: bytes | memoryview) -> None:
    """Release what :func:`as_bytes` returned. A traceback that lives on has the frames in which it was used, and a
    ``bytearray`` cannot be resized as long as there is a view of it."""
    if type(data) is memoryview:
        data.release()


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
    return int(number)  # Not every function of the standard library takes a member of an enum.


def as_choice(argument: str, word: Any, words: Sequence[str]) -> str:
    """One of several words."""
    if not isinstance(word, str):
        raise TypeError(f"{argument} must be a str, not {type(word).__name__}")
    if word not in words:
        raise ValueError(f"{argument} must be one of {', '.join(map(repr, words))}, not {word!r}")
    return word


def as_flag(argument: str, flag: Any) -> bool:
    """``True`` or ``False``, and not what counts as one of them: ``None`` may be meant as the default."""
    if not isinstance(flag, bool):
        raise TypeError(f"{argument} must be a bool, not {type(flag).__name__}")
    return flag


def as_seconds(argument: str, seconds: Any) -> float | None:
    """A number of seconds, or ``None``."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"{argument} must be a number of seconds or None, not {type(seconds).__name__}")
    try:
        number = float(seconds)
    except OverflowError:  # an integer, such as 10**400
        raise ValueError(f"{argument} must not be larger than a float can be") from None
    if math.isnan(number) or number < 0:
        raise ValueError(f"{argument} must not be negative or NaN, but is {seconds}")
    return number


def as_hostname(argument: str, hostname: Any) -> str | None:
    """The name that TLS sends and checks, in ASCII: without the trailing dot of an absolute name (RFC 6066 section 3)
    and without the zone of an IPv6 address, which means something on this machine only."""
    if hostname is None:
        return None
    if not isinstance(hostname, (str, bytes)):
        raise TypeError(f"{argument} must be a str, not {type(hostname).__name__}")
    if not hostname:
        return None
    name = _as_ascii(argument, hostname)
    return name.partition("%")[0] if ":" in name else name.removesuffix(".")


def as_host(argument: str, host: Any) -> str:
    """What to connect to, in ASCII: a name, with its trailing dot if it has one, or an IP address, with its zone."""
    if not isinstance(host, (str, bytes, IPv4Address, IPv6Address)):
        raise TypeError(f"{argument} must be a str or an IP address, not {type(host).__name__}")
    return _as_ascii(argument, host if isinstance(host, (str, bytes)) else str(host))


def _as_ascii(argument: str, host: str | bytes) -> str:
    """A host name in ASCII, or an IP address."""
    try:
        return _encoded(host.decode("ascii") if isinstance(host, bytes) else host)
    except ValueError as exc:  # the errors of IDNA and Unicode are ValueErrors
        raise ValueError(f"{argument} {host!r} is not a valid host name or IP address: {exc}") from exc


@lru_cache(maxsize=64)  # Most programs connect to few hosts.
def _encoded(name: str) -> str:
    """International names are encoded by IDNA 2008 (``ssl`` itself would use 2003)."""
    if not name.isascii():
        # Label by label: a label that is ASCII already may have underscores, which IDNA does not allow.
        labels = idna.uts46_remap(name, std3_rules=False).split(".")
        name = ".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels)
    # Other characters are left to the comparison with the certificate.
    if not name.isprintable():
        raise ValueError("it has characters that cannot be printed")
    if ":" in name:  # as in a host that still has its port or its brackets
        IPv6Address(name)
    elif found := _NOT_IN_NAMES.intersection(name):
        raise ValueError(f"it has characters that are in no host name: {' '.join(map(repr, sorted(found)))}")
    elif len(bare := name.removesuffix(".")) > 253 or not all(0 < len(label) < 64 for label in bare.split(".")):
        raise ValueError("a name has 1 to 253 characters, each label 1 to 63 (RFC 1035 section 2.3.4)")
    return name


def as_path(argument: str, path: Any) -> str | bytes:
    """Where a file or a UNIX socket is."""
    try:
        found: str | bytes = os.fspath(path)
    except TypeError:
        raise TypeError(f"{argument} must be a path, not {type(path).__name__}") from None
    return str.__str__(found) if isinstance(found, str) else found  # str() of an enum's member is its name


def as_socket_options(argument: str, options: Any) -> list[tuple[Any, ...]]:
    """Arguments for calls of ``setsockopt()``."""
    try:
        calls = [] if options is None else [tuple(option) for option in options]
    except TypeError as exc:
        raise TypeError(f"{argument} must be tuples of arguments for setsockopt(): {exc}") from None
    for call in calls:
        match call:
            case (int(), int(), int() | bytes() | bytearray() | memoryview()) | (int(), int(), None, int()):
                fits = all(-(2**31) <= number < 2**31 for number in call if isinstance(number, int))
            case _:
                raise TypeError(f"{argument} must be tuples of arguments for setsockopt(), unlike {call}")
        if not fits:
            raise ValueError(f"{argument} must be made of numbers that fit into a C int, unlike {call}")
    return calls


def has_methods(thing: Any, *names: str) -> bool:
    """Whether ``thing`` is an instance, not a class, that has such methods."""
    return not isinstance(thing, type) and all(callable(getattr(thing, name, None)) for name in names)


def check_context(
    context: Any,
    *,
    server_side: bool,
    server_hostname: str | None,
    hostname_argument: str,
    has_default: bool = False,
) -> None:
    """Refuse a context that cannot be used on this side of a connection. The error names the argument.

    :param has_default: whether ``None`` stands for the default one, which checks host names
    :raises TypeError: if it is no context, or the side is no bool
    :raises ValueError: if it is made for the other side, or checks host names and there is none, or if a server has a
        host name
    """
    if not isinstance(server_side, int):  # as ssl takes it
        raise TypeError(f"server_side must be a bool, not {type(server_side).__name__}")
    is_default = has_default and context is None
    if not is_default and not has_methods(context, "wrap_bio"):
        raise TypeError(f"ssl_context must be an ssl.SSLContext, or have its wrap_bio(), not {type(context).__name__}")
    protocol = getattr(context, "protocol", None)
    if server_side and protocol is ssl.PROTOCOL_TLS_CLIENT:
        raise ValueError(
            f"ssl_context is a client's (PROTOCOL_TLS_CLIENT): pass {hostname_argument}, or a server's context"
        )
    if not server_side and protocol is ssl.PROTOCOL_TLS_SERVER:
        raise ValueError("ssl_context is a server's (PROTOCOL_TLS_SERVER): a client needs a client's context")
    # Only the newest versions of ssl refuse this on a server.
    if server_side and server_hostname:
        raise ValueError(f"{hostname_argument} is a client's: it is the client that knows whom it wants to talk to")
    if server_side and getattr(context, "check_hostname", False):
        raise ValueError("ssl_context checks host names, which a server has to do without: set check_hostname to False")
    if not server_side and not server_hostname and getattr(context, "check_hostname", True):
        raise ValueError(
            f"{hostname_argument} is required, because ssl_context checks host names (it has no check_hostname = False)"
        )


def as_paths(argument: str, paths: Any) -> tuple[str, ...]:
    """One path, or several."""
    if isinstance(paths, (str, bytes, os.PathLike)):
        paths = (paths,)
    try:
        found = tuple(os.fsdecode(as_path(argument, path)) for path in paths)
    except TypeError:
        raise TypeError(f"{argument} must be a path or an iterable of paths") from None
    if not found:
        raise ValueError(f"{argument} must not be empty")
    return found


def as_certificates(certificates: Any) -> list[tuple[tuple[str, ...], Any]]:
    """Where each certificate and its key are, in one file or two, and the password of the key."""
    if isinstance(certificates, (str, bytes, os.PathLike)) or not isinstance(certificates, Iterable):
        raise TypeError("certificates must be an iterable of paths, or of tuples of paths and a password")
    found = []
    for entry in certificates:
        arguments = entry if isinstance(entry, tuple) else (entry,)
        if not 1 <= len(arguments) <= 3:
            raise TypeError("certificates must be paths, or tuples of a path, the key's path, and its password")
        certfile, keyfile, password = (*arguments, None, None)[:3]
        paths = (certfile,) if keyfile is None else (certfile, keyfile)
        if not (password is None or callable(password) or isinstance(password, (str, bytes, bytearray))):
            raise TypeError(f"a password in certificates must be str, bytes or callable, not {type(password).__name__}")
        found.append((as_paths("certificates", paths), password))
    if not found:
        raise ValueError("certificates must not be empty")
    return found


def as_make_context(make_context: Any) -> Callable[[], ssl.SSLContext]:
    """A function that makes contexts for servers, another one each time."""
    if not callable(make_context):
        raise TypeError(f"make_context must be a function, not {type(make_context).__name__}")
    contexts = [make_context(), make_context()]
    if not isinstance(contexts[0], ssl.SSLContext):
        raise TypeError(f"make_context must return an ssl.SSLContext, not {type(contexts[0]).__name__}")
    if contexts[0].protocol is ssl.PROTOCOL_TLS_CLIENT or contexts[0].check_hostname:
        raise ValueError("make_context must return a server's context, which checks no host names")
    if contexts[0] is contexts[1]:
        raise ValueError("make_context must return a new context each time")
    return make_context  # type: ignore[no-any-return]


def as_part(argument: str, part: Any) -> float:
    """A fraction: a number between 0 and 1."""
    if isinstance(part, bool) or not isinstance(part, (int, float)):
        raise TypeError(f"{argument} must be a number, not {type(part).__name__}")
    if not 0 <= part <= 1:
        raise ValueError(f"{argument} must be between 0 and 1, not {part}")
    return part


def as_networks(networks: Any) -> tuple[list[IPv4Network | IPv6Network], bool]:
    """The networks of ``trusted_proxies``, and whether UNIX sockets are among them.

    :raises TypeError: if they are no networks
    :raises ValueError: if one is none
    """
    if isinstance(networks, (str, bytes)) or not isinstance(networks, Iterable):
        raise TypeError(f"trusted_proxies must be several networks, not {type(networks).__name__}")
    known: list[IPv4Network | IPv6Network] = []
    trusts_unix = False
    for network in networks:
        if network == "unix":
            trusts_unix = True
            continue
        if not isinstance(network, (str, IPv4Network, IPv6Network)):
            raise TypeError(f"trusted_proxies must be networks, not {type(network).__name__}")
        try:
            known.append(_unmapped(ip_network(network)))
        except ValueError as exc:
            raise ValueError(f"trusted_proxies: {exc}") from exc
    return known, trusts_unix


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """A network of IPv4 addresses in the form of IPv6 as one of IPv4."""
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    return IPv4Network((mapped, network.prefixlen - 96)) if mapped and network.prefixlen >= 96 else network
