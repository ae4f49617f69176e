"""Accepting connections on a listening socket.

On an event loop of asyncio's that can watch sockets, the reader registration stays from one wait to the next: adding
and removing it takes several system calls. The event loop polls again before a task that it has woken runs. So its
callback accepts the first connection of a burst, for the task that waits; the task accepts the others.

An accept(2) in vain takes ten times as long as poll(2): the kernel makes the socket first, and then looks for its
connection.
"""

from __future__ import annotations

import select
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias
from weakref import WeakSet

import anyio

from ._event_loop import Waits, can_watch, running_on_asyncio, waits_of_event_loop

if TYPE_CHECKING:
    import asyncio

    from ._selector_thread import HasFileno

__all__ = ["Acceptor", "acceptor_for", "poll_of"]

Connection: TypeAlias = tuple[socket.socket, Any]
"""Its socket, and the address of the client."""


# A socket has one reader registration, and who ends a wait for it ends them all.
_listening: Final = WeakSet[socket.socket]()


def poll_of(listening: HasFileno) -> Callable[[], bool]:
    """A function that says whether accept() is worth a try: on Windows, or if the socket is closed, in any case."""
    if sys.platform == "win32" or listening.fileno() < 0:
        return partial(bool, True)
    poll = select.poll()
    poll.register(listening, select.POLLIN)
    return lambda: bool(poll.poll(0))


class Acceptor(Protocol):
    """Waits for connections, one task at a time."""

    has_more: Callable[[], bool]
    """Whether another connection has probably arrived."""

    async def accept(self) -> Connection:
        """Wait for one.

        :raises BlockingIOError: if there is none after all: wait again
        :raises OSError: what accept(2) says
        :raises anyio.ClosedResourceError: once it is closed, though its socket may not be yet
        """

    def close(self) -> None:
        """Wake the task that waits."""


def acceptor_for(listening: socket.socket) -> Acceptor:
    """The one for the running event loop.

    :raises anyio.BusyResourceError: if the socket has one that is not closed
    """
    if listening in _listening:
        raise anyio.BusyResourceError("accepting connections from")
    acceptor: Acceptor
    if running_on_asyncio() and can_watch():
        acceptor = _RegisteredAcceptor(listening)
    else:
        acceptor = _WaitingAcceptor(listening, waits_of_event_loop())
    _listening.add(listening)
    return acceptor


class _WaitingAcceptor:
    def __init__(self, listening: socket.socket, waits: Waits) -> None:
        self.has_more = poll_of(listening)
        self._listening = listening
        self._waits = waits
        self._closed = False

    async def accept(self) -> Connection:
        if self._closed:
            raise anyio.ClosedResourceError
        await self._waits.wait_readable(self._listening)
        return self._listening.accept()

    def close(self) -> None:
        self._closed = True
        _listening.discard(self._listening)
        if self._listening.fileno() >= 0:
            self._waits.notify_closing(self._listening)


class _RegisteredAcceptor:
    def __init__(self, listening: socket.socket) -> None:
        import asyncio

        self.has_more = poll_of(listening)
        self._listening = listening
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._descriptor: int | None = None  # that of the registration
        self._waiter: asyncio.Future[Connection] | None = None

    async def accept(self) -> Connection:
        if self._closed:  # To watch a socket that is being closed could end the process, on uvloop.
            raise anyio.ClosedResourceError
        if self._descriptor is None:
            descriptor = self._listening.fileno()
            self._loop.add_reader(descriptor, self._on_readable)
            self._descriptor = descriptor
        waiter: asyncio.Future[Connection]
        self._waiter = waiter = self._loop.create_future()
        try:
            return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                waiter.result()[0].close()  # accepted for a task that was cancelled before it ran
            raise
        finally:
            self._waiter = None
            del waiter  # Its exception has a traceback with this frame.

    def _on_readable(self) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            self._end_registration()  # or the event loop would call this again and again
            return
        try:
            waiter.set_result(self._listening.accept())
        except OSError as exc:
            waiter.set_exception(exc)

    def _end_registration(self) -> None:
        if self._descriptor is not None:
            self._loop.remove_reader(self._descriptor)
            self._descriptor = None

    def close(self) -> None:
        self._closed = True
        _listening.discard(self._listening)
        self._end_registration()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(anyio.ClosedResourceError())
