"""What counts inside the process that is counted.

A counter is given what runs a cell, and returns what it has counted while the cell measures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import Any, TypeAlias

from _loop import AtEachAwait

from .cells import CELLS, Figures, Play

__all__ = ["COUNTERS", "MARK"]

Run: TypeAlias = Callable[[Play], Figures]

# Files that are looked for where the system calls of a cell begin and end.
MARK = "/counting"


def count_awaits(_run: Run, play: Play, cell: str) -> Figures:
    """Count how often the event loop gets its turn."""
    awaits = 0

    def count_one() -> None:
        nonlocal awaits
        awaits += 1

    async def perform() -> None:
        await AtEachAwait(CELLS[cell].perform(play), count_one)

    play.contender.run(perform)
    return {"awaits": awaits}


def count_calls(run: Run, play: Play, _cell: str) -> Figures:
    """Count the calls of this thread by the modules of what is called. A coroutine that goes on is called again."""
    calls: Counter[str] = Counter()

    def count_one(frame: FrameType, event: str, _: Any) -> None:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith("_speed"):
            if event == "call":
                calls[module] += 1
            elif event == "c_call":
                calls["C"] += 1

    @contextmanager
    def profiled() -> Iterator[None]:
        sys.setprofile(count_one)
        yield
        sys.setprofile(None)

    run(replace(play, around=profiled))
    return {module: float(number) for module, number in calls.items()}


@contextmanager
def under_callgrind() -> Iterator[None]:
    """Let callgrind begin to count: what comes before would take it very long."""
    subprocess.run(["callgrind_control", "-i", "on", str(os.getpid())], check=True, capture_output=True)
    yield


@contextmanager
def marked(cell: str) -> Iterator[None]:
    os.access(f"{MARK}/{cell}", os.F_OK)
    yield
    os.access(MARK, os.F_OK)


COUNTERS: dict[str, Callable[[Run, Play, str], Figures]] = {
    "awaits": count_awaits,
    "calls": count_calls,
    "callgrind": lambda run, play, _: run(replace(play, around=under_callgrind)),
    "strace": lambda run, play, cell: run(replace(play, around=partial(marked, cell))),
}
