"""How one side ends, and what the other makes of it."""

from __future__ import annotations

import ssl
import threading
from functools import partial

from tests._behaviour.peer import CLEAN_END, Peer, Received
from tests._behaviour.stage import Stage, turns, until
from tests._behaviour.words import arrival, at_end, part

from .scenario import KIB, MIB, NEXT, payload, receive_next, scenario_in

scenario = partial(scenario_in, "Ends")


@scenario("Half-close on TLS 1.3")
async def half_close(stage: Stage) -> list[str]:
    """The contender sends and ends its half. The peer answers with 1 MiB when it has read the end, and then ends its
    own half."""
    data = payload("data", MIB)

    def script(peer: Peer) -> Received:
        peer.handshake()
        report = peer.receive()
        if report.end == CLEAN_END:
            peer.send(data)
            peer.send_raw(peer.close_notify())
        return report

    connection, performance = await stage.client(script)
    await stage.attempt(connection.send, NEXT)
    outcome = await stage.attempt(connection.send_eof)
    if not outcome.returned:
        await performance.give_up()
        return [f"send_eof() {outcome}."]
    received = await stage.receive(connection)
    report = await performance.report()
    return [
        f"send_eof() {outcome}; the peer gets {at_end(report, NEXT)}.",
        f"Receiving gives {at_end(received, data)}.",
    ]


@scenario("Half-close on TLS 1.2")
async def half_close_tls12(stage: Stage) -> list[str]:
    """The contender ends its half where the protocol makes the peer discard what it still had to send. If it
    declines, it sends something."""

    def script(peer: Peer) -> Received:
        peer.handshake()
        return receive_next(peer)

    context = stage.client_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    connection, performance = await stage.client(script, context)
    outcome = await stage.attempt(connection.send_eof)
    if outcome.returned:
        report = await performance.report()
        return [f"send_eof() {outcome}; the peer gets {report.end or 'no end'}."]
    sent = await stage.attempt(connection.send, NEXT)
    report = await (performance.report() if sent.returned else performance.give_up())
    return [f"send_eof() {outcome}.", f"A send after that {sent}{arrival(sent, report, NEXT)}."]


@scenario("The peer ends its half (TLS 1.3)")
async def half_closed_by_peer(stage: Stage) -> list[str]:
    """The peer sends 64 KiB and close_notify, and goes on reading. The contender receives to the end, lets other tasks
    run for a while, and sends."""
    data = payload("data", 64 * KIB)

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.send(data)
        peer.send_raw(peer.close_notify())
        return receive_next(peer)

    connection, performance = await stage.client(script)
    received = await stage.receive(connection)
    await turns(20)
    sent = await stage.attempt(connection.send, NEXT)
    report = await (performance.report() if sent.returned else performance.give_up())
    return [f"Receiving gives {at_end(received, data)}.", f"A send after that {sent}{arrival(sent, report, NEXT)}."]


@scenario("The connection is cut")
async def truncated(stage: Stage) -> list[str]:
    """The peer sends 64 KiB, and then its connection ends without close_notify, as it does when somebody in between
    cuts it."""
    data = payload("data", 64 * KIB)

    def script(peer: Peer) -> None:
        peer.handshake()
        peer.send(data)
        peer.end_transport()

    connection, performance = await stage.client(script)
    received = await stage.receive(connection)
    await performance.report()
    return [f"Receiving gives {at_end(received, data)}."]


@scenario("A reset after the last response")
async def reset_after_response(stage: Stage) -> list[str]:
    """The peer sends 32 KiB and close_notify, and resets the connection. The contender receives when that has
    happened and other tasks have run for a while."""
    data = payload("data", 32 * KIB)
    was_reset = threading.Event()

    def script(peer: Peer) -> None:
        peer.handshake()
        peer.send(data)
        peer.send_raw(peer.close_notify())
        peer.reset()
        was_reset.set()

    connection, performance = await stage.client(script)
    await until(was_reset)
    await turns(20)
    received = await stage.receive(connection)
    await performance.report()
    return [f"Receiving gives {at_end(received, data)}."]


@scenario("The peer answers early and goes away")
async def early_answer(stage: Stage) -> list[str]:
    """The contender sends. Without reading it, the peer sends a response of 32 KiB and close_notify and closes, which
    resets the connection. The contender lets other tasks run for a while, goes on sending, up to twenty times if that
    does not fail, and then receives."""
    item, data = payload("item", 16 * KIB), payload("data", 32 * KIB)
    closed = threading.Event()

    def script(peer: Peer) -> None:
        peer.handshake()
        peer.wait_for_input()
        peer.send(data)
        peer.send_raw(peer.close_notify())
        peer.sock.close()
        closed.set()

    connection, performance = await stage.client(script)

    async def send_more() -> None:
        for _ in range(20):
            await connection.send(item)

    await stage.attempt(connection.send, item)
    await until(closed)
    await turns(20)
    sent = await stage.attempt(send_more)
    received = await stage.receive(connection)
    await performance.report()
    words = f"Sending {sent}." if not sent.returned else "Twenty more sends return."
    return [words, f"Receiving gives {at_end(received, data)}."]


@scenario("Unwrapping while data is on its way")
async def unwrap_with_data(stage: Stage) -> list[str]:
    """The peer has sent 16 KiB, which the contender has not received, when it unwraps. The peer answers close_notify
    with its own. If unwrapping fails, the contender receives, and unwraps again."""
    data = payload("data", 16 * KIB)
    sent = threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.send(data)
        sent.set()
        report = peer.receive()
        if report.end == CLEAN_END:
            peer.send_raw(peer.close_notify())
        return report

    connection, performance = await stage.client(script)
    await until(sent)
    first = await stage.attempt(connection.unwrap)
    if not first.offered:
        await performance.give_up()
        return [f"unwrap() {first}."]
    received = await stage.receive(connection, len(data))
    again = await stage.attempt(connection.unwrap)
    await performance.give_up()
    return [f"unwrap() {first}.", f"Receiving gives {at_end(received, data)}; again, unwrap() {again}."]


@scenario("What comes after the end of TLS")
async def unwrap_trailing(stage: Stage) -> list[str]:
    """The peer sends close_notify and 32 bytes in the clear in one piece. The contender unwraps."""
    sent = threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.send_raw(peer.close_notify() + NEXT)
        sent.set()
        return peer.receive()

    connection, performance = await stage.client(script)
    await until(sent)
    outcome = await stage.attempt(connection.unwrap)
    report = await (performance.report() if outcome.returned else performance.give_up())
    if not outcome.returned:
        return [f"unwrap() {outcome}."]
    return [f"unwrap() returns, with {part(outcome.value[1], NEXT)} of what followed. The peer sees {report.end}."]
