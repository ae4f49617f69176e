"""Both faces against other implementations: OpenSSL's s_client and s_server, GnuTLS's client, curl.

Whatever a peer can be made to say about a connection is asked of the peer: the cipher it agreed on, the session it
resumed, the alert it received.
"""

from __future__ import annotations

import importlib
import re
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import anyio
import pytest
from anyio.abc import AnyByteStream, SocketAttribute
from anyio.streams.buffered import BufferedByteReceiveStream
from cryptography import x509

import anyio_tls
from anyio_tls.testing import Certificate, CertificateAuthority

from ._peers import (
    LOOPBACK,
    Line,
    Peer,
    accept,
    gnutls_cli,
    listening,
    needs,
    needs_module,
    running,
    s_client,
    s_server,
    without_chatter,
)

if TYPE_CHECKING:
    import socket
    from pathlib import Path

pytestmark = needs("openssl", "openssl")

gnutls = needs("gnutls-cli", "gnutls-bin")
curl = needs("curl", "curl")

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
LONG_AGO = datetime(2001, 1, 1, tzinfo=timezone.utc)
FAR_AHEAD = datetime(2199, 1, 1, tzinfo=timezone.utc)

# Digits only: s_client and s_server take some letters at the start of what they read for commands.
DIGITS = b"".join(b"%015d\n" % number for number in range(16 * 1024))


# ---- what the tests are made of ----


class Papers:
    """Certificates, as objects for us and as files for the peers."""

    def __init__(self, ca: CertificateAuthority, directory: Path) -> None:
        self._directory = directory
        self._count = 0
        self.ca = ca
        self.stranger = CertificateAuthority()
        self.client_certificate = ca.issue("client@example.org", client=True)
        self.serial_number = x509.load_pem_x509_certificate(self.client_certificate.certificate_pem).serial_number
        self.ca_file = self._file(ca.pem)
        self.stranger_file = self._file(self.stranger.pem)
        self.server = self.identity(ca.issue())
        self.strict_server = [*self.server, "-Verify", "1", "-verify_return_error", "-CAfile", self.ca_file]
        self.client = self.identity(self.client_certificate)

    def _file(self, content: bytes) -> str:
        self._count += 1
        path = self._directory / f"{self._count}.pem"
        path.write_bytes(content)
        return str(path)

    def identity(self, certificate: Certificate) -> list[str]:
        """The options that make s_client and s_server present ``certificate``."""
        path = self._file(certificate.certificate_pem + certificate.private_key_pem)
        return ["-cert", path, "-key", path]

    def flawed(self, flaw: str, *, client: bool = False) -> Certificate:
        """A certificate that a verifier has to refuse."""
        names = ["client@example.org"] if client else ["localhost"]
        match flaw:
            case "stranger":
                return self.stranger.issue(*names, client=client)
            case "expired":
                return self.ca.issue(*names, client=client, not_after=LONG_AGO)
            case "future":
                return self.ca.issue(*names, client=client, not_before=FAR_AHEAD)
            case "other name":
                return self.ca.issue("elsewhere.example", client=client)
            case "other purpose":
                return self.ca.issue(*names, client=not client)
            case "self-signed":
                return self._self_signed()
            case _:
                raise ValueError(flaw)

    def _self_signed(self) -> Certificate:
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "-"]
        made = subprocess.run(["openssl", "req", "-x509", *key, *subject], check=True, capture_output=True).stdout
        private_key, begin, certificate = made.partition(b"-----BEGIN CERTIFICATE")
        return Certificate(certificate_pem=begin + certificate, private_key_pem=private_key)


@pytest.fixture(scope="module")
def papers(ca: CertificateAuthority, tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(ca, tmp_path_factory.mktemp("papers"))


@pytest.fixture
def strict_context(ca: CertificateAuthority, tls_version: ssl.TLSVersion) -> ssl.SSLContext:
    """A server's context that requires a client certificate, for one TLS version."""
    return only(ca.server_context(require_client_certificate=True), tls_version)


class AnyIOFace:
    errors: Any = anyio_tls

    async def connect(self, port: int, context: ssl.SSLContext, *, session: ssl.SSLSession | None = None) -> Line:
        if session is not None:
            # wrap() has no argument for a session; a context may have an opinion.
            context.wrap_bio = partial(context.wrap_bio, session=session)  # type: ignore[method-assign]
        return Line(await anyio_tls.connect_tls(LOOPBACK, port, hostname="localhost", ssl_context=context))

    async def accept(self, listener: socket.socket, context: ssl.SSLContext) -> Line:
        stream = anyio_tls.SocketStream(await accept(listener))
        return Line(await anyio_tls.TLSStream.wrap(stream, server_side=True, ssl_context=context))


class TrioFace:
    @property
    def errors(self) -> Any:
        return importlib.import_module("anyio_tls.trio")

    async def connect(self, port: int, context: ssl.SSLContext, *, session: ssl.SSLSession | None = None) -> Line:
        import trio

        transport = await trio.open_tcp_stream(LOOPBACK, port)
        stream = self.errors.TLSStream(transport, context, server_hostname="localhost")
        if session is not None:
            stream.session = session
        return await self._handshake(stream)

    async def accept(self, listener: socket.socket, context: ssl.SSLContext) -> Line:
        import trio

        transport = trio.SocketStream(trio.socket.from_stdlib_socket(await accept(listener)))
        return await self._handshake(self.errors.TLSStream(transport, context, server_side=True))

    async def _handshake(self, stream: Any) -> Line:
        try:
            await stream.do_handshake()
        except BaseException:
            await stream.aclose()
            raise
        return Line(stream)


@dataclass(frozen=True)
class Alert:
    """An alert, as we name it and as OpenSSL's programs log it."""

    name: str
    number: int

    def __str__(self) -> str:
        return self.name

    @property
    def logged(self) -> re.Pattern[bytes]:
        """Match the line with which s_client and s_server report that they received this alert.

        The words before the name (``sslv3 alert``, ``tlsv1 alert``, ``ssl/tls alert``) depend on OpenSSL's version.
        """
        words = self.name.replace("_", " ")
        return re.compile(rf"alert {words}:.*:SSL alert number {self.number}\b".encode())


HANDSHAKE_FAILURE = Alert("handshake_failure", 40)
BAD_CERTIFICATE = Alert("bad_certificate", 42)
UNSUPPORTED_CERTIFICATE = Alert("unsupported_certificate", 43)
CERTIFICATE_EXPIRED = Alert("certificate_expired", 45)
UNKNOWN_CA = Alert("unknown_ca", 48)
PROTOCOL_VERSION = Alert("protocol_version", 70)
CERTIFICATE_REQUIRED = Alert("certificate_required", 116)
NO_APPLICATION_PROTOCOL = Alert("no_application_protocol", 120)


def assert_alert(error: Any, alert: Alert, *, received: bool, phase: str = "handshake") -> None:
    """The error says which alert it was, who sent it, whose fault it was, and when."""
    fault = "local" if received else "peer"
    assert (error.alert, error.alert_received, error.fault, error.phase) == (alert.name, received, fault, phase)


def only(context: ssl.SSLContext, version: ssl.TLSVersion) -> ssl.SSLContext:
    context.minimum_version = context.maximum_version = version
    return context


def asking_later(ca: CertificateAuthority, *, optional: bool = False) -> ssl.SSLContext:
    """A server's context that asks for the client's certificate behind the handshake."""
    context = only(ca.server_context(require_client_certificate=True), TLS13)
    context.post_handshake_auth = True
    if optional:
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def cipher_option(version: ssl.TLSVersion, cipher: str) -> list[str]:
    return ["-ciphersuites" if version is TLS13 else "-cipher", cipher]


def ciphers(*pairs: tuple[ssl.TLSVersion, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("tls_version", "cipher"), [pytest.param(*pair, id=pair[1]) for pair in pairs])


common_ciphers = ciphers(
    (TLS12, "ECDHE-ECDSA-AES128-GCM-SHA256"),
    (TLS12, "ECDHE-ECDSA-AES256-SHA384"),  # CBC: the records are of another shape
    (TLS12, "ECDHE-ECDSA-CHACHA20-POLY1305"),
    (TLS13, "TLS_AES_128_GCM_SHA256"),
    (TLS13, "TLS_AES_256_GCM_SHA384"),
    (TLS13, "TLS_CHACHA20_POLY1305_SHA256"),
)

# The certificates have EC keys, and Python does not offer CCM suites for TLS 1.3.
other_ciphers = ciphers((TLS12, "ECDHE-RSA-AES128-GCM-SHA256"), (TLS13, "TLS_AES_128_CCM_SHA256"))

other_versions = pytest.mark.parametrize(
    ("tls_version", "option"),
    [pytest.param(TLS12, "-tls1_3", id="TLS1.2"), pytest.param(TLS13, "-tls1_2", id="TLS1.3")],
)

key_updates = pytest.mark.parametrize(("letter", "asked"), [(b"k", False), (b"K", True)], ids=["k", "K"])

# Options that make s_client and s_server log every message, apart from the data.
MESSAGES = ["-msg", "-msgfile", "/dev/stderr"]

UPDATE_RECEIVED = re.compile(rb"<<< .*KeyUpdate")


# A client that has a certificate to show, and says what it hears.
TLSLITE_NG = """
import socket, sys
from tlslite.api import TLSConnection, X509CertChain, parsePEMKey

port, certificate, key = sys.argv[1:]
chain = X509CertChain()
chain.parsePemList(open(certificate).read())
connection = TLSConnection(socket.create_connection(("127.0.0.1", int(port))))
connection.handshakeClientCert(chain, parsePEMKey(open(key).read(), private=True), serverName="localhost")
print(connection.read(max=100, min=1).decode(), flush=True)
connection.write(b"0\\n")
connection.read(max=100, min=1)
"""


class Peers:
    """The tests for both faces."""

    face: AnyIOFace | TrioFace

    @asynccontextmanager
    async def s_client(self, context: ssl.SSLContext, *options: str) -> AsyncIterator[tuple[Peer, Line]]:
        """A connection from s_client."""
        with listening() as (listener, port):
            async with s_client(port, *options) as peer, await self.face.accept(listener, context) as line:
                yield peer, line

    @asynccontextmanager
    async def s_server(self, context: ssl.SSLContext, *options: str) -> AsyncIterator[tuple[Peer, Line]]:
        """A connection to s_server."""
        async with s_server(*options) as (peer, port), await self.face.connect(port, context) as line:
            yield peer, line

    async def s_client_fails(self, context: ssl.SSLContext, *options: str, logged: bytes | re.Pattern[bytes]) -> Any:
        """A handshake with s_client that fails, and is ``logged`` so by s_client; return our error."""
        with listening() as (listener, port):
            async with s_client(port, *options) as peer:
                with pytest.raises(self.face.errors.HandshakeError) as caught:
                    await self.face.accept(listener, context)
                await peer.says(logged)
        return caught.value

    async def s_server_fails(self, context: ssl.SSLContext, *options: str, logged: bytes | re.Pattern[bytes]) -> Any:
        """A handshake with s_server that fails, and is ``logged`` so by s_server; return our error."""
        async with s_server(*options) as (peer, port):
            with pytest.raises(self.face.errors.HandshakeError) as caught:
                await self.face.connect(port, context)
            await peer.says(logged)
        return caught.value

    async def hears(self, line: Line, peer: Peer, data: bytes = b"0\n") -> None:
        """What is typed at the peer arrives."""
        async with anyio.create_task_group() as task_group:
            task_group.start_soon(peer.type, data)
            received = await line.receive_exactly(len(data))
        assert received == data

    # ---- transfers ----

    @common_ciphers
    async def test_s_client_transfer(
        self, papers: Papers, server_context: ssl.SSLContext, tls_version: ssl.TLSVersion, cipher: str
    ) -> None:
        options = ["-brief", "-nocommands", "-verify_return_error", "-CAfile", papers.ca_file]
        async with self.s_client(server_context, *options, *cipher_option(tls_version, cipher)) as (peer, line):
            assert line.tls.cipher()[0] == cipher
            await peer.says(b"Ciphersuite: " + cipher.encode())
            await self.hears(line, peer, DIGITS)
            await line.send(DIGITS)
            await line.tls.aclose()
            assert await peer.ends() == 0  # without close_notify it would be 1
            assert peer.stdout == DIGITS

    @common_ciphers
    async def test_s_server_transfer(
        self, papers: Papers, client_context: ssl.SSLContext, tls_version: ssl.TLSVersion, cipher: str
    ) -> None:
        options = [*papers.server, *cipher_option(tls_version, cipher)]
        async with self.s_server(client_context, *options) as (peer, line):
            assert line.tls.cipher()[0] == cipher
            await peer.says(b"CIPHER is " + cipher.encode())
            await self.hears(line, peer, DIGITS)
            await line.send(DIGITS)
            await line.tls.aclose()
            await peer.says(rb"(?m)^DONE$")  # without close_notify it would be ERROR
            assert DIGITS in without_chatter(peer.stdout)

    # ---- session resumption ----

    async def test_s_client_resumes(self, server_context: ssl.SSLContext, tmp_path: Path) -> None:
        session = str(tmp_path / "session.pem")
        async with self.s_client(server_context, "-sess_out", session) as (peer, line):
            assert not line.tls.session_reused
            await line.send(b"0\n")  # takes the tickets with it
            await peer.says(rb"(?m)^0$")
            await line.tls.aclose()
            assert await peer.ends() == 0
        async with self.s_client(server_context, "-sess_in", session) as (peer, line):
            assert line.tls.session_reused
            await peer.says(rb"(?m)^Reused, TLSv")
            await self.hears(line, peer)

    async def test_resumes_with_s_server(self, papers: Papers, client_context: ssl.SSLContext) -> None:
        async with s_server(*papers.server) as (peer, port):
            async with await self.face.connect(port, client_context) as line:
                assert not line.tls.session_reused
                await self.hears(line, peer)  # and so it has read the tickets too
                session = line.tls.session
            async with await self.face.connect(port, client_context, session=session) as line:
                assert line.tls.session_reused
                await peer.says(b"Reused session-id")
                await self.hears(line, peer, b"1\n")

    # ---- key updates (RFC 8446 section 4.6.3): k updates the peer's keys, K asks us to do likewise ----

    @pytest.mark.guarantee("G3")
    @key_updates
    async def test_s_client_updates_keys(self, ca: CertificateAuthority, letter: bytes, asked: bool) -> None:
        context = only(ca.server_context(), TLS13)
        async with self.s_client(context, "-brief", *MESSAGES) as (peer, line):
            sent = await self.transfer_around_updates(line, peer, letter, rb"(?m)^KEYUPDATE$", asked=asked)
            await line.tls.aclose()
            assert await peer.ends() == 0
            assert peer.stdout == sent
            assert len(UPDATE_RECEIVED.findall(peer.stderr)) == (3 if asked else 0)

    @pytest.mark.guarantee("G3")
    @key_updates
    async def test_s_server_updates_keys(
        self, papers: Papers, ca: CertificateAuthority, letter: bytes, asked: bool
    ) -> None:
        context = only(ca.client_context(), TLS13)
        async with self.s_server(context, *papers.server, *MESSAGES) as (peer, line):
            sent = await self.transfer_around_updates(line, peer, letter, b"SSL_do_handshake -> 1", asked=asked)
            await line.tls.aclose()
            await peer.says(rb"(?m)^DONE$")
            assert sent in without_chatter(peer.stdout)
            assert len(UPDATE_RECEIVED.findall(peer.stderr)) == (3 if asked else 0)

    async def transfer_around_updates(
        self, line: Line, peer: Peer, letter: bytes, said: bytes, *, asked: bool
    ) -> bytes:
        """Make the peer update its keys three times while data goes both ways; return what we sent."""
        rounds = 0
        updated = False

        async def keep_sending() -> None:
            nonlocal rounds
            while not updated:
                await line.send(DIGITS)
                rounds += 1

        async with anyio.create_task_group() as task_group:
            task_group.start_soon(keep_sending)
            for update in (1, 2, 3):
                # A command must be the first thing in what the program reads at once: all before it must have
                # arrived, and nothing may follow before it has been obeyed.
                await self.hears(line, peer, DIGITS)
                await peer.type(letter + b"\n")
                await peer.says(said, times=update)
                await self.hears(line, peer)
                if asked:
                    await peer.says(UPDATE_RECEIVED, times=update)
            updated = True
        return DIGITS * rounds

    # ---- renegotiation (RFC 5246 section 7.4.1) ----

    @pytest.mark.guarantee("G15")
    async def test_s_client_renegotiates(self, ca: CertificateAuthority) -> None:
        async with self.s_client(only(ca.server_context(), TLS12), "-brief") as (peer, line):
            await self.hears(line, peer)
            await peer.type(b"R\n")
            # It is declined with a warning, which s_client takes badly.
            with pytest.raises(self.face.errors.TLSError) as caught:
                await line.receive()
            await peer.says(b"no renegotiation")
            error: Any = caught.value
            assert (error.alert, error.alert_received) == (HANDSHAKE_FAILURE.name, True)
            assert (error.phase, error.fault) == ("reading", "peer")
            assert "the peer asked for renegotiation, which was refused" in str(error)
            with pytest.raises(self.face.errors.TLSError):
                await line.send(b"1")

    @pytest.mark.guarantee("G15")
    @pytest.mark.parametrize("letter", [b"r", b"R"], ids=["r", "R"])
    async def test_s_server_renegotiates(self, papers: Papers, ca: CertificateAuthority, letter: bytes) -> None:
        context = only(ca.client_context(), TLS12)
        async with s_server(*papers.server) as (peer, port):
            async with await self.face.connect(port, context) as line:
                await self.hears(line, peer)
                await peer.type(letter + b"\n")
                with pytest.raises(self.face.errors.TLSError, match="renegotiation") as caught:
                    await line.receive()
                assert (caught.value.phase, caught.value.fault) == ("reading", "peer")
                with pytest.raises(self.face.errors.TLSError):
                    await line.send(b"1")
            # No harm is done beyond the connection.
            async with await self.face.connect(port, context) as line:
                await self.hears(line, peer)

    # ---- half-close ----

    @pytest.mark.guarantee("G5", "G6")
    async def test_half_closes_to_s_server(
        self, papers: Papers, client_context: ssl.SSLContext, tls_version: ssl.TLSVersion, tmp_path: Path
    ) -> None:
        (tmp_path / "digits").write_bytes(DIGITS * 4)
        async with (
            s_server(*papers.server, "-WWW", directory=tmp_path) as (_, port),
            await self.face.connect(port, client_context) as line,
        ):
            await line.send(b"GET /digits HTTP/1.0\r\n\r\n")
            if tls_version is TLS13:
                await line.tls.send_eof()
                await line.tls.send_eof()
            else:
                with pytest.raises(NotImplementedError):
                    await line.tls.send_eof()
            assert (await line.rest()).endswith(b"\r\n\r\n" + DIGITS * 4)
            assert line.tls.close_notify_received

    @pytest.mark.guarantee("G5", "G6")
    async def test_s_client_closes(self, server_context: ssl.SSLContext) -> None:
        async with self.s_client(server_context, "-brief") as (peer, line):
            await self.hears(line, peer)
            assert not line.tls.close_notify_received
            peer.end_input()
            assert await line.rest() == b""
            assert line.tls.close_notify_received
            await line.send(b"1\n")  # s_client does not look at it, but it could

    # ---- application protocols ----

    @pytest.mark.parametrize(("offer", "choice"), [("http/1.1,h2", "h2"), ("irc", None)])
    async def test_s_client_alpn(self, server_context: ssl.SSLContext, offer: str, choice: str | None) -> None:
        server_context.set_alpn_protocols(["h2", "http/1.1"])
        async with self.s_client(server_context, "-alpn", offer) as (peer, line):
            assert line.tls.selected_alpn_protocol() == choice
            await peer.says(f"ALPN protocol: {choice}".encode() if choice else b"No ALPN negotiated")

    async def test_s_server_alpn(self, papers: Papers, client_context: ssl.SSLContext) -> None:
        client_context.set_alpn_protocols(["h2", "http/1.1"])
        async with self.s_server(client_context, *papers.server, "-alpn", "http/1.1,h2") as (peer, line):
            assert line.tls.selected_alpn_protocol() == "http/1.1"
            await peer.says(b"ALPN protocols selected: http/1.1")

    @pytest.mark.guarantee("G9")
    async def test_s_server_lacks_application_protocol(self, papers: Papers, client_context: ssl.SSLContext) -> None:
        client_context.set_alpn_protocols(["irc"])
        error = await self.s_server_fails(
            client_context, *papers.server, "-alpn", "h2", logged=b"no application protocol"
        )
        assert_alert(error, NO_APPLICATION_PROTOCOL, received=True)

    # ---- client certificates ----

    async def test_s_client_presents_certificate(self, papers: Papers, strict_context: ssl.SSLContext) -> None:
        async with self.s_client(strict_context, "-brief", *papers.client) as (peer, line):
            assert ("email", "client@example.org") in line.tls.getpeercert()["subjectAltName"]
            await self.hears(line, peer)

    async def test_presents_certificate_to_s_server(self, papers: Papers, client_context: ssl.SSLContext) -> None:
        papers.client_certificate.configure(client_context)
        async with self.s_server(client_context, *papers.strict_server) as (peer, line):
            await peer.says(rb"(?m)^subject=.*client@example\.org$")
            await self.hears(line, peer)

    async def test_s_client_presents_certificate_later(self, papers: Papers, ca: CertificateAuthority) -> None:
        context = only(ca.server_context(require_client_certificate=True), TLS13)
        context.post_handshake_auth = True
        async with self.s_client(context, "-brief", "-enable_pha", *papers.client) as (peer, line):
            assert not line.tls.getpeercert()
            line.tls.verify_client_post_handshake()
            await line.send(b"0\n")  # takes the request with it
            await peer.says(rb"(?m)^0$")
            await self.hears(line, peer)
            assert ("email", "client@example.org") in line.tls.getpeercert()["subjectAltName"]

    @pytest.mark.parametrize("has_one", [True, False])
    async def test_s_client_is_asked_later(self, papers: Papers, ca: CertificateAuthority, has_one: bool) -> None:
        """And answers by itself, in the middle of what is said."""
        context = asking_later(ca, optional=True)
        async with self.s_client(context, "-brief", "-enable_pha", *papers.client * has_one) as (peer, line):
            await peer.type(b"0\n")
            certificate = await line.tls.request_client_certificate()
            assert (certificate and certificate.serial_number) == (papers.serial_number if has_one else None)
            assert await line.receive_exactly(2) == b"0\n"
            await line.send(b"1\n")
            await peer.says(rb"(?m)^1$")
            await self.hears(line, peer)

    @pytest.mark.guarantee("G9")
    @pytest.mark.parametrize("flaw", ["none", "stranger"])
    async def test_s_client_is_refused_later(self, papers: Papers, ca: CertificateAuthority, flaw: str) -> None:
        shown = [] if flaw == "none" else papers.identity(papers.flawed(flaw, client=True))
        sent = CERTIFICATE_REQUIRED if flaw == "none" else UNKNOWN_CA
        async with self.s_client(asking_later(ca), "-brief", "-enable_pha", *shown) as (peer, line):
            with pytest.raises(self.face.errors.TLSError) as caught:
                await line.tls.request_client_certificate()
            assert_alert(caught.value, sent, received=False, phase="reading")
            await peer.says(sent.logged)

    async def test_s_client_does_not_want_to_be_asked(self, papers: Papers, ca: CertificateAuthority) -> None:
        async with self.s_client(asking_later(ca), "-brief", *papers.client) as (peer, line):
            with pytest.raises(ssl.SSLError, match="EXTENSION_NOT_RECEIVED"):
                await line.tls.request_client_certificate()
            await self.hears(line, peer)

    async def test_presents_certificate_to_s_server_later(self, papers: Papers, ca: CertificateAuthority) -> None:
        context = only(ca.client_context(papers.client_certificate), TLS13)
        context.post_handshake_auth = True
        async with self.s_server(context, *papers.server, "-CAfile", papers.ca_file) as (peer, line):
            await self.hears(line, peer)

            async def read() -> None:
                assert await line.receive_exactly(2) == b"1\n"

            async with anyio.create_task_group() as task_group:
                task_group.start_soon(read)  # and answer the request on the way: s_server waits for it
                await peer.type(b"c\n")
                await peer.says(b"SSL_do_handshake -> 1")
                await peer.type(b"1\n")
            await peer.says(rb"(?m)^depth=0 .*client@example\.org$")

    # ---- handshakes that fail, and what the peer's log says about them ----

    @pytest.mark.guarantee("G4", "G9")
    @pytest.mark.parametrize(
        ("flaw", "words", "sent"),
        [
            ("stranger", "unable to get local issuer certificate", UNKNOWN_CA),
            ("self-signed", "self.signed certificate", UNKNOWN_CA),
            ("expired", "certificate has expired", CERTIFICATE_EXPIRED),
            ("future", "certificate is not yet valid", BAD_CERTIFICATE),
            ("other name", "Hostname mismatch, certificate is not valid for 'localhost'", BAD_CERTIFICATE),
            ("other purpose", "(unsuitable|unsupported) certificate purpose", UNSUPPORTED_CERTIFICATE),
        ],
        ids=str,
    )
    async def test_rejects_certificate_of_s_server(
        self, papers: Papers, client_context: ssl.SSLContext, flaw: str, words: str, sent: Alert
    ) -> None:
        identity = papers.identity(papers.flawed(flaw))
        error = await self.s_server_fails(client_context, *identity, logged=sent.logged)
        assert isinstance(error, self.face.errors.CertificateVerificationError)
        assert re.match(words, error.verify_message)
        assert re.search(words, str(error))
        assert_alert(error, sent, received=False)

    @pytest.mark.guarantee("G4", "G9")
    @pytest.mark.parametrize(
        ("flaw", "words", "sent"),
        [
            ("stranger", "unable to get local issuer certificate", UNKNOWN_CA),
            ("expired", "certificate has expired", CERTIFICATE_EXPIRED),
        ],
        ids=str,
    )
    async def test_rejects_certificate_of_s_client(
        self, papers: Papers, strict_context: ssl.SSLContext, flaw: str, words: str, sent: Alert
    ) -> None:
        identity = papers.identity(papers.flawed(flaw, client=True))
        error = await self.s_client_fails(strict_context, *identity, logged=sent.logged)
        assert isinstance(error, self.face.errors.CertificateVerificationError)
        assert re.match(words, error.verify_message)
        assert_alert(error, sent, received=False)

    @pytest.mark.guarantee("G4", "G9")
    async def test_s_client_lacks_certificate(
        self, strict_context: ssl.SSLContext, tls_version: ssl.TLSVersion
    ) -> None:
        sent = CERTIFICATE_REQUIRED if tls_version is TLS13 else HANDSHAKE_FAILURE
        error = await self.s_client_fails(strict_context, logged=sent.logged)
        assert "did not return a certificate" in str(error)
        assert_alert(error, sent, received=False)

    @pytest.mark.guarantee("G9")
    @pytest.mark.parametrize(
        ("flaw", "received"),
        [("stranger", UNKNOWN_CA), ("expired", CERTIFICATE_EXPIRED), ("other name", BAD_CERTIFICATE)],
        ids=str,
    )
    async def test_s_client_rejects_certificate(
        self, papers: Papers, server_context: ssl.SSLContext, flaw: str, received: Alert
    ) -> None:
        papers.flawed(flaw).configure(server_context)
        options = ["-verify_return_error", "-verify_hostname", "localhost", "-CAfile", papers.ca_file]
        error = await self.s_client_fails(server_context, *options, logged=b"certificate verify failed")
        assert_alert(error, received, received=True)

    @pytest.mark.guarantee("G9")
    @pytest.mark.parametrize(
        ("flaw", "received"),
        [("stranger", UNKNOWN_CA), ("expired", CERTIFICATE_EXPIRED), (None, CERTIFICATE_REQUIRED)],
        ids=str,
    )
    async def test_s_server_rejects_certificate(
        self,
        papers: Papers,
        client_context: ssl.SSLContext,
        tls_version: ssl.TLSVersion,
        flaw: str | None,
        received: Alert,
    ) -> None:
        if flaw:
            papers.flawed(flaw, client=True).configure(client_context)
        logged = b"certificate verify failed" if flaw else b"did not return a certificate"
        if tls_version is TLS12:
            error = await self.s_server_fails(client_context, *papers.strict_server, logged=logged)
            assert_alert(error, received if flaw else HANDSHAKE_FAILURE, received=True)
            return
        # Our part of the handshake is over before the server looks at the certificate.
        async with self.s_server(client_context, *papers.strict_server) as (peer, line):
            with pytest.raises(self.face.errors.TLSError) as caught:
                await line.receive()
            assert_alert(caught.value, received, received=True, phase="reading")
            await peer.says(logged)

    @pytest.mark.guarantee("G4", "G9")
    @other_versions
    async def test_s_client_speaks_another_version(self, server_context: ssl.SSLContext, option: str) -> None:
        error = await self.s_client_fails(server_context, option, logged=PROTOCOL_VERSION.logged)
        assert_alert(error, PROTOCOL_VERSION, received=False)

    @pytest.mark.guarantee("G9")
    @other_versions
    async def test_s_server_speaks_another_version(
        self, papers: Papers, client_context: ssl.SSLContext, option: str
    ) -> None:
        error = await self.s_server_fails(client_context, *papers.server, option, logged=b"unsupported protocol")
        assert_alert(error, PROTOCOL_VERSION, received=True)

    @pytest.mark.guarantee("G4", "G9")
    @other_ciphers
    async def test_s_client_shares_no_cipher(
        self, server_context: ssl.SSLContext, tls_version: ssl.TLSVersion, cipher: str
    ) -> None:
        options = cipher_option(tls_version, cipher)
        error = await self.s_client_fails(server_context, *options, logged=HANDSHAKE_FAILURE.logged)
        assert "no shared cipher" in str(error)
        assert_alert(error, HANDSHAKE_FAILURE, received=False)

    @pytest.mark.guarantee("G9")
    @other_ciphers
    async def test_s_server_shares_no_cipher(
        self, papers: Papers, client_context: ssl.SSLContext, tls_version: ssl.TLSVersion, cipher: str
    ) -> None:
        options = [*papers.server, *cipher_option(tls_version, cipher)]
        error = await self.s_server_fails(client_context, *options, logged=b"no shared cipher")
        assert_alert(error, HANDSHAKE_FAILURE, received=True)

    # ---- GnuTLS ----

    @asynccontextmanager
    async def gnutls_cli(self, context: ssl.SSLContext, *options: str) -> AsyncIterator[tuple[Peer, Line]]:
        """A connection from GnuTLS's client."""
        with listening() as (listener, port):
            async with gnutls_cli(port, *options) as peer, await self.face.accept(listener, context) as line:
                yield peer, line

    async def gnutls_cli_fails(self, context: ssl.SSLContext, *options: str, logged: bytes) -> Any:
        """A handshake with GnuTLS's client that fails, and is ``logged`` so by it; return our error."""
        with listening() as (listener, port):
            async with gnutls_cli(port, *options) as peer:
                with pytest.raises(self.face.errors.HandshakeError) as caught:
                    await self.face.accept(listener, context)
                await peer.says(logged)
        return caught.value

    @gnutls
    @pytest.mark.guarantee("G6")
    async def test_gnutls_half_closes(self, papers: Papers, server_context: ssl.SSLContext) -> None:
        async with self.gnutls_cli(server_context, "--x509cafile", papers.ca_file) as (peer, line):
            await peer.says(b"The certificate is trusted")
            await self.hears(line, peer, DIGITS)
            peer.end_input()
            assert await line.rest() == b""
            await line.send(DIGITS)
            await line.tls.aclose()
            await peer.says(b"Peer has closed the GnuTLS connection")
            assert await peer.ends() == 0
            assert DIGITS in peer.stdout

    @gnutls
    @pytest.mark.guarantee("G3")
    async def test_gnutls_updates_keys(self, papers: Papers, ca: CertificateAuthority) -> None:
        context = only(ca.server_context(), TLS13)
        options = ["--x509cafile", papers.ca_file, "--inline-commands"]
        async with self.gnutls_cli(context, *options) as (peer, line):
            for update in (1, 2, 3):
                await self.hears(line, peer)
                await peer.type(b"^rekey^\n")
                await peer.says(b"Rekey was completed", times=update)
                await line.send(b"%d\n" % update)
                await peer.says(b"(?m)^%d$" % update)
            await self.hears(line, peer)
            await line.tls.aclose()
            await peer.says(b"Peer has closed the GnuTLS connection")

    @gnutls
    @pytest.mark.guarantee("G9")
    async def test_gnutls_rejects_certificate(self, papers: Papers, server_context: ssl.SSLContext) -> None:
        error = await self.gnutls_cli_fails(
            server_context, "--x509cafile", papers.stranger_file, logged=b"The certificate issuer is unknown"
        )
        assert_alert(error, BAD_CERTIFICATE, received=True)

    @gnutls
    @pytest.mark.guarantee("G4", "G9")
    async def test_gnutls_lacks_certificate(
        self, papers: Papers, strict_context: ssl.SSLContext, tls_version: ssl.TLSVersion
    ) -> None:
        sent = CERTIFICATE_REQUIRED if tls_version is TLS13 else HANDSHAKE_FAILURE
        logged = rb"Received alert \[%d\]" % sent.number
        error = await self.gnutls_cli_fails(strict_context, "--x509cafile", papers.ca_file, logged=logged)
        assert_alert(error, sent, received=False)

    @needs_module("tlslite", "tlslite-ng")
    async def test_tlslite_ng_is_asked_later(self, papers: Papers, ca: CertificateAuthority) -> None:
        """It has one record for all of its answer."""
        with listening() as (listener, port):
            command = [sys.executable, "-c", TLSLITE_NG, str(port), *papers.client[1::2]]
            async with running(*command) as peer, await self.face.accept(listener, asking_later(ca)) as line:
                certificate = await line.tls.request_client_certificate()
                assert certificate.serial_number == papers.serial_number
                await line.send(b"1\n")
                await peer.says(rb"(?m)^1$")
                assert await line.receive_exactly(2) == b"0\n"

    @gnutls
    async def test_gnutls_is_asked_later(self, papers: Papers, ca: CertificateAuthority) -> None:
        options = ["--x509cafile", papers.ca_file, "--post-handshake-auth"]
        options += ["--x509certfile", papers.client[1], "--x509keyfile", papers.client[3]]
        async with self.gnutls_cli(asking_later(ca), *options) as (peer, line):
            await peer.says(b"Simple Client Mode")  # before that, it takes the question for an error
            certificate = await line.tls.request_client_certificate()
            assert certificate.serial_number == papers.serial_number
            await self.hears(line, peer, DIGITS)


class TestAnyIO(Peers):
    face = AnyIOFace()


@pytest.mark.parametrize("anyio_backend", ["trio"])
class TestTrio(Peers):
    face = TrioFace()


# ---- curl, and a small HTTPS responder ----

FILES = {"/digits": DIGITS, "/empty": b"", "/large": DIGITS * 20}  # the large one is 5 MiB


class Responder:
    """A little of HTTP/1.1: serves FILES, and ``/endless``, to GET requests."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.failed = anyio.Event()

    @asynccontextmanager
    async def serving(self, listener: anyio_tls.TLSListener) -> AsyncIterator[int]:
        """Respond as long as the block runs; gives the port."""
        async with listener, anyio.create_task_group() as task_group:
            task_group.start_soon(listener.serve, self.respond)
            yield listener.extra(SocketAttribute.local_port)
            task_group.cancel_scope.cancel()

    async def respond(self, tls: anyio_tls.TLSStream) -> None:
        async with tls:
            requests = BufferedByteReceiveStream(tls)
            try:
                while True:
                    request = await requests.receive_until(b"\r\n\r\n", 10_000)
                    path = request.split()[1].decode()
                    if path == "/endless":
                        await tls.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                        while True:
                            await tls.send(DIGITS)
                    if b"Connection: close" in request:  # the end of the body is then told by the end of the stream
                        await tls.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + FILES[path])
                        return
                    length = b"Content-Length: %d" % len(FILES[path])
                    await tls.send(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n" + FILES[path])
            except anyio.IncompleteRead:
                pass  # no more requests
            except anyio.BrokenResourceError as exc:
                self.error = exc
                self.failed.set()


class NotingListener(anyio_tls.TLSListener):
    """A listener that keeps the errors of handshakes."""

    errors: ClassVar[list[BaseException]]
    failed: ClassVar[anyio.Event]

    @staticmethod
    async def handle_handshake_error(exc: BaseException, stream: AnyByteStream) -> None:  # noqa: ARG004
        NotingListener.errors.append(exc)
        NotingListener.failed.set()


@curl
class TestCurl:
    VERSIONS: ClassVar = {TLS12: ["--tlsv1.2", "--tls-max", "1.2"], TLS13: ["--tlsv1.3"]}

    def fetch(self, papers: Papers, port: int, *options: str) -> AbstractAsyncContextManager[Peer]:
        local = ["--noproxy", "*", "--resolve", f"localhost:{port}:{LOOPBACK}"]
        return running("curl", "--silent", "--show-error", "--http1.1", *local, "--cacert", papers.ca_file, *options)

    async def listener(self, context: ssl.SSLContext) -> anyio_tls.TLSListener:
        return await anyio_tls.create_tls_listener(context, local_host=LOOPBACK)

    @pytest.fixture
    def noted(self) -> list[BaseException]:
        NotingListener.errors, NotingListener.failed = [], anyio.Event()
        return NotingListener.errors

    async def noting_listener(self, context: ssl.SSLContext) -> NotingListener:
        return NotingListener(await anyio.create_tcp_listener(local_host=LOOPBACK), context)

    async def test_is_asked_for_certificate(self, papers: Papers, ca: CertificateAuthority) -> None:
        """In the middle of a request: it may be sending still, and what it sends is there afterwards."""
        upload = DIGITS[:20_000]
        got: list[Any] = []

        async def respond(tls: anyio_tls.TLSStream) -> None:
            async with tls:
                stream = BufferedByteReceiveStream(tls)
                await stream.receive_until(b"\r\n\r\n", 10_000)
                got.append(await tls.request_client_certificate())
                got.append(await stream.receive_exactly(len(upload)))
                await tls.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nthat")

        async with await self.listener(asking_later(ca)) as listener, anyio.create_task_group() as task_group:
            task_group.start_soon(listener.serve, respond)
            port = listener.extra(SocketAttribute.local_port)
            shown = ["--cert", papers.client[1], "--key", papers.client[3], "--data-binary", f"{upload.decode()}"]
            async with self.fetch(papers, port, *shown, "--header", "Expect:", f"https://localhost:{port}/") as peer:
                assert await peer.ends() == 0
                assert peer.stdout == b"that"
            task_group.cancel_scope.cancel()
        certificate, body = got
        assert certificate.serial_number == papers.serial_number
        assert body == upload

    async def test_fetches_files(
        self, papers: Papers, ca: CertificateAuthority, tls_version: ssl.TLSVersion, tmp_path: Path
    ) -> None:
        context = ca.server_context()
        context.set_alpn_protocols(["http/1.1"])
        responder = Responder()
        async with responder.serving(await self.listener(context)) as port:
            options = [*self.VERSIONS[tls_version], "--write-out", "%{num_connects} %{http_version}\n"]
            for path in FILES:
                options += ["--output", str(tmp_path / path[1:]), f"https://localhost:{port}{path}"]
            async with self.fetch(papers, port, *options) as peer:
                assert await peer.ends() == 0
                assert peer.stdout == b"1 1.1\n" + b"0 1.1\n" * (len(FILES) - 1)  # over one connection
        assert {path: (tmp_path / path[1:]).read_bytes() for path in FILES} == FILES
        assert responder.error is None

    @pytest.mark.guarantee("G7")
    async def test_body_ends_with_stream(self, papers: Papers, server_context: ssl.SSLContext) -> None:
        responder = Responder()
        async with responder.serving(await self.listener(server_context)) as port:
            url = f"https://localhost:{port}/large"
            async with self.fetch(papers, port, "--header", "Connection: close", url) as peer:
                assert await peer.ends() == 0
                assert peer.stdout == FILES["/large"]
        assert responder.error is None

    @pytest.mark.guarantee("G9")
    async def test_client_vanishes(self, papers: Papers, server_context: ssl.SSLContext) -> None:
        responder = Responder()
        async with responder.serving(await self.listener(server_context)) as port:
            async with self.fetch(papers, port, f"https://localhost:{port}/endless") as peer:
                await peer.until(lambda: len(peer.stdout) > 10**6, "a good deal of data")
                peer.kill()
                await responder.failed.wait()
            assert isinstance(responder.error, anyio_tls.TLSError)
            assert (responder.error.phase, responder.error.fault) == ("writing", "peer")
            async with self.fetch(papers, port, f"https://localhost:{port}/digits") as peer:
                assert await peer.ends() == 0
                assert peer.stdout == DIGITS

    @pytest.mark.guarantee("G9")
    async def test_rejects_certificate(
        self, papers: Papers, server_context: ssl.SSLContext, noted: list[BaseException]
    ) -> None:
        responder = Responder()
        responder.failed = NotingListener.failed  # whichever it is
        async with responder.serving(await self.noting_listener(server_context)) as port:
            url = f"https://localhost:{port}/digits"
            async with self.fetch(papers, port, "--cacert", papers.stranger_file, url) as peer:
                assert await peer.ends() == 60  # cannot be authenticated with known CA certificates
            await responder.failed.wait()
            if noted:
                (error,) = noted
                assert isinstance(error, anyio_tls.HandshakeError)
                assert_alert(error, UNKNOWN_CA, received=True)
            else:  # Newer versions, such as 8.23, look at the certificate after the handshake, and then just leave.
                assert isinstance(responder.error, anyio_tls.TruncatedError)
                assert responder.error.phase == "reading"

    @pytest.mark.guarantee("G9")
    async def test_speaks_plain_http(
        self, papers: Papers, server_context: ssl.SSLContext, noted: list[BaseException]
    ) -> None:
        async with Responder().serving(await self.noting_listener(server_context)) as port:
            async with self.fetch(papers, port, f"http://localhost:{port}/digits") as peer:
                assert await peer.ends() != 0
                assert DIGITS not in peer.stdout
            await NotingListener.failed.wait()
            (error,) = noted
            assert isinstance(error, anyio_tls.HandshakeError)
            assert (error.phase, error.fault, error.alert_received) == ("handshake", "peer", False)
            assert "http request" in str(error)
            async with self.fetch(papers, port, f"https://localhost:{port}/digits") as peer:
                assert await peer.ends() == 0
                assert peer.stdout == DIGITS
            assert len(noted) == 1
