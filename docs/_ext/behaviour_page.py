"""Describes what each library does in the same scenarios, from what ``tests/observe_behaviour.py`` has observed.

Every difference between libraries comes from an observation. This module does not depend on Sphinx: the tests use it
too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from tests._behaviour.contenders import CONTENDERS
from tests._behaviour.scenarios import SCENARIOS

__all__ = ["COLUMNS", "at_a_glance", "lines", "names", "table"]

LOOPS: Final = {"asyncio": "asyncio", "uvloop": "uvloop", "trio": "Trio"}

COLUMNS: Final = {
    "anyio_tls": ("anyio_tls.TLSStream", "anyio_tls.trio.TLSStream"),
    "AnyIO": ("anyio.streams.tls.TLSStream",),
    "Trio": ("trio.SSLStream",),
    "asyncio": ("asyncio streams",),
}

# What is observed in a scenario, in a few words: for the first pattern that is found in it.
SENT: Final = {
    "next send raises": "connection lost",
    "as bytes_sent says": "connection goes on, count exact",
    "returns all the same|can be cancelled, it returns": "sent all the same",
}
DELIVERED: Final = {
    "(gets|gives) everything, then (close_notify|a clean end)": "delivered",
    "(gets|gives) nothing": "lost",
}
LONGEST_WAIT: Final = {r"tasks wait for (.*)\.$": r"\1"}
CALLED: Final = {"^close (returns|raises [A-Za-z]+|still waits)": r"\1"}
TOLD: Final = {r"sees the alert (\w+)": r"alert \1", "an end without close_notify": "no alert"}
GLANCES: Final = {
    "small-send-cancelled": SENT,
    "large-send-cancelled": SENT,
    "two-senders": {
        "later send raises": "second refused, connection lost",
        "other raises BusyResourceError": "second refused",
        "^Each of the two returns": "both sent",
    },
    "large-send-memory": {r"It takes (.*)\.$": r"\1"},
    "large-send-hold": LONGEST_WAIT,
    "receive-cancelled": {"^Then receiving gives everything": "nothing lost"},
    "receive-cancelled-often": {"What arrives is everything": "nothing lost"},
    "two-receivers": {r"other raises \w+\. .* give everything": "second refused"},
    "receive-while-stuck": {"receiving gives everything": "receives"},
    "receive-hold": LONGEST_WAIT,
    "key-update": {r"request is answered (.*?)\.": r"answered \1"},
    "half-close": {r"^send_eof\(\) returns": "works", "raises NotImplementedError|does not exist": "not offered"},
    "half-close-tls12": {"raises NotImplementedError": "refused", "does not exist": "not offered"},
    "half-closed-by-peer": {"send after that returns": "can still send", "send after that raises": "cannot send"},
    "truncated": {"then a clean end": "taken for a clean end", r"then (\w+)\.$": r"\1"},
    "reset-after-response": DELIVERED,
    "early-answer": DELIVERED,
    "unwrap-with-data": {
        "Receiving gives everything": "refused, data kept",
        "Receiving gives nothing": "fails, data lost",
        "does not exist": "not offered",
    },
    "unwrap-trailing": {"with everything of what followed": "handed over", "does not exist": "not offered"},
    "close-unread": DELIVERED,
    "close-after-send": DELIVERED,
    "close-silent": {r"^close (returns promptly|still waits after \d+ s)": r"\1"},
    "close-stuck": {r"close (returns|raises \w+) within (\d+ s)": r"\1 within \2"},
    "close-while-receiving": CALLED,
    "close-while-sending": CALLED,
    "close-cancelled": {
        "sees close_notify and the end": "closed with close_notify",
        "sees an end without close_notify": "closed without close_notify",
        "close_notify but not the end": "not closed",
    },
    "after-close": {
        "receive raises (ClosedResourceError), a send raises ClosedResourceError": r"\1",
        r"receive raises (\w+), a send raises (\w+)": r"\1 or \2",
        r"receive gives (a clean end), a send raises (\w+)": r"\1 or \2",
    },
    "rejects-server": TOLD,
    "rejects-client": TOLD,
    "rejected-by-server": {r"receive raises (\w+).* names the alert": r"\1 with the alert"},
    "handshake-cancelled": {"sees the end of the connection": "closed"},
    "handshake-continued": {"Called again, it returns": "goes on", r"Called again, it raises (\w+)": r"\1"},
    "tickets": {"Receiving gives everything": "works", r"^Accepting (raises \w+|still waits)": r"\1"},
}


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


def table(observed: dict[str, Any]) -> list[list[str]]:
    """The rows of the table at a glance, as reStructuredText; each leads to the section of its scenario."""
    rows = at_a_glance(observed).items()
    return [["\\", *COLUMNS]] + [
        [f"`{SCENARIOS[name].title}`_", *map(without_markup, cells.values())] for name, cells in rows
    ]


def at_a_glance(observed: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What was observed in each scenario, in a few words for each of the columns."""
    return {
        scenario: {column: _glance(GLANCES[scenario], groups, titles) for column, titles in COLUMNS.items()}
        for scenario, groups in observed["scenarios"].items()
    }


def _glance(patterns: dict[str, str], groups: dict[str, list[str]], titles: tuple[str, ...]) -> str:
    """A few words for some contenders, which say where they differ."""
    differing: dict[str, list[str]] = {}
    for words, contenders in groups.items():
        match, short = next((match, short) for each, short in patterns.items() if (match := re.search(each, words)))
        for title, _, backend in (contender.rpartition("@") for contender in contenders):
            if title in titles:
                where = LOOPS[backend] if len(titles) == 1 else title.removeprefix("anyio_tls.")
                differing.setdefault(match.expand(short), []).append(where)
    if len(differing) == 1:
        return next(iter(differing))
    return "; ".join(f"{short} ({', '.join(dict.fromkeys(where))})" for short, where in differing.items())


def without_markup(words: str) -> str:
    return re.sub(r"([*`|\\]|_(?!\w))", r"\\\1", words)


def names(contenders: Iterable[str]) -> str:
    """Contenders by their titles, each with the event loops it was on."""
    loops: dict[str, list[str]] = {}
    for contender in contenders:
        title, _, backend = contender.rpartition("@")
        loops.setdefault(title, []).append(LOOPS[backend])
    return "; ".join(f"**{title}** on {', '.join(on)}" for title, on in loops.items())
