"""The states of a TLS connection, as tables.

Three small machines share one alphabet of events: the connection as a whole, its reading direction and its
writing direction. A pair of state and event that is in no table changes nothing: a state without transitions absorbs
all later events, which is how the first error of a direction sticks. The diagrams in the documentation are drawn from
these tables.
"""

from __future__ import annotations

import enum
from typing import Final

__all__ = ["CONNECTION", "READING", "WRITING", "Connection", "Event", "Reading", "States", "Writing"]


class _Named(enum.Enum):
    __hash__ = object.__hash__  # Enum's own is a function in Python


class Connection(_Named):
    """The connection as a whole."""

    HANDSHAKING = "handshaking"
    OPEN = "open"
    CLOSED = "closed"


class Reading(_Named):
    """The direction from the peer to us."""

    OPEN = "open"
    CLOSE_NOTIFY = "at close_notify"
    TRUNCATED = "truncated"
    FAILED = "failed"


class Writing(_Named):
    """The direction from us to the peer."""

    OPEN = "open"
    HALF_CLOSED = "half-closed"
    FAILED = "failed"


class Event(_Named):
    """What can happen to a connection."""

    HANDSHAKE_COMPLETED = "handshake completed"
    CLOSE_NOTIFY_RECEIVED = "close_notify received"
    CLOSE_NOTIFY_QUEUED = "close_notify queued"
    TRANSPORT_ENDED = "transport ended"
    TLS_FAILED = "TLS failed, alert sent or received"
    READING_FAILED = "transport failed while reading"
    WRITING_FAILED = "transport failed while writing"
    CLOSED = "closed by us"


CONNECTION: Final = {
    (Connection.HANDSHAKING, Event.HANDSHAKE_COMPLETED): Connection.OPEN,
    (Connection.HANDSHAKING, Event.CLOSED): Connection.CLOSED,
    (Connection.OPEN, Event.CLOSED): Connection.CLOSED,
}

READING: Final = {
    (Reading.OPEN, Event.CLOSE_NOTIFY_RECEIVED): Reading.CLOSE_NOTIFY,
    (Reading.OPEN, Event.TRANSPORT_ENDED): Reading.TRUNCATED,
    (Reading.OPEN, Event.READING_FAILED): Reading.FAILED,
    (Reading.OPEN, Event.TLS_FAILED): Reading.FAILED,
}

WRITING: Final = {
    (Writing.OPEN, Event.CLOSE_NOTIFY_QUEUED): Writing.HALF_CLOSED,
    (Writing.OPEN, Event.WRITING_FAILED): Writing.FAILED,
    (Writing.OPEN, Event.TLS_FAILED): Writing.FAILED,
    (Writing.HALF_CLOSED, Event.WRITING_FAILED): Writing.FAILED,
    (Writing.HALF_CLOSED, Event.TLS_FAILED): Writing.FAILED,
}


class States:
    """The states of one connection. Every change goes through :meth:`fire`."""

    __slots__ = ("connection", "reading", "writing")

    def __init__(self) -> None:
        self.connection = Connection.HANDSHAKING
        self.reading = Reading.OPEN
        self.writing = Writing.OPEN

    def fire(self, event: Event) -> None:
        self.connection = CONNECTION.get((self.connection, event), self.connection)
        self.reading = READING.get((self.reading, event), self.reading)
        self.writing = WRITING.get((self.writing, event), self.writing)
