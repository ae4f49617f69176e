"""Listening: over every kind of listener, whatever clients and the system do."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import re
import socket
import ssl
import struct
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import anyio
import pytest
import trio
import trio.testing
from anyio import to_thread
from anyio.abc import ByteStream, Listener, SocketAttribute, SocketListener, TaskGroup
from anyio.lowlevel import checkpoint
from anyio.streams.stapled import MultiListener, StapledByteStream

from anyio_tls import (
    Admission,
    SocketStream,
    TLSAttribute,
    TLSError,
    TLSListener,
    TLSStream,
    TruncatedError,
    _admission,
    connect_tcp,
    connect_tls,
    create_tls_listener,
    trio as trio_face,
)
from anyio_tls._acceptor import _RegisteredAcceptor, acceptor_for
from anyio_tls._event_loop import can_watch, running_on_asyncio
from anyio_tls._listener import BURST
from anyio_tls.testing import Certificate, CertificateAuthority, MemoryStream, memory_stream_pair

from ._marks import needs_ipv6, on_trio
from ._pairs import let_others_run, raising_at_once

no_unix_sockets = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no UNIX sockets in Python")


@pytest.fixture(scope="module")
def server(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


async def echo(stream: TLSStream) -> None:
    async with stream:
        async for data in stream:
            await stream.send(data)


async def check_echo(stream: TLSStream) -> None:
    await stream.send(b"hello")
    assert await stream.receive() == b"hello"


def flatten(error: BaseException) -> list[BaseException]:
    """What is in an exception group."""
    errors: tuple[BaseException, ...] | None = getattr(error, "exceptions", None)
    return [error] if errors is None else [leaf for inner in errors for leaf in flatten(inner)]


# ---- over what ----


async def test_over_tcp(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The connections are sockets of our own."""
    below: list[Any] = []

    async def handler(stream: TLSStream) -> None:
        below.append(stream.transport_stream)
        assert stream.server_side
        assert stream.standard_compatible
        await echo(stream)

    async with await create_tls_listener(server, local_host="127.0.0.1") as listener:
        assert isinstance(listener, TLSListener)
        port = listener.extra(SocketAttribute.local_port)
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, handler)
            for _ in range(3):
                async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
                    await check_echo(stream)
            tg.cancel_scope.cancel()
    assert [type(stream) for stream in below] == [SocketStream] * 3


@pytest.mark.guarantee("G16")
async def test_in_a_task_group_that_has_ended(server: ssl.SSLContext) -> None:
    """The client whom nobody is going to serve is not left waiting, and has no place."""
    async with anyio.create_task_group() as ended:
        pass
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener:
        with socket.create_connection(("127.0.0.1", listener.extra(SocketAttribute.local_port))) as stranger:
            with pytest.raises(RuntimeError):
                await listener.serve(echo, ended)
            assert stranger.recv(1) == b""
        statistics = listener.statistics()
        assert (statistics.accepted, statistics.handshaking, statistics.open) == (1, 0, 0)


@no_unix_sockets
async def test_over_unix(server: ssl.SSLContext, client: ssl.SSLContext, tmp_path: Path) -> None:
    below: list[Any] = []

    async def handler(stream: TLSStream) -> None:
        below.append(stream.transport_stream)
        await echo(stream)

    path = tmp_path / "socket"
    async with TLSListener(await anyio.create_unix_listener(path), server) as listener:
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, handler)
            stream = await anyio.connect_unix(path)
            async with await TLSStream.wrap(stream, hostname="localhost", ssl_context=client) as tls_stream:
                await check_echo(tls_stream)
            tg.cancel_scope.cancel()
    assert [type(stream) for stream in below] == [SocketStream]


@needs_ipv6
async def test_over_several_addresses(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    addresses = ["127.0.0.1", "::1"]
    listeners = [await anyio.create_tcp_listener(local_host=address) for address in addresses]
    ports = [below.extra(SocketAttribute.local_port) for below in listeners]
    async with TLSListener(MultiListener(listeners), server) as listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        for address, port in zip(addresses, ports, strict=True):
            async with await connect_tls(address, port, hostname="localhost", ssl_context=client) as stream:
                await check_echo(stream)
        tg.cancel_scope.cancel()


class MemoryListener(Listener[MemoryStream]):
    """A listener that is nothing to AnyIO: whoever calls ``connect()`` is served."""

    def __init__(self) -> None:
        self._connections, self._accepted = anyio.create_memory_object_stream[MemoryStream](1)

    async def connect(self) -> MemoryStream:
        client, server = memory_stream_pair()
        await self._connections.send(server)
        return client

    async def serve(self, handler: Callable[[MemoryStream], Any], task_group: TaskGroup | None = None) -> None:
        assert task_group is not None
        async for stream in self._accepted:
            task_group.start_soon(handler, stream)

    async def stop(self) -> None:
        await self._connections.aclose()

    async def aclose(self) -> None:
        await self.stop()
        await self._accepted.aclose()


async def test_over_a_foreign_listener(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    below = MemoryListener()
    async with TLSListener(below, server) as listener, anyio.create_task_group() as tg:
        assert listener.listener is below
        assert listener.extra(SocketAttribute.raw_socket, None) is None
        tg.start_soon(listener.serve, echo)
        connection = await below.connect()
        async with await TLSStream.wrap(connection, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
        await below.stop()  # and serve() returns


async def test_over_a_listener_that_only_serves(server: ssl.SSLContext) -> None:
    """It need not have AnyIO's attributes to be closed."""

    class Minimal:
        closed = False

        async def serve(self, _handler: object, _task_group: object = None) -> None: ...

        async def aclose(self) -> None:
            self.closed = True

    below: Any = Minimal()
    listener = TLSListener(below, server)
    assert listener.extra(TLSAttribute.standard_compatible)
    await listener.aclose()
    assert below.closed


async def test_over_a_foreign_socket_listener(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """A class of its own may do more than accept: it is left to do so."""
    accepted: list[Any] = []

    class Counting(SocketListener):
        def __init__(self, below: SocketListener) -> None:
            self.below = below

        async def accept(self) -> Any:
            accepted.append(await self.below.accept())
            return accepted[-1]

        async def aclose(self) -> None:
            await self.below.aclose()

        @property
        def _raw_socket(self) -> socket.socket:
            return self.below.extra(SocketAttribute.raw_socket)

    (tcp_listener,) = (await anyio.create_tcp_listener(local_host="127.0.0.1")).listeners
    assert isinstance(tcp_listener, SocketListener)
    async with TLSListener(Counting(tcp_listener), server) as listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        port = listener.extra(SocketAttribute.local_port)
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            await check_echo(stream)
        assert len(accepted) == 1
        tg.cancel_scope.cancel()


class Wrapper(Listener[Any]):
    """A listener over another one, whose streams are no sockets to us."""

    def __init__(self, below: Listener[Any], wrap: Callable[[ByteStream], Any]) -> None:
        self.below = below
        self.wrap = wrap

    async def serve(self, handler: Callable[[Any], Any], task_group: TaskGroup | None = None) -> None:
        await self.below.serve(lambda stream: handler(self.wrap(stream)), task_group)

    async def aclose(self) -> None:
        await self.below.aclose()


class Wrapped(StapledByteStream):
    def __init__(self, below: ByteStream) -> None:
        super().__init__(below, below)


class ClosingFails(Wrapped):
    async def aclose(self) -> None:
        await super().aclose()
        raise anyio.BrokenResourceError("the other side did not say goodbye")


@pytest.mark.guarantee("G7")
async def test_shutdown_over_a_listener_with_a_task_group(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Such as AnyIO's for several addresses: it says in a group that it was closed, and responses may end."""
    go_on, returned = anyio.Event(), anyio.Event()

    async def handler(stream: TLSStream) -> None:
        async with stream:
            await stream.send(b"the beginning, ")
            await go_on.wait()
            await stream.send(b"and the end")

    async def serve() -> None:
        await listener.serve(handler)
        returned.set()

    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = below.extra(SocketAttribute.local_port)
    listener = TLSListener(Wrapper(MultiListener([below]), Wrapped), server)
    async with anyio.create_task_group() as tg:
        tg.start_soon(serve)
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            received = await stream.receive()
            tg.start_soon(listener.shut_down, 30)
            await let_others_run()
            go_on.set()
            async for data in stream:
                received += data
        await returned.wait()
    assert received == b"the beginning, and the end"


@pytest.mark.guarantee("G7")
async def test_goodbye_over_streams_that_are_not_sockets(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """To send it may take waiting, which is done beside who waits for a request."""
    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = below.extra(SocketAttribute.local_port)
    listener = TLSListener(Wrapper(below, Wrapped), server)
    async with anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
            tg.start_soon(listener.shut_down, None)
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()


@pytest.mark.guarantee("G7")
async def test_closed_while_a_goodbye_waits(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """For a stream that takes no more: the close ends that wait, instead of waiting behind it."""
    seconds: list[float] = []
    is_full = False

    class Full(Wrapped):
        async def send(self, item: bytes) -> None:
            if is_full:
                await anyio.sleep_forever()
            await super().send(item)

    async def handler(stream: TLSStream) -> None:
        nonlocal is_full
        await stream.send(await stream.receive())
        is_full = True
        with anyio.move_on_after(3 * _admission.IDLE_SECONDS):
            await stream.receive()
        start = anyio.current_time()
        await stream.aclose()
        seconds.append(anyio.current_time() - start)

    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = below.extra(SocketAttribute.local_port)
    listener = TLSListener(Wrapper(below, Full), server, linger=20)
    async with anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, handler)
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
            await listener.shut_down(None)
    assert seconds[0] < 10


@pytest.mark.guarantee("G7")
async def test_a_goodbye_is_sent_once(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Whoever comes second leaves it to the first; and where the stream below has failed, there is none."""
    first, second = memory_stream_pair(capacity=0)
    streams: list[TLSStream] = []

    async def wrap(stream: MemoryStream, **options: Any) -> None:
        streams.append(await TLSStream.wrap(stream, **options))

    async with anyio.create_task_group() as tg:
        tg.start_soon(partial(wrap, second, server_side=True, ssl_context=server))
        await wrap(first, hostname="localhost", ssl_context=client)
    ours, theirs = sorted(streams, key=lambda stream: stream.transport_stream is first)
    async with anyio.create_task_group() as tg:
        tg.start_soon(ours.receive)
        await let_others_run()
        with pytest.MonkeyPatch.context() as monkeypatch:
            fails = Mock(side_effect=anyio.ClosedResourceError)
            monkeypatch.setattr(ours._driver._pump.transport, "is_readable", fails)
            assert not ours._driver.retire()
        assert ours._driver.retire()
        for _ in range(2):
            tg.start_soon(ours._driver.finish_retiring)
        with pytest.raises(anyio.EndOfStream):
            await theirs.receive()
        tg.cancel_scope.cancel()
    for stream in streams:
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G7")
async def test_goodbye_through_two_layers(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """What the layer below has accepted has to be sent as well."""
    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = below.extra(SocketAttribute.local_port)
    outer = TLSListener(Wrapper(below, Wrapped), server)
    listener = TLSListener(outer, server)
    async with anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        tunnel = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        async with await TLSStream.wrap(tunnel, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
            tg.start_soon(listener.shut_down, None)
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()


@pytest.mark.guarantee("G15")
async def test_streams_whose_close_fails(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Neither a client that fails its handshake nor one without a place ends the server."""
    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = below.extra(SocketAttribute.local_port)
    admission = Admission(max_connections=1, when_full="refuse")
    async with TLSListener(Wrapper(below, ClosingFails), server, admission=admission) as listener:
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, echo)
            async with await connect_tcp("127.0.0.1", port) as failing:
                async with await connect_tcp("127.0.0.1", port):
                    while not admission.statistics().refused:
                        await checkpoint()
                await failing.send(b"garbage")
                while not admission.statistics().failed:
                    await checkpoint()
            async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
                await check_echo(stream)
            tg.cancel_scope.cancel()


@pytest.mark.guarantee("G16")
async def test_the_owner_closes_the_listener_below(server: ssl.SSLContext) -> None:
    """Nothing waits for it any more, nor for what gets its descriptor next."""
    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    listener = TLSListener(below, server)
    async with anyio.create_task_group() as handlers:

        async def serve() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await listener.serve(echo, handlers)

        async with anyio.create_task_group() as tg:
            tg.start_soon(serve)
            await let_others_run()
            number = below.extra(SocketAttribute.raw_socket).fileno()
            await below.aclose()
    pairs = [socket.socketpair() for _ in range(3)]
    assert number in {sock.fileno() for pair in pairs for sock in pair}
    for ends in pairs:
        async with SocketStream(ends[0]) as first, SocketStream(ends[1]) as second:
            for here, there in ((first, second), (second, first)):
                async with anyio.create_task_group() as tg:
                    tg.start_soon(here.receive)
                    await let_others_run()
                    await there.send(b"x")


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("when", ["it begins", "a place becomes free"])
async def test_the_owner_closes_the_listener_below_as(
    when: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """AnyIO closes the socket a turn later. To begin to watch it till then would hang, or end the process on uvloop."""
    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    listener = TLSListener(below, server, admission=Admission(max_connections=1))

    async def handler(stream: TLSStream) -> None:
        await echo(stream)
        await below.aclose()

    async def serve() -> None:
        with pytest.RaisesGroup(anyio.ClosedResourceError):
            await listener.serve(handler)

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tg:
            if when == "it begins":
                tg.start_soon(below.aclose)
            tg.start_soon(serve)
            if when == "a place becomes free":
                port = below.extra(SocketAttribute.local_port)
                async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
                    await check_echo(stream)


@pytest.mark.guarantee("G16")
async def test_an_acceptor_that_has_been_closed() -> None:
    """Its socket may be open still."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        acceptor = acceptor_for(listening)
        acceptor.close()
        with anyio.fail_after(5), pytest.raises(anyio.ClosedResourceError):
            await acceptor.accept()


@pytest.mark.guarantee("G16")
async def test_a_client_that_comes_with_the_shutdown(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """In the same turn of the event loop: it is served, or left to the next process that listens on the socket."""
    shared = socket.create_server(("127.0.0.1", 0))
    listener = TLSListener(await SocketListener.from_socket(shared.dup()), server)
    answered = anyio.Event()

    async def ask(sock: socket.socket) -> None:
        stream = await TLSStream.wrap(SocketStream(sock), hostname="localhost", ssl_context=client)
        async with stream:
            await check_echo(stream)
            answered.set()

    wakes, wake = socket.socketpair()
    wakes.setblocking(False)

    async def stop() -> None:
        await anyio.wait_readable(wakes)
        await listener.shut_down(5)
        async with TLSListener(await SocketListener.from_socket(shared), server) as successor:
            async with anyio.create_task_group() as serving:
                serving.start_soon(successor.serve, echo)
                await answered.wait()
                serving.cancel_scope.cancel()

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, echo)
            await let_others_run()
            tg.start_soon(stop)
            await let_others_run()
            wake.send(b"!")
            tg.start_soon(ask, socket.create_connection(shared.getsockname()))
    for sock in (wakes, wake):
        sock.close()


@pytest.mark.guarantee("G16")
async def test_a_close_that_was_put_aside(server: ssl.SSLContext) -> None:
    """Without the listener, which is closed with the last reference to it."""
    async with contextlib.AsyncExitStack() as later, anyio.create_task_group() as tg:
        below = (await anyio.create_tcp_listener(local_host="127.0.0.1")).listeners[0]
        tg.start_soon(TLSListener(below, server).serve, echo, tg)
        await let_others_run()
        later.push_async_callback(below.aclose)
        raw_socket = below.extra(SocketAttribute.raw_socket)
        del below
        tg.cancel_scope.cancel()
    raw_socket.close()


@pytest.mark.guarantee("G16")
async def test_connections_do_not_keep_a_listener_open(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Those that a handler has passed on: it is closed with the last reference to it."""
    passed_on: list[TLSStream] = []

    async def pass_on(stream: TLSStream) -> None:
        passed_on.append(stream)

    below = (await anyio.create_tcp_listener(local_host="127.0.0.1")).listeners[0]
    listener = TLSListener(below, server)
    forgotten = weakref.ref(listener)
    port = listener.extra(SocketAttribute.local_port)
    async with below, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, pass_on)
        stream = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        while not passed_on:
            await checkpoint()
        tg.cancel_scope.cancel()
    del listener, tg
    gc.collect()
    assert forgotten() is None
    async with stream, passed_on[0]:
        await stream.send(b"hello")
        assert await passed_on[0].receive() == b"hello"
        await stream.aclose()


@pytest.mark.guarantee("G16")
async def test_a_cancelled_close_closes_all(server: ssl.SSLContext) -> None:
    """On every address."""
    below = [(await anyio.create_tcp_listener(local_host="127.0.0.1")).listeners[0] for _ in range(2)]
    sockets = [listener.extra(SocketAttribute.raw_socket) for listener in below]
    await anyio.aclose_forcefully(TLSListener(MultiListener(below), server))
    assert [sock.fileno() for sock in sockets] == [-1, -1]


@pytest.mark.guarantee("G16")
async def test_two_listeners_over_one(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The second is refused, and the first does not notice. When that has ended, it may serve."""
    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = below.extra(SocketAttribute.local_port)
    listeners = [TLSListener(below, server) for _ in range(2)]
    async with below, anyio.create_task_group() as handlers:
        async with anyio.create_task_group() as tg:
            tg.start_soon(listeners[0].serve, echo, handlers)
            await let_others_run()
            with pytest.raises(anyio.BusyResourceError):
                await listeners[1].serve(echo, handlers)
            async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
                await check_echo(stream)
            tg.cancel_scope.cancel()
        async with anyio.create_task_group() as tg:
            tg.start_soon(listeners[1].serve, echo, handlers)
            async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
                await check_echo(stream)
            tg.cancel_scope.cancel()


@pytest.mark.guarantee("G15")
@on_trio
async def test_a_stream_without_a_place_whose_close_fails(server: ssl.SSLContext) -> None:
    class Failing(trio.abc.Stream):
        async def send_all(self, data: Any) -> None: ...
        async def wait_send_all_might_not_block(self) -> None: ...
        async def receive_some(self, max_bytes: int | None = None) -> bytes:
            return b""

        async def aclose(self) -> None:
            raise trio.BrokenResourceError

    class Below(trio.abc.Listener[Failing]):
        async def accept(self) -> Failing:
            await trio.lowlevel.checkpoint()
            return Failing()

        async def aclose(self) -> None: ...

    admission = Admission(max_connections=1, when_full="refuse")
    listener = trio_face.TLSListener(Below(), server, admission=admission)
    stream = await listener.accept()
    with trio.move_on_after(0.05):
        await listener.accept()
    assert admission.statistics().refused
    await trio.aclose_forcefully(stream)


# ---- serving ----


@pytest.mark.guarantee("G14")
async def test_tasks_are_started_in_the_given_group(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Cancelling serve() ends only the listening; the group that was given has the handlers."""
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener:
        port = listener.extra(SocketAttribute.local_port)
        async with anyio.create_task_group() as handlers, anyio.create_task_group() as serving:
            serving.start_soon(listener.serve, echo, handlers)
            async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
                serving.cancel_scope.cancel()
                await let_others_run()
                with anyio.CancelScope(shield=True):
                    await check_echo(stream)
                    await stream.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("end", ["error", "cancelled", "return"])
async def test_what_a_handler_leaves_open(end: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Failed or cancelled, the listener closes it, and calls nothing complete; returned, it belongs to somebody."""
    streams: list[TLSStream] = []
    scope = anyio.CancelScope()

    async def handler(stream: TLSStream) -> None:
        streams.append(stream)
        await stream.send(b"begun")
        if end == "error":
            raise ZeroDivisionError
        if end == "cancelled":
            await anyio.sleep_forever()

    async def serve(listener: TLSListener) -> None:
        with scope if end == "cancelled" else contextlib.nullcontext():
            if end == "error":
                with pytest.RaisesGroup(ZeroDivisionError):
                    await listener.serve(handler)
            else:
                await listener.serve(handler)

    async with await create_tls_listener(server, local_host="127.0.0.1") as listener:
        port = listener.extra(SocketAttribute.local_port)
        async with anyio.create_task_group() as tg:
            tg.start_soon(serve, listener)
            async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
                assert await stream.receive() == b"begun"
                if end == "return":
                    await let_others_run()
                    await streams[0].send(b" and ended")
                    assert await stream.receive() == b" and ended"
                    await streams[0].aclose()
                    tg.cancel_scope.cancel()
                else:
                    if end == "cancelled":
                        scope.cancel()
                    with anyio.fail_after(5), pytest.raises(TLSError):
                        await stream.receive()


@pytest.mark.parametrize("given", [False, True])
async def test_errors_of_the_handler(given: bool, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """They end the task group that the handlers run in, as in every AnyIO listener."""

    async def fail(stream: TLSStream) -> None:
        async with stream:
            raise ZeroDivisionError

    async def serve() -> None:
        if given:
            async with anyio.create_task_group() as handlers:
                await listener.serve(fail, handlers)
        else:
            await listener.serve(fail)

    async with await create_tls_listener(server, local_host="127.0.0.1") as listener:
        port = listener.extra(SocketAttribute.local_port)
        with pytest.RaisesGroup(ZeroDivisionError, flatten_subgroups=True):
            async with anyio.create_task_group() as tg:
                tg.start_soon(serve)
                stream = await connect_tls("127.0.0.1", port, ssl_context=client)
                with anyio.CancelScope(shield=True):
                    async with stream:
                        with pytest.raises(anyio.EndOfStream):
                            await stream.receive()
                await anyio.sleep_forever()


async def test_options(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """They are the connections', too."""
    seen: list[bool] = []

    async def handler(stream: TLSStream) -> None:
        seen.append(stream.standard_compatible)
        await echo(stream)

    listener = await create_tls_listener(
        server, local_host="127.0.0.1", standard_compatible=False, handshake_timeout=7, linger=3
    )
    assert (listener.standard_compatible, listener.handshake_timeout, listener.linger) == (False, 7, 3)
    assert listener.ssl_context is server
    async with listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, handler)
        port = listener.extra(SocketAttribute.local_port)
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            await check_echo(stream)
        tg.cancel_scope.cancel()
    assert seen == [False]


async def test_attributes(server: ssl.SSLContext) -> None:
    """Those of the listener below, and our own."""
    async with await create_tls_listener(server, local_host="127.0.0.1", family=socket.AF_INET) as listener:
        assert listener.extra(SocketAttribute.family) == socket.AF_INET
        assert listener.extra(SocketAttribute.local_port) > 0
        assert listener.extra(TLSAttribute.standard_compatible) is True
        assert listener.extra(TLSAttribute.tls_version, None) is None


# ---- clients and a system that misbehave ----


@pytest.mark.guarantee("G15")
async def test_failed_handshakes_disturb_nobody(
    server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection goes on while others fail, and new ones are accepted."""
    caplog.set_level(logging.INFO, "anyio_tls")
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        port = listener.extra(SocketAttribute.local_port)
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            for _ in range(3):
                async with await anyio.connect_tcp("127.0.0.1", port) as garbage:
                    await garbage.send(b"garbage")
                    async for _ in garbage:  # an alert
                        pass
            await check_echo(stream)
            async with await connect_tls("127.0.0.1", port, ssl_context=client) as other:
                await check_echo(other)
            while len(caplog.records) < 3:  # they are logged after they are closed
                await checkpoint()
        tg.cancel_scope.cancel()
    assert {record.name for record in caplog.records} == {"anyio_tls"}


def leave(sock: socket.socket) -> None:
    """Say nothing, as a port scan does."""


def reset(sock: socket.socket) -> None:
    """In the middle of the handshake, as a health check does."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    sock.sendall(outgoing.read())
    sock.recv(1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def speak_http(sock: socket.socket) -> None:
    sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
    sock.recv(100)


def distrust(sock: socket.socket) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(sock, server_hostname="localhost")


def ask(sock: socket.socket) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with pytest.raises(ssl.SSLError):
        context.wrap_socket(sock, server_hostname="localhost")


class MistakenError(Exception):
    """Of a context's."""


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize(
    ("client_does", "level", "alert"),
    [
        pytest.param(leave, "DEBUG", None, id="leaves"),
        pytest.param(reset, "DEBUG", None, id="resets"),
        pytest.param(speak_http, "INFO", None, id="plain HTTP"),
        pytest.param(distrust, "WARNING", "unknown_ca", id="does not trust us"),
        pytest.param(ask, "ERROR", "handshake_failure", id="finds us without a certificate"),
    ],
)
async def test_what_a_failed_handshake_is_worth(
    client_does: Callable[[socket.socket], None],
    level: str,
    alert: str | None,
    ca: CertificateAuthority,
    server_certificate: Certificate,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One line that says who, and in fields what; a traceback only where our own side is wrong."""

    def visit(address: tuple[str, int]) -> str:
        with socket.create_connection(address) as sock:
            name = f"127.0.0.1 port {sock.getsockname()[1]}"
            client_does(sock)
            return name

    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if level == "ERROR" else ca.server_context(server_certificate)
    server.maximum_version = ssl.TLSVersion.TLSv1_2  # where a client's alert comes in time for the handshake
    caplog.set_level(logging.DEBUG, "anyio_tls")
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        peer = await to_thread.run_sync(visit, ("127.0.0.1", listener.extra(SocketAttribute.local_port)))
        while not caplog.records:
            await checkpoint()
        tg.cancel_scope.cancel()
    (record,) = caplog.records
    assert (record.levelname, vars(record)["tls_peer"], vars(record)["tls_alert"]) == (level, peer, alert)
    assert record.getMessage().startswith(f"{peer}: TLS handshake")
    assert (record.exc_info is not None) == (level == "ERROR")


class Unattributed(anyio.abc.ByteStream):
    """A stream that does not find out any more who is at the other end."""

    @property
    def extra_attributes(self) -> Any:
        raise OSError("it has gone")

    async def receive(self, max_bytes: int = 65536) -> bytes:
        raise AssertionError

    async def send(self, item: bytes) -> None:
        raise AssertionError

    async def send_eof(self) -> None:
        raise AssertionError

    async def aclose(self) -> None:
        pass


@pytest.mark.parametrize("make", [Unattributed, lambda: memory_stream_pair()[0]], ids=["does not tell", "has none"])
async def test_a_failed_handshake_with_somebody(make: Callable[[], Any], caplog: pytest.LogCaptureFixture) -> None:
    await TLSListener.handle_handshake_error(MistakenError(), make())
    (record,) = caplog.records
    assert record.getMessage() == "the peer: MistakenError()"
    assert record.exc_info is not None


async def test_cancelled_handshakes_are_not_logged(server: ssl.SSLContext, caplog: pytest.LogCaptureFixture) -> None:
    """When the server stops, the clients that are just shaking hands are closed, and nobody is told."""
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener:
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, echo)
            silent = await anyio.connect_tcp("127.0.0.1", listener.extra(SocketAttribute.local_port))
            with anyio.fail_after(5):
                while not listener.statistics().handshaking:
                    await checkpoint()
            tg.cancel_scope.cancel()
        async with silent:
            with pytest.raises(anyio.EndOfStream):
                await silent.receive()
    assert not caplog.records


async def test_errors_that_are_no_exceptions_propagate() -> None:
    client_stream, server_stream = memory_stream_pair()
    with pytest.raises(KeyboardInterrupt):
        await TLSListener.handle_handshake_error(KeyboardInterrupt(), server_stream)
    assert server_stream.closed
    await client_stream.aclose()


class StubbornSocket:
    """A listening socket whose ``accept()`` first does as it is told."""

    def __init__(self, below: socket.socket, *accepts: Callable[[], Any]) -> None:
        self._below = below
        self._accepts = list(accepts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def accept(self) -> Any:
        return self._accepts.pop(0)() if self._accepts else self._below.accept()


class StubbornListener(Wrapper):
    def __init__(self, below: SocketListener, *accepts: Callable[[], Any]) -> None:
        super().__init__(below, Wrapped)
        self._socket: Any = StubbornSocket(below.extra(SocketAttribute.raw_socket), *accepts)

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return {SocketAttribute.raw_socket: lambda: self._socket}


def failing(error: int) -> Callable[[], Any]:
    def accept() -> Any:
        raise OSError(error, errno.errorcode[error])

    return accept


@pytest.fixture
def stubborn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make ``accept()`` of a listener do other things first."""

    def make(listener: TLSListener, *accepts: Callable[[], Any]) -> None:
        original = listener._accept_all

        async def accept_all(below: SocketListener, *args: Any) -> None:
            await original(StubbornListener(below, *accepts), *args)

        monkeypatch.setattr(listener, "_accept_all", accept_all)

    return make


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("error", [errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS], ids=errno.errorcode.get)
async def test_out_of_descriptors(
    error: int,
    stubborn: Callable[..., None],
    server: ssl.SSLContext,
    client: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The server pauses, says so, and goes on: the client that waits is served."""
    monkeypatch.setattr(_admission, "EXHAUSTED_SECONDS", 0.01)
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        stubborn(listener, failing(error))
        tg.start_soon(listener.serve, echo)
        port = listener.extra(SocketAttribute.local_port)
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            await check_echo(stream)
        tg.cancel_scope.cancel()
    (record,) = caplog.records
    assert record.name == "anyio_tls"
    assert errno.errorcode[error] in record.getMessage()


def accept_unconnected() -> Any:
    return socket.socket(), None


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param(failing(errno.EAGAIN), id="EAGAIN"),
        pytest.param(failing(errno.ECONNABORTED), id="ECONNABORTED"),
        pytest.param(failing(errno.ECONNRESET), id="ECONNRESET"),
        pytest.param(failing(errno.EPROTO), id="EPROTO"),
        pytest.param(failing(errno.ETIMEDOUT), id="ETIMEDOUT"),
        pytest.param(failing(errno.EOPNOTSUPP), id="EOPNOTSUPP"),
        pytest.param(failing(errno.ENETUNREACH), id="ENETUNREACH"),
        pytest.param(failing(errno.EHOSTUNREACH), id="EHOSTUNREACH"),
        pytest.param(accept_unconnected, id="not connected"),
    ],
)
async def test_gone_before_accept(
    accept: Callable[[], Any],
    stubborn: Callable[..., None],
    server: ssl.SSLContext,
    client: ssl.SSLContext,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody is told, and the next is accepted."""
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        stubborn(listener, accept)
        tg.start_soon(listener.serve, echo)
        port = listener.extra(SocketAttribute.local_port)
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            await check_echo(stream)
        tg.cancel_scope.cancel()
    assert not caplog.records


async def test_reset_before_accept(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """A client that is gone when we come to accept it."""
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        port = listener.extra(SocketAttribute.local_port)
        with socket.create_connection(("127.0.0.1", port)) as hasty:
            hasty.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        tg.start_soon(listener.serve, echo)
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            await check_echo(stream)
        tg.cancel_scope.cancel()


async def test_accept_fails_otherwise(stubborn: Callable[..., None], server: ssl.SSLContext) -> None:
    """What is nobody's fault but ours is told."""
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener:
        stubborn(listener, failing(errno.EINVAL))
        with socket.create_connection(("127.0.0.1", listener.extra(SocketAttribute.local_port))):
            with pytest.RaisesGroup(OSError, flatten_subgroups=True) as caught:
                await listener.serve(echo)
    assert [getattr(error, "errno", None) for error in flatten(caught.value)] == [errno.EINVAL]


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("how", ["room", "closed", "cancelled"])
async def test_accepted_when_another_listener_has_taken_the_place(
    how: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """It was already waiting for a connection. That one waits for a place, and is closed if the listener ends."""
    admission = Admission(max_connections=1)
    listeners = [await create_tls_listener(server, local_host="127.0.0.1", admission=admission) for _ in range(2)]
    one, other = (listener.extra(SocketAttribute.local_port) for listener in listeners)
    async with listeners[0], listeners[1], anyio.create_task_group() as tg:

        async def serve(listener: TLSListener) -> None:
            with contextlib.suppress(anyio.ClosedResourceError):
                await listener.serve(echo, tg)

        for listener in listeners:
            tg.start_soon(serve, listener)
        await let_others_run()
        first = await connect_tls("127.0.0.1", one, ssl_context=client)
        second = await connect_tcp("127.0.0.1", other)
        await check_echo(first)
        assert admission.statistics().accepted == 1
        if how == "room":
            await first.aclose()
            async with await TLSStream.wrap(second, hostname="127.0.0.1", ssl_context=client) as stream:
                await check_echo(stream)
        elif how == "closed":
            await listeners[1].aclose()
            with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
                await second.receive()
            await check_echo(first)
        tg.cancel_scope.cancel()
    with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)):
        await second.receive()
    for left in (first, second):
        await anyio.aclose_forcefully(left)


@pytest.mark.guarantee("G15")
async def test_more_clients_than_are_accepted_at_once(server: ssl.SSLContext) -> None:
    async with (
        await create_tls_listener(server, local_host="127.0.0.1") as listener,
        contextlib.AsyncExitStack() as stack,
    ):
        port = listener.extra(SocketAttribute.local_port)
        for _ in range(BURST + 2):
            await stack.enter_async_context(await connect_tcp("127.0.0.1", port))
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, echo)
            with anyio.fail_after(5):
                while listener.statistics().accepted < BURST + 2:
                    await checkpoint()
            tg.cancel_scope.cancel()


def skip_without_registration() -> None:
    if not (running_on_asyncio() and can_watch()):
        pytest.skip("on Trio, and where a thread waits for sockets, there is no registration")


def acceptor_of(listening: socket.socket) -> _RegisteredAcceptor:
    skip_without_registration()
    acceptor = acceptor_for(listening)
    assert isinstance(acceptor, _RegisteredAcceptor)
    return acceptor


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        sock.setblocking(False)
        yield sock


async def test_cancelled_with_an_accepted_connection(listening: socket.socket) -> None:
    """It was accepted for a task that does not run any more, and is closed."""
    acceptor = acceptor_of(listening)
    task = asyncio.ensure_future(acceptor.accept())
    await let_others_run()
    with socket.create_connection(listening.getsockname()) as connection:
        acceptor._on_readable()  # as the event loop does
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert connection.recv(1) == b""
    acceptor.close()


async def test_there_was_no_acceptor(listening: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """To look what the event loop can do takes a descriptor. Without one, the socket is left free."""
    with monkeypatch.context() as patch:
        error = OSError(errno.EMFILE, "Too many open files")
        patch.setattr("anyio_tls._acceptor.running_on_asyncio", raising_at_once(error))
        with pytest.raises(OSError, match="Too many"):
            acceptor_for(listening)
    acceptor_for(listening).close()


async def test_nobody_waits_for_a_connection(listening: socket.socket) -> None:
    """As when there is no place: the event loop is left in peace, and the connection stays where it is."""
    acceptor = acceptor_of(listening)
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(socket.create_connection(listening.getsockname()))
        for is_registered in (False, True):
            connection, _ = await acceptor.accept()
            stack.enter_context(connection)
            await let_others_run()
            assert (acceptor._descriptor is not None) is is_registered
    acceptor.close()


async def test_serving_that_is_cancelled_ends_its_registration(
    server: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    skip_without_registration()
    acceptors: list[_RegisteredAcceptor] = []

    def make(listening: socket.socket) -> _RegisteredAcceptor:
        acceptors.append(acceptor_of(listening))
        return acceptors[-1]

    monkeypatch.setattr("anyio_tls._listener.acceptor_for", make)
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        await let_others_run()
        assert [acceptor._descriptor is None for acceptor in acceptors] == [False]
        tg.cancel_scope.cancel()
    assert [acceptor._descriptor for acceptor in acceptors] == [None]
    assert not listener._acceptors


@pytest.mark.guarantee("G11")
async def test_two_tasks_serve(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The second is refused, and takes nothing from the first: the reader registration is the socket's."""
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        await let_others_run()
        with pytest.raises(anyio.BusyResourceError):
            await listener.serve(echo, tg)
        async with await connect_tls(
            "127.0.0.1", listener.extra(SocketAttribute.local_port), ssl_context=client
        ) as stream:
            await check_echo(stream)
        tg.cancel_scope.cancel()


# ---- closing ----


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("sockets", [1, 2])
async def test_close_while_serving(sockets: int, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """serve() gets the closed error, later calls too; a connection in a task group of its own lives on."""
    below = [await anyio.create_tcp_listener(local_host="127.0.0.1") for _ in range(sockets)]
    port = below[-1].extra(SocketAttribute.local_port)
    listener = TLSListener(MultiListener(below), server)
    outcome: list[BaseException] = []

    async def serve() -> None:
        try:
            await listener.serve(echo, tg)
        except Exception as exc:
            outcome.extend(flatten(exc))

    async with anyio.create_task_group() as tg:
        tg.start_soon(serve)
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            await let_others_run()  # until all of them are waiting
            await listener.aclose()
            await let_others_run()
            assert outcome
            assert {type(error) for error in outcome} == {anyio.ClosedResourceError}
            await check_echo(stream)
    await listener.aclose()
    outcome.clear()
    await serve()
    assert {type(error) for error in outcome} == {anyio.ClosedResourceError}
    with pytest.raises(OSError, match=r"(?i)connect"):
        await connect_tls("127.0.0.1", port, ssl_context=client)


@pytest.mark.guarantee("G7")
async def test_close_during_accept(stubborn: Callable[..., None], server: ssl.SSLContext) -> None:
    """Whatever accept() says then."""
    listener = await create_tls_listener(server, local_host="127.0.0.1")

    def accept() -> Any:
        listener._closed = True
        raise OSError(errno.EBADF, "EBADF")

    stubborn(listener, accept)
    async with listener, anyio.create_task_group() as handlers:
        with socket.create_connection(("127.0.0.1", listener.extra(SocketAttribute.local_port))):
            with pytest.raises(anyio.ClosedResourceError):
                await listener.serve(echo, handlers)


async def test_close_over_a_foreign_listener(server: ssl.SSLContext) -> None:
    below = MemoryListener()
    listener = TLSListener(below, server)
    await listener.aclose()
    with pytest.raises(anyio.ClosedResourceError):
        await below.connect()


@pytest.mark.guarantee("G7")
async def test_a_handler_that_has_unwrapped_is_cancelled(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The stream below is closed for it, though there is no TLS over it any more."""
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        unwrapped = anyio.Event()

        async def handler(stream: TLSStream) -> None:
            await stream.unwrap()
            unwrapped.set()
            await anyio.Event().wait()

        tg.start_soon(listener.serve, handler, tg)
        stream = await connect_tls("localhost", listener.extra(SocketAttribute.local_port), ssl_context=client)
        below, _ = await stream.unwrap()
        await unwrapped.wait()
        tg.cancel_scope.cancel()
    with pytest.raises(anyio.EndOfStream):
        await below.receive()
    await below.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("how", ["cancelled", "shut down"])
async def test_cut_off_while_another_process_has_the_socket(
    how: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """One that was forked meanwhile has a copy of the descriptor, and would keep the peer from the end."""
    copies: list[socket.socket] = []

    async def handler(stream: TLSStream) -> None:
        copies.append(stream.extra(SocketAttribute.raw_socket).dup())
        await anyio.Event().wait()

    async with await create_tls_listener(server, local_host="127.0.0.1") as listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, handler, tg)
        stream = await connect_tls("localhost", listener.extra(SocketAttribute.local_port), ssl_context=client)
        while not copies:
            await checkpoint()
        if how == "shut down":
            await listener.shut_down(0)
        tg.cancel_scope.cancel()
    with pytest.raises(TruncatedError):
        await stream.receive()
    await stream.aclose()
    copies[0].close()


# ---- Trio's listeners ----


async def trio_echo(stream: trio_face.TLSStream[Any]) -> None:
    async with stream:
        async for data in stream:
            await stream.send_all(data)


def port_of(listener: trio_face.TLSListener) -> int:
    below = listener.transport_listener
    assert isinstance(below, trio.SocketListener)
    port: int = below.socket.getsockname()[1]
    return port


@on_trio
async def test_open_tls_over_tcp_listeners(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Each accepts; the handshake is the handler's, and the listener's end is not that of its connections."""
    (listener,) = await trio_face.open_tls_over_tcp_listeners(
        0, server, host="127.0.0.1", https_compatible=True, backlog=5
    )
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, trio_echo, [listener])
        async with await connect_tls("127.0.0.1", port_of(listener), ssl_context=client) as stream:
            await check_echo(stream)
        nursery.cancel_scope.cancel()
    with trio.CancelScope() as scope:
        scope.cancel()
        await listener.accept()
    assert scope.cancelled_caught
    await listener.aclose()
    with pytest.raises(trio.ClosedResourceError):
        await listener.accept()


@pytest.mark.guarantee("G14")
@on_trio
@pytest.mark.parametrize("given", [False, True])
async def test_serve_tls_over_tcp(given: bool, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """It tells its listeners when it has them; the handlers run in the nursery that it is given."""
    async with trio.open_nursery() as handlers, trio.open_nursery() as nursery:
        listeners: list[trio_face.TLSListener] = await nursery.start(
            partial(
                trio_face.serve_tls_over_tcp,
                trio_echo,
                0,
                server,
                host="127.0.0.1",
                handler_nursery=handlers if given else None,
            )
        )
        assert [type(listener) for listener in listeners] == [trio_face.TLSListener]
        async with await connect_tls("127.0.0.1", port_of(listeners[0]), ssl_context=client) as stream:
            await check_echo(stream)
            assert bool(handlers.child_tasks) is given
        nursery.cancel_scope.cancel()


@pytest.fixture
def clock() -> trio.abc.Clock:
    """Time that passes only where everybody waits."""
    return trio.testing.MockClock(autojump_threshold=0.01)


@pytest.mark.guarantee("G15")
def test_a_silent_client_of_trios_is_sent_away(server: ssl.SSLContext, clock: trio.abc.Clock) -> None:
    """When its time is up, every call of the handler's fails, with what a handler catches."""
    errors: list[trio.BrokenResourceError] = []
    began: list[float] = []

    async def handler(stream: trio_face.TLSStream[Any]) -> None:
        began.append(trio.current_time())
        async with stream:
            for call in (stream.do_handshake, stream.receive_some, stream.do_handshake):
                try:
                    await call()
                except trio.BrokenResourceError as exc:
                    errors.append(exc)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            (listener,) = await nursery.start(
                partial(trio_face.serve_tls_over_tcp, handler, 0, server, host="127.0.0.1", handshake_timeout=7)
            )
            async with await trio.open_tcp_stream("127.0.0.1", port_of(listener)) as silent:
                assert await silent.receive_some() == b""
            assert trio.current_time() - began[0] == pytest.approx(7, abs=0.5)
            nursery.cancel_scope.cancel()

    trio.run(main, clock=clock)
    assert [type(error) for error in errors] == [trio_face.HandshakeTimeoutError] * 3
    (message,) = {str(error) for error in errors}
    assert re.fullmatch(r"TLS handshake with 127\.0\.0\.1 port \d+ failed: it took more than 7 s", message)


@pytest.mark.guarantee("G15")
def test_the_time_of_a_handshake_is_not_that_of_what_follows(
    server: ssl.SSLContext, client: ssl.SSLContext, clock: trio.abc.Clock
) -> None:
    async def main() -> None:
        below = trio.testing.memory_stream_pair()
        streams = [
            trio_face.TLSStream(below[0], client, server_hostname="localhost", handshake_timeout=5),
            trio_face.TLSStream(below[1], server, server_side=True, handshake_timeout=5),
        ]
        async with streams[0], streams[1]:
            async with trio.open_nursery() as nursery:
                for stream in streams:
                    nursery.start_soon(stream.do_handshake)
            await trio.sleep(10)
            await streams[0].send_all(b"late")
            assert await streams[1].receive_some() == b"late"

    trio.run(main, clock=clock)


@pytest.mark.guarantee("G7")
@on_trio
async def test_accepted_and_refused() -> None:
    """A context that fails does not leave the connection open."""

    class Failing(ssl.SSLObject):
        @classmethod
        def _create(cls, *_: Any, **__: Any) -> ssl.SSLObject:
            raise ZeroDivisionError

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = Failing
    (listener,) = await trio_face.open_tls_over_tcp_listeners(0, context, host="127.0.0.1")
    async with listener, await anyio.connect_tcp("127.0.0.1", port_of(listener)) as connection:
        with pytest.raises(ZeroDivisionError):
            await listener.accept()
        with pytest.raises(anyio.EndOfStream):
            await connection.receive()
