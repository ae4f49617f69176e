"""Waiting for sockets on event loops of asyncio's that cannot, such as its default on Windows.

AnyIO has a thread for that too, but not one to build on (as of 4.16): it does not always wake who waits for a socket
while another task waits to write to it, or waits again after having been cancelled; and it may end with a socket that
is closed.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import threading
import time
from collections.abc import Iterable
from functools import cache
from selectors import EVENT_READ, EVENT_WRITE
from typing import Final, Protocol

import anyio

__all__ = ["HasFileno", "SelectorThread", "selector_thread"]

# Neither has a descriptor of its own. Windows has the second one only, and there no more than 512 sockets fit in.
_Selector: Final[type[selectors.BaseSelector]] = getattr(selectors, "PollSelector", selectors.SelectSelector)

_PAUSE: Final = 0.01
"""Seconds between two looks at sockets that cannot be waited for all together."""


class HasFileno(Protocol):
    """Whatever has a descriptor, -1 once it is closed."""

    def fileno(self) -> int: ...


@cache
def selector_thread() -> SelectorThread:
    """The one that all event loops share."""
    return SelectorThread()


class SelectorThread:
    """A thread that waits for sockets, and lasts as long as the process.

    It starts afresh with whoever waits at the moment, again and again, and so needs to know nothing of what became of
    others. Who waits for a socket that is closed is woken, and sees for itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[int, int], asyncio.Future[None]] = {}  # by descriptor and event
        self._alarm, self._alarmed = socket.socketpair()
        self._alarm.setblocking(False)
        threading.Thread(target=self._run, name="anyio_tls selector", daemon=True).start()

    async def wait_readable(self, obj: HasFileno, /) -> None:
        """Like :func:`anyio.wait_readable`."""
        await self._wait(obj, EVENT_READ)

    async def wait_writable(self, obj: HasFileno, /) -> None:
        """Like :func:`anyio.wait_writable`."""
        await self._wait(obj, EVENT_WRITE)

    def notify_closing(self, obj: HasFileno, /) -> None:
        """Like :func:`anyio.notify_closing`."""
        for event in (EVENT_READ, EVENT_WRITE):
            with self._lock:
                waiter = self._waiting.pop((obj.fileno(), event), None)
            if waiter is not None and not waiter.done():
                waiter.set_exception(anyio.ClosedResourceError("closed while waiting"))

    async def _wait(self, obj: HasFileno, event: int) -> None:
        key = obj.fileno(), event
        waiter = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting[key] = waiter
        self._start_afresh()
        try:
            await waiter
        finally:
            self._take(key, waiter)

    def _start_afresh(self) -> None:
        try:
            self._alarm.send(b"!")
        except BlockingIOError:
            pass  # It is alarmed enough.

    def _take(self, key: tuple[int, int], waiter: asyncio.Future[None]) -> bool:
        """Whether it is still this one who waits; from now on, it does not."""
        with self._lock:
            waits = self._waiting.get(key) is waiter
            if waits:
                del self._waiting[key]
        return waits

    def _run(self) -> None:
        while True:
            with self._lock:
                waiting = self._waiting.copy()
            for key in self._ready(waiting):
                if self._take(key, waiting[key]):
                    try:
                        waiting[key].get_loop().call_soon_threadsafe(_wake, waiting[key])
                    except RuntimeError:
                        pass  # Its event loop has been closed.

    def _ready(self, waiting: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Wait until some can go on, or more wait."""
        events: dict[int, int] = {self._alarmed.fileno(): EVENT_READ}
        for descriptor, event in waiting:
            events[descriptor] = events.get(descriptor, 0) | event
        try:
            with _Selector() as selector:
                for descriptor, mask in events.items():
                    selector.register(descriptor, mask)
                found = {key.fd: mask for key, mask in selector.select()}
        except (OSError, ValueError):  # One was closed meanwhile, or there are too many.
            time.sleep(_PAUSE)
            return [key for key in waiting if _is_ready(*key)]
        if self._alarmed.fileno() in found:
            self._alarmed.recv(1024)
        return [(descriptor, event) for descriptor, event in waiting if found.get(descriptor, 0) & event]


def _is_ready(descriptor: int, event: int) -> bool:
    try:
        with _Selector() as selector:
            selector.register(descriptor, event)
            return bool(selector.select(0))
    except (OSError, ValueError):  # It is closed.
        return True


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
