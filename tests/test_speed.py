"""The page "Speed" says what was measured: the figures come from runs, and the verdicts from the figures."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import speed
import speed_page
from _speed.cells import CELLS, Play
from _speed.contenders import CONTENDERS, Contender
from _speed.counters import COUNTERS
from _speed.counts import parse_callgrind, parse_strace, system_calls
from _speed.peer import Order, Peer
from _speed.runs import (
    PROJECT,
    FailedError,
    Record,
    Spec,
    batches,
    environment,
    play,
    playing,
    record as take_run,
    running_peer,
)
from anyio.lowlevel import checkpoint
from speed_page import Goal, bounds, cell_table, comparisons, count_table, digits, disagreements, quartiles, ratio

from anyio_tls import _contexts

pytestmark = pytest.mark.once

ASYNCIO = CONTENDERS["anyio_tls@asyncio"]
RUNS = Path(__file__).parent.parent / "docs" / "runs"


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with running_peer(tmp_path_factory.mktemp("certificates")) as running:
        yield running


@pytest.fixture(autouse=True)
def default_context(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A contender has a process to itself otherwise, and in it the context that is for all who bring none."""
    monkeypatch.setenv("SSL_CERT_FILE", "")  # it sets that
    _contexts._default_client_context.cache_clear()
    yield
    _contexts._default_client_context.cache_clear()


def spec(cell: str) -> Spec:
    return Spec(cell, amount=0.001)


def record(cell: str, /, *, pinned: bool = True, **values: float | list[float]) -> Record:
    """A run in which one cell was measured; ``anyio_tls_asyncio`` is ``anyio_tls@asyncio``."""
    made = Record({**environment(), "pinned": pinned, "rounds": 1})
    for name, value in values.items():
        title, _, backend = name.rpartition("_")
        contender = f"{title}@{backend}" if backend in ("asyncio", "uvloop", "trio") else name
        row = made.figures.setdefault(cell, {}).setdefault(re.sub("_(plain|wrap)", r".\1", contender), {})
        row["CPU"] = value if isinstance(value, list) else [value]
    return made


# ---- runs ----


@pytest.mark.parametrize("contender", [c for c in CONTENDERS.values() if c.available], ids=lambda c: c.name)
def test_everybody_plays(contender: Contender, peer: Peer) -> None:
    figures = play(contender, peer, spec("rtt-64"))
    assert figures is not None
    assert figures.keys() == CELLS["rtt-64"].units.keys()
    assert all(value > 0 for value in figures.values())


@pytest.mark.parametrize("cell", ["small", "send-64k", "receive-1m", "full", "resumed"])
@pytest.mark.parametrize("name", ["anyio_tls@asyncio", "memory"])
def test_cells_play(name: str, cell: str, peer: Peer) -> None:
    assert (play(CONTENDERS[name], peer, spec(cell)) or {}).keys() == CELLS[cell].units.keys()


def test_process_of_its_own(peer: Peer) -> None:
    with playing(ASYNCIO, peer) as player:
        for cell in ("accept", "both", "hold", "hold-closing"):
            assert (player.ask(spec(cell)) or {}).keys() == CELLS[cell].units.keys()


def test_process_that_fails_has_measured_nothing(peer: Peer) -> None:
    nowhere = peer._replace(port=1, plain_port=1)
    with playing(ASYNCIO, nowhere) as player, pytest.raises(FailedError, match="anyio_tls@asyncio: rtt-64"):
        player.ask(spec("rtt-64"))


def test_process_that_ends_has_measured_nothing(peer: Peer) -> None:
    failing = playing(ASYNCIO, peer, prefix=["sh", "-c", "echo no such file >&2"])
    with pytest.raises(FailedError, match=r"says nothing\n.*no such file"), failing:
        pytest.fail("it has begun")


def test_builds_take_turns(peer: Peer, tmp_path: Path) -> None:
    """Each is measured with its own library."""
    shutil.copytree(PROJECT / "anyio_tls", tmp_path / "anyio_tls")
    runs = take_run(
        [CELLS["full"]], [ASYNCIO], peer, builds=[PROJECT, tmp_path], rounds=2, amount=0.02, slices=2, seed=1
    )
    assert [len(run.figures["full"]["anyio_tls@asyncio"]["CPU"]) for run in runs] == [2, 2]
    (row,) = speed.comparison(*runs)
    assert row[:2] == ["full: CPU (µs)", "anyio_tls@asyncio"]


def test_what_fails_is_told_once(peer: Peer) -> None:
    (run,) = take_run([CELLS["full"]], [ASYNCIO], peer._replace(port=1), rounds=2, amount=0.01)
    assert len(run.failures) == 1
    assert not run.figures


def test_no_round_is_begun_that_takes_too_long(peer: Peer) -> None:
    (run,) = take_run([CELLS["full"]], [ASYNCIO], peer, rounds=5, amount=0.01, seconds=0.1)
    assert run.environment["rounds"] == 1


def test_record_is_kept(tmp_path: Path) -> None:
    made = record("rtt-64", anyio_tls_asyncio=[1.0, 2.0])
    made.add_count("small", "blocking", "calls", {"C": 2.0})
    made.save(tmp_path / "reports" / "run.jsonl")
    assert Record.load(tmp_path / "reports" / "run.jsonl") == made


def test_time_on_the_wall_means_nothing_in_memory(peer: Peer) -> None:
    with playing(CONTENDERS["memory"], peer) as player:
        assert (player.ask(spec("rtt-64")) or {}).keys() == {"CPU"}


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
    assert {c.title for c in speed.chosen_contenders([], only_ours=True)} <= {
        *("anyio_tls", "anyio_tls.trio", "anyio_tls.wrap")
    }
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


def test_awaits_are_counted(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(_play: Play) -> dict[str, float]:
        for _turn in range(7):
            await checkpoint()
        return {}

    monkeypatch.setitem(CELLS, "rtt-64", replace(CELLS["rtt-64"], perform=sleep))
    play = Play(ASYNCIO, peer)
    assert COUNTERS["awaits"](partial(ASYNCIO.run, sleep), play, "rtt-64") == {"awaits": 7}


def test_system_calls_are_read() -> None:
    text = """\
7 read(3, "counting", 8) = 8
7 access("/counting/rtt-64", F_OK) = -1 ENOENT (No such file or directory)
7 sendto(6, "\\27\\3", 86, 0, NULL, 0) = 86
7 epoll_wait(5,  <unfinished ...>
8 getpid() = 7
7 <... epoll_wait resumed>[], 2, 0) = 0
7 sendto(6, "", 86, 0, NULL, 0) = 86
7 access("/counting", F_OK) = -1 ENOENT (No such file or directory)
7 close(6) = 0
"""
    assert parse_strace(text) == {"rtt-64": Counter(sendto=2, epoll_wait=1, getpid=1)}


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_system_calls_are_counted(peer: Peer) -> None:
    counted = dict(system_calls(CONTENDERS["blocking"], peer, [CELLS["rtt-64"], CELLS["send-64k"]]))
    assert counted.keys() == {"rtt-64", "send-64k"}
    # One that sends, one that receives, and one of OpenSSL's for the head of the record.
    assert 3 <= sum(counted["rtt-64"].values()) < 4


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
    with playing(ASYNCIO, peer) as player:
        few, many = (player.ask(Spec("rtt-64", exactly=trips, counting="calls")) for trips in (1, 11))
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
    assert speed_page.best_peer(speed_page.middle, run, "rtt-64", "asyncio") == 4
    assert speed_page.best_peer(speed_page.middle, run, "rtt-64", "trio") is None


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


def goal_of(contender: str, *runs: Record) -> Goal:
    (goal,) = (it for it in comparisons(runs) if it.contender == contender and it.value is not None)
    return goal


def test_ours_is_compared_with_the_best_peer() -> None:
    goal = goal_of("anyio_tls@uvloop", record("small", anyio_tls_uvloop=3, anyio_uvloop=4, asyncio_uvloop=2))
    assert (goal.value, str(goal), goal.is_met) == (1.5, "**1.50**", False)


def test_wrap_is_to_be_better_than_anyio() -> None:
    for ours, is_met in ((95, True), (96, False)):
        run = record("small", anyio_tls_wrap_asyncio=ours, anyio_asyncio=100, asyncio_asyncio=1)
        assert goal_of("anyio_tls.wrap@asyncio", run).is_met == is_met


def test_goal_is_met_in_all_runs_or_not_met() -> None:
    good, bad = (record("small", anyio_tls_trio=value, trio_trio=1000) for value in (1004, 1006))
    assert goal_of("anyio_tls@trio", good, good, good).is_met
    assert not goal_of("anyio_tls@trio", good, bad, good).is_met
    assert str(goal_of("anyio_tls@trio", good, bad, good)) == "1.00"
    assert str(goal_of("anyio_tls@trio", good, bad, bad)) == "**1.01**"


def test_what_is_not_measured_is_not_met() -> None:
    complete = record("small", anyio_tls_asyncio=1, anyio_asyncio=2)
    assert not goal_of("anyio_tls@asyncio", complete, record("rtt-64")).is_met


def test_memory_is_bounded() -> None:
    run = record("peak-8m")
    run.figures["peak-8m"] = {"anyio_tls@asyncio": {"peak": [257.0]}, "anyio_tls@trio": {"peak": [256.0]}}
    assert {goal.contender: goal.is_met for goal in bounds([run]) if goal.value is not None} == {
        "anyio_tls@asyncio": False,
        "anyio_tls@trio": True,
    }


def test_it_is_said_where_pinning_matters() -> None:
    runs = [
        record("small", anyio_tls_trio=100, trio_trio=100, anyio_tls_asyncio=100, asyncio_asyncio=100),
        record("small", pinned=False, anyio_tls_trio=106, trio_trio=100, anyio_tls_asyncio=104, asyncio_asyncio=100),
    ]
    _, *rows = disagreements(runs)
    assert rows == [["Sending 100 bytes, again and again: CPU", "anyio_tls, connect_tls(), Trio", "1.00", "1.06"]]


# ---- tables ----


def test_quartiles() -> None:
    assert quartiles([5.0]) == (5.0, 5.0, 5.0)
    assert quartiles([1.0, 2.0, 3.0, 4.0, 50.0]) == (2.0, 3.0, 4.0)


def test_digits() -> None:
    assert [digits(value) for value in (0.123, -9.876, 43.21, 1234.5, None)] == ["0.12", "-9.88", "43.2", "1,234", ""]


def test_table_of_a_cell() -> None:
    runs = [record("small", anyio_tls_asyncio=[1, 2, 3], anyio_asyncio=4, blocking=1) for _ in range(2)]
    head, *rows = cell_table(runs, CELLS["small"])
    assert head[-3:] == ["CPU, to the best peer", "CPU, to the limit", "rounds"]
    assert rows == [
        ["anyio_tls, connect_tls()", "asyncio", "2.00 (1.25 to 2.75)", "", "0.50", "2.00", "6"],
        ["anyio.streams.tls", "asyncio", "4.00", "", "1.00", "4.00", "2"],
        ["SSLSocket, blocking", "none", "1.00", "", "", "1.00", "2"],
    ]


def test_table_of_counts() -> None:
    run = record("small")
    run.add_count("rtt-64", "blocking", "system calls", {"read": 2.0, "write": 1.0})
    run.add_count("rtt-64", "blocking", "calls", {"C": 9.0})
    assert count_table([run], ["instructions", "system calls", "calls"], ["rtt-64"]) == [
        ["contender", "loop", "system calls", "calls"],
        ["SSLSocket, blocking", "none", "3.00", "9.00"],
    ]


@pytest.mark.parametrize("section", speed_page.SECTIONS)
def test_sections_are_made_of_the_runs(section: str) -> None:
    made = speed_page.shown(section, speed_page.load(RUNS))
    assert "anyio_tls" in made or made == "There is no such cell."


def test_all_cells_are_in_the_runs() -> None:
    runs = speed_page.load(RUNS)
    assert {cell for run in runs for cell in run.figures} >= {c.name for c in speed.chosen_cells([], quick=True)}
    assert {cell for run in runs for cell in run.counts} == {cell.name for cell in CELLS.values() if cell.counted}


def test_every_group_has_words() -> None:
    assert {cell.group for cell in CELLS.values()} == speed_page.GROUPS.keys()


def test_command_explains_itself() -> None:
    command = [sys.executable, speed.__file__, "--cells", "none"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert "rtt-64" in process.stderr
