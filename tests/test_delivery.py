"""Accepted data arrives: our streams send and close; the peer is a blocking one, on Python's own ``ssl``.

It has its own thread and memory BIOs, so that a test decides when it sends its session tickets, how slowly it reads,
and what it sends meanwhile. Other implementations have their tests in ``test_closing_peers.py``.
"""

from __future__ import annotations

import hashlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import pytest
from anyio import to_thread
from anyio.abc import SocketStream as AnyIOSocketStream, UNIXSocketStream

from anyio_tls import SocketStream, TLSStream
from anyio_tls._event_loop import running_on_trio
from anyio_tls.testing import Certificate, CertificateAuthority

from ._pairs import let_others_run, unix_socket_pair

KINDS = ["socket", "anyio-tcp", "anyio-tcp-unwatched", "unix", "trio-socket", "trio-face", "tls"]
SIZE = 1_000_000
DATA = bytes(range(250)) * (SIZE // 250)
PATIENCE = 30.0


class BlockingPeer:
    """One end of a connection, in a thread."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, *, server_side: bool) -> None:
        sock.settimeout(PATIENCE)
        self.sock = sock
        self.received = hashlib.sha256()
        self.count = 0
        self.ended = "not yet"
        self.pace = 0.0  # seconds between two reads
        self.piece = 65536  # bytes of ciphertext in one
        self.between: Callable[[], None] = lambda: None  # what it does between two reads
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        name = None if server_side else "localhost"
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_side=server_side, server_hostname=name)
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    async def join(self) -> None:
        await to_thread.run_sync(self._thread.join)
        self.sock.close()

    def flush(self) -> None:
        self.sock.sendall(self._outgoing.read())

    def say(self, data: bytes) -> None:
        self.tls.write(data)
        self.flush()

    def greet(self) -> None:
        """The handshake's last words, session tickets among them."""
        self.flush()

    def _fill(self) -> bool:
        data = self.sock.recv(self.piece)
        self._incoming.write(data)
        return bool(data)

    def _run(self) -> None:
        try:
            while True:
                try:
                    self.tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    self.flush()
                    self._fill()
            self.greet()
            self._read()
            with suppress(ssl.SSLError):
                self.tls.unwrap()
            self.flush()
        except OSError as exc:
            if self.ended == "not yet":
                self.ended = type(exc).__name__
        # However late it closes: the last words have been said.
        self.sock.close()

    def _read(self) -> None:
        while True:
            try:
                data = self.tls.read(65536)
            except ssl.SSLWantReadError:
                self.between()
                time.sleep(self.pace)
                if not self._fill():
                    self.ended = "truncated"
                    return
                continue
            except ssl.SSLZeroReturnError:
                data = b""
            if not data:
                self.ended = "close_notify"
                return
            self.count += len(data)
            self.received.update(data)

    def check(self, data: bytes = DATA) -> None:
        """All came, and close_notify."""
        assert (self.count, self.ended) == (len(data), "close_notify")
        assert self.received.digest() == hashlib.sha256(data).digest()


class LateServer(BlockingPeer):
    """The peer sends its session tickets byte by byte, between its reads."""

    tickets = b""

    def greet(self) -> None:
        self.tickets = self._outgoing.read()
        self.between = self._drip

    def flush(self) -> None:
        tickets, self.tickets = self.tickets, b""
        self.sock.sendall(tickets + self._outgoing.read())

    def _drip(self) -> None:
        piece, self.tickets = self.tickets[:100], self.tickets[100:]
        with suppress(OSError):  # the client has closed, for its system had got everything; it goes on reading
            self.sock.sendall(piece)


def sockets(kind: str) -> tuple[socket.socket, socket.socket]:
    if kind == "unix":
        return unix_socket_pair()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # A small window, so that a part of what is sent has to wait in our system.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        ours = socket.create_connection(listening.getsockname())
        theirs, _ = listening.accept()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * SIZE)
    return ours, theirs


class Line:
    """A stream of ours, of either face."""

    def __init__(self, tls: Any) -> None:
        self.send = getattr(tls, "send_all", None) or tls.send
        self.receive = getattr(tls, "receive_some", None) or tls.receive
        self.aclose = tls.aclose
        self.unwrap = tls.unwrap


async def stream_of_kind(kind: str, sock: socket.socket) -> Any:
    if kind.startswith("anyio-tcp"):
        return await AnyIOSocketStream.from_socket(sock)
    if kind == "unix":
        return await UNIXSocketStream.from_socket(sock)
    if kind.startswith("trio"):
        import trio

        sock.setblocking(False)
        return trio.SocketStream(trio.socket.from_stdlib_socket(sock))
    return SocketStream(sock)


async def put_tls_over(
    kind: str, sock: socket.socket, context: ssl.SSLContext, *, server_side: bool, **options: Any
) -> Line:
    stream = await stream_of_kind(kind, sock)
    name = None if server_side else "localhost"
    if kind == "trio-face":
        from anyio_tls.trio import TLSStream as TrioTLSStream

        return Line(TrioTLSStream(stream, context, server_side=server_side, server_hostname=name, **options))
    return Line(await TLSStream.wrap(stream, server_side=server_side, hostname=name, ssl_context=context, **options))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    kind: str = request.param
    if kind == "anyio-tcp-unwatched":  # as on Windows
        monkeypatch.setattr("anyio_tls._transports._choice.can_watch", lambda: False)
    return kind


def skip_unless_there(kind: str) -> None:
    if kind.startswith("trio") and not running_on_trio():
        pytest.skip("needs Trio's event loop")


class Tunnel:
    """A proxy in a thread that ends the outer TLS for the peer: for TLS in TLS.

    One thread only: an ``SSLObject`` that is read in one while it is written in another loses its place.
    """

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, inner: socket.socket) -> None:
        sock.settimeout(PATIENCE)
        inner.settimeout(PATIENCE)
        self._outer, self._inner = sock, inner
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with self._outer, self._inner:
            try:
                self._until_it_has_input(self._tls.do_handshake)
                self._carry()
            except Exception as exc:  # told where it is waited for
                self._failure = exc

    def _until_it_has_input(self, call: Callable[[], Any]) -> Any:
        while True:
            try:
                return call()
            except ssl.SSLWantReadError:
                self._outer.sendall(self._outgoing.read())
                self._fill()
            finally:
                self._outer.sendall(self._outgoing.read())

    def _fill(self) -> None:
        if data := self._outer.recv(65536):
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _carry(self) -> None:
        """Until the peer ends its half, however early the client has left."""
        watched = [self._outer, self._inner]
        self._pass_on()  # what came with the end of the handshake
        while self._inner in watched or self._outer in watched:
            readable, _, _ = select.select(watched, [], [], PATIENCE)
            if not readable:
                raise TimeoutError(f"neither end has said anything for {PATIENCE} seconds")
            if self._inner in readable:
                if data := self._inner.recv(65536):
                    self._tls.write(data)
                    with suppress(OSError):  # the client has gone, and the peer learns it from its own reads
                        self._outer.sendall(self._outgoing.read())
                else:
                    watched.remove(self._inner)
            if self._outer in readable:
                self._fill()
                if self._pass_on():
                    watched.remove(self._outer)
                    self._inner.shutdown(socket.SHUT_WR)

    def _pass_on(self) -> bool:
        """Whether the client has ended."""
        with suppress(ssl.SSLWantReadError):
            while data := self._tls.read(65536):
                self._inner.sendall(data)
            return True
        return False

    async def join(self) -> None:
        await to_thread.run_sync(self._thread.join)
        if self._failure is not None:
            raise self._failure


@pytest.fixture(scope="module")
def contexts(ca: CertificateAuthority, server_certificate: Certificate) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return ca.server_context(server_certificate), ca.client_context()


async def client_towards(
    kind: str, peer_class: type[BlockingPeer], contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> tuple[Line, BlockingPeer, Tunnel | None]:
    """A client of ours, connected with a blocking server."""
    server_context, client_context = contexts
    ours, theirs = sockets(kind)
    tunnel = None
    if kind == "tls":
        inner, theirs_inner = sockets("socket")
        tunnel = Tunnel(theirs, server_context, inner)
        theirs = theirs_inner
    peer = peer_class(theirs, server_context, server_side=True)
    peer.start()
    if kind == "tls":
        outer = await TLSStream.wrap(SocketStream(ours), hostname="localhost", ssl_context=client_context)
        return Line(await TLSStream.wrap(outer, hostname="localhost", ssl_context=client_context)), peer, tunnel
    return await put_tls_over(kind, ours, client_context, server_side=False), peer, None


@pytest.mark.usefixtures("patience")
@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("reader", [False, True], ids=["", "beside a reader"])
@pytest.mark.parametrize("peer_class", [BlockingPeer, LateServer], ids=["tickets", "tickets late and in pieces"])
async def test_an_upload_arrives(
    kind: str,
    reader: bool,
    peer_class: type[BlockingPeer],
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """A client that reads nothing sends and closes at once."""
    skip_unless_there(kind)
    line, peer, tunnel = await client_towards(kind, peer_class, contexts)
    async with anyio.create_task_group() as tg:

        async def read() -> None:
            with suppress(anyio.ClosedResourceError, *closed_errors()):
                await line.receive()

        if reader:
            tg.start_soon(read)
        await line.send(DATA)
        await line.aclose()
    await peer.join()
    if tunnel is not None:
        await tunnel.join()
    peer.check()


def closed_errors() -> tuple[type[Exception], ...]:
    if not running_on_trio():
        return ()
    import trio

    return (trio.ClosedResourceError,)


async def read_on(line: Line) -> None:
    """Receive beside whatever else is done with the stream, until it is closed."""
    with suppress(anyio.ClosedResourceError, *closed_errors()):
        while await line.receive():
            pass


@pytest.mark.usefixtures("patience")
@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("says", ["little", "much"])
@pytest.mark.parametrize("reader", [False, True], ids=["", "beside a reader"])
@pytest.mark.parametrize("side", ["client", "server"])
async def test_a_response_arrives(
    kind: str,
    side: str,
    reader: bool,
    says: str,
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """The peer sends something before each of its reads: little, or altogether more than any buffer holds."""
    skip_unless_there(kind)
    if kind == "tls":
        pytest.skip("the tunnel would have to carry both ways at once")
    ours, theirs = sockets(kind)
    server_side = side == "server"
    our_context, their_context = contexts if server_side else contexts[::-1]
    peer = BlockingPeer(theirs, their_context, server_side=not server_side)
    peer.piece, peer.pace = 8192, 0.0002
    words = iter([b"x" * 10] * 50 if says == "little" else [b"x" * 16384] * 1000)

    def talk() -> None:
        if word := next(words, b""):
            try:
                peer.say(word)
            except OSError:  # we have closed, for its system had got everything; it goes on reading
                peer.between = lambda: None

    peer.between = talk
    peer.start()
    line = await put_tls_over(kind, ours, our_context, server_side=server_side)
    async with anyio.create_task_group() as tg:
        if reader or says == "much":  # or the peer would not get to read
            tg.start_soon(read_on, line)
        await line.send(DATA)
        await line.aclose()
    await peer.join()
    peer.check()


@pytest.mark.guarantee("G7")
async def test_a_slow_peer_is_not_cut_off(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """It reads for a second and says something at its end."""
    ours, theirs = sockets("socket")
    peer = BlockingPeer(theirs, contexts[1], server_side=False)
    peer.piece, peer.pace = 16384, 0.02
    peer.start()
    line = await put_tls_over("socket", ours, contexts[0], server_side=True)
    await line.send(DATA)
    await line.aclose()
    await peer.join()
    peer.check()


@pytest.mark.usefixtures("patience")
@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("side", ["client", "server"])
async def test_a_peer_may_be_busy(kind: str, side: str, contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """Its system has acknowledged everything, but its program is busy for a second, and then answers what it reads.
    With a reset it would stop at the first answer, as GnuTLS's echo server did."""
    skip_unless_there(kind)
    if kind == "tls":
        pytest.skip("the tunnel would have to carry both ways at once")
    ours, theirs = sockets(kind)
    server_side = side == "server"
    our_context, their_context = contexts if server_side else contexts[::-1]
    peer = BlockingPeer(theirs, their_context, server_side=not server_side)
    peer.piece = 8192
    data = DATA[:60_000]

    def be_busy() -> None:
        time.sleep(1)
        peer.between = lambda: peer.say(b"x" * 100)

    peer.between = be_busy
    peer.start()
    line = await put_tls_over(kind, ours, our_context, server_side=server_side)
    async with anyio.create_task_group() as tg:
        tg.start_soon(read_on, line)
        await let_others_run()  # until it waits for input: without that, what is acknowledged is not waited for
        await line.send(data)
        await line.aclose()
    await peer.join()
    peer.check(data)


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize("linger", [0, 0.2])
async def test_a_peer_that_does_not_read_holds_up_no_close(
    kind: str, linger: float, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    """For longer than ``linger``."""
    skip_unless_there(kind)
    if kind == "tls":
        pytest.skip("the tunnel reads")
    ours, theirs = sockets(kind)
    peer = BlockingPeer(theirs, contexts[1], server_side=False)
    go_on = threading.Event()
    peer.between = go_on.wait  # type: ignore[assignment]
    peer.start()
    line = await put_tls_over(kind, ours, contexts[0], server_side=True, linger=linger)
    with anyio.move_on_after(0.2):
        await line.send(DATA)
    began = anyio.current_time()
    with anyio.fail_after(5):
        await line.aclose()
    assert anyio.current_time() - began < linger + 2
    go_on.set()
    await peer.join()


@pytest.mark.guarantee("G7", "G8")
async def test_unwrap_tells_that_the_peer_has_everything(
    kind: str, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    """Its close_notify is its answer to all that came before ours."""
    skip_unless_there(kind)
    line, peer, tunnel = await client_towards(kind, LateServer, contexts)
    await line.send(DATA)
    below, trailing = await line.unwrap()
    assert trailing == b""
    peer.check()
    await below.aclose()
    await peer.join()
    if tunnel is not None:
        await tunnel.join()
