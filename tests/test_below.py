"""The stream below TLS has another user: a task that has been left over, or an owner who calls it. Who comes second is
refused by name, and nobody loses anything."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import anyio
import pytest
import trio
from anyio.abc import SocketAttribute
from anyio.lowlevel import checkpoint

import anyio_tls.trio as trio_face
from anyio_tls import CertificateVerificationError, SocketStream, TLSStream
from anyio_tls._event_loop import can_watch, running_on_asyncio, running_on_trio
from anyio_tls.testing import Certificate, CertificateAuthority

from ._pairs import let_others_run, raising, socket_pair, tls_pair, transport_pair

KINDS = ["socket", "anyio-tcp", "unix"]
MUCH = 2**22

on_trio = pytest.mark.parametrize("anyio_backend", ["trio"])


@pytest.fixture(scope="module")
def server_context(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """A server's context; the TLS version does not matter here."""
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client_context(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


async def hear_all(stream: Any, heard: bytearray) -> None:
    while True:
        heard += await stream.receive()


@pytest.mark.guarantee("G1", "G16")
@pytest.mark.parametrize("kind", KINDS)
async def test_reading_below_tls(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Whether TLS waits for input or not. Afterwards the stream is its owner's again."""
    async with transport_pair(kind, server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        # Those of AnyIO's on such event loops are used by their own calls.
        is_by_calls = kind == "anyio-tcp" and running_on_asyncio() and not can_watch()
        for waits in (True,) if is_by_calls else (False, True):
            async with anyio.create_task_group() as tg:
                heard = bytearray()
                if waits:
                    tg.start_soon(hear_all, client, heard)
                    await let_others_run()
                with pytest.raises(anyio.BusyResourceError):
                    await below[0].receive()
                await server.send(b"for TLS")
                if not waits:
                    tg.start_soon(hear_all, client, heard)
                while heard != b"for TLS":
                    await checkpoint()
                tg.cancel_scope.cancel()
        async with anyio.create_task_group() as tg:
            tg.start_soon(server.unwrap)
            await client.unwrap()
        await below[1].send(b"in the clear")
        assert await below[0].receive() == b"in the clear"
        for stream in below:
            await stream.aclose()


@pytest.mark.guarantee("G2", "G16")
@pytest.mark.parametrize("kind", KINDS)
async def test_writing_below_tls(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """While TLS waits for room amid a record."""
    data = bytes(range(256)) * (MUCH // 256)
    async with transport_pair(kind, server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        async with anyio.create_task_group() as tg:
            tg.start_soon(client.send, data)
            await let_others_run()
            with pytest.raises(anyio.BusyResourceError):
                await below[0].send(b"amid a record")
            heard = bytearray()
            tg.start_soon(hear_all, server, heard)
            while len(heard) < MUCH:
                await checkpoint()
            tg.cancel_scope.cancel()
        assert heard == data
        for stream in (client, server):
            await anyio.aclose_forcefully(stream)


@on_trio
@pytest.mark.guarantee("G2", "G16")
async def test_writing_below_trios_face(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with transport_pair("trio-socket", server_context, client_context) as below:
        client = trio_face.TLSStream(below[0], client_context, server_hostname="localhost")
        server = trio_face.TLSStream(below[1], server_context, server_side=True)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(client.do_handshake)
            await server.do_handshake()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(client.send_all, bytes(MUCH))
            await let_others_run()
            with pytest.raises(trio.BusyResourceError):
                await below[0].send_all(b"amid a record")
            received = 0
            while received < MUCH:
                received += len(await server.receive_some())
        # And the other way round: the owner is sending when TLS has to wait.
        async with trio.open_nursery() as nursery:
            nursery.start_soon(below[0].send_all, bytes(MUCH))
            await let_others_run()
            with pytest.raises(trio.BusyResourceError, match="the stream below"):
                await client.wait_send_all_might_not_block()
            nursery.cancel_scope.cancel()
        await trio.aclose_forcefully(client)
        await trio.aclose_forcefully(server)


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix"])
async def test_the_stream_below_is_closed(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """By its owner, whose own calls say so, too."""
    async with transport_pair(kind, server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        await below[0].aclose()
        if kind == "socket" or not running_on_trio():
            for call in (below[0].receive, partial(below[0].send, b"x")):
                with pytest.raises(anyio.ClosedResourceError):
                    await call()
        for stream in (client, server):
            await anyio.aclose_forcefully(stream)


@asynccontextmanager
async def occupied(stream: Any, call: str, *, settled: bool) -> AsyncIterator[list[bytes]]:
    """A task is in the middle of a call to the stream, or has only just begun."""
    received: list[bytes] = []
    begun = False

    async def occupy() -> None:
        nonlocal begun
        begun = True
        if call == "send":
            await stream.send(bytes(MUCH))
        else:
            received.append(await stream.receive())

    async with anyio.create_task_group() as tg:
        tg.start_soon(occupy)
        while not begun:
            await checkpoint()
        if settled:
            await let_others_run()
        yield received


@pytest.mark.guarantee("G2", "G16")
@pytest.mark.parametrize("call", ["receive", "send"])
@pytest.mark.parametrize(("kind", "settled"), [("socket", False), *((kind, True) for kind in KINDS)])
async def test_tls_over_a_stream_in_use(
    kind: str, settled: bool, call: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """It is refused and left alone: the other call goes on, and TLS can begin when that is over."""
    async with transport_pair(kind, server_context, client_context) as below:
        async with occupied(below[0], call, settled=settled) as received:
            with pytest.raises(anyio.BusyResourceError):
                await TLSStream.wrap(below[0], hostname="localhost", ssl_context=client_context)
            if call == "receive":
                await below[1].send(b"for the other task")
            else:
                left = MUCH
                while left:
                    data = await below[1].receive()
                    assert not any(data)
                    left -= len(data)
        assert received == ([b"for the other task"] if call == "receive" else [])
        for stream in await tls_pair(*below, server_context, client_context):
            await anyio.aclose_forcefully(stream)


@on_trio
@pytest.mark.guarantee("G1", "G16")
async def test_waiting_for_the_socket_below_tls(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Trio lets one task wait for a socket. The call of TLS that is the second is refused, and the next one goes on."""
    async with transport_pair("socket", server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.lowlevel.wait_readable, below[0].raw_socket)
            await let_others_run()
            with pytest.raises(anyio.BusyResourceError):
                await client.receive()
            nursery.cancel_scope.cancel()
        await server.send(b"hello")
        assert await client.receive() == b"hello"
        for stream in (client, server):
            await anyio.aclose_forcefully(stream)


@on_trio
@pytest.mark.guarantee("G16")
async def test_trios_face_over_a_stream_in_use(client_context: ssl.SSLContext) -> None:
    ours, theirs = socket_pair()
    with theirs:
        ours.setblocking(False)
        below = trio.SocketStream(trio.socket.from_stdlib_socket(ours))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(below.send_all, bytes(MUCH))
            await let_others_run()
            with pytest.raises(trio.BusyResourceError):
                trio_face.TLSStream(below, client_context, server_hostname="localhost")
            nursery.cancel_scope.cancel()
        await below.aclose()


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("kind", [*KINDS, "memory", "writer-task", "tls"])
async def test_tls_begins_as_the_reader_is_cancelled(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """As in a client of SMTP that has a task for reading. That has not left the stream yet when TLS begins."""
    async with transport_pair(kind, server_context, client_context) as below:
        async with anyio.create_task_group() as tg:

            async def read() -> None:
                async with anyio.create_task_group() as inner:
                    inner.start_soon(below[0].receive)

            reading = anyio.CancelScope()

            async def read_until_cancelled() -> None:
                with reading:
                    await read()

            tg.start_soon(read_until_cancelled)
            await let_others_run()
            reading.cancel()
            client, server = await tls_pair(*below, server_context, client_context)
            await server.send(b"hello")
            assert await client.receive() == b"hello"
        for stream in (client, server):
            await anyio.aclose_forcefully(stream)


@on_trio
@pytest.mark.guarantee("G1")
async def test_the_trio_face_begins_as_the_reader_is_cancelled(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Over TLS, which does not say that it is busy before it is called."""
    async with transport_pair("tls", server_context, client_context) as below:
        async with trio.open_nursery() as nursery:
            reading = trio.CancelScope()

            async def read_until_cancelled() -> None:
                with reading:
                    await below[0].receive()

            nursery.start_soon(read_until_cancelled)
            await let_others_run()
            reading.cancel()
            client: Any = trio_face.TLSStream(below[0], client_context, server_hostname="localhost")
            server: Any = trio_face.TLSStream(below[1], server_context, server_side=True)
            async with trio.open_nursery() as handshakes:
                handshakes.start_soon(client.do_handshake)
                handshakes.start_soon(server.do_handshake)
            await client.send_all(b"hello")
            assert await server.receive_some() == b"hello"
        for stream in (client, server):
            await trio.aclose_forcefully(stream)


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("end", ["readable", "given up"])
async def test_the_owner_watches_an_idle_socket(
    end: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """As pools do, which look for the peer's close. The event loop's registration is theirs then, and ends with it."""
    ours, theirs = map(SocketStream, socket_pair())
    client, server = await tls_pair(ours, theirs, server_context, client_context)
    for _ in range(3):
        await server.send(b"hello")
        assert await client.receive() == b"hello"
        with anyio.move_on_after(0 if end == "given up" else 5):
            if end == "readable":
                await server.send(b"again")
            await anyio.wait_readable(client.extra(SocketAttribute.raw_socket))
        if end == "readable":
            assert await client.receive() == b"again"
        async with anyio.create_task_group() as tg:
            tg.start_soon(client.receive)  # which waits
            await let_others_run()
            await server.send(b"hello")
    for stream in (client, server):
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("kind", KINDS)
async def test_cancelled_while_another_task_leaves(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """As anywhere else in wrap(), the stream below is closed."""
    async with transport_pair(kind, server_context, client_context) as below, anyio.create_task_group() as tg:

        async def receive() -> None:
            with suppress(anyio.ClosedResourceError):
                await below[0].receive()

        tg.start_soon(receive)
        await let_others_run()
        with anyio.CancelScope() as scope:
            scope.cancel()
            await TLSStream.wrap(below[0], hostname="localhost", ssl_context=client_context)
        assert scope.cancelled_caught
        with pytest.raises(anyio.EndOfStream):
            await below[1].receive()
        await below[1].aclose()


@pytest.mark.guarantee("G9")
async def test_an_error_of_the_handshake_counts_for_more(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Than that its alert could not be sent since somebody else uses the stream below."""
    ours, theirs = socket_pair()
    below = Counting(SocketStream(ours))
    refuse = raising(anyio.BusyResourceError("writing to"))

    async def send_once(item: bytes) -> None:
        below.send = refuse  # type: ignore[method-assign]
        await below.below.send(item)

    below.send = send_once  # type: ignore[method-assign]
    async with anyio.create_task_group() as tg:

        async def serve() -> None:
            with suppress(anyio.BrokenResourceError):
                await TLSStream.wrap(SocketStream(theirs), server_side=True, ssl_context=server_context)

        tg.start_soon(serve)
        with pytest.raises(CertificateVerificationError):
            await TLSStream.wrap(below, hostname="other.example", ssl_context=client_context)


class Counting(anyio.abc.ByteStream):
    """A stream that is not a socket for TLS."""

    def __init__(self, below: Any) -> None:
        self.below = below
        self.items = 0

    async def receive(self, max_bytes: int = 65536) -> bytes:
        data: bytes = await self.below.receive(max_bytes)
        return data

    async def send(self, item: bytes) -> None:
        self.items += 1
        await self.below.send(item)

    async def send_eof(self) -> None:
        await self.below.send_eof()

    async def aclose(self) -> None:
        await self.below.aclose()


@pytest.mark.guarantee("G1", "G9")
async def test_a_second_reader_costs_one_call(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Over a stream that finds out by itself. The call that meets it raises; the next one gets what was sent."""
    ours, theirs = socket_pair()
    below = Counting(SocketStream(ours))
    client, server = await tls_pair(below, SocketStream(theirs), server_context, client_context)
    async with anyio.create_task_group() as tg:
        tg.start_soon(below.receive)
        await let_others_run()
        with pytest.raises(anyio.BusyResourceError, match="the stream below"):
            await client.receive()
        tg.cancel_scope.cancel()
    await server.send(b"hello")
    assert await client.receive() == b"hello"
    assert below.items
    for stream in (client, server):
        await anyio.aclose_forcefully(stream)
