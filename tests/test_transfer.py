"""The main purpose: a large transfer, cancelled hundreds of times in either direction, arrives complete."""

from __future__ import annotations

import random
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from anyio.abc import SocketAttribute

from anyio_tls import TLSStream, connect_tls, create_tls_listener

from ._pairs import SOCKET_BUFFER, pair_over, transport_pair
from ._transfer import transfer


@asynccontextmanager
async def connected(
    how: str, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> AsyncIterator[tuple[Any, Any]]:
    if how == "trio face":
        from anyio_tls.trio import TLSStream as TrioTLSStream

        async with transport_pair("trio-socket", server_context, client_context) as (below, beyond):
            async with (
                TrioTLSStream(below, client_context, server_hostname="localhost") as on_trio,
                TrioTLSStream(beyond, server_context, server_side=True) as peer,
            ):
                yield on_trio, peer
        return
    if how not in ("connect_tls", "wrap(connect_tcp)"):
        async with pair_over(how, server_context, client_context) as pair:
            yield pair
        return
    accepted: list[TLSStream] = []
    arrival = anyio.Event()

    async def handler(stream: TLSStream) -> None:
        accepted.append(stream)
        arrival.set()

    listener = await create_tls_listener(server_context, local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)
    async with listener, anyio.create_task_group() as tg:
        tg.start_soon(listener.serve, handler)
        if how == "connect_tls":
            client = await connect_tls("127.0.0.1", port, ssl_context=client_context)
        else:
            tcp = await anyio.connect_tcp("127.0.0.1", port)
            client = await TLSStream.wrap(tcp, hostname="localhost", ssl_context=client_context)
        await arrival.wait()
        tg.cancel_scope.cancel()
        for stream in (client, accepted[0]):
            raw_socket = stream.extra(SocketAttribute.raw_socket)
            raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
        async with client, accepted[0] as server:
            with anyio.CancelScope(shield=True):
                yield client, server


@pytest.mark.guarantee("G1", "G2")
@pytest.mark.parametrize("how", ["connect_tls", "wrap(connect_tcp)", "trio-socket", "trio face", "tls", "writer-task"])
async def test_large_transfer_with_1000_cancellations(
    how: str, ca: Any, server_certificate: Any, rng: random.Random, anyio_backend: Any, pytestconfig: pytest.Config
) -> None:
    """64 MiB, at least 500 cancelled sends and 500 cancelled receives."""
    if how.startswith("trio") and anyio_backend[0] != "trio":
        pytest.skip(f"{how} needs Trio's event loop")
    size = pytestconfig.getoption("--transfer-mib") * 2**20
    async with connected(how, ca.server_context(server_certificate), ca.client_context()) as (client, server):
        await transfer(client, server, rng, size)
