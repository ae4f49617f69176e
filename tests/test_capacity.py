"""The page "Many connections" multiplies correctly, and what it multiplies has been measured."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import capacity
import pytest
from _speed.runs import Record, environment
from capacity import BACKENDS, CHECK, UNITS, Costs, Observation, Profile, needs, observe

from anyio_tls._driver import HANDSHAKE_SECONDS

pytestmark = pytest.mark.once

DOCS = Path(__file__).parent.parent / "docs"

COSTS = Costs(
    connection=0.001,
    message=0.00002,
    alone=0.00005,
    received=2e-9,
    sent=1e-9,
    fresh=20_000,
    used=80_000,
    process=10_000_000,
    collection=0.000_01,
)

QUIET = Profile("quiet", interval=10, received=64, sent=64, lifetime=1000)
LOUD = Profile("loud", interval=1, received=10_000, sent=100_000, lifetime=10)


def made_up_run(**changed: float) -> Record:
    """A run in which everything took the same, in the units of its cell."""
    figures = {
        cell: {f"anyio_tls@{backend}": {figure: [value, value * 3, value * 2]} for backend in BACKENDS}
        for cell, figure, value in [
            ("accept", "CPU", changed.get("accept", 500.0)),
            ("server-1000", "CPU", 10.0),
            ("rtt-64", "CPU", 25.0),
            ("receive-64k", "CPU", 1.0),
            ("send-64k", "CPU", 0.5),
        ]
    }
    memory = {"fresh": [10.0], "after 64 KiB": [40.0]}
    figures["idle"] = {f"anyio_tls@{backend}": dict(memory) for backend in BACKENDS}
    return Record({**environment(), "rounds": 3}, figures)


def made_up_observations() -> list[Observation]:
    figures = dict.fromkeys(UNITS, 0.002)
    return [Observation(backend, [3, 4], 10e6, 1e-5, figures) for backend in BACKENDS]


# ---- the computation ----


def test_costs_are_medians_in_seconds_and_bytes() -> None:
    costs = Costs.measured([made_up_run()], made_up_observations(), "trio")
    assert asdict(costs) == pytest.approx(
        {
            "connection": 0.001,
            "message": 0.00002,
            "alone": 0.00005,
            "received": 2e-9,
            "sent": 1e-9,
            "fresh": 10 * 1024,
            "used": 40 * 1024,
            "process": 10e6,
            "collection": 1e-5,
        }
    )


def test_costs_are_medians_of_runs() -> None:
    runs = [made_up_run(accept=accept) for accept in (100, 400, 5000)]
    assert Costs.measured(runs, made_up_observations(), "uvloop").connection == pytest.approx(0.0008)


def test_what_was_not_measured_is_not_made_up() -> None:
    run = made_up_run()
    del run.figures["accept"]["anyio_tls@trio"]
    with pytest.raises(ValueError, match="accept has not been measured with anyio_tls on Trio"):
        Costs.measured([run], made_up_observations(), "trio")
    with pytest.raises(ValueError, match="nothing has been checked on asyncio"):
        Costs.measured([made_up_run()], [], "asyncio")


def test_needs_of_connections_that_wait() -> None:
    need = needs(COSTS, QUIET, 1_000_000)
    # A second: 0.1 messages of 20 µs and 192 ns of bytes, and a thousandth of a handshake of 1 ms.
    assert need.busy == pytest.approx(1e6 * (0.1 * 20.192e-6 + 1e-6))
    assert need.handshakes == pytest.approx(1 / 3.0192)
    assert need.processes == 6  # 3.0192 cores at 60 %
    assert need.memory == pytest.approx(1e6 * 20_000 + 6 * 10_000_000)
    assert need.pause == pytest.approx(1e6 * 1e-5 / 6)
    assert need.all_back == pytest.approx(1e6 * 0.001 / 6)
    assert need.processes_for_all_back == 34  # 1,000 s of work in 30 s


def test_needs_of_connections_that_carry_much() -> None:
    need = needs(COSTS, LOUD, 9_000)
    assert need.busy == pytest.approx(9_000 * (20e-6 + 20e-6 + 100e-6 + 100e-6))
    assert need.handshakes == pytest.approx(100 / 240)
    assert need.processes == 4  # 2.16 cores at 60 %
    assert need.memory == pytest.approx(9_000 * 80_000 + 4 * 10_000_000)


def test_few_need_a_process_all_the_same() -> None:
    assert needs(COSTS, QUIET, 1).processes == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0123, "12 ms"), (0.5243, "524 ms"), (1, "1 s"), (59, "59 s"), (90, "1.5 min"), (3600, "1 h"), (86400, "24 h")],
)
def test_duration(seconds: float, words: str) -> None:
    assert capacity.duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(64, "64 bytes"), (65536, "64 KiB"), (1.5 * 2**20, "1.5 MiB"), (2000 * 2**30, "2,000 GiB")]
)
def test_size(count: float, words: str) -> None:
    assert capacity.size(count) == words


# ---- the page ----


def parts(text: str) -> list[str]:
    return re.findall(r"^\.\. part: (\w+)$", text, re.MULTILINE)


def test_page_has_what_is_computed() -> None:
    computed = "\n".join(capacity.page([made_up_run()], environment(), made_up_observations()))
    committed = (DOCS / "capacity.inc").read_text(encoding="utf-8")
    page = (DOCS / "capacity.rst").read_text(encoding="utf-8")
    assert parts(committed) == parts(computed)
    assert sorted(re.findall(r":start-after: \.\. part: (\w+)$", page, re.MULTILINE)) == sorted(parts(computed))
    # Sphinx finds a part by how its line begins.
    assert all(computed.count(f".. part: {name}") == 1 for name in parts(computed))


def test_page_names_the_assumptions() -> None:
    page = (DOCS / "capacity.rst").read_text(encoding="utf-8")
    assert f"{capacity.BUSY:.0%}".replace("%", " %") in page
    assert f"not ended after {HANDSHAKE_SECONDS:.0f} s" in page


def test_comparison_is_of_the_same_units() -> None:
    all_costs = dict.fromkeys(BACKENDS, COSTS)
    figures = capacity.predicted(COSTS)
    rows = capacity.check_table(all_costs, [Observation("trio", [1], 0, 0, figures)]).rows
    assert [row[-3:] for row in rows] == [[row[-3], row[-3], "1.00"] for row in rows]
    assert rows[0] == ["a connection (µs)", "Trio", "1", "1,000", "1,000", "1.00"]


def test_report_is_of_one_machine(tmp_path: Path) -> None:
    check, output = tmp_path / "check.json", tmp_path / "capacity.inc"

    def save_check(**elsewhere: str) -> None:
        observations = [asdict(it) for it in made_up_observations()]
        saved = {"environment": {**environment(), **elsewhere}, "observations": observations}
        check.write_text(json.dumps(saved), encoding="utf-8")

    save_check()
    capacity.report([made_up_run()], check, output)
    assert '"1,000,000","Trio"' in output.read_text(encoding="utf-8")
    save_check(processor="another")
    with pytest.raises(ValueError, match="checked with another"):
        capacity.report([made_up_run()], check, output)


def test_report_needs_a_check(tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    made_up_run().save(run)
    command = [sys.executable, capacity.__file__, "report", str(run), "--check", str(tmp_path / CHECK.name)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 1
    assert "No such file" in process.stderr


# ---- the check ----


@pytest.mark.skipif(sys.platform != "linux", reason="the check needs Linux's /proc and processor affinity")
def test_two_processes_share_a_port() -> None:
    processors = sorted(os.sched_getaffinity(0))
    # Each connection is dealt out by itself: one process gets all of 30 once in 10^8 times.
    observation = observe("asyncio", [processors[0], processors[-1]], connections=30, rounds=1)
    assert sum(observation.shares) == 30
    assert len(observation.shares) == 2
    assert all(observation.shares)
    assert observation.figures.keys() == UNITS.keys()
    assert all(value > 0 for value in observation.figures.values())
