"""A store of certificates: it maps names to contexts, reads files again, and never serves what fails its checks."""

from __future__ import annotations

import base64
import functools
import logging
import math
import os
import random
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from weakref import WeakSet

import anyio
import pytest
import trustme
from anyio import from_thread, to_thread
from anyio.abc import SocketAttribute
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtensionOID

from anyio_tls import (
    CertificateStore,
    ClientHello,
    TLSStream,
    _certificates,
    _credentials,
    _locks,
    create_tls_listener,
)
from anyio_tls._credentials import as_file
from anyio_tls._locks import Lock, _forget_all
from tests._package import python
from tests._peers import gnutls_cli, needs, running, s_client
from tests._wire import self_signed

RSA, ECDSA = trustme.KeyType.RSA, trustme.KeyType.ECDSA
DAY = timedelta(days=1)

root = functools.cache(trustme.CA)
"""The authority that clients trust. What it issues for servers has an intermediate certificate."""


@functools.cache
def intermediate() -> trustme.CA:
    return root().create_child_ca()


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Issued:
    """A certificate with its chain and its key, PEM."""

    chain: tuple[bytes, ...]
    key: bytes

    @property
    def pem(self) -> bytes:
        return b"".join(self.chain)

    @property
    def leaf(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.chain[0])

    @property
    def der(self) -> bytes:
        return self.leaf.public_bytes(Encoding.DER)


def issue(*names: str, key_type: trustme.KeyType = ECDSA, by: trustme.CA | None = None, **dates: Any) -> Issued:
    certificate = (by or intermediate()).issue_cert(*(names or ("example.org",)), key_type=key_type, **dates)
    return Issued(tuple(blob.bytes() for blob in certificate.cert_chain_pems), certificate.private_key_pem.bytes())


def ca_of(authority: trustme.CA) -> tuple[x509.Certificate, Any]:
    key = load_pem_private_key(authority.private_key_pem.bytes(), None)
    return x509.load_pem_x509_certificate(authority.cert_pem.bytes()), key


@dataclass
class Files:
    """Where a store finds a certificate and its key."""

    certificate: Path
    key: Path

    def write(self, issued: Issued) -> Issued:
        self.certificate.write_bytes(issued.pem)
        self.key.write_bytes(issued.key)
        return issued

    @property
    def pair(self) -> tuple[Path, Path]:
        return self.certificate, self.key


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "fullchain.pem", tmp_path / "privkey.pem")


@pytest.fixture
def others(tmp_path: Path) -> Files:
    return Files(tmp_path / "other-chain.pem", tmp_path / "other-key.pem")


async def make(*args: Any, **kwargs: Any) -> CertificateStore:
    """A store, made where files may be read."""
    return await to_thread.run_sync(functools.partial(CertificateStore, *args, **kwargs))


async def look(store: CertificateStore) -> None:
    """What a store that is watching does now and then."""
    await to_thread.run_sync(functools.partial(store._load, watching=True))


def hello(server_name: str | None) -> ClientHello:
    return ClientHello(server_name, (), (), (), (), (), (), (), b"")


# ---- clients that are strict, without a network ----


@dataclass
class Connection:
    """Both ends of a connection."""

    client: ssl.SSLObject
    server: ssl.SSLObject
    to_client: ssl.MemoryBIO
    to_server: ssl.MemoryBIO

    def exchange(self, data: bytes = b"hello") -> None:
        self.server.write(data)
        assert self.client.read(len(data)) == data
        self.client.write(data)
        assert self.server.read(len(data)) == data

    @property
    def certificate(self) -> bytes:
        certificate = self.client.getpeercert(True)
        assert certificate is not None
        return certificate


def client_context() -> ssl.SSLContext:
    """A client that trusts the root, and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    root().configure_trust(context)
    return context


def connect(
    context: ssl.SSLContext | None,
    hostname: str = "example.org",
    client: ssl.SSLContext | None = None,
    session: ssl.SSLSession | None = None,
) -> Connection:
    """A connection that has gone through its handshake; the client checks chain and name."""
    assert context is not None
    pipe_to_client, pipe_to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = (client or client_context()).wrap_bio(
        pipe_to_client, pipe_to_server, server_hostname=hostname, session=session
    )
    theirs = context.wrap_bio(pipe_to_server, pipe_to_client, server_side=True)
    waiting = [ours, theirs]
    while waiting:
        side = waiting.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            waiting.append(side)
    connection = Connection(ours, theirs, pipe_to_client, pipe_to_server)
    connection.exchange()
    return connection


def serves(store: CertificateStore, issued: Issued, hostname: str = "example.org") -> bool:
    return connect(store.context_for(hostname), hostname).certificate == issued.der


# ---- clients of other people ----


@pytest.fixture(scope="session")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What other people's clients are told to trust."""
    path = tmp_path_factory.mktemp("trusted") / "ca.pem"
    path.write_bytes(root().cert_pem.bytes())
    return str(path)


@asynccontextmanager
async def serving(store: CertificateStore, name: str | None = None) -> AsyncIterator[int]:
    """A server that greets whoever connects, in a protocol that HTTP clients understand; gives its port."""

    async def greet(tls: TLSStream) -> None:
        async with tls:
            with suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                await tls.receive()
                await tls.send(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")

    context = store.context_for(name or "localhost")
    assert context is not None
    async with (
        await create_tls_listener(context, local_host="127.0.0.1") as listener,
        anyio.create_task_group() as task_group,
    ):
        task_group.start_soon(listener.serve, greet)
        yield listener.extra(SocketAttribute.local_port)
        task_group.cancel_scope.cancel()


# ---- names ----


async def test_names_lead_to_contexts(files: Files, others: Files) -> None:
    files.write(issue("example.org", "*.example.org", "192.0.2.1", "2001:db8::1", "bücher.example"))
    other = others.write(issue("www.example.org"))
    store = await make([files.pair, others.pair])
    first, second = store.context_for("example.org"), store.context_for("www.example.org")
    assert first is not None
    assert second is not None
    assert first is not second
    assert serves(store, other, "www.example.org")
    for name in ("a.example.org", "EXAMPLE.org.", "192.0.2.1", "2001:DB8::1", "bücher.example"):
        assert store.context_for(name) is first, name
    for name in ("example.com", "a.b.example.org", "org", "192.0.2.2", "nobody"):
        assert store.context_for(name) is None, name
    for name in ("example.org", "a.example.org", "xn--bcher-kva.example"):
        assert store(hello(name)) is first
    assert store(hello("example.com")) is None
    assert store(hello(None)) is None
    assert store.context_for(None) is None


async def test_paths_that_are_members_of_an_enum(files: Files) -> None:
    """Like open(), it takes the string that each of them is, not its name."""
    issued = files.write(issue())
    paths = Enum("Paths", {"CERTIFICATE": str(files.certificate), "KEY": str(files.key)}, type=str)  # type: ignore[misc]
    store = await make([tuple(paths)])
    assert [info.path for info in store.certificates] == [str(files.certificate)]
    assert serves(store, issued)


async def test_the_older_label(files: Files, ca_file: str) -> None:
    """OpenSSL takes it as well (RFC 7468 section 5.1)."""
    issued = files.write(issue())
    for path in (files.certificate, Path(ca_file)):
        path.with_suffix(".old").write_bytes(path.read_bytes().replace(b" CERTIFICATE-", b" X509 CERTIFICATE-"))
    pair = files.certificate.with_suffix(".old"), files.key
    assert serves(await make([pair]), issued)
    assert not (await make([pair], client_ca=Path(ca_file).with_suffix(".old"))).problems


async def test_default(files: Files, others: Files) -> None:
    files.write(issue("example.org"))
    others.write(issue("*.Example.com"))
    store = await make([files.pair, others.pair], default="www.example.com")
    default = store.context_for("www.example.com")
    assert store(hello(None)) is store(hello("nobody.example")) is store.context_for(None) is default
    assert store(hello("example.org")) is not default


async def test_certificates_are_told(files: Files, others: Files) -> None:
    issued = files.write(issue("*.example.org", "192.0.2.1"))
    others.write(issue("example.com"))
    first, second = (await make([files.pair, others.pair])).certificates
    assert first.path == str(files.certificate)
    assert first.names == ("*.example.org", "192.0.2.1")
    assert first.not_before == issued.leaf.not_valid_before_utc
    assert first.not_after == issued.leaf.not_valid_after_utc
    assert first.fingerprint == issued.leaf.fingerprint(hashes.SHA256()).hex()
    assert second.names == ("example.com",)


async def test_a_certificate_ends_with_its_chain(files: Files) -> None:
    """An intermediate certificate may end before those that it has issued."""
    late = datetime(3500, 1, 1, tzinfo=timezone.utc)
    issued = files.write(issue(not_after=late))
    end = x509.load_pem_x509_certificate(issued.chain[1]).not_valid_after_utc
    assert end < late
    assert (await make([files.pair])).certificates[0].not_after == end
    # Clients have a root of their own.
    issued = issue(not_after=late, by=root())
    files.write(Issued((*issued.chain, root().cert_pem.bytes()), issued.key))
    assert (await make([files.pair])).certificates[0].not_after == late


async def test_a_file_with_something_else(files: Files) -> None:
    """Such as the parameters that ``openssl dhparam -dsaparam`` writes. Labels have more than letters (RFC 7468)."""
    issued = issue()
    parameters = b"-----BEGIN X9.42 DH PARAMETERS-----\nMAA=\n-----END X9.42 DH PARAMETERS-----\n"
    files.certificate.write_bytes(parameters + issued.pem + parameters)
    files.key.write_bytes(issued.key)
    assert serves(await make([files.pair]), issued)


async def test_openssl_chooses_among_types_of_keys(
    files: Files, others: Files, ca_file: str, tls_version: ssl.TLSVersion
) -> None:
    files.write(issue("localhost", key_type=RSA))
    others.write(issue("localhost", "example.org"))
    store = await make([files.pair, others.pair])
    version = "-tls1_2" if tls_version is ssl.TLSVersion.TLSv1_2 else "-tls1_3"
    async with serving(store) as port:
        for algorithm, kind in ("RSA-PSS+SHA256", b"rsa.pss"), ("ECDSA+SHA256", b"ecdsa"):
            options = ["-brief", "-nocommands", "-verify_return_error", "-CAfile", ca_file, "-sigalgs", algorithm]
            async with s_client(port, *options, version) as peer:
                # As RSA-PSS, or with its name in TLS, as rsa_pss_rsae_sha256.
                await peer.says(b"(?i)Signature type: " + kind)
                await peer.says(b"Verification: OK")


async def test_rsa_pss_is_a_type_of_key(files: Files, others: Files) -> None:
    """OpenSSL has RSA keys for RSA-PSS alone beside those for all RSA signatures."""
    subject = ["-subj", "/CN=for PSS alone", "-addext", "subjectAltName=DNS:localhost"]
    paths = ["-keyout", str(files.key), "-out", str(files.certificate)]
    key = ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048", "-nodes"]
    await anyio.run_process(["openssl", "req", "-x509", *key, *paths, *subject])
    others.write(issue("localhost", key_type=RSA))
    for pairs in [files.pair, others.pair], [others.pair, files.pair]:
        async with serving(await make(pairs)) as port:
            for algorithm, subject_seen in (
                ("rsa_pss_pss_sha256", b"CN ?= ?for PSS alone"),
                ("rsa_pss_rsae_sha256", b"O ?="),
            ):
                async with s_client(port, "-nocommands", "-tls1_3", "-sigalgs", algorithm) as peer:
                    await peer.says(b"subject=" + subject_seen)


@needs("gnutls-cli", "gnutls-bin")
async def test_gnutls_chooses_among_types_of_keys(files: Files, others: Files, ca_file: str) -> None:
    files.write(issue("localhost", key_type=RSA))
    others.write(issue("localhost", "example.org"))
    store = await make([files.pair, others.pair])
    async with serving(store) as port:
        for algorithms, kind in (
            ("SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-SHA256", b"RSA-PSS-RSAE-SHA256"),
            ("SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SHA256", b"ECDSA-SECP256R1-SHA256"),
        ):
            priority = f"--priority=NORMAL:-SIGN-ALL:+{algorithms}"
            async with gnutls_cli(port, "--x509cafile", ca_file, priority) as peer:
                await peer.says(b"The certificate is trusted")
                await peer.says(b"Description: .*-\\(" + kind + b"\\)")


@needs("curl", "curl")
async def test_curl_meets_the_renewed_certificate(files: Files, ca_file: str) -> None:
    """It checks chain and name, and shows how long the certificate is good."""
    files.write(issue("localhost"))
    store = await make([files.pair])
    for days in 40, 50:
        end = now().replace(microsecond=0) + days * DAY
        files.write(issue("localhost", not_after=end))
        await store.reload()
        async with serving(store) as port:
            resolve = f"localhost:{port}:127.0.0.1"
            async with running(
                "curl", "-sv", "--cacert", ca_file, "--resolve", resolve, f"https://localhost:{port}/"
            ) as peer:
                await peer.says(f"expire date: {end:%b} {end.day:2} {end:%H:%M:%S %Y}".encode())
                assert await peer.ends() == 0
                assert peer.stdout == b"hello"


async def test_side_by_side_with_a_wildcard(files: Files, others: Files, tmp_path: Path) -> None:
    """An exact name takes precedence over a wildcard, and the first over the others, but only among keys of one
    type."""
    third = Files(tmp_path / "third.pem", tmp_path / "third-key.pem")
    wild = files.write(issue("*.example.org", key_type=RSA))
    very = others.write(issue("www.example.org"))
    other = third.write(issue("*.example.org", "www.example.org"))
    store = await make([files.pair, third.pair, others.pair])
    rsa, ecdsa = client_context(), client_context()
    for client, suites in (rsa, "ECDHE+aRSA"), (ecdsa, "ECDHE+aECDSA"):
        client.maximum_version = ssl.TLSVersion.TLSv1_2
        client.set_ciphers(suites)
    context = store.context_for("www.example.org")
    assert connect(context, "www.example.org", rsa).certificate == wild.der
    assert connect(context, "www.example.org", ecdsa).certificate == other.der
    store = await make([files.pair, others.pair, third.pair])
    context = store.context_for("www.example.org")
    assert connect(context, "www.example.org", ecdsa).certificate == very.der


# ---- clients that have certificates ----


def client_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """A client that presents a certificate, and trusts the root."""
    context = client_context()
    certificate.configure_cert(context)
    return context


def revocations(
    authority: trustme.CA,
    *revoked: trustme.LeafCert,
    begins: timedelta = -9 * DAY,
    ends: timedelta = 9 * DAY,
    signed_by: Any = None,
) -> bytes:
    """A revocation list."""
    issuer, key = ca_of(authority)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject).last_update(now() + begins)
    builder = builder.next_update(now() + ends)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
    )
    for certificate in revoked:
        leaf = x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes())
        entry = x509.RevokedCertificateBuilder().serial_number(leaf.serial_number).revocation_date(now() - DAY)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(signed_by or key, hashes.SHA256()).public_bytes(Encoding.PEM)


def is_let_in(store: CertificateStore, client: ssl.SSLContext, session: ssl.SSLSession | None = None) -> bool:
    try:
        connect(store.context_for("example.org"), client=client, session=session)
    except ssl.SSLError:
        return False
    return True


async def test_authorities_of_clients_are_renewed(files: Files, tmp_path: Path) -> None:
    old, new = trustme.CA(), trustme.CA()
    old_client, new_client = (client_with(ca.issue_cert("me@example.org")) for ca in (old, new))
    files.write(issue())
    path = tmp_path / "clients.pem"
    path.write_bytes(old.cert_pem.bytes())
    store = await make([files.pair], client_ca=path)
    assert not is_let_in(store, client_context()), "clients have to show a certificate"
    assert is_let_in(store, old_client)
    assert not is_let_in(store, new_client)
    path.write_bytes(old.cert_pem.bytes() + new.cert_pem.bytes())
    await store.reload()
    assert is_let_in(store, old_client)
    assert is_let_in(store, new_client)
    path.write_bytes(new.cert_pem.bytes())
    await store.reload()
    assert not is_let_in(store, old_client)
    assert is_let_in(store, new_client)


async def test_certificates_of_clients_can_be_optional(files: Files, tmp_path: Path) -> None:
    def optional() -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    files.write(issue())
    path = tmp_path / "clients.pem"
    path.write_bytes(root().cert_pem.bytes())
    store = await make([files.pair], client_ca=[path], make_context=optional)
    assert is_let_in(store, client_context())
    assert not is_let_in(store, client_with(trustme.CA().issue_cert("me@example.org")))


async def test_revocation_lists_are_renewed(files: Files, tmp_path: Path, tls_version: ssl.TLSVersion) -> None:
    """A revoked client is refused, even if it resumes an older session."""
    ca = trustme.CA()
    mine, yours = ca.issue_cert("me@example.org"), ca.issue_cert("you@example.org")
    me, you = client_with(mine), client_with(yours)
    me.maximum_version = you.maximum_version = tls_version
    files.write(issue())
    authorities, lists = tmp_path / "clients.pem", tmp_path / "revoked.pem"
    authorities.write_bytes(ca.cert_pem.bytes())
    lists.write_bytes(revocations(ca))
    store = await make([files.pair], client_ca=authorities, client_crl=lists)
    session = connect(store.context_for("example.org"), client=me).client.session
    assert is_let_in(store, me, session)
    assert is_let_in(store, you)
    lists.write_bytes(revocations(ca, mine))
    await store.reload()
    assert not is_let_in(store, me)
    assert not is_let_in(store, me, session)
    assert is_let_in(store, you)


def glued(pem: bytes) -> bytes:
    """Twice the same, without a line break in between."""
    return pem.rstrip() + pem


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(lambda pem: b"\xef\xbb\xbf" + pem, id="byte order mark"),
        pytest.param(lambda pem: b"  " + pem, id="indented"),
        pytest.param(lambda pem: pem.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(glued, id="glued"),
    ],
)
async def test_all_trust_that_was_checked_is_used(
    odd: Callable[[bytes], bytes], files: Files, tmp_path: Path, tls_version: ssl.TLSVersion
) -> None:
    """OpenSSL overlooks what begins in the middle of a line."""
    cas = [trustme.CA(organization_name=name) for name in ("one", "two")]
    certificates = [ca.issue_cert("me@example.org") for ca in cas]
    clients = [client_with(certificate) for certificate in certificates]
    for client in clients:
        client.maximum_version = tls_version
    files.write(issue())
    authorities, lists = ([tmp_path / f"{what}{number}.pem" for number in range(2)] for what in ("ca", "crl"))
    for ca, authority, revoked in zip(cas, authorities, lists, strict=True):
        authority.write_bytes(odd(ca.cert_pem.bytes()))
        revoked.write_bytes(odd(revocations(ca)))
    store = await make([files.pair], client_ca=authorities, client_crl=lists)
    assert [is_let_in(store, client) for client in clients] == [True, True]
    lists[1].write_bytes(odd(revocations(cas[1], certificates[1])))
    await store.reload()
    assert [is_let_in(store, client) for client in clients] == [True, False]
    assert not store.problems


async def test_problems_remain_while_files_are_rewritten(
    files: Files, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A look that finds something new does not know yet what it will be. The log says only once what is wrong."""
    files.write(issue())
    authorities = tmp_path / "clients.pem"
    authorities.write_bytes(root().cert_pem.bytes())
    store = await make([files.pair], client_ca=authorities)
    expired = files.write(issue(not_before=now() - 9 * DAY, not_after=now() - DAY))
    for number in range(3):
        files.certificate.write_bytes(b"#" * number + b"\n" + expired.pem)
        authorities.write_bytes(b"nothing yet" + b"." * number)
        for _ in range(2):
            await look(store)
            if number:
                assert [*store.problems] == [str(authorities), str(files.certificate)]
    await look(store)
    assert sorted(record.levelname for record in caplog.records) == ["ERROR", "ERROR"]
    files.write(issue())
    authorities.write_bytes(root().cert_pem.bytes())
    for _ in range(2):
        await look(store)
    assert not store.problems


async def test_unfit_trust_is_not_used(files: Files, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ca = trustme.CA()
    mine = ca.issue_cert("me@example.org")
    me = client_with(mine)
    files.write(issue())
    authorities, lists = tmp_path / "clients.pem", tmp_path / "revoked.pem"
    good = ca.cert_pem.bytes()
    authorities.write_bytes(good)
    lists.write_bytes(revocations(ca))
    store = await make([files.pair], client_ca=authorities, client_crl=lists)
    context = store.context_for("example.org")
    _, strange_key = ca_of(root())
    unfit: list[tuple[Path, bytes, str]] = [
        (authorities, good[:300], "it is not whole"),
        (authorities, b"", "there is no certificate in it"),
        (lists, revocations(ca, mine)[:-40], "it is not whole"),
        (lists, good, "there is no revocation list in it"),
        (lists, revocations(ca, mine, ends=-DAY), "has ended"),
        (lists, revocations(ca, mine, begins=DAY), "is not valid before"),
        (lists, revocations(ca, mine, signed_by=strange_key), "is signed by somebody else"),
        (lists, revocations(root()), "there is no list of "),
    ]
    for path, content, words in unfit:
        before = path.read_bytes()
        path.write_bytes(content)
        caplog.clear()
        for _ in range(2):
            await store.reload()
            assert [*store.problems] == [str(path)]
            assert words in store.problems[str(path)]
            assert store.context_for("example.org") is context
        assert [record.getMessage() for record in caplog.records] == [
            f"{path} is not used: {store.problems[str(path)]}"
        ]
        path.write_bytes(before)
        await store.reload()
        assert store.problems == {}
    lists.unlink()
    await store.reload()
    assert [*store.problems] == [str(lists)]
    assert is_let_in(store, me)


@pytest.mark.parametrize("others", [False, True])
@pytest.mark.parametrize("first", ["authorities", "lists"])
async def test_trust_is_replaced_file_by_file(first: str, files: Files, tmp_path: Path, *, others: bool) -> None:
    """With a look in between. At no time is everybody refused, for want of a list."""
    old, new, other = (trustme.CA(organization_name=name) for name in ("old", "new", "other"))
    clients = [client_with(ca.issue_cert("me@example.org")) for ca in (old, new, other)]
    files.write(issue())
    authorities, lists = tmp_path / "clients.pem", tmp_path / "revoked.pem"

    def write(path: Path, ca: trustme.CA) -> None:
        both = [ca, other] if others else [ca]
        path.write_bytes(b"".join(each.cert_pem.bytes() if path == authorities else revocations(each) for each in both))

    write(authorities, old)
    write(lists, old)
    store = await make([files.pair], client_ca=authorities, client_crl=lists)
    for path in (authorities, lists) if first == "authorities" else (lists, authorities):
        assert [is_let_in(store, client) for client in clients] == [True, False, others]
        write(path, new)
        await store.reload()
        if others and path == authorities:
            break
    write(lists, new)
    await store.reload()
    assert store.problems == {}
    assert [is_let_in(store, client) for client in clients] == [False, True, others]


async def test_an_authority_may_remain_without_a_list(files: Files, tmp_path: Path) -> None:
    """If it is no authority any more, or if that is accepted."""
    first, second = (trustme.CA(organization_name=name) for name in ("first", "second"))
    client = client_with(second.issue_cert("me@example.org"))
    files.write(issue())
    authorities, lists = tmp_path / "clients.pem", tmp_path / "revoked.pem"
    authorities.write_bytes(first.cert_pem.bytes() + second.cert_pem.bytes())
    lists.write_bytes(revocations(first) + revocations(second))
    store = await make([files.pair], client_ca=authorities, client_crl=lists)
    authorities.write_bytes(second.cert_pem.bytes())
    lists.write_bytes(revocations(second))
    await store.reload()
    assert store.problems == {}
    assert is_let_in(store, client)
    lists.write_bytes(revocations(first))
    await store.reload()
    assert [*store.problems] == [str(lists)]
    assert is_let_in(store, client)
    await store.reload(accept_less=True)
    assert store.problems == {}
    assert not is_let_in(store, client)


async def test_new_trust_meets_a_certificate_whose_files_are_broken(files: Files, tmp_path: Path) -> None:
    """Contexts are made of what was read, so new ones can be made although the files are just being replaced."""
    issued = files.write(issue())
    path = tmp_path / "clients.pem"
    path.write_bytes(trustme.CA().cert_pem.bytes())
    store = await make([files.pair], client_ca=path)
    ca = trustme.CA()
    path.write_bytes(ca.cert_pem.bytes())
    key_cut(files)
    await store.reload()
    assert [*store.problems] == [str(files.certificate)]
    client = client_with(ca.issue_cert("me@example.org"))
    assert connect(store.context_for("example.org"), client=client).certificate == issued.der


# ---- renewing ----


async def test_what_has_changed_is_served(files: Files, others: Files) -> None:
    files.write(issue())
    others.write(issue("example.com"))
    store = await make([files.pair, others.pair], default="example.org")
    before, other = store.context_for("example.org"), store.context_for("example.com")
    renewed = files.write(issue())
    await store.reload()
    assert store.problems == {}
    assert store.context_for("example.org") is not before
    assert serves(store, renewed)
    assert store(hello(None)) is store.context_for("example.org")
    assert store.certificates[0].fingerprint == renewed.leaf.fingerprint(hashes.SHA256()).hex()
    assert store.context_for("example.com") is other, "what has not changed keeps its context"


async def test_connections_and_sessions_go_on(files: Files) -> None:
    """Established connections are not disturbed. Sessions are resumed while the certificate is the same; then their
    clients go through a full handshake."""
    files.write(issue())
    store = await make([files.pair])
    client = client_context()
    old = connect(store.context_for("example.org"), client=client)
    await store.reload()
    assert connect(store.context_for("example.org"), client=client, session=old.client.session).client.session_reused
    renewed = files.write(issue())
    await store.reload()
    old.exchange(b"still here")
    new = connect(store.context_for("example.org"), client=client, session=old.client.session)
    assert not new.client.session_reused
    assert new.certificate == renewed.der


async def test_new_names_are_served(files: Files, others: Files) -> None:
    files.write(issue("www.example.org"))
    others.write(issue("example.com"))
    store = await make([files.pair, others.pair])
    renewed = files.write(issue("*.example.org", "example.net"))  # it is for www.example.org, too
    await store.reload()
    assert store.problems == {}
    for name in "www.example.org", "mail.example.org", "example.net":
        assert serves(store, renewed, name)


def built(*extensions: x509.ExtensionType, by: trustme.CA | None = None, not_after: datetime | None = None) -> Issued:
    """A certificate of the root's, with any extensions."""
    issuer, issuer_key = ca_of(by or root())
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - DAY)
        .not_valid_after(not_after or now() + 90 * DAY)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return Issued((certificate,), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


ALTERNATIVES = x509.SubjectAlternativeName([x509.DNSName("example.org")])
# A list of one timestamp (RFC 6962 section 3.3): log, time, no extensions, ECDSA with SHA-256, a signature of 8 bytes.
TIMESTAMP = bytes(1 + 32 + 8 + 2) + b"\x04\x03" + b"\x00\x08" + bytes(8)
LIST = (len(TIMESTAMP) + 2).to_bytes(2, "big") + len(TIMESTAMP).to_bytes(2, "big") + TIMESTAMP
TIMESTAMPS = x509.UnrecognizedExtension(
    ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS, b"\x04" + len(LIST).to_bytes(1, "big") + LIST
)
BROKEN_NAMES = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x30\x05")


def mismatched(files: Files) -> None:
    files.certificate.write_bytes(issue().pem)


def of_another_type(files: Files) -> None:
    files.certificate.write_bytes(issue(key_type=RSA).pem)


def cut(files: Files) -> None:
    pem = issue().pem
    files.certificate.write_bytes(pem[: len(pem) // 2 + 50])


def cut_in_a_beginning(files: Files) -> None:
    issued = issue()
    files.certificate.write_bytes(issued.chain[0] + issued.chain[1][:7])


def headless(files: Files) -> None:
    files.certificate.write_bytes(issue().pem.partition(b"-----BEGIN CERTIFICATE-----")[2])


def empty(files: Files) -> None:
    files.certificate.write_bytes(b"")


def gone(files: Files) -> None:
    files.certificate.unlink()


def key_gone(files: Files) -> None:
    files.key.unlink()


def key_cut(files: Files) -> None:
    files.key.write_bytes(files.key.read_bytes()[:100])


def locked(files: Files) -> None:
    issued = issue()
    key = load_pem_private_key(issued.key, None)
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    files.write(Issued(issued.chain, encrypted))


def damaged(files: Files) -> None:
    issued = issue()
    middle = len(issued.chain[0]) // 2
    files.certificate.write_bytes(issued.pem[:middle] + b"!" + issued.pem[middle + 1 :])


def of_unknown_version(files: Files) -> None:
    der = x509.load_pem_x509_certificate(issue().chain[0]).public_bytes(Encoding.DER)
    version = b"\xa0\x03\x02\x01"
    assert version + b"\x02" in der
    body = base64.encodebytes(der.replace(version + b"\x02", version + b"\x05", 1))
    files.certificate.write_bytes(b"-----BEGIN CERTIFICATE-----\n" + body + b"-----END CERTIFICATE-----\n")


def trusted(files: Files) -> None:
    """The label of what `openssl x509 -trustout` writes, in which there is more than a certificate."""
    files.certificate.write_bytes(issue().pem.replace(b" CERTIFICATE-", b" TRUSTED CERTIFICATE-", 2))


def expired(files: Files) -> None:
    files.write(issue(not_before=now() - 9 * DAY, not_after=now() - DAY))


def too_early(files: Files) -> None:
    files.write(issue(not_before=now() + DAY, not_after=now() + 9 * DAY))


def reversed_chain(files: Files) -> None:
    issued = issue()
    files.certificate.write_bytes(b"".join(reversed(issued.chain)))


def with_strange_issuer(files: Files) -> None:
    issued = issue()
    files.certificate.write_bytes(issued.chain[0] + trustme.CA().cert_pem.bytes())


def with_namesake_of_issuer(files: Files) -> None:
    """Its issuer's name, but not its key."""
    issuer, _ = ca_of(intermediate())
    key = ec.generate_private_key(ec.SECP256R1())
    namesake = (
        x509.CertificateBuilder()
        .subject_name(issuer.subject)
        .issuer_name(issuer.issuer)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - DAY)
        .not_valid_after(now() + DAY)
        .sign(key, hashes.SHA256())
    )
    files.certificate.write_bytes(issue().chain[0] + namesake.public_bytes(Encoding.PEM))


def with_expired_intermediate(files: Files) -> None:
    parent, parent_key = ca_of(root())
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an old intermediate")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(parent.subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - 9 * DAY)
        .not_valid_after(now() - DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(parent_key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    old = trustme.CA.from_pem(certificate, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    issued = built(ALTERNATIVES, by=old)
    files.write(Issued((*issued.chain, certificate), issued.key))


def alone(files: Files) -> None:
    issued = issue()
    files.write(Issued(issued.chain[:1], issued.key))


def public_alone(files: Files) -> None:
    files.write(built(ALTERNATIVES, TIMESTAMPS))


def without_names(files: Files) -> None:
    files.write(built(x509.SubjectAlternativeName([x509.RFC822Name("server@example.org")])))


def without_alternatives(files: Files) -> None:
    files.write(built())


def with_broken_names(files: Files) -> None:
    files.write(built(BROKEN_NAMES))


def for_others(files: Files) -> None:
    files.write(issue("www.example.org"))


UNFIT: dict[Callable[[Files], None], str] = {
    mismatched: "the key is another certificate's",
    of_another_type: "the key is another certificate's",
    cut: "it is not whole",
    cut_in_a_beginning: "it is not whole",
    headless: "it is not whole",
    empty: "there is no certificate in it",
    gone: "No such file",
    key_gone: "No such file",
    key_cut: "OpenSSL refuses the key, its password",
    locked: "OpenSSL refuses the key, its password",
    damaged: "",
    of_unknown_version: "InvalidVersion",
    trusted: "it has a TRUSTED CERTIFICATE",
    expired: "has expired",
    too_early: "is not valid before",
    reversed_chain: "certificate 2 is not the issuer of certificate 1",
    with_strange_issuer: "certificate 2 is not the issuer of certificate 1",
    with_namesake_of_issuer: "certificate 2 is not the issuer of certificate 1",
    with_expired_intermediate: "an old intermediate has expired",
    alone: "it comes alone",
    public_alone: "the intermediate certificate is missing",
    without_names: "neither a DNS name nor an IP address",
    without_alternatives: "neither a DNS name nor an IP address",
    with_broken_names: "",
    for_others: "it is not for example.org",
}


@pytest.mark.parametrize(("damage", "words"), UNFIT.items(), ids=lambda value: getattr(value, "__name__", ""))
async def test_what_is_unfit_is_not_served(
    files: Files, others: Files, caplog: pytest.LogCaptureFixture, damage: Callable[[Files], None], words: str
) -> None:
    """The old certificate is; why is told, and logged once; the others are renewed all the same."""
    issued = files.write(issue())
    others.write(issue("example.com"))
    store = await make([files.pair, others.pair])
    damage(files)
    renewed = others.write(issue("example.com"))
    for _ in range(2):
        await store.reload()
        assert [*store.problems] == [str(files.certificate)]
        assert words in store.problems[str(files.certificate)]
        assert serves(store, issued)
        assert serves(store, renewed, "example.com")
    (message,) = (record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)
    assert message == f"{files.certificate} is not used: {store.problems[str(files.certificate)]}"
    renewed = files.write(issue())
    await store.reload()
    assert store.problems == {}
    assert serves(store, renewed)


async def test_key_and_certificate_are_replaced_one_after_the_other(files: Files, others: Files) -> None:
    """Of two that serve a name together, one is renewed while the other is half replaced."""
    rsa = files.write(issue(key_type=RSA))
    others.write(issue())
    store = await make([files.pair, others.pair])
    new_rsa, new_ecdsa = issue(key_type=RSA), issue()
    files.certificate.write_bytes(new_rsa.pem)
    others.write(new_ecdsa)
    await store.reload()
    assert [*store.problems] == [str(files.certificate)]
    client = client_context()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers("ECDHE+aRSA")
    assert serves(store, new_ecdsa)
    assert connect(store.context_for("example.org"), client=client).certificate == rsa.der
    files.key.write_bytes(new_rsa.key)
    await store.reload()
    assert store.problems == {}
    assert serves(store, new_ecdsa)
    assert connect(store.context_for("example.org"), client=client).certificate == new_rsa.der


async def test_less_can_be_accepted(files: Files) -> None:
    files.write(issue("example.org", "www.example.org"))
    store = await make([files.pair], default="example.org")
    fewer = issue("example.org", by=root())
    files.write(fewer)
    await store.reload()
    alone = "it comes alone, and what is served has an intermediate certificate"
    assert store.problems == {str(files.certificate): alone}
    await store.reload(accept_less=True)
    assert store.problems == {}
    assert serves(store, fewer)
    assert store.context_for("www.example.org") is store.context_for(None)
    for_others(files)
    await store.reload(accept_less=True)
    assert "it is not for example.org" in store.problems[str(files.certificate)]
    assert serves(store, fewer)


async def test_names_move_from_one_certificate_to_another(files: Files, others: Files) -> None:
    files.write(issue("example.org", "www.example.org"))
    others.write(issue("example.com"))
    store = await make([files.pair, others.pair])
    files.write(issue("example.org"))
    other = others.write(issue("example.com", "www.example.org"))
    await store.reload()
    assert store.problems == {}
    assert serves(store, other, "www.example.org")


async def test_one_wrong_file_does_not_hold_up_the_others(files: Files, others: Files) -> None:
    """Not even if it is that of the default."""
    files.write(issue("example.org"))
    others.write(issue("example.com"))
    store = await make([files.pair, others.pair], default="example.com")
    one = files.write(issue("example.org"))
    others.write(issue("example.net"))
    await store.reload()
    assert store.problems == {str(others.certificate): "it is not for example.com, for which no other would be"}
    assert serves(store, one, "example.org")


async def test_names_change_places(files: Files, others: Files) -> None:
    """Each of the new certificates lacks a name of the old one that the other new one has."""
    files.write(issue("example.org", "www.example.org"))
    others.write(issue("example.com"))
    store = await make([files.pair, others.pair])
    one = files.write(issue("example.org", "example.com"))
    await store.reload()
    assert store.problems == {str(files.certificate): "it is not for www.example.org, for which no other would be"}
    other = others.write(issue("www.example.org"))
    await store.reload()
    assert store.problems == {}
    assert serves(store, one, "example.com")
    assert serves(store, other, "www.example.org")
    # If one of two cannot be used, neither is the other, which needs it.
    files.write(issue("example.org", "www.example.org"))
    others.certificate.write_bytes(issue("example.com").pem)
    await store.reload()
    assert set(store.problems) == {str(files.certificate), str(others.certificate)}
    assert serves(store, one, "example.com")


@pytest.mark.parametrize("way", ["certbot", "Kubernetes"])
async def test_links_are_followed(tmp_path: Path, way: str) -> None:
    """Names that stay are links to files (certbot), or lead through a link to a directory (Kubernetes), and these are
    exchanged."""
    live = tmp_path / "live"
    live.mkdir()
    files = Files(live / "fullchain.pem", live / "privkey.pem")
    link = live / "..data"

    def write(version: int) -> Issued:
        directory = tmp_path / f"archive{version}"
        directory.mkdir()
        archive = Files(directory / "fullchain.pem", directory / "privkey.pem")
        issued = archive.write(issue())
        for target, name in [(directory, link)] if way == "Kubernetes" else zip(archive.pair, files.pair, strict=True):
            (tmp_path / "new").symlink_to(target)
            (tmp_path / "new").replace(name)
        return issued

    if way == "Kubernetes":
        for path in files.pair:
            path.symlink_to(Path("..data", path.name))
    write(1)
    store = await make([files.pair])
    renewed = write(2)
    await store.reload()
    assert serves(store, renewed)


@pytest.mark.parametrize(
    "password",
    ["secret", b"secret", bytearray(b"secret"), lambda: "secret"],
    ids=["str", "bytes", "bytearray", "function"],
)
async def test_passwords(files: Files, password: Any) -> None:
    locked(files)
    issued = Issued((files.certificate.read_bytes(),), b"")
    store = await make([(*files.pair, password)])
    assert serves(store, issued)


async def test_a_password_is_not_to_be_had(files: Files, others: Files) -> None:
    """Whatever its function raises, the other certificates are renewed."""
    passwords = iter(["secret"])
    locked(files)
    others.write(issue("other.example"))
    store = await make([(*files.pair, lambda: next(passwords)), others.pair])
    locked(files)
    renewed = others.write(issue("other.example"))
    await store.reload()
    assert "StopIteration" in store.problems[str(files.certificate)]
    assert serves(store, renewed, "other.example")


async def test_new_revocations_do_not_wait_for_a_password(files: Files, tmp_path: Path) -> None:
    """A key that is served already needs its password no more."""
    passwords = iter(["secret"])
    ca = trustme.CA()
    mine = ca.issue_cert("me@example.org")
    authorities, lists = tmp_path / "clients.pem", tmp_path / "revoked.pem"
    authorities.write_bytes(ca.cert_pem.bytes())
    lists.write_bytes(revocations(ca))
    locked(files)
    store = await make([(*files.pair, lambda: next(passwords))], client_ca=authorities, client_crl=lists)
    assert is_let_in(store, client_with(mine))
    lists.write_bytes(revocations(ca, mine))
    await store.reload()
    assert not store.problems
    assert not is_let_in(store, client_with(mine))


async def test_one_file(files: Files) -> None:
    """As load_cert_chain() has it: the key may be in the certificate's file, and paths may be strings."""
    issued = issue()
    files.certificate.write_bytes(b"The key\n" + issued.key + b"\nThe chain\n" + issued.pem + b"\n")
    for entry in str(files.certificate), (files.certificate, None), (bytes(files.certificate), None, "unused"):
        assert serves(await make([entry]), issued)


async def test_text_with_dashes(files: Files) -> None:
    """As openssl s_client -showcerts writes it around the certificates."""
    issued = issue()
    files.write(Issued((b"---\nCertificate chain\n" + issued.pem + b"\n---\nServer certificate\n---\n",), issued.key))
    assert serves(await make([files.pair]), issued)


@pytest.mark.parametrize("where", ["memory", "disk", "disk without /proc", "disk of a sandbox"])
def test_contexts_get_copies(where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In memory, if this Python can: one that was built with an old C library cannot, on Linux either. A process cannot
    that has changed its root to a place without /proc, nor one that systemd keeps from making executable memory."""
    if where == "disk":
        monkeypatch.delattr(os, "memfd_create", raising=False)
    elif where == "disk of a sandbox":
        monkeypatch.setattr(os, "memfd_create", Mock(side_effect=PermissionError), raising=False)
    elif where != "memory":
        monkeypatch.setattr(_credentials, "_DESCRIPTORS", str(tmp_path / "fd"))
    elif not hasattr(os, "memfd_create"):
        pytest.skip("this Python has no os.memfd_create()")
    issued = issue()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with as_file(issued.pem) as certificate, as_file(issued.key) as key:
        assert key.startswith("/proc/self/fd/") is (where == "memory")
        context.load_cert_chain(certificate, key)
    assert not Path(certificate).exists()
    assert connect(context).certificate == issued.der


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_while_files_are_read(tmp_path: Path) -> None:
    """The thread that reads them does not exist in the new process, which reads them by itself."""
    code = f"""if True:
        import os, pathlib, signal, ssl, threading, warnings
        from anyio_tls import CertificateStore
        from anyio_tls.testing import CertificateAuthority

        def make_context():
            if store is not None:
                reading.set()
                go_on.wait()
            return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)

        def renew():
            certificate = authority.issue("example.org")
            path.write_bytes(certificate.certificate_pem + certificate.private_key_pem)

        warnings.simplefilter("ignore")  # Python warns of forks where there are threads
        authority, path, store = CertificateAuthority(), pathlib.Path({str(tmp_path / "both.pem")!r}), None
        reading, go_on = threading.Event(), threading.Event()
        renew()
        store = CertificateStore([path], make_context=make_context)
        before = store.certificates
        renew()
        thread = threading.Thread(target=store._load)
        thread.start()
        reading.wait()
        pid = os.fork()
        if not pid:
            signal.alarm(20)
            go_on.set()
            store._load()
            os._exit(store.certificates == before)
        go_on.set()
        thread.join()
        print(os.waitpid(pid, 0)[1], store.certificates != before)
    """
    assert python(code) == "0 True\n"


def test_what_a_forked_process_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_locks, "_forgetful", WeakSet())  # without what others need in this process
    lock = Lock()
    lock.__enter__()
    _forget_all()
    with lock:
        pass


@pytest.mark.parametrize("where", ["certificates", "client_ca"])
async def test_extensions_that_cannot_be_read(where: str, files: Files) -> None:
    """It is said whose they are, since there may be many certificates in a file."""
    odd = self_signed("odd", None, x509.UnrecognizedExtension(ExtensionOID.CERTIFICATE_POLICIES, b"\5\0"))
    files.write(Issued((odd.certificate_pem,), odd.private_key_pem) if where == "certificates" else issue())
    options: dict[str, Any] = {}
    if where == "client_ca":
        odd_path = files.certificate.with_name("odd.pem")
        odd_path.write_bytes(odd.certificate_pem)
        options["client_ca"] = odd_path
    with pytest.raises(ValueError, match="the extensions of the certificate of CN=odd cannot be read"):
        await make([files.pair], **options)


async def test_an_authority_with_a_new_key(files: Files) -> None:
    """Under its old name. A list that it has signed with that is none for clients of the old one."""
    files.write(issue())
    old, new = (trustme.CA(organization_name="clients", organization_unit_name="of ours") for _ in range(2))
    authorities, lists = (files.certificate.with_name(name) for name in ("clients.pem", "revoked.pem"))
    authorities.write_bytes(old.cert_pem.bytes())
    lists.write_bytes(revocations(old))
    store = await make([files.pair], client_ca=authorities, client_crl=lists)
    client = client_with(old.issue_cert("me@example.org"))
    assert is_let_in(store, client)
    authorities.write_bytes(old.cert_pem.bytes() + new.cert_pem.bytes())
    lists.write_bytes(revocations(new))
    await store.reload()
    assert is_let_in(store, client)
    assert store.problems == {
        str(lists): "an authority has no list of its earlier key any more, whose clients would be refused"
    }
    lists.write_bytes(revocations(old) + revocations(new))
    await store.reload()
    assert not store.problems
    assert is_let_in(store, client)
    assert is_let_in(store, client_with(new.issue_cert("me@example.org")))
    authorities.write_bytes(new.cert_pem.bytes())
    lists.write_bytes(revocations(new))
    await store.reload()
    assert not store.problems
    assert not is_let_in(store, client)


async def test_a_file_that_was_missing_between_two_looks(files: Files) -> None:
    """What was seen before that, and is seen again, has not been seen twice in a row."""
    files.write(issue())
    store = await make([files.pair])
    old = store.certificates
    files.write(issue())
    content = files.certificate.read_bytes()
    await look(store)
    files.certificate.unlink()
    await look(store)
    files.certificate.write_bytes(content)
    await look(store)
    assert store.certificates == old
    await look(store)
    assert store.certificates != old


async def test_a_revocation_list_among_authorities(files: Files) -> None:
    """It would be left out, and so revoked clients let in: that is said, unless it is given as a list too."""
    files.write(issue())
    authority = trustme.CA()
    both = files.certificate.with_name("clients.pem")
    both.write_bytes(authority.cert_pem.bytes() + revocations(authority))
    with pytest.raises(ValueError, match=r"clients\.pem: it has a revocation list, which is used only if"):
        await make([files.pair], client_ca=both)
    store = await make([files.pair], client_ca=both, client_crl=both.parent / "." / ".." / both.parent.name / both.name)
    assert not store.problems
    assert is_let_in(store, client_with(authority.issue_cert("me@example.org")))


# ---- replacing files at any moment ----


async def test_every_connection_sees_a_valid_pair(files: Files, others: Files, rng: random.Random) -> None:
    """Files are replaced in any order, and seen empty, half written and with the wrong neighbour in between. The store
    looks at any of these moments. Each client verifies what it gets, and that is the old one or the new one."""
    stock = [[issue(key_type=kind) for _ in range(4)] for kind in (ECDSA, RSA)]
    places = [files, others]
    current = [place.write(pairs[0]) for place, pairs in zip(places, stock, strict=True)]
    store = await make([place.pair for place in places])
    moments = 0
    for _ in range(25):
        renewed = [rng.choice(pairs) for pairs in stock]
        steps = []
        for place, pair in zip(places, renewed, strict=True):
            for path, content in (place.certificate, pair.pem), (place.key, pair.key):
                cuts = sorted(rng.choices(range(len(content)), k=rng.randrange(3)))
                # At the end of a certificate, too.
                cuts += [len(pair.chain[0])] * (path == place.certificate and rng.random() < 0.3)
                steps.append([(path, content[:cut]) for cut in sorted(cuts)] + [(path, content)])
        allowed = {issued.der for issued in (*current, *renewed)}
        while steps:
            path, content = rng.choice(steps).pop(0)
            steps = [step for step in steps if step]
            path.write_bytes(content)
            if rng.random() < 0.5:
                await (store.reload if rng.random() < 0.5 else functools.partial(look, store))()
            moments += 1
            assert connect(store.context_for("example.org")).certificate in allowed
        await store.reload()
        assert store.problems == {}
        current = renewed
        assert serves(store, renewed[0])
    assert moments > 100


async def test_renewed_while_others_connect(files: Files) -> None:
    """Handshakes in one thread, renewals in another."""
    stock = [issue() for _ in range(3)]
    files.write(stock[0])
    store = await make([files.pair])
    done = threading.Event()
    seen = set()

    def clients() -> None:
        client = client_context()
        while not done.is_set():
            seen.add(connect(store.context_for("example.org"), client=client).certificate)

    async with anyio.create_task_group() as task_group:
        task_group.start_soon(to_thread.run_sync, clients)
        for number in range(60):
            files.certificate.write_bytes(stock[number % 3].pem)
            await store.reload()
            files.key.write_bytes(stock[number % 3].key)
            await store.reload()
        done.set()
    assert seen <= {issued.der for issued in stock}
    assert serves(store, stock[59 % 3])


# ---- watching ----


async def test_what_two_looks_have_found_is_served(files: Files, tmp_path: Path) -> None:
    """While watching, a change has to stay for one look."""
    ca, path = trustme.CA(), tmp_path / "clients.pem"
    old = files.write(issue())
    path.write_bytes(ca.cert_pem.bytes())
    store = await make([files.pair], client_ca=path)
    client = client_with(ca.issue_cert("me@example.org"))

    def served() -> bytes:
        return connect(store.context_for("example.org"), client=client).certificate

    files.write(issue())
    await look(store)
    new = files.write(issue())
    path.write_bytes(trustme.CA().cert_pem.bytes())
    await look(store)
    path.write_bytes(ca.cert_pem.bytes())
    assert served() == old.der
    await look(store)
    assert served() == new.der
    assert store.problems == {}


async def test_watches(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    """It goes on after an error of make_context()."""
    caplog.set_level(logging.INFO, "anyio_tls")
    made, fails = anyio.Event(), False

    def make_context() -> ssl.SSLContext:
        nonlocal fails
        if files.key.exists() and fails:
            fails = False
            raise RuntimeError("not now")
        if store is not None:
            from_thread.run_sync(made.set)
        return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)

    store = None
    files.write(issue())
    store = await make([files.pair], make_context=make_context)
    fails = True
    renewed = files.write(issue())
    async with anyio.create_task_group() as task_group:
        task_group.start_soon(store.watch, 0.01)
        await made.wait()
        task_group.cancel_scope.cancel()
    await store.reload()  # after the look that goes on in its thread
    assert serves(store, renewed)
    texts = [record.getMessage() for record in caplog.records]
    assert texts[0] == "The certificates could not be read again"
    assert texts[1].startswith(f"{files.certificate} is served from now on, until ")


async def test_reload_can_be_cancelled(files: Files) -> None:
    """It returns at once, and the thread completes what it has begun."""
    files.write(issue())
    begun, go_on = anyio.Event(), threading.Event()
    waits = False

    def make_context() -> ssl.SSLContext:
        if waits:
            from_thread.run_sync(begun.set)
            assert go_on.wait(30)
        return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)

    store = await make([files.pair], make_context=make_context)
    waits = True
    renewed = files.write(issue())
    async with anyio.create_task_group() as task_group:
        task_group.start_soon(store.reload)
        await begun.wait()
        task_group.cancel_scope.cancel()
    waits = False
    go_on.set()
    await store.reload()
    assert serves(store, renewed)


# ---- warnings ----


@pytest.fixture
def days_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let so much time pass for the store."""

    def days_pass(time: timedelta) -> None:
        class Later(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return datetime.now(tz) + time

        monkeypatch.setattr(_certificates, "datetime", Later)

    return days_pass


def warnings(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """What was logged since the last call: levels and words."""
    messages = [(record.levelname, record.getMessage()) for record in caplog.records]
    caplog.clear()
    return messages


async def test_warns_of_what_ends(
    files: Files, tmp_path: Path, caplog: pytest.LogCaptureFixture, days_pass: Callable[[timedelta], None]
) -> None:
    """Once a day, from when a quarter of the lifetime is left; also of authorities and revocation lists of clients."""
    ca, authorities, lists = trustme.CA(), tmp_path / "clients.pem", tmp_path / "revoked.pem"
    authorities.write_bytes(ca.cert_pem.bytes())  # until the year 3000
    lists.write_bytes(revocations(ca, ends=2 * DAY))  # of eleven days
    end = (now() + 13 * DAY).replace(microsecond=0)
    files.write(issue(not_before=end - 48 * DAY, not_after=end))
    store = await make([files.pair], client_ca=authorities, client_crl=lists)
    ((level, words),) = warnings(caplog)
    assert level == "WARNING"
    issuer = ca_of(ca)[0].subject.rfc4514_string()
    assert words.startswith(f"the revocation list of {issuer} in {lists} ends in 2.0 days, on ")
    await store.reload()
    assert warnings(caplog) == []
    lists.write_bytes(revocations(ca, ends=20 * DAY))
    await store.reload()
    assert warnings(caplog) == []
    days_pass(1.5 * DAY)
    for _ in range(2):
        await store.reload()
    day = f"{end:%Y-%m-%d %H:%M} UTC"
    words = f"{files.certificate} ends in 11.5 days, on {day}, and has not been renewed"
    assert warnings(caplog) == [("WARNING", words)]
    days_pass(14 * DAY)
    for _ in range(2):
        await store.reload()
    assert ("ERROR", f"{files.certificate} has ended, on {day}, and has not been renewed") in warnings(caplog)
    assert store.context_for("example.org") is not None, "clients are the ones to refuse it"


@pytest.mark.parametrize(
    ("lifetime", "left", "below", "warned"),
    [
        (6 * DAY, 2 * DAY, 0.25, False),
        (6 * DAY, 1 * DAY, 0.25, True),
        (47 * DAY, 16 * DAY, 0.25, False),
        (47 * DAY, 16 * DAY, 0.5, True),
        (200 * DAY, 31 * DAY, 0.25, False),
        (200 * DAY, 29 * DAY, 0.25, True),
        (3650 * DAY, 100 * DAY, 1, False),
        (6 * DAY, 1 * DAY, 0, False),
    ],
)
async def test_how_early_it_warns(
    files: Files,
    caplog: pytest.LogCaptureFixture,
    lifetime: timedelta,
    left: timedelta,
    below: float,
    warned: bool,
) -> None:
    files.write(issue(not_before=now() + left - lifetime, not_after=now() + left))
    await make([files.pair], warn_below=below)
    assert bool(warnings(caplog)) == warned


# ---- at the start ----


async def test_serves_what_it_can_from_the_start(files: Files, others: Files) -> None:
    store_of = functools.partial(make, [files.pair, others.pair])
    issued = others.write(issue("example.com"))
    files.write(issue("example.org"))
    files.key.unlink()
    store = await store_of()
    assert [*store.problems] == [str(files.certificate)]
    assert [info.names for info in store.certificates] == [("example.com",)]
    assert serves(store, issued, "example.com")
    assert store.context_for("example.org") is None
    with pytest.raises(ValueError, match=r"^default 'example.org' is the name of no certificate. .*No such file"):
        await store_of(default="example.org")
    renewed = files.write(issue("example.org"))
    await store.reload()
    assert store.problems == {}
    assert serves(store, renewed)


async def test_needs_something_to_serve(files: Files, others: Files, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^certificates are all unfit: .*fullchain.pem: .*; .*other-chain.pem: "):
        await make([files.pair, others.pair])
    files.write(issue())
    with pytest.raises(ValueError, match=r"^default 'example.com' is the name of no certificate$"):
        await make([files.pair], default="example.com")
    with pytest.raises(ValueError, match=r"^client_ca and client_crl cannot be used: .*nothing.pem"):
        await make([files.pair], client_ca=tmp_path / "nothing.pem")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"certificates": "fullchain.pem"}, TypeError, "certificates must be an iterable of paths"),
        ({"certificates": None}, TypeError, "certificates must be an iterable of paths"),
        ({"certificates": []}, ValueError, "certificates must not be empty"),
        ({"certificates": [()]}, TypeError, "certificates must be paths, or tuples of a path"),
        ({"certificates": [("a", "b", "c", "d")]}, TypeError, "certificates must be paths, or tuples of a path"),
        ({"certificates": [5]}, TypeError, "certificates must be a path or an iterable of paths"),
        ({"certificates": [("a", 5)]}, TypeError, "certificates must be a path or an iterable of paths"),
        ({"certificates": [("a", "b", 5)]}, TypeError, "a password in certificates must be str, bytes or callable"),
        ({"default": 5}, TypeError, "default must be a str"),
        ({"default": "a b.example\n"}, ValueError, "default .* is not a valid host name"),
        ({"make_context": None}, TypeError, "make_context must be a function"),
        ({"make_context": dict}, TypeError, "make_context must return an ssl.SSLContext, not dict"),
        ({"make_context": ssl.create_default_context}, ValueError, "make_context must return a server's context"),
        ({"make_context": ssl.SSLContext}, ValueError, "make_context must return a new context each time"),
        ({"client_ca": 5}, TypeError, "client_ca must be a path or an iterable of paths"),
        ({"client_ca": []}, ValueError, "client_ca must not be empty"),  # as from a pattern that matches no file
        ({"client_ca": "clients.pem", "client_crl": ()}, ValueError, "client_crl must not be empty"),
        ({"client_crl": [None]}, TypeError, "client_crl must be a path or an iterable of paths"),
        ({"client_crl": "revoked.pem"}, ValueError, "client_crl needs client_ca"),
        ({"warn_below": "1"}, TypeError, "warn_below must be a number"),
        ({"warn_below": True}, TypeError, "warn_below must be a number"),
        ({"warn_below": 1.5}, ValueError, "warn_below must be between 0 and 1"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if arguments.get("make_context") is ssl.SSLContext:
        arguments = {"make_context": lambda: context}
    with pytest.raises(error, match=words):
        CertificateStore(**{"certificates": ["missing.pem"], **arguments})


async def test_bad_arguments_of_methods(files: Files) -> None:
    files.write(issue())
    store = await make([files.pair])
    for interval, error in ("60", TypeError), (None, ValueError), (0, ValueError), (math.inf, ValueError):
        with pytest.raises(error, match="interval must be a"):
            await store.watch(interval)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="name must be a str"):
        store.context_for(5)  # type: ignore[arg-type]


# ---- many ----


async def test_a_thousand_names(tmp_path: Path) -> None:
    """One is renewed, and the contexts of all others stay."""
    places = [Files(tmp_path / f"{number}.pem", tmp_path / f"{number}-key.pem") for number in range(20)]
    for number, place in enumerate(places):
        place.write(issue(*(f"host{number}-{each}.example" for each in range(50))))
    store = await make([place.pair for place in places])
    names = [name for info in store.certificates for name in info.names]
    assert len(names) == 1000
    before = {name: store.context_for(name) for name in names}
    assert len(set(map(id, before.values()))) == 20
    places[7].write(issue(*store.certificates[7].names))
    await store.reload()
    changed = {name for name in names if store.context_for(name) is not before[name]}
    assert changed == set(store.certificates[7].names)
