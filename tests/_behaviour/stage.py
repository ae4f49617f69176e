"""Where a contender and the peer meet, and how what they do is watched."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import anyio
from _loop import AtEachAwait
from anyio.lowlevel import checkpoint

from .contenders import Connection, Contender
from .peer import SILENCE, TICK, Peer, Performance, Received
from .words import CLEAN, Outcome, name_of

__all__ = ["Stage", "attempt", "cancel_when", "complaints", "strike_at", "turns", "until"]

T = TypeVar("T")

LOOPBACK = "127.0.0.1"

# What the kernel takes from a contender at once (bytes), so that a large send has to wait for the peer.
SEND_BUFFER = 65536

# A peer that takes longer (seconds) to do what its script says is out of its script.
PEER_PATIENCE = 20

# What the peer's kernel takes (bytes) while the peer does not read, where it matters that this is little.
SMALL_BUFFER = 4096

# What letting go of a connection may take (seconds).
CLEANING_UP = 0.2


class Stage:
    """One run of one scenario with one contender.

    :param directory: where the certificates are
    :param seconds: how long anything may take
    """

    def __init__(self, contender: Contender, directory: Path, seconds: float) -> None:
        self.contender = contender
        self.directory = directory
        self.seconds = seconds
        self._connections: list[Connection] = []
        self._sockets: list[socket.socket] = []
        self._performances: list[Performance[Any]] = []

    # ---- contexts ----

    def client_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.directory / "ca.pem")

    def server_context(self, *, tickets: int = 2) -> ssl.SSLContext:
        """A server's, with as many session tickets for each client as OpenSSL gives unasked, or others.

        A client that has not read them has unread input.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.num_tickets = tickets
        context.load_cert_chain(self.directory / "server.pem")
        return context

    def demanding_server_context(self) -> ssl.SSLContext:
        """A server's that requires a certificate of the client."""
        context = self.server_context()
        context.load_verify_locations(self.directory / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    # ---- connections ----

    def peer_accepts(
        self, script: Callable[[Peer], T], context: ssl.SSLContext | None = None, *, small_buffer: bool = False
    ) -> tuple[socket.socket, Performance[T]]:
        """A socket that is connected to a peer who is a server and follows the script."""
        with socket.create_server((LOOPBACK, 0)) as listener:
            if small_buffer:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
            sock = socket.create_connection(listener.getsockname())
            peer_sock, _ = listener.accept()
        self._sockets.append(sock)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        return sock, self._perform(script, peer_sock, context or self.server_context(), server_side=True)

    def peer_connects(
        self, script: Callable[[Peer], T], *, small_buffer: bool = False
    ) -> tuple[socket.socket, Performance[T]]:
        """A listener to which a peer is connected who is a client and follows the script."""
        listener = socket.create_server((LOOPBACK, 0))
        self._sockets.append(listener)
        peer_sock = socket.socket()
        if small_buffer:
            peer_sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        peer_sock.connect(listener.getsockname())
        return listener, self._perform(script, peer_sock, self.client_context(), server_side=False)

    def _perform(
        self, script: Callable[[Peer], T], sock: socket.socket, context: ssl.SSLContext, *, server_side: bool
    ) -> Performance[T]:
        # What the peer has seen, it has seen before the contender's time is up and the stage is cleared.
        peer = Peer(sock, context, server_side=server_side, seconds=self.seconds * 0.75)
        performance = Performance(script, peer)
        self._performances.append(performance)
        return performance

    async def client(
        self,
        script: Callable[[Peer], T],
        context: ssl.SSLContext | None = None,
        *,
        peer_context: ssl.SSLContext | None = None,
        small_buffer: bool = False,
    ) -> tuple[Connection, Performance[T]]:
        """The contender as a client, connected, and the peer as a server."""
        sock, performance = self.peer_accepts(script, peer_context, small_buffer=small_buffer)
        connection = self.keep(await self.contender.client(sock, context or self.client_context()))
        await until(performance.peer.ready)
        return connection, performance

    async def server(
        self, script: Callable[[Peer], T], *, small_buffer: bool = False
    ) -> tuple[Connection, Performance[T]]:
        """The contender as a server, and the peer as a client."""
        listener, performance = self.peer_connects(script, small_buffer=small_buffer)
        connection = self.keep(await self.contender.server(listener, self.server_context()))
        await until(performance.peer.ready)
        return connection, performance

    def keep(self, connection: Connection) -> Connection:
        """Have a connection closed when all is over."""
        self._connections.append(connection)
        return connection

    async def clean_up(self) -> None:
        """Let go of everything, which is no part of the comparison."""
        with anyio.CancelScope(shield=True):
            for connection in self._connections:
                with anyio.move_on_after(CLEANING_UP), suppress(Exception):
                    await connection.abort()
            for performance in self._performances:
                with suppress(Exception):
                    await performance.give_up()
                performance.peer.sock.close()
            for sock in self._sockets:
                sock.close()

    # ---- calls ----

    async def attempt(self, function: Callable[..., Awaitable[Any]], *arguments: Any) -> Outcome:
        return await attempt(function, *arguments, seconds=self.seconds)

    async def receive(self, connection: Connection, count: int | None = None) -> Received:
        """Receive so many bytes, or to the end; how it ended is told in words, ``""`` if it has not."""
        data = bytearray()
        while count is None or len(data) < count:
            outcome = await self.attempt(connection.receive)
            if not outcome.returned:
                return Received(bytes(data), name_of(outcome.error) if outcome.error else SILENCE)
            if not outcome.value:
                return Received(bytes(data), CLEAN)
            data += outcome.value
        return Received(bytes(data), "")


async def attempt(function: Callable[..., Awaitable[Any]], *arguments: Any, seconds: float) -> Outcome:
    """Await a call, for so many seconds at most."""
    started = time.monotonic()
    value: Any = None
    error: BaseException | None = None
    with anyio.move_on_after(seconds) as scope:
        try:
            value = await function(*arguments)
        except Exception as exc:
            error = exc
        except asyncio.CancelledError as exc:
            if anyio.current_effective_deadline() == -math.inf:
                raise
            error = exc  # nobody has cancelled this
    if scope.cancelled_caught:
        return Outcome(seconds, gave_up=True)
    return Outcome(time.monotonic() - started, value, error)


async def until(event: threading.Event) -> None:
    """Wait for what the peer does.

    :raises TimeoutError: if it does not
    """
    with anyio.fail_after(PEER_PATIENCE):
        while not event.is_set():  # noqa: ASYNC110 - a thread sets it
            await anyio.sleep(TICK)


async def cancel_when(
    event: threading.Event, function: Callable[..., Awaitable[Any]], *arguments: Any, after_turns: int = 0
) -> Outcome | None:
    """Await a call, and cancel it when the peer has done something; ``None``, or what it did if it was done before."""
    outcome: Outcome | None = None

    async def cancel() -> None:
        await until(event)
        await turns(after_turns)
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(cancel)
        outcome = await attempt(function, *arguments, seconds=PEER_PATIENCE)
        tasks.cancel_scope.cancel()
    return outcome


async def turns(count: int) -> None:
    """Let everybody else have so many turns of the event loop."""
    for _ in range(count):
        await checkpoint()


async def strike_at(coroutine: Coroutine[Any, Any, object], n: int) -> bool:
    """Run a coroutine and cancel it when it is waiting for the n-th time, or before it begins (0).

    Tells whether it was cancelled; if not, it has completed.
    """
    left = n
    with anyio.CancelScope() as scope:

        def strike() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                scope.cancel()

        if n == 0:
            scope.cancel()
        await AtEachAwait(coroutine, strike)
    return scope.cancelled_caught


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Collect what is said behind the program's back: logged warnings, and exceptions that nobody catches."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(re.sub("<.*>| at 0x.*", "", record.getMessage()).splitlines()[0].strip())

    def unraisable(hint: Any) -> None:
        heard.append(f"exception ignored: {name_of(hint.exc_value)}")

    listener = Listener(logging.WARNING)
    logging.getLogger().addHandler(listener)
    before, sys.unraisablehook = sys.unraisablehook, unraisable
    try:
        yield heard
        gc.collect()
    finally:
        sys.unraisablehook = before
        logging.getLogger().removeHandler(listener)
