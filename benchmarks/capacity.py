"""What many connections need, computed from what the suite of ``speed.py`` has measured, and checked by a run.

``python benchmarks/capacity.py check`` serves clients with one process, and with as many on one port as there are
processors, and writes what that took to a JSON file. ``python benchmarks/capacity.py report run1.json run2.json
run3.json``, with what ``speed.py`` has written, computes what many more connections need, compares the check with the
same computation, and writes ``docs/capacity.inc``. Without either word it does both, with the suite's last run.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from ssl import SSLContext, SSLSocket
from statistics import median
from typing import Any

import anyio
from _speed.cells import CELLS, KIB, anonymous_memory
from _speed.contenders import CONTENDERS, make_server_context
from _speed.goals import middle, ratio
from _speed.peer import CHUNK, CROWD, HOST, Peer, raise_file_limit, receive_exactly, visit
from _speed.runs import Record, environment
from _speed.tables import LOOPS, Table, digits, environment_lines, over_runs, rst, times
from anyio.abc import SocketAttribute
from behaviour import make_certificates

from anyio_tls import TLSStream, create_tls_listener
from anyio_tls._driver import HANDSHAKE_SECONDS

PROJECT = Path(__file__).parent.parent
OUTPUT = PROJECT / "docs" / "capacity.inc"
SUITE = PROJECT / "reports" / "speed.json"
CHECK = PROJECT / "reports" / "capacity.json"

BACKENDS = ("asyncio", "uvloop", "trio")

MINUTE, HOUR = 60, 3600

# ---- assumptions ----

SIZES = (10_000, 100_000, 1_000_000)

# How busy a process may be. What comes at random waits for what came before it: on average for as long as it takes
# itself when the process is half busy, and for four times as long when it is busy for 80 %.
BUSY = 0.6


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

    @property
    def is_bulk(self) -> bool:
        """Whether it makes a connection keep the memory that it keeps after 64 KiB."""
        return max(self.received, self.sent) >= 16 * KIB

    def __str__(self) -> str:
        return (
            f"Every {duration(self.interval)} {size(self.received)} are received and {size(self.sent)} are sent. "
            f"A connection lasts {duration(self.lifetime)}."
        )


PROFILES = (
    # A phone that waits for something to happen, and a timer that keeps the NAT on the way from forgetting it.
    Profile("Waiting for news", 30, 64, 64, HOUR),
    # Everybody says something each second, as in a game or a busy room.
    Profile("Chat", 1, 64, 64, HOUR),
    # 1 Mbit/s, in pieces that fill the library's records. So slow a connection waits before each piece.
    Profile("Download, 1 Mbit/s", CHUNK / (1e6 / 8), 64, CHUNK, 10 * MINUTE),
    # Clients that do not keep their connections: a question, an answer, and a moment in which no other question comes.
    Profile("One request per connection", 5, 512, 8 * KIB, 5),
)


# ---- what was measured ----


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
    def measured(cls, runs: Sequence[Record], observations: Iterable[Observation], backend: str) -> Costs:
        """From the medians of runs of the suite, and what only a check observes.

        :raises ValueError: if something has not been measured
        """

        def take(cell: str, figure: str = "CPU") -> float:
            value = over_runs(middle, runs, cell, f"anyio_tls@{backend}", figure)
            if value is None:
                raise ValueError(f"{cell} has not been measured with anyio_tls on {LOOPS[backend]}")
            return value

        observed = [it for it in observations if it.backend == backend]
        if not observed:
            raise ValueError(f"nothing has been checked on {LOOPS[backend]}")
        return cls(
            connection=take("accept") / 1e6,
            message=take("server-1000") / 1e6,
            alone=take("rtt-64") / 1e6,
            received=take("receive-64k") / 1e9,
            sent=take("send-64k") / 1e9,
            fresh=take("idle", "fresh") * KIB,
            used=take("idle", "after 64 KiB") * KIB,
            process=median(it.process for it in observed),
            collection=median(it.collection for it in observed),
        )

    def talking(self, profile: Profile) -> float:
        """What the messages of a connection take, of one processor."""
        exchange = self.message + profile.received * self.received + profile.sent * self.sent
        return exchange / profile.interval

    def connecting(self, profile: Profile) -> float:
        """What making the connection takes, of one processor, over its lifetime."""
        return self.connection / profile.lifetime


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
    connecting, talking = costs.connecting(profile), costs.talking(profile)
    busy = connections * (connecting + talking)
    processes = math.ceil(busy / BUSY)
    return Needs(
        busy=busy,
        handshakes=connecting / (connecting + talking),
        processes=processes,
        memory=connections * (costs.used if profile.is_bulk else costs.fresh) + processes * costs.process,
        pause=connections * costs.collection / processes,
        all_back=connections * costs.connection / processes,
        processes_for_all_back=math.ceil(connections * costs.connection / HANDSHAKE_SECONDS),
    )


# ---- words ----


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


def process_table(all_costs: dict[str, Costs]) -> Table:
    """What one process can do of each thing if it does nothing else."""
    headers = ["loop", "new connections (1/s)", "messages (1/s)", "one by one (1/s)", "received (MB/s)", "sent (MB/s)"]
    return Table(
        [*headers, "memory of a connection", "after 64 KiB", "of the process"],
        [
            [
                LOOPS[backend],
                *(f"{BUSY / cost:,.0f}" for cost in (costs.connection, costs.message, costs.alone)),
                *(f"{BUSY / cost / 1e6:,.0f}" for cost in (costs.received, costs.sent)),
                *(size(memory) for memory in (costs.fresh, costs.used, costs.process)),
            ]
            for backend, costs in all_costs.items()
        ],
    )


def needs_table(all_costs: dict[str, Costs], profile: Profile) -> Table:
    rows = []
    for connections in SIZES:
        for backend, costs in all_costs.items():
            need = needs(costs, profile, connections)
            rows.append(
                [
                    f"{connections:,}",
                    LOOPS[backend],
                    digits(need.busy),
                    f"{need.handshakes:.0%}",
                    f"{need.processes:,}",
                    size(need.memory),
                    duration(need.pause),
                    duration(need.all_back),
                    f"{need.processes_for_all_back:,}",
                ]
            )
    headers = ["connections", "loop", "busy cores", "for handshakes", "processes", "memory", "pause"]
    return Table([*headers, "all back after", f"processes, back in {HANDSHAKE_SECONDS:.0f} s"], rows)


def lifetime_table(all_costs: dict[str, Costs]) -> Table:
    """How long connections have to last, or making them takes more than what they are made for."""
    return Table(
        ["what a connection does", *(LOOPS[backend] for backend in all_costs)],
        [
            [profile.title, *(duration(costs.connection / costs.talking(profile)) for costs in all_costs.values())]
            for profile in PROFILES
        ],
    )


def floor_table(runs: Sequence[Record]) -> Table:
    """Which part of the library's time a blocking socket takes too, which does nothing but call OpenSSL."""

    def part(run: Record, cell: str, backend: str) -> float | None:
        return ratio(middle(run, cell, "blocking"), middle(run, cell, f"anyio_tls@{backend}"))

    def shown(cell: str, backend: str) -> str:
        value = over_runs(part, runs, cell, backend)
        return "-" if value is None else f"{value:.0%}"

    cells = ("full", "resumed", "rtt-64", "send-64k", "receive-64k")
    return Table(
        ["as a client", *(LOOPS[backend] for backend in BACKENDS)],
        [[CELLS[cell].title, *(shown(cell, backend) for backend in BACKENDS)] for cell in cells],
    )


# ---- the check: a process that serves ----

ASK, ANSWER = b"?" * 64, bytes(CHUNK)

# How long servers may take to notice what their clients have done (seconds).
PATIENCE = 30


def serve_in_this_process(backend: str, processor: int, port: int, directory: Path) -> None:
    os.sched_setaffinity(0, [processor])
    raise_file_limit()
    CONTENDERS[f"anyio_tls@{backend}"].run(serve, make_server_context(Peer(0, 0, directory)), port)


async def serve(context: SSLContext, port: int) -> None:
    """Return what is sent, or the answer to what is asked; tell the port, and how things are whenever there is a line
    of input."""
    connections = 0

    async def handle(stream: TLSStream) -> None:
        nonlocal connections
        connections += 1
        async with stream:
            with suppress(anyio.EndOfStream):
                while True:
                    data = await stream.receive(CHUNK)
                    await stream.send(ANSWER if data == ASK else data)
                    del data  # or each connection would keep what it has sent last while it waits
        connections -= 1

    def tell() -> None:
        for _ in sys.stdin:
            memory = anonymous_memory()
            started = time.thread_time()
            gc.collect()
            now = time.thread_time()
            # This thread is not what is measured.
            state = State(time.process_time() - now, now - started, memory, connections)
            print(json.dumps(asdict(state)), flush=True)
        os._exit(0)

    listener = await create_tls_listener(context, local_host=HOST, local_port=port, reuse_port=True)
    print(listener.extra(SocketAttribute.local_port), flush=True)
    threading.Thread(target=tell, daemon=True).start()
    await listener.serve(handle)


@dataclass(frozen=True)
class State:
    """How a process that serves is.

    :ivar cpu: what it has used, user and system (seconds)
    :ivar collection: how long the garbage collector has just taken (seconds)
    :ivar memory: that is no file's (bytes)
    :ivar connections: that are open
    """

    cpu: float
    collection: float
    memory: int
    connections: int


class Servers:
    """Processes that listen on the same port."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]], port: int) -> None:
        self._processes = processes
        self.port = port

    def states(self) -> list[State]:
        return [State(**json.loads(exchange_lines(process))) for process in self._processes]

    def wait_for(self, connections: int) -> list[State]:
        """Wait until so many are open, and no more."""
        deadline = time.monotonic() + PATIENCE
        while True:
            states = self.states()
            if sum(state.connections for state in states) == connections:
                return states
            if time.monotonic() > deadline:
                raise TimeoutError(f"{states} instead of {connections} connections")
            time.sleep(0.02)

    def cpu_of(self, function: Callable[[], object], connections: int) -> float:
        """What something takes that leaves so many connections behind (seconds)."""
        before = sum(state.cpu for state in self.states())
        function()
        return sum(state.cpu for state in self.wait_for(connections)) - before


def exchange_lines(process: subprocess.Popen[str], line: str = "") -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline()


@contextmanager
def running_servers(backend: str, processors: Sequence[int]) -> Iterator[Servers]:
    port = 0
    processes = []
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        make_certificates(Path(directory))
        for processor in processors:
            command = [sys.executable, __file__, "serve", backend, str(processor), str(port), directory]
            # They end with their standard input.
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            processes.append(stack.enter_context(process))
            assert process.stdout is not None
            port = int(process.stdout.readline())
        yield Servers(processes, port)


# ---- the check: the clients ----

# What a check compares, and in what unit it is shown.
CONNECTION, DOWNLOAD = "a connection", "64 KiB for 64 bytes"
TRIP, ALONE = "64 bytes, and back", "64 bytes, and back, one by one"
FRESH, USED = "memory of a fresh connection", "memory after 64 KiB each way"
UNITS = {CONNECTION: "µs", TRIP: "µs", ALONE: "µs", DOWNLOAD: "µs", FRESH: "KiB", USED: "KiB"}
ONE_OF = {"µs": 1e-6, "KiB": KIB}


@dataclass(frozen=True)
class Observation:
    """What serving took.

    :ivar shares: how many of the connections each process had
    :ivar process: the memory of each process before there were any (bytes)
    :ivar collection: what each connection adds to a full run of the garbage collector (seconds)
    :ivar figures: by what was done, for one of it: seconds, or bytes
    """

    backend: str
    shares: list[int]
    process: float
    collection: float
    figures: dict[str, float]


def observe(backend: str, processors: Sequence[int], connections: int, rounds: int) -> Observation:
    """Be the clients of some processes, each on a processor of its own."""
    with running_servers(backend, processors) as servers, ThreadPoolExecutor(CROWD) as crowd:

        def come(count: int) -> list[SSLSocket]:
            return list(crowd.map(visit, [servers.port] * count))

        def come_again() -> None:
            clients[:] = crowd.map(come_back, clients)

        def come_back(client: SSLSocket) -> SSLSocket:
            exchange([client], b"?", 1)
            leave(client)
            return visit(servers.port)

        def cost(function: Callable[[], None]) -> float:
            def repeat() -> None:
                for _ in range(rounds):
                    function()

            return servers.cpu_of(repeat, connections) / rounds / connections

        def growth(what: str) -> float:
            before, after = (sum(getattr(it, what) for it in states) for states in (empty, servers.states()))
            return float(after - before) / connections

        clients = come(10 * len(processors))  # to be warm
        come_again()
        for client in clients:
            leave(client)
        empty = servers.wait_for(0)
        clients = come(connections)
        shares = [state.connections for state in servers.wait_for(connections)]
        figures = {FRESH: growth("memory")}
        exchange(clients, bytes(64), 64)
        figures |= {
            CONNECTION: cost(come_again),
            TRIP: cost(lambda: exchange(clients, bytes(64), 64)),
            ALONE: cost(lambda: exchange(clients, bytes(64), 64, at_a_time=1)),
            DOWNLOAD: cost(lambda: exchange(clients, ASK, len(ANSWER), at_a_time=64)),
        }
        exchange(clients, ANSWER, len(ANSWER), at_a_time=64)
        figures[USED] = growth("memory")
        collection = growth("collection")
        for client in clients:
            leave(client)
    return Observation(backend, shares, median(state.memory for state in empty), collection, figures)


def leave(client: SSLSocket) -> None:
    client.unwrap()
    client.close()


def exchange(clients: Sequence[SSLSocket], item: bytes, answer: int, at_a_time: int | None = None) -> None:
    """Send something on each of the connections, and then receive the answers; or do that with some at a time."""
    buffer = memoryview(bytearray(answer))
    step = at_a_time or len(clients)
    for start in range(0, len(clients), step):
        some = clients[start : start + step]
        for client in some:
            client.sendall(item)
        for client in some:
            receive_exactly(client, buffer)


# ---- the check: the comparison ----


def predicted(costs: Costs) -> dict[str, float]:
    """What the computation says of what a check does."""
    return {
        CONNECTION: costs.connection,
        TRIP: costs.message,
        ALONE: costs.alone,
        DOWNLOAD: costs.message + CHUNK * costs.sent,
        FRESH: costs.fresh,
        USED: costs.used,
    }


def check_table(all_costs: dict[str, Costs], observations: Iterable[Observation]) -> Table:
    rows = []
    for what, unit in UNITS.items():
        for observation in observations:
            value, measured = predicted(all_costs[observation.backend])[what], observation.figures[what]
            shown = (digits(value / ONE_OF[unit]), digits(measured / ONE_OF[unit]), times(ratio(value, measured)))
            rows.append([f"{what} ({unit})", LOOPS[observation.backend], str(len(observation.shares)), *shown])
    return Table(["what", "loop", "processes", "predicted", "measured", "ratio"], rows)


def share_table(observations: Iterable[Observation]) -> Table:
    return Table(
        ["loop", "connections", "of which each process had", "memory of a process before"],
        [
            [LOOPS[it.backend], f"{sum(it.shares):,}", ", ".join(f"{n:,}" for n in it.shares), size(it.process)]
            for it in observations
        ],
    )


# ---- the page ----


def page(runs: Sequence[Record], checked: dict[str, Any], observations: Sequence[Observation]) -> Iterator[str]:
    """The parts of the page that are computed, each behind a comment that the page knows it by."""
    all_costs = {backend: Costs.measured(runs, observations, backend) for backend in BACKENDS}
    yield ".. Made by benchmarks/capacity.py, from what was measured. Do not edit."
    yield from part("environment", " ".join(environment_lines(runs)))
    yield from part("process", rst(process_table(all_costs)))
    profiles = (
        f"{profile.title}\n{'~' * len(profile.title)}\n\n{profile}\n\n{rst(needs_table(all_costs, profile))}"
        for profile in PROFILES
    )
    yield from part("profiles", "\n".join(profiles))
    yield from part("lifetimes", rst(lifetime_table(all_costs)))
    yield from part("floor", rst(floor_table(runs)))
    checked_on = f"Checked on {checked['date'][:10]} on {checked['processors']} processors."
    yield from part("check", f"{checked_on}\n\n{rst(check_table(all_costs, observations))}")
    yield from part("shares", rst(share_table(observations)))


def part(name: str, text: str) -> Iterator[str]:
    yield from ("", f".. part: {name}", "", text.rstrip(), "", ".. end")


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def check(connections: int, rounds: int, output: Path) -> None:
    """Observe everything, and save it. The clients are on the first processor, the first server is on the last."""
    raise_file_limit()
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, processors[:1])
    observations = []
    for backend in BACKENDS:
        for count in sorted({1, len(processors)}):
            it = observe(backend, processors[::-1][:count], connections * count, rounds)
            told = ", ".join(f"{what} {it.figures[what] / ONE_OF[unit]:.1f} {unit}" for what, unit in UNITS.items())
            say(f"{LOOPS[backend]}, {it.shares}: {told}")
            observations.append(asdict(it))
    output.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"environment": environment(), "observations": observations}, indent=1)
    output.write_text(text + "\n", encoding="utf-8")


def report(runs: Sequence[Record], check_file: Path, output: Path) -> None:
    """Write the page's tables.

    :raises ValueError: if there is too little to make them of, or if it was measured on different machines
    """
    saved = json.loads(check_file.read_text(encoding="utf-8"))
    checked = saved["environment"]
    for run in runs:
        for what in ("processor", "python", "openssl"):
            if run.environment[what] != checked[what]:
                raise ValueError(f"measured with {run.environment[what]}, and checked with {checked[what]}")
    lines = page(runs, checked, [Observation(**it) for it in saved["observations"]])
    output.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", nargs="?", default="both", choices=["both", "check", "report", "serve"])
    parser.add_argument(
        "arguments", nargs="*", metavar="FILE", help="of the suite's runs (default: reports/speed.json)"
    )
    parser.add_argument("--connections", type=int, default=1000, help="of a check, to each process (default: 1000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often a check does everything (default: 5)")
    parser.add_argument("--check", type=Path, default=CHECK, help="the check's file (default: reports/capacity.json)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="a report's (default: docs/capacity.inc)")
    arguments = parser.parse_args()
    if arguments.command == "serve":
        backend, processor, port, directory = arguments.arguments
        serve_in_this_process(backend, int(processor), int(port), Path(directory))
    try:
        # What is missing is missed before anything takes its time.
        runs = [Record.load(Path(file)) for file in arguments.arguments or [SUITE] if arguments.command != "check"]
        if arguments.command != "report":
            check(arguments.connections, arguments.rounds, arguments.check)
        if arguments.command != "check":
            report(runs, arguments.check, arguments.output)
    except (OSError, ValueError) as exc:
        say(str(exc))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
