"""coredis and a redis server with TLS. Its sdist has no tests."""

from __future__ import annotations

import random
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator

import anyio
import coredis
import pytest

from anyio_tls.testing import CertificateAuthority

LARGE = bytes(range(256)) * 12_000  # 3 MB

authority = CertificateAuthority()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A redis server that wants a certificate of its clients, too."""
    folder = tmp_path_factory.mktemp("redis")
    certificate = authority.issue()
    (folder / "authority").write_bytes(authority.pem)
    (folder / "certificate").write_bytes(certificate.certificate_pem)
    (folder / "key").write_bytes(certificate.private_key_pem)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    options = ["--port 0", f"--tls-port {port}", "--bind 127.0.0.1", "--save ''", "--tls-ca-cert-file authority"]
    options += ["--tls-cert-file certificate", "--tls-key-file key"]
    command = ["redis-server", *" ".join(options).split(" ")]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        try:
            while True:
                assert process.poll() is None
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.05)  # It does not tell when it listens, and a loop without a pause would slow it down.
            yield port
        finally:
            process.terminate()


def client(port: int, context: ssl.SSLContext) -> coredis.Redis[bytes]:
    return coredis.Redis(host="localhost", port=port, ssl_context=context, decode_responses=False)


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS1.2", "TLS1.3"])
def context(request: pytest.FixtureRequest) -> ssl.SSLContext:
    context = authority.client_context(authority.issue("client", client=True))
    context.minimum_version = context.maximum_version = request.param
    return context


async def test_commands(context: ssl.SSLContext, port: int) -> None:
    async with client(port, context) as redis:
        await redis.set("large", LARGE)
        assert await redis.get("large") == LARGE
        async with redis.pipeline() as pipeline:
            values = [pipeline.set("small", "x"), pipeline.get("small")]
        assert [await value for value in values] == [True, b"x"]


async def test_commands_that_are_cancelled(context: ssl.SSLContext, port: int) -> None:
    """They cost no connection."""
    rng = random.Random(0)
    async with client(port, context) as redis:
        await redis.set("large", LARGE)
        await redis.set("small", b"x")
        before = (await redis.info("stats"))["total_connections_received"]
        for _ in range(100):
            with anyio.move_on_after(rng.uniform(0, 0.01)):
                await redis.get(rng.choice(["large", "small"]))
        for _ in range(10):
            assert await redis.get("large") == LARGE
        assert (await redis.info("stats"))["total_connections_received"] == before


async def test_a_server_that_is_not_trusted(port: int) -> None:
    with pytest.RaisesGroup(coredis.exceptions.ConnectionError, flatten_subgroups=True):
        async with client(port, ssl.create_default_context()) as redis:
            await redis.ping()
