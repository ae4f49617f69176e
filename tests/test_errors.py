"""Errors away from where they were raised: pickled, copied and logged, and after their connection is gone."""

from __future__ import annotations

import copy
import errno
import gc
import multiprocessing
import os
import pickle
import socket
import ssl
import struct
import sys
import weakref
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import resource_tracker
from typing import Any

import anyio
import pytest
from anyio.abc import SocketAttribute

from anyio_tls import (
    CertificateVerificationError,
    HandshakeError,
    NeedHandshakeError,
    SocketStream,
    TLSConnectable,
    TLSError,
    TLSStream,
    TruncatedError,
    UnexpectedDataError,
    WriterTaskStream,
    connect_tls,
    create_tls_listener,
    trio as trio_face,
)
from anyio_tls._errors import forget_frames
from anyio_tls._visitor import name_of_address, name_of_peer
from anyio_tls.testing import CertificateAuthority, memory_stream_pair

from ._pairs import let_others_run, raising, reset as reset_socket, socket_pair, tls_pair
from ._wire import make_engine, shake_hands

ERRORS: list[type[TLSError]] = [
    face_class
    for name in (
        "TLSError",
        "HandshakeError",
        "HandshakeTimeoutError",
        "CertificateVerificationError",
        "TruncatedError",
        "UnexpectedDataError",
    )
    for face_class in (getattr(trio_face, name).__mro__[1], getattr(trio_face, name))
]
DETAILS = ["phase", "fault", "alert", "alert_received", "library", "reason", "errno", "strerror", "args"]

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


class StubbornError(OSError):
    """It can be pickled, but not read again: it wants another argument than its message."""

    def __init__(self, *, device: str) -> None:
        super().__init__(f"{device} is on fire")


def verification_error() -> ssl.SSLCertVerificationError:
    """One of ssl's own."""
    client = make_engine(ssl.create_default_context(), server_side=False)
    server = make_engine(CertificateAuthority().server_context(), server_side=True)
    with pytest.raises(CertificateVerificationError) as caught:
        shake_hands(client, server)
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    return caught.value.__cause__


def through_pickle(protocol: int, error: Any) -> Any:
    return pickle.loads(pickle.dumps(error, protocol))


def ways_to_copy() -> Iterator[Callable[[Any], Any]]:
    yield copy.copy
    yield copy.deepcopy
    for protocol in PROTOCOLS:
        yield partial(through_pickle, protocol)


def told(error: TLSError) -> dict[str, Any]:
    """All that an error tells."""
    return {**vars(error), **{name: getattr(error, name) for name in DETAILS}, "text": str(error), "repr": repr(error)}


# ---- pickles and copies ----


def test_every_class_is_tested() -> None:
    """Those of both faces."""
    assert {f"{error.__module__}.{error.__name__}" for error in ERRORS} == {
        f"{face}.{name}"
        for face in (TLSError.__module__, trio_face.TLSError.__module__)
        for name in (
            "TLSError",
            "HandshakeError",
            "HandshakeTimeoutError",
            "CertificateVerificationError",
            "TruncatedError",
            "UnexpectedDataError",
        )
    }
    assert {TLSError, HandshakeError, CertificateVerificationError, TruncatedError, UnexpectedDataError} < {*ERRORS}


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("error_class", ERRORS, ids=lambda error: f"{error.__module__}.{error.__name__}")
def test_an_error_survives(error_class: type[TLSError]) -> None:
    """With all that it tells."""
    cause = verification_error()
    error = error_class("words", phase="closing", fault="local", alert="unknown_ca", alert_received=True, cause=cause)
    error.note = "somebody's own attribute"  # type: ignore[attr-defined]
    for twin_of in ways_to_copy():
        twin = twin_of(error)
        assert type(twin) is error_class
        assert twin is not error
        assert told(twin) == told(error)
        assert type(twin.__cause__) is type(cause)
        assert vars(twin.__cause__) == vars(cause)
        assert twin.__suppress_context__
    assert copy.copy(error).__cause__ is cause
    if isinstance(error, CertificateVerificationError):
        assert copy.copy(error).verify_message == "unable to get local issuer certificate"


@pytest.mark.guarantee("G9")
def test_an_error_without_a_cause_survives() -> None:
    error = TruncatedError("cut off", phase="reading")
    for twin_of in ways_to_copy():
        assert told(twin_of(error)) == told(error)
        assert twin_of(error).__cause__ is None


@pytest.mark.guarantee("G9")
def test_a_cause_that_does_not_survive_stays_behind() -> None:
    """Whether it cannot be written, or not be read. What it says is in the message."""
    unwritable = OSError("in the way")
    unwritable.lock = lambda: None  # type: ignore[attr-defined]
    for cause in (unwritable, StubbornError(device="lp0")):
        error = TLSError(f"TLS writing failed: {cause}", phase="writing", cause=cause)
        for protocol in PROTOCOLS:
            twin = through_pickle(protocol, error)
            assert told(twin) == told(error)
            assert twin.__cause__ is None
        assert copy.copy(error).__cause__ is cause


@pytest.mark.guarantee("G9")
def test_the_error_of_tls_in_tls_survives() -> None:
    """Whose cause is an error of ours too."""
    inner = TruncatedError("cut off", phase="reading", cause=ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF"))
    outer = trio_face.TLSError("broken", phase="reading", cause=inner)
    twin = pickle.loads(pickle.dumps(outer))
    assert told(twin.__cause__) == told(inner)
    assert repr(twin.__cause__.__cause__) == repr(inner.__cause__)


def test_the_error_before_the_handshake_survives() -> None:
    for error_class in (NeedHandshakeError, trio_face.NeedHandshakeError):
        twin = pickle.loads(pickle.dumps(error_class("not yet")))
        assert (type(twin), twin.args) == (error_class, ("not yet",))


def fail(error: Exception) -> None:
    raise error


@pytest.fixture(scope="module")
def process_pools() -> None:
    """The first of them starts a process that all of them share, and a pipe to it, and both stay."""
    if sys.platform != "win32":
        resource_tracker.ensure_running()


@pytest.mark.guarantee("G9")
@pytest.mark.usefixtures("process_pools")
def test_an_error_leaves_a_process_pool() -> None:
    """As it was raised in the worker."""
    error = CertificateVerificationError("expired", phase="handshake", alert="certificate_expired")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        returned = pool.submit(fail, error).exception(60)
    assert isinstance(returned, CertificateVerificationError)
    assert told(returned) == told(error)


# ---- time limits ----


@pytest.mark.guarantee("G9")
async def test_a_handshake_that_takes_too_long_says_so(ca: CertificateAuthority) -> None:
    """What, how long and with whom: nobody takes it for a time limit of their own."""
    context = ca.client_context()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        words = rf"^the TLS handshake with 127\.0\.0\.1 port {port} took more than 0\.01 s$"
        with pytest.raises(TimeoutError, match=words):
            await connect_tls("127.0.0.1", port, ssl_context=context, handshake_timeout=0.01)
        below = anyio.TCPConnectable("127.0.0.1", port)
        connectable = TLSConnectable(below, ssl_context=context, handshake_timeout=0.01)
        with pytest.raises(TimeoutError, match=words):
            await connectable.connect()


@pytest.mark.guarantee("G9")
async def test_a_handshake_with_somebody_else_says_so(ca: CertificateAuthority) -> None:
    """Over a stream that has no address, it is with whom the caller names."""

    class Somewhere:
        async def connect(self) -> Any:
            return memory_stream_pair()[0]

    for hostname, peer in (("somewhere.example", "somewhere.example"), (None, "the peer")):
        context = ca.client_context()
        context.check_hostname = hostname is not None
        elsewhere = TLSConnectable(Somewhere(), hostname=hostname, ssl_context=context, handshake_timeout=0.01)
        with pytest.raises(TimeoutError, match=rf"^the TLS handshake with {peer} took more than 0\.01 s$"):
            await elsewhere.connect()


@pytest.mark.guarantee("G9")
async def test_a_listeners_handshake_that_takes_too_long_says_so(ca: CertificateAuthority) -> None:
    errors = []
    async with (
        await create_tls_listener(ca.server_context(), local_host="127.0.0.1", handshake_timeout=0.01) as listener,
        anyio.create_task_group() as tg,
    ):

        async def handle(exc: BaseException, stream: Any) -> None:
            errors.append(exc)
            await anyio.aclose_forcefully(stream)
            tg.cancel_scope.cancel()

        listener.handle_handshake_error = handle  # type: ignore[method-assign]
        tg.start_soon(listener.serve, raising(AssertionError("no handshake")))
        with socket.create_connection(("127.0.0.1", listener.extra(SocketAttribute.local_port))) as client:
            peer = f"127\\.0\\.0\\.1 port {client.getsockname()[1]}"
            await anyio.sleep_forever()
    with pytest.raises(TimeoutError, match=rf"^TLS handshake with {peer} failed: it took more than 0\.01 s$"):
        raise errors[0]


async def test_a_listener_names_who_has_an_address() -> None:
    """As far as that can be asked without an error."""
    client, server = socket_pair()
    one, other = socket.socketpair()
    async with SocketStream(client), SocketStream(server) as tcp, SocketStream(one), SocketStream(other) as unix:
        assert name_of_peer(tcp) == f"127.0.0.1 port {client.getsockname()[1]}"
        assert name_of_peer(unix) == "the peer"
    assert name_of_peer(memory_stream_pair()[0]) == "the peer"
    assert [name_of_address(path) for path in ("/run/client", "\0client", b"\0client", "")] == [
        "/run/client",
        "@client",
        "@client",
        "the peer",
    ]


def test_no_client_writes_lines_into_the_log() -> None:
    """It calls its socket whatever it likes, also what no log file can be written with."""
    path = os.fsdecode(b"/run/\xff\nroot: all is well\x1b[0m")
    assert name_of_address(path) == "/run/\\udcff\\nroot: all is well\\x1b[0m"
    assert name_of_address("/run/\u00fcber \u65e5") == "/run/\u00fcber \u65e5"


@pytest.mark.guarantee("G8", "G9")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
async def test_an_unwrap_that_takes_too_long_says_so(server_side: bool, ca: CertificateAuthority) -> None:
    pair = await tls_pair(*memory_stream_pair(), ca.server_context(), ca.client_context())
    peer = "the peer" if server_side else "localhost"
    words = rf"^unwrap\(\): exchanging close_notify with {peer} took more than 0\.01 s$"
    with pytest.raises(TimeoutError, match=words):
        await pair[server_side].unwrap(timeout=0.01)
    for stream in pair:
        await stream.aclose()


async def test_the_callers_time_limit_is_the_callers(ca: CertificateAuthority) -> None:
    """It has no text, so the two cannot be taken for one another."""
    connect = partial(TLSStream.wrap, hostname="localhost", ssl_context=ca.client_context())
    with pytest.raises(TimeoutError, match=r"^$"), anyio.fail_after(0.01):
        await connect(memory_stream_pair()[0])


# ---- what is left of a failed connection ----


def test_frames_are_forgotten() -> None:
    """Those of an error, and of whatever is behind it."""
    try:
        try:
            try:
                raise KeyError
            except KeyError as exc:
                raise ValueError from exc
        except ValueError:
            raise OSError  # noqa: B904 -- one error in the middle of another's
    except OSError as exc:
        error = exc
    forget_frames(error)
    chain = [error, error.__context__, error.__context__ and error.__context__.__cause__]
    assert [type(link) for link in chain] == [OSError, ValueError, KeyError]
    assert not any(link and link.__traceback__ for link in chain)
    forget_frames(None)


@pytest.mark.parametrize("direction", ["fail_reading", "fail_writing"])
def test_an_engine_keeps_no_frames(direction: str, ca: CertificateAuthority) -> None:
    """Of what the transport has raised, how often so ever; but of somebody's mistake they tell where it is."""
    engine = make_engine(ca.client_context(), server_side=False)
    for error in (OSError("first"), OSError(errno.EMFILE, "second"), ZeroDivisionError()):
        try:
            raise error
        except Exception as exc:
            getattr(engine, direction)(exc)
        assert (error.__traceback__ is None) is isinstance(error, OSError)


class Objects:
    """The SSLObjects of contexts that are still there."""

    def __init__(self) -> None:
        self.alive: weakref.WeakSet[ssl.SSLObject] = weakref.WeakSet()

    def watch(self, context: ssl.SSLContext) -> ssl.SSLContext:
        alive = self.alive

        class Watched(ssl.SSLObject):
            def __init__(self) -> None:
                raise TypeError

            @classmethod
            def _create(cls, *args: Any, **options: Any) -> Any:
                ssl_object = super()._create(*args, **options)  # type: ignore[misc]
                alive.add(ssl_object)
                return ssl_object

        context.sslobject_class = Watched
        return context


async def fail_to_verify(port: int, context: ssl.SSLContext) -> None:
    await connect_tls("127.0.0.1", port, hostname="wrong.example", ssl_context=context)


async def say_something_else(port: int, _: ssl.SSLContext) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as stream:
        await stream.send(b"GET / HTTP/1.1\r\n\r\n")
        await stream.receive()


async def leave(port: int, _: ssl.SSLContext) -> None:
    await anyio.aclose_forcefully(await anyio.connect_tcp("127.0.0.1", port))


async def reset(port: int, _: ssl.SSLContext) -> None:
    stream = await anyio.connect_tcp("127.0.0.1", port)
    stream.extra(SocketAttribute.raw_socket).setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await anyio.aclose_forcefully(stream)


async def fail_over_a_foreign_stream(port: int, context: ssl.SSLContext) -> None:
    stream = await anyio.connect_tcp("127.0.0.1", port)
    await TLSStream.wrap(stream, hostname="wrong.example", ssl_context=context)


async def wait_in_vain(_: int, context: ssl.SSLContext) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        await connect_tls("127.0.0.1", silent.getsockname()[1], ssl_context=context, handshake_timeout=0.01)


async def damage_a_record(port: int, context: ssl.SSLContext) -> None:
    async with await connect_tls("127.0.0.1", port, ssl_context=context) as stream:
        stream._driver.engine.outgoing.append(b"no record")
        await stream.send(b"hello")
        await stream.receive()


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    "fault",
    [fail_to_verify, say_something_else, leave, reset, fail_over_a_foreign_stream, wait_in_vain, damage_a_record],
    ids=lambda fault: fault.__name__,
)
async def test_nothing_is_left_of_failed_connections(
    fault: Callable[[int, ssl.SSLContext], Awaitable[None]], ca: CertificateAuthority
) -> None:
    """On neither side, and without the garbage collector: nothing that failed keeps itself alive."""
    client, server = Objects(), Objects()
    client_context = client.watch(ca.client_context())
    failed, failures = anyio.create_memory_object_stream[type[Exception]](1)

    async def handle_handshake_error(exc: BaseException, stream: Any) -> None:
        await anyio.aclose_forcefully(stream)
        if not isinstance(exc, Exception):
            raise exc
        failed.send_nowait(type(exc))

    async def handler(stream: TLSStream) -> None:
        try:
            async with stream:
                await stream.receive()
        except TLSError as exc:
            failed.send_nowait(type(exc))

    gc.disable()
    try:
        async with (
            failed,
            failures,
            await create_tls_listener(server.watch(ca.server_context()), local_host="127.0.0.1") as listener,
            anyio.create_task_group() as tg,
        ):
            listener.handle_handshake_error = handle_handshake_error  # type: ignore[method-assign]
            tg.start_soon(listener.serve, handler)
            for _ in range(10):
                try:
                    await fault(listener.extra(SocketAttribute.local_port), client_context)
                except (OSError, anyio.BrokenResourceError, anyio.EndOfStream):
                    pass
                if fault is not wait_in_vain:
                    assert issubclass(await failures.receive(), TLSError)
            tg.cancel_scope.cancel()
        assert not client.alive
        assert not server.alive
    finally:
        gc.enable()


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("cut", [False, True], ids=["refused", "cut"])
async def test_nothing_is_left_of_tls_in_tls(cut: bool, ca: CertificateAuthority) -> None:
    """Where one error is behind another, and each close meets a peer that is gone already."""
    objects = Objects()
    server_context, client_context = objects.watch(ca.server_context()), objects.watch(ca.client_context())

    async def fail(stream: TLSStream) -> None:
        with pytest.raises((TLSError, anyio.ClosedResourceError)):
            await TLSStream.wrap(
                stream,
                server_side=stream.server_side,
                hostname=None if stream.server_side else "wrong.example",
                ssl_context=server_context if stream.server_side else client_context,
            )

    gc.disable()
    try:
        for _ in range(5):
            below = memory_stream_pair()
            pair = await tls_pair(*below, server_context, client_context)
            async with anyio.create_task_group() as tg:
                for stream in pair:
                    tg.start_soon(fail, stream)
                if cut:
                    await anyio.aclose_forcefully(below[1])
            for stream in pair:
                await stream.aclose()
            del pair, stream
        await anyio.wait_all_tasks_blocked()  # the event loop lets go of tasks that are done only later
        assert not objects.alive
    finally:
        gc.enable()


async def close_and_meet_a_reset(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """While the close waits for the peer, which has not read everything."""
    ours, theirs = socket_pair()
    client, server = await tls_pair(SocketStream(ours), SocketStream(theirs), server_context, client_context)
    with anyio.move_on_after(0.05):
        await server.send(bytes(2**24))
    async with anyio.create_task_group() as tg:
        tg.start_soon(server.aclose)
        await let_others_run()
        reset_socket(ours)
    await client.aclose()


async def close_while_a_task_receives(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    ours, theirs = map(SocketStream, socket_pair())
    client, server = await tls_pair(ours, theirs, server_context, client_context)

    async def receive() -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await server.receive()

    async with anyio.create_task_group() as tg:
        tg.start_soon(receive)
        await let_others_run()
        await server.aclose()
    await client.aclose()


async def break_below_a_writer_task(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    ours, theirs = memory_stream_pair()
    async with anyio.create_task_group() as tg:
        client, server = await tls_pair(WriterTaskStream(ours, tg), theirs, server_context, client_context)
        ours.reset()
        for _ in range(2):
            with suppress(TLSError):
                await client.send(b"x")
                await client.receive()
        await client.aclose()
        await server.aclose()


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("end", [close_and_meet_a_reset, close_while_a_task_receives, break_below_a_writer_task])
async def test_nothing_is_left_of_an_odd_end(
    end: Callable[[ssl.SSLContext, ssl.SSLContext], Awaitable[None]], ca: CertificateAuthority
) -> None:
    objects = Objects()
    server_context, client_context = objects.watch(ca.server_context()), objects.watch(ca.client_context())
    gc.disable()
    try:
        for _ in range(5):
            await end(server_context, client_context)
        await let_others_run()
        assert not objects.alive
    finally:
        gc.enable()
