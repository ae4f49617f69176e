"""Byte streams in memory, and the schedules that make them behave like bad networks.

Two :class:`Pipe` objects, one per direction, connect two :class:`End` objects. The logic of an end is the same for
AnyIO and Trio; thin classes on top give methods and errors their names.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar, get_args

import anyio
from anyio.abc import ByteStream
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from anyio_tls._arguments import as_bytes, as_integer, as_max_bytes, let_go_of

__all__ = ["End", "Errors", "Fault", "MemoryStream", "Schedule", "connected_ends", "memory_stream_pair", "pairs_made"]

T = TypeVar("T")

Operation: TypeAlias = Literal["receive", "send"]
Action: TypeAlias = Literal["stall", "end", "reset", "tear"]

MANY: Final = 2**31

pairs_made: Final[ContextVar[list[str] | None]] = ContextVar("pairs_made", default=None)
"""Where a sweep records the calls that make the pairs of its scenario again."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong at the n-th operation of a kind on one end of a memory stream.

    =========  ==============================================================================================
    ``stall``  The operation waits until it is cancelled, its stream is closed or the connection breaks. The next
               one works again.
    ``end``    The direction ends before the operation: a receive finds the end instead of what was on its
               way, a send breaks, and the peer finds the end.
    ``reset``  The connection breaks before the operation, in both directions and for both ends.
    ``tear``   A send delivers the first half of its item, then the connection is reset. What it delivered can
               still be received.
    =========  ==============================================================================================

    :param operation: ``"receive"`` or ``"send"``; neither ending a direction nor waiting for room counts
    :param at: which one of its kind, from 1
    :param action: ``"stall"``, ``"end"``, ``"reset"`` or ``"tear"``
    :raises TypeError: if ``at`` is not an integer
    :raises ValueError: if it is less than 1, if there is no such operation or action, or if a receive is to tear
    """

    operation: Operation
    at: int
    action: Action

    def __post_init__(self) -> None:
        if self.operation not in get_args(Operation):
            raise ValueError(f"operation must be one of {get_args(Operation)}, not {self.operation!r}")
        if self.action not in get_args(Action):
            raise ValueError(f"action must be one of {get_args(Action)}, not {self.action!r}")
        if self.operation == "receive" and self.action == "tear":
            raise ValueError("only a send can tear")
        as_integer("at", self.at, 1, MANY)


@dataclass(frozen=True)
class Schedule:
    """How one end of a memory stream behaves.

    ::

        Schedule(pieces=[1])                        # delivers one byte at a time
        Schedule(pieces=[5, 65536])                 # splits what arrives after its fifth byte
        Schedule(turns=10)                          # gives the peer time, so that its sends arrive in one piece
        Schedule(faults=[Fault("send", 3, "tear")]) # the third send tears

    :param pieces: the most bytes that a receive delivers, one number for each piece of what arrives; the last one is
        used for all that follow. By default nothing is split
    :param turns: how often a receive lets other tasks run before it looks at what is there
    :param faults: what goes wrong, and when
    :raises TypeError: for arguments of the wrong type
    :raises ValueError: for a piece of less than one byte, a negative number of turns, or two faults at one operation
    """

    pieces: tuple[int, ...] = ()
    turns: int = 0
    faults: tuple[Fault, ...] = ()

    def __init__(self, pieces: Iterable[int] = (), turns: int = 0, faults: Iterable[Fault] = ()) -> None:
        set_field = object.__setattr__  # as in a frozen dataclass
        set_field(self, "pieces", _as_tuple("pieces", pieces))
        set_field(self, "turns", as_integer("turns", turns, 0, MANY))
        set_field(self, "faults", _as_tuple("faults", faults))
        for piece in self.pieces:
            as_integer("a piece", piece, 1, MANY)
        for fault in self.faults:
            if not isinstance(fault, Fault):
                raise TypeError(f"a fault must be a Fault, not {type(fault).__name__}")
        if len({(fault.operation, fault.at) for fault in self.faults}) < len(self.faults):
            raise ValueError("two faults at the same operation")

    @classmethod
    def random(cls, rng: random.Random, *actions: Action) -> Schedule:
        """Make a schedule from random numbers: pieces of all sizes, turns, and one fault if any are named.

        :param rng: where the randomness comes from; the same state makes the same schedule
        :param actions: the actions to choose from for the fault, which comes at one of the first 12 operations of its
            kind
        :raises ValueError: if the chosen one is not an action
        """
        pieces = [rng.randint(1, rng.choice((1, 10, 100, 20_000))) for _ in range(rng.randint(0, 8))]
        faults = []
        if actions:
            action = rng.choice(actions)
            operation: Operation = "send" if action == "tear" else rng.choice(("receive", "send"))
            faults.append(Fault(operation, rng.randint(1, 12), action))
        return cls(pieces, rng.choice((0, 0, 1, 10)), faults)


def _as_tuple(argument: str, items: Iterable[T]) -> tuple[T, ...]:
    if not isinstance(items, Iterable):
        raise TypeError(f"{argument} must be iterable, not {type(items).__name__}")
    return tuple(items)


class Pipe:
    """Bytes in transit in one direction."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.data: bytearray = bytearray()
        self.ended: bool = False  # nothing follows
        self.broken: bool = False  # nothing more can be sent; what is there can still be received
        self._changed = anyio.Event()

    @property
    def room(self) -> int:
        # Without capacity, bytes are handed over one by one.
        return max(self.capacity, 1) - len(self.data)

    def end(self) -> None:
        self.ended = True
        self.changed()

    def break_off(self) -> None:
        self.broken = True
        self.changed()

    def changed(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    async def change(self) -> None:
        await self._changed.wait()
        # On asyncio a cancellation does not reach a task that has been woken, as one is here over and over.
        await checkpoint_if_cancelled()


@dataclass(frozen=True)
class Errors:
    """The exceptions that an end raises."""

    broken: Callable[[str], Exception]
    closed: Callable[[str], Exception]
    busy: Callable[[str], Exception]
    """Called with what the other task is doing: "sending to", "receiving from"."""


ANYIO_ERRORS: Final = Errors(anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.BusyResourceError)


class End:
    """One end of two pipes, following its schedule."""

    def __init__(self, incoming: Pipe, outgoing: Pipe, schedule: Schedule, errors: Errors) -> None:
        self.schedule = schedule
        self._incoming = incoming
        self._outgoing = outgoing
        self._errors = errors
        self.closed: bool = False
        self._eof_sent = False
        self._pieces = list(schedule.pieces)
        self._faults = {(fault.operation, fault.at): fault.action for fault in schedule.faults}
        self._count = {"receive": 0, "send": 0}
        self._busy: set[Operation] = set()

    def __str__(self) -> str:
        return f"{self._outgoing.capacity} bytes, {self.schedule}"

    @property
    def faults_left(self) -> int:
        return len(self._faults)

    async def receive(self, max_bytes: int) -> bytes:
        """At least one byte, or ``b""`` at the end."""
        pipe = self._incoming
        with self._operation("receive"):
            await checkpoint()
            action = self._next_action("receive")
            if action == "stall":
                await self._stall(pipe)
            elif action == "end":
                pipe.data.clear()
                pipe.end()
            elif action == "reset":
                self.reset()
            for _ in range(self.schedule.turns):
                await checkpoint()
            while True:
                self._check_open()
                if pipe.data:
                    return self._take(pipe, max_bytes)
                if pipe.broken:
                    raise self._errors.broken("the connection was reset")
                if pipe.ended:
                    return b""
                await pipe.change()

    def _take(self, pipe: Pipe, max_bytes: int) -> bytes:
        if self._pieces:
            max_bytes = min(max_bytes, self._pieces[0])
        data = bytes(pipe.data[:max_bytes])
        del pipe.data[:max_bytes]
        pipe.changed()
        if self._pieces:
            self._pieces[0] -= len(data)
            if not self._pieces[0]:
                self._pieces = self._pieces[1:] or [self.schedule.pieces[-1]]
        return data

    async def send(self, data: bytes | memoryview) -> None:
        """Without capacity, wait until all of it has been received."""
        pipe = self._outgoing
        with self._operation("send"):
            await checkpoint()
            action = self._next_action("send")
            if action == "stall":
                await self._stall(pipe)
            elif action == "end":
                pipe.end()
            elif action == "reset":
                self.reset()
            elif action == "tear":
                try:
                    await self._put(pipe, data[: len(data) // 2])
                finally:
                    pipe.break_off()
                    self._incoming.break_off()
            await self._put(pipe, data)

    async def _put(self, pipe: Pipe, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        try:
            while True:
                self._check_sending()
                if rest and (room := pipe.room) > 0:
                    pipe.data += rest[:room]
                    pipe.changed()
                    rest = rest[room:]
                elif rest or (pipe.data and not pipe.capacity):
                    await pipe.change()
                else:
                    return
        finally:
            rest.release()  # See let_go_of().

    async def wait_writable(self) -> None:
        with self._operation("send"):
            await checkpoint()
            self._check_sending()
            while self._outgoing.room <= 0:
                await self._outgoing.change()
                self._check_sending()

    async def send_eof(self) -> None:
        with self._operation("send"):
            await checkpoint()
            self._eof_sent = True
            self._outgoing.end()

    def reset(self) -> None:
        for pipe in (self._incoming, self._outgoing):
            pipe.data.clear()
            pipe.break_off()

    def close(self) -> None:
        self.closed = True
        self._outgoing.end()
        self._incoming.break_off()

    # ---- who may do what, and what goes wrong ----

    @contextmanager
    def _operation(self, operation: Operation) -> Iterator[None]:
        self._check_open()
        if operation in self._busy:
            raise self._errors.busy("receiving from" if operation == "receive" else "sending to")
        self._busy.add(operation)
        try:
            yield
        finally:
            self._busy.remove(operation)

    def _next_action(self, operation: Operation) -> Action | None:
        self._count[operation] += 1
        return self._faults.pop((operation, self._count[operation]), None)

    async def _stall(self, pipe: Pipe) -> None:
        while not (self.closed or pipe.broken):
            await pipe.change()

    def _check_open(self) -> None:
        if self.closed:
            raise self._errors.closed("this memory stream has been closed")

    def _check_sending(self) -> None:
        self._check_open()
        if self._outgoing.broken:
            raise self._errors.broken("the connection was reset, or the peer has closed it")
        if self._eof_sent:
            raise self._errors.closed("this memory stream has sent its end")
        if self._outgoing.ended:
            raise self._errors.broken("the connection has ended")


def connected_ends(capacity: int, schedule: Schedule, peer_schedule: Schedule, errors: Errors) -> tuple[End, End]:
    as_integer("capacity", capacity, 0, MANY)
    for argument, value in (("schedule", schedule), ("peer_schedule", peer_schedule)):
        if not isinstance(value, Schedule):
            raise TypeError(f"{argument} must be a Schedule, not {type(value).__name__}")
    if (pairs := pairs_made.get()) is not None:
        pairs.append(f"memory_stream_pair({capacity}, schedule={schedule}, peer_schedule={peer_schedule})")
    there, back = Pipe(capacity), Pipe(capacity)
    return End(back, there, schedule, errors), End(there, back, peer_schedule, errors)


class MemoryStream(ByteStream):
    """One end of a connection in memory, from :func:`memory_stream_pair`.

    One task may receive and one may send at the same time. As with most byte streams, a cancelled :meth:`send` has sent
    an unknown part of its item.
    """

    def __init__(self, end: End) -> None:
        self._end = end

    def __repr__(self) -> str:
        return f"<MemoryStream: {self._end}>"

    @property
    def closed(self) -> bool:
        """Whether this end is closed."""
        return self._end.closed

    @property
    def faults_left(self) -> int:
        """How many of the schedule's faults have not happened yet."""
        return self._end.faults_left

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Receive what has arrived, or wait until something does. A cancelled call has taken nothing.

        :param max_bytes: how many bytes at most, at least 1
        :raises TypeError: if ``max_bytes`` is not an integer
        :raises ValueError: if it is less than 1
        :raises anyio.EndOfStream: at the end
        :raises anyio.BrokenResourceError: if the connection was reset
        :raises anyio.ClosedResourceError: if this end is closed
        :raises anyio.BusyResourceError: if another task is receiving
        """
        if data := await self._end.receive(as_max_bytes(max_bytes)):
            return data
        raise anyio.EndOfStream

    async def send(self, item: bytes) -> None:
        """Send all of ``item``, waiting for room; without capacity, until all of it has been received.

        :param item: ``bytes``, or any object with the buffer interface
        :raises TypeError: if ``item`` is not bytes-like
        :raises anyio.BrokenResourceError: if the connection was reset, or the peer has closed it
        :raises anyio.ClosedResourceError: if this end is closed, or was half-closed
        :raises anyio.BusyResourceError: if another task is sending
        """
        contents = as_bytes("item", item)
        try:
            await self._end.send(contents)
        finally:
            let_go_of(contents)

    async def send_eof(self) -> None:
        """Half-close: tell the peer that nothing follows. Calling it again does no harm; a cancelled call has done
        nothing.

        :raises anyio.ClosedResourceError: if this end is closed
        :raises anyio.BusyResourceError: if another task is sending
        """
        await self._end.send_eof()

    def reset(self) -> None:
        """Break the connection for both ends. What has not been received is lost."""
        self._end.reset()

    async def aclose(self) -> None:
        """Close this end, also when cancelled. What it sent can still be received; the peer's sends fail.

        Tasks that wait in other calls get :exc:`anyio.ClosedResourceError`. Calling it again does no harm.
        """
        self._end.close()
        await checkpoint()


def memory_stream_pair(
    capacity: int = 65536, *, schedule: Schedule = Schedule(), peer_schedule: Schedule = Schedule()
) -> tuple[MemoryStream, MemoryStream]:
    """Connect two byte streams in memory, with AnyIO's interface.

    :param capacity: bytes that each direction holds; with 0 a send completes when all of it has been received
    :param schedule: how the first stream behaves
    :param peer_schedule: how the second one does
    :raises TypeError: for arguments of the wrong type
    :raises ValueError: for a negative capacity
    """
    end, peer_end = connected_ends(capacity, schedule, peer_schedule, ANYIO_ERRORS)
    return MemoryStream(end), MemoryStream(peer_end)
