"""Awaiting something step by step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import Any, Generic, TypeVar

__all__ = ["Steps"]

T = TypeVar("T")


class Steps(Generic[T]):
    """An awaitable that awaits another one, and can do something between its steps.

    A step leads from one suspension of the task to the next, or to the end. Those who derive from this class override
    what they need.
    """

    def __init__(self, operation: Awaitable[T]) -> None:
        self.operation = operation

    def step(self, go: Callable[[Any], Any], value: Any) -> Any:
        """Do a step; return what the task is to wait for then.

        :param go: does it, with ``value``, and raises :exc:`StopIteration` at the end
        """
        return go(value)

    def resumed(self) -> Iterable[Any]:
        """What the task waits for besides, each time before it goes on with what it has waited for."""
        return ()

    def __await__(self) -> Generator[Any, Any, T]:
        # "yield from" written out (PEP 380), because it is between its two halves that something is done.
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
