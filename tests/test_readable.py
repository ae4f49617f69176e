"""``is_readable()``: whether a receive would return at once, which a connection pool asks of an idle connection."""

from __future__ import annotations

import select
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import pytest
import trio
from anyio.abc import SocketStream as AnyIOSocketStream, UNIXSocketStream

from anyio_tls import SocketStream, TLSError, TLSStream, TruncatedError, WriterTaskStream, trio as trio_face
from anyio_tls._event_loop import running_on_asyncio
from anyio_tls.testing import memory_stream_pair

from ._marks import on_trio
from ._pairs import let_others_run, pair_over, socket_pair
from ._wire import record_ends, update_keys


class Server:
    """OpenSSL over a socket, which sends when the test says so: its session tickets too."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext) -> None:
        self.socket = sock
        sock.setblocking(False)
        if sock.family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is sent has arrived
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.ssl_object = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.tickets = b""

    async def handshake(self) -> None:
        while True:
            try:
                self.ssl_object.do_handshake()
            except ssl.SSLWantReadError:
                self.socket.send(self._outgoing.read())
                await self.receive()
            else:
                break
        last = self._outgoing.read()
        if self.ssl_object.version() == "TLSv1.3":
            self.tickets = last
        else:
            self.socket.send(last)

    async def receive(self) -> None:
        await anyio.wait_readable(self.socket)
        self._incoming.write(self.socket.recv(2**16))

    def encrypt(self, data: bytes) -> bytes:
        self.ssl_object.write(data)
        return self._outgoing.read()

    def close_notify(self) -> bytes:
        with suppress(ssl.SSLWantReadError):
            self.ssl_object.unwrap()
        return self._outgoing.read()

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def arrived(sock: Any) -> None:
    """See to it that something has come to the other end, which it does at once on one machine."""
    if sock.fileno() >= 0:
        assert select.select([sock.fileno()], [], [], 5)[0]


class Client:
    """A stream of either face, and the server that it talks to."""

    def __init__(self, stream: Any, server: Server, sock: socket.socket) -> None:
        self.stream = stream
        self.server = server
        self._socket = sock
        self.receive = getattr(stream, "receive_some", None) or stream.receive

    def is_readable_after(self, data: bytes) -> bool:
        """Whether it is once the server has sent this."""
        self.server.socket.send(data)
        arrived(self._socket)
        return bool(self.stream.is_readable())


KINDS = ["socket", "anyio-tcp", "unix", "trio-socket", "trio-face"]


@asynccontextmanager
async def connected(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> AsyncIterator[Client]:
    if kind.startswith("trio") and running_on_asyncio():
        pytest.skip("Trio's streams need Trio's event loop")
    ours, theirs = socket.socketpair() if kind == "unix" else socket_pair()
    ours.setblocking(False)
    below: Any
    if kind == "anyio-tcp":
        below = await AnyIOSocketStream.from_socket(ours)
    elif kind == "unix":
        below = await UNIXSocketStream.from_socket(ours)
    elif kind.startswith("trio"):
        below = trio.SocketStream(trio.socket.from_stdlib_socket(ours))
    else:
        below = SocketStream(ours)
    server = Server(theirs, server_context)
    stream: Any
    async with anyio.create_task_group() as tg:
        tg.start_soon(server.handshake)
        if kind == "trio-face":
            stream = trio_face.TLSStream(below, client_context, server_hostname="localhost")
            assert not stream.is_readable()
            await stream.do_handshake()
        else:
            stream = await TLSStream.wrap(below, hostname="localhost", ssl_context=client_context)
    watched = below.socket if kind.startswith("trio") else below.extra(anyio.abc.SocketAttribute.raw_socket)
    try:
        yield Client(stream, server, watched)
    finally:
        theirs.close()
        await stream.aclose()


@pytest.mark.guarantee("G1", "G5")
@pytest.mark.parametrize("kind", KINDS)
async def test_idle_connection(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """It is not readable because of session tickets, however late they come, but it is by data and the end."""
    async with connected(kind, server_context, client_context) as client:
        assert not client.stream.is_readable()
        tickets = client.server.tickets
        if tickets:
            assert not client.is_readable_after(tickets)
            assert client.stream.session.has_ticket
        assert client.is_readable_after(client.server.encrypt(b"hello"))
        assert client.stream.is_readable()
        assert client.stream.bytes_received == 0
        assert await client.receive() == b"hello"
        assert not client.stream.is_readable()
        record = client.server.encrypt(b"in pieces")
        assert not client.is_readable_after(record[:10])
        assert client.is_readable_after(record[10:])
        assert await client.receive(2) == b"in"
        assert client.stream.is_readable()
        assert await client.receive() == b" pieces"
        assert client.is_readable_after(client.server.close_notify())
        if kind == "trio-face":
            assert await client.receive() == b""
        else:
            with pytest.raises(anyio.EndOfStream):
                await client.receive()
        assert client.stream.is_readable()
        await client.stream.aclose()
        assert client.stream.is_readable()


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["end", "reset"])
async def test_connection_that_ended(
    kind: str, how: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    if kind == "unix" and how == "reset":
        pytest.skip("UNIX sockets cannot be reset")
    async with connected(kind, server_context, client_context) as client:
        if how == "end":
            client.server.socket.close()
        else:
            client.server.reset()
        arrived(client._socket)
        assert client.stream.is_readable()
        assert client.stream.is_readable()
        with pytest.raises((TLSError, trio.BrokenResourceError)) as caught:
            await client.receive()
        assert isinstance(caught.value, TruncatedError) is (how == "end")


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("kind", KINDS)
async def test_closed_below(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Receiving would say so at once."""
    async with connected(kind, server_context, client_context) as client:
        await client.stream.transport_stream.aclose()
        assert client.stream.is_readable()


@pytest.mark.guarantee("G3")
async def test_answers_leave(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """What the server asks for while it is looked at is sent."""
    async with connected("socket", server_context, client_context) as client:
        if not client.server.tickets:
            return  # TLS 1.2 has no such question
        client.server.socket.send(client.server.tickets)
        update_keys(client.server.ssl_object)
        records = client.server.encrypt(b"hello")
        question = record_ends(records)[0]
        assert not client.is_readable_after(records[:question])
        await client.server.receive()
        with pytest.raises(ssl.SSLWantReadError):  # no data, but an answer
            client.server.ssl_object.read()
        assert client.is_readable_after(records[question:])


async def test_while_another_task_receives(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """What comes is that task's."""
    async with connected("socket", server_context, client_context) as client:
        received = []
        client.server.socket.send(client.server.tickets)

        async def receive() -> None:
            received.append(await client.receive())

        async with anyio.create_task_group() as tg:
            tg.start_soon(receive)
            await let_others_run()
            assert not client.is_readable_after(client.server.encrypt(b"hello"))
        assert received == [b"hello"]


@on_trio
async def test_failed_handshake(client_context: ssl.SSLContext) -> None:
    """Receiving would say so at once."""
    ours, theirs = memory_stream_pair()
    await theirs.send(b"HTTP/1.1 400 Bad Request\r\n")
    async with trio_face.TLSStream(ours, client_context, server_hostname="localhost") as stream:
        assert not stream.is_readable()
        with pytest.raises(trio_face.HandshakeError):
            await stream.do_handshake()
        assert stream.is_readable()


async def test_over_streams_of_other_kinds(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Our own tell whether something is there, others nothing but what was read from them."""
    for kind, tells in (("tls", True), ("writer-task", False), ("memory", False)):
        async with pair_over(kind, server_context, client_context) as (client, server):
            await server.send(b"first")  # with the tickets
            assert await client.receive() == b"first"
            assert not client.is_readable()
            await server.send(b"second")
            await let_others_run()
            assert client.is_readable() is tells
            assert await client.receive(1) == b"s"
            assert client.is_readable()


async def test_writer_task() -> None:
    """It is as readable as the stream below."""
    ours, theirs = socket_pair()
    with theirs:
        async with anyio.create_task_group() as tg:
            stream = WriterTaskStream(SocketStream(ours), tg)
            assert not stream.is_readable()
            theirs.send(b"hello")
            arrived(ours)
            assert stream.is_readable()
            assert await stream.receive() == b"hello"
            await stream.stream.aclose()
            assert stream.is_readable()
            await stream.aclose()
            assert stream.is_readable()


@pytest.mark.parametrize("how", ["end", "reset"])
async def test_socket_stream(how: str) -> None:
    ours, theirs = socket_pair()
    async with SocketStream(ours) as stream:
        assert not stream.is_readable()
        theirs.send(b"hello")
        arrived(ours)
        assert stream.is_readable()
        assert await stream.receive() == b"hello"
        assert not stream.is_readable()
        if how == "reset":
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        arrived(ours)
        for _ in range(2):
            assert stream.is_readable()
        with pytest.raises(anyio.EndOfStream if how == "end" else anyio.BrokenResourceError):
            await stream.receive()
    assert stream.is_readable()
