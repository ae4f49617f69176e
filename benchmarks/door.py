"""What a server's door costs: our listeners beside those of AnyIO, Trio, asyncio and uvloop, and beside the least that
a server in Python does.

``python benchmarks/door.py`` runs each server in a process of its own, in rounds whose order is shuffled, and measures

- ``many``: connections that are open at once, a byte echoed on each: memory and time for one;
- ``rate``: new connections a second, and the server's CPU for one: full and resumed, with clients that say goodbye
  (close_notify), and with those of ``openssl s_time``, which do not;
- ``flood``: the latency of 50 steady clients that echo 64 bytes, before and while silent clients and four ``openssl
  s_time`` are at the door;
- ``aside``: the same, but these are at the door of another server, and what is left is that of the processors: in
  ``flood``, no server's latency can be less;
- ``shutdown``: responses that a server had begun when it was shut down under load, how many of them were cut off, and
  of how many not a byte has arrived.

``--quick`` takes a few minutes. ``--against DIR`` runs another checkout's listeners too. ``renewal.py`` renews
certificates under load.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import anyio
from _least import listen
from _speed.peer import HOST, raise_file_limit
from _speed.runs import PROJECT, environment
from anyio import to_thread
from anyio.abc import SocketAttribute, TaskGroup
from speed import show, spread

from anyio_tls.testing import CertificateAuthority

STEADY, ITEM = 50, bytes(64)
PAUSE = 0.001  # seconds between two echoes of the steady
FLOOD, VISITORS = 4, 2  # processes
ASKING = 20  # clients that ask for responses until the shutdown
PIECES, PIECE = 10, bytes(1000)  # of a response
WARM_UP = 0.5  # seconds

GET = b"G"  # what a client of s_time sends first, if it sends anything
REQUEST = b"R"
PAGE = b"HTTP/1.0 200 OK\r\n\r\n"


class Scale(NamedTuple):
    """How much is measured."""

    rounds: int
    seconds: float
    connections: int
    silent: int


FULL, QUICK = Scale(3, 3.0, 5000, 1000), Scale(1, 1.0, 500, 300)


# ---- servers ----


class Server:
    """What all servers have in common: what they do with a client, and what they tell who started them."""

    def __init__(self, context: ssl.SSLContext, tasks: TaskGroup) -> None:
        self.context = context
        self.tasks = tasks
        self.connections = 0
        self.begun = 0

    async def talk(self, chunks: AsyncIterable[Any], send: Callable[[bytes], Awaitable[object]]) -> None:
        self.connections += 1
        async for data in chunks:
            if data[:1] == GET:
                await send(PAGE)
                return
            if data[:1] == REQUEST:
                await send(PIECE)
                self.begun += 1
                for _ in range(PIECES - 1):
                    await anyio.sleep(0.01)
                    await send(PIECE)
            else:
                await send(data)

    async def be_told(self, port: int, shut_down: Callable[[], Awaitable[object]] | None = None) -> None:
        """Say what has been used whenever a line asks for it, and end with standard input, by a shutdown if told to."""
        print(port, flush=True)
        while line := await to_thread.run_sync(sys.stdin.readline):
            if line == "shut down\n" and shut_down is not None:
                await shut_down()
            used = resource.getrusage(resource.RUSAGE_SELF)
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            figures = [used.ru_utime + used.ru_stime, self.connections, pages * 4, self.begun]
            print(json.dumps(figures), flush=True)
        self.tasks.cancel_scope.cancel()


async def serve_anyio(server: Server, listener: Any) -> None:
    async def handler(stream: Any) -> None:
        # Outside, for some streams raise when they are closed, too, AnyIO's even ssl's errors.
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, ssl.SSLError):
            async with stream:
                await server.talk(stream, stream.send)

    server.tasks.start_soon(listener.serve, handler)
    port = listener.listener.extra(SocketAttribute.local_port)  # AnyIO's TLSListener does not tell
    await server.be_told(port, getattr(listener, "shut_down", None))


async def ours(server: Server) -> None:
    from anyio_tls import create_tls_listener

    await serve_anyio(server, await create_tls_listener(server.context, local_host=HOST))


async def of_anyio(server: Server) -> None:
    from anyio.streams.tls import TLSListener

    await serve_anyio(server, TLSListener(await anyio.create_tcp_listener(local_host=HOST), server.context))


async def serve_trio(server: Server, listeners: Any, shut_down: Callable[[Any], Awaitable[object]] | None) -> None:
    import trio

    async def handler(stream: Any) -> None:
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            await server.talk(stream, stream.send_all)
            await stream.aclose()

    server.tasks.start_soon(trio.serve_listeners, handler, listeners)
    port = listeners[0].transport_listener.socket.getsockname()[1]
    await server.be_told(port, shut_down and partial(shut_down, listeners))


async def our_face(server: Server) -> None:
    import anyio_tls.trio as face

    listeners = await face.open_tls_over_tcp_listeners(0, server.context, host=HOST)
    await serve_trio(server, listeners, getattr(face, "shut_down", None))


async def of_trio(server: Server) -> None:
    import trio

    await serve_trio(server, await trio.open_ssl_over_tcp_listeners(0, server.context, host=HOST), None)


async def of_event_loop(server: Server) -> None:
    import asyncio

    async def chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
        while data := await reader.read(65536):
            yield data

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        try:
            with suppress(OSError):
                await server.talk(chunks(reader), send)
        finally:
            writer.close()

    listener = await asyncio.start_server(handler, HOST, 0, ssl=server.context, backlog=4096)
    await server.be_told(listener.sockets[0].getsockname()[1])


async def the_least(server: Server) -> None:
    def answer(request: bytes) -> tuple[bytes, bool]:
        server.connections += not request
        return (PAGE, True) if request[:1] == GET else (request, False)

    await server.be_told(listen(HOST, server.context, answer).getsockname()[1])


KINDS = {
    "anyio_tls": (ours, ["asyncio", "uvloop", "trio"]),
    "anyio_tls.trio": (our_face, ["trio"]),
    "AnyIO": (of_anyio, ["asyncio", "uvloop", "trio"]),
    "Trio": (of_trio, ["trio"]),
    "own streams": (of_event_loop, ["asyncio", "uvloop"]),
    "the least": (the_least, ["asyncio", "uvloop"]),
}


def serve(kind: str, loop: str, pem: str) -> None:
    """Be a server's process."""
    raise_file_limit()
    logging.disable()  # of the clients that leave
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            await KINDS[kind][0](Server(context, tasks))

    name, options = ("trio", {}) if loop == "trio" else ("asyncio", {"use_uvloop": loop == "uvloop"})
    anyio.run(main, backend=name, backend_options=options)


# ---- clients ----


def connect(context: ssl.SSLContext, port: int, session: ssl.SSLSession | None = None) -> ssl.SSLSocket:
    raw = socket.create_connection((HOST, port), timeout=60)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(raw, server_hostname="localhost", session=session)


def echo(tls: ssl.SSLSocket, data: bytes = b"x") -> float:
    """How long (seconds) it takes to come back."""
    start = time.perf_counter()
    tls.sendall(data)
    if tls.recv(len(data)) != data:
        raise ConnectionError("no echo")
    return time.perf_counter() - start


def visit(port: int, resuming: bool, ca: str) -> None:
    """Connect again and again until killed, and say goodbye each time."""
    context, session = ssl.create_default_context(cafile=ca), None
    while True:
        with connect(context, port, session) as tls:
            echo(tls)
            assert tls.session_reused == (session is not None)
            session = tls.session if resuming else None
            tls.unwrap().close()


@contextmanager
def processes(count: int, *command: str) -> Iterator[None]:
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        time.sleep(WARM_UP)
        if any(process.poll() is not None for process in running):
            raise RuntimeError(f"{command} has ended")
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def s_time(port: int, *options: str) -> tuple[str, ...]:
    return ("openssl", "s_time", "-connect", f"{HOST}:{port}", "-tls1_3", "-time", "600", *options)


# ---- what is measured ----

Figures = dict[str, float]


def both(before: tuple[float, float], during: tuple[float, float]) -> Figures:
    """The latencies, by their names."""
    return {
        f"{part} {moment}, ms": value
        for moment, (p50, p99) in {"before": before, "during": during}.items()
        for part, value in {"p50": p50, "p99": p99}.items()
    }


class Running:
    """A server's process, and what can be measured of it."""

    def __init__(self, process: subprocess.Popen[str], directory: Path, scale: Scale) -> None:
        self.process = process
        self.scale = scale
        self.ca, self.pem = str(directory / "ca.pem"), str(directory / "server.pem")
        self.context = ssl.create_default_context(cafile=self.ca)
        self.port = int(self._line())

    def _line(self) -> str:
        assert self.process.stdout is not None
        if not (line := self.process.stdout.readline()):
            raise RuntimeError("the server has ended")
        return line

    def tell(self, line: str) -> list[float]:
        """What the server has used: seconds of CPU, connections, KiB; and how many responses it has begun."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return json.loads(self._line())  # type: ignore[no-any-return]

    def many(self) -> Figures:
        count = self.scale.connections
        echo(warm := connect(self.context, self.port))
        before, start = self.tell("use"), time.perf_counter()
        with ExitStack() as stack, ThreadPoolExecutor(8) as threads:
            held = list(threads.map(lambda _: stack.enter_context(connect(self.context, self.port)), range(count)))
            list(map(echo, held))
            seconds, after = time.perf_counter() - start, self.tell("use")
        warm.close()
        return {
            "memory a connection, KiB": (after[2] - before[2]) / count,
            "time a connection, ms": seconds / count * 1e3,
            "CPU a connection, ms": (after[0] - before[0]) / count * 1e3,
        }

    def rate(self) -> Figures:
        figures = {}
        visitor = (sys.executable, __file__, "visit", str(self.port))
        for name, command in {
            "full, goodbye": (*visitor, "", self.ca),
            "resumed, goodbye": (*visitor, "resuming", self.ca),
            "full, none": s_time(self.port, "-new"),
            # In TLS 1.3 it gets no ticket, and resumes nothing, unless it reads a page.
            "resumed, none": s_time(self.port, "-reuse", "-www", "/"),
        }.items():
            with processes(VISITORS, *command):
                before, start = self.tell("use"), time.perf_counter()
                time.sleep(self.scale.seconds)
                after, seconds = self.tell("use"), time.perf_counter() - start
            connections = after[1] - before[1]
            figures[f"{name}, 1/s"] = connections / seconds
            figures[f"{name}, CPU ms"] = (after[0] - before[0]) / connections * 1e3 if connections else float("nan")
        return figures

    def flood(self) -> Figures:
        with ExitStack() as stack:
            steady = [stack.enter_context(connect(self.context, self.port)) for _ in range(STEADY)]
            before = self._latencies(steady)
            for _ in range(self.scale.silent):
                stack.enter_context(socket.create_connection((HOST, self.port), timeout=60))
            with processes(FLOOD, *s_time(self.port, "-new")):
                during = self._latencies(steady)
        return both(before, during)

    def aside(self) -> Figures:
        command = [sys.executable, __file__, "serve", "own streams", "asyncio", self.pem]
        with ExitStack() as stack:
            steady = [stack.enter_context(connect(self.context, self.port)) for _ in range(STEADY)]
            before = self._latencies(steady)
            other = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            stack.callback(other.kill)
            assert other.stdout is not None
            with processes(FLOOD, *s_time(int(other.stdout.readline()), "-new")):
                return both(before, self._latencies(steady))

    def _latencies(self, steady: list[ssl.SSLSocket]) -> tuple[float, float]:
        times, end = list[float](), time.monotonic() + self.scale.seconds
        while time.monotonic() < end:
            for tls in steady:
                times.append(echo(tls, ITEM) * 1e3)
                time.sleep(PAUSE)
        return median(times), quantiles(times, n=100)[98]

    def shutdown(self) -> Figures:
        with ThreadPoolExecutor(ASKING) as threads:
            asking = [threads.submit(self._ask) for _ in range(ASKING)]
            time.sleep(self.scale.seconds)
            start = time.perf_counter()
            *_, begun = self.tell("shut down")
            seconds = time.perf_counter() - start
        complete, cut_off = (sum(column) for column in zip(*(it.result() for it in asking), strict=True))
        # Those that were begun and of which nothing has come. What was not begun, clients may ask for elsewhere.
        lost = begun - complete - cut_off
        return {"begun": begun, "complete": complete, "cut off": cut_off, "lost": lost, "took, s": seconds}

    def _ask(self) -> tuple[int, int]:
        """Ask until there is no answer; how many were complete, and how many were cut off."""
        complete, wanted = 0, PIECES * len(PIECE)
        while True:
            got = 0
            try:
                with connect(self.context, self.port) as tls:
                    for _ in range(3):  # connections that stay and new ones are under way
                        got = 0
                        tls.sendall(REQUEST)
                        while got < wanted and (data := tls.recv(wanted - got)):
                            got += len(data)
                        if got < wanted:
                            return complete, int(got > 0)
                        complete += 1
            except OSError:
                return complete, int(0 < got < wanted)


PARTS: dict[str, Callable[[Running], Figures]] = {
    "many": Running.many,
    "rate": Running.rate,
    "flood": Running.flood,
    "aside": Running.aside,
    "shutdown": Running.shutdown,
}


def measure(part: str, build: Path, kind: str, loop: str, directory: Path, scale: Scale) -> Figures:
    command = [sys.executable, __file__, "serve", kind, loop, str(directory / "server.pem")]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(build)}, **pipes) as process:
        try:
            return PARTS[part](Running(process, directory, scale))
        finally:
            process.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds of less")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=[*PARTS], help=", ".join(PARTS))
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout, whose listeners run too")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), help="of the order in each round")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="gets the environment, and a line of JSON for each value"
    )
    arguments = parser.parse_args()
    raise_file_limit()
    scale, rng = QUICK if arguments.quick else FULL, random.Random(arguments.seed)
    print(f"Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}, seed {arguments.seed}, {scale}", flush=True)
    runs = [
        (build, kind, loop)
        for kind, (_, loops) in KINDS.items()
        for build in ([PROJECT, arguments.against] if arguments.against and "anyio_tls" in kind else [PROJECT])
        for loop in filter(find_spec, loops)
    ]
    rounds = arguments.rounds or scale.rounds
    lines, failures = list[dict[str, Any]](), 0
    authority = CertificateAuthority()
    with tempfile.TemporaryDirectory() as name:
        directory, certificate = Path(name), authority.issue("localhost", HOST)
        (directory / "ca.pem").write_bytes(authority.pem)
        (directory / "server.pem").write_bytes(certificate.certificate_pem + certificate.private_key_pem)
        for part in arguments.parts:
            # Only of ours, and not of every build, can a shutdown be asked for.
            chosen = [run for run in runs if part != "shutdown" or (run[0] == PROJECT and "anyio_tls" in run[1])]
            table: dict[str, dict[str, list[float]]] = {}
            for build, kind, loop in chosen:
                table[f"{kind}, {loop}{'' if build == PROJECT else ', other build'}"] = defaultdict(list)
            for number in range(rounds):
                for (build, kind, loop), who in rng.sample([*zip(chosen, table, strict=True)], len(chosen)):
                    try:
                        figures = measure(part, build, kind, loop, directory, scale)
                    except (OSError, RuntimeError) as exc:
                        failures += 1
                        print(f"{part}, {who}: {exc!r}", file=sys.stderr, flush=True)
                        continue
                    for figure, value in figures.items():
                        table[who][figure].append(value)
                        lines.append({"part": part, "server": who, "round": number, "figure": figure, "value": value})
            headers = [*dict.fromkeys(figure for row in table.values() for figure in row)]
            show(
                [part, *headers],
                [[who, *(spread(row[f]) if row[f] else "" for f in headers)] for who, row in table.items()],
                part,
            )
    if arguments.output:
        first = {"environment": {**environment(), "rounds": rounds}}
        arguments.output.write_text("".join(f"{json.dumps(line)}\n" for line in [first, *lines]))
    return 1 if failures or any(line["figure"] in {"cut off", "lost"} and line["value"] for line in lines) else 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", kind, loop, pem]:
            serve(kind, loop, pem)
        case ["visit", port, resuming, ca]:
            visit(int(port), bool(resuming), ca)
        case _:
            sys.exit(main())
