"""Connecting: by name and by address, to the right host only, with nothing left open."""

from __future__ import annotations

import errno
import gc
import socket
import ssl
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest
import trio
from anyio.abc import SocketAttribute

from anyio_tls import (
    CertificateVerificationError,
    SocketStream,
    TLSConnectable,
    TLSListener,
    TLSStream,
    _tcp,
    connect_tcp,
    connect_tls,
    connect_unix,
    trio as trio_face,
)
from anyio_tls.testing import CertificateAuthority, memory_stream_pair

from ._marks import needs_ipv6, on_trio
from ._pairs import let_others_run, tls_pair
from ._servers import served

INTERNATIONAL, ASCII = "bücher.example", "xn--bcher-kva.example"

with socket.socket() as probe:
    try:
        probe.bind(("127.0.0.3", 0))
        HAS_ALL_OF_LOOPBACK = True
    except OSError:
        HAS_ALL_OF_LOOPBACK = False


@pytest.fixture(scope="module")
def server(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.server_context(ca.issue("localhost", "127.0.0.1", "::1", "other.example", INTERNATIONAL))


@pytest.fixture(scope="module")
def client(ca: CertificateAuthority) -> ssl.SSLContext:
    return ca.client_context()


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


INTERFACES = Path("/proc/net/if_inet6")  # It is missing on other systems than Linux, and without IPv6.
LINK_LOCAL = [
    (str(IPv6Address(int(address, 16))), zone)
    for address, *_, zone in map(
        str.split, INTERFACES.read_text(encoding="ascii").splitlines() if INTERFACES.exists() else []
    )
    if address.startswith("fe80")
]


@pytest.mark.skipif(not LINK_LOCAL, reason="no network interface is known to have a link-local address")
@pytest.mark.parametrize("spelling", ["name", "number", "object"])
async def test_link_local_address(spelling: str, client: ssl.SSLContext, ca: CertificateAuthority) -> None:
    """It is of use only with its zone, which has no meaning for the peer."""
    address, zone = LINK_LOCAL[0]
    number = socket.if_nametoindex(zone)
    host = f"{address}%{number if spelling == 'number' else zone}"
    spelt: Any = IPv6Address(host) if spelling == "object" else host
    context = ca.server_context(ca.issue(address))
    async with served(context, host) as port:
        async with await connect_tls(spelt, port, ssl_context=client, local_host=host) as stream:
            assert stream.server_hostname == address
            assert stream.extra(SocketAttribute.remote_address) == (f"{address}%{number}", port)
            assert stream.extra(SocketAttribute.local_address)[0] == f"{address}%{number}"


async def test_zone_that_there_is_not(client: ssl.SSLContext) -> None:
    with pytest.raises(OSError, match="there is no network interface 'nowhere0'") as caught:
        await connect_tls("fe80::1%nowhere0", 443, ssl_context=client)
    assert caught.value.errno == errno.ENODEV


@pytest.mark.parametrize("keeps_zone", [True, False], ids=["with its zone", "as uvloop has it"])
async def test_name_of_a_link_local_address(keeps_zone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """AnyIO has pairs, with the zone as a part of the address; on uvloop it is lost."""
    full = (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("fe80::1", 443, 0, 1))

    async def getaddrinfo(_host: str, port: int, **_: Any) -> list[Any]:
        return [(*full[:4], ("fe80::1%1" if keeps_zone else "fe80::1", port))]

    monkeypatch.setattr(anyio, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [full])
    assert await _tcp._look_up("printer.local", 443) == [full]


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


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize(
    ("host", "address", "hostname", "sent"),
    [
        ("localhost.", "127.0.0.1", "localhost", "localhost"),
        ("_my_host.bücher.example.", "127.0.0.1", f"_my_host.{ASCII}", f"_my_host.{ASCII}"),
        pytest.param("::1%1", "::1", "::1", None, marks=needs_ipv6),
        pytest.param(IPv6Address("::1%1"), "::1", "::1", None, marks=needs_ipv6),
    ],
    ids=ascii,
)
async def test_what_is_only_for_connecting(
    anyio_backend_name: str,
    host: Any,
    address: str,
    hostname: str,
    sent: str | None,
    resolve: dict[str, list[str]],
    ca: CertificateAuthority,
) -> None:
    """The trailing dot of a name (RFC 6066 section 3) and the zone of an address are neither sent nor checked."""
    asked: list[str | None] = []
    server, client = ca.server_context(ca.issue("localhost", "::1", hostname)), ca.client_context()
    server.sni_callback = lambda _object, name, _context: asked.append(name)
    resolve["localhost."] = resolve[f"_my_host.{ASCII}."] = ["127.0.0.1"]
    async with served(server, address) as port:
        async with await connect_tls(host, port, ssl_context=client) as stream:
            assert stream.server_hostname == hostname
            assert await stream.receive() == address.encode()
        below = anyio.TCPConnectable(host, port)
        async with await TLSConnectable(below, ssl_context=client).connect() as stream:
            assert stream.server_hostname == hostname
        async with await connect_tls(address, port, hostname=str(host), ssl_context=client) as stream:
            assert stream.server_hostname == hostname
        if anyio_backend_name == "trio":
            async with await trio_face.open_tls_over_tcp_stream(str(host), port, ssl_context=client) as trio_stream:
                assert await trio_stream.receive_some() == address.encode()
                assert trio_stream.server_hostname == hostname
    assert {*asked} == {sent}


@pytest.mark.guarantee("G15")
async def test_an_address_is_checked_as_it_is_spelled(ca: CertificateAuthority) -> None:
    """An IPv4 address in an IPv6 one is not the IPv4 address: octets are compared (RFC 9525 section 6.4)."""
    mapped = "::ffff:127.0.0.1"
    async with served(ca.server_context(ca.issue("127.0.0.1"))) as port:
        with pytest.raises(CertificateVerificationError, match="IP address mismatch"):
            await connect_tls("127.0.0.1", port, hostname=mapped, ssl_context=ca.client_context())
    async with served(ca.server_context(ca.issue(mapped))) as port:
        connected = await connect_tls("127.0.0.1", port, hostname=mapped.upper(), ssl_context=ca.client_context())
        await connected.aclose()


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


@on_trio
@pytest.mark.guarantee("G15")
async def test_trio_connects_with_a_limit(client: ssl.SSLContext) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        stream = await trio_face.open_tls_over_tcp_stream(host, port, ssl_context=client, handshake_timeout=0.05)
        with pytest.raises(trio_face.HandshakeTimeoutError, match=r"more than 0\.05 s"):
            await stream.do_handshake()
        await trio.aclose_forcefully(stream)


async def connect_from_a_port(host: str, port: int, **options: Any) -> tuple[SocketStream, int]:
    """A connection and its local port: one that was free a moment ago, and that no other test has taken since."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as free:
            local_port = free.getsockname()[1]
        try:
            return await connect_tcp(host, port, local_port=local_port, **options), local_port
        except OSError as exc:
            if exc.errno != errno.EADDRINUSE:
                raise


@pytest.mark.parametrize("local_host", [None, "127.0.0.1"])
async def test_local_port(local_host: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream, local_port = await connect_from_a_port(*server.getsockname(), local_host=local_host)
        async with stream:
            assert stream.extra(SocketAttribute.local_port) == local_port
        async with await connect_tcp(*server.getsockname(), local_host=local_host, local_port=0) as stream:
            assert stream.extra(SocketAttribute.local_port) not in (0, local_port)


@pytest.mark.guarantee("G15")
async def test_default_context_trusts_nobody_unknown(server: ssl.SSLContext) -> None:
    async with served(server) as port:
        with pytest.raises(CertificateVerificationError) as caught:
            await connect_tls("localhost", port)
        assert caught.value.alert == "unknown_ca"
        with pytest.raises(CertificateVerificationError):
            await TLSConnectable(anyio.TCPConnectable("localhost", port)).connect()


async def test_not_standard_compatible(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with (
        served(server) as port,
        await connect_tls("localhost", port, ssl_context=client, standard_compatible=False) as stream,
    ):
        assert not stream.standard_compatible


@pytest.mark.guarantee("G7")
async def test_linger_is_passed_on(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with served(server) as port:
        connectable = TLSConnectable(anyio.TCPConnectable("localhost", port), ssl_context=client, linger=0.5)
        for stream in (
            await connect_tls("localhost", port, ssl_context=client, linger=0.5),
            await connectable.connect(),
        ):
            assert stream._driver._linger == 0.5
            await stream.aclose()


@on_trio
@pytest.mark.guarantee("G7")
async def test_linger_is_passed_on_to_trio(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with trio.open_nursery() as nursery:
        accepted = trio.Event()

        async def handler(stream: Any) -> None:
            assert stream._driver._linger == 0.25
            await stream.do_handshake()
            accepted.set()

        serve = partial(trio_face.serve_tls_over_tcp, handler, 0, server, host="127.0.0.1", linger=0.25)
        (listener,) = await nursery.start(serve)
        port = listener.transport_listener.socket.getsockname()[1]
        stream = await trio_face.open_tls_over_tcp_stream("localhost", port, ssl_context=client, linger=0.5)
        assert stream._driver._linger == 0.5
        async with stream:
            await stream.do_handshake()
            await accepted.wait()
        nursery.cancel_scope.cancel()


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


# ---- connect_tcp() and connect_unix() ----


@asynccontextmanager
async def listening(address: str = "127.0.0.1") -> AsyncIterator[socket.socket]:
    with socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as listener:
        listener.setblocking(False)
        yield listener


async def check_stream(stream: SocketStream, listener: socket.socket) -> None:
    """It carries bytes both ways."""
    await stream.send(b"hello")
    await anyio.wait_readable(listener)
    async with SocketStream(listener.accept()[0]) as accepted:
        assert await accepted.receive() == b"hello"
        await accepted.send(b"world")
        assert await stream.receive() == b"world"


@pytest.mark.guarantee("G4")
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full backlog refuses connections")
async def test_a_connection_takes_a_while() -> None:
    """While the backlog is full, the kernel drops what asks for a connection, and the client asks again after a second.
    Cancelled in the meantime, nothing is left open."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        with socket.create_connection(address):
            with anyio.move_on_after(0.05) as limit:
                await connect_tcp(*address)
            assert limit.cancelled_caught
            async with anyio.create_task_group() as tg:
                tg.start_soon(connect_and_close, *address)
                await let_others_run()
                listener.accept()[0].close()


async def connect_and_close(host: str, port: int) -> None:
    await (await connect_tcp(host, port)).aclose()


@pytest.mark.parametrize("address", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)], ids=["IPv4", "IPv6"])
async def test_connect_tcp(address: str) -> None:
    """The stream is a socket of our own."""
    async with listening(address) as listener:
        port = listener.getsockname()[1]
        async with await connect_tcp(address, port) as stream:
            assert type(stream) is SocketStream
            assert stream.extra(SocketAttribute.remote_address) == (address, port)
            assert stream.extra(SocketAttribute.remote_port) == port
            assert stream.raw_socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            await check_stream(stream, listener)


@pytest.mark.parametrize(
    ("host", "address"), [("0.0.0.0", "127.0.0.1"), pytest.param("0:0:0:0:0:0:0:1", "::1", marks=needs_ipv6)]
)
async def test_the_address_is_the_peer_s(host: str, address: str) -> None:
    """However it was spelled."""
    async with listening(address) as listener:
        port = listener.getsockname()[1]
        async with await connect_tcp(host, port) as stream:
            assert stream.extra(SocketAttribute.remote_address) == (address, port)


async def test_tls_begins_later(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async with served(server) as port:
        async with await TLSStream.wrap(
            await connect_tcp("localhost", port), hostname="localhost", ssl_context=client
        ) as stream:
            assert await stream.receive() == b"127.0.0.1"


async def test_every_address_is_tried_for_tcp(resolve: dict[str, list[str]]) -> None:
    """One after another, and what they all say is told."""
    resolve["other.example"] = ["127.0.0.2", "127.0.0.3", "127.0.0.1"]
    async with listening() as listener:
        port = listener.getsockname()[1]
        for delay in 3600, None:
            async with await connect_tcp("other.example", port, happy_eyeballs_delay=delay) as stream:
                assert stream.extra(SocketAttribute.remote_address) == ("127.0.0.1", port)
    resolve["closed.example"] = ["127.0.0.2", "127.0.0.3"]
    with pytest.raises(ConnectionRefusedError, match=r"127\.0\.0\.2.*refused; .*127\.0\.0\.3.*refused"):
        await connect_tcp("closed.example", port)
    resolve["mixed.example"] = ["127.0.0.2", "255.255.255.255"]
    with pytest.raises(OSError, match=r"127\.0\.0\.2.*refused; .*255\.255\.255\.255") as caught:
        await connect_tcp("mixed.example", port)
    assert type(caught.value) is OSError


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("others", [["127.0.0.2"], ["127.0.0.1"]], ids=["refused", "connected"])
async def test_nothing_is_left_of_refused_addresses(resolve: dict[str, list[str]], others: list[str]) -> None:
    """Without the garbage collector, whether another address is connected to or not."""
    resolve["other.example"] = ["127.0.0.3", *others]

    def refusals() -> int:
        return sum(isinstance(thing, ConnectionRefusedError) for thing in gc.get_objects())

    gc.disable()
    try:
        async with listening() as listener:
            before = refusals()
            for _ in range(5):
                try:
                    stream = await connect_tcp("other.example", listener.getsockname()[1])
                except ConnectionRefusedError:
                    pass
                else:
                    await stream.aclose()
            await let_others_run()  # the event loop lets go of tasks that are done only later
            assert refusals() == before
    finally:
        gc.enable()


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch) -> dict[str, anyio.Event]:
    """Addresses put in here are reached only when their event is set."""
    gates: dict[str, anyio.Event] = {}
    connect = _tcp._connect

    async def wait_and_connect(attempt: _tcp._Attempt) -> socket.socket:
        sock = await connect(attempt)
        try:
            if attempt.address[0] in gates:
                await gates[attempt.address[0]].wait()
        except BaseException:
            sock.close()
            raise
        return sock

    monkeypatch.setattr(_tcp, "_connect", wait_and_connect)
    return gates


@pytest.mark.skipif(not HAS_ALL_OF_LOOPBACK, reason="this machine's loopback interface has no 127.0.0.3")
async def test_first_address_that_answers(resolve: dict[str, list[str]], race: dict[str, anyio.Event]) -> None:
    """A slow address does not keep the next one from being tried."""
    resolve["slow.example"] = ["127.0.0.2", "127.0.0.1"]
    race["127.0.0.2"] = anyio.Event()
    async with listening("0.0.0.0") as listener:
        port = listener.getsockname()[1]
        async with await connect_tcp("slow.example", port, happy_eyeballs_delay=0) as stream:
            assert stream.extra(SocketAttribute.remote_address) == ("127.0.0.1", port)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full backlog refuses connections")
@pytest.mark.parametrize("silent", ["127.0.0.2", pytest.param("::1", marks=needs_ipv6)])
async def test_attempts_share_a_local_port(silent: str, resolve: dict[str, list[str]]) -> None:
    """While the first address does not answer, the next one is tried from the same port."""
    resolve["silent.example"] = [silent, "127.0.0.1"]
    with ExitStack() as stack:
        answering = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = answering.getsockname()[1]
        full = stack.enter_context(socket.socket(socket.AF_INET6 if ":" in silent else socket.AF_INET))
        full.bind((silent, port))
        full.listen(0)
        stack.enter_context(socket.create_connection((silent, port)))
        with anyio.fail_after(5):
            stream, local_port = await connect_from_a_port("silent.example", port, happy_eyeballs_delay=0)
        async with stream:
            assert stream.extra(SocketAttribute.remote_address) == ("127.0.0.1", port)
            assert stream.extra(SocketAttribute.local_port) == local_port


@on_trio
@pytest.mark.skipif(not HAS_ALL_OF_LOOPBACK, reason="this machine's loopback interface has no 127.0.0.3")
async def test_delay_by_default_on_trio(
    resolve: dict[str, list[str]], race: dict[str, anyio.Event], client: ssl.SSLContext
) -> None:
    """``None`` is the default there, as in Trio."""
    resolve["slow.example"] = ["127.0.0.2", "127.0.0.1"]
    race["127.0.0.2"] = anyio.Event()
    async with listening("0.0.0.0") as listener:
        port = listener.getsockname()[1]
        stream = await trio_face.open_tls_over_tcp_stream(
            "slow.example", port, ssl_context=client, happy_eyeballs_delay=None
        )
        assert stream.transport_stream is not None
        assert stream.transport_stream.socket.getpeername() == ("127.0.0.1", port)
        await trio.aclose_forcefully(stream)


@pytest.mark.skipif(not HAS_ALL_OF_LOOPBACK, reason="this machine's loopback interface has no 127.0.0.3")
async def test_dead_heat(resolve: dict[str, list[str]], race: dict[str, anyio.Event]) -> None:
    """Of two that answer at once one is kept, and the other closed."""
    resolve["fast.example"] = ["127.0.0.2", "127.0.0.1"]
    race["127.0.0.2"] = race["127.0.0.1"] = both = anyio.Event()
    async with listening("0.0.0.0") as listener, anyio.create_task_group() as tg:
        streams = []

        async def connect() -> None:
            streams.append(await connect_tcp("fast.example", listener.getsockname()[1], happy_eyeballs_delay=0))

        tg.start_soon(connect)
        for _ in range(2):
            await anyio.wait_readable(listener)
            listener.accept()[0].close()
        await let_others_run()
        both.set()
        await let_others_run()
        (stream,) = streams
        await stream.aclose()


@pytest.mark.guarantee("G7")
@pytest.mark.skipif(not HAS_ALL_OF_LOOPBACK, reason="this machine's loopback interface has no 127.0.0.3")
async def test_cancelled_race(resolve: dict[str, list[str]], race: dict[str, anyio.Event]) -> None:
    """Whether somebody has won meanwhile or not, nothing is left open."""
    resolve["fast.example"] = ["127.0.0.2", "127.0.0.1"]
    race["127.0.0.2"] = race["127.0.0.1"] = both = anyio.Event()

    async def connect(port: int) -> None:
        async with await connect_tcp("fast.example", port, happy_eyeballs_delay=0):
            pass

    for won in (False, True):
        async with listening("0.0.0.0") as listener, anyio.create_task_group() as tg:
            tg.start_soon(connect, listener.getsockname()[1])
            for _ in range(2):
                await anyio.wait_readable(listener)
                listener.accept()[0].close()
            await let_others_run()
            if won:
                both.set()
            tg.cancel_scope.cancel()


def test_families_alternate() -> None:
    """RFC 8305 section 4: IPv6 and IPv4 in turns, beginning with the one that the system prefers."""
    four, six = [(socket.AF_INET, n) for n in range(3)], [(socket.AF_INET6, n) for n in range(2)]
    assert _tcp._interleave([*six, *four]) == [six[0], four[0], six[1], four[1], four[2]]
    assert _tcp._interleave([*four, *six]) == [four[0], six[0], four[1], six[1], four[2]]
    assert _tcp._interleave(four) == four


async def test_local_host_of_another_family() -> None:
    with pytest.raises(OSError, match=r"no address of 127\.0\.0\.1 can be reached from ::1"):
        await connect_tcp("127.0.0.1", 1, local_host="::1")


async def test_socket_options() -> None:
    """They are set before the socket connects, the user's last."""
    options: list[Any] = [
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        [socket.SOL_SOCKET, socket.SO_RCVBUF, struct.pack("i", 4096)],
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, False),
    ]
    async with listening() as listener:
        port = listener.getsockname()[1]
        async with await connect_tcp("127.0.0.1", port, socket_options=options) as stream:
            assert stream.raw_socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert stream.raw_socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == 8192  # Linux doubles it
            assert not stream.raw_socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            await check_stream(stream, listener)


async def test_socket_options_of_connect_tls(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    async with (
        served(server) as port,
        await connect_tls("localhost", port, ssl_context=client, socket_options=options) as stream,
    ):
        assert stream.extra(SocketAttribute.raw_socket).getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


async def test_socket_option_that_the_system_refuses() -> None:
    with pytest.raises(OSError, match="not available"):
        await connect_tcp("127.0.0.1", 1, socket_options=[(socket.SOL_SOCKET, 12345, 1)])


@pytest.mark.skipif(not hasattr(socket, "SO_BINDTODEVICE"), reason="this system cannot bind to a device")
async def test_bind_to_device() -> None:
    """To one that leads nowhere: the option is in force when the socket connects."""
    device = (socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    async with listening() as listener:
        port = listener.getsockname()[1]
        async with await connect_tcp("127.0.0.1", port, socket_options=[device]) as stream:
            name = stream.raw_socket.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16)
            assert name.rstrip(b"\0") == b"lo"
            await check_stream(stream, listener)


TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_NO_COOKIE = 30, 34  # of Linux; Python has no names for them


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux connects with the first data by itself")
@pytest.mark.parametrize("names", [False, True], ids=["address", "race"])
async def test_fast_open(names: bool, resolve: dict[str, list[str]]) -> None:
    """The connection is made by the first bytes, which travel with it."""
    host = "127.0.0.1"
    if names:
        host = "two.example"
        resolve[host] = ["127.0.0.1", "127.0.0.1"]
    options = [(socket.IPPROTO_TCP, option, 1) for option in (TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_NO_COOKIE)]
    async with listening() as listener:
        port = listener.getsockname()[1]
        async with await connect_tcp(host, port, socket_options=options) as stream:
            with pytest.raises(BlockingIOError):
                listener.accept()
            assert stream.extra(SocketAttribute.remote_address) == ("127.0.0.1", port)
            assert not stream.is_readable()
            await check_stream(stream, listener)
    async with await connect_tcp("127.0.0.1", port, socket_options=options) as stream:
        await stream.send(b"hello")
        with pytest.raises(anyio.BrokenResourceError):  # nobody listens there, which shows now
            await stream.receive()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux connects with the first data by itself")
async def test_fast_open_with_tls(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    options = [(socket.IPPROTO_TCP, option, 1) for option in (TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_NO_COOKIE)]
    async with (
        served(server) as port,
        await connect_tls("localhost", port, ssl_context=client, socket_options=options) as stream,
    ):
        assert await stream.receive() == b"127.0.0.1"


needs_unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no UNIX sockets in Python")


@needs_unix
async def test_connect_unix(tmp_path: Path, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """In every spelling of the path, and with TLS."""
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.setblocking(False)
        for spelling in (path, str(path), bytes(path)):
            async with await connect_unix(spelling) as stream:
                assert stream.extra(SocketAttribute.family) is socket.AF_UNIX
                assert stream.extra(SocketAttribute.remote_address) == str(path)
                await check_stream(stream, listener)
        options = [(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**16)]
        async with await connect_unix(path, socket_options=options) as stream:
            assert stream.raw_socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) >= 2**16
            client_stream, server_stream = await tls_pair(stream, SocketStream(listener.accept()[0]), server, client)
            await client_stream.send(b"hello")
            assert await server_stream.receive() == b"hello"
            await client_stream.aclose()
            await server_stream.aclose()


@needs_unix
async def test_connect_unix_in_vain(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await connect_unix(tmp_path / "nothing")
    with pytest.raises(OSError, match="too long"):
        await connect_unix("x" * 200)
    with pytest.raises(FileNotFoundError, match=r"connecting to /no such/socket failed"):
        await connect_unix(b"/no such/socket")
    if sys.platform == "linux":
        with pytest.raises(ConnectionRefusedError, match="connecting to @nobody failed"):
            await connect_unix("\0nobody")
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        with pytest.raises(ConnectionRefusedError):
            await connect_unix(path)
        listener.listen(0)
        async with await connect_unix(path):
            if sys.platform == "linux":
                with pytest.raises(BlockingIOError):  # the backlog is full
                    await connect_unix(path)


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


@pytest.mark.guarantee("G15")
async def test_connectable_whose_attributes_are_set(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """They are checked when it connects."""
    below = anyio.TCPConnectable("localhost", 443)
    for attribute, value, error in (
        ("hostname", None, ValueError),
        ("hostname", "two words", ValueError),
        ("ssl_context", server, ValueError),
        ("ssl_context", 5, TypeError),
        ("handshake_timeout", "30", TypeError),
        ("linger", -1, ValueError),
    ):
        connectable = TLSConnectable(below, ssl_context=client)
        setattr(connectable, attribute, value)
        with pytest.raises(error, match=attribute):
            await connectable.connect()


def test_representation_of_a_connectable(ca: CertificateAuthority) -> None:
    """It tells what is connected to, and the name that is checked, which may be another one or none."""
    below = anyio.TCPConnectable("localhost", 443)
    assert repr(TLSConnectable(below)) == f"<TLSConnectable: {below!r}, hostname='localhost'>"
    assert repr(TLSConnectable(below, hostname=INTERNATIONAL)) == f"<TLSConnectable: {below!r}, hostname='{ASCII}'>"
    assert "'localhost'" in repr(below)
    context = ca.client_context()
    context.check_hostname = False
    unix = anyio.UNIXConnectable("socket")
    assert repr(TLSConnectable(unix, ssl_context=context)) == f"<TLSConnectable: {unix!r}, hostname=None>"


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
