"""How fast TLS streams are: ours, those of AnyIO, Trio, asyncio, uvloop and aiofastnet, and the limits to all of them.

``python benchmarks/speed.py`` measures every cell with every contender in rounds, each contender in a process of its
own against one peer in another, and writes what they said to a JSON file. ``--quick`` takes a few minutes, and
``--cells rtt,bulk --only anyio_tls,anyio`` less. ``--counts`` counts what noise cannot touch, such as system calls.
``--against DIR`` compares this build of the library with another checkout's, side by side. The documentation makes its
tables and plots of the files in ``docs/runs``.
"""

from __future__ import annotations

import argparse
import json
import random
import ssl
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from _speed import peer as the_peer
from _speed.cells import CELLS, Cell
from _speed.contenders import CONTENDERS, Contender
from _speed.counts import KINDS, count
from _speed.runs import PROJECT, Record, pin, play_what_is_told, record, running_peer

FULL_ROUNDS, QUICK_ROUNDS, AGAINST_ROUNDS = 5, 3, 15
QUICK_AMOUNT = 0.4  # of a full run's, in a comparison of builds too

# No round is begun that would presumably not have ended by then (seconds).
FULL_SECONDS, AGAINST_SECONDS = 900, 360

# How many slices of a round two builds take in turn.
SLICES = 4


def chosen_cells(names: Collection[str], *, quick: bool, against: bool = False) -> list[Cell]:
    """Cells by their names or those of their groups."""
    if unknown := set(names) - {name for cell in CELLS.values() for name in (cell.name, cell.group)}:
        raise ValueError(f"no such cell or group: {', '.join(sorted(unknown))} (there are {', '.join(CELLS)})")
    if names:
        return [cell for cell in CELLS.values() if cell.name in names or cell.group in names]
    if against:
        # Without those that would take all the time.
        return [cell for cell in CELLS.values() if not cell.apart]
    if quick:
        # Where a full run makes do with some rounds, a quick one does with one.
        return [replace(cell, rounds=cell.rounds and 1) for cell in CELLS.values() if cell.in_quick]
    return [*CELLS.values()]


def chosen_contenders(names: Collection[str], *, only_ours: bool = False) -> list[Contender]:
    """Those that are installed, by their names, their titles or "@" and their event loops."""
    known = {name for c in CONTENDERS.values() for name in (c.name, c.title, f"@{c.backend}")}
    if unknown := set(names) - known:
        raise ValueError(f"no such contender: {', '.join(sorted(unknown))} (there are {', '.join(CONTENDERS)})")
    return [
        contender
        for contender in CONTENDERS.values()
        if contender.available
        and (
            not {contender.name, contender.title, f"@{contender.backend}"}.isdisjoint(names)
            or not (names or contender.is_variant or (only_ours and contender.kind not in ("ours", "wrap")))
        )
    ]


def show(headers: list[str], rows: list[list[str]], title: str) -> None:
    """Print a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*headers[:1], title=title, title_justify="left", box=None)
    for header in headers[1:]:
        table.add_column(header, justify="right")
    for row in rows:
        table.add_row(*row)
    # In a file, lines are as long as they need to be.
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def quartiles(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return low, middle, high


def spread(values: list[float]) -> str:
    """The median, and the quartiles."""
    low, middle, high = quartiles(values)
    return f"{middle:.4g} ({low:.4g} to {high:.4g})" if low != high else f"{middle:.4g}"


def show_figures(run: Record) -> None:
    for name, rows in run.figures.items():
        cell = CELLS[name]
        headers = [name, *(f"{figure}, {unit}" for figure, unit in cell.units.items())]
        told = [[who, *(spread(row[f]) if f in row else "" for f in cell.units)] for who, row in rows.items()]
        show(headers, told, cell.title)


def show_counts(run: Record) -> None:
    for name, rows in run.counts.items():
        told = [
            [
                who,
                kind,
                f"{sum(parts.values()):.2f}",
                ", ".join(f"{part} {n:.2f}" for part, n in parts.items() if n > 0.1),
            ]
            for who, counts in rows.items()
            for kind, parts in counts.items()
        ]
        show([name, "kind", "count", "parts"], told, f"{CELLS[name].title}: for each {CELLS[name].one}")


def ratios(run: Record, other: Record, cell: str, contender: str, figure: str) -> list[float]:
    """Of what two builds took, round by round."""
    mine, theirs = (it.figures[cell][contender][figure] for it in (run, other))
    return [a / b for a, b in zip(mine, theirs, strict=True) if b]


def comparison(run: Record, other: Record) -> Iterator[list[str]]:
    for name, rows in run.figures.items():
        for who in rows:
            for figure in CELLS[name].compared:
                mine, theirs = (median(it.figures[name][who][figure]) for it in (run, other))
                found = ratios(run, other, name, who, figure) or [float("nan")]
                low, middle, high = quartiles(found)
                shown = (f"{mine:.4g}", f"{theirs:.4g}", f"{middle:.3f}", f"{low:.3f} to {high:.3f}", str(len(found)))
                yield [f"{name}: {figure} ({CELLS[name].units[figure]})", who, *shown]


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace, cells: list[Cell], contenders: list[Contender]) -> Record:
    seed = random.randrange(2**32) if arguments.seed is None else arguments.seed
    pinned = not arguments.unpinned
    say(f"Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}, {'' if pinned else 'un'}pinned, seed {seed}")
    with tempfile.TemporaryDirectory() as name, running_peer(Path(name), pinned=pinned) as peer:
        if arguments.counts is not None:
            counted = count(cells, contenders, peer, arguments.counts or KINDS, progress=say)
            counted.save(arguments.output)
            show_counts(counted)
            return counted
        builds = [PROJECT, *([arguments.against.resolve()] if arguments.against else [])]
        result, *others = record(
            cells,
            contenders,
            peer,
            builds=builds,
            rounds=arguments.rounds
            or (AGAINST_ROUNDS if arguments.against else QUICK_ROUNDS if arguments.quick else FULL_ROUNDS),
            amount=arguments.amount or (QUICK_AMOUNT if arguments.quick or arguments.against else 1.0),
            slices=SLICES if arguments.against else 1,
            seconds=AGAINST_SECONDS if arguments.against else FULL_SECONDS,
            pinned=pinned,
            seed=seed,
            progress=say,
        )
    result.save(arguments.output)  # before anything can go wrong
    for other in others:
        other.save(arguments.output.with_suffix(".other.jsonl"))
        headers = ["cell", "contender", "this", "other", "ratio", "quartiles", "rounds"]
        title = f"Commit {result.environment['commit']} against {other.environment['commit'] or arguments.against}"
        show(headers, [*comparison(result, other)], title)
    if not others:
        show_figures(result)
    return result


def comma_separated(text: str) -> list[str]:
    return text.split(",")


def parsed() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds of less")
    parser.add_argument("--cells", type=comma_separated, default=[], help="only these cells or groups")
    parser.add_argument(
        "--only", type=comma_separated, default=[], help="only these contenders, or @ their event loops"
    )
    parser.add_argument("--unpinned", action="store_true", help="let peer and contender run on any processor")
    parser.add_argument("--against", type=Path, metavar="DIR", help="compare with another checkout's build")
    parser.add_argument(
        "--counts",
        nargs="?",
        type=comma_separated,
        const=[],
        metavar="KIND,...",
        help=f"count instead of measuring: {', '.join(KINDS)} (default: all)",
    )
    rounds = f"{FULL_ROUNDS}, {QUICK_ROUNDS} quick ones, or {AGAINST_ROUNDS} against another build"
    parser.add_argument("--rounds", type=int, help=f"at most (default: {rounds})")
    parser.add_argument("--amount", type=float, help=f"of a full run's (default: 1, or {QUICK_AMOUNT} in the others)")
    parser.add_argument("--seed", type=int, help="for the order in each round (default: another one each time)")
    output = PROJECT / "reports" / "speed.jsonl"
    parser.add_argument("--output", type=Path, default=output, help="default: reports/speed.jsonl")
    return parser


def main() -> int:
    parser = parsed()
    arguments = parser.parse_args()
    try:
        cells = chosen_cells(arguments.cells, quick=arguments.quick, against=bool(arguments.against))
        contenders = chosen_contenders(arguments.only, only_ours=bool(arguments.against))
    except ValueError as exc:
        parser.error(str(exc))
    if unknown := set(arguments.counts or ()) - KINDS.keys():
        parser.error(f"no such kind of counts: {', '.join(sorted(unknown))} (there are {', '.join(KINDS)})")
    if arguments.against and not (arguments.against / "anyio_tls").is_dir():
        parser.error(f"{arguments.against} is not a checkout")
    result = run(arguments, cells, contenders)
    for failure in result.failures:
        say(failure)
    return 1 if result.failures else 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["play", contender, where, *unpinned]:
            if not unpinned:
                pin(-1)
            *ports, directory = json.loads(where)
            play_what_is_told(contender, the_peer.Peer._make([*ports, Path(directory)]))
        case ["peer", directory, *unpinned]:
            if not unpinned:
                pin(0)
            the_peer.main(Path(directory))
        case _:
            sys.exit(main())
