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

    To begin and to end watching takes several system calls. And the event loop looks again before a task that it has
    woken runs. So what arrives is received at once, for the task that waits or for the next one that will: no more
    than that was given room for, whose end is also that of the watch.
    """

    def __init__(self, sock: socket.socket, owner: Owner) -> None:
        super().__init__(sock, owner)
        self._loop = asyncio.get_running_loop()
        # uvloop does not go on watching a socket that has failed, even if there is still something to receive.
        self._is_uvloop = type(self._loop).__module__.partition(".")[0] == "uvloop"
        self._descriptor = sock.fileno()
        self._watched = False
        self._waiter: asyncio.Future[bytes] | None = None
        self._room: int  # bytes that may be received until somebody asks again
        self._arrived: bytes | None = None  # what came ahead, or for a task that was cancelled before it ran

    def receive_nowait(self, max_bytes: int) -> bytes | None:
        if self._arrived is not None:
            return self._take_arrived(max_bytes)
        if self._drained:
            return None
        data = self._receive(max_bytes)
        if data:
            self._room = max_bytes - len(data)
        return data

    def _take_arrived(self, max_bytes: int) -> bytes:
        assert self._arrived is not None
        data, self._arrived = self._arrived[:max_bytes], self._arrived[max_bytes:] or None
        self._room = max_bytes - len(data)
        return data

    def _put_back(self, data: bytes) -> None:
        self._arrived = data + (self._arrived or b"")

    async def receive(self, max_bytes: int) -> bytes:
        if self._arrived is not None:
            return self._take_arrived(max_bytes)
        if not self._watched:
            self._watch()
        elif self._is_uvloop:
            self._notice_failure()
        self._room = max_bytes
        waiter: asyncio.Future[bytes]
        self._waiter = waiter = self._loop.create_future()
        try:
            return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._put_back(waiter.result())
            raise
        finally:
            self._waiter = None

    def _on_readable(self) -> None:
        """Receive for who waits, or ahead."""
        waiter = self._waiter
        if waiter is not None and waiter.done():
            waiter = None
        if self._arrived is not None or not self._room:
            self._unwatch()
            return
        try:
            data = self._receive(self._room)
        except (OSError, anyio.ClosedResourceError) as exc:
            self._unwatch()
            if waiter is not None:
                waiter.set_exception(exc)
            return
        if data is not None:
            self._room -= len(data)
            if waiter is None:
                self._arrived = data
            else:
                waiter.set_result(data)

    def _notice_failure(self) -> None:
        try:
            error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except OSError as exc:
            raise anyio.ClosedResourceError("the socket has been closed") from exc
        if error:
            self._error = OSError(error, os.strerror(error))
        if error or self._send_failed:
            self._send_failed = False
            self._unwatch()
            self._watch()

    def _watch(self) -> None:
        self._check_open()
        self._loop.add_reader(self._descriptor, self._on_readable)
        self._watched = True

    def _unwatch(self) -> None:
        self._drained = False
        if self._watched:
            self._loop.remove_reader(self._descriptor)
            self._watched = False

    def interrupt(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(anyio.ClosedResourceError("closed while receiving"))
        self._unwatch()
        super().interrupt()

    def release(self) -> bytes:
        self._unwatch()
        return self._arrived or b""
