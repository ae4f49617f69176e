"""Makes the tables of what a server's door costs from the run of ``benchmarks/door.py`` in ``docs/door.jsonl``.

This module knows nothing of Sphinx: the tests make tables with it too.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from speed_page import as_table, digits

__all__ = ["Run", "load", "shown"]


class Run(NamedTuple):
    environment: dict[str, Any]
    values: list[dict[str, Any]]


def load(path: Path) -> Run:
    environment, *values = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return Run(environment["environment"], values)


def shown(part: str, run: Run) -> str:
    """A part of the run, as reStructuredText: a row for each server, and a column for each figure."""
    if part == "environment":
        it = run.environment
        packages = ", ".join(f"{name} {version}" for name, version in it["packages"].items())
        return (
            f"{it['date'][:10]}: {it['rounds']} rounds, of commit {it['commit'] or 'unknown'}, with {it['python']},"
            f" {it['openssl']}, {packages}, on {it['processors']} processors ({it['processor']}, {it['machine']})."
        )
    values: dict[str, dict[str, list[float]]] = {}
    for value in run.values:
        if value["part"] == part:
            values.setdefault(value["server"], {}).setdefault(value["figure"], []).append(value["value"])
    figures = [*dict.fromkeys(figure for row in values.values() for figure in row)]
    rows = [
        [server, *(digits(median(row[it])) if it in row else "" for it in figures)] for server, row in values.items()
    ]
    return "\n".join(as_table([["", *figures], *rows]))
