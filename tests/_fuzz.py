"""Fuzzing: a hostile peer, and what must hold whatever it sends.

An :class:`Attacker` is a real peer with a man in the middle, who changes what it sends: its handshake, or its records,
or, since its keys are known, their contents. It is made from a :class:`~._mutators.Choices`, so a number determines an
input. What OpenSSL draws at random in it (keys, nonces) differs from run to run.

The victim is an engine (:func:`attack_engine`) or a whole stream (:func:`attack_stream`). The invariants are checked
after every call; :class:`Finding` is raised if one is violated.
"""

from __future__ import annotations

import itertools
import random
import shlex
import socket
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import anyio
from anyio.lowlevel import checkpoint

from anyio_tls import SocketStream, TLSStream
from anyio_tls._engine import BUFFER_LIMIT, MAX_PLAINTEXT, SEND_LIMIT, TLSEngine
from anyio_tls._errors import TLSError, TruncatedError, UnexpectedDataError
from anyio_tls._states import Reading, Writing
from anyio_tls.testing import CertificateAuthority
from anyio_tls.testing._steps import Steps

from ._mutators import Choices, Dice, insert_nonsense, mutate_bytes, mutate_contents, mutate_records
from ._sealing import (
    CIPHERS,
    KeyLog,
    Keys,
    Record,
    TLS12Keys,
    TLS13Keys,
    hello_random,
    open_records,
    split_records,
    unpadded,
)
from ._wire import ALERT, APPLICATION_DATA, HANDSHAKE, make_engine

__all__ = [
    "CPU_SECONDS",
    "KINDS",
    "AttackerSocket",
    "Finding",
    "Outcome",
    "Timed",
    "Victim",
    "World",
    "attack_engine",
    "engine_input",
    "stream_input",
]

T = TypeVar("T")

CPU_SECONDS: Final = 0.05
"""What one call, or one step of the event loop, may take."""

MAX_RECORD: Final = 5 + MAX_PLAINTEXT + 2048

KINDS: Final = {
    "untouched": 1,
    "recorded": 3,
    "handshake": 4,
    "handshake, sealed": 3,
    "established": 4,
    "established, sealed": 5,
}
"""What the attacker does, and how often: changes nothing; replays what others said; changes the handshake, or its
encrypted part under the encryption; or the same with what comes afterwards."""

PAYLOAD: Final = random.Random("payload").randbytes(2**17)


class Finding(AssertionError):  # noqa: N818 - what fuzzing is after
    """The library has violated an invariant."""

    def repeated_by(self, seed: str, selection: str) -> Finding:
        return Finding(f"{self}\nrepeat with: python -m tests.fuzz --seed {shlex.quote(seed)} {selection}")


# ---- the peers that are attacked and imitated ----


@dataclass(frozen=True)
class Setup:
    """A kind of connection. The contexts on the peer's side tell their secrets."""

    version: str
    flavour: str
    server_side: bool
    """Of the victim."""
    client_context: ssl.SSLContext
    server_context: ssl.SSLContext
    session: ssl.SSLSession | None = None
    flights: list[bytes] = field(default_factory=list)
    """What the peer says in a handshake that nobody disturbs."""

    def __str__(self) -> str:
        return f"{'server' if self.server_side else 'client'}, {self.version}, {self.flavour}"

    def engine(self, *, server_side: bool) -> TLSEngine:
        engine = make_engine(self.server_context if server_side else self.client_context, server_side=server_side)
        if self.session is not None and not server_side:
            engine.ssl_object.session = self.session
        return engine

    def renewed(self) -> Setup:
        """The same with another session to resume, if it has one: a connection that fails spoils its session (RFC 5246
        section 7.2), as newer versions of OpenSSL see to."""
        if self.session is None:
            return self
        *_, session = undisturbed(replace(self, session=None))
        return replace(self, session=session)


class World:
    """What all inputs have in common: contexts, sessions to resume, and recorded flights of all kinds."""

    def __init__(self, directory: Path) -> None:
        self.key_log = KeyLog(directory / "keys")
        self.recorded: list[list[bytes]] = []
        self.setups: list[Setup] = []
        ca = CertificateAuthority()
        certificate, client_certificate = ca.issue(), ca.issue("client@example.org", client=True)
        for version, server_side in itertools.product(CIPHERS, (False, True)):
            for flavour in ("full", "resumed", "client certificate", "retry"):
                if flavour == "retry" and version != "TLSv1.3":
                    continue
                mutual = flavour == "client certificate"
                client_context = ca.client_context(client_certificate if mutual else None)
                server_context = ca.server_context(certificate, require_client_certificate=mutual)
                for context in (client_context, server_context):
                    context.minimum_version = context.maximum_version = ssl.TLSVersion[version.replace(".", "_")]
                if flavour == "retry":
                    server_context.set_ecdh_curve("prime256v1")  # of which clients send no key share unasked
                self.key_log.watch(client_context if server_side else server_context)
                setup = Setup(version, flavour, server_side, client_context, server_context)
                session = self._rehearse(setup)
                if flavour == "resumed":
                    setup = Setup(version, flavour, server_side, client_context, server_context, session)
                    self._rehearse(setup)
                self.setups.append(setup)

    def _rehearse(self, setup: Setup) -> ssl.SSLSession | None:
        """Record a connection that nobody disturbs; return the client's session."""
        flights, said, session = undisturbed(setup)
        setup.flights[:] = flights
        self.recorded += said
        return session


def undisturbed(setup: Setup) -> tuple[list[bytes], list[list[bytes]], ssl.SSLSession | None]:
    """Hold a connection that nobody disturbs; return what the attacker's side says in its handshake, all that both
    sides say, and the client's session."""
    engines = [setup.engine(server_side=server_side) for server_side in (False, True)]
    said: list[list[bytes]] = [[], []]

    def exchange() -> bool:
        moved = False
        for server_side, engine in enumerate(engines):
            engine.handshake() and engine.read(BUFFER_LIMIT)
            if data := bytes(engine.outgoing):
                moved = True
                said[server_side].append(data)
                engine.outgoing.clear()
                engines[not server_side].feed(data)
        return moved

    while exchange():
        pass
    flights = said[not setup.server_side].copy()
    for engine in engines:
        engine.write(b"hello")
    while exchange():
        pass
    session = engines[0].ssl_object.session
    for engine in engines:
        engine.close_writing()
    exchange()
    assert setup.session is None or engines[0].ssl_object.session_reused
    return flights, said, session


# ---- the attacker ----


class Attacker:
    """The peer, and the man in the middle."""

    def __init__(self, world: World, choices: Choices, *, streams: bool = False) -> None:
        # A stream offers no session to resume in its first handshake.
        setups = [setup for setup in world.setups if not streams or setup.server_side or setup.session is None]
        self.setup = choices.pick(setups).renewed()
        self.kind = choices.pick([kind for kind, weight in KINDS.items() for _ in range(weight)])
        self.changes: list[str] = []
        self.chunks: deque[bytes] = deque()
        """What the victim will receive next, in pieces as the network delivers them."""
        self.sent = bytearray()
        """All the plaintext that the victim may take for the peer's."""
        self.owed = 0
        """How much of it arrives untouched."""
        self.said_goodbye = False
        """Whether close_notify came behind that."""
        self.heard = bytearray()
        """The plaintext that the peer received."""
        self.error: TLSError | None = None
        """What became of the peer."""
        self.handshaken = False
        self._world = world
        self._choices = choices
        self._begun = False
        self._flights = 0
        self._said_first = self._heard_first = b""
        self._peer = self.setup.engine(server_side=not self.setup.server_side)
        last = len(self.setup.flights) - 1
        self._target = {"handshake": choices.below(last + 1), "handshake, sealed": last}.get(self.kind)
        world.key_log.clear()
        if self.kind == "recorded":
            self._replay()
        else:
            self.hear(b"")

    def __str__(self) -> str:
        return f"{self.setup}; {self.kind}: {', '.join(self.changes) or 'no change'}"

    def hear(self, data: bytes) -> None:
        """Take what the victim says, and react to it."""
        if self.kind == "recorded" or self.error is not None or (self._begun and not data):
            return
        self._begun = True
        self._heard_first = self._heard_first or data
        for start in range(0, max(len(data), 1), MAX_PLAINTEXT):
            self._peer.feed(data[start : start + MAX_PLAINTEXT])
            try:
                self._react()
            except TLSError as exc:
                self.error = exc
                break
        self._emit()

    def _react(self) -> None:
        if not self._peer.handshake():
            return
        self._emit()
        if not self.handshaken:
            self.handshaken = True
            self._speak()
        while received := self._peer.read(BUFFER_LIMIT):
            self.heard += received

    # ---- what it says ----

    def _take(self) -> bytes:
        data = bytes(self._peer.outgoing)
        self._peer.outgoing.clear()
        return data

    def _replay(self) -> None:
        """Say what somebody else has said, or something like it."""
        choices = self._choices
        flights = choices.pick((self.setup.flights, *self._world.recorded))
        records = split_records(b"".join(flights[: 1 + choices.below(len(flights))]))
        self._deliver(self._change(records))

    def _emit(self) -> None:
        """Pass on what the peer has to say, changed if it is its turn."""
        if flight := self._take():
            self._said_first = self._said_first or flight
            if self._flights == self._target:
                records = split_records(flight)
                if self.kind == "handshake, sealed":
                    keys = self._keys(early=True)
                    clear, contents = open_records(keys, records, self.setup.version)
                    self._change_contents(contents)
                    if self.setup.version == "TLSv1.2":  # the same keys serve for what follows
                        self._allow(contents)
                    flight = b"".join(map(bytes, [*clear, *map(keys.seal, contents)]))
                else:
                    flight = self._change(records)
            self._flights += 1
            self._deliver(flight)

    def _speak(self) -> None:
        """What the peer says after the handshake."""
        choices = self._choices
        written = 0
        for _ in range(choices.below(4)):
            written += self._peer.write(PAYLOAD[written:][: choices.pick((1, 100, MAX_PLAINTEXT, 20_000))])
        if choices.one_in(2):
            self._peer.close_writing()
        said = self._take()
        if self.kind.startswith("handshake"):
            pieces = [PAYLOAD[start:written][:MAX_PLAINTEXT] for start in range(0, written, MAX_PLAINTEXT)]
            contents = [Record(APPLICATION_DATA, piece) for piece in pieces]
            if self._peer.states.writing is Writing.HALF_CLOSED:
                contents.append(Record(ALERT, b"\1\0"))
            self._allow(contents)
            self._deliver(said)
            return
        keys = self._keys(early=False)
        records = split_records(said)
        contents = [keys.open(record) for record in records]
        if self.kind == "established, sealed":
            self._change_contents(contents)
            records = [keys.seal(content) for content in contents]
            said = b"".join(map(bytes, records))
            if self.setup.version == "TLSv1.3":
                contents = [unpadded(content) for content in contents]
        arrives = said
        if self.kind == "established" or (self.kind == "established, sealed" and choices.one_in(8)):
            arrives = self._change(records.copy())
        self._allow(contents)
        self._owe(contents, records, said, arrives)
        self._deliver(arrives)

    def _allow(self, contents: list[Record]) -> None:
        """Note what the victim may receive."""
        for content in contents:
            if self.said_goodbye:
                break
            if content.kind == APPLICATION_DATA and len(content.body) <= MAX_PLAINTEXT:
                self.sent += content.body
            elif content.kind == ALERT and content.body[1:] == b"\0":
                self.said_goodbye = True

    def _owe(self, contents: list[Record], records: list[Record], said: bytes, arrives: bytes) -> None:
        """Note what the victim must receive: what arrives as it was said, up to the first nonsense."""
        end = 0
        for content, record in zip(contents, records, strict=True):
            end += len(bytes(record))
            if content.kind == HANDSHAKE and self.kind != "established, sealed":
                continue  # a session ticket
            if content.kind != APPLICATION_DATA or not 0 < len(content.body) <= MAX_PLAINTEXT:
                break
            if said[:end] != arrives[:end]:
                break
            self.owed += len(content.body)

    def _keys(self, *, early: bool) -> Keys:
        """The peer's keys, for the encrypted part of its handshake or for what follows."""
        secrets = self._world.key_log.secrets()
        server_side = not self.setup.server_side
        if self.setup.version == "TLSv1.3":
            side = "SERVER" if server_side else "CLIENT"
            return TLS13Keys(secrets[f"{side}_{'HANDSHAKE_TRAFFIC_SECRET' if early else 'TRAFFIC_SECRET_0'}"])
        randoms = hello_random(self._said_first), hello_random(self._heard_first)
        client_random, server_random = reversed(randoms) if server_side else randoms
        number = 0 if early else 1  # behind Finished
        return TLS12Keys(secrets["CLIENT_RANDOM"], client_random, server_random, server_side=server_side, number=number)

    # ---- what is done to it ----

    def _change_contents(self, contents: list[Record]) -> None:
        for _ in range(self._choices.below(3)):
            insert_nonsense(self._choices, contents)
            self.changes.append("insert_nonsense")
        self.changes += mutate_contents(self._choices, contents)

    def _change(self, records: list[Record]) -> bytes:
        choices = self._choices
        if choices.one_in(6):
            foreign = split_records(choices.pick(choices.pick(self._world.recorded)))
            position = choices.below(len(records) + 1)
            records[position : position + choices.below(3)] = foreign[choices.below(len(foreign)) :]
            self.changes.append("splice")
        else:
            self.changes += mutate_records(choices, records)
        data = bytearray().join(map(bytes, records))
        if choices.one_in(6):
            self.changes.append(mutate_bytes(choices, data))
        return bytes(data[: 2**18])

    def _deliver(self, data: bytes) -> None:
        """Cut it up as a network might."""
        choices = self._choices
        style = choices.pick(("whole", "whole", "record by record", "byte by byte", "somewhere"))
        pieces = {"whole": 0, "record by record": 20, "byte by byte": 64, "somewhere": 8}[style]
        while data and pieces:
            size = 1
            if style == "record by record":
                size = 5 + int.from_bytes(data[3:5], "big")
            elif style == "somewhere":
                size = 1 + choices.below(choices.pick((8, 100, 20_000)))
            self.chunks.append(data[:size])
            data = data[size:]
            pieces -= 1
        self.chunks.extend(data[start : start + BUFFER_LIMIT] for start in range(0, len(data), BUFFER_LIMIT))


# ---- inputs by number ----


def engine_input(world: World, seed: str, number: int) -> Outcome:
    """Attack an engine with the input of a number."""
    try:
        return attack_engine(world, Dice(seed, number))
    except Finding as finding:
        raise finding.repeated_by(seed, f"--only {number}") from finding.__cause__


async def stream_input(world: World, seed: str, number: int, backend: str) -> Outcome:
    """Attack a stream with the input of a number."""
    try:
        return await attack_stream(world, Dice(f"{seed} stream", number))
    except Finding as finding:
        raise finding.repeated_by(seed, f"--only {number} --backend {backend}") from finding.__cause__


# ---- what must hold ----


def check_end(
    attacker: Attacker, received: bytes | bytearray, error: Exception | None, *, ended: bool, cut_off: bool = False
) -> None:
    """The victim received what the peer said, up to where somebody interfered, and nothing else.

    :param ended: whether it takes this for the end
    :param cut_off: whether it need not have received everything
    """
    if not attacker.sent.startswith(received):
        raise Finding("received what the peer has not sent")
    if ended and not (attacker.said_goodbye and len(received) == len(attacker.sent)):
        raise Finding("takes for the end what is none")
    if cut_off:
        return
    if len(received) < attacker.owed:
        raise Finding(f"lost data: received {len(received)} bytes of {attacker.owed}, then {error!r}")
    if attacker.kind == "untouched" and not (ended if attacker.said_goodbye else isinstance(error, TruncatedError)):
        raise Finding(f"nobody interfered, and yet {error!r}")


def same(one: TLSError, other: TLSError) -> bool:
    """Whether an error is another one again."""
    return type(one) is type(other) and vars(one) == vars(other) and one.args == other.args


class Victim:
    """An engine, watched: every call on it is checked."""

    def __init__(self, engine: TLSEngine) -> None:
        self.engine = engine
        self.handshaken = False
        self.received = bytearray()
        self.error: TLSError | None = None
        self.over = False
        self.slowest = (0.0, "")
        self.largest = 0
        self._emitted = bytearray()

    def call(self, operation: str, *args: Any) -> Any:
        """Call a method of the engine; whatever it does must be documented."""
        queued = len(self.engine.outgoing)
        result: Any = None
        error: TLSError | None = None
        started = time.thread_time()
        try:
            result = getattr(self.engine, operation)(*args)
        except TLSError as exc:
            error = exc
        except Exception as exc:
            raise Finding(f"{operation}() raises {exc!r}") from exc
        self.slowest = max(self.slowest, (time.thread_time() - started, operation))
        self._emitted += bytes(self.engine.outgoing)[queued:]
        self._check_bounds(operation)
        if error is not None:
            self._check_error(error)
            raise error
        return result

    def _check_bounds(self, operation: str) -> None:
        engine = self.engine
        seconds, slowest = self.slowest
        if seconds > CPU_SECONDS:
            raise Finding(f"{slowest}() takes {1000 * seconds:.0f} ms")
        if engine._workspace.incoming.pending or engine._workspace.outgoing.pending:
            raise Finding(f"{operation}() leaves something in the workspace")
        received = len(engine._records._unfinished) + len(engine._records.received)
        ours = len(engine._plaintext) + len(engine.outgoing._held)
        if not (len(engine.outgoing) <= SEND_LIMIT + MAX_RECORD and received <= BUFFER_LIMIT and ours <= MAX_RECORD):
            held = f"{len(engine.outgoing)} bytes to send, {received} received and {ours} of its own"
            raise Finding(f"after {operation}() the engine holds {held}")
        self.largest = max(self.largest, len(engine.outgoing) + received + ours)

    def _check_error(self, error: TLSError) -> None:
        if self.error is not None:
            if not same(error, self.error):
                raise Finding(f"failed with {self.error!r} {vars(self.error)}, and now with {error!r} {vars(error)}")
            return
        self.error = error
        if (error.phase == "handshake") is self.handshaken:
            raise Finding(f"{error!r} claims to come from {error.phase}")
        if isinstance(error.__cause__, ssl.SSLWantReadError) or error.reason == "SHUTDOWN_WHILE_IN_INIT":
            raise Finding(f"{error!r} blames the peer for not having finished")
        is_known = error.alert is not None or "an alert that this TLS library does not know" in str(error)
        if error.alert_received and (not is_known or error.fault != "local"):
            raise Finding(f"{error!r} tells of an alert of the peer's that is not one")
        if error.alert is not None and not error.alert_received and not self._last_record_may_be_alert():
            raise Finding(f"{error!r} tells of an alert that was not sent")

    def records(self) -> list[Record]:
        try:
            return split_records(bytes(self._emitted))
        except AssertionError:
            raise Finding("what was sent is torn") from None

    def _last_record_may_be_alert(self) -> bool:
        records = self.records()
        return bool(records) and (records[-1].kind == ALERT or len(records[-1].body) == 2 + 1 + 16)

    def take(self) -> bytes:
        """What the transport takes."""
        data = bytes(self.engine.outgoing)
        self.engine.outgoing.clear()
        return data

    def advance(self, *, size: int = BUFFER_LIMIT, item: bytes = b"", close: bool = False) -> int:
        """Go on as far as that is possible, as a driver does; tell how much of ``item`` was written."""
        written = 0
        try:
            if not self.handshaken:
                self.handshaken = self.call("handshake")
            if self.handshaken:
                if item:
                    written = self.call("write", item)
                if close:
                    self.call("close_writing")
                while data := self.call("read", size):
                    self.received += data
                self.over = data is not None
        except TLSError:
            self.over = True
        return written


@dataclass
class Outcome:
    """What became of one input."""

    victim: str
    attack: str
    changes: list[str]
    end: str
    slowest: tuple[float, str]
    largest: int


def attack_engine(world: World, choices: Choices) -> Outcome:
    """Attack an engine."""
    attacker = Attacker(world, choices)
    try:
        return _attack_engine(attacker, choices)
    except Finding as finding:
        raise Finding(f"{attacker}: {finding}") from finding


def _attack_engine(attacker: Attacker, choices: Choices) -> Outcome:
    setup = attacker.setup
    victim = Victim(setup.engine(server_side=setup.server_side))
    item = PAYLOAD[: choices.pick((0, 10, 20_000, len(PAYLOAD)))]
    piece = choices.pick((10, 5000, len(PAYLOAD)))
    size = choices.pick((BUFFER_LIMIT, MAX_PLAINTEXT, 1000))
    close_at = choices.pick((None, None, None, 0, 1, 2))
    deaf = choices.one_in(8)  # whether the peer does not read any more after the handshake
    hears = True
    written = 0
    fed = bytearray()
    for turn in itertools.count():
        close = close_at is not None and turn >= close_at
        written += victim.advance(size=size, item=b"" if close else item[written:][:piece], close=close)
        if hears:
            attacker.hear(victim.take())
        hears = not (deaf and victim.handshaken)
        if victim.over or not attacker.chunks:
            break
        chunk = attacker.chunks.popleft()
        room = victim.engine.room
        if not room:
            raise Finding("waits for more and has no room for it")
        if chunk[room:]:
            attacker.chunks.appendleft(chunk[room:])
        fed += chunk[:room]
        victim.call("feed", chunk[:room])
    if not victim.over:
        victim.call("feed_eof")
        victim.advance(size=size)
        if not victim.over:
            raise Finding("waits for more after the end")
    check_end(attacker, victim.received, victim.error, ended=victim.error is None)
    check_stays(victim)
    check_peer(attacker, victim, written, deaf=deaf)
    if victim.error is None and not fed.endswith(victim.engine.take_input()):
        raise Finding("what came behind close_notify is not what was fed")
    return Outcome(
        str(setup),
        attacker.kind,
        attacker.changes,
        "close_notify" if victim.error is None else type(victim.error).__name__,
        victim.slowest,
        victim.largest,
    )


def check_stays(victim: Victim) -> None:
    """A direction that has ended stays ended, and raises the same error again."""
    engine = victim.engine
    queued = len(engine.outgoing)
    if victim.error is None:
        if victim.call("read", 1) != b"":
            raise Finding("reads on behind the end")
    else:
        arguments: dict[str, tuple[int, ...]] = {"read": (1,), "handshake": ()}
        for operation, args in arguments.items():
            try:
                result = victim.call(operation, *args)
            except TLSError:
                continue
            raise Finding(f"failed with {victim.error!r}, and yet {operation}() returns {result!r}")
    states = engine.states
    if states.writing is Writing.FAILED:
        try:
            victim.call("write", b"more")
        except TLSError:
            pass
        else:
            raise Finding("can write after TLS has failed")
    elif isinstance(victim.error, TLSError) and states.reading is Reading.FAILED:
        raise Finding("one direction of TLS has failed, and the other one has not")
    if len(engine.outgoing) != queued:
        raise Finding("goes on talking after it has failed")


def check_peer(attacker: Attacker, victim: Victim, written: int, *, deaf: bool) -> None:
    """Whatever the peer says, it hears whole what the victim says."""
    victim.records()
    attacker.hear(victim.take())
    if not (victim.handshaken and attacker.handshaken) or deaf:
        return
    if attacker.error is not None and attacker.error.reason == "NO_RENEGOTIATION":
        return  # the attacker asked for it, and the peer gives up when it is told no
    if attacker.heard != PAYLOAD[:written]:
        raise Finding(f"wrote {written} bytes, of which {len(attacker.heard)} arrived, then {attacker.error!r}")
    error = victim.error
    if (
        error is None
        or error.alert is None
        or error.alert_received
        or victim.engine.states.writing is not Writing.FAILED
    ):
        return
    told = attacker.error
    if told is None or not told.alert_received or told.alert != error.alert:
        raise Finding(f"failed with {error!r}, and the peer was told {told!r}")


# ---- whole streams ----


class Timed(Steps[T]):
    """Await a coroutine, and note how long its longest step took."""

    def __init__(self, coroutine: Awaitable[T]) -> None:
        super().__init__(coroutine)
        self.longest = 0.0

    def step(self, go: Callable[[Any], Any], value: Any) -> Any:
        started = time.thread_time()
        try:
            return super().step(go, value)
        finally:
            self.longest = max(self.longest, time.thread_time() - started)


class Speaker(Protocol):
    """A peer, by what it says when it hears something."""

    chunks: deque[bytes]

    def hear(self, data: bytes) -> None: ...


class AttackerSocket:
    """The attacker's end of a socket.

    :param ending: what it does when nothing moves any more: ``"end"``, ``"reset"``, or nothing, so that the victim has
        to be cancelled
    :param patient: whether it lets the victim read every piece of what it says before it says the next
    """

    def __init__(self, attacker: Speaker, ending: str, *, patient: bool) -> None:
        self.victim, self._sock = socket.socketpair()
        self.scope = anyio.CancelScope()
        """What the victim does."""
        self._attacker = attacker
        self._ending = ending
        self._patient = patient
        self._sock.setblocking(False)

    async def run(self) -> None:
        quiet = 0
        while self._sock.fileno() >= 0:
            quiet += 1
            try:
                while data := self._receive():
                    self._attacker.hear(data)
                    quiet = 0
                if data is not None:
                    break  # there is nobody left to talk to
                if (not self._patient or quiet > PATIENCE) and self._send():
                    quiet = 0
                if quiet > QUIET_TURNS:
                    self._end()
            except OSError:
                break
            await checkpoint()
        self._sock.close()

    def _receive(self) -> bytes | None:
        try:
            return self._sock.recv(BUFFER_LIMIT)
        except BlockingIOError:
            return None

    def _send(self) -> bool:
        """Say the next words, or all of them, as far as they fit; tell whether there was anything to say."""
        chunks = self._attacker.chunks
        said = bool(chunks)
        try:
            while chunks:
                sent = self._sock.send(chunks[0])
                chunks[0] = chunks[0][sent:]
                if not chunks[0]:
                    chunks.popleft()
                if self._patient:
                    break
        except BlockingIOError:
            pass
        return said

    def _end(self) -> None:
        if self._ending == "end":
            self._sock.shutdown(socket.SHUT_WR)
        elif self._ending == "reset":
            self._sock.close()
        else:
            self.scope.cancel()

    def close(self) -> None:
        self._sock.close()
        self.victim.close()


PATIENCE: Final = 4
"""Turns of the event loop in which the victim reads."""

QUIET_TURNS: Final = 30
"""Iterations of the event loop after which no task can make progress any more."""

SECONDS: Final = 20
"""In which an attack is over, or it hangs."""


async def attack_stream(world: World, choices: Choices) -> Outcome:
    """Attack a whole stream."""
    attacker = Attacker(world, choices, streams=True)
    ending = choices.pick(("end", "end", "reset", "silence"))
    sock = AttackerSocket(attacker, ending, patient=choices.one_in(2))
    victim = StreamVictim(attacker, sock)
    finding: Finding | None = None
    try:
        with anyio.fail_after(SECONDS):
            async with anyio.create_task_group() as tg:
                tg.start_soon(sock.run)
                try:
                    with sock.scope:
                        await victim.converse(choices)
                    check_end(attacker, victim.received, victim.error, ended=victim.ended, cut_off=ending != "end")
                    await victim.leave()
                except Finding as exc:  # not through the task group, which would wrap it up
                    finding = exc
                tg.cancel_scope.cancel()
    except TimeoutError:
        finding = Finding("hangs")
    finally:
        sock.close()
    if finding is not None:
        raise Finding(f"{attacker}; {ending}: {finding}") from finding
    end = "close_notify" if victim.ended else "cancelled" if victim.error is None else type(victim.error).__name__
    return Outcome(str(attacker.setup), attacker.kind, attacker.changes, end, victim.slowest, 0)


class StreamVictim:
    """A stream that is attacked: whatever its methods raise must be documented."""

    def __init__(self, attacker: Attacker, sock: AttackerSocket) -> None:
        self.received = bytearray()
        self.error: TLSError | None = None
        self.ended = False
        self.slowest = (0.0, "")
        self._attacker = attacker
        self._sock = sock
        self._stream: TLSStream | None = None

    async def call(self, name: str, operation: Awaitable[T]) -> T:
        steps = Timed(operation)
        try:
            return await steps
        except (TLSError, anyio.EndOfStream, anyio.ClosedResourceError):
            raise
        except Exception as exc:
            raise Finding(f"{name}() raises {exc!r}") from exc
        finally:
            self.slowest = max(self.slowest, (steps.longest, name))
            if steps.longest > CPU_SECONDS:
                raise Finding(f"{name}() holds the event loop for {1000 * steps.longest:.0f} ms")

    async def converse(self, choices: Choices) -> None:
        size = choices.pick((BUFFER_LIMIT, 1000))
        item = PAYLOAD[: choices.pick((0, 10, 20_000, len(PAYLOAD)))]
        unwrap = choices.one_in(4)
        setup = self._attacker.setup
        context = setup.server_context if setup.server_side else setup.client_context
        hostname = None if setup.server_side else "localhost"
        below = SocketStream(self._sock.victim)
        try:
            self._stream = stream = await self.call(
                "wrap", TLSStream.wrap(below, server_side=setup.server_side, hostname=hostname, ssl_context=context)
            )
            await self.call("send", stream.send(item))
            if unwrap:
                try:
                    await self.call("unwrap", stream.unwrap(timeout=None))
                    await below.aclose()
                    self.ended = True
                    return
                except UnexpectedDataError:
                    pass
            while True:
                self.received += await self.call("receive", stream.receive(size))
        except anyio.EndOfStream:
            self.ended = True
        except TLSError as exc:
            self.error = exc

    async def leave(self) -> None:
        """Closing works in every state."""
        if (stream := self._stream) is not None:
            try:
                await self.call("aclose", stream.aclose())
            except TLSError as exc:
                raise Finding(f"aclose() raises {exc!r}") from exc
            result: object
            try:
                result = await self.call("receive", stream.receive())
            except (TLSError, anyio.EndOfStream, anyio.ClosedResourceError) as exc:
                result = exc
            if not isinstance(result, anyio.ClosedResourceError):
                raise Finding(f"was closed, and yet receive() comes to {result!r}")
        if self._sock.victim.fileno() >= 0:
            raise Finding("the socket is still open")
