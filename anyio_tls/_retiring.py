"""Retiring a server's connection at a shutdown, if its peer is idle.

Such a peer is told by close_notify that there will be no answer, and usually closes then. But a client that keeps its
connection in a pool looks at it only when it uses it again. If it has everything, and has been silent for as long as a
close would wait, its silence is taken for the end: the handler sees one.
"""

from __future__ import annotations

from contextlib import suppress

import anyio

from ._errors import TRANSPORT_ERRORS, TLSError
from ._pump import Pump
from ._states import Event, Reading, Writing

__all__ = ["give_up", "say_goodbye"]


def say_goodbye(pump: Pump) -> bool:
    """Offer the transport a close_notify, if the only activity is a wait for input; return whether that is so."""
    if pump.engine.states.writing is not Writing.OPEN or not _is_waiting(pump):
        return False
    with suppress(TLSError):  # Who waits for input gets that error; others may have to be told goodbye too.
        pump.engine.say_goodbye()
    pump.flush_nowait()
    return True


def give_up(pump: Pump) -> None:
    """End the wait for a peer that was told goodbye, if it has everything."""
    states = pump.engine.states
    if states.reading is Reading.OPEN and _is_waiting(pump) and not pump.transport.is_undelivered():
        states.fire(Event.CLOSE_NOTIFY_RECEIVED)
        pump.transport.interrupt()


def _is_waiting(pump: Pump) -> bool:
    """Whether a task waits for input, of which nothing has arrived, and nothing else is going on."""
    engine, transport = pump.engine, pump.transport
    is_busy = pump.sending or engine.has_output or engine.pending or engine.is_amid_record or transport.unflushed
    if is_busy or not (pump.handshaken and pump.receiving):
        return False
    try:
        return not transport.is_readable()  # A request may have arrived that nobody has looked at.
    except (anyio.ClosedResourceError, *TRANSPORT_ERRORS):
        return False
