"""The pages that are made of runs: tables as reStructuredText for the documentation and as Markdown, and drawings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from .cells import CELLS, Cell
from .counts import COUNTED
from .goals import Verdict, verdicts
from .plots import SCHEMES, draw
from .runs import Record
from .tables import (
    Table,
    cell_table,
    count_table,
    environment_lines,
    goal_table,
    markdown,
    path_table,
    ratio_table,
    rst,
    wake_up_table,
)

__all__ = ["GROUPS", "write_report"]

# Groups of cells, in the words of the page.
GROUPS = {
    "rtt": "Round trips",
    "bulk": "In bulk",
    "connect": "Connections",
    "many": "A thousand connections",
    "scale": "From one connection to thousands",
    "memory": "Memory",
    "hold": "Letting others run",
}

MADE_BY = "Made by benchmarks/speed.py, from what it measured. Do not edit."


class Drawing(str):
    """The name of a drawing, without the scheme's."""

    __slots__ = ()


# A title, and what is below it.
Part: TypeAlias = "tuple[str, Table | Drawing | str]"


def write_report(records: Sequence[Record], directory: Path, before: Record | None = None) -> list[Verdict]:
    """Write everything that is made of these runs, and return what became of the goals.

    :param before: what was counted of an earlier version
    """
    runs = [record for record in records if record.figures]
    counted = [record for record in records if record.counts]
    found = verdicts(runs)
    drawings = draw(runs, directory)
    sections: dict[str, list[Part]] = {
        "environment": [("", " ".join(environment_lines(runs or counted)))],
        "goals": list(_goals(found, runs)),
        "cells": list(_cells(runs, drawings)),
        "counts": list(_counts(counted)),
    }
    if before is not None:
        sections["path"] = list(_path(before, counted[0]))
    directory.mkdir(parents=True, exist_ok=True)
    for name, parts in sections.items():
        text = "\n".join(_as_rst(title, part) for title, part in parts)
        (directory / f"{name}.inc").write_text(f".. {MADE_BY}\n\n{text}", encoding="utf-8")
    text = "\n".join(_as_markdown(title, part) for parts in sections.values() for title, part in parts)
    (directory / "report.md").write_text(f"<!-- {MADE_BY} -->\n\n{text}", encoding="utf-8")
    return found


def _as_rst(title: str, part: Table | Drawing | str) -> str:
    heading = f"{title}\n{'~' * len(title)}\n\n" if title else ""
    if isinstance(part, Table):
        return heading + rst(part)
    if isinstance(part, Drawing):
        images = (
            f".. image:: speed/{part}-{s.name}.svg\n   :class: only-{s.name}\n   :alt: {title or part}\n"
            for s in SCHEMES
        )
        return heading + "\n".join(images)
    return f"{heading}{part}\n"


def _as_markdown(title: str, part: Table | Drawing | str) -> str:
    heading = f"### {title}\n\n" if title else ""
    if isinstance(part, Table):
        return heading + markdown(part)
    if isinstance(part, Drawing):
        return f"{heading}![]({part}-{SCHEMES[0].name}.svg)\n"
    return f"{heading}{part}\n"


def _goals(found: Sequence[Verdict], runs: Sequence[Record]) -> Iterator[Part]:
    missed = [verdict for verdict in found if not verdict.is_met]
    met, in_median = len(found) - len(missed), sum(verdict.is_met_in_the_median for verdict in found)
    yield "", f"Of {len(found)} goals {met} are met in every run, {in_median} in the median of the runs."
    yield "Against the others", ratio_table(found)
    others = [verdict for verdict in found if not verdict.goal.what.startswith("at most what")]
    yield "Against the limits", goal_table(others)
    yield "What a wake-up costs", wake_up_table(runs)
    yield "What is missed", goal_table(missed) if missed else "Nothing."


def _cells(runs: Sequence[Record], drawings: Sequence[str]) -> Iterator[Part]:
    measured = [CELLS[name] for name in drawings if name in CELLS]
    for group, cells in groupby(sorted(measured, key=_place), key=lambda cell: cell.group):
        for cell in cells:
            yield f"{GROUPS[group]}: {cell.title}", Drawing(cell.name)
            yield "", cell_table(runs, cell.name)
        if group == "scale" and "scale" in drawings:
            yield "", Drawing("scale")


def _place(cell: Cell) -> int:
    return list(GROUPS).index(cell.group)


def _path(before: Record, after: Record) -> Iterator[Part]:
    versions = [record.environment["commit"] for record in (before, after)]
    yield "", f"Commit {versions[0]} before, commit {versions[1]} after."
    yield "", path_table(before, after, COUNTED[0], "anyio_tls")


def _counts(counted: Sequence[Record]) -> Iterator[Part]:
    if not counted:
        yield "", "Nothing has been counted."
    for cell in COUNTED:
        if any(cell in run.counts for run in counted):
            yield CELLS[cell].title, count_table(counted, cell)
