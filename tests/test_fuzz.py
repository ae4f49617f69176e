"""A fixed part of the fuzzing that ``nox -s fuzz`` does in the large, and proof that it would notice."""

from __future__ import annotations

import re
import ssl
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import anyio
import pytest

from anyio_tls import SocketStream, TLSError, TLSStream, TruncatedError
from anyio_tls._driver import TLSDriver
from anyio_tls._engine import BUFFER_LIMIT, MAX_IDLE_RECORDS, TLSEngine
from anyio_tls._states import Reading
from anyio_tls.testing import Certificate, CertificateAuthority, memory_stream_pair

from . import _fuzz
from ._conversations import let_others_run
from ._fuzz import CPU_SECONDS, KINDS, AttackerSocket, Finding, Steps, Victim, World, engine_input, stream_input
from ._sealing import KeyLog, Keys, Record, TLS12Keys, TLS13Keys, hello_random, split_records
from ._wire import APPLICATION_DATA, HANDSHAKE, make_engine, make_record, shake_hands

T = TypeVar("T")

ENGINE_INPUTS = 700
STREAM_INPUTS = 100


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("fuzz"))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> str:
    seed: str = request.config.getoption("--seed")
    return seed


# ---- a fixed corpus ----


@pytest.mark.guarantee("G5", "G9", "G10", "G13")
def test_engine_under_attack(world: World, seed: str) -> None:
    """Whatever arrives: documented errors only, nothing invented or lost, bounded memory, short calls, an end."""
    outcomes = [engine_input(world, seed, number) for number in range(ENGINE_INPUTS)]
    assert {outcome.attack for outcome in outcomes} == KINDS.keys()
    assert {outcome.victim for outcome in outcomes} == set(map(str, world.setups))
    ends = Counter(outcome.end for outcome in outcomes)
    assert ends.keys() >= {"HandshakeError", "TLSError", "TruncatedError", "close_notify"}


@pytest.mark.guarantee("G5", "G7", "G9", "G13")
async def test_stream_under_attack(world: World, seed: str, anyio_backend_name: str, anyio_backend: Any) -> None:
    """Documented errors only, no hang, short steps, and a close that closes."""
    backend = "uvloop" if anyio_backend[1].get("use_uvloop") else anyio_backend_name
    for number in range(STREAM_INPUTS):
        await stream_input(world, seed, number, backend)


# ---- sealed by hand ----


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
def test_the_rest_of_a_message_never_comes(amid_ticket: tuple[TLSEngine, bytes]) -> None:
    client, _ = amid_ticket
    client.feed_eof()
    for call in (lambda: client.write(b"hello"), client.close_writing, lambda: client.read(1)):
        with pytest.raises(TruncatedError):
            call()


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
    client.feed(b"".join(pieces[1:]))
    with pytest.raises(TLSError, match="no data"):
        client.write(b"hello")


@pytest.mark.guarantee("G1", "G6", "G11")
@pytest.mark.parametrize("operation", ["send", "send_eof"])
@pytest.mark.parametrize("reader", ["none", "before", "after"])
async def test_sending_waits_for_the_rest_of_a_message(
    operation: str, reader: str, contexts: dict[bool, ssl.SSLContext], key_log: KeyLog
) -> None:
    """It takes the rest in by itself, unless a task is receiving; one may begin to meanwhile."""
    ours, theirs = memory_stream_pair()
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


# ---- floods ----

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
    """A peer that says the same over and over."""

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
    """However much there is to read already, others get their turn."""
    server_side, records = flood
    flooder = Flooder(records, make_engine(contexts[not server_side], server_side=not server_side), key_log)
    sock = AttackerSocket(flooder, "end", patient=False)

    longest = 0.0

    async def measure(call: Awaitable[T]) -> T:
        nonlocal longest
        steps = Steps(call)
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


# ---- would it notice? ----

# Takes a method, and returns it with a fault.
Break: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def takes_failure_for_end(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        try:
            return read(engine, max_bytes)
        except TLSError:
            return b""

    return broken


def raises_what_is_not_documented(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        try:
            return read(engine, max_bytes)
        except TLSError as exc:
            raise ssl.SSLError(exc.errno, exc.strerror) from exc

    return broken


def takes_long(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        started = time.thread_time()
        while time.thread_time() - started <= CPU_SECONDS:
            pass
        return read(engine, max_bytes)

    return broken


def hoards(feed: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, data: bytes) -> None:
        feed(engine, data)
        engine._plaintext += bytes(2**16)

    return broken


def invents(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        data = read(engine, max_bytes)
        return data + b"!" if data else data

    return broken


def loses_what_came_before_the_failure(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        data = read(engine, max_bytes)
        return read(engine, max_bytes) if engine.states.reading is Reading.FAILED else data

    return broken


def forgets_its_failure(read: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, max_bytes: int) -> Any:
        try:
            return read(engine, max_bytes)
        except TLSError:
            engine._reading_error = None
            engine.states.reading = Reading.OPEN
            raise

    return broken


def says_it_in_other_words(end_of_reading: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine) -> Any:
        try:
            return end_of_reading(engine)
        except TLSError as exc:
            exc.phase = "writing"
            raise

    return broken


def keeps_its_alert_to_itself(set_failure: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, *args: Any) -> None:
        queued = len(engine.outgoing)
        set_failure(engine, *args)
        del engine.outgoing[queued:]

    return broken


def tears(write: Callable[..., Any]) -> Callable[..., Any]:
    def broken(engine: TLSEngine, data: bytes) -> int:
        taken: int = write(engine, data)
        del engine.outgoing[-1:]
        return taken

    return broken


def does_not_notice_the_end(_: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _: None


BROKEN_ENGINES = [
    ("read", takes_failure_for_end, "takes for the end what is none"),
    ("read", raises_what_is_not_documented, r"read\(\) raises SSLError"),
    ("read", takes_long, r"read\(\) takes \d+ ms"),
    ("feed", hoards, r"after feed\(\) the engine holds"),
    ("read", invents, "received what the peer has not sent|of which"),
    ("read", loses_what_came_before_the_failure, "lost data"),
    ("read", forgets_its_failure, "failed with .*, and (yet|now)"),
    ("_end_of_reading", says_it_in_other_words, "claims to come from|and now with"),
    ("_set_failure", keeps_its_alert_to_itself, "alert that was not sent"),
    ("write", tears, "torn|of which"),
    ("feed_eof", does_not_notice_the_end, "waits for more after the end"),
]


@pytest.mark.parametrize(
    ("method", "breaks", "words"), BROKEN_ENGINES, ids=[breaks.__name__ for _, breaks, _ in BROKEN_ENGINES]
)
def test_broken_engine_is_noticed(
    method: str, breaks: Break, words: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = type("Broken", (TLSEngine,), {"__slots__": (), method: breaks(getattr(TLSEngine, method))})

    def make_victim(engine: TLSEngine) -> Victim:
        engine.__class__ = broken  # the attacker's stays whole
        return Victim(engine)

    monkeypatch.setattr(_fuzz, "Victim", make_victim)
    with pytest.raises(Finding, match=words) as raised:
        all(engine_input(world, "0", number) for number in range(ENGINE_INPUTS))
    repeated = int(re.findall(r"python -m tests\.fuzz --seed 0 --only (\d+)$", str(raised.value))[0])
    with pytest.raises(Finding, match=words):
        engine_input(world, "0", repeated)


async def hangs(*_: Any) -> bytes:
    await anyio.sleep_forever()
    raise AssertionError("not reached")


async def holds_the_event_loop(*_: Any) -> bytes:
    started = time.thread_time()
    while time.thread_time() - started <= CPU_SECONDS:
        pass
    return b""


async def raises_what_is_foreign(*_: Any) -> bytes:
    raise ssl.SSLWantReadError


async def ends_early(driver: TLSDriver, _: int) -> bytes:
    driver._check_open()
    return b""


async def does_not_close(_: TLSDriver) -> None:
    pass


BROKEN_DRIVERS = [
    ("receive", hangs, "hangs"),
    ("receive", holds_the_event_loop, r"receive\(\) holds the event loop for \d+ ms"),
    ("receive", raises_what_is_foreign, r"receive\(\) raises SSLWantReadError"),
    ("receive", ends_early, "takes for the end what is none|lost data"),
    ("aclose", does_not_close, "was closed, and yet|the socket is still open"),
]


@pytest.mark.parametrize(
    ("method", "broken", "words"), BROKEN_DRIVERS, ids=[broken.__name__ for _, broken, _ in BROKEN_DRIVERS]
)
async def test_broken_driver_is_noticed(
    method: str, broken: Any, words: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TLSDriver, method, broken)
    if broken is hangs:
        monkeypatch.setattr(_fuzz, "SECONDS", 0.1)

    async def attack() -> None:
        for number in range(STREAM_INPUTS):
            await stream_input(world, "0", number, "asyncio")

    with pytest.raises(Finding, match=words):
        await attack()


def test_number_makes_the_same_input(world: World, tmp_path: Path) -> None:
    """In another world, with other certificates and keys, too."""
    other = World(tmp_path)
    for number in range(50):
        one, same = (engine_input(each, "a seed", number) for each in (world, other))
        assert (one.victim, one.attack, one.changes) == (same.victim, same.attack, same.changes)
