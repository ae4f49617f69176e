"""What counts inside the process that is counted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from _loop import AtEachAwait

from .cells import Figures, Play

__all__ = ["count_awaits", "counting_calls", "under_callgrind"]


async def count_awaits(perform: Callable[[Play], Coroutine[Any, Any, Figures]], play: Play) -> Figures:
    """Count how often the event loop gets its turn."""
    awaits = 0

    def count_one() -> None:
        nonlocal awaits
        awaits += 1

    await AtEachAwait(perform(play), count_one)
    return {"awaits": awaits}


@contextmanager
def counting_calls(calls: Counter[str]) -> Iterator[None]:
    """Count the calls of this thread by the modules of what is called. A coroutine that goes on is called again."""

    def count_one(frame: FrameType, event: str, _: Any) -> None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("_speed"):
            return
        if event == "call":
            calls[module] += 1
        elif event == "c_call":
            calls["C"] += 1

    sys.setprofile(count_one)
    yield
    sys.setprofile(None)


@contextmanager
def under_callgrind() -> Iterator[None]:
    """Let callgrind begin to count: what comes before would take it very long."""
    subprocess.run(["callgrind_control", "-i", "on", str(os.getpid())], check=True, capture_output=True)
    yield
