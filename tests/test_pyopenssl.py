"""Contexts on pyOpenSSL: they follow the contract, refuse what ssl refuses, and do what ssl cannot."""

from __future__ import annotations

import random
import re
import ssl
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtensionOID
from OpenSSL import SSL
from OpenSSL.crypto import X509

from anyio_tls import CertificateVerificationError, HandshakeError, SocketStream, TLSAttribute, TLSStream, connect_tls
from anyio_tls._contexts import make_engine_off_loop, workspace_of_event_loop
from anyio_tls._engine import BUFFER_LIMIT, MAX_PLAINTEXT, TLSEngine
from anyio_tls._errors import ErrorClasses
from anyio_tls.pyopenssl import Connection, Context, connection_of
from anyio_tls.testing import Certificate, CertificateAuthority, Strike, check_context, sweep

from ._marks import needs_pyopenssl
from ._pairs import pair_over
from ._peers import LOOPBACK, Peer, accept, listening, s_client, s_server
from ._sealing import KeyLog, Record, TLS13Keys
from ._servers import converse, echo_server
from ._sweeping import Case, How, Situation
from ._transfer import transfer
from ._wire import ALERT, carry, make_engine, make_record, self_signed, shake_hands, update_keys

pytestmark = needs_pyopenssl

LABEL = b"EXPORTER-of-the-tests"

both_versions = pytest.mark.parametrize(
    "tls_version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION], ids=["TLS1.2", "TLS1.3"]
)


def trust(context: Context, pem: bytes) -> None:
    store = context.get_cert_store()
    assert store is not None
    store.add_cert(X509.from_cryptography(x509.load_pem_x509_certificate(pem)))


def certified(protocol: int, certificate: Certificate | None, ca: CertificateAuthority | None) -> Context:
    """A context with a certificate, and one that trusts an authority."""
    context = Context(protocol)
    if certificate is not None:
        context.use_certificate(x509.load_pem_x509_certificate(certificate.certificate_pem))
        context.use_privatekey(load_pem_private_key(certificate.private_key_pem, None))  # type: ignore[arg-type]
    if ca is not None:
        trust(context, ca.pem)
    return context


@pytest.fixture
def server(server_certificate: Certificate) -> Context:
    return certified(ssl.PROTOCOL_TLS_SERVER, server_certificate, None)


@pytest.fixture
def client(ca: CertificateAuthority) -> Context:
    return certified(ssl.PROTOCOL_TLS_CLIENT, None, ca)


def connected(client: Any, server: Any, **options: Any) -> tuple[TLSEngine, TLSEngine]:
    """Two engines after the handshake, of which the client has received something from the server."""
    engines = make_engine(client, server_side=False, **options), make_engine(server, server_side=True)
    shake_hands(*engines)
    engines[1].write(b"x")
    carry(engines[1], engines[0])
    assert engines[0].read(1) == b"x"
    return engines


def refused(client: Any, server: Any, error: type[HandshakeError], **options: Any) -> tuple[Any, Any]:
    """The errors of two engines of which one refuses the other."""
    engines = make_engine(client, server_side=False, **options), make_engine(server, server_side=True)
    with pytest.raises(error) as first:
        shake_hands(*engines)
    carry(engines[0], engines[1])
    with pytest.raises(HandshakeError) as second:
        engines[1].handshake()
    return first.value, second.value


# ---- the contract ----


@both_versions
def test_keeps_to_the_contract(
    tls_version: int, server: Context, client: Context, ca: CertificateAuthority, server_certificate: Certificate
) -> None:
    for context in server, client:
        context.set_max_proto_version(tls_version)
    check_context(client, ca.server_context(server_certificate))
    check_context(server, ca.client_context(), server_side=True)


@pytest.mark.guarantee("G10")
async def test_takes_turns_in_the_workspace(client: Context) -> None:
    """As those on ssl's contexts do; and no thread is needed."""
    sides: Any = {"server_side": False, "server_hostname": "localhost", "standard_compatible": True}
    engine = await make_engine_off_loop(client, workspace_of_event_loop(), **sides, errors=ErrorClasses())
    assert engine._workspace is workspace_of_event_loop()


def test_records_are_counted(client: Context, ca: CertificateAuthority, server_certificate: Certificate) -> None:
    """Of an item that is encrypted in several steps, too."""
    engine, peer = connected(client, ca.server_context(server_certificate))
    rest = memoryview(bytes(4 * MAX_PLAINTEXT))
    while rest:
        rest = rest[engine.write(rest) :]
        carry(engine, peer)
        while peer.read(BUFFER_LIMIT):
            pass
    assert engine.records_sent == peer.records_received == 4


@pytest.mark.guarantee("G3")
def test_answers_a_key_update(client: Context, ca: CertificateAuthority, server_certificate: Certificate) -> None:
    """At once, though nothing is to be sent."""
    engine, peer = connected(client, ca.server_context(server_certificate))
    update_keys(peer.ssl_object)
    peer.write(b"x")
    carry(peer, engine)
    assert engine.read(1) == b"x"
    assert engine.outgoing
    carry(engine, peer)
    assert peer.read(1) is None


def test_fails_for_good(server: Context, client: Context) -> None:
    tls: Any = connected(client, server)[0].ssl_object
    tls._incoming.write(bytes.fromhex("17 0303 0020" + "00" * 32))
    with pytest.raises(ssl.SSLError, match=r"RECORD_LAYER_FAILURE|DECRYPTION_FAILED_OR_BAD_RECORD_MAC"):
        tls.read(1)
    for call in partial(tls.read, 1), partial(tls.write, b"x"), tls.unwrap:
        with pytest.raises(ssl.SSLError, match="the connection has failed before"):
            call()


# ---- who is refused ----


@both_versions
@pytest.mark.guarantee("G9", "G15")
def test_unknown_authority(tls_version: int, server: Context) -> None:
    server.set_max_proto_version(tls_version)
    client = Context(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody
    ours, theirs = refused(client, server, CertificateVerificationError, hostname="localhost")
    assert (ours.verify_code, ours.verify_message) == (20, "unable to get local issuer certificate")
    assert (ours.reason, ours.library, ours.fault) == ("CERTIFICATE_VERIFY_FAILED", "SSL", "peer")
    assert (ours.alert, ours.alert_received) == (theirs.alert, False) == ("unknown_ca", False)
    assert (theirs.alert_received, theirs.fault) == (True, "local")


@both_versions
@pytest.mark.guarantee("G9", "G15")
@pytest.mark.parametrize(("name", "code"), [("other.example", 62), ("localhos", 62), ("127.0.0.2", 64)])
def test_wrong_name(tls_version: int, name: str, code: int, server: Context, client: Context) -> None:
    server.set_max_proto_version(tls_version)
    ours, theirs = refused(client, server, CertificateVerificationError, hostname=name)
    assert (ours.verify_code, ours.alert, theirs.alert) == (code, "bad_certificate", "bad_certificate")
    assert "mismatch" in str(ours)


@pytest.mark.guarantee("G15")
def test_common_name() -> None:
    """It does not count (RFC 9525 section 6.3), not even where no host is among the alternative names."""
    for alternative in None, x509.RFC822Name("root@localhost"):
        certificate = self_signed("localhost", alternative)
        server = certified(ssl.PROTOCOL_TLS_SERVER, certificate, None)
        client = Context(ssl.PROTOCOL_TLS_CLIENT)
        trust(client, certificate.certificate_pem)
        if alternative is None:
            connected(client, server)
        else:
            refused(client, server, CertificateVerificationError)


def test_right_address(server: Context, client: Context) -> None:
    _, theirs = connected(client, server, hostname="127.0.0.1")
    assert theirs.ssl_object.get_servername() is None  # type: ignore[attr-defined] # RFC 6066 has names only


@pytest.mark.guarantee("G9", "G15")
def test_client_without_a_certificate(server: Context, client: Context) -> None:
    """In the middle of its first read, on TLS 1.3."""
    server.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
    engines = make_engine(client, server_side=False), make_engine(server, server_side=True)
    with pytest.raises(HandshakeError) as ours:
        shake_hands(*engines)
    carry(engines[1], engines[0])
    with pytest.raises(ssl.SSLError) as theirs:
        engines[0].read(1)
    assert ours.value.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE"
    assert (ours.value.alert, theirs.value.alert) == ("certificate_required", "certificate_required")  # type: ignore[attr-defined]


@pytest.mark.guarantee("G9")
def test_callbacks(server: Context, client: Context) -> None:
    """Their refusals are refusals, and their errors are errors."""

    def fail(*_: object) -> bool:
        raise ZeroDivisionError

    client.set_verify(SSL.VERIFY_PEER, lambda *_: False)
    ours, theirs = refused(client, server, CertificateVerificationError)
    assert ours.verify_message == "unspecified certificate verification error"
    assert theirs.alert == ours.alert == "internal_error"
    failing = Context(ssl.PROTOCOL_TLS_CLIENT)
    failing.set_verify(SSL.VERIFY_PEER, fail)
    ours, theirs = refused(failing, server, HandshakeError)
    assert isinstance(ours.__cause__, ZeroDivisionError)
    assert theirs.alert is not None


def test_bad_input(server: Context, client: Context) -> None:
    with pytest.raises(ValueError, match=r"^protocol must be "):
        Context(SSL.TLS_METHOD)
    bios = ssl.MemoryBIO(), ssl.MemoryBIO()
    with pytest.raises(ValueError, match=r"^server_side "):
        client.wrap_bio(*bios, server_side=True)
    with pytest.raises(ValueError, match=r"^server_side "):
        server.wrap_bio(*bios)
    for name in None, "", b".localhost", "local\0host":
        with pytest.raises(ValueError, match=r"^server_hostname must be "):
            client.wrap_bio(*bios, server_hostname=name)
    with pytest.raises(ValueError, match=r"^groups must be "):
        Context(ssl.PROTOCOL_TLS_CLIENT).set_groups("x25519:nonsense")
    with pytest.raises(ValueError, match="already been used"):
        client.set_groups("x25519")
    careless = Context(ssl.PROTOCOL_TLS_CLIENT)
    careless.set_verify(SSL.VERIFY_NONE)
    with pytest.raises(ValueError, match=r"^check_hostname "):
        careless.wrap_bio(*bios, server_hostname="localhost")


@pytest.mark.guarantee("G15")
def test_no_renegotiation(server: Context, client: Context) -> None:
    for context in server, client:
        assert context.set_options(0) & SSL.OP_NO_RENEGOTIATION


@both_versions
@pytest.mark.guarantee("G2")
async def test_small_records(tls_version: int, server: Context) -> None:
    """A client that asks for them (RFC 6066 section 4) gets 16 KiB in one step all the same, or nothing of it."""
    server.set_max_proto_version(tls_version)
    with listening() as (listener, port):
        async with s_client(port, "-quiet", "-maxfraglen", "512") as peer:
            stream = await TLSStream.wrap(SocketStream(await accept(listener)), server_side=True, ssl_context=server)
            item = b"0123456789abcdef" * 1024
            assert stream._driver.engine.write(item) == len(item) == MAX_PLAINTEXT
            assert stream.statistics().bytes_sent == 0
            await stream.send(b"the end")  # and what is queued before it
            await peer.says(item[-100:] + b"the end")
            await stream.aclose()


async def test_wrong_side(server: Context, client: Context) -> None:
    """Before anything is connected to."""
    with pytest.raises(ValueError, match=r"^ssl_context is a server's"):
        await connect_tls("localhost", 1, ssl_context=server)
    with pytest.raises(TypeError, match=r"^session must be an OpenSSL\.SSL\.Session, not str"):
        await connect_tls("localhost", 1, ssl_context=client, session="session")  # type: ignore[arg-type]


def test_no_names_are_checked(server: Context) -> None:
    """If that is wanted."""
    careless = Context(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname = False
    careless.set_verify(SSL.VERIFY_NONE)
    engine, peer = connected(careless, server, hostname="other.example")
    assert peer.ssl_object.get_servername() == b"other.example"  # type: ignore[attr-defined]
    assert engine.ssl_object.getpeercert() == {}
    assert peer.ssl_object.getpeercert() is None


# ---- sessions ----


@both_versions
async def test_resumes(tls_version: int, server: Context, client: Context, ca: CertificateAuthority) -> None:
    """With its own context, and for the same host."""
    server.set_max_proto_version(tls_version)
    session: Any = None
    async with echo_server(server) as port:  # type: ignore[arg-type]
        for expected in (False, True):
            stream = await connect_tls("localhost", port, ssl_context=client, session=session)
            reused, session = await converse(stream)
            assert reused is expected
        with pytest.raises(CertificateVerificationError, match=r"not for 'other\.example'"):
            await connect_tls("localhost", port, hostname="other.example", ssl_context=client, session=session)
        another = certified(ssl.PROTOCOL_TLS_CLIENT, None, ca)
        with pytest.raises(ValueError, match=r"^session belongs to another ssl_context"):
            await connect_tls("localhost", 1, ssl_context=another, session=session)


@both_versions
def test_resumes_with_a_client_certificate(
    tls_version: int, server: Context, ca: CertificateAuthority, server_certificate: Certificate
) -> None:
    server = certified(ssl.PROTOCOL_TLS_SERVER, server_certificate, ca)
    server.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
    server.set_max_proto_version(tls_version)
    client = certified(ssl.PROTOCOL_TLS_CLIENT, ca.issue(client=True), ca)
    session = connected(client, server)[0].ssl_object.session  # of a connection that was never closed
    second, peer = make_engine(client, server_side=False), make_engine(server, server_side=True)
    second.ssl_object.session = session
    shake_hands(second, peer)
    assert second.ssl_object.session_reused
    assert peer.ssl_object.session_reused
    assert second.ssl_object.get_peer_certificate() is not None  # type: ignore[attr-defined]
    assert peer.ssl_object.getpeercert(True) is not None


@both_versions
@pytest.mark.guarantee("G12")
@pytest.mark.parametrize(
    "extension",
    [
        pytest.param((ExtensionOID.CERTIFICATE_POLICIES, b"\5\0"), id="not well-formed"),
        pytest.param((ExtensionOID.ISSUER_ALTERNATIVE_NAME, b"\x30\4\xa5\2\x81\0"), id="a name of a rare kind"),
    ],
)
def test_a_certificate_that_cryptography_cannot_read(tls_version: int, extension: tuple[Any, bytes]) -> None:
    """OpenSSL can, and finds it to be for the host. But there is no session: nobody could check that again."""
    odd = self_signed("odd", x509.DNSName("localhost"), x509.UnrecognizedExtension(*extension))
    client, server = Context(ssl.PROTOCOL_TLS_CLIENT), certified(ssl.PROTOCOL_TLS_SERVER, odd, None)
    trust(client, odd.certificate_pem)
    server.set_max_proto_version(tls_version)
    engine, peer = connected(client, server)
    assert engine.ssl_object.getpeercert() == {"subjectAltName": ()}
    assert engine.ssl_object.session is None
    assert peer.ssl_object.session is not None
    unchecked: Any = engine.ssl_object
    client.check_hostname = False
    again = make_engine(client, server_side=False)
    assert again.ssl_object.session is None
    again.ssl_object.session = unchecked.session
    client.check_hostname = True
    with pytest.raises(CertificateVerificationError, match="not for 'localhost'"):
        shake_hands(again, make_engine(server, server_side=True))


@pytest.mark.guarantee("G9")
def test_an_alert_that_has_no_name_here(client: Context) -> None:
    engine = make_engine(client, server_side=False)
    engine.handshake()
    engine.feed(make_record(ALERT, bytes([2, 117])))
    with pytest.raises(HandshakeError, match="the peer sent an alert") as caught:
        engine.handshake()
    assert (caught.value.fault, caught.value.alert_received) == ("local", True)


@pytest.mark.guarantee("G5")
def test_the_clean_end_of_java(client: Context, ca: CertificateAuthority, tmp_path: Path) -> None:
    """Its close() sends user_canceled in front of close_notify. From OpenSSL 3.5 on, reading that one is an error."""
    key_log = KeyLog(tmp_path / "keys")
    context = ca.server_context()
    key_log.watch(context)
    engine, peer = make_engine(client, server_side=False), make_engine(context, server_side=True)
    shake_hands(engine, peer)
    carry(peer, engine)
    assert engine.read(1) is None
    keys = TLS13Keys(key_log.secrets()["SERVER_TRAFFIC_SECRET_0"])
    key_log.close()
    for description in (90, 0):
        engine.feed(bytes(keys.seal(Record(ALERT, bytes([1, description])))))
    assert engine.read(1) == b""
    assert engine.read(1) == b""


# ---- what ssl cannot do ----


def test_groups(server: Context, client: Context) -> None:
    """A hybrid one by default, whatever the system's OpenSSL can do; and any that is asked for."""
    for engine in connected(client, server):
        assert engine.ssl_object.group() == "X25519MLKEM768"  # type: ignore[attr-defined]
    server = certified(ssl.PROTOCOL_TLS_SERVER, self_signed(), None)
    server.set_groups("x25519:SecP256r1MLKEM768")
    client = Context(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.set_verify(SSL.VERIFY_NONE)
    client.set_groups("SecP256r1MLKEM768:P-384")
    for engine in connected(client, server):
        assert engine.ssl_object.group() == "SecP256r1MLKEM768"  # type: ignore[attr-defined]


@pytest.fixture
def staple(ca: CertificateAuthority, server_certificate: Certificate) -> bytes:
    """An OCSP response that says that the server's certificate is good. (It is anybody's.)"""
    responder = self_signed("responder")
    key: Any = load_pem_private_key(responder.private_key_pem, None)
    builder = ocsp.OCSPResponseBuilder().add_response(
        x509.load_pem_x509_certificate(server_certificate.certificate_pem),
        x509.load_pem_x509_certificate(ca.pem),
        hashes.SHA256(),
        ocsp.OCSPCertStatus.GOOD,
        this_update=datetime.now(timezone.utc),
        next_update=None,
        revocation_time=None,
        revocation_reason=None,
    )
    by = ocsp.OCSPResponderEncoding.HASH, x509.load_pem_x509_certificate(responder.certificate_pem)
    return builder.responder_id(*by).sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@both_versions
def test_stapling(tls_version: int, server: Context, client: Context, staple: bytes) -> None:
    server.set_max_proto_version(tls_version)
    server.set_ocsp_server_callback(lambda *_: staple)
    judged: list[Any] = []

    def judge(connection: Connection, response: bytes, data: object) -> bool:
        judged.append((connection.server_hostname, response, data))
        return True

    client.set_ocsp_client_callback(judge, "data")
    engine, _ = connected(client, server)
    assert judged == [("localhost", staple, "data")]
    assert engine.ssl_object.stapled_response == staple  # type: ignore[attr-defined]
    again = make_engine(client, server_side=False)
    again.ssl_object.session = engine.ssl_object.session
    shake_hands(again, make_engine(server, server_side=True))
    assert again.ssl_object.session_reused
    assert again.ssl_object.stapled_response is None  # type: ignore[attr-defined]
    assert len(judged) == 1


@pytest.mark.guarantee("G9")
def test_staple_that_is_missing(server: Context, client: Context) -> None:
    client.set_ocsp_client_callback(lambda _, response, __: bool(response))
    ours, theirs = refused(client, server, HandshakeError)
    assert (ours.reason, ours.fault) == ("INVALID_STATUS_RESPONSE", "peer")
    assert ours.alert == theirs.alert == "bad_certificate_status_response"


def test_tls_unique(client: Context, ca: CertificateAuthority, server_certificate: Certificate) -> None:
    """On TLS 1.2, which has it, and where it is no other than ssl's; of a full handshake, and of a resumed one."""
    client.set_max_proto_version(SSL.TLS1_2_VERSION)
    theirs = ca.server_context(server_certificate)
    first, first_peer = connected(client, theirs)
    second, second_peer = make_engine(client, server_side=False), make_engine(theirs, server_side=True)
    second.ssl_object.session = first.ssl_object.session
    shake_hands(second, second_peer)
    assert second.ssl_object.session_reused
    for engine, peer in (first, first_peer), (second, second_peer):
        assert engine.ssl_object.get_channel_binding() == peer.ssl_object.get_channel_binding() != None  # noqa: E711
        with pytest.raises(ValueError, match=r"'tls-exporter' here on TLSv1\.2"):
            engine.ssl_object.get_channel_binding("tls-exporter")


@pytest.mark.guarantee("G6")
async def test_between_two(server: Context, client: Context) -> None:
    """Half-close, ALPN, and the channel binding of TLS 1.3, as streams know them."""
    server.set_alpn_select_callback(lambda _, offered: offered[-1])
    client.set_alpn_protos([b"h2", b"http/1.1"])
    contexts: Any = server, client
    async with pair_over("socket", *contexts) as (ours, theirs):
        binding = ours.get_channel_binding("tls-exporter")
        assert binding is not None
        assert len(binding) == 32
        assert binding == theirs.get_channel_binding("tls-exporter")
        assert ours.selected_alpn_protocol() == theirs.selected_alpn_protocol() == "http/1.1"
        assert ours.cipher() == theirs.cipher() == ("TLS_AES_256_GCM_SHA384", "TLSv1.3", 256)
        assert connection_of(ours).context is client
        leaf, root = connection_of(ours).get_verified_chain(as_cryptography=True)
        assert leaf.issuer == root.subject
        assert connection_of(ours).get_verified_chain()[0] == ours.getpeercert(True)
        assert connection_of(theirs).get_verified_chain() == []
        data = bytes(100_000)
        async with anyio.create_task_group() as tg:
            await ours.send_eof()
            with pytest.raises(anyio.EndOfStream):
                await theirs.receive()
            tg.start_soon(theirs.send, data)
            received = b""
            while len(received) < len(data):
                received += await ours.receive()
        assert received == data
        await theirs.send_eof()
        with pytest.raises(anyio.EndOfStream):
            await ours.receive()


async def test_what_is_missing(server: Context, client: Context) -> None:
    """It is not offered as an attribute; what is offered is there."""
    contexts: Any = server, client
    async with pair_over("memory", *contexts) as pair:
        for stream in pair:
            assert stream.extra(TLSAttribute.shared_ciphers, "missing") == "missing"
            for attribute in stream.extra_attributes.keys() - {TLSAttribute.channel_binding_tls_unique}:
                stream.extra(attribute)


@pytest.mark.guarantee("G1", "G2")
async def test_1000_cancellations(server: Context, client: Context, rng: random.Random) -> None:
    contexts: Any = server, client
    async with pair_over("socket", *contexts) as pair:
        await transfer(*pair, rng, 0)


@pytest.mark.guarantee("G1", "G2", "G4", "G6", "G7", "G8")
@pytest.mark.parametrize("operation", ["handshake", "send-and-receive", "send_eof", "unwrap", "aclose"])
async def test_sweep(operation: str, server: Context, client: Context) -> None:
    """Cancelled at every await."""
    contexts: Any = server, client

    async def scenario(strike: Strike) -> None:
        case = Case(operation, How.CANCELLED, Situation.TICKETS, "socket", contexts, server_side=False)
        await case.run(strike)

    await sweep(scenario)


def said(peer: Peer, pattern: bytes) -> bytes:
    """What is behind some words in the output of s_client or s_server."""
    match = re.search(pattern + rb"\s*(\S+)", peer.stdout)
    assert match is not None, peer.report("nothing of the kind")
    return match[1]


EXPORT = ["-keymatexport", LABEL.decode(), "-keymatexportlen", "48"]


async def test_what_s_client_sees(server: Context, staple: bytes) -> None:
    """The exported keying material, and the stapled response."""
    server.set_ocsp_server_callback(lambda *_: staple)
    with listening() as (listener, port):
        async with s_client(port, "-status", *EXPORT) as peer:
            stream = SocketStream(await accept(listener))
            async with await TLSStream.wrap(stream, server_side=True, ssl_context=server) as tls:
                await peer.says(rb"Keying material: \w+")
                material = connection_of(tls).export_keying_material(LABEL, 48)
                assert material.hex().upper().encode() == said(peer, b"Keying material:")
                assert said(peer, b"Cert Status:") == b"good"
                with pytest.raises(ssl.SSLError, match="does not ask for certificates after the handshake"):
                    await tls.request_client_certificate()


async def test_what_s_server_says(
    client: Context, server_certificate: Certificate, staple: bytes, tmp_path: Path
) -> None:
    """The same in the other direction."""
    (tmp_path / "server.pem").write_bytes(server_certificate.certificate_pem + server_certificate.private_key_pem)
    (tmp_path / "staple.der").write_bytes(staple)
    client.set_ocsp_client_callback(lambda *_: True)
    options = ["-cert", "server.pem", "-status_file", "staple.der", *EXPORT]
    async with s_server(*options, directory=tmp_path) as (peer, port):
        async with await connect_tls(LOOPBACK, port, hostname="localhost", ssl_context=client) as tls:
            connection = connection_of(tls)
            assert connection.stapled_response == staple
            await peer.says(rb"Keying material: \w+")
            material = connection.export_keying_material(LABEL, 48)
            assert material.hex().upper().encode() == said(peer, b"Keying material:")


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_trio_face(server: Context, client: Context, ca: CertificateAuthority) -> None:
    import trio

    from anyio_tls.testing.trio import memory_stream_pair
    from anyio_tls.trio import TLSStream as TrioTLSStream

    below, beyond = memory_stream_pair()
    ours = TrioTLSStream(below, client, server_hostname="localhost")
    theirs = TrioTLSStream(beyond, server, server_side=True)
    async with ours, theirs, trio.open_nursery() as nursery:
        nursery.start_soon(ours.do_handshake)
        await theirs.do_handshake()
    assert connection_of(theirs).server_side
    below, _ = memory_stream_pair()
    async with TrioTLSStream(below, ca.client_context(), server_hostname="localhost") as other:
        with pytest.raises(TypeError, match=r"^stream must have a pyopenssl\.Context, but is on a SSLObject"):
            connection_of(other)
    with pytest.raises(TypeError, match=r"^stream must have "):
        connection_of(below)  # type: ignore[arg-type]
