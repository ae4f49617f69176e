"""anyio_tls.testing: its certificates, checked by other verifiers; its memory streams; its sweeps."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import random
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import types
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any, get_args

import anyio
import pytest
import trio
import trio.testing
from anyio.abc import ByteStream
from anyio.lowlevel import checkpoint
from cryptography import x509

from anyio_tls.testing import (
    Certificate,
    CertificateAuthority,
    Fault,
    MemoryStream,
    Schedule,
    Strike,
    memory_stream_pair,
    sweep,
    trio as trio_face,
)
from anyio_tls.testing._memory import Action

from ._marks import on_trio
from ._pairs import let_others_run
from .conftest import BACKENDS

# ---- certificates ----

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
        ("例" * 20 + ".example", "例" * 20 + ".example"),  # more than 64 bytes of UTF-8
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


OTHER = "other.example"


@pytest.mark.parametrize(
    ("kind", "verdicts"),
    [
        ("good", {"localhost": None, "127.0.0.1": None, OTHER: WRONG_NAME, "127.0.0.2": WRONG_IP}),
        ("expired", {"localhost": EXPIRED, "127.0.0.1": EXPIRED}),
        ("not_yet_valid", {"localhost": NOT_YET_VALID, "127.0.0.1": NOT_YET_VALID}),
        ("wrong_name", {"localhost": WRONG_NAME, "127.0.0.1": WRONG_IP, "wrong.example": None}),
        ("wildcard", {"www.example.org": None, "example.org": WRONG_NAME, "www.sub.example.org": WRONG_NAME}),
        ("ip", {"127.0.0.1": None, "::1": None, "localhost": WRONG_NAME, "127.0.0.2": WRONG_IP}),
        ("idn", {"bücher.example": None, "xn--bcher-kva.example": None, "bucher.example": WRONG_NAME}),
        ("client", {"localhost": INVALID_PURPOSE, "example.org": INVALID_PURPOSE}),
    ],
)
def test_assortment(ca: CertificateAuthority, kind: str, verdicts: dict[str, int | None]) -> None:
    """How a client judges each certificate, by the host name."""
    assortment = ca.assortment()
    assert len(assortment) == 8
    server_context = ca.server_context(assortment[kind])
    for hostname, code in verdicts.items():
        if code is None:
            shake_hands(server_context, ca.client_context(), hostname)
            continue
        with pytest.raises(ssl.SSLCertVerificationError) as caught:
            shake_hands(server_context, ca.client_context(), hostname)
        assert caught.value.verify_code == code, hostname


def test_assortment_shown_to_a_server(ca: CertificateAuthority) -> None:
    server_context = ca.server_context(require_client_certificate=True)
    assortment = ca.assortment()
    shake_hands(server_context, ca.client_context(assortment["client"]))
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        shake_hands(server_context, ca.client_context(assortment["good"]))
    assert caught.value.verify_code == INVALID_PURPOSE


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


@pytest.mark.parametrize("time", ["2030-01-01", 5, date(2030, 1, 1)])
@pytest.mark.parametrize("argument", ["not_before", "not_after"])
def test_a_time_that_is_none(ca: CertificateAuthority, argument: str, time: Any) -> None:
    with pytest.raises(TypeError, match=f"{argument} must be a datetime, not {type(time).__name__}"):
        ca.issue(**{argument: time})


@pytest.mark.parametrize("certificate", ["certificate.pem", "", b"pem", 5])
def test_a_certificate_that_is_none(ca: CertificateAuthority, certificate: Any) -> None:
    for make_context in (ca.server_context, ca.client_context):
        with pytest.raises(TypeError, match="certificate must be a Certificate of issue"):
            make_context(certificate)


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


# ---- memory streams ----


class AnyIOFace:
    """What both faces have, in the words of AnyIO's."""

    pair: staticmethod[..., tuple[Any, Any]] = staticmethod(memory_stream_pair)
    argument_sent = "item"
    broken: type[Exception] = anyio.BrokenResourceError
    closed: type[Exception] = anyio.ClosedResourceError
    busy: type[Exception] = anyio.BusyResourceError

    async def send(self, stream: Any, data: Any) -> None:
        await stream.send(data)

    async def receive(self, stream: Any, *max_bytes: Any) -> bytes:
        """``b""`` at the end, as on Trio."""
        try:
            data: bytes = await stream.receive(*max_bytes)
        except anyio.EndOfStream:
            return b""
        assert data
        return data


class TrioFace(AnyIOFace):
    pair = staticmethod(trio_face.memory_stream_pair)
    argument_sent = "data"
    broken = trio.BrokenResourceError
    closed = trio.ClosedResourceError
    busy = trio.BusyResourceError

    async def send(self, stream: Any, data: Any) -> None:
        await stream.send_all(data)

    async def receive(self, stream: Any, *max_bytes: Any) -> bytes:
        data: bytes = await stream.receive_some(*max_bytes)
        return data


on_every_face = pytest.mark.parametrize(
    ("anyio_backend", "face"),
    [
        *(pytest.param(backend, AnyIOFace(), id=name) for name, backend in BACKENDS.items()),
        pytest.param(BACKENDS["trio"], TrioFace(), id="trio-face"),
    ],
)

ALPHABET = bytes(range(256))


async def receive_all(face: AnyIOFace, stream: Any) -> bytes:
    data = bytearray()
    while piece := await face.receive(stream):
        data += piece
    return bytes(data)


async def stays_blocked(operation: Awaitable[object]) -> None:
    """See that an operation waits, and cancel it."""
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tg:
            tg.start_soon(awaiting, operation)
            await let_others_run()
            scope.cancel()
    assert scope.cancelled_caught


async def awaiting(operation: Awaitable[object]) -> None:
    await operation


async def raises(error: type[Exception], operation: Awaitable[object]) -> None:
    with pytest.raises(error):
        await operation


@on_every_face
@pytest.mark.parametrize("capacity", [0, 1, 7, 65536])
async def test_every_byte_arrives_in_both_directions(face: AnyIOFace, capacity: int) -> None:
    streams = face.pair(capacity)

    async def talk(stream: Any, said: bytes) -> None:
        for start in range(0, len(said), 50):
            await face.send(stream, said[start : start + 50])
        await stream.send_eof()

    async def listen(stream: Any, said: bytes) -> None:
        assert await receive_all(face, stream) == said
        assert await face.receive(stream) == b""  # and so it stays

    async with anyio.create_task_group() as tg:
        for one, other, said in (*streams, ALPHABET), (*streams[::-1], ALPHABET[::-1]):
            tg.start_soon(talk, one, said)
            tg.start_soon(listen, other, said)
    assert not streams[0].closed


@on_every_face
@pytest.mark.parametrize("capacity", [1, 7, 100])
async def test_capacity_is_what_a_direction_holds(face: AnyIOFace, capacity: int) -> None:
    stream, peer = face.pair(capacity)
    await face.send(stream, ALPHABET[:capacity])
    await face.send(peer, bytes(capacity))  # the other direction has a capacity of its own
    await face.send(stream, b"")
    await stays_blocked(face.send(stream, b"x"))
    assert await face.receive(peer) == ALPHABET[:capacity]
    await face.send(stream, b"x")


@on_every_face
async def test_without_capacity_a_send_ends_when_all_is_received(face: AnyIOFace) -> None:
    stream, peer = face.pair(0)
    done = False

    async def send() -> None:
        nonlocal done
        await face.send(stream, b"abc")
        done = True

    async with anyio.create_task_group() as tg:
        tg.start_soon(send)
        for expected in (b"a", b"b", b"c"):
            await let_others_run()
            assert not done
            assert await face.receive(peer) == expected
        await let_others_run()
        assert done


@on_every_face
async def test_max_bytes(face: AnyIOFace) -> None:
    stream, peer = face.pair()
    await face.send(stream, ALPHABET)
    assert await face.receive(peer, 1) == ALPHABET[:1]
    assert await face.receive(peer, 10) == ALPHABET[1:11]
    assert await face.receive(peer, 1000) == ALPHABET[11:]


@on_every_face
async def test_any_buffer_can_be_sent(face: AnyIOFace) -> None:
    """And what was sent is not what becomes of the buffer."""
    stream, peer = face.pair()
    buffer = bytearray(b"abcd")
    for item in (buffer, memoryview(buffer)[::2], memoryview(buffer).cast("H")):
        await face.send(stream, item)
    buffer[:] = bytes(4)
    assert await face.receive(peer) == b"abcd" + b"ac" + b"abcd"


async def test_end_of_stream() -> None:
    stream, peer = memory_stream_pair()
    await stream.send_eof()
    with pytest.raises(anyio.EndOfStream):
        await peer.receive()


@on_every_face
async def test_half_close(face: AnyIOFace) -> None:
    """It ends one direction only, behind what was sent."""
    stream, peer = face.pair()
    await face.send(stream, b"last words")
    for _ in range(2):
        await stream.send_eof()
        with pytest.raises(face.closed):
            await face.send(stream, b"x")
    assert await receive_all(face, peer) == b"last words"
    await face.send(peer, b"answer")
    assert await face.receive(stream) == b"answer"
    await stays_blocked(face.receive(stream))


@on_every_face
async def test_close(face: AnyIOFace) -> None:
    """What was sent arrives, what the peer sends breaks, and every call is refused."""
    stream, peer = face.pair()
    await face.send(stream, b"last words")
    await face.send(peer, b"unread")
    for _ in range(2):
        await stream.aclose()
        assert stream.closed
        for operation in (face.receive(stream), face.send(stream, b"x"), stream.send_eof()):
            with pytest.raises(face.closed):
                await operation
    assert not peer.closed
    assert await receive_all(face, peer) == b"last words"
    with pytest.raises(face.broken):
        await face.send(peer, b"x")
    await peer.aclose()


@on_every_face
async def test_close_is_a_checkpoint_that_closes_when_cancelled(face: AnyIOFace) -> None:
    stream, _ = face.pair()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await stream.aclose()
    assert scope.cancelled_caught
    assert stream.closed


@on_every_face
@pytest.mark.parametrize("how", ["close", "peer closes", "reset", "peer resets"])
async def test_whoever_waits_is_told(face: AnyIOFace, how: str) -> None:
    stream, peer = face.pair(0)

    async def meets_the_end() -> None:
        assert await face.receive(stream) == b""

    error = face.closed if how == "close" else face.broken
    async with anyio.create_task_group() as tg:
        tg.start_soon(raises, error, face.send(stream, b"nobody receives this"))
        if how == "peer closes":
            tg.start_soon(meets_the_end)
        else:
            tg.start_soon(raises, error, face.receive(stream))
        await let_others_run()
        if "close" in how:
            await (peer if "peer" in how else stream).aclose()
        else:
            (peer if "peer" in how else stream).reset()


@on_every_face
async def test_reset(face: AnyIOFace) -> None:
    """For both ends, and what has not been received is lost."""
    streams = face.pair()
    for stream in streams:
        await face.send(stream, b"lost")
    streams[0].reset()
    for stream in streams:
        for operation in (face.receive(stream), face.send(stream, b"x"), face.receive(stream)):
            with pytest.raises(face.broken):
                await operation
        assert not stream.closed
        await stream.aclose()


@on_every_face
async def test_one_receives_and_one_sends(face: AnyIOFace) -> None:
    """Others are sent away, by an error that says so, before they disturb anything."""
    schedule = Schedule(faults=[Fault("receive", 2, "reset"), Fault("send", 2, "reset")])
    stream, peer = face.pair(0, schedule=schedule)
    async with anyio.create_task_group() as tg:
        tg.start_soon(face.send, stream, b"abc")
        tg.start_soon(face.receive, stream)
        await let_others_run()
        for operation in (face.send(stream, b"x"), stream.send_eof()):
            with pytest.raises(face.busy, match=r"(?i)another task is already sending to this"):
                await operation
        with pytest.raises(face.busy, match=r"(?i)another task is already receiving from this"):
            await face.receive(stream)
        assert [await face.receive(peer) for _ in range(3)] == [b"a", b"b", b"c"]
        await face.send(peer, b"y")
    assert stream.faults_left == 2


@on_every_face
async def test_wrong_arguments_are_refused_before_anything_changes(face: AnyIOFace) -> None:
    schedule = Schedule(pieces=[3], faults=[Fault("receive", 1, "reset"), Fault("send", 1, "reset")])
    stream, _ = face.pair(schedule=schedule)
    with pytest.raises(TypeError, match=f"{face.argument_sent} must be bytes-like, not str"):
        await face.send(stream, "text")
    with pytest.raises(TypeError, match="max_bytes must be an integer, not str"):
        await face.receive(stream, "1")
    with pytest.raises(ValueError, match="max_bytes must be a positive integer, not 0"):
        await face.receive(stream, 0)
    assert stream.faults_left == 2


@on_every_face
async def test_wrong_arguments_for_a_pair(face: AnyIOFace) -> None:
    for capacity in ("1", None, 1.0, True):
        with pytest.raises(TypeError, match="capacity must be an integer, not"):
            face.pair(capacity)
    with pytest.raises(ValueError, match="capacity must be between 0 and "):
        face.pair(-1)
    for argument in ("schedule", "peer_schedule"):
        with pytest.raises(TypeError, match=f"^{argument} must be a Schedule, not list"):
            face.pair(**{argument: [1]})


def test_a_pair_can_be_made_outside_of_an_event_loop() -> None:
    async def converse() -> bytes:
        await stream.send(b"hello")
        return await peer.receive()

    stream, peer = memory_stream_pair()
    assert anyio.run(converse) == b"hello"


@on_every_face
async def test_representation_tells_capacity_and_schedule(face: AnyIOFace) -> None:
    schedule = Schedule([1])
    stream, peer = face.pair(5, schedule=schedule)
    assert repr(stream) == f"<MemoryStream: 5 bytes, {schedule}>"
    assert repr(peer) == f"<MemoryStream: 5 bytes, {Schedule()}>"


@on_every_face
async def test_cancelled_receive_takes_nothing(face: AnyIOFace) -> None:
    """Wherever it is cancelled: before it looks, in its turns, or while it waits."""
    stream, peer = face.pair(3, peer_schedule=Schedule(pieces=[2], turns=2))
    cancelled = 0
    async with anyio.create_task_group() as tg:
        tg.start_soon(face.send, stream, ALPHABET)
        received = b""
        for n in itertools.cycle(range(1, 7)):
            data = await Strike(n)(face.receive(peer))
            cancelled += data is None
            received += data or b""
            if len(received) == len(ALPHABET):
                break
    assert received == ALPHABET
    assert cancelled > 100


@on_every_face
@pytest.mark.parametrize("capacity", [0, 1, 3])
async def test_cancelled_send_has_sent_a_part(face: AnyIOFace, capacity: int) -> None:
    """And the stream goes on behind it."""
    parts = set()

    async def scenario(strike: Strike) -> None:
        stream, peer = face.pair(capacity)

        async def send() -> None:
            await strike(face.send(stream, b"hello"))
            await face.send(stream, b" world")
            await stream.send_eof()

        async with anyio.create_task_group() as tg:
            tg.start_soon(send)
            received = await receive_all(face, peer)
        part = received.removesuffix(b" world")
        assert received == part + b" world"
        assert b"hello".startswith(part)
        parts.add(part)

    await sweep(scenario)
    assert parts == {b"hello"[:size] for size in (range(6) if capacity < 2 else (0, 3, 5))}


@pytest.mark.guarantee("G13")
async def test_a_send_beside_a_reader_is_cancelled() -> None:
    """Though there is room again in each iteration of the event loop."""
    ours, theirs = memory_stream_pair(100)

    async def read() -> None:
        while True:
            await theirs.receive()

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tg:
            tg.start_soon(read)
            with anyio.move_on_after(0.05) as scope:
                while True:
                    await ours.send(bytes(10**6))
            assert scope.cancelled_caught
            tg.cancel_scope.cancel()


@on_every_face
async def test_cancelled_end_is_none(face: AnyIOFace) -> None:
    stream, peer = face.pair()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await stream.send_eof()
    await face.send(stream, b"more")
    assert await face.receive(peer) == b"more"


# Trio's own checks transfer a mebibyte, in which every turn of the event loop counts.


@on_trio
@pytest.mark.parametrize("schedule", [Schedule(), Schedule(pieces=[5, 1, 65536])], ids=["plain", "pieces"])
async def test_what_trio_demands_of_a_stream(schedule: Schedule) -> None:
    async def make() -> tuple[Any, Any]:
        return trio_face.memory_stream_pair(schedule=schedule)

    async def make_clogged() -> tuple[Any, Any]:
        pair = trio_face.memory_stream_pair(100)
        for stream in pair:
            await stream.send_all(bytes(100))
        return pair

    await trio.testing.check_two_way_stream(make, make_clogged)
    await trio.testing.check_half_closeable_stream(make, make_clogged)


@on_trio
async def test_waiting_for_room() -> None:
    stream, peer = trio_face.memory_stream_pair(2)
    await stream.wait_send_all_might_not_block()
    await stream.send_all(b"ab")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(stream.wait_send_all_might_not_block)
        await let_others_run()
        await raises(trio.BusyResourceError, stream.send_all(b"x"))
        assert len(nursery.child_tasks) == 1
        assert await peer.receive_some(1) == b"a"
    await stream.send_all(b"c")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(raises, trio.BrokenResourceError, stream.wait_send_all_might_not_block())
        await let_others_run()
        await peer.aclose()


# ---- schedules ----


@on_every_face
@pytest.mark.parametrize("turns", [0, 2])
async def test_pieces_split_at_every_byte(face: AnyIOFace, turns: int) -> None:
    """However it arrives."""
    said = b"0123456789"
    for split in range(1, len(said)):
        for item in (len(said), 4, 1):
            stream, peer = face.pair(peer_schedule=Schedule(pieces=[split, 65536], turns=turns))
            for start in range(0, len(said), item):
                await face.send(stream, said[start : start + item])
            assert await face.receive(peer) == said[:split]
            assert await face.receive(peer) == said[split:]


@on_every_face
async def test_pieces(face: AnyIOFace) -> None:
    """The last one holds for all that follow; what max_bytes leaves of one, or has not arrived yet, comes first."""
    stream, peer = face.pair(peer_schedule=Schedule(pieces=[5, 3, 2]))
    await face.send(stream, b"abc")
    assert await face.receive(peer) == b"abc"
    await face.send(stream, b"defghijklmnop")
    pieces = [await face.receive(peer, max_bytes) for max_bytes in (1, 100, 2, 100, 100, 1, 100, 100)]
    assert pieces == [b"d", b"e", b"fg", b"h", b"ij", b"k", b"l", b"mn"]


@on_every_face
async def test_byte_by_byte(face: AnyIOFace) -> None:
    stream, peer = face.pair(peer_schedule=Schedule(pieces=[1]))
    await face.send(stream, ALPHABET)
    assert [await face.receive(peer) for _ in ALPHABET] == [bytes([byte]) for byte in ALPHABET]


@on_every_face
@pytest.mark.parametrize("turns", [0, 10])
async def test_turns_let_what_is_sent_run_together(face: AnyIOFace, turns: int) -> None:
    stream, peer = face.pair(peer_schedule=Schedule(turns=turns))

    async def send() -> None:
        for item in (b"a", b"b", b"c"):
            await face.send(stream, item)

    async with anyio.create_task_group() as tg:
        tg.start_soon(send)
        assert (await face.receive(peer) == b"abc") == (turns > 0)


async def outcome(operation: Awaitable[bytes | None]) -> bytes | str:
    """What an operation came to: bytes received, or what happened instead."""
    with anyio.CancelScope() as scope:
        results: list[bytes | str] = []

        async def run() -> None:
            try:
                results.append(await operation or b"")
            except (anyio.BrokenResourceError, trio.BrokenResourceError):
                results.append("broken")

        async with anyio.create_task_group() as tg:
            tg.start_soon(run)
            await let_others_run()
            scope.cancel()
    return results[0] if results else "stalled"


# By the operation and what happens to it: what it comes to, and what follows on either end.
FAULTS: dict[tuple[str, str], dict[str, bytes | str]] = {
    ("receive", "stall"): {
        "fault": "stalled",
        "receive": b"theirs",
        "send": b"",
        "peer_receive": b"oursx",
        "peer_send": b"",
    },
    ("receive", "end"): {"fault": b"", "receive": b"", "send": b"", "peer_receive": b"oursx", "peer_send": "broken"},
    ("receive", "reset"): dict.fromkeys(["fault", "receive", "send", "peer_receive", "peer_send"], "broken"),
    ("send", "stall"): {
        "fault": "stalled",
        "receive": b"theirs",
        "send": b"",
        "peer_receive": b"oursx",
        "peer_send": b"",
    },
    ("send", "end"): {
        "fault": "broken",
        "receive": b"theirs",
        "send": "broken",
        "peer_receive": b"ours",
        "peer_receive_again": b"",
        "peer_send": b"",
    },
    ("send", "reset"): dict.fromkeys(["fault", "receive", "send", "peer_receive", "peer_send"], "broken"),
    ("send", "tear"): {
        "fault": "broken",
        "send": "broken",
        "peer_receive": b"ours" + b"to",
        "peer_receive_again": "broken",
        "peer_send": "broken",
    },
}


def test_every_fault_is_tried() -> None:
    tried = {("receive", action) for action in get_args(Action) if action != "tear"}
    assert FAULTS.keys() == tried | {("send", action) for action in get_args(Action)}


@on_every_face
@pytest.mark.parametrize(("operation", "action"), FAULTS)
async def test_fault(face: AnyIOFace, operation: Any, action: Any) -> None:
    """At the second operation of its kind, whatever others there were, with data on its way in both directions."""
    stream, peer = face.pair(schedule=Schedule(faults=[Fault(operation, 2, action)]))
    operations: dict[str, Callable[[], Awaitable[Any]]] = {
        "receive": partial(face.receive, stream),
        "send": partial(face.send, stream, b"x"),
        "peer_receive": partial(face.receive, peer),
        "peer_receive_again": partial(face.receive, peer),
        "peer_send": partial(face.send, peer, b"y"),
    }
    await face.send(peer, b"first")
    assert await face.receive(stream) == b"first"
    await face.send(stream, b"ours")
    await face.send(peer, b"theirs")
    assert stream.faults_left == 1
    expected = dict(FAULTS[operation, action])
    struck = face.receive(stream) if operation == "receive" else face.send(stream, b"torn")
    assert await outcome(struck) == expected.pop("fault")
    assert stream.faults_left == 0
    observed = {name: await outcome(operations[name]()) for name in expected}
    assert observed == expected


@on_every_face
@pytest.mark.parametrize("operation", ["receive", "send"])
@pytest.mark.parametrize("end", ["close", "reset"])
async def test_stall_ends_with_its_stream(face: AnyIOFace, operation: Any, end: str) -> None:
    stream, peer = face.pair(schedule=Schedule(faults=[Fault(operation, 1, "stall")]))
    await face.send(peer, b"ignored")
    async with anyio.create_task_group() as tg:
        stalled = face.receive(stream) if operation == "receive" else face.send(stream, b"x")
        tg.start_soon(raises, face.closed if end == "close" else face.broken, stalled)
        await let_others_run()
        if end == "close":
            await stream.aclose()
        else:
            peer.reset()


@on_every_face
async def test_what_could_not_be_sent_is_let_go(face: AnyIOFace) -> None:
    """Also as long as somebody has the error, whose traceback has the frames in which it was used."""
    stream, peer = face.pair()
    await peer.aclose()
    item = bytearray(100)
    with pytest.raises(face.broken):
        await face.send(stream, item)
    item.append(1)


async def test_a_stall_beside_a_busy_peer_is_cancelled() -> None:
    """On asyncio a cancellation does not reach a task that is woken over and over."""
    stream, peer = memory_stream_pair(10**9, schedule=Schedule(faults=[Fault("receive", 1, "stall")]))
    scope, has_ended = anyio.CancelScope(), anyio.Event()

    async def receive() -> None:
        with scope:
            await stream.receive()
        has_ended.set()

    async def send() -> None:
        while True:
            await peer.send(b"x")

    async with anyio.create_task_group() as tg:
        tg.start_soon(receive)
        tg.start_soon(send)
        await let_others_run()
        scope.cancel()
        with anyio.fail_after(5):
            await has_ended.wait()
        tg.cancel_scope.cancel()


@on_every_face
async def test_whoever_waits_is_told_of_the_end(face: AnyIOFace) -> None:
    stream, peer = face.pair(1, schedule=Schedule(faults=[Fault("receive", 1, "end")]))
    async with anyio.create_task_group() as tg:
        tg.start_soon(raises, face.broken, face.send(peer, b"nobody receives this"))
        await let_others_run()
        assert await face.receive(stream) == b""


@on_every_face
async def test_tear_without_capacity(face: AnyIOFace) -> None:
    """The half is delivered first; and the connection is reset all the same if nobody wants it."""
    faults = Schedule(faults=[Fault("send", 1, "tear")])
    stream, peer = face.pair(0, schedule=faults)
    async with anyio.create_task_group() as tg:
        tg.start_soon(raises, face.broken, face.send(stream, b"abcd"))
        assert await face.receive(peer) + await face.receive(peer) == b"ab"
        with pytest.raises(face.broken):
            await face.receive(peer)
    stream, peer = face.pair(0, schedule=faults)
    assert await outcome(face.send(stream, b"abcd")) == "stalled"
    for expected in (b"a", "broken"):
        assert await outcome(face.receive(peer)) == expected


@on_every_face
async def test_faults_follow_one_another(face: AnyIOFace) -> None:
    faults = [Fault("send", 3, "reset"), Fault("send", 1, "stall"), Fault("receive", 2, "end")]
    stream, peer = face.pair(schedule=Schedule(faults=faults))
    await face.send(peer, b"a")
    await stays_blocked(face.send(stream, b"x"))
    assert await face.receive(stream) == b"a"
    await face.send(stream, b"y")
    assert await face.receive(stream) == b""
    assert stream.faults_left == 1
    assert await outcome(face.send(stream, b"z")) == "broken"
    assert stream.faults_left == 0


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("close", 1, "stall"), ValueError, r"operation must be one of \('receive', 'send'\), not 'close'"),
        (("send", 1, "explode"), ValueError, r"action must be one of \(.*'tear'\), not 'explode'"),
        (("receive", 1, "tear"), ValueError, "only a send can tear"),
        (("send", 0, "tear"), ValueError, "at must be between 1 and"),
        (("send", "1", "tear"), TypeError, "at must be an integer, not str"),
        (("send", True, "tear"), TypeError, "at must be an integer, not bool"),
    ],
)
def test_no_such_fault(arguments: tuple[Any, Any, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Fault(*arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"pieces": 1}, TypeError, "pieces must be iterable, not int"),
        ({"pieces": ["1"]}, TypeError, "a piece must be an integer, not str"),
        ({"pieces": [1, 0]}, ValueError, "a piece must be between 1 and"),
        ({"turns": None}, TypeError, "turns must be an integer, not NoneType"),
        ({"turns": -1}, ValueError, "turns must be between 0 and"),
        ({"faults": Fault("send", 1, "end")}, TypeError, "faults must be iterable, not Fault"),
        ({"faults": [("send", 1, "end")]}, TypeError, "a fault must be a Fault, not tuple"),
        (
            {"faults": [Fault("send", 1, "end"), Fault("send", 1, "tear")]},
            ValueError,
            "two faults at the same operation",
        ),
    ],
)
def test_no_such_schedule(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Schedule(**arguments)


def test_a_schedule_is_a_value() -> None:
    fault = Fault("send", 1, "end")
    schedule = Schedule([1, 2], 3, [fault])
    assert schedule == Schedule(iter([1, 2]), turns=3, faults=(fault,))
    assert schedule != Schedule([1, 2], 3)
    assert hash(schedule) == hash(Schedule((1, 2), 3, (fault,)))
    with pytest.raises(AttributeError):
        schedule.turns = 4  # type: ignore[misc]


def random_schedules(*actions: Action) -> Iterator[Schedule]:
    return (Schedule.random(random.Random(seed), *actions) for seed in range(200))


def test_random_schedules_can_be_repeated() -> None:
    schedules = list(random_schedules(*get_args(Action)))
    assert schedules == list(random_schedules(*get_args(Action)))
    assert [eval(repr(schedule)) for schedule in schedules] == schedules
    assert len(set(schedules)) > 190


def test_random_schedules_have_the_faults_that_are_asked_for() -> None:
    assert not any(schedule.faults for schedule in random_schedules())
    for actions in (("stall",), ("end", "tear"), get_args(Action)):
        faults = [fault for schedule in random_schedules(*actions) for fault in schedule.faults]
        assert len(faults) == 200
        assert {fault.action for fault in faults} == set(actions)
        assert {fault.operation for fault in faults} == {"receive", "send"}
    with pytest.raises(ValueError, match="not 'explode'"):
        Schedule.random(random.Random(0), "explode")  # type: ignore[arg-type]


@on_every_face
async def test_random_schedules_lose_nothing(face: AnyIOFace) -> None:
    schedules = random_schedules()
    for capacity in (0, 1, 100, 65536) * 2:
        stream, peer = face.pair(capacity, schedule=next(schedules), peer_schedule=next(schedules))

        async def send(stream: Any) -> None:
            await face.send(stream, ALPHABET[:100])
            await stream.aclose()

        async with anyio.create_task_group() as tg:
            tg.start_soon(send, stream)
            assert await receive_all(face, peer) == ALPHABET[:100]


# ---- sweeps ----


class Suspension:
    """An await that really suspends, if there is an event loop that takes care of it."""

    def __await__(self) -> Generator[Any, Any, None]:
        yield from checkpoint().__await__()


async def steps(done: list[int], count: int) -> str:
    """An operation with so many awaits."""
    for number in range(count):
        done.append(number)
        await Suspension()
    return "completed"


@pytest.mark.parametrize("count", [0, 1, 4])
async def test_sweep_strikes_at_every_await(count: int) -> None:
    runs: list[tuple[int, list[int], str | None, bool]] = []

    async def scenario(strike: Strike) -> None:
        done: list[int] = []
        result = await strike(steps(done, count))
        runs.append((strike.n, done, result, strike.struck))

    assert await sweep(scenario) == count + 1
    cancelled = [(n, list(range(n)), None, True) for n in range(1, count + 1)]
    assert runs == [*cancelled, (count + 1, list(range(count)), "completed", False)]


async def test_an_await_that_does_not_suspend_does_not_count() -> None:
    async def immediately() -> int:
        return await steps_without_suspension()

    async def steps_without_suspension() -> int:
        return 1

    async def scenario(strike: Strike) -> None:
        assert await strike(immediately()) == 1

    assert await sweep(scenario) == 1


async def test_sweep_of_one_case() -> None:
    runs = []

    async def scenario(strike: Strike) -> None:
        runs.append(strike.n)
        await strike(steps([], 4))

    for only in (3, 9):
        assert await sweep(scenario, only=only) == 1
    assert runs == [3, 9]


async def test_sweep_goes_on_until_nothing_is_struck() -> None:
    """If a scenario interrupts more than one operation, the longest counts."""

    async def scenario(strike: Strike) -> None:
        shorter, longer = await strike(steps([], 2)), await strike(steps([], 5))
        assert (shorter, longer) == (
            None if strike.n <= 2 else "completed",
            None if strike.n <= 5 else "completed",
        )

    assert await sweep(scenario) == 6


async def test_a_strike_by_other_means() -> None:
    """A scenario may set itself whether there was something to interrupt."""

    async def scenario(strike: Strike) -> None:
        strike.struck = strike.n < 3

    assert await sweep(scenario) == 3


async def test_sweep_limit() -> None:
    async def scenario(strike: Strike) -> None:
        await strike(steps([], 4))

    assert await sweep(scenario, limit=4) == 5
    with pytest.raises(AssertionError, match=r"scenario was struck 4 times, and its limit is 3 awaits"):
        await sweep(scenario, limit=3)


@pytest.mark.parametrize("argument", ["only", "limit"])
async def test_sweep_wrong_arguments(argument: str) -> None:
    async def scenario(strike: Strike) -> None:
        raise NotImplementedError

    arguments: list[tuple[type[Exception], Any]] = [(ValueError, 0), (TypeError, "1"), (TypeError, 1.0)]
    for error, value in arguments:
        with pytest.raises(error, match=f"{argument} must be"):
            await sweep(scenario, **{argument: value})


async def test_sweep_without_a_scenario() -> None:
    nothing: Any = None
    with pytest.raises(TypeError, match="scenario must be an async function, not NoneType"):
        await sweep(nothing)


async def fails(strike: Strike) -> None:
    """A scenario that fails at its third await, with two pairs of streams made."""
    memory_stream_pair()
    schedule = Schedule.random(strike.rng, "tear")

    async def make_another() -> None:
        memory_stream_pair(strike.rng.randrange(100), schedule=schedule, peer_schedule=Schedule([2], 1))

    async with anyio.create_task_group() as tg:
        tg.start_soon(make_another)
    done: list[int] = []
    await strike(steps(done, 5))
    if len(done) == 3:
        raise ZeroDivisionError(f"with {schedule}")


@pytest.mark.parametrize("seed", [0, "a seed"])
async def test_a_failure_tells_how_to_repeat_it(seed: object) -> None:
    with pytest.raises(AssertionError) as caught:
        await sweep(fails, seed=seed)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    message = str(caught.value)
    first_line, *pairs = message.splitlines()
    words = re.fullmatch(
        r"fails failed when struck at await 3 \(line (\d+) of (.*)\); to repeat it: await (sweep\(.*\))", first_line
    )
    assert words is not None
    number, path, expression = words.groups()
    source, first = inspect.getsourcelines(steps)
    assert source[int(number) - first].strip() == "await Suspension()"
    assert Path(path) == Path(__file__)

    # What it says is an expression that repeats the failure, and nothing else.
    with pytest.raises(AssertionError) as caught:
        await eval(expression)
    assert str(caught.value) == message
    assert seed == 0 or repr(seed) in expression

    assert [pair.startswith("with memory_stream_pair(") for pair in pairs] == [True, True]
    stream, peer = eval(pairs[1].removeprefix("with "))
    schedule = Schedule.random(Strike(3, seed).rng, "tear")
    assert schedule.faults
    assert str(schedule) in str(caught.value.__cause__)
    assert str(schedule) in repr(stream)
    assert repr(peer).endswith(f"{Schedule([2], 1)}>")


async def test_a_failure_without_a_strike() -> None:
    async def scenario(strike: Strike) -> None:
        memory_stream_pair()
        if await strike(steps([], 2)):
            raise ZeroDivisionError

    with pytest.raises(
        AssertionError, match=r"scenario failed when not struck \(there was no await 3\); to repeat .*=3\)"
    ):
        await sweep(scenario)


async def test_a_failure_names_the_streams_of_its_own_sweep() -> None:
    async def inner(strike: Strike) -> None:
        memory_stream_pair(2)
        await strike(steps([], 2))

    async def outer(_: Strike) -> None:
        memory_stream_pair(1)
        await sweep(inner)
        memory_stream_pair(3)
        raise ZeroDivisionError

    with pytest.raises(AssertionError) as caught:
        await sweep(outer)
    assert re.findall(r"memory_stream_pair\((\d+)", str(caught.value)) == ["1", "3"]


async def test_a_failure_of_something_without_a_name() -> None:
    async def scenario(expected: int, strike: Strike) -> None:
        assert strike.n < expected
        await strike(steps([], 9))

    with pytest.raises(AssertionError, match=r"functools\.partial\(.*scenario.*, 2\).* not struck .* only=2"):
        await sweep(partial(scenario, 2))


async def test_what_is_no_exception_is_raised_as_it_is() -> None:
    """The failures of pytest itself, and a cancellation from outside. A note tells how to repeat the case."""

    async def fruitless(strike: Strike) -> None:
        memory_stream_pair()
        await strike(steps([], 2))
        if strike.n == 2:
            with pytest.raises(ZeroDivisionError):
                pass

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE") as caught:
        await sweep(fruitless)
    (note,) = caught.value.__notes__
    assert re.search(r"fruitless failed when struck at await 2 .* only=2\)\nwith memory_stream_pair\(65536, ", note)

    cancellations: list[BaseException] = []

    async def cancelled(strike: Strike) -> None:
        await strike(steps([], 2))
        outer.cancel()
        try:
            await checkpoint()
        except BaseException as exc:
            cancellations.append(exc)
            raise

    with anyio.CancelScope() as outer:
        await sweep(cancelled)
    assert outer.cancelled_caught
    assert "only=1" in cancellations[0].__notes__[0]


async def test_random_numbers_are_the_case_s_own() -> None:
    def numbers(seed: object) -> dict[int, float]:
        return {n: Strike(n, seed).rng.random() for n in range(1, 4)}

    seen: dict[int, float] = {}

    async def scenario(strike: Strike) -> None:
        seen[strike.n] = strike.rng.random()
        await strike(steps([], 2))

    await sweep(scenario, seed="x")
    assert seen == numbers("x")
    assert len({*numbers("x").values(), *numbers("y").values()}) == 6
    assert Strike(1).rng.random() == Strike(1, 0).rng.random()


@on_every_face
async def test_an_action_instead_of_cancelling(face: AnyIOFace) -> None:
    """It happens while the operation waits, which sees what comes of it, and is not cancelled."""
    outcomes = []

    async def scenario(strike: Strike) -> None:
        stream, peer = face.pair(1)
        async with anyio.create_task_group() as tg:
            tg.start_soon(receive_all_or_break, face, peer)
            try:
                await strike(face.send(stream, b"abc"), peer.reset)
            except face.broken:
                outcomes.append("broken")
            else:
                outcomes.append("sent")
                await stream.aclose()
                assert not strike.struck

    cases = await sweep(scenario)
    assert outcomes == ["broken"] * (cases - 1) + ["sent"]
    assert cases > 3


async def receive_all_or_break(face: AnyIOFace, stream: Any) -> None:
    with suppress(face.broken):
        await receive_all(face, stream)


async def test_an_action_does_not_hinder_the_result() -> None:
    strikes = []
    strike = Strike(2)
    assert await strike(steps([], 3), lambda: strikes.append(2)) == "completed"
    assert strikes == [2]
    assert strike.struck


async def test_a_strike_that_comes_too_late() -> None:
    """An operation may see to its end though it is cancelled. The sweep goes on."""

    async def stubborn(stream: MemoryStream) -> bytes:
        with anyio.CancelScope(shield=True):
            data = await stream.receive()
            data += await stream.receive()
        return data

    struck = 0

    async def scenario(strike: Strike) -> None:
        nonlocal struck
        stream, peer = memory_stream_pair(1)
        async with anyio.create_task_group() as tg:
            tg.start_soon(stream.send, b"ab")
            assert await strike(stubborn(peer)) == b"ab"
        struck += strike.struck

    cases = await sweep(scenario)
    assert cases == struck + 1 > 3


@pytest.mark.parametrize("anyio_backend", [BACKENDS["asyncio"], BACKENDS["uvloop"]], ids=["asyncio", "uvloop"])
async def test_a_task_that_is_awaited_ends_first() -> None:
    """On asyncio, awaiting a task that is cancelled goes on until it really ends."""

    async def takes_its_time() -> str:
        for _ in range(10):
            with suppress(asyncio.CancelledError):
                await checkpoint()
        return "completed"

    task = asyncio.create_task(takes_its_time())
    strike = Strike(1)
    assert await strike(task) == "completed"
    assert strike.struck


async def test_errors_of_the_operation_pass_through() -> None:
    async def fail() -> None:
        await checkpoint()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Strike(5)(fail())


@types.coroutine
def generator_based() -> Generator[Any, Any, str]:
    yield from checkpoint().__await__()
    return "completed"


class Immediate:
    """An awaitable whose iterator has neither ``send()`` nor ``throw()``."""

    def __await__(self) -> Any:
        return iter(())


async def test_operations_that_are_no_coroutines() -> None:
    results: list[Any] = []

    async def scenario(strike: Strike) -> None:
        results.append(await strike(generator_based()))
        assert strike.where == ""
        assert await strike(Immediate()) is None

    assert await sweep(scenario) == 2
    assert results == [None, "completed"]


async def test_what_cannot_be_awaited() -> None:
    with pytest.raises(TypeError, match="int"):
        await Strike(1)(1)  # type: ignore[call-overload]


# ---- what sweeps are for ----


class Words:
    """Reads words, each behind a byte with its length. ``careless`` is what many would write."""

    def __init__(self, stream: ByteStream, *, careless: bool) -> None:
        self._stream = stream
        self._careless = careless
        self._buffer = b""

    async def receive(self) -> bytes:
        if self._careless:
            (size,) = await self._exactly(1)
            return await self._exactly(size)
        while not self._buffer or len(self._buffer) <= self._buffer[0]:
            self._buffer += await self._stream.receive()
        size = self._buffer[0]
        word, self._buffer = self._buffer[1 : 1 + size], self._buffer[1 + size :]
        return word

    async def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += await self._stream.receive(size - len(data))
        return data


@pytest.mark.parametrize("pieces", [[], [1], [2]])
@pytest.mark.parametrize("careless", [False, True])
async def test_sweep_finds_a_receive_that_loses(careless: bool, pieces: list[int]) -> None:
    async def scenario(strike: Strike) -> None:
        stream, peer = memory_stream_pair(peer_schedule=Schedule(pieces))
        words = Words(peer, careless=careless)
        await stream.send(b"\x05hello\x05world")
        await stream.aclose()
        received = [await strike(words.receive()) or await words.receive(), await words.receive()]
        assert received == [b"hello", b"world"]

    if careless:
        with pytest.raises(AssertionError, match=r"struck at await 2 \(line \d+ of .*test_testing\.py\)"):
            await sweep(scenario)
    else:
        assert await sweep(scenario) > 1


@pytest.mark.parametrize("capacity", [0, 4])
async def test_sweep_finds_a_send_that_tears(capacity: int) -> None:
    """What is cancelled before anything was sent does no harm; what comes next does."""

    async def scenario(strike: Strike) -> None:
        stream, peer = memory_stream_pair(capacity)
        words = Words(peer, careless=False)

        async def converse() -> None:
            await strike(stream.send(b"\x05hello"))
            await stream.send(b"\x05world")
            await stream.aclose()

        received = []
        async with anyio.create_task_group() as tg:
            tg.start_soon(converse)
            with suppress(anyio.EndOfStream):
                while True:
                    received.append(await words.receive())
        assert received in ([b"hello", b"world"], [b"world"])

    with pytest.raises(AssertionError, match="struck at await 2"):
        await sweep(scenario)


async def test_a_stream_of_ones_own_under_test() -> None:
    """Subclassing is how a test makes a stream fail in a way of its own."""

    class Moody(MemoryStream):
        async def send(self, item: bytes) -> None:
            raise OSError(5, "not today")

    stream = Moody(memory_stream_pair()[0]._end)
    with pytest.raises(OSError, match="not today"):
        await stream.send(b"x")
