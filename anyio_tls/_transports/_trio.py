"""Transports over Trio streams: exact for ``trio.SocketStream``, for others as far as they allow.

This module imports Trio, and is itself imported only for a Trio stream or in Trio's event loop.
"""

from __future__ import annotations

from typing import Final, final

import anyio
import trio

from anyio_tls._queue import SendQueue

from ._anyio import AnyIOTransport
from ._borrowed import BorrowingTransport
from ._guards import send_guard_of
from ._socket import SocketTransport

__all__ = ["SocketOnTrioTransport", "TrioSocketTransport", "TrioTransport"]


@final
class _AnyIOErrors:
    """A context in which Trio's errors become AnyIO's."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, exc: BaseException | None, traceback: object) -> None:
        if exc is None:
            return
        if isinstance(exc, trio.ClosedResourceError):
            raise anyio.ClosedResourceError(str(exc)) from exc
        if isinstance(exc, trio.BrokenResourceError):
            raise anyio.BrokenResourceError(str(exc)) from exc
        if isinstance(exc, trio.BusyResourceError):
            raise anyio.BusyResourceError("using") from exc


_anyio_errors: Final = _AnyIOErrors()


class TrioTransport(AnyIOTransport):
    """Any Trio stream. What ``_anyio.py`` says about AnyIO's streams applies to it too."""

    async def _receive(self, max_bytes: int) -> bytes:
        with _anyio_errors:
            return bytes(await self._stream.receive_some(max_bytes))

    def is_readable(self) -> bool:
        with _anyio_errors:
            return super().is_readable()

    def send_nowait(self, queue: SendQueue) -> None:
        with _anyio_errors:
            super().send_nowait(queue)

    async def _send_item(self, item: bytes) -> None:
        with _anyio_errors:
            await self._stream.send_all(item)

    async def wait_writable(self) -> None:
        self._check_whole()
        with anyio.CancelScope() as self._send_scope:
            try:
                with _anyio_errors:
                    await self._stream.wait_send_all_might_not_block()
            finally:
                self._send_scope = None
            return
        raise anyio.ClosedResourceError("closed while waiting")

    async def send_eof(self) -> None:
        with _anyio_errors:
            await super().send_eof()

    async def aclose(self) -> None:
        with _anyio_errors:
            await super().aclose()


class SocketOnTrioTransport(SocketTransport):
    """A socket that Trio waits for, without AnyIO in between."""

    async def _wait_readable(self) -> None:
        try:
            await trio.lowlevel.wait_readable(self._socket)
        except trio.ClosedResourceError as exc:
            raise anyio.ClosedResourceError(str(exc)) from None
        except trio.BusyResourceError:  # somebody else waits for it
            raise anyio.BusyResourceError("reading from") from None


class TrioSocketTransport(BorrowingTransport, SocketOnTrioTransport):
    """A ``trio.SocketStream``, whose non-blocking descriptor we use directly."""

    def __init__(self, stream: trio.SocketStream) -> None:
        super().__init__(stream.socket, stream)
        self._send_guard = send_guard_of(stream)
        with _anyio_errors, self._send_guard:
            pass  # A call that is under way would get in the way.

    async def wait_writable(self) -> None:
        with _anyio_errors:
            await super().wait_writable()

    async def aclose(self) -> None:
        with _anyio_errors:
            await super().aclose()
