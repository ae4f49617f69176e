"""Closing: what it waits for, what is at risk, and how long it may take."""

from __future__ import annotations

import math
import socket
import ssl

import anyio
import pytest

from anyio_tls import (
    CertificateVerificationError,
    HandshakeError,
    SocketStream,
    TLSError,
    TLSStream,
    WriterTaskStream,
    _closing,
    _handshake,
)
from anyio_tls._closing import LINGER_SECONDS, SILENCE_SECONDS
from anyio_tls.testing import Certificate, CertificateAuthority

from ._link import NOT_TLS, SPOILT_HELLO, Connection, calls_of, closed
from ._pairs import Awaits, let_others_run, pair_over

SOON = 5.0
"""Seconds: far less than a close waits by default, and far more than one takes that does not wait."""


@pytest.fixture(scope="module")
def server_context(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """A server's context; the TLS version does not matter here."""
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client_context(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


@pytest.fixture
def strangers(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> Connection:
    """Before the handshake."""
    return Connection(server_context, client_context)


@pytest.fixture(params=[False, True], ids=["client", "server"])
async def connection(
    request: pytest.FixtureRequest, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> Connection:
    """Either side of one; whatever it has sent is delivered."""
    connection = Connection(server_context, client_context, server_side=request.param)
    await connection.shake_hands()
    return connection


# ---- who is in the stream ----


@pytest.mark.guarantee("G7", "G12")
@pytest.mark.parametrize(
    "farewell", [anyio.ClosedResourceError(), OSError(9, "bad"), None], ids=["closed", "error", "end"]
)
@pytest.mark.parametrize("what", ["receive", "send", "send_eof", "unwrap", "wait_writable"])
async def test_who_waits_hears_of_the_close(what: str, farewell: Exception | None, connection: Connection) -> None:
    """Whatever the transport says when it is closed under them."""
    link = connection.link
    link.farewell = farewell
    link.room = 0 if what != "unwrap" else math.inf
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, calls_of(connection.driver)[what]())
        await let_others_run()
        link.room = 1000
        with anyio.fail_after(4):
            await connection.driver.aclose()
    await closed(calls_of(connection.driver)[what]())


@pytest.mark.guarantee("G4", "G7")
async def test_aclose_says_nothing_of_a_handshake_that_will_not_be(strangers: Connection) -> None:
    strangers.link.room = 0
    with anyio.CancelScope() as scope:
        await Awaits(strangers.driver.handshake(), 2, scope.cancel)
    assert scope.cancelled_caught
    strangers.link.room = math.inf
    await strangers.driver.aclose()
    assert strangers.link.closed
    assert not strangers.link.sent


@pytest.mark.guarantee("G4", "G7")
async def test_aclose_delivers_the_alert(strangers: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the failed handshake could not."""
    monkeypatch.setattr(_closing, "ALERT_SECONDS", 0.01)
    monkeypatch.setattr(_handshake, "ALERT_SECONDS", 0.01)
    link = strangers.link

    async def get_stuck() -> None:
        await let_others_run()
        link.sent.clear()
        link.room = 0
        link.deliver(SPOILT_HELLO)

    async with anyio.create_task_group() as tg:
        tg.start_soon(get_stuck)
        with pytest.raises(HandshakeError):
            await strangers.driver.handshake()
    assert not link.sent
    link.room = math.inf
    await strangers.driver.aclose()
    assert link.sent.startswith(b"\x15")


@pytest.mark.guarantee("G4", "G7")
async def test_aclose_while_the_alert_is_on_its_way(strangers: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task in the handshake is interrupted at once; the close goes on offering the alert to the peer."""
    monkeypatch.setattr(_closing, "ALERT_SECONDS", 60)
    monkeypatch.setattr(_handshake, "ALERT_SECONDS", 60)
    link = strangers.link
    left = False

    async def fail() -> None:
        nonlocal left
        with pytest.raises((HandshakeError, anyio.ClosedResourceError)):
            await strangers.driver.handshake()
        left = True

    async with anyio.create_task_group() as tg:
        tg.start_soon(fail)
        await let_others_run()
        link.sent.clear()
        link.room = 0
        link.deliver(SPOILT_HELLO)
        await let_others_run()
        tg.start_soon(strangers.driver.aclose)
        await let_others_run()
        assert left
        assert not link.closed
        link.room = math.inf
        link.change()
    assert link.closed
    assert link.sent.startswith(b"\x15")
    assert link.most_senders == 1


@pytest.mark.guarantee("G2", "G7")
async def test_aclose_sends_after_who_was_sending_has_left(connection: Connection) -> None:
    link = connection.link
    link.room = 0
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, connection.driver.send(b"hello"))
        await let_others_run()
        tg.start_soon(connection.driver.aclose)
        await let_others_run()
        assert not link.closed
        link.room = math.inf
        link.change()
    assert link.most_senders == 1
    assert connection.heard() == b"hello"
    assert connection.peer.read(1) == b""


@pytest.mark.guarantee("G7")
async def test_close_notify_leaves_at_once(connection: Connection) -> None:
    """If there is room, even if the close is cancelled, and another task still waits for room."""
    link = connection.link
    link.room = 0
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, connection.driver.wait_writable())
        await let_others_run()
        link.room = 1000
        with anyio.CancelScope() as scope:
            scope.cancel()
            await connection.driver.aclose()
    assert link.closed
    connection.listen()
    assert connection.peer.read(1) == b""


@pytest.mark.guarantee("G2", "G7")
async def test_aclose_flushes_the_transport(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """What it still holds goes out, though there is no close_notify to send."""
    connection = Connection(server_context, client_context, standard_compatible=False)
    await connection.shake_hands()
    connection.link.unflushed = True
    await connection.driver.aclose()
    assert not connection.link.unflushed


@pytest.mark.guarantee("G7", "G11")
@pytest.mark.parametrize("what", ["send", "receive"])
async def test_who_has_sent_reads_nothing_after_the_close(
    what: str, strangers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though there was room at the last moment, before the waiting task could be interrupted."""
    monkeypatch.setattr(_closing, "ALERT_SECONDS", 0.01)
    link = strangers.link
    link.room = 0
    link.farewell = None

    def receive(max_bytes: int) -> bytes:
        raise AssertionError(f"nobody else may read {max_bytes} bytes")

    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, calls_of(strangers.driver)[what]())
        await let_others_run()
        link.room = math.inf
        link.interrupt = lambda: None  # type: ignore[method-assign]
        link.receive_nowait = receive  # type: ignore[method-assign]
        await strangers.driver.aclose()


@pytest.mark.guarantee("G7", "G12")
async def test_what_arrives_as_the_stream_closes_is_nobodys(connection: Connection) -> None:
    """Whoever waited for it is on the way to it when the close comes."""
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, connection.driver.receive(1))
        await let_others_run()
        connection.say(b"too late")
        await connection.driver.aclose()


# ---- what is at risk ----


async def say_goodbye_to_a_server(connection: Connection) -> None:
    if connection.driver.engine.server_side:
        assert connection.peer.close_writing()
        connection.answer()
        assert await connection.driver.receive(1) == b""


@pytest.mark.guarantee("G7")
async def test_nothing_at_risk_waits_for_nothing(connection: Connection) -> None:
    """A typical client has read its response, a typical server's client has sent close_notify: the close does not
    wait."""
    await say_goodbye_to_a_server(connection)
    awaits = Awaits(connection.driver.aclose(), 2, lambda: None)
    await awaits
    assert awaits.count == 1  # that of the transport's own close
    assert not connection.link.sending_shut_down
    assert connection.heard() == b""
    assert connection.peer.read(1) == b""  # close_notify all the same


@pytest.mark.guarantee("G7")
async def test_close_notify_itself_is_not_at_risk(connection: Connection) -> None:
    """It is unacknowledged for a round trip, which nobody would want to wait for."""
    link = connection.link
    await say_goodbye_to_a_server(connection)
    link.undelivered_when_sent = True
    with anyio.fail_after(SOON):
        await connection.driver.aclose()
    assert link.undelivered
    assert not link.sending_shut_down


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("end", ["close_notify", "end of the transport"])
async def test_nothing_is_at_risk_when_nothing_follows(end: str, connection: Connection) -> None:
    """Nothing will come that could make the system reset the connection, which goes on delivering by itself."""
    if end == "close_notify":
        assert connection.peer.close_writing()
        connection.answer()
        assert await connection.driver.receive(1) == b""
    else:
        connection.link.ended = True
        with pytest.raises(TLSError):
            await connection.driver.receive(1)
    connection.link.undelivered = True
    with anyio.fail_after(SOON):
        await connection.driver.aclose()
    assert not connection.link.sending_shut_down


@pytest.mark.guarantee("G7")
async def test_a_client_abandons_a_download(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """It has read some of the answer, and there is more than it would throw away."""
    connection = Connection(server_context, client_context)
    await connection.shake_hands()
    await connection.driver.send(b"request")
    connection.say(b"the answer begins")
    assert await connection.driver.receive(100) == b"the answer begins"
    connection.link.incoming += bytes(100_000)
    awaits = Awaits(connection.driver.aclose(), 2, lambda: None)
    await awaits
    assert awaits.count == 1
    assert connection.link.incoming


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("kind", ["server", "client that was talked to while it sent", "client that receives"])
async def test_a_peer_that_may_talk(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Though the peer has acknowledged everything, its next data would cause a reset."""
    connection = Connection(server_context, client_context, server_side=kind == "server")
    await connection.shake_hands()
    link = connection.link
    if kind == "client that was talked to while it sent":
        link.room = 0
        async with anyio.create_task_group() as tg:
            tg.start_soon(connection.driver.send, b"upload")
            await let_others_run()
            connection.say(b"echo")
            assert await connection.driver.receive(100) == b"echo"
            link.room = math.inf
            link.change()
    async with anyio.create_task_group() as tg:
        if kind == "client that receives":
            tg.start_soon(closed, connection.driver.receive(1))
            await let_others_run()
        tg.start_soon(connection.driver.aclose)
        await let_others_run()
        assert link.sending_shut_down
        assert not link.closed
        link.ended = True
        link.change()


@pytest.mark.guarantee("G7")
async def test_what_is_under_way_waits_for_the_peers_end(connection: Connection) -> None:
    """What the peer sends until then is discarded: several megabytes here."""
    link = connection.link
    link.undelivered = True
    link.deliver(bytes(2**22))
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await let_others_run(300)
        assert link.sending_shut_down
        assert not link.incoming
        assert not link.closed
        link.ended = True
        link.change()
    assert link.closed


@pytest.mark.guarantee("G7")
async def test_what_is_queued_is_at_risk_too(connection: Connection) -> None:
    """A cancelled send has left it; a transport takes it only now."""
    link = connection.link
    link.room = 0
    with anyio.CancelScope() as scope:
        await Awaits(connection.driver.send(b"hello"), 2, scope.cancel)
    link.room = math.inf
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await let_others_run()
        assert link.sending_shut_down
        link.ended = True
        link.change()
    assert connection.heard() == b"hello"


@pytest.mark.guarantee("G7")
async def test_a_peer_that_has_everything_and_is_silent(connection: Connection) -> None:
    """The peer need not end its half once it has acknowledged everything."""
    link = connection.link
    link.undelivered = True

    async def acknowledge() -> None:
        await let_others_run()
        assert link.sending_shut_down
        link.undelivered = False

    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as tg:
            tg.start_soon(acknowledge)
            await connection.driver.aclose()
    assert link.closed


@pytest.mark.usefixtures("patience")
@pytest.mark.guarantee("G7")
async def test_a_peer_that_has_everything_and_goes_on_talking(connection: Connection) -> None:
    """The peer may still be reading what its kernel has, and what it sends now must not cause a reset."""
    link = connection.link
    link.undelivered = True
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await let_others_run()
        link.undelivered = False
        for _ in range(3):
            await anyio.sleep(0.8)
            assert not link.closed
            link.deliver(b"more")
        link.ended = True
        link.change()
    assert link.closed


@pytest.mark.usefixtures("patience")
@pytest.mark.guarantee("G7")
async def test_a_silent_peer_that_has_everything(connection: Connection) -> None:
    """It is given up when it has been silent for a while since it acknowledged the last of it."""
    link = connection.link
    link.undelivered = True
    began = anyio.current_time()
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await anyio.sleep(0.5)
        link.undelivered = False
    assert link.closed
    assert 0.5 + SILENCE_SECONDS <= anyio.current_time() - began <= 20


@pytest.mark.guarantee("G7")
async def test_a_silent_peer_that_has_the_alert(
    server_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not waited for: a server's log waits for the close."""
    monkeypatch.setattr(_closing, "ALERT_SECONDS", 60)
    monkeypatch.setattr(_closing, "SILENCE_SECONDS", 60)
    ours, theirs = socket.socketpair()
    with theirs, anyio.fail_after(SOON):
        theirs.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with pytest.raises(HandshakeError, match="HTTP"):
            await TLSStream.wrap(SocketStream(ours), ssl_context=server_context, server_side=True)


@pytest.mark.guarantee("G4", "G7")
@pytest.mark.usefixtures("patience")
async def test_the_alert_for_a_client_that_has_more_to_send(
    ca: CertificateAuthority, server_certificate: Certificate
) -> None:
    """It is refused for its certificate, and its signature takes a moment. Whoever gets the error may close at once: so
    the handshake itself sees the alert arrive. (A client that has nothing more to say need only acknowledge it.)"""
    stranger = CertificateAuthority().issue("stranger@example.org", client=True)
    server = ca.server_context(server_certificate, require_client_certificate=True)
    connection = Connection(server, ca.client_context(stranger), server_side=True)
    refused = anyio.Event()

    async def refuse() -> None:
        with pytest.raises(CertificateVerificationError):
            await connection.driver.handshake()
        refused.set()

    async with anyio.create_task_group() as tg:
        tg.start_soon(refuse)
        while not connection.link.sending_shut_down:
            connection.peer.handshake()
            connection.answer()
            await let_others_run()
            connection.listen()
        await anyio.sleep(0.3)
        assert not refused.is_set()
        connection.link.ended = True
        connection.link.change()
        with anyio.fail_after(0.5):
            await refused.wait()
    await connection.driver.aclose()
    with pytest.raises(TLSError) as caught:
        connection.peer.read(1)
    assert caught.value.alert == "unknown_ca"


@pytest.mark.guarantee("G7")
async def test_a_silent_peer_that_has_not_got_everything(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A slow peer has not gone: the close waits as long as ``linger`` allows, and no longer."""
    connection = Connection(server_context, client_context, linger=0.5)
    await connection.shake_hands()
    connection.link.undelivered = True
    began = anyio.current_time()
    with anyio.fail_after(SOON):
        await connection.driver.aclose()
    assert anyio.current_time() - began >= 0.5
    assert connection.link.closed


# ---- flushing ----


@pytest.mark.guarantee("G7")
async def test_a_peer_that_reads_when_it_has_sent(connection: Connection) -> None:
    """It would never take what is queued if nobody took what it sends."""
    link = connection.link
    link.room = 0
    with anyio.CancelScope() as scope:
        await Awaits(connection.driver.send(b"hello"), 2, scope.cancel)
    link.deliver(bytes(2**20))
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await let_others_run(300)
        assert not link.incoming
        assert not link.sending_shut_down
        link.ended = True
        link.room = math.inf
        link.change()
    assert connection.heard() == b"hello"
    assert connection.peer.read(1) == b""


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("error", [OSError(32, "gone"), anyio.BrokenResourceError("gone")])
async def test_a_peer_that_has_gone_while_flushing(error: Exception, connection: Connection) -> None:
    link = connection.link
    link.room = 0
    with anyio.CancelScope() as scope:
        await Awaits(connection.driver.send(b"hello"), 2, scope.cancel)
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await let_others_run()
        link.send_error = error
        link.change()
    assert link.closed


@pytest.mark.guarantee("G7")
async def test_a_peer_that_has_gone_before(connection: Connection) -> None:
    """Not even close_notify can be sent."""
    connection.link.send_error = BrokenPipeError("gone")
    with anyio.fail_after(SOON):
        await connection.driver.aclose()
    assert connection.link.closed


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("farewell", [anyio.ClosedResourceError(), OSError(104, "reset")], ids=["closed", "reset"])
async def test_delivering_ends_with_the_transport(farewell: Exception, connection: Connection) -> None:
    """It is reset, or its owner closes it."""
    link = connection.link
    link.farewell = farewell
    link.undelivered = True
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await let_others_run()
        assert not link.closed
        with anyio.fail_after(SOON):
            await link.aclose()


@pytest.mark.guarantee("G7", "G9")
async def test_a_failed_connection_waits_for_its_alert_to_arrive(connection: Connection) -> None:
    """With more input to come, the close would take the alert back."""
    link = connection.link
    link.undelivered_when_sent = True
    link.deliver(NOT_TLS)
    with pytest.raises(TLSError):
        await connection.driver.receive(1)
    assert link.undelivered
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await let_others_run()
        link.deliver(NOT_TLS)
        assert link.sending_shut_down
        await let_others_run()
        assert not link.closed
        link.ended = True
        link.change()


# ---- how long ----


@pytest.mark.guarantee("G7")
def test_what_linger_is_by_default(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    for server_side in (False, True):
        connection = Connection(server_context, client_context, server_side=server_side)
        assert connection.driver._linger == LINGER_SECONDS


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("server_side", [False, True])
async def test_linger_0_waits_for_nothing(
    server_side: bool, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """What the transport takes at once is sent, and the little input is discarded, so that it does not cause a
    reset."""
    connection = Connection(server_context, client_context, server_side=server_side, linger=0)
    await connection.shake_hands()
    link = connection.link
    link.undelivered = True
    link.deliver(bytes(1000))
    awaits = Awaits(connection.driver.aclose(), 2, lambda: None)
    await awaits
    assert awaits.count == 1  # that of the transport's own close
    assert link.closed
    assert not link.incoming
    assert connection.heard() == b""
    assert connection.peer.read(1) == b""


@pytest.mark.guarantee("G7")
async def test_a_close_that_is_cancelled_closes_at_once(connection: Connection) -> None:
    connection.link.undelivered = True
    with anyio.CancelScope() as scope:
        await Awaits(connection.driver.aclose(), 2, scope.cancel)
    assert scope.cancelled_caught
    assert connection.link.closed


@pytest.mark.guarantee("G7")
async def test_a_failed_handshake_has_a_second(strangers: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing of the application's to deliver, only the alert."""
    monkeypatch.setattr(_closing, "ALERT_SECONDS", 0.01)
    strangers.link.undelivered_when_sent = True
    strangers.link.deliver(SPOILT_HELLO)
    with pytest.raises(HandshakeError):
        await strangers.driver.handshake()
    with anyio.fail_after(SOON):
        await strangers.driver.aclose()
    assert strangers.link.closed


# ---- streams over streams ----


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("kind", ["tls", "writer-task"])
@pytest.mark.parametrize("at_risk", [False, True], ids=["delivered", "under way"])
async def test_the_stream_below_decides_before_the_goodbye(
    kind: str,
    at_risk: bool,
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The close_notify of the stream above is nothing that the close of the one below would wait for."""
    async with pair_over(kind, server_context, client_context) as (client, _server):
        below = client.transport_stream
        transport = below._transport if isinstance(below, WriterTaskStream) else below._driver._pump.transport
        shut_down = []
        monkeypatch.setattr(transport, "begin_closing", lambda: at_risk)
        monkeypatch.setattr(transport, "is_undelivered", lambda: False)
        monkeypatch.setattr(transport, "shut_down_sending", lambda: shut_down.append(True))
        await client.aclose()
        assert bool(shut_down) == at_risk


@pytest.mark.guarantee("G7")
async def test_begin_closing_after_the_close(connection: Connection) -> None:
    """There is nothing left to look at."""
    await connection.driver.aclose()
    connection.driver.begin_closing()
    await connection.driver.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("cancelled", [False, True], ids=["patient", "cancelled"])
async def test_a_writer_task_stream_is_closed_twice(cancelled: bool) -> None:
    """The second close waits for the first one, which delivers; if it is cancelled, it closes at once."""
    ours, peer = map(SocketStream, socket.socketpair())
    ours.raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    async with peer, anyio.create_task_group() as tg:
        stream = WriterTaskStream(ours, tg)
        await stream.send(bytes(2**16))  # more than there is room for
        await let_others_run()
        tg.start_soon(stream.aclose)
        await let_others_run()
        async with anyio.create_task_group() as closing:
            closing.start_soon(stream.aclose)
            await let_others_run()
            assert ours.raw_socket.fileno() >= 0
            if cancelled:
                closing.cancel_scope.cancel()
            else:
                received = 0
                while received < 2**16:
                    received += len(await peer.receive())
                await peer.send_eof()
        assert ours.raw_socket.fileno() < 0
        await stream.aclose()


# ---- over a faulty stream ----


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("direction", ["receive", "send"])
async def test_the_stream_below_is_faulty(
    direction: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """What is read to be discarded is of no interest, nor is why it cannot be read. A send that fails is told."""
    async with pair_over("memory", server_context, client_context) as (client, _):
        below = client.transport_stream

        async def fail(*_args: object) -> None:
            raise KeyError("no such record")

        setattr(below, direction, fail)
        if direction == "receive":
            await client.aclose()
        else:
            with pytest.raises(KeyError, match="no such record"):
                await client.aclose()
        assert below.closed
