"""One case of a sweep: a conversation in which an operation is interrupted at one of its awaits."""

from __future__ import annotations

import enum
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeAlias

import anyio
import pytest
from anyio.lowlevel import checkpoint

from anyio_tls import TLSError, TruncatedError, UnexpectedDataError
from anyio_tls.testing import Strike

from ._conversations import (
    Conversation,
    Endpoint,
    closed_errors,
    conversation,
    end_transport,
    let_others_run,
    reset_transport,
)
from ._wire import update_keys

Contexts: TypeAlias = tuple[ssl.SSLContext, ssl.SSLContext]


REPLY: Final = 40_000
"""Bytes that the peer sends: three records."""


PLAINTEXT: Final = b"after TLS"


class How(enum.Enum):
    """What is injected."""

    CANCELLED = "cancelled"
    STALLED = "stalled then cancelled"
    END = "end of file"
    RESET = "reset"


class Situation(enum.Enum):
    """What else is going on."""

    TICKETS = "session tickets in flight"  # those of a TLS 1.3 server leave with its first record
    KEY_UPDATE = "KeyUpdate in flight"  # both sides send one with their next record, the peer asks for another
    NOT_READING = "the peer has stopped reading"  # and our queue is full


async def unwrap(endpoint: Endpoint) -> None:
    """Unwrap; what arrives meanwhile is received first."""
    while True:
        try:
            _, trailing = await endpoint.stream.unwrap(timeout=None)
        except UnexpectedDataError:
            await endpoint.receive()
        else:
            endpoint.trailing += trailing
            return


Call: TypeAlias = Callable[[Endpoint], Awaitable[object]]


OPERATIONS: Final[dict[str, list[Call]]] = {
    "handshake": [Endpoint.handshake],
    "receive": [lambda ours: ours.receive(1000)],
    "receive-what-is-there": [lambda ours: ours.receive(1000)],
    "send-1": [lambda ours: ours.send(1)],
    "send-16KiB": [lambda ours: ours.send(2**14)],
    "send-1MiB": [lambda ours: ours.send(2**20)],
    "send-and-receive": [lambda ours: ours.send(100_000), lambda ours: ours.receive(1000)],
    "send_eof": [Endpoint.send_eof],
    "unwrap": [unwrap],
    "aclose": [Endpoint.aclose],
}


SAYS: Final = {
    "send-16KiB": 2**14,
    "send-1MiB": 2**20,
    "send-and-receive": 100_000,
    "send_eof": 0,
    "unwrap": 0,
    "aclose": 0,
}
"""Bytes that we send in all, if it is not just a few."""


async def fill(endpoint: Endpoint) -> None:
    """Send until nothing goes out any more, and leave the rest in the queue, or in that of a TLS stream below."""
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tg:
            tg.start_soon(endpoint.send, 2**19)
            await let_others_run()
            scope.cancel()
    assert not endpoint.driver.is_flushed


class Case:
    """One conversation."""

    def __init__(
        self, operation: str, how: How, situation: Situation, kind: str, contexts: Contexts, *, server_side: bool
    ) -> None:
        self.operation = operation
        self.how = how
        self.situation = situation
        self.kind = kind
        self.contexts = contexts
        self.server_side = server_side
        self.cancelled = False
        self.torn = False  # the transport could not tell how much of a cancelled send it took
        self.error: Exception | None = None  # of what was struck

    def __str__(self) -> str:
        side = "server" if self.server_side else "client"
        return f"{self.operation} by the {side}, {self.how.value}, {self.situation.value}, {self.kind}"

    async def run(self, strike: Strike) -> None:
        handshaken = self.operation != "handshake"
        async with conversation(self.kind, self.contexts, server_side=self.server_side, handshaken=handshaken) as talk:
            await self.prepare(talk)
            await self.attempt(talk, strike)
            talk.gate.open()
            self.cut = self.how if strike.struck and self.how in (How.END, How.RESET) else None
            if self.cut:
                await self.see_what_is_left(talk)
            else:
                await self.go_on(talk)
            await self.close(talk)

    async def prepare(self, talk: Conversation) -> None:
        ours, peer = talk.ours, talk.peer
        not_reading = self.situation is Situation.NOT_READING
        if not_reading and self.operation != "handshake" and self.kind != "memory":
            await fill(ours)
        # A client that leaves with unread input resets the connection, and nobody hears its last words.
        silent = self.operation == "aclose" and not self.server_side
        if self.situation is Situation.KEY_UPDATE and not silent:
            # What we say next takes our answer to the first one along, what the peer says next another one.
            await ours.send(1)
            await peer.receive()
            update_keys(peer.driver.engine.ssl_object)
            await peer.send(1)
            await ours.receive()
            update_keys(peer.driver.engine.ssl_object)
        self.ours_total = ours.bytes_sent + SAYS.get(self.operation, 100)
        self.peer_total = peer.bytes_sent + (0 if silent else REPLY)

        async def listen() -> None:
            if not_reading:
                await let_others_run()
            if self.operation == "unwrap":
                await peer.receive_until(self.ours_total)
                await peer_spoke.wait()
                await unwrap(peer)
            else:
                await peer.receive_until_end()
            if self.operation == "aclose":
                await peer.aclose()

        peer_spoke = talk.let_peer(lambda: peer.send_until(self.peer_total))
        self.peer_heard = talk.let_peer(listen)
        # What arrives after a close resets the connection: nobody can promise anything then.
        if self.operation in ("receive-what-is-there", "aclose"):
            await peer_spoke.wait()
            await let_others_run()

    async def attempt(self, talk: Conversation, strike: Strike) -> None:
        scopes: list[anyio.CancelScope] = []

        async def cancel() -> None:
            await let_others_run()
            for scope in scopes:
                scope.cancel()

        def stall() -> None:
            talk.gate.shut()
            talk.tasks.start_soon(cancel)

        async def call(operation: Call) -> None:
            with anyio.CancelScope() as scope:
                scopes.append(scope)
                actions: dict[How, Callable[[], object]] = {
                    How.CANCELLED: scope.cancel,
                    How.STALLED: stall,
                    How.END: partial(end_transport, talk.peer.below),
                    How.RESET: partial(reset_transport, talk.peer.below),
                }
                try:
                    await strike(operation(talk.ours), actions[self.how])
                except (TLSError, NotImplementedError) as exc:
                    self.error = exc
            self.cancelled |= scope.cancelled_caught

        async with anyio.create_task_group() as tg:
            for operation in OPERATIONS[self.operation]:
                tg.start_soon(call, operation)
        if isinstance(self.error, NotImplementedError):
            assert self.operation == "send_eof"
            assert self.contexts[0].maximum_version is ssl.TLSVersion.TLSv1_2
            self.error = None

    async def go_on(self, talk: Conversation) -> None:
        """After a cancellation everything goes on as if nothing had happened."""
        ours = talk.ours
        if self.error is not None:
            raise self.error
        if self.operation == "aclose":
            return
        try:
            if self.operation == "unwrap":
                if self.cancelled:
                    await unwrap(ours)
                return
            if self.operation == "send_eof":
                await self.half_close(talk)
            else:
                await ours.send_until(self.ours_total)
        except TLSError:
            self.torn = self.kind == "memory" and self.cancelled
            if not self.torn:
                raise
        if ours.driver.handshaken:
            await ours.receive_until(self.peer_total)

    async def half_close(self, talk: Conversation) -> None:
        try:
            await talk.ours.send_eof()
        except NotImplementedError:
            return
        with pytest.raises(closed_errors()):
            await talk.ours.send(1)
        await self.peer_heard.wait()
        self.peer_total += REPLY
        talk.let_peer(lambda: talk.peer.send_until(self.peer_total))

    async def see_what_is_left(self, talk: Conversation) -> None:
        """After an end or a reset, what was delivered is still there, and the error sticks."""
        ours, peer = talk.ours, talk.peer
        if self.operation == "aclose":
            assert self.error is None
            return
        if not ours.driver.handshaken:
            assert self.error is not None
            with pytest.raises(type(self.error)):
                await ours.handshake()
            return
        if self.operation == "unwrap" and self.error is None:
            return
        await ours.receive_until_end()
        if ours.error is None:
            assert peer.said_goodbye
        else:
            # TLS in TLS: the stream below is truncated, and so it is broken for the one above.
            assert isinstance(ours.error, TruncatedError if self.cut is How.END and self.kind != "tls" else TLSError)
            with pytest.raises(type(ours.error)):
                await ours.receive()
        if self.cut is How.END and self.kind != "writer-task":  # whose queue is lost with the connection
            assert ours.received >= peer.delivered
        if ours.said_goodbye:
            return
        if self.cut is How.RESET:
            if self.kind == "writer-task":  # which accepts bytes until its own send has failed
                with suppress(TLSError):
                    await ours.send(1)
                await let_others_run()
            with pytest.raises(TLSError):
                await ours.send(1)
            return
        await ours.send(100)
        while peer.received < ours.bytes_sent:
            assert peer.error is None
            await checkpoint()

    async def close(self, talk: Conversation) -> None:
        ours, peer = talk.ours, talk.peer

        async def leave() -> None:
            await self.peer_heard.wait()
            await peer.aclose()

        if self.operation != "unwrap":
            talk.let_peer(leave)  # A close would have to be patient with a peer that stays for no reason.
        await ours.aclose()
        for call in (ours.receive, partial(ours.send, 1), ours.send_eof, ours.handshake, partial(unwrap, ours)):
            with pytest.raises(closed_errors()):
                await call()
        await self.peer_heard.wait()
        if self.operation == "aclose":
            whole = self.cut is not How.RESET and not self.cancelled
        else:
            whole = not self.cut and not self.torn
        if not whole:
            return
        assert peer.error is None
        assert peer.received == ours.bytes_sent
        if self.operation != "aclose":  # which leaves while the peer speaks
            assert not talk.errors
        if self.operation == "unwrap":
            await use_plaintext(ours, peer)
            await use_plaintext(peer, ours)


async def use_plaintext(sender: Endpoint, receiver: Endpoint) -> None:
    below = sender.below
    await (getattr(below, "send_all", None) or below.send)(PLAINTEXT)
    below = receiver.below
    got = receiver.trailing
    while len(got) < len(PLAINTEXT):
        got += await (getattr(below, "receive_some", None) or below.receive)()
    assert got == PLAINTEXT
