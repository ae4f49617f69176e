"""Locks of threads that a forked process has anew: the threads that hold or await them do not exist there."""

from __future__ import annotations

import os
import sys
import threading
from typing import Final, Protocol, final
from weakref import WeakSet

__all__ = ["Lock", "forgets_in_forks"]


class _Forgetful(Protocol):
    def forget(self) -> None:
        """Start afresh: nobody holds anything."""


_forgetful: Final = WeakSet[_Forgetful]()


def forgets_in_forks(holder: _Forgetful) -> None:
    """Have its ``forget()`` called in forked processes."""
    _forgetful.add(holder)


def _forget_all() -> None:
    for holder in _forgetful:
        holder.forget()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_forget_all)


@final
class Lock:
    """A :class:`threading.Lock`, for ``with`` only."""

    def __init__(self) -> None:
        self.forget()
        forgets_in_forks(self)

    def forget(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
