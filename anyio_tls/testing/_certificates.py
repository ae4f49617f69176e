"""Throw-away certificates.

trustme is not enough: its certificates are all for servers and clients alike, so that none is refused for its purpose,
and everybody who imports this package would need it.
"""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, final

import idna
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["Certificate", "CertificateAuthority"]

_DEFAULT_NAMES = ("localhost", "127.0.0.1")

# A leaf is valid from a day ago, for clocks that differ. An authority is valid longer than every leaf that a test dates
# back or ahead, so that only the leaf's dates are ever wrong.
_CLOCK_SKEW = timedelta(days=1)
_LEAF_LIFETIME = timedelta(days=30)
_AUTHORITY_LIFETIME = timedelta(days=3650)

# RFC 5280, appendix A.1: ub-common-name.
_COMMON_NAME_LIMIT = 64


@final
@dataclass(frozen=True)
class Certificate:
    """A certificate and its private key, from :meth:`CertificateAuthority.issue`."""

    certificate_pem: bytes
    """The certificate, PEM. It is issued by the authority's root, without an intermediate."""

    private_key_pem: bytes = field(repr=False)
    """The private key, PEM (PKCS #8, not encrypted)."""

    def configure(self, ssl_context: ssl.SSLContext) -> None:
        """Make ``ssl_context`` present this certificate.

        The key is on disk for a moment, in a directory that only the user can read:
        :meth:`ssl.SSLContext.load_cert_chain` takes only files.

        :raises OSError: the temporary file cannot be written
        """
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "certificate.pem")
            path.write_bytes(self.private_key_pem + self.certificate_pem)
            ssl_context.load_cert_chain(path)


@final
class CertificateAuthority:
    """A new certificate authority that nobody trusts yet, with a new key (EC P-256).

    ::

        ca = CertificateAuthority()
        server_context = ca.server_context(ca.issue("example.org"))
        client_context = ca.client_context()
    """

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        # A unique name: authorities with the same name differ only in their key identifiers, which not every verifier
        # looks at.
        serial = x509.random_serial_number()
        self._name = _name(f"throw-away CA {serial:x}"[:_COMMON_NAME_LIMIT])
        now = datetime.now(timezone.utc)
        key_identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self._key_identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_identifier)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(self._name)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number(serial)
            .not_valid_before(now - _AUTHORITY_LIFETIME)
            .not_valid_after(now + _AUTHORITY_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(authority=True), critical=True)
            .add_extension(key_identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self._pem = certificate.public_bytes(Encoding.PEM)

    @property
    def pem(self) -> bytes:
        """The authority's own certificate, PEM: what a peer has to trust."""
        return self._pem

    def issue(
        self,
        *names: str,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        client: bool = False,
    ) -> Certificate:
        """Issue a certificate with a new key (EC P-256).

        :param names: what it is for: DNS names (``*.example.org`` and ``bücher.example`` too),
            IP addresses, e-mail addresses; ``localhost`` and ``127.0.0.1`` when none is given
        :param not_before: the start of its validity (a naive time is UTC); default: a day
            ago, or earlier where ``not_after`` needs it
        :param not_after: the end of its validity (a naive time is UTC); default: 30 days from
            now, or later where ``not_before`` needs it
        :param client: whether it is a client's certificate; otherwise it is a server's. A verifier that checks the
            purpose refuses one in place of the other
        :raises TypeError: a name is not a string, or a time is no datetime
        :raises ValueError: a name cannot be encoded, or ``not_after`` is before ``not_before``
        """
        names = names or _DEFAULT_NAMES
        general_names = [_general_name(name) for name in names]
        common_name = names[0].encode()[:_COMMON_NAME_LIMIT].decode(errors="ignore")
        now = datetime.now(timezone.utc)
        start = now - _CLOCK_SKEW if not_before is None else _aware("not_before", not_before)
        end = now + _LEAF_LIFETIME if not_after is None else _aware("not_after", not_after)
        if not_before is None:
            start = min(start, end - _CLOCK_SKEW)
        if not_after is None:
            end = max(end, start + _LEAF_LIFETIME)
        key = ec.generate_private_key(ec.SECP256R1())
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(common_name))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.SubjectAlternativeName(general_names), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(self._key_identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return Certificate(
            certificate_pem=certificate.public_bytes(Encoding.PEM),
            private_key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )

    def assortment(self) -> dict[str, Certificate]:
        """Issue a certificate for each way to be valid or invalid.

        A number in brackets is the ``verify_code`` of the error that Python raises.

        =================  ==========================================================================================
        ``good``           for ``localhost`` and ``127.0.0.1``
        ``expired``        for the same, until a day ago: refused as expired (10)
        ``not_yet_valid``  for the same, from tomorrow on: refused as not yet valid (9)
        ``wrong_name``     for ``wrong.example``, and refused under any other name (62) or IP address (64)
        ``wildcard``       for ``*.example.org``: good for ``www.example.org``, refused (62) for ``example.org`` and
                           ``www.sub.example.org``
        ``ip``             for ``127.0.0.1`` and ``::1``: refused for ``localhost`` (62)
        ``idn``            for ``bücher.example``, which travels as ``xn--bcher-kva.example``
        ``client``         for a client, ``client@example.org``: refused as a server's, for its purpose (26), just as
                           the others are as a client's
        =================  ==========================================================================================

        A peer that does not trust this authority refuses each, because its issuer is unknown (20).

        :return: the certificates, by the names above
        """
        now = datetime.now(timezone.utc)
        return {
            "good": self.issue(),
            "expired": self.issue(not_after=now - timedelta(days=1)),
            "not_yet_valid": self.issue(not_before=now + timedelta(days=1)),
            "wrong_name": self.issue("wrong.example"),
            "wildcard": self.issue("*.example.org"),
            "ip": self.issue("127.0.0.1", "::1"),
            "idn": self.issue("bücher.example"),
            "client": self.issue("client@example.org", client=True),
        }

    def server_context(
        self, certificate: Certificate | None = None, *, require_client_certificate: bool = False
    ) -> ssl.SSLContext:
        """Make a context for a server (TLS 1.2 and up).

        :param certificate: what the server presents; default: a new certificate for
            ``localhost`` and ``127.0.0.1``
        :param require_client_certificate: whether a client must present a certificate of
            this authority
        :raises TypeError: if ``certificate`` is not one of :meth:`issue`
        """
        _check_certificate(certificate)
        context = _strict_context(ssl.PROTOCOL_TLS_SERVER)
        (certificate or self.issue()).configure(context)
        if require_client_certificate:
            # Only then, since OpenSSL sends a root that it finds in the context.
            context.load_verify_locations(cadata=self._pem.decode("ascii"))
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client_context(self, certificate: Certificate | None = None) -> ssl.SSLContext:
        """Make a context for a client that trusts this authority and no other (TLS 1.2 and up).

        :param certificate: what the client presents when it is asked; default: nothing
        :raises TypeError: if ``certificate`` is not one of :meth:`issue`
        """
        _check_certificate(certificate)
        context = _strict_context(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=self._pem.decode("ascii"))
        if certificate is not None:
            certificate.configure(context)
        return context


def _strict_context(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13's default, on every version, so that tests give the same results.
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    # A truncated connection must not look like a closed one.
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    if not isinstance(name, str):  # ip_address() would accept bytes and integers
        raise TypeError(f"a name must be a string, not {type(name).__name__}")
    if not name:
        raise ValueError("a name must not be empty")
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    local_part, at, domain = name.rpartition("@")
    if at:
        return x509.RFC822Name(f"{local_part}@{_to_ascii(domain)}")
    return x509.DNSName(_to_ascii(name))


def _to_ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    wildcard, domain = ("*.", domain[2:]) if domain.startswith("*.") else ("", domain)
    return wildcard + idna.encode(domain, uts46=True).decode("ascii")


def _check_certificate(certificate: Any) -> None:
    if not (certificate is None or isinstance(certificate, Certificate)):
        raise TypeError(f"certificate must be a Certificate of issue(), not {type(certificate).__name__}")


def _aware(argument: str, time: Any) -> datetime:
    if not isinstance(time, datetime):
        raise TypeError(f"{argument} must be a datetime, not {type(time).__name__}")
    return time if time.tzinfo is not None else time.replace(tzinfo=timezone.utc)
