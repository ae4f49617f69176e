"""The throw-away certificates of anyio_tls.testing, judged by verifiers that are not ours."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509

from anyio_tls.testing import Certificate, CertificateAuthority

DAY = timedelta(days=1)

# OpenSSL's X509_V_ERR_* numbers, <openssl/x509_vfy.h>
NOT_YET_VALID, EXPIRED, UNKNOWN_ISSUER, INVALID_PURPOSE, WRONG_NAME, WRONG_IP = (
    9,
    10,
    20,
    26,
    62,
    64,
)


def now() -> datetime:
    return datetime.now(timezone.utc)


def shake_hands(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, hostname: str = "localhost"
) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    """Handshake in memory with nothing but the standard library; client and server."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=hostname)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    unfinished = [client, server]
    while unfinished:
        side = unfinished.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            unfinished.append(side)
    return client, server


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("hostname", ["localhost", "127.0.0.1"])
def test_contexts_trust_each_other(ca: CertificateAuthority, version: ssl.TLSVersion, hostname: str) -> None:
    client_context = ca.client_context()
    client_context.maximum_version = version
    client, server = shake_hands(ca.server_context(), client_context, hostname)
    assert client.version() == server.version() == version.name.replace("_", ".")
    assert server.getpeercert() is None


def test_default_context_of_this_python_trusts_the_authority(ca: CertificateAuthority) -> None:
    context = ssl.create_default_context(cadata=ca.pem.decode())
    shake_hands(ca.server_context(), context)


def test_contexts_are_strict(ca: CertificateAuthority) -> None:
    for context in (ca.server_context(), ca.client_context()):
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert context.verify_flags & ssl.VERIFY_X509_STRICT
        assert not context.options & ssl.OP_IGNORE_UNEXPECTED_EOF


@pytest.mark.parametrize(
    ("issued", "asked"),
    [
        ("example.org", "example.org"),
        ("*.example.org", "www.example.org"),
        ("bücher.example", "bücher.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.bücher.example", "www.bücher.example"),
        ("under_score.example", "under_score.example"),
        ("10.1.2.3", "10.1.2.3"),
        ("::1", "::1"),
        (".".join(["long"] * 40), ".".join(["long"] * 40)),
    ],
)
def test_names(ca: CertificateAuthority, issued: str, asked: str) -> None:
    shake_hands(ca.server_context(ca.issue("other.example", issued)), ca.client_context(), asked)
    shake_hands(ca.server_context(ca.issue(issued)), ca.client_context(), asked)


@pytest.mark.parametrize(
    ("certificate", "hostname", "code"),
    [
        ({"not_after": now() - DAY}, "localhost", EXPIRED),
        ({"not_after": (now() - DAY).replace(tzinfo=None)}, "localhost", EXPIRED),
        ({"not_after": now() - 400 * DAY}, "localhost", EXPIRED),
        ({"not_before": now() + DAY}, "localhost", NOT_YET_VALID),
        ({"not_before": now() + 400 * DAY}, "localhost", NOT_YET_VALID),
        ({"client": True}, "localhost", INVALID_PURPOSE),
        ({}, "example.org", WRONG_NAME),
        ({}, "127.0.0.2", WRONG_IP),
    ],
)
def test_what_is_wrong_is_only_what_was_asked_for(
    ca: CertificateAuthority, certificate: dict[str, object], hostname: str, code: int
) -> None:
    server_context = ca.server_context(ca.issue(**certificate))  # type: ignore[arg-type]
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        shake_hands(server_context, ca.client_context(), hostname)
    assert caught.value.verify_code == code


def test_another_authority_is_unknown(ca: CertificateAuthority) -> None:
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        shake_hands(ca.server_context(), CertificateAuthority().client_context())
    assert caught.value.verify_code == UNKNOWN_ISSUER


@pytest.mark.parametrize("name", ["ann@example.org", "ann@bücher.example"])
def test_client_certificate(ca: CertificateAuthority, name: str) -> None:
    server_context = ca.server_context(require_client_certificate=True)
    _, server = shake_hands(server_context, ca.client_context(ca.issue(name, client=True)))
    peer = server.getpeercert()
    assert peer is not None
    expected = name.replace("bücher", "xn--bcher-kva")
    assert peer["subjectAltName"] == (("email", expected),)


@pytest.mark.parametrize("client", [None, {"client": False}])
def test_client_without_a_client_certificate_is_refused(
    ca: CertificateAuthority, client: dict[str, bool] | None
) -> None:
    certificate = None if client is None else ca.issue(**client)  # type: ignore[arg-type]
    with pytest.raises(ssl.SSLError) as caught:
        shake_hands(ca.server_context(require_client_certificate=True), ca.client_context(certificate))
    expected = "PEER_DID_NOT_RETURN_A_CERTIFICATE" if client is None else "CERTIFICATE_VERIFY_FAILED"
    assert caught.value.reason == expected


@pytest.mark.parametrize("name", ["", "bü cher.example", "ann@bü cher.example"])
def test_a_name_that_cannot_be_encoded(ca: CertificateAuthority, name: str) -> None:
    with pytest.raises(ValueError):
        ca.issue(name)


@pytest.mark.parametrize("name", [b"\x7f\0\0\1", 1, None])
def test_a_name_that_is_not_a_string(ca: CertificateAuthority, name: str) -> None:
    with pytest.raises(TypeError, match="a name must be a string"):
        ca.issue(name)


def test_dates_in_the_wrong_order(ca: CertificateAuthority) -> None:
    with pytest.raises(ValueError):
        ca.issue(not_before=now(), not_after=now() - DAY)


def test_private_key_neither_stays_on_disk_nor_in_the_representation(
    ca: CertificateAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", os.fspath(tmp_path))
    certificate = ca.issue()
    certificate.configure(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    assert list(tmp_path.iterdir()) == []
    assert "PRIVATE KEY" not in repr(certificate)


def test_extensions_a_strict_verifier_looks_for(ca: CertificateAuthority) -> None:
    root = x509.load_pem_x509_certificate(ca.pem)
    leaf = x509.load_pem_x509_certificate(ca.issue().certificate_pem)
    leaf.verify_directly_issued_by(root)
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).critical
    assert root.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    key_identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert authority.key_identifier == key_identifier.digest
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign


@pytest.fixture(params=[False, True], ids=["server", "client"])
def on_disk(request: pytest.FixtureRequest, ca: CertificateAuthority, tmp_path: Path) -> tuple[bool, Path, Path]:
    certificate: Certificate = ca.issue("example.org", client=request.param)
    root, leaf = tmp_path / "root.pem", tmp_path / "leaf.pem"
    root.write_bytes(ca.pem)
    leaf.write_bytes(certificate.certificate_pem)
    return request.param, root, leaf


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_them(on_disk: tuple[bool, Path, Path]) -> None:
    client, root, leaf = on_disk
    purpose = "sslclient" if client else "sslserver"
    command = ["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile"]
    command += [str(root), str(leaf)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.skipif(shutil.which("certtool") is None, reason="GnuTLS's certtool is not installed")
def test_gnutls_accepts_them(on_disk: tuple[bool, Path, Path]) -> None:
    client, root, leaf = on_disk
    purpose = "1.3.6.1.5.5.7.3.2" if client else "1.3.6.1.5.5.7.3.1"
    command = ["certtool", "--verify", f"--verify-purpose={purpose}"]
    command += [f"--load-ca-certificate={root}", f"--infile={leaf}"]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_package_does_not_import_this_module() -> None:
    code = "import sys, anyio_tls; print('anyio_tls.testing' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
