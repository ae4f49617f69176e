"""Words for what was observed. Each of them follows from something that was measured."""

from __future__ import annotations

import math
import ssl
from dataclasses import dataclass
from typing import Any

from .contenders import NotOfferedError
from .peer import NO_CLOSE_NOTIFY, RESET, SILENCE, Received

__all__ = [
    "CLEAN",
    "Outcome",
    "arrival",
    "at_end",
    "both",
    "cpu_class",
    "found",
    "memory_class",
    "name_of",
    "part",
    "seen",
    "size",
]

CLEAN = "a clean end"
"""As a contender sees it: :exc:`anyio.EndOfStream`, or ``b""``."""

# What takes less (seconds) is prompt: a few system calls, on a busy machine too.
PROMPT = 1.5

# Above which each class of held time begins (seconds of processor time).
HOLDS = [0.1, 0.025]

# Memory is told in steps of so many bytes.
MEMORY_STEP = 8 * 2**20


@dataclass(frozen=True)
class Outcome:
    """What became of a call: it returned, raised, or was still waiting when it was given up."""

    seconds: float
    value: Any = None
    error: BaseException | None = None
    gave_up: bool = False

    @property
    def returned(self) -> bool:
        return self.error is None and not self.gave_up

    @property
    def offered(self) -> bool:
        return not isinstance(self.error, NotOfferedError)

    def __str__(self) -> str:
        if self.gave_up:
            return f"still waits after {self.seconds:.0f} s"
        if not self.offered:
            return str(self.error)
        return "returns" if self.error is None else f"raises {name_of(self.error)}"

    @property
    def speed(self) -> str:
        return "promptly" if self.seconds < PROMPT else f"within {math.ceil(self.seconds)} s"

    @property
    def timed(self) -> str:
        """The same, and how long it took."""
        return str(self) if self.gave_up or not self.offered else f"{self} {self.speed}"

    def within(self, seconds: float) -> str:
        """The same, and whether it took longer than so many seconds, where it is not up to the call how long."""
        if self.gave_up or not self.offered:
            return str(self)
        return f"{self} {'within' if self.seconds < seconds else 'after more than'} {seconds:g} s"


def name_of(error: BaseException) -> str:
    """The public class of an exception, and the reason that it gives where the class says nothing."""
    while group := getattr(error, "exceptions", ()):
        error = group[0]
    kind = next(base for base in type(error).__mro__ if not base.__name__.startswith("_"))
    if isinstance(error, ssl.SSLError) and kind is ssl.SSLError and error.reason:
        return f"{kind.__qualname__} ({error.reason})"
    return f"{kind.__qualname__} ({error})" if kind in (AttributeError, TypeError) else kind.__qualname__


def size(count: int) -> str:
    for unit, unit_name in ((2**20, "MiB"), (2**10, "KiB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit} {unit_name}"
    return f"{count} bytes"


def part(got: bytes, expected: bytes) -> str:
    """Which part of what was expected somebody got."""
    if got == expected:
        return "everything"
    if not got:
        return "nothing"
    return "only the front" if expected.startswith(got) else "something else than was sent"


def at_end(received: Received, expected: bytes) -> str:
    """What somebody got, and how it ended, if it did."""
    if not received.data and received.end == SILENCE:
        return "nothing"
    return part(received.data, expected) + (f", then {received.end}" if received.end else "")


def both(outcomes: list[Outcome]) -> str:
    """What two calls did."""
    one, other = sorted(map(str, outcomes), reverse=True)
    return f"Each of the two {one}" if one == other else f"One {one}, the other {other}"


def arrival(sent: Outcome, report: Received, item: bytes) -> str:
    """Whether what was sent last has arrived, where the send does not say itself that it has not."""
    if not sent.returned:
        return ""
    return " and arrives" if report.data.endswith(item) else ", but the peer does not get it"


def found(outcome: Outcome) -> str:
    """What a receive did that had nothing to receive but an end."""
    return f"gives {CLEAN}" if outcome.returned and outcome.value == b"" else str(outcome)


def seen(end: str, transport_ended: bool) -> str:
    """What the peer saw of the end of TLS and of the connection below."""
    if end in (NO_CLOSE_NOTIFY, RESET):
        return f"The peer sees {end}."
    return f"The peer sees {end} {'and' if transport_ended else 'but not'} the end of the connection."


def cpu_class(seconds: float) -> str:
    """A class of processor time, wide enough to be the same on a faster machine and on a busier one."""
    if seconds <= HOLDS[-1]:
        return f"less than {HOLDS[-1] * 1000:.0f} ms"
    return next(f"more than {limit * 1000:.0f} ms" for limit in HOLDS if seconds > limit)


def memory_class(count: int) -> str:
    steps = round(count / MEMORY_STEP)
    return f"about {size(steps * MEMORY_STEP)}" if steps else f"less than {size(MEMORY_STEP // 2)}"
