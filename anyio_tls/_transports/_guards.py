"""The guards by which streams of AnyIO's and Trio's refuse a second call of the same kind.

A transport that uses the socket of such a stream goes past them. So it takes them where the stream's own calls would
get ciphertext, or would put something into the middle of a record. They are not part of the streams' API: one that has
none refuses nothing.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, TypeAlias, final

__all__ = ["NO_GUARD", "Guard", "Occupation", "receive_guard_of", "send_guard_of"]

Guard: TypeAlias = AbstractContextManager[Any]
"""It raises the busy error if it is taken."""

NO_GUARD: Final[Guard] = nullcontext()

_RECEIVING: Final = "_receive_guard"
_SENDING: Final = ("_send_guard", "_send_conflict_detector")


def receive_guard_of(stream: object) -> Guard:
    """That of an AnyIO stream. (Trio's have none.)"""
    guard: Guard = getattr(stream, _RECEIVING, NO_GUARD)
    return guard


def send_guard_of(stream: object) -> Guard:
    """That of an AnyIO stream, or a Trio stream."""
    guards: list[Guard] = [getattr(stream, name) for name in _SENDING if hasattr(stream, name)]
    return guards[0] if guards else NO_GUARD


@final
class Occupation:
    """Keeps a guard taken until :meth:`end`, or until this object is gone.

    :raises anyio.BusyResourceError: if it is taken
    """

    def __init__(self, guard: Guard) -> None:
        self._guards: list[Guard] = []
        guard.__enter__()
        self._guards.append(guard)

    def end(self) -> None:
        while self._guards:
            self._guards.pop().__exit__(None, None, None)

    __del__ = end
