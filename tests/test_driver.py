"""The driver between an engine and a transport that does exactly what the test wants."""

from __future__ import annotations

import contextlib
import errno
import math
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import Any

import anyio
import pytest
from anyio import to_thread
from anyio.lowlevel import checkpoint

from anyio_tls import HandshakeError, TLSError, TruncatedError, UnexpectedDataError, _handshake, _pump
from anyio_tls._contexts import workspace_of_event_loop
from anyio_tls._engine import BUFFER_LIMIT, MAX_PLAINTEXT, TLSEngine
from anyio_tls.testing import Certificate, CertificateAuthority

from ._link import HANDSHAKE_FAILURE, NOT_TLS, SPOILT_HELLO, Connection, calls_of, closed
from ._pairs import Awaits, let_others_run, raising, raising_at_once
from ._wire import HANDSHAKE, damage, make_record, update_keys


@pytest.fixture(scope="module")
def server_context(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """A server's context; the TLS version does not matter here."""
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client_context(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


@pytest.mark.guarantee("G10")
async def test_the_connections_of_an_event_loop_share_a_workspace() -> None:
    workspace = workspace_of_event_loop()
    async with anyio.create_task_group() as tg:
        tg.start_soon(checkpoint)  # another task
        assert workspace_of_event_loop() is workspace
    others = [await to_thread.run_sync(workspace_of_event_loop) for _ in range(2)]
    assert len({id(each) for each in (workspace, *others)}) == 3


@pytest.fixture
def strangers(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> Connection:
    """Before the handshake."""
    return Connection(server_context, client_context)


@pytest.fixture
async def connection(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> Connection:
    connection = Connection(server_context, client_context, yield_every=4)
    await connection.shake_hands()
    return connection


async def which_yield(call: Callable[[], Awaitable[Any]]) -> list[int]:
    """Of ten calls, those that let other tasks run."""
    indices = []
    for index in range(10):
        awaits = Awaits(call(), 1, lambda: None)
        await awaits
        indices += [index] * awaits.struck
    return indices


# ---- a handshake that fails ----


@pytest.mark.guarantee("G13")
async def test_a_long_handshake_lets_others_run(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """However much of it is there already."""
    victim = Connection(server_context, client_context, server_side=True)
    fills = 4
    unfinished_hello = b"\1\1\0\0" + bytes(fills * BUFFER_LIMIT // 6 - 4)
    victim.link.incoming += b"".join(make_record(HANDSHAKE, bytes([byte])) for byte in unfinished_hello)
    victim.link.ended = True
    awaits = Awaits(victim.driver.handshake(), 1, lambda: None)
    with pytest.raises(TruncatedError):
        await awaits
    assert awaits.count >= fills


@pytest.mark.guarantee("G4", "G9")
async def test_the_alert_says_more_than_a_broken_pipe(strangers: Connection) -> None:
    strangers.link.send_error = BrokenPipeError("gone")
    strangers.link.deliver(HANDSHAKE_FAILURE)
    for call in (strangers.driver.handshake, lambda: strangers.driver.send(b"x"), lambda: strangers.driver.receive(1)):
        with pytest.raises(HandshakeError) as caught:
            await call()
        assert (caught.value.alert, caught.value.alert_received) == ("handshake_failure", True)


@pytest.mark.guarantee("G4", "G9")
@pytest.mark.parametrize("peer", ["silent", "gone", "not TLS"])
async def test_a_broken_pipe_without_an_alert(
    peer: str, strangers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait for the peer's alert is bounded. What the peer sends later changes nothing."""
    monkeypatch.setattr(_handshake, "ALERT_SECONDS", 0.01)
    strangers.link.send_error = BrokenPipeError("gone")
    strangers.link.ended = peer == "gone"
    if peer == "not TLS":
        strangers.link.deliver(NOT_TLS)
    for _ in range(2):
        with anyio.fail_after(5), pytest.raises(HandshakeError, match="handshake failed: gone"):
            await strangers.driver.handshake()
        strangers.link.deliver(HANDSHAKE_FAILURE)


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("peer", ["reads", "is stuck", "is gone"])
async def test_the_alert_is_offered_for_a_while(
    peer: str, strangers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_handshake, "ALERT_SECONDS", 0.01)
    link = strangers.link

    async def spoil() -> None:
        await let_others_run()
        link.sent.clear()
        link.room = 0 if peer == "is stuck" else math.inf
        link.send_error = BrokenPipeError("gone") if peer == "is gone" else None
        link.deliver(SPOILT_HELLO)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tg:
            tg.start_soon(spoil)
            with pytest.raises(HandshakeError) as caught:
                await strangers.driver.handshake()
    assert (caught.value.alert, caught.value.alert_received) == ("decode_error", False)
    assert link.sent.startswith(b"\x15") == (peer == "reads")


@pytest.mark.guarantee("G4")
async def test_a_failure_wakes_all_who_wait_for_the_handshake(strangers: Connection) -> None:
    messages = []

    async def fail(call: Callable[[], Awaitable[Any]]) -> None:
        with pytest.raises(HandshakeError) as caught:
            await call()
        messages.append(str(caught.value))

    async with anyio.create_task_group() as tg:
        for call in (strangers.driver.handshake, strangers.driver.handshake, lambda: strangers.driver.send(b"x")):
            tg.start_soon(fail, call)
        await let_others_run()
        assert not messages
        strangers.link.deliver(HANDSHAKE_FAILURE)
    assert len(messages) == 3
    assert len(set(messages)) == 1


@pytest.mark.guarantee("G4", "G9")
@pytest.mark.parametrize("direction", ["receive", "send"])
async def test_a_fault_of_the_stream_below_ends_the_handshake(
    direction: str, strangers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call that meets it raises it unchanged; waiting and later calls raise an error with it as the cause."""
    monkeypatch.setattr(_handshake, "ALERT_SECONDS", 0.01)
    driver, link = strangers.driver, strangers.link
    fault = KeyError("no such record")
    link.room = math.inf if direction == "receive" else 0

    async def fail() -> None:
        with pytest.raises(HandshakeError, match="no such record") as caught:
            await driver.handshake()
        assert (caught.value.fault, caught.value.__cause__) == ("local", fault)

    async with anyio.create_task_group() as tg:
        with monkeypatch.context() as patch:
            patch.setattr(link, direction, raising(fault))
            tg.start_soon(fail)
            with pytest.raises(KeyError) as caught:
                await driver.handshake()
        assert caught.value is fault
        link.room = math.inf
    await fail()


@pytest.mark.guarantee("G4", "G9")
async def test_the_last_flight_cannot_be_sent(strangers: Connection) -> None:
    """The handshake has failed, though OpenSSL has completed it."""

    async def fail() -> None:
        with pytest.raises(HandshakeError, match=r"^TLS handshake failed: gone$") as caught:
            await strangers.driver.handshake()
        assert (caught.value.phase, caught.value.fault) == ("handshake", "peer")

    async with anyio.create_task_group() as tg:
        tg.start_soon(fail)
        await let_others_run()
        strangers.listen()
        strangers.peer.handshake()
        strangers.link.send_error = BrokenPipeError("gone")
        strangers.answer()
    await fail()


@pytest.mark.guarantee("G4", "G11")
@pytest.mark.parametrize("room", [0, math.inf], ids=["sending", "receiving"])
async def test_a_cancelled_handshake_is_taken_over(room: float, strangers: Connection) -> None:
    """By one of those who wait for it, and not by more."""
    strangers.link.room = room
    async with anyio.create_task_group() as tg:
        async with anyio.create_task_group() as first:
            first.start_soon(strangers.driver.handshake)
            await let_others_run()
            for _ in range(3):
                tg.start_soon(strangers.driver.handshake)
            await let_others_run()
            first.cancel_scope.cancel()
        await let_others_run()
        strangers.link.room = math.inf
        strangers.link.change()
        await let_others_run()
        strangers.listen()
        await strangers.shake_hands_with()
    assert strangers.link.most_senders <= 1


@pytest.mark.guarantee("G13")
async def test_a_cancellation_beside_the_end_of_the_handshake(
    strangers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That call notices it. The next one may be too late: a connection pool may count with a connection by then that
    nobody uses. The handshake is complete nevertheless."""
    scope = anyio.CancelScope()
    complete = TLSEngine._complete_handshake

    def complete_and_cancel(engine: TLSEngine) -> None:
        complete(engine)
        if engine is strangers.driver.engine:
            scope.cancel()

    async def shake_hands() -> None:
        with scope:
            await strangers.driver.handshake()

    monkeypatch.setattr(TLSEngine, "_complete_handshake", complete_and_cancel)
    async with anyio.create_task_group() as tg:
        tg.start_soon(shake_hands)
        await strangers.shake_hands_with()
    assert scope.cancelled_caught
    assert strangers.driver.handshaken
    await strangers.driver.handshake()


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("standard_compatible", [True, False])
async def test_the_transport_ends_during_the_handshake(
    standard_compatible: bool, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Which is the end for a receive that does not insist on close_notify."""
    strangers = Connection(server_context, client_context, standard_compatible=standard_compatible)
    strangers.link.ended = True
    for _ in range(2):
        if standard_compatible:
            with pytest.raises(TruncatedError):
                await strangers.driver.receive(1)
        else:
            assert await strangers.driver.receive(1) == b""
    with pytest.raises(TruncatedError):
        await strangers.driver.handshake()


@pytest.mark.guarantee("G7", "G12")
@pytest.mark.parametrize("what", ["handshake", "receive", "send", "send_eof", "unwrap"])
async def test_closed_before_the_handshake_began(what: str, strangers: Connection) -> None:
    """At the call's first await."""
    driver = strangers.driver
    async with anyio.create_task_group() as tg:
        await closed(Awaits(calls_of(driver)[what](), 1, lambda: tg.start_soon(driver.aclose)))
    assert strangers.link.closed


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("what", ["receive", "send", "send_eof", "unwrap"])
async def test_whoever_comes_first_shakes_hands(what: str, strangers: Connection) -> None:
    async with anyio.create_task_group() as tg:
        tg.start_soon(calls_of(strangers.driver)[what])
        await strangers.shake_hands_with()
        strangers.say(b"hello") if what == "receive" else strangers.peer.close_writing()
        strangers.answer()
    strangers.listen()
    assert strangers.peer.read(10) == {"receive": None, "send": b"x", "send_eof": b"", "unwrap": b""}[what]


# ---- letting others run ----


@pytest.mark.guarantee("G13")
async def test_every_nth_receive_yields(connection: Connection) -> None:
    """Counted from the last one that had to wait."""
    driver = connection.driver
    connection.say(bytes(100))
    assert await which_yield(lambda: driver.receive(1)) == [3, 7]
    assert len(await driver.receive(100)) == 90
    for _ in range(2):
        async with anyio.create_task_group() as tg:
            tg.start_soon(driver.receive, 100)
            await let_others_run()
            connection.say(bytes(100))
    connection.say(bytes(100))
    assert await which_yield(lambda: driver.receive(1)) == [3, 7]


@pytest.mark.guarantee("G13")
async def test_every_nth_receive_yields_that_took_from_the_transport(connection: Connection) -> None:
    """Without having to wait for it."""
    connection.peer.write(b"x")
    connection.link.piece = len(connection.peer.outgoing)
    for _ in range(9):
        connection.peer.write(b"x")
    connection.answer()
    assert await which_yield(lambda: connection.driver.receive(1)) == [3, 7]


@pytest.mark.guarantee("G13")
async def test_receives_in_bulk_count_as_many(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """As many as the records that they give out, and one."""
    connection = Connection(server_context, client_context, yield_every=20)
    await connection.shake_hands()
    connection.link.piece = 2**20
    connection.say(b"x")  # and the tickets
    assert await connection.driver.receive(1) == b"x"
    sizes: list[int] = []
    for _ in range(14):
        while connection.peer.write(bytes(MAX_PLAINTEXT)):
            pass
        connection.answer()

    async def receive() -> None:
        sizes.append(len(await connection.driver.receive(4 * MAX_PLAINTEXT)))

    yields = await which_yield(receive)
    expected, work = [], 1  # for the first call
    for number, size in enumerate(sizes):
        work += 1 + size // MAX_PLAINTEXT
        if work >= 20:
            expected.append(number)
            work = 0
    assert yields == expected
    assert len(yields) == 2
    assert sizes.count(4 * MAX_PLAINTEXT) > 7  # of 10; the others are what was left of a piece of the transport


@pytest.mark.guarantee("G10")
async def test_in_bulk_so_much_is_held(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """More than there is room for otherwise, but no more than 256 KiB, however much the transport has."""
    connection = Connection(server_context, client_context)
    await connection.shake_hands()
    connection.link.piece = 2**20
    for _ in range(10):
        while connection.peer.write(bytes(MAX_PLAINTEXT)):
            pass
        connection.answer()
    assert len(connection.link.incoming) > 2**19
    engine, largest = connection.driver.engine, 0
    for _ in range(40):
        await connection.driver.receive(MAX_PLAINTEXT)
        largest = max(largest, BUFFER_LIMIT - engine.room)
    assert BUFFER_LIMIT < largest <= 2**18


@pytest.mark.guarantee("G4")
async def test_who_waits_for_input_has_replied_before(connection: Connection) -> None:
    """To what came without data."""
    update_keys(connection.peer.ssl_object)
    with contextlib.suppress(ssl.SSLWantReadError):
        connection.peer.ssl_object.write(b"")
    connection.peer._collect()
    connection.answer()
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.receive, 1)
        await let_others_run()
        assert connection.link.sent
        assert connection.heard() == b""
        connection.say(b"x")


@pytest.mark.guarantee("G13")
async def test_waiting_for_who_takes_input_is_a_wait_too(connection: Connection) -> None:
    waited = []

    async def fill() -> None:
        waited.append(await connection.driver._pump.fill())

    async with anyio.create_task_group() as tg:
        tg.start_soon(fill)
        tg.start_soon(fill)
        await let_others_run()
        connection.say(b"x")
    assert waited == [True, True]


@pytest.mark.guarantee("G13")
@pytest.mark.parametrize(("kib", "yields"), [(672, 0), (784, 1), (1456, 1), (1568, 2)])
async def test_a_large_item_yields(kib: int, yields: int, connection: Connection) -> None:
    """Once in 784 KiB that the transport takes without a wait."""
    awaits = Awaits(connection.driver.send(bytes(kib * 2**10)), 0, lambda: None)
    await awaits
    assert awaits.count == yields
    assert len(connection.link.sent) > kib * 2**10


@pytest.mark.guarantee("G13")
async def test_every_nth_send_yields(connection: Connection) -> None:
    driver, link = connection.driver, connection.link
    assert await which_yield(lambda: driver.send(b"x")) == [3, 7]
    link.room = 0
    async with anyio.create_task_group() as tg:
        tg.start_soon(driver.send, b"x")
        await let_others_run()
        link.room = math.inf
        link.change()
    assert await which_yield(lambda: driver.send(b"x")) == [3, 7]


@pytest.mark.guarantee("G1", "G13")
async def test_a_receive_cancelled_as_it_yields_keeps_the_data(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    connection = Connection(server_context, client_context)
    await connection.shake_hands()
    driver = connection.driver
    connection.say(b"hello")
    assert await driver.receive(1) == b"h"
    with anyio.CancelScope() as scope:
        await Awaits(driver.receive(2), 1, scope.cancel)
    assert scope.cancelled_caught
    assert driver.bytes_received == 1
    assert await driver.receive(10) + await driver.receive(10) == b"ello"


# ---- writing ----


@pytest.mark.guarantee("G2")
async def test_send_returns_when_all_is_out(connection: Connection) -> None:
    connection.link.room = 10
    sent = False

    async def send() -> None:
        nonlocal sent
        await connection.driver.send(b"hello")
        sent = True

    async with anyio.create_task_group() as tg:
        tg.start_soon(send)
        for _ in range(2):
            await let_others_run()
            assert not sent
            connection.link.room = 10
            connection.link.change()
    assert connection.heard() == b"hello"


@pytest.mark.guarantee("G2", "G3")
async def test_what_a_cancelled_send_left_leaves_with_the_next_receive(connection: Connection) -> None:
    connection.link.room = 0
    with anyio.CancelScope() as scope:
        await Awaits(connection.driver.send(b"hello"), 2, scope.cancel)
    assert scope.cancelled_caught
    assert connection.driver.bytes_sent == 5
    connection.link.room = math.inf
    connection.say(b"x")
    assert await connection.driver.receive(1) == b"x"
    assert connection.heard() == b"hello"


@pytest.mark.guarantee("G9")
async def test_the_alert_leaves_at_once_when_reading_fails(connection: Connection) -> None:
    connection.peer.write(b"damaged")
    damage(connection.peer.outgoing, -1)
    connection.answer()
    with pytest.raises(TLSError):
        await connection.driver.receive(1)
    with pytest.raises(TLSError) as caught:
        connection.heard()
    assert (caught.value.alert, caught.value.alert_received) == ("bad_record_mac", True)


@pytest.mark.guarantee("G6", "G13")
async def test_half_close_does_not_wait_for_room_that_is_there(connection: Connection) -> None:
    awaits = Awaits(connection.driver.send_eof(), 0, lambda: None)
    await awaits
    assert awaits.count == 1
    connection.listen()
    assert connection.peer.read(1) == b""


@pytest.mark.guarantee("G6", "G9")
async def test_half_close_fails(connection: Connection) -> None:
    link = connection.link
    link.room = 0

    async def fail() -> None:
        with pytest.raises(TLSError, match="writing failed: gone"):
            await connection.driver.send_eof()

    async with anyio.create_task_group() as tg:
        tg.start_soon(fail)
        await let_others_run()
        link.send_error = BrokenPipeError("gone")
        link.change()


@pytest.mark.guarantee("G9")
async def test_a_failure_to_send_is_remembered_while_reading(connection: Connection) -> None:
    """Reading goes on; sending does not, whatever the transport says later."""
    link = connection.link
    link.room = 0
    with anyio.CancelScope() as scope:
        await Awaits(connection.driver.send(b"hello"), 2, scope.cancel)
    link.send_error = BrokenPipeError("gone")
    connection.say(b"x")
    assert await connection.driver.receive(1) == b"x"
    link.send_error = None
    link.room = math.inf
    with pytest.raises(TLSError, match="writing failed: gone"):
        await connection.driver.send(b"x")


@pytest.mark.guarantee("G9")
async def test_a_fault_of_the_stream_below_ends_its_direction(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As its errors do; but who meets it sees it as it is."""
    driver, link = connection.driver, connection.link
    link.room = 0
    with monkeypatch.context() as patch:
        patch.setattr(link, "send", raising(KeyError("no such record")))
        with pytest.raises(KeyError):
            await driver.send(b"x")
    link.room = math.inf
    for call in (driver.wait_writable, lambda: driver.send(b"x")):
        with pytest.raises(TLSError, match="writing failed: 'no such record'") as caught:
            await call()
        assert (caught.value.phase, caught.value.fault) == ("writing", "local")
    connection.say(b"x")
    assert await driver.receive(1) == b"x"
    with monkeypatch.context() as patch:
        patch.setattr(link, "receive", raising(KeyError("no such record")))
        with pytest.raises(KeyError):
            await driver.receive(1)
    connection.say(b"x")
    with pytest.raises(TLSError, match="reading failed: 'no such record'") as caught:
        await driver.receive(1)
    assert (caught.value.phase, caught.value.fault) == ("reading", "local")


@pytest.mark.guarantee("G9")
async def test_a_lack_of_descriptors_is_not_the_peers_fault(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transport may need one more to wait."""
    monkeypatch.setattr(connection.link, "receive", raising(OSError(errno.EMFILE, "Too many open files")))
    with pytest.raises(TLSError, match="Too many open files") as caught:
        await connection.driver.receive(1)
    assert (caught.value.phase, caught.value.fault) == ("reading", "local")


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("call", ["handshake", "send", "is_readable"])
async def test_a_lack_of_buffers_is_not_the_peers_fault(
    call: str, strangers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it shows that the kernel has none."""
    no_buffers = raising_at_once(OSError(errno.ENOBUFS, "No buffer space available"))
    driver, link = strangers.driver, strangers.link
    if call == "handshake":
        monkeypatch.setattr(link, "send_nowait", no_buffers)
    else:
        await strangers.shake_hands()
        monkeypatch.setattr(link, "receive_nowait" if call == "is_readable" else "send_nowait", no_buffers)
        strangers.say(b"x")
        assert driver.is_readable()
    meet = partial(driver.receive, 1) if call == "is_readable" else partial(driver.send, b"x")
    with pytest.raises(TLSError, match="No buffer space available") as caught:
        await meet()
    assert caught.value.fault == "local"


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("what", ["receive", "send"])
async def test_the_close_explains_every_error_below(
    what: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream that is closed while a task waits in it may fail there as it likes."""
    leave = anyio.Event()

    async def fail(*_args: object) -> None:
        await leave.wait()
        raise KeyError("no such record")

    connection.link.room = 0
    connection.link.lingers = True  # as streams do that may raise anything
    monkeypatch.setattr(connection.link, what, fail)
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, calls_of(connection.driver)[what]())
        await let_others_run()
        leave.set()
        connection.link.room = math.inf
        await connection.driver.aclose()


@pytest.mark.guarantee("G9", "G12")
async def test_waiting_for_room_fails(connection: Connection) -> None:
    """A closed transport is a closed stream; its errors stick."""
    driver, link = connection.driver, connection.link
    link.wait_writable = raising(anyio.ClosedResourceError())  # type: ignore[method-assign]
    await closed(driver.wait_writable())
    link.wait_writable = raising(OSError("no room"))  # type: ignore[method-assign]
    for call in (driver.wait_writable, lambda: driver.send(b"x")):
        with pytest.raises(TLSError, match="writing failed: no room"):
            await call()


@pytest.mark.guarantee("G11")
@pytest.mark.parametrize("first", ["receive", "wait_writable"])
async def test_waiting_for_room_amid_the_handshake(first: str, strangers: Connection) -> None:
    """Of a task that receives, whichever of the two comes first."""
    strangers.link.room = 0
    calls = calls_of(strangers.driver)
    async with anyio.create_task_group() as tg:
        for call in sorted(("receive", "wait_writable"), key=lambda call: call != first):
            tg.start_soon(calls[call])
            await let_others_run()
        strangers.link.room = math.inf
        strangers.link.change()
        await strangers.shake_hands_with()
        strangers.say(b"x")
    assert strangers.link.most_senders <= 1


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # which says so
async def test_a_call_from_another_event_loop(connection: Connection) -> None:
    """It fails, and nothing else does. (Over a stream that lets it.)"""
    link: Any = connection.link
    really_receive, link.receive = link.receive, raising(RuntimeError("attached to a different loop"))
    for backend in ("asyncio", "trio"):
        with pytest.raises(RuntimeError, match="attached"):
            await to_thread.run_sync(partial(anyio.run, connection.driver.receive, 1, backend=backend))
    link.receive = really_receive
    connection.say(b"x")
    assert await connection.driver.receive(1) == b"x"


@pytest.mark.guarantee("G13")
async def test_a_handshake_that_is_continued_lets_others_run(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Wherever it was cancelled: even if it had received all that it needs."""
    for n in count(1):
        connection = Connection(server_context, client_context)
        connection.link.piece = 500
        async with anyio.create_task_group() as tg:
            tg.start_soon(connection.shake_hands_with)
            with anyio.CancelScope() as scope:
                await Awaits(connection.driver.handshake(), n, scope.cancel)
            awaits = Awaits(connection.driver.handshake(), 1, lambda: None)
            await awaits
            assert awaits.struck
        if not scope.cancel_called:
            break
    assert n > 3


@pytest.mark.guarantee("G9", "G15")
async def test_a_handshake_that_is_begun_too_late(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """By us: the peer has not been given a chance."""
    connection = Connection(server_context, client_context, handshake_timeout=0.01)
    await anyio.sleep(0.02)
    for call in (connection.driver.handshake, lambda: connection.driver.receive(1)):
        with pytest.raises(TimeoutError, match=r"took more than 0\.01 s until it was begun") as caught:
            await call()
        assert isinstance(caught.value, TLSError)
        assert caught.value.fault == "local"


@pytest.mark.guarantee("G11")
@pytest.mark.parametrize("other", ["receive", "send"])
async def test_unwrap_is_both_reading_and_writing(other: str, connection: Connection) -> None:
    driver = connection.driver
    connection.link.room = 0
    async with anyio.create_task_group() as tg:
        tg.start_soon(calls_of(driver)[other])
        await let_others_run()
        with pytest.raises(anyio.BusyResourceError):
            await driver.unwrap(None)
        tg.cancel_scope.cancel()
    connection.link.room = math.inf
    connection.say(b"x")
    assert await driver.receive(1) == b"x"
    await driver.send(b"hello")
    assert connection.heard().endswith(b"hello")


@pytest.mark.guarantee("G8")
async def test_unwrap_says_nothing_while_there_is_data(connection: Connection) -> None:
    """Which has been decrypted already: the connection is as it was."""
    driver = connection.driver
    connection.say(b"unread")
    assert await driver.receive(1) == b"u"
    with pytest.raises(UnexpectedDataError, match="receive it, then unwrap again"):
        await driver.unwrap(None)
    await driver.send(b"hello")
    assert connection.heard() == b"hello"
    assert await driver.receive(10) == b"nread"


@pytest.mark.guarantee("G5", "G8")
@pytest.mark.parametrize("standard_compatible", [False, True])
async def test_unwrap_needs_close_notify(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, *, standard_compatible: bool
) -> None:
    """Also where receiving does without: who unwraps to know that the peer has read everything is not told so."""
    connection = Connection(server_context, client_context, standard_compatible=standard_compatible)
    await connection.shake_hands()
    connection.link.ended = True
    for _ in range(2):
        with pytest.raises(TruncatedError):
            await connection.driver.unwrap(None)


@pytest.mark.guarantee("G7", "G12")
@pytest.mark.parametrize("call", ["handshake", "receive", "send", "send_eof", "unwrap"])
async def test_closed_by_the_task_that_did_the_handshake(
    call: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Who waited for that has no stream, though the handshake is complete."""
    connection = Connection(server_context, client_context)

    async def shake_hands_and_close() -> None:
        await connection.driver.handshake()
        connection.link.ended = True
        await connection.driver.aclose()

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tg:
            tg.start_soon(shake_hands_and_close)
            await let_others_run()
            tg.start_soon(closed, calls_of(connection.driver)[call]())
            await let_others_run()
            await connection.shake_hands_with()


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # where the order of tasks is certain
async def test_closed_as_unwrap_begins(connection: Connection) -> None:
    """It has no stream to hand back, even if the peer's close_notify is there."""
    connection.peer.close_writing()
    connection.answer()
    assert connection.driver.is_readable()
    async with anyio.create_task_group() as tg:
        call = Awaits(connection.driver.unwrap(None), 1, lambda: tg.start_soon(connection.driver.aclose))
        await closed(call)


@pytest.mark.guarantee("G7", "G8", "G12")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_closed_as_unwrap_gets_room(connection: Connection) -> None:
    """What it was to hand back is closed."""
    driver, link = connection.driver, connection.link
    connection.peer.close_writing()
    connection.answer()
    assert await driver.receive(1) == b""
    link.room = 0
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tg:
            tg.start_soon(closed, driver.unwrap(None))
            await let_others_run()
            link.room = 2**20
            link.change()
            await driver.aclose()


@pytest.mark.guarantee("G8")
async def test_unwrap_can_be_tried_again(connection: Connection) -> None:
    driver = connection.driver
    for _ in range(2):
        with pytest.raises(TimeoutError):
            await driver.unwrap(0.01)
    connection.listen()
    assert connection.peer.read(1) == b""
    connection.peer.close_writing()
    connection.answer()
    connection.link.deliver(b"plain text")
    assert await driver.unwrap(None) == b"plain text"
    assert connection.link.released
    assert not connection.link.closed
    for call in calls_of(driver).values():
        await closed(call())
    awaits = Awaits(driver.aclose(), 0, lambda: None)
    await awaits
    assert awaits.count == 1  # a checkpoint, and nothing else
    assert not connection.link.closed


# ---- a send that fails ----


@pytest.fixture
async def rejected(
    ca: CertificateAuthority, server_certificate: Certificate, client_context: ssl.SSLContext
) -> Connection:
    """A TLS 1.3 client that learns only after its handshake that the server demands a certificate."""
    strict = ca.server_context(server_certificate, require_client_certificate=True)
    connection = Connection(strict, client_context, yield_every=4)
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.handshake)
        while not connection.driver.handshaken:
            await let_others_run()
            connection.listen()
            with contextlib.suppress(TLSError):
                connection.peer.handshake()
            if not connection.driver.handshaken:
                connection.answer()
    connection.listen()
    with pytest.raises(TLSError, match="certificate_required"):
        connection.peer.handshake()
    return connection


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("how", ["at once", "in the middle", "send_eof", "wait_writable"])
async def test_a_send_that_fails_tells_the_alert_that_the_peer_left(how: str, rejected: Connection) -> None:
    """And so does every later call."""
    link, driver = rejected.link, rejected.driver
    rejected.answer()
    link.send_error = BrokenPipeError(32, "gone")
    if how == "wait_writable":
        link.wait_writable = raising(link.send_error)  # type: ignore[method-assign]
    calls = {"send_eof": driver.send_eof, "wait_writable": driver.wait_writable}
    call = calls.get(how, lambda: driver.send(bytes(100_000 if how == "in the middle" else 1)))
    for again in (call, lambda: driver.send(b"x"), lambda: driver.receive(1)):
        with pytest.raises(TLSError) as caught:
            await again()
        error = caught.value
        assert (error.alert, error.alert_received, error.fault) == ("certificate_required", True, "local")


@pytest.mark.guarantee("G9")
async def test_a_send_that_fails_beside_a_reader(rejected: Connection) -> None:
    """Who reads finds the alert; who sends waits for that."""

    async def read() -> None:
        with pytest.raises(TLSError, match="certificate_required"):
            await rejected.driver.receive(100)

    async def send() -> None:
        with pytest.raises(TLSError, match="certificate_required"):
            await rejected.driver.send(b"x")

    async with anyio.create_task_group() as tg:
        tg.start_soon(read)
        await let_others_run()
        rejected.link.send_error = BrokenPipeError(32, "gone")
        tg.start_soon(send)
        await let_others_run()
        rejected.answer()


@pytest.mark.guarantee("G9", "G10")
@pytest.mark.parametrize("peer", ["silent", "gone", "talking", "refused"])
async def test_a_send_that_fails_without_an_alert(
    peer: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transport's own error, soon, and no more held of what the peer had to say than may be."""
    monkeypatch.setattr(_pump, "EXPLANATION_SECONDS", 0.01)
    link = connection.link
    if peer == "talking":
        for _ in range(30):
            connection.say(bytes(10_000))
    elif peer == "refused":
        link.deliver(NOT_TLS)
    link.ended = peer == "gone"
    link.send_error = BrokenPipeError(32, "gone")
    for _ in range(2):
        with anyio.fail_after(5), pytest.raises(TLSError, match=r"writing failed: .*gone") as caught:
            await connection.driver.send(b"x")
        assert not caught.value.alert_received
    assert connection.driver.engine.pending <= BUFFER_LIMIT


@pytest.mark.guarantee("G6", "G13")
async def test_send_eof_in_a_cancelled_scope(connection: Connection) -> None:
    """With nothing to wait for it does its work, and what is done to close afterwards is done."""
    with anyio.CancelScope() as scope:
        scope.cancel()
        await connection.driver.send_eof()
    assert not scope.cancelled_caught
    assert connection.heard() == b""
    assert connection.peer.read(1) == b""


@pytest.mark.guarantee("G6", "G13")
async def test_send_eof_that_has_to_wait_in_a_cancelled_scope(connection: Connection) -> None:
    """It is cancelled, and close_notify leaves with the next operation."""
    connection.link.room = 0
    with anyio.CancelScope() as scope:
        scope.cancel()
        await connection.driver.send_eof()
    assert scope.cancelled_caught
    assert not connection.link.sent
    connection.link.room = math.inf
    await connection.driver.send_eof()
    assert connection.heard() == b""
    assert connection.peer.read(1) == b""


@pytest.mark.guarantee("G7", "G12")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # where the order of tasks is certain
async def test_closed_while_send_lets_others_run(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Without close_notify too, nothing is sent behind the close."""
    connection = Connection(server_context, client_context, standard_compatible=False, yield_every=1)
    await connection.shake_hands()
    async with anyio.create_task_group() as tg:
        call = connection.driver.send(bytes(2**21))
        with pytest.raises(anyio.ClosedResourceError):
            await Awaits(call, 1, lambda: tg.start_soon(connection.driver.aclose))


@pytest.mark.guarantee("G7", "G12")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # where the order of tasks is certain
async def test_closed_before_send_has_sent(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """AnyIO's face lets others run now and then, and before it sends: nothing follows a close that comes then."""
    connection = Connection(server_context, client_context, standard_compatible=False, yield_every=2)
    await connection.shake_hands()
    await connection.driver.send(b"first")
    async with anyio.create_task_group() as tg:
        call = Awaits(connection.driver.send(b"second"), 1, lambda: tg.start_soon(connection.driver.aclose))
        with pytest.raises(anyio.ClosedResourceError):
            await call
    assert call.struck
    assert connection.heard() == b"first"


@pytest.mark.guarantee("G13")
async def test_send_lets_others_run_when_it_has_sent(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """So that the peer is at work meanwhile. A close that comes then does not concern it any more."""
    connection = Connection(server_context, client_context, yield_every=1)
    await connection.shake_hands()
    heard = []

    def close() -> None:
        heard.append(connection.heard())
        tg.start_soon(connection.driver.aclose)

    async with anyio.create_task_group() as tg:
        await Awaits(connection.driver.send(b"hello"), 1, close)
    assert heard == [b"hello"]


@pytest.mark.guarantee("G13")
async def test_the_end_of_a_handshake_lets_others_run(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Where an end without close_notify is one, each call that finds it again is a checkpoint too."""
    connection = Connection(server_context, client_context, standard_compatible=False)
    connection.link.ended = True
    for _ in range(3):
        awaits = Awaits(connection.driver.receive(1), 1, lambda: None)
        assert await awaits == b""
        assert awaits.struck
