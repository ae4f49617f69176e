"""Contexts: the default one, which is made once, and those that are not ssl's, whatever they do."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import anyio
import anyio.from_thread
import pytest
import trio
from anyio import to_thread
from anyio.abc import SocketStream as AnyIOSocketStream

from anyio_tls import (
    CertificateVerificationError,
    SocketStream,
    SSLContextLike,
    TLSConnectable,
    TLSStream,
    _contexts,
    connect_tls,
    trio as trio_face,
)
from anyio_tls._contexts import workspace_of_event_loop
from anyio_tls._event_loop import running_on_trio
from anyio_tls._trio._errors import ERRORS as TRIO_ERRORS
from anyio_tls.testing import CertificateAuthority, memory_stream_pair

from ._marks import on_trio
from ._package import python
from ._pairs import pair_over, socket_pair
from ._servers import served


@pytest.fixture(scope="module")
def server(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.server_context()


@pytest.fixture(scope="module")
def client(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


@pytest.fixture(autouse=True)
def no_turns_left() -> Iterator[None]:
    yield
    assert not _contexts._turns._locks


async def wrap(context: SSLContextLike | None, streams: list[Any] | None = None) -> None:
    """Wrap a stream whose peer says nothing: for ever, once the context has been called."""
    below, _ = memory_stream_pair()
    if streams is not None:
        streams.append(below)
    await TLSStream.wrap(below, hostname="localhost", ssl_context=context)


# ---- the default context ----


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """In which threads the system's authorities were loaded."""
    threads: list[int] = []
    load = ssl.SSLContext.load_default_certs

    def load_default_certs(context: ssl.SSLContext, *args: Any) -> None:
        threads.append(threading.get_ident())
        load(context, *args)

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", load_default_certs)
    return threads


def load_first(monkeypatch: pytest.MonkeyPatch, function: Callable[[], object]) -> None:
    """Call a function whenever the system's authorities are to be loaded."""
    load = ssl.SSLContext.load_default_certs

    def load_default_certs(context: ssl.SSLContext, *args: Any) -> None:
        function()
        load(context, *args)

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", load_default_certs)


@pytest.mark.usefixtures("trusted")
@pytest.mark.guarantee("G15")
async def test_default_context(server: ssl.SSLContext) -> None:
    """It trusts the system's authorities, of which OpenSSL can be told otherwise, and checks the name."""
    async with served(server) as port:
        async with await connect_tls("localhost", port) as stream:
            assert stream.context.check_hostname
            assert stream.context.minimum_version is ssl.TLSVersion.TLSv1_2
            assert stream.context.options & ssl.OP_NO_RENEGOTIATION
        with pytest.raises(CertificateVerificationError):
            await connect_tls("127.0.0.1", port, hostname="wrong.example")


@pytest.mark.usefixtures("trusted")
@pytest.mark.guarantee("G13")
async def test_default_context_is_made_once(server: ssl.SSLContext, loads: list[int]) -> None:
    """Not in the event loop's thread, for whoever comes first, and it is the same for all."""
    streams: list[Any] = []

    async def connect() -> None:
        streams.append(await connect_tls("localhost", port))

    async with served(server) as port:
        async with anyio.create_task_group() as tg:
            for _ in range(3):
                tg.start_soon(connect)
        streams.append(await TLSConnectable(anyio.TCPConnectable("localhost", port)).connect())
        below = await anyio.connect_tcp("localhost", port)
        streams.append(await TLSStream.wrap(below, hostname="localhost"))
        if running_on_trio():
            streams.append(await trio_face.open_tls_over_tcp_stream("localhost", port))
        assert len({id(stream.context) for stream in streams}) == 1
        for stream in streams:
            await stream.aclose()
    assert len(loads) == 1
    assert threading.get_ident() not in loads


@pytest.mark.usefixtures("trusted")
def test_default_context_of_many_event_loops(loads: list[int]) -> None:
    made: list[SSLContextLike] = []

    def run(backend: str) -> None:
        made.append(anyio.run(_contexts.client_context, None, backend=backend))

    threads = [threading.Thread(target=run, args=[backend]) for backend in ("asyncio", "trio", "asyncio", "trio")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(threads)
    assert len({id(context) for context in made}) == len(loads) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_default_context_of_a_forked_process() -> None:
    """The thread that was making it, and what it held, stay behind."""
    code = """if True:
        import os, signal, ssl, threading, warnings
        from anyio_tls._contexts import default_client_context

        def load_default_certs(*_):
            making.set()
            go_on.wait()

        warnings.simplefilter("ignore")  # Python warns of forks where there are threads
        making, go_on = threading.Event(), threading.Event()
        ssl.SSLContext.load_default_certs = load_default_certs
        thread = threading.Thread(target=default_client_context)
        thread.start()
        making.wait()
        pid = os.fork()
        if not pid:
            signal.alarm(20)
            go_on.set()
            default_client_context()
            os._exit(0)
        go_on.set()
        thread.join()
        print(os.waitpid(pid, 0)[1])
    """
    assert python(code) == "0\n"


@pytest.mark.usefixtures("trusted")
@on_trio
async def test_sessions_of_the_default_context(server: ssl.SSLContext) -> None:
    """They can be resumed, since the next connection has the same context."""
    async with served(server) as port:
        async with await trio_face.open_tls_over_tcp_stream("localhost", port) as first:
            assert await first.receive_some()
            session = first.session
            assert session is not None
        async with await trio_face.open_tls_over_tcp_stream("localhost", port) as second:
            second.session = session
            await second.do_handshake()
            assert second.session_reused


@pytest.mark.usefixtures("trusted")
@pytest.mark.guarantee("G4", "G7")
async def test_cancelled_while_the_default_context_is_made(loads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream is closed, and the context is made all the same."""
    streams: list[Any] = []
    with anyio.CancelScope() as scope:
        load_first(monkeypatch, lambda: anyio.from_thread.run_sync(scope.cancel))
        await wrap(None, streams)
    assert scope.cancelled_caught
    assert streams[0].closed
    await _contexts.client_context(None)
    assert len(loads) == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.guarantee("G4", "G7")
async def test_default_context_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left open, and the next connection tries again."""
    streams: list[Any] = []
    with monkeypatch.context() as patch:
        load_first(patch, fail)
        with pytest.raises(ZeroDivisionError):
            await wrap(None, streams)
        with pytest.raises(ZeroDivisionError):
            await connect_tls("localhost", 443)
    assert streams[0].closed
    assert isinstance(await _contexts.client_context(None), ssl.SSLContext)


# ---- contexts that are not ssl.SSLContext ----


class Foreign:
    """A context with nothing but ``wrap_bio()``, which may block; ``before`` is called in it first."""

    def __init__(self, context: ssl.SSLContext, before: Callable[[], object] = int) -> None:
        self._context = context
        self._before = before
        self.thread: int | None = None

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        self.thread = threading.get_ident()
        self._before()
        return self._context.wrap_bio(*args, **options)


@pytest.mark.guarantee("G15")
async def test_a_context_that_does_not_say_whether_it_checks_names(ca: CertificateAuthority) -> None:
    """It counts as one that does, so a client needs a name."""
    stream, _ = memory_stream_pair()
    foreign = Foreign(ca.client_context())
    with pytest.raises(ValueError, match="hostname is required"):
        await TLSStream.wrap(stream, server_side=False, ssl_context=foreign)
    foreign.check_hostname = False  # type: ignore[attr-defined]
    with anyio.move_on_after(0.01):
        await TLSStream.wrap(stream, server_side=False, ssl_context=foreign)
    assert foreign.thread is not None


class Slow(Foreign):
    """A context whose ``wrap_bio()`` waits until it is released."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(context, self.wait)
        self.entered = threading.Event()
        self.released = threading.Event()
        self.left = threading.Semaphore(0)
        self.callers = self.most = self.calls = 0

    def wait(self) -> None:
        self.calls += 1
        self.callers += 1
        self.most = max(self.most, self.callers)
        self.entered.set()
        self.released.wait()
        self.callers -= 1
        self.left.release()


class Eager(Foreign):
    """A context that begins the handshake as it wraps; ``after`` is called when it has."""

    def __init__(self, context: ssl.SSLContext, after: Callable[[], object] = int) -> None:
        super().__init__(context)
        self._after = after

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        ssl_object = super().wrap_bio(*args, **options)
        with suppress(ssl.SSLWantReadError):
            ssl_object.do_handshake()
        self._after()
        return ssl_object


def fail() -> None:
    raise ZeroDivisionError


async def test_foreign_context(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """It runs in a worker thread."""
    context = Foreign(client)
    async with served(server) as port, await connect_tls("localhost", port, ssl_context=context) as stream:
        assert stream.context is client
        assert await stream.receive() == b"127.0.0.1"
    assert context.thread not in {None, threading.get_ident()}


async def test_truststore(server: ssl.SSLContext) -> None:
    truststore = pytest.importorskip("truststore")
    async with served(server) as port:
        with pytest.raises(CertificateVerificationError):
            await connect_tls("localhost", port, ssl_context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


class Subclass(ssl.SSLContext):
    """Treated like ssl's own."""


class Overriding(ssl.SSLContext):
    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        return super().wrap_bio(*args, **options)


class Uncooperative:
    """It can be neither hashed nor referred to weakly."""

    __slots__ = ("_context",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def __eq__(self, other: object) -> bool:
        return True

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        return self._context.wrap_bio(*args, **options)


def bound(context: ssl.SSLContext) -> ssl.SSLContext:
    """A context that wraps with another argument."""
    context.wrap_bio = partial(context.wrap_bio, session=None)  # type: ignore[method-assign]
    return context


@pytest.mark.guarantee("G10")
async def test_who_shares_a_workspace(ca: CertificateAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whose wrap_bio() is ssl's own, whatever class ssl.SSLContext is just now."""

    async def shares(context: SSLContextLike) -> bool:
        engine = await _contexts.make_engine_off_loop(context, workspace_of_event_loop(), **arguments)
        return engine._workspace is workspace_of_event_loop()

    arguments: Any = {"server_side": False, "server_hostname": "localhost", "standard_compatible": True}
    arguments["errors"] = TRIO_ERRORS
    context = ca.client_context()
    overriding = Overriding(ssl.PROTOCOL_TLS_CLIENT)
    sharing = [context, bound(ca.client_context()), Subclass(ssl.PROTOCOL_TLS_CLIENT)]
    for _ in range(2):
        for each in sharing:
            assert await shares(each)
        for other in (overriding, Foreign(context), Uncooperative(context)):
            assert not await shares(other)
        monkeypatch.setattr(ssl, "SSLContext", Overriding)


@pytest.mark.guarantee("G4", "G7")
async def test_foreign_context_fails(client: ssl.SSLContext) -> None:
    """Nothing is left open."""
    streams: list[Any] = []
    with pytest.raises(ZeroDivisionError):
        await wrap(Foreign(client, fail), streams)
    assert streams[0].closed
    first, second = socket_pair()
    async with SocketStream(second) as peer:
        stream = await AnyIOSocketStream.from_socket(first)
        with pytest.raises(ZeroDivisionError):
            await TLSStream.wrap(stream, hostname="localhost", ssl_context=Foreign(client, fail))
        with pytest.raises(anyio.EndOfStream):
            await peer.receive()


@pytest.mark.guarantee("G4", "G7")
@pytest.mark.parametrize("when", ["before", "in the thread"])
@pytest.mark.parametrize("waits", [False, True])
async def test_cancelled_with_a_foreign_context(when: str, waits: bool, client: ssl.SSLContext) -> None:
    """The thread cannot be stopped, but afterwards the stream is closed, whether that waits or not."""
    below, _ = memory_stream_pair()
    close = below.aclose

    async def aclose() -> None:
        with anyio.CancelScope(shield=not waits):
            await close()

    below.aclose = aclose  # type: ignore[method-assign]
    with anyio.CancelScope() as scope:

        def cancel() -> None:
            anyio.from_thread.run_sync(scope.cancel)

        if when == "before":
            scope.cancel()
        await TLSStream.wrap(below, hostname="localhost", ssl_context=Foreign(client, cancel))
    assert scope.cancelled_caught
    assert below.closed


@pytest.mark.guarantee("G4", "G7")
async def test_refused_after_connecting(client: ssl.SSLContext) -> None:
    """What only the context can refuse is refused when there is a connection already, which is closed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        context = Foreign(client, fail)
        with pytest.raises(ZeroDivisionError):
            await connect_tls("127.0.0.1", port, ssl_context=context)
        with pytest.raises(ZeroDivisionError):
            await TLSConnectable(anyio.TCPConnectable("127.0.0.1", port), ssl_context=context).connect()
        if running_on_trio():
            with pytest.raises(ZeroDivisionError):
                await trio_face.open_tls_over_tcp_stream("127.0.0.1", port, ssl_context=context)
        for _ in range(3 if running_on_trio() else 2):
            async with SocketStream(listening.accept()[0]) as accepted:
                with pytest.raises(anyio.EndOfStream):
                    await accepted.receive()


@on_trio
async def test_trio_foreign_context(client: ssl.SSLContext) -> None:
    """A constructor that fails leaves the stream as it was, and no descriptor behind."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    async with trio.SocketStream(trio.socket.from_stdlib_socket(ours)) as below:
        with theirs, pytest.raises(ZeroDivisionError):
            trio_face.TLSStream(below, Foreign(client, fail), server_hostname="localhost")
        assert below.socket.fileno() >= 0
        stream = trio_face.TLSStream(below, Foreign(client), server_hostname="localhost")
        assert stream.context is client
        await stream.aclose()


# ---- a context that writes as it wraps ----


@pytest.mark.guarantee("G2", "G4")
async def test_eager_context(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """What it writes leaves, and disturbs nobody: here others talk before its thread is done."""
    wrote, talked = threading.Event(), threading.Event()

    def wait() -> None:
        wrote.set()
        talked.wait()

    async def talk() -> None:
        await to_thread.run_sync(wrote.wait)
        for _ in range(3):
            for one, other in ((neighbour, its_peer), (its_peer, neighbour)):
                await one.send(b"hello")
                assert await other.receive() == b"hello"
        talked.set()

    async with pair_over("socket", server_context, client_context) as (neighbour, its_peer):
        async with anyio.create_task_group() as tg:
            tg.start_soon(talk)
            async with pair_over("socket", server_context, Eager(client_context, wait)) as (eager, peer):  # type: ignore[arg-type]
                await eager.send(b"hello")
                assert await peer.receive() == b"hello"
                await peer.send(b"hello")
                assert await eager.receive() == b"hello"


@on_trio
async def test_trio_eager_context(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    ours, theirs = memory_stream_pair()
    client = trio_face.TLSStream(ours, Eager(client_context), server_hostname="localhost")
    server = trio_face.TLSStream(theirs, server_context, server_side=True)
    async with client, server, trio.open_nursery() as nursery:
        nursery.start_soon(client.send_all, b"hello")
        assert await server.receive_some() == b"hello"


# ---- one at a time ----


@pytest.mark.guarantee("G13")
async def test_one_call_at_a_time(client: ssl.SSLContext) -> None:
    """For each context. Other contexts are not delayed, and a task that waits for its turn can be cancelled."""
    slow, other = Slow(client), Slow(client)
    cancelled, waiting = anyio.CancelScope(), anyio.Event()
    streams: list[Any] = []

    async def wrap_and_be_cancelled() -> None:
        with cancelled:
            waiting.set()
            await wrap(slow, streams)

    async with anyio.create_task_group() as tg:
        for _ in range(3):
            tg.start_soon(wrap, slow)
        await to_thread.run_sync(slow.entered.wait)
        tg.start_soon(wrap_and_be_cancelled)
        await waiting.wait()
        await anyio.wait_all_tasks_blocked()
        cancelled.cancel()
        tg.start_soon(wrap, other)
        await to_thread.run_sync(other.entered.wait)
        await anyio.wait_all_tasks_blocked()
        assert cancelled.cancelled_caught
        assert streams[0].closed
        assert slow.calls == 1
        slow.released.set()
        other.released.set()
        for _ in range(3):
            await to_thread.run_sync(slow.left.acquire)
        tg.cancel_scope.cancel()
    assert slow.calls == 3
    assert slow.most == 1
    assert not _contexts._threads.get().turns._locks


class Telling:
    """A lock that tells when somebody has to wait for it."""

    waited = threading.Event()

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self.waited.set()
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.mark.parametrize("in_constructor", [False, pytest.param(True, marks=on_trio)])
async def test_one_call_at_a_time_for_all_event_loops(
    in_constructor: bool, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where Trio's constructor makes it, which blocks."""
    slow = Slow(client)
    monkeypatch.setattr(Telling, "waited", threading.Event())
    monkeypatch.setattr(_contexts._turns, "_make_lock", Telling)

    async def make() -> None:
        await _contexts.make_engine_off_loop(slow, workspace_of_event_loop(), **arguments)

    def release() -> None:
        Telling.waited.wait()
        assert slow.callers == 1
        slow.released.set()

    arguments: Any = {"server_side": False, "server_hostname": "localhost", "standard_compatible": True}
    arguments["errors"] = TRIO_ERRORS
    async with anyio.create_task_group() as tg:
        tg.start_soon(partial(to_thread.run_sync, partial(anyio.run, make)))
        await to_thread.run_sync(slow.entered.wait)
        tg.start_soon(to_thread.run_sync, release)
        if in_constructor:
            await anyio.wait_all_tasks_blocked()
            below, _ = memory_stream_pair()
            trio_face.TLSStream(below, slow, server_hostname="localhost")
        else:
            await make()
    assert slow.calls == 2
    assert slow.most == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.guarantee("G13")
async def test_threads_of_its_own(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """All worker threads of AnyIO's default limiter may be occupied."""
    limiter = to_thread.current_default_thread_limiter()
    total = limiter.total_tokens
    limiter.total_tokens = 1
    try:
        async with limiter:
            await _contexts.client_context(None)
            async with pair_over("socket", Foreign(server), Foreign(client)):  # type: ignore[arg-type]
                pass
    finally:
        limiter.total_tokens = total


# ---- Python code in the middle of OpenSSL's work ----


@pytest.mark.guarantee("G1", "G2", "G4")
async def test_a_callback_uses_another_stream(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, ca: CertificateAuthority
) -> None:
    """As it can where tasks start eagerly, for instance."""

    def log(*_: object) -> None:
        line = logger.send(b"a line")
        with suppress(StopIteration):
            line.send(None)
        line.close()  # it may have let others run first

    calling = ca.server_context()
    calling._msg_callback = log  # type: ignore[attr-defined]
    async with pair_over("socket", server_context, client_context) as (logger, log_reader):
        async with pair_over("socket", calling, client_context) as (one, other):
            for data in (bytes(100_000), b"hello"):
                await one.send(data)
                received = b""
                while len(received) < len(data):
                    received += await other.receive()
                assert received == data
        lines = b""
        while len(lines) < logger.bytes_sent:
            lines += await log_reader.receive()
        assert len(lines) > 100
        assert lines == len(lines) // 6 * b"a line"
