"""Random conversations against the model of two byte queues and their ends.

A Hypothesis state machine makes calls at both ends of a connection, cancels them at their n-th await, cuts, resets and
corrupts the transport, closes, and compares the outcomes with the model in _model.py. One end is always the library's;
the other is the library's too, or a blocking ``SSLSocket``, or pyOpenSSL.

The machine runs in a thread, and each of its steps in the test's event loop, so it is the same on every backend. No
verdict depends on time: a call is judged when it is over, and those that are not over yet are left under way.
"""

from __future__ import annotations

import functools
import itertools
import random
import socket
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import anyio
import hypothesis
import pytest
from anyio import from_thread, to_thread
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint
from hypothesis import strategies as st
from hypothesis.internal.conjecture import engine
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from OpenSSL import SSL

from anyio_tls import SocketStream, WriterTaskStream, _driver, _handshake, _writer_task
from anyio_tls.testing import Certificate, CertificateAuthority, MemoryStream, Schedule, memory_stream_pair

from ._conversations import end_transport, lowest, reset_transport
from ._ends import BlockingEnd, End, LibraryEnd, PyOpenSSLEnd, outcome_of, stream_over
from ._model import Call, Kind, Outcome, Queue, Side, connected_sides
from ._pairs import Awaits, socket_pair, tls_pair, unix_socket_pair
from .conftest import TLS_VERSIONS, deciding_option, open_descriptors

# Seconds for what one step makes happen: far more than any takes.
STEP_LIMIT = 10

# Seconds for making a counterexample small. One in which nothing happens any more takes a STEP_LIMIT with each attempt.
SHRINKING_LIMIT = 30

# Seconds, longer than any step. What the library does when its own patience ends has tests of its own.
PATIENCE = 3600.0

# After so many turns of the event loop most of what can happen has happened.
MANY_TURNS = 10

# A socket takes so many bytes without anybody receiving.
SOCKET_ROOM = 2**15

SOCKETS = ["socket", "anyio-tcp", "unix", "trio-socket"]
MEMORY = ["memory", "writer-task"]

Step = TypeVar("Step", bound=Callable[..., Awaitable[None]])


def open_sockets() -> dict[int, str]:
    return {number: what for number, what in open_descriptors().items() if what.startswith("socket:")}


class World:
    """What all conversations of a test share."""

    def __init__(
        self, ca: CertificateAuthority, certificate: Certificate, directory: Path, task_group: TaskGroup
    ) -> None:
        self._ca = ca
        self._certificate = certificate
        self._ca_file = directory / "ca.pem"
        self._ca_file.write_bytes(ca.pem)
        self._certificate_file = directory / "certificate.pem"
        self._certificate_file.write_bytes(certificate.certificate_pem + certificate.private_key_pem)
        self.task_group = task_group
        self.conversations = 0
        self.steps = 0
        self.context = functools.cache(self._context)
        self.strict_context = functools.cache(self._strict_context)
        self.foreign_context = functools.cache(self._foreign_context)

    def _context(self, version: str, *, server_side: bool) -> ssl.SSLContext:
        context = self._ca.server_context(self._certificate) if server_side else self._ca.client_context()
        context.minimum_version = context.maximum_version = TLS_VERSIONS[version]
        return context

    def _strict_context(self, version: str, *, server_side: bool) -> ssl.SSLContext:
        """For a peer that can tell a truncation."""
        context = self._context(version, server_side=server_side)
        context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
        return context

    def _foreign_context(self, version: str, *, server_side: bool) -> SSL.Context:
        context = SSL.Context(SSL.TLS_METHOD)
        number = {"TLS1.2": SSL.TLS1_2_VERSION, "TLS1.3": SSL.TLS1_3_VERSION}[version]
        context.set_min_proto_version(number)
        context.set_max_proto_version(number)
        if server_side:
            context.use_certificate_chain_file(str(self._certificate_file))
            context.use_privatekey_file(str(self._certificate_file))
        else:
            context.load_verify_locations(str(self._ca_file))
            context.set_verify(SSL.VERIFY_PEER)
        return context


def step(*, final: bool = False, **arguments: st.SearchStrategy[Any]) -> Callable[[Step], Callable[..., None]]:
    """Make a rule of a coroutine function, after which the event loop makes some turns.

    :param final: whether the conversation is hardly the same afterwards, so that it has to be a while old
    """

    def decorate(function: Step) -> Callable[..., None]:
        any_rule: Any = rule  # whose types do not allow for arguments that come from elsewhere

        @functools.wraps(function)
        def make_step(self: Conversation, turns: int, **arguments: Any) -> None:
            self.run(partial(function, self, **arguments), turns)

        made: Callable[..., None] = any_rule(**arguments, turns=st.sampled_from([0, 1, 2, MANY_TURNS, MANY_TURNS]))(
            make_step
        )
        after_peace: Callable[..., Callable[..., None]] = precondition(lambda self: not final or self.age >= self.peace)
        return after_peace(made)

    return decorate


ends = st.sampled_from([0, 1])
strikes = st.none() | st.none() | st.integers(1, 10)
sizes = st.sampled_from([0, 1, 1000, 2**14 - 1, 2**14, 2**14 + 1, 50_000, 300_000])
limits = st.sampled_from([1, 1000, 2**14, 2**16, 2**20])


class Conversation(RuleBasedStateMachine):
    """The library with itself."""

    kinds: ClassVar = [*SOCKETS, *MEMORY, *MEMORY, "tls"]

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.kind = ""
        self.age = 0
        self.peace = 0
        self.error: Exception | None = None
        self.sides: tuple[Side, ...] = ()
        self.ends: list[End] = []
        self.below: list[Any] = []
        self.scopes: dict[Call, anyio.CancelScope] = {}
        self.news = anyio.Event()
        self.sockets = open_sockets()
        world.conversations += 1

    # ---- in the thread ----

    def run(self, function: Callable[[], Awaitable[None]], turns: int = 0) -> None:
        """Take a step in the event loop, unless one has failed: how many steps there are must not depend on when that
        shows, which may vary a little."""
        self.age += 1
        if self.error is None:
            self.world.steps += 1
            from_thread.run(self.take_step, function, turns)

    def teardown(self) -> None:
        if self.sides:
            self.run(self.conclude)
        from_thread.run(self.take_step, self.clean_up)
        if self.error is not None:
            raise self.error
        left = open_sockets().items() - self.sockets.items()
        assert not left, f"sockets left open: {sorted(left)}"

    # ---- in the event loop ----

    async def take_step(self, function: Callable[[], Awaitable[None]], turns: int = 0) -> None:
        try:
            with anyio.fail_after(STEP_LIMIT):
                await function()
                for _ in range(turns):
                    await checkpoint()
                for side in self.sides:
                    side.counts()
                await self.settle(everything=turns == MANY_TURNS)
        except TimeoutError:
            under_way = [f"{call} at {index}" for index, side in enumerate(self.sides) for call in side.calls]
            self.fails(AssertionError(f"nothing happens any more, with {under_way or 'nothing'} under way"))
        except Exception as exc:
            self.fails(exc)

    def fails(self, error: Exception) -> None:
        self.error = self.error or error
        self.news.set()

    async def settle(self, *, everything: bool) -> None:
        """Wait for the calls that are bound to go on; otherwise only for those in threads, whose timing is not the
        event loop's."""
        for side, end in zip(self.sides, self.ends, strict=True):
            for call in list(side.calls) if everything or not end.concurrent else []:
                while not call.done.is_set() and side.is_bound_to_go_on(call):
                    await checkpoint()
                    side.counts()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition that the end of a call brings about."""
        while not condition() and self.error is None:
            self.news = anyio.Event()
            await self.news.wait()

    async def begin(self, index: int, kind: Kind, *, strike: int | None = None, size: int = 0, limit: int = 0) -> Call:
        """Make a call, in a task of its own, to be cancelled at an await of it."""
        side = self.sides[index]
        call = Call(kind, size=size)
        begun = anyio.Event()

        async def perform() -> None:
            side.begins(call, SOCKET_ROOM if self.kind in SOCKETS else 0)
            operation = self.operation(index, call, limit)
            scope = self.scopes[call] = anyio.CancelScope()
            begun.set()
            outcome, message, data = Outcome.CANCELLED, "", b""
            try:
                try:
                    with scope:
                        data = await Awaits(operation, strike or 0, partial(self.cancel, side, call)) or b""
                        outcome = Outcome.DONE if data or kind != "receive" else Outcome.END
                except Exception as exc:
                    outcome, message = outcome_of(exc), str(exc)
                side.ends(call, outcome, data, message)
                assert self.ends[index].bytes_received in {None, side.incoming.received}
            except Exception as exc:
                self.fails(exc)
            finally:
                side.leaves(call)
                del self.scopes[call]
                call.done.set()
                self.news.set()

        self.world.task_group.start_soon(perform)
        await begun.wait()
        return call

    def operation(self, index: int, call: Call, limit: int) -> Awaitable[Any]:
        end = self.ends[index]
        if call.kind == "send":
            return end.send(self.sides[index].outgoing.content(call.sent_before, call.size))
        if call.kind == "receive":
            return end.receive(limit)
        operation: Awaitable[Any] = getattr(end, call.kind)()
        return operation

    def cancel(self, side: Side, call: Call) -> None:
        side.is_cancelled(call)
        self.scopes[call].cancel()

    # ---- the beginning ----

    @initialize(
        version=st.sampled_from(list(TLS_VERSIONS)),
        kind=st.integers(0, 71),
        ours=ends,
        shaken=st.booleans(),
        lingers=st.tuples(st.booleans(), st.booleans()),
        capacity=st.sampled_from([1000, 2**14, 2**16]),
        pieces=st.lists(st.integers(1, 20_000), max_size=3),
        pauses=st.integers(0, 2),
        peace=st.integers(0, 40),
    )
    def connect(self, kind: int, peace: int, **options: Any) -> None:
        self.peace = peace
        self.run(partial(self.open, self.kinds[kind % len(self.kinds)], **options))

    async def open(
        self,
        kind: str,
        version: str,
        ours: int,
        shaken: bool,
        lingers: tuple[bool, bool],
        capacity: int,
        pieces: list[int],
        pauses: int,
    ) -> None:
        self.version = version
        self.kind = kind
        self.ours = ours  # the one that closes first, and the library's if the other is not
        if kind in MEMORY:
            schedule = Schedule([*pieces, 2**16], pauses)
            self.below = list(memory_stream_pair(capacity, schedule=schedule, peer_schedule=schedule))
            if kind == "writer-task":
                self.below = [WriterTaskStream(stream, self.world.task_group) for stream in self.below]
        elif kind == "tls":
            first, second = socket_pair()
            server, client = (self.world.context(version, server_side=server_side) for server_side in (True, False))
            self.below = list(await tls_pair(SocketStream(first), SocketStream(second), server, client))
        else:
            self.below = list(unix_socket_pair() if kind == "unix" else socket_pair())
        self.ends = [await self.make_end(index, linger) for index, linger in enumerate(lingers)]
        queues = Queue(0), Queue(2**19)
        self.sides = connected_sides(
            *(
                Side(
                    end,
                    outgoing=queues[index],
                    incoming=queues[1 - index],
                    has_half_close=version == "TLS1.3",
                    exact=kind != "memory",
                    resets=kind not in MEMORY,
                    lingers=lingers[index] and kind in SOCKETS,
                    hurries=not lingers[index] and kind == "memory",
                )
                for index, end in enumerate(self.ends)
            )
        )
        await self.introduce()
        if shaken:
            for index in (0, 1):
                await self.call(index, "handshake")
            await self.until(lambda: all(end.handshaken for end in self.ends))

    async def make_end(self, index: int, linger: bool) -> End:
        if self.kind in SOCKETS:
            self.below[index] = await stream_over(self.kind, self.below[index])
        context = self.world.context(self.version, server_side=bool(index))
        patience = PATIENCE if linger else 0
        return LibraryEnd.unshaken(self.below[index], context, server_side=bool(index), linger=patience)

    async def introduce(self) -> None:
        """The ends and the model are there, and nothing has happened yet."""

    # ---- calls ----

    async def call(self, index: int, kind: Kind, *, strike: int | None = None, size: int = 0, limit: int = 0) -> None:
        """Make a call, if the end can."""
        if self.can(index, kind):
            strike = strike if self.ends[index].cancellable else None
            await self.begin(index, kind, strike=strike, size=size, limit=limit)

    def can(self, index: int, kind: Kind) -> bool:
        return True

    @step(end=ends, strike=strikes)
    async def handshake(self, end: int, strike: int | None) -> None:
        await self.call(end, "handshake", strike=strike)

    @step(end=ends, limit=limits, strike=strikes)
    async def receive(self, end: int, limit: int, strike: int | None) -> None:
        await self.call(end, "receive", limit=limit, strike=strike)

    @step(end=ends, size=sizes, strike=strikes)
    async def send(self, end: int, size: int, strike: int | None) -> None:
        await self.call(end, "send", size=size, strike=strike)

    @step(both_sizes=st.tuples(sizes, sizes), both_strikes=st.tuples(strikes, strikes), times=st.integers(1, 10))
    async def talk(self, both_sizes: tuple[int, int], both_strikes: tuple[int | None, int | None], times: int) -> None:
        """Send at both ends at once, and receive there for a while."""
        for end, size, strike in zip((0, 1), both_sizes, both_strikes, strict=True):
            await self.call(end, "send", size=size, strike=strike)
        for _ in range(times):
            for end, side in enumerate(self.sides):
                if not side.is_reading and not side.has_heard_all:
                    await self.call(end, "receive", limit=2**16)
            await checkpoint()

    @step(final=True, end=ends, strike=strikes)
    async def send_eof(self, end: int, strike: int | None) -> None:
        await self.call(end, "send_eof", strike=strike)

    @step(final=True, end=ends, strike=strikes)
    async def unwrap(self, end: int, strike: int | None) -> None:
        await self.call(end, "unwrap", strike=strike)

    @step(final=True, end=ends, strike=strikes)
    async def aclose(self, end: int, strike: int | None) -> None:
        await self.call(end, "aclose", strike=strike)

    @step(end=ends, which=st.integers(0, 3))
    async def cancel_a_call(self, end: int, which: int) -> None:
        calls = self.sides[end].calls
        if which < len(calls) and self.ends[end].cancellable:
            self.cancel(self.sides[end], calls[which])

    @step(end=ends)
    async def update_keys(self, end: int) -> None:
        """Send a KeyUpdate, which asks for the peer's."""
        side = self.sides[end]
        able = self.ends[end].has("update_keys") and self.can(end, "send") and self.version == "TLS1.3"
        blocks = not self.ends[end].concurrent and side.outgoing.on_its_way >= SOCKET_ROOM
        if able and side.is_well and not blocks:
            side.asked = True
            await self.ends[end].update_keys()

    # ---- faults ----

    @step(final=True, end=ends)
    async def cut(self, end: int) -> None:
        """What is below ends towards the other end."""
        if isinstance(self.ends[end], LibraryEnd):
            self.sides[end].is_cut()
            self.sides[end].outgoing.may_fail |= self.kind == "tls"  # the connection below does
            end_transport(self.below[end])

    @step(final=True)
    async def reset(self) -> None:
        self.break_off()
        reset_transport(self.below[self.ours])

    @step(final=True, end=ends, at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
    async def corrupt(self, end: int, at: float, bit: int) -> None:
        """Flip a bit on its way."""
        stream = lowest(self.below[end])
        if isinstance(stream, MemoryStream) and (data := stream._end._incoming.data):
            self.break_off()
            data[int(at * len(data))] ^= 1 << bit

    def break_off(self) -> None:
        for side in self.sides:
            side.outgoing.break_off()

    # ---- the end ----

    async def conclude(self) -> None:
        """Cancel what is under way. What can still arrive does, and both ends close."""
        for side, end in zip(self.sides, self.ends, strict=True):
            while side.calls and end.cancellable:
                self.cancel(side, side.calls[0])
                await side.calls[0].done.wait()
        for index, side in enumerate(self.sides):
            # A cancelled call may have left something there.
            await self.call(index, "send_eof" if side.outgoing.may_end and side.has_half_close else "send")
            self.world.task_group.start_soon(self.hear_out, index)
        await self.until(lambda: all(side.has_all_there_is for side in self.sides))
        ours, theirs = self.ours, 1 - self.ours
        closing = await self.begin(ours, "aclose")
        if self.sides[theirs].incoming.may_lose:
            self.ends[theirs].interrupt()  # there may be no word of it that gets there
        await self.until(lambda: self.sides[theirs].has_heard_all)
        if not self.sides[theirs].has_heard_end and not closing.done.is_set():
            self.cancel(self.sides[ours], closing)  # what it has to say nobody will hear
        if not self.sides[ours].lingers:
            await closing.done.wait()  # who lingers may wait for the peer to close
        await self.call(theirs, "aclose")
        await self.until(lambda: not self.sides[theirs].calls)
        await self.hang_up(self.ends[theirs], self.below[theirs])  # unwrapped, it was still open
        await self.until(lambda: not any(side.calls for side in self.sides))

    async def hear_out(self, index: int) -> None:
        """Receive until there is no more."""
        side = self.sides[index]
        while not side.has_heard_all and self.error is None:
            call = next((call for call in side.calls if call.reads or not self.ends[index].concurrent), None)
            if call is None:
                call = await self.begin(index, "receive", limit=2**16)
            await call.done.wait()

    async def clean_up(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        for scope in self.scopes.values():
            scope.cancel()
        for end in self.ends:
            end.interrupt()
        await self.hang_up(*self.ends, *self.below)

    async def hang_up(self, *ends_and_streams: Any) -> None:
        for resource in filter(None, ends_and_streams):
            await anyio.aclose_forcefully(resource)


class ForeignConversation(Conversation):
    """The library with a peer of another make, which does without cancellation."""

    kinds: ClassVar = SOCKETS

    async def make_end(self, index: int, linger: bool) -> End:
        if index == self.ours:
            return await super().make_end(index, linger)
        sock, self.below[index] = self.below[index], None
        return self.make_peer(sock, server_side=bool(index))

    def make_peer(self, sock: socket.socket, *, server_side: bool) -> End:
        raise NotImplementedError

    async def introduce(self) -> None:
        theirs = 1 - self.ours
        self.sides[theirs].foreign = self.sides[theirs].has_half_close = True
        self.sides[theirs].lingers = False
        self.sides[self.ours].has_tickets = theirs == 1
        await self.begin(theirs, "handshake")

    def can(self, index: int, kind: Kind) -> bool:
        side, end = self.sides[index], self.ends[index]
        if index == self.ours:
            return True
        if side.closed or any(call.excludes(kind) or not end.concurrent for call in side.calls):
            return False
        if kind == "aclose":
            return True
        if side.has_failed or not end.handshaken or not end.has(kind):
            return False
        return not (kind == "handshake" or (side.outgoing.may_end and kind in {"send", "unwrap"}))


class BlockingConversation(ForeignConversation):
    """The library with an ``SSLSocket``."""

    def make_peer(self, sock: socket.socket, *, server_side: bool) -> End:
        context = self.world.strict_context(self.version, server_side=server_side)
        return BlockingEnd(sock, context, server_side=server_side)


class PyOpenSSLConversation(ForeignConversation):
    """The library with pyOpenSSL."""

    def make_peer(self, sock: socket.socket, *, server_side: bool) -> End:
        context = self.world.foreign_context(self.version, server_side=server_side)
        return PyOpenSSLEnd(sock, context, server_side=server_side)

    @step(final=True)
    async def renegotiate(self) -> None:
        """The peer asks for a new handshake, and is refused."""
        theirs = 1 - self.ours
        if self.version == "TLS1.2" and self.sides[theirs].is_well and not self.sides[theirs].calls:
            self.break_off()
            await self.call(theirs, "renegotiate")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take time out of the game."""
    monkeypatch.setattr(_driver, "LINGER_SECONDS", PATIENCE)
    monkeypatch.setattr(_handshake, "ALERT_SECONDS", 0.01)
    monkeypatch.setattr(_writer_task, "LINGER_SECONDS", PATIENCE)


@pytest.fixture
def soon_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound the time that Hypothesis takes to make a counterexample small, for which it has no setting."""
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", SHRINKING_LIMIT)


@pytest.mark.usefixtures("patient", "soon_small")
@pytest.mark.guarantee("G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G11", "G12")
@pytest.mark.parametrize("conversation", [Conversation, BlockingConversation, PyOpenSSLConversation])
async def test_model(
    conversation: type[Conversation],
    ca: CertificateAuthority,
    server_certificate: Certificate,
    tmp_path: Path,
    rng: random.Random,
    request: pytest.FixtureRequest,
) -> None:
    settings = hypothesis.settings(
        max_examples=deciding_option(request, "--model-examples"),
        report_multiple_bugs=False,
        phases=set(hypothesis.Phase) - {hypothesis.Phase.explain},
    )
    failure: Exception | None = None
    # A counterexample may take longer to make small. A step that takes too long is stopped on its own.
    with anyio.CancelScope(shield=True):
        async with anyio.create_task_group() as task_group:
            world = World(ca, server_certificate, tmp_path, task_group)

            def make_conversation() -> Conversation:
                return conversation(world)

            make: Any = hypothesis.seed(rng.getrandbits(64))(make_conversation)
            try:
                await to_thread.run_sync(partial(run_state_machine_as_test, make, settings=settings))
            except Exception as exc:  # it goes on past the task group, which would wrap it
                failure = exc
                task_group.cancel_scope.cancel()
    request.node.user_properties.append(("conversations", world.conversations))
    request.node.user_properties.append(("steps", world.steps))
    if failure is not None:
        raise failure


@pytest.mark.usefixtures("patient")
@pytest.mark.guarantee("G4", "G5", "G7")
@pytest.mark.parametrize("version", TLS_VERSIONS)
@pytest.mark.parametrize("kind", dict.fromkeys(Conversation.kinds))
async def test_the_shortest_conversations(
    kind: str, version: str, ca: CertificateAuthority, server_certificate: Certificate, tmp_path: Path
) -> None:
    """The handshake and the end, which Hypothesis seldom leaves without anything between."""
    booleans = (False, True)
    async with anyio.create_task_group() as task_group:
        world = World(ca, server_certificate, tmp_path, task_group)

        def hold_them() -> None:
            for ours, shaken, *lingers in itertools.product((0, 1), booleans, booleans, booleans):
                conversation = Conversation(world)
                options: dict[str, Any] = {"version": version, "ours": ours, "shaken": shaken, "lingers": lingers}
                conversation.run(partial(conversation.open, kind, capacity=1000, pieces=[], pauses=0, **options))
                conversation.teardown()

        await to_thread.run_sync(hold_them)
