"""The pair of BIOs between an SSLObject and its engine.

A MemoryBIO never shrinks: a pair that has carried large records keeps 44 KiB. But since a connection leaves nothing in
it, all connections of an event loop share one pair.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import TypeVar, final

__all__ = ["Workspace"]

T = TypeVar("T")


@final
class Workspace:
    """A pair of BIOs that engines use in turn.

    An engine leaves nothing in it. Should something be left there all the same, because of an asynchronous exception
    (:exc:`KeyboardInterrupt`) or because an SSLObject was used without its engine, it is discarded before it can mix
    with another engine's data.

    OpenSSL may call Python code in the middle of its work, such as a context's ``sni_callback``, and this code may use
    another connection. Then the other engine has the pair to itself during its call (:meth:`lend`).
    """

    __slots__ = ("_waiting", "engine", "incoming", "outgoing")

    def __init__(self) -> None:
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.engine: object | None = None
        """The engine that is using it."""
        self._waiting: list[object] = []  # the engines in the middle of whose calls it was called

    def clear(self) -> None:
        """Discard what belongs to no engine.

        :raises RuntimeError: while an engine is using it
        """
        if self.engine is not None:
            raise RuntimeError("a TLS engine is at work in this workspace")
        self.incoming.read()
        self.outgoing.read()

    def lend(self, engine: object, call: Callable[[], T]) -> T:
        """Make a call of an engine in the middle of a call of another.

        :raises RuntimeError: if ``engine`` is in the middle of a call itself: OpenSSL is not reentrant
        """
        assert self.engine is not None
        if engine is self.engine or engine in self._waiting:
            raise RuntimeError("a callback of a TLS context cannot use the connection that it was called for")
        incoming, outgoing = self.incoming.read(), self.outgoing.read()
        self._waiting.append(self.engine)
        self.engine = None
        try:
            return call()
        finally:
            self.clear()
            self.engine = self._waiting.pop()
            self.incoming.write(incoming)
            self.outgoing.write(outgoing)
