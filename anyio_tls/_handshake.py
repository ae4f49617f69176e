"""The handshake: which task does it, its time limit, and the error of a failed one.

The first task that needs it does it. The others wait, and one of them continues it if that task is cancelled. Once it
has failed, every call raises the same error. That error is kept here and not in ``_states.py``, since a time limit
fails the handshake, but neither direction of the connection.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import anyio

from ._closing import ALERT_SECONDS, LINGER_SECONDS, close_quietly, deliver
from ._diagnosis import transport_error
from ._engine import TLSEngine
from ._errors import CertificateVerificationError, ErrorClasses, Fault, TLSError
from ._pump import Pump
from ._states import Reading, Writing

if TYPE_CHECKING:
    from ._visitor import Guest

__all__ = ["Handshake"]

_TURNS: Final = 2
"""How many turns of the event loop a cancelled task takes to leave the stream below: on Trio, those of one turn run in
any order."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Reader(Protocol[T_co]):
    """A parser that is fed with bytes until it has a result."""

    def feed(self, data: bytes, /) -> T_co | None: ...


class Handshake:
    """The handshake of one connection.

    :param timeout: seconds from now after which it fails; ``None`` for no limit
    :param visitor: the client, on a listener's connection
    """

    __slots__ = (
        "_began",
        "_deadline",
        "_error",
        "_errors",
        "_limit",
        "_pump",
        "_timeout",
        "_visitor",
        "seconds",
    )

    def __init__(self, pump: Pump, errors: ErrorClasses, timeout: float | None, visitor: Guest | None = None) -> None:
        self._pump = pump
        self._errors = errors
        self._visitor = visitor
        self._timeout = timeout
        self._deadline = math.inf if timeout is None else pump.event_loop.current_time() + timeout
        self._limit: anyio.CancelScope | None = None
        self._error: TLSError | None = None
        self._began: float | None = None
        self.seconds: float | None = None
        """How long it took, once it is complete."""

    def is_overdue(self, seconds: float) -> bool:
        """Whether ``seconds`` from its client's arrival are more than it may take."""
        return self._timeout is not None and seconds >= self._timeout

    @property
    def failed(self) -> bool:
        return self._error is not None

    @property
    def has_begun(self) -> bool:
        return self._began is not None

    async def ensure(self) -> None:
        """Complete it, or wait for the task that does it."""
        while not self._pump.handshaken:
            self._pump.check_open()
            if self._pump.shaking_hands:
                await self._pump.until_departure()
                self._pump.check_open()  # The task that did it may have closed.
                continue
            self._pump.shaking_hands = True
            try:
                if self._timeout is None and self._visitor is None:
                    await self._shake_hands()
                else:
                    await self._shake_hands_in_time()
            finally:
                self._pump.shaking_hands = False
                self._pump.depart()

    async def _shake_hands_in_time(self) -> None:
        event_loop = self._pump.event_loop
        if self._began is None and self._error is None and event_loop.current_time() >= self._deadline:
            raise await self._run_out_of_time()
        with event_loop.cancel_scope(deadline=self._deadline) as self._limit:
            await self._shake_hands()
            return
        if self._error is None:
            raise await self._run_out_of_time()
        raise self._error.again()  # It had failed before, and the time ran out while its alert was sent.

    async def _run_out_of_time(self) -> TLSError:
        error = self._fail(self._too_late())
        if self._deadline == -math.inf:  # Its place is somebody else's already.
            with anyio.CancelScope(shield=True):
                await close_quietly(self._pump.transport)
        return error.again()

    def _too_late(self) -> TLSError:
        visitor = self._visitor
        fault: Fault = "peer"
        given_up = self._deadline == -math.inf
        why = "the server could not wait any longer" if given_up else f"it took more than {self._timeout:g} s"
        if visitor is not None and visitor.is_kept_waiting:
            why += ", and a function of the server's own had not answered yet"
            fault = "local"
        elif self._began is None and not given_up:
            why += " until it was begun"
            fault = "local"
        whom = "" if visitor is None else f" with {visitor.name}"
        return self._errors.handshake_timeout(f"TLS handshake{whom} failed: {why}", phase="handshake", fault=fault)

    def expire(self) -> None:
        """Make it fail as if its time limit had passed, in the task that does it."""
        self._deadline = -math.inf
        if self._limit is not None:
            self._limit.cancel()

    def abandon(self) -> bool:
        """The same at once, if no task is doing it; return whether that is so."""
        self.expire()
        if self._pump.shaking_hands:
            return False
        if self._error is None:
            self._fail(self._too_late())
        return True

    def _fail(self, error: TLSError) -> TLSError:
        self._error = error.again()  # without a traceback that refers to the callers
        if self._visitor is not None:
            self._visitor.has_failed(self._error)
        return self._error

    async def _shake_hands(self) -> None:
        if self._error is not None:
            raise self._error.again()
        if self._began is None:
            self._began = time.monotonic()
            if self._pump.transport.lingers:  # It is no socket, and does not say whether it is busy.
                for _ in range(_TURNS):
                    await self._pump.lowlevel.checkpoint()
                self._pump.check_open()
        try:
            if self._visitor is not None:
                await self._visitor.prepare(self)
                self._pump.check_open()  # A function of the server's is not interrupted by a close.
            while not self._pump.engine.handshake():
                await self._pump.flush()
                await self._await_flight()
            await self._pump.flush()
        except TLSError as exc:
            error = self._fail(await self._learn_why() or self._of_handshake(exc))
            await self._send_alert()
            raise error.again() from error.__cause__
        self._pump.check_open()  # Who has been woken is not interrupted any more, neither by a close
        if self._deadline == -math.inf:  # nor by the end of the server's patience.
            raise await self._run_out_of_time()
        self._pump.handshaken = True
        self.seconds = time.monotonic() - self._began
        engine = self._pump.engine
        if engine.server_side and engine.version == "TLSv1.3" and not engine.is_amid_record:
            self._pump.transport.acknowledge()  # The client spoke last, and its request is still to come.
        if self._visitor is not None:
            self._visitor.is_through(engine)

    def _of_handshake(self, error: TLSError) -> TLSError:
        """The error, also for the last flight, which leaves when TLS is open already."""
        cause = error.__cause__
        if error.phase == "handshake" or not isinstance(cause, Exception):
            return error
        return transport_error(cause, "handshake", self._errors)

    async def _send_alert(self) -> None:
        """Send the alert, or what is answered to plain HTTP."""
        engine, transport, error = self._pump.engine, self._pump.transport, self._error
        is_at_risk = engine.server_side and engine.has_output and not transport.lingers
        # An error of TLS's has a cause. (The name of its alert is unknown if that was encrypted.)
        answers_http = is_at_risk and error is not None and error.alert is None and error.__cause__ is None
        # The peer may have gone, the stream below may be closed or in use: the handshake's own error says more.
        with suppress(Exception), anyio.move_on_after(LINGER_SECONDS if answers_http else ALERT_SECONDS):
            with suppress(TLSError):  # the handshake's, if it could be sent
                await self._pump.flush()
            if is_at_risk:  # by the rest of the client's flight, if a handler that gets the error just returns
                # That flight's signature is still to come, or the rest of an HTTP request.
                has_more = answers_http or isinstance(error, CertificateVerificationError)
                await deliver(transport, only_alert=not has_more)

    async def _learn_why(self) -> TLSError | None:
        """If sending has failed, look for the peer's alert, which says more than a broken pipe."""
        engine = self._pump.engine
        if engine.states.writing is not Writing.FAILED or engine.states.reading is not Reading.OPEN:
            return None
        try:
            with anyio.move_on_after(ALERT_SECONDS):
                while not engine.handshake():
                    await self._await_flight()
        except Exception as exc:
            return exc if isinstance(exc, TLSError) and exc.alert_received else None
        return None

    async def _await_flight(self) -> None:
        """Receive more of the peer's flight, and let other tasks run even if it has arrived already: it may be long."""
        if not await self._pump.fill():
            await self._pump.lowlevel.checkpoint()

    # ---- what comes before TLS ----

    @property
    def engine(self) -> TLSEngine:
        return self._pump.engine

    async def until_input(self) -> None:
        """Wait for ciphertext that TLS has not got yet.

        :raises TLSError: if no more will come
        """
        while not self._pump.engine.has_input:
            await self._pump.fill()

    async def read_with(self, reader: Reader[T]) -> T:
        """Let ``reader`` parse what comes before TLS. If this is cancelled, the reader keeps what it was fed."""
        while not (result := reader.feed(self._pump.engine.take_input())):
            await self.until_input()
        return result
