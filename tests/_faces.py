"""Connections on both faces: AnyIO's on every backend, and Trio's."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from anyio_tls import trio as trio_face
from anyio_tls.testing import memory_stream_pair

from ._pairs import tls_pair
from .conftest import BACKENDS

on_every_face = pytest.mark.parametrize(
    ("anyio_backend", "face"),
    [
        *(pytest.param(backend, "anyio", id=name) for name, backend in BACKENDS.items()),
        pytest.param(BACKENDS["trio"], "trio", id="trio-face"),
    ],
)


trio_tls = trio_face.TLSStream


async def shake_hands(*streams: Any) -> None:
    async with anyio.create_task_group() as tg:
        for stream in streams:
            tg.start_soon(stream.do_handshake)


@asynccontextmanager
async def connected(
    face: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext, session: ssl.SSLSession | None = None
) -> AsyncIterator[tuple[Any, Any]]:
    """A client and a server after their handshake."""
    below = memory_stream_pair()
    client: Any
    server: Any
    if face == "anyio":
        client, server = await tls_pair(*below, server_context, client_context, session=session)
    else:
        client = trio_tls(below[0], client_context, server_hostname="localhost")
        server = trio_tls(below[1], server_context, server_side=True)
        if session is not None:
            client.session = session
        await shake_hands(client, server)
    yield client, server
    await client.aclose()
    await server.aclose()
