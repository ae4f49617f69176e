"""What depends on the running event loop. It imports no event loop's modules that are not loaded already."""

from __future__ import annotations

import math
import socket
import sys
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol, final

import anyio
import anyio.lowlevel
from anyio.lowlevel import RunVar, current_token

from ._workspace import Workspace

if TYPE_CHECKING:
    from anyio.lowlevel import EventLoopToken

    from ._selector_thread import HasFileno

__all__ = [
    "EventLoop",
    "Lowlevel",
    "Waits",
    "can_watch",
    "event_loop",
    "has_ended",
    "is_cancelled",
    "running_library",
    "running_on_asyncio",
    "running_on_trio",
    "waits_of_event_loop",
    "waits_on_asyncio",
]


class Lowlevel(Protocol):
    """What ``anyio.lowlevel``, AnyIO's backends and ``trio.lowlevel`` have in common."""

    async def checkpoint(self) -> None: ...

    async def checkpoint_if_cancelled(self) -> None: ...

    async def cancel_shielded_checkpoint(self) -> None: ...


class Waits(Protocol):
    """What ``anyio`` and our own thread have in common."""

    def wait_readable(self, obj: HasFileno, /) -> Awaitable[None]: ...

    def wait_writable(self, obj: HasFileno, /) -> Awaitable[None]: ...

    def notify_closing(self, obj: HasFileno, /) -> None: ...


def running_library() -> str | None:
    """Which kind of event loop runs this task: ``"asyncio"``, ``"trio"``, or ``None`` without one.

    AnyIO is asked, since AnyIO does the waiting. Two event loops may run in a thread, as when Trio is a guest of
    asyncio, and AnyIO knows which of them runs the current task.
    """
    try:
        return anyio.get_cancelled_exc_class().__module__.partition(".")[0]
    except anyio.NoEventLoopError:
        return None


def running_on_trio() -> bool:
    """Whether it is Trio's."""
    return running_library() == "trio"


def running_on_asyncio() -> bool:
    """Whether it is one of asyncio's."""
    return running_library() == "asyncio"


def is_cancelled() -> bool:
    """Whether the running task is, if it catches a cancellation. On asyncio that may be another's, for whose result it
    waits: that of a future, say. (Before Python 3.11 nobody can tell.)"""
    if not running_on_asyncio() or anyio.current_effective_deadline() == -math.inf:
        return True
    import asyncio

    task = asyncio.current_task()
    return task is None or not hasattr(task, "cancelling") or task.cancelling() > 0


def has_ended(token: EventLoopToken) -> bool:
    """Whether the event loop is over to which a token belongs."""
    event_loop: Any = token.native_token
    if hasattr(event_loop, "is_closed"):
        return bool(event_loop.is_closed())
    try:  # Trio's token does not say so until it is used.
        event_loop.run_sync_soon(_do_nothing, idempotent=True)
    except sys.modules["trio"].RunFinishedError:
        return True
    return False


def _do_nothing() -> None:
    """Stands in for a call."""


def can_watch() -> bool:
    """Whether the running asyncio event loop has reader registration: ``add_reader()`` and its like. The default on
    Windows does not."""
    import asyncio

    kind: Any = type(asyncio.get_running_loop())  # mypy takes its __hash__ for that of an instance
    return _can_watch(kind)


@cache
def _can_watch(_kind: Any) -> bool:
    """Whether the running event loop has it, and so all of its class."""
    import asyncio

    with socket.socket() as sock:
        try:
            asyncio.get_running_loop().remove_reader(sock.fileno())
        except NotImplementedError:
            return False
    return True


def waits_of_event_loop() -> Waits:
    """The functions that wait for sockets: AnyIO's, if these use the event loop itself."""
    return waits_on_asyncio() if running_on_asyncio() else anyio


def waits_on_asyncio() -> Waits:
    """The same, where it is known that the event loop is one of asyncio's."""
    if can_watch():
        return anyio
    from ._selector_thread import selector_thread

    return selector_thread()


@final
class EventLoop:
    """What is needed of an event loop time and again. AnyIO has the same functions, but each call of them looks up the
    event loop, which takes longer than the rest of the call.

    It does not refer to the event loop itself, and lives as long as that.

    :param library: see :func:`running_library`
    """

    __slots__ = (
        "cancel_scope",
        "current_effective_deadline",
        "current_time",
        "library",
        "lowlevel",
        "sleep_forever",
        "workspace",
    )

    def __init__(self, library: str | None) -> None:
        self.library = library
        self.lowlevel: Lowlevel = anyio.lowlevel
        self.current_time: Callable[[], float] = anyio.current_time
        self.current_effective_deadline: Callable[[], float] = anyio.current_effective_deadline
        self.sleep_forever: Callable[[], Awaitable[object]] = anyio.sleep_forever
        self.cancel_scope: Callable[..., anyio.CancelScope] = anyio.CancelScope
        self.workspace = Workspace()
        """The BIOs that the engines of the event loop share."""
        if library == "trio":
            trio: Any = sys.modules["trio"]
            self.lowlevel, self.current_time, self.sleep_forever = trio.lowlevel, trio.current_time, trio.sleep_forever
            self.cancel_scope, self.current_effective_deadline = trio.CancelScope, trio.current_effective_deadline
        elif library == "asyncio":
            # What AnyIO's token consists of is not part of its API.
            backend: Any = getattr(current_token(), "backend_class", None)
            self.lowlevel = backend or self.lowlevel
            self.current_time = getattr(backend, "current_time", self.current_time)
            self.cancel_scope = getattr(backend, "create_cancel_scope", self.cancel_scope)
            self.current_effective_deadline = getattr(
                backend, "current_effective_deadline", self.current_effective_deadline
            )


_event_loop: Final = RunVar[EventLoop]("anyio_tls")


def event_loop() -> EventLoop:
    """The running event loop; without any, what will do for one that has yet to begin."""
    try:
        return _event_loop.get()
    except anyio.NoEventLoopError:
        return EventLoop(None)
    except LookupError:
        found = EventLoop(running_library())
        _event_loop.set(found)
        return found
