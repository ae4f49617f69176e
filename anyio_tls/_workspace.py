"""The pair of BIOs between an SSLObject and its engine.

A MemoryBIO never shrinks: a pair that has carried large records keeps 44 KiB. But since a connection leaves nothing
in it, the connections of an event loop take turns in one pair.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import TypeVar, final

__all__ = ["Workspace"]

T = TypeVar("T")


@final
class Workspace:
    """The pair of BIOs in which engines work that are called in turns.

    An engine leaves nothing in it. Should something be left there all the same, because an exception came from
    nowhere (:exc:`KeyboardInterrupt`) or somebody has used an SSLObject past its engine, it is thrown away before
    it meets another engine's data.

    OpenSSL may call Python code in the middle of its work, such as a context's ``sni_callback``, and this code may use
    another connection. Then the other engine has the pair to itself for as long as its call takes (:meth:`lend`).
    """

    __slots__ = ("_waiting", "engine", "incoming", "outgoing")

    def __init__(self) -> None:
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.engine: object | None = None
        """The one that is at work here."""
        self._waiting: list[object] = []  # those in whose work it was called

    def clear(self) -> None:
        """Throw away what is nobody's.

        :raises RuntimeError: while an engine is at work here, whose data it is
        """
        if self.engine is not None:
            raise RuntimeError("a TLS engine is at work in this workspace")
        self.incoming.read()
        self.outgoing.read()

    def lend(self, engine: object, call: Callable[[], T]) -> T:
        """Make a call of an engine's in the middle of the work of another.

        :raises RuntimeError: if ``engine`` is in the middle of a call itself, which OpenSSL is not made for
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
