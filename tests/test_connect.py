"""Connecting: by name and by address, to what is asked for and nothing else, with nothing left open."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest
import trio
from anyio.abc import SocketAttribute, SocketStream as AnyIOSocketStream

from anyio_tls import (
    CertificateVerificationError,
    SocketStream,
    TLSConnectable,
    TLSListener,
    TLSStream,
    connect_tls,
    create_tls_listener,
    trio as trio_face,
)
from anyio_tls._event_loop import running_on_trio
from anyio_tls.testing import CertificateAuthority, memory_stream_pair

from ._pairs import socket_pair

INTERNATIONAL, ASCII = "bücher.example", "xn--bcher-kva.example"

with socket.socket(socket.AF_INET6) as probe:
    try:
        probe.bind(("::1", 0))
        HAS_IPV6 = True
    except OSError:
        HAS_IPV6 = False

with socket.socket() as probe:
    try:
        probe.bind(("127.0.0.3", 0))
        HAS_ALL_OF_LOOPBACK = True
    except OSError:
        HAS_ALL_OF_LOOPBACK = False

on_trio = pytest.mark.parametrize("anyio_backend", ["trio"])
needs_ipv6 = pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6")


@pytest.fixture(scope="module")
def server(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.server_context(ca.issue("localhost", "127.0.0.1", "::1", "other.example", INTERNATIONAL))


@pytest.fixture(scope="module")
def client(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


async def say_who_calls(stream: TLSStream) -> None:
    async with stream:
        await stream.send(str(stream.extra(SocketAttribute.remote_address)[0]).encode())


@asynccontextmanager
async def served(server: ssl.SSLContext, local_host: str = "127.0.0.1", **options: Any) -> AsyncIterator[int]:
    """A server that tells its clients their address; yields its port."""
    listener = await create_tls_listener(server, local_host=local_host, **options)
    async with listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, say_who_calls)
        yield listener.extra(SocketAttribute.local_port)
        tg.cancel_scope.cancel()


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch, anyio_backend_name: str) -> dict[str, list[str]]:
    """Put names and their IPv4 addresses in here, and they can be resolved."""
    names: dict[str, list[str]] = {}

    def look_up(host: Any, port: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in names.get(name, ())]

    if anyio_backend_name == "trio":
        getaddrinfo = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, port, *args: look_up(host, port) or getaddrinfo(host, port, *args)
        )
    else:
        anyio_getaddrinfo = anyio.getaddrinfo

        async def resolving(host: Any, port: Any, **options: Any) -> Any:
            return look_up(host, port) or await anyio_getaddrinfo(host, port, **options)

        monkeypatch.setattr(anyio, "getaddrinfo", resolving)
    return names


# ---- connect_tls() ----


async def test_address_that_cannot_be_connected_to(client: ssl.SSLContext) -> None:
    """The system says so at once."""
    with pytest.raises(OSError, match=r"255\.255\.255\.255"):
        await connect_tls("255.255.255.255", 443, ssl_context=client)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
        (IPv4Address("127.0.0.1"), "127.0.0.1"),
        pytest.param("::1", "::1", marks=needs_ipv6),
        pytest.param(IPv6Address("::1"), "::1", marks=needs_ipv6),
    ],
    ids=repr,
)
async def test_host(host: Any, address: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The certificate has to be for the host as it was given, on a socket of our own."""
    async with served(server, address) as port, await connect_tls(host, port, ssl_context=client) as stream:
        assert await stream.receive() == address.encode()
        assert stream.server_hostname == str(host)
        assert stream.standard_compatible
        assert type(stream.transport_stream) is SocketStream
        assert stream.extra(SocketAttribute.remote_address) == (address, port)
        raw_socket = stream.extra(SocketAttribute.raw_socket)
        assert raw_socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.guarantee("G15")
async def test_international_host(
    resolve: dict[str, list[str]], server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """It is looked up, announced and checked in its ASCII form."""
    resolve[ASCII] = ["127.0.0.1"]
    async with served(server) as port, await connect_tls(INTERNATIONAL, port, ssl_context=client) as stream:
        assert stream.server_hostname == ASCII


async def test_every_address_is_tried(
    resolve: dict[str, list[str]], server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    resolve["other.example"] = ["127.0.0.2", "127.0.0.1"]
    async with served(server) as port, await connect_tls("other.example", port, ssl_context=client) as stream:
        assert stream.extra(SocketAttribute.remote_address) == ("127.0.0.1", port)


@pytest.mark.guarantee("G15")
async def test_hostname(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """It is what the certificate has to have, wherever the connection goes."""
    async with served(server) as port:
        async with await connect_tls("127.0.0.1", port, hostname="other.example", ssl_context=client) as stream:
            assert stream.server_hostname == "other.example"
        with pytest.raises(CertificateVerificationError, match=r"not valid for 'wrong\.example'"):
            await connect_tls("localhost", port, hostname="wrong.example", ssl_context=client)


@pytest.mark.skipif(not HAS_ALL_OF_LOOPBACK, reason="this machine's loopback interface has no 127.0.0.3")
@pytest.mark.parametrize("local_host", ["127.0.0.3", IPv4Address("127.0.0.3")], ids=repr)
async def test_local_host(local_host: Any, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with (
        served(server) as port,
        await connect_tls("127.0.0.1", port, local_host=local_host, ssl_context=client) as stream,
    ):
        assert await stream.receive() == b"127.0.0.3"


@pytest.mark.guarantee("G15")
async def test_default_context_trusts_nobody_unknown(server: ssl.SSLContext) -> None:
    async with served(server) as port:
        with pytest.raises(CertificateVerificationError) as caught:
            await connect_tls("localhost", port)
        assert caught.value.alert == "unknown_ca"
        with pytest.raises(CertificateVerificationError):
            await TLSConnectable(anyio.TCPConnectable("localhost", port)).connect()


@pytest.mark.guarantee("G15")
async def test_default_context(
    ca: CertificateAuthority, server: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It trusts the system's authorities, of which OpenSSL can be told otherwise, and checks the name."""
    system = tmp_path / "system.pem"
    system.write_bytes(ca.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(system))
    async with served(server) as port:
        async with await connect_tls("localhost", port) as stream:
            assert stream.context.check_hostname
            assert stream.context.minimum_version is ssl.TLSVersion.TLSv1_2
            assert stream.context.options & ssl.OP_NO_RENEGOTIATION
        with pytest.raises(CertificateVerificationError):
            await connect_tls("127.0.0.1", port, hostname="wrong.example")


async def test_not_standard_compatible(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with (
        served(server) as port,
        await connect_tls("localhost", port, ssl_context=client, standard_compatible=False) as stream,
    ):
        assert not stream.standard_compatible


def reset_socket() -> socket.socket:
    """A socket whose connection the peer has reset."""
    client, server = socket_pair()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.close()
    return client


async def test_connection_lost_at_once(client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it could not be made."""
    connection = reset_socket()

    async def connect(*_: Any) -> socket.socket:
        return connection

    monkeypatch.setattr("anyio_tls._connect.open_tcp_socket", connect)
    with pytest.raises(OSError, match="lost at once"):
        await connect_tls("localhost", 443, ssl_context=client)
    assert connection.fileno() < 0


@pytest.mark.guarantee("G4", "G7")
async def test_cancelled_connect(client: ssl.SSLContext) -> None:
    """In the middle of the handshake: the connection is closed, which the server sees."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        async with anyio.create_task_group() as tg:
            tg.start_soon(lambda: connect_tls("localhost", listening.getsockname()[1], ssl_context=client))
            await anyio.wait_readable(listening)
            accepted = SocketStream(listening.accept()[0])
            assert await accepted.receive(1) == b"\x16"
            tg.cancel_scope.cancel()
        async with accepted:
            async for _ in accepted:
                pass


# ---- TLSConnectable ----


async def test_connectable_over_tcp(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """It takes the same way as connect_tls(), and the name from below."""
    async with served(server) as port:
        connectable = TLSConnectable(anyio.TCPConnectable("localhost", port), ssl_context=client)
        assert connectable.hostname == "localhost"
        for _ in range(2):
            async with await connectable.connect() as stream:
                assert type(stream.transport_stream) is SocketStream
                assert stream.server_hostname == "localhost"
                assert await stream.receive() == b"127.0.0.1"
        address = anyio.TCPConnectable(IPv4Address("127.0.0.1"), port)
        async with await TLSConnectable(address, ssl_context=client).connect() as stream:
            assert stream.server_hostname == "127.0.0.1"


async def test_connectable_options(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with served(server) as port:
        below = anyio.TCPConnectable("localhost", port)
        connectable = TLSConnectable(below, hostname="other.example", ssl_context=client, standard_compatible=False)
        assert connectable.connectable is below
        async with await connectable.connect() as stream:
            assert stream.server_hostname == "other.example"
            assert not stream.standard_compatible
        connectable = TLSConnectable(below, hostname="wrong.example", ssl_context=client)
        with pytest.raises(CertificateVerificationError):
            await connectable.connect()


async def test_connectable_over_a_subclass(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Somebody else's connect() is called, and its errors are its own."""

    class Proxy(anyio.TCPConnectable):
        async def connect(self) -> Any:
            if not self.host:
                raise anyio.ConnectionFailed("no proxy")
            return await anyio.connect_tcp("127.0.0.1", self.port)

    async with served(server) as port:
        connectable = TLSConnectable(Proxy("other.example", port), ssl_context=client)
        assert connectable.hostname == "other.example"
        async with await connectable.connect() as stream:
            assert type(stream.transport_stream) is not SocketStream
            assert await stream.receive() == b"127.0.0.1"
        with pytest.raises(anyio.ConnectionFailed, match="no proxy"):
            await TLSConnectable(Proxy("", port), hostname="localhost", ssl_context=client).connect()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no UNIX sockets in Python")
async def test_connectable_over_unix(server: ssl.SSLContext, client: ssl.SSLContext, tmp_path: Path) -> None:
    async def greet(stream: TLSStream) -> None:
        async with stream:
            await stream.send(b"hello")

    path = tmp_path / "socket"
    async with (
        TLSListener(await anyio.create_unix_listener(path), server) as listener,
        anyio.create_task_group() as tg,
    ):
        tg.start_soon(listener.serve, greet)
        connectable = TLSConnectable(anyio.UNIXConnectable(path), hostname="localhost", ssl_context=client)
        async with await connectable.connect() as stream:
            assert isinstance(stream.transport_stream, anyio.abc.UNIXSocketStream)
            assert await stream.receive() == b"hello"
        tg.cancel_scope.cancel()


async def test_connectable_without_a_name(server: ssl.SSLContext, ca: CertificateAuthority) -> None:
    context = ca.client_context()
    context.check_hostname = False
    async with served(server) as port:

        class Somewhere:
            async def connect(self) -> Any:
                return await anyio.connect_tcp("127.0.0.1", port)

        connectable = TLSConnectable(Somewhere(), ssl_context=context)
        assert connectable.hostname is None
        async with await connectable.connect() as stream:
            assert stream.server_hostname is None
            assert await stream.receive() == b"127.0.0.1"


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


async def test_foreign_context_fails(client: ssl.SSLContext) -> None:
    """As with every argument that is refused, the stream is left alone."""
    below, _ = memory_stream_pair()
    with pytest.raises(ZeroDivisionError):
        await TLSStream.wrap(below, hostname="localhost", ssl_context=Foreign(client, fail))
    assert not below.closed
    first, second = socket_pair()
    async with SocketStream(second) as socket_peer:
        async with await AnyIOSocketStream.from_socket(first) as stream:
            with pytest.raises(ZeroDivisionError):
                await TLSStream.wrap(stream, hostname="localhost", ssl_context=Foreign(client, fail))
            await stream.send(b"still alive")
            assert await socket_peer.receive() == b"still alive"


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


async def test_connectable_lost_at_once(client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = reset_socket()

    async def connect(*_: Any) -> socket.socket:
        return connection

    monkeypatch.setattr("anyio_tls._connect.open_tcp_socket", connect)
    with pytest.raises(anyio.ConnectionFailed, match="lost at once"):
        await TLSConnectable(anyio.TCPConnectable("localhost", 443), ssl_context=client).connect()
    assert connection.fileno() < 0


# ---- Trio's helper ----


@on_trio
async def test_open_tls_over_tcp_stream(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with served(server) as port:
        for host in ("localhost", b"localhost", "127.0.0.1"):
            async with await trio_face.open_tls_over_tcp_stream(host, port, ssl_context=client) as stream:
                assert isinstance(stream.transport_stream, trio.SocketStream)
                assert stream.server_hostname == (host if isinstance(host, str) else host.decode())
                assert await stream.receive_some() == b"127.0.0.1"
                assert await stream.receive_some() == b""
        async with await trio_face.open_tls_over_tcp_stream("localhost", port) as stream:
            with pytest.raises(trio_face.CertificateVerificationError):
                await stream.do_handshake()


@pytest.mark.guarantee("G5")
@on_trio
@pytest.mark.parametrize("https_compatible", [False, True])
async def test_https_compatible(https_compatible: bool, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """An end without close_notify counts as the end, in the middle of the handshake too."""
    async with served(server, standard_compatible=False) as port:
        stream = await trio_face.open_tls_over_tcp_stream(
            "localhost", port, ssl_context=client, https_compatible=https_compatible
        )
        async with stream:
            assert await stream.receive_some() == b"127.0.0.1"
            if https_compatible:
                assert await stream.receive_some() == b""
            else:
                with pytest.raises(trio_face.TruncatedError):
                    await stream.receive_some()
    below, peer = memory_stream_pair()
    await peer.send_eof()
    async with trio_face.TLSStream(
        below, client, server_hostname="localhost", https_compatible=https_compatible
    ) as tls_stream:
        for _ in range(2):
            if https_compatible:
                assert await tls_stream.receive_some() == b""
            else:
                with pytest.raises(trio_face.TruncatedError):
                    await tls_stream.receive_some()


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
