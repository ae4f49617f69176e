"""The engine on its own: no event loop, no socket, bytes in and bytes out."""

from __future__ import annotations

import errno
import itertools
import json
import os
import random
import re
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, cast

import anyio
import pytest

from anyio_tls._engine import BUFFER_LIMIT, MAX_HANDSHAKE, MAX_PLAINTEXT, SEND_LIMIT, SSLContextLike, TLSEngine
from anyio_tls._errors import (
    _ALERTS,
    ErrorClasses,
    HandshakeError,
    TLSError,
    TruncatedError,
    received_alert,
    sent_alert,
)
from anyio_tls._states import CONNECTION, READING, WRITING, Connection, Event, Reading, States, Writing
from anyio_tls._workspace import Workspace
from anyio_tls.testing import Certificate, CertificateAuthority

from ._sealing import KeyLog, Record, TLS12Keys, hello_random
from ._wire import HANDSHAKE, damage, make_record, record_ends, shake_hands, update_keys

ROOT = Path(__file__).parent.parent

MAX_EXPANSION = 2048


class Pair:
    """Two engines and the bytes between them, which a test may delay, split or replace."""

    def __init__(self, server_context: ssl.SSLContext, client_context: SSLContextLike, **options: Any) -> None:
        self.client, self.server = (
            TLSEngine(
                server_context if server_side else client_context,
                server_side=server_side,
                server_hostname=None if server_side else "localhost",
                standard_compatible=options.get("standard_compatible", True),
                errors=ErrorClasses(),
                workspace=options.get("workspace"),
            )
            for server_side in (False, True)
        )

    def move(self, source: TLSEngine, sink: TLSEngine, piece: int = BUFFER_LIMIT) -> bool:
        """Carry what is queued, as far as there is room; tell whether there was anything."""
        size: int = min(piece, sink.room, len(source.outgoing))
        sink.feed(bytes(source.outgoing)[:size]) if size else None
        source.outgoing.remove(size)
        return size > 0

    def shake_hands(self, piece: int = BUFFER_LIMIT) -> None:
        done = False
        while not done:
            done = all([self.client.handshake(), self.server.handshake()])
            while self.move(self.client, self.server, piece):
                self.server.handshake()
            while self.move(self.server, self.client, piece):
                self.client.handshake()

    def send(self, source: TLSEngine, sink: TLSEngine, data: bytes, piece: int = BUFFER_LIMIT) -> bytes:
        """Carry all of ``data``, and whatever the sink had not read yet."""
        got = bytearray()
        rest = memoryview(data)
        while rest or source.outgoing:
            rest = rest[source.write(rest) :]
            while self.move(source, sink, piece):
                while received := sink.read(BUFFER_LIMIT):
                    got += received
        return bytes(got)


@pytest.fixture
def pair(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> Pair:
    pair = Pair(server_context, client_context)
    pair.shake_hands()
    return pair


# ---- states ----


def test_every_state_can_be_reached() -> None:
    for table, first in ((CONNECTION, Connection.HANDSHAKING), (READING, Reading.OPEN), (WRITING, Writing.OPEN)):
        reached: set[Any] = {first, *table.values()}
        assert reached == set(type(first))
        assert {state for state, _ in table} <= reached


def test_the_first_end_of_a_direction_sticks() -> None:
    """Whatever happens afterwards, in whatever order."""
    for one, other in itertools.permutations(Event, 2):
        states = States()
        states.fire(one)
        reading, writing = states.reading, states.writing
        states.fire(other)
        assert reading is Reading.OPEN or states.reading is reading
        assert writing is not Writing.FAILED or states.writing is Writing.FAILED
        assert states.connection is not Connection.HANDSHAKING or {one, other}.isdisjoint(
            {Event.CLOSED, Event.HANDSHAKE_COMPLETED}
        )


@pytest.mark.guarantee("G9")
def test_a_half_closed_direction_can_still_fail(pair: Pair) -> None:
    """Its close_notify has to get out like anything else."""
    pair.client.close_writing()
    pair.client.fail_writing(BrokenPipeError("gone"))
    with pytest.raises(TLSError, match="writing failed: gone"):
        pair.client.write(b"x")
    pair.server.close_writing()
    pair.server.feed(b"GET / HTTP/1.1\r\n")
    with pytest.raises(TLSError):
        pair.server.read(1)
    assert pair.server.states.writing is Writing.FAILED
    with pytest.raises(TLSError):
        pair.server.write(b"x")


# ---- records ----


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("piece", [1, 2, 3, 4, 5, 6, 1000, BUFFER_LIMIT])
def test_any_fragmentation(
    piece: int, server_context: ssl.SSLContext, client_context: ssl.SSLContext, rng: random.Random
) -> None:
    pair = Pair(server_context, client_context)
    pair.shake_hands(piece)
    data = rng.randbytes(40_000)
    assert pair.send(pair.client, pair.server, data, piece) == data
    assert pair.send(pair.server, pair.client, data, piece) == data


def counting_reads(engine: TLSEngine) -> Callable[[], int]:
    """Count how often SSLObject was called in vain, because its MemoryBIO was empty."""
    original = engine.ssl_object
    in_vain = 0

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(original, name)

        def read(self, *args: Any) -> Any:
            nonlocal in_vain
            try:
                return original.read(*args)
            except ssl.SSLWantReadError:
                in_vain += 1
                raise

    engine.ssl_object = Counting()  # type: ignore[assignment]
    return lambda: in_vain


def test_ssl_object_is_never_asked_in_vain(pair: Pair) -> None:
    pair.send(pair.server, pair.client, b"with this come the session tickets")
    in_vain = counting_reads(pair.client)
    assert len(pair.send(pair.server, pair.client, bytes(10**6), piece=40_000)) == 10**6
    assert in_vain() == 0


def test_reads_are_greedy_and_exact(pair: Pair) -> None:
    data = bytes(range(200)) * 200
    assert pair.client.write(data) == len(data)
    while pair.move(pair.client, pair.server):
        pass
    assert pair.server.read(39_999) == data[:39_999]
    assert pair.server.read(10) == data[39_999:]
    assert pair.server.read(10) is None


def test_one_read_takes_so_many_records(pair: Pair) -> None:
    """However small they are."""
    for _ in range(130):
        pair.client.write(b"x")
    pair.move(pair.client, pair.server)
    assert pair.server.read(1000) == b"x" * 128
    assert pair.server.read(1000) == b"xx"


def test_unread_comes_first(pair: Pair) -> None:
    pair.client.write(b"abcdef")
    pair.move(pair.client, pair.server)
    assert pair.server.read(3) == b"abc"
    pair.server.unread(b"abc")
    assert pair.server.pending == 6
    assert pair.server.read(2) == b"ab"
    pair.server.unread(b"ab")
    assert pair.server.read(1) == b"a"
    assert pair.server.read(4) == b"bc"
    assert pair.server.read(4) == b"def"


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("header", ["16 09 01 00 10", "19 03 03 00 10", "13 03 03 00 10", "17 03 03 48 01"])
@pytest.mark.parametrize("call", ["handshake", "read"])
def test_a_header_is_judged_at_once(
    header: str, call: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A version, a type or a length that no record has: nobody waits for the rest of it."""
    pair = Pair(server_context, client_context)
    if call == "read":
        pair.shake_hands()
    pair.server.feed(bytes.fromhex(header))
    with pytest.raises(TLSError) as caught:
        pair.server.handshake() if call == "handshake" else pair.server.read(1) or pair.server.read(1)
    assert caught.value.phase == ("handshake" if call == "handshake" else "reading")


def test_the_largest_record_is_waited_for(pair: Pair) -> None:
    """16 KiB and what encryption may add (RFC 5246 section 6.2.3)."""
    pair.server.feed(bytes([23, 3, 3]) + (MAX_PLAINTEXT + MAX_EXPANSION).to_bytes(2, "big"))
    assert pair.server.read(1) is None


def test_room_counts_the_unfinished_record(pair: Pair) -> None:
    pair.client.write(bytes(1000))
    unfinished = bytes(pair.client.outgoing)[:500]
    pair.server.feed(unfinished)
    assert pair.server.room == BUFFER_LIMIT - 500
    assert pair.server.read(1) is None
    assert pair.server.room == BUFFER_LIMIT - 500
    pair.server.feed(bytes(100))
    assert pair.server.room == BUFFER_LIMIT - 600


# ---- bounds ----


def test_records_are_counted(pair: Pair, rng: random.Random) -> None:
    """What one side has sent is what the other one has received, and what was on the wire: tickets, key updates and
    goodbyes too, but nothing of the handshake."""
    ends = pair.client, pair.server
    on_the_wire = dict.fromkeys(ends, 0)
    pair.shake_hands()
    assert {(end.records_sent, end.records_received) for end in ends} <= {(0, 0), (2, 0)}  # tickets are held

    def talk(source: TLSEngine, sink: TLSEngine, piece: int) -> None:
        on_the_wire[source] += len(record_ends(bytes(source.outgoing)))
        while pair.move(source, sink, piece):
            while sink.read(rng.choice((10, BUFFER_LIMIT))):
                pass

    for size in (1, 100, MAX_PLAINTEXT, MAX_PLAINTEXT + 1, 3 * MAX_PLAINTEXT):
        for source, sink in (ends, ends[::-1]):
            assert source.write(bytes(size)) == size
            talk(source, sink, rng.choice((100, BUFFER_LIMIT)))
    if pair.client.version == "TLSv1.3":
        update_keys(pair.server.ssl_object)
        pair.server.ssl_object.write(b"")
        pair.server._collect()
        talk(*ends[::-1], BUFFER_LIMIT)
        assert pair.client.has_output  # the answer
    talk(*ends, BUFFER_LIMIT)
    for source, sink in (ends, ends[::-1]):
        source.close_writing()
        talk(source, sink, BUFFER_LIMIT)
    for source, sink in (ends, ends[::-1]):
        assert source.records_sent == sink.records_received == on_the_wire[source]


@pytest.mark.guarantee("G10")
def test_memory_is_bounded(pair: Pair) -> None:
    """However large the item; and nothing of it is kept afterwards."""
    item = memoryview(bytes(8 * 2**20))
    taken = pair.client.write(item)
    assert MAX_PLAINTEXT < taken < SEND_LIMIT
    assert len(pair.client.outgoing) <= SEND_LIMIT
    assert pair.client.write(item[taken:]) == 0
    while pair.move(pair.client, pair.server):
        while True:
            assert 0 <= pair.server.room <= BUFFER_LIMIT
            if not pair.server.read(1000):
                break
            # Even the reader that is not greedy is not made to hold more.
            assert BUFFER_LIMIT - pair.server.room <= BUFFER_LIMIT
    assert pair.server.room == BUFFER_LIMIT
    assert pair.server._records.received == b""
    assert isinstance(pair.server._records.received, bytes)  # a view of what was received would keep it
    assert not pair.client.outgoing


def test_all_the_room_is_used(pair: Pair) -> None:
    """As long as a record fits, however large it comes out."""
    largest = 5 + MAX_PLAINTEXT + MAX_EXPANSION
    pair.client.outgoing.append(bytes(SEND_LIMIT - largest))
    assert pair.client.write(b"x") == 1
    assert pair.client.write(b"x") == 0


@pytest.mark.guarantee("G1")
def test_data_on_the_heels_of_the_handshake(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """What came with the end of the handshake is cut into records like anything else, and is there once."""
    pair = Pair(server_context, client_context)
    while not (pair.client.handshake() or pair.server.handshake()):
        pair.move(pair.client, pair.server)
        if not pair.server.handshake():
            pair.move(pair.server, pair.client)
    # Which side is done first depends on the version.
    first, second = (pair.client, pair.server) if pair.client.version else (pair.server, pair.client)
    first.write(b"hello")
    first.write(b"world")
    pair.move(first, second, len(first.outgoing) - 3)
    assert second.handshake()
    assert second.read(5) == b"hello"
    assert second.read(5) is None
    pair.move(first, second)
    assert second.read(10) == b"world"
    assert second.room == BUFFER_LIMIT
    assert second.read(10) is None


def test_an_engine_works_where_it_is_told(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    workspace = Workspace()
    pair = Pair(server_context, client_context, workspace=workspace)
    assert pair.client._incoming is pair.server._incoming is workspace.incoming
    alone = Pair(server_context, client_context)
    assert alone.client._incoming is not alone.server._incoming


@pytest.mark.guarantee("G10")
def test_connections_take_turns_in_a_workspace(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, rng: random.Random
) -> None:
    """Whatever they do there, and in whatever order: nobody leaves anything behind, and nobody notices the others."""
    workspace = Workspace()
    pairs = [Pair(server_context, client_context, workspace=workspace) for _ in range(3)]

    def check() -> None:
        assert workspace.incoming.pending == workspace.outgoing.pending == 0

    while not all(engine.version for pair in pairs for engine in (pair.client, pair.server)):
        pair = rng.choice(pairs)
        for engine, other in ((pair.client, pair.server), (pair.server, pair.client)):
            engine.handshake()
            check()
            pair.move(engine, other, rng.choice((3, 100, 20_000)))
    data = rng.randbytes(200_000)
    sent = dict.fromkeys(pairs, 0)
    got = dict.fromkeys(pairs, b"")
    while any(len(received) < len(data) for received in got.values()):
        pair = rng.choice(pairs)
        sent[pair] += pair.client.write(data[sent[pair] :][: rng.choice((1, 1000, 100_000))])
        check()
        pair.move(pair.client, pair.server, rng.choice((3, 100, 20_000)))
        got[pair] += pair.server.read(rng.choice((1, 1000, 100_000))) or b""
        check()
    for pair in pairs:
        assert got[pair] == data
        pair.client.close_writing()
        check()
        pair.move(pair.client, pair.server)
        assert pair.server.read(1) == b""
        check()


@pytest.mark.guarantee("G10")
@pytest.mark.skipif(sys.platform != "linux", reason="reads what only Linux tells of a process's memory")
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_an_idle_connection_shrinks(version: str) -> None:
    command = [sys.executable, "-m", "tests.idle_memory", version]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    held = json.loads(process.stdout)
    assert held["fresh"] > 2**13  # or something else was measured
    assert held["used"] <= 1.25 * held["fresh"]


@pytest.mark.parametrize("stray", ["incoming", "outgoing"])
@pytest.mark.parametrize("call", ["handshake", "read", "write", "close_writing"])
def test_strays_in_the_workspace_are_nobodys(
    stray: str, call: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A call was interrupted by an asynchronous exception, or an SSLObject was used without its engine."""
    workspace = Workspace()
    other = Pair(server_context, client_context, workspace=workspace)
    other.shake_hands()
    pair = Pair(server_context, client_context, workspace=workspace)
    if call != "handshake":
        pair.shake_hands()
    if call == "read":  # with the tickets in front of it, to which OpenSSL might reply
        pair.server.write(b"hello")
        pair.move(pair.server, pair.client)
    other.client.ssl_object.write(b"stray")
    if stray == "incoming":
        workspace.incoming.write(workspace.outgoing.read())
    if call == "handshake":
        pair.shake_hands()
        call = "write"
    if call == "read":
        assert pair.client.read(100) == b"hello"
        assert not pair.client.outgoing
    if call == "write":
        assert pair.send(pair.client, pair.server, b"hello") == b"hello"
    assert pair.client.close_writing()
    pair.move(pair.client, pair.server)
    assert pair.server.read(100) == b""
    assert workspace.incoming.pending == workspace.outgoing.pending == 0


class Eager:
    """A context that begins the handshake as it wraps."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        ssl_object = self._context.wrap_bio(*args, **options)
        with suppress(ssl.SSLWantReadError):
            ssl_object.do_handshake()
        return ssl_object


@pytest.mark.guarantee("G4")
def test_what_a_context_writes_as_it_wraps(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """It leaves before anything else does, and nothing of anybody else's with it."""
    workspace = Workspace()
    workspace.outgoing.write(b"stray")
    pair = Pair(server_context, Eager(client_context), workspace=workspace)
    assert bytes(pair.client.outgoing)[:1] == bytes([HANDSHAKE])
    assert workspace.outgoing.pending == 0
    pair.shake_hands()
    assert pair.send(pair.client, pair.server, b"hello") == b"hello"


# ---- Python code in the middle of OpenSSL's work ----

Calling: TypeAlias = Callable[[Callable[[], object]], ssl.SSLContext]


@pytest.fixture
def calling(ca: CertificateAuthority, server_certificate: Certificate, tls_version: ssl.TLSVersion) -> Calling:
    """Makes a server's context that calls a function for every message, and every header of a record, in or out."""

    def make(function: Callable[[], object]) -> ssl.SSLContext:
        context = ca.server_context(server_certificate)
        context.minimum_version = context.maximum_version = tls_version
        context._msg_callback = lambda *_: function()  # type: ignore[attr-defined]
        return context

    return make


@pytest.mark.guarantee("G1", "G2", "G4")
def test_a_callback_can_use_other_connections(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, calling: Calling, rng: random.Random
) -> None:
    """Whatever they do there, nobody notices."""
    workspace = Workspace()
    data = rng.randbytes(60_000)
    established = Pair(server_context, client_context, workspace=workspace)
    established.shake_hands()
    calls = 0

    def use() -> None:
        nonlocal calls
        calls += 1
        for one, other in itertools.permutations((established.client, established.server)):
            assert established.send(one, other, data) == data
        if calls % 10 == 1:
            pair = Pair(server_context, client_context, workspace=workspace)
            pair.shake_hands()
            assert pair.client.close_writing()
            pair.move(pair.client, pair.server)
            assert pair.server.read(1) == b""

    pair = Pair(calling(use), client_context, workspace=workspace)
    pair.shake_hands()
    for one, other in itertools.permutations((pair.client, pair.server)):
        assert pair.send(one, other, 2 * data) == 2 * data
    assert pair.server.close_writing()
    pair.move(pair.server, pair.client)
    assert pair.client.read(1) == b""
    assert calls > 20
    assert workspace.incoming.pending == workspace.outgoing.pending == 0


@pytest.mark.guarantee("G1", "G2", "G4")
def test_a_callback_cannot_use_its_own_connection(client_context: ssl.SSLContext, calling: Calling) -> None:
    """It is told so, and nothing has happened."""
    workspace = Workspace()
    refused: set[str] = set()

    def attempt(name: str, *arguments: Any) -> None:
        with pytest.raises(RuntimeError, match="cannot use the connection"):
            getattr(own.server, name)(*arguments)
        refused.add(name)

    def use() -> None:
        with pytest.raises(RuntimeError, match="at work"):
            workspace.clear()
        attempt("write", b"x")
        if own.server.version is None:
            attempt("handshake")
        else:
            attempt("close_writing")
        if own.server._records.received:
            attempt("read", 1)

    own = Pair(calling(use), client_context, workspace=workspace)
    own.shake_hands()
    for one, other in itertools.permutations((own.client, own.server)):
        assert own.send(one, other, bytes(60_000)) == bytes(60_000)
    assert refused == {"handshake", "read", "write", "close_writing"}


def test_a_callback_cannot_use_its_own_connection_by_way_of_another(
    client_context: ssl.SSLContext, calling: Calling
) -> None:
    workspace = Workspace()
    refusals = 0

    def use_another() -> None:
        if not refusals:
            other = Pair(calling(use_its_own), client_context, workspace=workspace)
            other.shake_hands()

    def use_its_own() -> None:
        nonlocal refusals
        with pytest.raises(RuntimeError, match="cannot use the connection"):
            own.server.handshake()
        refusals += 1

    own = Pair(calling(use_another), client_context, workspace=workspace)
    own.shake_hands()
    assert refusals
    assert own.send(own.client, own.server, b"hello") == b"hello"


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("phase", ["handshake", "reading", "writing"])
def test_a_callback_raises(phase: str, client_context: ssl.SSLContext, calling: Calling) -> None:
    """Nobody knows what was lost with that, so the connection has failed, and says who is to blame."""
    armed = False

    def fail() -> None:
        if armed:
            raise ZeroDivisionError("a bug")

    pair = Pair(calling(fail), client_context)
    calls: dict[str, Callable[[], object]] = {
        "handshake": pair.shake_hands,
        "reading": lambda: pair.server.read(10),
        "writing": lambda: pair.server.write(b"hello"),
    }
    if phase != "handshake":
        pair.shake_hands()
        pair.send(pair.server, pair.client, b"hello")
        pair.client.write(b"hello")
        pair.move(pair.client, pair.server)
    armed = True
    for call in (calls[phase], calls["reading"], calls["writing"]):
        with pytest.raises(TLSError, match=f"{phase} failed: a bug") as caught:
            call()
        assert (caught.value.phase, caught.value.fault, caught.value.alert) == (phase, "local", None)
        assert isinstance(caught.value.__cause__, ZeroDivisionError)


class Failing:
    """An SSLObject of which one method raises something of its own."""

    def __init__(self, ssl_object: ssl.SSLObject, name: str) -> None:
        self._ssl_object = ssl_object
        setattr(self, name, self.fail)

    def fail(self, *_: object) -> None:
        raise ZeroDivisionError

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ssl_object, name)


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("name", "phase"), [("do_handshake", "handshake"), ("read", "reading"), ("write", "writing"), ("unwrap", "closing")]
)
def test_an_ssl_object_raises_what_is_not_ssls(
    name: str, phase: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    pair = Pair(server_context, client_context)
    if name != "do_handshake":
        pair.shake_hands()
        assert pair.send(pair.server, pair.client, b"hello") == b"hello"
        pair.server.write(b"hello")
        pair.move(pair.server, pair.client)
    pair.client.ssl_object = cast("ssl.SSLObject", Failing(pair.client.ssl_object, name))
    calls: dict[str, Callable[[], object]] = {
        "do_handshake": pair.client.handshake,
        "read": lambda: pair.client.read(1),
        "write": lambda: pair.client.write(b"x"),
        "unwrap": pair.client.close_writing,
    }
    for _ in range(2):
        with pytest.raises(TLSError, match=f"{phase} failed: ZeroDivisionError") as caught:
            calls[name]()
        assert (caught.value.phase, caught.value.fault) == (phase, "local")
        calls["unwrap"] = lambda: pair.client.write(b"x")  # once it has failed, there is nothing to close


def test_a_callback_is_interrupted_in_another_connection(
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    calling: Calling,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is left there does not get into its own."""
    workspace = Workspace()
    interruptions = 0

    def interrupt(_: TLSEngine) -> None:
        raise KeyboardInterrupt

    def use() -> None:
        nonlocal interruptions
        other = Pair(server_context, client_context, workspace=workspace).client
        with monkeypatch.context() as patch:
            patch.setattr(TLSEngine, "_collect", interrupt)
            with pytest.raises(KeyboardInterrupt):
                other.handshake()
        interruptions += 1

    pair = Pair(calling(use), client_context, workspace=workspace)
    pair.shake_hands()
    assert interruptions
    assert pair.send(pair.server, pair.client, b"hello") == b"hello"


@pytest.mark.guarantee("G10")
def test_provoked_replies_are_bounded(pair: Pair) -> None:
    """A peer that provokes replies and does not read them fails the connection."""
    pair.client.outgoing.append(bytes(SEND_LIMIT + 1))
    pair.client._outgoing.write(b"\x15\x03\x03\x00\x02\x01\x64")
    pair.client._answer()
    with pytest.raises(TLSError, match="does not read them") as caught:
        pair.client.read(1)
    assert caught.value.phase == "reading"


def test_a_reply_may_be_larger_than_the_queue(pair: Pair) -> None:
    """Nothing is encrypted until enough of it has left."""
    reply = b"\x17\x03\x03\x40\x00" + bytes(2**14)
    pair.client.outgoing.append(bytes(SEND_LIMIT))
    pair.client._outgoing.write(reply)
    pair.client._answer()
    assert len(pair.client.outgoing) == SEND_LIMIT + len(reply)
    assert pair.client.read(1) is None
    assert pair.client.write(bytes(2 * MAX_PLAINTEXT)) == 0
    pair.client.outgoing.clear()
    assert pair.client.write(bytes(2 * MAX_PLAINTEXT)) == 2 * MAX_PLAINTEXT


@pytest.mark.guarantee("G15")
def test_renegotiation_is_refused(pair: Pair) -> None:
    """Its ClientHello does not leave, though what was queued before does, and the connection is over."""
    pair.client.outgoing.append(b"queued before")
    pair.client._outgoing.write(b"\x16\x03\x03\x00\x01\x01")
    pair.client._answer()
    assert bytes(pair.client.outgoing) == b"queued before"
    for call in (lambda: pair.client.read(1), lambda: pair.client.write(b"x")):
        with pytest.raises(TLSError, match="renegotiation") as caught:
            call()
        assert caught.value.phase == "reading"


@pytest.mark.guarantee("G15")
def test_the_peer_asks_for_renegotiation(ca: CertificateAuthority, tmp_path: Path) -> None:
    """As a server does on TLS 1.2, with a HelloRequest (RFC 5246 section 7.4.1.1)."""
    client_context, log = ca.client_context(), KeyLog(tmp_path / "keys")
    client_context.maximum_version = ssl.TLSVersion.TLSv1_2
    log.watch(client_context)
    pair = Pair(ca.server_context(ca.issue()), client_context)
    from_client, from_server = shake_hands(pair.client, pair.server)
    randoms = hello_random(from_client), hello_random(from_server)
    keys = TLS12Keys(log.secrets()["CLIENT_RANDOM"], *randoms, server_side=True, number=1)
    pair.client.feed(bytes(keys.seal(Record(HANDSHAKE, b"\0\0\0\0"))))
    with pytest.raises(TLSError, match="renegotiation"):
        pair.client.read(1)
    assert not pair.client.outgoing


# ---- the handshake ----


@pytest.mark.guarantee("G3")
def test_tickets_are_held_until_the_next_record(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """And leave in front of it, whichever it is."""
    for say in (lambda engine: engine.write(b"data"), TLSEngine.close_writing):
        pair = Pair(server_context, client_context)
        pair.shake_hands()
        assert not pair.server.outgoing
        say(pair.server)
        records = []
        queue = bytes(pair.server.outgoing)
        while queue:
            length = 5 + int.from_bytes(queue[3:5], "big")
            records.append(queue[:length])
            queue = queue[length:]
        is_tls13 = pair.server.ssl_object.version() == "TLSv1.3"
        assert len(records) == 3 if is_tls13 else 1
        pair.move(pair.server, pair.client)
        assert pair.client.read(10) in (b"data", b"")


@pytest.mark.guarantee("G4", "G9")
def test_a_failed_handshake_fails_again_the_same_way(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    stranger = ssl.create_default_context()
    stranger.minimum_version = client_context.minimum_version
    stranger.maximum_version = client_context.maximum_version
    pair = Pair(server_context, stranger)
    with pytest.raises(HandshakeError) as first:
        pair.shake_hands()
    assert re.search(r"^TLS handshake failed: .+ \(alert unknown_ca sent\)$", str(first.value))
    for call in (pair.client.handshake, lambda: pair.client.read(1), lambda: pair.client.write(b"x")):
        with pytest.raises(HandshakeError) as again:
            call()
        assert str(again.value) == str(first.value)
        assert again.value is not first.value
        assert again.value.__cause__ is first.value.__cause__
    assert first.value.alert == "unknown_ca"
    assert not first.value.alert_received
    pair.move(pair.client, pair.server)
    with pytest.raises(HandshakeError, match=r"^TLS handshake failed: .+ \(the peer sent alert unknown_ca\)") as theirs:
        pair.server.handshake()
    assert (theirs.value.alert, theirs.value.alert_received, theirs.value.fault) == ("unknown_ca", True, "local")


def test_truncated_handshake(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    pair = Pair(server_context, client_context)
    assert not pair.server.handshake()
    pair.server.feed_eof()
    for _ in range(2):
        with pytest.raises(TruncatedError, match=r"^TLS handshake: .+ without the peer's close_notify") as caught:
            pair.server.handshake()
        assert caught.value.phase == "handshake"
        assert "EOF" in str(caught.value.__cause__)


def test_transport_failure_during_the_handshake(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    pair = Pair(server_context, client_context)
    pair.client.fail_reading(ConnectionResetError("reset"))
    with pytest.raises(HandshakeError, match="reset"):
        pair.client.handshake()


def shred(flight: bytes) -> bytes:
    """The same handshake messages in records of one byte each, up to where records are sealed."""
    shreds, start = bytearray(), 0
    for end in record_ends(flight):
        if flight[start] != HANDSHAKE:
            break
        shreds += b"".join(make_record(HANDSHAKE, bytes([byte])) for byte in flight[start + 5 : end])
        start = end
    return bytes(shreds + flight[start:])


@pytest.mark.guarantee("G13")
@pytest.mark.parametrize("protocols", [[], ["x" * 250] * 200], ids=["a usual hello", "a hello of 50 KiB"])
def test_a_handshake_in_tiny_records(
    protocols: list[str], server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """As anybody may send it (RFC 8446 section 5.1): it gets somewhere, however many records it takes."""
    client_context.set_alpn_protocols(protocols)
    pair = Pair(server_context, client_context)
    while not (pair.client.version and pair.server.version):
        for source, sink in ((pair.client, pair.server), (pair.server, pair.client)):
            source.handshake()
            flight = shred(bytes(source.outgoing))
            source.outgoing.clear()
            for n in range(0, len(flight), 30_000):
                sink.feed(flight[n : n + 30_000])
                sink.handshake()
    assert pair.send(pair.client, pair.server, b"hello") == b"hello"


@pytest.mark.guarantee("G13")
def test_empty_records_are_no_progress(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Not even between others. (So many in a row OpenSSL refuses by itself.)"""
    server = Pair(server_context, client_context).server
    empty = make_record(HANDSHAKE, b"") * 32
    for byte in b"\1\0\1\0":
        server.feed(empty + make_record(HANDSHAKE, bytes([byte])))
        assert not server.handshake()
    server.feed(make_record(HANDSHAKE, b""))
    with pytest.raises(HandshakeError, match="no data") as caught:
        server.handshake()
    assert caught.value.fault == "peer"


@pytest.mark.guarantee("G13")
def test_a_handshake_has_an_end(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """A server may ask a client for its hello as often as it likes (RFC 5246 section 7.4.1.1); OpenSSL ignores it."""
    client = Pair(server_context, client_context).client
    hello_requests = make_record(HANDSHAKE, bytes(MAX_PLAINTEXT))
    client.handshake()
    for _ in range(MAX_HANDSHAKE // MAX_PLAINTEXT):
        client.feed(hello_requests)
        assert not client.handshake()
    client.feed(make_record(HANDSHAKE, b"\0"))
    with pytest.raises(HandshakeError, match="does not come to the end") as caught:
        client.handshake()
    assert caught.value.fault == "peer"


def test_the_version_is_known_after_the_handshake(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    pair = Pair(server_context, client_context)
    assert pair.client.version is None
    pair.shake_hands()
    assert pair.client.version == pair.client.ssl_object.version()


def test_nothing_is_said_before_the_handshake(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    pair = Pair(server_context, client_context)
    assert pair.client.close_writing()
    assert not pair.client.outgoing
    pair.shake_hands()
    assert pair.send(pair.client, pair.server, b"hello") == b"hello"


# ---- the end ----


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("unfinished", [0, 3, 200])
def test_half_close_loses_nothing(unfinished: int, pair: Pair) -> None:
    """With decrypted data at hand, records waiting, and one of them unfinished."""
    data = bytes(range(250)) * 120
    pair.server.write(data)
    rest = bytes(pair.server.outgoing)[len(pair.server.outgoing) - unfinished :] if unfinished else b""
    pair.client.feed(bytes(pair.server.outgoing)[: len(pair.server.outgoing) - unfinished])
    got = pair.client.read(10) or b""
    for _ in range(2):
        assert pair.client.close_writing()
    assert pair.client.states.writing is Writing.HALF_CLOSED
    while received := pair.client.read(1000):
        got += received
    pair.client.feed(rest) if rest else None
    while received := pair.client.read(1000):
        got += received
    assert got == data
    pair.server.outgoing.clear()
    pair.server.close_writing()
    pair.move(pair.server, pair.client)
    assert pair.client.read(10) == b""
    pair.move(pair.client, pair.server)
    assert pair.server.read(10) == b""


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("position", [5, 50, -2])
def test_half_close_within_a_record(position: int, pair: Pair) -> None:
    """OpenSSL has its beginning already."""
    pair.server.write(bytes(100))
    record = bytes(pair.server.outgoing)
    pair.client.feed(record[:position])
    assert pair.client.read(200) is None
    pair.client.close_writing()
    pair.client.feed(record[position:])
    assert pair.client.read(200) == bytes(100)


def test_both_ends_close_first(pair: Pair) -> None:
    """close_notify is answered although the peer's has been received already."""
    pair.client.close_writing()
    pair.move(pair.client, pair.server)
    assert pair.server.read(1) == b""
    pair.server.close_writing()
    pair.move(pair.server, pair.client)
    assert pair.client.read(1) == b""


def test_trailing_data(pair: Pair) -> None:
    pair.client.close_writing()
    pair.client.outgoing.append(b"plain")
    pair.move(pair.client, pair.server)
    for _ in range(2):  # the end is the end, whatever follows
        assert pair.server.read(1) == b""
    pair.server.feed(b" text")
    assert pair.server.take_input() == b"plain text"
    assert pair.server.take_input() == b""


@pytest.mark.guarantee("G8")
def test_nothing_follows_close_notify(pair: Pair) -> None:
    """OpenSSL would answer a KeyUpdate even then, and the record would turn up in what follows TLS on the wire."""
    pair.shake_hands()
    if pair.client.ssl_object.version() != "TLSv1.3":
        pytest.skip("KeyUpdate is TLS 1.3's")
    assert pair.send(pair.server, pair.client, b"tickets first") == b"tickets first"
    pair.client.close_writing()
    pair.client.outgoing.clear()
    for _ in range(3):  # the answer to one waits for the next
        update_keys(pair.server.ssl_object)
        assert pair.send(pair.server, pair.client, b"not answered") == b"not answered"
        assert not pair.client.outgoing


def test_a_key_update_is_answered_at_once(pair: Pair) -> None:
    """Not only with the next data, which may never be sent."""
    if pair.client.ssl_object.version() != "TLSv1.3":
        pytest.skip("KeyUpdate is TLS 1.3's")
    update_keys(pair.server.ssl_object)
    assert pair.send(pair.server, pair.client, b"hello") == b"hello"
    assert len(pair.client.outgoing) == 5 + 5 + 17  # a record's header, the message, its type and the tag
    assert pair.send(pair.client, pair.server, b"hello") == b"hello"


def test_the_tickets_leave_in_front_of_a_reply(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """They are sealed with the keys that the reply changes."""
    pair = Pair(server_context, client_context)
    pair.shake_hands()
    if pair.client.version != "TLSv1.3":
        pytest.skip("KeyUpdate is TLS 1.3's")
    update_keys(pair.client.ssl_object)
    assert pair.send(pair.client, pair.server, b"hello") == b"hello"
    assert pair.send(pair.server, pair.client, b"world") == b"world"


@pytest.mark.guarantee("G10")
def test_what_a_ticket_made_openssl_set_up_is_released(pair: Pair) -> None:
    """By a write of nothing, in the place of one that may never come."""
    written: list[bytes] = []
    original = pair.client.ssl_object

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(original, name)

        def write(self, data: bytes) -> int:
            written.append(data)
            return original.write(data)

    pair.client.ssl_object = Watched()  # type: ignore[assignment]
    assert (
        pair.send(pair.server, pair.client, b"with this come the session tickets")
        == b"with this come the session tickets"
    )
    tls13 = original.version() == "TLSv1.3"
    assert written == ([b"", b""] if tls13 else [])
    assert not pair.client.outgoing


def test_a_write_of_nothing_fails(pair: Pair) -> None:
    """As reading does, whose part it is."""
    if pair.client.ssl_object.version() != "TLSv1.3":
        pytest.skip("TLS 1.2 has no tickets after the handshake")
    original = pair.client.ssl_object

    class Broken:
        def __getattr__(self, name: str) -> Any:
            return getattr(original, name)

        def write(self, data: bytes) -> int:
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, "no more")

    pair.client.ssl_object = Broken()  # type: ignore[assignment]
    pair.server.write(b"with this come the session tickets")
    pair.move(pair.server, pair.client)
    with pytest.raises(TLSError, match="no more") as caught:
        pair.client.read(100)
    assert caught.value.phase == "reading"


@pytest.mark.guarantee("G9")
def test_a_damaged_record_fails_both_directions(pair: Pair) -> None:
    """What came before it is delivered first, and the peer learns why."""
    pair.client.write(b"good")
    good = len(pair.client.outgoing)
    pair.client.write(b"bad")
    damage(pair.client.outgoing, good + 10)
    pair.move(pair.client, pair.server)
    assert pair.server.read(100) == b"good"
    for call in (lambda: pair.server.read(1), lambda: pair.server.write(b"x")):
        with pytest.raises(TLSError) as caught:
            call()
        assert caught.value.phase == "reading"
        assert caught.value.fault == "peer"
    pair.move(pair.server, pair.client)
    with pytest.raises(TLSError) as told:
        pair.client.read(1)
    assert (told.value.alert, told.value.alert_received) == ("bad_record_mac", True)
    pair.server.close_writing()
    assert pair.server.states.writing is Writing.FAILED


@pytest.mark.guarantee("G9")
def test_a_failure_is_no_end(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Not even for who takes the transport's end for the peer's."""
    pair = Pair(server_context, client_context, standard_compatible=False)
    pair.shake_hands()
    pair.server.feed(b"GET / HTTP/1.1\r\n")
    for _ in range(2):
        with pytest.raises(TLSError, match=r"^TLS reading failed: ") as caught:
            pair.server.read(1)
        assert (caught.value.alert is None) == ("alert" not in str(caught.value))


def test_plain_text_in_the_middle(pair: Pair) -> None:
    pair.server.feed(b"GET / HTTP/1.1\r\n")
    with pytest.raises(TLSError):
        pair.server.read(1)


@pytest.mark.parametrize("call", ["handshake", "read"])
def test_bytes_that_openssl_only_wants_more_of(
    call: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A hello in the form of SSLv2 is no record, and not worth a special case."""
    pair = Pair(server_context, client_context)
    if call == "read":
        pair.shake_hands()
    pair.server._records.flaw = "not a TLS record"  # as it says of a piece that it gave
    with pytest.raises(TLSError, match="not a TLS record"):
        pair.server.handshake() if call == "handshake" else pair.server._read_record(1) or pair.server.read(1)


def test_first_transport_error_of_a_direction_sticks(pair: Pair) -> None:
    pair.client.write(b"never sent")
    pair.client.fail_writing(BrokenPipeError("first"))
    pair.client.fail_writing(BrokenPipeError("second"))
    pair.client.fail_reading(ConnectionResetError("third"))
    pair.client.fail_reading(ConnectionResetError("fourth"))
    assert not pair.client.outgoing
    with pytest.raises(TLSError, match="writing failed: first"):
        pair.client.write(b"x")
    with pytest.raises(TLSError, match="reading failed: third"):
        pair.client.read(1)


@pytest.mark.guarantee("G9")
def test_a_failure_of_tls_does_not_hide_an_earlier_one(pair: Pair) -> None:
    pair.client.fail_writing(BrokenPipeError("first"))
    pair.client.feed(b"GET / HTTP/1.1\r\n")
    with pytest.raises(TLSError, match="reading failed"):
        pair.client.read(1)
    with pytest.raises(TLSError, match="writing failed: first"):
        pair.client.write(b"x")
    pair.server.fail_reading(ConnectionResetError("first"))
    pair.server.ssl_object = Refusing()  # type: ignore[assignment]
    with pytest.raises(TLSError, match="reading failed: first"):
        pair.server.read(1)
    with pytest.raises(TLSError):
        pair.server.write(b"x")
    with pytest.raises(TLSError, match="reading failed: first"):
        pair.server.read(1)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("error", "cause", "words"),
    [
        (anyio.BrokenResourceError("own words"), OSError("behind it"), "own words"),
        (anyio.BrokenResourceError(), OSError("behind it"), "behind it"),
        (anyio.BrokenResourceError(), caused(anyio.BrokenResourceError(), OSError("behind both")), "behind both"),
        (anyio.BrokenResourceError(), None, "BrokenResourceError"),
        (anyio.BrokenResourceError(), caused(silent := OSError(), silent), "BrokenResourceError"),
    ],
    ids=["own", "behind", "behind an adapter", "none", "its own"],
)
def test_words_for_a_transport_error(error: Exception, cause: Exception | None, words: str, pair: Pair) -> None:
    error.__cause__ = cause
    pair.client.fail_reading(error)
    with pytest.raises(TLSError, match=f"^TLS reading failed: {words}$"):
        pair.client.read(1)


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOBUFS, errno.ENOMEM, errno.ENOSPC], ids=errno.errorcode.get)
@pytest.mark.parametrize("is_behind", [False, True], ids=["as it is", "behind a stream's error"])
@pytest.mark.parametrize("direction", ["reading", "writing"])
def test_what_this_machine_lacks_is_not_the_peers_fault(
    number: int, is_behind: bool, direction: str, pair: Pair
) -> None:
    error: Exception = OSError(number, os.strerror(number))
    if is_behind:
        error = caused(anyio.BrokenResourceError(), error)
    is_reading = direction == "reading"
    (pair.client.fail_reading if is_reading else pair.client.fail_writing)(error)
    call = partial(pair.client.read, 1) if is_reading else partial(pair.client.write, b"x")
    with pytest.raises(TLSError, match=rf"^TLS {direction} failed: .*{os.strerror(number)}$") as caught:
        call()
    assert caught.value.fault == "local"


class Refusing:
    """An SSLObject that fails whatever it is asked for, with these arguments of the error."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments

    def __getattr__(self, name: str) -> Any:
        raise ssl.SSLError(*self.arguments or (ssl.SSL_ERROR_SSL, f"no {name}"))


def test_ssl_object_refuses_to_write(pair: Pair) -> None:
    pair.client.ssl_object = Refusing()  # type: ignore[assignment]
    with pytest.raises(TLSError, match=r"^TLS writing failed: no write$") as caught:
        pair.client.write(b"x")
    assert caught.value.phase == "writing"
    pair.server.ssl_object = Refusing("one argument")  # type: ignore[assignment]
    with pytest.raises(TLSError, match="one argument"):
        pair.server.write(b"x")


def test_ssl_object_refuses_to_close(pair: Pair) -> None:
    pair.client.ssl_object = Refusing()  # type: ignore[assignment]
    with pytest.raises(TLSError, match="no unwrap") as caught:
        pair.client.close_writing()
    assert caught.value.phase == "closing"


# ---- alerts ----


# As various versions of OpenSSL have it, behind the symbol that ssl knows for it, or none.
SPELLINGS = ["sslv3 alert {}", "tlsv1 alert {}", "tlsv13 alert {}", "tls alert {}", "ssl/tls alert {}", "tlsv1 {}"]
SYMBOLS = ["SSLV3_ALERT_{}", "TLSV1_ALERT_{}", "TLSV13_ALERT_{}", "TLS_ALERT_{}", "TLSV1_{}"]


def library_error(words: str, symbol: str | None) -> ssl.SSLError:
    """An error as ssl makes it."""
    error = ssl.SSLError(ssl.SSL_ERROR_SSL, f"[SSL: {symbol}] {words}" if symbol else f"[SSL] {words}")
    vars(error).update(library="SSL", reason=symbol)
    return error


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("name", sorted(set(_ALERTS.values())))
def test_received_alert(name: str) -> None:
    """By its symbol, whatever the words are, and by the words where there is no symbol."""
    spelled = name.replace("user_canceled", "user_cancelled")
    for symbol in SYMBOLS:
        for words in ("tls alert nobody knows (_ssl.c:1006)", "whatever"):
            assert received_alert(library_error(words, symbol.format(spelled.upper()))) == name
    for spelling in SPELLINGS:
        words = spelling.format(spelled.replace("_", " "))
        for where in ("", " (_ssl.c:1006)"):
            assert received_alert(library_error(words + where, None)) == name
            assert received_alert(library_error(words + where, "NEW_IN_OPENSSL_5")) == name


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("words", "symbol"),
    [
        ("decryption failed or bad record mac (_ssl.c:2580)", "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"),
        ("tlsv1 alert nobody knows (_ssl.c:1006)", None),
        ("tls illegal exporter label (_ssl.c:1006)", "TLS_ILLEGAL_EXPORTER_LABEL"),
        ("bad certificate (_ssl.c:1006)", "BAD_CERTIFICATE"),
        ("record layer failure (_ssl.c:1006)", "RECORD_LAYER_FAILURE"),
        ("", None),
    ],
)
def test_no_received_alert(words: str, symbol: str | None) -> None:
    assert received_alert(library_error(words, symbol)) is None
    assert received_alert(ssl.SSLError("one argument")) is None


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("words", "symbol", "reason"),
    [
        ("wrong version number (_ssl.c:1006)", "WRONG_VERSION_NUMBER", "WRONG_VERSION_NUMBER"),
        ("no (good) sigalg/group, at all (_ssl.c:1006)", None, "NO_GOOD_SIGALG_GROUP_AT_ALL"),
        ("not of OpenSSL", None, ""),
    ],
)
def test_reason(words: str, symbol: str | None, reason: str) -> None:
    """Where ssl has no symbol, because it is older than the library, it is made of the words."""
    assert TLSError("failed", phase="reading", cause=library_error(words, symbol)).reason == reason
    assert TLSError("failed", phase="reading").reason == ""


@pytest.mark.guarantee("G9")
def test_an_alert_that_is_sealed_is_named_too(ca: CertificateAuthority) -> None:
    """A client's leaves in plain text, even on TLS 1.3, a TLS 1.3 server's does not."""
    stranger = CertificateAuthority()
    server_context = ca.server_context(require_client_certificate=True)
    for client_context, server_refuses in (
        (stranger.client_context(), False),
        (ca.client_context(stranger.issue("somebody@example.org", client=True)), True),
    ):
        pair = Pair(server_context, client_context)
        with pytest.raises(HandshakeError) as caught:
            pair.shake_hands()
        refusing = pair.server if server_refuses else pair.client
        assert caught.value.alert == "unknown_ca"
        alert = bytes(refusing.outgoing)[-7:]
        assert (alert == b"\x15\x03\x03\0\2\2\x30") is not server_refuses


def test_sent_alert() -> None:
    error = ssl.SSLError(ssl.SSL_ERROR_SSL, "whatever")
    assert sent_alert(error, b"\x15\x03\x03\x00\x02\x02\x28") == "handshake_failure"
    assert sent_alert(error, b"\x15\x03\x03\x00\x02\x02\xff") is None
    assert sent_alert(error, b"") is None
    unusual = ssl.SSLCertVerificationError(ssl.SSL_ERROR_SSL, "unusual")
    unusual.verify_code = 12345
    assert sent_alert(unusual, b"\x17\x03\x03\x00\x13" + bytes(19)) is None
