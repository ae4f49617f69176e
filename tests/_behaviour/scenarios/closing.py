"""What is done to closes."""

from __future__ import annotations

import threading
from functools import partial

import anyio

from tests._behaviour.peer import CLEAN_END, EndedError, Peer, Received
from tests._behaviour.stage import Stage, attempt, cancel_when, turns, until
from tests._behaviour.words import Outcome, at_end, found, part, seen

from .scenario import KIB, MIB, NEXT, payload, scenario_in, see_the_end

scenario = partial(scenario_in, "Closing")

# What a close is given that may take as long as its own limit: a second more than the longest of these.
CLOSE_SECONDS = 31


@scenario("A server closes with unread input")
async def close_unread(stage: Stage) -> list[str]:
    """The peer, a client, sends 512 KiB, of which the contender, a server, receives only the first piece. It sends a
    response of 16 KiB and closes. The peer reads when close has returned, or half a second after the response was
    sent."""
    request, response = payload("request", 512 * KIB), payload("response", 16 * KIB)
    requested, responded, closed = threading.Event(), threading.Event(), threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.send(request)
        requested.set()
        responded.wait(peer.seconds)
        closed.wait(0.5)
        report = peer.receive()
        peer.sock.close()
        return report

    connection, performance = await stage.server(script, small_buffer=True)
    first = await stage.attempt(connection.receive)
    await until(requested)
    sent = await stage.attempt(connection.send, response)
    responded.set()
    outcome = await stage.attempt(connection.close)
    closed.set()
    report = await performance.report()
    if not (first.returned and sent.returned):
        return [f"The receive {first}, the send {sent}."]
    return [f"close {outcome.timed}.", f"The peer gets {at_end(report, response)}."]


@scenario("A client sends and closes")
async def close_after_send(stage: Stage) -> list[str]:
    """The contender, a client that has nothing to receive, sends 16 KiB and closes. The peer, whose session tickets
    are on their way to the client, reads when close has returned, or half a second after the send has, and answers
    close_notify with its own."""
    item = payload("item", 16 * KIB)
    sent_all, closed = threading.Event(), threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        sent_all.wait(peer.seconds)
        closed.wait(0.5)
        return answer_the_end(peer)

    connection, performance = await stage.client(script, small_buffer=True)
    sent = await stage.attempt(connection.send, item)
    sent_all.set()
    outcome = await stage.attempt(connection.close)
    closed.set()
    report = await performance.report()
    return [f"The send {sent}, close {outcome.timed}.", f"The peer gets {at_end(report, item)}."]


def answer_the_end(peer: Peer) -> Received:
    """Receive to the end, and end the other half too."""
    report = peer.receive()
    if report.end == CLEAN_END:
        try:
            peer.send_raw(peer.close_notify())
        except EndedError:
            pass  # The contender did not wait for it.
    return report


@scenario("Closing when the peer does not answer", seconds=4)
async def close_silent(stage: Stage) -> list[str]:
    """The peer reads, but sends no close_notify of its own and does not close."""

    def script(peer: Peer) -> tuple[str, bool]:
        peer.handshake()
        return see_the_end(peer)

    connection, performance = await stage.client(script)
    outcome = await stage.attempt(connection.close)
    return [f"close {outcome.timed}.", seen(*await performance.report())]


@scenario("Closing when the peer does not even read", seconds=CLOSE_SECONDS + 5)
async def close_stuck(stage: Stage) -> list[str]:
    """A send of 8 MiB to a peer that does not read is cancelled, and then the contender closes. The peer begins to read
    when close has returned."""
    item = payload("item", 8 * MIB)
    stuck, closed = threading.Event(), threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.wait_until_stuck()
        stuck.set()
        closed.wait(stage.seconds)
        return peer.receive()

    context = stage.server_context(tickets=0)
    connection, performance = await stage.client(script, peer_context=context, small_buffer=True)
    completed = await cancel_when(stuck, connection.send, item)
    outcome = await stage.attempt(connection.close)
    closed.set()
    report = await performance.report()
    words = [f"Before it can be cancelled, the send {completed}."] if completed else []
    return [*words, f"close {outcome.within(CLOSE_SECONDS)}.", f"The peer gets {part(report.data, item)}."]


@scenario("Closing while another task receives")
async def close_while_receiving(stage: Stage) -> list[str]:
    """A task waits for data when another one closes. The peer reads, but does not answer."""

    def script(peer: Peer) -> tuple[str, bool]:
        peer.handshake()
        return see_the_end(peer)

    connection, performance = await stage.client(script)
    waiting: list[Outcome] = []

    async def receive() -> None:
        waiting.append(await stage.attempt(connection.receive))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        await turns(20)
        outcome = await stage.attempt(connection.close)
    report = await performance.report()
    return [f"close {outcome.timed}.", f"The waiting receive {found(waiting[0])}.", seen(*report)]


@scenario("Closing while another task sends", seconds=CLOSE_SECONDS + 5)
async def close_while_sending(stage: Stage) -> list[str]:
    """A task is sending 8 MiB to a peer that does not read when another one closes. The peer begins to read when close
    has returned."""
    item = payload("item", 8 * MIB)
    stuck, closed = threading.Event(), threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.wait_until_stuck()
        stuck.set()
        closed.wait(stage.seconds)
        return peer.receive()

    context = stage.server_context(tickets=0)
    connection, performance = await stage.client(script, peer_context=context, small_buffer=True)
    waiting: list[Outcome] = []

    async def send() -> None:
        # For longer than the close, which must not be helped by an end to this.
        waiting.append(await attempt(connection.send, item, seconds=stage.seconds + 5))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        await until(stuck)
        outcome = await stage.attempt(connection.close)
        closed.set()
    report = await performance.report()
    return [
        f"close {outcome.within(CLOSE_SECONDS)}.",
        f"The waiting send {waiting[0]}.",
        f"The peer gets {part(report.data, item)}.",
    ]


@scenario("A close is cancelled")
async def close_cancelled(stage: Stage) -> list[str]:
    """The close is called in a scope that has been cancelled already, so that it may not wait for anything. The peer
    reads, but does not answer."""

    def script(peer: Peer) -> tuple[str, bool]:
        peer.handshake()
        return see_the_end(peer)

    connection, performance = await stage.client(script, peer_context=stage.server_context(tickets=0))

    async def close() -> bool:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await connection.close()
        return scope.cancelled_caught

    outcome = await stage.attempt(close)
    how = "is cancelled" if outcome.value else outcome
    return [f"close {how}, {outcome.speed}.", seen(*await performance.report())]


@scenario("Use after the close")
async def after_close(stage: Stage) -> list[str]:
    """Close, close again, receive, send. The peer answers close_notify with its own."""

    def script(peer: Peer) -> Received:
        peer.handshake()
        return answer_the_end(peer)

    connection, performance = await stage.client(script)
    first = await stage.attempt(connection.close)
    second = await stage.attempt(connection.close)
    received = await stage.attempt(connection.receive)
    sent = await stage.attempt(connection.send, NEXT)
    await performance.report()
    return [f"close {first.timed}; again, it {second}.", f"A receive {found(received)}, a send {sent}."]
