"""Small servers for the tests of clients."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from anyio.abc import SocketAttribute

from anyio_tls import TLSStream, create_tls_listener


async def say_who_calls(stream: TLSStream) -> None:
    async with stream:
        await stream.send(str(stream.extra(SocketAttribute.remote_address)[0]).encode())


@asynccontextmanager
async def served(server: ssl.SSLContext, local_host: str = "127.0.0.1", **options: Any) -> AsyncIterator[int]:
    """A server that tells its clients their address; yields its port."""
    listener = await create_tls_listener(server, local_host=local_host, **options)
    async with listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, say_who_calls)
        yield listener.extra(SocketAttribute.local_port)
        tg.cancel_scope.cancel()


@asynccontextmanager
async def echo_server(context: ssl.SSLContext) -> AsyncIterator[int]:
    """A server that gives back what it gets; yields its port."""

    async def answer(stream: TLSStream) -> None:
        async with stream:
            async for data in stream:
                await stream.send(data)

    listener = await create_tls_listener(context, local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, answer)
        yield listener.extra(SocketAttribute.local_port)
        tg.cancel_scope.cancel()


async def converse(stream: TLSStream) -> tuple[bool | None, ssl.SSLSession]:
    """Tell whether the session was resumed, and the one to resume next, which TLS 1.3 sends with the answer."""
    async with stream:
        await stream.send(b"x")
        assert await stream.receive() == b"x"
        assert stream.session is not None
        return stream.session_reused, stream.session
