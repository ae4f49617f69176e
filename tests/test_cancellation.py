"""Cancellations that take more than one await to go wrong: the sweeps of every await are in test_sweeps.py."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import anyio
import pytest

from anyio_tls import HandshakeError, TLSStream
from anyio_tls._driver import TLSDriver
from anyio_tls._errors import ErrorClasses
from anyio_tls._event_loop import event_loop
from anyio_tls._transports import transport_for
from anyio_tls.testing import Certificate, CertificateAuthority, Strike, sweep

from ._conversations import closed_errors, let_others_run, reset_transport
from ._pairs import EXACT_TRANSPORTS, applies, pair_over, transport_pair
from ._wire import make_engine


@pytest.fixture(params=EXACT_TRANSPORTS)
def kind(request: pytest.FixtureRequest, anyio_backend_name: str) -> str:
    kind: str = request.param
    if not applies(kind, anyio_backend_name):
        pytest.skip(f"{kind} needs Trio's event loop")
    return kind


@pytest.mark.guarantee("G2")
async def test_send_to_a_peer_that_does_not_read(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A cancelled send leaves ciphertext in the queue, time after time."""
    async with pair_over(kind, server_context, client_context) as (client, server):
        sent = bytearray()
        item = bytes(range(256)) * 16
        last = -1
        while client.bytes_sent != last:  # until the queue is full as well
            last = client.bytes_sent
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as tg:
                    tg.start_soon(client.send, item)
                    await let_others_run()
                    scope.cancel()
            sent += item[: client.bytes_sent - last]
        assert sent
        async with anyio.create_task_group() as tg:
            tg.start_soon(client.send, b"the end")
            sent += b"the end"
            got = bytearray()
            while len(got) < len(sent):
                got += await server.receive(len(sent) - len(got))
            assert got == sent


async def read_to_the_end(stream: Any) -> None:
    transport = transport_for(stream)
    while await transport.receive(65536):
        pass


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize("again", ["send", "send_eof", "unwrap", "aclose"])
async def test_what_a_tls_stream_below_has_accepted_leaves_with_the_next_call(
    again: str, ca: CertificateAuthority, server_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a cancellation it may hold all that there is to send, and nobody else would make it go on."""
    contexts = ca.server_context(server_certificate), ca.client_context()
    async with pair_over("tls", *contexts) as (client, server):
        with monkeypatch.context() as patch:
            below = client.transport_stream._driver._pump.transport
            patch.setattr(below, "send_nowait", lambda _: None)
            patch.setattr(below, "send", lambda _: anyio.sleep_forever())
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as tg:
                    tg.start_soon(partial(client.send, b"hello") if again == "send" else client.send_eof)
                    await let_others_run()
                    scope.cancel()
        assert not client._driver.engine.outgoing
        async with anyio.create_task_group() as tg:
            tg.start_soon(partial(client.send, b"") if again == "send" else getattr(client, again))
            if again == "send":
                assert await server.receive() == b"hello"
            else:
                with pytest.raises(anyio.EndOfStream):
                    await server.receive()
                await server.aclose()
            tg.cancel_scope.cancel()


def make_driver(stream: Any, context: ssl.SSLContext, *, server_side: bool) -> TLSDriver:
    return TLSDriver(
        make_engine(context, server_side=server_side),
        transport_for(stream),
        event_loop(),
        standard_compatible=True,
        linger=None,
        yield_every=1,
        errors=ErrorClasses(),
    )


@asynccontextmanager
async def driver_pair(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> AsyncIterator[tuple[TLSDriver, TLSDriver]]:
    """A client and a server before the handshake: only Trio's face shows that state."""
    async with transport_pair(kind, server_context, client_context) as streams:
        drivers = [
            make_driver(streams[0], client_context, server_side=False),
            make_driver(streams[1], server_context, server_side=True),
        ]
        try:
            yield drivers[0], drivers[1]
        finally:
            with anyio.CancelScope(shield=True):
                for driver in drivers:
                    await driver.aclose()


@pytest.mark.guarantee("G4")
async def test_handshake_is_taken_over_by_a_waiter(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with driver_pair("socket", server_context, client_context) as (client, server):
        async with anyio.create_task_group() as tg:
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as first:
                    first.start_soon(client.handshake)
                    await anyio.wait_all_tasks_blocked()
                    for _ in range(3):
                        tg.start_soon(client.handshake)
                    await anyio.wait_all_tasks_blocked()
                    assert not client.handshaken
                    scope.cancel()
            await server.handshake()
        assert client.handshaken


@pytest.mark.guarantee("G4", "G9")
async def test_a_failed_handshake_fails_alike_for_all(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """The pipe breaks first, and looking for an alert finds the end of the transport: one of the two is the reason."""
    async with transport_pair("socket", server_context, client_context) as streams:
        driver = make_driver(streams[0], client_context, server_side=False)
        messages = set()

        async def shake_hands() -> None:
            with pytest.raises(HandshakeError) as caught:
                await driver.handshake()
            messages.add(str(caught.value))

        async with anyio.create_task_group() as tg:
            for _ in range(3):
                tg.start_soon(shake_hands)
            reset_transport(streams[1])
        await shake_hands()
        for call in (driver.receive(1), driver.send(b"x")):
            with pytest.raises(HandshakeError) as caught:
                await call
            messages.add(str(caught.value))
        assert len(messages) == 1
        await driver.aclose()
        await streams[1].aclose()


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("server_side", [False, True])
async def test_cancelled_wrap_closes_the_transport(
    kind: str, server_side: bool, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    def wrap(stream: Any, *, server_side: bool) -> Any:
        return TLSStream.wrap(
            stream,
            server_side=server_side,
            hostname=None if server_side else "localhost",
            ssl_context=server_context if server_side else client_context,
        )

    async def scenario(strike: Strike) -> None:
        async with transport_pair(kind, server_context, client_context) as streams:
            ours, peers = streams[::-1] if server_side else streams

            async def wrap_peer() -> None:
                with suppress(anyio.BrokenResourceError):
                    await (await wrap(peers, server_side=not server_side)).aclose()

            async with anyio.create_task_group() as tg:
                tg.start_soon(wrap_peer)
                stream = await strike(wrap(ours, server_side=server_side))
                if stream is not None:
                    await stream.aclose()
            with pytest.raises(closed_errors()):
                await read_to_the_end(ours)

    await sweep(scenario)
