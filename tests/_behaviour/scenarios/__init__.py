"""What is done to every contender.

A scenario is two scripts that meet: the peer's, which runs in a thread, and the contender's. They wait for each other
by events, and for what arrives. ``receive``, ``send`` and ``close`` are called that in the words, whatever the
contender calls them.
"""

from . import sending, receiving, ends, closing, handshakes  # isort: skip - the order of the chapters
from .scenario import SCENARIOS, Scenario

__all__ = ["SCENARIOS", "Scenario", "closing", "ends", "handshakes", "receiving", "sending"]
