"""What is done to receives."""

from __future__ import annotations

import random
import threading
import time
from functools import partial

import anyio
from _loop import longest_hold

from tests._behaviour.peer import Peer, Received
from tests._behaviour.stage import Stage, cancel_when, strike_at, turns, until
from tests._behaviour.words import Outcome, arrival, at_end, both, cpu_class, part, size
from tests._sealing import KeyLog, Record, TLS13Keys
from tests._wire import APPLICATION_DATA, HANDSHAKE

from .scenario import KIB, MIB, NEXT, payload, receive_next, scenario_in

scenario = partial(scenario_in, "Receiving")

# A KeyUpdate that asks for one in return (RFC 8446 section 4.6.3).
UPDATE_REQUESTED = b"\x18\0\0\1\1"


@scenario("A receive is cancelled in the middle of a record")
async def receive_cancelled(stage: Stage) -> list[str]:
    """The peer sends the first half of a record. A receive is cancelled after it has had time to read that. Then the
    second half follows."""
    data = payload("data", 16 * KIB)
    half, cancelled = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        peer.handshake()
        record = peer.encrypt(data)
        peer.send_raw(record[: len(record) // 2])
        half.set()
        cancelled.wait(peer.seconds)
        peer.send_raw(record[len(record) // 2 :])

    connection, performance = await stage.client(script)
    completed = await cancel_when(half, connection.receive, after_turns=100)
    cancelled.set()
    received = await stage.receive(connection, len(data))
    await performance.report()
    return [
        f"Before it can be cancelled, it {completed}."
        if completed
        else f"Then receiving gives {at_end(received, data)}."
    ]


@scenario("Receives are cancelled over and over", seconds=10)
async def receive_cancelled_often(stage: Stage) -> list[str]:
    """The peer sends 200 records, each in two pieces and when the one before has been received. A receive is cancelled
    before each, when there is nothing to receive; the others before they begin or at one of their awaits, chosen by a
    seeded generator, if they have not returned before."""
    count, length = 200, 5000
    data = payload("data", count * length)
    wanted = threading.Semaphore(0)

    def script(peer: Peer) -> None:
        peer.handshake()
        rng = random.Random("cuts")
        for start in range(0, len(data), length):
            wanted.acquire(timeout=peer.seconds)
            record = peer.encrypt(data[start : start + length])
            cut = rng.randrange(len(record))
            peer.send_raw(record[:cut])
            peer.send_raw(record[cut:])

    connection, performance = await stage.client(script)
    rng = random.Random("strikes")
    got = bytearray()
    cancelled = 0

    async def receive() -> None:
        piece = await connection.receive()
        if not piece:
            raise EOFError
        got.extend(piece)

    async def receive_all() -> None:
        nonlocal cancelled
        asked = 0
        while len(got) < len(data):
            if len(got) == asked:
                cancelled += await strike_at(receive(), rng.choice((0, 1)))
                asked += length
                wanted.release()
            cancelled += await strike_at(receive(), rng.choice((0, 1, 1, 2, 9)))

    outcome = await stage.attempt(receive_all)
    await performance.report()
    ended = "" if outcome.returned else f", then receiving {outcome}"
    how_many = "Hundreds of receives" if cancelled >= 200 else "Some receives" if cancelled else "No receives"
    return [f"{how_many} are cancelled. What arrives is {part(bytes(got), data)}{ended}."]


@scenario("Two tasks receive at once")
async def two_receivers(stage: Stage) -> list[str]:
    """Two tasks wait for data when the peer sends 16 bytes, and 16 bytes more once one of them is done."""
    data = payload("data", 32)
    ready, done = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        peer.handshake()
        ready.wait(peer.seconds)
        peer.send(data[:16])
        done.wait(peer.seconds)
        peer.send(data[16:])

    connection, performance = await stage.client(script)
    outcomes: list[Outcome] = []

    async def receive() -> None:
        outcomes.append(await stage.attempt(connection.receive))
        done.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        await turns(20)
        tasks.start_soon(receive)
        await turns(20)
        ready.set()
    await performance.report()
    got = b"".join(outcome.value for outcome in outcomes if outcome.returned)
    rest = await stage.receive(connection, len(data) - len(got))
    return [
        f"{both(outcomes)}.",
        f"Altogether they and later receives give {at_end(Received(got + rest.data, rest.end), data)}.",
    ]


@scenario("Receiving while a send is stuck", seconds=5)
async def receive_while_stuck(stage: Stage) -> list[str]:
    """A task sends 8 MiB to a peer that does not read. The peer sends 1 MiB meanwhile, and reads when that has been
    received."""
    item, data = payload("item", 8 * MIB), payload("data", MIB)
    stuck, received_all = threading.Event(), threading.Event()

    def script(peer: Peer) -> Received:
        peer.handshake()
        peer.wait_until_stuck()
        stuck.set()
        peer.send(data)
        received_all.wait(peer.seconds)
        return peer.receive(lambda got: len(got) >= len(item))

    connection, performance = await stage.client(script)
    sent: list[Outcome] = []

    async def send() -> None:
        sent.append(await stage.attempt(connection.send, item))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        await until(stuck)
        received = await stage.receive(connection, len(data))
        unfinished = not sent
        received_all.set()
    report = await performance.report()
    return [
        f"While the send {'waits' if unfinished else 'does not wait'}, receiving gives {at_end(received, data)}.",
        f"Then the send {sent[0]}, and the peer gets {at_end(report, item)}.",
    ]


@scenario("How long receiving holds the event loop", seconds=10)
async def receive_hold(stage: Stage) -> list[str]:
    """The peer sends 64 MiB, as fast as it can. A task receives, while another one does nothing but let others run.
    The outcome is the most processor time that passes between two runs of that task."""
    count = 64 * MIB

    def script(peer: Peer) -> None:
        peer.handshake()
        peer.send(bytes(count))

    connection, performance = await stage.client(script)
    got = 0

    async def receive() -> None:
        nonlocal got
        while got < count:
            piece = await connection.receive()
            if not piece:
                raise EOFError
            got += len(piece)

    async with longest_hold() as hold:
        outcome = await stage.attempt(receive)
    await performance.report()
    return [f"Receiving {outcome}, with {size(got)}.", f"Other tasks wait for {cpu_class(hold())}."]


@scenario("The peer asks for new keys while we only receive")
async def key_update(stage: Stage) -> list[str]:
    """The peer sends 32 KiB and asks for a KeyUpdate (TLS 1.3), then sends 32 KiB under its own new keys. When all that
    has been received, something is sent."""
    data = payload("data", 64 * KIB)
    key_log = KeyLog(stage.directory / f"keys-{time.monotonic_ns()}")
    # Its first record is the first after its handshake, so that the numbers are right.
    context = stage.server_context(tickets=0)
    key_log.watch(context)
    received_all, looked = threading.Event(), threading.Event()

    def script(peer: Peer) -> tuple[bool, int, Received]:
        peer.handshake()
        keys = TLS13Keys(key_log.secrets()["SERVER_TRAFFIC_SECRET_0"])
        half = len(data) // 2
        records = [Record(APPLICATION_DATA, data[start : start + 2**14]) for start in range(0, len(data), 2**14)]
        records.insert(half // 2**14, Record(HANDSHAKE, UPDATE_REQUESTED))
        peer.send_raw(b"".join(bytes(keys.seal(record)) for record in records))
        received_all.wait(peer.seconds)
        early = peer.has_input(0.3)
        looked.set()
        return early, peer.take_records(), receive_next(peer)

    sock, performance = stage.peer_accepts(script, context)
    connection = stage.keep(await stage.contender.client(sock, stage.client_context()))
    key_log.close()
    received = await stage.receive(connection, len(data))
    received_all.set()
    await until(looked)
    sent = await stage.attempt(connection.send, NEXT)
    early, records, report = await (performance.report() if sent.returned else performance.give_up())
    when = "at once" if early else "with the next send"
    answered = f"The peer's request is answered {when}." if early or records > 1 else "The request is not answered."
    return [
        f"Receiving gives {at_end(received, data)}.",
        answered,
        f"That send {sent}{arrival(sent, report, NEXT)}.",
    ]
