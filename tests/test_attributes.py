"""Attributes of a connection: on both faces, everything that ``ssl.SSLObject`` has, with the same values."""

from __future__ import annotations

import hashlib
import ssl
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import anyio
import pytest
import trio
from anyio.streams.tls import TLSAttribute as AnyIOAttribute
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from anyio_tls import NeedHandshakeError, StreamStatistics, TLSAttribute
from anyio_tls._end_point import end_point_binding
from anyio_tls._records import MAX_PLAINTEXT
from anyio_tls.testing import Certificate, CertificateAuthority, memory_stream_pair

from ._faces import connected, on_every_face, shake_hands, trio_tls
from ._marks import on_trio


@pytest.fixture
def server_context(
    ca: CertificateAuthority, server_certificate: Certificate, tls_version: ssl.TLSVersion
) -> ssl.SSLContext:
    """One that asks for a certificate, and offers a protocol."""
    context = ca.server_context(server_certificate, require_client_certificate=True)
    context.minimum_version = context.maximum_version = tls_version
    context.set_alpn_protocols(["h2"])
    return context


@pytest.fixture
def client_context(ca: CertificateAuthority, tls_version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ca.client_context(ca.issue("somebody@example.org", client=True))
    context.minimum_version = context.maximum_version = tls_version
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def der_of(certificate: Certificate) -> bytes:
    return ssl.PEM_cert_to_DER_cert(certificate.certificate_pem.decode())


# ---- what ssl.SSLObject tells ----

PROPERTIES = ["context", "server_hostname", "server_side", "session", "session_reused"]
METHODS = ["cipher", "compression", "getpeercert", "pending", "selected_alpn_protocol", "shared_ciphers", "version"]


@on_every_face
async def test_everything_that_ssl_object_tells(
    face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, server_certificate: Certificate
) -> None:
    async with connected(face, server_context, client_context) as (client, server):
        for stream in (client, server):
            ssl_object = stream._driver.engine.ssl_object
            assert isinstance(ssl_object, ssl.SSLObject)
            for name in PROPERTIES:
                assert getattr(stream, name) == getattr(ssl_object, name), name
            for name in METHODS:
                assert getattr(stream, name)() == getattr(ssl_object, name)(), name
            assert stream.getpeercert(True) == ssl_object.getpeercert(True)
            assert stream.getpeercert(False) == ssl_object.getpeercert(False)
            assert stream.selected_npn_protocol() is None
        # And these are not all None.
        assert client.version() == server.version() == client_context.maximum_version.name.replace("_", ".")
        assert client.cipher() == server.cipher()
        assert client.cipher() in server.shared_ciphers()
        assert client.selected_alpn_protocol() == server.selected_alpn_protocol() == "h2"
        assert client.getpeercert(True) == der_of(server_certificate)
        assert ("email", "somebody@example.org") in server.getpeercert()["subjectAltName"]
        assert (client.server_side, client.server_hostname, client.context) == (False, "localhost", client_context)
        assert (server.server_side, server.server_hostname, server.context) == (True, None, server_context)
        assert client.session is not None
        assert client.session_reused is False


@on_every_face
async def test_pending(face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Data that was decrypted but not received yet, in the engine or in OpenSSL."""
    async with connected(face, server_context, client_context) as (client, server):
        await (server.send if face == "anyio" else server.send_all)(b"hello")
        assert client.pending() == 0
        assert await (client.receive if face == "anyio" else client.receive_some)(1) == b"h"
        assert client.pending() == 4
        client._driver.engine.unread(b"h")
        assert client.pending() == 5


@on_every_face
async def test_statistics(face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with connected(face, server_context, client_context) as (client, server):
        await (client.send if face == "anyio" else client.send_all)(bytes(20_000))
        assert await (server.receive if face == "anyio" else server.receive_some)(20_000)
        sent, received = client.statistics(), server.statistics()
        assert isinstance(sent, StreamStatistics)
        assert (sent.bytes_sent, sent.records_sent) == (20_000, 2)
        assert (received.bytes_received, received.records_received) in {(MAX_PLAINTEXT, 1), (20_000, 2)}
        assert received.bytes_sent == sent.bytes_received == sent.records_received == 0
        assert received.records_sent == (2 if server.version() == "TLSv1.3" else 0)  # tickets, which are held back
        for statistics in (sent, received):
            assert statistics.handshake_seconds is not None
            assert 0 < statistics.handshake_seconds < 60


@on_trio
async def test_statistics_before_the_handshake(client_context: ssl.SSLContext) -> None:
    below, _ = memory_stream_pair()
    stream: Any = trio_tls(below, client_context, server_hostname="localhost")
    assert stream.statistics() == StreamStatistics(0, 0, 0, 0, None)
    await anyio.aclose_forcefully(stream)


@on_every_face
async def test_no_client_certificate(face: str, ca: CertificateAuthority) -> None:
    async with connected(face, ca.server_context(), ca.client_context()) as (client, server):
        assert server.getpeercert() is None
        assert server.getpeercert(True) is None
        if face == "anyio":
            assert server.extra(TLSAttribute.peer_certificate, ...) is None
            assert server.extra(TLSAttribute.peer_certificate_binary, ...) is None
            assert server.extra(TLSAttribute.peer_certificate_x509, ...) is None
        assert client.selected_alpn_protocol() is None


@on_every_face
async def test_post_handshake_authentication(face: str, ca: CertificateAuthority) -> None:
    """The request is sent with the next send; the reply comes with what the client sends."""
    server_context = ca.server_context(require_client_certificate=True)
    client_context = ca.client_context(ca.issue("somebody@example.org", client=True))
    server_context.post_handshake_auth = client_context.post_handshake_auth = True
    async with connected(face, server_context, client_context) as (client, server):
        send, receive = ("send", "receive") if face == "anyio" else ("send_all", "receive_some")
        assert server.getpeercert() is None
        server.verify_client_post_handshake()
        await getattr(server, send)(b"who are you?")
        assert await getattr(client, receive)() == b"who are you?"
        await getattr(client, send)(b"it is me")
        assert await getattr(server, receive)() == b"it is me"
        assert ("email", "somebody@example.org") in server.getpeercert()["subjectAltName"]
        with pytest.raises(ssl.SSLError):
            client.verify_client_post_handshake()
        # Afterwards there is no next send.
        closed = anyio.ClosedResourceError if face == "anyio" else trio.ClosedResourceError
        await server.send_eof()
        with pytest.raises(closed):
            server.verify_client_post_handshake()
        await client.aclose()
        await server.aclose()
        with pytest.raises(closed):
            server.verify_client_post_handshake()


@pytest.mark.skipif(sys.version_info < (3, 13), reason="ssl has get_verified_chain() from Python 3.13 on")
@on_every_face
async def test_chains(
    face: str,
    ca: CertificateAuthority,
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    server_certificate: Certificate,
) -> None:
    root = ssl.PEM_cert_to_DER_cert(ca.pem.decode())
    async with connected(face, server_context, client_context) as (client, server):
        assert client.get_verified_chain() == [der_of(server_certificate), root]
        assert client.get_unverified_chain()[0] == der_of(server_certificate)
        assert server.get_verified_chain()[1:] == [root]
        assert server.get_unverified_chain()[0] == server.getpeercert(True)


@pytest.mark.skipif(sys.version_info < (3, 15), reason="ssl has group(), client_sigalg() from Python 3.15 on")
@on_every_face
async def test_what_was_agreed_on(face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """The group, and the signatures by which each side has proved its key; a resumed connection has none."""
    hybrid = ssl.OPENSSL_VERSION_INFO >= (3, 5) and client_context.maximum_version is ssl.TLSVersion.TLSv1_3
    session = None
    for _ in range(2):
        async with connected(face, server_context, client_context, session) as (client, server):
            proved = None if session else "ecdsa_secp256r1_sha256"
            for stream in (client, server):
                assert stream.group() == ("X25519MLKEM768" if hybrid else "x25519")
                assert stream.client_sigalg() == stream.server_sigalg() == proved
                if face == "anyio":
                    assert stream.extra(TLSAttribute.group) == stream.group()
                    assert stream.extra(TLSAttribute.client_sigalg) == proved
                    assert stream.extra(TLSAttribute.server_sigalg) == proved
            await (server.send if face == "anyio" else server.send_all)(b"and a ticket")
            assert await (client.receive if face == "anyio" else client.receive_some)() == b"and a ticket"
            session = client.session


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="ssl has group() and the like from Python 3.15 on")
async def test_what_ssl_does_not_tell_yet(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with connected("anyio", server_context, client_context) as (client, server):
        for stream in (client, server):
            for attribute in (TLSAttribute.group, TLSAttribute.client_sigalg, TLSAttribute.server_sigalg):
                assert stream.extra(attribute, "unknown") == "unknown"
                with pytest.raises(anyio.TypedAttributeLookupError):
                    stream.extra(attribute)


# ---- typed attributes ----


async def test_typed_attributes(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, server_certificate: Certificate
) -> None:
    async with connected("anyio", server_context, client_context) as (client, server):
        for stream in (client, server):
            ssl_object = stream.extra(TLSAttribute.ssl_object)
            expected: dict[str, Any] = {
                "alpn_protocol": ssl_object.selected_alpn_protocol(),
                "cipher": ssl_object.cipher(),
                "peer_certificate": ssl_object.getpeercert(),
                "peer_certificate_binary": ssl_object.getpeercert(True),
                "server_side": ssl_object.server_side,
                "shared_ciphers": ssl_object.shared_ciphers() if ssl_object.server_side else None,
                "ssl_object": ssl_object,
                "standard_compatible": True,
                "tls_version": ssl_object.version(),
            }
            if ssl_object.version() == "TLSv1.2":
                expected["channel_binding_tls_unique"] = ssl_object.get_channel_binding()
            theirs = {name for name in vars(AnyIOAttribute) if not name.startswith("_")}
            for name in theirs:
                for key in (getattr(AnyIOAttribute, name), getattr(TLSAttribute, name)):
                    if name in expected:
                        assert stream.extra(key) == expected[name], name
                    else:  # as get_channel_binding(), and not a default either, as if this were no TLS
                        with pytest.raises(ValueError, match=r"tls-unique is not defined for TLS 1\.3"):
                            stream.extra(key, None)
            assert expected.keys() | {"channel_binding_tls_unique"} == theirs
            assert stream.extra(TLSAttribute.session_reused) is False
        certificate = client.extra(TLSAttribute.peer_certificate_x509)
        assert isinstance(certificate, x509.Certificate)
        assert certificate == x509.load_pem_x509_certificate(server_certificate.certificate_pem)
        assert server.extra(TLSAttribute.peer_certificate_x509).issuer == certificate.issuer


# ---- channel bindings ----


@pytest.mark.guarantee("G15")
@on_every_face
async def test_tls_unique(face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Both sides have the same, and each connection its own; TLS 1.3 has none that would mean anything."""
    async with (
        connected(face, server_context, client_context) as (client, server),
        connected(face, server_context, client_context) as (other, _),
    ):
        if client.version() == "TLSv1.2":
            binding = client.get_channel_binding()
            assert binding
            assert binding == client.get_channel_binding("tls-unique") == server.get_channel_binding()
            assert binding != other.get_channel_binding()
        else:
            for stream in (client, server):
                with pytest.raises(ValueError, match=r"RFC 8446"):
                    stream.get_channel_binding()
        with pytest.raises(ValueError, match="tls-exporter"):
            client.get_channel_binding("tls-exporter")


@on_every_face
async def test_tls_server_end_point(
    face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, server_certificate: Certificate
) -> None:
    """The hash of the server's certificate, which is signed with SHA-256. Only the client has that certificate."""
    expected = hashlib.sha256(der_of(server_certificate)).digest()
    async with connected(face, server_context, client_context) as (client, server):
        assert client.get_channel_binding("tls-server-end-point") == expected
        with pytest.raises(ValueError, match="only the client"):
            server.get_channel_binding("tls-server-end-point")
        if face == "anyio":
            assert client.extra(TLSAttribute.channel_binding_tls_server_end_point) == expected
            assert server.extra(TLSAttribute.channel_binding_tls_server_end_point, None) is None


async def test_tls_server_end_point_without_a_certificate() -> None:
    """A server may be anonymous, if everybody agrees."""
    contexts = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for context in contexts:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("AECDH-AES128-SHA:@SECLEVEL=0")
    async with connected("anyio", *contexts) as (client, _):
        assert client.getpeercert() is None
        with pytest.raises(ValueError, match="certificate"):
            client.get_channel_binding("tls-server-end-point")


def certificate_signed(key: Any, algorithm: Any, **options: Any) -> bytes:
    """Make a certificate in DER."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, algorithm, **options)
    )
    return certificate.public_bytes(serialization.Encoding.DER)


@pytest.fixture(params=[True, False], ids=["cryptography", "without"])
def has_cryptography(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether cryptography can be imported: a subinterpreter cannot."""
    if not request.param:
        # It imports parts of itself only when they are needed, by the tests too.
        pss = padding.PSS(padding.MGF1(hashes.SHA384()), padding.PSS.DIGEST_LENGTH)
        certificate_signed(RSA_KEY, hashes.SHA384(), rsa_padding=pss)
        certificate_signed(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
        certificate_signed(ed25519.Ed25519PrivateKey.generate(), None)
        monkeypatch.setitem(sys.modules, "cryptography", None)
    return bool(request.param)


RSA_KEY = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("key", [RSA_KEY, ec.generate_private_key(ec.SECP256R1())], ids=["rsa", "ecdsa"])
@pytest.mark.usefixtures("has_cryptography")
def test_end_point_binding_by_signature(key: Any, name: str) -> None:
    """RFC 5929 section 4.1: the hash is the signature's."""
    certificate = certificate_signed(key, getattr(hashes, name.upper())())
    assert end_point_binding(certificate) == hashlib.new(name, certificate).digest()


@pytest.mark.parametrize("weak", [b"\x04", b"\x05"], ids=["md5", "sha1"])
@pytest.mark.usefixtures("has_cryptography")
def test_end_point_binding_of_weak_signatures(weak: bytes) -> None:
    """It is SHA-256 then. (Libraries do not make such certificates any more: the name of the algorithm is changed.)"""
    with_rsa = bytes.fromhex("06092a864886f70d0101")
    certificate = certificate_signed(RSA_KEY, hashes.SHA256())
    certificate = certificate.replace(with_rsa + b"\x0b", with_rsa + weak)
    assert end_point_binding(certificate) == hashlib.sha256(certificate).digest()


def test_end_point_binding_without_a_hash(has_cryptography: bool) -> None:
    certificate = certificate_signed(ed25519.Ed25519PrivateKey.generate(), None)
    with pytest.raises(ValueError, match="has no hash" if has_cryptography else "takes cryptography"):
        end_point_binding(certificate)


def test_end_point_binding_of_an_unknown_signature(has_cryptography: bool) -> None:
    """Such as SM2 with SM3, which OpenSSL verifies. (The name of the algorithm is changed.)"""
    certificate = certificate_signed(RSA_KEY, hashes.SHA256())
    certificate = certificate.replace(bytes.fromhex("06092a864886f70d01010b"), bytes.fromhex("06092a864886f70d010163"))
    with pytest.raises(ValueError, match="is unknown" if has_cryptography else "takes cryptography"):
        end_point_binding(certificate)


def test_end_point_binding_by_parameter(has_cryptography: bool) -> None:
    """RSASSA-PSS has its hash in its parameters: those are cryptography's."""
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), padding.PSS.DIGEST_LENGTH)
    certificate = certificate_signed(RSA_KEY, hashes.SHA384(), rsa_padding=pss)
    if has_cryptography:
        assert end_point_binding(certificate) == hashlib.sha384(certificate).digest()
    else:
        with pytest.raises(ValueError, match="takes cryptography"):
            end_point_binding(certificate)


def test_end_point_binding_out_of_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not in DER, or cut off, has no binding rather than a wrong one."""
    certificate = certificate_signed(RSA_KEY, hashes.SHA256())
    monkeypatch.setitem(sys.modules, "cryptography", None)
    indefinite = certificate[:4] + b"\x30\x80" + certificate[8:]
    for wrong in (b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", certificate[:20], certificate[8:], indefinite):
        with pytest.raises(ValueError, match="takes cryptography"):
            end_point_binding(wrong)


# ---- what can be set, on Trio's face, before the handshake ----


@on_trio
async def test_session_resumption(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """A TLS 1.3 session can be resumed if it was taken after something was received."""
    async with connected("trio", server_context, client_context) as (client, server):
        await server.send_all(b"hello")
        assert await client.receive_some() == b"hello"
        assert client.session_reused is server.session_reused is False
        session = client.session
        with pytest.raises(ValueError, match="session"):
            client.session = session
    async with connected("trio", server_context, client_context, session) as (client, server):
        assert client.session_reused is server.session_reused is True
        await server.send_all(b"hello")
        assert await client.receive_some() == b"hello"


@on_trio
async def test_context_set(ca: CertificateAuthority) -> None:
    """A server's other context brings its certificate along."""
    certificate = ca.issue()
    other_context = ca.server_context(certificate)
    below = memory_stream_pair()
    async with (
        trio_tls(below[0], ca.client_context(), server_hostname="localhost") as client,
        trio_tls(below[1], ca.server_context(), server_side=True) as server,
    ):
        with pytest.raises(NeedHandshakeError):
            client.getpeercert()
        server.context = other_context
        assert server.context is other_context
        await shake_hands(client, server)
        assert client.getpeercert(True) == der_of(certificate)
