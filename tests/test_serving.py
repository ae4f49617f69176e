"""The servers among the examples, as programs, visited by software that is not ours."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ._peers import needs

EXAMPLES = Path(__file__).parent.parent / "examples"

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform == "win32", reason="the examples obey signals that Windows has not"),
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


def run(*command: str, folder: Path, text: str = "") -> str:
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout + done.stderr


@needs("curl", "curl")
@pytest.mark.parametrize(("option", "version"), [("--http1.1", "HTTP/1.1"), ("--http2", "HTTP/2")])
def test_http(option: str, version: str, tmp_path: Path) -> None:
    """Curl speaks both, and two requests on one connection."""
    with serving("http_server", tmp_path) as (_, ports):
        urls = [f"https://localhost:{ports['listening']}/{path}" for path in ("a", "b")]
        command = ["curl", "--silent", "--show-error", "--cacert", "ca.pem", option, "--write-out", "%{num_connects} "]
        answer = run(*command, *urls, "--resolve", f"localhost:{ports['listening']}:127.0.0.1", folder=tmp_path)
    assert answer == f"/a by {version}\n1 /b by {version}\n0 "


@needs("openssl", "openssl")
def test_metrics(tmp_path: Path) -> None:
    """What a client did can be read, in the form that Prometheus wants."""
    with serving("metrics_server", tmp_path, "0", "0") as (_, ports):
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{ports['listening']}", "-CAfile", "ca.pem", "-quiet"]
        with subprocess.Popen(
            command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as client:
            assert client.stdin is not None
            assert client.stdout is not None
            client.stdin.write("hello\n")
            client.stdin.flush()
            assert client.stdout.readline() == "hello\n"
            with urllib.request.urlopen(f"http://127.0.0.1:{ports['metrics']}/metrics", timeout=20) as response:
                metrics = response.read().decode()
            client.kill()
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
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{ports['listening']}", "-CAfile", "ca.pem", "-quiet"]
        with subprocess.Popen(
            command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as client:
            assert client.stdin is not None
            assert client.stdout is not None
            client.stdin.write("hello\n")
            client.stdin.flush()
            assert client.stdout.readline() == "hello\n"
            server.send_signal(signal.SIGTERM)  # the client is idle, and is told
            assert client.stdout.read() == ""
        assert server.wait(20) == 0
        assert server.stdout is not None
        assert server.stdout.read().endswith("served 1 connections\n")
