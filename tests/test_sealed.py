"""Records that are encrypted by hand, with the peer's keys: what no proper peer would send, or few do."""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import anyio
import pytest
from anyio.abc import ByteStream

from anyio_tls import SocketStream, TLSError, TLSStream, TruncatedError
from anyio_tls._engine import BUFFER_LIMIT, TLSEngine
from anyio_tls._record_layer import MAX_IDLE_RECORDS
from anyio_tls._states import Reading
from anyio_tls.testing import Certificate, CertificateAuthority, memory_stream_pair

from ._conversations import let_others_run
from ._fuzz import CPU_SECONDS, AttackerSocket, Timed, Victim
from ._pairs import cancelled_at_its_wait, socket_pair
from ._sealing import KeyLog, Keys, Record, TLS12Keys, TLS13Keys, hello_random, split_records
from ._wire import APPLICATION_DATA, HANDSHAKE, make_engine, make_record, shake_hands

T = TypeVar("T")


@pytest.fixture
def key_log(tmp_path: Path) -> Iterator[KeyLog]:
    key_log = KeyLog(tmp_path / "keys")
    yield key_log
    key_log.close()


@pytest.fixture
def contexts(ca: CertificateAuthority, server_certificate: Certificate, key_log: KeyLog) -> dict[bool, ssl.SSLContext]:
    """Of a client and of a server, both of which tell their secrets."""
    contexts = {False: ca.client_context(), True: ca.server_context(server_certificate)}
    for context in contexts.values():
        key_log.watch(context)
    return contexts


def keys_of(key_log: KeyLog, version: str, flights: tuple[bytes, bytes], *, server_side: bool) -> Keys:
    """The keys that one side has after the handshake; ``flights`` are what the client and the server said."""
    secrets = key_log.secrets()
    if version == "TLSv1.3":
        return TLS13Keys(secrets[f"{'SERVER' if server_side else 'CLIENT'}_TRAFFIC_SECRET_0"])
    randoms = map(hello_random, flights)
    return TLS12Keys(secrets["CLIENT_RANDOM"], *randoms, server_side=server_side, number=1)


KEY_UPDATE = Record(HANDSHAKE, b"\x18\0\0\1\0")
KEY_UPDATE_REQUESTED = Record(HANDSHAKE, b"\x18\0\0\1\1")
TICKET = Record(HANDSHAKE, b"\4\0\0\x0f" + bytes(8) + b"\1\0\0\1t\0\0")
TICKET_HEADER = b"\4\0\x40\0"
HELLO_REQUEST = make_record(HANDSHAKE, bytes(4))
DATA = Record(APPLICATION_DATA, b"!")


def test_sealed_by_hand(key_log: KeyLog, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """The attacker's keys are the peer's."""
    key_log.watch(client_context)
    client = make_engine(client_context, server_side=False)
    server = make_engine(server_context, server_side=True)
    flights = shake_hands(client, server)
    version = client.ssl_object.version()
    assert version is not None
    for server_side, victim in ((False, server), (True, client)):
        keys = keys_of(key_log, version, flights, server_side=server_side)
        victim.feed(bytes(keys.seal(Record(APPLICATION_DATA, b"by hand"))))
        assert victim.read(BUFFER_LIMIT) == b"by hand"
        if version == "TLSv1.3":
            victim.feed(bytes(keys.seal(KEY_UPDATE)) + bytes(keys.seal(Record(APPLICATION_DATA, b" again"))))
            assert victim.read(BUFFER_LIMIT) == b" again"


def ticket_in_two(server: TLSEngine, key_log: KeyLog) -> tuple[bytes, bytes]:
    """A session ticket in two records, of which the second one comes with the word "data"."""
    server.write(b"data")
    keys = keys_of(key_log, "TLSv1.3", (b"", b""), server_side=True)
    ticket, *following = [keys.open(record) for record in split_records(bytes(server.outgoing))]
    server.outgoing.clear()
    halves = [ticket._replace(body=ticket.body[:10]), ticket._replace(body=ticket.body[10:])]
    first, *rest = [bytes(keys.seal(record)) for record in (*halves, *following)]
    return first, b"".join(rest)


@pytest.fixture
def amid_ticket(contexts: dict[bool, ssl.SSLContext], key_log: KeyLog) -> tuple[TLSEngine, bytes]:
    """A client that has half of a session ticket, and what is still to come."""
    client, server = (make_engine(contexts[server_side], server_side=server_side) for server_side in (False, True))
    shake_hands(client, server)
    first, rest = ticket_in_two(server, key_log)
    client.feed(first)
    assert client.read(BUFFER_LIMIT) is None
    return client, rest


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("rest_is_there", [False, True])
def test_amid_a_message_of_the_peer(rest_is_there: bool, amid_ticket: tuple[TLSEngine, bytes]) -> None:
    """While half of a session ticket has arrived, OpenSSL neither writes nor closes; that fails nothing."""
    client, rest = amid_ticket
    if not rest_is_there:
        assert client.write(b"hello") == 0
        assert not client.close_writing()
        assert not client.outgoing
    client.feed(rest)
    if rest_is_there:
        assert client.write(b"hello") == 5
    assert client.close_writing()
    assert client.outgoing
    assert client.read(BUFFER_LIMIT) == b"data"


@pytest.mark.guarantee("G9")
def test_a_goodbye_amid_a_message(amid_ticket: tuple[TLSEngine, bytes]) -> None:
    """It waits for the rest. Until it has been said, sending is not refused because of it."""
    client, rest = amid_ticket
    client.say_goodbye()
    assert not client.outgoing
    assert client.write(b"hello") == 0
    client.feed(rest)
    assert client.write(b"hello") == 5
    client.outgoing.clear()
    client.say_goodbye()
    assert client.outgoing
    with pytest.raises(TLSError, match="the server shuts down"):
        client.write(b"hello")
    assert client.read(BUFFER_LIMIT) == b"data"


def test_a_stray_amid_a_message(amid_ticket: tuple[TLSEngine, bytes]) -> None:
    """What is in the workspace is nobody's, even when OpenSSL waits for more of a message."""
    client, rest = amid_ticket
    client._incoming.write(make_record(HANDSHAKE, b"stray"))
    assert client.write(b"hello") == 0
    client.feed(rest)
    assert client.write(b"hello") == 5
    assert client.read(BUFFER_LIMIT) == b"data"


@pytest.mark.guarantee("G9")
def test_the_rest_of_a_message_never_comes(amid_ticket: tuple[TLSEngine, bytes]) -> None:
    client, _ = amid_ticket
    client.feed_eof()
    for call in (lambda: client.write(b"hello"), client.close_writing, lambda: client.read(1)):
        with pytest.raises(TruncatedError) as caught:
            call()
        assert caught.value.phase == "reading"


@pytest.mark.guarantee("G9")
def test_the_transport_breaks_amid_a_message(amid_ticket: tuple[TLSEngine, bytes]) -> None:
    client, _ = amid_ticket
    client.fail_reading(OSError("gone"))
    for call in (lambda: client.write(b"hello"), client.close_writing, lambda: client.read(1)):
        with pytest.raises(TLSError, match="gone"):
            call()


@pytest.mark.guarantee("G13")
def test_a_message_in_tiny_records_keeps_nobody_from_writing_for_long(
    contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    client, server = (make_engine(contexts[server_side], server_side=server_side) for server_side in (False, True))
    shake_hands(client, server)
    keys = keys_of(key_log, "TLSv1.3", (b"", b""), server_side=True)
    message = TICKET_HEADER + bytes(2**14)
    bodies = [message[:10], *(message[at : at + 1] for at in range(10, MAX_IDLE_RECORDS + 12))]
    pieces = [bytes(keys.seal(Record(HANDSHAKE, body))) for body in bodies]
    client.feed(pieces[0])
    assert client.read(1) is None
    client.feed(b"".join(pieces[1:MAX_IDLE_RECORDS]))
    assert client.write(b"hello") == 0
    client.feed(b"".join(pieces[MAX_IDLE_RECORDS:]))
    with pytest.raises(TLSError, match="no data") as caught:
        client.write(b"hello")
    assert caught.value.phase == "reading"


async def stream_and_engine(
    ours: ByteStream, theirs: ByteStream, contexts: dict[bool, ssl.SSLContext]
) -> tuple[TLSStream, TLSEngine]:
    """A client, and a server that does nothing by itself."""
    server = make_engine(contexts[True], server_side=True)

    async def answer() -> None:
        while not server.handshake():
            if server.outgoing:
                await theirs.send(bytes(server.outgoing))
                server.outgoing.clear()
            server.feed(await theirs.receive())

    async with anyio.create_task_group() as tg:
        tg.start_soon(answer)
        client = await TLSStream.wrap(ours, hostname="localhost", ssl_context=contexts[False])
    return client, server


async def test_the_certificate_amid_a_ticket(contexts: dict[bool, ssl.SSLContext], key_log: KeyLog) -> None:
    """OpenSSL has it only behind that."""
    ours, theirs = memory_stream_pair()
    client, server = await stream_and_engine(ours, theirs, contexts)
    before = client.getpeercert()
    assert before
    first, rest = ticket_in_two(server, key_log)
    await theirs.send(first)
    await cancelled_at_its_wait(client.receive)
    with pytest.raises(ValueError, match="handshake not done yet"):
        client.getpeercert()
    await theirs.send(rest)
    assert await client.receive() == b"data"
    assert client.getpeercert() == before
    for stream in (client, theirs):
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G8", "G9")
@pytest.mark.parametrize("operation", ["send", "send_eof", "unwrap"])
async def test_the_rest_of_a_message_is_damaged(
    operation: str, contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    """The peer is sent an alert, whichever call detects it; at once, if that call also reads."""
    ours, theirs = map(SocketStream, socket_pair())
    client, server = await stream_and_engine(ours, theirs, contexts)
    first, rest = ticket_in_two(server, key_log)
    await theirs.send(first)
    await cancelled_at_its_wait(client.receive)

    async def fail() -> None:
        with pytest.raises(TLSError, match=r"bad record mac|a record is damaged, or not allowed here"):
            await (client.send(b"hello") if operation == "send" else getattr(client, operation)())

    async with anyio.create_task_group() as tg:
        tg.start_soon(fail)
        await let_others_run()
        await theirs.send(rest[:5] + bytes([rest[5] ^ 1]) + rest[6:])
    if operation != "unwrap":
        await client.aclose()
    server.feed(await theirs.receive())
    with pytest.raises(TLSError) as caught:
        server.read(1)
    assert (caught.value.alert, caught.value.alert_received) == ("bad_record_mac", True)
    await client.aclose()
    await theirs.aclose()


@pytest.mark.guarantee("G1", "G6", "G11")
@pytest.mark.parametrize("operation", ["send", "send_eof"])
@pytest.mark.parametrize("reader", ["none", "before", "after"])
async def test_sending_waits_for_the_rest_of_a_message(
    operation: str, reader: str, contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    """It takes the rest in by itself, unless a task is receiving; one may begin to meanwhile."""
    ours, theirs = memory_stream_pair()
    client, server = await stream_and_engine(ours, theirs, contexts)
    first, rest = ticket_in_two(server, key_log)
    await theirs.send(first)
    received: list[bytes] = []

    async def receive() -> None:
        received.append(await client.receive())

    async with anyio.create_task_group() as tg:
        tg.start_soon(receive)
        await let_others_run()
        if reader != "before":
            tg.cancel_scope.cancel()
        else:
            tg.start_soon(partial(client.send, b"hello") if operation == "send" else client.send_eof)
            await let_others_run()
            await theirs.send(rest)
    assert client.version() == "TLSv1.3"
    if reader != "before":
        async with anyio.create_task_group() as tg:
            tg.start_soon(partial(client.send, b"hello") if operation == "send" else client.send_eof)
            await let_others_run()
            if reader == "after":
                tg.start_soon(receive)
                await let_others_run()
            await theirs.send(rest)
    server.feed(await theirs.receive())
    assert server.read(100) == (b"hello" if operation == "send" else b"")
    if reader == "none":
        await receive()
    assert received == [b"data"]
    await client.aclose()
    await theirs.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("rest", ["comes", "is damaged", "never comes"])
async def test_closing_waits_for_the_rest_of_a_message(
    rest: str, contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    """Before it, OpenSSL does not write close_notify."""
    ours, theirs = map(SocketStream, socket_pair())
    client, server = await stream_and_engine(ours, theirs, contexts)
    first, other = ticket_in_two(server, key_log)
    await theirs.send(first)
    await cancelled_at_its_wait(client.receive)
    heard: bytes | str | None = None
    async with anyio.create_task_group() as tg, theirs:
        tg.start_soon(client.aclose)
        await let_others_run()
        if rest == "never comes":
            await theirs.send_eof()
        else:
            await theirs.send(other if rest == "comes" else other[:5] + bytes([other[5] ^ 1]) + other[6:])
        try:
            while (heard := server.read(1)) is None:
                try:
                    server.feed(await theirs.receive())
                except anyio.EndOfStream:
                    server.feed_eof()
        except TLSError as exc:
            heard = exc.alert
    assert heard == {"comes": b"", "is damaged": "bad_record_mac", "never comes": None}[rest]


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("comes", [False, True])
async def test_closing_sends_what_is_queued_amid_a_message(
    contexts: dict[bool, ssl.SSLContext], key_log: KeyLog, monkeypatch: pytest.MonkeyPatch, *, comes: bool
) -> None:
    """The peer reads on, whether its message comes to its end or not. That is not waited for longer than a silence."""
    monkeypatch.setattr("anyio_tls._closing.SILENCE_SECONDS", 0.1)
    ours, theirs = map(SocketStream, socket_pair())
    client, server = await stream_and_engine(ours, theirs, contexts)
    sent = -1
    while client.bytes_sent != sent:  # until there is no room left anywhere
        sent = client.bytes_sent
        await cancelled_at_its_wait(client.send, bytes(2**22))
    first, rest = ticket_in_two(server, key_log)
    await theirs.send(first)
    await cancelled_at_its_wait(client.receive)
    assert not client._driver.is_flushed
    received = 0
    async with anyio.create_task_group() as tg, theirs:
        tg.start_soon(client.aclose)
        await let_others_run()
        if comes:
            await theirs.send(rest)
            await let_others_run()
        while server.states.reading is Reading.OPEN:
            try:
                server.feed(await theirs.receive())
            except anyio.EndOfStream:
                server.feed_eof()
            with suppress(TruncatedError):
                while data := server.read(2**16):
                    received += len(data)
    assert received == client.bytes_sent
    assert server.states.reading is (Reading.CLOSE_NOTIFY if comes else Reading.TRUNCATED)


# ---- floods ----


@pytest.mark.guarantee("G13")
def test_records_without_data(contexts: dict[bool, ssl.SSLContext], key_log: KeyLog) -> None:
    """As many as 128 in a row are taken, again and again, but one read does not go on behind them."""
    client, server = (make_engine(contexts[server_side], server_side=server_side) for server_side in (False, True))
    shake_hands(client, server)
    keys = keys_of(key_log, "TLSv1.3", (b"", b""), server_side=False)
    for record in [DATA, *([KEY_UPDATE] * 128 + [DATA]) * 2, *[KEY_UPDATE] * 128]:
        server.feed(bytes(keys.seal(record)))
    assert [server.read(10) for _ in range(4)] == [b"!", b"!", b"!", None]
    server.feed(bytes(keys.seal(KEY_UPDATE)))
    with pytest.raises(TLSError, match="no data") as caught:
        server.read(10)
    assert caught.value.phase == "reading"


@pytest.mark.guarantee("G13")
@pytest.mark.parametrize("server_side", [False, True])
def test_records_without_data_behind_the_handshake(
    server_side: bool, contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    """As many as ever: those of the handshake are not among them."""
    client, server = (make_engine(contexts[server_side], server_side=server_side) for server_side in (False, True))
    shake_hands(client, server)
    keys = keys_of(key_log, "TLSv1.3", (b"", b""), server_side=not server_side)
    victim = server if server_side else client
    for _ in range(MAX_IDLE_RECORDS):
        victim.feed(bytes(keys.seal(KEY_UPDATE)))
        assert victim.read(10) is None
    victim.feed(bytes(keys.seal(KEY_UPDATE)))
    with pytest.raises(TLSError, match="no data"):
        victim.read(10)


@pytest.mark.guarantee("G13")
@pytest.mark.parametrize("update", [KEY_UPDATE, KEY_UPDATE_REQUESTED], ids=["update", "update_requested"])
def test_records_without_data_in_answer_to_data(
    update: Record, contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    """Java requests new keys with every record that it reads until it gets them. So there may be one for each that was
    sent, and no more for our replies."""
    client, server = (make_engine(contexts[server_side], server_side=server_side) for server_side in (False, True))
    shake_hands(client, server)
    keys = keys_of(key_log, "TLSv1.3", (b"", b""), server_side=True)
    for _ in range(300):
        client.write(b"data")
        client.outgoing.clear()
    client.feed(b"".join(bytes(keys.seal(update)) for _ in range(MAX_IDLE_RECORDS + 300)))
    turns = 0
    while client.read(10) is None and client.idle.is_pausing:
        client.idle.is_pausing = False
        turns += 1
    assert turns == (MAX_IDLE_RECORDS + 300) // MAX_IDLE_RECORDS - 1
    assert client.records_received == MAX_IDLE_RECORDS + 300
    client.feed(bytes(keys.seal(DATA)))
    assert client.read(2**14) == DATA.body
    client.feed(b"".join(bytes(keys.seal(update)) for _ in range(MAX_IDLE_RECORDS + 1)))
    with pytest.raises(TLSError, match="no data"):
        client.read(10)


FLOOD_BYTES = 2**17
"""More than an engine takes at once."""

# What a client or a server is flooded with: in the clear, instead of a handshake, or sealed after it.
FLOODS: dict[str, tuple[bool, bytes | list[Record]]] = {
    "server-key-updates": (True, [KEY_UPDATE]),
    "server-key-updates-requested": (True, [KEY_UPDATE_REQUESTED]),
    "server-key-updates-and-data": (True, [KEY_UPDATE] * 100 + [DATA]),
    "server-data": (True, [DATA]),
    "client-tickets": (False, [TICKET]),
    "client-hello-requests": (False, HELLO_REQUEST),
    "server-hello-in-small-records": (True, make_record(HANDSHAKE, b"\1")),
}


class Flooder:
    """A peer that sends the same record over and over."""

    def __init__(self, flood: bytes | list[Record], peer: TLSEngine, key_log: KeyLog) -> None:
        self.chunks: deque[bytes] = deque()
        self._flood = flood
        self._peer = peer
        self._key_log = key_log
        self._handshaken = False
        if isinstance(flood, bytes):
            self.chunks.append(flood * (FLOOD_BYTES // len(flood)))
        else:
            self.hear(b"")

    def hear(self, data: bytes) -> None:
        if isinstance(self._flood, bytes) or self._handshaken:
            return
        self._peer.feed(data)
        self._handshaken = self._peer.handshake()
        if self._peer.outgoing:
            self.chunks.append(bytes(self._peer.outgoing))
            self._peer.outgoing.clear()
        if self._handshaken:
            side = "SERVER" if self._peer.ssl_object.server_side else "CLIENT"
            keys = TLS13Keys(self._key_log.secrets()[f"{side}_TRAFFIC_SECRET_0"])
            times = FLOOD_BYTES // sum(len(record.body) + 22 for record in self._flood)
            self.chunks.append(b"".join(bytes(keys.seal(record)) for record in self._flood * times))


@pytest.fixture(params=FLOODS)
def flood(request: pytest.FixtureRequest) -> tuple[bool, bytes | list[Record]]:
    return FLOODS[request.param]


@pytest.mark.guarantee("G10", "G13")
def test_engine_under_flood(
    flood: tuple[bool, bytes | list[Record]], contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    """However little each record carries, no call takes long."""
    server_side, records = flood
    flooder = Flooder(records, make_engine(contexts[not server_side], server_side=not server_side), key_log)
    victim = Victim(make_engine(contexts[server_side], server_side=server_side))
    while not victim.over:
        victim.advance()
        flooder.hear(victim.take())
        if not flooder.chunks:
            break
        chunk = flooder.chunks.popleft()
        room = victim.engine.room
        if chunk[room:]:
            flooder.chunks.appendleft(chunk[room:])
        victim.call("feed", chunk[:room])


@pytest.mark.guarantee("G13")
async def test_stream_under_flood(
    flood: tuple[bool, bytes | list[Record]], contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    """However much has already arrived, other tasks run."""
    server_side, records = flood
    flooder = Flooder(records, make_engine(contexts[not server_side], server_side=not server_side), key_log)
    sock = AttackerSocket(flooder, "end", patient=False)

    longest = 0.0

    async def measure(call: Awaitable[T]) -> T:
        nonlocal longest
        steps = Timed(call)
        try:
            return await steps
        finally:
            longest = max(longest, steps.longest)

    async with anyio.create_task_group() as tg:
        tg.start_soon(sock.run)
        try:
            wrap = TLSStream.wrap(
                SocketStream(sock.victim),
                server_side=server_side,
                hostname=None if server_side else "localhost",
                ssl_context=contexts[server_side],
                linger=0,
            )
            async with await measure(wrap) as stream:
                while True:
                    await measure(stream.receive())
        except TLSError:
            pass
        tg.cancel_scope.cancel()
    sock.close()
    assert longest < CPU_SECONDS
