"""One client of a listener: what happens before TLS, and what is logged when its handshake fails."""

from __future__ import annotations

import inspect
import logging
import math
import os
import ssl
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any, Final, final

import anyio
from anyio.abc import SocketAttribute, TaskGroup
from anyio.lowlevel import checkpoint_if_cancelled

from ._choosing import ContextChooser, choose_context
from ._closing import SILENCE_SECONDS
from ._errors import ErrorClasses, TLSError, TruncatedError
from ._event_loop import EventLoop, is_cancelled
from ._hello import ClientHello, ClientHelloReader
from ._plain_http import PlainHTTPReader
from ._proxy import ProxyHeader, ProxyHeaderReader

if TYPE_CHECKING:
    from ._admission import Door
    from ._driver import TLSDriver
    from ._engine import TLSEngine
    from ._handshake import Handshake

__all__ = ["Guest", "Visitor", "address_of_peer", "log_handshake_error", "name_of_peer"]

_logger: Final = logging.getLogger("anyio_tls")


class Visitor:
    """A client that asks to be admitted, as the hook ``admit`` sees it.

    Its attributes become known in this order: its address, the proxy's header, and the ClientHello, if the context is
    chosen by it.
    """

    __slots__ = ("client_hello", "proxy_header", "remote_address")

    remote_address: Any
    """Where the client connects from: IP address and port, or the path of a UNIX socket. An IPv4 client has its IPv4
    address, also where one socket listens for both families. If a trusted proxy sends another address, it is that one.
    ``None`` if the stream has none."""
    proxy_header: ProxyHeader | None
    """The header that a trusted proxy sent."""
    client_hello: ClientHello | None
    """Its ClientHello, if the context is chosen by that."""


@final
class Guest(Visitor):
    """A visitor, as the listener handles it."""

    __slots__ = (
        "_came_exactly",
        "_came_through",
        "_choose",
        "_door",
        "_driver",
        "_errors",
        "_has_failed",
        "_header_reader",
        "_hello_reader",
        "_http_reader",
        "_is_ready",
        "_is_to_be_asked_for",
        "_report",
        "_retired",
        "_was_sent_away",
        "came",
        "host",
        "is_kept_waiting",
        "was_cut_off",
    )

    def __init__(
        self,
        door: Door,
        host: object,
        remote_address: Any,
        choose: ContextChooser | None,
        errors: ErrorClasses,
        report: Callable[[TLSError], None] | None,
    ) -> None:
        self.remote_address = _unmapped(remote_address)
        self.proxy_header = None
        self.client_hello = None
        self.host = host
        self.came = door.event_loop.current_time()
        self._came_exactly = time.monotonic()  # uvloop's time stands still within an iteration
        self._came_through = math.inf
        self.was_cut_off = self._was_sent_away = self._has_failed = False
        self.is_kept_waiting = False  # by a function of the server's, such as the one that chooses the context
        self._door = door
        self._choose = choose
        self._errors = errors
        self._report = report
        self._retired = math.inf  # when it was told that there will be no answer
        self._driver: Callable[[], TLSDriver | None] = _nobody
        self._is_ready = False  # for its handshake
        # Each is dropped when it is done.
        self._header_reader = ProxyHeaderReader(errors=errors) if door.is_trusted_proxy(remote_address) else None
        self._is_to_be_asked_for = door.admit is not None
        self._http_reader = door.plain_http_reader()
        self._hello_reader = None if choose is None else ClientHelloReader(errors=errors)

    @property
    def event_loop(self) -> EventLoop:
        """The one that serves it."""
        return self._door.event_loop

    @property
    def name(self) -> str:
        """Its address, for people to read."""
        return name_of_address(self.remote_address)

    def comes_with(self, driver: TLSDriver) -> None:
        """Set its driver, without keeping it alive: the connection of a stream that is dropped is over.

        :raises anyio.ClosedResourceError: if it was cut off before its task began
        """
        self._driver = weakref.ref(driver, self._is_forgotten)
        if self.was_cut_off:
            raise anyio.ClosedResourceError
        if self._was_sent_away:
            driver.expire_handshake()

    def _is_forgotten(self, _reference: object) -> None:
        self.left()

    # ---- before the handshake ----

    async def prepare(self, handshake: Handshake) -> None:
        """Do what comes before the handshake, once. If it is cancelled, the next call continues it.

        :raises TLSError: if the client is not admitted
        """
        if self._is_ready:
            return  # A handshake that is continued need not wait for its turn.
        try:
            if self._header_reader is not None:
                await self._hear_proxy(handshake, self._header_reader)
            if self._is_to_be_asked_for:
                await self._ask_for_it(handshake)
            if self._http_reader is not None:
                await self._look_for_plain_http(handshake, self._http_reader)
            if self._hello_reader is not None:
                await self._choose_context(handshake, self._hello_reader)
            await handshake.until_input()
        except TLSError as exc:
            handshake.engine.refuse(exc)
        await self._door.turn()
        self._is_ready = True

    async def _hear_proxy(self, handshake: Handshake, reader: ProxyHeaderReader) -> None:
        self.proxy_header = header = await handshake.read_with(reader)
        handshake.engine.feed(reader.rest)
        self._header_reader = None
        if header.source is not None:
            self.remote_address = _unmapped(header.source)

    async def _ask_for_it(self, handshake: Handshake) -> None:
        assert self._door.admit is not None
        with self._in_code_of_the_server(handshake):
            answer: Any = self._door.admit(self)
            if inspect.isawaitable(answer):
                answer = await answer
            await checkpoint_if_cancelled()  # A thread is not interrupted when its time is up.
            if not isinstance(answer, bool):  # such as a Refusal, which is true
                raise TypeError(f"admit must return True or False, not {answer!r}")
        if not answer:
            raise self._refusal("the client was not admitted")
        self._is_to_be_asked_for = False

    async def _look_for_plain_http(self, handshake: Handshake, reader: PlainHTTPReader) -> None:
        await handshake.read_with(reader)
        if reader.answer:
            handshake.engine.refuse(self._refusal("the peer does not speak TLS, but HTTP"), reader.answer)
        handshake.engine.feed(reader.received)
        self._http_reader = None

    async def _choose_context(self, handshake: Handshake, reader: ClientHelloReader) -> None:
        if self.client_hello is None:
            try:
                self.client_hello = await handshake.read_with(reader)
            except TruncatedError:
                reader.end()
                raise
        assert self._choose is not None
        with self._in_code_of_the_server(handshake):
            refusal = await choose_context(self._choose, self.client_hello, handshake.engine, self._errors)
            await checkpoint_if_cancelled()  # A thread is not interrupted when its time is up.
        if refusal is not None:
            raise refusal
        handshake.engine.feed(reader.received)
        self._hello_reader = None

    @contextmanager
    def _in_code_of_the_server(self, handshake: Handshake) -> Iterator[None]:
        self.is_kept_waiting = True
        try:
            yield
        except (Exception, anyio.get_cancelled_exc_class()) as exc:
            if not isinstance(exc, Exception) and is_cancelled():
                raise
            words = f"{exc!r} (alert internal_error sent)"
            raise self._refusal(words, fault="local", alert="internal_error", cause=exc) from exc
        # That its time is up shows only at the next await, if it took it at a stretch.
        self.is_kept_waiting = handshake.is_overdue(time.monotonic() - self._came_exactly)

    def _refusal(self, words: str, **details: Any) -> TLSError:
        return self._errors.handshake(f"TLS handshake failed: {words}", phase="handshake", **details)

    # ---- what it reports ----

    def is_through(self, engine: TLSEngine) -> None:
        """Its handshake is complete."""
        self._came_through = self.event_loop.current_time()
        self._door.completed(self, engine)

    def has_failed(self, error: TLSError) -> None:
        """Its handshake has failed."""
        error.client = self.name
        error.server_name = self.client_hello and self.client_hello.server_name
        error.seconds = time.monotonic() - self._came_exactly
        self.count_failure(_reason_of(error))
        if self._report is not None:
            self._report(error)

    def count_failure(self, reason: str) -> None:
        """Its handshake has failed, or will not be completed. Only the first reason counts."""
        if not self._has_failed:
            self._has_failed = True
            self._door.failed(reason)

    def left(self) -> None:
        """Its connection has ended. Calling it again does no harm."""
        self._door.left(self)

    # ---- what its admission wants ----

    async def send_away(self) -> None:
        """End its handshake, and its connection if no task has begun with that."""
        self.count_failure("timed out")
        self.left()
        self._was_sent_away = True
        if (driver := self._driver()) is not None:
            try:
                await driver.abandon_handshake()
            except Exception:  # a bug in a foreign stream, for which other clients must not pay
                _logger.exception("%s: closing the connection failed", self.name)

    def retire(self, tasks: TaskGroup, patience: float) -> None:
        """Send it close_notify, if it is idle, and give it up when it has been silent since for long enough.

        :param tasks: where to wait, if that takes waiting
        :param patience: seconds from the end of its handshake that it has for its first request
        """
        if (driver := self._driver()) is None:
            return
        now = self.event_loop.current_time()
        if not driver.bytes_received and now - self._came_through < patience:
            return
        if driver.retire():
            self._retired = now
            if not driver.is_flushed:
                tasks.start_soon(driver.finish_retiring)
        elif now - self._retired >= SILENCE_SECONDS:
            driver.give_up()

    async def cut_off(self) -> None:
        """Close its connection."""
        self.was_cut_off = True
        self.left()
        if (driver := self._driver()) is not None:
            await driver.cut_off()


def _nobody() -> None:
    """Stands in for a weak reference to a driver."""


def _reason_of(error: TLSError) -> str:
    """Why a handshake failed, as one of a small number of words."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if _has_gone(error):
        return "gone"
    if error.alert:
        return f"{'received' if error.alert_received else 'sent'} {error.alert}"
    return error.reason.lower() or "refused"


def _has_gone(error: TLSError) -> bool:
    """Whether the client has left, without an alert that says why."""
    if error.alert:
        return error.alert_received and error.alert == "close_notify"
    cause = error.__cause__
    reset = isinstance(cause, (OSError, anyio.BrokenResourceError)) and not isinstance(cause, ssl.SSLError)
    # Functions of the server raise such errors too, about a connection of their own: to a database, say.
    return error.fault == "peer" and (reset or isinstance(error, TruncatedError))


def _unmapped(address: Any) -> Any:
    """A socket for both families shows IPv4 addresses in the form of IPv6 (RFC 4291 section 2.5.5.2), in which lists of
    IPv4 addresses do not have them."""
    if not (isinstance(address, tuple) and len(address) == 2 and isinstance(address[0], str) and ":" in address[0]):
        return address
    with suppress(ValueError):  # of a foreign stream
        if (mapped := IPv6Address(address[0]).ipv4_mapped) is not None:
            return str(mapped), address[1]
    return address


def address_of_peer(stream: Any) -> Any:
    """The peer's address, if the stream has it."""
    with suppress(Exception):  # not every stream has the attribute, and some look the address up only now
        return stream.extra(SocketAttribute.remote_address, None)
    return None


def name_of_peer(stream: Any) -> str:
    """The peer's address as text, if the stream has it, even if it is closed already."""
    return name_of_address(address_of_peer(stream))


def name_of_address(address: Any) -> str:
    if isinstance(address, bytes):  # an abstract one
        address = os.fsdecode(address)
    if isinstance(address, tuple) and len(address) > 1:
        return f"{address[0]} port {address[1]}"
    if isinstance(address, str) and address:
        # The kernel shows an abstract one with "@". A client may call its socket whatever it likes.
        return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in address.replace("\0", "@"))
    return "the peer"


def log_handshake_error(exc: Exception, stream: Any = None) -> None:
    """The log line about a failed handshake.

    :param stream: the stream below, for the peer's address if the error does not have it
    """
    peer = getattr(exc, "client", None) or name_of_peer(stream)
    level = _level_of(exc)
    fields = ("phase", "fault", "alert", "alert_received", "server_name", "seconds")
    details = {f"tls_{name}": getattr(exc, name, None) for name in fields}
    name, seconds = details["tls_server_name"], details["tls_seconds"]
    more = "" if seconds is None else f" (after {seconds:.3f} s{f', for {name}' if name else ''})"
    _logger.log(
        level,
        "%s: %s%s",
        peer,
        str(exc).replace(f" with {peer}", "", 1) or repr(exc),
        more,
        exc_info=exc if level == logging.ERROR else None,
        extra={"tls_peer": peer, **details},
    )


def _level_of(exc: Exception) -> int:
    """The log level of a failed handshake."""
    if not isinstance(exc, TLSError):
        return logging.INFO if isinstance(exc, TimeoutError) else logging.ERROR
    if _has_gone(exc):
        return logging.DEBUG
    if exc.fault == "peer":
        return logging.INFO
    return logging.WARNING if exc.alert_received else logging.ERROR
