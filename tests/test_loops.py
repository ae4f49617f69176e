"""Event loops: which one is meant if two are running, and those without reader registration."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from selectors import EVENT_READ
from typing import Any

import anyio
import pytest
from anyio.abc import SocketAttribute

from anyio_tls import SocketStream, TLSStream, TruncatedError, connect_tls, create_tls_listener
from anyio_tls._event_loop import running_library
from anyio_tls._queue import SendQueue
from anyio_tls._selector_thread import SelectorThread, selector_thread
from anyio_tls._transports import transport_for
from anyio_tls.testing import CertificateAuthority

from ._loops import FAULTS, WithoutAddReader
from ._package import python
from ._pairs import let_others_run, socket_pair
from .conftest import BACKENDS, open_descriptors

ROOT = Path(__file__).parent.parent


async def echo(stream: TLSStream) -> None:
    async with stream:
        async for chunk in stream:
            await stream.send(chunk)


async def converse(port: int, ca: CertificateAuthority) -> None:
    async with await connect_tls("127.0.0.1", port, ssl_context=ca.client_context()) as stream:
        await stream.send(b"hello")
        assert await stream.receive() == b"hello"


def without_add_reader(test: Callable[..., Awaitable[None]], *args: Any) -> None:
    """Run a test on an event loop without reader registration."""

    async def main() -> None:
        with anyio.fail_after(30):
            await test(*args)

    anyio.run(main, backend_options={"loop_factory": WithoutAddReader})


def test_what_is_known_to_fail_exists() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    names = {name.partition("[")[0] for faults in FAULTS.values() for name in faults}
    assert {name for name in names if f"def {name}(" not in tests} == set()


# ---- two event loops in a thread ----


@pytest.mark.guarantee("G13")
def test_trio_as_a_guest_of_asyncio(ca: CertificateAuthority) -> None:
    """Both of them speak TLS, each with the other, at the same time."""
    trio = pytest.importorskip("trio")
    libraries: dict[str, str | None] = {}

    async def serve_and_ask(own: str, ports: dict[str, int], other: str) -> None:
        listener = await create_tls_listener(ca.server_context(), local_host="127.0.0.1")
        async with listener, anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, echo)
            ports[own] = listener.extra(SocketAttribute.local_port)
            while other not in ports:
                await anyio.lowlevel.checkpoint()
            libraries[own] = running_library()
            for _ in range(10):
                await converse(ports[other], ca)
            done.add(own)
            while other not in done:
                await anyio.lowlevel.checkpoint()
            tg.cancel_scope.cancel()

    ports: dict[str, int] = {}
    done: set[str] = set()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        guest: asyncio.Future[Any] = loop.create_future()
        trio.lowlevel.start_guest_run(
            serve_and_ask,
            "guest",
            ports,
            "host",
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=guest.set_result,
        )
        await serve_and_ask("host", ports, "guest")
        (await guest).unwrap()

    asyncio.run(asyncio.wait_for(main(), 30))
    assert libraries == {"guest": "trio", "host": "asyncio"}


def test_no_event_loop() -> None:
    assert running_library() is None


# ---- event loops that cannot watch sockets ----


def test_an_event_loop_closes_what_it_opened() -> None:
    """Or the guards of the other tests could not tell its descriptors from ours."""
    before = open_descriptors()
    BACKENDS["asyncio"][1].get("loop_factory", asyncio.new_event_loop)().close()
    assert open_descriptors() == before


@pytest.mark.guarantee("G13")
def test_without_add_reader(ca: CertificateAuthority) -> None:
    async def main() -> None:
        async with await create_tls_listener(ca.server_context(), local_host="127.0.0.1") as listener:
            port = listener.extra(SocketAttribute.local_port)
            async with anyio.create_task_group() as tg:
                tg.start_soon(listener.serve, echo)
                async with anyio.create_task_group() as clients:
                    for _ in range(20):
                        clients.start_soon(converse, port, ca)
                tg.cancel_scope.cancel()

    without_add_reader(main)


@pytest.mark.guarantee("G3", "G11")
def test_both_directions_wait_without_add_reader() -> None:
    """Who waits for input is woken while another task waits for room, and that one too when there is some."""

    async def main() -> None:
        ours, theirs = (transport_for(SocketStream(sock)) for sock in socket.socketpair())
        received: list[bytes | memoryview] = []
        sent = anyio.Event()

        async def send() -> None:
            await ours.send(queue)
            sent.set()

        async def receive() -> None:
            received.append(await ours.receive(10))

        queue = SendQueue(bytes(2**24))
        before = -1
        while before != len(queue):  # until there is no more room
            before = len(queue)
            ours.send_nowait(queue)
        async with anyio.create_task_group() as tg:
            tg.start_soon(receive)
            tg.start_soon(send)
            await let_others_run()
            theirs.send_nowait(SendQueue(b"hello"))
            while not received:
                await anyio.lowlevel.checkpoint()
            assert not sent.is_set()
            while not sent.is_set():
                if theirs.receive_nowait(2**16) is None:
                    await theirs.receive(2**16)
                await anyio.lowlevel.checkpoint()
        assert received == [b"hello"]
        await ours.aclose()
        await theirs.aclose()

    without_add_reader(main)


@pytest.mark.guarantee("G1")
def test_cancelled_waits_without_add_reader() -> None:
    """A wait that begins right after a cancelled one is woken too."""

    async def main() -> None:
        async with SocketStream((pair := socket_pair())[0]) as ours, SocketStream(pair[1]) as theirs:
            for turns in range(100):
                async with anyio.create_task_group() as tg:
                    tg.start_soon(ours.receive)
                    await let_others_run(turns % 10)
                    tg.cancel_scope.cancel()
                await theirs.send(b"x")
                assert await ours.receive(1) == b"x"

    without_add_reader(main)


@pytest.mark.guarantee("G7", "G16")
@pytest.mark.guarantee("G7", "G16")
@pytest.mark.parametrize("interrupted", ["cancelled", "closed"])
def test_the_peer_sees_a_close_without_add_reader(interrupted: str) -> None:
    """The thread that polled the socket kept it open for the peer."""

    async def main() -> None:
        ours, theirs = socket_pair()
        theirs.settimeout(10)
        stream = SocketStream(ours)
        async with anyio.create_task_group() as tg:

            async def receive() -> None:
                with contextlib.suppress(anyio.ClosedResourceError):
                    await stream.receive()

            tg.start_soon(receive)
            await anyio.sleep(0.05)  # Nothing tells when the thread has begun to poll the socket.
            if interrupted == "cancelled":
                tg.cancel_scope.cancel()
            else:
                await stream.aclose()
        await stream.aclose()
        assert await anyio.to_thread.run_sync(theirs.recv, 1) == b""
        theirs.close()

    without_add_reader(main)


def test_closed_below_without_add_reader(ca: CertificateAuthority) -> None:
    async def main() -> None:
        below, peer = map(SocketStream, socket_pair())
        made: list[TLSStream] = []

        async def wrap(stream: SocketStream, **options: Any) -> None:
            made.append(await TLSStream.wrap(stream, **options))

        async with anyio.create_task_group() as tg:
            tg.start_soon(lambda: wrap(peer, server_side=True, ssl_context=ca.server_context()))
            tg.start_soon(lambda: wrap(below, hostname="localhost", ssl_context=ca.client_context()))
        client, server = sorted(made, key=lambda stream: stream.server_side)

        async def receive() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await client.receive()

        async with anyio.create_task_group() as tg:
            tg.start_soon(receive)
            await let_others_run()
            await below.aclose()
        with pytest.raises(TruncatedError):
            await server.receive()
        await client.aclose()
        await server.aclose()

    without_add_reader(main)


# ---- the thread that waits for them ----


def test_both_who_wait_are_told_of_the_close() -> None:
    async def main(thread: SelectorThread) -> None:
        first, second = socket.socketpair()
        with first, second:
            first.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    first.send(bytes(2**16))

            async def wait(call: Callable[[socket.socket], Awaitable[None]]) -> None:
                with pytest.raises(anyio.ClosedResourceError):
                    await call(first)

            async with anyio.create_task_group() as tg:
                tg.start_soon(wait, thread.wait_readable)
                tg.start_soon(wait, thread.wait_writable)
                await let_others_run()
                thread.notify_closing(first)

    without_add_reader(main, selector_thread())


def test_a_closed_socket_disturbs_nobody() -> None:
    """Who waits for it sees for itself, and nobody else is woken."""

    async def main(thread: SelectorThread) -> None:
        first, second = socket.socketpair()
        closed = socket.socket()
        closed.close()
        with first, second:
            async with anyio.create_task_group() as tg:
                tg.start_soon(thread.wait_readable, first)
                await let_others_run()
                await thread.wait_readable(closed)
                assert (first.fileno(), EVENT_READ) in thread._waiting
                second.send(b"x")

    without_add_reader(main, selector_thread())


def test_an_event_loop_is_closed_while_a_task_waits() -> None:
    first, second = socket.socketpair()
    with first, second:
        forgotten = []

        async def begin(thread: SelectorThread) -> None:
            wait: Any = thread.wait_readable(first)
            wait.send(None)
            forgotten.append(wait)

        without_add_reader(begin, selector_thread())
        second.send(b"x")
        without_add_reader(selector_thread().wait_readable, second_reader := first.dup())
        second_reader.close()
        forgotten[0].close()


def test_an_alarm_that_was_raised_often_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread has not yet come to look."""

    class Full:
        def send(self, _: bytes) -> int:
            alarm.send(b"!")
            raise BlockingIOError

    async def main(thread: SelectorThread) -> None:
        first, second = socket.socketpair()
        with first, second:
            await thread.wait_writable(first)

    thread = selector_thread()
    without_add_reader(main, thread)  # which begins it
    alarm, alarmed = thread._alarms
    monkeypatch.setattr(thread, "_alarms", (Full(), alarmed))
    without_add_reader(main, thread)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_a_thread_of_its_own() -> None:
    code = """if True:
        import asyncio, os, signal, socket, sys, warnings
        from anyio_tls._selector_thread import selector_thread

        async def wait():
            for name in ("readable", "writable"):
                await getattr(selector_thread(), "wait_" + name)(first)

        warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of forks where there are threads
        first, second = socket.socketpair()
        second.send(b"x")
        asyncio.run(wait())
        pid = os.fork()
        if not pid:
            signal.alarm(20)
        asyncio.run(wait())
        if not pid:
            os._exit(0)
        print(os.waitpid(pid, 0)[1])
        first.close(), second.close()
    """
    assert python(code) == "0\n"


def test_what_a_forked_process_keeps_of_a_thread() -> None:
    """Neither a socket of its parent's, nor anybody who waits."""
    thread = SelectorThread()
    thread._alarms = alarms = socket.socketpair()
    thread.forget()
    assert [alarm.fileno() for alarm in alarms] == [-1, -1]


def test_who_is_woken_as_it_is_cancelled() -> None:
    async def main(thread: SelectorThread) -> None:
        first, second = socket.socketpair()
        with first, second:
            wait: Any = thread.wait_readable(first)
            waiter = wait.send(None)
            second.send(b"x")
            while (first.fileno(), EVENT_READ) in thread._waiting:  # until it is on its way
                pass
            waiter.cancel()
            await let_others_run()
            with pytest.raises(asyncio.CancelledError):
                wait.send(None)

    without_add_reader(main, selector_thread())


# ---- systems ----

CONVERSATION = """
import anyio, asyncio, cryptography, socket, ssl, sys  # which have to know where they really are
import anyio._backends._asyncio, anyio_tls.testing
from anyio.abc import SocketAttribute

sys.platform = {platform!r}
socket.SO_EXCLUSIVEADDRUSE = socket.SO_REUSEADDR  # which AnyIO sets on Windows
sys.modules["fcntl"] = sys.modules["termios"] = None
for name in [name for name in sys.modules if name.startswith("anyio_tls")]:
    del sys.modules[name]
from anyio_tls import TLSStream, connect_tls, create_tls_listener
from anyio_tls.testing import CertificateAuthority
from tests._loops import WithoutAddReader

async def echo(stream):
    async with stream:
        async for chunk in stream:
            await stream.send(chunk)

async def main():
    ca = CertificateAuthority()
    async with await create_tls_listener(ca.server_context(), local_host="127.0.0.1") as listener:
        port = listener.extra(SocketAttribute.local_port)
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, echo)
            for stream in (
                await connect_tls("localhost", port, ssl_context=ca.client_context()),
                await TLSStream.wrap(
                    await anyio.connect_tcp("127.0.0.1", port), hostname="localhost", ssl_context=ca.client_context()
                ),
            ):
                async with stream:
                    await stream.send(b"hello")
                    assert await stream.receive() == b"hello"
                    print(type(stream._driver._pump.transport).__name__)
            tg.cancel_scope.cancel()

anyio.run(main, backend_options={{"loop_factory": {loop}}})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="another system need not be pretended where it is there")
@pytest.mark.parametrize(
    ("platform", "loop", "transports"),
    [
        ("win32", "WithoutAddReader", "SocketTransport AnyIOTCPTransport"),
        ("win32", "asyncio.SelectorEventLoop", "AsyncioSocketTransport AnyIOTCPTransport"),
        ("darwin", "asyncio.SelectorEventLoop", "AsyncioSocketTransport AnyIOSocketTransport"),
    ],
)
def test_transports_of_other_systems(platform: str, loop: str, transports: str) -> None:
    """As far as that can be told from afar."""
    command = [sys.executable, "-c", CONVERSATION.format(platform=platform, loop=loop)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == transports.split()
