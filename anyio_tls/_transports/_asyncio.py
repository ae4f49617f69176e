"""Sockets on asyncio's event loops."""

from __future__ import annotations

import asyncio
import os
import socket

import anyio

from ._socket import Owner, SocketTransport

__all__ = ["AsyncioSocketTransport"]


class AsyncioSocketTransport(SocketTransport):
    """A socket that the event loop keeps watching from one wait to the next.

    To begin and to end watching takes a system call each, so it ends only when something arrives that nobody waits
    for. And the event loop looks again before a task that it has woken runs, so it receives for the task that waits.
    """

    def __init__(self, sock: socket.socket, owner: Owner) -> None:
        super().__init__(sock, owner)
        self._loop = asyncio.get_running_loop()
        self._descriptor = sock.fileno()
        self._watched = False
        # Of who waits, or waited last. Before it is watched for the first time, there is none.
        self._waiter: asyncio.Future[None]
        self._room: int
        # What came of receiving for a task that may have been cancelled before it ran.
        self._arrived: bytes | None = None
        self._error: Exception | None = None

    def receive_nowait(self, max_bytes: int) -> bytes | None:
        data = self._take_arrived()
        return super().receive_nowait(max_bytes) if data is None else data

    async def receive(self, max_bytes: int) -> bytes:
        self._room = max_bytes
        while (data := self._take_arrived()) is None:
            self._watch()
            self._waiter = self._loop.create_future()
            await self._waiter
        return data

    def _take_arrived(self) -> bytes | None:
        if self._arrived is None and self._error is not None:
            raise self._error
        data, self._arrived = self._arrived, None
        return data

    def _receive_for_waiter(self) -> None:
        if self._waiter.done():
            self._unwatch()
            return
        try:
            self._arrived = self._receive(self._room)
            # uvloop does not go on watching a socket that has failed, even if there is still something to receive.
            if error := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, os.strerror(error))
        except (OSError, anyio.ClosedResourceError) as exc:
            self._error = exc
            self._unwatch()
        self._waiter.set_result(None)

    def _watch(self) -> None:
        if not self._watched:
            self._check_open()
            self._loop.add_reader(self._descriptor, self._receive_for_waiter)
            self._watched = True

    def _unwatch(self) -> None:
        self._drained = False
        if self._watched:
            self._loop.remove_reader(self._descriptor)
            self._watched = False

    def interrupt(self) -> None:
        if self._watched and not self._waiter.done():
            self._waiter.set_exception(anyio.ClosedResourceError("closed while receiving"))
        self._unwatch()
        super().interrupt()

    def release(self) -> bytes:
        self._unwatch()
        return self._arrived or b""
