"""Parses and checks the contents of PEM files: certificate chains, authorities and revocation lists.

Nothing here reads a file. What is wrong with the contents is a :exc:`ValueError` with an explanation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import pairwise
from typing import Any, Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = [
    "Chain",
    "Lifetime",
    "as_pem",
    "lifetimes_of",
    "names_and_keys",
    "read_authorities",
    "read_chain",
    "read_revocation_lists",
]

_REVOCATIONS: Final = b"X509 CRL"  # RFC 7468 section 6
_BLOCK: Final = re.compile(rb"-----BEGIN ([ -~]*?)-----.*?-----END \1-----", re.DOTALL)


class Lifetime(NamedTuple):
    """From when until when something is valid."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Chain:
    """A server's certificate and those that lead to its root, which itself may be missing."""

    names: tuple[str, ...]
    """The names it is for: DNS names in lower case, wildcards among them, and IP addresses as ``ipaddress`` writes
    them."""
    key_type: str
    """OpenSSL holds one certificate for each type of key in a context; RSA-PSS is one, besides RSA."""
    lifetime: Lifetime
    """The leaf's, but it ends when the first certificate of the chain does."""
    fingerprint: str
    """The leaf's SHA-256, in hexadecimal digits."""
    length: int
    """Certificates, without a root."""
    pem: bytes
    """All of them, and nothing else."""


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn the other exceptions of cryptography into ValueErrors."""
    try:
        yield
    except (
        InvalidSignature,
        TypeError,
        UnsupportedAlgorithm,
        x509.DuplicateExtension,
        x509.InvalidVersion,
        x509.UnsupportedGeneralNameType,
    ) as exc:
        raise ValueError(f"{type(exc).__name__}: {exc}") from exc


# ---- chains ----


@_in_words()
def read_chain(pem: bytes) -> Chain:
    """A chain that a server can present today.

    The issuer of the last certificate may be missing, since it may be a root, which clients have. Only a certificate
    with signed certificate timestamps (RFC 6962 section 3.3) is known not to be issued by a root.

    :param pem: a file's content; private keys in it are ignored
    """
    certificates = _certificates(pem)
    leaf = certificates[0]
    for position, (certificate, issuer) in enumerate(pairwise(certificates), start=1):
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError) as exc:
            raise ValueError(f"certificate {position + 1} is not the issuer of certificate {position}") from exc
    top = certificates[-1]
    links = certificates[:-1] if len(certificates) > 1 and top.issuer == top.subject else certificates
    now = datetime.now(timezone.utc)
    for certificate in links:
        _check_in_time(certificate, now)
    names = _names(leaf)
    if links == [leaf] == certificates and _extension(leaf, x509.PrecertificateSignedCertificateTimestamps):
        raise ValueError("the intermediate certificate is missing: a public certificate is never issued by a root")
    end = min(certificate.not_valid_after_utc for certificate in links)
    return Chain(
        names=names,
        key_type=leaf.public_key_algorithm_oid.dotted_string,
        lifetime=Lifetime(leaf.not_valid_before_utc, end),
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
        length=len(links),
        pem=as_pem(certificates),
    )


def _check_in_time(certificate: x509.Certificate, now: datetime) -> None:
    name = certificate.subject.rfc4514_string() or "the certificate"
    if certificate.not_valid_after_utc < now:
        raise ValueError(f"{name} has expired, on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC")
    if certificate.not_valid_before_utc > now:
        raise ValueError(f"{name} is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC")


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    """The alternative names only: clients ignore others (RFC 9525 section 2)."""
    alternatives = _extension(leaf, x509.SubjectAlternativeName)
    dns = [] if alternatives is None else alternatives.get_values_for_type(x509.DNSName)
    addresses = [] if alternatives is None else alternatives.get_values_for_type(x509.IPAddress)
    names = [*(name.lower() for name in dns), *map(str, addresses)]
    if not names:
        raise ValueError("it has neither a DNS name nor an IP address among its alternative names")
    return tuple(dict.fromkeys(names))


def _extension(certificate: x509.Certificate, kind: type) -> Any:
    """An extension's value, or ``None``."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


# ---- whom to believe of clients ----


@_in_words()
def read_authorities(pem: bytes, lists: Collection[bytes]) -> list[x509.Certificate]:
    """Certificates of authorities. An expired one among many is left to OpenSSL.

    :param lists: the files of which the revocation lists are read. In others there must not be any.
    """
    if pem not in lists and any(block[1] == _REVOCATIONS for block in _BLOCK.finditer(pem)):
        raise ValueError("it has a revocation list, which is used only if the file is given as client_crl too")
    return _certificates(pem)


@_in_words()
def read_revocation_lists(pem: bytes, authorities: list[x509.Certificate]) -> list[x509.CertificateRevocationList]:
    """Revocation lists (RFC 5280 section 5).

    One that has expired, or has yet to begin, is refused: with it OpenSSL would reject every client of its issuer.

    :param authorities: the signature of a list of theirs is checked
    """
    now = datetime.now(timezone.utc)
    lists = []
    for block in _blocks(pem, (_REVOCATIONS,), "revocation list"):
        revocations = x509.load_pem_x509_crl(block)
        name = _name_of(revocations)
        begin, end = _lifetime_of(revocations)
        if end < now:
            raise ValueError(f"{name} has ended, on {end:%Y-%m-%d %H:%M} UTC")
        if begin > now:
            raise ValueError(f"{name} is not valid before {begin:%Y-%m-%d %H:%M} UTC")
        keys = [authority.public_key() for authority in authorities if authority.subject == revocations.issuer]
        if keys and not any(revocations.is_signature_valid(key) for key in keys):  # type: ignore[arg-type]
            raise ValueError(f"{name} is signed by somebody else")
        lists.append(revocations)
    return lists


def names_and_keys(
    authorities: Collection[x509.Certificate], lists: Collection[x509.CertificateRevocationList]
) -> tuple[frozenset[str], frozenset[str], frozenset[bytes], frozenset[bytes]]:
    """The names of the authorities, those of the issuers of the lists, the public keys of authorities with the name of
    an issuer, and those of them that have signed a list."""
    issuers = {revocations.issuer for revocations in lists}
    keys = {_key_of(authority): authority for authority in authorities if authority.subject in issuers}
    listed = {
        key
        for key, authority in keys.items()
        for revocations in lists
        if revocations.issuer == authority.subject and revocations.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    }
    names = frozenset(map(_subject_of, authorities))
    return names, frozenset(map(_issuer_of, lists)), frozenset(keys), frozenset(listed)


def _key_of(authority: x509.Certificate) -> bytes:
    return authority.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _subject_of(authority: x509.Certificate) -> str:
    return authority.subject.rfc4514_string()


def _issuer_of(revocations: x509.CertificateRevocationList) -> str:
    return revocations.issuer.rfc4514_string()


def _name_of(item: x509.Certificate | x509.CertificateRevocationList) -> str:
    if isinstance(item, x509.Certificate):
        return f"the authority {_subject_of(item)}"
    return f"the revocation list of {_issuer_of(item)}"


def _lifetime_of(item: x509.Certificate | x509.CertificateRevocationList) -> Lifetime:
    if isinstance(item, x509.Certificate):
        return Lifetime(item.not_valid_before_utc, item.not_valid_after_utc)
    return Lifetime(item.last_update_utc, item.next_update_utc or datetime.max.replace(tzinfo=timezone.utc))


def lifetimes_of(
    items: Iterable[x509.Certificate | x509.CertificateRevocationList], path: str
) -> Iterator[tuple[str, Lifetime]]:
    """Of authorities and revocation lists in a file, with words for each."""
    return ((f"{_name_of(item)} in {path}", _lifetime_of(item)) for item in items)


# ---- PEM ----


def as_pem(items: Iterable[x509.Certificate | x509.CertificateRevocationList]) -> bytes:
    return b"".join(item.public_bytes(Encoding.PEM) for item in items)


def _certificates(pem: bytes) -> list[x509.Certificate]:
    labels = (b"CERTIFICATE", b"X509 CERTIFICATE")  # RFC 7468 section 5.1
    certificates = [x509.load_pem_x509_certificate(block) for block in _blocks(pem, labels, "certificate")]
    for certificate in certificates:
        try:
            _ = certificate.extensions  # parsed now, so that errors in them are raised here
        except ValueError as exc:
            name = certificate.subject.rfc4514_string()
            raise ValueError(f"the extensions of the certificate of {name} cannot be read: {exc}") from None
    return certificates


def _blocks(pem: bytes, labels: Collection[bytes], what: str) -> list[bytes]:
    """The blocks with one of these labels, if every block of the file is complete: it may be read while it is being
    written."""
    blocks = list(_BLOCK.finditer(pem))
    # The file may end within the first line of a block. (Text between blocks may have lines with dashes.)
    torn = pem[blocks[-1].end() if blocks else 0 :].rpartition(b"\n")[2].lstrip().startswith(b"-")
    if torn or not len(blocks) == pem.count(b"-----BEGIN ") == pem.count(b"-----END "):
        raise ValueError("it is not whole: a PEM block has no beginning or no end")
    if any(block[1] == b"TRUSTED CERTIFICATE" for block in blocks):  # OpenSSL would load it
        raise ValueError(
            "it has a TRUSTED CERTIFICATE, in OpenSSL's own format: `openssl x509` makes it an ordinary one"
        )
    found = [block[0] for block in blocks if block[1] in labels]
    if not found:
        raise ValueError(f"there is no {what} in it (PEM)")
    return found
