"""What depends on the event loop that is running. Nothing is imported for it that is not there already."""

from __future__ import annotations

import sys
from typing import Any, Protocol

import anyio.lowlevel

__all__ = ["Lowlevel", "lowlevel_of_event_loop", "running_on_asyncio", "running_on_trio"]


class Lowlevel(Protocol):
    """What ``anyio.lowlevel``, AnyIO's backends and ``trio.lowlevel`` have in common."""

    async def checkpoint(self) -> None: ...

    async def checkpoint_if_cancelled(self) -> None: ...


def running_on_trio() -> bool:
    """Whether it is Trio's."""
    trio = sys.modules.get("trio")
    return trio is not None and bool(trio.lowlevel.in_trio_run())


def running_on_asyncio() -> bool:
    """Whether it is one of asyncio's."""
    asyncio = sys.modules.get("asyncio")
    try:
        return asyncio is not None and bool(asyncio.get_running_loop())
    except RuntimeError:
        return False


def lowlevel_of_event_loop() -> Lowlevel:
    """Its checkpoints. ``anyio.lowlevel`` has them too, but looks for the event loop in every call."""
    lowlevel: Any = anyio.lowlevel
    if running_on_trio():
        lowlevel = sys.modules["trio"].lowlevel
    elif running_on_asyncio():
        # AnyIO does not promise what its token is made of.
        lowlevel = getattr(anyio.lowlevel.current_token(), "backend_class", lowlevel)
    return lowlevel  # type: ignore[no-any-return] # a module does not pass for a protocol once it has been Any
