"""Listening: connections are accepted as plain sockets where possible, and get TLS."""

from __future__ import annotations

import errno
import logging
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final, Literal

import anyio
from anyio import get_cancelled_exc_class
from anyio.abc import Listener, SocketAttribute, SocketListener, TaskGroup
from anyio.streams.stapled import MultiListener

from ._arguments import as_host, as_integer, as_seconds, check_context, has_methods
from ._attributes import TLSAttribute
from ._driver import HANDSHAKE_SECONDS
from ._engine import SSLContextLike
from ._errors import TLSError, TruncatedError, timed_out
from ._event_loop import waits_of_event_loop
from ._stream import TLSStream, wrap_checked
from ._transports import SocketStream

__all__ = ["TLSListener", "create_tls_listener"]

_logger: Final = logging.getLogger("anyio_tls")

# What accept() reports of a connection that is already gone (accept(2) names most of them; not every system has all),
# and of a process or system at its limits.
_GONE: Final = {
    getattr(errno, name, None)
    for name in (
        "ECONNABORTED",
        "ECONNRESET",
        "EHOSTDOWN",
        "EHOSTUNREACH",
        "ENETDOWN",
        "ENETUNREACH",
        "ENONET",
        "ENOPROTOOPT",
        "ENOSR",
        "EOPNOTSUPP",
        "EPERM",
        "EPROTO",
        "ETIMEDOUT",
    )
}
_EXHAUSTED: Final = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS}
_EXHAUSTED_SECONDS: Final = 0.1


class TLSListener(Listener[TLSStream]):
    """A listener whose connections speak TLS.

    Of AnyIO's own socket listeners the sockets are accepted directly, which spares every connection the event loop's
    transport. A client that fails its handshake does not disturb the others.

    :param listener: any listener whose ``serve()`` passes byte streams
    :param ssl_context: the server's context, with its certificate
    :param standard_compatible: see :meth:`TLSStream.wrap`
    :param handshake_timeout: seconds that a client has for its handshake
    :param linger: see :meth:`TLSStream.wrap`
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a client's
    """

    def __init__(
        self,
        listener: Listener[Any],
        ssl_context: SSLContextLike,
        standard_compatible: bool = True,
        handshake_timeout: float | None = HANDSHAKE_SECONDS,
        linger: float | None = None,
    ) -> None:
        if not has_methods(listener, "serve"):
            raise TypeError(f"listener must be an AnyIO listener, not {type(listener).__name__}")
        check_context(ssl_context, server_side=True, server_hostname=None, hostname_argument="hostname")
        self.listener = listener
        self.ssl_context = ssl_context
        self.standard_compatible = standard_compatible
        self.handshake_timeout: float | None = as_seconds("handshake_timeout", handshake_timeout)
        self.linger: float | None = as_seconds("linger", linger)
        self._closed = False

    @staticmethod
    async def handle_handshake_error(exc: BaseException, stream: Any) -> None:
        """What happens when a handshake fails; meant to be overridden.

        This one closes the stream, logs the error in the logger ``anyio_tls`` unless it is a cancellation, and
        raises again what is not an :exc:`Exception`.

        What a client can cause is one line with its address, without a traceback: at level DEBUG if it left, as health
        checks and port scans do, at WARNING if it refuses something of ours, such as the certificate, and at INFO
        otherwise. Everything else, such as an error of the context's callbacks, is an ERROR with its traceback. To
        programs, the fields ``tls_peer``, ``tls_phase``, ``tls_fault``, ``tls_alert`` and ``tls_alert_received`` of the
        record say the same.

        :param exc: the error
        :param stream: the stream below
        """
        await anyio.aclose_forcefully(stream)
        if isinstance(exc, get_cancelled_exc_class()) or not isinstance(exc, Exception):
            raise exc
        _log_handshake_error(exc, _name_of_peer(stream))

    async def serve(self, handler: Callable[[TLSStream], Any], task_group: TaskGroup | None = None) -> None:
        """Accept connections until cancelled, and call ``handler`` with each in a task of its own.

        An exception that leaves a handler ends its task group, as any task's does, and with it this call and all
        connections. So handlers catch what a client can make happen: :exc:`anyio.BrokenResourceError`, which every
        :exc:`TLSError` is, above all the :exc:`TruncatedError` of a client that leaves without close_notify. A
        handshake that fails gets no further than :meth:`handle_handshake_error`.

        :param handler: an async function that takes a :class:`TLSStream`, and closes it or hands it on. If it raises or
            is cancelled, the stream is closed, without close_notify if it was still open.
        :param task_group: the task group for the handlers, by default one of this call's own, which ends with it
        :raises anyio.ClosedResourceError: if the listener is, or is meanwhile, closed; inside an exception group
            where this call made a task group of its own, for the handlers or to listen on several addresses
        """
        serve_connection = partial(self._serve_connection, handler)
        async with AsyncExitStack() as stack:
            if task_group is None:
                task_group = await stack.enter_async_context(anyio.create_task_group())
            listeners = [*self.listener.listeners] if isinstance(self.listener, MultiListener) else [self.listener]
            if len(listeners) == 1:
                await self._serve_one(listeners[0], serve_connection, task_group)
            else:
                async with anyio.create_task_group() as accepting:
                    for listener in listeners:
                        accepting.start_soon(self._serve_one, listener, serve_connection, task_group)

    async def _serve_one(
        self, listener: Listener[Any], serve_connection: Callable[[Any], Any], task_group: TaskGroup
    ) -> None:
        if not isinstance(listener, SocketListener) or not type(listener).__module__.startswith("anyio."):
            await listener.serve(serve_connection, task_group)
            return
        listening = listener.extra(SocketAttribute.raw_socket)
        while True:
            if (stream := await self._accept(listening)) is not None:
                task_group.start_soon(serve_connection, stream)

    async def _accept(self, listening: socket.socket) -> SocketStream | None:
        """The next connection, or ``None`` if it was gone before we got it."""
        try:
            if self._closed or listening.fileno() < 0:
                raise anyio.ClosedResourceError
            await waits_of_event_loop().wait_readable(listening)
            connection, _ = listening.accept()
        except BlockingIOError:
            return None
        except OSError as exc:
            if self._closed or listening.fileno() < 0:
                raise anyio.ClosedResourceError from None
            if exc.errno in _EXHAUSTED:
                _logger.error("accept() failed: %s; trying again in %s s", exc, _EXHAUSTED_SECONDS)
                await anyio.sleep(_EXHAUSTED_SECONDS)
                return None
            if exc.errno in _GONE:
                return None
            raise
        try:
            return SocketStream(connection)
        except (OSError, ValueError):
            connection.close()
            return None

    async def _serve_connection(self, handler: Callable[[TLSStream], Any], stream: Any) -> None:
        try:
            tls_stream = await self._wrap(stream)
        except BaseException as exc:
            await self.handle_handshake_error(exc, stream)
            return
        try:
            await handler(tls_stream)
        except BaseException:
            # From below: a close_notify would say that what was begun is complete.
            for unfinished in (tls_stream.transport_stream, tls_stream):
                await anyio.aclose_forcefully(unfinished)
            raise

    async def _wrap(self, stream: Any) -> TLSStream:
        with anyio.move_on_after(self.handshake_timeout):
            return await wrap_checked(stream, True, None, self.ssl_context, self.standard_compatible, self.linger)
        raise timed_out(f"the TLS handshake with {_name_of_peer(stream)}", self.handshake_timeout)

    async def aclose(self) -> None:
        """Stop listening, which ends :meth:`serve`. Connections in a task group of the caller's live on."""
        self._closed = True
        listeners = self.listener.listeners if isinstance(self.listener, MultiListener) else [self.listener]
        for listener in listeners:
            raw_socket = listener.extra(SocketAttribute.raw_socket, None) if has_methods(listener, "extra") else None
            if raw_socket is not None and raw_socket.fileno() >= 0:
                waits_of_event_loop().notify_closing(raw_socket)
        await self.listener.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return {
            **getattr(self.listener, "extra_attributes", {}),
            TLSAttribute.standard_compatible: lambda: self.standard_compatible,
        }


def _name_of_peer(stream: Any) -> str:
    """Who is at the other end, if the stream knows, also when it is closed already."""
    address = None
    with suppress(Exception):  # not every stream can be asked, and some look for it only now
        address = stream.extra(SocketAttribute.remote_address, None)
    return f"{address[0]} port {address[1]}" if isinstance(address, tuple) else "the peer"


def _log_handshake_error(exc: Exception, peer: str) -> None:
    level = _level_of(exc)
    fields = {f"tls_{name}": getattr(exc, name, None) for name in ("phase", "fault", "alert", "alert_received")}
    _logger.log(
        level,
        "%s: %s",
        peer,
        str(exc) or repr(exc),
        exc_info=exc if level == logging.ERROR else None,
        extra={"tls_peer": peer, **fields},
    )


def _level_of(exc: Exception) -> int:
    """How much of a server's log a failed handshake is worth."""
    if isinstance(exc, TLSError):
        cause = exc.__cause__
        reset = isinstance(cause, (OSError, anyio.BrokenResourceError)) and not isinstance(cause, ssl.SSLError)
        if reset or isinstance(exc, TruncatedError):
            return logging.DEBUG
        if exc.fault == "peer":
            return logging.INFO
        return logging.WARNING if exc.alert_received else logging.ERROR
    return logging.INFO if isinstance(exc, TimeoutError) else logging.ERROR


async def create_tls_listener(
    ssl_context: SSLContextLike,
    *,
    local_host: str | IPv4Address | IPv6Address | None = None,
    local_port: int = 0,
    family: Literal[
        socket.AddressFamily.AF_UNSPEC, socket.AddressFamily.AF_INET, socket.AddressFamily.AF_INET6
    ] = socket.AddressFamily.AF_UNSPEC,
    backlog: int = 65536,
    reuse_port: bool = False,
    standard_compatible: bool = True,
    handshake_timeout: float | None = HANDSHAKE_SECONDS,
    linger: float | None = None,
) -> TLSListener:
    """Listen for TLS connections over TCP.

    :param ssl_context: the server's context, with its certificate
    :param local_host: the address or name to listen on, by default every interface
    :param local_port: the port, 0 for a free one (``listener.extra(SocketAttribute.local_port)`` tells)
    :param family: restricts the addresses to IPv4 or IPv6
    :param backlog: connections that may wait to be accepted
    :param reuse_port: let several sockets listen on the same port
    :param standard_compatible: see :meth:`TLSStream.wrap`
    :param handshake_timeout: seconds that a client has for its handshake
    :param linger: see :meth:`TLSStream.wrap`
    :raises OSError: if the address cannot be had
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a client's
    """
    check_context(ssl_context, server_side=True, server_hostname=None, hostname_argument="hostname")
    local_host = None if local_host is None else as_host("local_host", local_host)
    local_port = as_integer("local_port", local_port, 0, 65535)
    backlog = as_integer("backlog", backlog, 1, 65536)
    handshake_timeout = as_seconds("handshake_timeout", handshake_timeout)
    linger = as_seconds("linger", linger)
    listener = await anyio.create_tcp_listener(
        local_host=local_host, local_port=local_port, family=family, backlog=backlog, reuse_port=reuse_port
    )
    return TLSListener(listener, ssl_context, standard_compatible, handshake_timeout, linger)
