"""The door of a server: who gets in, how many at a time, and what is told of those who do not.

Theory of operation
===================

A connection comes in by four steps, and in each of them it costs a bounded amount.

1. **Accepted.** From now on it is at its handshake. There is a cap on how many are, and one on all connections. At a
   cap the listener accepts nobody, so that clients wait in the system's backlog, or it accepts and closes at once.
   Silent clients cannot shut the door: who has been at the handshake for longest makes room.
2. **Before TLS** (see ``_visitor.py``). A proxy that is trusted says for whom it comes, a hook of the server's looks at
   the address, and where the context depends on it, the ClientHello is read and the context chosen.
3. **Its turn.** The first step of a handshake is half a millisecond of arithmetic. Many clients at once, each with its
   own, would hold up those who are connected already. So between two of them the event loop goes round once.
4. **The handshake.** One deadline holds for everything from the accept on.

Whoever is in is counted until its stream is closed or forgotten.
"""

from __future__ import annotations

import errno
import logging
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, Final, Literal, final

import anyio
from anyio.lowlevel import checkpoint

from ._arguments import as_choice, as_integer, as_seconds
from ._choosing import ContextChooser
from ._engine import TLSEngine
from ._errors import ErrorClasses, TLSError
from ._plain_http import PlainHTTPReader
from ._visitor import Guest, Visitor

__all__ = ["IDLE_SECONDS", "Admission", "Door", "ListenerStatistics", "as_admission", "door_of"]

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

EXHAUSTED_SECONDS: Final = 0.1
"""After how long accept() is tried again where it has failed for want of descriptors or memory."""

REPORT_SECONDS: Final = 60.0
"""How long the log says nothing more about that."""

PATIENCE_SECONDS: Final = 1.0
"""How long a client may be at its handshake whatever else goes on: others that want its place, or a shutdown."""

TURN_SECONDS: Final = 0.002
"""For how long after the first step of a handshake the event loop may not have gone round yet."""

IDLE_SECONDS: Final = 0.05
"""How often a shutdown looks for connections that have become idle."""


@final
@dataclass(frozen=True, slots=True)
class ListenerStatistics:
    """What has come to a door so far."""

    accepted: int
    """Connections accepted."""
    refused: int
    """Those of them that were closed at once, for want of a place."""
    handshaking: int
    """Connections at their handshake now."""
    open: int
    """Connections open now, their handshakes done."""
    completed: int
    """Handshakes done."""
    resumed: int
    """Those of them that have resumed a session."""
    failed: Mapping[str, int]
    """Handshakes that have failed, by reason: ``"timed out"``, which are also those that had to make room; ``"gone"``;
    ``"refused"``, by ``admit`` or with an answer to plain HTTP; ``"sent ALERT"``; ``"received ALERT"``; or OpenSSL's
    symbol in lower case."""
    protocols: Mapping[str, int]
    """Handshakes done, by protocol, such as ``"TLSv1.3"``."""
    ciphers: Mapping[str, int]
    """The same, by cipher suite."""
    groups: Mapping[str, int]
    """The same, by group, where the TLS library tells it (from Python 3.15 on, and with pyOpenSSL)."""


@final
class Door:
    """What is behind an :class:`Admission`: the mechanism, for listeners."""

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
        self._change: anyio.Event | None = None  # while somebody waits until one leaves
        self._line: deque[anyio.Event] = deque()  # of those that wait for their turn
        self._in_turn = False
        self._turn_ends = 0.0
        self._exhausted_until = 0.0
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

    async def until_room(self) -> None:
        """Wait while there is no place, if that is what clients are to do."""
        while not self.takes_more():
            # The oldest handshake runs out of patience without anybody leaving.
            with anyio.move_on_after(PATIENCE_SECONDS):
                await self._until_change()

    def takes_more(self) -> bool:
        """Whether to accept another client."""
        return self._refuses or self._has_room()

    def _has_room(self) -> bool:
        if len(self._handshaking) >= self._max_handshakes:
            oldest = next(iter(self._handshaking))
            if time.monotonic() - oldest.came < PATIENCE_SECONDS:
                return False
            oldest.send_away()
        return self._max_connections is None or len(self._handshaking) + len(self._open) < self._max_connections

    async def _until_change(self) -> None:
        self._change = self._change or anyio.Event()
        await self._change.wait()

    def enter(
        self,
        remote_address: Any,
        choose: ContextChooser | None,
        errors: ErrorClasses,
        report: Callable[[TLSError], None] | None = None,
    ) -> Guest | None:
        """Take in who was accepted; ``None`` if there is no place.

        :param report: is told of a handshake that fails
        """
        self._accepted += 1
        if not self._has_room():
            self._refused += 1
            return None
        visitor = Guest(self, remote_address, choose, errors, report)
        self._handshaking[visitor] = None
        return visitor

    def plain_http_reader(self) -> PlainHTTPReader | None:
        """What looks for HTTP without TLS, if that is wanted."""
        return None if self.plain_http == "close" else PlainHTTPReader(redirects=self.plain_http == "redirect")

    def is_trusted_proxy(self, address: Any) -> bool:
        """Whether who connects from there speaks the PROXY protocol."""
        if isinstance(address, tuple):
            if not self._trusted_proxies:
                return False
            host = ip_address(address[0].partition("%")[0])
            # A socket for both families gives IPv4 addresses in the form of IPv6 (RFC 4291 section 2.5.5.2).
            host = getattr(host, "ipv4_mapped", None) or host
            return any(host in network for network in self._trusted_proxies)
        return self._trusts_unix and address is not None

    # ---- turns ----

    async def turn(self) -> None:
        """Wait for one's turn: no other handshake may have begun since the event loop went round."""
        if self._in_turn:
            event = anyio.Event()
            self._line.append(event)
            try:
                await event.wait()
            finally:
                if event.is_set():
                    self._next_turn()
                else:
                    self._line.remove(event)
        elif time.monotonic() < self._turn_ends:
            self._in_turn = True
            try:
                await checkpoint()
            finally:
                self._next_turn()
        self._turn_ends = time.monotonic() + TURN_SECONDS

    def _next_turn(self) -> None:
        """Let the next one run when the event loop has gone round."""
        if self._line:
            self._line.popleft().set()
        else:
            self._in_turn = False

    # ---- what visitors report ----

    def completed(self, visitor: Guest, engine: TLSEngine) -> None:
        """A handshake is done."""
        self._handshaking.pop(visitor, None)
        self._open[visitor] = None
        ssl_object = engine.ssl_object
        self._resumed += ssl_object.session_reused
        self._protocols[engine.version or ""] += 1
        self._ciphers[(ssl_object.cipher() or ("",))[0]] += 1
        if hasattr(ssl_object, "group"):
            self._groups[ssl_object.group()] += 1

    def failed(self, reason: str) -> None:
        """A handshake has failed."""
        self._failed[reason] += 1

    def left(self, visitor: Guest) -> None:
        """Its connection is at its end. Once is enough."""
        self._handshaking.pop(visitor, None)
        self._open.pop(visitor, None)
        if self._change is not None:
            self._change.set()
            self._change = None

    # ---- accepting ----

    async def survive(self, error: OSError) -> None:
        """Go on accepting after an error of accept(), if that can be.

        :raises OSError: the error, if it is nobody's fault but ours
        """
        if error.errno in _EXHAUSTED:
            now = time.monotonic()
            if now >= self._exhausted_until:
                _logger.error("accept() failed: %s; clients wait until that is over", error)
                self._exhausted_until = now + REPORT_SECONDS
            await anyio.sleep(EXHAUSTED_SECONDS)
        elif error.errno not in _GONE:
            raise error

    # ---- the end ----

    async def drain(self, seconds: float | None = 30.0) -> None:
        """See :meth:`Admission.drain`."""
        seconds = as_seconds("seconds", seconds)
        patience = time.monotonic() + PATIENCE_SECONDS
        try:
            with anyio.move_on_after(seconds):
                while self._handshaking or self._open:
                    for visitor in [*self._open]:
                        visitor.retire()
                    if time.monotonic() > patience:
                        for visitor in [*self._handshaking]:
                            visitor.send_away()
                    with anyio.move_on_after(IDLE_SECONDS):
                        await self._until_change()
        finally:
            with anyio.CancelScope(shield=True):  # each closes at once
                for visitor in [*self._handshaking, *self._open]:
                    await visitor.cut_off()


@final
class Admission:
    """The door of one listener, or of several that have it in common.

    :param max_connections: connections at a time, those at their handshake included; ``None`` for any number
    :param max_handshakes: connections at their handshake at a time. At this many, the one that has been at it for
        longest has to go, once it has had a second.
    :param when_full: what becomes of clients for which there is no place. ``"wait"`` leaves them in the system's
        backlog until there is one, ``"refuse"`` closes the connection at once.
    :param admit: a plain or async function that is called with each :class:`Visitor` before the handshake, and tells
        whether it is let in. It is for lists of addresses, and for limits by address. Time that it takes counts
        against the handshake's.
    :param trusted_proxies: networks such as ``"10.0.0.0/8"``, or ``"unix"`` for UNIX sockets, from which every
        connection begins with a header of the PROXY protocol, version 1 or 2, in which case the typed attributes tell
        the addresses of that. From elsewhere none is accepted, since whoever can send one can claim any address.
    :param plain_http: what a client gets that speaks HTTP without TLS: nothing, with ``"close"``; a 400 with
        ``"bad-request"``; or a 308 to the same place with ``https``, with ``"redirect"``
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if an argument has a value that cannot be
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
        networks, trusts_unix = _as_networks(trusted_proxies)
        answer = as_choice("plain_http", plain_http, ("close", "bad-request", "redirect"))
        self._door = Door(
            max_connections, max_handshakes, admit, networks, answer, refuses=refuses, trusts_unix=trusts_unix
        )

    def statistics(self) -> ListenerStatistics:
        """What has come to the door until now."""
        return self._door.statistics()

    async def drain(self, seconds: float | None = 30.0) -> None:
        """Wait until all connections are closed, and see to it that they are.

        Whoever is in may finish. A connection that is idle, whose handler waits for a request of which nothing has
        come, is told by close_notify that there will be no answer. Who is not through its handshake after a second is
        sent away. When the time is up, or the call is cancelled, all that are left are closed; their handlers get the
        closed error.

        It does not stop listeners.

        :param seconds: how long it may take; ``None`` for ever
        :raises TypeError: if ``seconds`` is no number
        :raises ValueError: if it is negative
        """
        await self._door.drain(seconds)


def door_of(admission: Admission) -> Door:
    """What a listener asks."""
    return admission._door


def as_admission(admission: Any) -> Admission:
    """One that was passed, or a new one.

    :raises TypeError: if it is none
    """
    if admission is not None and not isinstance(admission, Admission):
        raise TypeError(f"admission must be an Admission, not {type(admission).__name__}")
    return admission or Admission()


def _as_networks(networks: Any) -> tuple[list[IPv4Network | IPv6Network], bool]:
    """The networks, and whether UNIX sockets are among them."""
    if isinstance(networks, (str, bytes)) or not isinstance(networks, Iterable):
        raise TypeError(f"trusted_proxies must be several networks, not {type(networks).__name__}")
    known: list[IPv4Network | IPv6Network] = []
    trusts_unix = False
    for network in networks:
        if network == "unix":
            trusts_unix = True
            continue
        if not isinstance(network, (str, IPv4Network, IPv6Network)):
            raise TypeError(f"trusted_proxies must be networks, not {type(network).__name__}")
        try:
            known.append(ip_network(network))
        except ValueError as exc:
            raise ValueError(f"trusted_proxies: {exc}") from exc
    return known, trusts_unix
