"""The peer that every contender talks to: OpenSSL over a blocking socket, in a thread, with control over every byte.

It is as patient as the scenario says and never blocks for longer, so that a contender which hangs leaves the peer with
something to report all the same.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

__all__ = [
    "CLEAN_END",
    "NO_CLOSE_NOTIFY",
    "RESET",
    "SILENCE",
    "EndedError",
    "Peer",
    "Performance",
    "Received",
]

T = TypeVar("T")

CHUNK = 65536

# More than a socket holds (bytes).
MOST = 2**24

# How often somebody who waits looks up (seconds).
TICK = 0.02

# How long nothing has to come (seconds) to count as nothing, where there is a reason to expect no more.
QUIET = 0.3

CLEAN_END = "close_notify"
NO_CLOSE_NOTIFY = "an end without close_notify"
RESET = "a reset"
SILENCE = "nothing more"

# How OpenSSL tells of an alert that it received.
ALERT = re.compile(r"\balert ([a-z ]+?)(?: \(|$)")


class EndedError(Exception):
    """The contender's side has ended; how, is told in words."""


@dataclass(frozen=True)
class Received:
    """What somebody received, and how it ended, in words; ``""`` if it has not."""

    data: bytes
    end: str


class Peer:
    """One connection. Not for concurrent use.

    :param seconds: how long anything may take
    """

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, *, server_side: bool, seconds: float) -> None:
        self.sock = sock
        self.sock.settimeout(seconds)
        # What was sent is on its way: otherwise a small record would wait until the one before is acknowledged.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.seconds = seconds
        self.given_up = threading.Event()
        """Set when the contender has nothing more to send, and waiting for it is in vain."""
        self.ready = threading.Event()
        """Set when the handshake is complete, or has failed."""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(
            self._incoming,
            self._outgoing,
            server_side=server_side,
            server_hostname=None if server_side else "localhost",
        )

    def handshake(self) -> None:
        try:
            self._call(self.tls.do_handshake)
        finally:
            self.ready.set()

    def send(self, data: bytes) -> None:
        for start in range(0, len(data), CHUNK):
            self.send_raw(self.encrypt(data[start : start + CHUNK]))

    def send_raw(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError as exc:
            raise EndedError(_how(exc)) from exc

    def encrypt(self, data: bytes) -> bytes:
        """The records that carry ``data``, not sent yet."""
        self.tls.write(data)
        return self._outgoing.read()

    def close_notify(self) -> bytes:
        """The record that says the end, not sent yet."""
        try:
            self.tls.unwrap()
        except ssl.SSLWantReadError:
            pass  # The other side has not said its own.
        return self._outgoing.read()

    def receive(self, enough: Callable[[bytearray], bool] | None = None) -> Received:
        """Receive until it is enough, or to the end."""
        data = bytearray()
        while enough is None or not enough(data):
            try:
                piece = self._call(self.tls.read, CHUNK)
            except EndedError as end:
                return Received(bytes(data), str(end))
            if not piece:
                return Received(bytes(data), CLEAN_END)
            data += piece
        return Received(bytes(data), "")

    def count(self, size: int) -> int:
        """Receive ``size`` bytes, or what there is of them, without keeping them; return how many those were."""
        counted = 0
        while counted < size:
            try:
                piece = self._call(self.tls.read, CHUNK)
            except EndedError:
                break
            if not piece:
                break
            counted += len(piece)
        return counted

    def wait_for_input(self) -> None:
        """Wait until a byte has arrived, without taking it."""
        self._wait_readable()
        self.sock.recv(1, socket.MSG_PEEK)

    def wait_until_stuck(self) -> None:
        """Wait until bytes have arrived, and then nothing for a while, because there is no room for more."""
        self.wait_for_input()
        last, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET:
            waiting = len(self.sock.recv(MOST, socket.MSG_PEEK))
            if waiting != last:
                last, since = waiting, time.monotonic()
            time.sleep(TICK)  # To wait for more is not possible while there is something.

    def has_input(self, seconds: float) -> bool:
        """Whether a byte arrives within so many seconds."""
        return bool(select.select([self.sock], [], [], seconds)[0])

    def take_records(self) -> int:
        """Take what has arrived, and tell how many records that were (RFC 8446 section 5.1)."""
        try:
            self._wait_readable()
        except EndedError:
            return 0
        data = self.sock.recv(CHUNK)
        self._incoming.write(data)
        records = start = 0
        while start < len(data):
            start += 5 + int.from_bytes(data[start + 3 : start + 5], "big")
            records += 1
        return records

    def transport_ends(self) -> bool:
        """Whether the connection below TLS ends too, clean or not; what still comes is discarded."""
        try:
            while True:
                self._wait_readable()
                if not self.sock.recv(CHUNK):
                    return True
        except ConnectionError:
            return True
        except EndedError:
            return False

    def end_transport(self) -> None:
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _call(self, function: Callable[..., T], *arguments: object) -> T:
        while True:
            try:
                result = function(*arguments)
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            except ssl.SSLZeroReturnError:
                raise EndedError(CLEAN_END) from None
            except ssl.SSLError as exc:
                try:
                    self._flush()
                except EndedError:
                    pass  # What it said is more telling.
                raise EndedError(_how(exc)) from exc
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if self._outgoing.pending:
            self.send_raw(self._outgoing.read())

    def _fill(self) -> None:
        try:
            self._wait_readable()
            data = self.sock.recv(CHUNK)
        except OSError as exc:
            raise EndedError(_how(exc)) from exc
        if not data:
            raise EndedError(NO_CLOSE_NOTIFY)
        self._incoming.write(data)

    def _wait_readable(self) -> None:
        deadline = time.monotonic() + self.seconds
        while not select.select([self.sock], [], [], TICK)[0]:
            if self.given_up.is_set():
                deadline = min(deadline, time.monotonic() + QUIET)
                self.given_up = threading.Event()
            if time.monotonic() > deadline:
                raise EndedError(SILENCE)


def _how(error: OSError) -> str:
    """How a connection ended, by the error that it ended with."""
    if isinstance(error, ssl.SSLError):
        if alert := ALERT.search(error.strerror or ""):
            return f"the alert {alert[1].replace(' ', '_')}"
        return f"what it cannot read as TLS ({error.reason or error})"
    return RESET if isinstance(error, ConnectionError) else SILENCE


class Performance(Generic[T]):
    """A peer that does what it is told in a thread of its own."""

    def __init__(self, script: Callable[[Peer], T], peer: Peer) -> None:
        self.peer = peer
        self._future: Future[T] = Future()
        threading.Thread(target=self._run, args=(script,), daemon=True).start()

    def _run(self, script: Callable[[Peer], T]) -> None:
        try:
            self._future.set_result(script(self.peer))
        except BaseException as exc:
            self._future.set_exception(exc)

    async def report(self) -> T:
        """What the script returned, or raised. It ends by itself: nothing that a peer does lasts for ever."""
        while not self._future.done():  # noqa: ASYNC110 - a thread sets it
            await anyio.sleep(TICK)
        return self._future.result()

    async def give_up(self) -> T:
        """The same, after telling the peer that nothing more will come than what is on its way."""
        self.peer.given_up.set()
        return await self.report()
