"""How fast TLS streams are: ours, those of AnyIO, Trio, asyncio, uvloop and aiofastnet, and the limits to all of them.

``python benchmarks/speed.py`` measures every cell with every contender in rounds, each contender in a process of its
own against one peer in another, and writes what they said to a JSON file. ``--quick`` takes a few minutes, and
``--cells rtt,bulk --only anyio_tls,anyio`` less. ``--counts`` counts what noise cannot touch, such as system calls.
``python benchmarks/speed.py report run1.json run2.json run3.json`` makes the tables and the plots of the documentation.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from _speed import peer as the_peer
from _speed.cells import CELLS, Cell
from _speed.contenders import CONTENDERS, Contender
from _speed.counts import count
from _speed.report import write_report
from _speed.runs import Record, Spec, play, processors, record, running_peer
from _speed.tables import digits, terminal_table

PROJECT = Path(__file__).parent.parent
REPORTS = PROJECT / "reports"
PAGES = PROJECT / "docs" / "speed"

FULL_ROUNDS, QUICK_ROUNDS = 5, 3
QUICK_AMOUNT = 0.4


def chosen_cells(names: Collection[str], *, quick: bool) -> list[Cell]:
    """Cells by their names or those of their groups."""
    if unknown := set(names) - {name for cell in CELLS.values() for name in (cell.name, cell.group)}:
        raise ValueError(f"no such cell or group: {', '.join(sorted(unknown))} (there are {', '.join(CELLS)})")
    if names:
        return [cell for cell in CELLS.values() if cell.name in names or cell.group in names]
    if quick:
        # Where a full run makes do with some rounds, a quick one does with one.
        return [replace(cell, rounds=cell.rounds and 1) for cell in CELLS.values() if cell.in_quick]
    return [*CELLS.values()]


def chosen_contenders(names: Collection[str]) -> list[Contender]:
    """Those that are installed, by their names, their titles or "@" and their event loops."""
    known = {name for c in CONTENDERS.values() for name in (c.name, c.title, f"@{c.backend}")}
    if unknown := set(names) - known:
        raise ValueError(f"no such contender: {', '.join(sorted(unknown))} (there are {', '.join(CONTENDERS)})")
    return [
        contender
        for contender in CONTENDERS.values()
        if contender.available
        and (not names or not {contender.name, contender.title, f"@{contender.backend}"}.isdisjoint(names))
    ]


def play_in_this_process(spec: Spec) -> None:
    """Be a contender's process, and say what it measured."""
    _, processor = processors()
    if processor is not None:
        os.sched_setaffinity(0, [processor])
    the_peer.raise_file_limit()
    print(json.dumps(play(spec)), flush=True)
    os._exit(0)  # whatever is open


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace, cells: Sequence[Cell], contenders: Sequence[Contender]) -> Record:
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else FULL_ROUNDS)
    amount = QUICK_AMOUNT if arguments.quick else 1.0
    with tempfile.TemporaryDirectory() as name, running_peer(Path(name)) as peer:
        if arguments.counts:
            return count([c for c in contenders if c.keeps_time], peer, progress=say)
        return record(cells, contenders, peer, rounds=rounds, amount=arguments.amount or amount, progress=say)


def report(files: Sequence[str], directory: Path, before: Path | None) -> int:
    """Make the pages, and say what is missed."""
    earlier = None if before is None else Record.load(before)
    found = write_report([Record.load(Path(file)) for file in files], directory, earlier)
    for verdict in found:
        if not verdict.is_met:
            goal = verdict.goal
            said = f"{digits(verdict.value)} for {digits(verdict.bound)} {goal.unit}".strip()
            print(f"{goal.cell:<12} {goal.figure:<12} {goal.contender:<24} {said:<20} {verdict}: {goal.what}")
    print(f"{sum(verdict.is_met for verdict in found)} of {len(found)} goals are met in every run")
    return 0


def comma_separated(text: str) -> list[str]:
    return text.split(",")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", nargs="?", default="run", choices=["run", "report", "play", "peer"])
    parser.add_argument("arguments", nargs="*", metavar="FILE", help="of the runs to report")
    parser.add_argument("--quick", action="store_true", help="fewer rounds of less")
    parser.add_argument("--cells", type=comma_separated, default=[], help="only these cells or groups")
    parser.add_argument(
        "--only", type=comma_separated, default=[], help="only these contenders, or @ their event loops"
    )
    parser.add_argument("--counts", action="store_true", help="count instead of measuring")
    parser.add_argument("--rounds", type=int, help=f"how many (default: {FULL_ROUNDS}, or {QUICK_ROUNDS} quick ones)")
    parser.add_argument("--amount", type=float, help=f"of a full run's (default: 1, or {QUICK_AMOUNT} in quick ones)")
    parser.add_argument("--before", type=Path, help="a report compares with what was counted of an earlier version")
    parser.add_argument("--output", type=Path, default=REPORTS / "speed.json", help="default: reports/speed.json")
    parser.add_argument("--directory", type=Path, default=PAGES, help="for what a report makes (default: docs/speed)")
    arguments = parser.parse_args()
    if arguments.command == "play":
        play_in_this_process(Spec(**json.loads(arguments.arguments[0])))
    if arguments.command == "peer":
        the_peer.main(Path(arguments.arguments[0]), processors()[0])
    if arguments.command == "report":
        return report(arguments.arguments, arguments.directory, arguments.before)
    try:
        cells = chosen_cells(arguments.cells, quick=arguments.quick)
        contenders = chosen_contenders(arguments.only)
    except ValueError as exc:
        parser.error(str(exc))
    result = run(arguments, cells, contenders)
    result.save(arguments.output)
    print("\n".join(terminal_table(result)))
    for failure in result.failures:
        say(failure)
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
