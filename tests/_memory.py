"""Memory byte streams for tests: a pair of AnyIO streams over two pipes of a set capacity."""

from __future__ import annotations

import anyio
from anyio.abc import ByteStream
from anyio.lowlevel import checkpoint

__all__ = ["MemoryStream", "memory_pair"]


class Pipe:
    """Bytes on their way in one direction. With capacity 0 a send completes when all of it has been received."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.data = bytearray()
        self.ended = False  # the sending side has closed
        self.broken = False  # the receiving side has closed
        self._changed = anyio.Event()

    def change(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    async def wait(self) -> None:
        await self._changed.wait()


class MemoryStream(ByteStream):
    """One end. As with most byte streams, a cancelled ``send()`` has sent an unknown part.

    ``chunk`` limits what one receive returns. ``fail_send`` and ``fail_receive`` are raised instead of doing
    anything, when set.
    """

    def __init__(self, incoming: Pipe, outgoing: Pipe, chunk: int = 65536) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self.chunk = chunk
        self.closed = False
        self.fail_send: Exception | None = None
        self.fail_receive: Exception | None = None

    async def receive(self, max_bytes: int = 65536) -> bytes:
        await checkpoint()
        pipe = self._incoming
        while True:
            if self.closed:
                raise anyio.ClosedResourceError
            if self.fail_receive is not None:
                raise self.fail_receive
            if pipe.data:
                size = min(max_bytes, self.chunk)
                data = bytes(pipe.data[:size])
                del pipe.data[:size]
                pipe.change()
                return data
            if pipe.ended:
                raise anyio.EndOfStream
            await pipe.wait()

    async def send(self, item: bytes) -> None:
        await checkpoint()
        pipe = self._outgoing
        rest = memoryview(item)
        while True:
            if self.closed:
                raise anyio.ClosedResourceError
            if self.fail_send is not None:
                raise self.fail_send
            if pipe.broken:
                raise anyio.BrokenResourceError
            if rest and len(pipe.data) < max(pipe.capacity, 1):
                piece = rest[: max(pipe.capacity, 1) - len(pipe.data)]
                pipe.data += piece
                rest = rest[len(piece) :]
                pipe.change()
            elif rest or (not pipe.capacity and pipe.data):
                await pipe.wait()
            else:
                return

    async def send_eof(self) -> None:
        self._outgoing.ended = True
        self._outgoing.change()
        await checkpoint()

    async def aclose(self) -> None:
        self.closed = True
        self._outgoing.ended = True
        self._incoming.broken = True
        self._outgoing.change()
        self._incoming.change()
        await checkpoint()


def memory_pair(capacity: int = 65536) -> tuple[MemoryStream, MemoryStream]:
    """Two connected streams; ``capacity`` bytes fit into each direction."""
    there, back = Pipe(capacity), Pipe(capacity)
    return MemoryStream(back, there), MemoryStream(there, back)
