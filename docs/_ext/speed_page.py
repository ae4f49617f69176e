"""Makes the tables and plots of what was measured, from the runs of ``benchmarks/speed.py`` in ``docs/runs``.

No verdict is written here: goals are conditions on the medians of one run, of the form "this is at most so many times
that", to the hundredth. This module knows nothing of Sphinx: the tests make tables with it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, TypeAlias

from _speed.cells import CELLS, Cell
from _speed.contenders import CONTENDERS, Contender
from _speed.counts import COUNTED, KINDS
from _speed.runs import Record

__all__ = ["SECTIONS", "draw", "load", "middle", "over_runs", "shown"]

Rows: TypeAlias = list[list[str]]

LOOPS: Final = {"asyncio": "asyncio", "uvloop": "uvloop", "trio": "Trio", "": "none"}

# Groups of cells, in the words of the page.
GROUPS: Final = {
    "rtt": "Round trips",
    "bulk": "In bulk",
    "connect": "Connections",
    "many": "A thousand connections",
    "scale": "From one connection to thousands",
    "memory": "Memory",
    "hold": "Letting others run",
}

# What wrap() may take of what anyio.streams.tls takes.
WRAP: Final = 0.95

# What an idle connection may take of a fresh one's memory, and of the best peer's; and beyond the item sent (KiB).
IDLE_GROWTH, IDLE_SHARE, PEAK = 1.25, 0.5, 256

# What round trips may make of the system calls of the peer who makes the fewest: as many, but for what is not the same
# each time, such as the beginning and the end; and in pieces a tenth more.
FEWEST: Final = {"rtt-64": 1.02, "rtt-8k": 1.02, "rtt-64k": 1.1}

# Which ratios of pinned and unpinned runs are said to disagree.
DISAGREEING: Final = 0.05


def load(directory: Path) -> list[Record]:
    """All runs, in the order of their names."""
    return [Record.load(path) for path in sorted(directory.glob("*.jsonl"))]


def pinned(runs: Sequence[Record]) -> list[Record]:
    return [run for run in runs if run.figures and run.environment["pinned"]]


# ---- what follows from a run ----


def middle(run: Record, cell: str, contender: str, figure: str = "CPU") -> float | None:
    """The median of a run's rounds."""
    values = run.figures.get(cell, {}).get(contender, {}).get(figure)
    return median(values) if values else None


def calls(run: Record, cell: str, contender: str, kind: str = "system calls") -> float | None:
    """What was counted, of all parts together."""
    parts = run.counts.get(cell, {}).get(contender, {}).get(kind)
    return None if parts is None else sum(parts.values())


def over_runs(function: Callable[..., float | None], runs: Sequence[Record], *arguments: str) -> float | None:
    """The median over the runs of what is computed from each by itself."""
    values = [value for run in runs if (value := function(run, *arguments)) is not None]
    return median(values) if values else None


def ratio(value: float | None, other: float | None) -> float | None:
    """One in terms of the other. Two that are nothing are equal."""
    if value is None or other is None:
        return None
    if other <= 0:
        return 1.0 if value <= 0 else float("inf")
    return value / other


def best_peer(take: Callable[..., float | None], run: Record, cell: str, backend: str, *what: str) -> float | None:
    """The best of the others on an event loop."""
    peers = (name for name, it in CONTENDERS.items() if it.kind == "peer" and it.backend == backend)
    found = [value for name in peers if (value := take(run, cell, name, *what)) is not None]
    return min(found) if found else None


def to_best_peer(run: Record, cell: str, contender: str, figure: str = "CPU") -> float | None:
    best = best_peer(middle, run, cell, CONTENDERS[contender].backend, figure)
    return ratio(middle(run, cell, contender, figure), best)


def to_limit(run: Record, cell: str, contender: str, figure: str) -> float | None:
    """In terms of a blocking SSLSocket."""
    return ratio(middle(run, cell, contender, figure), middle(run, cell, "blocking", figure))


# ---- goals ----


@dataclass(frozen=True)
class Goal:
    """A condition, and what it comes to in each of several runs.

    :ivar values: in terms of what it is compared with, or in KiB; ``None`` where something has not been measured
    """

    cell: str
    figure: str
    contender: str
    what: str
    bound: float
    values: list[float | None]

    @property
    def is_met(self) -> bool:
        """In every run."""
        return all(value is not None and round(value, 2) <= self.bound for value in self.values)

    @property
    def value(self) -> float | None:
        known = [value for value in self.values if value is not None]
        return median(known) if known else None

    def __str__(self) -> str:
        """The value, strongly where it is missed in the median."""
        if self.value is None:
            return ""
        told = f"{self.value:.2f}"
        return told if round(self.value, 2) <= self.bound else f"**{told}**"


def ours(*kinds: str) -> Iterator[tuple[str, Contender]]:
    return ((name, it) for name, it in CONTENDERS.items() if it.kind in kinds and not it.is_variant)


def comparisons(runs: Sequence[Record]) -> Iterator[Goal]:
    """Ours with the best peer, and over AnyIO's streams with AnyIO's own TLS."""
    for cell in CELLS.values():
        for name, it in ours("ours", "wrap"):
            for figure in cell.compared if it.title in cell.entrants and cell.name != "hold-closing" else ():
                if it.kind == "ours":
                    values = [to_best_peer(run, cell.name, name, figure) for run in runs]
                    yield Goal(cell.name, figure, name, "", 1.0, values)
                else:
                    anyio, figures = f"anyio@{it.backend}", partial(middle, cell=cell.name, figure=figure)
                    values = [ratio(figures(run, contender=name), figures(run, contender=anyio)) for run in runs]
                    yield Goal(cell.name, figure, name, "", WRAP, values)


def bounds(runs: Sequence[Record]) -> Iterator[Goal]:
    """Memory that is bounded whatever the others take."""
    after = "after 64 KiB"
    for name, _ in ours("ours"):
        fresh = [ratio(middle(run, "idle", name, after), middle(run, "idle", name, "fresh")) for run in runs]
        yield Goal("idle", after, name, "in terms of a fresh one's", IDLE_GROWTH, fresh)
        best = [to_best_peer(run, "idle", name, after) for run in runs]
        yield Goal("idle", after, name, "to be half of the best peer's", IDLE_SHARE, best)
        for cell in ("peak-8m", "peak-1g"):
            yield Goal(cell, "peak", name, "in KiB", PEAK, [middle(run, cell, name, "peak") for run in runs])


def fewest_calls(runs: Sequence[Record]) -> Iterator[Goal]:
    """System calls in terms of the peer who needs the fewest."""
    for cell, bound in FEWEST.items():
        for name, contender in ours("ours"):
            values = [ratio(calls(it, cell, name), best_peer(calls, it, cell, contender.backend)) for it in runs]
            yield Goal(cell, "system calls", name, "", bound, values)


# ---- tables ----


def digits(value: float | None) -> str:
    """As many digits as say something."""
    if value is None:
        return ""
    size = abs(value)
    return f"{value:.2f}" if size < 10 else f"{value:.1f}" if size < 100 else f"{value:,.0f}"


def times(value: float | None) -> str:
    """A ratio."""
    return "" if value is None else f"{value:.2f}"


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle_, high = quantiles(values, n=4, method="inclusive")
    return low, middle_, high


def spread(values: Sequence[float]) -> str:
    """The median over all rounds of all runs, and the quartiles."""
    if not values:
        return ""
    low, middle_, high = map(digits, quartiles(values))
    return f"{middle_} ({low} to {high})" if low != high else middle_


def titled(name: str) -> str:
    contender = CONTENDERS[name]
    return f"{contender.label}, {LOOPS[contender.backend]}" if contender.backend else contender.label


def as_table(rows: Rows) -> list[str]:
    """As reStructuredText, the row of the headings first."""
    lines = ["* - " + "\n     - ".join(cell or "\\" for cell in row) for row in rows]
    return [".. list-table::", "   :header-rows: 1", "   :class: figures", "", *(f"   {line}" for line in lines), ""]


def goal_table(goals: Sequence[Goal]) -> Rows:
    """A row for each cell, a column for each of ours."""
    columns = [name for name in CONTENDERS if any(goal.contender == name for goal in goals)]
    rows: dict[str, dict[str, str]] = {}
    for goal in goals:
        if goal.value is not None:
            title = f"{CELLS[goal.cell].title}: {goal.figure}{goal.what and f', {goal.what}'}"
            rows.setdefault(title, {})[goal.contender] = str(goal)
    return [
        ["\\", *map(titled, columns)],
        *([title, *(row.get(name, "") for name in columns)] for title, row in rows.items()),
    ]


def cell_table(runs: Sequence[Record], cell: Cell) -> Rows:
    """Everybody's figures in one cell."""
    headers = [f"{figure} ({unit})" for figure, unit in cell.units.items()]
    ratios = [f"{figure}, to {whom}" for figure in cell.compared for whom in ("the best peer", "the limit")]
    rows = [["contender", "loop", *headers, *ratios, "rounds"]]
    for name, contender in CONTENDERS.items():
        values = {
            figure: [value for run in runs for value in run.figures.get(cell.name, {}).get(name, {}).get(figure, [])]
            for figure in cell.units
        }
        if any(values.values()):
            row = [contender.label, LOOPS[contender.backend], *map(spread, values.values())]
            for figure in cell.compared:
                peer = None if contender.kind == "limit" else over_runs(to_best_peer, runs, cell.name, name, figure)
                limit = over_runs(to_limit, runs, cell.name, name, figure) if contender.has_tls else None
                row += [times(peer), times(limit)]
            rows.append([*row, str(max(map(len, values.values())))])
    return rows


def count_table(runs: Sequence[Record], kinds: Sequence[str], cells: Sequence[str]) -> Rows:
    """Everybody's counts, a column for each kind and cell of which there are some."""
    columns = [
        (kind, cell)
        for cell in cells
        for kind in kinds
        if any(kind in counts for run in runs for counts in run.counts.get(cell, {}).values())
    ]
    heads = [f"{CELLS[cell].title} ({CELLS[cell].one})" if len(kinds) == 1 else kind for kind, cell in columns]
    rows = [["contender", "loop", *heads]]
    for name, contender in CONTENDERS.items():
        counted = [over_runs(calls, runs, cell, name, kind) for kind, cell in columns]
        if any(value is not None for value in counted):
            rows.append([contender.label, LOOPS[contender.backend], *map(digits, counted)])
    return rows


def disagreements(runs: Sequence[Record]) -> Rows:
    """Where it matters for a comparison with the best peer whether processes are pinned."""
    rows = [["\\", "contender", "pinned", "unpinned"]]
    both = (pinned(runs), [run for run in runs if run.figures and not run.environment["pinned"]])
    for goal in comparisons(both[0]):
        one, other = (over_runs(to_best_peer, some, goal.cell, goal.contender, goal.figure) for some in both)
        if one is not None and other is not None and abs(other - one) > DISAGREEING * max(one, other):
            rows.append([f"{CELLS[goal.cell].title}: {goal.figure}", titled(goal.contender), times(one), times(other)])
    return rows


# ---- sections of the page ----


def environments(runs: Sequence[Record]) -> Iterator[str]:
    """Where, when and with what each run was taken."""
    for run in runs:
        it = run.environment
        packages = ", ".join(f"{name} {version}" for name, version in it["packages"].items())
        how = f"{it['rounds']} rounds, {'' if it['pinned'] else 'un'}pinned" if run.figures else "counts"
        yield (
            f"* {it['date'][:10]}: {how}, of commit {it['commit'] or 'unknown'}, with {it['python']},"
            f" {it['openssl']}, {packages}, on {it['processors']} processors ({it['processor']}, {it['machine']}) with"
            f" {it['kernel']}."
        )
    yield ""


def shares(goals: Sequence[Goal]) -> str:
    """How many goals are met."""
    known = [goal for goal in goals if goal.value is not None]
    met, in_median = sum(goal.is_met for goal in known), sum("**" not in str(goal) for goal in known)
    return f"Of {len(known)} goals {met} are met in every run, {in_median} in the median of the runs."


def goals(runs: Sequence[Record]) -> Iterator[str]:
    measured = [*comparisons(pinned(runs)), *bounds(pinned(runs))]
    yield from (shares(measured), "", *as_table(goal_table(measured)))


def counted_by_python(runs: Sequence[Record]) -> Iterator[tuple[str, list[Record]]]:
    """The runs that have counts, by what they were taken with."""

    def python(run: Record) -> str:
        return str(run.environment["python"])

    for version, some in groupby(sorted((run for run in runs if run.counts), key=python), key=python):
        yield version, [*some]


def system_calls(runs: Sequence[Record]) -> Iterator[str]:
    for version, counted in counted_by_python(runs):
        found = [*fewest_calls(counted)]
        yield from (f".. rubric:: {version}", "", shares(found), "", *as_table(goal_table(found)))
        for group, cells in groupby([cell for cell in CELLS.values() if cell.counted], key=lambda cell: cell.group):
            names = [cell.name for cell in cells if any(cell.name in run.counts for run in counted)]
            if names:
                yield from (f".. rubric:: {GROUPS[group]}, {version}", "")
                yield from as_table(count_table(counted, ["system calls"], names))


def counts(runs: Sequence[Record]) -> Iterator[str]:
    rest = [kind for kind in KINDS if kind != "system calls"]
    for version, counted in counted_by_python(runs):
        for cell in COUNTED:
            rows = count_table(counted, rest, [cell])
            if len(rows) > 1:
                yield from (f".. rubric:: {CELLS[cell].title}, {version}", "", *as_table(rows))


def cells(runs: Sequence[Record]) -> Iterator[str]:
    measured = pinned(runs)
    for group, title in GROUPS.items():
        for cell in CELLS.values():
            if cell.group == group and any(cell.name in run.figures for run in measured):
                yield from (f".. rubric:: {title}: {cell.title}", "", f".. speed:: plot {cell.name}", "")
                yield from as_table(cell_table(measured, cell))


def pinning(runs: Sequence[Record]) -> Iterator[str]:
    rows = disagreements(runs)
    if len(rows) > 1:
        yield from as_table(rows)
    else:
        yield "There is no such cell."


SECTIONS: Final[dict[str, Callable[[Sequence[Record]], Iterator[str]]]] = {
    "environment": environments,
    "goals": goals,
    "cells": cells,
    "system-calls": system_calls,
    "counts": counts,
    "pinning": pinning,
}


def shown(section: str, runs: Sequence[Record]) -> str:
    """A section of the page, as reStructuredText."""
    return "\n".join(SECTIONS[section](runs))


# ---- plots ----

# Where one value is so many times another, bars cannot show both unless their scale is logarithmic.
FAR_APART = 40

# Colours. The background is the page's.
SCHEMES: Final = {
    "light": {"text": "#333333", "grid": "#dddddd", "ours": "#0a5fd8", "wrap": "#7db1f5", "peer": "#b5b5b5"}
    | {"limit": "#e0a030"},
    "dark": {"text": "#cfd0d0", "grid": "#3a3d41", "ours": "#3d94ff", "wrap": "#2a5c9c", "peer": "#6d7175"}
    | {"limit": "#b07a1c"},
}


def draw(runs: Sequence[Record], cell: Cell, scheme: str, path: Path) -> None:
    """A bar for each contender, with the quartiles."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    colours, measured = SCHEMES[scheme], pinned(runs)
    names = [name for name in CONTENDERS if any(name in run.figures.get(cell.name, {}) for run in measured)]
    entrants = sorted((CONTENDERS[name] for name in names), key=lambda it: [*LOOPS].index(it.backend))
    loops = [contender.backend for contender in entrants]
    # A gap between event loops.
    rows = [number + 0.7 * len(set(loops[: number + 1])) for number in range(len(entrants))]
    # The newest matplotlib has a type of its own for names of parameters.
    style: Any = dict.fromkeys(["text.color", "axes.labelcolor", "xtick.color", "ytick.color"], colours["text"])
    style |= dict.fromkeys(["axes.edgecolor", "grid.color"], colours["grid"])
    style |= {"axes.spines.top": False, "axes.spines.right": False, "font.size": 9, "svg.fonttype": "none"}
    with rc_context(style):
        figure = Figure(figsize=(8, 0.24 * rows[-1] + 0.7))
        panels = figure.subplots(1, len(cell.compared), sharey=True, squeeze=False)[0]
        for panel, name in zip(panels, cell.compared, strict=True):
            _bars(panel, measured, cell.name, name, entrants, rows, colours)
            panel.set_xlabel(f"{name} ({cell.units[name]})")
            panel.grid(axis="x", linewidth=0.6)
            panel.set_axisbelow(True)
            panel.margins(x=0.14)
            panel.tick_params(length=0)
        panels[0].set_yticks(rows, [titled(contender.name) for contender in entrants])
        panels[0].invert_yaxis()
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, transparent=True, bbox_inches="tight")


def _bars(
    panel: Any,
    runs: Sequence[Record],
    cell: str,
    figure: str,
    entrants: Sequence[Contender],
    rows: Sequence[float],
    colours: dict[str, str],
) -> None:
    medians = []
    for row, contender in zip(rows, entrants, strict=True):
        values = [value for run in runs for value in run.figures[cell].get(contender.name, {}).get(figure, [])]
        if not values:
            continue
        low, middle_, high = quartiles(values)
        if contender.kind != "limit":
            medians.append(middle_)
        panel.barh(row, middle_, color=colours[contender.kind], height=0.72)
        panel.errorbar(middle_, row, xerr=[[middle_ - low], [high - middle_]], color=colours["text"], linewidth=0.8)
        panel.annotate(digits(middle_), (high, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    positive = [value for value in medians if value > 0]
    if positive and max(positive) > FAR_APART * min(positive):
        panel.set_xscale("symlog", linthresh=max(1.0, min(positive)))
