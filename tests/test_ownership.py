"""Who owns a descriptor, and who may close it: the stream below, its owner, and the garbage collector."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import socket
import ssl
import threading
import warnings
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import pytest
import trio
from anyio import to_thread
from anyio.abc import SocketAttribute, SocketStream as AnyIOSocketStream
from anyio.lowlevel import checkpoint

from anyio_tls import SocketStream, TLSError, TLSStream, WriterTaskStream, trio as trio_face
from anyio_tls._event_loop import running_on_asyncio, running_on_trio
from anyio_tls._queue import SendQueue
from anyio_tls._transports import Transport, transport_for
from anyio_tls._transports._borrowed import BorrowedSocket
from anyio_tls.testing import Certificate, CertificateAuthority, memory_stream_pair

from ._marks import on_trio
from ._pairs import let_others_run, pair_over, reset, socket_pair, tls_pair, transport_pair
from .conftest import open_descriptors

SOCKETS = ["socket", "anyio-tcp", "unix", "trio-socket"]
MUCH = 2**24


@pytest.fixture(scope="module")
def server_context(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """A server's context; the TLS version does not matter here."""
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client_context(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


def skip_unless_there(kind: str) -> None:
    if kind == "trio-socket" and not running_on_trio():
        pytest.skip("needs Trio's event loop")


def descriptor_of(stream: Any) -> int:
    raw_socket = stream.socket if hasattr(stream, "socket") else stream.extra(SocketAttribute.raw_socket)
    return int(raw_socket.fileno())


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


async def closed(call: Callable[[], Awaitable[Any]]) -> None:
    with pytest.raises(anyio.ClosedResourceError):
        await call()


# ---- the owner of the stream below closes it ----


@pytest.mark.guarantee("G12", "G16")
@pytest.mark.parametrize("kind", SOCKETS)
async def test_the_owner_closes_the_stream_below(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """The peer sees the end at once, even if the TLS stream is still referenced; its calls raise the closed error."""
    skip_unless_there(kind)
    async with transport_pair(kind, server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        await server.send(b"unread")
        await below[0].aclose()
        with anyio.fail_after(5), pytest.raises(TLSError):
            await server.receive()
        for call in (client.receive, lambda: client.send(b"x"), client.unwrap):
            await closed(call)
        await client.aclose()
        await server.aclose()


@pytest.mark.guarantee("G12", "G16")
@pytest.mark.parametrize("kind", SOCKETS)
@pytest.mark.parametrize("what", ["receive", "send"])
async def test_the_owner_closes_under_who_waits(
    kind: str, what: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """At once, though the peer neither sends nor reads."""
    skip_unless_there(kind)
    async with transport_pair(kind, server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        with anyio.fail_after(5):
            async with anyio.create_task_group() as tg:
                tg.start_soon(closed, client.receive if what == "receive" else lambda: client.send(bytes(MUCH)))
                sent = -1
                while client.bytes_sent != sent:  # until it waits
                    sent = client.bytes_sent
                    await let_others_run(200)
                await below[0].aclose()
        await client.aclose()
        await anyio.aclose_forcefully(server)


@pytest.mark.guarantee("G12", "G16")
async def test_the_owner_closes_a_stream_that_is_no_socket_under_who_sends(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """It is closed from then on, however often it is called: that it was cut off is the lesser news."""
    below = memory_stream_pair()
    client, server = await tls_pair(*below, server_context, client_context)
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, lambda: client.send(bytes(MUCH)))
        await let_others_run()
        await below[0].aclose()
    calls: list[Callable[[], Awaitable[Any]]] = [*[lambda: client.send(b"x")] * 3, client.receive]
    for call in calls:
        await closed(call)
    await client.aclose()
    await anyio.aclose_forcefully(server)


@on_trio
@pytest.mark.guarantee("G7", "G16")
@pytest.mark.parametrize("upper", ["AnyIO's face", "Trio's face", "writer task"])
async def test_the_owner_closes_tls_of_the_trio_face(
    upper: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Below TLS of either face, which raises its own face's closed error."""
    async with transport_pair("memory", server_context, client_context) as below, anyio.create_task_group() as tg:
        inner: Any = trio_face.TLSStream(below[0], client_context, server_hostname="localhost")
        peer = trio_face.TLSStream(below[1], server_context, server_side=True)
        tg.start_soon(peer.do_handshake)
        await inner.do_handshake()
        between = WriterTaskStream(inner, tg) if upper == "writer task" else inner
        error: type[Exception] = anyio.ClosedResourceError
        if upper == "Trio's face":
            client: Any = trio_face.TLSStream(between, client_context, server_hostname="localhost")
            server: Any = trio_face.TLSStream(peer, server_context, server_side=True)
            tg.start_soon(server.do_handshake)
            await client.do_handshake()
            calls = [client.receive_some, lambda: client.send_all(b"x"), client.send_eof, client.unwrap]
            error = trio.ClosedResourceError
        else:
            client, server = await tls_pair(between, peer, server_context, client_context)
            calls = [client.receive, lambda: client.send(b"x"), client.send_eof, client.unwrap]
        await inner.aclose()
        if upper == "writer task":
            await client.send(b"x")  # The task finds out.
            await let_others_run()
        for call in calls:
            with pytest.raises((error, TLSError) if upper == "writer task" else error):
                await call()
        assert client.is_readable()
        await client.aclose()
        await server.aclose()


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("kind", ["writer task", "Trio's face"])
async def test_what_is_told_of_a_stream_below_that_fails(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Its error is told in words, however many streams are in between."""
    if kind == "Trio's face" and not running_on_trio():
        pytest.skip("needs Trio's event loop")
    ours, theirs = socket_pair()
    async with anyio.create_task_group() as tg:
        below: Any = SocketStream(ours)
        peer: Any = SocketStream(theirs)
        if kind == "writer task":
            below = WriterTaskStream(below, tg)
        else:
            below = trio_face.TLSStream(below, client_context, server_hostname="localhost")
            peer = trio_face.TLSStream(peer, server_context, server_side=True)
        client, server = await tls_pair(below, peer, server_context, client_context)
        reset(theirs)
        with pytest.raises(TLSError, match=r"^TLS reading failed: [^(]*onnection"):
            await client.receive()
        with suppress(TLSError):
            await client.send(b"x")
        await let_others_run()
        with pytest.raises(TLSError, match=r"^TLS writing failed: [^(]*[a-z]"):
            await client.send(b"x")
        await client.aclose()
        await anyio.aclose_forcefully(server)


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("kind", SOCKETS)
async def test_nothing_else_is_closed(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """When the TLS stream is used, closed or dropped, the number of the descriptor belongs to another object."""
    skip_unless_there(kind)
    ours, theirs = socket.socketpair()
    async with transport_pair(kind, server_context, client_context) as (client_below, server_below):
        client, server = await tls_pair(client_below, server_below, server_context, client_context)
        number = descriptor_of(server_below)
        await server_below.aclose()
        while is_open(number):
            await checkpoint()
    with theirs:
        theirs.setblocking(False)
        os.dup2(ours.fileno(), number)
        ours.close()
        with socket.socket(fileno=number) as other:
            await closed(server.receive)
            await closed(partial(server.send, b"x"))
            await server.aclose()
            del server, server_below
            gc.collect()
            with pytest.raises(BlockingIOError):
                theirs.recv(1)
            other.send(b"alive")
            assert theirs.recv(100) == b"alive"
    await client.aclose()


@pytest.mark.guarantee("G16")
def test_a_borrowed_socket_closes_nothing() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for forget in (lambda borrowed: borrowed.close(), lambda _: None):
            borrowed = BorrowedSocket(ours, family=ours.family, kind=ours.type)
            assert borrowed.send(b"x") == 1
            forget(borrowed)
            del borrowed
            gc.collect()
            assert theirs.recv(1) == b"x"


@pytest.mark.guarantee("G5", "G16")
async def test_the_event_loop_closes_a_socket_that_has_failed(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """That is no close by the owner: sending has failed."""
    async with pair_over("anyio-tcp", server_context, client_context) as (client, server):
        raw_socket = server.extra(SocketAttribute.raw_socket)
        with socket.socket(fileno=os.dup(raw_socket.fileno())) as duplicate:
            duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            await anyio.aclose_forcefully(server.transport_stream)
        with pytest.raises(TLSError, match="reading"):
            await client.receive()
        for _ in range(2):
            with pytest.raises(TLSError, match="writing"):
                await client.send(b"x")


# ---- a stream that is forgotten ----


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix", "trio-socket"])
async def test_a_forgotten_stream_is_closed(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """With a warning, though the event loop was watching its socket."""
    skip_unless_there(kind)
    async with transport_pair(kind, server_context, client_context) as (client_below, server_below):
        client, server = await tls_pair(client_below, server_below, server_context, client_context)
    number = descriptor_of(client_below)
    with anyio.move_on_after(0.01):
        await client.receive()
    await let_others_run()  # Trio holds on to the cancellation until then, and warnings may belong to a context.
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del client, client_below
        for _ in range(3):
            await let_others_run()
            gc.collect()
    assert any(issubclass(warning.category, ResourceWarning) for warning in caught)
    assert not is_open(number)
    with anyio.fail_after(5), pytest.raises(TLSError):
        await server.receive()
    await server.aclose()


@pytest.mark.guarantee("G16")
async def test_a_forgotten_stream_without_tls() -> None:
    """It is freed at once: there is no cycle of references."""
    ours, peer = map(SocketStream, socket.socketpair())
    async with peer:
        await peer.send(b"hello")
        assert await ours.receive() == b"hello"
        await ours.send(b"hello")
        gc.disable()
        try:
            with pytest.warns(ResourceWarning, match="unclosed"):
                del ours
        finally:
            gc.enable()
        assert await peer.receive() == b"hello"
        with pytest.raises(anyio.EndOfStream):
            await peer.receive()


@pytest.mark.guarantee("G16")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_a_stream_that_is_forgotten_in_another_thread(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Where the garbage collector may run: the reader registration ends before the descriptor is free again."""
    client_socket, server_socket = socket_pair()
    made = await tls_pair(SocketStream(client_socket), SocketStream(server_socket), server_context, client_context)
    del client_socket, server_socket
    keep, server = [made[0]], made[1]
    del made
    with anyio.move_on_after(0.01):
        await keep[0].receive()
    await let_others_run()
    gc.collect()
    await to_thread.run_sync(keep.clear)
    await to_thread.run_sync(gc.collect)
    await let_others_run()
    with anyio.fail_after(5), pytest.raises(TLSError):
        await server.receive()
    await server.aclose()


@pytest.mark.guarantee("G16")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_the_next_socket_with_the_number_of_a_forgotten_one() -> None:
    """Which was collected in another thread: its reader registration is not the next one's."""
    ours, theirs = socket_pair()
    number = ours.fileno()
    forgotten: list[Any] = [SocketStream(ours)]
    forgotten += [transport_for(forgotten[0]), forgotten]  # a cycle
    with anyio.move_on_after(0.01):
        await forgotten[1].receive(1)
    await let_others_run()
    gc.disable()
    try:
        del ours, forgotten
        await to_thread.run_sync(gc.collect)
    finally:
        gc.enable()
    await let_others_run()
    assert not is_open(number)
    theirs.close()
    ours, theirs = socket_pair()
    with theirs:
        if ours.fileno() != number:
            os.dup2(ours.fileno(), number)
            ours.close()
            ours = socket.socket(fileno=number)
        async with SocketStream(ours) as stream:
            transport = transport_for(stream)
            await let_others_run()
            theirs.send(b"x")
            with anyio.fail_after(5):
                assert await transport.receive(1) == b"x"


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("anyio_backend", ["trio"])  # no event loop of asyncio's may be running
async def test_a_stream_that_outlives_its_event_loop(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """There is nothing left that watches it."""
    streams: list[Any] = []

    async def main() -> None:
        async with transport_pair("socket", server_context, client_context) as below:
            pair = await tls_pair(*below, server_context, client_context)
        with anyio.move_on_after(0.01):
            await pair[0].receive()
        streams.extend(pair)

    def run() -> None:
        anyio.run(main)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            streams.clear()
            gc.collect()

    # Without the context of this task, in which Trio runs: a free-threaded Python would take it along.
    thread = threading.Thread(target=contextvars.Context().run, args=(run,))
    thread.start()
    await to_thread.run_sync(thread.join)
    assert not streams


@pytest.mark.guarantee("G16")
async def test_what_the_event_loop_still_calls_of_a_forgotten_stream() -> None:
    """Input that came before it was forgotten is nobody's, and a socket that was closed meanwhile is not watched."""
    if not running_on_asyncio():
        pytest.skip("on Trio nothing is called")
    from anyio_tls._transports import _asyncio

    ours, theirs = socket.socketpair()
    with theirs:
        transport: Any = transport_for(SocketStream(ours))
        reference = weakref.ref(transport)
        ours.close()
        del transport
        gc.collect()
        assert reference() is None
        _asyncio._on_readable(reference, ours)
        _asyncio._end_watch(asyncio.get_running_loop(), ours)


@pytest.mark.parametrize("through", ["TLS", "a writer task"])
async def test_a_cancelled_send_lets_go_of_its_item(
    through: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A buffer can be cut at once by what was accepted of it."""
    item = bytearray(MUCH)
    async with transport_pair("socket", server_context, client_context) as below, anyio.create_task_group() as tg:
        stream: Any
        if through == "TLS":
            stream, other_end = await tls_pair(*below, server_context, client_context)
        else:
            stream, other_end = WriterTaskStream(below[0], tg), below[1]
        for _ in range(2):
            before = stream.bytes_sent
            try:
                with anyio.fail_after(0.05):
                    await stream.send(item)
            except TimeoutError:  # while its traceback is there
                del item[: stream.bytes_sent - before]
        assert 0 < stream.bytes_sent == MUCH - len(item)
        await anyio.aclose_forcefully(stream)
        with pytest.raises(anyio.ClosedResourceError) as caught:
            await stream.send(item)
        item.clear()
        del caught
        await anyio.aclose_forcefully(other_end)
        tg.cancel_scope.cancel()


# ---- one user ----


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("kind", [*SOCKETS, "memory", "writer-task", "tls"])
async def test_a_second_tls_stream_is_refused(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """And does the first one no harm."""
    skip_unless_there(kind)
    async with transport_pair(kind, server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        with pytest.raises(ValueError, match="transport_stream is in use"):
            await TLSStream.wrap(below[0], hostname="localhost", ssl_context=client_context)
        async with anyio.create_task_group() as tg:
            with pytest.raises(ValueError, match="is in use"):
                WriterTaskStream(below[0], tg)
        await client.send(b"hello")
        assert await server.receive() == b"hello"
        async with anyio.create_task_group() as tg:
            tg.start_soon(client.aclose)
            tg.start_soon(server.aclose)


@pytest.mark.guarantee("G16")
async def test_who_waits_for_the_socket_by_other_means_is_woken(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Also if it is TLS that closes it."""
    async with transport_pair("socket", server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        sock = below[0].raw_socket
        for _ in range(3):  # what the peer receives ahead is a little
            with suppress(BlockingIOError):
                while sock.send(bytes(65536)):
                    pass
            await let_others_run()

        async def wait() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await anyio.wait_writable(sock)

        async with anyio.create_task_group() as tg:
            tg.start_soon(wait)
            await let_others_run()
            await anyio.aclose_forcefully(client)
        await anyio.aclose_forcefully(server)


@pytest.mark.guarantee("G16")
async def test_a_former_user_that_is_forgotten_frees_nothing() -> None:
    """Since then the stream has another one."""
    stream, other_end = memory_stream_pair()
    former = transport_for(stream)
    former.release()
    user = transport_for(stream)
    del former
    gc.collect()
    with pytest.raises(ValueError, match="transport_stream is in use"):
        transport_for(stream)
    await user.aclose()
    await other_end.aclose()


@pytest.mark.guarantee("G8", "G16")
@pytest.mark.parametrize("kind", [*SOCKETS, "memory"])
async def test_another_tls_stream_after_the_first_one(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """When that was unwrapped; the owner's close goes to the new one."""
    skip_unless_there(kind)
    async with transport_pair(kind, server_context, client_context) as below:
        for _ in range(2):
            client, server = await tls_pair(*below, server_context, client_context)
            await client.send(b"hello")
            assert await server.receive() == b"hello"
            async with anyio.create_task_group() as tg:
                tg.start_soon(client.unwrap)
                tg.start_soon(server.unwrap)
        last = await tls_pair(*below, server_context, client_context)
        async with anyio.create_task_group() as tg:
            tg.start_soon(closed, last[0].receive)
            await let_others_run()
            with anyio.fail_after(5):
                await below[0].aclose()
        await anyio.aclose_forcefully(last[1])
        await last[0].aclose()


# ---- what the stream below has still to send ----


@pytest.mark.guarantee("G2", "G16")
async def test_what_a_cancelled_send_left_in_the_stream_below_goes_first(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """AnyIO's stream on asyncio keeps it, and sends it when there is room: before the first byte of TLS."""
    if running_on_trio():
        pytest.skip("on Trio a cancelled send leaves nothing behind")
    async with transport_pair("anyio-tcp", server_context, client_context) as (client_below, server_below):
        sent = 2**22
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tg:
                tg.start_soon(client_below.send, b"p" * sent)
                await let_others_run(200)
                scope.cancel()
        made: list[TLSStream] = []

        async def wrap() -> None:
            made.append(await TLSStream.wrap(client_below, hostname="localhost", ssl_context=client_context))

        async with anyio.create_task_group() as tg:
            tg.start_soon(wrap)
            await let_others_run(200)
            plain = b""
            while len(plain) < sent:
                plain += await server_below.receive(sent - len(plain))
            assert plain == b"p" * sent
            made.append(await TLSStream.wrap(server_below, server_side=True, ssl_context=server_context))
        for stream in made:
            await anyio.aclose_forcefully(stream)


@asynccontextmanager
async def unsent() -> AsyncIterator[tuple[AnyIOSocketStream, socket.socket]]:
    """A stream of AnyIO's that has still to send what its peer has no room for, and the peer."""
    if running_on_trio():
        pytest.skip("on Trio a cancelled send leaves nothing behind")
    ours, theirs = socket_pair()
    with theirs:
        async with await AnyIOSocketStream.from_socket(ours) as below:
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as tg:
                    tg.start_soon(below.send, bytes(MUCH))
                    await let_others_run(200)
                    scope.cancel()
            yield below, theirs


@pytest.mark.guarantee("G7", "G16")
async def test_closing_before_the_stream_below_had_room(client_context: ssl.SSLContext) -> None:
    """It has still to send, and TLS waits for it: the close ends that wait."""

    async def wrap(below: AnyIOSocketStream) -> None:
        await TLSStream.wrap(below, hostname="localhost", ssl_context=client_context)

    with anyio.fail_after(5):
        async with unsent() as (below, _), anyio.create_task_group() as tg:
            tg.start_soon(closed, partial(wrap, below))
            await let_others_run(200)
            await below.aclose()


@pytest.mark.guarantee("G16")
async def test_the_stream_below_fails_with_what_it_has_still_to_send() -> None:
    """The event loop closes its socket then, and TLS hears that the connection is lost."""
    async with unsent() as (below, theirs):
        transport = transport_for(below)
        reset(theirs)
        with pytest.raises(anyio.BrokenResourceError):
            await transport.send(SendQueue(b"x"))
        await let_others_run()
        with pytest.raises(anyio.BrokenResourceError, match="the connection has been lost"):
            transport.receive_nowait(1)
        transport.release()


@pytest.mark.guarantee("G4", "G13")
async def test_the_stream_below_fails_before_the_handshake(server_context: ssl.SSLContext) -> None:
    """The handshake waits for what is left to be sent, but not for what never will be."""
    async with unsent() as (below, theirs):
        reset(theirs)
        with pytest.raises(TLSError):
            await TLSStream.wrap(below, server_side=True, ssl_context=server_context)


@pytest.mark.guarantee("G2", "G16")
async def test_over_a_stream_below_in_a_cancelled_scope() -> None:
    """Whether it has something to send does not show there: what comes next finds out."""
    ours, theirs = socket_pair()
    with theirs:
        async with await AnyIOSocketStream.from_socket(ours) as below:

            async def put_over() -> None:
                tg.cancel_scope.cancel()
                made.append(transport_for(below))

            made: list[Transport] = []
            async with anyio.create_task_group() as tg:
                await put_over()
            queue = SendQueue(b"hello")
            while queue.data:
                await made[0].send(queue)
            assert theirs.recv(10) == b"hello"
            made[0].release()


@pytest.mark.guarantee("G12", "G16")
@pytest.mark.parametrize("kind", SOCKETS)
async def test_who_calls_while_the_owner_closes(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Asyncio closes the socket of AnyIO's stream a turn later. Nobody begins to wait for it before that."""
    skip_unless_there(kind)
    async with transport_pair(kind, server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)

        async def close() -> None:
            tg.start_soon(closed, client.receive)
            await below[0].aclose()

        with anyio.fail_after(5):
            async with anyio.create_task_group() as tg:
                tg.start_soon(close)
        await client.aclose()
        await anyio.aclose_forcefully(server)


@pytest.mark.guarantee("G16")
async def test_the_event_loop_closes_the_socket_while_somebody_waits(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Nobody has told TLS."""
    if running_on_trio():
        pytest.skip("on Trio the event loop does not close sockets")
    async with transport_pair("anyio-tcp", server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)

        async def lose() -> None:
            with pytest.raises(TLSError, match="the connection has been lost"):
                await client.receive()

        with anyio.fail_after(5):
            async with anyio.create_task_group() as tg:
                tg.start_soon(lose)
                await let_others_run()
                await type(below[0]).aclose(below[0])
                await server.send(b"hello")
        await client.aclose()
        await server.aclose()


# ---- who is interrupted, and who is cancelled ----


@pytest.mark.guarantee("G13", "G16")
@pytest.mark.parametrize("cancelled", [False, True])
async def test_an_interruption_is_no_cancellation(
    cancelled: bool, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A task that the close of the stream below interrupts goes on, unless it was cancelled as well."""
    async with transport_pair("anyio-tcp", server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context)
        went_on = False

        async def receive(scope: anyio.CancelScope) -> None:
            nonlocal went_on
            with scope:
                await closed(client.receive)
                await checkpoint()
                went_on = True

        scope = anyio.CancelScope()
        async with anyio.create_task_group() as tg:
            tg.start_soon(receive, scope)
            await let_others_run()
            if cancelled:
                scope.cancel()
            await below[0].aclose()
        assert went_on == (not cancelled)
        await client.aclose()
        await server.aclose()


def no_more_descriptors(_descriptor: int) -> int:
    raise OSError(24, "Too many open files")


@pytest.mark.guarantee("G16")
async def test_no_descriptor_is_left_to_wait_with(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over AnyIO's stream on asyncio it takes a duplicate to wait. A connection that has begun has one for life."""
    if running_on_trio():
        pytest.skip("on Trio nothing is duplicated")
    async with pair_over("anyio-tcp", server_context, client_context) as (client, server):
        monkeypatch.setattr(os, "dup", no_more_descriptors)
        for sender, receiver in ((client, server), (server, client)):
            async with anyio.create_task_group() as tg:
                tg.start_soon(sender.send, bytes(MUCH))
                received = 0
                while received < MUCH:
                    received += len(await receiver.receive())


@pytest.mark.guarantee("G4", "G16")
async def test_wrap_without_a_descriptor_to_wait_with(
    client_context: ssl.SSLContext, server_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails, and closes the stream below."""
    if running_on_trio():
        pytest.skip("on Trio nothing is duplicated")
    async with transport_pair("anyio-tcp", server_context, client_context) as below:
        transport = transport_for(below[0])
        transport.release()
        with monkeypatch.context() as patch:
            patch.setattr(os, "dup", no_more_descriptors)
            patch.setattr(type(transport), "send_nowait", lambda *_: None)
            with pytest.raises(TLSError, match="Too many open files"):
                await TLSStream.wrap(below[0], hostname="localhost", ssl_context=client_context)
        with pytest.raises(anyio.EndOfStream):
            await below[1].receive()
        await below[1].aclose()


@pytest.mark.guarantee("G7", "G16")
@pytest.mark.parametrize("linger", [0, 30])
async def test_closing_without_a_descriptor_to_wait_with(
    linger: float, server_context: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closes while a task waits, and takes no other descriptor for what has still to be delivered."""
    if running_on_trio():
        pytest.skip("on Trio nothing is duplicated")
    async with transport_pair("anyio-tcp", server_context, client_context) as below:
        client, server = await tls_pair(*below, server_context, client_context, linger=linger)
        descriptor = descriptor_of(below[0])
        received = 0

        async def receive() -> None:
            nonlocal received
            with suppress(TLSError, anyio.EndOfStream):
                while True:
                    received += len(await server.receive())

        async with anyio.create_task_group() as tg:
            tg.start_soon(closed, partial(client.send, bytes(MUCH)))
            await let_others_run(200)
            monkeypatch.setattr(os, "dup", no_more_descriptors)
            tg.start_soon(receive)
            await client.aclose()
            await let_others_run()  # uvloop takes a turn to close
            assert not is_open(descriptor)
        assert linger == 0 or received == client.bytes_sent
        await anyio.aclose_forcefully(server)


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp"])
async def test_an_error_that_is_kept_keeps_no_descriptor(
    kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Its traceback leads to who was waiting, and what they were waiting for."""
    before = open_descriptors()
    errors = []
    async with pair_over(kind, server_context, client_context) as (client, server):

        async def meet_the_end(call: Awaitable[Any]) -> None:
            with pytest.raises(anyio.ClosedResourceError) as caught:
                await call
            errors.append(caught.value)

        async with anyio.create_task_group() as tg:
            tg.start_soon(meet_the_end, client.send(bytes(MUCH)))
            tg.start_soon(meet_the_end, client.receive())
            await let_others_run()
            await anyio.aclose_forcefully(client)
        await server.aclose()
        await let_others_run()  # uvloop takes a turn to close
        assert len(errors) == 2
        left = [what for descriptor, what in open_descriptors().items() if before.get(descriptor) != what]
        assert not [what for what in left if what.startswith("socket:")]
