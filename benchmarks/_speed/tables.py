"""What was measured, as tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles

from .cells import CELLS, Figures
from .contenders import CONTENDERS
from .goals import Verdict, best_peer, middle, ratio, wake_up
from .runs import Record

__all__ = [
    "LOOPS",
    "Table",
    "cell_table",
    "count_table",
    "digits",
    "environment_lines",
    "goal_table",
    "markdown",
    "over_runs",
    "path_table",
    "quartiles",
    "ratio_table",
    "rst",
    "terminal_table",
    "wake_up_table",
]

KINDS = ["instructions", "system calls", "allocations", "awaits", "calls"]

OURS = "anyio_tls"

LOOPS = {"asyncio": "asyncio", "uvloop": "uvloop", "trio": "Trio", "": "none"}

NOTHING = ""


@dataclass(frozen=True)
class Table:
    headers: list[str]
    rows: list[list[str]]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle_, high = quantiles(values, n=4, method="inclusive")
    return low, middle_, high


def digits(value: float | None) -> str:
    """As many digits as say something."""
    if value is None:
        return NOTHING
    size = abs(value)
    return f"{value:.2f}" if size < 10 else f"{value:.1f}" if size < 100 else f"{value:,.0f}"


def times(value: float | None) -> str:
    """A ratio."""
    return NOTHING if value is None else f"{value:.2f}"


def with_unit(value: float | None, unit: str) -> str:
    return NOTHING if value is None else f"{digits(value)} {unit}"


# ---- forms ----


def markdown(table: Table) -> str:
    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cells)} |"

    rule = ["---", *["---:"] * (len(table.headers) - 1)]
    return "\n".join([line(table.headers), line(rule), *map(line, table.rows)]) + "\n"


def rst(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(table.headers)
    writer.writerows(table.rows)
    body = "".join(f"   {line}\n" for line in text.getvalue().splitlines())
    return f".. csv-table::\n   :header-rows: 1\n   :class: figures\n\n{body}"


def terminal_table(run: Record) -> Iterator[str]:
    for name in run.figures:
        yield f"\n{name}: {CELLS[name].title}"
        table = cell_table([run], name, named=True)
        widths = [max(map(len, column)) for column in zip(table.headers, *table.rows, strict=True)]
        for row in (table.headers, *table.rows):
            first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            yield "  ".join([row[0].ljust(len(first)), *others]).rstrip()
    for what, rows in run.counts.items():
        yield f"\n{what}"
        for contender, counts in rows.items():
            for kind, parts in counts.items():
                told = ", ".join(f"{name} {digits(value)}" for name, value in parts.items() if name != kind)
                yield f"  {contender:<24} {digits(sum(parts.values())):>9} {kind} {told}".rstrip()


# ---- tables ----


def cell_table(runs: Sequence[Record], cell: str, *, named: bool = False) -> Table:
    """Everybody's figures in one cell.

    :param named: by the names of the command line
    """
    units = CELLS[cell].units
    compared = CELLS[cell].compared
    headers = [f"{figure} ({unit})" for figure, unit in units.items()]
    ratios = [f"{figure}, to {whom}" for figure in compared for whom in ("the best peer", "the limit")]
    entrants = [name for name in CONTENDERS if any(name in run.figures.get(cell, {}) for run in runs)]
    rows = []
    for name in entrants:
        contender = CONTENDERS[name]
        title = [name] if named else [contender.label, LOOPS[contender.backend]]
        row = [spread(runs, cell, name, figure) for figure in units]
        for figure in compared:
            row.append(times(over_runs(to_best_peer, runs, cell, name, figure)))
            row.append(times(over_runs(to_limit, runs, cell, name, figure)))
        rounds = sum(len(run.figures.get(cell, {}).get(name, {}).get(compared[0], [])) for run in runs)
        rows.append([*title, *row, str(rounds)])
    return Table([*(["contender"] if named else ["contender", "loop"]), *headers, *ratios, "rounds"], rows)


def spread(runs: Sequence[Record], cell: str, contender: str, figure: str) -> str:
    """The median over all rounds of all runs, and the quartiles."""
    values = [value for run in runs for value in run.figures.get(cell, {}).get(contender, {}).get(figure, [])]
    if not values:
        return NOTHING
    low, middle_, high = map(digits, quartiles(values))
    return f"{middle_} ({low} to {high})" if low != high else middle_


def over_runs(function: Callable[..., float | None], runs: Sequence[Record], *arguments: str) -> float | None:
    """The median over the runs of what is computed from each by itself."""
    values = [value for run in runs if (value := function(run, *arguments)) is not None]
    return median(values) if values else None


def to_best_peer(run: Record, cell: str, contender: str, figure: str) -> float | None:
    if CONTENDERS[contender].kind == "limit":
        return None
    best = best_peer(run, cell, CONTENDERS[contender].backend, figure)
    return ratio(middle(run, cell, contender, figure), best and best[1])


def to_limit(run: Record, cell: str, contender: str, figure: str) -> float | None:
    if not CONTENDERS[contender].has_tls:
        return None
    return ratio(middle(run, cell, contender, figure), middle(run, cell, "blocking", figure))


def ratio_table(verdicts: Sequence[Verdict]) -> Table:
    """Ours against the peers: a row for each cell, a column for each of ours."""
    chosen = [verdict for verdict in verdicts if verdict.goal.what.startswith("at most what")]
    ours = [name for name, contender in CONTENDERS.items() if contender.kind in ("ours", "wrap")]
    rows: dict[tuple[str, str], dict[str, Verdict]] = {}
    for verdict in chosen:
        rows.setdefault((verdict.goal.cell, verdict.goal.figure), {})[verdict.goal.contender] = verdict
    return Table(
        ["cell", *(f"{CONTENDERS[name].label}, {LOOPS[CONTENDERS[name].backend]}" for name in ours)],
        [
            [f"{CELLS[cell].title}: {figure}", *(_ratio_and_verdict(found.get(name)) for name in ours)]
            for (cell, figure), found in rows.items()
        ],
    )


def _ratio_and_verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return NOTHING
    return times(verdict.value) if verdict.is_met else f"{times(verdict.value)} ({verdict})"


def goal_table(verdicts: Sequence[Verdict]) -> Table:
    """Conditions, the values, and what became of them."""
    rows = []
    for verdict in verdicts:
        goal = verdict.goal
        form = partial(with_unit, unit=goal.unit) if goal.unit else times
        contender = CONTENDERS[goal.contender]
        rows.append(
            [
                f"{CELLS[goal.cell].title}: {goal.figure}",
                f"{contender.label}, {LOOPS[contender.backend]}",
                goal.what,
                form(verdict.value),
                form(verdict.bound),
                str(verdict),
            ]
        )
    return Table(["cell", "contender", "goal", "value", "bound", "verdict"], rows)


def wake_up_table(runs: Sequence[Record]) -> Table:
    """What each event loop itself adds to a round trip, and what that makes of the limit."""
    rows = []
    for backend in ("asyncio", "uvloop", "trio"):
        limit = over_runs(middle, runs, "rtt-64", "blocking")
        plain = over_runs(middle, runs, "rtt-64", "blocking.plain")
        looped = over_runs(middle, runs, "rtt-64", f"plain@{backend}")
        adds = over_runs(wake_up, runs, backend)
        reachable = None if limit is None or adds is None else limit + adds
        rows.append([LOOPS[backend], *map(digits, (plain, looped, adds, limit, reachable))])
    headers = ["plain, blocking", "plain, on the loop", "the loop adds", "SSLSocket, blocking", "that and the loop"]
    return Table(["loop", *(f"{header} (µs)" for header in headers)], rows)


def count_table(runs: Sequence[Record], cell: str) -> Table:
    rows = []
    for name, contender in CONTENDERS.items():
        found = [run.counts[cell][name] for run in runs if name in run.counts.get(cell, {})]
        if found:
            counts = (_median_count(found, kind) for kind in KINDS)
            rows.append([contender.label, LOOPS[contender.backend], *map(digits, counts)])
    return Table(["contender", "loop", *KINDS], rows)


def path_table(before: Record, after: Record, cell: str, title: str) -> Table:
    """What one contender's way of a message takes: first all in all, then calls by what is called."""
    names = [f"{title}@{backend}" for backend in LOOPS if f"{title}@{backend}" in after.counts.get(cell, {})]
    packages = sorted(
        {
            _package(module)
            for run in (before, after)
            for name in names
            for module in run.counts[cell].get(name, {}).get("calls", {})
        },
        key=lambda package: (not package.startswith(OURS), package == "C", package),
    )

    def change(name: str, select: Callable[[dict[str, Figures]], float | None]) -> str:
        was, now = (select(run.counts[cell].get(name, {})) for run in (before, after))
        return f"{digits(was)} → {digits(now)}" if was or now else NOTHING

    def calls_of(package: str, counts: dict[str, Figures]) -> float | None:
        return sum(number for module, number in counts.get("calls", {}).items() if _package(module) == package)

    rows = [[kind, *(change(name, partial(_count, kind=kind)) for name in names)] for kind in KINDS]
    rows += [[f"calls: {each}", *(change(name, partial(calls_of, each)) for name in names)] for each in packages]
    return Table(["", *(LOOPS[CONTENDERS[name].backend] for name in names)], rows)


def _package(module: str) -> str:
    """What a module's calls are counted as."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == OURS else parts[0]


def _count(counts: dict[str, Figures], kind: str) -> float | None:
    return sum(counts[kind].values()) if kind in counts else None


def _median_count(found: Sequence[dict[str, dict[str, float]]], kind: str) -> float | None:
    values = [sum(counts[kind].values()) for counts in found if kind in counts]
    return median(values) if values else None


def environment_lines(runs: Sequence[Record]) -> Iterator[str]:
    """Where, when and with what this was measured."""
    first = runs[0].environment
    packages = ", ".join(f"{name} {version}" for name, version in first["packages"].items())
    dates = sorted({run.environment["date"][:10] for run in runs})
    commits = {run.environment.get("commit") or "unknown" for run in runs}
    rounds = sorted({run.environment["rounds"] for run in runs if "rounds" in run.environment})
    yield f"Measured on {' and '.join(dates)} in {len(runs)} run{'s' if len(runs) > 1 else ''}"
    yield f"of {' or '.join(map(str, rounds)) or 'no'} rounds each, on {first['processors']} processors"
    yield f"({first['processor']}, {first['machine']}) with {first['kernel']}, {first['python']},"
    yield f"{first['openssl']}, {packages}. anyio_tls is that of commit {' and '.join(sorted(commits))}."
