"""Servers as processes: the examples, and listening sockets from elsewhere, with other implementations as clients."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated

from anyio_tls.testing import CertificateAuthority

from ._peers import needs

EXAMPLES = Path(__file__).parent.parent / "examples"

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        sys.platform == "win32", reason="Windows has neither fork() nor the signals that the examples obey"
    ),
]


@contextmanager
def serving(name: str, folder: Path, *ports: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    """An example that runs, and the ports that it names until it listens."""
    command = [sys.executable, "-u", str(EXAMPLES / f"{name}.py"), *(ports or ["0"])]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        named: dict[str, int] = {}
        try:
            while "listening" not in named:
                match = re.fullmatch(r"(\w+) on port (\d+)\n", server.stdout.readline())
                assert match, "the example has ended"
                named[match[1]] = int(match[2])
            yield server, named
        finally:
            server.kill()


@contextmanager
def running(*command: str, folder: Path, pass_fds: tuple[int, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, text=True, pass_fds=pass_fds) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def visit(port: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A client that stays, and that has verified the server."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", "ca.pem", "-quiet"]
    with running(*command, "-verify_return_error", "-verify_hostname", "localhost", folder=folder) as client:
        yield client


def ask(client: subprocess.Popen[str], line: str) -> str:
    """Send a line, and receive one."""
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(f"{line}\n")
    client.stdin.flush()
    return client.stdout.readline().rstrip("\n")


def run(*command: str, folder: Path, text: str = "") -> str:
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, timeout=40, check=False)
    return done.stdout + done.stderr


def key_of(port: int) -> str:
    """The hash of a server's public key, as Chromium wants it."""
    certificate = x509.load_pem_x509_certificate(ssl.get_server_certificate(("127.0.0.1", port)).encode())
    public_key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public_key).digest()).decode()


@needs("curl", "curl")
@pytest.mark.parametrize(("option", "version"), [("--http1.1", "HTTP/1.1"), ("--http2", "HTTP/2")])
def test_http(option: str, version: str, tmp_path: Path) -> None:
    """Curl speaks both, and two requests on one connection."""
    with serving("http_server", tmp_path) as (_, ports):
        urls = [f"https://localhost:{ports['listening']}/{path}" for path in ("a", "b")]
        command = ["curl", "--silent", "--show-error", "--cacert", "ca.pem", option, "--write-out", "%{num_connects} "]
        answer = run(*command, *urls, "--resolve", f"localhost:{ports['listening']}:127.0.0.1", folder=tmp_path)
    assert answer == f"/a by {version}\n1 /b by {version}\n0 "


def said_to_http(folder: Path, port: int, protocol: str, request: bytes) -> bytes:
    """What the server answers, up to its close_notify; an end without one is an error."""
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    context.set_alpn_protocols([protocol])
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as sock,
        context.wrap_socket(sock, server_hostname="localhost", suppress_ragged_eofs=False) as client,
    ):
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(2**14), b""))


def test_http_ends_with_close_notify(tmp_path: Path) -> None:
    """RFC 9112 section 9.8. ApacheBench, for one, counts every answer without it as failed."""
    with serving("http_server", tmp_path) as (_, ports):
        request = b"GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert said_to_http(tmp_path, ports["listening"], "http/1.1", request).endswith(b"/a by HTTP/1.1\n")


@pytest.mark.parametrize("is_allowed", [True, False], ids=["GOAWAY", "an error"])
def test_http2_ends(is_allowed: bool, tmp_path: Path) -> None:
    """A client may go with its last request, and is not blamed for it; of one that breaks the rules it is told why."""
    client = H2Connection(H2Configuration())
    client.initiate_connection()
    if is_allowed:
        client.send_headers(1, [(":method", "GET"), (":path", "/"), (":scheme", "https"), (":authority", "x")], True)
        client.close_connection()
    request = client.data_to_send() + (b"" if is_allowed else bytes(9))  # data on stream 0
    with serving("http_server", tmp_path) as (server, ports):
        answer = said_to_http(tmp_path, ports["listening"], "h2", request)
        server.kill()
        assert server.stdout is not None
        said = server.stdout.read()
    if is_allowed:
        assert said == ""
    else:
        assert said.startswith("a client broke the rules: ")
        (goaway,) = (event for event in client.receive_data(answer) if isinstance(event, ConnectionTerminated))
        assert goaway.error_code == ErrorCodes.PROTOCOL_ERROR


@needs("chromium", "chromium")
@pytest.mark.parametrize(("options", "version"), [(["--disable-http2"], "HTTP/1.1"), ([], "HTTP/2")])
def test_http_browser(options: list[str], version: str, tmp_path: Path) -> None:
    """Chromium, which takes the key of this server and no other without an authority for it."""
    with serving("http_server", tmp_path) as (_, ports):
        port = ports["listening"]
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        command += ["--no-proxy-server", f"--user-data-dir={tmp_path}/browser", *options]
        command += [f"--ignore-certificate-errors-spki-list={key_of(port)}", "--dump-dom"]
        page = run(*command, f"https://localhost:{port}/a", folder=tmp_path)
    assert f"/a by {version}\n" in page


@needs("openssl", "openssl")
def test_metrics(tmp_path: Path) -> None:
    """What a client did can be read, in the form that Prometheus wants."""
    with serving("metrics_server", tmp_path, "0", "0") as (_, ports):
        with visit(ports["listening"], tmp_path) as client:
            assert ask(client, "hello") == "hello"
            with urllib.request.urlopen(f"http://127.0.0.1:{ports['metrics']}/metrics", timeout=20) as response:
                metrics = response.read().decode()
    assert "tls_connections_open 1.0\n" in metrics
    assert 'tls_handshakes_protocols_total{protocol="TLSv1.3"} 1.0\n' in metrics


@needs("openssl", "openssl")
def test_renewal(tmp_path: Path) -> None:
    """SIGHUP renews, a tenant that may not be served is refused by the alert of the server's choice."""
    with serving("renewing_server", tmp_path) as (server, ports):
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{ports['listening']}", "-CAfile", "ca.pem"]
        command += ["-verify_return_error", "-ign_eof", "-servername"]
        serials = []
        for _ in range(2):
            answer = run(*command, "shop.example.org", folder=tmp_path, text="you\n")
            assert "hello you" in answer
            certificate = answer[answer.index("-----BEGIN") : answer.index("-----END")]
            serials.append(certificate)
            server.send_signal(signal.SIGHUP)
            assert server.stdout is not None
            assert server.stdout.readline() == "renewed, with problems: {}\n"
        assert serials[0] != serials[1]
        assert "access denied" in run(*command, "blog.example.org", folder=tmp_path)
        assert "unrecognized name" in run(*command, "nobody.example.org", folder=tmp_path)
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


@needs("openssl", "openssl")
def test_trio_server(tmp_path: Path) -> None:
    pytest.importorskip("trio")
    with serving("trio_server", tmp_path) as (server, ports):
        with visit(ports["listening"], tmp_path) as client:
            assert ask(client, "hello") == "hello"
            assert client.stdout is not None
            server.send_signal(signal.SIGTERM)  # the client is idle, and is told
            assert client.stdout.read() == ""
        assert server.wait(20) == 0
        assert server.stdout is not None
        assert server.stdout.read().endswith("served 1 connections\n")


# ---- sockets from elsewhere, several processes ----

SERVER = """
import os, socket, sys
import anyio
from anyio.abc import SocketListener
from anyio_tls import Admission, TLSListener, create_tls_listener
from anyio_tls.testing import CertificateAuthority

name, pem = sys.argv[1:3]
options = {"backend": "trio"} if name == "trio" else {"backend_options": {"use_uvloop": name == "uvloop"}}

async def handler(tls):
    async with tls:
        try:
            async for _ in tls:
                await tls.send(b"%d\\n" % os.getpid())
        except anyio.BrokenResourceError:
            pass

def context():
    import ssl
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(pem)
    return made

async def serve_socket(listening, admission=None):
    tcp = await SocketListener.from_socket(listening)
    async with TLSListener(tcp, context(), admission=admission) as listener:
        await listener.serve(handler)
"""

SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, "-W", "error", "-c", *sys.argv[2:]])
"""

BY_SYSTEMD = f"""{SERVER}
assert os.environ["LISTEN_PID"] == str(os.getpid()) and os.environ["LISTEN_FDS"] == "1"
anyio.run(serve_socket, socket.socket(fileno=3), **options)
"""

REUSE_PORT = f"""{SERVER}
async def main():
    port = int(sys.argv[3])
    async with await create_tls_listener(context(), local_host="127.0.0.1", local_port=port, reuse_port=True) as mine:
        print("listening", flush=True)
        await mine.serve(handler)

anyio.run(main, **options)
"""

FORKED = f"""{SERVER}
listening = socket.socket(fileno=int(sys.argv[3]))
os.fork()
anyio.run(serve_socket, listening, Admission(max_connections=1), **options)
"""


@pytest.fixture(params=["asyncio", "uvloop", "trio"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    pytest.importorskip(name)
    return name


@pytest.fixture
def papers(tmp_path: Path, ca: CertificateAuthority) -> str:
    """A server's certificate with its key, and beside it what clients trust."""
    (tmp_path / "ca.pem").write_bytes(ca.pem)
    certificate = ca.issue("localhost")
    (tmp_path / "server.pem").write_bytes(certificate.private_key_pem + certificate.certificate_pem)
    return str(tmp_path / "server.pem")


def who_answers(client: subprocess.Popen[str]) -> int:
    return int(ask(client, "who?"))


@needs("openssl", "openssl")
def test_socket_of_systemd(backend: str, papers: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.fileno()
        command = [sys.executable, "-c", SYSTEMD, str(number), BY_SYSTEMD, backend, papers]
        with running(*command, folder=tmp_path, pass_fds=(number,)) as server:
            with visit(listening.getsockname()[1], tmp_path) as client:
                assert who_answers(client) == server.pid


@needs("openssl", "openssl")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux deals connections out among those who reuse a port")
def test_two_processes_reuse_a_port(backend: str, papers: str, tmp_path: Path) -> None:
    with socket.socket() as reserved, ExitStack() as stack:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind(("127.0.0.1", 0))  # it does not listen, so it gets nobody
        port = reserved.getsockname()[1]
        command = [sys.executable, "-W", "error", "-c", REUSE_PORT, backend, papers, str(port)]
        servers = [stack.enter_context(running(*command, folder=tmp_path)) for _ in range(2)]
        for server in servers:
            assert server.stdout is not None
            assert server.stdout.readline() == "listening\n"
        answered = set()
        for _ in range(64):  # each goes to either with the same chance
            with visit(port, tmp_path) as client:
                answered.add(who_answers(client))
            if len(answered) == 2:
                break
        assert answered == {server.pid for server in servers}


@needs("openssl", "openssl")
def test_forked_workers_share_a_socket(backend: str, papers: str, tmp_path: Path) -> None:
    """Each has place for one client, so the second client is the other one's."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number, port = listening.fileno(), listening.getsockname()[1]
        command = [sys.executable, "-W", "error", "-c", FORKED, backend, papers, str(number)]
        with running(*command, folder=tmp_path, pass_fds=(number,)) as server:
            with visit(port, tmp_path) as first, visit(port, tmp_path) as second:
                workers = {who_answers(first), who_answers(second)}
            assert len(workers) == 2
            assert server.pid in workers
            for worker in workers - {server.pid}:
                os.kill(worker, signal.SIGKILL)
