"""Closing over a link with a latency of 25 ms: what was sent arrives, and a close with nothing at risk does not wait.

Over the loopback everything has arrived before anybody can close. The far end is OpenSSL's, as it comes.
"""

from __future__ import annotations

import functools
import socket
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, TypeAlias

import anyio
import pytest
from anyio.lowlevel import checkpoint

from anyio_tls import SocketStream, TLSStream
from anyio_tls.testing import Certificate, CertificateAuthority

from . import _distance
from ._conversations import closed_errors
from ._distance import FAR, NEAR, Link, NoDistanceError, distance
from ._ends import LibraryEnd, stream_over
from ._pairs import applies
from ._peers import Peer, accept, needs, running
from .conftest import backend_of

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("patience"), needs("openssl", "openssl")]

MEGABYTE = 1_000_000

# What TLS is put over: Trio's face over Trio's own, the other over the rest.
KINDS = ["anyio-tcp", "socket", "trio-socket"]

# Conversations over each kind that are held at the same time. Each takes its size in memory, several times.
AT_A_TIME = 5

# For conversations (seconds): less than a test may take.
PATIENCE = 55.0

# For what is not to wait for anybody, or no longer than a moment (seconds).
A_MOMENT, AT_ONCE = 0.1, 5.0

# What s_server mixes into the data on its standard output.
CHATTER = b"Read BLOCK\n"

# SO_SNDBUF beyond the system's limit, for root (asm-generic/socket.h).
SO_SNDBUFFORCE = 32


class Way(NamedTuple):
    """What is different from one conversation to the next.

    :ivar loss: which part of the packets
    :ivar kept: whether the system takes everything at once; by itself it keeps little for who has not sent much yet
    :ivar reading: whether a task waits in ``receive()`` meanwhile
    """

    name: str
    loss: float = 0.0
    kept: bool = False
    reading: bool = False


LOSSLESS, LOSSY = Way("lossless"), Way("lossy", loss=0.01)
KEPT, KEPT_READING = Way("kept", kept=True), Way("kept, reader beside", kept=True, reading=True)
LOSSY_READING = LOSSY._replace(name="lossy, reader beside", reading=True)


def in_ways(*ways: Way) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("way", [pytest.param(way, id=way.name) for way in ways])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every conversation is held once; if more are asked for, larger ones too."""
    if "runs" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("--close-runs")
        metafunc.parametrize("size", [MEGABYTE] if wanted == 1 else [MEGABYTE, 10 * MEGABYTE])
        starts = range(0, wanted, AT_A_TIME)
        batches = [min(AT_A_TIME, wanted - start) for start in starts]
        metafunc.parametrize("runs", batches, ids=[f"{start + 1}" for start in starts])


@pytest.fixture
def kinds(anyio_backend_name: str) -> list[str]:
    return [kind for kind in KINDS if applies(kind, anyio_backend_name)]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, kinds: list[str]) -> str:
    kind: str = request.param
    if kind not in kinds:
        pytest.skip(f"{kind} needs Trio's event loop")
    return kind


@pytest.fixture
def link(request: pytest.FixtureRequest, rng: Random) -> Iterator[Link]:
    way: Way = request.node.callspec.params.get("way", LOSSLESS)
    try:
        with distance(loss=way.loss, rng=rng) as link:
            yield link
    except NoDistanceError as exc:
        pytest.skip(str(exc))


@pytest.fixture
def identity(server_certificate: Certificate, tmp_path: Path) -> str:
    path = tmp_path / "identity.pem"
    path.write_bytes(server_certificate.certificate_pem + server_certificate.private_key_pem)
    return str(path)


@functools.cache
def digits(size: int) -> bytes:
    """Lines that tell their places. Some letters are commands to OpenSSL's programs."""
    return b"".join(b"%015d\n" % number for number in range(size // 16))


@asynccontextmanager
async def s_server(link: Link, identity: str) -> AsyncIterator[tuple[Peer, int]]:
    """A server in the far place, for one connection, and its port."""
    command = ["openssl", "s_server", "-accept", f"{FAR}:0", "-naccept", "1", "-cert", identity, "-key", identity]
    async with running(*link.far.command, *command, seconds=PATIENCE) as peer:
        yield peer, int((await peer.says(rb"(?m)^ACCEPT .*:(\d+)$"))[1])


@asynccontextmanager
async def s_client(link: Link, listener: socket.socket) -> AsyncIterator[Peer]:
    """A client in the far place. It ends with status 0 only if the connection has ended with close_notify."""
    address = f"{NEAR}:{listener.getsockname()[1]}"
    command = ["openssl", "s_client", "-connect", address, "-brief", "-nocommands"]
    async with running(*link.far.command, *command, seconds=PATIENCE) as peer:
        yield peer


def keep(sock: socket.socket, size: int) -> None:
    """Let the system take that much at once."""
    sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 2 * size)


async def tls_over(kind: str, sock: socket.socket, context: ssl.SSLContext, **options: Any) -> LibraryEnd:
    """Our end of a connection, after the handshake."""
    below = await stream_over(kind, sock)
    name = None if options.get("server_side") else "localhost"
    if kind != "trio-socket":
        return LibraryEnd(await TLSStream.wrap(below, ssl_context=context, hostname=name, **options), below)
    from anyio_tls.trio import TLSStream as TrioTLSStream

    tls = TrioTLSStream(below, context, server_hostname=name, **options)
    await tls.do_handshake()
    return LibraryEnd(tls, below)


Conversation: TypeAlias = Callable[[str], Awaitable[None]]


async def hold(conversation: Conversation, kinds: list[str], runs: int) -> tuple[Counter[str], str]:
    """Hold so many conversations over each kind, all at the same time; tell how many went well, and what went wrong."""
    good: Counter[str] = Counter()
    problems = []

    async def hold_one(kind: str) -> None:
        try:
            await conversation(kind)
        except AssertionError as exc:
            problems.append(f"{kind}: {exc}")
        else:
            good[kind] += 1

    async with anyio.create_task_group() as tasks:
        for kind in kinds * runs:
            tasks.start_soon(hold_one, kind)
    return good, "\n\n".join(problems)


@pytest.fixture
def deliver(
    request: pytest.FixtureRequest, kinds: list[str], way: Way, size: int, runs: int
) -> Callable[[str, Conversation], Awaitable[None]]:
    """Hold conversations that deliver something, and record how many of them did."""

    async def deliver(what: str, conversation: Conversation) -> None:
        good, problems = await hold(conversation, kinds, runs)
        row = ("OpenSSL, 25 ms", way.name, f"{size // MEGABYTE} MB", backend_of(request.node))
        for kind in kinds:
            request.node.user_properties.append((f"delivered {what}", ((row, kind), good[kind], runs)))
        assert good == dict.fromkeys(kinds, runs), problems

    return deliver


@pytest.mark.guarantee("G7")
@in_ways(LOSSLESS, KEPT, LOSSY)
async def test_what_a_client_has_sent_arrives(
    deliver: Callable[[str, Conversation], Awaitable[None]],
    way: Way,
    link: Link,
    size: int,
    identity: str,
    ca: CertificateAuthority,
) -> None:
    """The server's session tickets are on their way meanwhile."""

    async def upload(kind: str) -> None:
        async with s_server(link, identity) as (peer, port):
            sock = await link.near.connect((FAR, port))
            if way.kept:
                keep(sock, size)
            client = await tls_over(kind, sock, ca.client_context())
            await client.send(digits(size))
            await client.aclose()
            await peer.says(rb"(?m)^DONE$")  # without close_notify it would be ERROR
            assert digits(size) in peer.stdout.replace(CHATTER, b"")

    await deliver("uploads", upload)


@pytest.mark.guarantee("G7")
@in_ways(LOSSLESS, KEPT, KEPT_READING, LOSSY_READING)
async def test_what_a_server_has_sent_arrives(
    deliver: Callable[[str, Conversation], Awaitable[None]],
    way: Way,
    link: Link,
    size: int,
    ca: CertificateAuthority,
    server_certificate: Certificate,
) -> None:
    """The client's next request is on its way meanwhile."""

    async def read(server: LibraryEnd) -> None:
        with suppress(*closed_errors()):
            while True:
                await server.receive(1)

    async def answer(kind: str) -> None:
        with link.near.listen() as listener:
            async with s_client(link, listener) as peer:
                sock = await accept(listener)
                if way.kept:
                    keep(sock, size)
                server = await tls_over(kind, sock, ca.server_context(server_certificate), server_side=True)
                async with anyio.create_task_group() as tasks:
                    if way.reading:
                        tasks.start_soon(read, server)
                    await server.send(digits(size))
                    tasks.start_soon(server.aclose)
                    await checkpoint()
                    await peer.type(b"next request\n")
                assert await peer.ends() == 0
                assert peer.stdout == digits(size)

    await deliver("responses", answer)


@pytest.mark.guarantee("G7", "G8")
async def test_who_has_unwrapped_knows(kinds: list[str], link: Link, identity: str, ca: CertificateAuthority) -> None:
    """The peer has received everything, whatever happens to the connection then."""

    async def upload(kind: str) -> None:
        async with s_server(link, identity) as (peer, port):
            client = await tls_over(kind, await link.near.connect((FAR, port)), ca.client_context())
            await client.send(digits(MEGABYTE))
            await client.unwrap()
            await anyio.aclose_forcefully(client.below)
            await peer.says(rb"(?m)^DONE$")
            assert digits(MEGABYTE) in peer.stdout.replace(CHATTER, b"")

    good, problems = await hold(upload, kinds, 1)
    assert good == dict.fromkeys(kinds, 1), problems


@pytest.mark.guarantee("G7")
async def test_a_client_that_has_its_answer_closes_without_waiting(
    kind: str, link: Link, identity: str, client_context: ssl.SSLContext
) -> None:
    async with s_server(link, identity) as (peer, port):
        client = await tls_over(kind, await link.near.connect((FAR, port)), client_context)
        await client.send(b"request\n")
        await peer.says(b"request")
        await peer.type(b"0\n")
        assert await client.receive(100) == b"0\n"
        with link.standing_still(), anyio.fail_after(AT_ONCE):
            await client.aclose()
        await peer.says(rb"(?m)^DONE$")


@pytest.mark.guarantee("G7")
async def test_a_server_whose_client_has_said_goodbye_closes_without_waiting(
    kind: str, link: Link, server_context: ssl.SSLContext
) -> None:
    with link.near.listen() as listener:
        async with s_client(link, listener) as peer:
            server = await tls_over(kind, await accept(listener), server_context, server_side=True)
            await peer.type(b"request\n")
            assert await server.receive(100) == b"request\n"
            await server.send(b"answer\n")
            await peer.says(b"answer")
            peer.end_input()
            assert await server.receive(100) == b""
            with link.standing_still(), anyio.fail_after(AT_ONCE):
                await server.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("cancelled", [False, True], ids=["limit", "cancelled"])
async def test_a_close_ends_though_nothing_arrives(
    kind: str, cancelled: bool, link: Link, identity: str, ca: CertificateAuthority
) -> None:
    """Nobody can know whether the peer will ever receive what was sent."""
    async with s_server(link, identity) as (_, port):
        client = await tls_over(kind, await link.near.connect((FAR, port)), ca.client_context(), linger=A_MOMENT)
        with link.standing_still(), anyio.fail_after(AT_ONCE):
            await client.send(digits(4096))
            with anyio.CancelScope() as scope:
                if cancelled:
                    scope.cancel()
                await client.aclose()


# ---- the link ----


@in_ways(LOSSLESS, LOSSY._replace(loss=0.05))
async def test_link(way: Way, link: Link) -> None:
    """It takes its time, it loses packets where it should, and TCP copes."""
    with link.far.listen() as listener:
        started = time.monotonic()
        near = SocketStream(await link.near.connect(listener.getsockname()))
        assert time.monotonic() - started >= 0.05
        far = SocketStream(await accept(listener))

    async def send() -> None:
        await near.send(digits(MEGABYTE // 10))
        await near.send_eof()

    async with near, far, anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        assert b"".join([piece async for piece in far]) == digits(MEGABYTE // 10)
    assert bool(link.lost) == bool(way.loss)


def test_a_machine_may_not_allow_a_link(rng: Random, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_distance, "TUN", "/nowhere/tun")
    with pytest.raises(NoDistanceError, match=r"^no link of real distance on this machine: "), distance(rng=rng):
        pytest.fail("there is one")
