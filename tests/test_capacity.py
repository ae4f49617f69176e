"""The page "Many connections" multiplies correctly."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import capacity_page
import door_page
import pytest
import speed_page
from _speed.runs import Record, environment
from capacity_page import BACKENDS, Costs, Profile, needs

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
        "accept": {"CPU": [changed.get("accept", 500.0), 1500.0, 1000.0]},
        "server-1000": {"CPU": [10.0, 30.0, 20.0], "collection": [10.0]},
        "rtt-64": {"CPU": [25.0, 75.0, 50.0]},
        "receive-64k": {"CPU": [1.0, 3.0, 2.0]},
        "send-64k": {"CPU": [0.5, 1.5, 1.0]},
        "idle": {"fresh": [10.0], "after 64 KiB": [40.0], "process": [1000.0]},
    }
    cells = {cell: {f"anyio_tls@{backend}": row for backend in BACKENDS} for cell, row in figures.items()}
    return Record({**environment(), "pinned": True, "rounds": 3}, cells)


# ---- the computation ----


def test_costs_are_medians_in_seconds_and_bytes() -> None:
    costs = Costs.measured([made_up_run()], "trio")
    assert asdict(costs) == pytest.approx(
        {
            "connection": 0.001,
            "message": 0.00002,
            "alone": 0.00005,
            "received": 2e-9,
            "sent": 1e-9,
            "fresh": 10 * 1024,
            "used": 40 * 1024,
            "process": 1000 * 1024,
            "collection": 1e-5,
        }
    )


def test_costs_are_medians_of_runs() -> None:
    runs = [made_up_run(accept=accept) for accept in (1000, 1200, 5000)]
    assert Costs.measured(runs, "uvloop").connection == pytest.approx(0.0012)


def test_what_was_not_measured_is_not_made_up() -> None:
    run = made_up_run()
    del run.figures["accept"]["anyio_tls@trio"]
    with pytest.raises(ValueError, match="accept has not been measured with anyio_tls on Trio"):
        Costs.measured([run], "trio")


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
    assert capacity_page.duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(64, "64 bytes"), (65536, "64 KiB"), (1.5 * 2**20, "1.5 MiB"), (2000 * 2**30, "2,000 GiB")]
)
def test_size(count: float, words: str) -> None:
    assert capacity_page.size(count) == words


# ---- the page ----


def test_page_has_what_is_computed() -> None:
    page = (DOCS / "capacity.rst").read_text(encoding="utf-8")
    runs = speed_page.load(DOCS / "runs")
    for part in ("profiles", *capacity_page.TABLES):
        assert page.count(f".. capacity:: {part}\n") == 1
        assert "Trio" in capacity_page.computed(part, runs)


def test_page_names_the_assumptions() -> None:
    page = (DOCS / "capacity.rst").read_text(encoding="utf-8")
    assert f"{capacity_page.BUSY:.0%}".replace("%", " %") in page
    assert f"not complete after {HANDSHAKE_SECONDS:.0f} s" in page


# ---- what a server's door costs, on the page "Speed" ----


def test_page_shows_the_door() -> None:
    page = (DOCS / "speed.rst").read_text(encoding="utf-8")
    run = door_page.load(DOCS / "door.jsonl")
    assert f"of commit {run.environment['commit']}" in door_page.shown("environment", run)
    for part in ("environment", "rate", "flood", "aside", "many"):
        assert page.count(f".. door:: {part}\n") == 1
    servers = {value["server"] for value in run.values if value["server"].startswith(("anyio_tls", "the least"))}
    assert len(servers) == 6
    for part in ("rate", "flood", "aside", "many"):
        table = door_page.shown(part, run)
        assert all(f"* - {server}\n" in table for server in servers)
