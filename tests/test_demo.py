"""python -m anyio_tls demo: it runs, and it detects lost and corrupted data."""

from __future__ import annotations

import errno
import io
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from anyio_tls._commands import _demo, _streams, _transfer, main, run_program

CONTENT = bytes(range(256)) * 64

ROW = re.compile(r"^(?P<backend>asyncio|uvloop|trio) +(?P<tls>[19]\.[23]) +(?P<cipher>[A-Z0-9_-]+) +(?P<bytes>[\d,]+)"
                 r" +(?P<cancels>[\d,]+) +(\d+|-)  (?P<verdict>\w+) *$", re.MULTILINE)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a file"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_transfer, "MINIMUM_TRAFFIC", 16 * len(CONTENT))


# ---- streams that go wrong, for the demo to find out ----


class Echo:
    """A stream that brings back what it sends, without TLS and without a network."""

    def __init__(self) -> None:
        self.bytes_sent = 0
        self._queue = bytearray()
        self._news = anyio.Event()

    async def send(self, item: bytes) -> None:
        await anyio.lowlevel.checkpoint()
        self.bytes_sent += len(item)
        self.put(item)
        await anyio.lowlevel.cancel_shielded_checkpoint()

    def put(self, item: bytes) -> None:
        self._queue += item
        self._news.set()

    async def receive(self) -> bytes:
        while not self._queue:
            self._news = anyio.Event()
            await self._news.wait()
        chunk = bytes(self._queue)
        self._queue.clear()
        return chunk


class WithoutCount(Echo):
    """It cannot tell what it has taken, and a cancelled send may have taken everything."""

    async def send(self, item: bytes) -> None:
        self.put(item)
        await anyio.lowlevel.checkpoint()


class Forgetful(Echo):
    def put(self, item: bytes) -> None:
        super().put(item[:-1])


class Altering(Echo):
    def put(self, item: bytes) -> None:
        super().put(bytes([item[0] ^ 1]) + item[1:])


class Breaking(Echo):
    async def send(self, item: bytes) -> None:
        raise anyio.BrokenResourceError("it\nis dead") from ConnectionResetError(104, "reset")


class Ending(Echo):
    async def receive(self) -> bytes:
        return b""


def stream_of(echo: Callable[[], Echo], *, ours: bool = True, counts: bool = True) -> _streams.Stream:
    @asynccontextmanager
    async def open_echo(
        _contexts: _streams.Contexts, _failed: Callable[[Exception], None]
    ) -> AsyncIterator[_streams.Connection]:
        stream = echo()
        count = (lambda: stream.bytes_sent) if counts else None
        yield _streams.Connection(stream.send, stream.receive, "TLSv9", "NULL", count)

    return _streams.Stream("Echo", open_echo, ours)


@asynccontextmanager
async def refuse(
    _contexts: _streams.Contexts, _failed: Callable[[Exception], None]
) -> AsyncIterator[_streams.Connection]:
    stream = Echo()
    async with anyio.create_task_group():
        raise ConnectionRefusedError(111, "refused")
    yield _streams.Connection(stream.send, stream.receive, "TLSv9", "NULL")


@asynccontextmanager
async def fail_as_a_server(
    _contexts: _streams.Contexts, failed: Callable[[Exception], None]
) -> AsyncIterator[_streams.Connection]:
    stream = Echo()
    failed(ValueError("too early"))
    yield _streams.Connection(stream.send, stream.receive, "TLSv9", "NULL", lambda: stream.bytes_sent)
    failed(ValueError("too late"))


WRONG = [
    (stream_of(Forgetful), "stuck", ["nothing moved for 0.2 s, then it was cut off"]),
    (stream_of(Altering), "altered", ["they are not what was sent: their SHA-256 differs"]),
    (stream_of(WithoutCount, counts=False), "altered", ["they are not what was sent: their SHA-256 differs"]),
    (
        stream_of(Breaking),
        "broken",
        [
            "client, sending: anyio.BrokenResourceError: it is dead, caused by ConnectionResetError: [Errno 104] reset",
            "nothing moved for 0.1 s, then it was cut off",
        ],
    ),
    (stream_of(Ending), "broken", ["client, receiving: EOFError: the stream ended"]),
    (
        _streams.Stream("refused", refuse, ours=True),
        "broken",
        ["opening or closing: ConnectionRefusedError: [Errno 111] refused"],
    ),
    (_streams.Stream("server", fail_as_a_server, ours=True), "broken", ["server: ValueError: too early"]),
]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("stream", "verdict", "observations"), WRONG)
def test_what_goes_wrong_is_told(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stream: _streams.Stream,
    verdict: str,
    observations: list[str],
) -> None:
    monkeypatch.setattr(_demo, "STREAMS", [stream])
    if any("nothing moved" in observation for observation in observations):
        monkeypatch.setattr(_transfer, "PATIENCE", 0.2)
        monkeypatch.setattr(_transfer, "PATIENCE_AFTER_A_FAILURE", 0.1)
    monkeypatch.setattr(_demo, "VERSIONS", _demo.VERSIONS[:1])
    assert _demo.run_demo(file, 3) == 1
    output = capsys.readouterr().out
    assert {row["verdict"] for row in ROW.finditer(output)} == {verdict}
    output = " ".join(output.split())
    for observation in observations:
        assert f"- {observation}" in output
    assert "too late" not in output
    assert f"anyio_tls FAILED: {stream.name} on asyncio, TLS 1.2" in output


def cancellations(seed: str) -> list[int]:
    """After how many turns each call of a series is cancelled; MOST_TURNS if it is not."""

    async def run() -> list[int]:
        canceller = _transfer.Canceller(seed, _transfer.HIGHEST_CHANCE)
        plan = []
        for _ in range(200):
            with canceller.around_a_call() as scope:
                turns = 0
                while not scope.cancel_called and turns < _transfer.MOST_TURNS:
                    canceller.turn()
                    turns += 1
            plan.append(turns)
        return plan

    return anyio.run(run)


def test_the_seed_repeats_the_cancellations() -> None:
    first = cancellations("1")
    assert first == cancellations("1")
    assert first != cancellations("2")
    assert set(first) == set(range(_transfer.MOST_TURNS + 1))


def test_calls_that_end_in_time_are_not_counted() -> None:
    async def run() -> None:
        canceller = _transfer.Canceller("", 1.0)
        for _ in range(100):
            with canceller.around_a_call():
                pass
        assert canceller.struck == 0
        for _ in range(100):
            with canceller.around_a_call() as scope:
                scope.cancel()
                await anyio.lowlevel.checkpoint()
        assert canceller.struck == 100

    anyio.run(run)


# ---- the real thing ----


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("stream", _streams.STREAMS, ids=lambda stream: stream.name)
def test_what_ends_the_echo_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stream: _streams.Stream
) -> None:
    async def stumble() -> None:
        raise ValueError("stumbled")

    monkeypatch.setattr(_streams, "_dawdle", stumble)
    monkeypatch.setattr(_transfer, "PATIENCE_AFTER_A_FAILURE", 0.1)
    monkeypatch.setattr(_transfer, "HIGHEST_CHANCE", 0)
    monkeypatch.setattr(_demo, "STREAMS", [stream])
    assert _demo.run_demo(file) == stream.ours
    output = capsys.readouterr().out
    rows = list(ROW.finditer(output))
    assert {row["verdict"] for row in rows} == {"broken"}
    assert len(re.findall("server: ValueError: stumbled *\n", output)) == len(rows)


@pytest.mark.usefixtures("quick")
@pytest.mark.guarantee("G1", "G2")
def test_a_file_comes_back_whole(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", str(file), "--seed", "5"]) == 0
    output, progress = capsys.readouterr()
    expected = {
        (backend, version)
        for backend in ("asyncio", "uvloop", "trio")
        for version in ("1.2", "1.3")
        if find_spec(backend)
    }
    ours, others = output.split("anyio.streams.tls.TLSStream", 1)
    rows = list(ROW.finditer(ours))
    assert {(row["backend"], row["tls"]) for row in rows} == expected
    for row in rows:
        assert row["verdict"] == "whole"
        assert int(row["bytes"].replace(",", "")) == 16 * len(CONTENT)
        assert int(row["cancels"]) > 0
    assert {(row["backend"], row["tls"]) for row in ROW.finditer(others)} == expected
    assert "SHA-256 " in ours
    assert "16 times in a row" in ours
    assert "came back whole" in others
    assert output.endswith(f"python -m anyio_tls demo --seed 5 -- {shlex.quote(str(file))}\n")
    assert len(progress.splitlines()) == len(list(ROW.finditer(output)))


@pytest.mark.usefixtures("quick")
def test_a_large_file_is_sent_once(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(CONTENT * 20)
    monkeypatch.setattr(_transfer, "BLOCK", 50_000)
    monkeypatch.setattr(_demo, "STREAMS", _streams.STREAMS[:1])
    monkeypatch.setattr(_demo, "VERSIONS", _demo.VERSIONS[:1])
    assert main(["demo", str(file)]) == 0
    output = capsys.readouterr().out
    assert "in a row" not in output
    assert {int(row["bytes"].replace(",", "")) for row in ROW.finditer(output)} == {20 * len(CONTENT)}
    assert re.search(r"--seed \d+ -- .+\n$", output)


@pytest.mark.usefixtures("quick")
def test_backends_that_are_not_installed_are_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_demo, "STREAMS", [stream_of(Echo)])
    monkeypatch.setattr(_demo, "find_spec", lambda _: None)
    assert main(["demo", str(file)]) == 0
    output = capsys.readouterr().out
    assert "left out, not installed: uvloop, trio\n" in output
    assert {row["backend"] for row in ROW.finditer(output)} == {"asyncio"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("quick")
def test_progress_on_a_terminal(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar for the stream that is at work, which goes, and a line for each that was, which stays."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(_demo, "STREAMS", [stream_of(Echo)])
    assert _demo.run_demo(file) == 0
    shown = re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue())
    assert re.search(r"\[1/\d\] Echo on asyncio, TLS 1.2 .* calls cancelled", shown)
    assert re.search(r"\x1b\[2K\[1/\d\] Echo on asyncio, TLS 1.2: whole, \d\.\d s\n", shown)


# ---- files that cannot be used ----


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda _: None, "No such file or directory"),
        (lambda path: path.mkdir(), "it is not a regular file"),
        (os.mkfifo, "it is not a regular file"),
        (lambda path: path.touch(), "it is empty, so there is nothing to send"),
        # The address 0 of a process can be opened, but not read.
        pytest.param(
            lambda path: path.symlink_to("/proc/self/mem"),
            "Input/output error",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this file"),
        ),
    ],
)
def test_a_file_that_cannot_be_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "file"
    make(path)
    assert main(["demo", str(path)]) == 2
    assert capsys.readouterr() == ("", f"cannot send {path}: {reason}\n")


@pytest.mark.usefixtures("quick")
def test_a_file_that_changes_is_not_blamed_on_the_streams(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(CONTENT * 20)

    def make_echo() -> Echo:
        file.write_bytes(CONTENT * 19 + CONTENT[::-1])
        return Echo()

    monkeypatch.setattr(_demo, "STREAMS", [stream_of(make_echo)])
    assert main(["demo", str(file)]) == 2
    assert "changed while it was being sent" in capsys.readouterr().err


# ---- the command line ----


def test_rich_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delitem(sys.modules, "anyio_tls._commands._demo")
    monkeypatch.delattr("anyio_tls._commands._demo")
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with pytest.raises(SystemExit) as caught:
        main(["demo"])
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith("pip install 'anyio_tls[cli]'\n")


def test_another_module_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of which the extra would not be the cure."""
    monkeypatch.delitem(sys.modules, "anyio_tls._commands._demo")
    monkeypatch.delattr("anyio_tls._commands._demo")
    monkeypatch.setitem(sys.modules, "platform", None)
    with pytest.raises(ModuleNotFoundError, match="platform"):
        main(["demo"])


def test_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "anyio_tls"]
    help_ = subprocess.run([*command, "demo", "--help"], check=True, capture_output=True, text=True)
    assert "--seed" in help_.stdout
    nothing = subprocess.run(command, check=False, capture_output=True, text=True)
    assert nothing.returncode == 2
    assert "usage: python -m anyio_tls" in nothing.stderr
    missing = subprocess.run([*command, "demo", tmp_path / "none"], check=False, capture_output=True, text=True)
    assert missing.returncode == 2
    assert "No such file" in missing.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither")
@pytest.mark.parametrize("out", ["/dev/full", "a pipe that nobody reads"])
def test_a_result_that_cannot_be_written(file: Path, out: str) -> None:
    """It is not the status for lost bytes, and no traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    if out == "/dev/full":
        os.close(writing)
        writing = os.open(out, os.O_WRONLY)
    command = [sys.executable, "-m", "anyio_tls", "demo", str(file)]
    try:
        ended = subprocess.run(command, check=False, stdout=writing, stderr=subprocess.PIPE, text=True)
    finally:
        os.close(writing)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("python -m anyio_tls: [Errno ")
    assert "Traceback" not in ended.stderr


def test_a_disk_is_full(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["anyio_tls", "demo"])

    def run_demo(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_demo, "run_demo", run_demo)
    assert run_program() == 2
    os.write(1, b"what is left")
    assert capfd.readouterr() == ("", f"python -m anyio_tls: [Errno {errno.ENOSPC}] No space left on device\n")


def test_nobody_reads_the_result() -> None:
    """By itself, rich would exit with status 1, which stands for lost bytes."""
    try:
        raise BrokenPipeError
    except BrokenPipeError:
        with pytest.raises(BrokenPipeError):
            _demo._console().on_broken_pipe()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send SIGINT to a process")
def test_control_c_ends_it_quietly() -> None:
    command = [sys.executable, "-m", "anyio_tls", "demo"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("[ 1/")
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == -signal.SIGINT


def test_it_is_no_program_when_it_is_imported() -> None:
    """Tools import every module there is, to look at it."""
    assert import_module("anyio_tls.__main__").run_program is run_program
