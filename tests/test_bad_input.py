"""Bad input: wrong arguments of the caller, and everything that a peer may do wrong.

Whatever it is, the answer is an error that says what was wrong, at once, and nothing is left open.
"""

from __future__ import annotations

import array
import ctypes
import logging
import math
import mmap
import random
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from ipaddress import ip_address
from typing import Any, Literal, cast

import anyio
import pytest
import trio
from anyio.abc import SocketAttribute
from anyio.lowlevel import checkpoint
from anyio.streams.text import TextStream

from anyio_tls import (
    CertificateVerificationError,
    HandshakeError,
    NeedHandshakeError,
    SocketStream,
    TLSConnectable,
    TLSError,
    TLSListener,
    TLSStream,
    TruncatedError,
    WriterTaskStream,
    _driver,
    _handshake,
    connect_tcp,
    connect_tls,
    connect_unix,
    create_tls_listener,
    trio as trio_face,
)
from anyio_tls._arguments import as_bytes, as_host, as_hostname
from anyio_tls._diagnosis import diagnose, tls_error
from anyio_tls._engine import BUFFER_LIMIT, MAX_PLAINTEXT, TLSEngine
from anyio_tls._errors import _ALERTS, ErrorClasses
from anyio_tls._hello import ClientHelloReader
from anyio_tls._records import Records
from anyio_tls._states import Reading, Writing
from anyio_tls.testing import Certificate, CertificateAuthority, MemoryStream, memory_stream_pair

from ._marks import on_trio
from ._pairs import pair_over, raising, socket_pair, transport_pair
from ._wire import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    carry,
    make_engine,
    make_record,
    record_ends,
    self_signed,
    shake_hands,
)
from .conftest import BACKENDS

VERSIONS = [("TLSv1_2", "TLSv1_2"), ("TLSv1_3", "TLSv1_3"), ("TLSv1_2", "TLSv1_3")]

HTTP_REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def kind_of(value: object) -> str:
    return value.__name__ if isinstance(value, type) else type(value).__name__


def refused(*, types: list[Any], values: list[Any]) -> list[Any]:
    """Parameters ``(value, error)``: what has the wrong type, and what has the right one and the wrong value."""
    return [
        *(pytest.param(value, TypeError, id=kind_of(value)) for value in types),
        *(pytest.param(value, ValueError, id=repr(value)[:12]) for value in values),
    ]


NOT_SECONDS = refused(types=["5", b"5", True, [], object()], values=[-1, -0.5, -math.inf, math.nan, 10**400])


class AnyIOFace:
    """What both faces have, in the words of AnyIO's."""

    argument_sent = "item"
    closed: type[Exception] = anyio.ClosedResourceError
    broken: type[Exception] = anyio.BrokenResourceError
    handshake_error: type[HandshakeError] = HandshakeError
    certificate_error: type[CertificateVerificationError] = CertificateVerificationError
    truncated_error: type[TruncatedError] = TruncatedError
    methods: tuple[str, ...] = ("receive", "send", "send_eof", "unwrap", "do_handshake")

    async def open(self, stream: Any, context: ssl.SSLContext, *, server_side: bool) -> Any:
        """Put TLS over a stream, handshake included."""
        hostname = None if server_side else "localhost"
        return await TLSStream.wrap(stream, server_side=server_side, hostname=hostname, ssl_context=context)

    async def pair(self, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> tuple[Any, Any]:
        """A client and a server over memory streams."""
        made: dict[bool, Any] = {}

        async def make(stream: Any, context: ssl.SSLContext, server_side: bool) -> None:
            made[server_side] = await self.open(stream, context, server_side=server_side)

        client, server = memory_stream_pair()
        async with anyio.create_task_group() as tg:
            tg.start_soon(make, client, client_context, False)
            tg.start_soon(make, server, server_context, True)
        return made[False], made[True]

    async def send(self, stream: Any, item: Any) -> None:
        await stream.send(item)

    async def receive(self, stream: Any, *max_bytes: Any) -> bytes:
        data: bytes = await stream.receive(*max_bytes)
        return data


class TrioFace(AnyIOFace):
    argument_sent = "data"
    closed = trio.ClosedResourceError
    broken = trio.BrokenResourceError
    handshake_error = trio_face.HandshakeError
    certificate_error = trio_face.CertificateVerificationError
    truncated_error = trio_face.TruncatedError
    methods = ("receive_some", "send_all", "send_eof", "unwrap", "do_handshake", "wait_send_all_might_not_block")

    async def open(self, stream: Any, context: ssl.SSLContext, *, server_side: bool) -> Any:
        hostname = None if server_side else "localhost"
        tls_stream = trio_face.TLSStream(stream, context, server_hostname=hostname, server_side=server_side)
        try:
            await tls_stream.do_handshake()
        except BaseException:
            await tls_stream.aclose()
            raise
        return tls_stream

    async def send(self, stream: Any, item: Any) -> None:
        await stream.send_all(item)

    async def receive(self, stream: Any, *max_bytes: Any) -> bytes:
        data: bytes = await stream.receive_some(*max_bytes)
        return data


on_every_face = pytest.mark.parametrize(
    ("anyio_backend", "face"),
    [
        *(pytest.param(backend, AnyIOFace(), id=name) for name, backend in BACKENDS.items()),
        pytest.param(BACKENDS["trio"], TrioFace(), id="trio-face"),
    ],
)


@pytest.fixture
def no_patience_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every wait for a time limit so long that a test which needs one fails."""
    monkeypatch.setattr(_handshake, "ALERT_SECONDS", 3600.0)
    monkeypatch.setattr(_driver, "LINGER_SECONDS", 3600.0)


@pytest.fixture(scope="module")
def server(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """A server's context, for tests that care for no TLS version."""
    return ca.server_context(server_certificate)


@pytest.fixture(scope="module")
def client(ca: CertificateAuthority) -> ssl.SSLContext:
    """A client's context, for tests that care for no TLS version."""
    return ca.client_context()


@pytest.fixture
def engines(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> Callable[[], tuple[TLSEngine, TLSEngine]]:
    """Makes a client and a server that have shaken hands."""

    def make() -> tuple[TLSEngine, TLSEngine]:
        client = make_engine(client_context, server_side=False)
        server = make_engine(server_context, server_side=True)
        shake_hands(client, server)
        return client, server

    return make


async def error_of(operation: Awaitable[Any]) -> Any:
    """What ``operation`` raises; or, if it does not, what it returns."""
    try:
        return await operation
    except Exception as exc:
        return exc


# ---- arguments: streams and contexts ----


class NotAStream:
    """It can send, but not receive."""

    async def send(self, item: bytes) -> None: ...

    async def aclose(self) -> None: ...


NOT_STREAMS = [None, 1, "stream", b"stream", object(), NotAStream(), MemoryStream, TLSStream, trio.SocketStream]
NOT_CONTEXTS: list[Any] = [1, "context", object(), ssl.SSLContext, ssl]


@pytest.mark.parametrize("stream", NOT_STREAMS, ids=kind_of)
async def test_wrap_not_a_stream(stream: Any, client: ssl.SSLContext) -> None:
    kind = type(stream).__name__
    with pytest.raises(TypeError, match=f"transport_stream must be an AnyIO byte stream or a Trio stream, not {kind}"):
        await TLSStream.wrap(stream, hostname="localhost", ssl_context=client)


@on_trio
@pytest.mark.parametrize("stream", NOT_STREAMS, ids=kind_of)
async def test_trio_not_a_stream(stream: Any, client: ssl.SSLContext) -> None:
    kind = type(stream).__name__
    with pytest.raises(TypeError, match=f"transport_stream must be an AnyIO byte stream or a Trio stream, not {kind}"):
        trio_face.TLSStream(stream, client, server_hostname="localhost")


async def test_wrap_socket(client: ssl.SSLContext) -> None:
    """A bare socket is refused, in words that tell what to do, and by type checkers; it stays open."""
    with socket.socket() as sock:
        with pytest.raises(TypeError, match=r"not socket \(put it into a SocketStream\)"):
            await TLSStream.wrap(sock, hostname="localhost", ssl_context=client)  # type: ignore[arg-type]
        assert sock.fileno() >= 0


async def test_not_a_stream_to_adapt() -> None:
    async with anyio.create_task_group() as tg:
        with pytest.raises(TypeError, match="transport_stream must be"):
            WriterTaskStream(object(), tg)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="task_group must be a task group or a nursery, not NoneType"):
            WriterTaskStream(memory_stream_pair()[0], None)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["text", "datagrams"])
async def test_not_a_stream_of_bytes(kind: str, client: ssl.SSLContext) -> None:
    """They have the methods of one. It is left alone."""
    one, _ = memory_stream_pair()
    datagrams = await anyio.create_connected_udp_socket("127.0.0.1", 9)
    below: Any = TextStream(one) if kind == "text" else datagrams
    async with datagrams:
        with pytest.raises(TypeError, match=f"transport_stream must be a stream of bytes, not {type(below).__name__}"):
            await TLSStream.wrap(below, hostname="localhost", ssl_context=client)
        await datagrams.send(b"it is open")
    await one.send(b"it is open")
    await one.aclose()


def test_no_subclasses() -> None:
    """Type checkers refuse them too. The streams that wrap() and the listeners make would not be of that class."""
    with pytest.raises(TypeError, match="TLSStream cannot be subclassed"):
        type("Logged", (TLSStream,), {})


async def test_not_a_socket() -> None:
    with pytest.raises(TypeError, match=r"raw_socket must be a socket\.socket, not int"):
        SocketStream(1)  # type: ignore[arg-type]
    with (
        ssl.create_default_context().wrap_socket(socket.socket(), server_hostname="localhost") as secured,
        pytest.raises(TypeError, match="raw_socket must be a socket without TLS, not SSLSocket"),
    ):
        SocketStream(secured)
    with socket.socket() as unconnected, pytest.raises(ValueError, match="raw_socket must be connected"):
        SocketStream(unconnected)
    with (
        socket.socket(type=socket.SOCK_DGRAM) as datagrams,
        pytest.raises(ValueError, match="raw_socket must be a stream socket"),
    ):
        SocketStream(datagrams)


async def test_nothing_to_serve_with(server: ssl.SSLContext) -> None:
    """Said at the call, and not when the first client comes."""
    async with await create_tls_listener(server, local_host="127.0.0.1") as listener:
        with pytest.raises(TypeError, match="handler must be an async function, not NoneType"):
            await listener.serve(None)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="task_group must be an AnyIO task group, not object"):
            await listener.serve(print, object())  # type: ignore[arg-type]


@on_trio
async def test_nothing_to_serve_with_on_trio(server: ssl.SSLContext) -> None:
    with pytest.raises(TypeError, match="handler must be an async function, not NoneType"):
        await trio_face.serve_tls_over_tcp(None, 0, server)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="handler_nursery must be a nursery, not object"):
        await trio_face.serve_tls_over_tcp(print, 0, server, handler_nursery=object())  # type: ignore[arg-type]


def test_no_constructor() -> None:
    with pytest.raises(TypeError, match=r"TLSStream\.wrap"):
        TLSStream()


@pytest.mark.parametrize("context", NOT_CONTEXTS, ids=kind_of)
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
async def test_wrap_not_a_context(context: Any, server_side: bool) -> None:
    stream, _ = memory_stream_pair()
    with pytest.raises(TypeError, match=f"ssl_context must be an ssl.SSLContext.*, not {type(context).__name__}"):
        await TLSStream.wrap(stream, server_side=server_side, hostname="localhost", ssl_context=context)
    assert not stream.closed


@on_trio
@pytest.mark.parametrize("context", [None, *NOT_CONTEXTS], ids=kind_of)
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
async def test_trio_not_a_context(context: Any, server_side: bool) -> None:
    with pytest.raises(TypeError, match=f"ssl_context must be an ssl.SSLContext.*, not {type(context).__name__}"):
        trio_face.TLSStream(memory_stream_pair()[0], context, server_hostname="localhost", server_side=server_side)


async def test_wrap_not_a_side(server_context: ssl.SSLContext) -> None:
    stream, _ = memory_stream_pair()
    with pytest.raises(TypeError, match="server_side must be a bool, not str"):
        await TLSStream.wrap(stream, server_side="no", ssl_context=server_context)  # type: ignore[arg-type]
    assert not stream.closed


class HasAccept:
    async def accept(self) -> None: ...


@pytest.mark.parametrize("flag", ["no", None, 30, 0])
async def test_not_a_flag(flag: Any, server: ssl.SSLContext) -> None:
    """``None`` may be meant as the default, and a number as a timeout; either would have turned a protection off."""
    stream, _ = memory_stream_pair()
    connectable = TLSConnectable(anyio.TCPConnectable("localhost", 1))
    connectable.standard_compatible = flag
    below = await anyio.create_tcp_listener(local_host="127.0.0.1")
    calls: list[tuple[str, Callable[[], Any]]] = [
        ("standard_compatible", lambda: TLSStream.wrap(stream, hostname="localhost", standard_compatible=flag)),
        ("standard_compatible", lambda: connect_tls("localhost", 1, standard_compatible=flag)),
        ("standard_compatible", lambda: TLSConnectable(anyio.TCPConnectable("x", 1), standard_compatible=flag)),
        ("standard_compatible", connectable.connect),
        ("standard_compatible", lambda: TLSListener(below, server, flag)),
        ("standard_compatible", lambda: create_tls_listener(server, standard_compatible=flag)),
        ("reuse_port", lambda: create_tls_listener(server, reuse_port=flag)),
        ("https_compatible", lambda: trio_face.TLSStream(stream, server, server_side=True, https_compatible=flag)),
        ("https_compatible", lambda: trio_face.open_tls_over_tcp_stream("localhost", 1, https_compatible=flag)),
        ("https_compatible", lambda: trio_face.open_tls_over_tcp_listeners(0, server, https_compatible=flag)),
        ("https_compatible", lambda: trio_face.TLSListener(cast("Any", HasAccept()), server, https_compatible=flag)),
    ]
    for name, call in calls:
        with pytest.raises(TypeError, match=f"{name} must be a bool, not {type(flag).__name__}"):
            await call()
    assert not stream.closed
    await below.aclose()


@on_trio
async def test_trio_not_a_side(server_context: ssl.SSLContext) -> None:
    with pytest.raises(TypeError, match="server_side must be a bool, not NoneType"):
        trio_face.TLSStream(memory_stream_pair()[0], server_context, server_side=None)  # type: ignore[arg-type]


def server_that_checks_host_names() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    return context


@pytest.mark.guarantee("G15")
async def test_wrap_context_that_does_not_fit(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The wrong side's, none for a server, or one that checks a host name that is not there. The stream is left."""
    stream, _ = memory_stream_pair()
    checking = server_that_checks_host_names()
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("a server needs an ssl_context", {}),
        ("a server needs an ssl_context", {"server_side": True, "hostname": "localhost"}),
        ("a server needs an ssl_context", {"hostname": ""}),
        ("ssl_context is a server's", {"ssl_context": server, "hostname": "localhost"}),
        ("ssl_context is a server's", {"ssl_context": server, "server_side": False}),
        ("ssl_context is a client's", {"ssl_context": client}),
        ("ssl_context is a client's", {"ssl_context": client, "server_side": True, "hostname": "localhost"}),
        ("hostname is required", {"ssl_context": client, "server_side": False}),
        ("hostname is required", {"ssl_context": client, "server_side": False, "hostname": ""}),
        ("hostname is required", {"server_side": False}),
        ("hostname is a client's", {"ssl_context": server, "server_side": True, "hostname": "localhost"}),
        ("ssl_context checks host names, which a server", {"ssl_context": checking}),
    ]
    for words, arguments in wrong:
        with pytest.raises(ValueError, match=words):
            await TLSStream.wrap(stream, **arguments)
    assert not stream.closed


@on_trio
@pytest.mark.guarantee("G15")
async def test_trio_context_that_does_not_fit(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    stream, _ = memory_stream_pair()
    with pytest.raises(ValueError, match="ssl_context is a server's"):
        trio_face.TLSStream(stream, server, server_hostname="localhost")
    with pytest.raises(ValueError, match="ssl_context is a client's"):
        trio_face.TLSStream(stream, client, server_side=True)
    with pytest.raises(ValueError, match="ssl_context checks host names, which a server"):
        trio_face.TLSStream(stream, server_that_checks_host_names(), server_side=True)
    with pytest.raises(ValueError, match="server_hostname is a client's"):
        trio_face.TLSStream(stream, server, server_side=True, server_hostname="localhost")
    for name in (None, ""):
        with pytest.raises(ValueError, match="server_hostname is required"):
            trio_face.TLSStream(stream, client, server_hostname=name)
    assert not stream.closed


# ---- arguments: host names ----

INVALID_NAMES = [
    "münchen..example",
    "-ü-.example",
    "☃.example",
    "ü" * 64 + ".example",
    "a" * 64 + ".example",
    "double..dot",
    ".example.org",
    "nul\0.example.org",
    ".",
    "\N{IDEOGRAPHIC FULL STOP}",
    "two.dots..",
    "\N{SOFT HYPHEN}.example",
    "a" * 50 + ("." + "b" * 50) * 4,
    "ü" + ("." + "b" * 50) * 5,
    "localhost:443",
    "localhost\N{FULLWIDTH COLON}443",
    "[::1]",
    "[127.0.0.1]",
    "localhost/",
    "user@localhost",
    " localhost",
    "localhost ",
    "two words.example",
    "bücher.example/shop",
    "localhost\N{FULLWIDTH SOLIDUS}",
    "100%.example",
    "::1::",
    "fe80::1%",
    "fe80::1%eth\0",
    "fe80::1%ü",
]


@pytest.mark.parametrize("hostname", INVALID_NAMES, ids=ascii)
async def test_invalid_hostname(hostname: str, client: ssl.SSLContext) -> None:
    """A name that is none is a ValueError that names the argument, whatever ssl makes of it."""
    stream, _ = memory_stream_pair()
    with pytest.raises(ValueError, match="hostname"):
        await TLSStream.wrap(stream, hostname=hostname, ssl_context=client)
    assert not stream.closed
    with pytest.raises(ValueError, match="hostname"):
        TLSConnectable(anyio.TCPConnectable("localhost", 443), hostname=hostname, ssl_context=client)


@on_trio
@pytest.mark.parametrize("hostname", INVALID_NAMES, ids=ascii)
async def test_trio_invalid_hostname(hostname: str, client: ssl.SSLContext) -> None:
    with pytest.raises(ValueError, match="server_hostname"):
        trio_face.TLSStream(memory_stream_pair()[0], client, server_hostname=hostname)


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("hostname", ["double..dot", "münchen..example"], ids=ascii)
async def test_invalid_hostname_is_refused_before_connecting(hostname: str, client: ssl.SSLContext) -> None:
    """No connection is made that would then be left open."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        port = listening.getsockname()[1]
        with pytest.raises(ValueError, match="hostname"):
            await connect_tls("127.0.0.1", port, hostname=hostname, ssl_context=client)
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.parametrize("hostname", [1, 1.5, ["localhost"], ("localhost",), object()], ids=kind_of)
async def test_hostname_of_a_wrong_type(hostname: Any, client: ssl.SSLContext) -> None:
    stream, _ = memory_stream_pair()
    words = f"hostname must be a str, not {type(hostname).__name__}"
    with pytest.raises(TypeError, match=words):
        await TLSStream.wrap(stream, hostname=hostname, ssl_context=client)
    with pytest.raises(TypeError, match=words):
        await connect_tls("localhost", 443, hostname=hostname, ssl_context=client)
    with pytest.raises(TypeError, match=words):
        TLSConnectable(anyio.TCPConnectable("localhost", 443), hostname=hostname, ssl_context=client)


# What is given, what is connected to, and what is sent and checked.
NAMES: list[tuple[Any, str, str]] = [
    ("localhost", "localhost", "localhost"),
    (b"localhost", "localhost", "localhost"),
    # The case does not matter, and stays.
    ("LocalHost", "LocalHost", "LocalHost"),
    # The dot of the root is for the DNS (RFC 6066 section 3).
    ("localhost.", "localhost.", "localhost"),
    (b"localhost.", "localhost.", "localhost"),
    ("127.0.0.1.", "127.0.0.1.", "127.0.0.1"),
    # International names, whichever dots they have; of theirs ASCII has no capitals.
    ("bücher.example", "xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("Bücher.Example.", "xn--bcher-kva.example.", "xn--bcher-kva.example"),
    ("bücher\N{IDEOGRAPHIC FULL STOP}example", "xn--bcher-kva.example", "xn--bcher-kva.example"),
    (
        "bücher\N{FULLWIDTH FULL STOP}example\N{HALFWIDTH IDEOGRAPHIC FULL STOP}",
        "xn--bcher-kva.example.",
        "xn--bcher-kva.example",
    ),
    ("\N{FULLWIDTH LATIN SMALL LETTER A}.example", "a.example", "a.example"),
    ("faß.example", "xn--fa-hia.example", "xn--fa-hia.example"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example", "xn--bcher-kva.example"),
    # What an ASCII name may have, an international one may have too.
    ("_sip._tls.my_host.example", "_sip._tls.my_host.example", "_sip._tls.my_host.example"),
    ("_sip._tls.bücher.example", "_sip._tls.xn--bcher-kva.example", "_sip._tls.xn--bcher-kva.example"),
    ("r3---sn.bücher.example", "r3---sn.xn--bcher-kva.example", "r3---sn.xn--bcher-kva.example"),
    ("a" * 63 + ".ü.example", "a" * 63 + ".xn--tda.example", "a" * 63 + ".xn--tda.example"),
    # As long as it may be.
    ("a" * 49 + ("." + "b" * 50) * 4, "a" * 49 + ("." + "b" * 50) * 4, "a" * 49 + ("." + "b" * 50) * 4),
    ("a" * 49 + ("." + "b" * 50) * 4 + ".", "a" * 49 + ("." + "b" * 50) * 4 + ".", "a" * 49 + ("." + "b" * 50) * 4),
    # Addresses, as they are spelled. By which interface one is reached does not concern the server.
    ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
    ("::1", "::1", "::1"),
    ("::FFFF:127.0.0.1", "::FFFF:127.0.0.1", "::FFFF:127.0.0.1"),
    ("fe80::1%Eth0.100", "fe80::1%Eth0.100", "fe80::1"),
    (b"fe80::1%1", "fe80::1%1", "fe80::1"),
]


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize(("given", "host", "hostname"), NAMES, ids=ascii)
def test_names(given: Any, host: str, hostname: str) -> None:
    assert as_host("host", given) == host
    assert as_hostname("hostname", given) == hostname
    assert as_hostname("hostname", host) == hostname
    # What comes out goes in again.
    assert as_host("host", host) == host
    assert as_hostname("hostname", hostname) == hostname


def test_addresses_as_objects() -> None:
    for address in ("127.0.0.1", "::1", "fe80::1%eth0"):
        assert as_host("host", ip_address(address)) == address


def test_no_name() -> None:
    for nothing in (None, "", b""):
        assert as_hostname("hostname", nothing) is None


@pytest.mark.guarantee("G15")
async def test_international_hostname(ca: CertificateAuthority, client: ssl.SSLContext) -> None:
    """IDNA 2008 keeps the sharp s, which the 2003 version that ssl knows turns into the name of another host."""
    server = ca.server_context(ca.issue("faß.example"))
    async with anyio.create_task_group() as tg:
        below = memory_stream_pair()
        tg.start_soon(error_of, AnyIOFace().open(below[1], server, server_side=True))
        stream = await TLSStream.wrap(below[0], hostname="faß.example", ssl_context=client)
        assert stream.server_hostname == "xn--fa-hia.example"
        await stream.aclose()
    await below[1].aclose()


# ---- arguments: numbers ----


@pytest.mark.parametrize(("linger", "error"), NOT_SECONDS)
async def test_linger(linger: Any, error: type[Exception], server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    stream, _ = memory_stream_pair()
    with pytest.raises(error, match="linger must"):
        await TLSStream.wrap(stream, hostname="localhost", ssl_context=client, linger=linger)
    assert not stream.closed
    with pytest.raises(error, match="linger must"):
        await connect_tls("localhost", 443, ssl_context=client, linger=linger)
    with pytest.raises(error, match="linger must"):
        await create_tls_listener(server, linger=linger)
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        with pytest.raises(error, match="linger must"):
            TLSListener(listener, server, linger=linger)
    with pytest.raises(error, match="linger must"):
        TLSConnectable(anyio.TCPConnectable("localhost", 443), ssl_context=client, linger=linger)


@pytest.mark.parametrize(("handshake_timeout", "error"), NOT_SECONDS)
async def test_handshake_timeout(
    handshake_timeout: Any, error: type[Exception], server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    with pytest.raises(error, match="handshake_timeout must"):
        await connect_tls("localhost", 443, ssl_context=client, handshake_timeout=handshake_timeout)
    with pytest.raises(error, match="handshake_timeout must"):
        await create_tls_listener(server, handshake_timeout=handshake_timeout)
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        with pytest.raises(error, match="handshake_timeout must"):
            TLSListener(listener, server, handshake_timeout=handshake_timeout)


@on_every_face
async def test_unwrap_timeout(face: AnyIOFace, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Refused before close_notify has been sent: the stream stays as it is."""
    client_stream, server_stream = await face.pair(server, client)
    for timeout, error in (parameters.values for parameters in NOT_SECONDS):
        with pytest.raises(error, match="timeout must"):
            await client_stream.unwrap(timeout=timeout)
    await face.send(client_stream, b"still here")
    assert await face.receive(server_stream) == b"still here"
    await client_stream.aclose()
    await server_stream.aclose()


@on_trio
@pytest.mark.parametrize(("linger", "error"), NOT_SECONDS)
async def test_trio_linger(linger: Any, error: type[Exception], server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    with pytest.raises(error, match="linger must"):
        trio_face.TLSStream(memory_stream_pair()[0], client, server_hostname="localhost", linger=linger)
    for listener in await trio.open_tcp_listeners(0, host="127.0.0.1"):
        async with listener:
            with pytest.raises(error, match="linger must"):
                trio_face.TLSListener(listener, server, linger=linger)
    with pytest.raises(error, match="linger must"):
        await trio_face.open_tls_over_tcp_stream("localhost", 443, ssl_context=client, linger=linger)
    with pytest.raises(error, match="linger must"):
        await trio_face.open_tls_over_tcp_listeners(0, server, linger=linger)


@on_trio
@pytest.mark.parametrize(("seconds", "error"), NOT_SECONDS)
async def test_trio_handshake_timeout(
    seconds: Any, error: type[Exception], server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    with pytest.raises(error, match="handshake_timeout must"):
        trio_face.TLSStream(memory_stream_pair()[0], client, server_hostname="localhost", handshake_timeout=seconds)
    for listener in await trio.open_tcp_listeners(0, host="127.0.0.1"):
        async with listener:
            with pytest.raises(error, match="handshake_timeout must"):
                trio_face.TLSListener(listener, server, handshake_timeout=seconds)
    with pytest.raises(error, match="handshake_timeout must"):
        await trio_face.open_tls_over_tcp_listeners(0, server, host="127.0.0.1", handshake_timeout=seconds)


@pytest.mark.parametrize(
    ("port", "error"),
    refused(types=["443", b"443", None, 443.0, True], values=[0, -1, 65536]),
)
async def test_port(port: Any, error: type[Exception], client: ssl.SSLContext) -> None:
    with pytest.raises(error, match="port must"):
        await connect_tls("localhost", port, ssl_context=client)
    with pytest.raises(error, match="port must"):
        await connect_tcp("localhost", port)


@pytest.mark.parametrize("host", [None, 1, bytearray(b"localhost"), ("localhost", 443)], ids=kind_of)
async def test_host(host: Any, client: ssl.SSLContext) -> None:
    with pytest.raises(TypeError, match=r"^host must be a str"):
        await connect_tls(host, 443, ssl_context=client)
    if host is not None:
        with pytest.raises(TypeError, match=r"^local_host must be a str"):
            await connect_tls("localhost", 443, local_host=host, ssl_context=client)
        with pytest.raises(TypeError, match=r"^local_host must be a str"):
            await connect_tcp("localhost", 443, local_host=host)


@pytest.mark.parametrize(("delay", "error"), NOT_SECONDS)
async def test_happy_eyeballs_delay(delay: Any, error: type[Exception], client: ssl.SSLContext) -> None:
    with pytest.raises(error, match="happy_eyeballs_delay must"):
        await connect_tls("localhost", 443, happy_eyeballs_delay=delay, ssl_context=client)
    with pytest.raises(error, match="happy_eyeballs_delay must"):
        await connect_tcp("localhost", 443, happy_eyeballs_delay=delay)


NOT_OPTIONS: list[Any] = [1, [1], "abc", [()], [(1, 2)], [(1, 2, None)], [(1, 2, "3")], [(1, 2, 3, 4)], [(1, 2, 3.0)]]
NOT_C_INTS: list[Any] = [[(2**31, 1, 1)], [(1, 1, 2**31)], [(1, 1, None, -(2**31) - 1)]]


@pytest.mark.parametrize(
    ("options", "error"),
    [*((options, TypeError) for options in NOT_OPTIONS), *((options, ValueError) for options in NOT_C_INTS)],
    ids=repr,
)
async def test_socket_options(options: Any, error: type[Exception], client: ssl.SSLContext) -> None:
    with pytest.raises(error, match="socket_options must"):
        await connect_tls("localhost", 443, socket_options=options, ssl_context=client)
    with pytest.raises(error, match="socket_options must"):
        await connect_tcp("localhost", 443, socket_options=options)
    with pytest.raises(error, match="socket_options must"):
        await connect_unix("/nowhere", socket_options=options)


@pytest.mark.parametrize("path", [None, 1, ["/nowhere"], bytearray(b"/nowhere"), object()], ids=kind_of)
async def test_path(path: Any) -> None:
    with pytest.raises(TypeError, match="path must be a path, not"):
        await connect_unix(path)


@pytest.mark.parametrize("host", ["", *INVALID_NAMES], ids=ascii)
async def test_invalid_host(host: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """None of them is looked up."""
    for argument, call in (
        ("host", connect_tls(host, 443, ssl_context=client)),
        ("local_host", connect_tls("localhost", 443, local_host=host, ssl_context=client)),
        ("local_host", create_tls_listener(server, local_host=host)),
    ):
        with pytest.raises(ValueError, match=f"^{argument} .+ is not a valid host name or IP address: "):
            await call


async def test_connect_with_a_context_that_does_not_fit(server: ssl.SSLContext) -> None:
    for context in NOT_CONTEXTS:
        with pytest.raises(TypeError, match="ssl_context must be"):
            await connect_tls("localhost", 443, ssl_context=context)
    with pytest.raises(ValueError, match="ssl_context is a server's"):
        await connect_tls("localhost", 443, ssl_context=server)


@on_trio
async def test_trio_connect_and_listen(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    host: Any
    for context in NOT_CONTEXTS:
        with pytest.raises(TypeError, match="ssl_context must be"):
            await trio_face.open_tls_over_tcp_stream("localhost", 443, ssl_context=context)
        with pytest.raises(TypeError, match="ssl_context must be"):
            await trio_face.open_tls_over_tcp_listeners(0, context)
    with pytest.raises(ValueError, match="ssl_context is a server's"):
        await trio_face.open_tls_over_tcp_stream("localhost", 443, ssl_context=server)
    with pytest.raises(ValueError, match="ssl_context is a client's"):
        await trio_face.open_tls_over_tcp_listeners(0, client)
    with pytest.raises(TypeError, match="host must be a str, not int"):
        await trio_face.open_tls_over_tcp_stream(1, 443, ssl_context=client)  # type: ignore[arg-type]
    for host in ("", b"", b"M\xfcnchen", *INVALID_NAMES):
        with pytest.raises(ValueError, match=r"^host .+ is not a valid host name or IP address: "):
            await trio_face.open_tls_over_tcp_stream(host, 443, ssl_context=client)
    for port in (0, 65536):
        with pytest.raises(ValueError, match="port must be between"):
            await trio_face.open_tls_over_tcp_stream("localhost", port, ssl_context=client)
    with pytest.raises(ValueError, match="happy_eyeballs_delay must not be negative"):
        await trio_face.open_tls_over_tcp_stream("localhost", 443, ssl_context=client, happy_eyeballs_delay=-1)
    for listener in (None, 1, object()):
        with pytest.raises(TypeError, match="transport_listener must be a Trio listener"):
            trio_face.TLSListener(listener, server)  # type: ignore[arg-type]


async def test_listener(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    for listener in (None, 1, object(), memory_stream_pair()[0]):
        with pytest.raises(TypeError, match=f"listener must be an AnyIO listener, not {type(listener).__name__}"):
            TLSListener(listener, server)  # type: ignore[arg-type]
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        for context in (None, *NOT_CONTEXTS):
            with pytest.raises(TypeError, match=f"ssl_context must be.*, not {type(context).__name__}"):
                TLSListener(listener, context)
            with pytest.raises(TypeError, match=f"ssl_context must be.*, not {type(context).__name__}"):
                await create_tls_listener(context)
        with pytest.raises(ValueError, match="ssl_context is a client's"):
            TLSListener(listener, client)
        with pytest.raises(ValueError, match="ssl_context is a client's"):
            await create_tls_listener(client)


@pytest.mark.parametrize(
    ("port", "error"),
    refused(types=["443", None, 443.0], values=[-1, 65536]),
)
async def test_listener_port(port: Any, error: type[Exception], server: ssl.SSLContext) -> None:
    with pytest.raises(error, match="local_port must"):
        await create_tls_listener(server, local_host="127.0.0.1", local_port=port)


class Ports(IntEnum):
    FREE = 0


async def test_a_port_that_is_a_member_of_an_enum(server: ssl.SSLContext) -> None:
    """The standard library takes it for an address, but not for a name."""
    listener = await create_tls_listener(server, local_host="localhost", family=socket.AF_INET, local_port=Ports.FREE)
    number = listener.extra(SocketAttribute.local_port)
    Port: Any = IntEnum("Port", {"HTTPS": number})  # noqa: N806 -- mypy wants the name that the class has
    async with listener, await connect_tcp("localhost", Port.HTTPS) as stream:
        assert stream.extra(SocketAttribute.remote_port) == number


@pytest.mark.parametrize("family", [socket.AF_UNIX, 99, "AF_INET", None], ids=repr)
async def test_listener_family(family: Any, server: ssl.SSLContext) -> None:
    with pytest.raises(ValueError, match="family must be AF_UNSPEC, AF_INET or AF_INET6"):
        await create_tls_listener(server, family=family)


@on_trio
async def test_trio_listeners(server: ssl.SSLContext) -> None:
    for arguments, error, words in (
        ({"port": "443"}, TypeError, "port must be an integer"),
        ({"port": 65536}, ValueError, "port must be between"),
        ({"port": 0, "host": 1}, TypeError, "host must be a str"),
        ({"port": 0, "host": "two words"}, ValueError, "host .* is not a valid host name"),
        ({"port": 0, "backlog": 0}, ValueError, "backlog must be between"),
    ):
        with pytest.raises(error, match=words):
            await trio_face.open_tls_over_tcp_listeners(ssl_context=server, **arguments)
    for listeners, words in ((None, "listeners must be an iterable"), ([None], "listeners must be TLSListeners")):
        with pytest.raises(TypeError, match=words):
            await trio_face.shut_down(listeners)  # type: ignore[arg-type]


async def test_connectable(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    not_connectable: list[Any] = [None, 1, "localhost:443", object(), memory_stream_pair()[0]]
    for connectable in not_connectable:
        with pytest.raises(TypeError, match=r"connectable must have a connect\(\) method"):
            TLSConnectable(connectable, hostname="localhost", ssl_context=client)
    tcp, unix = anyio.TCPConnectable("localhost", 443), anyio.UNIXConnectable("/nowhere")
    for context in NOT_CONTEXTS:
        with pytest.raises(TypeError, match="ssl_context must be"):
            TLSConnectable(tcp, ssl_context=context)
    with pytest.raises(ValueError, match="ssl_context is a server's"):
        TLSConnectable(tcp, ssl_context=server)
    with pytest.raises(ValueError, match="hostname is required"):
        TLSConnectable(unix, ssl_context=client)
    with pytest.raises(ValueError, match="hostname is required"):
        TLSConnectable(tcp, hostname="", ssl_context=client)

    class ConnectsToAnything:
        async def connect(self) -> Any:
            return 443

    with pytest.raises(TypeError, match="transport_stream must be"):
        await TLSConnectable(ConnectsToAnything(), hostname="localhost", ssl_context=client).connect()


@on_every_face
@pytest.mark.guarantee("G1")
async def test_max_bytes(face: AnyIOFace, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """What is no positive integer is refused, and loses nothing. What can be an index is an integer."""
    client_stream, server_stream = await face.pair(server, client)
    await face.send(server_stream, b"abcdef")
    not_integers: list[Any] = [1.0, "1", b"1", [], math.inf]
    for max_bytes in not_integers if isinstance(face, TrioFace) else [None, *not_integers]:
        with pytest.raises(TypeError, match=f"max_bytes must be an integer, not {type(max_bytes).__name__}"):
            await face.receive(client_stream, max_bytes)
    for max_bytes in (0, -1, False, -(2**70)):
        with pytest.raises(ValueError, match="max_bytes must be a positive integer"):
            await face.receive(client_stream, max_bytes)

    class Two:
        def __index__(self) -> int:
            return 2

    assert await face.receive(client_stream, True) == b"a"
    assert await face.receive(client_stream, Two()) == b"bc"
    assert await face.receive(client_stream, 2**70) == b"def"
    if isinstance(face, TrioFace):
        await face.send(server_stream, b"ghi")
        assert await face.receive(client_stream, None) == b"ghi"
    await client_stream.aclose()
    await server_stream.aclose()


@pytest.mark.parametrize("adapted", [False, True], ids=["SocketStream", "WriterTaskStream"])
async def test_arguments_of_streams_below(adapted: bool) -> None:
    """What is wrong is refused, and not sent as zeros or taken for the end. What is too large is cut."""
    ours, peer = map(SocketStream, socket.socketpair())
    async with anyio.create_task_group() as tg, peer:
        async with WriterTaskStream(ours, tg) if adapted else ours as stream:
            wrong: list[Any] = [1.0, "1", None]
            for max_bytes in wrong:
                with pytest.raises(TypeError, match=f"max_bytes must be an integer, not {type(max_bytes).__name__}"):
                    await stream.receive(max_bytes)
            for max_bytes in (0, -1):
                with pytest.raises(ValueError, match="max_bytes must be a positive integer"):
                    await stream.receive(max_bytes)
            wrong = [3, "text", None, [1, 2]]
            for item in wrong:
                with pytest.raises(TypeError, match=f"item must be bytes-like, not {type(item).__name__}"):
                    await stream.send(item)
            await peer.send(b"hello")
            assert await stream.receive(2**70) == b"hello"
            await stream.send(array.array("H", [1, 2]))  # type: ignore[arg-type]
            await stream.send(b"hello")
            expected = array.array("H", [1, 2]).tobytes() + b"hello"
            assert await peer.receive(4) + await peer.receive() == expected


# ---- arguments: what is sent ----


class Structure(ctypes.Structure):
    """Its buffer has a format that memoryview cannot cast."""

    _fields_ = [("small", ctypes.c_uint8), ("large", ctypes.c_double)]


class MyBytes(bytes):
    pass


def buffers() -> dict[str, Any]:
    """Objects with the buffer interface, of every shape that the standard library can make."""
    integers = array.array("i", range(24))
    return {
        "bytes": b"plain",
        "a subclass of bytes": MyBytes(b"mine"),
        "bytearray": bytearray(b"mutable"),
        "memoryview": memoryview(b"view"),
        "a part of a memoryview": memoryview(b"abcdef")[1:-1],
        "array of bytes": array.array("b", [-1, 0, 1]),
        "array of doubles": array.array("d", [0.5, 1.5]),
        "two dimensions": memoryview(bytes(range(24))).cast("B", [4, 6]),
        "three dimensions of integers": memoryview(integers).cast("B").cast("i", [2, 3, 4]),
        "no dimension": memoryview(b"x").cast("B", []),
        "booleans": memoryview(b"\0\1\1").cast("?"),
        "characters": memoryview(b"abc").cast("c"),
        "every second byte": memoryview(bytes(range(20)))[::2],
        "backwards": memoryview(bytes(range(20)))[::-1],
        "every third double": memoryview(array.array("d", range(9)))[::3],
        "ctypes integers": (ctypes.c_uint32 * 3)(1, 2, 3),
        "ctypes, two dimensions": ((ctypes.c_uint16 * 3) * 2).from_buffer_copy(bytes(range(12))),
        "ctypes, big-endian": (ctypes.c_uint32.__ctype_be__ * 2)(1, 2),
        "ctypes structure": Structure(1, 2.0),
        "ctypes structures, backwards": memoryview((Structure * 3)(*map(Structure, (1, 3, 5), (2, 4, 6))))[::-1],
        "many records, every second byte": memoryview(bytes(range(256)) * 512)[::2],
        "empty bytes": b"",
        "empty array": array.array("d"),
        "empty part of a strided view": memoryview(bytes(20))[4:4:2],
        "empty ctypes": (ctypes.c_uint32 * 0)(),
        "empty, two dimensions": ((ctypes.c_uint16 * 0) * 3)(),
    }


@pytest.mark.parametrize("name", buffers())
def test_as_bytes(name: str) -> None:
    """A buffer of any shape becomes a flat one of bytes, in the order in which it is read."""
    item = buffers()[name]
    flat = as_bytes("item", item)
    assert bytes(flat) == memoryview(item).tobytes()
    assert len(flat) == memoryview(item).nbytes


@on_every_face
@pytest.mark.guarantee("G2")
async def test_buffers_arrive(face: AnyIOFace, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Whatever has the buffer interface can be sent, and nobody holds on to it afterwards."""
    client_stream, server_stream = await face.pair(server, client)
    items = [*buffers().values(), bytearray(b"resized later"), mmap.mmap(-1, 40_000)]
    items[-1][:6] = b"mapped"
    for item in items:
        expected = memoryview(item).tobytes()
        before = client_stream.bytes_sent
        async with anyio.create_task_group() as tg:
            tg.start_soon(face.send, client_stream, item)
            received = bytearray()
            while len(received) < len(expected):
                received += await face.receive(server_stream)
        assert received == expected
        assert client_stream.bytes_sent - before == len(expected)
    items[-2].append(1)  # BufferError if there were a view of it left
    items[-1].close()
    await client_stream.aclose()
    await server_stream.aclose()


@on_every_face
@pytest.mark.guarantee("G2")
async def test_not_bytes(face: AnyIOFace, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """What is not bytes-like is refused by name, with nothing sent, and the stream stays usable."""
    client_stream, server_stream = await face.pair(server, client)
    for item in ("text", "", None, 1, 0, 1.5, True, [1, 2], (b"x",), {}, object(), bytes, iter(b"x")):
        words = f"{face.argument_sent} must be bytes-like, not {type(item).__name__}"
        with pytest.raises(TypeError, match=words):
            await face.send(client_stream, item)
    released = memoryview(b"gone")
    released.release()
    with pytest.raises(ValueError, match="released"):
        await face.send(client_stream, released)
    assert client_stream.bytes_sent == 0
    await face.send(client_stream, b"bytes")
    assert await face.receive(server_stream) == b"bytes"
    await client_stream.aclose()
    await server_stream.aclose()


# ---- too early and too late ----

AFTER_HANDSHAKE: dict[str, Callable[[Any], Any]] = {
    "cipher": lambda stream: stream.cipher(),
    "compression": lambda stream: stream.compression(),
    "get_channel_binding": lambda stream: stream.get_channel_binding(),
    "get_channel_binding of the end point": lambda stream: stream.get_channel_binding("tls-server-end-point"),
    "getpeercert": lambda stream: stream.getpeercert(),
    "getpeercert, binary": lambda stream: stream.getpeercert(True),
    "selected_alpn_protocol": lambda stream: stream.selected_alpn_protocol(),
    "selected_npn_protocol": lambda stream: stream.selected_npn_protocol(),
    "session_reused": lambda stream: stream.session_reused,
    "shared_ciphers": lambda stream: stream.shared_ciphers(),
    "verify_client_post_handshake": lambda stream: stream.verify_client_post_handshake(),
    "version": lambda stream: stream.version(),
}
if sys.version_info >= (3, 13):
    AFTER_HANDSHAKE["get_verified_chain"] = lambda stream: stream.get_verified_chain()
    AFTER_HANDSHAKE["get_unverified_chain"] = lambda stream: stream.get_unverified_chain()
if sys.version_info >= (3, 15):
    AFTER_HANDSHAKE["group"] = lambda stream: stream.group()
    AFTER_HANDSHAKE["client_sigalg"] = lambda stream: stream.client_sigalg()
    AFTER_HANDSHAKE["server_sigalg"] = lambda stream: stream.server_sigalg()


@on_trio
@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("name", AFTER_HANDSHAKE)
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
async def test_before_the_handshake(
    name: str, server_side: bool, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    below, _ = memory_stream_pair()
    if server_side:
        stream = trio_face.TLSStream(below, server, server_side=True)
    else:
        stream = trio_face.TLSStream(below, client, server_hostname="localhost")
    with pytest.raises(NeedHandshakeError, match=name.partition(" ")[0].strip(",")) as caught:
        AFTER_HANDSHAKE[name](stream)
    assert isinstance(caught.value, trio.NeedHandshakeError)
    await stream.aclose()


@on_trio
async def test_known_before_the_handshake(client: ssl.SSLContext) -> None:
    below, _ = memory_stream_pair()
    stream = trio_face.TLSStream(below, client, server_hostname="localhost")
    assert stream.context is client
    assert stream.session is None
    assert stream.server_side is False
    assert stream.server_hostname == "localhost"
    assert stream.pending() == stream.bytes_sent == stream.bytes_received == 0
    assert stream.close_notify_received is False
    assert stream.transport_stream is below
    with pytest.raises(TypeError):
        stream.session = "session"  # type: ignore[assignment]
    with pytest.raises(TypeError):
        stream.context = "context"  # type: ignore[assignment]
    await stream.aclose()


@on_every_face
@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("how", ["aclose", "unwrap", "failed and closed"])
async def test_after_the_close(face: AnyIOFace, how: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    client_stream, server_stream = await face.pair(server, client)
    streams_below = client_stream.transport_stream, server_stream.transport_stream
    if how == "unwrap":
        async with anyio.create_task_group() as tg:
            tg.start_soon(server_stream.unwrap)
            await client_stream.unwrap()
    elif how == "failed and closed":
        await server_stream.transport_stream.send(make_record(APPLICATION_DATA, bytes(40)))
        with pytest.raises(face.broken):
            await face.receive(client_stream)
    if how != "unwrap":
        await client_stream.aclose()
    for method in face.methods:
        arguments = [b"x"] if method in {"send", "send_all"} else []
        with pytest.raises(face.closed):
            await getattr(client_stream, method)(*arguments)
    await client_stream.aclose()
    assert streams_below[0].closed == (how != "unwrap")
    await server_stream.aclose()
    for stream in streams_below:
        await stream.aclose()


@on_trio
@pytest.mark.guarantee("G7", "G12")
async def test_closed_before_the_handshake(client: ssl.SSLContext) -> None:
    """Nothing is said to the peer, and every call is refused."""
    below, peer = memory_stream_pair()
    stream = trio_face.TLSStream(below, client, server_hostname="localhost")
    await stream.aclose()
    assert below.closed
    for method in TrioFace.methods:
        with pytest.raises(trio.ClosedResourceError):
            await getattr(stream, method)(*([b"x"] if method == "send_all" else []))
    with pytest.raises(anyio.EndOfStream):
        await peer.receive()


# ---- peers that speak something else ----


@on_every_face
@pytest.mark.guarantee("G9")
@pytest.mark.usefixtures("no_patience_needed")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "unix", "memory", "writer-task"])
async def test_http_spoken_to_a_tls_server(
    face: AnyIOFace, kind: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """The error says so, at once, while the client still waits for an answer; and the client is not left waiting."""
    async with transport_pair(kind, server, client) as (browser, below):
        await browser.send(HTTP_REQUEST)
        with anyio.fail_after(30):
            with pytest.raises(face.handshake_error, match="does not speak TLS, but HTTP") as caught:
                await face.open(below, server, server_side=True)
            assert caught.value.reason == "HTTP_REQUEST"
            assert (caught.value.phase, caught.value.fault) == ("handshake", "peer")
            assert isinstance(caught.value, face.broken)
            assert isinstance(caught.value, ssl.SSLError)
            with pytest.raises(anyio.EndOfStream):
                await browser.receive()
        await browser.aclose()


@on_every_face
@pytest.mark.guarantee("G9")
@pytest.mark.usefixtures("no_patience_needed")
@pytest.mark.parametrize("kind", ["socket", "memory"])
@pytest.mark.parametrize(
    ("greeting", "protocol"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ", but HTTP: "),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ", but SSH: "),
        (b"220 mail ESMTP\r\n", ", but SMTP or FTP: "),
        (b"no\r\n", ": not a TLS record$"),
    ],
    ids=["HTTP", "SSH", "SMTP", "short"],
)
async def test_tls_spoken_to_another_server(
    face: AnyIOFace, kind: str, greeting: bytes, protocol: str, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    async with transport_pair(kind, server, client) as (below, other):
        await other.send(greeting)
        await other.send_eof()
        with anyio.fail_after(30):
            with pytest.raises(face.handshake_error, match=f"the peer does not speak TLS{protocol}") as caught:
                await face.open(below, client, server_side=False)
            assert (caught.value.phase, caught.value.fault) == ("handshake", "peer")
        await other.aclose()


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "byte by byte"])
@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"HTTP/1.1 200 OK\r\n", "does not speak TLS, but HTTP: "),
        (b"GET / HTTP/1.1\r\n", "does not speak TLS, but HTTP: "),
        (b"OPTIONS * HTTP/1.1\r\n", "does not speak TLS, but HTTP: "),
        (b"CONNECT localhost:443 HTTP/1.1\r\n", "does not speak TLS, but HTTP: "),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "does not speak TLS, but HTTP: "),
        (b"SSH-2.0-dropbear\r\n", "does not speak TLS, but SSH: "),
        (b"220-mail.example.org ESMTP\r\n", "does not speak TLS, but SMTP or FTP: "),
        (b"554 go away\r\n", "does not speak TLS, but SMTP or FTP: "),
        (b"+OK ready\r\n", "does not speak TLS, but POP3: "),
        (b"-ERR not now\r\n", "does not speak TLS, but POP3 or Redis: "),
        (b"200 news.example.org ready\r\n", "does not speak TLS, but NNTP: "),
        (b"\x4a\0\0\0\x0a8.0.36\0", "does not speak TLS, but MySQL: "),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 443\r\n", "does not speak TLS, but the PROXY protocol: "),
        (b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", "does not speak TLS, but the PROXY protocol: "),
        (b"* OK [CAPABILITY IMAP4rev1]\r\n", "does not speak TLS, but IMAP: "),
        (b"* BYE overloaded\r\n", "does not speak TLS, but IMAP: "),
        (b"RFB 003.008\n", "does not speak TLS: "),
        (b"2200 is a number", "does not speak TLS: "),
        (bytes(100), "does not speak TLS: "),
        (b"?", "does not speak TLS: not a TLS record"),
        (b"\x19\x02", "does not speak TLS: not a TLS record"),
        (b"\x7f\x2e\x01", "does not speak TLS: not a TLS record"),
        (b"\x80\x2e\x02", "does not speak TLS: not a TLS record"),
    ],
    ids=ascii,
)
def test_another_protocol(
    said: bytes, words: str, at_once: bool, server_side: bool, server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """It is named, as far as what has come by the time of the verdict tells, and OpenSSL's words are still there."""
    engine = make_engine(server if server_side else client, server_side=server_side)
    engine.handshake()

    def listen() -> None:
        for n in range(0, len(said), len(said) if at_once else 1):
            engine.feed(said[n:] if at_once else said[n : n + 1])
            engine.handshake()
        engine.feed_eof()
        engine.handshake()

    with pytest.raises(HandshakeError, match=r"^TLS handshake failed: the peer does not speak TLS") as caught:
        listen()
    assert caught.value.fault == "peer"
    assert not isinstance(caught.value, TruncatedError)
    if at_once or len(said) < 5:
        assert words in str(caught.value)
        assert str(caught.value).endswith(str(caught.value.__cause__))


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    "said",
    [b"\x16", b"\x15\x03", b"\x19\x03", b"\x80", b"\x80\x2e", b"\x80\x2e\x01", b"\x16\x03\x01\x01\x00\x01"],
    ids=["type", "alert", "unknown type", "SSL 2 length", "SSL 2", "SSL 2 hello", "hello"],
)
def test_the_beginning_of_a_hello(said: bytes, server: ssl.SSLContext) -> None:
    """It is not held to be something else, for what is missing may follow; it is only cut off."""
    engine = make_engine(server, server_side=True)
    engine.feed(said)
    assert not engine.handshake()
    engine.feed_eof()
    with pytest.raises(TruncatedError):
        engine.handshake()


@pytest.mark.guarantee("G9")
def test_a_server_has_no_hello_of_ssl2(client: ssl.SSLContext) -> None:
    """Only clients had one, for servers of old."""
    engine = make_engine(client, server_side=False)
    engine.handshake()
    engine.feed(b"\x80\x2e\x01\x03\x01" + bytes(43))
    with pytest.raises(HandshakeError, match="the peer does not speak TLS: "):
        engine.handshake()


@pytest.mark.guarantee("G9")
def test_another_protocol_in_the_middle(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Whoever has begun with TLS speaks it."""
    engine = make_engine(server, server_side=True)
    hello = make_engine(client, server_side=False)
    hello.handshake()
    engine.feed(bytes(hello.outgoing))
    engine.handshake()
    engine.feed(b"GET / HTTP/1.1\r\n")
    with pytest.raises(HandshakeError) as caught:
        engine.handshake()
    assert "does not speak" not in str(caught.value)
    for engine in (make_engine(server, server_side=True), make_engine(server, server_side=True)):
        engine.feed(make_record(HANDSHAKE, b""))
        engine.handshake()
        engine.feed(b"no\r\n")
        engine.feed_eof()
        with pytest.raises(TruncatedError):
            engine.handshake()


# ---- a server's own mistakes ----


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("server_versions", VERSIONS, ids="-".join)
@pytest.mark.parametrize("client_versions", VERSIONS, ids="-".join)
def test_a_server_without_a_certificate(
    client_versions: tuple[str, str],
    server_versions: tuple[str, str],
    server_certificate: Certificate,
    ca: CertificateAuthority,
) -> None:
    """Does not blame the client, whatever either of them speaks. With one, it does where there is reason to."""
    contexts = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ca.client_context()
    for context, versions in zip(contexts, (server_versions, client_versions), strict=True):
        context.minimum_version, context.maximum_version = (ssl.TLSVersion[version] for version in versions)

    def shake() -> None:
        shake_hands(make_engine(contexts[1], server_side=False), make_engine(contexts[0], server_side=True))

    with pytest.raises(HandshakeError, match="the server's context has no usable certificate, see load_cert") as caught:
        shake()
    assert caught.value.fault == "local"
    server_certificate.configure(contexts[0])
    if client_versions[0] <= server_versions[1] and server_versions[0] <= client_versions[1]:
        shake()
        return
    with pytest.raises(HandshakeError, match=r"failed: \[SSL: UNSUPPORTED_PROTOCOL\]") as caught:
        shake()
    assert caught.value.fault == "peer"


def test_a_server_with_secrets_instead_of_a_certificate(ca: CertificateAuthority) -> None:
    """A client that has none is refused, which is not the server's fault."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.maximum_version = ssl.TLSVersion.TLSv1_2
    server_context.set_ciphers("PSK")
    client, server = make_engine(ca.client_context(), server_side=False), make_engine(server_context, server_side=True)
    with pytest.raises(HandshakeError, match=r"\[SSL: NO_SHARED_CIPHER\]") as caught:
        shake_hands(client, server)
    assert caught.value.fault == "peer"


@pytest.mark.guarantee("G9")
def test_a_certificate_is_not_always_the_reason(client: ssl.SSLContext) -> None:
    """Neither on a server that has none, nor for a client that fails in the same words."""
    server = make_engine(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), server_side=True)
    server.feed(make_record(APPLICATION_DATA, b"hello"))
    old_server_hello = b"\2\0\0\x26\3\1" + bytes(32) + b"\0\xc0\x2b\0"
    engine = make_engine(client, server_side=False)
    engine.handshake()
    engine.feed(make_record(HANDSHAKE, old_server_hello))
    for failing, reason in ((server, "UNEXPECTED_MESSAGE"), (engine, "UNSUPPORTED_PROTOCOL")):
        with pytest.raises(HandshakeError) as caught:
            failing.handshake()
        assert (caught.value.fault, caught.value.reason) == ("peer", reason)
        assert "certificate" not in str(caught.value)


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"])
def test_a_client_that_shares_no_cipher(cipher: str, server_context: ssl.SSLContext, ca: CertificateAuthority) -> None:
    """Or none that goes with the server's certificate, which others can use."""
    client_context = ca.client_context()
    client_context.maximum_version = ssl.TLSVersion.TLSv1_2
    client_context.set_ciphers(cipher)
    server_context.minimum_version = ssl.TLSVersion.TLSv1_2
    server_context.set_ciphers("ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384")
    with pytest.raises(HandshakeError, match=r"failed: \[SSL: NO_SHARED_CIPHER\]") as caught:
        shake_hands(make_engine(client_context, server_side=False), make_engine(server_context, server_side=True))
    assert caught.value.fault == "peer"


@pytest.mark.guarantee("G9")
def test_a_server_that_needs_no_certificate(client: ssl.SSLContext) -> None:
    """Its ciphers do without, where both sides agree; this client does not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AECDH-AES128-SHA:@SECLEVEL=0")
    with pytest.raises(HandshakeError, match=r"failed: \[SSL: NO_SHARED_CIPHER\]") as caught:
        shake_hands(make_engine(client, server_side=False), make_engine(context, server_side=True))
    assert caught.value.fault == "peer"


@pytest.mark.parametrize("phase", ["reading", "handshake"])
def test_an_internal_error(phase: Literal["reading", "handshake"]) -> None:
    """OpenSSL 3.0.19 says it of a record of TLS 1.2 that is too short; in a handshake it is otherwise what it says."""
    cause = ssl.SSLError(ssl.SSL_ERROR_SSL, "[SSL] internal error (_ssl.c:2580)")
    records = Records(of_client=True)
    records.feed(make_record(APPLICATION_DATA, b"?"))
    records.pass_next(bytearray().extend)
    error = tls_error(cause, phase, ErrorClasses(), None, "internal_error", server_context=None, records=records)
    assert error.fault == ("peer" if phase == "reading" else "local")
    assert ("a record is damaged" in str(error)) == (phase == "reading")


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("kind", [ALERT, HANDSHAKE])
@pytest.mark.parametrize("length", [0, 1, 16, 23, 24])
@pytest.mark.parametrize("changed", [False, True], ids=["plain", "encrypted"])
@pytest.mark.parametrize("pieces", [1, 2])
def test_a_short_record_in_a_handshake(kind: int, length: int, changed: bool, pieces: int) -> None:
    """The same, if it is behind the change of the cipher, whether it comes with that or alone, and in pieces."""
    records = Records(of_client=True)
    flight = make_record(CHANGE_CIPHER_SPEC, b"\x01") * changed + make_record(kind, bytes(length))
    for piece in (flight[: len(flight) // pieces], flight[len(flight) // pieces :]):
        records.feed(piece)
        while records.pass_flight(bytearray().extend):
            pass
    cause = ssl.SSLError(ssl.SSL_ERROR_SSL, "[SSL] internal error (_ssl.c:2580)")
    error = tls_error(cause, "handshake", ErrorClasses(), None, "internal_error", server_context=None, records=records)
    assert error.fault == ("peer" if changed and length < 24 else "local")


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("length", [0, 1, 15, 16, 23])
def test_a_finished_message_that_is_too_short(length: int, ca: CertificateAuthority, server: ssl.SSLContext) -> None:
    """OpenSSL has various words for it, but it is never the server's fault."""
    client = ca.client_context()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    ours, theirs = make_engine(server, server_side=True), make_engine(client, server_side=False)
    for sender, receiver in ((theirs, ours), (ours, theirs)):
        assert not sender.handshake()
        receiver.feed(bytes(sender.outgoing))
        sender.outgoing.clear()
    assert not theirs.handshake()
    flight = bytes(theirs.outgoing)
    finished = record_ends(flight)[-2]
    ours.feed(flight[:finished] + make_record(HANDSHAKE, flight[finished + 5 :][:length]))
    with pytest.raises(HandshakeError) as caught:
        ours.handshake()
    assert caught.value.fault == "peer"


@pytest.mark.guarantee("G9")
def test_an_internal_error_is_our_own() -> None:
    """Says RFC 8446 section 6.2. OpenSSL has none that could be provoked."""
    error = ssl.SSLError(ssl.SSL_ERROR_SSL, "out of memory")
    assert diagnose(error, None, "internal_error", b"", "") == ("local", "")
    assert diagnose(error, None, "decode_error", b"", "") == ("peer", "")


@pytest.mark.guarantee("G9")
def test_a_record_layer_failure_is_explained() -> None:
    """By what the header told, or by what is left; older versions of OpenSSL have words of their own."""
    error = ssl.SSLError(ssl.SSL_ERROR_SSL, "[SSL] record layer failure (_ssl.c:1006)")
    assert diagnose(error, None, None, b"", "a record is too long") == ("peer", "a record is too long")
    assert diagnose(error, None, None, b"", "") == ("peer", "a record is damaged, or not allowed here")


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("switches", [False, True])
def test_an_sni_callback_without_a_certificate(switches: bool, client_context: ssl.SSLContext) -> None:
    """It may have one for other names, and is not asked about them. But what it chooses has to have one."""
    contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2)]
    asked = []

    def choose(ssl_object: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        asked.append(name)
        if switches:
            ssl_object.context = contexts[1]

    contexts[0].sni_callback = choose
    with pytest.raises(HandshakeError) as caught:
        shake_hands(make_engine(client_context, server_side=False), make_engine(contexts[0], server_side=True))
    assert asked == ["localhost"]
    assert caught.value.fault == ("local" if switches else "peer")
    assert ("certificate" in str(caught.value)) is switches


def refuse(*_: object) -> int:
    return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


def stumble(*_: object) -> None:
    raise ZeroDivisionError


def repr_of_all(*arguments: object) -> str:
    return repr(arguments)


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("callback", "fault", "alert"),
    [
        (refuse, "peer", "unrecognized_name"),
        (stumble, "local", "handshake_failure"),
        (repr_of_all, "local", "internal_error"),
    ],
)
def test_an_sni_callback_that_fails(
    callback: Callable[..., Any],
    fault: str,
    alert: str,
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Does not blame the client; one that refuses it does."""
    told = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: told.append(unraisable.exc_type))
    server_context.sni_callback = callback
    client, server = make_engine(client_context, server_side=False), make_engine(server_context, server_side=True)
    with pytest.raises(HandshakeError) as caught:
        shake_hands(client, server)
    assert (caught.value.fault, caught.value.alert, caught.value.alert_received) == (fault, alert, False)
    assert ("the context's sni_callback failed" in str(caught.value)) is (fault == "local")
    assert len(told) == (fault == "local")


@pytest.mark.guarantee("G9")
def test_a_context_that_offers_nothing(ca: CertificateAuthority) -> None:
    """What fails before the peer has said anything is not the peer's fault."""
    context = ca.client_context()
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2
    with pytest.raises(HandshakeError) as caught:
        make_engine(context, server_side=False).handshake()
    assert (caught.value.fault, caught.value.reason) == ("local", "NO_PROTOCOLS_AVAILABLE")


@pytest.mark.guarantee("G9", "G15")
async def test_a_handshake_that_fails_late(
    server: ssl.SSLContext, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alert of TLS 1.3 is encrypted then, and it is not waited for as long as for a client that uploads by HTTP."""
    monkeypatch.setattr(_handshake, "LINGER_SECONDS", 3600.0)
    ours, theirs = map(SocketStream, socket_pair())
    engine = make_engine(client, server_side=False)

    async def trickle() -> None:
        while not engine.handshake():
            await ours.send(bytes(engine.outgoing))
            engine.outgoing.clear()
            engine.feed(await ours.receive())
        spoilt = bytearray(bytes(engine.outgoing))
        spoilt[-1] ^= 1
        await ours.send(bytes(spoilt))
        while True:
            await anyio.sleep(0.01)  # It is never silent for as long as a close waits for that.
            await ours.send(b"x")

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tg:
            tg.start_soon(trickle)
            with pytest.raises(HandshakeError) as caught:
                await TLSStream.wrap(theirs, server_side=True, ssl_context=server)
            tg.cancel_scope.cancel()
    assert (caught.value.fault, caught.value.alert) == ("peer", None)
    for stream in (ours, theirs):
        await anyio.aclose_forcefully(stream)


FIRST_FLIGHTS = {
    "HTTP": (HTTP_REQUEST, "HTTP_REQUEST", None),
    "HTTP, cut off": (HTTP_REQUEST[:7], "HTTP_REQUEST", None),
    "HTTP proxy": (b"CONNECT localhost:443 HTTP/1.1\r\n\r\n", "HTTPS_PROXY_REQUEST", None),
    "SSH": (b"SSH-2.0-OpenSSH_9.2\r\n", "WRONG_VERSION_NUMBER", None),
    "zeros": (bytes(100), "WRONG_VERSION_NUMBER", None),
    "SSL 2": (b"\x80\x2e\x01\x00\x02" + bytes(43), "RECORD_LENGTH_MISMATCH", "decode_error"),
    "SSL 2 hello for TLS": (b"\x80\x2e\x01\x03\x01" + bytes(43), "RECORD_LENGTH_MISMATCH", "decode_error"),
    "a record too large": (b"\x16\x03\x01\x48\x01", "PACKET_LENGTH_TOO_LONG", "record_overflow"),
    "the largest length": (b"\x16\x03\x01\xff\xff", "PACKET_LENGTH_TOO_LONG", "record_overflow"),
    "empty records": (make_record(HANDSHAKE, b"") * 40, "RECORD_TOO_SMALL", "unexpected_message"),
    "application data": (make_record(APPLICATION_DATA, b"hello"), "UNEXPECTED_MESSAGE", "unexpected_message"),
    "an alert": (make_record(ALERT, b"\x02\x28"), "UNEXPECTED_MESSAGE", "unexpected_message"),
    "a heartbeat": (make_record(24, b"hello"), "UNEXPECTED_MESSAGE", "unexpected_message"),
    "an unknown record type": (make_record(25, b"hello"), "UNEXPECTED_MESSAGE", "unexpected_message"),
}
if ssl.OPENSSL_VERSION_INFO >= (4,):  # It does not know SSL 2 any more.
    for old in ("SSL 2", "SSL 2 hello for TLS"):
        FIRST_FLIGHTS[old] = (FIRST_FLIGHTS[old][0], "WRONG_VERSION_NUMBER", None)

NOT_TLS = {"HTTP", "HTTP, cut off", "HTTP proxy", "SSH", "zeros"}


def reasons(reason: str) -> set[str]:
    """What OpenSSL may say for it: newer versions, such as 3.5, say the same of all that their record layer refuses."""
    return {reason, "RECORD_LAYER_FAILURE"} if reason in {"PACKET_LENGTH_TOO_LONG", "RECORD_TOO_SMALL"} else {reason}


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("name", FIRST_FLIGHTS)
def test_first_flight(name: str, server_context: ssl.SSLContext) -> None:
    """What cannot be a ClientHello is refused as soon as it is there, with the alert that belongs to it."""
    data, reason, alert = FIRST_FLIGHTS[name]
    engine = make_engine(server_context, server_side=True)
    engine.feed(data)
    for _ in range(2):
        with pytest.raises(HandshakeError) as caught:
            engine.handshake()
        assert caught.value.reason in reasons(reason)
        assert caught.value.alert == alert
        assert (caught.value.phase, caught.value.fault) == ("handshake", "peer")
        assert not caught.value.alert_received
        assert ("bytes is too long" in str(caught.value)) is (alert == "record_overflow")
        assert ("does not speak TLS" in str(caught.value)) is (name in NOT_TLS)
    sent = bytes(engine.outgoing)
    assert [_ALERTS[sent[6]], sent[:1], sent[3:6]] == [alert, b"\x15", b"\0\x02\x02"] if alert else not sent


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("ended", [False, True], ids=["whole", "ended"])
@pytest.mark.parametrize("name", sorted(NOT_TLS))
def test_what_is_not_tls_has_one_reason(name: str, ended: bool, server_context: ssl.SSLContext) -> None:
    """Whether a server's context is chosen by the ClientHello or not, and whether OpenSSL has enough to judge by."""
    data, reason, _ = FIRST_FLIGHTS[name]
    engine = make_engine(server_context, server_side=True)
    if ended:
        data = data[:4]
        reason = {"HTTPS_PROXY_REQUEST": "WRONG_VERSION_NUMBER"}.get(reason, reason)
    engine.feed(data)
    if ended:
        assert not engine.handshake()
        engine.feed_eof()
    with pytest.raises(HandshakeError) as caught:
        engine.handshake()
    assert caught.value.reason == reason
    reader = ClientHelloReader()
    if ended:
        assert reader.feed(data) is None
    with pytest.raises(HandshakeError) as caught:
        reader.end() if ended else reader.feed(data)
    assert (caught.value.reason, caught.value.alert) == (reason, None)


@pytest.mark.guarantee("G5", "G9")
async def test_what_is_not_tls_ends_before_it_is_seen(server: ssl.SSLContext) -> None:
    """The same, of a listener that chooses its context; and a client that leaves amid its hello has just gone."""
    async with await create_tls_listener(lambda _hello: server, local_host="127.0.0.1") as listener:
        async with anyio.create_task_group() as tg:
            tg.start_soon(listener.serve, raising(AssertionError("no handshake")))
            for data in (b"GET", b"\x16\x03"):
                async with await connect_tcp("127.0.0.1", listener.extra(SocketAttribute.local_port)) as stream:
                    await stream.send(data)
            while sum(listener.statistics().failed.values()) < 2:
                await checkpoint()
            tg.cancel_scope.cancel()
        assert listener.statistics().failed == {"wrong_version_number": 1, "gone": 1}


UNFINISHED = make_record(25, b"hello", length=MAX_PLAINTEXT)


@pytest.mark.guarantee("G9")
def test_unfinished_record_of_an_unknown_type(
    server_context: ssl.SSLContext, engines: Callable[[], tuple[TLSEngine, TLSEngine]]
) -> None:
    """Nobody waits for the rest of what is no TLS."""
    engine = make_engine(server_context, server_side=True)
    engine.feed(UNFINISHED)
    with pytest.raises(HandshakeError, match="not a TLS record"):
        engine.handshake()
    for engine in engines():
        engine.feed(UNFINISHED)
        with pytest.raises(TLSError, match="not a TLS record") as caught:
            engine.read(1)
        assert_failed_for_good(engine, caught.value)


@on_trio
@pytest.mark.guarantee("G4")
async def test_alert_leaves_before_the_close(server: ssl.SSLContext) -> None:
    """The peer is told when the handshake fails, not only when somebody gets around to closing the stream."""
    below, peer = memory_stream_pair()
    stream = trio_face.TLSStream(below, server, server_side=True)
    await peer.send(make_record(APPLICATION_DATA, b"hello"))
    for operation in (stream.do_handshake, stream.receive_some, stream.do_handshake):
        with pytest.raises(trio_face.HandshakeError) as caught:
            await operation()
        assert caught.value.alert == "unexpected_message"
    with anyio.fail_after(30):
        assert await peer.receive() == b"\x15\x03\x03\0\x02\x02\x0a"
    assert not below.closed
    await stream.aclose()


@pytest.mark.parametrize(
    ("flood", "reason"),
    [
        (make_record(ALERT, b"\x01\x5a"), "TOO_MANY_WARN_ALERTS"),
        (make_record(HANDSHAKE, b""), "RECORD_TOO_SMALL"),
        (make_record(ALERT, b""), "INVALID_ALERT"),
        (make_record(CHANGE_CIPHER_SPEC, b"\x01"), "UNEXPECTED_MESSAGE"),
    ],
    ids=["warnings", "empty handshake records", "empty alerts", "change_cipher_spec"],
)
@pytest.mark.guarantee("G9")
def test_flood(flood: bytes, reason: str, client_context: ssl.SSLContext) -> None:
    """Records that mean nothing do not keep a handshake alive."""
    engine = make_engine(client_context, server_side=False)
    engine.handshake()
    engine.outgoing.clear()
    engine.feed(flood * 100)
    with pytest.raises(HandshakeError) as caught:
        engine.handshake()
    assert caught.value.reason in reasons(reason)
    assert caught.value.alert == "unexpected_message"


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("code", [code for code in _ALERTS if code])
def test_alert_received(code: int, client_context: ssl.SSLContext) -> None:
    """A fatal alert of the peer ends the handshake, and the error names it."""
    engine = make_engine(client_context, server_side=False)
    engine.handshake()
    engine.feed(make_record(ALERT, bytes([2, code])))
    with pytest.raises(HandshakeError) as caught:
        engine.handshake()
    assert caught.value.alert == _ALERTS[code]
    assert caught.value.alert_received
    assert caught.value.fault == "local"


@pytest.mark.guarantee("G9")
def test_unknown_alert_received(client_context: ssl.SSLContext) -> None:
    engine = make_engine(client_context, server_side=False)
    engine.handshake()
    engine.feed(make_record(ALERT, b"\x02\xff"))
    with pytest.raises(HandshakeError) as caught:
        engine.handshake()
    assert caught.value.alert is None


# ---- peers that go away during the handshake ----


def shake_hands_until(victim: TLSEngine, peer: TLSEngine, n: int) -> bool:
    """Let ``victim`` receive the first n bytes of the peer's handshake. Tell whether those were all."""
    while True:
        complete = victim.handshake()
        carry(victim, peer)
        peer.handshake()
        emitted = bytes(peer.outgoing)
        peer.outgoing.clear()
        if complete and not emitted:
            return True
        if emitted[:n]:
            victim.feed(emitted[:n])
        if n < len(emitted):
            return False
        n -= len(emitted)


@pytest.mark.guarantee("G5", "G9")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
@pytest.mark.parametrize("how", ["end", "reset"])
def test_peer_goes_away(
    how: str, server_side: bool, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """After every byte of the handshake: an end is a truncation, a reset is the transport's error."""

    def make() -> tuple[TLSEngine, TLSEngine]:
        ends = make_engine(client_context, server_side=False), make_engine(server_context, server_side=True)
        return ends[server_side], ends[not server_side]

    ends = make()
    flights = shake_hands(ends[server_side], ends[not server_side])
    outcomes = set()
    size = len(flights[not server_side]) + 20  # a signature's size varies
    for n in range(0, size, 1 if how == "end" else 7):
        victim, peer = make()
        complete = shake_hands_until(victim, peer, n)
        outcomes.add(complete)
        if how == "end":
            victim.feed_eof()
        else:
            victim.fail_reading(ConnectionResetError("reset by the test"))
        for _ in range(2):
            with pytest.raises(TLSError) as caught:
                shake_hands_and_read(victim)
            error = caught.value
            assert error.phase == ("reading" if complete else "handshake"), n
            assert error.fault == "peer"
            assert error.alert is None
            if how == "end":
                assert type(error) is TruncatedError, n
                assert isinstance(error.__cause__, ssl.SSLEOFError)
            else:
                assert type(error) is (TLSError if complete else HandshakeError), n
                assert isinstance(error.__cause__, ConnectionResetError)
                assert "reset by the test" in str(error)
    assert outcomes == {False, True}


def shake_hands_and_read(engine: TLSEngine) -> None:
    if engine.handshake():
        engine.read(1)


class Quitter:
    """A peer over a memory stream that leaves after the first n bytes it would have sent."""

    def __init__(
        self, stream: MemoryStream, engine: TLSEngine, n: int, leave: Callable[[Quitter], Awaitable[None]]
    ) -> None:
        self.stream = stream
        self.engine = engine
        self.left = n
        self.leave = leave

    async def run(self) -> None:
        engine = self.engine
        while True:
            complete = engine.handshake()
            piece = bytes(engine.outgoing)[: self.left]
            leaving = len(piece) < len(engine.outgoing)
            engine.outgoing.clear()
            self.left -= len(piece)
            if piece:
                await self.stream.send(piece)
            if leaving or complete:
                return await self.leave(self)
            engine.feed(await self.stream.receive())

    async def end(self) -> None:
        """It says nothing more, but still listens."""
        await self.stream.send_eof()

    async def close(self) -> None:
        await self.stream.aclose()


@on_every_face
@pytest.mark.guarantee("G4", "G5", "G9")
@pytest.mark.usefixtures("no_patience_needed")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
@pytest.mark.parametrize("leave", [Quitter.end, Quitter.close], ids=["end", "close"])
async def test_transport_closed_after_the_peer_went_away(
    face: AnyIOFace,
    leave: Callable[[Quitter], Awaitable[None]],
    server_side: bool,
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
) -> None:
    """The error comes at once, as the documented class of the face, and the transport is closed."""
    contexts = client_context, server_context
    ends = make_engine(client_context, server_side=False), make_engine(server_context, server_side=True)
    size = len(shake_hands(*ends)[not server_side])
    # The last bytes may not be needed: a signature's size varies.
    for n in (0, 1, 4, 5, 6, 60, size // 2, size - 60):
        below, beyond = memory_stream_pair()
        peer = Quitter(beyond, make_engine(contexts[not server_side], server_side=not server_side), n, leave)
        with anyio.fail_after(30):
            async with anyio.create_task_group() as tg:
                tg.start_soon(error_of, peer.run())
                error = await error_of(face.open(below, contexts[server_side], server_side=server_side))
        assert isinstance(error, face.truncated_error), n
        assert isinstance(error, face.broken)
        assert error.phase == "handshake"
        assert below.closed
        await beyond.aclose()


@on_every_face
@pytest.mark.guarantee("G4", "G9")
@pytest.mark.usefixtures("no_patience_needed")
@pytest.mark.parametrize("cause", [anyio.BrokenResourceError("cut"), ConnectionResetError("cut")], ids=["anyio", "os"])
@pytest.mark.parametrize("direction", ["send", "receive"])
async def test_transport_fails(face: AnyIOFace, cause: Exception, direction: str, client: ssl.SSLContext) -> None:
    """What the transport raises during the handshake is the cause of a HandshakeError, and closes it."""
    below, beyond = memory_stream_pair()
    setattr(below, direction, raising(cause))
    await beyond.send_eof()  # a peer that does not listen, but might say why, would be given a second for it
    with anyio.fail_after(30):
        error = await error_of(face.open(below, client, server_side=False))
    assert isinstance(error, face.broken)
    assert isinstance(error, TLSError)
    assert error.phase == "handshake"
    if direction == "receive":
        assert type(error) is face.handshake_error
        assert error.__cause__ is cause
        assert "cut" in str(error)
    assert below.closed


# ---- garbage ----


@pytest.mark.guarantee("G9")
def test_garbage_instead_of_a_handshake(
    rng: random.Random, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    for turn in range(300):
        engine = make_engine(server_context if turn % 2 else client_context, server_side=bool(turn % 2))
        engine.handshake()
        header = bytes([rng.choice([ALERT, HANDSHAKE]), 3, rng.randrange(5)]) if turn % 3 else b""
        engine.feed(header + rng.randbytes(rng.randrange(1, 400)))
        engine.feed_eof()
        with pytest.raises(TLSError) as caught:
            engine.handshake()
        assert type(caught.value) in {HandshakeError, TruncatedError}


@pytest.mark.guarantee("G9")
def test_damaged_handshake(rng: random.Random, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """A byte changed on its way is an error on one side at least, or meant nothing; never anything else."""
    errors = []
    for turn in range(150):
        client = make_engine(client_context, server_side=False)
        server = make_engine(server_context, server_side=True)
        damaged = server if turn % 2 else client
        position = rng.randrange(1200)
        try:
            for source, sink in [(client, server), (server, client)] * 3:
                source.handshake()
                data = bytearray(bytes(source.outgoing))
                source.outgoing.clear()
                if source is damaged:
                    if 0 <= position < len(data):
                        data[position] ^= rng.randrange(1, 256)
                    position -= len(data)
                sink.feed(bytes(data))
        except TLSError as exc:
            errors.append(exc)
    assert len(errors) > 50
    assert {type(error) for error in errors} <= {HandshakeError, CertificateVerificationError}


def assert_failed_for_good(engine: TLSEngine, error: TLSError) -> None:
    """Both directions keep the error that they failed with."""
    assert engine.states.reading is Reading.FAILED
    assert engine.states.writing is Writing.FAILED
    with pytest.raises(type(error)) as caught:
        engine.read(1)
    assert str(caught.value) == str(error)
    with pytest.raises(type(error)) as caught:
        engine.write(b"more")
    assert str(caught.value) == str(error)


def assert_told(sufferer: TLSEngine, culprit: TLSEngine) -> str | None:
    """The one who sent the bad record learns by an alert what was wrong with it: return its name."""
    assert carry(sufferer, culprit)
    with pytest.raises(TLSError) as caught:
        culprit.read(1)
    assert caught.value.alert_received
    assert caught.value.fault == "local"
    return caught.value.alert


@pytest.mark.guarantee("G5", "G9")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
def test_damaged_record(server_side: bool, engines: Callable[[], tuple[TLSEngine, TLSEngine]]) -> None:
    """Every bit of a header, and some of the body: what came before is delivered, then the error; an alert is sent."""
    for bit in range(48):
        pair = engines()
        receiver, sender = pair[server_side], pair[not server_side]
        sender.write(b"good")
        carry(sender, receiver)
        sender.write(b"damaged" * 20)
        record = bytearray(bytes(sender.outgoing))
        sender.outgoing.clear()
        if server_side is False:  # a TLS 1.3 server's session tickets go first
            record = record[[0, *record_ends(bytes(record))][-2] :]
        record[bit // 8] ^= 0x80 >> bit % 8
        receiver.feed(bytes(record))
        receiver.feed_eof()
        assert receiver.read(100) == b"good"
        with pytest.raises(TLSError) as caught:
            receiver.read(100)
        error = caught.value
        assert (error.phase, error.fault, error.alert_received) == ("reading", "peer", False)
        length = int.from_bytes(record[3:5], "big")
        if 5 + length > len(record) and length <= MAX_PLAINTEXT + 2048:
            assert type(error) is TruncatedError, bit
        else:
            assert type(error) is TLSError, bit
            assert_failed_for_good(receiver, error)
            assert assert_told(receiver, sender) in {
                "bad_record_mac",
                "decode_error",  # too short
                "record_overflow",
                "unexpected_message",
                "protocol_version",
                "internal_error",  # too short too: TLS 1.2 in OpenSSL's words
            }


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
def test_garbage_in_a_connection(
    server_side: bool, rng: random.Random, engines: Callable[[], tuple[TLSEngine, TLSEngine]]
) -> None:
    for _ in range(40):
        pair = engines()
        receiver, sender = pair[server_side], pair[not server_side]
        sender.write(b"good")
        carry(sender, receiver)
        receiver.feed(rng.randbytes(rng.randrange(20, 2000)))
        receiver.feed_eof()
        assert receiver.read(100) == b"good"
        with pytest.raises(TLSError) as caught:
            receiver.read(100)
        assert caught.value.phase == "reading"


BAD_RECORDS = {
    "an unknown type": make_record(25, bytes(40)),
    "a heartbeat": make_record(24, bytes(40)),
    "a plain handshake message": make_record(HANDSHAKE, bytes(4)),
    "a plain alert": make_record(ALERT, b"\x02\x28"),
    "a plain change_cipher_spec": make_record(CHANGE_CIPHER_SPEC, b"\x01"),
    "empty records": make_record(APPLICATION_DATA, b"") * 40,
    "plain application data": make_record(APPLICATION_DATA, bytes(40)),
    "HTTP": HTTP_REQUEST,
}


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
@pytest.mark.parametrize("name", BAD_RECORDS)
def test_bad_record(
    name: str,
    server_side: bool,
    tls_version: ssl.TLSVersion,
    engines: Callable[[], tuple[TLSEngine, TLSEngine]],
) -> None:
    """Nothing that is not encrypted counts in a connection (RFC 8446 section 5)."""
    pair = engines()
    receiver, sender = pair[server_side], pair[not server_side]
    receiver.feed(BAD_RECORDS[name])
    with pytest.raises(TLSError) as caught:
        receiver.read(100)
    assert (caught.value.phase, caught.value.fault) == ("reading", "peer")
    assert_failed_for_good(receiver, caught.value)
    alert = assert_told(receiver, sender)
    assert alert is not None
    if tls_version is ssl.TLSVersion.TLSv1_3 and BAD_RECORDS[name][0] != APPLICATION_DATA:
        words = "not a TLS record" if name in ("an unknown type", "HTTP") else "a record that is not encrypted"
        assert f"reading failed: {words}: [SSL" in str(caught.value)
        assert alert == "unexpected_message"


@pytest.mark.guarantee("G9", "G10")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
@pytest.mark.parametrize("length", [MAX_PLAINTEXT + 2049, 0xFFFF])
def test_record_too_large(length: int, server_side: bool, engines: Callable[[], tuple[TLSEngine, TLSEngine]]) -> None:
    """It is refused for its header, before its body is there."""
    pair = engines()
    receiver, sender = pair[server_side], pair[not server_side]
    receiver.feed(make_record(APPLICATION_DATA, b"", length=length))
    with pytest.raises(TLSError, match=f"a record of {5 + length} bytes is too long: ") as caught:
        receiver.read(100)
    assert_failed_for_good(receiver, caught.value)
    assert assert_told(receiver, sender) == "record_overflow"


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
def test_record_too_large_for_tls13(
    server_side: bool, tls_version: ssl.TLSVersion, engines: Callable[[], tuple[TLSEngine, TLSEngine]]
) -> None:
    """TLS 1.3 allows 256 bytes beyond the plaintext (RFC 8446 section 5.2); in TLS 1.2 that is just not authentic."""
    pair = engines()
    receiver, sender = pair[server_side], pair[not server_side]
    record = make_record(APPLICATION_DATA, bytes(MAX_PLAINTEXT + 257))
    receiver.feed(record[:100])
    assert receiver.read(100) is None
    receiver.feed(record[100:])
    is_too_long = tls_version is ssl.TLSVersion.TLSv1_3
    with pytest.raises(TLSError, match="a record of 16646 bytes is too long: " if is_too_long else None) as caught:
        receiver.read(100)
    assert_failed_for_good(receiver, caught.value)
    assert assert_told(receiver, sender) == ("record_overflow" if is_too_long else "bad_record_mac")


@on_every_face
@pytest.mark.guarantee("G5", "G9")
@pytest.mark.usefixtures("no_patience_needed")
async def test_connection_fails(
    face: AnyIOFace, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """The data before the garbage is delivered, then every call fails alike, and the peer is told by an alert."""
    client_stream, server_stream = await face.pair(server_context, client_context)
    await face.send(server_stream, b"last words")
    await server_stream.transport_stream.send(make_record(APPLICATION_DATA, bytes(40)))
    assert await face.receive(client_stream) == b"last words"
    for operation in (face.receive, face.receive, lambda stream: face.send(stream, b"more")):
        with pytest.raises(face.broken, match=r"(?i)bad record mac|a record is damaged, or not allowed here") as caught:
            await operation(client_stream)
        assert isinstance(caught.value, TLSError)
        assert (caught.value.phase, caught.value.fault) == ("reading", "peer")
    with anyio.fail_after(30):
        await client_stream.aclose()
        with pytest.raises(face.broken) as caught:
            await face.receive(server_stream)
    assert isinstance(caught.value, TLSError)
    assert (caught.value.alert, caught.value.alert_received) == ("bad_record_mac", True)
    assert client_stream.transport_stream.closed
    await server_stream.aclose()


# ---- certificates that do not pass ----

# What is wrong with it: OpenSSL's verification code, its words, and the alert.
CERTIFICATE_FAULTS = {
    "expired": (10, "certificate has expired", "certificate_expired"),
    "not yet valid": (9, "certificate is not yet valid", "bad_certificate"),
    "self-signed": (18, "self.signed certificate", "unknown_ca"),
    "wrong authority": (20, "unable to get local issuer certificate", "unknown_ca"),
    "wrong purpose": (26, "certificate purpose", "unsupported_certificate"),
    "another name": (62, "Hostname mismatch, certificate is not valid for 'localhost'", "bad_certificate"),
    "another address": (64, "IP address mismatch, certificate is not valid for '127.0.0.1'", "bad_certificate"),
}


def faulty_certificate(fault: str, ca: CertificateAuthority, *, client: bool) -> Certificate:
    names = ("client@example.org",) if client else ("localhost",)
    now = datetime.now(timezone.utc)
    if fault == "expired":
        return ca.issue(*names, client=client, not_after=now - timedelta(days=2))
    if fault == "not yet valid":
        return ca.issue(*names, client=client, not_before=now + timedelta(days=2))
    if fault == "self-signed":
        return self_signed()
    if fault == "wrong authority":
        return CertificateAuthority().issue(*names, client=client)
    if fault == "wrong purpose":
        return ca.issue(*names, client=not client)
    return ca.issue("example.org")


def contexts_for(
    fault: str, ca: CertificateAuthority, tls_version: ssl.TLSVersion, *, client: bool
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's context, one of them with a certificate that the other cannot accept."""
    certificate = faulty_certificate(fault, ca, client=client)
    if client:
        contexts = ca.server_context(require_client_certificate=True), ca.client_context(certificate)
    else:
        contexts = ca.server_context(certificate), ca.client_context()
    for context in contexts:
        context.minimum_version = context.maximum_version = tls_version
    return contexts


def failures(client: TLSEngine, server: TLSEngine) -> tuple[TLSError, TLSError]:
    """Let two engines talk until both have failed."""
    errors: dict[TLSEngine, TLSError] = {}
    for _ in range(4):
        for engine, peer in ((client, server), (server, client)):
            if engine not in errors:
                try:
                    if engine.handshake():
                        engine.read(1)
                except TLSError as exc:
                    errors[engine] = exc
            carry(engine, peer)
    return errors[client], errors[server]


def assert_alert_exchanged(refused: Any, told: Any, alert: str) -> None:
    """The side that refused says which alert it sent; the other one received that."""
    assert (refused.phase, refused.fault) == ("handshake", "peer")
    assert (refused.alert, refused.alert_received) == (alert, False)
    assert (told.alert, told.alert_received, told.fault) == (alert, True, "local")
    assert alert in str(refused)
    assert alert in str(told)


def assert_refused_for(fault: str, refused: Any) -> None:
    code, words, _ = CERTIFICATE_FAULTS[fault]
    assert isinstance(refused, CertificateVerificationError)
    assert isinstance(refused, ssl.SSLCertVerificationError)
    assert refused.verify_code == code
    assert refused.reason == "CERTIFICATE_VERIFY_FAILED"
    for text in (refused.verify_message, str(refused)):
        assert words.replace(".", "-") in text.replace("self signed", "self-signed") or words in text


@pytest.mark.guarantee("G9", "G15")
@pytest.mark.parametrize("fault", CERTIFICATE_FAULTS)
def test_server_certificate(fault: str, ca: CertificateAuthority, tls_version: ssl.TLSVersion) -> None:
    server_context, client_context = contexts_for(fault, ca, tls_version, client=False)
    hostname = "127.0.0.1" if fault == "another address" else "localhost"
    refused, told = failures(
        make_engine(client_context, server_side=False, hostname=hostname),
        make_engine(server_context, server_side=True),
    )
    assert_refused_for(fault, refused)
    assert_alert_exchanged(refused, told, CERTIFICATE_FAULTS[fault][2])
    assert type(told) is HandshakeError


@pytest.mark.guarantee("G9", "G15")
@pytest.mark.parametrize("fault", [fault for fault in CERTIFICATE_FAULTS if not fault.startswith("another")])
def test_client_certificate(fault: str, ca: CertificateAuthority, tls_version: ssl.TLSVersion) -> None:
    server_context, client_context = contexts_for(fault, ca, tls_version, client=True)
    told, refused = failures(
        make_engine(client_context, server_side=False), make_engine(server_context, server_side=True)
    )
    assert_refused_for(fault, refused)
    assert_alert_exchanged(refused, told, CERTIFICATE_FAULTS[fault][2])
    # For a TLS 1.3 client the handshake is over by then.
    assert told.phase == ("reading" if tls_version is ssl.TLSVersion.TLSv1_3 else "handshake")


@pytest.mark.guarantee("G9", "G15")
def test_no_client_certificate(
    ca: CertificateAuthority, client_context: ssl.SSLContext, tls_version: ssl.TLSVersion
) -> None:
    server_context = ca.server_context(require_client_certificate=True)
    told, refused = failures(
        make_engine(client_context, server_side=False), make_engine(server_context, server_side=True)
    )
    assert type(refused) is HandshakeError
    assert refused.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE"
    alert = "certificate_required" if tls_version is ssl.TLSVersion.TLSv1_3 else "handshake_failure"
    assert_alert_exchanged(refused, told, alert)


@on_every_face
@pytest.mark.guarantee("G4", "G9", "G15")
@pytest.mark.usefixtures("no_patience_needed")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "memory"])
@pytest.mark.parametrize("fault", ["expired", "wrong authority"])
@pytest.mark.parametrize("of_client", [False, True], ids=["server's", "client's"])
async def test_certificate(
    face: AnyIOFace, kind: str, fault: str, of_client: bool, ca: CertificateAuthority, tls_version: ssl.TLSVersion
) -> None:
    """Over real transports: the error is the face's own, both sides name the same alert, both transports are closed."""
    contexts = contexts_for(fault, ca, tls_version, client=of_client)
    errors: dict[bool, Any] = {}

    async def converse(stream: Any, server_side: bool) -> None:
        async def open_and_receive() -> None:
            tls_stream = await face.open(stream, contexts[not server_side], server_side=server_side)
            try:
                await face.receive(tls_stream)
            finally:
                await tls_stream.aclose()

        errors[server_side] = await error_of(open_and_receive())
        if isinstance(stream, MemoryStream):
            assert stream.closed

    async with transport_pair(kind, *contexts) as streams:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tg:
                tg.start_soon(converse, streams[0], False)
                tg.start_soon(converse, streams[1], True)
    refused, told = errors[of_client], errors[not of_client]
    assert isinstance(refused, face.certificate_error)
    assert isinstance(refused, face.broken)
    assert isinstance(told, face.broken)
    assert_refused_for(fault, refused)
    assert_alert_exchanged(refused, told, CERTIFICATE_FAULTS[fault][2])


# ---- connecting and listening ----


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


async def test_connect_to_a_closed_port(closed_port: int, client: ssl.SSLContext) -> None:
    with pytest.raises(OSError, match=r"(?i)connect"):
        await connect_tls("127.0.0.1", closed_port, ssl_context=client)
    with pytest.raises(anyio.ConnectionFailed):
        await TLSConnectable(anyio.TCPConnectable("127.0.0.1", closed_port), ssl_context=client).connect()
    with pytest.raises(anyio.ConnectionFailed):
        await TLSConnectable(
            anyio.UNIXConnectable("/nowhere/at all"), hostname="localhost", ssl_context=client
        ).connect()


@on_trio
async def test_trio_connect_to_a_closed_port(closed_port: int, client: ssl.SSLContext) -> None:
    with pytest.raises(OSError, match="connect"):
        await trio_face.open_tls_over_tcp_stream("127.0.0.1", closed_port, ssl_context=client)


@pytest.mark.guarantee("G4", "G15")
@pytest.mark.parametrize("handshake_timeout", [0, 0.02])
async def test_silent_server(handshake_timeout: float, client: ssl.SSLContext) -> None:
    """The handshake is bounded in time; nothing stays open."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(TimeoutError):
            await connect_tls(
                "127.0.0.1", port, hostname="localhost", ssl_context=client, handshake_timeout=handshake_timeout
            )
        connection, _ = listening.accept()
    async with SocketStream(connection) as accepted:
        received = b"".join([data async for data in accepted])
    assert received[:1] == (b"\x16" if handshake_timeout else b"")  # a ClientHello, and the end


async def first_record(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    """Wait for the one thing that is logged: the client may see its end a little earlier."""
    while not caplog.records:
        await checkpoint()
    (record,) = caplog.records
    return record


@pytest.mark.guarantee("G15")
async def test_silent_client(server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture) -> None:
    """A client that does not shake hands is closed when its time is up, and logged. Others do not notice it."""
    caplog.set_level(logging.INFO, "anyio_tls")

    async def greet(stream: TLSStream) -> None:
        async with stream:
            await stream.send(b"hello")

    async def be_served() -> None:
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            assert await stream.receive() == b"hello"

    listener = await create_tls_listener(server, local_host="127.0.0.1", handshake_timeout=None)
    port = listener.extra(SocketAttribute.local_port)
    async with listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, greet)
        async with await anyio.connect_tcp("127.0.0.1", port):
            await be_served()
            assert not caplog.records
            listener.handshake_timeout = 0.02
            async with await anyio.connect_tcp("127.0.0.1", port) as silent:
                with pytest.raises(anyio.EndOfStream):
                    await silent.receive()
            record = await first_record(caplog)
            assert record.name == "anyio_tls"
            assert record.levelname == "INFO"
            assert "took more than 0.02 s" in record.getMessage()
            listener.handshake_timeout = None
            await be_served()
        tg.cancel_scope.cancel()


@pytest.mark.guarantee("G9")
async def test_failed_handshake_is_logged(server: ssl.SSLContext, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "anyio_tls")
    listener = await create_tls_listener(server, local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, anyio.aclose_forcefully)
        async with await anyio.connect_tcp("127.0.0.1", listener.extra(SocketAttribute.local_port)) as browser:
            await browser.send(HTTP_REQUEST)
            with pytest.raises(anyio.EndOfStream):
                await browser.receive()
        record = await first_record(caplog)
        tg.cancel_scope.cancel()
    assert "http request" in record.getMessage()


async def test_handle_handshake_error_overridden(
    server: ssl.SSLContext, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """It gets the error and the stream below, instead of the log; the listener goes on."""
    seen: list[tuple[BaseException, Any]] = []

    class Watchful(TLSListener):
        @staticmethod
        async def handle_handshake_error(exc: BaseException, stream: Any) -> None:
            seen.append((exc, stream))
            await stream.aclose()

    async def greet(stream: TLSStream) -> None:
        async with stream:
            await stream.send(b"hello")

    tcp_listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = tcp_listener.extra(SocketAttribute.local_port)
    async with Watchful(tcp_listener, server) as listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, greet)
        async with await anyio.connect_tcp("127.0.0.1", port) as browser:
            await browser.send(HTTP_REQUEST)
            with pytest.raises(anyio.EndOfStream):
                await browser.receive()
        async with await connect_tls("127.0.0.1", port, ssl_context=client) as stream:
            assert await stream.receive() == b"hello"
        tg.cancel_scope.cancel()
    ((error, below),) = seen
    assert isinstance(error, HandshakeError)
    assert isinstance(below, SocketStream)
    assert not caplog.records


@pytest.mark.guarantee("G1", "G10")
async def test_peer_that_sends_nothing_but_small_records(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """A receive() of many one-byte records gives them all, and never more than was asked for."""
    async with pair_over("memory", server_context, client_context) as (client, server):
        for value in range(200):
            await server.send(bytes([value]))
        received = bytearray()
        while len(received) < 200:
            data = await client.receive(7)
            assert len(data) <= 7
            received += data
        assert received == bytes(range(200))
        assert client._driver.engine.room == BUFFER_LIMIT
