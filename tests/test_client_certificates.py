"""A server asks for the client's certificate behind the handshake (RFC 8446 section 4.6.2) and waits for the answer."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from anyio_tls import (
    CertificateVerificationError,
    SocketStream,
    TLSError,
    TLSStream,
    TruncatedError,
    UnexpectedDataError,
    trio as trio_face,
)
from anyio_tls._certificate_request import HELD_WHILE_ASKING
from anyio_tls._engine import BUFFER_LIMIT, MAX_PLAINTEXT
from anyio_tls.testing import Certificate, CertificateAuthority, memory_stream_pair

from ._faces import connected, on_every_face
from ._link import Connection, closed
from ._pairs import Awaits, cancelled_at_its_wait, let_others_run, tls_pair
from ._sealing import KeyLog, Record, TLS13Keys, split_records
from ._wire import HANDSHAKE, self_signed

CALLS = {"anyio": ("send", "receive"), "trio": ("send_all", "receive_some")}
SOON = 5.0
OP_NO_TX_CERTIFICATE_COMPRESSION = 1 << 32  # RFC 8879, from OpenSSL 3.2 on


@pytest.fixture(scope="module")
def papers(ca: CertificateAuthority) -> Certificate:
    return ca.issue("client@example.org", client=True)


@pytest.fixture
def server_context(ca: CertificateAuthority, server_certificate: Certificate) -> ssl.SSLContext:
    """One that asks for a certificate, later."""
    context = ca.server_context(server_certificate, require_client_certificate=True)
    context.post_handshake_auth = True
    return context


@pytest.fixture
def optional_context(server_context: ssl.SSLContext) -> ssl.SSLContext:
    server_context.verify_mode = ssl.CERT_OPTIONAL
    return server_context


@pytest.fixture
def client_context(ca: CertificateAuthority, papers: Certificate) -> ssl.SSLContext:
    """One that has a certificate to show."""
    context = ca.client_context(papers)
    context.post_handshake_auth = True
    return context


@pytest.fixture
def anonymous(ca: CertificateAuthority) -> ssl.SSLContext:
    """One that has none."""
    context = ca.client_context()
    context.post_handshake_auth = True
    return context


def certificate_of(papers: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(papers.certificate_pem)


async def at_the_same_time(*calls: Awaitable[Any]) -> list[Any]:
    """What they return or raise."""
    results: list[Any] = [None] * len(calls)

    async def make(n: int, call: Awaitable[Any]) -> None:
        try:
            results[n] = await call
        except (ssl.SSLError, anyio.EndOfStream) as exc:
            results[n] = exc

    async with anyio.create_task_group() as tg:
        for n, call in enumerate(calls):
            tg.start_soon(make, n, call)
    return results


async def asked_and_left(server: Any) -> Any:
    """What a server gets that closes the connection afterwards, as it does when the client is refused."""
    try:
        return await server.request_client_certificate()
    finally:
        await server.aclose()


# ---- what comes of it, on both faces ----


@on_every_face
async def test_the_certificate(
    face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, papers: Certificate
) -> None:
    """The client has only to receive. Asked again, it answers again."""
    async with connected(face, server_context, client_context) as (client, server):
        send, receive = CALLS[face]
        for _ in range(2):
            answer, heard = await at_the_same_time(
                then(server.request_client_certificate(), lambda: getattr(server, send)(b"you")),
                getattr(client, receive)(),
            )
            assert answer == certificate_of(papers)
            assert heard == b"you"
        await getattr(client, send)(b"me")
        assert await getattr(server, receive)() == b"me"


@on_every_face
async def test_a_chain_that_is_larger_than_the_buffer(
    face: str, ca: CertificateAuthority, papers: Certificate, server_context: ssl.SSLContext
) -> None:
    """It is one reply, and OpenSSL accepts 100 KiB."""
    more = ca.issue(*(f"{n}.example.org" for n in range(400))).certificate_pem
    client_context = ca.client_context(Certificate(papers.certificate_pem + 10 * more, papers.private_key_pem))
    client_context.post_handshake_auth = True
    client_context.options |= OP_NO_TX_CERTIFICATE_COMPRESSION  # This chain would be small then.
    send, receive = CALLS[face]
    async with connected(face, server_context, client_context) as (client, server):
        before = client.statistics().records_sent
        answer, _ = await at_the_same_time(
            then(server.request_client_certificate(), lambda: getattr(server, send)(b"you")),
            getattr(client, receive)(),
        )
        assert client.statistics().records_sent - before > BUFFER_LIMIT / MAX_PLAINTEXT
    assert answer == certificate_of(papers)


async def then(first: Awaitable[Any], second: Callable[[], Awaitable[Any]]) -> Any:
    """What the first returns, when both have been done."""
    result = await first
    await second()
    return result


@on_every_face
@pytest.mark.parametrize("resumed", [False, True], ids=["new", "resumed"])
@pytest.mark.parametrize("tickets", [0, 2])
async def test_no_certificate(
    resumed: bool, tickets: int, face: str, optional_context: ssl.SSLContext, anonymous: ssl.SSLContext
) -> None:
    """However OpenSSL shows that there was an answer."""
    if resumed and not tickets:
        pytest.skip("without tickets, nothing is resumed")
    optional_context.num_tickets = tickets
    send, receive = CALLS[face]
    session = None
    if resumed:
        async with connected(face, optional_context, anonymous) as (client, server):
            await getattr(server, send)(b"and a ticket")
            await getattr(client, receive)()
            session = client.session
    async with connected(face, optional_context, anonymous, session) as (client, server):
        assert server.session_reused is resumed
        answer, heard = await at_the_same_time(
            then(server.request_client_certificate(), lambda: getattr(server, send)(b"you")),
            getattr(client, receive)(),
        )
        assert answer is None
        assert heard == b"you"


@on_every_face
@pytest.mark.guarantee("G9")
async def test_none_where_one_is_required(face: str, server_context: ssl.SSLContext, anonymous: ssl.SSLContext) -> None:
    """Both are told, and the client at its first read."""
    async with connected(face, server_context, anonymous) as (client, server):
        ours, theirs = await at_the_same_time(asked_and_left(server), getattr(client, CALLS[face][1])())
        assert isinstance(ours, TLSError)
        assert (ours.alert, ours.alert_received, ours.fault) == ("certificate_required", False, "peer")
        assert isinstance(theirs, TLSError)
        assert (theirs.alert, theirs.alert_received, theirs.fault) == ("certificate_required", True, "local")


@on_every_face
@pytest.mark.guarantee("G9")
async def test_a_stranger_is_refused(face: str, optional_context: ssl.SSLContext, anonymous: ssl.SSLContext) -> None:
    """Also where a certificate is optional."""
    CertificateAuthority().issue("client@example.org", client=True).configure(anonymous)
    async with connected(face, optional_context, anonymous) as (client, server):
        ours, theirs = await at_the_same_time(asked_and_left(server), getattr(client, CALLS[face][1])())
        assert isinstance(ours, CertificateVerificationError)
        assert ours.alert == "unknown_ca"
        assert isinstance(theirs, TLSError)
        assert (theirs.alert, theirs.alert_received) == ("unknown_ca", True)
        assert server.pending() == 0


@on_every_face
@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("client that does not offer it", "EXTENSION_NOT_RECEIVED"),
        ("client of TLS 1.2", "WRONG_SSL_VERSION"),
        ("server", "NOT_SERVER"),
        ("server that does not ask", "INVALID_CONFIG"),
    ],
)
async def test_who_cannot_be_asked(
    who: str, reason: str, face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """The connection goes on."""
    if who == "client that does not offer it":
        client_context.post_handshake_auth = False
    elif who == "client of TLS 1.2":
        client_context.maximum_version = ssl.TLSVersion.TLSv1_2
    elif who == "server that does not ask":
        server_context.verify_mode = ssl.CERT_NONE
    async with connected(face, server_context, client_context) as (client, server):
        send, receive = CALLS[face]
        with pytest.raises(ssl.SSLError) as caught:
            await (client if who == "server" else server).request_client_certificate()
        assert caught.value.reason == reason
        assert not isinstance(caught.value, TLSError)
        await getattr(client, send)(b"hello")
        assert await getattr(server, receive)() == b"hello"
        if who == "server":  # whatever the other side has done
            await server.send_eof()
            with suppress(anyio.EndOfStream):
                assert await getattr(client, receive)() == b""
            with pytest.raises(ssl.SSLError, match="NOT_SERVER"):
                await client.request_client_certificate()


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_before_the_handshake(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, papers: Certificate
) -> None:
    """On Trio it does the handshake first, as every call does."""
    below = memory_stream_pair()
    client: Any = trio_face.TLSStream(below[0], client_context, server_hostname="localhost")
    server: Any = trio_face.TLSStream(below[1], server_context, server_side=True)
    async with anyio.create_task_group() as tg:
        tg.start_soon(client.receive_some)
        assert await server.request_client_certificate() == certificate_of(papers)
        tg.cancel_scope.cancel()
    for stream in (client, server):
        await anyio.aclose_forcefully(stream)


@on_every_face
@pytest.mark.parametrize("timeout", [-1, "1", True])
async def test_bad_timeout(
    timeout: Any, face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with connected(face, server_context, client_context) as (_, server):
        with pytest.raises((TypeError, ValueError), match="timeout"):
            await server.request_client_certificate(timeout=timeout)


@on_every_face
@pytest.mark.guarantee("G9", "G13")
async def test_time_is_up(
    face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, papers: Certificate
) -> None:
    """The question stays open, and is not asked twice."""
    async with connected(face, server_context, client_context) as (client, server):
        with pytest.raises(TimeoutError, match=r"the answer of the client took more than 0\.2 s"):
            await server.request_client_certificate(timeout=0.2)
        reader = getattr(client, CALLS[face][1])
        async with anyio.create_task_group() as tg:
            tg.start_soon(reader)
            assert await server.request_client_certificate(timeout=None) == certificate_of(papers)
            tg.cancel_scope.cancel()


@pytest.mark.guarantee("G13")
async def test_time_is_up_while_others_receive(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Something, in each iteration of the event loop; the client never answers."""
    ours, theirs = memory_stream_pair(1000)
    client, server = await tls_pair(ours, theirs, server_context, client_context)

    async def send() -> None:
        while True:
            await client.send(bytes(MAX_PLAINTEXT))

    async def receive() -> None:
        while True:
            await server.receive()

    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as tg:
            tg.start_soon(send)
            tg.start_soon(receive)
            await let_others_run()
            with pytest.raises(TimeoutError, match="the answer of the client took more than"):
                await server.request_client_certificate(timeout=0.1)
            tg.cancel_scope.cancel()
    await anyio.aclose_forcefully(client)
    await anyio.aclose_forcefully(server)


@pytest.mark.parametrize("tickets", [0, 2])
async def test_in_a_resumed_session(
    tickets: int, optional_context: ssl.SSLContext, client_context: ssl.SSLContext, papers: Certificate
) -> None:
    """With new tickets or without, which is all that ssl tells of an answer then, but for the certificate."""
    session = None
    for resumed in False, True:
        optional_context.num_tickets = tickets if resumed else 2
        client, server = await tls_pair(*memory_stream_pair(), optional_context, client_context, session)

        async def answer(client: TLSStream) -> None:
            async for item in client:
                await client.send(item)

        async with anyio.create_task_group() as tg:
            tg.start_soon(answer, client)
            await server.send(b"x")
            assert await server.receive() == b"x"
            session = client.session
            assert server.session_reused == resumed
            assert await server.request_client_certificate(timeout=SOON) == certificate_of(papers)
            tg.cancel_scope.cancel()
        await anyio.aclose_forcefully(client)
        await anyio.aclose_forcefully(server)


# ---- what else goes on ----


class Asking(Connection):
    """A server that asks, over a link; its client does nothing by itself."""

    def __init__(self, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
        super().__init__(server_context, client_context, server_side=True)

    def hear_request(self) -> None:
        """The client reads what was sent, and has its answer ready."""
        self.listen()
        assert self.peer.read(1) is None

    def give_answer(self) -> None:
        self.hear_request()
        self.answer()

    def has_certificate(self) -> bool:
        return bool(self.driver.engine.ssl_object.getpeercert(True))


@pytest.fixture
async def asking(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> Asking:
    connection = Asking(server_context, client_context)
    await connection.shake_hands()
    return connection


@asynccontextmanager
async def request_under_way(asking: Asking) -> AsyncIterator[None]:
    """One that is done by the end of the block."""
    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as tg:
            tg.start_soon(asking.driver.request_certificate, None)
            await let_others_run()
            yield


@pytest.mark.guarantee("G1")
async def test_data_before_the_answer(asking: Asking) -> None:
    """They are there for later calls, all of them and in order."""
    asking.say(b"before ")
    async with request_under_way(asking):
        asking.say(b"and in ")
        await let_others_run()
        asking.hear_request()
        asking.say(b"between")
    assert asking.has_certificate()
    assert await asking.driver.receive(100) == b"before and in between"


@pytest.mark.guarantee("G1", "G10")
async def test_too_much_data_before_the_answer(asking: Asking, rng: Any) -> None:
    """No more is held than ever is. Who has received it calls again, and the client is not asked twice."""
    data = rng.randbytes(3 * BUFFER_LIMIT)
    sent, got = 0, bytearray()
    while sent < len(data):
        sent += asking.peer.write(data[sent : sent + MAX_PLAINTEXT])
        asking.answer()
    requests = 0
    while True:
        try:
            with anyio.fail_after(SOON):
                if not asking.link.incoming:
                    asking.give_answer()
                await asking.driver.request_certificate(None)
            break
        except UnexpectedDataError:
            pass
        engine = asking.driver.engine
        assert HELD_WHILE_ASKING < engine.pending <= BUFFER_LIMIT
        assert engine.pending + BUFFER_LIMIT - engine.room <= BUFFER_LIMIT
        requests += bool(asking.link.sent)
        asking.listen()
        got += await asking.driver.receive(BUFFER_LIMIT)
    assert requests == 1
    while len(got) < len(data):
        got += await asking.driver.receive(BUFFER_LIMIT)
    assert bytes(got) == data
    assert asking.has_certificate()


@pytest.mark.guarantee("G1", "G11")
async def test_beside_an_upload(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, papers: Certificate
) -> None:
    """Of more than is held, by a client that answers at once; another task receives it."""
    listening = socket.create_server(("127.0.0.1", 0))
    theirs = socket.create_connection(listening.getsockname())
    ours, _ = listening.accept()
    listening.close()
    client, server = await tls_pair(SocketStream(theirs), SocketStream(ours), server_context, client_context)

    async def upload() -> None:
        while True:
            await client.send(bytes(BUFFER_LIMIT))

    async def receive(stream: TLSStream, pause: float) -> None:
        while True:
            await stream.receive()
            if pause:
                await anyio.sleep(pause)  # for what a program does with it

    async with anyio.create_task_group() as tg:
        tg.start_soon(upload)
        tg.start_soon(receive, client, 0)
        for pause in 0, 0.001:
            async with anyio.create_task_group() as receiving:
                receiving.start_soon(receive, server, pause)
                await let_others_run()
                for _ in range(5):
                    assert await server.request_client_certificate(timeout=SOON) == certificate_of(papers)
                receiving.cancel_scope.cancel()
        tg.cancel_scope.cancel()
    await anyio.aclose_forcefully(client)
    await anyio.aclose_forcefully(server)


@pytest.mark.guarantee("G1", "G11")
@pytest.mark.parametrize("end", ["stops", "closes"])
async def test_beside_a_task_that_received(end: str, asking: Asking) -> None:
    """And does so no longer, so nobody makes room."""
    got: list[bytes] = []

    async def receive() -> None:
        got.append(await asking.driver.receive(100))

    async def request() -> None:
        with pytest.raises(UnexpectedDataError if end == "stops" else anyio.ClosedResourceError):
            await asking.driver.request_certificate(None)

    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as tg:
            tg.start_soon(receive)
            tg.start_soon(request)
            await let_others_run()
            for _ in range(3):
                asking.say(bytes(MAX_PLAINTEXT))
                await let_others_run()
            if end == "closes":
                await asking.driver.aclose()
    assert got == [bytes(100)]


@pytest.mark.guarantee("G1", "G11")
@pytest.mark.parametrize("first", ["receive", "request"])
async def test_beside_a_task_that_receives(first: str, asking: Asking) -> None:
    """Whoever takes the answer from the transport, both get what is theirs."""
    got: list[bytes] = []

    async def receive() -> None:
        got.append(await asking.driver.receive(100))

    async with anyio.create_task_group() as tg:
        calls: list[Callable[[], Coroutine[Any, Any, Any]]] = [receive, lambda: asking.driver.request_certificate(None)]
        for call in calls if first == "receive" else reversed(calls):
            tg.start_soon(call)
            await let_others_run()
        asking.say(b"data")
        await let_others_run()
        assert got == [b"data"]
        tg.start_soon(receive)
        await let_others_run()
        asking.hear_request()
        asking.say(b"more")
    assert got == [b"data", b"more"]
    assert asking.has_certificate()


@pytest.mark.guarantee("G11")
async def test_two_who_ask_get_one_answer(asking: Asking) -> None:
    async with request_under_way(asking), request_under_way(asking):
        asking.give_answer()
    assert asking.has_certificate()


@pytest.mark.guarantee("G11")
async def test_busy(asking: Asking) -> None:
    """To ask is to send; to wait for the answer is not."""
    asking.link.room = 0
    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as tg:
            tg.start_soon(asking.driver.send, b"first")
            await let_others_run()
            with pytest.raises(anyio.BusyResourceError):
                await asking.driver.request_certificate(None)
            tg.cancel_scope.cancel()
    asking.link.room = 2**20
    async with request_under_way(asking):
        await asking.driver.send(b" and second")
        assert asking.heard() == b"first and second"
        asking.answer()


async def test_asked_already(asking: Asking) -> None:
    """With verify_client_post_handshake(), whose request has not left or has: its answer is waited for."""
    await asking.driver.send(b"and tickets")
    assert asking.heard() == b"and tickets"
    asking.driver.engine.request_certificate(strict=True)
    async with request_under_way(asking):
        assert len(split_records(bytes(asking.link.sent))) == 1
        asking.hear_request()
        async with request_under_way(asking):
            assert not asking.link.sent
            asking.answer()
    assert asking.has_certificate()


@pytest.mark.guarantee("G1", "G2", "G13")
async def test_cancelled_at_every_await(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Nothing is lost: the next call has the answer, and what else was said is received."""
    strikes = 0
    struck = True
    while struck:
        strikes += 1
        asking = Asking(server_context, client_context)
        await asking.shake_hands()
        scope = anyio.CancelScope()
        awaits = Awaits(asking.driver.request_certificate(None), strikes, scope.cancel)
        async with anyio.create_task_group() as tg:

            async def ask(scope: anyio.CancelScope = scope, awaits: Awaits[None] = awaits) -> None:
                with scope:
                    await awaits

            asking.link.room = 10  # so that the request leaves in two
            tg.start_soon(ask)
            await let_others_run()
            asking.link.room = 2**20
            asking.link.change()
            await let_others_run()
            if not scope.cancelled_caught:
                asking.say(b"data")
                await let_others_run()
                if not scope.cancelled_caught:
                    asking.give_answer()
        struck = awaits.struck
        if struck:
            async with request_under_way(asking):
                asking.give_answer()
        assert asking.has_certificate()
        if not (struck and asking.driver.engine.pending == 0):
            assert await asking.driver.receive(100) == b"data"
        await asking.driver.send(b"bye")
        assert asking.heard() == b"bye"
    assert strikes > 3


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("records", [1, 2])
async def test_called_again_amid_the_answer(records: int, asking: Asking) -> None:
    """A part of it was read when the call was cancelled. The client is not asked twice."""
    async with anyio.create_task_group() as tg:
        tg.start_soon(asking.driver.request_certificate, None)
        await let_others_run()
        asking.hear_request()
        answer, end = bytes(asking.peer.outgoing), 0
        asking.peer.outgoing.clear()
        for _ in range(records):
            end += 5 + int.from_bytes(answer[end + 3 : end + 5], "big")
        asking.link.deliver(answer[:end])
        await let_others_run()
        tg.cancel_scope.cancel()
    async with request_under_way(asking):
        asking.link.deliver(answer[end:])
    assert asking.has_certificate()
    asking.listen()
    assert asking.peer.read(1) is None
    assert not asking.peer.outgoing  # it has nothing to answer


@pytest.mark.guarantee("G1")
async def test_amid_another_message(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, tmp_path: Path
) -> None:
    """OpenSSL asks only between messages: half a KeyUpdate is waited for, and is no answer."""
    key_log = KeyLog(tmp_path / "keys")
    key_log.watch(client_context)
    asking = Asking(server_context, client_context)
    await asking.shake_hands()
    key_log.close()
    keys = TLS13Keys(key_log.secrets()["CLIENT_TRAFFIC_SECRET_0"])
    first, second = (bytes(keys.seal(Record(HANDSHAKE, half))) for half in (b"\x18\0\0\1", b"\0"))
    asking.link.deliver(first)
    assert not asking.driver.is_readable()  # and it has been read
    with anyio.move_on_after(SOON) as limit:
        async with anyio.create_task_group() as tg:
            tg.start_soon(asking.driver.request_certificate, None)
            await let_others_run()
            assert not asking.link.sent
            asking.link.deliver(second)
            await let_others_run()
            assert asking.link.sent
            tg.cancel_scope.cancel()
    assert not limit.cancelled_caught


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("standard_compatible", [False, True])
async def test_asking_on_a_closed_stream(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, *, standard_compatible: bool
) -> None:
    """Also without close_notify, which would be reason enough."""
    ours, theirs = memory_stream_pair()
    client, server = await tls_pair(
        ours, theirs, server_context, client_context, standard_compatible=standard_compatible
    )
    await server.aclose()
    with pytest.raises(anyio.ClosedResourceError, match="has been closed"):
        server.verify_client_post_handshake()
    await client.aclose()


@on_every_face
@pytest.mark.guarantee("G1", "G2")
async def test_what_is_received_before_the_request_leaves(
    face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, papers: Certificate
) -> None:
    """As bare SSLObjects do: OpenSSL would emit the request amid that read."""
    async with connected(face, server_context, client_context) as (client, server):
        send, receive = CALLS[face]
        await getattr(server, send)(b"and tickets")
        assert await getattr(client, receive)() == b"and tickets"
        before = server.statistics().records_sent
        server.verify_client_post_handshake()
        assert server.getpeercert() is None
        await getattr(client, send)(b"question")
        assert await getattr(server, receive)() == b"question"
        assert server.statistics().records_sent == before + 1
        await getattr(server, send)(b"answer")
        assert await getattr(client, receive)() == b"answer"
        await getattr(client, send)(b"me")
        assert await getattr(server, receive)() == b"me"
        assert server.getpeercert(binary_form=True) == certificate_of(papers).public_bytes(Encoding.DER)


@pytest.mark.guarantee("G5", "G7", "G8")
@pytest.mark.parametrize("end", ["aclose", "send_eof", "unwrap"])
async def test_an_end_right_behind_the_request(end: str, asking: Asking) -> None:
    """OpenSSL would refuse to close before its request has left."""
    await asking.driver.send(b"and tickets")
    assert asking.heard() == b"and tickets"
    asking.driver.engine.request_certificate(strict=True)
    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as tg:
            tg.start_soon(partial(getattr(asking.driver, end), *([None] if end == "unwrap" else [])))
            await let_others_run()
            asking.listen()
            assert asking.peer.read(1) == b"", "the peer has got close_notify"
            asking.peer.close_writing()
            asking.answer()
            asking.link.ended = True
            asking.link.change()


async def test_a_certificate_amid_its_answer(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, papers: Certificate
) -> None:
    """Whoever looks at any time sees what was proven before."""
    ours, theirs = memory_stream_pair()
    client, server = await tls_pair(ours, theirs, server_context, client_context)
    await server.send(b"and tickets")
    assert await client.receive() == b"and tickets"
    server.verify_client_post_handshake()
    await server.send(b"who are you?")
    engine = client._driver.engine
    engine.feed(await ours.receive())
    assert engine.read(100) == b"who are you?"
    records = split_records(bytes(engine.outgoing))
    assert len(records) > 1
    seen = []
    for record in records:
        assert not server.is_readable()
        await ours.send(bytes(record))
        await cancelled_at_its_wait(server.receive)
        seen.append(server.getpeercert(binary_form=True))
        assert bool(server.getpeercert()) == (seen[-1] is not None)
    assert seen == [None] * (len(records) - 1) + [certificate_of(papers).public_bytes(Encoding.DER)]
    for stream in (client, server):
        await anyio.aclose_forcefully(stream)


UNDECODED = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x30\x03\x82\x01\xff")  # no UTF-8


@pytest.mark.parametrize("last", ["received", "sent"])
@pytest.mark.parametrize("shown", ["papers", "none", "one that ssl cannot decode"])
async def test_a_certificate_amid_another_message(
    shown: str,
    last: str,
    ca: CertificateAuthority,
    optional_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    anonymous: ssl.SSLContext,
    tmp_path: Path,
) -> None:
    """Half a KeyUpdate behind the answer does not bring back who the client was before, though something was sent amid
    the answer."""
    key_log = KeyLog(tmp_path / "keys")
    key_log.watch(client_context)
    ours, theirs = memory_stream_pair()
    client, server = await tls_pair(ours, theirs, optional_context, client_context)
    key_log.close()
    keys = TLS13Keys(key_log.secrets()["CLIENT_TRAFFIC_SECRET_0"])
    engine = client._driver.engine

    hear = partial(cancelled_at_its_wait, server.receive)

    async def be_asked() -> None:
        server.verify_client_post_handshake()
        await server.send(b"?")
        engine.feed(await ours.receive())
        while engine.read(100):
            pass
        *records, end = split_records(bytes(engine.outgoing))
        engine.outgoing.clear()
        keys.skip(len(records) + 1)
        await ours.send(b"".join(map(bytes, records)))
        await hear()
        await ours.send(bytes(end))
        await (hear() if last == "received" else server.send(b"!"))

    await be_asked()
    assert server.getpeercert(True) is not None
    if shown != "papers":
        context = anonymous
        if shown != "none":
            odd = self_signed("odd", None, UNDECODED)
            optional_context.load_verify_locations(cadata=odd.certificate_pem.decode())
            optional_context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            context = ca.client_context(odd)
            context.post_handshake_auth = True
        engine.ssl_object.context = context
        for _ in range(2):
            await be_asked()
    proven = server.getpeercert(True)
    assert (proven is None) is (shown == "none")
    await ours.send(bytes(keys.seal(Record(HANDSHAKE, b"\x18\0\0\1"))))
    await hear()
    assert server.getpeercert(True) == proven
    if shown == "one that ssl cannot decode":
        for _ in range(2):
            with pytest.raises(UnicodeDecodeError):
                server.getpeercert()
    else:
        assert bool(server.getpeercert()) is (proven is not None)
    for stream in (client, server):
        await anyio.aclose_forcefully(stream)


# ---- the end ----


@pytest.mark.guarantee("G5", "G9")
@pytest.mark.parametrize("end", ["close_notify", "none"])
async def test_the_client_leaves_instead(end: str, asking: Asking) -> None:
    asking.say(b"bye")
    if end == "close_notify":
        asking.peer.close_writing()
        asking.answer()
    asking.link.ended = True
    error = TLSError if end == "close_notify" else TruncatedError
    with pytest.raises(
        error, match="has closed, and answers no request" if end == "close_notify" else "without"
    ) as caught:
        await asking.driver.request_certificate(None)
    assert caught.value.fault == "peer"
    assert await asking.driver.receive(100) == b"bye"


@pytest.mark.guarantee("G7", "G12")
async def test_closed_while_it_waits(asking: Asking) -> None:
    async with anyio.create_task_group() as tg:
        tg.start_soon(closed, asking.driver.request_certificate(None))
        await let_others_run()
        with anyio.fail_after(SOON):
            asking.link.ended = True
            await asking.driver.aclose()
    await closed(asking.driver.request_certificate(None))


@pytest.mark.guarantee("G7", "G12")
async def test_closed_while_it_waits_for_room(asking: Asking) -> None:
    """It gets the error before the close is over, not when it would have given up."""
    gave_up = False

    async def ask() -> None:
        nonlocal gave_up
        await closed(asking.driver.request_certificate(None))
        gave_up = True

    for _ in range(4):
        asking.say(bytes(MAX_PLAINTEXT))
    async with anyio.create_task_group() as tg:
        tg.start_soon(ask)
        await let_others_run()
        assert asking.driver.engine.pending > HELD_WHILE_ASKING
        asking.link.ended = True
        await asking.driver.aclose()
        assert gave_up


@pytest.mark.guarantee("G8", "G12")
async def test_unwrap_beside_one_who_asks_and_closes(asking: Asking) -> None:
    """What it was to hand back is closed, though the peer's close_notify has come."""

    async def ask() -> None:
        with pytest.raises(TLSError, match="has closed, and answers no request"):
            await asking.driver.request_certificate(None)
        await asking.driver.aclose()

    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as tg:
            tg.start_soon(ask)
            await let_others_run()
            tg.start_soon(closed, asking.driver.unwrap(None))
            await let_others_run()
            asking.peer.close_writing()
            asking.answer()


@pytest.mark.guarantee("G6")
async def test_after_send_eof(asking: Asking) -> None:
    await asking.driver.send_eof()
    with pytest.raises(anyio.ClosedResourceError, match="close_notify has been sent"):
        await asking.driver.request_certificate(None)


@pytest.mark.guarantee("G9")
async def test_a_transport_that_fails(asking: Asking) -> None:
    asking.link.send_error = OSError(32, "gone")
    with pytest.raises(TLSError, match="gone"):
        await asking.driver.request_certificate(None)
    with pytest.raises(TLSError, match="gone"):
        await asking.driver.request_certificate(None)
