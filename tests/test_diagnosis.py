"""Whose fault a failure is, where OpenSSL has few words for it, or the wrong ones."""

from __future__ import annotations

import ssl
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtensionOID

from anyio_tls import CertificateVerificationError, HandshakeError
from anyio_tls._diagnosis import diagnose
from anyio_tls._engine import TLSEngine
from anyio_tls._record_layer import _raised_again
from anyio_tls.testing import CertificateAuthority

from ._wire import ALERT, carry, make_engine, make_record, self_signed, shake_hands

SECRET = bytes(range(32))

needs_secrets = pytest.mark.skipif(
    sys.version_info < (3, 13) or not ssl.HAS_PSK, reason="secrets (PSK) came with Python 3.13"
)


def engines(client: Any, server: Any) -> tuple[TLSEngine, TLSEngine]:
    return make_engine(client, server_side=False), make_engine(server, server_side=True)


def refusal(client: Any, server: Any) -> HandshakeError:
    """The error of the side that refuses the other."""
    with pytest.raises(HandshakeError) as caught:
        shake_hands(*engines(client, server))
    return caught.value


# ---- alerts ----


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("code", [117, 121])
def test_an_alert_that_has_no_name_here(code: int, client_context: ssl.SSLContext) -> None:
    """Those of RFC 9846 and RFC 9849 are newer than OpenSSL 3.0. Whoever sends one refuses us."""
    client = make_engine(client_context, server_side=False)
    client.handshake()
    client.feed(make_record(ALERT, bytes([2, code])))
    with pytest.raises(HandshakeError, match="the peer sent an alert") as caught:
        client.handshake()
    assert (caught.value.fault, caught.value.alert_received) == ("local", True)


@pytest.mark.guarantee("G9")
def test_an_error_of_openssls_own(ca: CertificateAuthority) -> None:
    """A session ticket of a TLS 1.3 server has no room for a client's certificate of this size. The client did nothing
    wrong, and gets an alert that the server has encrypted."""
    large = self_signed(
        "odd", x509.DNSName("localhost"), x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), bytes(90_000))
    )
    server, client = ca.server_context(), ca.client_context(large)
    server.verify_mode = ssl.CERT_REQUIRED
    server.verify_flags &= ~ssl.VERIFY_X509_STRICT
    server.load_verify_locations(cadata=large.certificate_pem.decode())
    client.minimum_version = ssl.TLSVersion.TLSv1_3
    error = refusal(client, server)
    assert (error.reason, error.fault, error.alert) == ("INTERNAL_ERROR", "local", None)


# ---- verification ----


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("list_of_ours", ["missing", "expired"])
def test_a_revocation_list_of_ours(list_of_ours: str, tmp_path: Path) -> None:
    """The peer's certificate is good; that nobody can tell is our fault."""
    theirs = self_signed()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.configure(server)
    client.load_verify_locations(cadata=theirs.certificate_pem.decode())
    client.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    if list_of_ours == "expired":
        now = datetime.now(timezone.utc)
        key: Any = load_pem_private_key(theirs.private_key_pem, None)
        expired = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(x509.load_pem_x509_certificate(theirs.certificate_pem).subject)
            .last_update(now - timedelta(9))
            .next_update(now - timedelta(1))
            .sign(key, hashes.SHA256())
        )
        path = tmp_path / "list.pem"
        path.write_bytes(expired.public_bytes(Encoding.PEM))
        client.load_verify_locations(path)
    error = refusal(client, server)
    assert isinstance(error, CertificateVerificationError)
    assert "CRL" in error.verify_message
    assert error.fault == "local"


@pytest.mark.guarantee("G5", "G9")
def test_what_an_odd_certificate_leaves_behind(
    ca: CertificateAuthority, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """To decode it puts errors into OpenSSL's queue, where the next read of any connection finds them: that of the
    clean end of one, a close_notify that another sends."""
    odd = self_signed(
        "odd", x509.DNSName("localhost"), x509.UnrecognizedExtension(ExtensionOID.AUTHORITY_INFORMATION_ACCESS, b"\5\0")
    )
    asking = ca.server_context()
    asking.verify_mode = ssl.CERT_REQUIRED
    asking.verify_flags &= ~ssl.VERIFY_X509_STRICT
    asking.load_verify_locations(cadata=odd.certificate_pem.decode())
    shows_it = engines(ca.client_context(odd), asking)
    shake_hands(*shows_it)
    for closes_first in (False, True):
        client, server = engines(client_context, server_context)
        shake_hands(client, server)
        client.read(1)
        if closes_first:
            shows_it[1].ssl_object.getpeercert()
            assert server.close_writing()
        client.close_writing()
        carry(client, server)
        shows_it[1].ssl_object.getpeercert()
        assert server.read(1) == b""
        carry(server, client)
        if closes_first:
            assert client.read(1) == b""


class Reads:
    """What another read finds."""

    def __init__(self, outcome: bytes | Exception) -> None:
        self.outcome = outcome

    def read(self, _max_bytes: int) -> bytes:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (ssl.SSLWantReadError(), ssl.SSLWantReadError),
        (b"", ssl.SSLZeroReturnError),
        (b"data", KeyError),
        (ssl.SSLError(ssl.SSL_ERROR_SSL, "the connection has failed"), KeyError),
    ],
)
def test_another_read_tells_what_was_left_over(outcome: Any, expected: type[Exception]) -> None:
    """If it fails too, the first error was the connection's own."""
    reads: Any = Reads(outcome)
    assert isinstance(_raised_again(reads, KeyError()), expected)


# ---- what both sides need ----


@pytest.mark.guarantee("G9")
def test_a_client_without_the_servers_curve() -> None:
    """Once the server has served somebody, its context cannot be all wrong."""
    rare = self_signed(curve=ec.SECP256K1())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    rare.configure(server)
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    server.set_ecdh_curve("secp256k1")
    client, other = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=rare.certificate_pem.decode())
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ecdh_curve("secp256k1")
    shake_hands(*engines(client, server))
    assert refusal(other, server).fault == "peer"


@needs_secrets
@pytest.mark.guarantee("G9", "G12")
@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_a_secret_that_both_have(version: str, ca: CertificateAuthority) -> None:
    """OpenSSL takes it for a session that is resumed, but there is no certificate whose name could be checked. Whoever
    has no secret, or another one, is refused, and it is said whose fault that is."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ca.client_context()
    for context in (server, client):
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
        context.set_ciphers("PSK")
    server.set_psk_server_callback(lambda identity: SECRET if identity == "us" else b"", "hint")  # type: ignore[attr-defined]
    client.set_psk_client_callback(lambda _hint: ("us", SECRET))  # type: ignore[attr-defined]
    assert client.check_hostname
    shake_hands(*engines(client, server))
    client.set_psk_client_callback(lambda _hint: ("them", SECRET))  # type: ignore[attr-defined]
    assert refusal(client, server).fault == "peer"
    assert refusal(ca.client_context(), server).fault == "peer"
    if version == "TLSv1_2":
        client.set_psk_client_callback(lambda _hint: (None, b""))  # type: ignore[attr-defined]
        error = refusal(client, server)
        assert error.fault == "local"
        assert "psk_client_callback" in str(error)


@pytest.mark.guarantee("G9")
def test_a_client_whose_own_function_gives_no_secret() -> None:
    """The same reason is the peer's fault on a server."""
    error = ssl.SSLError(ssl.SSL_ERROR_SSL, "psk identity not found")
    error.reason = "PSK_IDENTITY_NOT_FOUND"
    assert diagnose(error, None, "handshake_failure", b"", "")[0] == "local"
    assert diagnose(error, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), "unknown_psk_identity", b"", "") == ("peer", "")
