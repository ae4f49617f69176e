"""The demo: a file goes through TLS and back while its sends and receives are cancelled all the time.

One driver (:func:`_run`) does the same to every TLS stream, ours and others': the same file in the same pieces,
the same seeded pattern of cancellations. A stream takes part through a small adapter (:class:`_Connection`).
Whatever is said of a stream at the end was observed here.

A call that is to be cancelled is given so many turns of the event loop, not so many seconds. So the cancellation
strikes in the middle of things on a fast machine and on a busy one alike. The seed fixes which calls, how many
turns, and the sizes of the pieces; what the kernel does meanwhile is its own affair.
"""

from __future__ import annotations

import hashlib
import io
import math
import platform
import random
import shlex
import socket
import ssl
import stat
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

import anyio
import anyio.abc
import anyio.lowlevel
import anyio.to_thread
from anyio.abc import SocketAttribute

from ._connect import connect_tls
from ._listener import create_tls_listener
from .testing import CertificateAuthority

HOST = "127.0.0.1"

# A smaller file is sent again and again until this much (bytes) has gone out: enough for hundreds of cancellations,
# little enough for a second.
MINIMUM_TRAFFIC = 8 * 1024 * 1024

# How much is read from the file at once (bytes).
BLOCK = 4 * 1024 * 1024

# The largest piece handed to one send (bytes): many TLS records, and more than the socket takes at once, so that a
# cancelled send may have been taken in part.
LARGEST_PIECE = 256 * 1024

# How much the kernel takes to send (bytes, on each socket): little, so that a send soon has to wait. What it holds of
# the input is left alone: a TCP that runs out of room for many small segments drops them, and with them the
# acknowledgements of what goes the other way, until slow timers get both moving again.
SEND_BUFFER = 64 * 1024

# How many turns of the event loop the echo lets pass before it answers, so that both directions have to wait for it.
ECHO_TURNS = 8

# A call is cancelled after fewer turns of the event loop than this.
MOST_TURNS = 8

# How likely a call is to be chosen for cancellation. With a large file it is less: about so many receives are chosen,
# and in proportion so many sends.
HIGHEST_CHANCE = 0.6
CHOSEN_RECEIVES = 400

# When nothing has moved for so long (seconds), waiting is given up: sooner where something has failed before.
PATIENCE = 5.0
PATIENCE_AFTER_A_FAILURE = 1.0

# How long closing a connection may take (seconds) before it is cut.
CLOSING_TIME = 1.0


# The streams that take part -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Connection:
    """What the driver needs of a TLS stream."""

    send: Callable[[bytes], Awaitable[object]]
    receive: Callable[[], Awaitable[bytes]]
    version: str
    cipher: str
    bytes_sent: Callable[[], int] | None = None
    """How much has been taken for sending so far; ``None`` if the stream cannot tell."""


@dataclass(frozen=True)
class _Contexts:
    server: ssl.SSLContext
    client: ssl.SSLContext


# Opens an echo server and a connection to it. Told of an exception that ends the server's side.
_Opener = Callable[[_Contexts, Callable[[Exception], None]], AbstractAsyncContextManager[_Connection]]


@asynccontextmanager
async def _open_ours(contexts: _Contexts, failed: Callable[[Exception], None]) -> AsyncIterator[_Connection]:
    listener = await create_tls_listener(contexts.server, local_host=HOST)
    port = listener.extra(SocketAttribute.local_port)
    async with _echo_server(listener, failed):
        stream = await connect_tls(HOST, port, ssl_context=contexts.client)
        async with _anyio_connection(stream, lambda: stream.bytes_sent) as connection:
            yield connection


@asynccontextmanager
async def _open_anyio(contexts: _Contexts, failed: Callable[[Exception], None]) -> AsyncIterator[_Connection]:
    from anyio.streams.tls import TLSListener

    tcp_listener = await anyio.create_tcp_listener(local_host=HOST)
    port = tcp_listener.extra(SocketAttribute.local_port)
    async with _echo_server(TLSListener(tcp_listener, contexts.server), failed):
        stream = await anyio.connect_tcp(HOST, port, ssl_context=contexts.client)
        async with _anyio_connection(stream) as connection:
            yield connection


@asynccontextmanager
async def _echo_server(listener: anyio.abc.Listener[Any], failed: Callable[[Exception], None]) -> AsyncIterator[None]:
    async def echo(stream: anyio.abc.ByteStream) -> None:
        try:
            _shrink_buffer(stream.extra(SocketAttribute.raw_socket))
            async for chunk in stream:
                await _dawdle()
                await stream.send(chunk)
        except Exception as error:
            failed(error)
        finally:
            await _close(stream)

    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, echo)
        yield
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def _anyio_connection(
    stream: anyio.abc.ByteStream, bytes_sent: Callable[[], int] | None = None
) -> AsyncIterator[_Connection]:
    from anyio.streams.tls import TLSAttribute

    try:
        _shrink_buffer(stream.extra(SocketAttribute.raw_socket))
        cipher, *_ = stream.extra(TLSAttribute.cipher)
        yield _Connection(stream.send, stream.receive, stream.extra(TLSAttribute.tls_version), cipher, bytes_sent)
    finally:
        await _close(stream)


@asynccontextmanager
async def _open_ours_on_trio(contexts: _Contexts, failed: Callable[[Exception], None]) -> AsyncIterator[_Connection]:
    from .trio import open_tls_over_tcp_listeners, open_tls_over_tcp_stream

    listeners = await open_tls_over_tcp_listeners(0, contexts.server, host=HOST)
    async with _trio_echo_server(listeners, failed) as port:
        stream = await open_tls_over_tcp_stream(HOST, port, ssl_context=contexts.client)
        async with _trio_connection(stream, lambda: stream.bytes_sent) as connection:
            yield connection


@asynccontextmanager
async def _open_trio(contexts: _Contexts, failed: Callable[[Exception], None]) -> AsyncIterator[_Connection]:
    import trio

    listeners = await trio.open_ssl_over_tcp_listeners(0, contexts.server, host=HOST)
    async with _trio_echo_server(listeners, failed) as port:
        stream = await trio.open_ssl_over_tcp_stream(HOST, port, ssl_context=contexts.client)
        async with _trio_connection(stream) as connection:
            yield connection


@asynccontextmanager
async def _trio_echo_server(listeners: list[Any], failed: Callable[[Exception], None]) -> AsyncIterator[int]:
    import trio

    async def echo(stream: Any) -> None:
        try:
            _shrink_buffer(stream.transport_stream.socket)
            async for chunk in stream:
                await _dawdle()
                await stream.send_all(chunk)
        except Exception as error:
            failed(error)
        finally:
            await _close(stream)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, echo, listeners)
        yield listeners[0].transport_listener.socket.getsockname()[1]
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def _trio_connection(stream: Any, bytes_sent: Callable[[], int] | None = None) -> AsyncIterator[_Connection]:
    try:
        await stream.do_handshake()
        _shrink_buffer(stream.transport_stream.socket)
        yield _Connection(stream.send_all, stream.receive_some, stream.version(), stream.cipher()[0], bytes_sent)
    finally:
        await _close(stream)


async def _dawdle() -> None:
    for _ in range(ECHO_TURNS):
        await anyio.lowlevel.checkpoint()


def _shrink_buffer(sock: Any) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)


async def _close(stream: Any) -> None:
    # Shielded: a server's stream is closed when its task is cancelled. The time limit is for those streams that
    # wait for their peer; what goes wrong now is no part of the comparison.
    with anyio.move_on_after(CLOSING_TIME, shield=True), suppress(Exception):
        await stream.aclose()


# What is done to each of them ----------------------------------------------------------------------------------


class _Canceller:
    """Cancels calls of one direction, each a seeded number of turns of the event loop after it began."""

    def __init__(self, seed: str, chance: float) -> None:
        self._random = random.Random(seed)
        self._chance = chance
        self._scope = anyio.CancelScope()
        self._turns_left = math.inf
        self.struck = 0
        """How many calls were interrupted; one that ended before its turn came is none."""

    @contextmanager
    def around_a_call(self) -> Iterator[anyio.CancelScope]:
        with anyio.CancelScope() as self._scope:
            if self._random.random() < self._chance:
                self._turns_left = self._random.randrange(MOST_TURNS)
            self.turn()
            try:
                yield self._scope
            finally:
                self._turns_left = math.inf
        self.struck += self._scope.cancelled_caught

    def turn(self) -> None:
        if self._turns_left == 0:
            self._scope.cancel()
        self._turns_left -= 1


@dataclass(frozen=True)
class _Traffic:
    """What is sent: FILE, often enough."""

    content: BinaryIO
    size: int
    sha256: bytes
    description: str


def _cut(block: bytes, sizes: random.Random) -> Iterator[bytes]:
    """Cut a block into pieces of less than LARGEST_PIECE bytes, most of them small."""
    start = 0
    while start < len(block):
        end = start + int(LARGEST_PIECE ** sizes.random())
        yield block[start:end]
        start = end


@dataclass
class _Outcome:
    """What was observed of one stream."""

    expected: int
    patience: float
    received: int = 0
    intact: bool = False
    stuck: bool = False
    failures: list[str] = field(default_factory=list)
    cancelled_sends: int = 0
    cancelled_receives: int = 0
    version: str = "-"
    cipher: str = "-"
    seconds: float = 0.0

    @property
    def verdict(self) -> Literal["whole", "broken", "stuck", "altered"]:
        if self.failures:
            return "broken"
        if self.stuck:
            return "stuck"
        return "whole" if self.intact else "altered"

    @property
    def observations(self) -> list[str]:
        """What became of it, in words; nothing if it came through whole."""
        if self.verdict == "whole":
            return []
        cancels = f"cancelled sends: {self.cancelled_sends:,}, receives: {self.cancelled_receives:,}"
        words = [f"{self.received:,} of {self.expected:,} bytes came back; {cancels}"]
        if self.received >= self.expected and not self.intact:
            words.append("they are not what was sent: their SHA-256 differs")
        words += self.failures
        if self.stuck:
            words.append(f"nothing moved for {self.patience:g} s, then it was cut off")
        return words


async def _run(
    open_connection: _Opener,
    contexts: _Contexts,
    traffic: _Traffic,
    seed: str,
    report: Callable[[_Outcome], None],
) -> _Outcome:
    """Send the traffic to an echo and back over one kind of stream, cancelling all the while."""
    outcome = _Outcome(traffic.size, patience=PATIENCE)
    chance = min(HIGHEST_CHANCE, CHOSEN_RECEIVES * 64 * 1024 / traffic.size)
    sends, receives = _Canceller(f"{seed} sends", chance), _Canceller(f"{seed} receives", chance)
    over = False
    started = time.perf_counter()

    def moved() -> None:
        patience.deadline = anyio.current_time() + outcome.patience
        outcome.cancelled_sends, outcome.cancelled_receives = sends.struck, receives.struck
        outcome.seconds = time.perf_counter() - started
        report(outcome)

    def failed(who: str, error: Exception) -> None:
        outcome.failures.append(f"{who}: {_describe(error)}")
        outcome.patience = PATIENCE_AFTER_A_FAILURE
        moved()

    def server_failed(error: Exception) -> None:
        if not over:  # later errors only show that we stopped
            failed("server", error)

    async def send(connection: _Connection) -> None:
        sizes = random.Random(f"{seed} sizes")
        traffic.content.seek(0)
        while block := await anyio.to_thread.run_sync(traffic.content.read, BLOCK):
            for item in _cut(block, sizes):
                await send_item(connection, item)
                moved()

    async def send_item(connection: _Connection, item: bytes) -> None:
        while True:
            before = connection.bytes_sent() if connection.bytes_sent else 0
            with sends.around_a_call() as scope:
                await connection.send(item)
            if not scope.cancelled_caught:
                return
            if connection.bytes_sent:
                # The rest. If there is none, the next call still sees to it that what was accepted goes out.
                item = item[connection.bytes_sent() - before :]
            # Otherwise nobody knows how much of it went out, and it can only be sent again.

    async def receive(connection: _Connection) -> None:
        digest = hashlib.sha256()
        while outcome.received < outcome.expected:
            chunk = None
            with receives.around_a_call():
                chunk = await connection.receive()
            if chunk is not None:
                if not chunk:
                    raise EOFError("the stream ended")
                digest.update(chunk)
                outcome.received += len(chunk)
                moved()
        outcome.intact = digest.digest() == traffic.sha256

    async def transfer(connection: _Connection) -> None:
        async def attempt(who: str, operation: Callable[[_Connection], Awaitable[None]]) -> None:
            try:
                await operation(connection)
            except Exception as error:
                failed(who, error)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(attempt, "client, sending", send)
            await attempt("client, receiving", receive)
            if outcome.received >= outcome.expected and not outcome.intact:
                tasks.cancel_scope.cancel()  # nobody reads what is still being sent

    async def count_turns() -> None:
        while True:
            await anyio.lowlevel.checkpoint()
            sends.turn()
            receives.turn()

    with anyio.move_on_after(PATIENCE) as patience:
        try:
            async with open_connection(contexts, server_failed) as connection:
                outcome.version, outcome.cipher = connection.version, connection.cipher
                async with anyio.create_task_group() as counting:
                    counting.start_soon(count_turns)
                    try:
                        await transfer(connection)
                    finally:
                        over = True
                    counting.cancel_scope.cancel()
        except Exception as error:
            failed("opening or closing", error)
    outcome.stuck = patience.cancelled_caught
    moved()
    return outcome


def _describe(error: BaseException) -> str:
    """Say what an exception is, as its class and its message say it, and what caused it."""
    while group := getattr(error, "exceptions", ()):
        error = group[0]
    words = []
    cause: BaseException | None = error
    while cause is not None:
        package = type(cause).__module__.partition(".")[0]
        name = type(cause).__qualname__ if package == "builtins" else f"{package}.{type(cause).__qualname__}"
        message = " ".join(str(cause).split())
        words.append(f"{name}: {message}" if message else name)
        cause = cause.__cause__
    return ", caused by ".join(words)


# What is said of it --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Stream:
    """A kind of TLS stream that takes part."""

    name: str
    open: _Opener
    ours: bool
    trio_only: bool = False

    @property
    def title(self) -> str:
        package = self.name.partition(".")[0]
        return self.name if self.ours else f"{self.name} ({package} {metadata.version(package)})"


STREAMS = [
    _Stream("anyio_tls.TLSStream", _open_ours, ours=True),
    _Stream("anyio_tls.trio.TLSStream", _open_ours_on_trio, ours=True, trio_only=True),
    _Stream("anyio.streams.tls.TLSStream", _open_anyio, ours=False),
    _Stream("trio.SSLStream", _open_trio, ours=False, trio_only=True),
]

# Columns, of what is not the table itself.
WIDTH = 84

EXPLANATION = """\
cancels: calls of send and receive that were interrupted while under way. After a
cancelled send, anyio_tls tells how much was taken (bytes_sent), and the rest is sent
next; the others cannot tell, so the whole item is sent again."""

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@dataclass(frozen=True)
class _Stage:
    stream: _Stream
    backend: str
    version: ssl.TLSVersion

    def __str__(self) -> str:
        return f"{self.stream.name} on {self.backend}, TLS {_number(self.version)}"

    def run(
        self, authority: CertificateAuthority, traffic: _Traffic, seed: int, report: Callable[[_Outcome], None]
    ) -> _Outcome:
        contexts = _Contexts(authority.server_context(), authority.client_context())
        for context in (contexts.server, contexts.client):
            context.minimum_version = context.maximum_version = self.version
        return anyio.run(
            _run,
            self.stream.open,
            contexts,
            traffic,
            f"{seed} {self.backend} {self.version.name}",  # every stream meets the same pattern
            report,
            backend="trio" if self.backend == "trio" else "asyncio",
            backend_options={"use_uvloop": True} if self.backend == "uvloop" else {},
        )


def _number(version: ssl.TLSVersion) -> str:
    return version.name.removeprefix("TLSv").replace("_", ".")


class _Progress:
    """One line that is rewritten on a terminal; elsewhere a line for each stage that has ended."""

    SECONDS_BETWEEN = 0.1

    def __init__(self, stages: int, output: TextIO) -> None:
        self._stages = stages
        self._number = 0
        self._output = output
        self._rewrites = output.isatty()
        self._next_time = 0.0

    def begin(self, stage: _Stage) -> None:
        self._number += 1
        self._title = f"[{self._number:>{len(str(self._stages))}}/{self._stages}] {stage}"

    def update(self, outcome: _Outcome) -> None:
        if self._rewrites and time.monotonic() >= self._next_time:
            self._next_time = time.monotonic() + self.SECONDS_BETWEEN
            share = outcome.received / outcome.expected
            cancelled = outcome.cancelled_sends + outcome.cancelled_receives
            self._write(f"{self._title}: {share:.0%}, {cancelled} calls cancelled")

    def end(self, outcome: _Outcome) -> None:
        self._write(f"{self._title}: {outcome.verdict}, {outcome.seconds:.1f} s")
        self._output.write("\n")

    def _write(self, text: str) -> None:
        self._output.write(f"\r{text}\x1b[K" if self._rewrites else text)
        self._output.flush()


def _table(outcomes: dict[_Stage, _Outcome]) -> Iterator[str]:
    """Draw the table, a line at a time; what became of a stream that failed is told below its row."""
    rows = [("backend", "TLS", "cipher", "bytes", "cancels", "MB/s", "verdict")]
    for stage, outcome in outcomes.items():
        rows.append(
            (
                stage.backend,
                _number(stage.version),
                outcome.cipher,
                f"{outcome.received:,}",
                f"{outcome.cancelled_sends + outcome.cancelled_receives:,}",
                f"{outcome.received / outcome.seconds / 1e6:.0f}" if outcome.verdict == "whole" else "-",
                outcome.verdict,
            )
        )
    alignments = [str.ljust, str.ljust, str.ljust, str.rjust, str.rjust, str.rjust, str.ljust]
    columns = [
        [align(cell, max(map(len, column))) for cell in column]
        for align, column in zip(alignments, zip(*rows, strict=True), strict=True)
    ]
    head, *lines = ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    yield head
    stream = None
    for line, (stage, outcome) in zip(lines, outcomes.items(), strict=True):
        if stage.stream is not stream:
            stream = stage.stream
            yield ""
            yield stream.title
        yield line
        for observation in outcome.observations:
            yield from textwrap.wrap(observation, WIDTH, initial_indent="         - ", subsequent_indent="           ")


def _summary(outcomes: dict[_Stage, _Outcome]) -> str:
    ours = [outcome for stage, outcome in outcomes.items() if stage.stream.ours]
    lost = [str(stage) for stage, outcome in outcomes.items() if stage.stream.ours and outcome.verdict != "whole"]
    if lost:
        return f"anyio_tls FAILED: {'; '.join(lost)}."
    return (
        f"anyio_tls: all {sum(outcome.received for outcome in ours):,} bytes came back whole, through"
        f" {sum(outcome.cancelled_sends for outcome in ours):,} cancelled sends and"
        f" {sum(outcome.cancelled_receives for outcome in ours):,} cancelled receives."
    )


class _FileError(Exception):
    """FILE cannot be used."""


def _open_traffic(path: Path) -> _Traffic:
    try:
        # Asked first: opening a pipe would wait for its other end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise _FileError("it is not a regular file")
        file = path.open("rb")
    except OSError as error:
        raise _FileError(error.strerror or str(error)) from error
    size, sha256 = _measure(file)
    description = f"{path}\n{size:,} bytes, SHA-256 {sha256.hex()}"
    if size >= MINIMUM_TRAFFIC:
        return _Traffic(file, size, sha256, description)
    with file:
        if not size:
            raise _FileError("it is empty, so there is nothing to send")
        times = math.ceil(MINIMUM_TRAFFIC / size)
        file.seek(0)
        content = io.BytesIO(file.read() * times)
    return _Traffic(content, *_measure(content), f"{description}\n{times:,} times in a row")


def _measure(content: BinaryIO) -> tuple[int, bytes]:
    """Return the size in bytes and the SHA-256."""
    content.seek(0)
    digest = hashlib.sha256()
    size = 0
    while chunk := content.read(1024 * 1024):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.digest()


def run_demo(path: Path, seed: int | None = None) -> int:
    """Run the demo: progress goes to stderr, the result to stdout.

    :param path: the file to send
    :param seed: where to cancel; default: somewhere else each time
    :return: the exit status: 0 if all of ours came back whole, 1 if not, 2 if the file cannot be used
    """
    if seed is None:
        seed = random.SystemRandom().randrange(10**6)
    try:
        traffic = _open_traffic(path)
    except _FileError as error:
        print(f"cannot send {path}: {error}", file=sys.stderr)
        return 2

    installed = {
        backend: backend == "asyncio" or find_spec(backend) is not None for backend in ("asyncio", "uvloop", "trio")
    }
    stages = [
        _Stage(stream, backend, version)
        for stream in STREAMS
        for backend in installed
        if installed[backend] and (backend == "trio" or not stream.trio_only)
        for version in VERSIONS
    ]
    authority = CertificateAuthority()
    progress = _Progress(len(stages), sys.stderr)
    outcomes = {}
    with traffic.content:
        for stage in stages:
            progress.begin(stage)
            outcomes[stage] = stage.run(authority, traffic, seed, progress.update)
            progress.end(outcomes[stage])
        lost = any(stage.stream.ours and outcome.verdict != "whole" for stage, outcome in outcomes.items())
        if lost and _measure(traffic.content) != (traffic.size, traffic.sha256):
            print(f"{path} changed while it was being sent: this run tells nothing", file=sys.stderr)
            return 2

    print(f"{traffic.description}\nPython {platform.python_version()}, {ssl.OPENSSL_VERSION}")
    missing = [backend for backend in installed if not installed[backend]]
    if missing:
        print(f"left out, not installed: {', '.join(missing)}")
    print()
    for line in _table(outcomes):
        print(line)
    print()
    print(EXPLANATION)
    print()
    print(textwrap.fill(_summary(outcomes), WIDTH))
    print("To cancel at the same points once more:")
    print(f"  python -m anyio_tls demo {shlex.quote(str(path))} --seed {seed}")
    return 1 if lost else 0
