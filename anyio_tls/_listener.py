"""Listening: connections are accepted as plain sockets where possible, and get TLS."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final, Literal

import anyio
from anyio import get_cancelled_exc_class
from anyio.abc import Listener, SocketAttribute, SocketListener, TaskGroup
from anyio.lowlevel import checkpoint
from anyio.streams.stapled import MultiListener

from ._acceptor import Acceptor, Connection, acceptor_for
from ._admission import IDLE_SECONDS, Admission, ListenerStatistics, as_admission, door_of
from ._arguments import as_flag, as_host, as_integer, as_seconds, has_methods
from ._attributes import TLSAttribute
from ._choosing import ContextChooser, check_server_context
from ._closing import close_quietly
from ._driver import HANDSHAKE_SECONDS
from ._engine import SSLContextLike
from ._stream import ERRORS, TLSStream, cut_off, wrap_checked
from ._transports import SocketStream, as_address, interrupt_when_closed
from ._visitor import Guest, address_of_peer, log_handshake_error

__all__ = ["TLSListener", "create_tls_listener"]

BURST: Final = 16
"""How many connections are accepted in a row, before existing ones get their turn."""


class TLSListener(Listener[TLSStream]):
    """A listener whose connections speak TLS.

    For AnyIO's own socket listeners, connections are accepted as plain sockets, without an event loop's transport. A
    client that fails its handshake does not affect the others.

    :param listener: any listener whose ``serve()`` passes byte streams
    :param ssl_context: the server's context, with its certificate. Or a plain or async function that gets the
        :class:`ClientHello` of each connection and returns the context for it, which is then enforced as a whole: its
        TLS versions, and its requirements for client certificates. It may return a :class:`Refusal` instead, or
        ``None`` for one with the alert ``unrecognized_name``. A :class:`CertificateStore` is such a function. Its time
        counts against the handshake's time limit.
    :param standard_compatible: see :meth:`TLSStream.wrap`
    :param handshake_timeout: seconds from when a client is accepted until its handshake must be complete; ``None`` for
        no limit
    :param linger: see :meth:`TLSStream.wrap`
    :param admission: which clients are admitted, and how many at a time; by default an :class:`Admission` with its
        defaults. Listeners with the same one share its limits.
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a client's
    """

    def __init__(
        self,
        listener: Listener[Any],
        ssl_context: SSLContextLike | ContextChooser,
        standard_compatible: bool = True,
        handshake_timeout: float | None = HANDSHAKE_SECONDS,
        linger: float | None = None,
        *,
        admission: Admission | None = None,
    ) -> None:
        if not has_methods(listener, "serve"):
            raise TypeError(f"listener must be an AnyIO listener, not {type(listener).__name__}")
        self._context, self._choose = check_server_context(ssl_context, hostname_argument="hostname")
        self.listener = listener
        self.ssl_context = ssl_context
        self.standard_compatible: bool = as_flag("standard_compatible", standard_compatible)
        self.handshake_timeout: float | None = as_seconds("handshake_timeout", handshake_timeout)
        self.linger: float | None = as_seconds("linger", linger)
        self.admission: Admission = as_admission(admission)
        self._door = door_of(self.admission)
        self._host = object()
        self._closed = False
        self._shutting_down = False
        self._acceptors: set[Acceptor] = set()
        self._handlers: set[TaskGroup] = set()  # the task groups that serve() made
        self._serving = anyio.ResourceGuard("accepting connections from")

    @staticmethod
    async def handle_handshake_error(exc: BaseException, stream: Any) -> None:
        """Called when a handshake fails; meant to be overridden.

        This implementation closes the stream, logs the error in the logger ``anyio_tls`` unless it is a cancellation,
        and raises again what is not an :exc:`Exception`.

        An error that a client can cause is one line with its address, without a traceback: at level DEBUG if it left,
        as health checks and port scans do, at WARNING if it refused something of ours, such as the certificate, and at
        INFO otherwise. Everything else, such as an error in the context's callbacks, is an ERROR with its traceback.
        For programs, the fields ``tls_peer``, ``tls_phase``, ``tls_fault``, ``tls_alert``, ``tls_alert_received``,
        ``tls_server_name`` and ``tls_seconds`` of the log record have the same information.

        :param exc: the error
        :param stream: the stream below
        """
        await close_quietly(stream)
        if isinstance(exc, get_cancelled_exc_class()) or not isinstance(exc, Exception):
            raise exc
        log_handshake_error(exc, stream)

    async def serve(self, handler: Callable[[TLSStream], Any], task_group: TaskGroup | None = None) -> None:
        """Accept connections until cancelled, and call ``handler`` with each in a task of its own.

        An exception that leaves a handler ends its task group, as in any task, and with it this call and all
        connections. So handlers should catch what a client can cause: :exc:`anyio.BrokenResourceError`, which every
        :exc:`TLSError` is, above all the :exc:`TruncatedError` of a client that leaves without close_notify. A failed
        handshake only calls :meth:`handle_handshake_error`.

        After :meth:`shut_down` it returns, once all handlers in its own task group have returned.

        :param handler: an async function that takes a :class:`TLSStream`, and closes it or passes it on. If it raises
            or is cancelled, the stream is closed, without close_notify if it was still open.
        :param task_group: the task group for the handlers, by default one of this call's own, which ends with it
        :raises RuntimeError: if its ``admission`` belongs to listeners of another event loop
        :raises TypeError: if ``handler`` is no function, or ``task_group`` starts no tasks
        :raises anyio.BusyResourceError: if another task is serving
        :raises anyio.ClosedResourceError: if the listener is closed, or is closed meanwhile; inside an exception group
            where this call made a task group of its own, for the handlers or to listen on several addresses
        """
        if not callable(handler):
            raise TypeError(f"handler must be an async function, not {type(handler).__name__}")
        if task_group is not None and not has_methods(task_group, "start_soon"):
            raise TypeError(f"task_group must be an AnyIO task group, not {type(task_group).__name__}")
        self._door.open_here()
        async with AsyncExitStack() as stack:
            stack.enter_context(self._serving)
            if task_group is None:
                task_group = anyio.create_task_group()
                stack.callback(self._handlers.discard, task_group)
                await stack.enter_async_context(task_group)
                self._handlers.add(task_group)
            listeners = self._listeners()
            if len(listeners) == 1:
                await self._serve_one(listeners[0], handler, task_group)
            else:
                async with anyio.create_task_group() as accepting:
                    for listener in listeners:
                        accepting.start_soon(self._serve_one, listener, handler, task_group)

    async def _serve_one(
        self, listener: Listener[Any], handler: Callable[[TLSStream], Any], task_group: TaskGroup
    ) -> None:
        try:
            if isinstance(listener, SocketListener) and type(listener).__module__.startswith("anyio."):
                await self._accept_all(listener, handler, task_group)
            else:
                await listener.serve(partial(self._serve_stream, handler), task_group)
        except BaseException as exc:  # in a group, if a foreign listener has a task group
            if not (self._shutting_down and _is_closed_error(exc)):
                raise

    async def _accept_all(
        self, listener: Listener[Any], handler: Callable[[TLSStream], Any], task_group: TaskGroup
    ) -> None:
        listening: socket.socket = listener.extra(SocketAttribute.raw_socket)
        if listening.family in (socket.AF_INET, socket.AF_INET6) and listening.fileno() >= 0:
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
        acceptor = acceptor_for(listening)
        interrupt_when_closed(listener, acceptor.close)
        is_closed = partial(self._is_closed, listening)
        self._acceptors.add(acceptor)
        try:
            await checkpoint()  # AnyIO closes the socket one turn after its owner has asked for that, perhaps just now.
            while True:
                if is_closed() or not self._door.takes_more():
                    await self._until_room(is_closed)
                try:
                    await self._begin(await self._first(acceptor, is_closed), handler, task_group)
                    for _ in range(BURST - 1):
                        if not (acceptor.has_more() and self._door.takes_more()):
                            break
                        await self._begin(listening.accept(), handler, task_group)
                except BlockingIOError:
                    continue
                except OSError as exc:
                    if is_closed():
                        raise anyio.ClosedResourceError from None
                    await self._door.survive(exc)
        finally:
            self._acceptors.discard(acceptor)
            acceptor.close()

    async def _until_room(self, is_closed: Callable[[], bool]) -> None:
        if not await self._door.until_room(is_closed):
            raise anyio.ClosedResourceError

    async def _first(self, acceptor: Acceptor, is_closed: Callable[[], bool]) -> Connection:
        """The first connection of a burst. It waits if another listener has taken the place meanwhile. The event loop
        may have accepted it in the same turn in which a task closed the listener: it is served all the same."""
        connection, address = await acceptor.accept()
        if not self._door.takes_more():
            try:
                await self._until_room(is_closed)
            except BaseException:
                connection.close()
                raise
        return connection, address

    async def _begin(self, accepted: Connection, handler: Callable[[TLSStream], Any], task_group: TaskGroup) -> None:
        connection, address = accepted
        connection.setblocking(False)
        visitor = await self._door.enter(self._host, as_address(address), self._choose, ERRORS)
        if visitor is None:
            connection.close()
        else:
            stream = SocketStream.of_new_socket(connection, address)
            try:
                task_group.start_soon(self._serve_connection, handler, stream, visitor)
            except BaseException:  # a task group of the caller's, which has ended
                visitor.left()
                connection.close()
                raise

    def _is_closed(self, listening: socket.socket) -> bool:
        return self._closed or listening.fileno() < 0

    async def _serve_stream(self, handler: Callable[[TLSStream], Any], stream: Any) -> None:
        """Serve a connection that a foreign listener has accepted."""
        visitor: Guest | None = None
        try:
            with anyio.move_on_after(self.handshake_timeout):  # It cannot wait in a backlog, as it would cost nothing.
                await self._door.until_room(lambda: self._closed)
            if not self._closed:
                visitor = await self._door.enter(self._host, address_of_peer(stream), self._choose, ERRORS)
        finally:
            if visitor is None:
                await close_quietly(stream)
        if visitor is not None:
            await self._serve_connection(handler, stream, visitor)

    async def _serve_connection(self, handler: Callable[[TLSStream], Any], stream: Any, visitor: Guest) -> None:
        try:
            tls_stream = await wrap_checked(
                stream,
                True,
                None,
                self._context,
                self.standard_compatible,
                self.linger,
                handshake_timeout=self.handshake_timeout,
                visitor=visitor,
            )
        except BaseException as exc:
            visitor.left()
            if not (visitor.was_cut_off and _is_closed_error(exc)):
                await self.handle_handshake_error(exc, stream)
            return
        try:
            await handler(tls_stream)
        except BaseException as exc:
            await cut_off(tls_stream)
            if not (visitor.was_cut_off and _is_closed_error(exc)):
                raise

    def statistics(self) -> ListenerStatistics:
        """The counters of its ``admission``, other listeners that share it included."""
        return self.admission.statistics()

    async def shut_down(self, seconds: float | None = 30.0) -> None:
        """Stop listening, let the connections finish, and close the remaining ones when the time is up.

        See :meth:`Admission.drain` for the details; connections of other listeners that share the admission are left
        alone. :meth:`serve` returns when its handlers have; those in its own task group that still run when the time is
        up are cancelled. If this call is cancelled, it closes everything at once.

        :param seconds: how long the connections may take; ``None`` for no limit. To close those that are left takes
            about half a second more for a thousand of them.
        :raises TypeError: if ``seconds`` is not a number
        :raises ValueError: if it is negative
        """
        seconds = as_seconds("seconds", seconds)
        self._shutting_down = True
        deadline = math.inf if seconds is None else anyio.current_time() + seconds
        try:
            try:
                await self.aclose()
            finally:
                await self._door.drain(seconds, [self._host])
            with anyio.CancelScope(deadline=deadline):
                while self._handlers:  # noqa: ASYNC110 -- there may be several to wait for, and time enough
                    await anyio.sleep(IDLE_SECONDS)
        finally:
            for handlers in self._handlers:
                handlers.cancel_scope.cancel()

    async def aclose(self) -> None:
        """Stop listening, which ends :meth:`serve`. Connections in the caller's task group stay open."""
        self._closed = True
        self._door.changed()
        for acceptor in self._acceptors:
            acceptor.close()
        async with AsyncExitStack() as stack:  # which closes all, whatever happens to one
            for listener in self._listeners():
                stack.push_async_callback(listener.aclose)

    def _listeners(self) -> list[Listener[Any]]:
        """The one below, or those that are below that."""
        return [*self.listener.listeners] if isinstance(self.listener, MultiListener) else [self.listener]

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return {
            **getattr(self.listener, "extra_attributes", {}),
            TLSAttribute.standard_compatible: lambda: self.standard_compatible,
        }


def _is_closed_error(error: BaseException) -> bool:
    """Whether it is the closed error, or the group that a handler's own task group makes of it and of cancellations."""
    parts = getattr(error, "exceptions", None)
    if isinstance(parts, tuple):
        cancelled = anyio.get_cancelled_exc_class()
        return all(isinstance(part, cancelled) or _is_closed_error(part) for part in parts)
    return isinstance(error, anyio.ClosedResourceError)


async def create_tls_listener(
    ssl_context: SSLContextLike | ContextChooser,
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
    admission: Admission | None = None,
) -> TLSListener:
    """Listen for TLS connections over TCP.

    :param ssl_context: the server's context, with its certificate, or a function that chooses it (see
        :class:`TLSListener`)
    :param local_host: the address or name to listen on, by default every interface
    :param local_port: the port, 0 for a free one (see ``listener.extra(SocketAttribute.local_port)``)
    :param family: restricts the addresses to IPv4 or IPv6
    :param backlog: connections that may wait to be accepted
    :param reuse_port: let several sockets listen on the same port
    :param standard_compatible: see :meth:`TLSStream.wrap`
    :param handshake_timeout: seconds from when a client is accepted until its handshake must be complete; ``None`` for
        no limit
    :param linger: see :meth:`TLSStream.wrap`
    :param admission: see :class:`TLSListener`
    :raises OSError: if the address cannot be used
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if the context is a client's, or an argument has an invalid value
    """
    check_server_context(ssl_context, hostname_argument="hostname")
    admission = as_admission(admission)
    local_host = None if local_host is None else as_host("local_host", local_host)
    local_port = as_integer("local_port", local_port, 0, 65535)
    if family not in (socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6):
        raise ValueError(f"family must be AF_UNSPEC, AF_INET or AF_INET6, not {family!r}")
    backlog = as_integer("backlog", backlog, 1, 65536)
    handshake_timeout = as_seconds("handshake_timeout", handshake_timeout)
    linger = as_seconds("linger", linger)
    as_flag("standard_compatible", standard_compatible)
    as_flag("reuse_port", reuse_port)
    listener = await anyio.create_tcp_listener(
        local_host=local_host, local_port=local_port, family=family, backlog=backlog, reuse_port=reuse_port
    )
    return TLSListener(listener, ssl_context, standard_compatible, handshake_timeout, linger, admission=admission)
