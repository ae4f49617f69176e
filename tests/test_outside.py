"""What lets other people's tests judge ours: the table of differences, its judge, the exchange, the comparison."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from differences import DIFFERENCES
from downstream import Run, call, compare
from packages import PACKAGES

from .conftest import GUARANTEES

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
OUTSIDE = ROOT / "tests" / "outside"


def run_pytest(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a test file with plugins of ours, which find first what lies in the folder."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_theirs.py").write_text(textwrap.dedent(code))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {
        **os.environ,
        "PYTEST_ADDOPTS": "",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join([str(folder), str(OUTSIDE), str(ROOT)]),
    }
    return subprocess.run(command, cwd=folder, env=environment, check=False, stdout=subprocess.PIPE, text=True)


# ---- the table ----


@pytest.mark.parametrize("library", DIFFERENCES)
def test_rows_are_complete(library: str) -> None:
    for row in DIFFERENCES[library]:
        assert row.what
        assert row.theirs.endswith((".", "``"))
        assert row.ours.endswith(".")
        assert row.why.endswith(".")
        assert row.guarantee is None or row.guarantee in GUARANTEES
        assert all(row.tests.values())
        assert row.sometimes <= row.tests.keys()


# ---- the judge ----


def judged(folder: Path, code: str, *sometimes: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("trio")
    row = f"Difference('', '', 'so it is', '', None, {{'test_differs[*]': 'ValueError: by design'}}, {sometimes})"
    lines = ["import runpy", f"Difference = runpy.run_path({str(OUTSIDE / 'differences.py')!r})['Difference']"]
    (folder / "differences.py").write_text("\n".join([*lines, f"DIFFERENCES = {{'anyio': [{row}]}}"]))
    return run_pytest(folder, code, "-p", "judge", "--replacing", "anyio")


TWICE = """
    import pytest

    def test_same():
        pass

    @pytest.mark.parametrize("number", [1, 2])
    def test_differs(number):
        raise ValueError("by design")
"""


def test_judge_admits_what_the_table_says(tmp_path: Path) -> None:
    run = judged(tmp_path, TWICE)
    assert run.returncode == 0, run.stdout
    assert "1 passed, 2 xfailed" in run.stdout


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ("pass", "assert False", "1 failed, 2 xfailed"),
        ('raise ValueError("by design")', "pass", "3 passed, 2 errors"),
        ("by design", "by accident", "2 failed, 1 passed"),
        ("ValueError", "TypeError", "2 failed, 1 passed"),
    ],
    ids=["fails", "passes", "fails in other words", "fails otherwise"],
)
def test_judge_condemns_what_it_does_not_say(old: str, new: str, counts: str, tmp_path: Path) -> None:
    run = judged(tmp_path, TWICE.replace(old, new))
    assert run.returncode == 1
    assert counts in run.stdout


def test_judge_admits_a_test_that_passes_sometimes(tmp_path: Path) -> None:
    sometimes = TWICE.replace("raise", "if number == 1: raise")
    assert "2 passed, 1 xfailed" in judged(tmp_path, sometimes, "test_differs[*]").stdout
    assert "1 failed" in judged(tmp_path, sometimes.replace("by design", "by accident"), "test_differs[*]").stdout


def test_judge_misses_a_test_that_is_not_there(tmp_path: Path) -> None:
    run = judged(tmp_path, "def test_same(): pass")
    assert run.returncode == pytest.ExitCode.USAGE_ERROR


def test_judge_finds_what_a_test_leaves_behind(tmp_path: Path) -> None:
    """In its own time: here in that of the first test."""
    code = """
        import socket

        def test_leaves():
            cycle = [socket.socket()]
            cycle.append(cycle)

        def test_innocent():
            pass
    """
    (tmp_path / "differences.py").write_text("Difference = None\nDIFFERENCES = {'anyio': []}")
    run = run_pytest(tmp_path, code, "-p", "judge", "--replacing", "anyio", "-W", "error")
    assert "2 passed, 1 error" in run.stdout
    assert "ERROR at teardown of test_leaves" in run.stdout


# ---- the exchange ----


@pytest.mark.parametrize("connections", [0, 2])
def test_swap(connections: int, tmp_path: Path) -> None:
    """A run without a connection of ours fails, though its tests pass."""
    pytest.importorskip("trio")
    code = f"""
        import ssl

        import anyio
        import anyio._core._sockets
        import trio
        from anyio.streams.tls import TLSAttribute, TLSConnectable, TLSListener, TLSStream
        from trio.testing import memory_stream_pair

        import anyio_tls.trio


        def test_it():
            assert TLSStream is anyio._core._sockets.TLSStream is anyio_tls.TLSStream
            assert TLSConnectable is anyio._core._sockets.TLSConnectable is anyio_tls.TLSConnectable
            assert (TLSAttribute, TLSListener) == (anyio_tls.TLSAttribute, anyio_tls.TLSListener)
            assert trio.SSLStream is anyio_tls.trio.TLSStream
            assert trio.SSLListener is anyio_tls.trio.TLSListener
            assert trio.NeedHandshakeError is anyio_tls.trio.NeedHandshakeError
            assert trio.open_ssl_over_tcp_listeners is anyio_tls.trio.open_tls_over_tcp_listeners
            assert trio.open_ssl_over_tcp_stream is anyio_tls.trio.open_tls_over_tcp_stream
            assert trio.serve_ssl_over_tcp is anyio_tls.trio.serve_tls_over_tcp
            for _ in range({connections}):
                trio.SSLStream(memory_stream_pair()[0], ssl.create_default_context(), server_hostname="localhost")
    """
    run = run_pytest(tmp_path, code, "-p", "swap")
    assert "1 passed" in run.stdout
    assert f"TLS connections of ours: {connections}\n" in run.stdout
    assert run.returncode == (0 if connections else 1)


# ---- the comparison ----


@pytest.mark.parametrize(
    ("before", "after", "connections", "well", "says"),
    [
        ({"a": "passed", "b": "failed"}, {"a": "passed", "b": "failed"}, 1, True, "1 failed, 1 passed"),
        ({"a": "passed"}, {"a": "failed"}, 1, False, "    a: passed -> failed\n"),
        ({"a": "passed"}, {}, 1, False, "    a: passed -> missing\n"),
        ({"a": "passed"}, {"a": "passed"}, 0, False, "this proves nothing"),
        ({}, {}, 0, False, "nothing was run"),
    ],
    ids=["same", "worse", "missing", "not ours", "nothing"],
)
def test_compare(
    before: dict[str, str],
    after: dict[str, str],
    connections: int,
    well: bool,
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert compare("package", Run(before, 0), Run(after, connections)) is well
    assert says in capsys.readouterr().out


def test_call_comes_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With whatever the command has started."""
    log = tmp_path / "log"
    assert call([sys.executable, "-c", "print('hello'); exit(3)"], tmp_path, log) == 3
    assert log.read_text() == "hello\n"
    monkeypatch.setattr("downstream.SECONDS", 1)
    assert call(["sh", "-c", "echo hello; sleep 1000 & wait"], tmp_path, log) == 1
    assert log.read_text() == "hello\n\nstopped after 1 s\n"


def test_packages_are_documented() -> None:
    page = (ROOT / "docs" / "proof.rst").read_text(encoding="utf-8")
    for name, package in PACKAGES.items():
        assert name in page
        assert bool(package.tests) != bool(package.own)
        assert package.own is None or (OUTSIDE / package.own).is_file()
