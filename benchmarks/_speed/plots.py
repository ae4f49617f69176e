"""What was measured, as drawings: one for each cell, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from .cells import CELLS
from .contenders import CONTENDERS, Contender
from .goals import CROWDS, middle
from .runs import Record
from .tables import LOOPS, digits, over_runs, quartiles

__all__ = ["SCHEMES", "draw"]

# Where one value is so many times another, bars cannot show both unless their scale is logarithmic.
FAR_APART = 40


@dataclass(frozen=True)
class Scheme:
    """Colours. The background is the page's."""

    name: str
    text: str
    grid: str
    bars: dict[str, str]


SCHEMES = (
    Scheme(
        "light", "#333333", "#dddddd", {"ours": "#0a5fd8", "wrap": "#7db1f5", "peer": "#b5b5b5", "limit": "#e0a030"}
    ),
    Scheme("dark", "#cfd0d0", "#3a3d41", {"ours": "#3d94ff", "wrap": "#2a5c9c", "peer": "#6d7175", "limit": "#b07a1c"}),
)


def draw(runs: Sequence[Record], directory: Path) -> list[str]:
    """Draw everything that was measured, and return the names of the drawings, without the schemes'."""
    names = [name for name in CELLS if any(name in run.figures for run in runs)]
    for scheme in SCHEMES:
        with _styled(scheme) as pyplot:
            for name in names:
                _save(_bars(pyplot, scheme, runs, name), directory / f"{name}-{scheme.name}.svg")
                pyplot.close("all")
            if set(CROWDS) <= set(names):
                _save(_lines(pyplot, scheme, runs), directory / f"scale-{scheme.name}.svg")
                pyplot.close("all")
    return [*names, *(["scale"] if set(CROWDS) <= set(names) else [])]


@contextmanager
def _styled(scheme: Scheme) -> Iterator[Any]:
    import_module("matplotlib").use("svg")
    pyplot = import_module("matplotlib.pyplot")
    style = {
        "text.color": scheme.text,
        "axes.labelcolor": scheme.text,
        "xtick.color": scheme.text,
        "ytick.color": scheme.text,
        "axes.edgecolor": scheme.grid,
        "grid.color": scheme.grid,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "font.size": 9,
        "svg.fonttype": "none",  # the page's fonts
        "svg.hashsalt": "anyio_tls",  # the same figures make the same file
    }
    with pyplot.rc_context(style):
        yield pyplot


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, transparent=True, bbox_inches="tight", metadata={"Date": None})


def _by_loop(names: Sequence[str]) -> list[Contender]:
    """Contenders of one event loop beside each other, the limits last."""
    loops = list(LOOPS)
    return sorted((CONTENDERS[name] for name in names), key=lambda contender: loops.index(contender.backend))


def _bars(pyplot: Any, scheme: Scheme, runs: Sequence[Record], cell: str) -> Any:
    """A bar for each contender, with the quartiles."""
    compared = CELLS[cell].compared
    entrants = _by_loop([name for name in CONTENDERS if any(name in run.figures.get(cell, {}) for run in runs)])
    loops = [contender.backend for contender in entrants]
    # A gap between event loops.
    rows = [number + 0.7 * len(set(loops[: number + 1])) for number in range(len(entrants))]
    height = 0.24 * rows[-1] + 0.7
    figure, panels = pyplot.subplots(1, len(compared), figsize=(8, height), sharey=True, squeeze=False)
    for panel, name in zip(panels[0], compared, strict=True):
        medians = []
        for row, contender in zip(rows, entrants, strict=True):
            values = [value for run in runs for value in run.figures[cell].get(contender.name, {}).get(name, [])]
            if not values:
                continue
            low, middle_, high = quartiles(values)
            if contender.kind != "limit":
                medians.append(middle_)
            panel.barh(row, middle_, color=scheme.bars[contender.kind], height=0.72)
            panel.errorbar(middle_, row, xerr=[[middle_ - low], [high - middle_]], color=scheme.text, linewidth=0.8)
            panel.annotate(
                digits(middle_), (high, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
            )
        positive = [value for value in medians if value > 0]
        if positive and max(positive) > FAR_APART * min(positive):
            panel.set_xscale("symlog", linthresh=max(1.0, min(positive)))
        panel.set_xlabel(f"{name} ({CELLS[cell].units[name]})")
        panel.grid(axis="x", linewidth=0.6)
        panel.set_axisbelow(True)
        panel.margins(x=0.14)
        panel.tick_params(length=0)
    panels[0][0].set_yticks(rows, [_title(contender) for contender in entrants])
    panels[0][0].invert_yaxis()
    return figure


def _title(contender: Contender) -> str:
    return f"{contender.label}, {LOOPS[contender.backend]}" if contender.backend else contender.label


def _lines(pyplot: Any, scheme: Scheme, runs: Sequence[Record]) -> Any:
    """What a round trip costs by the number of connections."""
    figure, panels = pyplot.subplots(1, 3, figsize=(8, 2.8), sharey=True)
    for panel, backend in zip(panels, ("asyncio", "uvloop", "trio"), strict=True):
        for title, kind in (("anyio_tls", "ours"), ("anyio", "peer"), ("plain", "limit")):
            contender = CONTENDERS[f"{title}@{backend}"]
            points = list(_points(runs, contender.name))
            panel.plot(*zip(*points, strict=True), "o-", color=scheme.bars[kind], label=contender.label, markersize=3)
        panel.set_xscale("log")
        panel.set_title(LOOPS[backend], fontsize=9)
        panel.set_xlabel("connections")
        panel.grid(linewidth=0.6)
        panel.set_ylim(bottom=0)
    panels[0].set_ylabel("CPU per round trip (µs)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="upper center", ncols=3, frameon=False)
    figure.subplots_adjust(top=0.8)
    return figure


def _points(runs: Sequence[Record], contender: str) -> Iterator[tuple[int, float]]:
    for cell in CROWDS:
        value = over_runs(middle, runs, cell, contender)
        if value is not None:
            yield int(cell.partition("-")[2]), value
