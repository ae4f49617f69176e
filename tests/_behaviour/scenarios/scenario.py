"""What a scenario is, and what several of them need."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from tests._behaviour.peer import SILENCE, EndedError, Peer, Received
from tests._behaviour.stage import Stage, complaints

__all__ = [
    "KIB",
    "MIB",
    "NEXT",
    "REPLY",
    "SCENARIOS",
    "Scenario",
    "payload",
    "receive_next",
    "receive_next_and_reply",
    "scenario_in",
    "see_the_end",
]

Script: TypeAlias = Callable[[Stage], Awaitable[list[str]]]


@dataclass(frozen=True)
class Scenario:
    """Something that is done to every contender."""

    name: str
    chapter: str
    title: str
    description: str
    seconds: float
    """How long anything in it may take."""
    script: Script

    async def perform(self, stage: Stage) -> list[str]:
        """What was observed, in sentences."""
        try:
            with complaints() as heard:
                words = await self.script(stage)
        finally:
            await stage.clean_up()
        return words + [f"Logged meanwhile: “{message}”." for message in dict.fromkeys(heard)]


SCENARIOS: dict[str, Scenario] = {}


def scenario_in(chapter: str, title: str, *, seconds: float = 3) -> Callable[[Script], Script]:
    """Make a scenario of a script, whose docstring is for the readers of the table."""

    def register(script: Script) -> Script:
        name = script.__name__.replace("_", "-")
        description = " ".join((script.__doc__ or "").split())
        SCENARIOS[name] = Scenario(name, chapter, title, description, seconds, script)
        return script

    return register


def payload(name: str, count: int) -> bytes:
    """Bytes of which no part is like another."""
    return random.Random(name).randbytes(count)


KIB, MIB = 2**10, 2**20
NEXT = payload("next", 32)
REPLY = payload("reply", 32)


# ---- parts of the peer's scripts ----


def receive_next(peer: Peer) -> Received:
    """Receive up to what is sent last."""
    return peer.receive(lambda data: data.endswith(NEXT))


def receive_next_and_reply(peer: Peer) -> Received:
    """The same, and reply, whatever it was that came."""
    report = receive_next(peer)
    try:
        peer.send(REPLY)
    except EndedError:
        pass  # Nobody is there to hear it, as the contender will tell.
    return report


def see_the_end(peer: Peer) -> tuple[str, bool]:
    """Receive to the end without answering it; how it came, and whether the connection below ended too."""
    end = peer.receive().end
    return end, end != SILENCE and peer.transport_ends()
