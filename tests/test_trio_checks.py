"""Trio's own checks of streams: no other TLS stream in Python passes the one for half-closing."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
import trio
import trio.testing

from anyio_tls.trio import TLSStream

from ._pairs import socket_pair

pytestmark = [pytest.mark.parametrize("anyio_backend", ["trio"]), pytest.mark.guarantee("G6", "G12", "G13")]


class Maker:
    """Makes pairs of Trio-face streams over what ``transports`` makes.

    They close within a short time: to a peer that sends without end, and does not read, a close takes all it may.
    """

    def __init__(self, transports: Any, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
        self.transports = transports
        self.server_context = server_context
        self.client_context = client_context

    async def __call__(self) -> tuple[Any, Any]:
        client, server = self.transports()
        return (
            TLSStream(client, self.client_context, server_hostname="localhost", linger=0.5),
            TLSStream(server, self.server_context, server_side=True, linger=0.5),
        )

    async def clogged(self) -> tuple[Any, Any]:
        """A pair whose first stream cannot send before the other receives.

        The handshake has to be over: a receive that unclogs must not have anything to send.
        """
        pair = await self()
        async with trio.open_nursery() as nursery:
            for stream in pair:
                nursery.start_soon(stream.do_handshake)
        return pair

    async def clogged_sockets(self) -> tuple[Any, Any]:
        pair = await self.clogged()

        async def send_for_ever(stream: Any) -> None:
            while True:
                await stream.send_all(bytes(2**14))

        async with trio.open_nursery() as nursery:
            for stream in pair:
                nursery.start_soon(send_for_ever, stream)
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        return pair


def trio_sockets() -> tuple[trio.SocketStream, trio.SocketStream]:
    def wrap(sock: Any) -> trio.SocketStream:
        sock.setblocking(False)
        return trio.SocketStream(trio.socket.from_stdlib_socket(sock))

    client, server = socket_pair()
    return wrap(client), wrap(server)


async def test_two_way_tls12(ca: Any, server_certificate: Any) -> None:
    contexts = [ca.server_context(server_certificate), ca.client_context()]
    contexts[1].maximum_version = ssl.TLSVersion.TLSv1_2
    make = Maker(trio.testing.memory_stream_pair, *contexts)
    lockstep = Maker(trio.testing.lockstep_stream_pair, *contexts)
    await trio.testing.check_two_way_stream(make, lockstep.clogged)


async def test_half_closeable_over_memory(ca: Any, server_certificate: Any) -> None:
    contexts = [ca.server_context(server_certificate), ca.client_context()]
    make = Maker(trio.testing.memory_stream_pair, *contexts)
    lockstep = Maker(trio.testing.lockstep_stream_pair, *contexts)
    await trio.testing.check_half_closeable_stream(make, lockstep.clogged)


async def test_half_closeable_over_sockets(ca: Any, server_certificate: Any) -> None:
    contexts = [ca.server_context(server_certificate), ca.client_context()]
    make = Maker(trio_sockets, *contexts)
    await trio.testing.check_half_closeable_stream(make, make.clogged_sockets)
