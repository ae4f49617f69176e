"""Cancellation at every await of every operation, on every backend, both TLS versions and every exact transport.

Each case cancels an operation at its n-th await, for n = 1, 2, ... until it completes first. Afterwards the
conversation goes on, and every byte is accounted for.
"""

from __future__ import annotations

import itertools
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

from anyio_tls import TLSStream
from anyio_tls._driver import TLSDriver
from anyio_tls._engine import TLSEngine
from anyio_tls._errors import ErrorClasses
from anyio_tls._transports import Transport, transport_for

from ._pairs import EXACT_TRANSPORTS, Awaits, applies, pair_over, transport_pair

MAX_AWAITS = 2000


async def receive_exactly(stream: TLSStream, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        data += await stream.receive(size - len(data))
    return bytes(data)


def closed_errors() -> tuple[type[Exception], ...]:
    """What a closed stream below may raise: the classes of AnyIO, and of Trio if that is around."""
    trio = sys.modules.get("trio")
    return (anyio.ClosedResourceError, trio.ClosedResourceError) if trio else (anyio.ClosedResourceError,)


async def drain(transport: Transport) -> None:
    while await transport.receive(65536):
        pass


async def let_others_run() -> None:
    """Give every other task so many turns that it can only be waiting for the peer."""
    for _ in range(30):
        await checkpoint()


async def cancelled_at(operation: Awaitable[Any], n: int) -> bool:
    """Cancel ``operation`` at its n-th await; tell whether it had so many."""
    with anyio.CancelScope() as scope:
        awaits = Awaits(operation, n, scope.cancel)
        await awaits
    return awaits.struck


def only_where_it_exists(kind: str) -> None:
    if not applies(kind):
        pytest.skip(f"{kind} needs Trio's event loop")


@pytest.fixture(params=EXACT_TRANSPORTS)
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.mark.guarantee("G1")
async def test_receive(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    only_where_it_exists(kind)
    async with pair_over(kind, server_context, client_context) as (client, server):
        sent = bytearray()
        got = bytearray()

        async def receive() -> None:
            got.extend(await client.receive(1000))

        for n in itertools.count(1):
            assert n < MAX_AWAITS
            item = n.to_bytes(2, "big") * 20_000
            sent += item
            # First with everything there (three records), then with nothing: it is sent while receive() waits.
            async with anyio.create_task_group() as tg:
                tg.start_soon(server.send, item)
            struck = await cancelled_at(receive(), n)
            got += await receive_exactly(client, len(sent) - len(got))
            assert got == sent
            async with anyio.create_task_group() as tg:
                sent += item
                tg.start_soon(server.send, item)
                struck |= await cancelled_at(receive(), n)
            got += await receive_exactly(client, len(sent) - len(got))
            assert got == sent
            if not struck:
                break
        assert client.bytes_received == len(got)


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize("size", [1, 2**14, 400_000])
async def test_send(kind: str, size: int, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    only_where_it_exists(kind)
    async with pair_over(kind, server_context, client_context) as (client, server):
        sent = bytearray()
        got = bytearray()

        async def collect() -> None:
            async for data in server:
                got.extend(data)

        for n in itertools.count(1):
            assert n < MAX_AWAITS
            item = bytes([n % 251]) * size
            async with anyio.create_task_group() as tg:
                tg.start_soon(collect)  # a large item needs somebody who reads
                before = client.bytes_sent
                struck = await cancelled_at(client.send(item), n)
                taken = client.bytes_sent - before
                assert taken == size or (struck and (taken == 0 or size > 2**14))
                sent += item[:taken]
                # The other direction does not notice.
                await server.send(b"still there")
                assert await receive_exactly(client, 11) == b"still there"
                # What is queued goes out first, in order.
                await client.send(item[taken:])
                sent += item[taken:]
                while len(got) < len(sent):
                    await checkpoint()
                tg.cancel_scope.cancel()
            assert got == sent
            if not struck:
                break


@pytest.mark.guarantee("G2")
async def test_send_to_a_peer_that_does_not_read(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Where a cancelled send leaves ciphertext behind, time after time."""
    only_where_it_exists(kind)
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
            assert await receive_exactly(server, len(sent) + 7) == sent + b"the end"


@pytest.mark.guarantee("G1", "G2", "G11")
async def test_send_and_receive_at_once(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    only_where_it_exists(kind)
    async with pair_over(kind, server_context, client_context) as (client, server):
        item = bytes(range(250)) * 400

        async def echo() -> None:
            async for data in server:
                await server.send(data)

        async with anyio.create_task_group() as tg:
            tg.start_soon(echo)
            for n in itertools.count(1):
                assert n < MAX_AWAITS
                got = bytearray()
                before = client.bytes_sent
                struck: dict[str, bool] = {}

                async def send(n: int = n, struck: Any = struck) -> None:
                    struck["send"] = await cancelled_at(client.send(item), n)

                async def receive(n: int = n, got: Any = got, struck: Any = struck) -> None:
                    async def receive_into() -> None:
                        got.extend(await client.receive(len(item)))

                    struck["receive"] = await cancelled_at(receive_into(), n)

                async with anyio.create_task_group() as both:
                    both.start_soon(send)
                    both.start_soon(receive)
                    await let_others_run()
                    both.cancel_scope.cancel()
                taken = client.bytes_sent - before
                async with anyio.create_task_group() as both:
                    both.start_soon(client.send, item[taken:])
                    got += await receive_exactly(client, len(item) - len(got))
                assert got == item
                if not any(struck.values()):
                    break
            tg.cancel_scope.cancel()


@asynccontextmanager
async def driver_pair(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> AsyncIterator[tuple[TLSDriver, TLSDriver]]:
    """A client and a server that have not shaken hands: only Trio's face shows that state."""
    async with transport_pair(kind, server_context, client_context) as streams:
        drivers = [
            TLSDriver(
                TLSEngine(
                    server_context if server_side else client_context,
                    server_side=server_side,
                    server_hostname=None if server_side else "localhost",
                    standard_compatible=True,
                    errors=ErrorClasses(),
                ),
                transport_for(stream),
                standard_compatible=True,
                linger=None,
                yield_every=1,
                errors=ErrorClasses(),
            )
            for stream, server_side in zip(streams, (False, True), strict=True)
        ]
        try:
            yield drivers[0], drivers[1]
        finally:
            with anyio.CancelScope(shield=True):
                for driver in drivers:
                    await driver.aclose()


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("side", ["client", "server"])
@pytest.mark.parametrize("resumed_by", ["handshake", "receive", "send"])
async def test_handshake_is_continued(
    kind: str, side: str, resumed_by: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    only_where_it_exists(kind)
    for n in itertools.count(1):
        assert n < MAX_AWAITS
        async with driver_pair(kind, server_context, client_context) as pair:
            driver, peer = pair if side == "client" else pair[::-1]
            async with anyio.create_task_group() as tg:
                tg.start_soon(peer.handshake)
                struck = await cancelled_at(driver.handshake(), n)
                if resumed_by == "handshake":
                    await driver.handshake()
                    tg.start_soon(driver.send, b"hello")
                    assert await peer.receive(100) == b"hello"
                elif resumed_by == "send":
                    tg.start_soon(driver.send, b"hello")
                    assert await peer.receive(100) == b"hello"
                else:
                    tg.start_soon(peer.send, b"hello")
                    assert await driver.receive(100) == b"hello"
        if not struck:
            break


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


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("side", ["client", "server"])
async def test_cancelled_wrap_closes_the_transport(
    kind: str, side: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    only_where_it_exists(kind)
    for n in itertools.count(1):
        assert n < MAX_AWAITS
        async with transport_pair(kind, server_context, client_context) as streams:
            client, server = [
                TLSStream.wrap(
                    stream,
                    server_side=server_side,
                    hostname=None if server_side else "localhost",
                    ssl_context=server_context if server_side else client_context,
                )
                for stream, server_side in zip(streams, (False, True), strict=True)
            ]
            ours, peers = (client, server) if side == "client" else (server, client)
            index = 0 if side == "client" else 1

            async def wrap_peer(peers: Any = peers) -> None:
                with suppress(anyio.BrokenResourceError):
                    await (await peers).aclose()

            async with anyio.create_task_group() as tg:
                tg.start_soon(wrap_peer)
                with anyio.CancelScope() as scope:
                    awaits = Awaits(ours, n, scope.cancel)
                    stream = await awaits
                    await stream.aclose()
            below: Any = streams[index]
            with pytest.raises(closed_errors()):
                await drain(transport_for(below))
        if not awaits.struck:
            break


@pytest.mark.guarantee("G6")
async def test_send_eof(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    only_where_it_exists(kind)
    if client_context.maximum_version is ssl.TLSVersion.TLSv1_2:
        pytest.skip("TLS 1.2 has no half-close")
    for n in itertools.count(1):
        assert n < MAX_AWAITS
        async with pair_over(kind, server_context, client_context) as (client, server):
            async with anyio.create_task_group() as tg:
                tg.start_soon(client.send, b"request")
                assert await receive_exactly(server, 7) == b"request"
            struck = await cancelled_at(client.send_eof(), n)
            async with anyio.create_task_group() as tg:
                tg.start_soon(client.send_eof)
                with pytest.raises(anyio.EndOfStream):
                    await server.receive()
                tg.start_soon(server.send, b"response")
                assert await receive_exactly(client, 8) == b"response"
        if not struck:
            break


@pytest.mark.guarantee("G8")
async def test_unwrap(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    only_where_it_exists(kind)
    for n in itertools.count(1):
        assert n < MAX_AWAITS
        async with pair_over(kind, server_context, client_context) as (client, server):
            results: dict[str, tuple[Any, bytes]] = {}

            async def unwrap_peer(server: TLSStream = server, results: Any = results) -> None:
                results["peer"] = await server.unwrap()

            async def unwrap(client: TLSStream = client, results: Any = results) -> None:
                results["ours"] = await client.unwrap()

            async with anyio.create_task_group() as tg:
                tg.start_soon(unwrap_peer)
                struck = await cancelled_at(unwrap(), n)
                if "ours" not in results:
                    await unwrap()
            below, trailing = results["ours"]
            assert below is client.transport_stream
            assert trailing == b""
            with pytest.raises(anyio.ClosedResourceError):
                await client.receive()
            # The stream below goes on without TLS, in both directions.
            other, _ = results["peer"]
            for sender, receiver in ((below, other), (other, below)):
                if kind == "trio-socket":
                    await sender.send_all(b"plain")
                    assert await receiver.receive_some(10) == b"plain"
                else:
                    await sender.send(b"plain")
                    assert await receiver.receive(10) == b"plain"
            for stream in (below, other):
                await stream.aclose()
        if not struck:
            break


@pytest.mark.guarantee("G7")
async def test_aclose_closes(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    only_where_it_exists(kind)
    for n in itertools.count(1):
        assert n < MAX_AWAITS
        async with pair_over(kind, server_context, client_context) as (client, server):
            struck = await cancelled_at(client.aclose(), n)
            for call in (client.receive(), client.send(b"x"), client.send_eof(), client.unwrap()):
                with pytest.raises(anyio.ClosedResourceError):
                    await call
            with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
                await server.receive()
        if not struck:
            break
