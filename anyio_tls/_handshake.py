"""The handshake: who is at it, by when, and what is left of one that fails.

It belongs to whoever comes first. The others wait for it, and go on with it if that task is cancelled. Once it has
failed, everybody gets the same error.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Protocol, TypeVar

import anyio

from ._closing import ALERT_SECONDS
from ._engine import TLSEngine
from ._errors import ErrorClasses, TLSError
from ._pump import Pump
from ._states import Reading, Writing

if TYPE_CHECKING:
    from ._visitor import Guest

__all__ = ["Handshake"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Reader(Protocol[T_co]):
    """What takes bytes until it knows something."""

    def feed(self, data: bytes, /) -> T_co | None: ...


class Handshake:
    """That of one connection.

    :param timeout: seconds from now on after which it has failed; ``None`` for never
    :param visitor: who has come, at a server's door
    """

    __slots__ = (
        "_began",
        "_deadline",
        "_error",
        "_errors",
        "_limit",
        "_over",
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
        self._deadline = math.inf if timeout is None else anyio.current_time() + timeout
        self._limit: anyio.CancelScope | None = None
        self._error: TLSError | None = None
        self._over: anyio.Event | None = None  # while a task is at it
        self._began: float | None = None
        self.seconds: float | None = None
        """How long it took, once it is complete."""

    @property
    def failed(self) -> bool:
        return self._error is not None

    async def ensure(self) -> None:
        """Complete it, or wait for the task that is at it."""
        while not self._pump.handshaken:
            self._pump.check_open()
            if self._over is not None:
                await self._over.wait()
                continue
            self._over = over = anyio.Event()
            self._pump.shaking_hands = True
            try:
                if self._timeout is None and self._visitor is None:
                    await self._shake_hands()
                else:
                    await self._shake_hands_in_time()
            finally:
                self._over = None
                self._pump.shaking_hands = False
                over.set()
                self._pump.depart()

    async def _shake_hands_in_time(self) -> None:
        with anyio.CancelScope(deadline=self._deadline) as self._limit:
            await self._shake_hands()
            return
        if self._error is None:  # or it has failed before, and has only had its alert to send
            gave_up = self._deadline == -math.inf
            why = "the server could not wait any longer" if gave_up else f"it took more than {self._timeout:g} s"
            whom = "" if self._visitor is None else f" with {self._visitor.name}"
            message = f"TLS handshake{whom} failed: {why}"
            self._fail(self._errors.handshake_timeout(message, phase="handshake"))
        assert self._error is not None
        raise self._error.again()

    def give_up(self) -> None:
        """Let it fail as if its time were over."""
        self._deadline = -math.inf
        if self._limit is not None:
            self._limit.cancel()

    def _fail(self, error: TLSError) -> TLSError:
        self._error = error.again()  # without the frames of those who have met it
        if self._visitor is not None:
            self._visitor.has_failed(self._error)
        return self._error

    async def _shake_hands(self) -> None:
        if self._error is not None:
            raise self._error.again()
        if self._began is None:
            self._began = time.monotonic()
        try:
            if self._visitor is not None:
                await self._visitor.prepare(self)
            while not self._pump.engine.handshake():
                await self._pump.flush()
                await self._await_flight()
            await self._pump.flush()
        except TLSError as exc:
            error = self._fail(await self._learn_why() or exc)
            await self._send_alert()
            raise error.again() from error.__cause__
        self._pump.handshaken = True
        self.seconds = time.monotonic() - self._began
        if self._visitor is not None:
            self._visitor.is_through(self._pump.engine)

    async def _send_alert(self) -> None:
        try:
            with anyio.move_on_after(ALERT_SECONDS):
                await self._pump.flush()
        except TLSError:
            pass  # The peer is gone, and will not hear why.

    async def _learn_why(self) -> TLSError | None:
        """If the peer does not listen any more, see whether it left an alert: that says more than a broken pipe."""
        engine = self._pump.engine
        if engine.states.writing is not Writing.FAILED or engine.states.reading is not Reading.OPEN:
            return None
        try:
            with anyio.move_on_after(ALERT_SECONDS):
                while not engine.handshake():
                    await self._await_flight()
        except TLSError as exc:
            return exc if exc.alert_received else None
        return None

    async def _await_flight(self) -> None:
        """Take more of the peer's part, of which there may be much, and let others run even if it is here already."""
        if not await self._pump.fill():
            await self._pump.lowlevel.checkpoint()

    # ---- what comes before TLS ----

    @property
    def engine(self) -> TLSEngine:
        return self._pump.engine

    async def until_input(self) -> None:
        """Wait for ciphertext that TLS has not seen.

        :raises TLSError: if there will be none
        """
        while not self._pump.engine.has_input:
            await self._await_flight()

    async def read_with(self, reader: Reader[T]) -> T:
        """Have somebody else read what comes before TLS. Cancelled, the reader keeps what it was fed."""
        while not (result := reader.feed(self._pump.engine.take_input())):
            await self.until_input()
        return result
