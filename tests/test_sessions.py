"""What a caller passes to a connection: a session to resume, and bytes that were received before."""

from __future__ import annotations

import ssl
from typing import Any

import anyio
import pytest
import trio

from anyio_tls import (
    CertificateVerificationError,
    HandshakeError,
    TLSConnectable,
    TLSStream,
    connect_tcp,
    connect_tls,
    trio as trio_face,
)
from anyio_tls._names import is_for, is_peer_for
from anyio_tls.testing import CertificateAuthority, memory_stream_pair

from ._marks import on_trio
from ._pairs import tls_pair, transport_pair
from ._servers import converse, echo_server
from ._wire import make_engine, shake_hands


class Foreign:
    """A context with a ``wrap_bio()`` that knows no sessions."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
    ) -> ssl.SSLObject:
        return self._context.wrap_bio(incoming, outgoing, server_side, server_hostname)


# ---- sessions ----


async def test_connect_tls_resumes(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with echo_server(server_context) as port:
        session = None
        for expected in (False, True, True):
            stream = await connect_tls("localhost", port, ssl_context=client_context, session=session)
            reused, session = await converse(stream)
            assert reused is expected


@on_trio
async def test_a_handshake_that_failed_has_no_session_to_offer(
    server_context: ssl.SSLContext, tls_version: ssl.TLSVersion
) -> None:
    """To ask for it never raises, whatever ssl makes of half a session."""
    stranger = ssl.create_default_context()
    stranger.maximum_version = tls_version
    client_side, server_side = memory_stream_pair()
    client = trio_face.TLSStream(client_side, stranger, server_hostname="localhost")
    server = trio_face.TLSStream(server_side, server_context, server_side=True)

    async def refuse() -> None:
        with pytest.raises(trio_face.HandshakeError):
            await server.do_handshake()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(refuse)
        with pytest.raises(trio_face.CertificateVerificationError):
            await client.do_handshake()
    for stream in client, server:
        assert isinstance(stream.session, (ssl.SSLSession, type(None)))


async def test_wrap_resumes(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with echo_server(server_context) as port:
        _, session = await converse(await connect_tls("localhost", port, ssl_context=client_context))
        stream = await TLSStream.wrap(
            await connect_tcp("localhost", port), hostname="localhost", ssl_context=client_context, session=session
        )
        assert stream.getpeercert()
        assert (await converse(stream))[0]


async def test_connectable_resumes(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """It takes the session that it has when it connects."""
    async with echo_server(server_context) as port:
        connectable = TLSConnectable(anyio.TCPConnectable("localhost", port), ssl_context=client_context)
        reused, connectable.session = await converse(await connectable.connect())
        assert not reused
        connectable = TLSConnectable(
            anyio.TCPConnectable("localhost", port), ssl_context=client_context, session=connectable.session
        )
        reused, connectable.session = await converse(await connectable.connect())
        assert reused
        connectable.session = "session"  # type: ignore[assignment]
        with pytest.raises(TypeError, match=r"session must be an ssl\.SSLSession, not str"):
            await connectable.connect()


async def test_foreign_context_resumes(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    context = Foreign(client_context)
    async with echo_server(server_context) as port:
        _, session = await converse(await connect_tls("localhost", port, ssl_context=context))
        stream = await connect_tls("localhost", port, ssl_context=context, session=session)
        assert (await converse(stream))[0]


@on_trio
async def test_trio_resumes(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    async with echo_server(server_context) as port:
        _, session = await converse(await connect_tls("localhost", port, ssl_context=client_context))
        opened = await trio_face.open_tls_over_tcp_stream(
            "localhost", port, ssl_context=client_context, session=session
        )
        made = trio_face.TLSStream(
            await trio.open_tcp_stream("127.0.0.1", port),
            client_context,
            server_hostname="localhost",
            session=session,
        )
        for stream in (opened, made):
            async with stream:
                await stream.do_handshake()
                assert stream.session_reused


@pytest.fixture
def session(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> ssl.SSLSession:
    """One of the client's context."""
    client, server = make_engine(client_context, server_side=False), make_engine(server_context, server_side=True)
    shake_hands(client, server)
    assert client.ssl_object.session is not None
    return client.ssl_object.session


async def test_session_that_does_not_fit(
    ca: CertificateAuthority, session: ssl.SSLSession, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """It is refused before anything is connected to, or has become of the stream."""
    other = ca.client_context()
    nowhere = anyio.TCPConnectable("localhost", 1)
    foreign = Foreign(other)
    wrongs: list[Any] = [
        ("session", TypeError, client_context),
        (ssl.SSLSession, TypeError, client_context),
        ("session", TypeError, foreign),
        (session, ValueError, other),
        (session, ValueError, None),
    ]
    for wrong, error, context in wrongs:
        options: dict[str, Any] = {"ssl_context": context, "session": wrong}
        stream, _ = memory_stream_pair()
        with pytest.raises(error, match=r"^session "):
            await TLSStream.wrap(stream, hostname="localhost", **options)
        assert not stream.closed
        with pytest.raises(error, match=r"^session "):
            await connect_tls("localhost", 1, **options)
        with pytest.raises(error, match=r"^session "):
            TLSConnectable(nowhere, **options)
    stream, _ = memory_stream_pair()
    with pytest.raises(ValueError, match=r"^session is a client's"):
        await TLSStream.wrap(stream, ssl_context=server_context, session=session)
    assert not stream.closed
    with pytest.raises(ValueError, match="Session refers to a different SSLContext"):  # as the context says
        await TLSStream.wrap(stream, hostname="localhost", ssl_context=foreign, session=session)
    assert stream.closed


@on_trio
async def test_trio_session_that_does_not_fit(
    ca: CertificateAuthority, session: ssl.SSLSession, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    stream, _ = memory_stream_pair()
    other = ca.client_context()
    wrongs: list[Any] = [("session", TypeError, client_context), (session, ValueError, other)]
    for wrong, error, context in wrongs:
        with pytest.raises(error, match=r"^session "):
            trio_face.TLSStream(stream, context, server_hostname="localhost", session=wrong)
        with pytest.raises(error, match=r"^session "):
            await trio_face.open_tls_over_tcp_stream("localhost", 1, ssl_context=context, session=wrong)
    with pytest.raises(ValueError, match="Session refers to a different SSLContext"):
        trio_face.TLSStream(stream, Foreign(other), server_hostname="localhost", session=session)
    with pytest.raises(ValueError, match=r"^session is a client's"):
        trio_face.TLSStream(stream, server_context, server_side=True, session=session)
    assert not stream.closed
    trio_face.TLSStream(stream, client_context, server_hostname="localhost", session=session)  # which is free for it


@pytest.mark.guarantee("G15")
async def test_session_of_another_server(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Whoever knows the secret of any session could impersonate any server, if the certificate of that session were not
    checked against the host name."""
    async with echo_server(server_context) as port:
        _, session = await converse(await connect_tls("localhost", port, ssl_context=client_context))
        with pytest.raises(CertificateVerificationError, match=r"not for 'other\.example'") as caught:
            await connect_tls("localhost", port, hostname="other.example", ssl_context=client_context, session=session)
        assert caught.value.phase == "handshake"
        assert (caught.value.verify_code, caught.value.verify_message) == (62, "Hostname mismatch")
        with pytest.raises(CertificateVerificationError, match=r"not for '192\.0\.2\.1'") as caught:
            await connect_tls("localhost", port, hostname="192.0.2.1", ssl_context=client_context, session=session)
        assert (caught.value.verify_code, caught.value.verify_message) == (64, "IP address mismatch")
        assert caught.value.alert is None
        client_context.check_hostname = False
        stream = await connect_tls(
            "localhost", port, hostname="other.example", ssl_context=client_context, session=session
        )
        assert (await converse(stream))[0]


@pytest.mark.guarantee("G15")
def test_server_does_not_complete_a_handshake_of_another(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, session: ssl.SSLSession
) -> None:
    """What would tell it so is not sent. (The session here is TLS 1.3's only if it came with data.)"""
    client, server = make_engine(client_context, server_side=False), make_engine(server_context, server_side=True)
    shake_hands(client, server)
    server.write(b"x")
    client.feed(bytes(server.outgoing))
    assert client.read(1) == b"x"
    session = client.ssl_object.session  # type: ignore[assignment]
    client = make_engine(client_context, server_side=False, hostname="other.example")
    client.ssl_object.session = session
    server = make_engine(server_context, server_side=True)
    with pytest.raises(CertificateVerificationError):
        shake_hands(client, server)
    server.feed(bytes(client.outgoing))
    assert not server.handshake()


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize(
    ("hostname", "expected"),
    [
        ("example.org", True),
        ("EXAMPLE.org.", True),
        ("www.example.org", False),
        ("a.wild.example", True),
        ("wild.example", False),
        ("a.b.wild.example", False),
        ("single", True),
        ("a.top", False),
        ("192.0.2.1", True),
        ("192.0.2.2", False),
        ("2001:DB8::1", True),
        ("2001:db8::2", False),
    ],
)
def test_is_for(hostname: str, expected: bool) -> None:
    names = [
        ("DNS", "example.ORG"),
        ("DNS", "*.Wild.example"),
        ("DNS", "*.top"),
        ("DNS", "single"),
        ("DNS", "192.0.2.2"),
        ("IP Address", "<invalid>"),
        ("IP Address", "192.0.2.1"),
        ("IP Address", "2001:DB8:0:0:0:0:0:1\n"),
    ]
    assert is_for({"subjectAltName": names}, hostname) is expected
    assert not is_for({}, hostname)


class Decoder:
    """Stands in for an SSLObject, and counts how often it decodes its certificate."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.decoded = 0

    def getpeercert(self, binary: bool = False) -> Any:
        if binary:
            return b"the certificate of " + self.name.encode()
        self.decoded += 1
        return {"subjectAltName": (("DNS", self.name),)}


def test_a_certificate_is_decoded_once() -> None:
    """For a name that it is for, as long as there are not too many others."""
    decoder: Any = Decoder("once.example")
    assert [is_peer_for(decoder, "once.example") for _ in range(3)] == [True] * 3
    assert decoder.decoded == 1
    assert [is_peer_for(decoder, "other.example") for _ in range(2)] == [False] * 2
    assert decoder.decoded == 3
    for number in range(64):
        other: Any = Decoder(f"{number}.example")
        assert is_peer_for(other, f"{number}.example")
        assert not is_peer_for(other, "once.example")
    assert is_peer_for(decoder, "once.example")
    assert decoder.decoded == 4


# ---- received before ----


class Faces:
    """Both faces' ways to put TLS over a stream, handshake included."""

    @staticmethod
    async def anyio(stream: Any, context: ssl.SSLContext, received: Any) -> Any:
        return await TLSStream.wrap(stream, ssl_context=context, received=received)

    @staticmethod
    async def trio(stream: Any, context: ssl.SSLContext, received: Any) -> Any:
        tls = trio_face.TLSStream(stream, context, server_side=True, received=received)
        try:
            await tls.do_handshake()
        except BaseException:
            await tls.aclose()
            raise
        return tls


on_every_face = pytest.mark.parametrize(
    ("anyio_backend", "wrap"),
    [
        pytest.param(("asyncio", {"use_uvloop": False}), Faces.anyio, id="asyncio"),
        pytest.param(("asyncio", {"use_uvloop": True}), Faces.anyio, id="uvloop"),
        pytest.param(("trio", {}), Faces.anyio, id="trio"),
        pytest.param(("trio", {}), Faces.trio, id="trio-face"),
    ],
)


@pytest.mark.guarantee("G15")
@on_every_face
@pytest.mark.parametrize("kind", ["socket", "memory"])
@pytest.mark.parametrize("count", [0, 1, 5, 100, 65536])
async def test_received_before(
    kind: str, count: int, wrap: Any, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """Any part of the client's hello may have been read with the last words in the clear."""
    buffers = {0: bytes, 1: bytearray, 5: memoryview}
    async with transport_pair(kind, server_context, client_context) as (ours, theirs):

        async def ask() -> None:
            async with await TLSStream.wrap(ours, hostname="localhost", ssl_context=client_context) as client:
                await client.send(b"hello")

        async with anyio.create_task_group() as tg:
            tg.start_soon(ask)
            received = await theirs.receive(count) if count else b""
            async with await wrap(theirs, server_context, buffers.get(count, bytes)(received)) as server:
                receive = getattr(server, "receive_some", None) or server.receive
                assert await receive() == b"hello"


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("kind", ["socket", "anyio-tcp", "memory"])
async def test_what_unwrap_gave_back(kind: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """A client that begins the next TLS connection at once, over the same transport."""
    async with transport_pair(kind, server_context, client_context) as streams:
        client, server = await tls_pair(*streams, server_context, client_context)
        again: list[TLSStream] = []

        async def go_on() -> None:
            below, trailing = await client.unwrap()
            assert trailing == b""
            again.append(await TLSStream.wrap(below, hostname="localhost", ssl_context=client_context))

        async with anyio.create_task_group() as tg:
            tg.start_soon(go_on)
            below, trailing = await server.unwrap()
            again.append(await TLSStream.wrap(below, ssl_context=server_context, received=trailing))
        first, second = again
        await first.send(b"hello")
        assert await second.receive() == b"hello"
        await first.aclose()
        await second.aclose()


@pytest.mark.guarantee("G10", "G15")
@on_every_face
@pytest.mark.parametrize("plaintext", [b"GET / HTTP/1.1\r\n", bytes(2**18), b"\x16\x03\x01\x00\x01\x00" * 2**16])
async def test_received_is_no_tls(plaintext: bytes, wrap: Any, server_context: ssl.SSLContext) -> None:
    """Plaintext that was left over is not taken for encrypted data, however much it is."""
    _, theirs = memory_stream_pair()
    with pytest.raises(HandshakeError):
        await wrap(theirs, server_context, plaintext)
    assert theirs.closed


@on_every_face
async def test_received_of_a_wrong_type(wrap: Any, server_context: ssl.SSLContext) -> None:
    stream, _ = memory_stream_pair()
    with pytest.raises(TypeError, match="received must be bytes-like, not str"):
        await wrap(stream, server_context, "hello")
    assert not stream.closed
