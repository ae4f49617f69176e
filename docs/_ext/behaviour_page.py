"""Tells what each library does in the same scenarios, from what ``tests/observe_behaviour.py`` has observed.

Every word that tells libraries apart comes from an observation. This module knows nothing of Sphinx: the tests make the
page with it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from tests._behaviour.contenders import CONTENDERS
from tests._behaviour.scenarios import SCENARIOS

__all__ = ["lines", "names"]

LOOPS: Final = {"asyncio": "asyncio", "uvloop": "uvloop", "trio": "Trio"}


def lines(observed: dict[str, Any]) -> Iterator[str]:
    """What was observed, as reStructuredText, line by line."""
    yield from (observed["observed"], "")
    chapter = ""
    for name, groups in observed["scenarios"].items():
        scenario = SCENARIOS[name]
        if scenario.chapter != chapter:
            chapter = scenario.chapter
            yield from (chapter, "-" * len(chapter), "")
        yield from (scenario.title, "~" * len(scenario.title), "", scenario.description, "")
        for words, agreed in groups.items():
            everybody = len(agreed) == len(CONTENDERS)
            yield from ("All of them" if everybody else names(agreed), f"   {without_markup(words)}", "")


def without_markup(words: str) -> str:
    return re.sub(r"([*`|\\]|_(?!\w))", r"\\\1", words)


def names(contenders: Iterable[str]) -> str:
    """Contenders by their titles, each with the event loops it was on."""
    loops: dict[str, list[str]] = {}
    for contender in contenders:
        title, _, backend = contender.rpartition("@")
        loops.setdefault(title, []).append(LOOPS[backend])
    return "; ".join(f"**{title}** on {', '.join(on)}" for title, on in loops.items())
