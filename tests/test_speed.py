"""The page "Speed" tells what was measured: the figures come from runs, and the verdicts from the figures."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import anyio
import engines
import pytest
import speed
from _speed.cells import CELLS, Figures, Play
from _speed.contenders import CONTENDERS, Contender
from _speed.counters import count_awaits
from _speed.counts import parse_callgrind, parse_strace
from _speed.goals import Goal, Verdict, best_peer, goals, ratio, verdicts
from _speed.peer import Order, Peer
from _speed.report import GROUPS
from _speed.runs import FailedError, Record, Spec, batches, environment, play, play_apart, running_peer
from _speed.tables import Table, cell_table, digits, goal_table, markdown, path_table, quartiles, ratio_table, rst
from anyio.lowlevel import checkpoint

from .test_pyopenssl import needs_pyopenssl

pytestmark = pytest.mark.once

ASYNCIO = CONTENDERS["anyio_tls@asyncio"]


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with running_peer(tmp_path_factory.mktemp("certificates")) as running:
        yield running


def spec(contender: Contender, peer: Peer, *cells: str) -> Spec:
    return Spec(contender.name, [*cells], (*peer[:2], str(peer.directory)), amount=0.001)


def record(cell: str, /, **values: float | list[float]) -> Record:
    """A run in which one cell was measured; ``anyio_tls_asyncio`` is ``anyio_tls@asyncio``."""
    made = Record(environment())
    for name, value in values.items():
        title, _, backend = name.rpartition("_")
        contender = f"{title}@{backend}" if backend in ("asyncio", "uvloop", "trio") else name
        row = made.figures.setdefault(cell, {}).setdefault(re.sub("_(plain|wrap)", r".\1", contender), {})
        row["CPU"] = value if isinstance(value, list) else [value]
    return made


# ---- runs ----


@pytest.mark.parametrize("contender", [c for c in CONTENDERS.values() if c.available], ids=lambda c: c.name)
def test_everybody_plays(contender: Contender, peer: Peer) -> None:
    (figures,) = play(spec(contender, peer, "rtt-64")).values()
    assert isinstance(figures, dict), figures
    assert figures.keys() == CELLS["rtt-64"].units.keys()
    assert all(value > 0 for value in figures.values())


@pytest.mark.parametrize("cell", ["small", "send-64k", "receive-1m", "full", "resumed"])
@pytest.mark.parametrize("name", ["anyio_tls@asyncio", "memory"])
def test_cells_play(name: str, cell: str, peer: Peer) -> None:
    (figures,) = play(spec(CONTENDERS[name], peer, cell)).values()
    assert isinstance(figures, dict), figures
    assert figures.keys() == CELLS[cell].units.keys()


@needs_pyopenssl
@pytest.mark.parametrize("cell", ["rtt-64", "full"])
def test_engines_are_compared(cell: str, peer: Peer) -> None:
    with_ssl, with_pyopenssl, ratios = engines.compare("asyncio", cell, peer, rounds=2, amount=0.001)
    assert min(with_ssl, with_pyopenssl, *ratios) > 0
    assert len(ratios) == 2


def test_process_of_its_own(peer: Peer) -> None:
    told = play_apart(spec(ASYNCIO, peer, "accept", "both", "hold"))
    assert {name: (figures or {}).keys() for name, figures in told.items()} == {
        name: CELLS[name].units.keys() for name in ("accept", "both", "hold")
    }


def test_process_that_fails_has_measured_nothing(peer: Peer) -> None:
    nowhere = replace(spec(ASYNCIO, peer, "rtt-64"), peer=(1, 1, str(peer.directory)))
    with pytest.raises(FailedError, match="anyio_tls@asyncio: rtt-64"):
        play_apart(nowhere)


def test_record_is_kept(tmp_path: Path) -> None:
    made = record("rtt-64", anyio_tls_asyncio=[1.0, 2.0])
    made.save(tmp_path / "reports" / "run.json")
    assert Record.load(tmp_path / "reports" / "run.json") == made


def test_time_on_the_wall_means_nothing_in_memory() -> None:
    made = Record(environment())
    made.add_all(CONTENDERS["memory"], {"rtt-64": {"CPU": 1.0, "median": 2.0, "p99": 3.0}, "full": None})
    assert made.figures == {"rtt-64": {"memory": {"CPU": [1.0]}}}


def test_cells_that_stay_apart() -> None:
    chosen = speed.chosen_cells(["rtt", "idle", "peak-8m"], quick=True)
    assert [[cell.name for cell in batch] for batch in batches(chosen)] == [
        ["rtt-64", "rtt-8k", "rtt-64k", "small"],
        ["idle"],
        ["peak-8m"],
    ]


def test_choice() -> None:
    assert [c.name for c in speed.chosen_contenders(["anyio", "blocking"]) if c.backend in ("asyncio", "")] == [
        "anyio@asyncio",
        "blocking",
    ]
    assert speed.chosen_cells([], quick=False) == [*CELLS.values()]
    assert {cell.rounds for cell in speed.chosen_cells([], quick=True)} == {None, 1}
    with pytest.raises(ValueError, match="no such cell or group: speed"):
        speed.chosen_cells(["speed"], quick=False)
    with pytest.raises(ValueError, match="no such contender: curio"):
        speed.chosen_contenders(["curio"])


def test_orders_arrive() -> None:
    order = Order("source", size=2**30, times=3, delay=4, group=5, key=6)
    assert Order.decode(order.encode()) == order


# ---- counts ----


def test_awaits_are_counted(peer: Peer) -> None:
    async def sleep(_play: Play) -> Figures:
        for _turn in range(7):
            await checkpoint()
        return {}

    assert anyio.run(count_awaits, sleep, Play(ASYNCIO, peer)) == {"awaits": 7}


def test_system_calls_are_read() -> None:
    text = """\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 61.31    0.000800           7       101           epoll_wait
 38.69    0.000505           5        99        49 recvfrom
------ ----------- ----------- --------- --------- ----------------
100.00    0.001305           6       200        49 total
"""
    assert parse_strace(text) == {"epoll_wait": 101, "recvfrom": 99}


def test_instructions_and_allocations_are_read() -> None:
    text = """\
fn=(1) main
16 400
cfn=(2) malloc
calls=3 +1
cfn=(3) mallocate
calls=9 +1
fn=(2)
1 20
cfn=(4) calloc'2
calls=2 0
fn=(3)
cfn=(2)
calls=1 0
totals: 420
"""
    assert parse_callgrind(text) == {"instructions": 420, "allocations": 6}


def test_calls_are_counted_by_module(peer: Peer) -> None:
    """Ours, those of others, and those of C functions; not those of the suite itself."""
    few, many = (
        play_apart(replace(spec(ASYNCIO, peer, "rtt-64"), exactly=trips, counting="calls"))["rtt-64"]
        for trips in (1, 11)
    )
    assert few is not None
    assert many is not None
    assert {"anyio_tls._driver", "anyio_tls._engine", "C"} <= few.keys()
    assert not [module for module in few if module.startswith("_speed")]
    assert many["anyio_tls._engine"] >= few["anyio_tls._engine"] + 20  # a write and a read each


# ---- verdicts ----


def test_best_peer_is_on_the_same_loop_and_none_of_ours() -> None:
    run = record(
        "rtt-64", anyio_tls_asyncio=1, anyio_asyncio=[4, 9, 3], asyncio_asyncio=5, asyncio_uvloop=2, blocking=1
    )
    assert best_peer(run, "rtt-64", "asyncio") == ("anyio@asyncio", 4)
    assert best_peer(run, "rtt-64", "trio") is None


@pytest.mark.parametrize(
    ("value", "other", "result"),
    [
        (1.0, 2.0, 0.5),
        (0.0, 0.0, 1.0),
        (-4.0, 0.0, 1.0),
        (1.0, 0.0, float("inf")),
        (None, 1.0, None),
        (1.0, None, None),
    ],
)
def test_ratio(value: float | None, other: float | None, result: float | None) -> None:
    assert ratio(value, other) == result


def test_round_trip_may_take_one_wake_up_more() -> None:
    run = record("rtt-64", anyio_tls_uvloop=17, asyncio_uvloop=20, blocking=10, blocking_plain=8, plain_uvloop=14)
    peers, limit = (goal for goal in goals(run) if goal.contender == "anyio_tls@uvloop")
    assert (peers.value, peers.bound, peers.holds) == (0.85, 1.0, True)
    assert (limit.value, limit.bound, limit.holds) == (1.7, 1.6, False)


def test_growth_is_compared_with_the_loop_s() -> None:
    run = record("client-100", anyio_tls_trio=12, plain_trio=5)
    run.figures |= record("client-1", anyio_tls_trio=10, plain_trio=4).figures
    (growth,) = (goal for goal in goals(run) if "growth" in goal.what and goal.contender == "anyio_tls@trio")
    assert (growth.value, growth.bound, growth.holds) == (2, 1, False)


def test_wrap_is_compared_with_anyio() -> None:
    run = record("small", anyio_tls_wrap_asyncio=3, anyio_asyncio=3, asyncio_asyncio=1)
    (goal,) = (goal for goal in goals(run) if goal.contender == "anyio_tls.wrap@asyncio")
    assert goal.holds


def test_wrap_is_to_be_better_where_anyio_s_handling_is_the_cost() -> None:
    def bounds(memory: float) -> list[float | None]:
        run = record("small", anyio_tls_wrap_uvloop=8, anyio_uvloop=10, anyio_plain_uvloop=3, memory=memory)
        return [goal.bound for goal in goals(run) if goal.contender == "anyio_tls.wrap@uvloop"]

    assert bounds(memory=1) == [1, 1 / 1.3]
    assert bounds(memory=3) == [1]


def test_what_is_not_measured_is_not_met() -> None:
    assert not Goal("rtt-64", "CPU", "anyio_tls@asyncio", "", None, 1.0).holds
    assert not Goal("rtt-64", "CPU", "anyio_tls@asyncio", "", 1.0, None).holds
    complete = record("small", anyio_tls_asyncio=1, anyio_asyncio=2)
    (verdict,) = (v for v in verdicts([complete, Record(environment())]) if v.goal.contender == "anyio_tls@asyncio")
    assert (verdict.held, verdict.is_met, str(verdict)) == (1, False, "met in 1 of 2 runs")


def test_goal_is_met_in_all_runs_or_not_met() -> None:
    good, bad = (Goal("rtt-64", "CPU", "anyio_tls@asyncio", "", value, 1.0) for value in (1.004, 1.006))
    assert str(Verdict((good, good, good))) == "met"
    assert str(Verdict((good, bad, good))) == "met in 2 of 3 runs"
    assert str(Verdict((bad, bad, bad))) == "missed"
    assert Verdict((good, bad, good)).is_met_in_the_median
    assert not Verdict((good, bad, bad)).is_met_in_the_median


# ---- tables ----


def test_quartiles() -> None:
    assert quartiles([5.0]) == (5.0, 5.0, 5.0)
    assert quartiles([1.0, 2.0, 3.0, 4.0, 50.0]) == (2.0, 3.0, 4.0)


def test_digits() -> None:
    assert [digits(value) for value in (0.123, -9.876, 43.21, 1234.5, None)] == ["0.12", "-9.88", "43.2", "1,234", ""]


def test_forms() -> None:
    table = Table(["who", "what"], [["a", '1,000 "or so"']])
    assert markdown(table) == '| who | what |\n| --- | ---: |\n| a | 1,000 "or so" |\n'
    assert rst(table).endswith('\n\n   "who","what"\n   "a","1,000 ""or so"""\n')


def test_table_of_a_cell() -> None:
    runs = [record("small", anyio_tls_asyncio=[1, 2, 3], anyio_asyncio=4, blocking=1) for _ in range(2)]
    table = cell_table(runs, "small")
    assert table.headers[-3:] == ["CPU, to the best peer", "CPU, to the limit", "rounds"]
    assert table.rows == [
        ["anyio_tls, connect_tls()", "asyncio", "2.00 (1.25 to 2.75)", "", "0.50", "2.00", "6"],
        ["anyio.streams.tls", "asyncio", "4.00", "", "1.00", "4.00", "2"],
        ["SSLSocket, blocking", "none", "1.00", "", "", "1.00", "2"],
    ]


def test_table_says_what_is_missed() -> None:
    found = verdicts([record("small", anyio_tls_asyncio=3, anyio_asyncio=2)])
    assert ratio_table(found).rows[0][1] == "1.50 (missed)"
    assert goal_table(found).rows[0][-3:] == ["1.50", "1.00", "missed"]


def test_table_of_a_path() -> None:
    before, after = (Record(environment()) for _ in range(2))
    for run, calls, instructions in ((before, 12, 2000), (after, 6, 1000)):
        run.add_count("rtt-64", "anyio_tls@uvloop", "instructions", {"instructions": instructions})
        run.add_count(
            "rtt-64", "anyio_tls@uvloop", "calls", {"anyio_tls._a.b": calls, "anyio._x": 1, "anyio._y": 2, "C": 3}
        )
    assert path_table(before, after, "rtt-64", "anyio_tls").rows == [
        ["instructions", "2,000 → 1,000"],
        ["system calls", ""],
        ["allocations", ""],
        ["awaits", ""],
        ["calls", "18.0 → 12.0"],
        ["calls: anyio_tls._a", "12.0 → 6.00"],
        ["calls: anyio", "3.00 → 3.00"],
        ["calls: C", "3.00 → 3.00"],
    ]


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib is not installed")
def test_report(tmp_path: Path) -> None:
    run = record("small", anyio_tls_asyncio=3, anyio_asyncio=2)
    run.environment["rounds"] = 1
    run.save(tmp_path / "run.json")
    pages = tmp_path / "pages"
    run.counts["rtt-64"] = {"anyio_tls@asyncio": {"calls": {"C": 2.0}}}
    run.save(tmp_path / "counts.json")
    files = [str(tmp_path / name) for name in ("run.json", "counts.json")]
    command = [sys.executable, speed.__file__, "report", *files, "--directory", str(pages), "--before", files[1]]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "1.50 for 1.00" in process.stdout
    assert {path.name for path in pages.iterdir()} == {
        *("environment.inc", "goals.inc", "cells.inc", "counts.inc", "path.inc", "report.md"),
        *("small-light.svg", "small-dark.svg"),
    }
    assert "1.50 (missed)" in (pages / "report.md").read_text(encoding="utf-8")


def test_every_group_has_words() -> None:
    assert {cell.group for cell in CELLS.values()} == GROUPS.keys()


def test_command_explains_itself() -> None:
    command = [sys.executable, speed.__file__, "--cells", "none"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert "rtt-64" in process.stderr
