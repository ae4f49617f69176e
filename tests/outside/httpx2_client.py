"""httpx2, and httpcore2 below it, as clients. Their sdists have no tests."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import anyio
import httpx2
import pytest
from https_server import authority, content, https_server, struck_at_random

SIZE = 200_000


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with https_server(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.mark.parametrize("http", ["HTTP/1.1", "HTTP/2"])
async def test_requests(http: str, url: str) -> None:
    async with httpx2.AsyncClient(verify=authority.client_context(), http2=http == "HTTP/2", timeout=30) as client:

        async def get(size: int) -> None:
            response = await client.get(url + str(size))
            assert response.http_version == http
            assert response.content == content(size)

        async with anyio.create_task_group() as tg:
            for size in [SIZE, 6] * 10:
                tg.start_soon(get, size)


async def test_requests_that_are_cancelled(url: str) -> None:
    """The pool goes on afterwards, at its full size. (On HTTP/2 its flow control can stall, whatever the TLS is.)"""
    limits = httpx2.Limits(max_connections=10)
    async with httpx2.AsyncClient(verify=authority.client_context(), limits=limits, timeout=30) as client:

        async def get() -> None:
            assert (await client.get(url + str(SIZE))).content == content(SIZE)

        await struck_at_random(get)
        async with anyio.create_task_group() as tg:
            for _ in range(20):
                tg.start_soon(get)


async def test_a_response_that_is_left(url: str) -> None:
    async with httpx2.AsyncClient(verify=authority.client_context(), timeout=30) as client:
        for _ in range(3):
            async with client.stream("GET", f"{url}10000000") as response:
                async for piece in response.aiter_bytes():
                    assert piece == content(len(piece))
                    break
        assert (await client.get(f"{url}6")).content == content(6)


async def test_a_server_that_is_not_trusted(url: str) -> None:
    async with httpx2.AsyncClient(verify=ssl.create_default_context()) as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get(url + "6")
