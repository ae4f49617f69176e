"""The TLS streams that take part, each by the calls that its own documentation names."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar, TypeAlias

import anyio
from anyio.streams import tls as anyio_streams_tls

import anyio_tls

from .peer import CHUNK, DONE, FULL, HOST, RESUMED, Order, Peer, tls13

__all__ = [
    "CONTENDERS",
    "Connection",
    "Contender",
    "NotOfferedError",
]

# As many bytes as there are in TLS 1.3's.
CLOSE_NOTIFY = bytes(24)


class NotOfferedError(Exception):
    """A contender cannot do this."""


@dataclass(frozen=True)
class Connection:
    """The calls of a TLS stream, as they are: nothing comes between where the names are all that differs."""

    send: Callable[[bytes], Awaitable[Any]]
    receive: Callable[[int], Awaitable[bytes]]
    close: Callable[[], Awaitable[Any]]


Handler: TypeAlias = Callable[[Connection], Awaitable[None]]


@dataclass(frozen=True)
class Contender(ABC):
    """A TLS stream on an event loop.

    :param backend: the event loop, or ``""`` where there is none
    """

    title: ClassVar[str]
    label: ClassVar[str]
    kind: ClassVar[str] = "peer"  # or "ours", "wrap" and "limit"
    has_tls: ClassVar[bool] = True
    keeps_time: ClassVar[bool] = True  # whether the time on the wall means anything
    is_variant: ClassVar[bool] = False  # which takes part only where it is named

    backend: str

    @property
    def name(self) -> str:
        """How it is called on the command line."""
        return f"{self.title}@{self.backend}" if self.backend else self.title

    @property
    def module(self) -> str:
        """What has to be installed."""
        return self.backend or "ssl"

    @property
    def available(self) -> bool:
        return find_spec(self.module) is not None

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a coroutine function on the event loop."""
        if self.backend == "trio":
            return anyio.run(function, *arguments, backend="trio")
        return anyio.run(function, *arguments, backend_options={"use_uvloop": self.backend == "uvloop"})

    @staticmethod
    def cpu_seconds() -> float:
        """The processor time that counts, user and system."""
        return time.process_time()

    def client_context(self, peer: Peer) -> Any:
        return make_client_context(peer)

    def server_context(self, peer: Peer) -> Any:
        return make_server_context(peer)

    @abstractmethod
    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        """Connect, handshake included."""

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        """Serve until cancelled, and tell the port."""
        raise NotOfferedError

    def resume(self, peer: Peer, context: ssl.SSLContext) -> None:
        """Have a context's connections resume a session. None of the asynchronous libraries has a call for it."""
        with context.wrap_socket(_connect(peer.port), server_hostname=HOST) as connection:
            connection.sendall(Order("greet").encode())
            connection.recv(1)
            session = connection.session
        _have_session(context, session)


# ---- AnyIO's interface ----


class AnyIO(Contender):
    title = "anyio"
    label = "anyio.streams.tls"

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        return _anyio(await anyio.connect_tcp(HOST, peer.port, ssl_context=context, tls_hostname=HOST))

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        listener = await anyio.create_tcp_listener(local_host=HOST)
        tls_listener = anyio_streams_tls.TLSListener(listener, context)
        started(listener.extra(anyio.abc.SocketAttribute.local_port))
        await tls_listener.serve(lambda stream: handler(_anyio(stream)))


class Ours(Contender):
    title = "anyio_tls"
    label = "anyio_tls, connect_tls()"
    kind = "ours"

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        return _anyio(await anyio_tls.connect_tls(HOST, peer.port, ssl_context=context))

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        listener = await anyio_tls.create_tls_listener(context, local_host=HOST)
        started(listener.extra(anyio.abc.SocketAttribute.local_port))
        await listener.serve(lambda stream: handler(_anyio(stream)))


class OursOnPyOpenSSL(Ours):
    """With contexts of pyOpenSSL's."""

    title = "pyopenssl"
    label = "anyio_tls, connect_tls(), pyOpenSSL's context"
    is_variant = True

    @property
    def available(self) -> bool:
        return super().available and find_spec("OpenSSL") is not None

    def client_context(self, peer: Peer) -> Any:
        return _of_pyopenssl(peer, ssl.PROTOCOL_TLS_CLIENT)

    def server_context(self, peer: Peer) -> Any:
        return _of_pyopenssl(peer, ssl.PROTOCOL_TLS_SERVER)


class OursByDefault(Ours):
    """With the context that those share who bring none, which trusts the system."""

    title = "no-context"
    label = "anyio_tls, connect_tls(), no context"
    is_variant = True

    def client_context(self, peer: Peer) -> Any:
        os.environ["SSL_CERT_FILE"] = str(peer.directory / "ca.pem")  # before the first connection: it is read once
        return super().client_context(peer)

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        return _anyio(await anyio_tls.connect_tls(HOST, peer.port))


class OursWrapping(Contender):
    title = "anyio_tls.wrap"
    label = "anyio_tls, wrap(connect_tcp())"
    kind = "wrap"

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        stream = await anyio.connect_tcp(HOST, peer.port)
        return _anyio(await anyio_tls.TLSStream.wrap(stream, hostname=HOST, ssl_context=context))

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        async def handle(stream: anyio.abc.SocketStream) -> None:
            await handler(_anyio(await anyio_tls.TLSStream.wrap(stream, server_side=True, ssl_context=context)))

        listener = await anyio.create_tcp_listener(local_host=HOST)
        started(listener.extra(anyio.abc.SocketAttribute.local_port))
        await listener.serve(handle)


def _anyio(stream: Any) -> Connection:
    return Connection(stream.send, stream.receive, stream.aclose)


# ---- Trio's interface ----


class Trio(Contender):
    title = "trio"
    label = "trio.SSLStream"

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        import trio

        return await self._open(await trio.open_ssl_over_tcp_stream(HOST, peer.port, ssl_context=context))

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        import trio

        await self._serve(trio.serve_ssl_over_tcp, context, handler, started)

    async def _open(self, stream: Any) -> Connection:
        await stream.do_handshake()
        return Connection(stream.send_all, stream.receive_some, stream.aclose)

    async def _serve(self, serve: Any, context: ssl.SSLContext, handler: Handler, started: Any) -> None:
        import trio

        async def handle(stream: Any) -> None:
            await handler(await self._open(stream))

        async with trio.open_nursery() as nursery:
            (listener,) = await nursery.start(partial(serve, handle, 0, context, host=HOST))
            started(listener.transport_listener.socket.getsockname()[1])


class OursOnTrio(Trio):
    title = "anyio_tls.trio"
    label = "anyio_tls.trio"
    kind = "ours"

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        from anyio_tls.trio import open_tls_over_tcp_stream

        return await self._open(await open_tls_over_tcp_stream(HOST, peer.port, ssl_context=context))

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        from anyio_tls.trio import serve_tls_over_tcp

        await self._serve(serve_tls_over_tcp, context, handler, started)


# ---- asyncio's interface ----


class Asyncio(Contender):
    title = "asyncio"
    label = "asyncio streams"

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        return self._connection(*await asyncio.open_connection(HOST, peer.port, ssl=context))

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        await self._serve(asyncio.start_server, context, handler, started)

    def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Connection:
        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        async def close() -> None:
            writer.close()
            await writer.wait_closed()

        return Connection(send, reader.read, close)

    async def _serve(self, start: Any, context: ssl.SSLContext, handler: Handler, started: Any) -> None:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await handler(self._connection(reader, writer))

        async with await start(handle, HOST, 0, ssl=context) as server:
            started(server.sockets[0].getsockname()[1])
            await server.serve_forever()


class Aiofastnet(Asyncio):
    title = "aiofastnet"
    label = "aiofastnet streams"

    @property
    def available(self) -> bool:
        return super().available and find_spec("aiofastnet") is not None

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        open_connection = import_module("aiofastnet").open_connection
        loop = asyncio.get_running_loop()
        return self._connection(*await open_connection(loop, HOST, peer.port, ssl=context))

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        start = partial(import_module("aiofastnet").start_server, asyncio.get_running_loop())
        await self._serve(start, context, handler, started)

    def resume(self, peer: Peer, context: ssl.SSLContext) -> None:
        raise NotOfferedError


# ---- the limits ----


class Blocking(Contender):
    """What Python can do where nobody else has to be served meanwhile."""

    title = "blocking"
    label = "SSLSocket, blocking"
    kind = "limit"

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return run_blocking(function, *arguments)

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        return _blocking(context.wrap_socket(_connect(peer.port), server_hostname=HOST))


class Memory(Contender):
    """An SSLObject and its peer in one process, without a socket. Only the client's part of the time counts."""

    title = "memory"
    label = "SSLObject, in memory"
    kind = "limit"
    keeps_time = False

    peer_seconds: ClassVar[float] = 0.0
    """What the peer took so far."""

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return run_blocking(function, *arguments)

    @staticmethod
    def cpu_seconds() -> float:
        return time.process_time() - Memory.peer_seconds

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        pair = _Pair(peer, context)
        return Connection(pair.send, pair.receive, pair.close)

    def resume(self, peer: Peer, context: ssl.SSLContext) -> None:
        _have_session(context, _Pair(peer, context).session)


@cache
def handshake_flights(peer: Peer) -> list[int]:
    """How many bytes go to and fro in a full handshake, beginning with the client's."""
    return _Pair(peer, make_client_context(peer)).flights


class _End:
    """One end of a connection in memory."""

    def __init__(self, context: ssl.SSLContext, **options: Any) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self.incoming, self.outgoing, **options)
        self.is_connected = False

    def shake_hands(self, flight: bytes) -> bytes:
        self.incoming.write(flight)
        try:
            self.object.do_handshake()
            self.is_connected = True
        except ssl.SSLWantReadError:
            pass
        return self.outgoing.read()

    def send(self, data: bytes) -> bytes:
        self.object.write(data)
        return self.outgoing.read()

    def receive(self, flight: bytes) -> int:
        self.incoming.write(flight)
        count = 0
        while self.incoming.pending or self.object.pending():
            count += len(self.object.read(CHUNK))
        return count


class _Pair:
    """A client, and a peer that carries out orders."""

    def __init__(self, peer: Peer, context: ssl.SSLContext) -> None:
        self._client = _End(context, server_hostname=HOST)
        self._server = self._as_peer(_End, make_server_context(peer), server_side=True)
        self._order = Order("")
        self._left = 0  # of the order (bytes)
        self.flights: list[int] = []
        flight = b""
        while not (self._client.is_connected and self._server.is_connected):
            self.flights.append(len(flight := self._client.shake_hands(flight)))
            self.flights.append(len(flight := self._as_peer(self._server.shake_hands, flight)))
        self._client.incoming.write(flight)
        with suppress(ssl.SSLWantReadError):
            self._client.object.read(1)  # takes in the tickets
        self.session = self._client.object.session

    def _as_peer(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        started = time.thread_time()
        try:
            return function(*arguments, **options)
        finally:
            Memory.peer_seconds += time.thread_time() - started

    async def send(self, data: bytes) -> None:
        flight = self._client.send(data)
        count = self._as_peer(self._server.receive, flight)
        if answer := self._answer(data, count):
            self._client.incoming.write(self._as_peer(self._server.send, answer))

    def _answer(self, data: bytes, count: int) -> bytes:
        if self._left:
            self._left -= count
            return data if self._order.what == "echo" else b"" if self._left else DONE
        self._order = Order.decode(data)
        if self._order.what == "greet":
            return RESUMED if self._server.object.session_reused else FULL
        self._left = self._order.size * self._order.times
        return b""

    async def receive(self, max_bytes: int) -> bytes:
        if not self._client.incoming.pending and not self._client.object.pending():
            item = self._as_peer(self._server.send, bytes(self._order.size))
            self._client.incoming.write(item)
            self._left -= self._order.size
        return self._client.object.read(max_bytes)

    async def close(self) -> None:
        with suppress(ssl.SSLWantReadError):
            self._client.object.unwrap()
        self._client.outgoing.read()


# ---- without TLS: what sockets and event loops cost by themselves ----


class Plain(Contender):
    title = "plain"
    label = "plain socket"
    kind = "limit"
    has_tls = False

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        sock = _connect(peer.plain_port)
        run_blocking(exchange_flights, _blocking(sock), peer)
        sock.setblocking(False)
        if self.backend == "trio":
            return _plain_on_trio(sock)
        return _plain_on_asyncio(sock)


class PlainAnyIO(Contender):
    title = "anyio.plain"
    label = "AnyIO's TCP stream, without TLS"
    kind = "limit"
    has_tls = False

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        connection = _anyio(await anyio.connect_tcp(HOST, peer.plain_port))
        await exchange_flights(connection, peer)
        return connection


class PlainBlocking(Plain):
    title = "blocking.plain"
    label = "plain socket, blocking"

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return run_blocking(function, *arguments)

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        connection = _blocking(_connect(peer.plain_port))
        await exchange_flights(connection, peer)
        return connection


async def exchange_flights(connection: Connection, peer: Peer) -> None:
    """Send and receive what would be a handshake."""
    hello, answer, finish, _ = handshake_flights(peer)
    order = Order("flights", size=hello, times=answer, key=finish)
    await connection.send(order.encode().ljust(hello, b"?"))
    while answer:
        answer -= len(await connection.receive(CHUNK))
    await connection.send(bytes(finish))


def _plain_on_asyncio(sock: socket.socket) -> Connection:
    """The least that a coroutine can wait for: a reader that stays registered, and a future."""
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[bytes] = loop.create_future()
    waiter.cancel()

    def ready() -> None:
        if not waiter.done():
            waiter.set_result(sock.recv(CHUNK))

    async def send(data: bytes) -> None:
        sock.send(data)

    async def receive(_max_bytes: int) -> bytes:
        nonlocal waiter
        waiter = loop.create_future()
        return await waiter

    async def close() -> None:
        loop.remove_reader(sock)
        sock.close()

    loop.add_reader(sock, ready)
    return Connection(send, receive, close)


def _plain_on_trio(sock: socket.socket) -> Connection:
    import trio

    async def send(data: bytes) -> None:
        sock.send(data)

    async def receive(max_bytes: int) -> bytes:
        await trio.lowlevel.wait_readable(sock)
        return sock.recv(max_bytes)

    async def close() -> None:
        sock.close()

    return Connection(send, receive, close)


def _connect(port: int) -> socket.socket:
    sock = socket.create_connection((HOST, port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _blocking(sock: socket.socket) -> Connection:
    async def send(data: bytes) -> None:
        sock.sendall(data)

    async def receive(max_bytes: int) -> bytes:
        return sock.recv(max_bytes)

    async def close() -> None:
        if isinstance(sock, ssl.SSLSocket):
            sock.unwrap()
        else:
            sock.sendall(CLOSE_NOTIFY)
        sock.close()

    return Connection(send, receive, close)


def run_blocking(function: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    """Run a coroutine function that never waits for an event loop."""
    iterator = function(*arguments).__await__()
    try:
        next(iterator)
    except StopIteration as exc:
        return exc.value
    raise AssertionError("there is no event loop to wait for")


# ---- contexts ----


def make_client_context(peer: Peer) -> ssl.SSLContext:
    context = tls13(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.load_verify_locations(peer.directory / "ca.pem")
    return context


@cache
def make_server_context(peer: Peer) -> ssl.SSLContext:
    context = tls13(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.load_cert_chain(peer.directory / "server.pem")
    return context


@cache
def _of_pyopenssl(peer: Peer, protocol: int) -> Any:
    from OpenSSL import SSL

    from anyio_tls.pyopenssl import Context

    context = Context(protocol)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    context.load_verify_locations(peer.directory / "ca.pem")
    if protocol == ssl.PROTOCOL_TLS_SERVER:
        context.use_certificate_chain_file(peer.directory / "server.pem")
        context.use_privatekey_file(peer.directory / "server.pem")
    return context


def _have_session(context: ssl.SSLContext, session: ssl.SSLSession | None) -> None:
    # The context's class stays SSLContext itself: another's wrap_bio() would run in a worker thread.
    for name in ("wrap_bio", "wrap_socket"):
        setattr(context, name, partial(getattr(context, name), session=session))


ON_ASYNCIO = ("asyncio", "uvloop")
ON_ALL = (*ON_ASYNCIO, "trio")

_ALL: list[tuple[type[Contender], tuple[str, ...]]] = [
    (Ours, ON_ALL),
    (OursOnTrio, ("trio",)),
    (OursOnPyOpenSSL, ON_ALL),
    (OursByDefault, ON_ALL),
    (OursWrapping, ON_ALL),
    (AnyIO, ON_ALL),
    (Trio, ("trio",)),
    (Asyncio, ON_ASYNCIO),
    (Aiofastnet, ON_ASYNCIO),
    (Blocking, ("",)),
    (Memory, ("",)),
    (PlainBlocking, ("",)),
    (Plain, ON_ALL),
    (PlainAnyIO, ON_ALL),
]

CONTENDERS: dict[str, Contender] = {
    contender.name: contender for make, backends in _ALL for contender in map(make, backends)
}
