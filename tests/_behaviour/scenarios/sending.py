"""What is done to sends."""

from __future__ import annotations

import gc
import threading
from functools import partial
from pathlib import Path

import anyio
from _loop import longest_hold

from tests._behaviour.contenders import Connection
from tests._behaviour.peer import Peer, Performance, Received
from tests._behaviour.stage import Stage, cancel_when, strike_at, turns, until
from tests._behaviour.words import Outcome, arrival, at_end, both, cpu_class, memory_class, part, size

from .scenario import KIB, MIB, NEXT, REPLY, payload, receive_next_and_reply, scenario_in

scenario = partial(scenario_in, "Sending")


@scenario("A small send is cancelled")
async def small_send_cancelled(stage: Stage) -> list[str]:
    """100 bytes are sent while there is room for them. The send is cancelled before it begins; on another connection
    at the first of its awaits, on yet another one at the second, and so on until it completes. After each
    cancellation something else is sent, and the peer replies."""
    item = payload("item", 100)
    seen: list[str] = []
    while True:

        def script(peer: Peer) -> Received:
            peer.handshake()
            return receive_next_and_reply(peer)

        connection, performance = await stage.client(script)
        before = connection.bytes_sent
        struck = await strike_at(connection.send(item), len(seen))
        if seen and not struck:
            break
        words = await going_on(stage, connection, performance, item, told_since(connection, before))
        seen.append(words if struck else f"it returns all the same; {words}")
    if len(seen) == 1:
        return [f"Cancelled before it begins: {seen[0]}.", "It has no await at which it could be cancelled later."]
    if len(set(seen)) == 1:
        return [f"Cancelled before it begins or at any of its awaits: {seen[0]}."]
    sentences = [f"Cancelled before it begins: {seen[0]}."]
    for words in dict.fromkeys(seen[1:]):
        where = [str(number) for number, other in enumerate(seen) if number and other == words]
        at = "any of its awaits" if len(where) == len(seen) - 1 else f"await {' and '.join(where)} of {len(seen) - 1}"
        sentences.append(f"Cancelled at {at}: {words}.")
    return sentences


@scenario("A large send is cancelled", seconds=5)
async def large_send_cancelled(stage: Stage) -> list[str]:
    """8 MiB are sent to a peer that does not read yet, and the send is cancelled once its first bytes have arrived.
    Then the peer reads, something else is sent, and the peer replies."""
    item = payload("item", 8 * MIB)
    arrived, cancelled = threading.Event(), threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.wait_for_input()
        arrived.set()
        cancelled.wait(peer.seconds)
        return receive_next_and_reply(peer)

    connection, performance = await stage.client(script)
    before = connection.bytes_sent
    completed = await cancel_when(arrived, connection.send, item)
    cancelled.set()
    words = await going_on(stage, connection, performance, item, told_since(connection, before))
    return [f"Before it can be cancelled, it {completed}: {words}." if completed else f"Cancelled: {words}."]


async def going_on(
    stage: Stage, connection: Connection, performance: Performance[Received], item: bytes, told: int | None
) -> str:
    """Say what has become of a connection after a send of ``item`` was to be cancelled, and of the item.

    :param told: how much of the item was taken, as the contender says it, if it does
    """
    sent = await stage.attempt(connection.send, NEXT)
    report = await (performance.report() if sent.returned else performance.give_up())
    reply = await stage.receive(connection, len(REPLY))
    taken = report.data.removesuffix(NEXT)
    if sent.returned and report.data.endswith(NEXT) and reply.data == REPLY:
        words = f"the connection goes on; of the item the peer gets {part(taken, item)}"
        if told is None:
            return f"{words}, which nothing tells the sender"
        return words + (", as bytes_sent says" if told == len(taken) else f", but bytes_sent says {told} bytes")
    got = at_end(Received(taken, report.end or "the next one"), item)
    return f"the next send {sent}; of the item the peer gets {got}; receiving gives {at_end(reply, REPLY)}"


def told_since(connection: Connection, before: int | None) -> int | None:
    after = connection.bytes_sent
    return None if after is None or before is None else after - before


@scenario("Two tasks send at once", seconds=5)
async def two_senders(stage: Stage) -> list[str]:
    """Two tasks send 1 MiB each to a peer that begins to read when both are at it. Something else is sent when they are
    done."""
    # Told apart by the highest bit of each byte.
    low, high = bytes(range(128)), bytes(range(128, 256))
    first, second = low * (MIB // 128), high * (MIB // 128)
    last = b"\x00\xff" * 16
    arrived, ready = threading.Event(), threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.wait_for_input()
        arrived.set()
        ready.wait(peer.seconds)
        return peer.receive(lambda data: data.endswith(last))

    connection, performance = await stage.client(script)
    outcomes: list[Outcome] = []

    async def send(item: bytes) -> None:
        outcomes.append(await stage.attempt(connection.send, item))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send, first)
        await until(arrived)
        tasks.start_soon(send, second)
        await turns(20)
        ready.set()
    sent = await stage.attempt(connection.send, last)
    report = await (performance.report() if sent.returned else performance.give_up())
    got = report.data.removesuffix(last)
    firsts, seconds = got.translate(None, high), got.translate(None, low)
    arrangement = f"{part(firsts, first)} of the first item and {part(seconds, second)} of the second"
    if firsts and seconds:
        mixed = got not in (firsts + seconds, seconds + firsts)
        arrangement += ", mixed with each other" if mixed else ", one after the other"
    return [f"{both(outcomes)}.", f"The peer gets {arrangement}.", f"A later send {sent}{arrival(sent, report, last)}."]


@scenario("The memory that a large send takes", seconds=10)
async def large_send_memory(stage: Stage) -> list[str]:
    """8 MiB are sent in one call to a peer that reads. What the process holds at most, besides what it held before
    (the item included), is the peak of its resident memory as the kernel counts it."""
    item = payload("item", 8 * MIB)

    def script(peer: Peer) -> int:
        peer.handshake()
        peer.count(1)
        return peer.count(len(item))

    connection, performance = await stage.client(script)
    await connection.send(b"1")
    gc.collect()
    before = reset_peak()
    sent = await stage.attempt(connection.send, item)
    peak = peak_memory()
    count = await performance.report()
    return [f"The send {sent}, and the peer counts {size(count)}.", f"It takes {memory_class(peak - before)}."]


def reset_peak() -> int:
    """Forget the peak of resident memory so far; return the bytes that are resident now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # proc_pid_clear_refs(5)
    return peak_memory()


def peak_memory() -> int:
    """The peak of resident memory (bytes)."""
    import resource  # not everywhere

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


@scenario("How long a large send holds the event loop", seconds=10)
async def large_send_hold(stage: Stage) -> list[str]:
    """64 MiB are sent in one call to a peer that reads, while another task does nothing but let others run. The outcome
    is the most processor time that passes between two runs of that task."""
    item = bytes(64 * MIB)

    def script(peer: Peer) -> int:
        peer.handshake()
        return peer.count(len(item))

    connection, performance = await stage.client(script)
    async with longest_hold() as hold:
        sent = await stage.attempt(connection.send, item)
    count = await performance.report()
    return [f"The send {sent}, and the peer counts {size(count)}.", f"Other tasks wait for {cpu_class(hold())}."]
