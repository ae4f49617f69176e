"""What closing costs, in this build of the library and in another one, side by side.

``python benchmarks/closing.py --against DIR`` has two checkouts measure in turn, each in a process of its own, against
one peer. Without ``--against`` it compares this one with itself, and so tells what the figures cannot tell apart.

* ``connection``: the processor time of a client's whole connection: connecting, a request, its answer, closing
* ``hold``: for how long at most (processor time) the event loop lets nobody else run when a thousand connections are
  closed at once whose peers have not read everything, and then until all are closed
* ``trips``: how many round trips a request, its answer and closing take, over 25 ms each way
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import ssl
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path
from socket import IPPROTO_TCP, SO_RCVBUF, SOL_SOCKET, TCP_NODELAY, create_server, socket
from statistics import fmean, median, quantiles
from subprocess import PIPE, Popen
from typing import Any, NamedTuple, TypeAlias

import anyio
from _distance import FAR, Link, NoDistanceError, Place, distance
from _loop import longest_hold
from _speed.peer import HOST, raise_file_limit, tls13
from anyio.lowlevel import checkpoint

PROJECT = Path(__file__).parent.parent

ENTRANTS = [
    *((backend, way) for backend in ("asyncio", "uvloop", "trio") for way in ("connect_tls", "wrap")),
    ("trio", "Trio's face"),
]

# Requests, of one size: to be answered; to be left alone; and to let those go on who were left alone.
ASK, LEAVE, GO_ON = b"?", b"z", b"!"
SIZE = 64

# What a peer that was left alone has not read and has no room for (bytes). Trio lets no more wait than 16 KiB.
UNREAD, ROOM = 12 * 1024, 4096

LINGER = 30.0  # seconds for a close that has to wait
ONE_WAY = 0.025  # seconds to a distant peer

# ---- the peer ----


def serve(address: str, directory: str) -> None:
    """Tell the port in a line, and serve until standard input ends."""
    raise_file_limit()
    context = tls13(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.load_cert_chain(Path(directory) / "server.pem")
    gates: defaultdict[bytes, threading.Event] = defaultdict(threading.Event)

    def converse(sock: socket) -> None:
        with sock, suppress(OSError), context.wrap_socket(sock, server_side=True) as tls:
            request = tls.recv(SIZE)
            what, gate = request[:1], gates[request[1:]]
            if what == LEAVE:
                gate.wait()
            else:
                tls.sendall(request)
            if what == GO_ON:
                gate.set()
            while tls.recv(UNREAD):
                pass

    def end() -> None:
        sys.stdin.read()
        os._exit(0)  # threads and all

    threading.stack_size(256 * 1024)
    threading.Thread(target=end).start()
    listener = create_server((address, 0), backlog=4096)
    listener.setsockopt(SOL_SOCKET, SO_RCVBUF, ROOM)
    listener.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()


# ---- a build ----


class Client(NamedTuple):
    send: Callable[[bytes], Awaitable[Any]]
    receive: Callable[[int], Awaitable[bytes]]
    close: Callable[[], Awaitable[None]]

    async def ask(self, request: bytes) -> None:
        """Send a request, receive its answer, and close."""
        await self.send(request.ljust(SIZE))
        received = 0
        while received < SIZE:
            received += len(await self.receive(SIZE))
        await self.close()


Connect: TypeAlias = Callable[..., Awaitable[Client]]


async def open_client(way: str, address: str, port: int, context: ssl.SSLContext, **options: Any) -> Client:
    import anyio_tls

    if way == "Trio's face":
        import trio

        import anyio_tls.trio

        stream = await trio.open_tcp_stream(address, port)
        face = anyio_tls.trio.TLSStream(stream, context, server_hostname="localhost", **options)
        await face.do_handshake()
        return Client(face.send_all, face.receive_some, face.aclose)
    options |= {"hostname": "localhost", "ssl_context": context}
    if way == "connect_tls":
        tls = await anyio_tls.connect_tls(address, port, **options)
    else:
        tls = await anyio_tls.TLSStream.wrap(await anyio.connect_tcp(address, port), **options)
    return Client(tls.send, tls.receive, tls.aclose)


async def measure_connection(connect: Connect, times: int) -> list[float]:
    started = time.process_time()
    for _ in range(times):
        await (await connect()).ask(ASK)
    return [(time.process_time() - started) / times * 1e6]


async def measure_hold(connect: Connect, times: int) -> list[float]:
    key = f"{os.getpid()} {time.monotonic_ns()}".encode()
    clients = [await connect(linger=LINGER) for _ in range(times)]
    for client in clients:
        await client.send((LEAVE + key).ljust(SIZE))
        await client.send(bytes(UNREAD))
    last, closed = await connect(), 0
    gc.collect()
    gc.freeze()  # or looking at all of this again might be the longest hold

    async def close(client: Client) -> None:
        nonlocal closed
        await client.close()
        closed += 1

    async with anyio.create_task_group() as tasks:
        async with longest_hold() as hold_beginning:
            for client in clients:
                tasks.start_soon(close, client)
            for _ in range(100):
                await checkpoint()
        under_way = times - closed
        async with longest_hold() as hold_then:
            await last.ask(GO_ON + key)
            while closed < times:
                await checkpoint()
    return [hold_beginning() * 1e3, hold_then() * 1e3, under_way]


async def measure_trips(connect: Connect, times: int) -> list[float]:
    trips = []
    for _ in range(times):
        client = await connect()
        started = time.perf_counter()
        await client.ask(ASK)
        trips.append((time.perf_counter() - started) / (2 * ONE_WAY))
    return [median(trips)]


class Cell(NamedTuple):
    """What is measured, the titles of its figures, and how often: rounds, slices of each, and in each of these."""

    measure: Callable[[Connect, int], Awaitable[list[float]]]
    titles: tuple[str, ...]
    rounds: int
    slices: int
    times: int


HOLD_TITLES = ("longest hold as closes begin (ms)", "longest hold from then on (ms)", "closes under way then")
CELLS = {
    "connection": Cell(measure_connection, ("processor time of a connection (us)",), 15, 6, 50),
    "hold": Cell(measure_hold, HOLD_TITLES, 3, 1, 1000),
    "trips": Cell(measure_trips, ("round trips of a request, its answer and closing",), 1, 1, 10),
}


def play(backend: str, way: str, address: str, port: str, directory: str) -> None:
    """Measure what each line of standard input says, and tell which library that was."""
    import anyio_tls

    raise_file_limit()
    context = tls13(ssl.create_default_context(cafile=Path(directory) / "ca.pem"))

    async def connect(**options: Any) -> Client:
        return await open_client(way, address, int(port), context, **options)

    async def answer() -> None:
        for line in sys.stdin:  # nothing else has to run meanwhile
            cell, times = line.split()
            figures = await CELLS[cell].measure(connect, int(times))
            print(json.dumps({"figures": figures, "library": anyio_tls.__file__}), flush=True)

    if backend == "trio":
        anyio.run(answer, backend="trio")
    else:
        anyio.run(answer, backend_options={"use_uvloop": backend == "uvloop"})


# ---- both builds, in turn ----


def run(
    until: ExitStack, *arguments: str, processor: int, build: Path = PROJECT, place: Place | None = None
) -> Popen[str]:
    """Run this script in a process with one of the builds."""
    command, environment = [sys.executable, __file__, *arguments], {**os.environ, "PYTHONPATH": str(build)}
    with place.entered() if place else nullcontext():
        process = Popen(command, env=environment, stdin=PIPE, stdout=PIPE, text=True)
    until.enter_context(process)
    until.callback(process.kill)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, [sorted(os.sched_getaffinity(0))[processor]])
    return process


def ask(process: Popen[str], line: str = "") -> str:
    print(line, file=process.stdin, flush=True)
    assert process.stdout is not None
    return process.stdout.readline().strip()


def take_round(name: str, builds: list[Path], directory: str, link: Link | None) -> Iterator[tuple[str, Any]]:
    """Have both builds measure a cell everywhere; gives the figures of both."""
    cell = CELLS[name]
    near, far, address = (link.near, link.far, FAR) if link else (None, None, HOST)
    with ExitStack() as until_end:
        port = ask(run(until_end, "serve", address, directory, processor=0, place=far))
        for entrant in random.sample(ENTRANTS, len(ENTRANTS)):
            with ExitStack() as until_then:
                arguments = ("play", *entrant, address, port, directory)
                players = [run(until_then, *arguments, processor=-1, build=build, place=near) for build in builds]
                for player, build in zip(players, builds, strict=True):
                    library = json.loads(ask(player, f"{name} {cell.times // 10}"))["library"]
                    assert Path(library).is_relative_to(build), f"{library} was measured for {build}"
                told: list[list[list[float]]] = [[] for _ in builds]
                for _ in range(cell.slices):
                    for player, slices in random.sample([*zip(players, told, strict=True)], len(builds)):
                        slices.append(json.loads(ask(player, f"{name} {cell.times}"))["figures"])
                yield ", ".join(entrant), [[*map(fmean, zip(*slices, strict=True))] for slices in told]


def compare(name: str, rounds: int, builds: list[Path], directory: str) -> None:
    """Print the medians of both builds, and those of their ratio with its quartiles."""
    taken: defaultdict[str, list[Any]] = defaultdict(list)
    with distance(delay=ONE_WAY, rng=random.Random(0)) if name == "trips" else nullcontext() as link:
        for _ in range(rounds):
            for entrant, figures in take_round(name, builds, directory, link):
                taken[entrant].append(figures)
    for number, title in enumerate(CELLS[name].titles):
        print(f"\n{title}, {rounds} rounds\n{'':<21}{'this':>9}{'other':>9}{'ratio':>9}  quartiles")
        for entrant, figures in sorted(taken.items()):
            this, other = ([both[build][number] for both in figures] for build in (0, 1))
            ratios = [a / b for a, b in zip(this, other, strict=True) if b] or [float("nan")]
            low, middle, high = quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
            print(f"{entrant:<21}{median(this):9.2f}{median(other):9.2f}{middle:9.3f}  {low:.3f} to {high:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--against", type=Path, default=PROJECT, help="another checkout (default: this one)")
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=[*CELLS], help="only these")
    parser.add_argument("--rounds", type=int, help="how many, of each cell")
    arguments = parser.parse_args()
    builds = [PROJECT, arguments.against.resolve()]
    if not (builds[1] / "anyio_tls").is_dir():
        parser.error(f"{builds[1]} is not a checkout")
    from behaviour import make_certificates

    with tempfile.TemporaryDirectory() as directory:
        make_certificates(Path(directory))
        for name in arguments.cells:
            try:
                compare(name, arguments.rounds or CELLS[name].rounds, builds, directory)
            except NoDistanceError as exc:
                print(f"\n{CELLS[name].titles[0]}: {exc}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", *arguments]:
            serve(*arguments)
        case ["play", *arguments]:
            play(*arguments)
        case _:
            main()
