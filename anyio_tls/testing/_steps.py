"""Awaiting something step by step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import Any, Generic, TypeVar

__all__ = ["Steps"]

T = TypeVar("T")


class Steps(Generic[T]):
    """An awaitable that wraps another one, and can act between its steps.

    A step is what runs from one suspension of the task to the next, or to the end. Subclasses override what they need.
    """

    def __init__(self, operation: Awaitable[T]) -> None:
        self.operation = operation

    def step(self, go: Callable[[Any], Any], value: Any) -> Any:
        """Do a step; return what the task waits for next.

        :param go: does the step, with ``value``, and raises :exc:`StopIteration` at the end
        """
        return go(value)

    def resumed(self) -> Iterable[Any]:
        """What the task awaits in addition, each time before it is resumed."""
        return ()

    def __await__(self) -> Generator[Any, Any, T]:
        # "yield from" written out (PEP 380), to act between its two halves.
        inner = _run(self.operation).__await__()
        go: Callable[[Any], Any] = inner.send
        value: Any = None
        while True:
            try:
                waits_for = self.step(go, value)
            except StopIteration as stop:
                result: T = stop.value
                return result
            try:
                go, value = inner.send, (yield waits_for)
            except BaseException as exc:
                go, value = inner.throw, exc
            else:
                yield from self.resumed()


async def _run(operation: Awaitable[T]) -> T:
    """Turn anything that can be awaited into a coroutine, whose iterator has ``send()`` and ``throw()``."""
    return await operation
