"""What is done to handshakes."""

from __future__ import annotations

import re
import ssl
import threading
from functools import partial
from typing import Any

import anyio

from tests._behaviour.peer import EndedError, Peer, Received
from tests._behaviour.stage import Stage, cancel_when
from tests._behaviour.words import Outcome, arrival, at_end, found, seen

from .scenario import NEXT, receive_next, scenario_in

scenario = partial(scenario_in, "Handshakes")


@scenario("A client rejects the server's certificate")
async def rejects_server(stage: Stage) -> list[str]:
    """The contender does not know the authority that the peer's certificate is from."""

    def script(peer: Peer) -> tuple[str, bool]:
        return refusal(peer), peer.transport_ends()

    sock, performance = stage.peer_accepts(script)
    outcome = await stage.attempt(stage.contender.client, sock, ssl.create_default_context())
    return [f"Connecting {outcome}.", seen(*await performance.report())]


def refusal(peer: Peer) -> str:
    """How the handshake ended, or what came after it."""
    try:
        peer.handshake()
    except EndedError as end:
        return str(end)
    return peer.receive().end


@scenario("A server rejects a client without a certificate")
async def rejects_client(stage: Stage) -> list[str]:
    """The contender requires a certificate, and the peer has none."""

    def script(peer: Peer) -> tuple[str, bool]:
        return refusal(peer), peer.transport_ends()

    listener, performance = stage.peer_connects(script)
    outcome = await stage.attempt(stage.contender.server, listener, stage.demanding_server_context())
    return [f"Accepting {outcome}.", seen(*await performance.report())]


@scenario("A client is rejected for want of a certificate")
async def rejected_by_server(stage: Stage) -> list[str]:
    """The peer requires a certificate, and the contender has none. On TLS 1.3 a client learns that only after its own
    handshake; it sends, and receives."""

    def script(peer: Peer) -> str:
        reason = refusal(peer)
        peer.end_transport()
        peer.transport_ends()
        return reason

    sock, _ = stage.peer_accepts(script, stage.demanding_server_context())
    connected = await stage.attempt(stage.contender.client, sock, stage.client_context())
    if not connected.returned:
        return [f"Connecting {connected}."]
    connection = stage.keep(connected.value)
    sent = await stage.attempt(connection.send, NEXT)
    received = await stage.attempt(connection.receive)
    named = re.search("certificate.required", spelled_out(received.error), re.IGNORECASE)
    alert = "names the alert certificate_required" if named else "does not name the alert"
    return [f"The send {sent}, the receive {found(received)}.", f"What is raised {alert}."]


def spelled_out(error: BaseException | None) -> str:
    """An exception and what caused it."""
    return "" if error is None else f"{error} {spelled_out(error.__cause__)}"


@scenario("A handshake with a silent peer is cancelled")
async def handshake_cancelled(stage: Stage) -> list[str]:
    """The peer accepts the connection and says nothing. The contender's call that connects is cancelled once the peer
    has got the first message."""
    arrived = threading.Event()

    def script(peer: Peer) -> bool:
        peer.wait_for_input()
        arrived.set()
        return peer.transport_ends()

    sock, performance = stage.peer_accepts(script)

    completed = await cancel_when(arrived, stage.contender.client, sock, stage.client_context())
    ended = await performance.report()
    words = f"Before it can be cancelled, the call {completed}." if completed else "The call is cancelled."
    return [words, f"The peer sees {'the' if ended else 'no'} end of the connection."]


@scenario("A cancelled handshake is continued")
async def handshake_continued(stage: Stage) -> list[str]:
    """The call that does the handshake, and connects where there is no other, is cancelled when its first message has
    reached the peer, who then answers. It is called again on the same stream or socket, and something is sent."""
    arrived, cancelled = threading.Event(), threading.Event()

    def script(peer: Peer) -> Received:
        peer.wait_for_input()
        arrived.set()
        cancelled.wait(peer.seconds)
        try:
            peer.handshake()
        except EndedError as end:
            return Received(b"", str(end))
        return receive_next(peer)

    sock, performance = stage.peer_accepts(script)
    handshake = stage.contender.handshake(sock, stage.client_context())
    completed = await cancel_when(arrived, handshake)
    cancelled.set()
    if completed:
        return [f"Before it can be cancelled, it {completed}."]
    outcome = await stage.attempt(handshake)
    if not outcome.returned:
        await performance.give_up()
        return [f"Called again, it {outcome}."]
    connection = stage.keep(outcome.value)
    sent = await stage.attempt(connection.send, NEXT)
    report = await (performance.report() if sent.returned else performance.give_up())
    return [f"Called again, it {outcome}.", f"A send {sent}{arrival(sent, report, NEXT)}."]


@scenario("Session tickets over a pipe without capacity")
async def tickets(stage: Stage) -> list[str]:
    """The contender is a TLS 1.3 server over a stream in memory on which a send completes when all of it has been
    received. The client never receives after its handshake, and sends."""
    end, peer_end = memory_pair(stage)
    connected: list[Outcome] = []
    received: list[Received] = []

    async def serve() -> None:
        outcome = await stage.attempt(stage.contender.server_over, end, stage.server_context())
        connected.append(outcome)
        if outcome.returned:
            received.append(await stage.receive(outcome.value, len(NEXT)))
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve)
        try:
            await send_only_client(peer_end, stage.client_context())
        except (anyio.BrokenResourceError, anyio.EndOfStream):
            pass  # The contender has given up.
    words = [f"Accepting {connected[0]}."]
    return words + [f"Receiving gives {at_end(report, NEXT)}." for report in received]


def memory_pair(stage: Stage) -> tuple[Any, Any]:
    """Two connected streams without capacity, of the library that the contender belongs to."""
    if stage.contender.takes_trio_streams:
        import anyio_tls.testing.trio as testing
    else:
        import anyio_tls.testing as testing  # type: ignore[no-redef]
    pair: tuple[Any, Any] = testing.memory_stream_pair(0)
    return pair


async def send_only_client(stream: Any, context: ssl.SSLContext) -> None:
    """Shake hands, send, and receive nothing more."""
    send, receive = (
        (stream.send_all, stream.receive_some) if hasattr(stream, "send_all") else (stream.send, stream.receive)
    )
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            await send(outgoing.read())
            incoming.write(await receive())
        else:
            break
    tls.write(NEXT)
    await send(outgoing.read())
