"""Sweeps: a cancellation, or another event, at every await of an operation."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, final, overload

import anyio

from anyio_tls._arguments import as_integer

from ._memory import MANY, pairs_made
from ._steps import Steps

__all__ = ["Strike", "sweep"]

T = TypeVar("T")

_NOT_WHERE: Final = ("anyio.", "asyncio.", "trio.", "anyio_tls.testing.")


@final
class Strike:
    """Interrupts an operation at one of its awaits: :func:`sweep` passes one to its scenario.

    ``await strike(operation)`` awaits ``operation``, and cancels it at its n-th await. An await is a point where the
    task really suspends; one that need not wait does not count. If it is called with several operations, each is
    cancelled at its n-th await.

    A scenario that waits for ever when something is lost does not fail. Let it close or reset the streams when nothing
    more is to come, or use :func:`anyio.fail_after`.

    :param n: the number of the await, from 1
    :param seed: what :attr:`rng` is derived from, together with ``n``
    """

    def __init__(self, n: int, seed: object = 0) -> None:
        self.n: int = n
        """The number of the await at which it interrupts, from 1."""
        self.rng: random.Random = random.Random(f"{seed} {n}")
        """Random numbers that are the same whenever this case is repeated."""
        self.struck: bool = False
        """Whether an operation had that many awaits, and was interrupted. A scenario that interrupts by other means may
        set it."""
        self.where: str = ""
        """Where the operation was interrupted, in words: the innermost line that is not in AnyIO, the event loop or a
        memory stream."""

    @overload
    async def __call__(self, operation: Awaitable[T], action: None = None) -> T | None: ...

    @overload
    async def __call__(self, operation: Awaitable[T], action: Callable[[], object]) -> T: ...

    async def __call__(self, operation: Awaitable[T], action: Callable[[], object] | None = None) -> T | None:
        """Await ``operation``, and cancel it at its n-th await. Its exceptions are passed on.

        :param operation: a coroutine, or anything that can be awaited
        :param action: a function to call instead of cancelling the operation, once that has suspended
        :return: the operation's result, or ``None`` if it was cancelled
        """
        if action is not None:
            return await _Counted(operation, self, action)
        with anyio.CancelScope() as scope:
            return await _Counted(operation, self, scope.cancel)
        return None

    def _note(self, operation: Any) -> None:
        self.struck = True
        while (frame := getattr(operation, "cr_frame", None)) is not None:
            if not frame.f_globals.get("__name__", "").startswith(_NOT_WHERE):
                self.where = f"line {frame.f_lineno} of {frame.f_code.co_filename}"
            operation = operation.cr_await


class _Counted(Steps[T]):
    """Counts how often an operation suspends, and acts at the chosen time."""

    def __init__(self, operation: Awaitable[T], strike: Strike, action: Callable[[], object]) -> None:
        super().__init__(operation)
        self._strike = strike
        self._action = action
        self._count = 0

    def step(self, go: Callable[[Any], Any], value: Any) -> Any:
        waits_for = super().step(go, value)
        self._count += 1
        if self._count == self._strike.n:
            self._strike._note(self.operation)
            self._action()
            if anyio.current_effective_deadline() == -math.inf and _cancel_future(waits_for):
                return None  # the task waits for the next iteration of the event loop
        return waits_for


def _cancel_future(suspended_on: Any) -> bool:
    """Cancel what an asyncio task waits for, if that can be done at once.

    AnyIO cancels the running task in the next iteration of the event loop, but only if what it waits for is not done by
    then. To cancel it at this await and not at a later one, that must not happen. (Another task, which is a future too,
    is left to AnyIO: it may ignore its cancellation for a while.)
    """
    return type(suspended_on) is asyncio.Future and suspended_on.cancel()


async def sweep(
    scenario: Callable[[Strike], Awaitable[object]], *, seed: object = 0, only: int | None = None, limit: int = 10_000
) -> int:
    """Run ``scenario`` again and again, with an operation cancelled at its first await, at the second, and so on, until
    the operation completes.

    ::

        async def scenario(strike: Strike) -> None:
            client, server = memory_stream_pair()
            await server.send(b"hello")
            received = await strike(client.receive())  # cancelled at its n-th await
            assert (received or await client.receive()) == b"hello"  # it took all or nothing

        cases = await sweep(scenario)

    :param scenario: called with a :class:`Strike`; it creates everything that it needs
    :param seed: what ``Strike.rng`` is derived from
    :param only: run only the case of the await with this number, to repeat a failure
    :param limit: how many awaits an operation may have
    :return: the number of cases that were run
    :raises AssertionError: if the scenario raised an exception, which is its cause. It names the await, the seed and
        the memory streams that the scenario made, with their schedules. What is not an :exc:`Exception`, such as a
        cancellation from outside or the failure of ``pytest.raises()``, is raised unchanged, with that as a note. Also
        if an operation has more awaits than ``limit``.
    :raises TypeError: if ``scenario`` is no function, or ``only`` or ``limit`` is not an integer
    :raises ValueError: if one of them is less than 1
    """
    if not callable(scenario):
        raise TypeError(f"scenario must be an async function, not {type(scenario).__name__}")
    first, last = 1, as_integer("limit", limit, 1, MANY) + 1
    if only is not None:
        first = last = as_integer("only", only, 1, MANY)
    for n in range(first, last + 1):
        strike = Strike(n, seed)
        pairs: list[str] = []
        token = pairs_made.set(pairs)
        try:
            await scenario(strike)
        except Exception as exc:
            raise AssertionError(_how_to_repeat(scenario, strike, seed, pairs)) from exc
        except BaseException as exc:
            # add_note(), which Python 3.10 does not have.
            vars(exc).setdefault("__notes__", []).append(_how_to_repeat(scenario, strike, seed, pairs))
            raise
        finally:
            pairs_made.reset(token)
        if only is not None:
            return 1
        if not strike.struck:
            return n
    raise AssertionError(f"{_name_of(scenario)} was struck {last} times, and its limit is {limit} awaits")


def _name_of(scenario: Any) -> str:
    return getattr(scenario, "__qualname__", repr(scenario))


def _how_to_repeat(scenario: Any, strike: Strike, seed: object, pairs: list[str]) -> str:
    where = f" ({strike.where})" if strike.where else ""
    how = f"struck at await {strike.n}{where}" if strike.struck else f"not struck (there was no await {strike.n})"
    repeat = f"await sweep({getattr(scenario, '__name__', repr(scenario))}, seed={seed!r}, only={strike.n})"
    lines = [f"{_name_of(scenario)} failed when {how}; to repeat it: {repeat}", *(f"with {pair}" for pair in pairs)]
    return "\n".join(lines)
