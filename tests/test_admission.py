"""Admission to a server: contexts chosen by the ClientHello, limits, proxies, plain HTTP, statistics and shutdown."""

from __future__ import annotations

import asyncio
import errno
import gc
import http.client
import logging
import os
import socket
import ssl
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from functools import partial
from itertools import pairwise
from typing import Any
from unittest.mock import Mock

import anyio
import pytest
import trio
import trio.testing
from anyio import to_thread
from anyio.abc import SocketAttribute, TaskGroup
from anyio.lowlevel import checkpoint

from anyio_tls import (
    Admission,
    ClientHello,
    HandshakeTimeoutError,
    Refusal,
    SocketStream,
    TLSError,
    TLSListener,
    TLSStream,
    TruncatedError,
    Visitor,
    _admission,
    _turns,
    connect_tcp,
    connect_tls,
    create_tls_listener,
    trio as trio_face,
)
from anyio_tls._admission import GOODBYES_IN_A_ROW, PATIENCE_SECONDS, door_of
from anyio_tls._closing import SILENCE_SECONDS
from anyio_tls._errors import ErrorClasses
from anyio_tls._stream import ERRORS, wrap_checked
from anyio_tls._visitor import Guest
from anyio_tls.testing import Certificate, CertificateAuthority, MemoryStream, memory_stream_pair

from ._link import Connection
from ._marks import on_trio
from ._pairs import Awaits, let_others_run, raising_at_once, reset
from .conftest import BACKENDS

Handler = Callable[[Any], Awaitable[None]]


@pytest.fixture(scope="module", params=["AnyIO's face", "Trio's face"])
def face(request: pytest.FixtureRequest, anyio_backend: tuple[str, dict[str, Any]]) -> str:
    if request.param == "Trio's face" and anyio_backend[0] != "trio":
        pytest.skip("Trio's face needs Trio's event loop")
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def server(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


async def receive(stream: Any) -> bytes:
    """What comes next, with either face; ``b""`` at the end."""
    if isinstance(stream, trio_face.TLSStream):
        return await stream.receive_some()
    try:
        data: bytes = await stream.receive()
    except anyio.EndOfStream:
        return b""
    return data


async def send(stream: Any, data: bytes) -> None:
    await (stream.send_all if isinstance(stream, trio_face.TLSStream) else stream.send)(data)


async def echo(stream: Any) -> None:
    """What a server's handler does that outlives all of its clients."""
    async with stream:
        try:
            while data := await receive(stream):
                await send(stream, data)
        except (anyio.BrokenResourceError, trio.BrokenResourceError):
            pass


@asynccontextmanager
async def serving(face: str, context: Any, handler: Handler = echo, **options: Any) -> AsyncIterator[tuple[int, Any]]:
    """A server: its port and its listener."""
    listener: Any
    if face == "Trio's face":
        (listener,) = await trio_face.open_tls_over_tcp_listeners(0, context, host="127.0.0.1", **options)
        port = listener.transport_listener.socket.getsockname()[1]
        serve = partial(trio.serve_listeners, handler, [listener])
    else:
        listener = await create_tls_listener(context, local_host="127.0.0.1", **options)
        port = listener.extra(SocketAttribute.local_port)
        serve = partial(listener.serve, handler)
    async with listener, anyio.create_task_group() as tg:
        tg.start_soon(serve)
        yield port, listener
        tg.cancel_scope.cancel()


async def until_end(stream: Any) -> bytes:
    """What comes until the peer has closed the connection, in whatever way."""
    received = b""
    with suppress(anyio.BrokenResourceError):
        async for data in stream:
            received += data
    return received


async def check_echo(stream: TLSStream, data: bytes = b"hello") -> None:
    await stream.send(data)
    assert await stream.receive() == data


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await checkpoint()


# ---- contexts chosen by the ClientHello ----


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("waits", [False, True], ids=["plain", "async"])
async def test_a_function_chooses_the_context(
    face: str, waits: bool, ca: CertificateAuthority, client: ssl.SSLContext
) -> None:
    contexts = {name: ca.server_context(ca.issue(name)) for name in ("a.example", "b.example")}
    hellos: list[ClientHello] = []

    def choose(hello: ClientHello) -> ssl.SSLContext:
        hellos.append(hello)
        return contexts[hello.server_name or ""]

    async def choose_later(hello: ClientHello) -> ssl.SSLContext:
        await let_others_run()
        return choose(hello)

    seen: list[Any] = []

    async def handler(stream: Any) -> None:
        await echo(stream)
        seen.append(stream.client_hello)

    async with serving(face, choose_later if waits else choose, handler) as (port, _):
        for name, context in contexts.items():
            async with await connect_tls("127.0.0.1", port, hostname=name, ssl_context=client) as stream:
                await check_echo(stream)
            assert hellos[-1].server_name == name
            assert context.session_stats()["accept_good"] == 1
        await until(lambda: len(seen) == 2)
    assert seen == hellos


@pytest.mark.guarantee("G15")
async def test_the_chosen_context_demands_a_client_certificate(
    face: str, ca: CertificateAuthority, server_certificate: Certificate, client: ssl.SSLContext
) -> None:
    """The chosen context's requirements are enforced, unlike those of a context that an ``sni_callback`` sets."""
    demanding = ca.server_context(server_certificate)
    demanding.verify_mode = ssl.CERT_REQUIRED
    served: list[Any] = []

    async def handler(stream: Any) -> None:
        with suppress(trio.BrokenResourceError):
            served.append(await receive(stream))

    async with serving(face, lambda _: demanding, handler) as (port, listener):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            with pytest.raises(TLSError) as caught:
                await stream.receive()
        await until(lambda: bool(listener.statistics().failed))
    assert (caught.value.alert, caught.value.alert_received) == ("certificate_required", True)
    assert served == []


@pytest.mark.guarantee("G15")
async def test_the_chosen_context_has_a_lowest_version(
    face: str, ca: CertificateAuthority, server_certificate: Certificate
) -> None:
    newest = ca.server_context(server_certificate)
    newest.minimum_version = ssl.TLSVersion.TLSv1_3
    old = ca.client_context()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    async with serving(face, lambda _: newest) as (port, _):
        with pytest.raises(TLSError) as caught:
            await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=old)
    assert caught.value.alert == "protocol_version"


@pytest.mark.parametrize(
    ("choice", "alert", "reason"),
    [
        pytest.param(None, "unrecognized_name", "sent unrecognized_name", id="None"),
        pytest.param(Refusal(), "unrecognized_name", "sent unrecognized_name", id="a refusal"),
        pytest.param(Refusal("access_denied"), "access_denied", "sent access_denied", id="with an alert"),
        pytest.param("nonsense", "internal_error", "sent internal_error", id="no context"),
        pytest.param(ZeroDivisionError(), "internal_error", "sent internal_error", id="an error"),
        # As of a connection that has failed, but not this one: that of the function to its database.
        pytest.param(ConnectionRefusedError(), "internal_error", "sent internal_error", id="an OSError"),
        pytest.param(TimeoutError(), "internal_error", "sent internal_error", id="a timeout"),
        pytest.param(anyio.BrokenResourceError(), "internal_error", "sent internal_error", id="a broken stream"),
    ],
)
async def test_no_context_is_chosen(
    face: str, choice: Any, alert: str, reason: str, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets an alert, the log gets one line, and the next client is served."""

    def choose(_hello: ClientHello) -> Any:
        if isinstance(choice, Exception):
            raise choice
        return choice

    caplog.set_level(logging.INFO, "anyio_tls")
    async with serving(face, choose) as (port, listener):
        for _ in range(2):
            with pytest.raises(TLSError) as caught:
                await connect_tls("127.0.0.1", port, hostname="www.example", ssl_context=client)
            assert (caught.value.alert, caught.value.alert_received) == (alert, True)
        await until(lambda: listener.statistics().failed == {reason: 2} and len(caplog.records) == 2)
    is_ours = alert == "internal_error"
    for record in caplog.records:
        assert record.levelname == ("ERROR" if is_ours else "INFO")
        assert bool(record.exc_info) is is_ours
        assert vars(record)["tls_server_name"] == "www.example"
        assert vars(record)["tls_seconds"] > 0
        assert record.getMessage().startswith("127.0.0.1 port ")
        assert "for www.example" in record.getMessage()


@pytest.mark.guarantee("G9")
@pytest.mark.skipif(
    sys.version_info < (3, 11),
    reason="before 3.11, a task cannot tell its own cancellation from one of what it waits for, and ends with either",
)
@pytest.mark.parametrize("anyio_backend", [BACKENDS["asyncio"], BACKENDS["uvloop"]], ids=["asyncio", "uvloop"])
async def test_a_function_waits_for_what_others_cancel(
    server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as an answer for which several clients wait: its cancellation is not one of this task, let alone of all."""

    async def choose(hello: ClientHello) -> ssl.SSLContext:
        if hello.server_name != "localhost":
            shared = asyncio.get_running_loop().create_future()
            shared.cancel()
            await shared
        return server

    async with serving("AnyIO's face", choose) as (port, listener):
        with pytest.raises(TLSError) as caught:
            await connect_tls("127.0.0.1", port, hostname="www.example", ssl_context=client)
        assert caught.value.alert == "internal_error"
        await until(lambda: listener.statistics().failed == {"sent internal_error": 1})
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_a_foreign_context_is_chosen(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """It is called in a thread, as when it is for all clients."""
    threads: list[int] = []

    class Foreign:
        def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
            threads.append(threading.get_ident())
            return server.wrap_bio(*args, **kwargs)

    async with serving(face, lambda _: Foreign()) as (port, _):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
    assert threads
    assert threads[0] != threading.get_ident()


@on_trio
async def test_a_choice_that_is_cancelled_is_made_again(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """A cancelled handshake is continued, with what the client has sent. (On AnyIO's face there is no stream to
    continue it with.)"""
    calls: list[ClientHello] = []

    async def choose(hello: ClientHello) -> ssl.SSLContext:
        calls.append(hello)
        if len(calls) == 1:
            await anyio.sleep_forever()
        return server

    async def handler(stream: Any) -> None:
        with anyio.CancelScope() as impatient:
            async with anyio.create_task_group() as tg:
                tg.start_soon(stream.do_handshake)
                await until(lambda: len(calls) == 1)
                impatient.cancel()
        await echo(stream)

    async with serving("Trio's face", choose, handler) as (port, _):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
    assert calls[0] == calls[1]


@pytest.mark.guarantee("G4")
@on_trio
async def test_a_handshake_that_goes_on_waits_for_nothing(ca: CertificateAuthority, server: ssl.SSLContext) -> None:
    """Cancelled when all that was left was to send the last flight, it takes no more of the client than to read it."""
    old = ca.client_context()
    old.maximum_version = ssl.TLSVersion.TLSv1_2  # where the server has the last word
    left, right = socket.socketpair()
    below = SocketStream(right)
    stream = await trio_face.TLSListener(MemoryListener(SocketStream(left)), server).accept()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = old.wrap_bio(incoming, outgoing, server_hostname="localhost")

    def take_step() -> bool:
        """Whether the client is through."""
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    with anyio.CancelScope() as impatient:
        async with anyio.create_task_group() as tg:
            tg.start_soon(stream.do_handshake)
            while not outgoing.pending:
                take_step()
            await below.send(outgoing.read())
            while not outgoing.pending:
                incoming.write(await below.receive())
                take_step()
            obstacle = 0  # bytes in the way of the last flight
            with suppress(BlockingIOError):
                while True:
                    obstacle += left.send(bytes(65536))
            await below.send(outgoing.read())
            await let_others_run()
            assert not stream._driver.handshaken
            impatient.cancel()
    async with anyio.create_task_group() as tg:
        tg.start_soon(stream.do_handshake)
        while obstacle:
            obstacle -= len(await below.receive(min(obstacle, 65536)))
        while not take_step():
            incoming.write(await below.receive())
    assert tls.version() == stream.version() == "TLSv1.2"
    await anyio.aclose_forcefully(below)
    await trio.aclose_forcefully(stream)


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("slow", ["function", "client"])
async def test_a_choice_counts_against_the_time(
    face: str, slow: str, server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """If it is the server's function that takes too long, the log does not blame the client."""

    async def choose(_hello: ClientHello) -> ssl.SSLContext:
        await (anyio.sleep_forever() if slow == "function" else checkpoint())
        return server

    caplog.set_level(logging.INFO, "anyio_tls")
    async with serving(face, choose, handshake_timeout=0.05) as (port, listener):
        if slow == "function":
            with pytest.raises(TLSError):
                await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        else:
            async with await connect_tcp("127.0.0.1", port) as silent:
                await silent.send(hello_of(client))
                await until_end(silent)
        await until(lambda: listener.statistics().failed == {"timed out": 1} and len(caplog.records) == 1)
    (record,) = caplog.records
    assert record.getMessage().count("127.0.0.1 port ") == 1
    assert record.levelname == ("ERROR" if slow == "function" else "INFO")
    assert ("a function of the server's own had not answered yet" in record.getMessage()) is (slow == "function")


def hello_of(client: ssl.SSLContext) -> bytes:
    outgoing = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        client.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost").do_handshake()
    return outgoing.read()


async def test_a_hello_comes_in_pieces(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """It is read as it comes, and what TLS gets is what was sent."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = client.wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    hello = outgoing.read()
    async with serving(face, lambda _: server) as (port, _), await connect_tcp("127.0.0.1", port) as sock:
        for byte in hello:
            await sock.send(bytes([byte]))
            await checkpoint()
        incoming.write(await sock.receive())
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                incoming.write(await sock.receive())
                continue
            break
        await sock.send(outgoing.read())
        tls.write(b"hello")
        await sock.send(outgoing.read())
        while True:
            incoming.write(await sock.receive())
            try:
                assert tls.read() == b"hello"
            except ssl.SSLWantReadError:
                continue
            break


@on_trio
async def test_nothing_is_known_before_the_choice(server: ssl.SSLContext) -> None:
    """Until the client has spoken there is no context, and so nothing to ask. (On AnyIO's face a stream exists only
    after the handshake.)"""
    asked: list[str] = []

    async def handler(stream: Any) -> None:
        with pytest.raises(trio_face.NeedHandshakeError):
            _ = stream.context
        asked.append("context")
        await stream.aclose()

    async with serving("Trio's face", lambda _: server, handler) as (port, _):
        async with await connect_tcp("127.0.0.1", port) as sock:
            with pytest.raises(anyio.EndOfStream):
                await sock.receive()
    assert asked == ["context"]


# ---- who gets in ----


@pytest.mark.guarantee("G15")
async def test_connections_wait_for_a_place(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with serving(face, server, admission=Admission(max_connections=1)) as (port, listener):
        first = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        await check_echo(first)
        second = await connect_tcp("127.0.0.1", port)  # the system accepts it
        connected = anyio.Event()

        async def follow() -> None:
            async with await TLSStream.wrap(second, hostname="localhost", ssl_context=client) as stream:
                connected.set()
                await check_echo(stream)

        async with anyio.create_task_group() as following:
            following.start_soon(follow)
            await let_others_run()
            await check_echo(first)
            assert not connected.is_set()
            assert listener.statistics().accepted == 1
            await first.aclose()
    statistics = listener.statistics()
    assert (statistics.accepted, statistics.completed, statistics.refused) == (2, 2, 0)


async def test_a_full_listener_is_closed(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """It waits for a place, and not for a connection, and ends at once all the same."""
    closed = trio.ClosedResourceError if face == "Trio's face" else anyio.ClosedResourceError
    async with AsyncExitStack() as stack:
        with pytest.RaisesGroup(closed, flatten_subgroups=True):
            async with serving(face, server, admission=Admission(max_connections=1)) as (port, listener):
                first = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
                await check_echo(await stack.enter_async_context(first))
                await let_others_run()
                await listener.aclose()
                with anyio.fail_after(5):
                    await anyio.sleep_forever()  # until that is cancelled


@pytest.mark.guarantee("G15")
async def test_connections_are_refused(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    admission = Admission(max_connections=1, when_full="refuse")
    async with serving(face, server, admission=admission) as (port, _):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as first:
            await check_echo(first)
            async with await connect_tcp("127.0.0.1", port) as second:
                with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
                    await second.receive()
            await check_echo(first)
        await until(lambda: admission.statistics().open == 0)
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as third:
            await check_echo(third)
    statistics = admission.statistics()
    assert (statistics.accepted, statistics.completed, statistics.refused) == (3, 2, 1)


@pytest.mark.guarantee("G15")
async def test_silent_clients_make_room(
    face: str,
    server: ssl.SSLContext,
    client: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The client that has been in its handshake for longest is dropped, if another one wants the place and it has had
    its time."""
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", 0.2)
    caplog.set_level(logging.INFO, "anyio_tls")
    admission = Admission(max_handshakes=2)
    async with serving(face, server, admission=admission) as (port, _):
        silent = [await connect_tcp("127.0.0.1", port) for _ in range(2)]
        await until(lambda: admission.statistics().handshaking == 2)
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
        with pytest.raises(anyio.EndOfStream):
            await silent[0].receive()
        await until(lambda: bool(caplog.records))
        for sock in silent:
            await sock.aclose()
    assert admission.statistics().failed["timed out"] >= 1
    assert "the server could not wait any longer" in caplog.records[0].getMessage()  # nor is the limit of 30 s named


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("limits", [{"max_handshakes": 1}, {"max_connections": 1}], ids=str)
async def test_nobody_is_dropped_for_nobody(
    face: str, limits: dict[str, Any], server: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not as long as no other client wants the place."""
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", 0.02)
    admission = Admission(**limits)
    async with serving(face, server, admission=admission) as (port, _), await connect_tcp("127.0.0.1", port):
        await until(lambda: admission.statistics().handshaking == 1)
        await anyio.sleep(5 * _admission.PATIENCE_SECONDS)  # It has had its time, and nobody else has come.
        assert admission.statistics().failed == {}
        async with await connect_tcp("127.0.0.1", port):
            await until(lambda: admission.statistics().failed == {"timed out": 1})


async def test_a_function_that_hangs_is_to_blame(
    face: str, server: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also if its client is dropped for another one."""
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", 0.02)

    async def admit(_visitor: Visitor) -> bool:
        await anyio.sleep_forever()
        raise AssertionError

    async with serving(face, server, admission=Admission(max_handshakes=1, admit=admit)) as (port, _):
        async with await connect_tcp("127.0.0.1", port), await connect_tcp("127.0.0.1", port):
            await until(lambda: bool(caplog.records))
    assert caplog.records[0].levelname == "ERROR"
    assert "a function of the server's own had not answered yet" in caplog.text


async def test_a_client_that_says_goodbye_in_its_handshake(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """It has gone, as one that just closes the connection."""
    caplog.set_level(logging.DEBUG, "anyio_tls")
    greeting = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        client.wrap_bio(ssl.MemoryBIO(), greeting, server_hostname="localhost").do_handshake()
    async with serving(face, server) as (port, listener):
        async with await connect_tcp("127.0.0.1", port) as sock:
            await sock.send(greeting.read())
            await sock.receive()
            await sock.send(b"\x15\x03\x03\x00\x02\x01\x00")  # close_notify
            await until(lambda: bool(caplog.records))
        assert listener.statistics().failed == {"gone": 1}
    assert caplog.records[0].levelname == "DEBUG"
    assert "the peer sent alert close_notify" in caplog.text


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("waits", [False, True], ids=["plain", "async"])
async def test_a_hook_decides(face: str, waits: bool, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    visitors: list[Visitor] = []

    def admit(visitor: Visitor) -> bool:
        visitors.append(visitor)
        return len(visitors) > 1

    async def admit_later(visitor: Visitor) -> bool:
        await let_others_run()
        return admit(visitor)

    admission = Admission(admit=admit_later if waits else admit)
    async with serving(face, server, admission=admission) as (port, _):
        with pytest.raises(TLSError):
            await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
            assert visitors[1].remote_address == stream.extra(SocketAttribute.local_address)
    assert visitors[0].client_hello is None
    assert admission.statistics().failed == {"refused": 1}


@pytest.mark.parametrize("answer", [Refusal(), None, 1], ids=["refusal", "nothing", "number"])
async def test_a_hook_says_neither_yes_nor_no(
    face: str, answer: Any, server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is let in by mistake."""
    async with serving(face, server, admission=Admission(admit=lambda _: answer)) as (port, listener):
        with pytest.raises(TLSError) as caught:
            await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        await until(lambda: listener.statistics().failed == {"sent internal_error": 1})
        # On Trio's face the handler gets the error.
        await until(lambda: face == "Trio's face" or "admit must return True or False" in caplog.text)
    assert caught.value.alert == "internal_error"


@pytest.mark.parametrize("function", ["choose", "admit"])
async def test_the_error_of_a_function_s_own_connection(
    face: str, function: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """To a database, say: it is not the client's, and harms nobody else."""

    async def ask(_: object) -> Any:
        stream, database = memory_stream_pair()
        await database.aclose()
        await TLSStream.wrap(stream, hostname="localhost", ssl_context=client)

    context, admission = (ask, None) if function == "choose" else (server, Admission(admit=ask))
    async with serving(face, context, admission=admission) as (port, listener):
        for number in (1, 2):
            with pytest.raises(TLSError) as caught:
                await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
            assert caught.value.alert == "internal_error"
            failed = {"sent internal_error": number}
            await until(lambda failed=failed: listener.statistics().failed == failed)  # type: ignore[misc]


async def test_a_connection_that_ends_in_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the garbage collector found it: its place is free, and who waits for one notices by itself."""
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", 0.1)
    door = door_of(Admission(max_connections=1))
    visitor = await door.enter(None, None, None, ErrorClasses())
    assert visitor is not None
    found: list[bool] = []

    async def wait() -> None:
        found.append(await door.until_room(lambda: False))

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tg:
            tg.start_soon(wait)
            await let_others_run()
            assert not found
            await to_thread.run_sync(visitor.left)
    assert found == [True]


async def test_silent_clients_at_a_short_shutdown(
    face: str, server: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """They are counted as at a long one, and are no fault of the server's."""
    admission = Admission()

    async def handler(stream: Any) -> None:
        with suppress(trio.ClosedResourceError):  # which handlers get on Trio's face, where they do the handshake
            await echo(stream)

    async with serving(face, server, handler, admission=admission) as (port, listener), AsyncExitStack() as clients:
        for _ in range(3):
            await clients.enter_async_context(await connect_tcp("127.0.0.1", port))
        await until(lambda: listener.statistics().handshaking == 3)
        await admission.drain(0)
        await let_others_run()
    statistics = admission.statistics()
    assert (statistics.accepted, statistics.handshaking, statistics.failed) == (3, 0, {"timed out": 3})
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


async def test_a_foreign_context_with_no_more_than_is_needed(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """For every connection: the statistics lack what it cannot tell."""

    class Connection:
        def __init__(self, below: ssl.SSLObject) -> None:
            for name in ("do_handshake", "read", "write", "unwrap", "pending", "version"):
                setattr(self, name, getattr(below, name))

    class Foreign:
        def wrap_bio(self, *args: Any, **kwargs: Any) -> Any:
            return Connection(server.wrap_bio(*args, **kwargs))

    async with serving(face, Foreign()) as (port, listener):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
        statistics = listener.statistics()
    assert (statistics.completed, statistics.resumed, statistics.ciphers) == (1, 0, {})


async def test_a_hook_fails(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    def admit(_visitor: Visitor) -> bool:
        raise ZeroDivisionError

    async with serving(face, server, admission=Admission(admit=admit)) as (port, listener):
        with pytest.raises(TLSError) as caught:
            await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        await until(lambda: listener.statistics().failed == {"sent internal_error": 1})
    assert caught.value.alert == "internal_error"


@pytest.mark.parametrize("connected", [False, True], ids=["nobody connected", "a client connected"])
async def test_handshakes_take_turns(
    monkeypatch: pytest.MonkeyPatch, server: ssl.SSLContext, client: ssl.SSLContext, *, connected: bool
) -> None:
    """Of many that are ready at once, they begin their handshakes one after the other, in iterations of their own; and
    with more iterations between them if somebody is connected, who would have to wait for each."""
    monkeypatch.setattr(_turns, "TURN_SECONDS", 60.0)
    admission = Admission()
    turns: list[int] = []
    rounds = 0

    async def take_turn() -> None:
        await door_of(admission).turn()
        turns.append(rounds)

    async def go_round() -> None:
        nonlocal rounds
        while len(turns) < 9:
            rounds += 1
            await checkpoint()

    async with AsyncExitStack() as stack:
        if connected:
            port, _ = await stack.enter_async_context(serving("AnyIO's face", server, admission=admission))
            stream = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
            await stack.enter_async_context(stream)
            await check_echo(stream)
        async with anyio.create_task_group() as tg:
            cancelled = anyio.CancelScope()

            async def give_up() -> None:
                with cancelled:
                    await door_of(admission).turn()

            for _ in range(5):
                tg.start_soon(take_turn)
            tg.start_soon(give_up)
            for _ in range(4):
                tg.start_soon(take_turn)
            tg.start_soon(go_round)
            await checkpoint()
            cancelled.cancel()
    assert len(turns) == 9
    # Who counts the rounds may do so before or after who has its turn in them.
    if connected:
        assert min(later - earlier for earlier, later in pairwise(turns)) >= _turns.TURN_ITERATIONS - 1
    else:
        assert min(later - earlier for earlier, later in zip(turns, turns[2:], strict=False)) >= 1


async def test_a_turn_that_is_given_up_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the turn has come in the meantime."""
    monkeypatch.setattr(_turns, "TURN_SECONDS", 60.0)
    admission = Admission()
    had_turns: list[str] = []
    gives_up = anyio.CancelScope()

    async def take_turn(name: str) -> None:
        await door_of(admission).turn()
        had_turns.append(name)
        if name == "second":
            gives_up.cancel()  # its turn has just come

    async def give_up() -> None:
        with gives_up:
            await take_turn("given up")

    await door_of(admission).turn()
    async with anyio.create_task_group() as tg:
        tg.start_soon(take_turn, "first")
        await checkpoint()
        for call in (partial(take_turn, "second"), give_up, partial(take_turn, "last")):
            tg.start_soon(call)
            await checkpoint()
    assert sorted(had_turns) in (["first", "last", "second"], ["first", "given up", "last", "second"])
    await door_of(admission).turn()


async def test_a_guest_without_a_connection() -> None:
    """A client that was accepted, but has no stream yet, can be dropped all the same."""
    admission = Admission()
    for _ in range(2):
        guest = await door_of(admission).enter(None, ("192.0.2.1", 1), None, ErrorClasses())
        assert guest is not None
        async with anyio.create_task_group() as tg:
            guest.retire(tg, 0)
        await guest.send_away()
        await guest.cut_off()
    assert (admission.statistics().accepted, admission.statistics().handshaking) == (2, 0)


async def test_who_has_left_the_handshake_is_not_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a shutdown one may come through while another one's connection is closed, which takes a while."""
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", -1.0)
    door = door_of(Admission())
    door.open_here()
    guests = [await door.enter(None, ("192.0.2.1", n), None, ErrorClasses()) for n in range(2)]
    sent_away: list[Guest] = []

    async def send_away(guest: Guest) -> None:
        sent_away.append(guest)
        for each in guests:
            assert each is not None
            each.left()

    monkeypatch.setattr(Guest, "send_away", send_away)
    await door.drain(5)
    assert sent_away == guests[:1]


async def test_dropped_before_its_task_began(server: ssl.SSLContext) -> None:
    """Its handshake fails, or it is closed, as soon as there is something to drop."""
    admission = Admission()
    door_of(admission).open_here()
    (sent_away, other), (cut_off, another) = memory_stream_pair(), memory_stream_pair()
    guests = [await door_of(admission).enter(None, None, None, ERRORS) for _ in range(2)]
    assert guests[0] is not None
    assert guests[1] is not None
    await guests[0].send_away()
    await guests[1].cut_off()
    for stream, guest in zip((sent_away, cut_off), guests, strict=True):
        error = HandshakeTimeoutError if stream is sent_away else anyio.ClosedResourceError
        with pytest.raises(error):
            await wrap_checked(stream, True, None, server, True, None, visitor=guest)
    for end in (other, another):
        with pytest.raises(anyio.EndOfStream):
            await end.receive()
    assert admission.statistics().failed == {"timed out": 1, "cancelled": 1}


@pytest.mark.guarantee("G12", "G15")
@pytest.mark.parametrize("how", ["sent away", "cut off"])
async def test_dropped_as_its_last_flight_arrives(how: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Its task has been woken, and is not interrupted any more. It is counted once, and has no connection."""
    admission = Admission()
    door_of(admission).open_here()
    guest = await door_of(admission).enter(None, None, None, ErrorClasses())
    assert guest is not None
    connection = Connection(server, client, server_side=True, visitor=guest)

    async def fail() -> None:
        with pytest.raises(TimeoutError if how == "sent away" else anyio.ClosedResourceError):
            await connection.driver.handshake()

    async with anyio.create_task_group() as tg:
        tg.start_soon(fail)
        while not connection.peer.handshake():
            connection.answer()
            await let_others_run()
            connection.listen()
        connection.answer()
        await (guest.send_away() if how == "sent away" else guest.cut_off())
    statistics = admission.statistics()
    assert (statistics.handshaking, statistics.open, statistics.completed) == (0, 0, 0)
    assert statistics.failed == {"timed out" if how == "sent away" else "cancelled": 1}
    assert connection.link.closed


class Interruption(BaseException):
    """What ends a program."""


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("interrupted", [False, True])
async def test_the_place_of_who_makes_room(
    server: ssl.SSLContext, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, *, interrupted: bool
) -> None:
    """It belongs to the one for which it is made from the beginning, though closing the other may take waiting."""
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", 0)
    admission = Admission(max_connections=1)
    door = door_of(admission)
    door.open_here()
    oldest = await door.enter(None, None, None, ErrorClasses())
    assert oldest is not None
    connection = Connection(server, client, server_side=True, visitor=oldest)
    if interrupted:
        monkeypatch.setattr(connection.link, "aclose", raising_at_once(Interruption()))
        with pytest.raises(Interruption):
            await door.enter(None, None, None, ErrorClasses())
        assert admission.statistics().failed == {"timed out": 1, "cancelled": 1}
        return
    meanwhile = []
    entering = Awaits(
        door.enter(None, None, None, ErrorClasses()), 1, lambda: meanwhile.append(admission.statistics().handshaking)
    )
    assert await entering is not None
    assert meanwhile == [1]


@pytest.mark.guarantee("G9", "G15")
@pytest.mark.parametrize("where", ["in a thread", "at a stretch"])
@pytest.mark.parametrize("what", ["admit", "choose"])
async def test_a_function_that_cannot_be_interrupted(
    what: str, where: str, face: str, server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """When it answers at last, too late, it is to blame, not the client."""

    async def take_time(*_: object) -> Any:
        if where == "in a thread":
            await to_thread.run_sync(time.sleep, 0.2)
        else:
            end = time.monotonic() + 0.2
            while time.monotonic() < end:
                pass
        return server if what == "choose" else True

    greeting = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        client.wrap_bio(ssl.MemoryBIO(), greeting, server_hostname="localhost").do_handshake()
    admission = Admission(admit=take_time) if what == "admit" else None
    context = take_time if what == "choose" else server
    async with (
        serving(face, context, admission=admission, handshake_timeout=0.1) as (port, _),
        await connect_tcp("127.0.0.1", port) as stream,
    ):
        await stream.send(greeting.read())
        await until(lambda: bool(caplog.records))
    assert caplog.records[0].levelname == "ERROR"
    assert "a function of the server's own had not answered yet" in caplog.text


class Slow:
    """A foreign context, which takes its time."""

    def __init__(self, context: ssl.SSLContext, event: threading.Event) -> None:
        self._context = context
        self._event = event

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        self._event.wait()
        return self._context.wrap_bio(*args, **kwargs)


@pytest.mark.guarantee("G15")
async def test_the_time_of_a_slow_context_counts(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """Against the time limit of the handshake; and the event loop goes on meanwhile."""
    event = threading.Event()
    async with serving(face, Slow(server, event), handshake_timeout=0.1) as (port, listener):
        async with await connect_tcp("127.0.0.1", port) as below, anyio.create_task_group() as tg:

            async def shake_hands() -> None:
                with pytest.raises(TLSError):
                    await TLSStream.wrap(below, hostname="localhost", ssl_context=client)

            tg.start_soon(shake_hands)
            await until(lambda: listener.statistics().handshaking == 1)
            await anyio.sleep(0.2)  # The limit of 0.1 s passes before the context answers.
            event.set()
        await until(lambda: bool(caplog.text))
        statistics = listener.statistics()
    assert (statistics.completed, statistics.failed) == (0, {"timed out": 1})
    assert "a function of the server's own had not answered yet" in caplog.text


async def test_a_slow_context_does_not_outlive_a_shutdown(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    event = threading.Event()

    async def handler(stream: Any) -> None:
        with suppress(trio.ClosedResourceError):  # of Trio's face, whose handler does the handshake
            await echo(stream)

    async with serving(face, Slow(server, event), handler) as (port, listener):
        async with await connect_tcp("127.0.0.1", port) as below, anyio.create_task_group() as tg:

            async def shake_hands() -> None:
                with pytest.raises(TLSError):
                    await TLSStream.wrap(below, hostname="localhost", ssl_context=client)

            tg.start_soon(shake_hands)
            await until(lambda: listener.statistics().handshaking == 1)
            await let_others_run()
            await listener.admission.drain(0)
            event.set()
        await let_others_run()
        statistics = listener.statistics()
    assert (statistics.completed, statistics.open, statistics.handshaking) == (0, 0, 0)


# ---- event loops ----


async def test_it_belongs_to_one_event_loop(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext, anyio_backend: tuple[str, dict[str, Any]]
) -> None:
    """Another one that runs at the same time is refused, one that comes later is not, and finds it empty."""
    admission = Admission(max_connections=1)

    def run_another(main: Callable[[], Awaitable[None]]) -> None:
        backend, options = anyio_backend
        anyio.run(main, backend=backend, backend_options=options)

    async def end() -> None:
        await admission.drain(0)

    async def serve() -> None:
        listener: Any
        if face == "Trio's face":
            (listener,) = await trio_face.open_tls_over_tcp_listeners(0, server, host="127.0.0.1", admission=admission)
            call = listener.accept()
        else:
            listener = await create_tls_listener(server, local_host="127.0.0.1", admission=admission)
            call = listener.serve(echo)
        async with listener:
            await call

    async def fill() -> None:
        """End with all places taken, and while somebody waits for one."""
        door_of(admission).open_here()
        await door_of(admission).enter(None, None, None, ErrorClasses())
        with anyio.move_on_after(0.01):
            await door_of(admission).until_room(lambda: False)

    for main in (end, fill, fill):
        await to_thread.run_sync(run_another, main)
    async with serving(face, server, admission=admission) as (port, _):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            for main in (serve, end):
                with pytest.raises(RuntimeError, match="belongs to another event loop, which still runs"):
                    await to_thread.run_sync(run_another, main)
            await check_echo(stream)


async def test_a_goodbye_fails(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One connection that fails when it is told goodbye does not keep the others from being closed."""
    fails = Mock(side_effect=TLSError("it fails", phase="closing"))
    monkeypatch.setattr("anyio_tls._engine.TLSEngine.say_goodbye", fails)

    async def handler(stream: Any) -> None:
        with suppress(anyio.ClosedResourceError, trio.ClosedResourceError):
            await echo(stream)

    async with serving(face, server, handler) as (port, listener):
        streams = [await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) for _ in range(2)]
        for stream in streams:
            await check_echo(stream)
        await listener.admission.drain(0.2)
        for stream in streams:
            assert await until_end(stream) == b""
            await stream.aclose()
    assert fails.called


async def test_descriptors_are_missing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """However often accept() fails for want of descriptors, the log says so once."""
    monkeypatch.setattr(_admission, "EXHAUSTED_SECONDS", 0.001)
    admission = Admission()
    for _ in range(3):
        await door_of(admission).survive(OSError(errno.EMFILE, "Too many open files"))
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    with pytest.raises(OSError, match="odd"):
        await door_of(admission).survive(OSError(errno.EINVAL, "odd"))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Admission(max_connections=0), ValueError, "max_connections"),
        (lambda: Admission(max_handshakes=True), TypeError, "max_handshakes"),
        (lambda: Admission(when_full="leave"), ValueError, "when_full"),  # type: ignore[arg-type]
        (lambda: Admission(plain_http=404), TypeError, "plain_http"),  # type: ignore[arg-type]
        (lambda: Admission(admit=5), TypeError, "admit"),  # type: ignore[arg-type]
        (lambda: Admission(trusted_proxies="10.0.0.0/8"), TypeError, "trusted_proxies"),
        (lambda: Admission(trusted_proxies=[b"10.0.0.0"]), TypeError, "trusted_proxies"),  # type: ignore[list-item]
        (lambda: Admission(trusted_proxies=["nowhere"]), ValueError, "trusted_proxies"),
        (lambda: Refusal(112), TypeError, "alert"),  # type: ignore[arg-type]
        (lambda: Refusal("no_such_alert"), ValueError, "alert"),
    ],
    ids=[
        "no connections",
        "a bool",
        "an odd word",
        "a number",
        "no function",
        "a string",
        "bytes",
        "no network",
        "a code",
        "no alert",
    ],
)
def test_bad_arguments(make: Callable[[], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()


async def test_bad_arguments_of_calls(face: str, server: ssl.SSLContext) -> None:
    with pytest.raises(TypeError, match="admission"):
        async with serving(face, server, admission="open"):
            pass
    if face == "Trio's face":
        with pytest.raises(TypeError, match="listeners"):
            await trio_face.shut_down(["listener"])  # type: ignore[list-item]


# ---- listeners of other people's ----


class MemoryListener(trio.abc.Listener[Any]):
    """One of Trio's kind that gives out what it was given, errors included."""

    def __init__(self, *accepts: Any) -> None:
        self._accepts = list(accepts)

    async def accept(self) -> Any:
        await checkpoint()
        if not self._accepts:
            await trio.sleep_forever()
        stream = self._accepts.pop(0)
        if isinstance(stream, OSError):
            raise stream
        return stream

    async def aclose(self) -> None:
        await checkpoint()


@on_trio
async def test_a_trio_listener_of_other_peoples(server: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its errors are those of accept(), and its streams need have no address."""
    one, other = trio.testing.memory_stream_pair()
    gone = trio.SocketStream(trio.socket.socket())
    below = MemoryListener(OSError(errno.ECONNABORTED, "gone"), other, gone, gone)
    admission = Admission(max_connections=2, when_full="refuse")
    listener = trio_face.TLSListener(below, lambda _: server, admission=admission)
    streams = [await listener.accept()]
    assert streams[0].pending() == 0  # though it has no context yet
    streams.append(await listener.accept())
    with trio.move_on_after(0.05):
        await listener.accept()
    assert listener.statistics().refused == 1
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", 0.0)
    await listener.admission.drain(1)  # without a handler that does the handshake
    assert listener.statistics().handshaking == 0
    for stream in streams:
        await trio.aclose_forcefully(stream)
    await trio.aclose_forcefully(one)


class StreamListener:
    """One of AnyIO's kind that hands over the streams that it was given, accepted by whatever means."""

    def __init__(self, *streams: MemoryStream) -> None:
        self._streams = streams

    async def serve(self, handler: Callable[[Any], Any], task_group: TaskGroup | None = None) -> None:
        async with anyio.create_task_group() as tg:
            for stream in self._streams:
                tg.start_soon(handler, stream)

    async def aclose(self) -> None:
        await checkpoint()


@pytest.mark.guarantee("G15")
@on_trio
@pytest.mark.parametrize("how", ["room", "closed"])
async def test_accepted_on_trio_when_another_listener_has_taken_the_place(how: str, server: ssl.SSLContext) -> None:
    """It waits for a place, even if the call that has accepted it is cancelled meanwhile."""
    come = trio.Event()

    class LateListener(MemoryListener):
        async def accept(self) -> Any:
            await come.wait()
            return await super().accept()

    admission = Admission(max_connections=1)
    pairs = [trio.testing.memory_stream_pair() for _ in range(2)]
    one = trio_face.TLSListener(MemoryListener(pairs[0][1]), server, admission=admission)
    other = trio_face.TLSListener(LateListener(pairs[1][1]), server, admission=admission)
    accepted: list[Any] = []

    async def accept() -> None:
        with suppress(trio.ClosedResourceError):
            accepted.append(await other.accept())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(accept)
        await let_others_run()
        first = await one.accept()
        come.set()
        await let_others_run()
        nursery.cancel_scope.cancel()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(accept)
        await let_others_run()
        assert (accepted, admission.statistics().refused) == ([], 0)
        if how == "closed":
            await other.aclose()
        await trio.aclose_forcefully(first)
    assert len(accepted) == (how == "room")
    for stream in accepted:
        assert stream.transport_stream is pairs[1][1]
        await trio.aclose_forcefully(stream)
    for client, _ in pairs:
        assert await client.receive_some() == b""
        await client.aclose()


@pytest.mark.guarantee("G15", "G16")
async def test_who_waits_behind_somebody_elses_listener(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """There is no backlog there, so that takes a task and a descriptor: no longer than a handshake may."""
    admission = Admission(max_connections=1)
    below = [memory_stream_pair() for _ in range(2)]
    is_full = anyio.Event()

    class LateListener(StreamListener):
        async def serve(self, handler: Callable[[Any], Any], task_group: TaskGroup | None = None) -> None:
            async with anyio.create_task_group() as tg:
                tg.start_soon(handler, below[0][1])
                await is_full.wait()
                tg.start_soon(handler, below[1][1])

    below_it: Any = LateListener()
    listener = TLSListener(below_it, server, handshake_timeout=0.2, admission=admission)
    async with anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        stream = await TLSStream.wrap(below[0][0], hostname="localhost", ssl_context=client)
        await check_echo(stream)
        is_full.set()
        with anyio.fail_after(5), pytest.raises(anyio.EndOfStream):
            await below[1][0].receive()
        await check_echo(stream)
        assert (admission.statistics().accepted, admission.statistics().refused) == (2, 1)
        tg.cancel_scope.cancel()
    await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G15", "G16")
@on_trio
@pytest.mark.parametrize("how", ["room", "closed"])
async def test_several_tasks_accept_on_trio(how: str, server: ssl.SSLContext) -> None:
    """There is one place. Who was accepted without one gets it later, or is closed with the listener."""
    come, wait_for_one = trio.open_memory_channel[Any](3)

    class SharedListener(trio.abc.Listener[Any]):
        accept = staticmethod(wait_for_one.receive)
        aclose = staticmethod(wait_for_one.aclose)

    admission = Admission(max_connections=1)
    listener = trio_face.TLSListener(SharedListener(), server, admission=admission)
    pairs = [trio.testing.memory_stream_pair() for _ in range(3)]
    streams: list[Any] = []

    async def accept() -> None:
        with suppress(trio.ClosedResourceError):
            streams.append(await listener.accept())

    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            for _ in range(3):
                nursery.start_soon(accept)
            await let_others_run()
            for _, ours in pairs:
                come.send_nowait(ours)
            await let_others_run()
            assert len(streams) == 1
            if how == "closed":
                await listener.aclose()
            else:
                await trio.aclose_forcefully(streams[0])
                await until(lambda: len(streams) == 2)
                await trio.aclose_forcefully(streams[1])
        await trio.aclose_forcefully(streams[-1])
        assert [await client.receive_some() for client, _ in pairs] == [b""] * 3
    assert (len(streams), admission.statistics().open) == (1 if how == "closed" else 3, 0)


async def test_an_anyio_listener_of_other_peoples(server: ssl.SSLContext) -> None:
    """It hands over streams that it has accepted: who has no place is closed."""
    pairs = [memory_stream_pair() for _ in range(2)]
    below: Any = StreamListener(*(stream for _, stream in pairs))
    listener = TLSListener(below, server, admission=Admission(max_connections=1, when_full="refuse"))
    async with anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        await until(lambda: listener.statistics().refused == 1)
        tg.cancel_scope.cancel()
    for client, _ in pairs:
        await client.aclose()


@pytest.mark.guarantee("G16")
async def test_a_stream_waits_for_a_place_in_vain(server: ssl.SSLContext) -> None:
    """Who was accepted, and is not going to be served, is closed: if the listener is closed, or cancelled."""
    pairs = [memory_stream_pair() for _ in range(3)]
    admission = Admission(max_connections=1)
    (_, busy), (_, waiting), (_, left) = pairs
    async with anyio.create_task_group() as tg:
        listeners = []
        for stream in busy, waiting, left:
            below: Any = StreamListener(stream)
            listeners.append(TLSListener(below, server, admission=admission))
            tg.start_soon(listeners[-1].serve, echo)
            await let_others_run()
        assert admission.statistics().accepted == 1
        await listeners[1].aclose()
        await let_others_run()
        assert (busy.closed, waiting.closed, left.closed) == (False, True, False)
        tg.cancel_scope.cancel()
    assert left.closed
    for client, _ in pairs:
        await client.aclose()


# ---- proxies ----


async def check_addresses(face: str, server: ssl.SSLContext, client: ssl.SSLContext, header: bytes) -> Any:
    """What a handler finds out of a connection that begins with a header."""
    found: list[Any] = []

    async def handler(stream: Any) -> None:
        async with stream:
            await send(stream, await receive(stream))
            found.append((stream.proxy_header, stream))

    admission = Admission(trusted_proxies=["127.0.0.0/8", "unix"])
    async with serving(face, server, handler, admission=admission) as (port, _):
        sock = await connect_tcp("127.0.0.1", port)
        await sock.send(header)
        async with await TLSStream.wrap(sock, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
    return found[0]


async def test_a_proxy_tells_the_addresses(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    line = b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n"
    header, stream = await check_addresses(face, server, client, line)
    assert header.source == ("192.0.2.7", 56324)
    assert header.destination == ("198.51.100.1", 443)
    if face == "AnyIO's face":
        assert stream.extra(SocketAttribute.remote_address) == ("192.0.2.7", 56324)
        assert stream.extra(SocketAttribute.remote_port) == 56324
        assert stream.extra(SocketAttribute.local_address) == ("198.51.100.1", 443)
        assert stream.extra(SocketAttribute.local_port) == 443
        assert stream.extra(SocketAttribute.family) == socket.AF_INET


async def test_the_log_names_whom_a_proxy_tells_of(
    face: str, server: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """A handshake that fails is the client's, not the proxy's."""
    caplog.set_level(logging.INFO, "anyio_tls")
    async with serving(face, server, admission=Admission(trusted_proxies=["127.0.0.1"])) as (port, _):
        async with await connect_tcp("127.0.0.1", port) as sock:
            await sock.send(b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\nSSH-2.0-client\r\n")
            await until_end(sock)
        await until(lambda: len(caplog.records) == 1)
    assert vars(caplog.records[0])["tls_peer"] == "192.0.2.7 port 56324"
    assert caplog.records[0].getMessage().startswith("192.0.2.7 port 56324: TLS handshake failed: ")


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        (("10.1.2.3", 1), True),
        (("::ffff:10.1.2.3", 1), True),
        (("::ffff:192.0.2.1", 1), False),
        (("fe80::1%eth0", 1), False),
        (("2001:db8::1%eth0", 1), True),
        ("/run/socket", False),
        (None, False),
        # Of foreign streams: by name, of a virtual machine, unknown.
        (("client.example.org", 1), False),
        ((3, 1), False),
        ((), False),
    ],
)
async def test_who_is_a_trusted_proxy(address: Any, trusted: bool) -> None:
    """Also one whose address is IPv4 in the form of IPv6, as a socket for both has it."""
    admission = Admission(trusted_proxies=["::ffff:10.0.0.0/104", "2001:db8::/32", "::/64"])
    guest = await door_of(admission).enter(None, address, None, ErrorClasses())
    assert guest is not None
    assert guest.name
    assert door_of(admission).is_trusted_proxy(address) is trusted


async def test_a_proxy_tells_of_a_unix_socket(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    paths = b"".join(path.ljust(108, b"\0") for path in (b"/run/client", b"/run/server\0/run/earlier"))
    header, stream = await check_addresses(
        face, server, client, b"\r\n\r\n\0\r\nQUIT\n\x21\x31" + len(paths).to_bytes(2, "big") + paths
    )
    assert (header.source, header.destination) == ("/run/client", "/run/server")
    if face == "AnyIO's face":
        assert stream.extra(SocketAttribute.remote_address) == "/run/client"
        assert stream.extra(SocketAttribute.local_address) == "/run/server"
        # The ports of the proxy's own connection have nothing to do with them.
        assert stream.extra(SocketAttribute.remote_port, None) is None
        assert stream.extra(SocketAttribute.local_port, None) is None
        assert stream.extra(SocketAttribute.family) == socket.AF_UNIX


async def test_a_proxy_tells_of_ipv6(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    line = b"PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n"
    header, stream = await check_addresses(face, server, client, line)
    assert header.source == ("2001:db8::7", 56324)
    if face == "AnyIO's face":
        assert stream.extra(SocketAttribute.remote_address) == ("2001:db8::7", 56324)
        assert stream.extra(SocketAttribute.family) == socket.AF_INET6


async def test_a_proxy_connects_for_itself(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    header, stream = await check_addresses(face, server, client, b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")
    assert header.command == "LOCAL"
    if face == "AnyIO's face":
        assert stream.extra(SocketAttribute.remote_address)[0] == "127.0.0.1"


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("trusted", [False, True])
async def test_a_header_from_the_wrong_place(
    face: str, trusted: bool, server: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """A header from an untrusted address is not TLS; a trusted proxy that sends none is not admitted."""
    caplog.set_level(logging.INFO, "anyio_tls")
    admission = Admission(trusted_proxies=["127.0.0.1"] if trusted else ["192.0.2.0/24"])
    async with serving(face, server, admission=admission) as (port, listener):
        async with await connect_tcp("127.0.0.1", port) as sock:
            await sock.send(b"GET / HTTP/1.1\r\n\r\n" if trusted else b"PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n")
            await until_end(sock)
        await until(lambda: len(caplog.records) == 1)
        assert sum(listener.statistics().failed.values()) == 1


# ---- plain HTTP ----


@pytest.mark.parametrize(
    ("request_", "plain_http", "answer"),
    [
        pytest.param(b"GET /a?b HTTP/1.1\r\nHost: x.example:8443\r\n\r\n", "bad-request", b"HTTP/1.1 400", id="400"),
        pytest.param(b"GET /a?b HTTP/1.1\r\nHost: x_y.example:8443\r\n\r\n", "redirect", b"HTTP/1.1 308", id="308"),
        pytest.param(b"GET /a?b HTTP/1.0\nHost: x_y.example:8443\n\n", "redirect", b"HTTP/1.1 308", id="typed"),
        pytest.param(b"GET /\r\n", "redirect", b"HTTP/1.1 400", id="0.9"),
        pytest.param(b"GET /\x00 HTTP/1.1\r\nHost: x.example\r\n\r\n", "redirect", b"HTTP/1.1 400", id="odd path"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "redirect", b"HTTP/1.1 400", id="odd host"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: a.example\r\nhost: b.example\r\n\r\n", "redirect", b"HTTP/1.1 400", id="two hosts"
        ),
        pytest.param(b"POST / HTTP/1.1\r\nX: " + b"x" * 9000, "redirect", b"HTTP/1.1 400", id="endless"),
    ],
)
async def test_plain_http_is_answered(
    face: str,
    request_: bytes,
    plain_http: Any,
    answer: bytes,
    server: ssl.SSLContext,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "anyio_tls")
    async with serving(face, server, admission=Admission(plain_http=plain_http)) as (port, _):
        async with await connect_tcp("127.0.0.1", port) as sock:
            for piece in (request_[:3], request_[3:10], request_[10:]):
                await sock.send(piece)
                await let_others_run()
            received = await until_end(sock)
        await until(lambda: len(caplog.records) == 1)
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(answer)
    assert f"Content-Length: {len(body)}".encode() in head
    assert (b"Location: https://x_y.example:8443/a?b\r\n" in head) == (answer == b"HTTP/1.1 308")
    assert "HTTP" in caplog.records[0].getMessage()


@pytest.mark.usefixtures("patience")
async def test_the_answer_to_a_slow_upload_arrives(face: str, server: ssl.SSLContext) -> None:
    """Somebody else's client, which reads only when it has sent all of its request, with pauses."""

    def body() -> Iterator[bytes]:
        for _ in range(4):
            time.sleep(0.15)
            yield bytes(1000)

    def upload(port: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with closing(connection):
            connection.request("POST", "/upload", body(), {"Content-Length": "4000"})
            return connection.getresponse().status

    async with serving(face, server, admission=Admission(plain_http="redirect")) as (port, _):
        assert await to_thread.run_sync(upload, port) == 308


async def test_the_answer_to_head_has_no_content(face: str, server: ssl.SSLContext) -> None:
    """But the length that it would have (RFC 9110 section 9.3.2)."""
    async with serving(face, server, admission=Admission(plain_http="redirect")) as (port, _):
        received = []
        for method in (b"HEAD", b"GET"):
            async with await connect_tcp("127.0.0.1", port) as sock:
                await sock.send(method + b" / HTTP/1.1\r\nHost: x.example\r\n\r\n")
                received.append((await until_end(sock)).partition(b"\r\n\r\n"))
    (head, _, nothing), (other, _, content) = received
    assert head == other
    assert content
    assert not nothing


async def test_tls_is_not_taken_for_http(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    admission = Admission(plain_http="redirect")
    async with serving(face, lambda _: server, admission=admission) as (port, _):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
        async with await connect_tcp("127.0.0.1", port) as sock:
            await sock.send(b"GOPHER /")
            assert b"HTTP" not in await until_end(sock)


# ---- statistics ----


async def test_statistics(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with serving(face, server) as (port, listener):
        assert listener.statistics().accepted == 0
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await check_echo(stream)
            now = listener.statistics()
            assert (now.accepted, now.handshaking, now.open, now.completed) == (1, 0, 1, 1)
            assert now.protocols == {stream.version(): 1}
            assert now.ciphers == {(stream.cipher() or ("",))[0]: 1}
            session = stream.session
        async with await connect_tls(
            "127.0.0.1", port, hostname="localhost", ssl_context=client, session=session
        ) as stream:
            await check_echo(stream)
            assert stream.session_reused
        async with await connect_tcp("127.0.0.1", port):
            pass
        await until(lambda: listener.statistics().failed == {"gone": 1})
        await until(lambda: not (listener.statistics().open or listener.statistics().handshaking))
        silent = await connect_tcp("127.0.0.1", port)
        await until(lambda: listener.statistics().handshaking == 1)
    await silent.aclose()
    now = listener.statistics()
    assert (now.accepted, now.handshaking, now.completed, now.resumed, now.refused) == (4, 0, 2, 1, 0)
    assert now.failed == {"gone": 1, "cancelled": 1}  # Nobody is forgotten.


async def test_the_unwrapped_have_left(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """What goes on below is no connection of the listener's any more."""
    below: list[Any] = []

    async def handler(stream: Any) -> None:
        await receive(stream)
        transport_stream, _ = await stream.unwrap()
        below.append(transport_stream)

    async with serving(face, server, handler) as (port, listener):
        stream = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        await stream.send(b"x")
        transport_stream, _ = await stream.unwrap()
        await until(lambda: len(below) == 1)
        assert listener.statistics().open == 0
        await transport_stream.aclose()
        await below[0].aclose()


async def test_the_forgotten_have_left(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """A stream that was garbage-collected is not counted."""
    kept: list[Any] = []

    async def handler(stream: TLSStream) -> None:
        kept.append(stream)

    async with serving("AnyIO's face", server, handler) as (port, listener):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client):
            await until(lambda: len(kept) == 1)
            assert listener.statistics().open == 1
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)
                kept.clear()
                for _ in range(3):
                    await let_others_run()
                    gc.collect()
            assert listener.statistics().open == 0


# ---- the end ----


async def shut_down(face: str, listener: Any, seconds: float | None) -> None:
    if face == "Trio's face":
        await trio_face.shut_down([listener], seconds)
    else:
        await listener.shut_down(seconds)


@pytest.mark.guarantee("G7")
async def test_a_response_that_was_begun_arrives(
    face: str, server: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """At a shutdown idle connections get close_notify, and busy ones have the time that they need."""
    go_on = anyio.Event()

    async def handler(stream: Any) -> None:
        async with stream:
            try:
                while await receive(stream):
                    await go_on.wait()
                    await send(stream, b"x" * 300_000)
            except (anyio.BrokenResourceError, trio.BrokenResourceError):
                pass

    async with serving(face, server, handler) as (port, listener):
        idle = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client_context)
        busy = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client_context)
        await busy.send(b"request")
        await until(lambda: listener.statistics().open == 2)
        await let_others_run()
        ended = anyio.Event()

        async def end() -> None:
            await shut_down(face, listener, 30)
            ended.set()

        async with anyio.create_task_group() as ending:
            ending.start_soon(end)
            with pytest.raises(anyio.EndOfStream):  # close_notify
                await idle.receive()
            await idle.aclose()
            with pytest.raises(OSError):
                await connect_tcp("127.0.0.1", port)
            assert not ended.is_set()
            go_on.set()
            received = 0
            async for data in busy:
                received += len(data)
            await busy.aclose()
    assert received == 300_000
    assert listener.statistics().open == 0


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("asks", [True, False])
async def test_a_shutdown_before_the_first_request(
    face: str, asks: bool, server: ssl.SSLContext, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a client that has only just come through its handshake: it is on its way, or does not come for a while."""
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", 60.0 if asks else 0.2)
    async with serving(face, server) as (port, listener):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await until(lambda: listener.statistics().open == 1)
            async with anyio.create_task_group() as ending:
                ending.start_soon(shut_down, face, listener, 30)
                if asks:
                    await anyio.sleep(3 * _admission.IDLE_SECONDS)  # The shutdown looks at it more than once.
                    await check_echo(stream)
                with pytest.raises(anyio.EndOfStream):
                    await stream.receive()
                await stream.aclose()


@pytest.mark.guarantee("G7")
async def test_a_short_shutdown_before_the_first_request(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """Who does not come within half of its time gets close_notify, and is not cut off at its end."""
    async with serving(face, server) as (port, listener):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await until(lambda: listener.statistics().open == 1)
            async with anyio.create_task_group() as ending:
                ending.start_soon(shut_down, face, listener, 0.6)
                with pytest.raises(anyio.EndOfStream):
                    await stream.receive()
                await stream.aclose()


@pytest.mark.guarantee("G7")
async def test_a_client_that_does_not_look(
    face: str, server: ssl.SSLContext, client_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a pool: it does not hold up a shutdown. Its handler sees an end, and the others go on."""
    monkeypatch.setattr("anyio_tls._visitor.SILENCE_SECONDS", 0.2)
    go_on = anyio.Event()
    ends: list[str] = []

    async def handler(stream: Any) -> None:
        async with stream:
            while data := await receive(stream):
                if data == b"busy":
                    await go_on.wait()
                await send(stream, data)
            ends.append("end")

    async with serving(face, server, handler) as (port, listener):
        connecting = partial(connect_tls, "127.0.0.1", port, hostname="localhost", ssl_context=client_context)
        async with await connecting() as pooled, await connecting() as busy:
            await check_echo(pooled)
            await busy.send(b"busy")
            await until(lambda: listener.statistics().open == 2)
            async with anyio.create_task_group() as ending:
                ending.start_soon(shut_down, face, listener, 30)
                with anyio.fail_after(10):
                    await until(lambda: listener.statistics().open == 1)
                assert ends == ["end"]
                go_on.set()
                assert await busy.receive() == b"busy"
                with pytest.raises(anyio.EndOfStream):
                    await busy.receive()
                await busy.aclose()
            with pytest.raises(anyio.EndOfStream):
                await pooled.receive()
    assert ends == ["end", "end"]


@pytest.mark.guarantee("G7")
async def test_who_is_not_given_up(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Who asks all the same, or has not everything yet."""
    received: list[bytes] = []
    looked = anyio.Event()

    async def handler(stream: TLSStream) -> None:
        driver = stream._driver
        async with stream, anyio.create_task_group() as tg:

            async def listen() -> None:
                with suppress(anyio.EndOfStream):
                    while True:
                        received.append(await stream.receive())

            await stream.send(await stream.receive())
            driver.give_up()  # nobody waits for it
            tg.start_soon(listen)
            await let_others_run()
            assert driver.retire()
            with pytest.MonkeyPatch.context() as monkeypatch:
                monkeypatch.setattr(driver._pump.transport, "is_undelivered", lambda: True)
                driver.give_up()
            await until(lambda: bool(received))
            driver.give_up()  # a late request: its handler has to see to that
            await let_others_run()
            assert received == [b"late"]
            assert not stream.close_notify_received
            looked.set()
            await until(lambda: stream.close_notify_received)
            driver.give_up()  # it has ended
            received.append(b"")

    async with serving("AnyIO's face", server, handler) as (port, _listener):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            await stream.send(b"hello")
            assert await stream.receive() == b"hello"
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
            await stream.send(b"late")
            await looked.wait()
            await stream.send_eof()
            await until(lambda: received == [b"late", b""])


@pytest.mark.guarantee("G7")
async def test_a_request_that_crosses_close_notify(
    face: str, server: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """At a shutdown. It is not answered, as if its client had gone, and the handlers of the others go on."""
    go_on = anyio.Event()
    errors: list[Exception] = []

    async def handler(stream: Any) -> None:
        async with stream:
            try:
                while request := await receive(stream):
                    if request == b"busy":
                        await go_on.wait()
                    await send(stream, b"x" * 300_000)
            except (anyio.BrokenResourceError, trio.BrokenResourceError) as exc:
                errors.append(exc)

    async with serving(face, server, handler) as (port, listener):
        idle = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client_context)
        busy = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client_context)
        await busy.send(b"busy")
        await until(lambda: listener.statistics().open == 2)
        await let_others_run()
        async with anyio.create_task_group() as ending:
            ending.start_soon(shut_down, face, listener, 30)
            with pytest.raises(anyio.EndOfStream):  # close_notify, which the client might have met only now
                await idle.receive()
            await idle.send(b"idle")
            await until(lambda: listener.statistics().open == 1)
            go_on.set()
            received = 0
            async for data in busy:
                received += len(data)
            await busy.aclose()
            await idle.aclose()
    assert received == 300_000
    assert "close_notify" in str(errors[0])


@pytest.mark.guarantee("G7")
async def test_who_answers_beside_the_reader_may_end(
    face: str, server: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A handler that always waits for requests, in a task of its own, is not idle between two pieces of an answer, even
    if that task has sent something as well."""
    go_on = anyio.Event()

    async def handler(stream: Any) -> None:
        async def answer() -> None:
            await send(stream, b"the beginning, ")
            await go_on.wait()
            await send(stream, b"and the end")
            tasks.cancel_scope.cancel()

        async with stream, anyio.create_task_group() as tasks:
            while request := await receive(stream):
                if request == b"ping":
                    await send(stream, b"pong, ")
                else:
                    tasks.start_soon(answer)

    async with serving(face, server, handler) as (port, listener):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client_context) as stream:
            await stream.send(b"request")
            received = await stream.receive()
            await stream.send(b"ping")
            received += await stream.receive()
            async with anyio.create_task_group() as ending:
                ending.start_soon(shut_down, face, listener, 30)
                await anyio.sleep(3 * _admission.IDLE_SECONDS)  # The shutdown looks at it at least twice.
                go_on.set()
                received += await until_end(stream)
    assert received == b"the beginning, pong, and the end"


@pytest.mark.guarantee("G7")
async def test_a_request_that_nobody_has_looked_at(
    face: str, server: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """It has arrived, and its handler has not run since: it is answered."""
    admission = Admission()
    async with serving(face, server, admission=admission) as (port, _):
        raw = await to_thread.run_sync(socket.create_connection, ("127.0.0.1", port))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        shake_hands = partial(client_context.wrap_socket, raw, server_hostname="localhost")
        with await to_thread.run_sync(shake_hands) as sock:
            await until(lambda: admission.statistics().open == 1)
            await let_others_run()
            sock.sendall(b"a request")
            time.sleep(0.01)  # noqa: ASYNC251 -- over loopback it arrives, and nobody runs
            async with anyio.create_task_group() as tg:
                tg.start_soon(admission.drain, 30)
                assert await to_thread.run_sync(sock.recv, 100) == b"a request"
                assert await to_thread.run_sync(sock.recv, 100) == b""  # the goodbye
                sock.close()


@pytest.mark.guarantee("G7", "G13")
async def test_goodbyes_to_many(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other tasks run between them."""
    told: list[int] = []
    turns = 0
    retire = Guest.retire

    def noting(guest: Guest, tasks: Any, patience: float) -> None:
        told.append(turns)
        retire(guest, tasks, patience)

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await checkpoint()

    monkeypatch.setattr(Guest, "retire", noting)
    many = 3 * GOODBYES_IN_A_ROW
    async with serving(face, server) as (port, listener), anyio.create_task_group() as tg:
        connecting = partial(connect_tls, "127.0.0.1", port, hostname="localhost", ssl_context=client)
        streams = [await connecting() for _ in range(many)]
        await until(lambda: listener.statistics().open == many)
        await let_others_run()
        tg.start_soon(take_turns)
        tg.start_soon(shut_down, face, listener, 30)
        for stream in streams:
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
            await stream.aclose()
        await until(lambda: listener.statistics().open == 0)
        tg.cancel_scope.cancel()
    # Trio runs tasks in random order, so one may have its turn twice before another has it.
    assert max(Counter(told[:many]).values()) <= 2 * GOODBYES_IN_A_ROW


@pytest.mark.guarantee("G7")
async def test_a_close_that_lingers_is_cut_off(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """When the time is up; what its peer does not read is lost."""
    closing = anyio.Event()

    async def handler(stream: Any) -> None:
        if face == "Trio's face":
            await stream.do_handshake()
        with anyio.move_on_after(0.1):
            await send(stream, bytes(2**24))
        closing.set()
        await stream.aclose()

    async with serving(face, server, handler) as (port, listener):
        stream = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        await closing.wait()
        await let_others_run()
        with anyio.fail_after(10):
            await shut_down(face, listener, 0.05)
        assert listener.statistics().open == 0
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G7")
@on_trio
async def test_all_listeners_are_closed(server: ssl.SSLContext) -> None:
    """Though the shutdown is cancelled, or one cannot be closed."""

    class Failing(MemoryListener):
        async def aclose(self) -> None:
            raise OSError

    for failing in (False, True):
        below = [listener for _ in range(2) for listener in await trio.open_tcp_listeners(0, host="127.0.0.1")]
        listeners = [trio_face.TLSListener(listener, server) for listener in below]
        with trio.CancelScope() as scope:
            if failing:
                with pytest.raises(OSError):
                    await trio_face.shut_down([trio_face.TLSListener(Failing(), server), *listeners])
            else:
                scope.cancel()
                await trio_face.shut_down(listeners)
        assert {listener.socket.fileno() for listener in below} == {-1}


@pytest.mark.guarantee("G7")
async def test_a_request_that_has_come_in_part(
    face: str, server: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """As half a record: it is answered."""
    async with serving(face, server) as (port, listener), await connect_tcp("127.0.0.1", port) as below:
        first, second = memory_stream_pair()
        async with anyio.create_task_group() as tg:

            async def carry(source: Any, sink: Any) -> None:
                with suppress(anyio.EndOfStream, anyio.ClosedResourceError, anyio.BrokenResourceError):
                    while True:
                        await sink.send(await source.receive())

            there = anyio.CancelScope()

            async def carry_there() -> None:
                with there:
                    await carry(second, below)

            tg.start_soon(carry_there)
            tg.start_soon(carry, below, second)
            stream = await TLSStream.wrap(first, hostname="localhost", ssl_context=client_context)
            await until(lambda: listener.statistics().open == 1)
            there.cancel()
            await let_others_run()
            await stream.send(b"a request")
            record = await second.receive()
            await below.send(record[:10])
            await let_others_run()
            tg.start_soon(shut_down, face, listener, 30)
            await anyio.sleep(2 * _admission.IDLE_SECONDS)  # The shutdown looks at it at least once.
            await below.send(record[10:])
            assert await stream.receive() == b"a request"
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
            await below.aclose()
            await anyio.aclose_forcefully(stream)
            tg.cancel_scope.cancel()


async def test_a_close_that_fails_keeps_no_other_open(server: ssl.SSLContext, caplog: pytest.LogCaptureFixture) -> None:
    """At a shutdown. It is a bug in a stream below, which the log tells."""

    class Failing(MemoryStream):
        async def aclose(self) -> None:
            try:
                await super().aclose()
            finally:
                raise ZeroDivisionError

    ends = [memory_stream_pair() for _ in range(3)]
    ends[1][1].__class__ = Failing
    listener = TLSListener(StreamListener(*(end for _, end in ends)), server)  # type: ignore[arg-type]
    async with anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, echo)
        await until(lambda: listener.statistics().handshaking == 3)
        await let_others_run()
        await listener.admission.drain(0)
        for end, _ in ends:
            with pytest.raises(anyio.EndOfStream):
                await end.receive()
            await end.aclose()
        tg.cancel_scope.cancel()
    assert "closing the connection failed" in caplog.text


@pytest.mark.guarantee("G7")
async def test_what_is_cut_off_does_not_look_complete(
    face: str, server: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """When the time is up amid a response, no close_notify follows it."""

    async def handler(stream: Any) -> None:
        with suppress(trio.ClosedResourceError):
            await receive(stream)
            await send(stream, b"the beginning")
            await anyio.sleep_forever()

    async with serving(face, server, handler) as (port, listener):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client_context) as stream:
            await stream.send(b"request")
            assert await stream.receive() == b"the beginning"
            await shut_down(face, listener, 0.01)
            with pytest.raises(TruncatedError):
                await stream.receive()


@pytest.mark.guarantee("G7")
async def test_each_listener_is_shut_down_by_itself(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Connections of another one with the same admission go on; ``drain()`` is for all."""
    admission = Admission()
    async with (
        serving(face, server, admission=admission) as (port, _),
        serving(face, server, admission=admission) as (_, other),
    ):
        async with await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client) as stream:
            with anyio.fail_after(10):
                await shut_down(face, other, 30)
            await check_echo(stream)
            async with anyio.create_task_group() as tg:
                tg.start_soon(admission.drain, 30)
                with pytest.raises(anyio.EndOfStream):
                    await stream.receive()
                await stream.aclose()


@pytest.mark.guarantee("G7")
async def test_who_is_silent_does_not_hold_up_the_end(
    face: str, server: ssl.SSLContext, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that has not completed its handshake is dropped after a moment, whatever time the others have. A handler
    that goes on without its connection does not delay the shutdown either."""
    monkeypatch.setattr(_admission, "PATIENCE_SECONDS", 0.05)

    async def handler(stream: Any) -> None:
        if face == "Trio's face":
            with suppress(trio.BrokenResourceError):
                await stream.do_handshake()
                await anyio.sleep_forever()
        else:
            await anyio.sleep_forever()

    async with serving(face, server, handler) as (port, listener):
        silent = await connect_tcp("127.0.0.1", port)
        await until(lambda: listener.statistics().handshaking == 1)
        await shut_down(face, listener, 30)
        assert await until_end(silent) == b""
        await silent.aclose()
    async with serving(face, server, handler) as (port, listener):
        stream = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        await until(lambda: listener.statistics().open == 1)
        await shut_down(face, listener, 0.1)
        assert listener.statistics().open == 0
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G9")
@on_trio
async def test_a_failed_handshake_keeps_its_error(server: ssl.SSLContext) -> None:
    """Also if its time is over before the peer has taken the alert."""
    ours, theirs = memory_stream_pair(capacity=0)
    stream = trio_face.TLSStream(ours, server, server_side=True, handshake_timeout=0.05)
    errors: list[trio_face.TLSError] = []

    async def shake_hands() -> None:
        with pytest.raises(trio_face.TLSError) as caught:
            await stream.do_handshake()
        errors.append(caught.value)

    async with anyio.create_task_group() as tg:
        tg.start_soon(shake_hands)
        await theirs.send(b"\x16\x03\x01\x00\x04\x01\x00\x00\x00")
    assert not isinstance(errors[0], TimeoutError)
    await anyio.aclose_forcefully(theirs)
    await trio.aclose_forcefully(stream)


@pytest.mark.guarantee("G7")
async def test_who_is_cut_off_in_a_task_group(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The closed error comes in a group then, and does not end the caller's task group either."""

    async def handler(stream: TLSStream) -> None:
        async with stream, anyio.create_task_group() as tasks:
            tasks.start_soon(stream.send, await stream.receive())
            tasks.start_soon(stream.receive)  # the rest of a request that does not come

    listener = await create_tls_listener(server, local_host="127.0.0.1")
    async with anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, handler, tg)
        port = listener.extra(SocketAttribute.local_port)
        stream = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        await stream.send(b"half a request")
        assert await stream.receive() == b"half a request"
        await let_others_run()
        await listener.shut_down(0)
        await let_others_run()
        assert not tg.cancel_scope.cancel_called
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G7")
async def test_who_is_cut_off_beside_a_thread(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The handler's other task notices its cancellation only when its thread has ended: it is in the same group."""
    ended = threading.Event()

    async def handler(stream: TLSStream) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(partial(to_thread.run_sync, ended.wait))
            await stream.receive()
            await stream.receive()  # the rest of a request that does not come

    listener = await create_tls_listener(server, local_host="127.0.0.1")
    async with anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, handler)
        port = listener.extra(SocketAttribute.local_port)
        stream = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        await stream.send(b"half a request")
        await until(lambda: listener.statistics().open == 1)
        await let_others_run()
        await listener.shut_down(0)
        ended.set()
        await anyio.aclose_forcefully(stream)


@pytest.mark.guarantee("G7")
async def test_who_does_not_end_is_cut_off(face: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """When the time is up; the handler gets the closed error, or is cancelled."""

    async def handler(stream: Any) -> None:
        # On AnyIO's face the listener catches it.
        with suppress(trio.ClosedResourceError):
            await receive(stream)
            await receive(stream)  # the rest of a request that does not come

    async with serving(face, server, handler) as (port, listener):
        stream = await connect_tls("127.0.0.1", port, hostname="localhost", ssl_context=client)
        silent = await connect_tcp("127.0.0.1", port)
        await stream.send(b"half a request")
        await until(lambda: (listener.statistics().open, listener.statistics().handshaking) == (1, 1))
        await let_others_run()
        await shut_down(face, listener, 0.05)
        assert (listener.statistics().open, listener.statistics().handshaking) == (0, 0)
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await stream.receive()
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await silent.receive()
        await anyio.aclose_forcefully(stream)
        await silent.aclose()


@on_trio
@pytest.mark.guarantee("G15")
async def test_a_client_whose_handler_takes_its_time(server: ssl.SSLContext, caplog: pytest.LogCaptureFixture) -> None:
    """On Trio's face the handler begins with the handshake. Who has to go before that is closed all the same."""
    caplog.set_level(logging.INFO, "anyio_tls")
    come, go = trio.Event(), trio.Event()
    errors = list[Exception]()

    async def handler(stream: trio_face.TLSStream[Any]) -> None:
        if len(came) == 1:
            come.set()
        came.append(stream)
        await go.wait()
        try:
            await stream.do_handshake()
        except (trio.BrokenResourceError, trio.ClosedResourceError) as exc:  # the latter from the shutdown
            errors.append(exc)
        await stream.aclose()

    came = list[Any]()
    admission = Admission(max_connections=1)
    listeners = await trio_face.open_tls_over_tcp_listeners(0, server, host="127.0.0.1", admission=admission)
    below: Any = listeners[0].transport_listener
    port = below.socket.getsockname()[1]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, handler, listeners)
        with socket.create_connection(("127.0.0.1", port)) as first, socket.create_connection(("127.0.0.1", port)):
            await come.wait()
            assert first.recv(1) == b""
            statistics = admission.statistics()
            assert (statistics.handshaking, statistics.failed) == (1, {"timed out": 1})
            assert "could not wait any longer" in caplog.text
            go.set()
            await trio_face.shut_down(listeners, 0)
        nursery.cancel_scope.cancel()
    assert [type(error).__name__ for error in errors].count("HandshakeTimeoutError") == 1


@pytest.mark.guarantee("G15")
async def test_a_client_that_was_gone_before_it_was_accepted(face: str, server: ssl.SSLContext) -> None:
    """The hook sees its address: it counts the client, like all others."""
    seen = list[Any]()

    def admit(visitor: Visitor) -> bool:
        seen.append(visitor.remote_address[0])
        return True

    async with serving(face, server, admission=Admission(admit=admit)) as (port, listener):
        with socket.create_connection(("127.0.0.1", port)) as sock:
            reset(sock)
        await until(lambda: listener.statistics().failed)
        assert listener.statistics().failed == {"gone": 1}
    assert seen == ["127.0.0.1"]


@on_trio
@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("error", [trio.BrokenResourceError, ZeroDivisionError])
async def test_who_has_to_go_over_a_stream_whose_close_fails(
    error: type[Exception], server: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """The next client is accepted all the same. A bug in the stream is told."""

    class Streams(trio.abc.Listener[Any]):
        async def accept(self) -> Any:
            await checkpoint()
            stream: Any = Mock(trio.abc.Stream)
            stream.aclose.side_effect = error("such a stream")
            return stream

        async def aclose(self) -> None:
            await checkpoint()

    listener = trio_face.TLSListener(Streams(), server, admission=Admission(max_connections=1, max_handshakes=1))
    first = await listener.accept()
    door_of(listener.admission)._oldest().came -= 10
    second = await listener.accept()
    with pytest.raises(HandshakeTimeoutError):
        await first.do_handshake()
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert bool(told) == (error is ZeroDivisionError)
    for stream in (first, second):
        with suppress(ZeroDivisionError):
            await trio.aclose_forcefully(stream)


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        (("::ffff:192.0.2.1", 1), ("192.0.2.1", 1)),
        (("0:0:0:0:0:FFFF:C000:201", 1), ("192.0.2.1", 1)),
        (("2001:db8::1", 1), ("2001:db8::1", 1)),
        (("fe80::1%eth0", 1), ("fe80::1%eth0", 1)),
        (("vsock:3", 1), ("vsock:3", 1)),
        ("/run/a:b", "/run/a:b"),
    ],
)
async def test_the_hook_sees_ipv4_addresses_as_such(address: Any, seen: Any) -> None:
    """As lists of addresses have them."""
    guest = await door_of(Admission()).enter(None, address, None, ErrorClasses())
    assert guest is not None
    assert guest.remote_address == seen


async def test_who_gets_in_where_one_socket_listens_for_both_families(
    server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    seen = list[Any]()

    def admit(visitor: Visitor) -> bool:
        seen.append(visitor.remote_address[0])
        return True

    listener: Any
    async with await create_tls_listener(server, admission=Admission(admit=admit)) as listener:
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, echo)
            port = listener.extra(SocketAttribute.local_port)
            await (await connect_tls("127.0.0.1", port, ssl_context=client)).aclose()
            tg.cancel_scope.cancel()
    assert seen == ["127.0.0.1"]


@on_trio
@pytest.mark.guarantee("G15")
async def test_accept_fails_on_trios_own_listener(server: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Trio itself takes it: a dying connection is passed over, and a closed socket is a closed listener."""
    (listener,) = await trio_face.open_tls_over_tcp_listeners(0, server, host="127.0.0.1")
    errors = [
        OSError(errno.ECONNABORTED, "gone"),
        OSError(errno.EBADF, "closed"),
        BlockingIOError(errno.EAGAIN, "another process has accepted it"),
        OSError(errno.EINVAL, "a bug"),
    ]
    accept = socket.socket.accept

    def fail(sock: socket.socket) -> Any:
        if errors:
            raise errors.pop(0)
        return accept(sock)

    monkeypatch.setattr(socket.socket, "accept", fail)
    below: Any = listener.transport_listener
    with socket.create_connection(below.socket.getsockname()):
        with pytest.raises(trio.ClosedResourceError):
            await listener.accept()
        with pytest.raises(OSError, match="a bug"):
            await listener.accept()
        await trio.aclose_forcefully(await listener.accept())
    await listener.aclose()


@on_trio
@pytest.mark.parametrize("default_timeout", [None, 30])
async def test_trios_listener_waits_where_nobody_can_tell_whether_a_client_has_come(
    default_timeout: float | None,
    server: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """As on Windows: it tries once, and then waits. Try or wait, the program's default for sockets is not for it."""
    request.addfinalizer(partial(socket.setdefaulttimeout, None))
    socket.setdefaulttimeout(default_timeout)
    monkeypatch.setattr("anyio_tls._trio._listener.poll_of", lambda _: partial(bool, True))
    (listener,) = await trio_face.open_tls_over_tcp_listeners(0, server, host="127.0.0.1")
    below: Any = listener.transport_listener
    accepted: list[Any] = []
    async with trio.open_nursery() as nursery:

        @nursery.start_soon
        async def accept() -> None:
            accepted.append(await listener.accept())

        with trio.fail_after(5):
            await trio.testing.wait_all_tasks_blocked()
        with socket.create_connection(below.socket.getsockname()):
            while not accepted:
                await checkpoint()
    await trio.aclose_forcefully(accepted[0])
    await listener.aclose()


@on_trio
@pytest.mark.guarantee("G4")
@pytest.mark.skipif(sys.platform == "win32", reason="on Windows the number of a socket is no descriptor")
@pytest.mark.parametrize("how", ["waiting", "at a connection"])
async def test_trios_listener_is_closed_amid_accept(
    how: str, server: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call gets the closed error. The number of the descriptor may be that of another listener by then, whose
    clients are left alone."""
    (listener,) = await trio_face.open_tls_over_tcp_listeners(0, server, host="127.0.0.1")
    below: Any = listener.transport_listener
    number = below.socket.fileno()
    with socket.create_server(("127.0.0.1", 0)) as other, socket.create_connection(other.getsockname()):

        def replace() -> bool:
            below.socket.close()
            os.dup2(other.fileno(), number)
            return True

        try:
            async with trio.open_nursery() as nursery:
                if how == "at a connection":
                    monkeypatch.setattr("anyio_tls._trio._listener.poll_of", lambda _: replace)

                @nursery.start_soon
                async def accept() -> None:
                    with pytest.raises(trio.ClosedResourceError):
                        await listener.accept()

                if how == "waiting":
                    await trio.testing.wait_all_tasks_blocked()
                    replace()
        finally:
            os.close(number)
        other.settimeout(5)
        other.accept()[0].close()


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize(("has_shaken_hands", "seconds"), [(True, SILENCE_SECONDS), (False, PATIENCE_SECONDS)])
def test_a_shutdown_in_virtual_time(
    has_shaken_hands: bool, seconds: float, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """All its times are the event loop's: a test sets Trio's clock forward, and sees what would happen."""
    ended: list[str] = []

    async def handler(stream: trio_face.TLSStream[Any]) -> None:
        async with stream:
            try:
                async for data in stream:
                    await stream.send_all(data)
                ended.append("end")
            except TLSError:
                ended.append("handshake")

    async def main() -> float:
        ours, theirs = trio.testing.memory_stream_pair()
        listener = trio_face.TLSListener(MemoryListener(theirs), server)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.serve_listeners, handler, [listener])
            if has_shaken_hands:
                stream = trio_face.TLSStream(ours, client, server_hostname="localhost")
                await stream.send_all(b"x")
                assert await stream.receive_some() == b"x"
            await trio.testing.wait_all_tasks_blocked()
            began = trio.current_time()
            await trio_face.shut_down([listener], 20)
            took = trio.current_time() - began
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        return took

    took = trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    assert seconds <= took < seconds + 0.5
    assert ended == ["end" if has_shaken_hands else "handshake"]


@on_trio
@pytest.mark.guarantee("G15")
async def test_who_has_failed_has_to_go_too(server: ssl.SSLContext) -> None:
    """A handler that does not close what has failed."""
    admission = Admission(max_connections=1)
    (listener,) = await trio_face.open_tls_over_tcp_listeners(0, server, host="127.0.0.1", admission=admission)
    below: Any = listener.transport_listener
    address = below.socket.getsockname()
    with socket.create_connection(address) as one, socket.create_connection(address):
        one.send(b"SSH-2.0-x\r\n")
        failed = await listener.accept()
        with pytest.raises(TLSError):
            await failed.do_handshake()
        door_of(admission)._oldest().came -= 10
        await trio.aclose_forcefully(await listener.accept())
        while one.recv(100):  # its alert, and its end
            pass
    # Both are counted, each once: what we closed ourselves, too.
    assert admission.statistics().failed == {"wrong_version_number": 1, "cancelled": 1}
    await trio.aclose_forcefully(failed)
    await listener.aclose()
