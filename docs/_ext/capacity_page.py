"""Computes what many connections need from what the runs in ``docs/runs`` have measured with one process."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from _speed.cells import CELLS, KIB
from _speed.peer import CHUNK
from _speed.runs import Record
from speed_page import LOOPS, Rows, as_table, digits, middle, over_runs, pinned, to_limit

from anyio_tls._driver import HANDSHAKE_SECONDS

__all__ = ["BUSY", "PROFILES", "TABLES", "Costs", "Profile", "computed", "needs"]

BACKENDS: Final = ("asyncio", "uvloop", "trio")

MINUTE, HOUR = 60, 3600

SIZES: Final = (10_000, 100_000, 1_000_000)

# How busy a process may be. With random arrivals, a message waits in a queue: on average for as long as its own
# processing takes if the process is 50 % busy, and for four times as long at 80 %.
BUSY: Final = 0.6


@dataclass(frozen=True)
class Profile:
    """What one connection does. A message is one that comes in and one that goes out.

    :ivar interval: from one message to the next (seconds)
    :ivar received: of a message (bytes)
    :ivar sent: of a message (bytes)
    :ivar lifetime: from connecting to closing (seconds)
    """

    title: str
    interval: float
    received: int
    sent: int
    lifetime: float


PROFILES: Final = (
    # A phone that waits for something to happen, and a timer that keeps the NAT on the way from forgetting it.
    Profile("Waiting for news", 30, 64, 64, HOUR),
    # Everybody says something each second, as in a game or a busy room.
    Profile("Chat", 1, 64, 64, HOUR),
    # 1 Mbit/s, in pieces that fill the library's records. So slow a connection waits before each piece.
    Profile("Download, 1 Mbit/s", CHUNK / (1e6 / 8), 64, CHUNK, 10 * MINUTE),
    # Clients that do not keep their connections: a question, an answer, and a moment in which no other question comes.
    Profile("One request per connection", 5, 512, 8 * KIB, 5),
)


@dataclass(frozen=True)
class Costs:
    """What things take with the library on one event loop: seconds of a processor, and bytes of memory.

    :ivar connection: accepting, handshake, a byte each way and closing
    :ivar message: receiving and sending 64 bytes, where there are a thousand connections to do it on
    :ivar alone: the same where the event loop wakes up for it alone
    :ivar received: each byte
    :ivar sent: each byte
    :ivar fresh: a connection's memory
    :ivar used: the same after 64 KiB each way
    :ivar process: the memory of a process without connections
    :ivar collection: what each connection adds to a full run of Python's garbage collector
    """

    connection: float
    message: float
    alone: float
    received: float
    sent: float
    fresh: float
    used: float
    process: float
    collection: float

    @classmethod
    def measured(cls, runs: Sequence[Record], backend: str) -> Costs:
        """From the medians of runs.

        :raises ValueError: if something has not been measured
        """

        def take(cell: str, figure: str = "CPU") -> float:
            value = over_runs(middle, runs, cell, f"anyio_tls@{backend}", figure)
            if value is None:
                raise ValueError(f"{cell} has not been measured with anyio_tls on {LOOPS[backend]}")
            return value

        return cls(
            connection=take("accept") / 1e6,
            message=take("server-1000") / 1e6,
            alone=take("rtt-64") / 1e6,
            received=take("receive-64k") / 1e9,
            sent=take("send-64k") / 1e9,
            fresh=take("idle", "fresh") * KIB,
            used=take("idle", "after 64 KiB") * KIB,
            process=take("idle", "process") * KIB,
            collection=take("server-1000", "collection") / 1e6,
        )

    def talking(self, profile: Profile) -> float:
        """What the messages of a connection take, of one processor."""
        exchange = self.message + profile.received * self.received + profile.sent * self.sent
        return exchange / profile.interval


@dataclass(frozen=True)
class Needs:
    """What so many connections of a profile need.

    :ivar busy: processors, if each could be used in full
    :ivar handshakes: which part of that is for making connections
    :ivar processes: how many it takes, each with a processor of its own
    :ivar memory: of all processes (bytes)
    :ivar pause: for how long the garbage collector stops each process when it looks at everything (seconds)
    :ivar all_back: how long it takes until everybody has come back who was cut off at once (seconds)
    :ivar processes_for_all_back: how many it takes to do that before handshakes time out
    """

    busy: float
    handshakes: float
    processes: int
    memory: float
    pause: float
    all_back: float
    processes_for_all_back: int


def needs(costs: Costs, profile: Profile, connections: int) -> Needs:
    connecting, talking = costs.connection / profile.lifetime, costs.talking(profile)
    busy = connections * (connecting + talking)
    processes = math.ceil(busy / BUSY)
    # As much data as fills a record makes a connection keep what it keeps after 64 KiB.
    is_bulk = max(profile.received, profile.sent) >= 16 * KIB
    return Needs(
        busy=busy,
        handshakes=connecting / (connecting + talking),
        processes=processes,
        memory=connections * (costs.used if is_bulk else costs.fresh) + processes * costs.process,
        pause=connections * costs.collection / processes,
        all_back=connections * costs.connection / processes,
        processes_for_all_back=math.ceil(connections * costs.connection / HANDSHAKE_SECONDS),
    )


def short(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def duration(seconds: float) -> str:
    for unit, length in (("h", HOUR), ("min", MINUTE), ("s", 1)):
        if seconds >= length:
            return f"{short(seconds / length)} {unit}"
    return f"{short(seconds * 1e3)} ms"


def size(count: float) -> str:
    for unit, length in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= length:
            return f"{short(count / length)} {unit}"
    return f"{count:.0f} bytes"


# ---- tables ----


def all_costs(runs: Sequence[Record]) -> dict[str, Costs]:
    return {backend: Costs.measured(runs, backend) for backend in BACKENDS}


def process_table(runs: Sequence[Record]) -> Rows:
    """What one process can do of each thing if it does nothing else."""
    headers = ["loop", "new connections (1/s)", "messages (1/s)", "one by one (1/s)", "received (MB/s)", "sent (MB/s)"]
    return [
        [*headers, "memory of a connection", "after 64 KiB", "of the process"],
        *(
            [
                LOOPS[backend],
                *(f"{BUSY / cost:,.0f}" for cost in (costs.connection, costs.message, costs.alone)),
                *(f"{BUSY / cost / 1e6:,.0f}" for cost in (costs.received, costs.sent)),
                *(size(memory) for memory in (costs.fresh, costs.used, costs.process)),
            ]
            for backend, costs in all_costs(runs).items()
        ),
    ]


def needs_table(runs: Sequence[Record], profile: Profile) -> Rows:
    headers = ["connections", "loop", "busy cores", "for handshakes", "processes", "memory", "pause"]
    rows = [[*headers, "all back after", f"processes, back in {HANDSHAKE_SECONDS:.0f} s"]]
    for connections in SIZES:
        for backend, costs in all_costs(runs).items():
            need = needs(costs, profile, connections)
            row = [f"{connections:,}", LOOPS[backend], digits(need.busy), f"{need.handshakes:.0%}"]
            row += [f"{need.processes:,}", size(need.memory), duration(need.pause), duration(need.all_back)]
            rows.append([*row, f"{need.processes_for_all_back:,}"])
    return rows


def lifetime_table(runs: Sequence[Record]) -> Rows:
    """How long connections have to last, or making them takes more than what they are made for."""
    found = all_costs(runs)
    return [
        ["what a connection does", *(LOOPS[backend] for backend in found)],
        *(
            [profile.title, *(duration(costs.connection / costs.talking(profile)) for costs in found.values())]
            for profile in PROFILES
        ),
    ]


def floor_table(runs: Sequence[Record]) -> Rows:
    """Which part of the library's time a blocking socket takes too, which does nothing but call OpenSSL."""
    rows = [["as a client", *(LOOPS[backend] for backend in BACKENDS)]]
    for cell in ("full", "resumed", "rtt-64", "send-64k", "receive-64k"):
        parts = [over_runs(to_limit, runs, cell, f"anyio_tls@{backend}", "CPU") for backend in BACKENDS]
        rows.append([CELLS[cell].title, *("" if part is None else f"{1 / part:.0%}" for part in parts)])
    return rows


def profiles(runs: Sequence[Record]) -> str:
    """All profiles, each with its table."""
    lines = []
    for it in PROFILES:
        lines += [f".. rubric:: {it.title}", "", f"Every {duration(it.interval)} {size(it.received)} are received and"]
        lines += [f"{size(it.sent)} are sent. A connection lasts {duration(it.lifetime)}.", ""]
        lines += as_table(needs_table(runs, it))
    return "\n".join(lines)


TABLES: Final[dict[str, Callable[[Sequence[Record]], Rows]]] = {
    "process": process_table,
    "lifetimes": lifetime_table,
    "floor": floor_table,
}


def computed(what: str, runs: Sequence[Record]) -> str:
    """A part of the page, as reStructuredText."""
    measured = pinned(runs)
    return profiles(measured) if what == "profiles" else "\n".join(as_table(TABLES[what](measured)))
