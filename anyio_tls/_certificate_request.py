"""Asking the client for its certificate behind the handshake (RFC 8446 section 4.6.2).

Theory of operation
===================

To ask is to send. To wait for the answer is neither to send nor to receive: another task may do both. The answer comes
along with what the client sends, whoever takes that from the transport. If nobody receives, the task that waits takes
it, and the engine decrypts it ahead for later receives, within bounds. No task keeps anything that a cancellation could
lose: whether the answer has come is seen in the engine, by what the client has proven before and proves now.
"""

from __future__ import annotations

from typing import Final

import anyio
from anyio.lowlevel import checkpoint

from ._errors import ErrorClasses, timed_out
from ._handshake import Handshake
from ._pump import Pump
from ._records import BUFFER_LIMIT
from ._states import Reading

__all__ = ["HELD_WHILE_ASKING", "request_certificate"]

HELD_WHILE_ASKING: Final = BUFFER_LIMIT // 2
"""Bytes of application data that may come before the answer. So many again may be on their way into the engine."""


async def request_certificate(
    pump: Pump, handshake: Handshake, errors: ErrorClasses, timeout: float | None, client: str
) -> None:
    """Ask, and wait until the client has answered. A cancelled call leaves the question open, and a later one waits for
    the same answer."""
    with anyio.move_on_after(timeout):
        before = await _ask(pump, handshake, errors)
        try:
            while not _hear_answer(pump, errors, before):
                await pump.fill(less_room=HELD_WHILE_ASKING)
        finally:
            if pump.engine.has_output:
                pump.flush_nowait()
        return
    raise timed_out(f"request_client_certificate(): the answer of {client}", timeout)


async def _ask(pump: Pump, handshake: Handshake, errors: ErrorClasses) -> object:
    """Send the request; return what the client has proven before."""
    pump.begin_sending()
    try:
        await checkpoint()
        await handshake.ensure()
        before = pump.engine.client_proof
        while not (_hear_answer(pump, errors, before) or pump.engine.request_certificate()):
            await pump.fill(less_room=HELD_WHILE_ASKING)
        await pump.flush()
    finally:
        pump.end_sending()
    return before


def _hear_answer(pump: Pump, errors: ErrorClasses, before: object) -> bool:
    """Decrypt what is there; tell whether the answer is among it.

    :raises TLSError: if there will be none
    """
    engine = pump.engine
    pump.check_open()
    takes_more = engine.read_ahead()
    if engine.has_answered(before):
        return True
    if engine.states.reading is not Reading.OPEN:
        engine.end_of_reading()
        raise errors.tls("the client has closed, and not answered the request for its certificate", phase="reading")
    if not takes_more or engine.pending > HELD_WHILE_ASKING:
        raise errors.unexpected_data(
            "request_client_certificate() met too much application data: receive it, then call again", phase="reading"
        )
    return False
