"""Chooses the transport for a stream."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final
from weakref import ref

import anyio
from anyio.abc import SocketAttribute
from anyio.streams.text import TextStream

from anyio_tls._arguments import has_methods
from anyio_tls._event_loop import EventLoop, can_watch, event_loop, waits_of_event_loop, waits_on_asyncio

from ._abc import Transport, check_free
from ._anyio import AnyIOTCPTransport, AnyIOTransport, interrupt_when_closed
from ._socket import SocketStream, SocketTransport

__all__ = ["transport_for"]

# They have the methods of a byte stream, since object streams whose objects are bytes are accepted as well.
_NOT_OF_BYTES: Final = (
    anyio.abc.UDPSocket,
    anyio.abc.ConnectedUDPSocket,
    anyio.abc.UNIXDatagramSocket,
    anyio.abc.ConnectedUNIXDatagramSocket,
    TextStream,
)

# By the ids of foreign streams, since not every stream is hashable. A transport keeps its stream alive.
_transports: Final[dict[int, ref[Transport]]] = {}


def transport_for(stream: Any, here: EventLoop | None = None) -> Transport:
    """The best transport for an AnyIO byte stream or a Trio stream.

    :param here: the running event loop, if it was looked up before
    :raises TypeError: if ``stream`` is neither
    :raises ValueError: if it is in use already
    :raises anyio.ClosedResourceError: if it is a closed socket
    """
    library = (here or event_loop()).library
    if isinstance(stream, SocketStream):
        return _socket_transport_for(stream, library)
    key = id(stream)
    if (user := _transports.get(key)) is not None:
        check_free(user())
    transport = _foreign_transport_for(stream, library)
    _transports[key] = ref(transport, partial(_transports.pop, key))
    return transport


def _socket_transport_for(stream: SocketStream, library: str | None) -> SocketTransport:
    if library == "asyncio" and can_watch():
        return stream.lend_to(_socket_on_asyncio())
    if library == "trio":
        return stream.lend_to(_socket_on_trio())
    return stream.lend_to(partial(SocketTransport, waits=waits_of_event_loop()))


# To import what is there already takes as long as to make a transport.


@cache
def _socket_on_asyncio() -> type[SocketTransport]:
    from ._asyncio import AsyncioSocketTransport

    return AsyncioSocketTransport


@cache
def _socket_on_trio() -> type[SocketTransport]:
    from ._trio import SocketOnTrioTransport

    return SocketOnTrioTransport


@cache
def _socket_of_trio() -> Callable[[Any], SocketTransport]:
    from ._trio import TrioSocketTransport

    return TrioSocketTransport


def _foreign_transport_for(stream: Any, library: str | None) -> Transport:
    # First, since looking for methods takes time.
    if (trio := sys.modules.get("trio")) is not None and isinstance(stream, trio.SocketStream):
        return _socket_of_trio()(stream)
    if has_methods(stream, "receive", "send", "aclose"):
        return _anyio_transport_for(stream, library)
    if has_methods(stream, "receive_some", "send_all", "aclose"):
        from ._trio import TrioTransport

        return TrioTransport(stream)
    kind = type(stream).__name__ + (" (put it into a SocketStream)" if isinstance(stream, socket.socket) else "")
    raise TypeError(f"transport_stream must be an AnyIO byte stream or a Trio stream, not {kind}")


def _anyio_transport_for(stream: Any, library: str | None) -> Transport:
    # The class has to be AnyIO's own: every wrapper of a socket stream, TLS included, has raw_socket too.
    if isinstance(stream, anyio.abc.SocketStream) and type(stream).__module__.startswith("anyio."):
        if (transport := _socket_transport_below(stream, library)) is not None:
            transport.keep_out_others(stream)
            return transport
        if sys.platform == "win32" or not can_watch():
            return AnyIOTCPTransport(stream)
    if isinstance(stream, _NOT_OF_BYTES):
        raise TypeError(f"transport_stream must be a stream of bytes, not {type(stream).__name__}")
    return AnyIOTransport(stream)


def _socket_transport_below(stream: Any, library: str | None) -> SocketTransport | None:
    """One over the socket of a stream of AnyIO's, if that can be used directly."""
    # On Trio these use plain sockets, and UNIX streams do so everywhere.
    if library == "trio":
        return _socket_on_trio()(stream.extra(SocketAttribute.raw_socket), stream)
    if isinstance(stream, anyio.abc.UNIXSocketStream):
        transport = SocketTransport(stream.extra(SocketAttribute.raw_socket), stream, waits_on_asyncio())
        interrupt_when_closed(stream, transport.interrupt)
        return transport
    # On Windows a socket has no descriptor to duplicate.
    if sys.platform != "win32" and can_watch():
        from ._asyncio import AnyIOSocketTransport, socket_of

        # If the connection has been lost, what was read before and the error are still in the stream.
        if (lender := socket_of(stream)) is not None:
            return AnyIOSocketTransport(stream, lender)
    return None
