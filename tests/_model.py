"""The model of a connection: two queues of bytes, each with an end, and a side at either end of them.

It does no I/O and knows no TLS. The state machine in test_model.py tells it what is about to happen, which determines
what may be observed from then on, and asks it for the possible outcomes of a call. Possibilities are never taken back:
nothing repairs a transport that was cut, and no side that has closed opens again.
"""

from __future__ import annotations

import enum
import random
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

import anyio

__all__ = ["Call", "Facts", "Kind", "Outcome", "Queue", "Side", "connected_sides"]

Kind: TypeAlias = Literal["handshake", "receive", "send", "send_eof", "unwrap", "renegotiate", "aclose"]

READING: Final[AbstractSet[Kind]] = {"receive", "unwrap", "renegotiate"}
WRITING: Final[AbstractSet[Kind]] = {"send", "send_eof", "unwrap", "renegotiate"}

MAX_PLAINTEXT: Final = 2**14

_PERIOD: Final = 2**20
_BYTES: Final = random.Random(0).randbytes(_PERIOD) * 2


class Outcome(enum.Enum):
    """The outcome of a call."""

    DONE = "done"
    END = "the peer has closed"
    TRUNCATED = "the transport has ended"
    FAILED = "failed"
    UNEXPECTED_DATA = "application data is in the way"
    UNSUPPORTED = "unsupported"
    CLOSED = "closed"
    BUSY = "busy"
    CANCELLED = "cancelled"


@dataclass
class Queue:
    """What one side sends to the other, and how it may end.

    A byte is known by its position, so two counts are all there is to remember.
    """

    offset: int  # no two queues hold the same bytes
    sent: int = 0
    received: int = 0
    ended: bool = False  # close_notify stands behind the bytes
    may_end: bool = False  # or here it may
    may_be_cut: bool = False  # the receiver may find the end of the transport instead
    may_fail: bool = False  # or an error
    may_refuse: bool = False  # an error may keep the sender from sending
    may_lose: bool = False  # what is on its way may not arrive

    @property
    def on_its_way(self) -> int:
        return self.sent - self.received

    def content(self, start: int, size: int) -> bytes:
        start = (start + self.offset) % _PERIOD
        return _BYTES[start : start + size]

    def lose(self) -> None:
        """Data in transit may not arrive, nor any error about it."""
        self.may_lose = self.may_be_cut = self.may_fail = True

    def break_off(self) -> None:
        """Anything may happen, other than that wrong bytes arrive."""
        self.lose()
        self.may_refuse = True


@dataclass(eq=False)
class Call:
    """A call at one side."""

    kind: Kind
    size: int = 0
    early: bool = False  # it found the handshake unfinished
    late: bool = False  # it found its side closed
    second: bool = False  # it found another of its kind under way
    cancelled: bool = False
    sent_before: int = 0
    fits: bool = False  # the transport takes it without anybody receiving
    done: anyio.Event = field(default_factory=anyio.Event)

    @property
    def reads(self) -> bool:
        return self.kind in READING or (self.early and self.kind != "aclose")

    @property
    def writes(self) -> bool:
        return self.kind in WRITING or (self.early and self.kind != "aclose")

    def excludes(self, kind: Kind) -> bool:
        """Whether it keeps one of ``kind`` from beginning."""
        return (self.kind in READING and kind in READING) or (self.kind in WRITING and kind in WRITING)


class Facts(Protocol):
    """What the model has to be told about a real end."""

    @property
    def bytes_sent(self) -> int: ...
    @property
    def handshaken(self) -> bool: ...
    @property
    def queued(self) -> bool:
        """Whether something waits here to be sent, perhaps for another call."""


@dataclass(eq=False)
class Side:
    """One side, and what is known about it."""

    facts: Facts
    outgoing: Queue
    incoming: Queue
    has_half_close: bool
    exact: bool  # a cancelled send below says how much of it went out
    resets: bool  # a close below may destroy what is on its way
    lingers: bool = False  # its close waits until the peer has everything
    hurries: bool = False  # its close does not wait, where sending anything takes a wait
    foreign: bool = False  # it closes without close_notify, and has none of the guarantees
    has_tickets: bool = False  # the peer sends session tickets in front of everything else
    closed: bool = False  # or about to be
    asked: bool = False  # the peer has been asked for something
    calls: list[Call] = field(default_factory=list)  # under way
    errors: dict[str, tuple[Outcome, str]] = field(default_factory=dict)  # the first of each direction, which sticks
    peer: Side = field(init=False)

    # ---- what is about to happen ----

    def begins(self, call: Call, room: int) -> None:
        """The call is about to be made. ``room`` is what the transport takes without anybody receiving."""
        call.early = not self.facts.handshaken
        call.late = self.closed
        call.second = not call.late and any(other.excludes(call.kind) for other in self.calls)
        call.sent_before = self.facts.bytes_sent
        call.fits = call.sent_before + call.size - self.outgoing.received < room
        if call.second:
            return
        self.calls.append(call)
        if call.late:
            return
        if self._says_goodbye(call):
            self.outgoing.may_end = True
        if call.kind == "aclose":
            self._closes()
        elif call.writes:
            if self.outgoing.may_refuse:
                self.outgoing.may_lose = True
            if self.peer.closed and self.resets and not self.peer.lingers:
                self.incoming.lose()  # it is answered by a reset

    def _says_goodbye(self, call: Call) -> bool:
        if call.kind == "send_eof":
            return self.has_half_close
        return call.kind == "unwrap" or (call.kind == "aclose" and not self.foreign)

    def _closes(self) -> None:
        self.closed = True
        self.incoming.may_refuse = True
        peer = self.peer
        if self.foreign or self.hurries or not self.facts.handshaken:
            self.outgoing.may_be_cut = True
        if (self.foreign or not self.exact) and (self.is_writing or self.facts.queued):
            self.outgoing.lose()
        if self.resets:
            comes = peer.is_writing or peer.facts.queued or not (self.facts.handshaken and peer.facts.handshaken)
            queue = self.incoming
            unread = queue.received < queue.sent or (queue.may_end and not self.has_heard_end)
            unread |= self.has_tickets and not queue.received
            # Nobody waits for what the peer was asked for, and OpenSSL, when it cannot answer, reads no further.
            if self.asked or (not self.lingers and (comes or unread)):
                self.outgoing.lose()

    @property
    def is_reading(self) -> bool:
        return any(call.reads for call in self.calls)

    @property
    def is_writing(self) -> bool:
        return any(call.writes for call in self.calls)

    def is_cancelled(self, call: Call) -> None:
        """The call is about to be cancelled."""
        call.cancelled = True
        if call.kind == "aclose":
            self.outgoing.lose()
        elif call.writes and not self.exact:
            self.outgoing.break_off()

    def is_cut(self) -> None:
        """What is below is about to end towards the peer."""
        self.outgoing.may_be_cut = self.outgoing.may_refuse = True
        if self.facts.queued or self.is_writing:
            self.outgoing.lose()
        if self.peer.foreign:
            self.incoming.may_fail = True  # OpenSSL complains of it with an alert
        if not (self.facts.handshaken and self.peer.facts.handshaken):
            self.incoming.break_off()
            self.outgoing.break_off()

    def leaves(self, call: Call) -> None:
        if not call.second:
            self.calls.remove(call)

    # ---- what may have happened ----

    def permitted(self, call: Call) -> set[Outcome]:
        """The possible outcomes of ``call``, which is over now."""
        if call.second:
            return {Outcome.BUSY}
        permitted = {Outcome.CANCELLED} if call.cancelled else set()
        if call.kind == "aclose":
            return permitted | {Outcome.DONE}
        if call.late:
            return {Outcome.CLOSED}
        if self.closed:
            permitted.add(Outcome.CLOSED)
        shaking = self._shakes_hands(call)
        if call.kind in READING or shaking:
            permitted |= self._ends_of_reading()
        if (call.kind in WRITING or shaking) and self.outgoing.may_refuse:
            permitted |= {Outcome.FAILED, Outcome.TRUNCATED} if self.foreign else {Outcome.FAILED}
        return permitted | self._purpose(call)

    def _shakes_hands(self, call: Call) -> bool:
        """Whether it came no further than the handshake."""
        return call.early and not self.facts.handshaken

    def _ends_of_reading(self) -> set[Outcome]:
        """The errors that may end reading, but not before all that can arrive has arrived."""
        queue = self.incoming
        if queue.received < queue.sent and not queue.may_lose:
            return set()
        possible = {Outcome.TRUNCATED: queue.may_be_cut, Outcome.FAILED: queue.may_fail}
        return {outcome for outcome, may_be in possible.items() if may_be}

    def _purpose(self, call: Call) -> set[Outcome]:
        """What the call is made for, and what the course of things may have made of it."""
        everything = self.incoming.received == self.incoming.sent
        if call.kind == "receive":
            return {Outcome.DONE, Outcome.END} if everything and self.incoming.may_end else {Outcome.DONE}
        if call.kind == "unwrap":
            if not everything:
                return {Outcome.FAILED if self.foreign else Outcome.UNEXPECTED_DATA}
            return {Outcome.DONE} if self.incoming.may_end else set()
        if call.kind == "send":
            if self.outgoing.ended:
                return {Outcome.CLOSED}
            return {Outcome.DONE, Outcome.CLOSED} if self.outgoing.may_end else {Outcome.DONE}
        if call.kind == "send_eof":
            return {Outcome.DONE if self.has_half_close else Outcome.UNSUPPORTED}
        return {Outcome.DONE}

    # ---- what has happened ----

    def counts(self) -> None:
        """See what was sent meanwhile."""
        sent = self.facts.bytes_sent
        if sent != self.outgoing.sent:
            under_way = [call for call in self.calls if call.kind == "send"]
            assert under_way, "bytes were sent without a call that sends"
            assert self.outgoing.sent < sent <= under_way[0].sent_before + under_way[0].size
        self.outgoing.sent = sent

    def ends(self, call: Call, outcome: Outcome, data: bytes, message: str) -> None:
        """The call is over."""
        for side in (self, self.peer):
            side.counts()
        permitted = self.permitted(call)
        assert outcome in permitted, f"{outcome.value} {message}: expected was {[each.value for each in permitted]}"
        if call.second or call.late:
            return
        if call.kind == "send":
            self._has_sent(call)
        if outcome is Outcome.DONE:
            self._has_succeeded(call, data)
        elif outcome is Outcome.END:
            self.incoming.ended = True
            self._sticks("reading", outcome, message)
        elif outcome in {Outcome.TRUNCATED, Outcome.FAILED}:
            directions = {"receive": "reading", "send": "writing", "send_eof": "writing"}
            if self._shakes_hands(call):
                self._sticks("handshake", outcome, message)
            elif call.kind in directions:
                self._sticks(directions[call.kind], outcome, message)
            elif self.foreign:
                self.errors["reading"] = self.errors["writing"] = outcome, message
                self.incoming.lose()
        elif outcome is Outcome.CLOSED and call.kind == "send" and not self.closed:
            self.outgoing.ended = True

    def _has_sent(self, call: Call) -> None:
        taken = self.outgoing.sent - call.sent_before
        assert call.size > MAX_PLAINTEXT or taken in {0, call.size}, f"{taken} of {call.size} bytes"

    def _has_succeeded(self, call: Call, data: bytes) -> None:
        queue = self.outgoing
        if call.kind == "receive":
            self._has_received(data)
        elif call.kind == "send":
            assert queue.sent == call.sent_before + call.size
            assert "writing" not in self.errors, f"sent after {self.errors['writing']}"
            queue.may_end = self.closed  # if it has not been closed since, there was no close_notify
        elif call.kind in {"send_eof", "unwrap"}:
            queue.ended = True
            self.closed |= call.kind == "unwrap"

    def _has_received(self, data: bytes) -> None:
        queue = self.incoming
        assert "reading" not in self.errors, f"data after {self.errors['reading']}"
        assert data == queue.content(queue.received, len(data)), f"wrong bytes at {queue.received}"
        queue.received += len(data)
        assert queue.received <= queue.sent, f"only {queue.sent} bytes were sent"

    def _sticks(self, direction: str, outcome: Outcome, message: str) -> None:
        first = self.errors.setdefault(direction, (outcome, message))
        assert first == (outcome, message), f"first {first}, then {(outcome, message)}"

    # ---- what is bound to happen ----

    @property
    def is_well(self) -> bool:
        """Whether nothing has happened yet that the two sides could not talk on after."""
        queues = (self.outgoing, self.incoming)
        both = self.facts.handshaken and self.peer.facts.handshaken
        return both and not any(queue.may_end or queue.may_be_cut or queue.may_refuse for queue in queues)

    @property
    def has_all_there_is(self) -> bool:
        """Whether everything has arrived that has to arrive before the peer closes."""
        queue = self.incoming
        stuck = self.peer.outgoing.may_end and self.peer.facts.queued
        return self.closed or queue.may_lose or stuck or queue.received == queue.sent

    @property
    def has_heard_end(self) -> bool:
        return self.errors.get("reading", (None,))[0] is Outcome.END

    @property
    def has_failed(self) -> bool:
        return any(outcome is not Outcome.END for outcome, _ in self.errors.values())

    @property
    def has_heard_all(self) -> bool:
        """Whether nothing can be received any more."""
        return self.closed or not self.errors.keys().isdisjoint({"handshake", "reading"})

    def is_bound_to_go_on(self, call: Call) -> bool:
        """Whether ``call`` ends, or sends more, even if nothing else happens.

        One that did not fit need not go on before everything was received: a UNIX socket that was full, for one, may
        take nothing more while 16 KiB are left in it.
        """
        queue = self.incoming if call.kind == "receive" else self.outgoing
        if not (self.facts.handshaken and self.peer.facts.handshaken) or queue.may_lose or queue.may_refuse:
            return False
        if call.kind == "receive":
            return queue.on_its_way > 0 and not self.peer.is_writing and not self.peer.facts.queued
        return call.kind == "send" and (call.fits or not queue.on_its_way)


def connected_sides(first: Side, second: Side) -> tuple[Side, Side]:
    first.peer, second.peer = second, first
    return first, second
