"""Transports over sockets that belong to somebody else, who may close them at any time."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import anyio

from anyio_tls._event_loop import Waits
from anyio_tls._queue import SendQueue

from ._socket import Owner, SocketTransport

if TYPE_CHECKING:
    from anyio_tls._selector_thread import HasFileno

__all__ = ["BorrowedSocket", "BorrowingTransport"]


class BorrowedSocket(socket.socket):
    """A non-blocking socket object for a borrowed descriptor, which it never closes."""

    def __init__(self, lender: HasFileno, *, family: int, kind: int) -> None:
        super().__init__(family, kind, 0, fileno=lender.fileno())
        self.setblocking(False)  # It begins with socket.getdefaulttimeout().

    def close(self) -> None:
        self.detach()

    def __del__(self) -> None:
        self.detach()


class BorrowingTransport(SocketTransport):
    """A socket with a borrowed descriptor, which its owner may close at any time.

    The number of a closed descriptor may belong to another connection by then, so the owner is asked before each use.
    """

    def __init__(self, lender: Any, owner: Owner, waits: Waits = anyio) -> None:
        if lender.fileno() < 0:
            raise anyio.ClosedResourceError("transport_stream has been closed")
        self._lender: HasFileno = lender
        super().__init__(BorrowedSocket(lender, family=lender.family, kind=lender.type), owner, waits)

    def _check_open(self) -> None:
        if self._lender.fileno() < 0:
            raise anyio.ClosedResourceError("the socket has been closed")

    def _receive(self, max_bytes: int) -> bytes | None:
        self._check_open()
        return SocketTransport._receive(self, max_bytes)  # which is faster than super()

    def send_nowait(self, queue: SendQueue) -> None:
        self._check_open()
        SocketTransport.send_nowait(self, queue)

    def interrupt(self) -> None:
        if self._lender.fileno() >= 0:
            super().interrupt()

    def is_undelivered(self) -> bool:
        return self._lender.fileno() >= 0 and super().is_undelivered()

    def discard_nowait(self) -> None:
        if self._lender.fileno() >= 0:
            super().discard_nowait()

    def release(self) -> bytes:
        self._socket.detach()
        return super().release()
