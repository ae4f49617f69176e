"""The fingerprint of a client by FoxIO's method JA4, for TLS over TCP.

https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

__all__ = ["fingerprint", "is_grease"]

# Extensions, RFC 8446 section 4.2.
_SERVER_NAME: Final = 0
_ALPN: Final = 16
_SUPPORTED_VERSIONS: Final = 43

_VERSIONS: Final = {
    0x0304: "13",
    0x0303: "12",
    0x0302: "11",
    0x0301: "10",
    0x0300: "s3",
    0x0002: "s2",
    0xFEFF: "d1",
    0xFEFD: "d2",
    0xFEFC: "d3",
}
_MAX_COUNT: Final = 99


def is_grease(number: int) -> bool:
    """Whether a number is a GREASE value, which tests that servers ignore what they do not know (RFC 8701)."""
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF


def fingerprint(
    legacy_version: int,
    *,
    versions: Iterable[int],
    alpn_protocols: Iterable[str],
    cipher_suites: Iterable[int],
    extensions: Iterable[int],
    signature_algorithms: Iterable[int],
) -> str:
    """The fingerprint of a ClientHello with these fields."""
    ciphers = _without_grease(cipher_suites)
    extensions = _without_grease(extensions)
    algorithms = _without_grease(signature_algorithms)
    version = max(_without_grease(versions), default=0) if _SUPPORTED_VERSIONS in extensions else legacy_version
    # The server name and ALPN are in the first part already.
    traits = [extension for extension in extensions if extension not in {_SERVER_NAME, _ALPN}]
    return (
        f"t{_VERSIONS.get(version, '00')}{'d' if _SERVER_NAME in extensions else 'i'}"
        f"{_count(ciphers)}{_count(extensions)}{_ends_of(next(iter(alpn_protocols), ''))}"
        f"_{_hash(_in_hex(sorted(ciphers)))}"
        f"_{_hash('_'.join(filter(None, [_in_hex(sorted(traits)), _in_hex(algorithms)])))}"
    )


def _without_grease(numbers: Iterable[int]) -> list[int]:
    return [number for number in numbers if not is_grease(number)]


def _count(numbers: list[int]) -> str:
    return f"{min(len(numbers), _MAX_COUNT):02}"


def _in_hex(numbers: Iterable[int]) -> str:
    return ",".join(f"{number:04x}" for number in numbers)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12


def _ends_of(protocol: str) -> str:
    """Its first and its last character, or, if they are not both letters or digits, those of its bytes in
    hexadecimal."""
    ends = protocol[:1] + protocol[-1:]
    if not (ends.isascii() and ends.isalnum()):
        protocol = protocol.encode("latin-1").hex()
    return protocol[:1] + protocol[-1:] or "00"
