"""What was sent before a close arrives completely, followed by close_notify, at other TLS implementations.

``--close-runs`` connections are made in each way, in several tests where that takes long. ``--peers few`` chooses the
implementations that are quick to install and to run, and transfers of a megabyte; ``--peers all`` has all of them, and
ten megabytes too.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest
from anyio.abc import SocketAttribute

import anyio_tls
from anyio_tls.testing import Certificate, CertificateAuthority

from ._implementations import IMPLEMENTATIONS, Arrival, HAProxy, Implementation, Server, make_payload
from ._observed import BehindStunnel
from ._peers import LOOPBACK, Line
from .conftest import TLS_VERSIONS, backend_of

pytestmark = [pytest.mark.guarantee("G7"), pytest.mark.usefixtures("patience")]

SIZES = {1_000_000: "1 MB", 10_000_000: "10 MB", 304_000: "300 kB"}
# For those that take seconds for a megabyte. It is still more than the system takes from us at once.
LESS = 304_000

# Seconds for one connection of a test, and for all of them, with those that are slow: they get less, in more tests.
ONE_SECOND = 1.0
ALL_SECONDS = 4.0

# Seconds that the end of a connection may take. Who waits in vain, until the time limit of a close, takes longer.
END_SECONDS = 20.0

TALKING_TO_A_READER = "talks, reader beside"
READER_BESIDE = "reader beside"
TLS_IN_TLS = "TLS in TLS"


@dataclass(frozen=True)
class Case:
    """What a test is about, and where its result belongs in the table."""

    implementation: Implementation
    way: str
    """How we connect and what we do besides; or what a client does that reads our response."""

    version: str
    size: int
    runs: range
    """Which of all the connections."""

    def __str__(self) -> str:
        words = [self.implementation.name, self.way, self.version, SIZES[self.size]]
        return "-".join(words + [f"{self.runs[0] + 1}"] * (self.runs[0] > 0)).replace(" ", "_")


# ---- the two faces ----


class AnyIOFace:
    name: ClassVar[str | None] = None
    ways: ClassVar = ("connect_tls", "wrap", "SocketStream", READER_BESIDE, TLS_IN_TLS)
    closed: type[Exception] = anyio.ClosedResourceError

    async def connect(self, way: str, port: int, context: ssl.SSLContext) -> Any:
        if way in ("connect_tls", READER_BESIDE):
            return await anyio_tls.connect_tls(LOOPBACK, port, hostname="localhost", ssl_context=context)
        if way == "SocketStream":
            return await self.wrap(anyio_tls.SocketStream(socket.create_connection((LOOPBACK, port))), context)
        tls = await self.wrap(await anyio.connect_tcp(LOOPBACK, port), context)
        return await self.wrap(tls, context) if way == TLS_IN_TLS else tls

    async def wrap(self, stream: Any, context: ssl.SSLContext) -> Any:
        return await anyio_tls.TLSStream.wrap(stream, hostname="localhost", ssl_context=context)

    @asynccontextmanager
    async def serving(self, context: ssl.SSLContext, handler: Callable[[Any], Awaitable[None]]) -> AsyncIterator[int]:
        async with await anyio_tls.create_tls_listener(context, local_host=LOOPBACK) as listener:
            async with anyio.create_task_group() as task_group:
                task_group.start_soon(listener.serve, handler)
                yield listener.extra(SocketAttribute.local_port)
                task_group.cancel_scope.cancel()


class TrioFace:
    name: ClassVar[str | None] = "Trio's interface"
    ways: ClassVar = ("SocketStream", READER_BESIDE, TLS_IN_TLS)

    @property
    def closed(self) -> type[Exception]:
        import trio

        return trio.ClosedResourceError

    async def connect(self, way: str, port: int, context: ssl.SSLContext) -> Any:
        import trio

        tls = await self.wrap(await trio.open_tcp_stream(LOOPBACK, port), context)
        return await self.wrap(tls, context) if way == TLS_IN_TLS else tls

    async def wrap(self, stream: Any, context: ssl.SSLContext) -> Any:
        from anyio_tls.trio import TLSStream

        return TLSStream(stream, context, server_hostname="localhost")

    @asynccontextmanager
    async def serving(self, context: ssl.SSLContext, handler: Callable[[Any], Awaitable[None]]) -> AsyncIterator[int]:
        import trio

        from anyio_tls.trio import TLSListener

        (listener,) = await trio.open_tcp_listeners(0, host=LOOPBACK)
        async with anyio.create_task_group() as task_group:
            task_group.start_soon(trio.serve_listeners, handler, [TLSListener(listener, context)])
            yield listener.socket.getsockname()[1]
            task_group.cancel_scope.cancel()


# ---- which tests there are ----


def uploads(implementation: Implementation, face: AnyIOFace | TrioFace) -> list[str]:
    """How we upload to a server."""
    if not implementation.serves:
        return []
    left_out = {READER_BESIDE} if implementation.echoes else set()  # it has one in any case
    if implementation.name != "OpenSSL":
        left_out.add(TLS_IN_TLS)
    return [way for way in face.ways if way not in left_out]


def responses(implementation: Implementation) -> list[str]:
    """What a client does that reads a response."""
    return [*implementation.manners, *([TALKING_TO_A_READER] if "talks" in implementation.manners else [])]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    everything = metafunc.config.getoption("--peers") == "all"
    face: AnyIOFace | TrioFace = metafunc.cls.face
    is_upload = metafunc.function.__name__ == "test_upload"
    wanted_sizes = [1_000_000, 10_000_000] if everything else [1_000_000]
    params = []
    for implementation in (*IMPLEMENTATIONS, BehindStunnel()):
        if not (everything or implementation.ordinary):
            continue
        ways = uploads(implementation, face) if is_upload else responses(implementation)
        pace = implementation.server_pace if is_upload else implementation.client_pace
        sizes = [size for size in wanted_sizes if size <= ONE_SECOND * pace] or [LESS]
        newest, *others = implementation.versions
        combinations = [(newest, way, size) for way in ways for size in sizes]
        # TLS 1.2 has its tickets in the handshake: there is less that can go wrong.
        combinations += [(other, way, sizes[0]) for other in others for way in ways[:1]]
        for version, way, size in combinations:
            runs = range(metafunc.config.getoption("--close-runs"))
            at_a_time = int(min(len(runs), ALL_SECONDS * pace / size))
            marks = implementation.needed + (HAProxy.needed if way == TLS_IN_TLS else ())
            for first in runs[::at_a_time]:
                case = Case(implementation, way, version, size, runs[first : first + at_a_time])
                params.append(pytest.param(case, marks=marks, id=str(case)))
    metafunc.parametrize("case", params, indirect=True)


@pytest.fixture(scope="session")
def papers(ca: CertificateAuthority, server_certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the certificates."""
    directory = tmp_path_factory.mktemp("papers")
    certificate, key = server_certificate.certificate_pem, server_certificate.private_key_pem
    for name, content in {"certificate": certificate, "key": key, "both": certificate + key, "ca": ca.pem}.items():
        (directory / f"{name}.pem").write_bytes(content)
    return directory


@pytest.fixture
def case(request: pytest.FixtureRequest, papers: Path) -> Case:
    case: Case = request.param
    case.implementation.prepare(papers)
    return case


# ---- the tests ----


class Deliveries:
    """The tests for both faces."""

    face: AnyIOFace | TrioFace

    @pytest.fixture
    def delivered(self, request: pytest.FixtureRequest, case: Case) -> Callable[[list[Arrival], Arrival], None]:
        """Record how many of what arrived were what we sent, and fail if it is not all of them."""

        def record(arrivals: list[Arrival], sent: Arrival) -> None:
            wrong = [str(arrival) for arrival in arrivals if not arrival.is_all_of(sent)]
            row = (case.implementation.name, case.version, SIZES[case.size], self.face.name or backend_of(request.node))
            what = request.node.originalname.removeprefix("test_") + "s"
            counts = (len(arrivals) - len(wrong), len(arrivals))
            request.node.user_properties.append((f"delivered {what}", ((row, case.way), *counts)))
            assert not wrong

        return record

    async def read_beside(self, line: Line) -> None:
        """Be the task that waits in ``receive()`` when the stream is closed."""
        try:
            while await line.receive():
                pass
        except self.face.closed:
            return
        pytest.fail("the peer has closed before us")

    async def close(self, line: Line) -> None:
        with anyio.fail_after(END_SECONDS):
            await line.tls.aclose()

    async def test_upload(
        self,
        case: Case,
        papers: Path,
        ca: CertificateAuthority,
        delivered: Callable[[list[Arrival], Arrival], None],
    ) -> None:
        context = one_version(ca.client_context(), case)
        payload = make_payload(case.size)
        head = b"PUT /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % case.size
        upload = (head if case.implementation.speaks_http else case.implementation.order) + payload
        arrivals = []

        async def take(server: Server) -> None:
            arrivals.append(await server.arrival())

        async with self.server(case, papers) as (server, port):
            for _ in case.runs:
                async with anyio.create_task_group() as task_group:
                    task_group.start_soon(take, server)
                    line = Line(await self.face.connect(case.way, port, context))
                    if case.way == READER_BESIDE or case.implementation.echoes:
                        task_group.start_soon(self.read_beside, line)
                    await line.send(upload)
                    await self.close(line)
        delivered(arrivals, Arrival.of(payload))

    @asynccontextmanager
    async def server(self, case: Case, papers: Path) -> AsyncIterator[tuple[Server, int]]:
        """Run the case's server; gives the port to connect to also."""
        async with case.implementation.server(papers) as server:
            if case.way == TLS_IN_TLS:
                async with HAProxy().terminating(papers, server.port) as (_, port):
                    yield server, port
            else:
                yield server, server.port

    async def test_response(
        self,
        case: Case,
        papers: Path,
        ca: CertificateAuthority,
        server_certificate: Certificate,
        delivered: Callable[[list[Arrival], Arrival], None],
    ) -> None:
        context = one_version(ca.server_context(server_certificate), case)
        payload = make_payload(case.size)
        length = b"Content-Length: %d\r\n" % case.size if case.way == "leaves" else b""
        head = b"HTTP/1.1 200 OK\r\n%bConnection: close\r\n\r\n" % length
        response = (head if case.implementation.speaks_http else case.implementation.order) + payload
        manner = "talks" if case.way == TALKING_TO_A_READER else case.way
        closed = anyio.Semaphore(0)

        async def respond(tls: Any) -> None:
            line = Line(tls)
            request = b""
            while not request.endswith(b"\n"):
                piece = await line.receive()
                assert piece, f"the client closed after {request!r}"
                request += piece
            async with anyio.create_task_group() as task_group:
                if case.way == TALKING_TO_A_READER:
                    task_group.start_soon(self.read_beside, line)
                await line.send(response)
                await self.close(line)
            closed.release()

        async with self.face.serving(context, respond) as port:
            arrivals = await case.implementation.client(papers, port, manner, len(case.runs))
            for _ in case.runs:
                await closed.acquire()
        delivered(arrivals, Arrival.of(payload))


def one_version(context: ssl.SSLContext, case: Case) -> ssl.SSLContext:
    context.minimum_version = context.maximum_version = TLS_VERSIONS[case.version]
    return context


class TestAnyIO(Deliveries):
    face = AnyIOFace()


@pytest.mark.parametrize("anyio_backend", ["trio"])
class TestTrio(Deliveries):
    face = TrioFace()
