"""The memory streams of :mod:`anyio_tls.testing` with Trio's interface and Trio's exceptions."""

from __future__ import annotations

from typing import Final

import trio

from anyio_tls._arguments import as_bytes, as_max_bytes, let_go_of

from ._memory import End, Errors, Schedule, connected_ends

__all__ = ["MemoryStream", "memory_stream_pair"]


def _busy(action: str) -> Exception:
    return trio.BusyResourceError(f"another task is already {action} this memory stream")


_ERRORS: Final = Errors(trio.BrokenResourceError, trio.ClosedResourceError, _busy)


class MemoryStream(trio.abc.HalfCloseableStream):
    """One end of a connection in memory, from :func:`memory_stream_pair`.

    It is :class:`anyio_tls.testing.MemoryStream` for Trio.
    """

    def __init__(self, end: End) -> None:
        self._end = end

    def __repr__(self) -> str:
        return f"<MemoryStream: {self._end}>"

    @property
    def closed(self) -> bool:
        """Whether this end is closed."""
        return self._end.closed

    @property
    def faults_left(self) -> int:
        """How many of the schedule's faults have not happened yet."""
        return self._end.faults_left

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """Receive what has arrived, or wait until something does. A cancelled call has taken nothing.

        :param max_bytes: how many bytes at most, at least 1; by default 65536
        :return: the bytes, or ``b""`` at the end
        :raises TypeError: if ``max_bytes`` is not an integer
        :raises ValueError: if it is less than 1
        :raises trio.BrokenResourceError: if the connection was reset
        :raises trio.ClosedResourceError: if this end is closed
        :raises trio.BusyResourceError: if another task is receiving
        """
        return await self._end.receive(65536 if max_bytes is None else as_max_bytes(max_bytes))

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Send all of ``data``, waiting for room; without capacity, until all of it has been received.

        :param data: ``bytes``, or any object with the buffer interface
        :raises TypeError: if ``data`` is not bytes-like
        :raises trio.BrokenResourceError: if the connection was reset, or the peer has closed it
        :raises trio.ClosedResourceError: if this end is closed, or was half-closed
        :raises trio.BusyResourceError: if another task is sending
        """
        contents = as_bytes("data", data)
        try:
            await self._end.send(contents)
        finally:
            let_go_of(contents)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until there is room for a byte.

        :raises trio.BrokenResourceError: if the connection was reset, or the peer has closed it
        :raises trio.ClosedResourceError: if this end is closed, or was half-closed
        :raises trio.BusyResourceError: if another task is sending
        """
        await self._end.wait_writable()

    async def send_eof(self) -> None:
        """Half-close: tell the peer that nothing follows. Calling it again does no harm; a cancelled call has done
        nothing.

        :raises trio.ClosedResourceError: if this end is closed
        :raises trio.BusyResourceError: if another task is sending
        """
        await self._end.send_eof()

    def reset(self) -> None:
        """Break the connection for both ends. What has not been received is lost."""
        self._end.reset()

    async def aclose(self) -> None:
        """Close this end, also when cancelled. What it sent can still be received; the peer's sends fail.

        Tasks that wait in other calls get :exc:`trio.ClosedResourceError`. Calling it again does no harm.
        """
        self._end.close()
        await trio.lowlevel.checkpoint()


def memory_stream_pair(
    capacity: int = 65536, *, schedule: Schedule = Schedule(), peer_schedule: Schedule = Schedule()
) -> tuple[MemoryStream, MemoryStream]:
    """Connect two byte streams in memory, with Trio's interface.

    The arguments are those of :func:`anyio_tls.testing.memory_stream_pair`.
    """
    end, peer_end = connected_ends(capacity, schedule, peer_schedule, _ERRORS)
    return MemoryStream(end), MemoryStream(peer_end)
