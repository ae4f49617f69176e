"""Other TLS implementations as peers, each in a process.

A peer is observed by its output, which is collected as it comes. A test waits for a line of it or for a number of
bytes, and never for a time; a failure or a timeout shows all of the peer's output.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import anyio
import pytest
from typing_extensions import Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = [
    "LOOPBACK",
    "Line",
    "Peer",
    "PeerError",
    "accept",
    "gnutls_cli",
    "listening",
    "needs",
    "needs_header",
    "needs_module",
    "reserved_port",
    "running",
    "s_client",
    "s_server",
    "without_chatter",
]

T = TypeVar("T")

LOOPBACK = "127.0.0.1"

# For a whole conversation, seconds. The longest takes about one on an idle machine.
_PATIENCE = 20.0

# Enough of the output to understand a failure, without the megabytes of a transfer.
_REPORT_LIMIT = 6000


def needs(program: str, package: str, registry: str = "Debian") -> pytest.MarkDecorator:
    """Skip the test where ``program`` is not installed, and say which package has it."""
    missing = shutil.which(program) is None
    return pytest.mark.skipif(missing, reason=f"{program} is not installed ({registry} package: {package})")


def needs_module(module: str, package: str) -> pytest.MarkDecorator:
    """Skip the test where a module of Python's is not installed, and say which package has it."""
    missing = find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"{module} is not installed (PyPI package: {package})")


def needs_header(header: str, package: str) -> pytest.MarkDecorator:
    """Skip the test where a library of C's cannot be compiled with, and say which Debian package has it.

    The programs in C also take SHA-256 from OpenSSL's library.
    """
    headers = [Path("/usr/include", name) for name in (header, "openssl/sha.h")]
    missing = not all(path.exists() for path in headers) or shutil.which("gcc") is None
    return pytest.mark.skipif(
        missing, reason=f"{header}, gcc or openssl/sha.h is not installed (Debian packages: {package}, gcc, libssl-dev)"
    )


class PeerError(AssertionError):
    """The peer did not do or say what it should, or the test failed while talking to it."""


class _Search:
    """The matches of a pattern in an output that grows. The pattern may not span lines; each is looked at once."""

    def __init__(self, regex: re.Pattern[bytes], output: bytearray) -> None:
        self._regex = regex
        self._output = output
        self._position = 0
        self._matches: list[re.Match[bytes]] = []

    def matches(self) -> list[re.Match[bytes]]:
        news = bytes(self._output[self._position :])  # a copy: matches would pin the output, which could not grow
        whole_lines = news.rfind(b"\n") + 1
        self._matches += self._regex.finditer(news, 0, whole_lines)
        self._position += whole_lines
        return [*self._matches, *self._regex.finditer(news, whole_lines)]


class Peer:
    """A running program. Get one from :func:`running`."""

    def __init__(self, argv: tuple[str, ...], directory: Path | None, descriptors: tuple[int, ...]) -> None:
        self._argv = argv
        self._news = anyio.Event()
        self.stdout = bytearray()
        self.stderr = bytearray()
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=directory,
            pass_fds=descriptors,
            # The lines are looked at in English.
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin = self._process.stdin
        self._outputs = [(self._process.stdout, self.stdout), (self._process.stderr, self.stderr)]
        for pipe in (self._stdin, *(pipe for pipe, _ in self._outputs)):
            os.set_blocking(pipe.fileno(), False)
        self._unfinished = len(self._outputs)

    async def type(self, data: bytes) -> None:
        """Write to the program's standard input."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._stdin.fileno(), rest) :]
            except BlockingIOError:
                await anyio.wait_writable(self._stdin.fileno())

    def end_input(self) -> None:
        """Close the program's standard input."""
        self._stdin.close()

    async def until(self, condition: Callable[[], T | None], wanted: str) -> T:
        """Wait until ``condition`` returns something that is true, and return that.

        It is asked again whenever there is new output, and for the last time when there will be no more.
        """
        while True:
            news, last = self._news, not self._unfinished
            if result := condition():
                return result
            if last:
                raise PeerError(self.report(f"the output ended without {wanted}"))
            await news.wait()

    async def says(self, pattern: bytes | re.Pattern[bytes], times: int = 1) -> re.Match[bytes]:
        """Wait until the program has said ``pattern``, on either output, so many times; return the last match.

        The pattern may not span lines.
        """
        searches = [_Search(re.compile(pattern), output) for _, output in self._outputs]

        def found() -> re.Match[bytes] | None:
            return next((matches[times - 1] for search in searches if len(matches := search.matches()) >= times), None)

        return await self.until(found, f"{times} times {pattern!r}")

    async def ends(self) -> int:
        """Wait until the program ends, and return its exit status."""
        await self.until(lambda: not self._unfinished, "an end")
        return self._process.wait(_PATIENCE)

    def forget(self) -> None:
        """Drop what the program has said so far: what it says next is looked at as if it were the first."""
        self.stdout.clear()
        self.stderr.clear()

    def report(self, problem: str) -> str:
        """Describe what went wrong, with all that the program has said."""
        parts = [f"{problem}: {shlex.join(self._argv)}"]
        for name, output in (("stdout", self.stdout), ("stderr", self.stderr)):
            text = output.decode(errors="backslashreplace")
            if len(text) > _REPORT_LIMIT:
                half = _REPORT_LIMIT // 2
                text = f"{text[:half]}\n[... {len(text) - _REPORT_LIMIT} characters ...]\n{text[-half:]}"
            parts.append(f"--- its {name} ---\n{text}")
        return "\n".join(parts)

    async def collect(self, pipe: IO[bytes], output: bytearray) -> None:
        """Read ``pipe`` to its end."""
        while True:
            try:
                data = os.read(pipe.fileno(), 65536)
            except BlockingIOError:
                await anyio.wait_readable(pipe.fileno())
                continue
            output += data
            if not data:
                self._unfinished -= 1
            news, self._news = self._news, anyio.Event()
            news.set()
            if not data:
                return

    def start(self, task_group: anyio.abc.TaskGroup) -> None:
        for pipe, output in self._outputs:
            task_group.start_soon(self.collect, pipe, output)

    def kill(self) -> None:
        """End the program now, if it has not ended. Its connections end with it, as they stand."""
        self._process.kill()

    def close(self) -> None:
        """Leave nothing of the program behind."""
        self.kill()
        self._process.wait(_PATIENCE)
        for pipe in (self._stdin, *(pipe for pipe, _ in self._outputs)):
            pipe.close()


@asynccontextmanager
async def running(
    *argv: str, directory: Path | None = None, descriptors: tuple[int, ...] = (), seconds: float = _PATIENCE
) -> AsyncIterator[Peer]:
    """Run a program, which inherits the ``descriptors``; the block, and whatever the test does in it, has so many
    seconds. The program is killed at the end of the block."""
    peer = Peer(argv, directory, descriptors)
    failure: Exception | None = None
    try:
        with anyio.move_on_after(seconds) as deadline:
            async with anyio.create_task_group() as task_group:
                peer.start(task_group)
                try:
                    yield peer
                except Exception as exc:  # it goes on past the task group, which would wrap it
                    failure = exc
                task_group.cancel_scope.cancel()
    finally:
        peer.close()
    if deadline.cancelled_caught:
        raise PeerError(peer.report(f"not done after {seconds} s"))
    if isinstance(failure, PeerError):
        raise failure
    if failure is not None:
        raise PeerError(peer.report(f"{type(failure).__name__} with this peer")) from failure


def s_client(port: int, *options: str, seconds: float = _PATIENCE) -> AbstractAsyncContextManager[Peer]:
    """Run ``openssl s_client`` towards a local port."""
    command = ["openssl", "s_client", "-connect", f"{LOOPBACK}:{port}", "-servername", "localhost", *options]
    return running(*command, seconds=seconds)


@asynccontextmanager
async def s_server(
    *options: str, directory: Path | None = None, seconds: float = _PATIENCE
) -> AsyncIterator[tuple[Peer, int]]:
    """Run ``openssl s_server`` on a free local port; gives the port also."""
    command = ["openssl", "s_server", "-accept", f"{LOOPBACK}:0", *options]
    async with running(*command, directory=directory, seconds=seconds) as peer:
        yield peer, int((await peer.says(rb"(?m)^ACCEPT .*:(\d+)$"))[1])


def without_chatter(output: bytes | bytearray) -> bytes:
    """The standard output of s_server, without what it mixes into the data."""
    return bytes(output.replace(b"Read BLOCK\n", b"").replace(b"SSL_do_handshake -> 1\n", b""))


def gnutls_cli(port: int, *options: str, seconds: float = _PATIENCE) -> AbstractAsyncContextManager[Peer]:
    """Run GnuTLS's client towards a local port."""
    names = ["--sni-hostname=localhost", "--verify-hostname=localhost"]
    return running("gnutls-cli", *names, *options, "--port", str(port), LOOPBACK, seconds=seconds)


@dataclass
class Line:
    """A TLS stream of either face, used in the same way."""

    tls: Any

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.tls.aclose()

    async def send(self, data: bytes) -> None:
        await (self.tls.send if hasattr(self.tls, "send") else self.tls.send_all)(data)

    async def receive(self) -> bytes:
        """The next piece, or nothing at the peer's close_notify."""
        if hasattr(self.tls, "receive_some"):
            return bytes(await self.tls.receive_some())
        try:
            return bytes(await self.tls.receive())
        except anyio.EndOfStream:
            return b""

    async def receive_exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = await self.receive()
            assert piece, f"the peer closed after {len(data)} of {count} bytes"
            data += piece
        assert len(data) == count
        return data

    async def rest(self) -> bytes:
        data = b""
        while piece := await self.receive():
            data += piece
        return data


@contextmanager
def listening() -> Iterator[tuple[socket.socket, int]]:
    """A listening socket on a free local port, and the port."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.setblocking(False)
        yield listener, listener.getsockname()[1]


@contextmanager
def reserved_port() -> Iterator[int]:
    """A free local port for a program that can only be told which to take.

    A socket holds the port, so that the system gives it to nobody else; and since it does not listen, and has
    SO_REUSEADDR, a program that sets this too can listen there.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((LOOPBACK, 0))
        yield holder.getsockname()[1]


async def accept(listener: socket.socket) -> socket.socket:
    """Accept a connection; the socket is non-blocking."""
    while True:
        try:
            sock, _ = listener.accept()
        except BlockingIOError:
            await anyio.wait_readable(listener)
        else:
            sock.setblocking(False)
            return sock
