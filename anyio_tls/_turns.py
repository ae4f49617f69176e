"""The handshakes of a server begin one after another, some iterations of the event loop apart."""

from __future__ import annotations

import time
from collections import deque
from typing import Final, final

import anyio

from ._event_loop import event_loop

__all__ = ["TURN_ITERATIONS", "Turns"]

TURN_SECONDS: Final = 0.002
"""How long an iteration of the event loop may take after the first step of a handshake."""

TURN_ITERATIONS: Final = 3
"""How many iterations of the event loop come between the first steps of two handshakes. A request of another client
takes two or three, and so has to wait for one handshake instead of three. Where no client is connected yet, it is one
iteration."""


@final
class Turns:
    """Who waits for a turn, in the order in which they came."""

    def __init__(self) -> None:
        self._line: deque[anyio.Event] = deque()
        self._is_taken = False
        self._ends = 0.0

    async def take(self, iterations: int) -> None:
        """Wait for a turn.

        :param iterations: how many there are between two turns
        """
        if self._is_taken:
            event = anyio.Event()
            self._line.append(event)
            try:
                await event.wait()
                await _let_others_run(iterations)
            finally:
                if event.is_set():
                    self._pass_on()
                else:
                    self._line.remove(event)
        elif time.monotonic() < self._ends:
            self._is_taken = True
            try:
                await _let_others_run(iterations)
            finally:
                self._pass_on()
        self._ends = time.monotonic() + TURN_SECONDS

    def _pass_on(self) -> None:
        """Give the next one its turn."""
        if self._line:
            self._line.popleft().set()
        else:
            self._is_taken = False


async def _let_others_run(iterations: int) -> None:
    checkpoint = event_loop().lowlevel.checkpoint
    for _ in range(iterations):
        await checkpoint()
