"""Asking the client for its certificate behind the handshake (RFC 8446 section 4.6.2).

Theory of operation
===================

To ask is to send. To wait for the answer is neither to send nor to receive: another task may do both. The answer comes
along with what the client sends, whoever takes that from the transport. If nobody receives, the task that waits takes
it, and the engine decrypts it ahead for later receives, within bounds. No task keeps anything that a cancellation could
lose: whether the answer has come is seen in the engine, by what the client has proven before and proves now.
"""

from __future__ import annotations

import ssl
from typing import Final

import anyio
from anyio.lowlevel import checkpoint

from ._errors import ErrorClasses, timed_out
from ._handshake import Handshake
from ._pump import Pump
from ._states import Reading

__all__ = ["HELD_WHILE_ASKING", "request_certificate"]

HELD_WHILE_ASKING: Final = 2**15
"""Bytes of application data that may come before the answer. So many again may be on their way into the engine."""

ROOM_SECONDS: Final = 1.0
"""How long another task, which receives, may take until it makes room."""


async def request_certificate(
    pump: Pump, handshake: Handshake, errors: ErrorClasses, timeout: float | None, client: str
) -> None:
    """Ask, and wait until the client has answered. A cancelled call leaves the question open, and a later one waits for
    the same answer."""
    with anyio.move_on_after(timeout):
        await _Question(pump, errors).ask_and_wait(handshake)
        return
    raise timed_out(f"request_client_certificate(): the answer of {client}", timeout)


class _Question:
    """One call."""

    def __init__(self, pump: Pump, errors: ErrorClasses) -> None:
        self._pump = pump
        self._engine = pump.engine
        self._errors = errors
        self._before: tuple[object, ...]  # what the client has proven before
        self._has_room = True

    async def ask_and_wait(self, handshake: Handshake) -> None:
        pump = self._pump
        pump.begin_sending()
        try:
            await checkpoint()
            await handshake.ensure()
            if not hasattr(self._engine.ssl_object, "verify_client_post_handshake"):
                words = "the TLS library of this context does not ask for certificates after the handshake"
                raise ssl.SSLError(ssl.SSL_ERROR_SSL, words)
            if not self._engine.server_side:
                self._engine.request_certificate(strict=True)  # It is OpenSSL that refuses.
            self._before = self._proof()
            while not (self._is_answered() or self._engine.request_certificate()):
                await self._hear_more()
            await pump.flush()
        finally:
            pump.end_sending()
        try:
            while not self._is_answered():
                await self._hear_more()
        finally:
            if self._engine.has_output:
                pump.flush_nowait()

    def _is_answered(self) -> bool:
        """Decrypt what is there; tell whether the answer is among it.

        :raises TLSError: if there will be none
        """
        engine = self._engine
        self._pump.check_open()
        takes_more = engine.read_ahead()
        if self._has_changed():
            return True
        if engine.states.reading is not Reading.OPEN:
            engine.end_of_reading()
            raise self._errors.tls(
                "the client has closed, and answers no request for its certificate any more", phase="reading"
            )
        self._has_room = takes_more and engine.pending <= HELD_WHILE_ASKING
        return False

    def _proof(self) -> tuple[object, ...]:
        """What changes once the client has answered. OpenSSL does not tell that it has, with a certificate or without,
        but its Finished message has changed. Of a resumed session ssl shows ours instead; but that has a new number
        then, with its new tickets, or if there are none (``num_tickets``), another certificate at best. ``...`` stands
        for one that ssl does not show, amid a message."""
        ssl_object, session = self._engine.ssl_object, self._engine.ssl_object.session
        certificate = ssl_object.getpeercert(True) if ssl_object.version() else ...
        return ssl_object.get_channel_binding("tls-unique"), session and session.id, certificate

    def _has_changed(self) -> bool:
        """Whether the proof is another one than before, and no message half read."""
        is_known = self._engine.ssl_object.version() is not None
        return is_known and any(a != b for a, b in zip(self._proof(), self._before, strict=True) if b is not ...)

    async def _hear_more(self) -> None:
        """Wait for more of what the client sends.

        :raises TLSError: if there is no room for it, and nobody makes any
        """
        pump, engine = self._pump, self._engine
        if self._has_room:
            await pump.fill(less_room=HELD_WHILE_ASKING)
            return
        held = engine.pending
        with anyio.move_on_after(ROOM_SECONDS):
            while engine.pending >= held:
                await pump.until_departure()
                pump.check_open()
            return
        pump.check_open()
        raise self._errors.unexpected_data(
            "request_client_certificate() met too much application data: receive it, then call again", phase="reading"
        )
