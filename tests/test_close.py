"""The ends of a connection: clean, truncated, half, unwrapped and closed, whatever the peer and other tasks do."""

from __future__ import annotations

import os
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import pytest
from anyio.abc import SocketStream as AnyIOSocketStream
from anyio.lowlevel import checkpoint

from anyio_tls import SocketStream, TLSError, TLSStream, TruncatedError, UnexpectedDataError, _closing, _driver
from anyio_tls._queue import SendQueue
from anyio_tls.testing import memory_stream_pair

from ._pairs import let_others_run, pair_over, raising, socket_pair, tls_pair


async def cut(stream: TLSStream) -> None:
    """End the transport without close_notify."""
    raw_socket = stream.extra(anyio.abc.SocketAttribute.raw_socket, None)
    if raw_socket is None:
        await stream.transport_stream.aclose()
    else:
        with socket.socket(fileno=os.dup(raw_socket.fileno())) as duplicate:
            duplicate.shutdown(socket.SHUT_RDWR)


async def until_stuck(stream: TLSStream) -> None:
    """Wait until a send makes no more progress."""
    before = -1
    while stream.bytes_sent != before:
        before = stream.bytes_sent
        await let_others_run(200)


async def cancel_a_stuck_send(stream: TLSStream) -> None:
    """With a peer that does not read, this fills every queue there is.

    It takes several: a system calls a socket writable only when there is plenty of room, and takes a little before.
    """
    before = -1
    while stream.bytes_sent != before:
        before = stream.bytes_sent
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tg:
                tg.start_soon(stream.send, bytes(2**24))
                await until_stuck(stream)
                scope.cancel()


# ---- how it ends ----


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "memory"])
async def test_clean_end(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """What was sent before close_notify arrives, then the end, again and again."""
    async with pair_over(kind, server_context, client_context) as (client, server):
        await server.send(b"last words")
        assert not client.close_notify_received
        await server.aclose()
        assert await client.receive(4) == b"last"
        assert await client.receive() == b" words"
        for _ in range(3):
            with pytest.raises(anyio.EndOfStream):
                await client.receive()
        assert client.close_notify_received


@pytest.mark.guarantee("G5", "G9")
@pytest.mark.parametrize("ignore_unexpected_eof", [False, True])
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "memory"])
async def test_truncation(
    kind: str, ignore_unexpected_eof: bool, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """An end without close_notify is an error of its own, after the data, whatever the context's options say."""
    if hasattr(ssl, "OP_IGNORE_UNEXPECTED_EOF") and not ignore_unexpected_eof:
        client_context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    async with pair_over(kind, server_context, client_context) as (client, server):
        await server.send(b"last words")
        await cut(server)
        assert await client.receive() == b"last words"
        for _ in range(2):
            with pytest.raises(TruncatedError) as caught:
                await client.receive()
            assert isinstance(caught.value, anyio.BrokenResourceError)
            assert isinstance(caught.value.__cause__, ssl.SSLEOFError)
            assert caught.value.phase == "reading"
            assert caught.value.fault == "peer"
        assert not client.close_notify_received


@pytest.mark.guarantee("G5")
async def test_truncation_in_a_record(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Half a record is not data."""
    below = memory_stream_pair()
    client, server = await tls_pair(*below, server_context, client_context)
    async with client:
        await server.send(b"whole")
        await server.send(b"cut off")
        del below[0]._end._incoming.data[-3:]
        await below[1].aclose()
        assert await client.receive() == b"whole"
        with pytest.raises(TruncatedError):
            await client.receive()
    await server.aclose()


@pytest.mark.guarantee("G5")
async def test_truncation_does_not_count(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """With standard_compatible=False the end of the transport is the end, and no close_notify is sent."""
    async with pair_over("socket", server_context, client_context, standard_compatible=False) as (client, server):
        await server.send(b"last words")
        await server.aclose()
        assert await client.receive() == b"last words"
        with pytest.raises(anyio.EndOfStream):
            await client.receive()
        assert not client.close_notify_received


@pytest.mark.guarantee("G5", "G9")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp"])
async def test_reset(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """A reset fails both directions, each with its own first error that sticks."""
    client_socket, server_socket = socket_pair()
    below = await AnyIOSocketStream.from_socket(client_socket) if kind == "anyio-tcp" else SocketStream(client_socket)
    client, server = await tls_pair(below, SocketStream(server_socket), server_context, client_context)
    async with client, server:
        server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await server.transport_stream.aclose()
        for phase in ("reading", "reading"):
            with pytest.raises(TLSError) as caught:
                await client.receive()
            assert caught.value.phase == phase
            assert not isinstance(caught.value, TruncatedError)
        for _ in range(2):
            with pytest.raises(TLSError) as caught:
                await client.send(b"x")
            assert caught.value.phase == "writing"


@pytest.mark.guarantee("G5")
async def test_broken_pipe_leaves_reading(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Sending has failed, but what the peer said before can still be read."""
    below = memory_stream_pair()
    client, server = await tls_pair(*below, server_context, client_context)
    async with client, server:
        await server.send(b"the reason")
        below[0].send = raising(anyio.BrokenResourceError("gone"))  # type: ignore[method-assign]
        for _ in range(2):
            with pytest.raises(TLSError, match="gone"):
                await client.send(b"x")
        assert await client.receive() == b"the reason"
        with pytest.raises(TLSError, match="gone"):
            await (client.send_eof() if client.version() == "TLSv1.3" else client.unwrap())


# ---- reading never waits for writing ----


@pytest.mark.guarantee("G3")
async def test_tickets_do_not_block_the_handshake(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Over a pipe without any room, and with a client that only sends."""
    client, server = await tls_pair(*memory_stream_pair(0), server_context, client_context)
    async with anyio.create_task_group() as tg:
        tg.start_soon(client.send, b"request")
        assert await server.receive() == b"request"
    async with anyio.create_task_group() as tg:
        tg.start_soon(server.send, b"response")
        assert await client.receive() == b"response"
    for stream in (client, server):
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G3", "G11")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "memory", "tls"])
async def test_reading_goes_on_while_sending_is_stuck(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that does not read cannot keep us from reading."""
    monkeypatch.setattr(_driver, "LINGER_SECONDS", 0.1)
    async with pair_over(kind, server_context, client_context) as (client, server):
        async with anyio.create_task_group() as tg:
            tg.start_soon(client.send, bytes(2**24))
            await until_stuck(client)
            for n in range(20):
                await server.send(b"%d" % n)
                assert await client.receive() == b"%d" % n
            tg.cancel_scope.cancel()


# ---- half-close ----


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "memory"])
@pytest.mark.parametrize("first", ["client", "server"])
async def test_half_close(
    kind: str, first: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with pair_over(kind, server_context, client_context) as pair:
        ours, peer = pair if first == "client" else pair[::-1]
        if ours.version() == "TLSv1.2":
            with pytest.raises(NotImplementedError, match=r"TLSv1\.2"):
                await ours.send_eof()
            await ours.send(b"nothing was sent")
            assert await peer.receive() == b"nothing was sent"
            return
        # With something unread in every buffer there is.
        await peer.send(b"before")
        assert await ours.receive(1) == b"b"
        await ours.send_eof()
        await ours.send_eof()
        with pytest.raises(anyio.ClosedResourceError, match="close_notify"):
            await ours.send(b"too late")
        with pytest.raises(anyio.EndOfStream):
            await peer.receive()
        await peer.send(bytes(100_000)) if kind != "memory" else await peer.send(bytes(50_000))
        await peer.send_eof()
        got = b""
        async for data in ours:
            got += data
        assert got.startswith(b"efore")
        assert got.count(0) == len(got) - 5 == (100_000 if kind != "memory" else 50_000)


# ---- unwrap ----


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "memory"])
async def test_unwrap_returns_what_follows(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Plain text that comes behind the peer's close_notify is handed over, not lost."""
    async with pair_over(kind, server_context, client_context) as (client, server):
        async with anyio.create_task_group() as tg:

            async def unwrap_and_greet() -> None:
                below, trailing = await server.unwrap()
                assert trailing == b""
                await below.send(b"plain text")
                await below.aclose()

            tg.start_soon(unwrap_and_greet)
            await let_others_run()
            below, plain = await client.unwrap()
        assert below is client.transport_stream
        async with below:
            while len(plain) < 10:
                plain += await below.receive()
            assert plain == b"plain text"
            with pytest.raises(anyio.ClosedResourceError):
                await client.receive()
            await client.aclose()  # closes nothing: the stream below is ours now
            with pytest.raises(anyio.EndOfStream):
                await below.receive()


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("unread", ["decrypted", "on its way"])
async def test_unwrap_keeps_application_data(
    unread: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with pair_over("socket", server_context, client_context) as (client, server):
        await server.send(b"unread")
        if unread == "decrypted":
            assert await client.receive(1) == b"u"
        with pytest.raises(UnexpectedDataError) as caught:
            await client.unwrap()
        assert caught.value.phase == "closing"
        assert await client.receive() == (b"nread" if unread == "decrypted" else b"unread")
        async with anyio.create_task_group() as tg:
            tg.start_soon(server.unwrap)
            below, _ = await client.unwrap()
        await below.aclose()
        await server.transport_stream.aclose()


@pytest.mark.guarantee("G8")
async def test_unwrap_has_a_time_limit(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with pair_over("socket", server_context, client_context) as (client, server):
        with pytest.raises(TimeoutError):
            await client.unwrap(timeout=0.2)
        with pytest.raises(anyio.EndOfStream):
            await server.receive()
        async with anyio.create_task_group() as tg:
            tg.start_soon(server.unwrap)
            below, _ = await client.unwrap(timeout=None)
        await below.aclose()
        await server.transport_stream.aclose()


@pytest.mark.guarantee("G8", "G5")
async def test_unwrap_meets_a_truncation(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with pair_over("socket", server_context, client_context) as (client, server):
        await server.transport_stream.aclose()
        with pytest.raises(TLSError):
            await client.unwrap()


# ---- closing ----


@pytest.mark.guarantee("G7", "G12")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix", "memory", "writer-task", "tls"])
async def test_aclose_sends_away_who_waits(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A blocked receive and a blocked send get the closed error, and every later call."""
    monkeypatch.setattr(_driver, "LINGER_SECONDS", 0.05)
    monkeypatch.setattr("anyio_tls._writer_task.LINGER_SECONDS", 0.05)
    async with pair_over(kind, server_context, client_context) as (client, _server):

        async def receive() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await client.receive()

        async def send() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await client.send(bytes(2**24))

        async with anyio.create_task_group() as tg:
            tg.start_soon(receive)
            tg.start_soon(send)
            await until_stuck(client)
            await client.aclose()
        await client.aclose()
        for call in (client.receive(), client.send(b""), client.send_eof(), client.unwrap(), client.do_handshake()):
            with pytest.raises(anyio.ClosedResourceError):
                await call


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "writer-task", "tls"])
async def test_aclose_is_bounded(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that does not read what is queued cannot hold up the close."""
    monkeypatch.setattr(_driver, "LINGER_SECONDS", 0.05)
    monkeypatch.setattr("anyio_tls._writer_task.LINGER_SECONDS", 0.05)
    async with pair_over(kind, server_context, client_context) as (client, _server):
        await cancel_a_stuck_send(client)
        with anyio.fail_after(10):
            await client.aclose()
        with pytest.raises(anyio.ClosedResourceError):
            await client.receive()


@pytest.mark.guarantee("G7")
async def test_aclose_delivers_what_is_queued(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """A cancelled send has left ciphertext behind: it goes out before close_notify."""
    async with pair_over("socket", server_context, client_context) as (client, server):
        await cancel_a_stuck_send(client)
        got = 0
        async with anyio.create_task_group() as tg:
            tg.start_soon(client.aclose)
            async for data in server:
                got += len(data)
        assert got == client.bytes_sent < 2**24
        assert server.close_notify_received


@pytest.mark.guarantee("G7")
async def test_second_aclose_waits_or_hurries(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """A close during a close returns when that is done; if it is cancelled, the other one closes at once."""
    async with pair_over("socket", server_context, client_context) as (client, _server):
        await cancel_a_stuck_send(client)
        with anyio.fail_after(_closing.LINGER_SECONDS / 2):
            async with anyio.create_task_group() as tg:
                tg.start_soon(client.aclose)
                await let_others_run()
                tg.start_soon(client.aclose)
                await let_others_run()
                await anyio.aclose_forcefully(client)
        assert client.transport_stream.raw_socket.fileno() < 0


@pytest.mark.guarantee("G7")
async def test_aclose_during_the_handshake(client_context: ssl.SSLContext) -> None:
    """The peer is silent; a task waits for the handshake on Trio's face, or in wrap(), which nobody else can close."""
    client, server = socket_pair()
    with server:
        stream = SocketStream(client)

        async def wrap() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await TLSStream.wrap(stream, hostname="localhost", ssl_context=client_context)

        async with anyio.create_task_group() as tg:
            tg.start_soon(wrap)
            await let_others_run()
            await stream.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp"])
@pytest.mark.parametrize("linger", [None, 0])
async def test_last_words_survive_unread_input(
    kind: str, linger: float | None, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A server closes with input unread. Lingering, the client gets the whole response; otherwise a reset."""
    async with pair_over(kind, server_context, client_context, linger=linger) as (client, server):
        # More than the client's system takes before the client reads, and less than the server's holds.
        response = bytes(range(250)) * 1000
        raw_socket = server.extra(anyio.abc.SocketAttribute.raw_socket)
        raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 400_000)
        await cancel_a_stuck_send(client)  # an upload that nobody reads, too large to be taken for session tickets
        await server.send(response)
        async with anyio.create_task_group() as tg:
            tg.start_soon(server.aclose)
            await let_others_run()
            got = bytearray()

            async def receive_all() -> None:
                async for data in client:
                    got.extend(data)

            if linger is None:
                await receive_all()
                assert got == response
            else:
                with pytest.raises(TLSError):
                    await receive_all()
                assert len(got) < len(response)
            await client.aclose()


@pytest.mark.guarantee("G7")
async def test_aclose_says_nothing_of_the_peers_sins(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    below = memory_stream_pair()
    client, server = await tls_pair(*below, server_context, client_context)
    below[0].send = raising(anyio.BrokenResourceError("gone"))  # type: ignore[method-assign]
    await client.aclose()
    assert below[0].closed
    await server.aclose()


@pytest.mark.guarantee("G7")
async def test_close_notify_cannot_be_made(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """OpenSSL fails: the stream closes without close_notify."""

    class Refusing:
        def __getattr__(self, name: str) -> Any:
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, f"no {name}")

    async with pair_over("socket", server_context, client_context) as (client, _server):
        client._driver.engine.ssl_object = Refusing()  # type: ignore[assignment]
        await client.aclose()
        assert client.transport_stream.raw_socket.fileno() < 0


@pytest.mark.guarantee("G7")
async def test_close_of_the_stream_below_hangs(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As that of a TLS stream does which waits for its peer's close_notify: it is cancelled, and closes."""
    monkeypatch.setattr(_driver, "LINGER_SECONDS", 0.05)
    below = memory_stream_pair()
    client, server = await tls_pair(*below, server_context, client_context)
    original = below[0].aclose

    async def graceful_aclose() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            await original()

    below[0].aclose = graceful_aclose  # type: ignore[method-assign]
    await client.aclose()
    assert below[0].closed
    await server.aclose()


@pytest.mark.guarantee("G7")
async def test_close_of_the_stream_below_fails(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    below = memory_stream_pair()
    client, server = await tls_pair(*below, server_context, client_context)
    original = below[0].aclose

    async def failing_aclose() -> None:
        await original()
        raise OSError("close failed")

    below[0].aclose = failing_aclose  # type: ignore[method-assign]
    await client.aclose()
    await client.aclose()
    await server.aclose()


# ---- a stream below that cannot tell ----


@pytest.mark.guarantee("G2")
async def test_only_sending_breaks_where_the_stream_below_cannot_tell(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    client, server = await tls_pair(*memory_stream_pair(), server_context, client_context)
    async with client, server:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tg:
                tg.start_soon(client.send, bytes(2**20))
                await let_others_run()
                scope.cancel()
        for _ in range(2):
            with pytest.raises(TLSError, match="WriterTaskStream"):
                await client.send(b"x")
        await server.send(b"reading goes on")
        assert await client.receive() == b"reading goes on"


@pytest.mark.guarantee("G13")
async def test_every_call_notices_cancellation(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """A call in a cancelled scope does nothing, again and again, with everything at hand that it would need."""
    async with pair_over("socket", server_context, client_context) as (client, server):
        await server.send(b"at hand")
        assert await client.receive(1) == b"a"
        calls: list[Callable[[], Awaitable[object]]] = [
            client.receive,
            lambda: client.send(b"x"),
            client.unwrap,
            client.do_handshake,
        ]
        for call in calls:
            for _ in range(40):
                with anyio.CancelScope() as scope:
                    scope.cancel()
                    await call()
                assert scope.cancelled_caught
        assert client.bytes_sent == 0
        assert client.bytes_received == 1
        assert await client.receive() == b"t hand"
        await client.send(b"fine")
        assert await server.receive() == b"fine"


@pytest.mark.guarantee("G13")
async def test_loops_over_what_is_there_yield(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await checkpoint()
            turns += 1

    async with pair_over("socket", server_context, client_context) as (client, server):
        await server.send(bytes(10_000))
        await client.receive(1)
        async with anyio.create_task_group() as tg:
            tg.start_soon(count)
            await checkpoint()
            before = turns
            for _ in range(320):
                await client.receive(10)
            assert turns - before >= 10
            before = turns
            for _ in range(320):
                await client.send(b"x")
            assert turns - before >= 10
            tg.cancel_scope.cancel()


@pytest.mark.guarantee("G13")
async def test_a_large_item_yields(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also over a transport that takes everything at once."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await checkpoint()
            turns += 1

    async with pair_over("socket", server_context, client_context) as (client, _server):
        monkeypatch.setattr(client._driver._pump.transport, "send_nowait", SendQueue.clear)
        async with anyio.create_task_group() as tg:
            tg.start_soon(count)
            await checkpoint()
            before = turns
            await client.send(bytes(2**24))
            assert turns - before >= 10
            tg.cancel_scope.cancel()


@pytest.mark.guarantee("G11")
@pytest.mark.parametrize("kind", ["socket", "memory"])
async def test_a_second_reader_or_writer_is_refused(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with pair_over(kind, server_context, client_context) as (client, server):
        async with anyio.create_task_group() as tg:
            tg.start_soon(client.receive)
            tg.start_soon(client.send, bytes(2**24))
            await until_stuck(client)
            before = client.bytes_sent
            with pytest.raises(anyio.BusyResourceError, match=r"^Another task is already receiving from this"):
                await client.receive()
            for call in (client.send(b"x"), client.send_eof()):
                with pytest.raises(anyio.BusyResourceError, match=r"^Another task is already sending to this"):
                    await call
            with pytest.raises(anyio.BusyResourceError):
                await client.unwrap()
            assert client.bytes_sent == before
            tg.cancel_scope.cancel()
        # Neither was disturbed.
        await server.send(b"hello")
        assert await client.receive() == b"hello"


@pytest.mark.guarantee("G14")
async def test_no_task_is_started(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Whenever sending or receiving calls the stream below, the tasks that run are those of the test."""
    below = memory_stream_pair()
    seen: list[set[int]] = []

    def spy(call: Any, *args: Any) -> Any:
        seen.append({task.id for task in anyio.get_running_tasks()})
        return call(*args)

    for stream in below:
        for name in ("receive", "send", "aclose"):
            setattr(stream, name, partial(spy, getattr(stream, name)))
    client, server = await tls_pair(*below, server_context, client_context)
    seen.clear()
    ours = {task.id for task in anyio.get_running_tasks()}
    await client.send(b"request")
    assert await server.receive() == b"request"
    await server.send(b"response")
    assert await client.receive() == b"response"
    assert len(seen) >= 4
    assert all(tasks == ours for tasks in seen)
    # A close reads beside its sending, and has ended that when it returns.
    await client.aclose()
    assert {task.id for task in anyio.get_running_tasks()} == ours
    with pytest.raises(anyio.EndOfStream):
        await server.receive()
    await server.aclose()
