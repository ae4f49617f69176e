"""The handshake: who is at it, by when, and what is left of one that fails.

It belongs to whoever comes first. The others wait for it, and go on with it if that task is cancelled. Once it has
failed, everybody gets the same error.
"""

from __future__ import annotations

import anyio

from ._closing import ALERT_SECONDS
from ._errors import ErrorClasses, TLSError
from ._pump import Pump
from ._states import Reading, Writing

__all__ = ["Handshake"]


class Handshake:
    """That of one connection.

    :param timeout: seconds from now on after which it has failed; ``None`` for never
    """

    __slots__ = ("_deadline", "_error", "_errors", "_over", "_pump", "_timeout")

    def __init__(self, pump: Pump, errors: ErrorClasses, timeout: float | None) -> None:
        self._pump = pump
        self._errors = errors
        self._timeout = timeout
        if timeout is not None:
            self._deadline = anyio.current_time() + timeout
        self._error: TLSError | None = None
        self._over: anyio.Event | None = None  # while a task is at it

    @property
    def failed(self) -> bool:
        return self._error is not None

    @property
    def under_way(self) -> bool:
        """Whether a task is at it."""
        return self._over is not None

    async def ensure(self) -> None:
        """Complete it, or wait for the task that is at it."""
        while not self._pump.handshaken:
            self._pump.check_open()
            if self._over is not None:
                await self._over.wait()
                continue
            self._over = over = anyio.Event()
            try:
                if self._timeout is None:
                    await self._shake_hands()
                else:
                    await self._shake_hands_in_time(self._timeout)
            finally:
                self._over = None
                over.set()
                self._pump.depart()

    async def _shake_hands_in_time(self, timeout: float) -> None:
        with anyio.CancelScope(deadline=self._deadline):
            await self._shake_hands()
            return
        # It may have failed before, and have only had its alert to send.
        self._error = self._error or self._errors.handshake(
            f"TLS handshake failed: it took more than {timeout:g} s", phase="handshake"
        )
        raise self._error.again()

    async def _shake_hands(self) -> None:
        if self._error is not None:
            raise self._error.again()
        try:
            while not self._pump.engine.handshake():
                await self._pump.flush()
                await self._await_flight()
            await self._pump.flush()
        except TLSError as exc:
            self._error = (await self._learn_why() or exc).again()  # without the frames of this one
            await self._send_alert()
            raise self._error.again() from self._error.__cause__
        self._pump.handshaken = True

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
