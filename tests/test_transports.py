"""What carries the ciphertext: sockets, AnyIO's streams, Trio's, and the writer-task adapter, also as plain streams."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import anyio.lowlevel
import pytest
import trio
from anyio import to_thread
from anyio.abc import SocketAttribute, SocketStream as AnyIOSocketStream, UNIXSocketStream
from anyio.lowlevel import checkpoint
from anyio.streams.stapled import StapledObjectStream
from trio.testing import MemorySendStream, lockstep_stream_pair, memory_stream_pair as trio_memory_stream_pair

from anyio_tls import (
    HandshakeError,
    SocketStream,
    TLSError,
    TLSStream,
    WriterTaskStream,
    _event_loop,
    connect_tcp,
    trio as trio_face,
)
from anyio_tls._closing import LINGER_SECONDS
from anyio_tls._errors import CutOffError
from anyio_tls._event_loop import EventLoop, event_loop, is_cancelled, running_on_asyncio, running_on_trio
from anyio_tls._queue import SendQueue
from anyio_tls._transports import ExactSender, Transport, transport_for
from anyio_tls._transports._anyio import AnyIOTCPTransport, AnyIOTransport
from anyio_tls._transports._asyncio import FAILURE_SECONDS, AnyIOSocketTransport, AsyncioSocketTransport
from anyio_tls._transports._socket import SocketTransport, as_address, unacknowledged
from anyio_tls._transports._trio import SocketOnTrioTransport, TrioSocketTransport, TrioTransport
from anyio_tls.testing import Certificate, CertificateAuthority, memory_stream_pair

from ._marks import needs_ipv6, on_trio
from ._pairs import (
    SOCKET_BUFFER,
    Awaits,
    cancelled_at_its_wait,
    let_others_run,
    pair_over,
    raising,
    raising_at_once,
    reset,
    socket_pair,
    tls_pair,
    transport_pair,
    unix_socket_pair,
)
from .conftest import BACKENDS, open_descriptors

ROOM = 2**16  # of a WriterTaskStream
MUCH = 2**24  # more than the buffers of two sockets hold

on_uvloop = pytest.mark.parametrize("anyio_backend", [BACKENDS["uvloop"]], ids=["uvloop"])
on_asyncio = pytest.mark.parametrize(
    "anyio_backend", [BACKENDS["asyncio"], BACKENDS["uvloop"]], ids=["asyncio", "uvloop"]
)


@pytest.fixture(scope="module")
def server_context(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """A server's context; the TLS version does not matter here."""
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client_context(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


async def receive_all(stream: Any) -> bytes:
    return b"".join([data async for data in stream])


# ---- SocketStream, as a plain stream ----


async def test_socket_stream_is_one_of_anyios() -> None:
    client, server = socket_pair()
    with server:
        async with await SocketStream.from_socket(client) as stream:
            assert type(stream) is SocketStream
            assert isinstance(stream, AnyIOSocketStream)
            assert stream.raw_socket is stream._raw_socket is client


async def test_socket_stream_of_a_descriptor() -> None:
    client, server = socket_pair()
    with server:
        async with await SocketStream.from_socket(client.detach()) as stream:
            server.send(b"hello")
            assert await stream.receive() == b"hello"
        with pytest.raises(OSError, match="Bad file descriptor"):
            await SocketStream.from_socket(2**31 - 1)
        with pytest.raises(TypeError, match="raw_socket must be a socket"):
            await SocketStream.from_socket("0")  # type: ignore[arg-type]
    with socket.socket() as unconnected:
        with pytest.raises(ValueError, match="raw_socket must be connected"):
            await SocketStream.from_socket(unconnected.fileno())
        assert unconnected.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0  # it is still open


@asynccontextmanager
async def socket_streams() -> AsyncIterator[tuple[SocketStream, SocketStream]]:
    client, server = socket_pair()
    async with SocketStream(client) as client_stream, SocketStream(server) as server_stream:
        yield client_stream, server_stream


async def test_socket_stream() -> None:
    async with socket_streams() as (client, server):
        await client.send(b"hello")
        assert await server.receive(1) == b"h"
        assert await server.receive() == b"ello"
        with pytest.raises(ValueError, match="max_bytes"):
            await server.receive(0)
        async with anyio.create_task_group() as tg:
            tg.start_soon(server.send, bytes(range(256)) * 2**16)  # in pieces, as there is room
            received = bytearray()
            while len(received) < MUCH:
                received += await client.receive()
        assert received == bytes(range(256)) * 2**16


async def test_socket_stream_waits() -> None:
    """For bytes; and a cancelled wait has taken none."""
    async with socket_streams() as (client, server):
        await cancelled_at_its_wait(client.receive)
        received: list[bytes] = []

        async def receive() -> None:
            received.append(await client.receive())

        async with anyio.create_task_group() as tg:
            tg.start_soon(receive)
            await let_others_run()
            assert not received
            await server.send(b"hello")
        assert received == [b"hello"]


async def test_socket_stream_ends() -> None:
    async with socket_streams() as (client, server):
        await client.send(b"last words")
        await client.send_eof()
        assert await receive_all(server) == b"last words"
        with pytest.raises(anyio.EndOfStream):
            await server.receive()
        with pytest.raises(anyio.BrokenResourceError):
            await client.send(b"more")
        await server.send(b"answer")
        assert await client.receive() == b"answer"


async def test_socket_stream_is_busy() -> None:
    async with socket_streams() as (client, server), anyio.create_task_group() as tg:
        tg.start_soon(client.receive)
        tg.start_soon(client.send, bytes(MUCH))
        await let_others_run()
        with pytest.raises(anyio.BusyResourceError, match="reading"):
            await client.receive()
        with pytest.raises(anyio.BusyResourceError, match="writing"):
            await client.send(b"x")
        with pytest.raises(anyio.BusyResourceError, match="writing"):
            await client.send_eof()
        server.raw_socket.send(b"x")  # for who came first
        with pytest.raises(anyio.BusyResourceError, match="reading"):
            await client.receive()
        tg.cancel_scope.cancel()


@pytest.mark.guarantee("G13")
async def test_socket_stream_notices_cancellation() -> None:
    """Before anything has happened; otherwise a call does not wait for what can be had."""
    async with socket_streams() as (client, server):
        await server.send(b"hello")
        await anyio.wait_readable(client.raw_socket)
        calls: list[Callable[[], Awaitable[Any]]] = [client.receive, lambda: client.send(b"x"), client.send_eof]
        for call in calls:
            with anyio.CancelScope() as scope:
                scope.cancel()
                await call()
            assert scope.cancelled_caught
        for call in calls:
            awaits = Awaits(call(), 0, lambda: None)
            assert await awaits in (b"hello", None)
            assert awaits.count == 1
        assert await receive_all(server) == b"x"
        awaits = Awaits(client.aclose(), 0, lambda: None)
        await awaits
        assert awaits.count == 1


async def test_socket_stream_closes() -> None:
    """A waiting task is interrupted, and later calls are refused."""
    async with socket_streams() as (client, server):

        async def closed(function: Callable[..., Awaitable[Any]], *args: Any) -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await function(*args)

        async with anyio.create_task_group() as tg:
            tg.start_soon(closed, client.receive)
            tg.start_soon(closed, client.send, bytes(MUCH))
            await let_others_run()
            await client.aclose()
        await closed(client.receive)
        await closed(client.send, b"x")
        await closed(client.send_eof)
        await client.aclose()
        await server.aclose()
        with pytest.raises(anyio.ClosedResourceError):
            transport_for(client)


@pytest.mark.parametrize("what", ["receive", "send", "send_eof"])
async def test_socket_stream_breaks(what: str) -> None:
    client, server = socket_pair()
    async with SocketStream(client) as stream:
        reset(server)
        with pytest.raises(anyio.BrokenResourceError) as caught:
            await getattr(stream, what)(*[b"x"] * (what == "send"))
        assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize("make", [SocketTransport, transport_for])
async def test_socket_is_not_readable_after_all(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a spurious wake-up, we wait again."""
    really_receive, mistakes = SocketTransport._receive, [None, None]

    def receive(self: SocketTransport, max_bytes: int) -> bytes | None:
        return mistakes.pop() if mistakes else really_receive(self, max_bytes)

    async with socket_streams() as (client, server):
        await server.send(b"hello")
        transport = make(client) if make is transport_for else make(client.raw_socket, client)
        monkeypatch.setattr(SocketTransport, "_receive", receive)
        assert await transport.receive(10) == b"hello"
        assert not mistakes


async def test_socket_that_gave_all_it_had_is_not_asked_before_the_wait() -> None:
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        await server.send(b"hello")
        assert await transport.receive(5) == b"hello"
        await server.send(b"world!")
        assert transport.receive_nowait(5) == b"world"
        assert transport.receive_nowait(5) == b"!"
        await server.send(b"again")
        assert transport.receive_nowait(5) is None
        assert await transport.receive(5) == b"again"


# ---- sockets that asyncio watches ----


async def is_watched(sock: socket.socket) -> bool:
    """Whether the event loop has a reader registration for a socket."""
    if sys.platform != "linux":
        pytest.skip("only Linux tells what it watches")
    await let_others_run()  # libuv tells the system before it waits
    return str(sock.fileno()) in watched_descriptors()


def watched_descriptors() -> list[str]:
    polls = [number for number, what in open_descriptors().items() if "eventpoll" in what]
    words = " ".join(Path(f"/proc/self/fdinfo/{number}").read_text() for number in polls).split()
    return [descriptor for word, descriptor in pairwise(words) if word == "tfd:"]


@on_asyncio
async def test_watching_goes_on_while_somebody_waits_for_all_that_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    add_reader, begun = loop.add_reader, 0

    def count(*args: Any) -> None:
        nonlocal begun
        begun += 1
        add_reader(*args)

    monkeypatch.setattr(loop, "add_reader", count)
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        async with anyio.create_task_group() as tg:
            for number in range(3):
                tg.start_soon(server.send, bytes([number]))
                assert await transport.receive(10) == bytes([number])
        assert await is_watched(client.raw_socket)
        assert begun == 1


@on_asyncio
async def test_what_nobody_waits_for_is_received_ahead() -> None:
    """As much as there was room for. The reader registration stays until more comes."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        await server.send(b"x")
        assert await transport.receive(10) == b"x"
        await server.send(b"hello")
        assert await is_watched(client.raw_socket)
        await server.send(b"world!")
        assert not await is_watched(client.raw_socket)
        assert transport.receive_nowait(3) == b"hel"
        assert await transport.receive(3) == b"lo"
        assert transport.receive_nowait(10) == b"world!"
        await cancelled_at_its_wait(transport.receive, 10)
        assert await is_watched(client.raw_socket)


@on_asyncio
@pytest.mark.guarantee("G10")
async def test_no_more_is_received_ahead_than_there_is_room_for() -> None:
    """Which is what the last call did not use up, whether it waited or not."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        await server.send(b"hello")
        assert await transport.receive(8) == b"hello"
        await server.send(b"world")
        assert not await is_watched(client.raw_socket)
        assert transport.receive_nowait(8) == b"wor"
        assert transport.receive_nowait(8) == b"ld"
        await cancelled_at_its_wait(transport.receive, 8)
        await server.send(b"again")
        assert await is_watched(client.raw_socket)
        assert transport.receive_nowait(6) == b"again"
        await server.send(b"and again")
        assert not await is_watched(client.raw_socket)
        assert transport.receive_nowait(10) == b"a"
        assert transport.receive_nowait(10) == b"nd again"


@on_asyncio
@pytest.mark.guarantee("G10")
async def test_what_a_full_receive_left_behind() -> None:
    """It is received as room is given for it, and not before; nor is it taken for the end because there is none."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        await server.send(b"hello, world, and so on")
        assert await transport.receive(5) == b"hello"
        assert not await is_watched(client.raw_socket)
        assert transport.receive_nowait(2) == b", "
        assert transport.receive_nowait(5) == b"world"
        assert await transport.receive(5) == b", and"
        assert transport.receive_nowait(20) == b" so on"
        await cancelled_at_its_wait(transport.receive, 20)


@on_asyncio
@pytest.mark.guarantee("G10")
async def test_room_is_what_the_last_receive_left() -> None:
    """Although the event loop did not receive for it."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        async with anyio.create_task_group() as tg:
            tg.start_soon(server.send, b"hello, world")
            assert await transport.receive(8) == b"hello, w"
            assert transport.receive_nowait(6) == b"orld"
        await server.send(b"again")
        assert not await is_watched(client.raw_socket)
        assert transport.receive_nowait(10) == b"ag"
        assert transport.receive_nowait(10) == b"ain"


@on_asyncio
@pytest.mark.guarantee("G1")
async def test_what_came_for_a_cancelled_task_is_the_next_ones() -> None:
    """AnyIO does not cancel a task that is being woken, but asyncio does."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        assert isinstance(transport, AsyncioSocketTransport)
        for waits in (False, True):
            task = asyncio.create_task(transport.receive(10))
            await let_others_run()
            server.raw_socket.send(b"hello")
            transport._on_readable()  # as the event loop does, in the turn before the task's
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()
            assert (await transport.receive(10) if waits else transport.receive_nowait(10)) == b"hello"
            assert transport.receive_nowait(10) is None


@on_asyncio
async def test_a_task_is_cancelled_as_the_socket_fails() -> None:
    """Then it is cancelled."""
    client, server = socket_pair()
    async with SocketStream(client) as stream:
        transport = transport_for(stream)
        assert isinstance(transport, AsyncioSocketTransport)
        task = asyncio.create_task(transport.receive(10))
        await let_others_run()
        reset(server)
        transport._on_readable()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()


@on_asyncio
async def test_a_wait_is_thrown_away() -> None:
    """As at the end of a program, when the coroutine is closed without the event loop's help."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        wait = transport.receive(10)
        assert isinstance(wait, Coroutine)
        wait.send(None)
        wait.close()
        await server.send(b"hello")
        assert await transport.receive(10) == b"hello"


@on_asyncio
@pytest.mark.guarantee("G1")
async def test_what_came_after_it_stays_behind_it() -> None:
    """More comes between what a task waited for and its turn, in which it is cancelled."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        assert isinstance(transport, AsyncioSocketTransport)
        task = asyncio.create_task(transport.receive(10))
        await let_others_run()
        for data in (b"hello", b"world"):
            server.raw_socket.send(data)
            transport._on_readable()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert await transport.receive(10) == b"helloworld"


@pytest.mark.guarantee("G8")
async def test_what_was_received_ahead_of_unwrap(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Behind the peer's close_notify, before unwrap() was called."""
    async with socket_streams() as below:
        client, server = await tls_pair(*below, server_context, client_context)
        async with anyio.create_task_group() as tg:
            tg.start_soon(server.unwrap)
            with pytest.raises(anyio.EndOfStream):
                await client.receive()
            below[1].raw_socket.send(b"plain text")
            await let_others_run()
            stream, data = await client.unwrap()
        while len(data) < 10:
            data += await stream.receive()
        assert data == b"plain text"


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix"])
async def test_nothing_is_lost_below_tls_that_ends(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Much comes behind the peer's close_notify, at once: all of it is handed over, or still in the stream."""
    async with transport_pair(kind, server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        follows = bytes(range(250)) * 1000
        async with anyio.create_task_group() as tg:

            async def send() -> None:
                await server.unwrap()
                await below[1].send(follows)
                await below[1].send_eof()

            tg.start_soon(send)
            stream, data = await client.unwrap()
            await let_others_run()
            while len(data) < len(follows):
                data += await stream.receive()
        assert data == follows
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()
        for stream in below:
            await stream.aclose()


@on_asyncio
async def test_what_anyio_has_read_comes_first(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """And then what the socket has."""
    async with transport_pair("anyio-tcp", server_context, client_context) as below:
        await below[1].send(b"hello")
        assert await below[0].receive(1) == b"h"
        transport = transport_for(below[0])
        await below[1].send(b", world")
        assert transport.is_readable()
        assert transport.receive_nowait(2) == b"el"
        assert await transport.receive(9) == b"lo"
        assert await transport.receive(3) == b", w"
        assert transport.receive_nowait(2) == b"or"
        assert transport.release() == b""
        assert await below[0].receive() == b"ld"
        for stream in below:
            await stream.aclose()


@on_asyncio
@pytest.mark.guarantee("G5")
async def test_socket_fails_behind_its_last_data() -> None:
    """After that uvloop does not watch it, though there is something to receive."""
    client, server = socket_pair()
    async with SocketStream(client) as stream:
        transport = transport_for(stream)
        async with anyio.create_task_group() as tg:

            async def receive() -> None:
                assert await transport.receive(10) == b"hello"

            tg.start_soon(receive)
            await let_others_run()
            server.send(b"hello")
            reset(server)
        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                transport.receive_nowait(10) or await transport.receive(10)


@on_asyncio
@pytest.mark.guarantee("G7")
async def test_closing_ends_the_watch() -> None:
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        descriptor = client.raw_socket.fileno()
        async with anyio.create_task_group() as tg:

            async def receive() -> None:
                with pytest.raises(anyio.ClosedResourceError, match="while receiving"):
                    await transport.receive(10)

            tg.start_soon(receive)
            await let_others_run()
            await client.aclose()
        with pytest.raises(anyio.ClosedResourceError):
            await transport.receive(10)
        os.dup2(server.raw_socket.fileno(), descriptor)  # which is free again
        with socket.socket(fileno=descriptor) as sock:
            assert not await is_watched(sock)
            loop, ended = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(sock, ended.set)
            await client.aclose()  # once more
            await asyncio.wait_for(ended.wait(), 5)
            loop.remove_reader(sock)


@on_asyncio
async def test_socket_closed_by_somebody_while_a_task_is_being_woken() -> None:
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        descriptor = client.raw_socket.fileno()
        assert isinstance(transport, AsyncioSocketTransport)
        async with anyio.create_task_group() as tg:

            async def receive() -> None:
                with pytest.raises(anyio.ClosedResourceError):
                    await transport.receive(10)

            tg.start_soon(receive)
            await let_others_run()
            server.raw_socket.send(b"hello")
            client.raw_socket.close()
            transport._on_readable()
        assert not asyncio.get_running_loop().remove_reader(descriptor)  # uvloop does not tell


@on_uvloop
async def test_socket_closed_by_somebody_before_a_wait() -> None:
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        await server.send(b"hello")
        assert await transport.receive(10) == b"hello"
        client.raw_socket.close()
        with pytest.raises(anyio.ClosedResourceError, match="the socket has been closed"):
            await transport.receive(10)
        transport.release()


async def receive_late(transport: Transport, peer: SocketStream, pause: float) -> None:
    """Receive one byte, which the peer sends only after so many seconds."""

    async def receive() -> None:
        assert await transport.receive(10) == b"x"

    async with anyio.create_task_group() as tg:
        tg.start_soon(receive)
        await anyio.sleep(pause)
        await peer.send(b"x")


@on_uvloop
async def test_socket_is_whole_when_it_is_looked_at() -> None:
    """The first wait begins the watch, and during the second the socket is looked at."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        for pause in (0.0, 1.5 * FAILURE_SECONDS):
            await receive_late(transport, server, pause)
        transport.release()


@on_uvloop
@pytest.mark.parametrize("how", ["closed", "forgotten"])
async def test_nobody_waits_when_a_socket_is_looked_at(how: str) -> None:
    """What goes wrong in a callback of the event loop would fail the test."""
    async with socket_streams() as (client, server):
        transport: Transport | None = transport_for(client)
        assert transport is not None
        for _ in range(2):
            await receive_late(transport, server, 0.0)
        if how == "closed":
            client.raw_socket.close()
        else:
            transport.release()
            transport = None
        await anyio.sleep(1.5 * FAILURE_SECONDS)


@on_uvloop
@pytest.mark.guarantee("G12")
async def test_socket_is_closed_under_who_waits() -> None:
    """By somebody who knows nothing of the event loop, which does not notice; but it is looked at after a while."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        await receive_late(transport, server, 0.0)

        async def receive() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await transport.receive(10)

        async with anyio.create_task_group() as tg:
            tg.start_soon(receive)
            await let_others_run()
            client.raw_socket.close()
        transport.release()


@on_asyncio
@pytest.mark.guarantee("G5", "G9")
async def test_socket_fails_while_nobody_waits() -> None:
    """Whether a receive or a send comes first then: neither waits for what will not come."""
    for sends in (False, True):
        client, server = socket_pair()
        async with SocketStream(client) as stream:
            transport = transport_for(stream)
            server.send(b"x")
            assert await transport.receive(10) == b"x"
            server.send(b"hello")
            reset(server)
            await let_others_run()
            assert await transport.receive(10) == b"hello"
            if sends:
                with pytest.raises(OSError, match=r"reset|pipe"):
                    transport.send_nowait(SendQueue(b"x"))
                assert await transport.receive(10) == b""
            else:
                with pytest.raises(ConnectionResetError):
                    await transport.receive(10)


@on_uvloop
@pytest.mark.guarantee("G5", "G9")
async def test_socket_fails_and_a_send_hears_it_first() -> None:
    """While another task waits to receive: it does not wait for what will not come."""
    client, server = socket_pair()
    async with SocketStream(client) as stream:
        transport = transport_for(stream)
        server.send(b"x")
        assert await transport.receive(10) == b"x"
        server.send(b"hello")
        reset(server)
        await let_others_run()
        assert await transport.receive(5) == b"hello"

        async def receive() -> None:
            assert await transport.receive(10) == b""

        async with anyio.create_task_group() as tg:
            tg.start_soon(receive)
            await let_others_run()
            with pytest.raises(OSError, match=r"reset|pipe"):
                transport.send_nowait(SendQueue(b"x"))


@on_asyncio
@pytest.mark.guarantee("G8")
async def test_unwrapped_socket_is_not_watched(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with socket_streams() as streams:
        client, server = await tls_pair(*streams, server_context, client_context)
        assert await is_watched(streams[0].raw_socket)
        async with anyio.create_task_group() as tg:
            tg.start_soon(client.unwrap)
            tg.start_soon(server.unwrap)
        for stream in streams:
            assert not await is_watched(stream.raw_socket)
        # And so it stays when the stream is used again, as a plain one: everybody may wait for its socket.
        async with anyio.create_task_group() as tg:
            tg.start_soon(streams[0].receive)
            await let_others_run()
            await streams[1].send(b"hello")
        assert not await is_watched(streams[0].raw_socket)


def test_socket_stream_outside_of_an_event_loop() -> None:
    first, second = socket_pair()
    with first, second:
        assert type(transport_for(SocketStream(first))) is SocketTransport


def test_socket_stream_does_not_block() -> None:
    """Nor does TLS over it, should somebody have changed that."""
    first, second = socket_pair()
    with first, second:
        first.setblocking(True)
        stream = SocketStream(first)
        assert first.gettimeout() == 0
        first.settimeout(5)
        transport_for(stream)
        assert first.gettimeout() == 0


@on_trio
@pytest.mark.guarantee("G7")
async def test_closing_sends_away_who_is_at_the_handshake(client_context: ssl.SSLContext) -> None:
    """At once, and not when it has been waited for long enough."""
    async with socket_streams() as (client, _), anyio.create_task_group() as tg:
        stream = trio_face.TLSStream(client, client_context, server_hostname="localhost")

        async def fail() -> None:
            with pytest.raises(trio.ClosedResourceError):
                await stream.do_handshake()

        tg.start_soon(fail)
        await let_others_run()
        with anyio.fail_after(LINGER_SECONDS / 2):
            await stream.aclose()


@pytest.mark.guarantee("G7")
async def test_what_a_close_discards() -> None:
    """A little that has arrived, and not a download; nothing, if nothing is there or the connection has failed."""
    async with socket_streams() as (client, server):
        transport = transport_for(client)
        transport.discard_nowait()
        await server.send(b"tickets")
        await anyio.wait_readable(client.raw_socket)
        transport.discard_nowait()
        await server.send(b"more")
        assert client.raw_socket.recv(100) == b"more"
        await server.send(bytes(100_000))
        while len(client.raw_socket.recv(100_000, socket.MSG_PEEK)) < 100_000:
            await checkpoint()
        transport.discard_nowait()
        assert len(client.raw_socket.recv(100_000)) == 100_000 - 2**16
        reset(server.raw_socket)
        transport.discard_nowait()
        transport.release()
        assert client.raw_socket.fileno() >= 0


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix", "trio-socket"])
async def test_what_is_undelivered(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """What the peer's system has not acknowledged. Over a UNIX socket the peer has all at once."""
    if kind == "trio-socket" and not running_on_trio():
        pytest.skip("needs Trio's event loop")
    async with transport_pair(kind, server_context, client_context) as below:
        ours, theirs = map(transport_for, below)
        assert not ours.is_undelivered()
        queue = SendQueue(bytes(MUCH))
        await ours.send(queue)
        while len(queue) < MUCH:  # until there is no more room
            before = len(queue)
            ours.send_nowait(queue)
            if before == len(queue):
                break
        with anyio.move_on_after(0.2):  # What the peer has room for is acknowledged soon, the rest is not.
            while ours.is_undelivered():
                await checkpoint()
        assert ours.is_undelivered() == (kind != "unix")
        assert ours.begin_closing() == (kind != "unix")
        sent, received = MUCH - len(queue), 0
        while received < sent:
            received += len(await theirs.receive(2**16))
        while ours.is_undelivered():
            await checkpoint()
        await ours.aclose()
        assert not ours.is_undelivered()
        await theirs.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("platform", ["darwin", "win32"])
async def test_what_other_systems_tell(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """MacOS tells by an option, Windows not at all: then everything may be under way."""

    class Socket:
        def fileno(self) -> int:
            return 3

        def getsockopt(self, level: int, option: int) -> int:
            assert (level, option) == (socket.SOL_SOCKET, 0x1024)
            return 0

    async with socket_streams() as (client, _server):
        transport = transport_for(client)
        monkeypatch.setattr("anyio_tls._transports._socket.sys", SimpleNamespace(platform=platform))
        monkeypatch.setattr(transport, "_socket", Socket())
        assert transport.is_undelivered() == (platform == "win32")
        monkeypatch.undo()


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
async def test_attributes_of_tcp(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listening:
        raw_socket = socket.create_connection(listening.getsockname()[:2])
        accepted, _ = listening.accept()
    with accepted:
        async with SocketStream(raw_socket) as stream:
            assert stream.extra(SocketAttribute.family) == family
            assert stream.extra(SocketAttribute.raw_socket) is raw_socket
            assert stream.extra(SocketAttribute.local_address) == accepted.getpeername()[:2]
            assert stream.extra(SocketAttribute.local_port) == accepted.getpeername()[1]
            assert stream.extra(SocketAttribute.remote_address) == accepted.getsockname()[:2]
            assert stream.extra(SocketAttribute.remote_port) == accepted.getsockname()[1]
            # As AnyIO's own stream has them.
            duplicate = raw_socket.dup()
            async with await AnyIOSocketStream.from_socket(duplicate) as theirs:
                for key in theirs.extra_attributes.keys() - {SocketAttribute.raw_socket}:
                    assert stream.extra(key) == theirs.extra(key)
                assert theirs.extra_attributes.keys() == stream.extra_attributes.keys()
            assert raw_socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no UNIX sockets in Python")
async def test_attributes_of_unix(tmp_path: Any) -> None:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        raw_socket = socket.socket(socket.AF_UNIX)
        raw_socket.connect(path)
    async with SocketStream(raw_socket) as stream:
        assert stream.extra(SocketAttribute.family) == socket.AF_UNIX
        assert stream.extra(SocketAttribute.local_address) == ""
        assert stream.extra(SocketAttribute.remote_address) == path
        assert stream.extra(SocketAttribute.local_port, None) is None
        assert stream.extra(SocketAttribute.remote_port, None) is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (("127.0.0.1", 443), ("127.0.0.1", 443)),
        (("::1", 443, 0, 0), ("::1", 443)),
        (("fe80::1", 443, 7, 3), ("fe80::1%3", 443)),
        (("fe80::1%eth0", 443, 0, 3), ("fe80::1%eth0", 443)),
        ("/run/socket", "/run/socket"),
        (b"\0abstract", b"\0abstract"),
    ],
)
def test_address(address: Any, expected: Any) -> None:
    assert as_address(address) == expected


# ---- which transport for which stream ----


class Wrapped(AnyIOSocketStream):
    """Somebody else's idea of a socket stream."""

    def __init__(self, below: Any) -> None:
        self.below = below

    async def receive(self, max_bytes: int = 65536) -> bytes:
        data: bytes = await self.below.receive(max_bytes)
        return data

    async def send(self, item: bytes) -> None:
        await self.below.send(item)

    async def send_eof(self) -> None:
        await self.below.send_eof()

    async def aclose(self) -> None:
        await self.below.aclose()

    @property
    def _raw_socket(self) -> socket.socket:
        raw_socket: socket.socket = self.below.extra(SocketAttribute.raw_socket)
        return raw_socket


async def test_transport_for_anyios_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    client, server = socket_pair()
    async with await AnyIOSocketStream.from_socket(client) as stream:
        transport = transport_for(stream)
        assert type(transport) is (SocketOnTrioTransport if running_on_trio() else AnyIOSocketTransport)
        transport.release()
        assert type(transport_for(Wrapped(stream))) is AnyIOTransport
        # On Windows nobody but the event loop can wait for its sockets.
        monkeypatch.setattr("anyio_tls._transports._choice.can_watch", lambda: False)
        assert type(transport_for(stream)) is (SocketOnTrioTransport if running_on_trio() else AnyIOTCPTransport)
    server.close()
    client, server = unix_socket_pair()
    async with await UNIXSocketStream.from_socket(client) as unix_stream:
        assert type(transport_for(unix_stream)) is (SocketOnTrioTransport if running_on_trio() else SocketTransport)
    server.close()


@on_trio
async def test_transport_for_trios_streams() -> None:
    client, server = socket.socketpair()
    client.setblocking(False)
    async with trio.SocketStream(trio.socket.from_stdlib_socket(client)) as stream:
        transport = transport_for(stream)
        assert type(transport) is TrioSocketTransport
        transport.release()
        await stream.send_all(b"it has its descriptor")
    server.close()
    assert type(transport_for(trio_memory_stream_pair()[0])) is TrioTransport


def test_trio_need_not_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "trio")
    assert not running_on_trio()


@on_trio
async def test_asyncio_need_not_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "asyncio")
    assert not running_on_asyncio()


async def test_who_is_cancelled() -> None:
    """A task that waits for what others may cancel can tell whether it was cancelled itself; not so before 3.11."""
    nobody_can_tell = running_on_trio() or sys.version_info < (3, 11)
    assert is_cancelled() is nobody_can_tell
    with anyio.CancelScope() as scope:
        scope.cancel()
        assert is_cancelled()
        await checkpoint()


async def test_checkpoints_of_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """AnyIO's own will do where AnyIO does not tell what is behind them, and where there is no event loop yet."""
    for here in (event_loop(), await to_thread.run_sync(event_loop)):
        with anyio.CancelScope() as scope:
            await here.lowlevel.checkpoint()
            await here.lowlevel.checkpoint_if_cancelled()
            scope.cancel()
            await here.lowlevel.checkpoint_if_cancelled()
        assert scope.cancelled_caught
        assert here.current_time() == pytest.approx(anyio.current_time(), abs=1)
    assert event_loop() is event_loop()
    if not running_on_trio():
        assert event_loop().lowlevel is not anyio.lowlevel
        monkeypatch.setattr(_event_loop, "current_token", object)
        unknown = EventLoop("asyncio")
        assert (unknown.lowlevel, unknown.current_time) == (anyio.lowlevel, anyio.current_time)


def test_what_is_no_stream() -> None:
    with pytest.raises(TypeError, match=r"a Trio stream, not object$"):
        transport_for(object())
    with socket.socket() as sock, pytest.raises(TypeError, match=r"not socket \(put it into a SocketStream\)$"):
        transport_for(sock)


@pytest.mark.guarantee("G10")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix", "trio-socket", "memory"])
async def test_transports_deliver_what_they_are_asked_for(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """At most that many bytes, then the rest, and nothing at the end."""
    if kind == "trio-socket" and not running_on_trio():
        pytest.skip("needs Trio's event loop")
    async with transport_pair(kind, server_context, client_context) as below:
        ours, theirs = map(transport_for, below)
        queue = SendQueue(b"hello")
        while queue:
            await theirs.send(queue)
        assert await ours.receive(3) == b"hel"
        assert await ours.receive(10) == b"lo"
        assert ours.receive_nowait(10) is None
        if kind == "memory":
            await theirs.aclose()
        else:
            theirs.shut_down_sending()
        for _ in range(2):
            assert await ours.receive(10) == b""
        await theirs.aclose()
        await ours.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix", "trio-socket"])
@pytest.mark.parametrize("way", ["aclose", "interrupt"])
async def test_transports_send_away_who_waits(kind: str, way: str) -> None:
    """Whoever it is."""
    if kind == "trio-socket" and not running_on_trio():
        pytest.skip("needs Trio's event loop")
    client, server = unix_socket_pair() if kind == "unix" else socket_pair()
    client.setblocking(False)
    if kind == "socket":
        transport = transport_for(SocketStream(client))
    elif kind == "trio-socket":
        transport = transport_for(trio.SocketStream(trio.socket.from_stdlib_socket(client)))
    else:
        stream_class = UNIXSocketStream if kind == "unix" else AnyIOSocketStream
        transport = transport_for(await stream_class.from_socket(client))
    calls = 0

    async def fill() -> None:
        nonlocal calls
        while True:
            calls += 1
            await transport.send(SendQueue(bytes(MUCH)))

    async def closed(function: Callable[..., Awaitable[Any]], *args: Any) -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await function(*args)

    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, fill)
        before = -1
        while calls != before:  # until it waits
            before = calls
            await let_others_run(200)
        tg.start_soon(closed, transport.receive, 10)
        await let_others_run()
        if way == "aclose":
            await transport.aclose()
            await closed(transport.wait_writable)
        else:
            transport.interrupt()
    await transport.aclose()
    transport.interrupt()
    await closed(transport.receive, 10)
    server.close()


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix", "memory"])
async def test_wrapping_a_closed_stream(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with transport_pair(kind, server_context, client_context) as (client, server):
        await client.aclose()
        await server.aclose()
        with pytest.raises(anyio.ClosedResourceError, match="closed"):
            await TLSStream.wrap(client, hostname="localhost", ssl_context=client_context)


# ---- AnyIO's streams ----


async def test_over_windows_sockets(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On asyncio they are byte streams like any other, until they are closed."""
    monkeypatch.setattr("anyio_tls._transports._choice.can_watch", lambda: False)
    async with pair_over("anyio-tcp", server_context, client_context) as (client, server):
        await client.send(b"hello")
        assert await server.receive() == b"hello"


@on_asyncio
@pytest.mark.guarantee("G7")
async def test_what_windows_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unacknowledged there: something, unless the stream is closed."""
    monkeypatch.setattr("anyio_tls._transports._anyio.unacknowledged", Mock(side_effect=OSError))
    async with accepted() as (stream, _):
        transport = AnyIOTCPTransport(stream)
        assert transport.begin_closing()
        await transport.aclose()
        await let_others_run()
        assert not transport.is_undelivered()


@asynccontextmanager
async def accepted() -> AsyncIterator[tuple[AnyIOSocketStream, socket.socket]]:
    """A connection as an AnyIO listener accepts it, and its other end. On asyncio what arrives is read ahead."""
    listener: Any
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        with socket.create_connection(listener.extra(SocketAttribute.raw_socket).getsockname()) as peer:
            async with await listener.listeners[0].accept() as stream:
                yield stream, peer


async def is_read(size: int, stream: Any) -> None:
    """Wait until AnyIO has read so much."""
    while sum(map(len, stream._protocol.read_queue)) < size:
        await checkpoint()


@on_asyncio
@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("call", ["send", "receive"])
async def test_over_a_busy_stream(call: str, client_context: ssl.SSLContext) -> None:
    """It is refused, and has lost nothing."""
    async with accepted() as (stream, peer):
        if call == "send":
            peer.send(b"hello")
            await is_read(5, stream)
        async with anyio.create_task_group() as tg:
            got: list[bytes] = []

            async def receive() -> None:
                got.append(await stream.receive())

            if call == "send":
                tg.start_soon(stream.send, bytes(MUCH))
            else:
                tg.start_soon(receive)
            await let_others_run(200)
            with pytest.raises(anyio.BusyResourceError):
                await TLSStream.wrap(stream, hostname="localhost", ssl_context=client_context)
            if call == "send":
                await receive()
                tg.cancel_scope.cancel()
            else:
                peer.send(b"hello")
        assert got == [b"hello"]


@on_trio
async def test_over_a_socket_that_somebody_waits_for(client_context: ssl.SSLContext) -> None:
    """It is refused and left alone, as in AnyIO's own streams."""
    async with accepted() as (stream, peer), anyio.create_task_group() as tg:

        async def receive() -> None:
            assert await stream.receive() == b"for this task"

        tg.start_soon(receive)
        await let_others_run()
        with pytest.raises(anyio.BusyResourceError, match="reading from"):
            await TLSStream.wrap(stream, hostname="localhost", ssl_context=client_context)
        peer.send(b"for this task")


@on_asyncio
@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(("said", "heard"), [(b"", "reset"), (b"SSH-2.0-x\r\n", "SSH")])
async def test_over_a_stream_whose_peer_has_gone(said: bytes, heard: str, server_context: ssl.SSLContext) -> None:
    """The event loop has closed its socket by then, but AnyIO has read what the peer said before."""
    async with accepted() as (stream, peer):
        peer.send(said)
        await is_read(len(said), stream)
        reset(peer)
        while stream._protocol.exception is None:  # type: ignore[attr-defined]
            await checkpoint()
        with pytest.raises(HandshakeError, match=heard) as caught:
            await TLSStream.wrap(stream, server_side=True, ssl_context=server_context)
        assert caught.value.fault == "peer"


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("below", ["a stream", "a writer task"])
async def test_whose_fault_a_cancellation_is(
    below: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Not the peer's, if nothing can be sent behind it."""
    ours, theirs = memory_stream_pair(100)
    async with anyio.create_task_group() as tg:
        stream: Any = WriterTaskStream(ours, tg) if below == "a writer task" else ours
        client, server = await tls_pair(stream, theirs, server_context, client_context)
        if below == "a writer task":
            tg.cancel_scope.cancel()
        else:
            await cancelled_at_its_wait(client.send, b"more than there is room for" * 10)
    for _ in range(2):
        with pytest.raises(TLSError, match=r"an earlier send was cut off|the writer task was cancelled") as caught:
            await client.send(b"x")
        assert caught.value.fault == "local"
    await anyio.aclose_forcefully(client)
    await anyio.aclose_forcefully(server)


@pytest.mark.guarantee("G2", "G9", "G16")
async def test_a_stream_below_that_is_busy_amid_an_item(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """It cannot say how much of it has left, so nothing is sent behind that, least of all the item again."""

    class Framed(anyio.abc.ByteStream):
        guard = anyio.ResourceGuard("sending to")

        async def send(self, item: bytes) -> None:
            for begin in range(0, len(item), 100):
                with self.guard:
                    await ours.send(item[begin : begin + 100])
                if len(item) > 1000:
                    self.guard.__enter__()

        async def receive(self, max_bytes: int = 65536) -> bytes:
            return await ours.receive(max_bytes)

        async def send_eof(self) -> None:
            await ours.send_eof()

        async def aclose(self) -> None:
            await ours.aclose()

    ours, theirs = memory_stream_pair()
    framed = Framed()
    client, server = await tls_pair(framed, theirs, server_context, client_context)
    with pytest.raises(anyio.BusyResourceError):
        await client.send(bytes(2000))
    framed.guard.__exit__(None, None, None)
    with pytest.raises(TLSError, match="an earlier send was cut off"):
        await client.send(b"y")
    for stream in (client, server):
        await anyio.aclose_forcefully(stream)


@on_asyncio
@pytest.mark.guarantee("G9", "G16")
async def test_a_busy_stream_of_anyios_has_sent_nothing() -> None:
    """Its owner may use it for a moment; what was accepted meanwhile leaves behind that."""
    async with accepted() as (stream, peer):
        transport = AnyIOTCPTransport(stream)
        queue = SendQueue(b"xy")
        guard: anyio.ResourceGuard = vars(stream)["_send_guard"]
        with guard, pytest.raises(anyio.BusyResourceError):
            await transport.send(queue)
        await transport.send(queue)
        assert not queue
        assert await to_thread.run_sync(peer.recv, 10) == b"xy"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel does not do it on demand")
@pytest.mark.parametrize("below", ["a socket", "AnyIO's stream", "AnyIO's stream that only its event loop can use"])
async def test_the_end_of_a_handshake_is_acknowledged(
    below: str, ca: CertificateAuthority, server_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a client's first request may wait for that, by Nagle's algorithm: on TLS 1.3 it speaks twice in a row."""
    listening = socket.create_server(("127.0.0.1", 0))
    theirs = socket.create_connection(listening.getsockname())
    ours, _ = listening.accept()
    listening.close()
    stream: Any = SocketStream(ours) if below == "a socket" else await AnyIOSocketStream.from_socket(ours)
    if below == "AnyIO's stream that only its event loop can use":
        monkeypatch.setattr("anyio_tls._transports._choice.can_watch", lambda: False)

    clients: list[ssl.SSLSocket] = []

    def visit() -> None:
        clients.append(ca.client_context().wrap_socket(theirs, server_hostname="localhost"))

    async with anyio.create_task_group() as tg:
        tg.start_soon(to_thread.run_sync, visit)
        server = await TLSStream.wrap(stream, server_side=True, ssl_context=server_context)
    with clients[0] as client:
        assert unacknowledged(client) == 0
    await anyio.aclose_forcefully(server)


@on_asyncio
@pytest.mark.guarantee("G13")
async def test_no_more_is_copied_than_is_taken() -> None:
    """What AnyIO had read before stays in its place while it is taken in pieces."""
    size = 2**20
    async with accepted() as (stream, peer):
        await to_thread.run_sync(peer.sendall, bytes(size))
        await is_read(size, stream)
        transport = transport_for(stream)
        data = transport.receive_nowait(10)
        rest = transport.receive_nowait(2 * size)
        assert isinstance(data, memoryview)
        assert isinstance(rest, memoryview)
        assert data.obj is rest.obj
        assert len(data) + len(rest) == size
        transport.release()


async def test_over_foreign_socket_streams(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Their own methods are called, and they may change what goes through."""
    sent = 0

    class Counting(Wrapped):
        async def send(self, item: bytes) -> None:
            nonlocal sent
            sent += len(item)
            await super().send(item)

    async with transport_pair("anyio-tcp", server_context, client_context) as (client_below, server_below):
        client, server = await tls_pair(Counting(client_below), server_below, server_context, client_context)
        async with client, server:
            before = sent
            await client.send(bytes(1000))
            assert 1000 < sent - before < 1100
            assert await server.receive() == bytes(1000)


def object_streams(capacity: float) -> tuple[Any, Any]:
    there_send, there_receive = anyio.create_memory_object_stream[bytes](capacity)
    back_send, back_receive = anyio.create_memory_object_stream[bytes](capacity)
    return StapledObjectStream(there_send, back_receive), StapledObjectStream(back_send, there_receive)


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("capacity", [0, 10])
async def test_over_object_streams(
    capacity: int, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Each object is a piece of the byte stream, of whatever size. At capacity 0 nothing can be sent unless read."""
    client, server = await tls_pair(*object_streams(capacity), server_context, client_context)
    received: list[bytes] = []

    async def receive() -> None:
        received.append(await receive_all(server))

    async with client, server, anyio.create_task_group() as tg:
        tg.start_soon(receive)
        await client.send(bytes(2**20))
        await client.aclose()
    assert received == [bytes(2**20)]


class KeptAlive(StapledObjectStream[bytes]):
    """Its peer sends an empty object before every other one, as WebSocket clients do to keep a connection open."""

    async def send(self, item: bytes) -> None:
        await super().send(b"")
        await super().send(item)


@pytest.mark.guarantee("G5")
async def test_an_empty_object_is_not_the_end(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    ours, theirs = object_streams(10)
    kept_alive = KeptAlive(theirs.send_stream, theirs.receive_stream)
    client, server = await tls_pair(ours, kept_alive, server_context, client_context)
    async with client, server:
        await server.send(b"hello")
        assert await client.receive() == b"hello"
        await server.aclose()
        with pytest.raises(anyio.EndOfStream):
            await client.receive()


@pytest.mark.guarantee("G7")
async def test_close_sends_away_who_waits_in_object_streams(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """They do not do so themselves."""
    client, server = await tls_pair(*object_streams(10), server_context, client_context)

    async def receive() -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await client.receive()

    async with anyio.create_task_group() as tg:
        tg.start_soon(receive)
        await let_others_run()
        await client.aclose()
    await server.aclose()


@pytest.mark.guarantee("G2")
async def test_a_cut_off_send_is_the_last() -> None:
    """Where the stream below cannot tell; receiving goes on, and so does a call that had not begun to send."""
    below, peer = memory_stream_pair(1)
    transport = transport_for(below)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await transport.send(SendQueue(b"x"))
    await transport.send(SendQueue(b"x"))
    queue = SendQueue(b"hello")
    await cancelled_at_its_wait(transport.send, queue)
    assert bytes(queue) == b"hello"
    for call in (partial(transport.send, queue), transport.wait_writable):
        with pytest.raises(anyio.BrokenResourceError, match="WriterTaskStream"):
            await call()
    await peer.send(b"y")
    assert await transport.receive(10) == b"y"
    assert transport.receive_nowait(10) is None
    transport.shut_down_sending()  # it cannot
    assert not transport.begin_closing()
    assert not transport.is_undelivered()
    transport.discard_nowait()
    await peer.send(b"z")
    assert await transport.receive(10) == b"z"
    await transport.aclose()
    assert below.closed


@pytest.mark.guarantee("G2")
async def test_an_exact_sender_is_believed() -> None:
    class Half(ExactSender):
        """Takes half of what it is given, and then waits."""

        bytes_sent = 0

        async def send(self, item: bytes) -> None:
            await checkpoint()
            self.bytes_sent += len(item) // 2
            await anyio.sleep_forever()

        async def receive(self, max_bytes: int = 65536) -> bytes:
            raise NotImplementedError

        async def aclose(self) -> None: ...

    transport = transport_for(Half())
    queue = SendQueue(b"12345678")
    await cancelled_at_its_wait(transport.send, queue)
    assert bytes(queue) == b"5678"
    await cancelled_at_its_wait(transport.send, queue)
    assert bytes(queue) == b"78"


@pytest.mark.guarantee("G7")
async def test_interrupted() -> None:
    """Every wait ends when the transport is closed, whatever the stream below does about it."""

    class Deaf:
        closed = False

        async def receive(self, max_bytes: int = 65536) -> bytes:
            await anyio.sleep_forever()
            raise AssertionError

        async def send(self, item: bytes) -> None:
            await anyio.sleep_forever()

        async def aclose(self) -> None:
            self.closed = True

    below = Deaf()
    transport = transport_for(below)

    async def closed(function: Callable[..., Awaitable[Any]], words: str, *args: Any) -> None:
        with pytest.raises(anyio.ClosedResourceError, match=words):
            await function(*args)

    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, transport.receive, "while receiving", 1)
        tg.start_soon(closed, transport.send, "while sending", SendQueue(b"x"))
        await let_others_run()
        await transport.aclose()
    assert below.closed


@pytest.mark.guarantee("G2")
async def test_who_was_interrupted_leaves_first() -> None:
    """The stream below never has two senders."""
    leave = anyio.Event()
    entered = 0

    class Slow(ExactSender):
        bytes_sent = 0

        async def send(self, item: bytes) -> None:
            nonlocal entered
            entered += 1
            try:
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    await leave.wait()

        async def receive(self, max_bytes: int = 65536) -> bytes:
            raise NotImplementedError

        async def aclose(self) -> None: ...

    transport = transport_for(Slow())

    async def interrupted() -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await transport.send(SendQueue(b"x"))

    async with anyio.create_task_group() as tg:
        tg.start_soon(interrupted)
        await let_others_run()
        transport.interrupt()
        tg.start_soon(transport.send, SendQueue(b"x"))
        await let_others_run()
        assert entered == 1
        leave.set()
        await let_others_run()
        assert entered == 2
        tg.cancel_scope.cancel()


@pytest.mark.guarantee("G13")
async def test_waiting_for_room_notices_cancellation() -> None:
    """Also where there is no telling whether there is any."""
    transport = transport_for(memory_stream_pair()[0])
    with anyio.CancelScope() as scope:
        scope.cancel()
        await transport.wait_writable()
    assert scope.cancelled_caught


# ---- WriterTaskStream ----


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("connect", [connect_tcp, anyio.connect_tcp], ids=["ours", "AnyIO's"])
async def test_writer_meets_a_reset(connect: Any) -> None:
    """After the last words of the peer: the error is that of the socket, and send()'s."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        below = await connect("127.0.0.1", listening.getsockname()[1])
        peer, _ = listening.accept()
    async with anyio.create_task_group() as tg, WriterTaskStream(below, tg) as stream:
        async with anyio.create_task_group() as receiving:
            receiving.start_soon(stream.receive)
            await let_others_run()
            with peer:
                peer.send(b"bye")
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await let_others_run()

        async def send() -> None:
            while True:
                await stream.send(b"hello")
                await let_others_run()

        with pytest.raises(anyio.BrokenResourceError):
            await send()


class Failing(anyio.abc.ByteStream):
    """A stream whose sends fail."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def send(self, item: bytes) -> None:
        await checkpoint()
        raise self._error

    async def receive(self, max_bytes: int = 65536) -> bytes:
        await anyio.sleep_forever()
        raise AssertionError

    async def send_eof(self) -> None: ...

    async def aclose(self) -> None:
        await checkpoint()


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("error", [KeyError("a bug"), anyio.BusyResourceError("writing to")], ids=["a bug", "busy"])
async def test_what_ends_the_writer(error: Exception) -> None:
    """It is told as it is, and a bug is also raised where bugs are looked for."""
    is_bug = isinstance(error, KeyError)
    with pytest.RaisesGroup(KeyError) if is_bug else nullcontext():
        async with anyio.create_task_group() as tg:
            stream = WriterTaskStream(Failing(error), tg)
            await stream.send(b"x")
            with anyio.CancelScope(shield=True):
                await let_others_run()
            with pytest.raises(anyio.BrokenResourceError, match="a bug" if is_bug else "writing to"):
                await stream.send_eof()
    await stream.aclose()


async def test_a_writer_that_has_ended_its_half() -> None:
    """It accepts nothing that could not be sent any more."""
    ours, theirs = map(SocketStream, socket_pair())
    async with writer_over(ours) as stream:
        await stream.send(b"x")
        await stream.send_eof()
        with pytest.raises(anyio.ClosedResourceError, match="send_eof"):
            await stream.send(b"lost")
        with pytest.raises(CutOffError, match="send_eof"):
            stream.offer(b"lost")
        assert stream.bytes_sent == 1
        assert await theirs.receive() == b"x"
        await theirs.aclose()


@pytest.mark.guarantee("G6")
async def test_a_writer_that_is_cancelled_as_it_ends_its_half() -> None:
    """It has done so over a socket."""
    ours, theirs = map(SocketStream, socket_pair())
    async with writer_over(ours) as stream:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await stream.send_eof()
        assert scope.cancelled_caught
        with pytest.raises(anyio.EndOfStream):
            await theirs.receive()
        await theirs.aclose()


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("error", [NotImplementedError, AttributeError, anyio.BusyResourceError("writing to")])
async def test_a_writer_that_cannot_end_its_half(error: Any) -> None:
    """It goes on."""
    ours, theirs = memory_stream_pair()
    async with writer_over(ours) as stream:
        ours.send_eof = raising(error)  # type: ignore[method-assign]
        with pytest.raises(error if isinstance(error, type) else type(error)):
            await stream.send_eof()
        await stream.send(b"x")
        assert await theirs.receive() == b"x"
        await theirs.aclose()


@on_asyncio
@pytest.mark.guarantee("G1")
async def test_a_writer_whose_group_has_ended_takes_nothing() -> None:
    """Of what AnyIO has read ahead."""
    async with anyio.create_task_group() as tg:
        pass
    async with accepted() as (stream, peer):
        peer.sendall(b"abcdef")
        assert await stream.receive(3) == b"abc"
        with pytest.raises(RuntimeError):
            WriterTaskStream(stream, tg)
        assert await stream.receive() == b"def"


async def test_a_writer_whose_stream_is_none() -> None:
    """Its task ends, too."""
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tg:
            with pytest.raises(TypeError):
                WriterTaskStream(object(), tg)  # type: ignore[arg-type]


async def test_a_writer_whose_group_has_ended() -> None:
    """It leaves the stream to its owner."""
    ours, theirs = map(SocketStream, socket_pair())
    async with anyio.create_task_group() as tg:
        pass
    with pytest.raises(RuntimeError) as caught:
        WriterTaskStream(ours, tg)
    await ours.send(b"x")
    assert await theirs.receive() == b"x"
    assert caught.value.__traceback__ is not None  # which refers to the writer
    await ours.aclose()
    await theirs.aclose()


@pytest.mark.guarantee("G9", "G16")
async def test_the_owner_does_not_end_what_tls_uses(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """The peer would be blamed for that."""
    ours, theirs = map(SocketStream, socket_pair())
    client, server = await tls_pair(ours, theirs, server_context, client_context)
    with pytest.raises(anyio.BusyResourceError):
        await ours.send_eof()
    await client.send(b"x")
    assert await server.receive() == b"x"
    for stream in (client, server):
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G12")
async def test_a_writer_is_closed_as_a_receive_begins() -> None:
    """That does not wait until the close is over, which has still to send."""
    ours, theirs = map(SocketStream, socket_pair())
    async with anyio.create_task_group() as tg:
        stream = WriterTaskStream(ours, tg)
        await cancelled_at_its_wait(stream.send, bytes(2**24))
        for n in (1, 2):
            with anyio.fail_after(5), pytest.raises(anyio.ClosedResourceError):
                await Awaits(stream.receive(), n, lambda: tg.start_soon(stream.aclose))
        await theirs.aclose()


@asynccontextmanager
async def writer_over(below: Any) -> AsyncIterator[WriterTaskStream]:
    async with anyio.create_task_group() as tg, WriterTaskStream(below, tg) as stream:
        yield stream


@pytest.mark.guarantee("G6")
async def test_writer_ends_when_tls_has_sent_all(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Also what that TLS had accepted."""
    async with transport_pair("unix", server_context, client_context) as streams, anyio.create_task_group() as tg:
        client, server = await tls_pair(*streams, server_context, client_context)
        client.extra(SocketAttribute.raw_socket).setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        stream = WriterTaskStream(client, tg)
        await stream.send(bytes(40_000))
        await let_others_run()
        assert not client.is_flushed
        async with anyio.create_task_group() as ending:
            ending.start_soon(stream.send_eof)
            await let_others_run()
            assert await receive_all(server) == bytes(40_000)
        await stream.aclose()
        await server.aclose()


async def test_writer_returns_no_more_than_is_asked_for() -> None:
    """Over a stream of objects, which may be larger."""
    below, peer = object_streams(10)
    async with writer_over(below) as stream:
        await peer.send(b"0123456789")
        received = [await stream.receive(4) for _ in range(2)]
        assert stream.is_readable()
        received.append(await stream.receive(4))
        assert received == [b"0123", b"4567", b"89"]
        assert not stream.is_readable()
        await peer.send(b"the last")
        await peer.aclose()
        assert [await stream.receive(5), await stream.receive()] == [b"the l", b"ast"]
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()


async def test_writer_keeps_the_order() -> None:
    below, peer = memory_stream_pair(3)
    expected = bytes(range(256)) * 4
    async with writer_over(below) as stream:
        assert stream.stream is below
        for start in range(0, len(expected), 10):
            await stream.send(expected[start : start + 10])
        assert stream.bytes_sent == len(expected)
        async with anyio.create_task_group() as tg:
            tg.start_soon(stream.send_eof)
            assert await receive_all(peer) == expected
        await peer.send(b"yes")
        await peer.send_eof()
        assert await receive_all(stream) == b"yes"


@pytest.mark.parametrize("error", [anyio.BrokenResourceError("gone"), OSError(32, "gone")], ids=repr)
async def test_writer_over_a_stream_that_fails(error: Exception) -> None:
    """Its errors are AnyIO's, with those of the stream below behind them."""
    below, _ = memory_stream_pair()
    below.receive = below.send_eof = raising(error)  # type: ignore[method-assign]
    async with writer_over(below) as stream:
        for call in (stream.receive, stream.send_eof):
            with pytest.raises(anyio.BrokenResourceError, match="gone") as caught:
                await call()
            assert error in (caught.value, caught.value.__cause__)


async def test_writer_over_a_socket_that_was_reset() -> None:
    ours, theirs = socket_pair()
    async with writer_over(SocketStream(ours)) as stream:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        for call in (stream.receive, stream.send_eof):
            with pytest.raises(anyio.BrokenResourceError) as caught:
                await call()
            assert isinstance(caught.value.__cause__, OSError)


async def test_writer_ends_a_socket() -> None:
    ours, theirs = socket_pair()
    async with SocketStream(theirs) as peer, writer_over(SocketStream(ours)) as stream:
        await stream.send(b"all")
        await stream.send_eof()
        assert await receive_all(peer) == b"all"
        await peer.send(b"yes")
        assert await stream.receive() == b"yes"


@on_trio
async def test_writer_ends_a_trio_stream() -> None:
    """Trio's errors are turned into AnyIO's. One that cannot be half-closed has no such method."""
    below, peer = trio_memory_stream_pair()
    async with writer_over(below) as stream:
        await stream.send_eof()
        assert await peer.receive_some() == b""
    below, _ = trio_memory_stream_pair()
    async with writer_over(below) as stream:
        for error, expected in [
            (trio.BrokenResourceError("gone"), anyio.BrokenResourceError),
            (trio.ClosedResourceError("gone"), anyio.ClosedResourceError),
        ]:
            below.send_eof = raising(error)  # type: ignore[method-assign]
            with pytest.raises(expected, match="gone") as caught:
                await stream.send_eof()
            assert caught.value.__cause__ is error
    tcp = trio.SSLStream(trio_memory_stream_pair()[0], ssl.create_default_context(), server_hostname="localhost")
    with trio.CancelScope() as scope:
        async with writer_over(tcp) as stream:
            with pytest.raises(AttributeError, match="send_eof"):
                await stream.send_eof()
            scope.cancel()
            await trio.lowlevel.checkpoint()


@pytest.mark.guarantee("G2", "G10")
async def test_writer_waits_for_room() -> None:
    """It holds so much and no more; a cancelled call tells how much it accepted, and that goes out."""
    below, peer = memory_stream_pair(4096)
    async with writer_over(below) as stream:
        await stream.send(bytes(ROOM - 3))
        assert stream.bytes_sent == ROOM - 3
        await cancelled_at_its_wait(stream.send, b"12345")
        assert stream.bytes_sent == ROOM
        async with anyio.create_task_group() as tg:
            tg.start_soon(stream.send, b"45" + bytes(2 * ROOM))
            await let_others_run()
            assert stream.bytes_sent == ROOM
            received = bytearray()
            while len(received) < 3 * ROOM + 2:
                received += await peer.receive()
        assert received == bytes(ROOM - 3) + b"12345" + bytes(2 * ROOM)
        assert stream.bytes_sent == 3 * ROOM + 2


@pytest.mark.parametrize(
    "error", [anyio.BrokenResourceError("gone"), anyio.ClosedResourceError("gone"), OSError(32, "gone")], ids=repr
)
async def test_writer_meets_a_broken_stream(error: Exception) -> None:
    """The item was accepted; it is the next call that hears of it, and those that wait."""
    below, _ = memory_stream_pair()
    below.send = raising(error)  # type: ignore[method-assign]
    async with writer_over(below) as stream:
        await stream.send(b"accepted")
        await let_others_run()
        for call in (stream.send(b"x"), stream.send(b""), stream.send_eof()):
            with pytest.raises(anyio.BrokenResourceError, match="gone") as caught:
                await call
            assert caught.value.__cause__ is error


@pytest.mark.parametrize("what", ["send", "send_eof"])
async def test_writer_breaks_while_somebody_waits(what: str) -> None:
    below, peer = memory_stream_pair(0)
    async with writer_over(below) as stream:

        async def broken() -> None:
            with pytest.raises(anyio.BrokenResourceError):
                await (stream.send(b"x") if what == "send" else stream.send_eof())

        await stream.send(bytes(ROOM))
        async with anyio.create_task_group() as tg:
            tg.start_soon(broken)
            await let_others_run()
            await peer.aclose()


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("below", ["memory", "socket", "unix"])
async def test_writer_sends_over_tls(
    below: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Without another call, also what that TLS has accepted before the stream below it had room."""
    async with transport_pair(below, server_context, client_context) as streams, anyio.create_task_group() as tg:
        client, server = await tls_pair(*streams, server_context, client_context)
        if below != "memory":
            client.extra(SocketAttribute.raw_socket).setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        stream = WriterTaskStream(client, tg)
        tg.start_soon(stream.send, bytes(MUCH))
        await let_others_run(200)  # until it waits
        received = 0
        with anyio.fail_after(30):
            while received < MUCH:
                received += len(await server.receive())
        await stream.aclose()
        await server.aclose()


@pytest.mark.guarantee("G7")
async def test_writer_flushes_on_close() -> None:
    below, peer = memory_stream_pair(1000)
    async with anyio.create_task_group() as tg:
        stream = WriterTaskStream(below, tg)
        await stream.send(bytes(ROOM))
        tg.start_soon(stream.aclose)
        assert await receive_all(peer) == bytes(ROOM)
    assert below.closed
    await stream.aclose()


@pytest.mark.guarantee("G7")
async def test_writer_closes_when_cancelled() -> None:
    """At once, though nobody reads; its task ends, or the task group would not."""
    below, _ = memory_stream_pair(0)
    async with anyio.create_task_group() as tg:
        stream = WriterTaskStream(below, tg)
        await stream.send(bytes(ROOM))
        await anyio.aclose_forcefully(stream)
        assert below.closed


@pytest.mark.guarantee("G7", "G12")
async def test_writer_sends_away_who_waits() -> None:
    below, _ = memory_stream_pair(0)

    async def closed(function: Callable[..., Awaitable[Any]], *args: Any) -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await function(*args)

    async with anyio.create_task_group() as writers:
        stream = WriterTaskStream(below, writers)
        async with anyio.create_task_group() as tg:
            tg.start_soon(closed, stream.receive)
            tg.start_soon(closed, stream.send, bytes(2 * ROOM))
            await let_others_run()
            await anyio.aclose_forcefully(stream)
        await closed(stream.receive)
        await closed(stream.send, b"x")
        await closed(stream.send_eof)


async def test_writer_task_is_cancelled() -> None:
    """With its task group: sending is over, receiving is not."""
    below, peer = memory_stream_pair()
    async with anyio.create_task_group() as tg:
        stream = WriterTaskStream(below, tg)
        await let_others_run()
        tg.cancel_scope.cancel()
    async with stream:
        with pytest.raises(anyio.BrokenResourceError, match="cancelled"):
            await stream.send(b"x")
        await peer.send(b"hello")
        assert await stream.receive() == b"hello"


async def test_writer_is_busy() -> None:
    below, _ = memory_stream_pair(0)
    async with writer_over(below) as stream, anyio.create_task_group() as tg:
        tg.start_soon(stream.receive)
        tg.start_soon(stream.send, bytes(2 * ROOM))
        await let_others_run()
        with pytest.raises(anyio.BusyResourceError, match="reading"):
            await stream.receive()
        for call in (stream.send(b"x"), stream.send_eof()):
            with pytest.raises(anyio.BusyResourceError, match="writing"):
                await call
        tg.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G13")
async def test_writer_calls_notice_cancellation() -> None:
    """Before they have done anything."""
    client, server = socket_pair()
    async with SocketStream(server) as peer, writer_over(SocketStream(client)) as stream:
        await peer.send(b"hello")
        await anyio.wait_readable(client)
        for call in (stream.receive, lambda: stream.send(b"x")):
            with anyio.CancelScope() as scope:
                scope.cancel()
                await call()
            assert scope.cancelled_caught
        assert stream.bytes_sent == 0
        assert await stream.receive() == b"hello"


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # where the order of tasks is certain
async def test_writer_is_closed_at_the_first_await() -> None:
    below, _ = memory_stream_pair()
    async with anyio.create_task_group() as tg:
        stream = WriterTaskStream(below, tg)
        with pytest.raises(anyio.ClosedResourceError):
            await Awaits(stream.send(b"x"), 1, lambda: tg.start_soon(stream.aclose))
        assert stream.bytes_sent == 0
        below.receive = raising(AssertionError("a closed stream is not read"))  # type: ignore[method-assign]
        with pytest.raises(anyio.ClosedResourceError):
            await stream.receive()


@pytest.mark.guarantee("G7")
async def test_writer_flushes_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anyio_tls._writer_task.LINGER_SECONDS", 0.01)
    below, _ = memory_stream_pair(0)
    async with anyio.create_task_group() as tg:
        stream = WriterTaskStream(below, tg)
        await stream.send(b"nobody reads this")
        with anyio.fail_after(5):
            await stream.aclose()
    assert below.closed


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("reader", [False, True], ids=["", "beside a reader"])
async def test_writer_delivers(reader: bool) -> None:
    """Over a socket, though the peer says something meanwhile."""
    async with socket_streams() as (client, server), anyio.create_task_group() as tg:
        stream = WriterTaskStream(client, tg)

        async def receive() -> None:
            try:
                await stream.receive()
            except anyio.ClosedResourceError:
                pass

        received = 0

        async def read_and_talk() -> None:
            nonlocal received
            async for data in server:
                received += len(data)
                await server.send(b"x")
            await server.aclose()

        await stream.send(bytes(ROOM))
        if reader:
            tg.start_soon(receive)
            await let_others_run()
        tg.start_soon(stream.aclose)
        await let_others_run()
        tg.start_soon(read_and_talk)
    assert received == ROOM


@pytest.mark.guarantee("G7")
async def test_writer_closes_when_the_peer_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """While it delivers: there is nobody left to deliver to."""
    async with socket_streams() as (client, _server), anyio.create_task_group() as tg:
        stream = WriterTaskStream(client, tg)
        await stream.send(b"hello")
        monkeypatch.setattr(stream._transport, "begin_closing", lambda: True)
        shut_down = raising_at_once(OSError(104, "reset"))
        monkeypatch.setattr(stream._transport, "shut_down_sending", shut_down)
        await stream.aclose()
        assert client.raw_socket.fileno() < 0


async def test_writer_sleeps_when_there_is_nothing_to_do() -> None:
    """Its task as well as who waits for room."""
    below, peer = memory_stream_pair(0)
    async with writer_over(below) as stream:
        with anyio.fail_after(5):
            await anyio.wait_all_tasks_blocked()
            await stream.send(b"hello")
            assert await peer.receive() == b"h"
            for byte in b"ello":
                assert await peer.receive() == bytes([byte])
            await anyio.wait_all_tasks_blocked()
            async with anyio.create_task_group() as tg:
                tg.start_soon(stream.send, bytes(2 * ROOM))
                await let_others_run()
                await peer.receive()
                await anyio.wait_all_tasks_blocked()
                tg.cancel_scope.cancel()
        await anyio.aclose_forcefully(stream)


async def test_writer_over_a_socket() -> None:
    """What is there already is received without a wait; the attributes are those from below."""
    client, server = socket_pair()
    async with SocketStream(server) as peer, writer_over(SocketStream(client)) as stream:
        assert stream.extra(SocketAttribute.raw_socket) is client
        await peer.send(b"hello")
        await anyio.wait_readable(client)
        assert await stream.receive(4) == b"hell"
        assert await stream.receive() == b"o"
        await stream.send(b"answer")
        await stream.send_eof()
        assert await receive_all(peer) == b"answer"


@on_trio
async def test_writer_over_a_trio_stream() -> None:
    """In a nursery; Trio's streams have no attributes."""
    below, peer = trio_memory_stream_pair()
    async with trio.open_nursery() as nursery:
        stream = WriterTaskStream(below, nursery)
        assert stream.extra_attributes == {}
        await stream.send(b"hello")
        assert await peer.receive_some() == b"hello"
        await peer.send_all(b"answer")
        assert await stream.receive() == b"answer"
        await stream.send_eof()
        assert await peer.receive_some() == b""
        await stream.aclose()
    await peer.aclose()


# ---- Trio's streams ----


async def trio_pair(
    below: tuple[Any, Any], server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> tuple[Any, Any]:
    """Trio's face over two connected Trio streams, after the handshake."""
    client: Any = trio_face.TLSStream(below[0], client_context, server_hostname="localhost")
    server: Any = trio_face.TLSStream(below[1], server_context, server_side=True)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(client.do_handshake)
        nursery.start_soon(server.do_handshake)
    return client, server


@pytest.mark.guarantee("G2")
@on_trio
async def test_only_sending_breaks_over_a_trio_stream(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    client, server = await trio_pair(lockstep_stream_pair(), server_context, client_context)
    await cancelled_at_its_wait(client.send_all, b"hello")
    for _ in range(2):
        with pytest.raises(trio_face.TLSError, match="WriterTaskStream"):
            await client.send_all(b"x")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(server.send_all, b"reading goes on")
        assert await client.receive_some() == b"reading goes on"
    await trio.aclose_forcefully(client)
    await trio.aclose_forcefully(server)


@pytest.mark.guarantee("G9")
@on_trio
async def test_errors_of_trio_streams(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """They become ours, and stay behind them."""
    below = trio_memory_stream_pair()
    client, server = await trio_pair(below, server_context, client_context)
    below[1].receive_stream.close()
    with pytest.raises(trio_face.TLSError) as caught:
        await client.send_all(b"x")
    assert isinstance(caught.value.__cause__, anyio.BrokenResourceError)
    assert isinstance(caught.value.__cause__.__cause__, trio.BrokenResourceError)
    async with trio.open_nursery() as nursery:  # somebody else reads what is ours
        nursery.start_soon(below[0].receive_some)
        await let_others_run()
        with pytest.raises(trio.BusyResourceError, match="the stream below") as busy:
            await client.receive_some()
        nursery.cancel_scope.cancel()
    assert isinstance(busy.value.__cause__, anyio.BusyResourceError)
    assert isinstance(busy.value.__cause__.__cause__, trio.BusyResourceError)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(server.send_all, b"nothing was lost")
        assert await client.receive_some() == b"nothing was lost"
    await client.aclose()
    await server.aclose()


@pytest.mark.guarantee("G12")
@on_trio
async def test_trio_stream_closed_underneath(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    below = trio_memory_stream_pair()
    client, server = await trio_pair(below, server_context, client_context)
    await below[0].aclose()
    with pytest.raises(trio.ClosedResourceError):
        await client.receive_some()
    with pytest.raises(trio.ClosedResourceError):
        await client.send_all(b"x")
    await client.aclose()
    await server.aclose()


@pytest.mark.guarantee("G7")
@on_trio
async def test_trio_stream_fails_to_close(client_context: ssl.SSLContext) -> None:
    class Stubborn(trio.abc.Stream):
        closed = False

        async def send_all(self, data: Any) -> None: ...

        async def wait_send_all_might_not_block(self) -> None: ...

        async def receive_some(self, max_bytes: int | None = None) -> bytes:
            return b""

        async def aclose(self) -> None:
            self.closed = True
            raise trio.BrokenResourceError

    below = Stubborn()
    stream = trio_face.TLSStream(below, client_context, server_hostname="localhost")
    with pytest.raises(trio_face.TruncatedError):
        await stream.do_handshake()
    await stream.aclose()
    assert below.closed


@pytest.mark.guarantee("G7")
@on_trio
async def test_wait_for_room_over_a_trio_stream(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """It is the stream's own; closing ends it, and its errors are translated."""
    below = trio_memory_stream_pair()
    client, server = await trio_pair(below, server_context, client_context)
    send_stream = below[0].send_stream
    assert isinstance(send_stream, MemorySendStream)
    await client.wait_send_all_might_not_block()

    async def closed() -> None:
        with pytest.raises(trio.ClosedResourceError):
            await client.wait_send_all_might_not_block()

    send_stream.wait_send_all_might_not_block_hook = trio.sleep_forever
    async with trio.open_nursery() as nursery:
        nursery.start_soon(closed)
        await let_others_run()
        await client.aclose()

    async def fail() -> None:
        raise trio.BrokenResourceError("no room")

    below[1].send_stream.wait_send_all_might_not_block_hook = fail
    with pytest.raises(trio_face.TLSError, match="no room"):
        await server.wait_send_all_might_not_block()
    await server.aclose()


@pytest.mark.guarantee("G2")
@on_trio
async def test_no_room_in_a_trio_stream_after_a_send_that_was_cut_off() -> None:
    below, _ = trio_memory_stream_pair()
    assert isinstance(below.send_stream, MemorySendStream)
    below.send_stream.send_all_hook = trio.sleep_forever
    transport = transport_for(below)
    await transport.wait_writable()
    await cancelled_at_its_wait(transport.send, SendQueue(b"x"))
    with pytest.raises(anyio.BrokenResourceError, match="WriterTaskStream"):
        await transport.wait_writable()


@pytest.mark.guarantee("G7")
@on_trio
async def test_interrupted_wait_for_room_in_a_trio_stream() -> None:
    below, _ = trio_memory_stream_pair()
    assert isinstance(below.send_stream, MemorySendStream)
    below.send_stream.wait_send_all_might_not_block_hook = trio.sleep_forever
    transport = transport_for(below)

    async def closed() -> None:
        with pytest.raises(anyio.ClosedResourceError, match="closed while waiting"):
            await transport.wait_writable()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(closed)
        await let_others_run()
        transport.interrupt()


@pytest.mark.guarantee("G12")
@on_trio
async def test_trio_socket_closed_underneath(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """The number of its descriptor may belong to another connection by then, which must not be affected."""
    async with transport_pair("trio-socket", server_context, client_context) as below:
        client, server = await trio_pair(below, server_context, client_context)
        descriptor = below[0].socket.fileno()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.send(b"not yours")
        await below[0].aclose()
        os.dup2(ours.fileno(), descriptor)
        for call in (client.receive_some, client.wait_send_all_might_not_block, partial(client.send_all, b"x")):
            with pytest.raises(trio.ClosedResourceError):
                await call()
        await client.aclose()
        with socket.socket(fileno=descriptor) as other:
            assert other.recv(100) == b"not yours"
            other.send(b"alive")
        assert theirs.recv(100) == b"alive"
        ours.close()
        theirs.close()
        await server.aclose()


@pytest.mark.guarantee("G12")
@on_trio
async def test_what_a_closed_trio_socket_leaves_alone() -> None:
    """Whoever has its descriptor's number by then, and waits there."""
    client, peer = socket_pair()
    client.setblocking(False)
    stream = trio.SocketStream(trio.socket.from_stdlib_socket(client))
    descriptor = stream.socket.fileno()
    calls: list[Callable[[Any], Any]] = [
        lambda transport: transport.receive_nowait(1),
        lambda transport: transport.send_nowait(SendQueue(b"x")),
    ]
    transports = [TrioSocketTransport(stream) for _ in calls]
    ours, theirs = socket.socketpair()
    for sock in (ours, theirs):
        sock.setblocking(False)
    await stream.aclose()
    os.dup2(ours.fileno(), descriptor)
    with ours, theirs, peer, socket.socket(fileno=descriptor) as other:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.lowlevel.wait_readable, other)
            await let_others_run()
            for transport in transports:
                transport.interrupt()
            await let_others_run()
            assert len(nursery.child_tasks) == 1
            theirs.send(b"not yours")
        for transport, call in zip(transports, calls, strict=True):
            assert not transport.is_undelivered()
            transport.discard_nowait()
            with pytest.raises(anyio.ClosedResourceError):
                call(transport)
        assert other.recv(100) == b"not yours"
        with pytest.raises(BlockingIOError):
            theirs.recv(1)


@on_trio
async def test_closed_trio_socket(client_context: ssl.SSLContext) -> None:
    client, server = socket.socketpair()
    server.close()
    client.setblocking(False)
    stream = trio.SocketStream(trio.socket.from_stdlib_socket(client))
    await stream.aclose()
    with pytest.raises(trio.ClosedResourceError, match="transport_stream"):
        trio_face.TLSStream(stream, client_context, server_hostname="localhost")
    with pytest.raises(anyio.ClosedResourceError, match="transport_stream"):
        await TLSStream.wrap(stream, hostname="localhost", ssl_context=client_context)


@pytest.mark.guarantee("G7")
@on_trio
async def test_last_words_over_a_trio_socket(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Unread input on a server does not turn its close into a reset."""
    async with transport_pair("trio-socket", server_context, client_context) as below:
        client, server = await trio_pair(below, server_context, client_context)
        await client.send_all(bytes(20_000))  # a request that nobody reads
        await server.send_all(bytes(SOCKET_BUFFER))
        received = bytearray()

        async def receive() -> None:
            async for data in client:
                received.extend(data)
            await client.aclose()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(receive)
            await server.aclose()
        assert received == bytes(SOCKET_BUFFER)


@pytest.mark.guarantee("G8")
@on_trio
async def test_unwrapped_trio_socket(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """It goes on as it was."""
    async with transport_pair("trio-socket", server_context, client_context) as below:
        client, server = await trio_pair(below, server_context, client_context)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(server.unwrap)
            assert await client.unwrap() == (below[0], b"")
        await below[0].send_all(b"plain")
        assert await below[1].receive_some() == b"plain"
        for stream in below:
            await stream.aclose()
