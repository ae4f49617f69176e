"""Strikes at every await of an operation."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar, final

import anyio

from ._memory import pairs_made

__all__ = ["Strike", "sweep"]

T = TypeVar("T")


@final
class Strike:
    """Strikes at one await of an operation: what :func:`sweep` hands to its scenario.

    ``await strike(operation)`` awaits ``operation``, and cancels it at its n-th await. An await is a point where the
    task really suspends; one that finds its work done without waiting does not count.
    """

    def __init__(self, n: int, seed: object) -> None:
        self.n = n
        """Which await it strikes at, from 1."""
        self.rng = random.Random(f"{seed} {n}")
        """Random numbers that are the same whenever this strike is repeated."""
        self.struck = False
        """Whether an operation had so many awaits. A scenario may set it that strikes by other means."""
        self.where = ""
        """Where the operation was then: the innermost line."""

    async def __call__(self, operation: Awaitable[T], action: Callable[[], object] | None = None) -> T | None:
        """Await ``operation``, and strike at its n-th await.

        :param operation: a coroutine, or anything that can be awaited
        :param action: what to do instead of cancelling the operation: a function, called once the operation has
            suspended
        :return: the operation's result, or ``None`` if it was cancelled
        """
        if action is not None:
            return await _Counted(operation, self, action)
        with anyio.CancelScope() as scope:
            return await _Counted(operation, self, scope.cancel)
        return None

    def _note(self, operation: Any) -> None:
        self.struck = True
        while (inner := getattr(operation, "cr_await", None)) is not None and hasattr(inner, "cr_frame"):
            operation = inner
        if (frame := getattr(operation, "cr_frame", None)) is not None:
            self.where = f" (line {frame.f_lineno} of {frame.f_code.co_filename})"


class _Counted(Generic[T]):
    """An awaitable that counts how often another one suspends."""

    def __init__(self, operation: Awaitable[T], strike: Strike, action: Callable[[], object]) -> None:
        self._operation = operation
        self._strike = strike
        self._action = action

    def __await__(self) -> Generator[Any, Any, T]:
        # PEP 380 written out, because it is between the two halves of "yield from" that we strike.
        inner: Any = self._operation.__await__()
        step, value = inner.send, None
        count = 0
        while True:
            try:
                suspended_on = step(value)
            except StopIteration as stop:
                result: T = stop.value
                return result
            count += 1
            if count == self._strike.n:
                self._strike._note(self._operation)
                self._action()
            try:
                step, value = inner.send, (yield suspended_on)
            except BaseException as exc:
                step, value = inner.throw, exc


async def sweep(
    scenario: Callable[[Strike], Awaitable[object]], *, seed: object = 0, only: int | None = None, limit: int = 10_000
) -> int:
    """Run ``scenario`` again and again, striking at the first await of an operation, at the second, and so on, until
    the operation completes untouched.

    ::

        async def scenario(strike: Strike) -> None:
            client, server = memory_stream_pair()
            await strike(client.send(b"hello"))  # cancelled at its n-th await
            ...                                  # and now see that all is as it should be

        cases = await sweep(scenario)

    :param scenario: called with a :class:`Strike`; it makes all that it needs anew
    :param seed: what ``Strike.rng`` is derived from
    :param only: run no other case than that of the await with this number, to repeat a failure
    :param limit: how many awaits an operation may have
    :return: the number of cases that were run
    :raises AssertionError: if the scenario raised anything: it names the await, the seed and the memory streams that
        the scenario made, with their schedules; the cause is what was raised. Also if the limit is reached.
    """
    for n in range(1, limit + 1) if only is None else (only,):
        strike = Strike(n, seed)
        pairs: list[str] = []
        token = pairs_made.set(pairs)
        try:
            await scenario(strike)
        except Exception as exc:
            name = getattr(scenario, "__qualname__", repr(scenario))
            raise AssertionError(
                f"{name} failed when struck at await {n}{strike.where}; to repeat it: "
                f"sweep({name}, seed={seed!r}, only={n})" + "".join(f"\nwith {pair}" for pair in pairs)
            ) from exc
        finally:
            pairs_made.reset(token)
        if not strike.struck or only is not None:
            return n if only is None else 1
    raise AssertionError(f"{limit} awaits, and still no end")
