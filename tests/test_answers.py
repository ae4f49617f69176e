"""Replies of TLS while a task only reads: they are sent, whatever the transport and the peer do meanwhile."""

from __future__ import annotations

import contextlib
import math
import ssl
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

from anyio_tls import TLSError, _pump, connect_tls
from anyio_tls._event_loop import running_on_trio
from anyio_tls._record_layer import MAX_IDLE_RECORDS
from anyio_tls._records import count_records
from anyio_tls._states import Event
from anyio_tls.testing import Certificate, CertificateAuthority

from ._implementations import Java
from ._link import Connection, closed
from ._pairs import let_others_run, raising, raising_at_once, tls_pair, transport_pair
from ._wire import update_keys
from .observe_peers import Papers

SOON = 5.0
MUCH = 30_000_000
EVERY_KIND = ["socket", "anyio-tcp", "unix", "trio-socket", "memory", "writer-task", "tls"]


@pytest.fixture(scope="module")
def server_context(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """A server's context; the TLS version does not matter here."""
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client_context(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


@pytest.fixture
async def asked(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> Connection:
    """A client that is about to receive a KeyUpdate request, over a transport without room for the reply."""
    connection = Connection(server_context, client_context, yield_every=4)
    await connection.shake_hands()
    connection.link.room = 0
    ask(connection)
    return connection


def ask(connection: Connection) -> None:
    """Deliver a KeyUpdate that wants one back (RFC 8446 section 4.6.3)."""
    update_keys(connection.peer.ssl_object)
    with contextlib.suppress(ssl.SSLWantReadError):
        connection.peer.ssl_object.write(b"")
    connection.peer._collect()
    connection.answer()


def make_room(connection: Connection, room: float = math.inf) -> None:
    connection.link.room = room
    connection.link.change()


@pytest.mark.guarantee("G13")
async def test_many_requests_in_a_row(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """They may be as many as the records that were sent, and other tasks run meanwhile."""
    connection = Connection(server_context, client_context, yield_every=4)
    await connection.shake_hands()
    for _ in range(700):
        await connection.driver.send(b"x")
    assert connection.heard() == b"x" * 700
    for _ in range(800):
        ask(connection)
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await checkpoint()

    async with anyio.create_task_group() as tg:
        tg.start_soon(take_turns)
        connection.say(b"y")
        assert await connection.driver.receive(1) == b"y"
        tg.cancel_scope.cancel()
    assert turns >= 800 // MAX_IDLE_RECORDS - 2
    assert count_records(bytes(connection.link.sent)) == 800


class HastyJava(Java):
    """With a limit for keys of 16 MiB (by default it is 2**37 bytes)."""

    def prepare(self, papers: Path) -> None:
        super().prepare(papers)
        limit = "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^24"
        (papers / "java.security").write_text(limit, encoding="ascii")

    def command(self, papers: Path) -> list[str]:
        return ["java", f"-Djava.security.properties={papers / 'java.security'}", *super().command(papers)[1:]]


@pytest.mark.guarantee("G13")
@HastyJava.needed[0]
async def test_java_requests_keys_with_every_record(tmp_path: Path) -> None:
    """From its limit for a key until it gets ours: for most of an upload by a task that does not receive meanwhile."""
    java, papers = HastyJava(), Papers(tmp_path)
    java.prepare(papers.directory)
    data = java.ask("echo", count=MUCH) + bytes(MUCH)
    async with java.server(papers.directory) as server:
        context = papers.context("server")
        async with await connect_tls("127.0.0.1", server.port, hostname="localhost", ssl_context=context) as stream:
            for begin in range(0, len(data), 2**16):
                await stream.send(data[begin : begin + 2**16])
            count = len(await stream.receive())
            assert stream.statistics().records_received > 2 * MAX_IDLE_RECORDS
            while count < MUCH:
                count += len(await stream.receive())
        assert (await server.arrival()).count == MUCH


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("exact", [True, False], ids=["exact", "not exact"])
async def test_an_answer_leaves_beside_the_wait(exact: bool, asked: Connection) -> None:
    """The reply is sent as soon as there is room, not with the next call."""
    asked.link.exact = exact
    async with anyio.create_task_group() as tg:
        tg.start_soon(asked.driver.receive, 1)
        await let_others_run()
        assert not asked.link.sent
        make_room(asked)
        await let_others_run()
        assert asked.link.sent
        assert asked.heard() == b""
        asked.say(b"x")


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("obstacle", "error"),
    [
        (anyio.BusyResourceError("reading from"), TLSError),  # of an owner who is in the way of the peer's reasons
        (anyio.ClosedResourceError(), anyio.ClosedResourceError),
    ],
    ids=["busy", "closed"],
)
async def test_looking_for_the_reason_of_a_failed_send(
    obstacle: Exception,
    error: type[Exception],
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection = Connection(server_context, client_context, yield_every=4)
    await connection.shake_hands()
    monkeypatch.setattr(connection.link, "send_nowait", raising_at_once(BrokenPipeError("the peer has gone")))
    monkeypatch.setattr(connection.link, "receive", raising(obstacle))
    with pytest.raises(error):
        await connection.driver.send(b"x")


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("answers", [False, True], ids=["", "while it answers"])
async def test_what_arrives_as_another_task_closes(
    answers: bool, asked: Connection, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """The task that waited for it gets the closed error."""
    connection = asked
    if not answers:
        connection = Connection(server_context, client_context, yield_every=4)
        await connection.shake_hands()
    async with anyio.create_task_group() as tg:

        async def receive() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await connection.driver.receive(1)

        tg.start_soon(receive)
        await let_others_run()
        connection.say(b"x")
        connection.driver.engine.states.fire(Event.CLOSED)


@pytest.mark.guarantee("G3", "G16")
async def test_an_answer_that_the_owner_of_the_stream_below_is_in_the_way_of(asked: Connection) -> None:
    """It leaves with the next call. Neither direction has failed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asked.link, "send", raising(anyio.BusyResourceError("writing to")))
        async with anyio.create_task_group() as tg:
            tg.start_soon(asked.driver.receive, 1)
            await let_others_run()
            asked.say(b"x")
    assert not asked.link.sent
    make_room(asked)
    await asked.driver.send(b"y")
    assert asked.heard() == b"y"
    assert asked.peer.ssl_object.pending() == 0


@pytest.mark.guarantee("G3")
async def test_a_peer_that_does_not_read_does_not_hold_up_reading(asked: Connection) -> None:
    """What the peer sends is received, and the reply waits for the next call."""
    async with anyio.create_task_group() as tg:
        for data in (b"a", b"b"):
            tg.start_soon(asked.driver.receive, 1)
            await let_others_run()
            with anyio.fail_after(SOON):
                asked.say(data)
                await let_others_run()
        assert asked.driver.bytes_received == 2
        make_room(asked)
        await asked.driver.send(b"hello")
    assert asked.heard() == b"hello"


@pytest.mark.guarantee("G2", "G3")
@pytest.mark.parametrize("way", ["input", "cancelled"])
async def test_an_answer_that_cannot_be_cut_off(way: str, asked: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reply has a moment to be sent, which delays the reader; nothing of what was read is lost."""
    monkeypatch.setattr(_pump, "ANSWER_SECONDS", SOON)
    asked.link.exact = False
    received = b""
    scope = anyio.CancelScope()

    async def receive() -> None:
        nonlocal received
        with scope:
            received = await asked.driver.receive(10)

    async with anyio.create_task_group() as tg:
        tg.start_soon(receive)
        await let_others_run()
        if way == "input":
            asked.say(b"x")
        else:
            scope.cancel()
        await let_others_run()
        assert not received
        make_room(asked)
    assert asked.link.sent
    assert received == (b"x" if way == "input" else b"")
    asked.say(b"y")
    assert await asked.driver.receive(10) == b"y"


@pytest.mark.guarantee("G2", "G3")
async def test_an_answer_that_nobody_takes_is_given_up(asked: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pump, "ANSWER_SECONDS", 0.01)
    asked.link.exact = False
    async with anyio.create_task_group() as tg:
        tg.start_soon(asked.driver.receive, 10)
        await let_others_run()
        with anyio.fail_after(SOON):
            asked.say(b"x")
            while not asked.driver.bytes_received:
                await let_others_run()
    assert not asked.link.sent


@pytest.mark.guarantee("G2", "G3", "G11")
@pytest.mark.parametrize("what", ["send", "wait_writable"])
@pytest.mark.parametrize("first", ["room", "input"])
async def test_sending_beside_an_answer(what: str, first: str, asked: Connection) -> None:
    """One task at a time waits for room; whatever comes first, everything is sent in order."""
    link = asked.link
    async with anyio.create_task_group() as tg:
        tg.start_soon(asked.driver.receive, 1)
        await let_others_run()
        if what == "send":
            tg.start_soon(asked.driver.send, b"hello")
        else:
            tg.start_soon(asked.driver.wait_writable)
        await let_others_run()
        if first == "input":
            asked.say(b"x")
            await let_others_run()
        make_room(asked)
        await let_others_run()
        if first == "room":
            asked.say(b"x")
    if what == "wait_writable" and first == "input":
        await asked.driver.send(b"")
        await asked.driver.send(b"hello")
    elif what == "wait_writable":
        await asked.driver.send(b"hello")
    assert link.most_senders == 1
    assert asked.heard() == b"hello"


@pytest.mark.guarantee("G3", "G5")
@pytest.mark.parametrize(
    ("error", "fault"),
    [(OSError(32, "gone"), "peer"), (anyio.BrokenResourceError("gone"), "peer"), (KeyError("gone"), "local")],
)
async def test_an_answer_that_fails(error: Exception, fault: str, asked: Connection) -> None:
    """Then sending has failed; reading goes on."""
    async with anyio.create_task_group() as tg:
        tg.start_soon(asked.driver.receive, 1)
        await let_others_run()
        asked.link.send_error = error
        asked.link.change()
        await let_others_run()
        asked.say(b"x")
    with pytest.raises(TLSError, match="gone") as caught:
        await asked.driver.send(b"x")
    assert caught.value.fault == fault


@pytest.mark.guarantee("G3", "G5")
async def test_input_fails_beside_an_answer(asked: Connection) -> None:
    """The error is that of reading, and stands alone."""
    async with anyio.create_task_group() as tg:

        async def receive() -> None:
            with pytest.raises(TLSError, match="reset"):
                await asked.driver.receive(1)

        asked.link.receive = raising(OSError(104, "reset"))  # type: ignore[method-assign]
        tg.start_soon(receive)


@pytest.mark.guarantee("G3", "G7")
async def test_closing_beside_an_answer(asked: Connection) -> None:
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, asked.driver.receive(1))
        await let_others_run()
        make_room(asked)
        with anyio.fail_after(SOON):
            await asked.driver.aclose()
    assert asked.heard() == b""
    assert asked.peer.read(1) == b""


@pytest.mark.guarantee("G3", "G7")
async def test_closing_beside_an_answer_that_nobody_takes(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """It is sent away with who receives."""
    connection = Connection(server_context, client_context, linger=0.05)
    await connection.shake_hands()
    connection.link.room = 0
    ask(connection)
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, connection.driver.receive(1))
        await let_others_run()
        with anyio.fail_after(SOON):
            await connection.driver.aclose()
    assert connection.link.closed


@pytest.mark.guarantee("G3")
async def test_nothing_is_taken_without_a_wait_before_the_handshake(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    connection = Connection(server_context, client_context)
    assert connection.driver.offer(b"hello") == 0
    await connection.shake_hands()
    assert connection.driver.offer(b"hello") == 5
    assert connection.heard() == b"hello"


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("face", ["anyio", "trio"])
async def test_post_handshake_authentication(kind: str, face: str, ca: CertificateAuthority) -> None:
    """A server asks for a certificate while the client only reads, over every transport (RFC 8446 section 4.6.2)."""
    if (kind == "trio-socket" or face == "trio") and not running_on_trio():
        pytest.skip("needs Trio's event loop")
    server_context = ca.server_context(require_client_certificate=True)
    client_context = ca.client_context(ca.issue("client@example.org", client=True))
    server_context.post_handshake_auth = client_context.post_handshake_auth = True
    plain = ca.server_context(), ca.client_context()
    async with transport_pair(kind, *plain) as below:
        client: Any
        server: Any
        if face == "trio":
            from anyio_tls.trio import TLSStream

            client = TLSStream(below[0], client_context, server_hostname="localhost")
            server = TLSStream(below[1], server_context, server_side=True)
            async with anyio.create_task_group() as tg:
                tg.start_soon(client.do_handshake)
                tg.start_soon(server.do_handshake)
        else:
            client, server = await tls_pair(*below, server_context, client_context)
        read = {end: getattr(end, "receive_some", None) or end.receive for end in (client, server)}
        write = {end: getattr(end, "send_all", None) or end.send for end in (client, server)}
        async with anyio.create_task_group() as tg:
            tg.start_soon(write[client], b"a secret, please")
            assert await read[server]() == b"a secret, please"
            server.verify_client_post_handshake()
            tg.start_soon(write[server], b"who are you?")
            assert await read[client]() == b"who are you?"
            tg.start_soon(read[client])
            tg.start_soon(read[server])
            with anyio.fail_after(SOON):
                while not server.getpeercert():
                    await let_others_run()
            tg.cancel_scope.cancel()
        for stream in (client, server):
            await anyio.aclose_forcefully(stream)
