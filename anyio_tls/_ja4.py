"""The fingerprint of a client by FoxIO's method JA4, for TLS over TCP.

https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ._hello import ClientHello

__all__ = ["fingerprint", "is_grease"]

# Extensions, RFC 8446 section 4.2.
_SERVER_NAME: Final = 0
_ALPN: Final = 16
_SUPPORTED_VERSIONS: Final = 43

_VERSIONS: Final = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10"}
_MAX_COUNT: Final = 99


def is_grease(number: int) -> bool:
    """Whether a number stands for nothing, but tests that servers bear with what they do not know (RFC 8701)."""
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF


def fingerprint(hello: ClientHello) -> str:
    version = int.from_bytes(hello.raw[4:6], "big")  # behind type and length
    if _SUPPORTED_VERSIONS in hello.extensions:
        version = max(hello.versions, default=0)
    ciphers = _without_grease(hello.cipher_suites)
    extensions = _without_grease(hello.extensions)
    algorithms = _without_grease(hello.signature_algorithms)
    # Where the client wants to go, and with which protocol, is told in front.
    traits = [extension for extension in extensions if extension not in {_SERVER_NAME, _ALPN}]
    return (
        f"t{_VERSIONS.get(version, '00')}{'d' if _SERVER_NAME in extensions else 'i'}"
        f"{min(len(ciphers), _MAX_COUNT):02}{min(len(extensions), _MAX_COUNT):02}{_ends_of_alpn(hello.alpn_protocols)}"
        f"_{_hash(_in_hex(sorted(ciphers)))}"
        f"_{_hash('_'.join(filter(None, [_in_hex(sorted(traits)), _in_hex(algorithms)])))}"
    )


def _without_grease(numbers: Iterable[int]) -> list[int]:
    return [number for number in numbers if not is_grease(number)]


def _in_hex(numbers: Iterable[int]) -> str:
    return ",".join(f"{number:04x}" for number in numbers)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12


def _ends_of_alpn(protocols: tuple[str, ...]) -> str:
    """The first and the last character of the first protocol, or, if they are not both letters or digits, of its bytes
    in hexadecimal."""
    name = protocols[0] if protocols else ""
    ends = name[:1] + name[-1:]
    if not (ends.isascii() and ends.isalnum()):
        name = name.encode("latin-1").hex()
    return name[:1] + name[-1:] or "00"
