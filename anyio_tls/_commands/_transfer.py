"""A file is sent through TLS and back while its sends and receives are cancelled again and again.

One function (:func:`transfer_under_cancellations`) does the same to every TLS stream: the same file in the same pieces,
the same seeded pattern of cancellations. What the demo reports about a stream was observed here.

A call is cancelled after a number of event loop iterations, not of seconds. So the cancellation hits it in the middle
of its work on fast and on busy machines alike. The seed fixes which calls, how many iterations, and the sizes of the
pieces; what the kernel does is not fixed.
"""

from __future__ import annotations

import hashlib
import io
import math
import random
import stat
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

import anyio
import anyio.lowlevel
import anyio.to_thread

from ._streams import Connection, Contexts, Opener

__all__ = ["FileError", "Outcome", "Traffic", "open_traffic", "transfer_under_cancellations"]

# A smaller file is sent again and again until this much (bytes) has gone out: enough for hundreds of cancellations, and
# done within a second.
MINIMUM_TRAFFIC = 8 * 1024 * 1024

# How much is read from the file at once (bytes).
BLOCK = 4 * 1024 * 1024

# The largest piece handed to one send (bytes): many TLS records, and more than the socket takes at once, so that a part
# of a cancelled send may have been accepted.
LARGEST_PIECE = 256 * 1024

# A call is cancelled after fewer event loop iterations than this.
MOST_TURNS = 8

# The probability that a call is cancelled. For a large file it is smaller: about this many receives are cancelled, and
# sends in proportion.
HIGHEST_CHANCE = 0.6
CHOSEN_RECEIVES = 400

# How long to wait without progress (seconds) before giving up: less if something has failed before.
PATIENCE = 5.0
PATIENCE_AFTER_A_FAILURE = 1.0


# ---- the file ----


@dataclass(frozen=True)
class Traffic:
    """What is sent: FILE, as often as necessary."""

    content: BinaryIO
    size: int
    sha256: bytes
    description: str

    def has_changed(self) -> bool:
        return _measure(self.content) != (self.size, self.sha256)


class FileError(Exception):
    """FILE cannot be used."""


def open_traffic(path: Path) -> Traffic:
    try:
        # Asked first: opening a pipe would wait for its other end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileError("it is not a regular file")
        file = path.open("rb")
        try:
            size, sha256 = _measure(file)
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise FileError(error.strerror or str(error)) from error
    description = f"{path}\n{size:,} bytes, SHA-256 {sha256.hex()}"
    if size >= MINIMUM_TRAFFIC:
        return Traffic(file, size, sha256, description)
    with file:
        if not size:
            raise FileError("it is empty, so there is nothing to send")
        times = math.ceil(MINIMUM_TRAFFIC / size)
        file.seek(0)
        content = io.BytesIO(file.read() * times)
    return Traffic(content, *_measure(content), f"{description}\n{times:,} times in a row")


def _measure(content: BinaryIO) -> tuple[int, bytes]:
    """The size in bytes and the SHA-256."""
    content.seek(0)
    digest = hashlib.sha256()
    size = 0
    while chunk := content.read(1024 * 1024):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.digest()


# ---- what is done to each stream ----


class Canceller:
    """Cancels calls of one direction, each a seeded number of event loop iterations after it began."""

    def __init__(self, seed: str, chance: float) -> None:
        self._random = random.Random(seed)
        self._chance = chance
        self._scope = anyio.CancelScope()
        self._turns_left = math.inf
        self.struck = 0
        """How many calls were interrupted; one that ended earlier does not count."""

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


def _cut(block: bytes, sizes: random.Random) -> Iterator[bytes]:
    """Cut a block into pieces of less than LARGEST_PIECE bytes, most of them small."""
    start = 0
    while start < len(block):
        end = start + int(LARGEST_PIECE ** sizes.random())
        yield block[start:end]
        start = end


@dataclass
class Outcome:
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
    def cancelled(self) -> int:
        """How many calls were."""
        return self.cancelled_sends + self.cancelled_receives

    @property
    def verdict(self) -> Literal["whole", "broken", "stuck", "altered"]:
        if self.failures:
            return "broken"
        if self.stuck:
            return "stuck"
        return "whole" if self.intact else "altered"

    @property
    def observations(self) -> list[str]:
        """The failure, in words; empty if everything arrived."""
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


async def transfer_under_cancellations(
    open_connection: Opener,
    contexts: Contexts,
    traffic: Traffic,
    seed: str,
    report: Callable[[Outcome], None],
) -> Outcome:
    """Send the traffic to an echo server and back over one kind of stream, under cancellations."""
    outcome = Outcome(traffic.size, patience=PATIENCE)
    chance = min(HIGHEST_CHANCE, CHOSEN_RECEIVES * 64 * 1024 / traffic.size)
    sends, receives = Canceller(f"{seed} sends", chance), Canceller(f"{seed} receives", chance)
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

    async def send(connection: Connection) -> None:
        sizes = random.Random(f"{seed} sizes")
        traffic.content.seek(0)
        while block := await anyio.to_thread.run_sync(traffic.content.read, BLOCK):
            for item in _cut(block, sizes):
                await send_item(connection, item)
                moved()

    async def send_item(connection: Connection, item: bytes) -> None:
        while True:
            before = connection.bytes_sent() if connection.bytes_sent else 0
            with sends.around_a_call() as scope:
                await connection.send(item)
            if not scope.cancelled_caught:
                return
            if connection.bytes_sent:
                # The rest. If there is none, the next call still sends what was accepted.
                item = item[connection.bytes_sent() - before :]
            # Otherwise nobody knows how much of it went out, and it can only be sent again.

    async def receive(connection: Connection) -> None:
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

    async def transfer(connection: Connection) -> None:
        async def attempt(who: str, operation: Callable[[Connection], Awaitable[None]]) -> None:
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
    """Describe an exception by its class, its message and its cause."""
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
