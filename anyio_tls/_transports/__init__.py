"""The waist between TLS and what carries it: one protocol, its implementations, and the choice among them."""

from ._abc import Carrier, ExactSender, Transport, TransportStream
from ._choice import transport_for
from ._socket import SocketStream

__all__ = ["Carrier", "ExactSender", "SocketStream", "Transport", "TransportStream", "transport_for"]
