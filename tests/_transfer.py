"""A large transfer under cancellations."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import anyio

from anyio_tls import TLSStream
from anyio_tls.testing import Strike

CANCELLATIONS = 500


def send_to(stream: Any) -> Any:
    return stream.send if isinstance(stream, TLSStream) else stream.send_all


def receive_from(stream: Any) -> Any:
    return stream.receive if isinstance(stream, TLSStream) else stream.receive_some


async def transfer(client: Any, server: Any, rng: random.Random, size: int) -> None:
    """Send so many bytes and more, until as many sends and as many receives have been cancelled as there should be."""
    sent, received = hashlib.sha256(), hashlib.sha256()
    cancelled = {"send": 0, "receive": 0}
    source = rng.randbytes(2**20)

    async def send() -> None:
        while client.bytes_sent < size or min(cancelled.values()) < CANCELLATIONS:
            item = memoryview(source)[: rng.choice([1, 2**14, rng.randrange(2**20), rng.randrange(2**20)])]
            before = client.bytes_sent
            with anyio.CancelScope() as scope:
                await Strike(rng.choice([1, 1, 2, 3, 9]))(send_to(client)(item), scope.cancel)
            cancelled["send"] += scope.cancelled_caught
            taken = client.bytes_sent - before
            assert taken == len(item) or (scope.cancelled_caught and (not taken or len(item) > 2**14))
            sent.update(item[:taken])
        await client.send_eof()

    async def receive() -> None:
        data = b"go on"
        while data:
            with anyio.CancelScope() as scope:
                try:
                    data = await Strike(rng.choice([1, 1, 2, 3, 9]))(receive_from(server)(), scope.cancel)
                except anyio.EndOfStream:
                    data = b""
            cancelled["receive"] += scope.cancelled_caught
            if not scope.cancelled_caught:
                received.update(data)

    async with anyio.create_task_group() as tg:
        tg.start_soon(send)
        tg.start_soon(receive)
    assert client.bytes_sent == server.bytes_received >= size
    assert sent.hexdigest() == received.hexdigest()
    assert cancelled["send"] >= CANCELLATIONS
    assert cancelled["receive"] >= CANCELLATIONS
