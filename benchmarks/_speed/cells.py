"""What is measured.

A cell is a coroutine function that does something with a contender and returns figures, all of which are the better
the lower, unless they are told in something per second. It warms up before it measures.
"""

from __future__ import annotations

import gc
import os
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import anyio
from _loop import longest_hold
from anyio.lowlevel import checkpoint
from typing_extensions import Self

from .contenders import Connection, Contender
from .peer import CHUNK, DONE, FULL, GO, HOST, READY, RESUMED, Order, Peer

__all__ = ["CELLS", "Cell", "Figures", "Play"]

Figures: TypeAlias = dict[str, float]

KIB, MIB = 2**10, 2**20

# Connections whose memory is compared with that of none.
IDLE = 200

# How long the peer does not read what it is sent (microseconds).
PAUSE = 200_000

# How many connections are opened at the same time.
CROWD = 16


@dataclass
class Play:
    """A contender, its peer, and how much of everything.

    :param amount: what the amounts are multiplied by
    :param delay: how long the peer waits before it answers (microseconds)
    :param exactly: how many round trips, whatever the amount
    :param around: entered around what is measured, for those who count something
    """

    contender: Contender
    peer: Peer
    amount: float = 1.0
    delay: int = 0
    exactly: int | None = None
    around: Callable[[], AbstractContextManager[object]] = nullcontext

    def __post_init__(self) -> None:
        self.context = self.contender.client_context(self.peer)

    async def open(self, port: int | None = None) -> Connection:
        peer = self.peer if port is None else self.peer._replace(port=port)
        return await self.contender.open(peer, self.context)

    def count(self, full: int) -> int:
        return self.exactly or max(1, round(full * self.amount))

    def warm(self, count: int) -> int:
        """How much of it is enough to be warm."""
        return 10 if self.exactly else max(1, count // 10)

    def measuring(self) -> Measured:
        gc.collect()
        return Measured(self.contender, self.around())


class Measured:
    """The time that something takes: on the wall, and of the contender's processor (seconds)."""

    wall: float
    cpu: float

    def __init__(self, contender: Contender, around: AbstractContextManager[object]) -> None:
        self._contender = contender
        self._around = around

    def start(self) -> None:
        self._around.__enter__()
        self._cpu = self._contender.cpu_seconds()
        self._wall = time.perf_counter()

    def stop(self) -> None:
        self.wall = time.perf_counter() - self._wall
        self.cpu = self._contender.cpu_seconds() - self._cpu
        self._around.__exit__(None, None, None)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def ignore(_: float) -> None:
    pass


async def trips(connection: Connection, item: bytes, count: int, note: Callable[[float], object]) -> None:
    """Send an item and receive as much, again and again, and note how long (seconds) each time took."""
    send, receive, size, now = connection.send, connection.receive, len(item), time.perf_counter
    for _ in range(count):
        started = now()
        await send(item)
        received = len(await receive(CHUNK))
        while received < size:
            received += len(await receive(CHUNK))
        note(now() - started)


# ---- one connection ----


async def round_trips(play: Play, size: int, count: int) -> Figures:
    count = play.count(count)
    connection = await play.open()
    await connection.send(Order("echo", size, play.warm(count) + count, play.delay).encode())
    item = bytes(size)
    await trips(connection, item, play.warm(count), ignore)
    times: list[float] = []
    with play.measuring() as measured:
        await trips(connection, item, count, times.append)
    await connection.close()
    return {
        "CPU": measured.cpu / count * 1e6,
        "median": median(times) * 1e6,
        "p99": sorted(times)[int(count * 0.99)] * 1e6,
    }


async def send_items(connection: Connection, item: bytes, count: int, delay: int = 0) -> None:
    """Send an item again and again, until the last has arrived."""
    await connection.send(Order("sink", len(item), count, delay).encode())
    for _ in range(count):
        await connection.send(item)
    assert await connection.receive(1) == DONE


async def receive_items(connection: Connection, item: bytes, count: int) -> None:
    """Receive an item again and again."""
    await connection.send(Order("source", len(item), count).encode())
    await receive_bytes(connection, len(item), len(item) * count)


async def receive_bytes(connection: Connection, max_bytes: int, total: int) -> None:
    while total:
        total -= len(await connection.receive(max_bytes))


async def both_ways(connection: Connection, item: bytes, count: int) -> None:
    """Send an item again and again, and receive as much at the same time."""

    async def send() -> None:
        for _ in range(count):
            await connection.send(item)

    await connection.send(Order("both", len(item), count).encode())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        await receive_bytes(connection, len(item), len(item) * count)


async def bulk(
    play: Play, transfer: Callable[[Connection, bytes, int], Awaitable[None]], size: int, total: int
) -> Figures:
    count = play.count(total // size)
    item = bytes(size)
    connection = await play.open()
    await transfer(connection, item, play.warm(count))
    with play.measuring() as measured:
        await transfer(connection, item, count)
    await connection.close()
    sent = size * count
    return {"CPU": measured.cpu / sent * 1e9, "throughput": sent / measured.wall / 1e6}


async def small_sends(play: Play) -> Figures:
    count = play.count(20_000)
    item = bytes(100)
    connection = await play.open()
    await send_items(connection, item, play.warm(count))
    with play.measuring() as measured:
        await send_items(connection, item, count)
    await connection.close()
    return {"CPU": measured.cpu / count * 1e6, "rate": count / measured.wall}


# ---- making connections ----


async def handshakes(play: Play, expected: bytes) -> Figures:
    """Connect, ask something, and close."""
    if expected == RESUMED:
        play.contender.resume(play.peer, play.context)

    async def come_and_go() -> None:
        connection = await play.open()
        await connection.send(greeting)
        assert await connection.receive(CHUNK) == expected
        await connection.close()

    greeting = Order("greet").encode()
    count = play.count(200)
    for _ in range(play.warm(count)):
        await come_and_go()
    with play.measuring() as measured:
        for _ in range(count):
            await come_and_go()
    return {"CPU": measured.cpu / count * 1e6, "wall": measured.wall / count * 1e6}


# ---- as a server ----


def collection_seconds() -> float:
    """What a full run of the garbage collector takes."""

    def once() -> float:
        started = time.thread_time()
        gc.collect()
        return time.thread_time() - started

    return min(once() for _ in range(3))


async def serve(play: Play, order: Order) -> tuple[Measured, float]:
    """Serve the peer's clients, from when it is ready until it is done; tell that, and what more a full run of the
    garbage collector takes when the clients are there (seconds)."""

    async def echo(connection: Connection) -> None:
        with suppress(Exception):  # the peer notices what goes wrong
            try:
                while data := await connection.receive(CHUNK):
                    await connection.send(data)
            finally:  # some libraries raise at the end, some do not
                await connection.close()

    def lead(port: int) -> Measured:
        with socket.create_connection((HOST, play.peer.plain_port)) as control:
            control.sendall(order._replace(key=port).encode())
            assert control.recv(1) == READY
            ready.append(collection_seconds())
            with play.measuring() as measured:
                control.sendall(GO)
                assert control.recv(1) == DONE
        return measured

    async def lead_in_thread(port: int) -> None:
        results.append(await anyio.to_thread.run_sync(lead, port))
        tasks.cancel_scope.cancel()

    def started(port: int) -> None:
        tasks.start_soon(lead_in_thread, port)

    results: list[Measured] = []
    ready = [collection_seconds()]
    async with anyio.create_task_group() as tasks:
        await play.contender.serve(play.contender.server_context(play.peer), echo, started)
    (measured,) = results
    return measured, ready[1] - ready[0]


async def accepting(play: Play) -> Figures:
    count = play.count(200)
    measured, _ = await serve(play, Order("visits", times=count))
    return {"CPU": measured.cpu / count * 1e6, "wall": measured.wall / count * 1e6}


async def crowd_of_clients(play: Play, connections: int) -> Figures:
    count = play.count(10)
    measured, collection = await serve(play, Order("load", 64, count, group=connections))
    return {
        "CPU": measured.cpu / count / connections * 1e6,
        "rate": count * connections / measured.wall,
        "collection": collection / connections * 1e6,
    }


# ---- many connections ----


async def open_many(play: Play, count: int, port: int | None = None) -> list[Connection]:
    """Open connections, some at a time."""
    opened: list[Connection] = []

    async def open_some(some: int) -> None:
        opened.extend([await play.open(port) for _ in range(some)])

    async with anyio.create_task_group() as tasks:
        for number in range(CROWD):
            tasks.start_soon(open_some, len(range(number, count, CROWD)))
    return opened


async def crowd(play: Play, connections: int, count: int) -> Figures:
    """Round trips on many connections, each in a task of its own."""
    count = play.count(count)
    opened = await open_many(play, connections)
    measured = play.measuring()
    done = 0

    def note(_: float) -> None:
        nonlocal done
        done += 1
        if done == connections:
            measured.start()
        elif done == (1 + count) * connections:
            measured.stop()

    # One trip before and one behind what is measured: at both of its ends everybody is in the midst of one.
    rounds = 1 + count + 1
    order = Order("join", 64, rounds, group=connections, key=os.getpid())

    async def ping_pong(connection: Connection) -> None:
        await connection.send(order.encode())
        await trips(connection, bytes(64), rounds, note)

    async with anyio.create_task_group() as tasks:
        for connection in opened:
            tasks.start_soon(ping_pong, connection)
    # What is left open ends with the process.
    return {"CPU": measured.cpu / count / connections * 1e6, "rate": count * connections / measured.wall}


# ---- memory ----


async def idle_memory(play: Play) -> Figures:
    """What a connection holds when nothing happens on it, and a process without any."""
    warm = await play.open()
    await round_trip_in_bulk(warm)
    before = anonymous_memory()
    opened = [await play.open() for _ in range(IDLE)]
    fresh = anonymous_memory()
    for connection in opened:
        await round_trip_in_bulk(connection)
    after = anonymous_memory()
    return {
        "fresh": (fresh - before) / IDLE / KIB,
        "after 64 KiB": (after - before) / IDLE / KIB,
        "process": before / KIB,
    }


async def round_trip_in_bulk(connection: Connection) -> None:
    await connection.send(Order("echo", 64 * KIB).encode())
    await trips(connection, BULK, 1, ignore)


BULK = bytes(64 * KIB)


def anonymous_memory() -> int:
    """What of the process's memory is no file's (bytes)."""
    gc.collect()
    return proc_figure("smaps_rollup", "Anonymous") * KIB


async def peak_memory(play: Play, size: int) -> Figures:
    """How much the process grows at most while it sends to a peer that is slow to read."""
    item = b"\xa5" * size
    connection = await play.open()
    await connection.send(Order("greet").encode())
    assert await connection.receive(1)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the highest mark is forgotten
    before = proc_figure("status", "VmRSS")
    await send_items(connection, item, 1, delay=PAUSE)
    return {"peak": proc_figure("status", "VmHWM") - before}


def proc_figure(file: str, name: str) -> int:
    """What the kernel says of this process (KiB)."""
    text = Path("/proc/self", file).read_text(encoding="ascii")
    _, found, rest = text.partition(f"\n{name}:")
    assert found
    return int(rest.split()[0])


# ---- for how long others wait ----


async def hold(play: Play) -> Figures:
    connection = await play.open()
    item = bytes(8 * MIB)
    await send_items(connection, item[:CHUNK], 1)
    # Receiving comes first: some need so much memory to send that it would find all of its own at hand.
    await connection.send(Order("source", CHUNK, len(item) // CHUNK).encode())
    await anyio.sleep(0.02)  # there is something to receive
    async with longest_hold() as receiving:
        await receive_bytes(connection, CHUNK, len(item))
    async with longest_hold() as sending:
        await send_items(connection, item, 1)
    await connection.close()
    return {"sending": sending() * 1e3, "receiving": receiving() * 1e3}


# Bytes that a peer who has been left alone has no room for. Trio lets no more wait than 16 KiB.
UNREAD = 12 * KIB


async def hold_closing(play: Play, connections: int) -> Figures:
    """Close connections at once whose peers have not read everything: as that begins, and until all are closed."""
    opened = await open_many(play, connections, play.peer.narrow_port)
    leave, go_on = (Order(what, key=os.getpid()).encode() for what in ("leave", "go_on"))
    for connection in opened:
        await connection.send(leave)
        await connection.send(bytes(UNREAD))
    last, closed = await play.open(), 0
    gc.collect()
    gc.freeze()  # or looking at all of this again might be the longest hold

    async def close(connection: Connection) -> None:
        nonlocal closed
        await connection.close()
        closed += 1

    async with anyio.create_task_group() as tasks:
        async with longest_hold() as beginning:
            for connection in opened:
                tasks.start_soon(close, connection)
            for _ in range(100):
                await checkpoint()
        assert not closed
        async with longest_hold() as then:
            await last.send(go_on)
            while closed < connections:
                await checkpoint()
    return {"beginning": beginning() * 1e3, "from then on": then() * 1e3}


# ---- all of them ----


@dataclass(frozen=True)
class Cell:
    """What is measured, and in what.

    :param group: what it is chosen by on the command line, besides its name
    :param units: of the figures
    :param compared: the figures that the goals are about
    :param entrants: the titles of those who take part
    :param apart: whether it needs a process of its own
    :param rounds: how many are enough, even in a full run
    :param in_quick: whether it is in a quick run
    :param one: what it is about: what its system calls are counted for
    :param counted: how many times so many as there are connections; or 0, if no system calls are counted
    :param many: how many connections there are
    """

    name: str
    group: str
    title: str
    perform: Callable[[Play], Coroutine[Any, Any, Figures]]
    units: dict[str, str]
    compared: tuple[str, ...]
    entrants: frozenset[str]
    apart: bool = False
    rounds: int | None = None
    in_quick: bool = True
    one: str = ""
    counted: int = 0
    many: int = 1


OURS = frozenset({"anyio_tls", "anyio_tls.trio", "anyio_tls.wrap"})
VARIANTS = frozenset({"pyopenssl", "no-context"})
ASYNC = OURS | {"anyio", "trio", "asyncio", "aiofastnet"} | VARIANTS
TLS = ASYNC | {"blocking"}
# What a stream takes more than these two together is its own handling.
ALL_TLS = TLS | {"memory", "anyio.plain"}
PLAIN = frozenset({"plain", "blocking.plain"})
SCALED = frozenset({"anyio_tls", "anyio", "plain"})

TRIP = {"CPU": "µs", "median": "µs", "p99": "µs"}
BULK_UNITS = {"CPU": "s/GB", "throughput": "MB/s"}
RATE = {"CPU": "µs", "rate": "1/s"}
CONNECTION = {"CPU": "µs", "wall": "µs"}
CPU = ("CPU",)


def _cells() -> Iterator[Cell]:
    trip = partial(Cell, group="rtt", units=TRIP, compared=CPU, entrants=ALL_TLS | PLAIN, one="round trip", counted=40)
    for name, size, count in (("64 bytes", 64, 3000), ("8 KiB", 8 * KIB, 2000), ("64 KiB", 64 * KIB, 600)):
        short = f"rtt-{size // KIB}k" if size >= KIB else f"rtt-{size}"
        yield trip(name=short, title=f"Round trip of {name}", perform=partial(round_trips, size=size, count=count))
    title = "Sending 100 bytes, again and again"
    yield Cell("small", "rtt", title, small_sends, RATE, CPU, ALL_TLS, one="item", counted=400)

    def transfer(name: str, title: str, function: Any, size: int, entrants: frozenset[str] = ALL_TLS) -> Cell:
        perform = partial(bulk, transfer=function, size=size, total=160 * MIB)
        counted = 4 * MIB // size * 4
        return Cell(name, "bulk", title, perform, BULK_UNITS, CPU, entrants, one="item", counted=counted)

    yield transfer("send-64k", "Sending items of 64 KiB", send_items, 64 * KIB)
    yield transfer("send-1m", "Sending items of 1 MiB", send_items, MIB)
    yield transfer("receive-64k", "Receiving, up to 64 KiB at a time", receive_items, 64 * KIB)
    yield transfer("receive-1m", "Receiving, up to 1 MiB at a time", receive_items, MIB)
    yield transfer("both", "Items of 64 KiB in both directions at once", both_ways, 64 * KIB, ASYNC)

    def connecting(name: str, title: str, perform: Any, entrants: frozenset[str]) -> Cell:
        return Cell(name, "connect", title, perform, CONNECTION, CPU, entrants, one="connection", counted=20)

    full, resumed = partial(handshakes, expected=FULL), partial(handshakes, expected=RESUMED)
    yield connecting("full", "A connection, from connecting to closing", full, ALL_TLS | PLAIN)
    yield connecting("resumed", "The same, resuming a session", resumed, (TLS | {"memory"}) - VARIANTS)
    yield connecting("accept", "A connection, as a server", accepting, ASYNC)

    many = partial(Cell, compared=CPU, apart=True, one="round trip")
    title = "Round trips of 64 bytes on 1,000 connections, as a server"
    serving = partial(crowd_of_clients, connections=1000)
    units = {**RATE, "collection": "µs"}
    yield many("server-1000", "many", title, serving, units, entrants=ASYNC, rounds=1, counted=3, many=1000)
    for number, count, rounds in ((1000, 10, 1), (1, 3000, 3), (100, 50, 3), (5000, 3, 1)):
        title = f"Round trips of 64 bytes on {number:,} connection{'s' if number > 1 else ''}, as a client"
        yield many(
            f"client-{number}",
            "many" if number == 1000 else "scale",
            title,
            partial(crowd, connections=number, count=count),
            RATE,
            entrants=ASYNC | {"plain"} if number == 1000 else SCALED,
            rounds=rounds,
            in_quick=number <= 1000,
            counted=40 if number == 1 else 3,
            many=number,
        )

    memory = partial(Cell, group="memory", entrants=TLS, apart=True)
    units = {"fresh": "KiB", "after 64 KiB": "KiB", "process": "KiB"}
    title = "Memory of an idle connection"
    yield memory("idle", title=title, perform=idle_memory, units=units, compared=tuple(units)[:2], rounds=3)
    for name, shown, size, rounds in (("peak-8m", "8 MiB", 8 * MIB, 3), ("peak-1g", "1 GiB", 1024 * MIB, 1)):
        title = f"Memory beyond the item, sending {shown} to a slow peer"
        perform = partial(peak_memory, size=size)
        one: dict[str, Any] = {"units": {"peak": "KiB"}, "compared": ("peak",), "rounds": rounds}
        yield memory(name, title=title, perform=perform, in_quick=rounds > 1, **one)

    units = {"sending": "ms", "receiving": "ms"}
    title = "The longest time that other tasks had to wait, with 8 MiB"
    yield Cell("hold", "hold", title, hold, units, tuple(units), ASYNC)
    units = {"beginning": "ms", "from then on": "ms"}
    title = "The same, while 1,000 connections close whose peers have not read everything"
    closing = partial(hold_closing, connections=1000)
    yield Cell("hold-closing", "hold", title, closing, units, tuple(units), OURS, apart=True, rounds=3, in_quick=False)


CELLS = {cell.name: cell for cell in _cells()}
