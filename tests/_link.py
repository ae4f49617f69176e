"""A transport whose other end is controlled by the test, and a driver over it."""

from __future__ import annotations

import math
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

from anyio_tls._driver import TLSDriver
from anyio_tls._engine import TLSEngine
from anyio_tls._errors import ErrorClasses
from anyio_tls._event_loop import event_loop
from anyio_tls._queue import SendQueue

from ._pairs import let_others_run
from ._wire import make_engine

__all__ = ["HANDSHAKE_FAILURE", "NOT_TLS", "SPOILT_HELLO", "Connection", "Link", "calls_of", "closed"]

HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"
NOT_TLS = b"HTTP/1.1 400 Bad Request\r\n"
SPOILT_HELLO = b"\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"


class Link:
    """A transport whose other end is controlled by the test."""

    in_use = True
    exact = True
    lingers = False
    unflushed = False

    def __init__(self) -> None:
        self.incoming = bytearray()
        self.ended = False
        self.sent = bytearray()
        self.room = math.inf  # how many bytes it takes before sending has to wait
        self.piece = 2**16  # how many bytes it delivers at most
        self.send_error: Exception | None = None
        self.farewell: Exception | None = anyio.ClosedResourceError()  # what calls raise once it is closed
        self.undelivered = False  # what was sent is not acknowledged yet
        self.undelivered_when_sent = False
        self.sending_shut_down = False
        self.released = False
        self.closed = False
        self.most_senders = 0  # at a time
        self._senders = 0
        self._receiving = False
        self._changed = anyio.Event()
        self._interrupted: anyio.Event | None = None

    def change(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    def deliver(self, data: bytes) -> None:
        self.incoming += data
        self.change()

    def receive_nowait(self, max_bytes: int) -> bytes | None:
        if self.closed and self.farewell:
            raise self.farewell
        max_bytes = min(max_bytes, self.piece)
        data = bytes(self.incoming[:max_bytes])
        del self.incoming[:max_bytes]
        return data if data or self.ended or self.closed else None

    async def receive(self, max_bytes: int) -> bytes:
        assert not self._receiving, "at most one task at a time"
        self._receiving = True
        try:
            await checkpoint()
            while (data := self.receive_nowait(max_bytes)) is None:
                changed = self._changed
                await changed.wait()
                if changed is self._interrupted:
                    raise self.farewell or anyio.ClosedResourceError
            return data
        finally:
            self._receiving = False

    def is_readable(self) -> bool:
        return bool(self.incoming) or self.ended or self.closed

    def send_nowait(self, queue: SendQueue) -> None:
        if self.closed and self.farewell:
            raise self.farewell
        if self.send_error:
            raise self.send_error
        size = int(min(self.room, len(queue)))
        self.room -= size
        self.undelivered |= self.undelivered_when_sent and size > 0
        self.sent += queue.data[:size]
        queue.remove(size)

    async def send(self, queue: SendQueue) -> None:
        self._senders += 1
        self.most_senders = max(self.most_senders, self._senders)
        try:
            await self.wait_writable()
        finally:
            self._senders -= 1
        self.send_nowait(queue)
        self.unflushed = False

    async def wait_writable(self) -> None:
        await checkpoint()
        while not (self.room or self.closed or self.send_error):
            changed = self._changed
            await changed.wait()
            if changed is self._interrupted:
                raise self.farewell or anyio.ClosedResourceError

    async def send_eof(self) -> None:
        self.shut_down_sending()

    def acknowledge(self) -> None: ...

    def interrupt(self) -> None:
        self._interrupted = self._changed
        self.change()

    def begin_closing(self) -> bool:
        return self.undelivered

    def is_undelivered(self) -> bool:
        return self.undelivered

    def discard_nowait(self) -> None:
        del self.incoming[: 2**16]

    def shut_down_sending(self) -> None:
        self.sending_shut_down = True

    def release(self) -> bytes:
        self.released = True
        return b""

    async def aclose(self) -> None:
        self.closed = True
        self.change()
        await checkpoint()


class Connection:
    """A driver over a link, and the engine of its peer, which does nothing by itself."""

    def __init__(
        self,
        server_context: ssl.SSLContext,
        client_context: ssl.SSLContext,
        *,
        server_side: bool = False,
        **options: Any,
    ) -> None:
        standard_compatible = options.get("standard_compatible", True)
        self.link = Link()
        self.driver = TLSDriver(
            TLSEngine(
                server_context if server_side else client_context,
                server_side=server_side,
                server_hostname=None if server_side else "localhost",
                standard_compatible=standard_compatible,
                errors=ErrorClasses(),
            ),
            self.link,
            event_loop(),
            standard_compatible=standard_compatible,
            linger=options.get("linger"),
            yield_every=options.get("yield_every", 1),
            errors=ErrorClasses(),
            handshake_timeout=options.get("handshake_timeout"),
            visitor=options.get("visitor"),
        )
        self.peer = make_engine(client_context if server_side else server_context, server_side=not server_side)

    async def shake_hands(self) -> None:
        async with anyio.create_task_group() as tg:
            tg.start_soon(self.driver.handshake)
            await self.shake_hands_with()

    async def shake_hands_with(self) -> None:
        """The peer's part."""
        while not (self.driver.handshaken and self.peer.handshake()):
            self.peer.handshake()
            self.answer()
            await let_others_run()
            self.listen()

    def answer(self) -> None:
        """Deliver what the peer has to say."""
        self.link.deliver(bytes(self.peer.outgoing))
        self.peer.outgoing.clear()

    def listen(self) -> None:
        """Give the peer what was sent."""
        if self.link.sent:
            self.peer.feed(bytes(self.link.sent))
        self.link.sent.clear()

    def say(self, data: bytes) -> None:
        assert self.peer.write(data) == len(data)
        self.answer()

    def heard(self) -> bytes:
        self.listen()
        got = bytearray()
        while data := self.peer.read(2**16):
            got += data
        return bytes(got)


def calls_of(driver: TLSDriver) -> dict[str, Callable[[], Coroutine[Any, Any, Any]]]:
    return {
        "handshake": driver.handshake,
        "receive": lambda: driver.receive(1),
        "send": lambda: driver.send(b"x"),
        "send_eof": driver.send_eof,
        "unwrap": lambda: driver.unwrap(None),
        "wait_writable": driver.wait_writable,
    }


async def closed(call: Awaitable[Any]) -> None:
    with pytest.raises(anyio.ClosedResourceError, match="this TLS stream has been closed"):
        await call
