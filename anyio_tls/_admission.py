"""Admission control of a server: which clients it accepts, how many at a time, and what it counts and logs.

Theory of operation
===================

A connection is admitted in four steps, and each of them has a bounded cost.

1. **Accepted.** From now on it counts as being in its handshake. There is a limit on those, and one on all connections.
At a limit the listener stops accepting, so that clients wait in the kernel's backlog, or it accepts and closes at once.
Silent clients cannot block others: the one that has been in its handshake for longest is dropped.
2. **Before TLS** (see ``_visitor.py``). A trusted proxy's header is read, the server's hook sees the address, and if
the context depends on it, the ClientHello is read and the context chosen.
3. **Its turn.** The first step of a handshake is half a millisecond of arithmetic. Many clients at once would delay
those that are connected already. So several iterations of the event loop come between two such steps.
4. **The handshake.** One deadline applies to everything since the accept.

A connection is counted until its stream is closed or garbage-collected.
"""

from __future__ import annotations

import errno
import logging
import math
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, Final, Literal, final

import anyio
from anyio.lowlevel import EventLoopToken, checkpoint, current_token

from ._arguments import as_choice, as_integer, as_networks, as_seconds
from ._choosing import ContextChooser
from ._engine import TLSEngine
from ._errors import EXHAUSTED, ErrorClasses, TLSError
from ._event_loop import EventLoop, event_loop, has_ended
from ._plain_http import PlainHTTPReader
from ._turns import TURN_ITERATIONS, Turns
from ._visitor import Guest, Visitor

__all__ = ["IDLE_SECONDS", "Admission", "Door", "ListenerStatistics", "as_admission", "door_of"]

_logger: Final = logging.getLogger("anyio_tls")

# Errors of accept() for a connection that is already gone (accept(2) names most of them; not every system has all).
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

EXHAUSTED_SECONDS: Final = 0.1
"""After how long accept() is retried after it failed for lack of descriptors or memory."""

REPORT_SECONDS: Final = 60.0
"""The minimum time between two log messages about that."""

GOODBYES_IN_A_ROW: Final = 16
"""How many clients are told goodbye at a shutdown before other tasks get a turn."""

PATIENCE_SECONDS: Final = 1.0
"""How long a client always has for its handshake, and then, at a shutdown, for its first request."""

IDLE_SECONDS: Final = 0.05
"""How often a shutdown looks for connections that have become idle."""


@final
@dataclass(frozen=True, slots=True)
class ListenerStatistics:
    """The counters of an :class:`Admission`."""

    accepted: int
    """Connections accepted."""
    refused: int
    """Those of them that were closed at once, for lack of a place."""
    handshaking: int
    """Connections in their handshake now."""
    open: int
    """Connections that are open now, after their handshake."""
    completed: int
    """Completed handshakes."""
    resumed: int
    """Those of them that resumed a session."""
    failed: Mapping[str, int]
    """Failed handshakes by reason: ``"timed out"``, also for those that were dropped to make room; ``"gone"``;
    ``"refused"``, by ``admit``, with an answer to plain HTTP or without an alert; ``"sent ALERT"``; ``"received
    ALERT"``; OpenSSL's symbol in lower case; or ``"cancelled"``, also if this side closed the connection. Together with
    those that were refused or completed, and while none is under way, these are all that were accepted."""
    protocols: Mapping[str, int]
    """Completed handshakes by protocol, such as ``"TLSv1.3"``."""
    ciphers: Mapping[str, int]
    """The same, by cipher suite."""
    groups: Mapping[str, int]
    """The same, by group, if the TLS library has it (from Python 3.15 on, and with pyOpenSSL)."""


@final
class Door:
    """The mechanism behind an :class:`Admission`, for listeners."""

    def __init__(
        self,
        max_connections: int | None,
        max_handshakes: int,
        admit: Callable[[Visitor], bool | Awaitable[bool]] | None,
        trusted_proxies: list[IPv4Network | IPv6Network],
        plain_http: str,
        *,
        refuses: bool,
        trusts_unix: bool,
    ) -> None:
        self._max_connections = max_connections
        self._max_handshakes = max_handshakes
        self._refuses = refuses
        self.admit = admit
        self._trusted_proxies = trusted_proxies
        self._trusts_unix = trusts_unix
        self.plain_http = plain_http
        # In the order in which they came.
        self._handshaking: dict[Guest, None] = {}
        self._open: dict[Guest, None] = {}
        self._event_loop: EventLoopToken | None = None
        self.event_loop = EventLoop(None)
        self._change: anyio.Event | None = None  # there while a task waits until a connection ends
        self._thread = 0  # in which it waits
        self._turns = Turns()
        self._exhausted_until = -math.inf
        self._accepted = self._refused = self._resumed = 0
        self._failed: Counter[str] = Counter()
        self._protocols: Counter[str] = Counter()
        self._ciphers: Counter[str] = Counter()
        self._groups: Counter[str] = Counter()

    def statistics(self) -> ListenerStatistics:
        """See :meth:`Admission.statistics`."""
        return ListenerStatistics(
            accepted=self._accepted,
            refused=self._refused,
            handshaking=len(self._handshaking),
            open=len(self._open),
            completed=sum(self._protocols.values()),
            resumed=self._resumed,
            failed=dict(self._failed),
            protocols=dict(self._protocols),
            ciphers=dict(self._ciphers),
            groups=dict(self._groups),
        )

    # ---- places ----

    def open_here(self) -> None:
        """Belong to the running event loop, from now until that has ended.

        :raises RuntimeError: if this belongs to another one
        """
        here = current_token()
        if self._event_loop == here:
            return
        if self._event_loop is not None and not has_ended(self._event_loop):
            raise RuntimeError("this Admission belongs to another event loop, which still runs: make one for each")
        self._event_loop = here
        self.event_loop = event_loop()
        # What the last one has left is over.
        for visitor in self._handshaking:
            visitor.count_failure("cancelled")
        self._handshaking.clear()
        self._open.clear()
        self._change = None
        self._turns = Turns()
        self._exhausted_until = -math.inf  # by its clock

    async def until_room(self, is_closed: Callable[[], bool]) -> bool:
        """Wait until there is a place, if clients are to wait for one.

        :param is_closed: whether their listener is closed. What closes it calls :meth:`changed`.
        :returns: ``False`` if it is
        """
        while not is_closed():
            if self.takes_more():
                return True
            # The oldest handshake may be dropped by then, even if no connection has ended.
            with anyio.move_on_after(PATIENCE_SECONDS):
                await self._until_change()
        return False

    def takes_more(self) -> bool:
        """Whether to accept another client."""
        return self._refuses or not self._is_full() or self._can_make_room()

    def _can_make_room(self) -> bool:
        """Whether a client has been in its handshake for long enough to have to go."""
        return bool(self._handshaking) and self.event_loop.current_time() - self._oldest().came >= PATIENCE_SECONDS

    def _is_full(self) -> bool:
        handshaking, most = len(self._handshaking), self._max_connections
        return handshaking >= self._max_handshakes or (most is not None and handshaking + len(self._open) >= most)

    def _oldest(self) -> Guest:
        """The one that has been in its handshake for longest."""
        return next(iter(self._handshaking))

    async def _until_change(self) -> None:
        self._change = self._change or anyio.Event()
        self._thread = threading.get_ident()
        await self._change.wait()

    def changed(self) -> None:
        """Let those look again who wait for a place, or for the end of all connections."""
        # A stream that was forgotten is collected in any thread. Who waits looks again before long anyway.
        if self._change is not None and self._thread == threading.get_ident():
            self._change.set()
            self._change = None

    async def enter(
        self,
        host: object,
        remote_address: Any,
        choose: ContextChooser | None,
        errors: ErrorClasses,
        report: Callable[[TLSError], None] | None = None,
    ) -> Guest | None:
        """Register an accepted client; ``None`` if there is no place. It waits for nothing.

        :param host: stands for the listener that accepted it, which a connection must not keep alive
        :param report: called with the error of a failed handshake
        """
        self._accepted += 1
        oldest: Guest | None = None
        if self._is_full():
            if not self._can_make_room():
                self._refused += 1
                return None
            oldest = self._oldest()
        visitor = Guest(self, host, remote_address, choose, errors, report)
        self._handshaking[visitor] = None  # before another listener can take the place
        if oldest is not None:
            try:
                await oldest.send_away()
            except BaseException:
                visitor.left()
                raise
        return visitor

    def plain_http_reader(self) -> PlainHTTPReader | None:
        """The parser for HTTP without TLS, if it is wanted."""
        return None if self.plain_http == "close" else PlainHTTPReader(redirects=self.plain_http == "redirect")

    def is_trusted_proxy(self, address: Any) -> bool:
        """Whether connections from this address begin with the PROXY protocol."""
        if isinstance(address, tuple):
            if not self._trusted_proxies:
                return False
            try:
                host = ip_address(str(address[0]).partition("%")[0])
            except (ValueError, IndexError):  # of a foreign stream, such as a socket between virtual machines
                return False
            # A socket for both families gives IPv4 addresses in the form of IPv6 (RFC 4291 section 2.5.5.2).
            host = getattr(host, "ipv4_mapped", None) or host
            return any(host in network for network in self._trusted_proxies)
        return self._trusts_unix and address is not None

    def turn(self) -> Awaitable[None]:
        """Wait until a handshake may begin."""
        return self._turns.take(TURN_ITERATIONS if self._open else 1)

    # ---- what visitors report ----

    def completed(self, visitor: Guest, engine: TLSEngine) -> None:
        """A handshake is complete."""
        self._handshaking.pop(visitor, None)
        self._open[visitor] = None
        ssl_object = engine.ssl_object
        # That of a foreign context need not have more than what every connection needs.
        self._resumed += bool(getattr(ssl_object, "session_reused", False))
        self._protocols[engine.version or ""] += 1
        if hasattr(ssl_object, "cipher"):
            self._ciphers[(ssl_object.cipher() or ("",))[0]] += 1
        if hasattr(ssl_object, "group"):
            self._groups[ssl_object.group()] += 1

    def failed(self, reason: str) -> None:
        """A handshake has failed."""
        self._failed[reason] += 1

    def left(self, visitor: Guest) -> None:
        """A connection has ended. Calling it again does no harm."""
        if visitor in self._handshaking:
            visitor.count_failure("cancelled")
            del self._handshaking[visitor]
        self._open.pop(visitor, None)
        self.changed()

    # ---- accepting ----

    async def survive(self, error: OSError) -> None:
        """Go on accepting after an error of accept(), if possible.

        :raises OSError: the error, if it is a fault of this program
        """
        if error.errno in EXHAUSTED:
            now = self.event_loop.current_time()
            if now >= self._exhausted_until:
                _logger.error("accept() failed: %s; clients wait until that is over", error)
                self._exhausted_until = now + REPORT_SECONDS
            await anyio.sleep(EXHAUSTED_SECONDS)
        elif error.errno not in _GONE:
            raise error

    # ---- the end ----

    async def drain(self, seconds: float | None = 30.0, hosts: Container[object] | None = None) -> None:
        """See :meth:`Admission.drain`; ``hosts`` are those whose connections are meant, if not all are."""
        seconds = as_seconds("seconds", seconds)
        self.open_here()
        began = self.event_loop.current_time()
        for_requests = PATIENCE_SECONDS if seconds is None else min(PATIENCE_SECONDS, seconds / 2)

        def guests(which: Iterable[Guest]) -> list[Guest]:
            return [guest for guest in [*which] if hosts is None or guest.host in hosts]

        try:
            with anyio.move_on_after(seconds):
                async with anyio.create_task_group() as goodbyes:
                    while guests(self._handshaking) or guests(self._open):
                        for count, visitor in enumerate(guests(self._open), 1):
                            visitor.retire(goodbyes, for_requests)
                            if not count % GOODBYES_IN_A_ROW:
                                await checkpoint()
                        if self.event_loop.current_time() > began + PATIENCE_SECONDS:
                            # Looked up one by one: to close one may take a while, in which others come through.
                            for visitor in filter(self._handshaking.__contains__, guests(self._handshaking)):
                                await visitor.send_away()
                        with anyio.move_on_after(IDLE_SECONDS):
                            await self._until_change()
                    goodbyes.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):  # each closes at once
                for visitor in guests(self._handshaking) + guests(self._open):
                    if visitor in self._handshaking:
                        visitor.count_failure("timed out")
                    try:
                        await visitor.cut_off()
                    except Exception:  # a bug in a foreign stream; the others have to be closed too
                        _logger.exception("%s: closing the connection failed", visitor.name)


@final
class Admission:
    """Admission control for one listener, or for several of one event loop that share it.

    :param max_connections: connections at a time, those in their handshake included; ``None`` for any number
    :param max_handshakes: connections in their handshake at a time. When another client wants a place, and there is
        none of this or the other kind, the one that has been in its handshake for longest is dropped, once it has had
        a second.
    :param when_full: what happens to clients when there is no place. ``"wait"`` leaves them in the kernel's backlog
        until there is one (behind a listener of other people's, which has none, no longer than a handshake may take),
        ``"refuse"`` closes the connection at once.
    :param admit: a plain or async function that is called with each :class:`Visitor` before the handshake, and returns
        ``True`` to admit it, or ``False``. It is for lists of addresses, and for limits by address. Its time counts
        against the handshake's time limit.
    :param trusted_proxies: networks such as ``"10.0.0.0/8"``, or ``"unix"`` for UNIX sockets, from which every
        connection begins with a header of the PROXY protocol, version 1 or 2, whose addresses the typed attributes then
        have. From elsewhere a header is refused, since whoever can send one can claim any address.
    :param plain_http: the response to a client that speaks HTTP without TLS: none with ``"close"``, a 400 with
        ``"bad-request"``, a 308 to the same URL with ``https`` with ``"redirect"``
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if an argument has an invalid value
    """

    def __init__(
        self,
        *,
        max_connections: int | None = None,
        max_handshakes: int = 1024,
        when_full: Literal["wait", "refuse"] = "wait",
        admit: Callable[[Visitor], bool | Awaitable[bool]] | None = None,
        trusted_proxies: Iterable[str | IPv4Network | IPv6Network] = (),
        plain_http: Literal["close", "bad-request", "redirect"] = "close",
    ) -> None:
        if max_connections is not None:
            max_connections = as_integer("max_connections", max_connections, 1, 2**31)
        max_handshakes = as_integer("max_handshakes", max_handshakes, 1, 2**31)
        refuses = as_choice("when_full", when_full, ("wait", "refuse")) == "refuse"
        if admit is not None and not callable(admit):
            raise TypeError(f"admit must be a function, not {type(admit).__name__}")
        networks, trusts_unix = as_networks(trusted_proxies)
        answer = as_choice("plain_http", plain_http, ("close", "bad-request", "redirect"))
        self._door = Door(
            max_connections, max_handshakes, admit, networks, answer, refuses=refuses, trusts_unix=trusts_unix
        )

    def statistics(self) -> ListenerStatistics:
        """The counters until now."""
        return self._door.statistics()

    async def drain(self, seconds: float | None = 30.0) -> None:
        """Close all connections, gracefully where possible, and wait until they are closed.

        Responses may finish. An idle connection, whose handler waits for a request of which nothing has arrived, gets
        close_notify; if a request crosses that, sending its answer raises a :exc:`TLSError`, and if its client has
        everything and stays silent for two seconds, the handler sees the end of the stream. (A handler that already
        waited for the next request when it sent its last answer may have more to send, and is not taken for idle.) A
        client that has not completed its handshake after a second is dropped; one that has is not idle for another
        second, or for half of the time, if that is less. When the time is up, or the call is cancelled, all remaining
        connections are closed, without close_notify, which would mark incomplete data as complete; their handlers get
        the closed error.

        It does not stop listeners, and is for the connections of all that share this.

        :param seconds: how long the connections may take; ``None`` for no limit. To close those that are left takes
            about half a second more for a thousand of them.
        :raises RuntimeError: if the listeners are another event loop's
        :raises TypeError: if ``seconds`` is not a number
        :raises ValueError: if it is negative
        """
        await self._door.drain(seconds)


def door_of(admission: Admission) -> Door:
    """The mechanism, for listeners."""
    return admission._door


def as_admission(admission: Any) -> Admission:
    """The one that was passed, or a new one.

    :raises TypeError: if it is not an :class:`Admission`
    """
    if admission is not None and not isinstance(admission, Admission):
        raise TypeError(f"admission must be an Admission, not {type(admission).__name__}")
    return admission or Admission()
