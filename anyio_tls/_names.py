"""Whether a certificate is for a host name.

OpenSSL checks that in a full handshake, but not in one that resumes a session: there the server proves only that it
knows the secret of an earlier connection, which may have been to another name.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

__all__ = ["is_for", "is_peer_for", "mismatch_of_session"]

# X509_V_ERR_*, and OpenSSL's words for it.
_HOSTNAME_MISMATCH: Final = 62, "Hostname mismatch"
_IP_ADDRESS_MISMATCH: Final = 64, "IP address mismatch"

# To decode a certificate takes longer than to compare it with those that were found to be for a host name.
_found: Final[set[tuple[bytes | None, str]]] = set()
_MAX_FOUND: Final = 64


def is_peer_for(ssl_object: ssl.SSLObject, hostname: str) -> bool:
    """Whether the peer's certificate, which has been verified, is for this host name; see :func:`is_for`."""
    pair = ssl_object.getpeercert(True), hostname
    if pair in _found:
        return True
    if not is_for(ssl_object.getpeercert() or {}, hostname):
        return False
    if len(_found) >= _MAX_FOUND:
        _found.clear()
    _found.add(pair)
    return True


def mismatch_of_session(hostname: str) -> ssl.SSLCertVerificationError:
    """The error for a session that is another host's, as OpenSSL would raise it in a full handshake."""
    reason = f"the session that was resumed is another server's: its certificate is not for {hostname!r}"
    error = ssl.SSLCertVerificationError(ssl.SSL_ERROR_SSL, reason)
    error.verify_code, error.verify_message = (
        _HOSTNAME_MISMATCH if _as_address(hostname) is None else _IP_ADDRESS_MISMATCH
    )
    return error


def is_for(certificate: Mapping[str, Any], hostname: str) -> bool:
    """Compare by RFC 9525 section 6.3, with the alternative names only.

    :param certificate: as :meth:`ssl.SSLObject.getpeercert` gives it
    :param hostname: a name in ASCII, or an IP address
    """
    names = certificate.get("subjectAltName", ())
    address = _as_address(hostname)
    if address is None:
        name = hostname.lower().removesuffix(".")
        parent = name.partition(".")[2]
        wanted = {name, f"*.{parent}"} if "." in parent else {name}
        return any(kind == "DNS" and value.lower() in wanted for kind, value in names)
    return any(kind == "IP Address" and _as_address(value.strip()) == address for kind, value in names)


def _as_address(value: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(value)
    except ValueError:  # a certificate may have one of any length
        return None
