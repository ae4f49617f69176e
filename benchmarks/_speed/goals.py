"""What the library wants to reach, as conditions on what was measured.

Each is about the medians of one run, and has the form: this value is at most that bound, to the hundredth. No verdict
is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from .cells import CELLS
from .contenders import CONTENDERS, Contender
from .runs import Record

__all__ = ["CROWDS", "Goal", "Verdict", "best_peer", "goals", "middle", "ratio", "verdicts"]

# A round trip of 64 bytes may take so much of the processor as that of a blocking SSLSocket, times this.
TRIP_FACTOR = {"uvloop": 1.25, "asyncio": 1.5, "trio": 1.5}

# So may items in bulk, and connections as their parts: an SSLObject's and the system calls.
WITHIN_A_TENTH = 1.1

# Where AnyIO's TLS streams spend more than half of the time on their own handling, ours are to be so much better.
WRAP_FACTOR = 1.3

# Of an idle connection's memory: what it may be of a fresh one's, and of that of the best peer's.
IDLE_GROWTH = 1.25
IDLE_SHARE = 0.5

# Beyond the item that is being sent (KiB).
PEAK = 256

# Cells that differ in the number of connections.
CROWDS = ("client-1", "client-100", "client-1000", "client-5000")


@dataclass(frozen=True)
class Goal:
    """One condition in one run.

    :ivar what: the condition in words
    :ivar value: ``None`` if something that it takes has not been measured
    :ivar bound: likewise
    :ivar unit: of both; ``""`` if they are ratios
    """

    cell: str
    figure: str
    contender: str
    what: str
    value: float | None
    bound: float | None
    unit: str = ""

    @property
    def holds(self) -> bool:
        return self.value is not None and self.bound is not None and round(self.value, 2) <= round(self.bound, 2)


@dataclass(frozen=True)
class Verdict:
    """One condition in all runs."""

    goals: tuple[Goal, ...]

    @property
    def goal(self) -> Goal:
        return self.goals[0]

    @property
    def held(self) -> int:
        return sum(goal.holds for goal in self.goals)

    @property
    def is_met(self) -> bool:
        return self.held == len(self.goals)

    @property
    def is_met_in_the_median(self) -> bool:
        return replace(self.goal, value=self.value, bound=self.bound).holds

    @property
    def value(self) -> float | None:
        return _median([goal.value for goal in self.goals])

    @property
    def bound(self) -> float | None:
        return _median([goal.bound for goal in self.goals])

    def __str__(self) -> str:
        return "met" if self.is_met else f"met in {self.held} of {len(self.goals)} runs" if self.held else "missed"


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def middle(run: Record, cell: str, contender: str, figure: str = "CPU") -> float | None:
    """The median of a run's rounds."""
    values = run.figures.get(cell, {}).get(contender, {}).get(figure)
    return median(values) if values else None


def ratio(value: float | None, other: float | None) -> float | None:
    """One in terms of the other. Two that are nothing are equal."""
    if value is None or other is None:
        return None
    if other <= 0:
        return 1.0 if value <= 0 else float("inf")
    return value / other


def total(*values: float | None) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other


def best_peer(run: Record, cell: str, backend: str, figure: str = "CPU") -> tuple[str, float] | None:
    """The best of the others on an event loop."""
    found = [
        (value, name)
        for name in run.figures.get(cell, {})
        if CONTENDERS[name].kind == "peer" and CONTENDERS[name].backend == backend
        if (value := middle(run, cell, name, figure)) is not None
    ]
    return min(found)[::-1] if found else None


def goals(run: Record) -> Iterator[Goal]:
    """All conditions that there are on the cells that a run has measured."""
    for name in run.figures:
        cell = CELLS[name]
        for contender in CONTENDERS.values():
            if contender.kind not in ("ours", "wrap") or contender.title not in cell.entrants:
                continue
            for figure in cell.compared:
                value = middle(run, name, contender.name, figure)
                if contender.kind == "wrap":
                    other = middle(run, name, f"anyio@{contender.backend}", figure)
                    what = "at most what anyio.streams.tls takes"
                else:
                    best = best_peer(run, name, contender.backend, figure)
                    other = best and best[1]
                    what = "at most what the best asynchronous peer takes"
                yield Goal(name, figure, contender.name, what, ratio(value, other), 1.0)
                if contender.kind == "wrap" and (share := handling(run, name, contender.backend)) and share > 0.5:
                    what = f"{WRAP_FACTOR} times as good as anyio.streams.tls, whose own handling is most of the cost"
                    yield Goal(name, figure, contender.name, what, ratio(value, other), 1 / WRAP_FACTOR)
            if contender.kind == "ours":
                yield from _goals_of_sockets(run, name, contender)


def _goals_of_sockets(run: Record, cell: str, contender: Contender) -> Iterator[Goal]:
    """Those that do not hold for streams over others' streams."""
    figure = CELLS[cell].compared[0]
    ours = middle(run, cell, contender.name, figure)
    limit = middle(run, cell, "blocking")

    def goal(what: str, value: float | None, bound: float | None, unit: str = "", figure: str = figure) -> Goal:
        return Goal(cell, figure, contender.name, what, value, bound, unit)

    if cell in ("send-64k", "send-1m", "receive-64k", "receive-1m"):
        yield goal("within 10 % of a blocking SSLSocket", ratio(ours, limit), WITHIN_A_TENTH)
    if cell == "rtt-64":
        factor = TRIP_FACTOR[contender.backend]
        allowed = ratio(total(limit, wake_up(run, contender.backend)), limit)
        what = f"{factor} times a blocking SSLSocket, or that and one wake-up of the loop"
        yield goal(what, ratio(ours, limit), allowed and max(factor, allowed))
    if cell in ("full", "resumed"):
        parts = total(middle(run, cell, "memory"), middle(run, "full", "blocking.plain"))
        yield goal("within 10 % of SSLObject and the system calls", ratio(ours, parts), WITHIN_A_TENTH)
    if cell == "idle":
        after = middle(run, cell, contender.name, "after 64 KiB")
        best = best_peer(run, cell, contender.backend, "after 64 KiB")
        yield goal("within 25 % of a fresh one", ratio(after, ours), IDLE_GROWTH, figure="after 64 KiB")
        yield goal("half of the best peer's", ratio(after, best and best[1]), IDLE_SHARE, figure="after 64 KiB")
    if cell in ("peak-8m", "peak-1g"):
        yield goal("within 256 KiB beyond the item", ours, PEAK, "KiB")
    if contender.title == "anyio_tls" and cell in CROWDS[1:]:
        fewer = CROWDS[CROWDS.index(cell) - 1]
        plain = f"plain@{contender.backend}"
        growth = difference(ours, middle(run, fewer, contender.name))
        allowed = difference(middle(run, cell, plain), middle(run, fewer, plain))
        what = f"growth from {fewer} at most the loop's own"
        yield goal(what, growth, allowed and max(allowed, 0.0), "µs")


def handling(run: Record, cell: str, backend: str) -> float | None:
    """The share of what AnyIO's TLS stream takes that is neither SSLObject's nor that of the stream below."""
    all_of_it = middle(run, cell, f"anyio@{backend}")
    without = "full" if cell == "resumed" else cell  # where there is no TLS, neither is there a session
    parts = total(middle(run, cell, "memory"), middle(run, without, f"anyio.plain@{backend}"))
    return ratio(difference(all_of_it, parts), all_of_it)


def wake_up(run: Record, backend: str) -> float | None:
    """What an event loop itself adds to a round trip: waiting for a plain socket by it, or in the kernel (µs)."""
    return difference(middle(run, "rtt-64", f"plain@{backend}"), middle(run, "rtt-64", "blocking.plain"))


def verdicts(runs: Sequence[Record]) -> list[Verdict]:
    """The goals of several runs, each with what became of it."""
    together: dict[tuple[str, str, str, str], list[Goal]] = {}
    for run in runs:
        for goal in goals(run):
            together.setdefault((goal.cell, goal.figure, goal.contender, goal.what), []).append(goal)
    # A run that has not measured it has not met it either.
    missing = {key: len(runs) - len(found) for key, found in together.items()}
    return [Verdict((*found, *[Goal(*key, value=None, bound=None)] * missing[key])) for key, found in together.items()]
