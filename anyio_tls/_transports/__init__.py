"""The waist between TLS and what carries it: one protocol, and one function that picks its implementation."""

from __future__ import annotations

import socket
from typing import Any

from anyio_tls._arguments import has_methods
from anyio_tls._event_loop import running_on_asyncio, running_on_trio

from ._abc import ExactSender, Transport
from ._anyio import anyio_transport_for
from ._socket import SocketStream, SocketTransport

__all__ = ["ExactSender", "SocketStream", "Transport", "transport_for"]


def _socket_transport_for(stream: SocketStream) -> SocketTransport:
    if running_on_asyncio():
        from ._asyncio import AsyncioSocketTransport

        stream._watching = AsyncioSocketTransport(stream.raw_socket, stream)
        return stream._watching
    if running_on_trio():
        from ._trio import SocketOnTrioTransport

        return SocketOnTrioTransport(stream.raw_socket, stream)
    return SocketTransport(stream.raw_socket, stream)


def transport_for(stream: Any) -> Transport:
    """The best transport for an AnyIO byte stream or a Trio stream.

    :raises TypeError: if ``stream`` is neither
    """
    if isinstance(stream, SocketStream):
        return _socket_transport_for(stream)
    if has_methods(stream, "receive", "send", "aclose"):
        return anyio_transport_for(stream)
    if has_methods(stream, "receive_some", "send_all", "aclose"):
        from ._trio import trio_transport_for

        return trio_transport_for(stream)
    kind = type(stream).__name__ + (" (put it into a SocketStream)" if isinstance(stream, socket.socket) else "")
    raise TypeError(f"transport_stream must be an AnyIO byte stream or a Trio stream, not {kind}")
