"""The channel binding ``tls-server-end-point`` (RFC 5929 section 4): a hash of the server's certificate."""

from __future__ import annotations

import hashlib

__all__ = ["end_point_binding"]

# Known without cryptography: the signature algorithms of nearly all certificates, as object identifiers in DER, and
# their hashes. The hash of RSASSA-PSS is a parameter.
_RSA, _ECDSA = "06092a864886f70d0101", "06082a8648ce3d0403"
_HASHES = {
    f"{_RSA}04": "md5",
    f"{_RSA}05": "sha1",
    f"{_RSA}0b": "sha256",
    f"{_RSA}0c": "sha384",
    f"{_RSA}0d": "sha512",
    f"{_ECDSA}02": "sha256",
    f"{_ECDSA}03": "sha384",
    f"{_ECDSA}04": "sha512",
}


def end_point_binding(certificate: bytes) -> bytes:
    """Hash a certificate in DER as its signature does, but with SHA-256 in place of MD5 and SHA-1 (section 4.1).

    :raises ValueError: if its signature has no hash of its own, or an algorithm that cryptography does not know; where
        cryptography cannot be imported, as in a subinterpreter, also for signatures with RSASSA-PSS and for rare ones
    """
    try:
        from cryptography import x509
        from cryptography.exceptions import UnsupportedAlgorithm
    except ImportError:
        name = _HASHES.get(_signature_algorithm(certificate).hex())
        if name is None:
            raise ValueError("tls-server-end-point of this certificate takes cryptography, which is not here") from None
    else:
        try:
            algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
        except UnsupportedAlgorithm as exc:
            raise ValueError(f"tls-server-end-point of this certificate is unknown: {exc}") from exc
        if algorithm is None:
            raise ValueError("tls-server-end-point is undefined for this certificate: its signature has no hash")
        name = algorithm.name.replace("-", "_")
    return hashlib.new("sha256" if name in ("md5", "sha1") else name, certificate).digest()


def _signature_algorithm(certificate: bytes) -> bytes:
    """The object identifier, encoded, that follows the signed part of a certificate (RFC 5280 section 4.1).

    OpenSSL has parsed this certificate. Should it still not be in DER, the result is no object identifier.
    """
    signed, _ = _content(certificate, 0)
    _, algorithm = _content(certificate, signed)
    identifier, _ = _content(certificate, algorithm)
    _, end = _content(certificate, identifier)
    return certificate[identifier:end]


def _content(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of an element begins and ends."""
    length, start = int.from_bytes(der[at + 1 : at + 2], "big"), at + 2
    if length > 0x7F:
        start += length - 0x80
        length = int.from_bytes(der[at + 2 : start], "big")
    return start, start + length
