"""The driver between an engine and a transport that does exactly what the test wants."""

from __future__ import annotations

import contextlib
import math
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import anyio
import pytest
from anyio import to_thread
from anyio.lowlevel import checkpoint

from anyio_tls import HandshakeError, TLSError, TruncatedError, UnexpectedDataError, _driver
from anyio_tls._driver import TLSDriver, workspace_of_event_loop
from anyio_tls._engine import MAX_PLAINTEXT, TLSEngine
from anyio_tls._errors import ErrorClasses
from anyio_tls._queue import SendQueue
from anyio_tls.testing import Certificate, CertificateAuthority

from ._pairs import Awaits, raising
from ._wire import damage, make_engine, update_keys
from .test_close import let_others_run

HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"
NOT_TLS = b"HTTP/1.1 400 Bad Request\r\n"
SPOILT_HELLO = b"\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"


@pytest.fixture(scope="module")
def server_context(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """A server's context; the TLS version does not matter here."""
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client_context(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


class Link:
    """A transport whose other end is in the hands of the test."""

    lingers = False
    unflushed = False

    def __init__(self) -> None:
        self.incoming = bytearray()
        self.ended = False
        self.sent = bytearray()
        self.room = math.inf  # how many bytes it takes before sending has to wait
        self.piece = 2**16  # how many bytes it delivers at most
        self.send_error: Exception | None = None
        self.farewell: Exception | None = anyio.ClosedResourceError()  # what calls raise once it is closed
        self.sending_shut_down = False
        self.released = False
        self.closed = False
        self.most_senders = 0  # at a time
        self._senders = 0
        self._receiving = False
        self._changed = anyio.Event()
        self._interrupted: anyio.Event | None = None

    def change(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    def deliver(self, data: bytes) -> None:
        self.incoming += data
        self.change()

    def receive_nowait(self, max_bytes: int) -> bytes | None:
        if self.closed and self.farewell:
            raise self.farewell
        max_bytes = min(max_bytes, self.piece)
        data = bytes(self.incoming[:max_bytes])
        del self.incoming[:max_bytes]
        return data if data or self.ended or self.closed else None

    async def receive(self, max_bytes: int) -> bytes:
        assert not self._receiving, "at most one task at a time"
        self._receiving = True
        try:
            await checkpoint()
            while (data := self.receive_nowait(max_bytes)) is None:
                await self._changed.wait()
            return data
        finally:
            self._receiving = False

    def send_nowait(self, queue: SendQueue) -> None:
        if self.closed and self.farewell:
            raise self.farewell
        if self.send_error:
            raise self.send_error
        size = int(min(self.room, len(queue)))
        self.room -= size
        self.sent += queue.data[:size]
        queue.remove(size)

    async def send(self, queue: SendQueue) -> None:
        self._senders += 1
        self.most_senders = max(self.most_senders, self._senders)
        try:
            await self.wait_writable()
        finally:
            self._senders -= 1
        self.send_nowait(queue)
        self.unflushed = False

    async def wait_writable(self) -> None:
        await checkpoint()
        while not (self.room or self.closed or self.send_error):
            changed = self._changed
            await changed.wait()
            if changed is self._interrupted:
                raise self.farewell or anyio.ClosedResourceError

    def interrupt(self) -> None:
        self._interrupted = self._changed
        self.change()

    def has_unread_input(self) -> bool:
        return bool(self.incoming)

    def shut_down_sending(self) -> None:
        self.sending_shut_down = True

    def release(self) -> bytes:
        self.released = True
        return b""

    async def aclose(self) -> None:
        self.closed = True
        self.change()
        await checkpoint()


class Connection:
    """A driver over a link, and the engine of its peer, which does nothing by itself."""

    def __init__(
        self,
        server_context: ssl.SSLContext,
        client_context: ssl.SSLContext,
        *,
        server_side: bool = False,
        **options: Any,
    ) -> None:
        standard_compatible = options.get("standard_compatible", True)
        self.link = Link()
        self.driver = TLSDriver(
            TLSEngine(
                server_context if server_side else client_context,
                server_side=server_side,
                server_hostname=None if server_side else "localhost",
                standard_compatible=standard_compatible,
                errors=ErrorClasses(),
            ),
            self.link,
            standard_compatible=standard_compatible,
            linger=options.get("linger"),
            yield_every=options.get("yield_every", 1),
            errors=ErrorClasses(),
        )
        self.peer = make_engine(client_context if server_side else server_context, server_side=not server_side)

    async def shake_hands(self) -> None:
        async with anyio.create_task_group() as tg:
            tg.start_soon(self.driver.handshake)
            await self.shake_hands_with()

    async def shake_hands_with(self) -> None:
        """The peer's part."""
        while not (self.driver.handshaken and self.peer.handshake()):
            self.peer.handshake()
            self.answer()
            await let_others_run()
            self.listen()

    def answer(self) -> None:
        """Deliver what the peer has to say."""
        self.link.deliver(bytes(self.peer.outgoing))
        self.peer.outgoing.clear()

    def listen(self) -> None:
        """Let the peer have what was sent."""
        if self.link.sent:
            self.peer.feed(bytes(self.link.sent))
        self.link.sent.clear()

    def say(self, data: bytes) -> None:
        assert self.peer.write(data) == len(data)
        self.answer()

    def heard(self) -> bytes:
        self.listen()
        got = bytearray()
        while data := self.peer.read(2**16):
            got += data
        return bytes(got)


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


def calls_of(driver: TLSDriver) -> dict[str, Callable[[], Coroutine[Any, Any, Any]]]:
    return {
        "handshake": driver.handshake,
        "receive": lambda: driver.receive(1),
        "send": lambda: driver.send(b"x"),
        "send_eof": driver.send_eof,
        "unwrap": lambda: driver.unwrap(None),
        "wait_writable": driver.wait_writable,
    }


async def closed(call: Awaitable[Any]) -> None:
    with pytest.raises(anyio.ClosedResourceError, match="this TLS stream has been closed"):
        await call


# ---- a handshake that fails ----


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
    """Nobody waits for ever for the peer to say why. What it says later changes nothing."""
    monkeypatch.setattr(_driver, "ALERT_SECONDS", 0.01)
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
    monkeypatch.setattr(_driver, "ALERT_SECONDS", 0.01)
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

    assert await which_yield(receive) == [3, 7]
    assert sizes == [4 * MAX_PLAINTEXT] * 10


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
        waited.append(await connection.driver._fill())

    async with anyio.create_task_group() as tg:
        tg.start_soon(fill)
        tg.start_soon(fill)
        await let_others_run()
        connection.say(b"x")
    assert waited == [True, True]


@pytest.mark.guarantee("G13")
@pytest.mark.parametrize(("kib", "yields"), [(720, 0), (768, 1), (1488, 1), (1536, 2)])
async def test_a_large_item_yields(kib: int, yields: int, connection: Connection) -> None:
    """Once in 768 KiB that the transport takes without a wait."""
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


# ---- closing ----


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
    monkeypatch.setattr(_driver, "ALERT_SECONDS", 0.01)
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
    """Whoever is at the handshake leaves at once; the close goes on offering the alert to the peer."""
    monkeypatch.setattr(_driver, "ALERT_SECONDS", 60)
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
@pytest.mark.parametrize("handshaken", [True, False], ids=["to receive", "to send, in the handshake"])
async def test_aclose_leaves_receiving_to_who_is_at_it(
    handshaken: bool, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Whoever waits for input is sent away by the close; nobody else may read meanwhile."""
    connection = Connection(server_context, client_context, linger=60)
    if handshaken:
        await connection.shake_hands()
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, connection.driver.receive(1) if handshaken else connection.driver.send(b"x"))
        await let_others_run()
        connection.link.incoming += b"arrived just now"
        with anyio.fail_after(5):
            await connection.driver.aclose()
    assert not connection.link.sending_shut_down


@pytest.mark.guarantee("G7", "G11")
@pytest.mark.parametrize("what", ["send", "receive"])
async def test_who_has_sent_reads_nothing_after_the_close(what: str, strangers: Connection) -> None:
    """Though there was room at the last moment, before who waited for it could be sent away."""
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


@pytest.mark.guarantee("G7")
async def test_a_server_discards_an_upload(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Of several megabytes, up to its end."""
    connection = Connection(server_context, client_context, server_side=True)
    await connection.shake_hands()
    connection.link.deliver(bytes(2**22))
    connection.link.ended = True
    await connection.driver.aclose()
    assert not connection.link.incoming


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("farewell", [anyio.ClosedResourceError(), OSError(104, "reset")], ids=["closed", "reset"])
async def test_lingering_ends_with_the_transport(
    farewell: Exception, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    connection = Connection(server_context, client_context, linger=60)
    await connection.shake_hands()
    connection.link.farewell = farewell
    connection.say(b"unread")
    async with anyio.create_task_group() as tg:
        tg.start_soon(connection.driver.aclose)
        await let_others_run()
        assert not connection.link.closed
        with anyio.fail_after(5):
            await connection.link.aclose()


@pytest.mark.guarantee("G7", "G9")
async def test_a_failed_connection_lingers_for_its_alert(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a client too: with input unread, the close would take the alert back."""
    monkeypatch.setattr(_driver, "ALERT_SECONDS", 0.01)
    connection.link.deliver(NOT_TLS)
    with pytest.raises(TLSError):
        await connection.driver.receive(1)
    connection.link.deliver(NOT_TLS)
    await connection.driver.aclose()
    assert connection.link.sending_shut_down


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("server_side", [False, True])
@pytest.mark.parametrize("linger", [None, 0, 0.01])
async def test_who_lingers(
    server_side: bool,
    linger: float | None,
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With unread input: a server unasked, a client when asked; its peer sees that nothing follows."""
    monkeypatch.setattr(_driver, "SERVER_LINGER", 0.01)
    connection = Connection(server_context, client_context, server_side=server_side, linger=linger)
    await connection.shake_hands()
    for _ in range(3):  # together more than what is taken for session tickets
        connection.say(bytes(30_000))
    with anyio.fail_after(5):
        await connection.driver.aclose()
    assert connection.link.closed
    assert connection.link.sending_shut_down == (bool(linger) or (linger is None and server_side))
    assert (not connection.link.incoming) == connection.link.sending_shut_down
