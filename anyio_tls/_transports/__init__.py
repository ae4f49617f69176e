"""The interface between TLS and what carries it: one protocol, its implementations, and the choice among them."""

from ._abc import MAX_PIECE, Carrier, ExactSender, Transport, TransportStream
from ._anyio import interrupt_when_closed
from ._borrowed import BorrowedSocket
from ._choice import transport_for
from ._socket import SocketStream, as_address

__all__ = [
    "MAX_PIECE",
    "BorrowedSocket",
    "Carrier",
    "ExactSender",
    "SocketStream",
    "Transport",
    "TransportStream",
    "as_address",
    "interrupt_when_closed",
    "transport_for",
]
