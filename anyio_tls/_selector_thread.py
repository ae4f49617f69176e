"""Waiting for sockets on asyncio event loops without reader registration (``add_reader()``), such as the default on
Windows.

AnyIO has a thread for that too, but it cannot be relied on (as of 4.16): it does not always wake a task that waits for
a socket while another one waits to write to it, or that waits again after it was cancelled; and it may end when a
socket is closed.
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

from ._locks import forgets_in_forks

__all__ = ["HasFileno", "SelectorThread", "selector_thread"]

# Neither needs a descriptor of its own. Windows has only the second, which takes at most 512 sockets there.
_Selector: Final[type[selectors.BaseSelector]] = getattr(selectors, "PollSelector", selectors.SelectSelector)

_PAUSE: Final = 0.01
"""Seconds between two polls of each socket by itself, while they cannot be waited for together: one has been closed, or
there are too many."""


class HasFileno(Protocol):
    """Whatever has a descriptor, -1 once it is closed."""

    def fileno(self) -> int: ...


@cache
def selector_thread() -> SelectorThread:
    """The one that all event loops share."""
    return SelectorThread()


class SelectorThread:
    """A thread that waits for sockets, and lasts as long as the process.

    In each round it looks at those that wait at the moment. It is woken when one begins or stops: as long as it polls a
    socket, that stays open for its peer, though it has been closed here. Those that wait for a closed socket are woken,
    and find out by themselves.
    """

    def __init__(self) -> None:
        self._alarms: tuple[socket.socket, ...] = ()  # what wakes the thread, and its end
        self.forget()
        forgets_in_forks(self)

    def forget(self) -> None:
        """Be without a thread, as a forked process is, until somebody waits."""
        self._lock = threading.Lock()
        self._waiting: dict[tuple[int, int], asyncio.Future[None]] = {}  # by descriptor and event
        for sock in self._alarms:
            sock.close()
        self._alarms = ()

    def _begin(self) -> None:
        self._alarms = socket.socketpair()
        self._alarms[0].setblocking(False)
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
            if waiter is not None:
                self._start_afresh()
            if waiter is not None and not waiter.done():
                waiter.set_exception(anyio.ClosedResourceError("closed while waiting"))

    async def _wait(self, obj: HasFileno, event: int) -> None:
        key = obj.fileno(), event
        waiter = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting[key] = waiter
            if not self._alarms:
                self._begin()
        self._start_afresh()
        try:
            await waiter
        finally:
            if self._take(key, waiter):  # It was cancelled.
                self._start_afresh()

    def _start_afresh(self) -> None:
        try:
            self._alarms[0].send(b"!")
        except BlockingIOError:
            pass  # It has been woken already.

    def _take(self, key: tuple[int, int], waiter: asyncio.Future[None]) -> bool:
        """Remove a waiter; whether it was still waiting."""
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
        """Wait until some are ready, or more wait."""
        alarmed = self._alarms[1]
        events: dict[int, int] = {alarmed.fileno(): EVENT_READ}
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
        if alarmed.fileno() in found:
            alarmed.recv(1024)
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
