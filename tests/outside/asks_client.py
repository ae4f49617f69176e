"""asks as a client. Its sdist has no tests."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import anyio
import asks
import pytest
from https_server import authority, content, https_server, struck_at_random

SIZE = 200_000


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with https_server(tmp_path_factory.mktemp("server")) as url:
        yield url


async def test_requests(url: str) -> None:
    session = asks.Session(url, connections=5, ssl_context=authority.client_context())

    async def get(size: int) -> None:
        assert (await session.get(path=f"/{size}")).content == content(size)

    async with session, anyio.create_task_group() as tg:
        for size in [SIZE, 6] * 10:
            tg.start_soon(get, size)


async def test_requests_that_are_cancelled(url: str) -> None:
    session = asks.Session(url, connections=10, ssl_context=authority.client_context())

    async def get() -> None:
        assert (await session.get(path=f"/{SIZE}")).content == content(SIZE)

    async with session:
        await struck_at_random(get)
        async with anyio.create_task_group() as tg:
            for _ in range(20):
                tg.start_soon(get)


async def test_a_server_that_is_not_trusted(url: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await asks.get(f"{url}6", ssl_context=ssl.create_default_context())
