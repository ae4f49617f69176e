"""The guards of conftest.py catch what they are for: tests with faults run under them, in a separate process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent

INNOCENTS = """
import anyio
import pytest

@pytest.mark.guarantee("G1", "G2")
async def test_waits(server_context, client_context):
    await anyio.sleep(0)

@pytest.mark.guarantee("G1")
def test_does_nothing():
    pass
"""

SINNERS = """
import asyncio
import gc
import socket

import anyio
import anyio_tls
import conftest
from hypothesis import Phase, given, settings, strategies

conftest.TIME_LIMIT = 0.5
kept = []

def test_leaves_descriptor():
    kept.append(socket.socket())

def test_leaves_cycle_with_descriptor():
    cycle = [socket.socket()]
    cycle.append(cycle)

async def test_leaves_task(anyio_backend_name):
    if anyio_backend_name == "trio":
        import trio

        trio.lowlevel.spawn_system_task(trio.sleep_forever)
    else:
        kept.append(asyncio.create_task(anyio.sleep_forever()))

@given(strategies.none())
@settings(phases=[Phase.generate])
async def test_leaves_task_in_example(anyio_backend_name, example):
    await test_leaves_task(anyio_backend_name)

async def test_forgets_to_await():
    anyio.sleep(0)

async def test_hangs():
    await anyio.sleep_forever()

async def test_blocks():
    code = compile("import time; time.sleep(0)", f"{anyio_tls.__path__[0]}/_sinner.py", "exec")
    exec(code)

def test_depends_on_luck(rng):
    assert rng.random() == "a lucky number"
"""


def run(directory: Path, tests: str, *options: str) -> tuple[int, str, set[str]]:
    """Run tests under the project's own conftest and configuration; return status, output and what failed."""
    (directory / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (directory / "test_it.py").write_text(tests)
    pytest = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(directory)]
    command = [
        *pytest,
        "-p",
        "no:cacheprovider",
        "--tb=native",
        "-o",
        "testpaths=.",
        "--junit-xml=report.xml",
        *options,
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=directory, env=environment, check=False, capture_output=True, text=True)
    cases = ElementTree.parse(directory / "report.xml").iter("testcase")
    failed = {case.attrib["name"] for case in cases for kind in ("failure", "error") if case.find(kind) is not None}
    return done.returncode, done.stdout, failed


def test_sinners_fail(tmp_path: Path) -> None:
    status, output, failed = run(tmp_path, SINNERS)
    sins = {
        "test_leaves_task": ("asyncio", "uvloop", "trio"),
        "test_leaves_task_in_example": ("asyncio", "uvloop", "trio"),
        "test_forgets_to_await": ("asyncio", "uvloop", "trio"),
        "test_hangs": ("asyncio", "uvloop", "trio"),
        "test_blocks": ("asyncio", "uvloop"),  # nobody watches Trio
    }
    sync = {"test_leaves_descriptor", "test_leaves_cycle_with_descriptor", "test_depends_on_luck"}
    assert failed == sync | {f"{test}[{backend}]" for test, backends in sins.items() for backend in backends}
    assert status == 1
    assert "in test_hangs" in output
    assert "repeat this test with: pytest test_it.py::test_depends_on_luck --seed 0" in output


def test_full_run_needs_all_guarantees(tmp_path: Path) -> None:
    status, output, failed = run(tmp_path, INNOCENTS)
    assert not failed
    assert status == 1
    assert "G1: 7  G2: 6  G3: 0" in output
    assert "FAILED: no test stands behind G3, G4" in output


def test_partial_run_needs_no_guarantee(tmp_path: Path) -> None:
    status, output, failed = run(tmp_path, INNOCENTS, "--backend", "trio", "-k", "waits")
    assert not failed
    assert status == 0
    assert "G1: 2  G2: 2  G3: 0" in output
    assert "FAILED" not in output
