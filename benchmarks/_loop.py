"""What can be seen of an event loop, whichever it is: each await of a coroutine, and how long others have to wait."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

import anyio
from anyio.lowlevel import checkpoint

__all__ = ["AtEachAwait", "longest_hold"]

T = TypeVar("T")


class AtEachAwait(Generic[T]):
    """Run a coroutine, and call a function whenever the coroutine has begun to wait: ``await AtEachAwait(...)``."""

    def __init__(self, coroutine: Coroutine[Any, Any, T], function: Callable[[], object]) -> None:
        self._coroutine = coroutine
        self._function = function

    def __await__(self) -> Generator[Any, Any, T]:
        # "yield from" written out (PEP 380): the function is called between its two halves.
        step, value = self._coroutine.send, None
        while True:
            try:
                waits_for = step(value)
            except StopIteration as stop:
                result: T = stop.value
                return result
            self._function()
            try:
                step, value = self._coroutine.send, (yield waits_for)
            except BaseException as exc:
                step, value = self._coroutine.throw, exc


@asynccontextmanager
async def longest_hold() -> AsyncIterator[Callable[[], float]]:
    """Watch for how long at most (seconds of processor time) no other task of the event loop was let run."""
    longest, last = 0.0, time.thread_time()

    async def watch() -> None:
        nonlocal longest, last
        while True:
            now = time.thread_time()
            longest, last = max(longest, now - last), now
            await checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        await checkpoint()
        longest = 0.0
        yield lambda: longest
        longest = max(longest, time.thread_time() - last)  # the watcher may never have had another turn
        tasks.cancel_scope.cancel()
