"""The operations on a TLS connection, for both faces.

Theory of operation
===================

A connection is a :class:`~._engine.TLSEngine`, which knows TLS, and a transport, which carries its ciphertext. A
:class:`~._pump.Pump` moves bytes between them, in the caller's own task: there is no background task.

**A cancellation** never interrupts a change half-way (see ``_pump.py``):

* ``receive()`` takes plaintext out of the engine as its last step.
* ``send()`` waits for its turn before it encrypts. From then on the plaintext counts as sent (``bytes_sent``), and the
  next operation, whichever it is, sends its ciphertext first.

**Yielding.** A call that need not wait must still let other tasks run now and then. Trio requires that of every call;
``send()`` does it when it has sent, so that the peer is at work meanwhile. The AnyIO face does it every sixteen calls.
Every call notices a cancellation that came before it.

**Closing** has priority over everything else (see ``_closing.py``): calls that it interrupts raise the closed error.
What the driver counts and remembers about earlier calls only decides when it yields and whether a close waits; it
permits and forbids nothing, so it is not in ``_states.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio
from anyio.lowlevel import checkpoint

from ._certificate_request import request_certificate
from ._closing import LINGER_SECONDS, Closing, close_quietly
from ._engine import IN_BULK, MAX_PLAINTEXT, TLSEngine
from ._errors import ErrorClasses, TruncatedError
from ._event_loop import EventLoop
from ._handshake import Handshake
from ._pump import Pump
from ._retiring import give_up, say_goodbye
from ._states import Connection, Event, Reading, Writing
from ._transports import Transport
from ._unwrapping import exchange_close_notify

if TYPE_CHECKING:
    from ._visitor import Guest

__all__ = ["HANDSHAKE_SECONDS", "TLSDriver"]

HANDSHAKE_SECONDS: Final = 30.0
"""The default time limit of handshakes in connecting functions and listeners."""

SLICES_PER_YIELD: Final = 7
"""After how many slices (112 KiB each) of a large item that are sent without waiting other tasks get a turn."""

# Looking up a member of an enum takes as long as a call does.
_CLOSED: Final = Connection.CLOSED
_WRITING: Final = Writing.OPEN


class TLSDriver:
    """Drives one TLS connection.

    :param linger: seconds that closing may take, by default :data:`LINGER_SECONDS`
    :param handshake_timeout: seconds from now after which the handshake fails; ``None`` for no limit
    :param visitor: the client, on a listener's connection
    :param yield_every: how many calls, and received records, may pass before other tasks get a turn
    """

    __slots__ = (
        "__weakref__",
        "_answers_aside",
        "_bytes_answered",
        "_bytes_before",
        "_calls_sending",
        "_errors",
        "_handshake",
        "_linger",
        "_pump",
        "_standard_compatible",
        "_work_receiving",
        "_yield_every",
        "bytes_received",
        "bytes_sent",
        "closing",
        "engine",
        "visitor",
    )

    def __init__(
        self,
        engine: TLSEngine,
        transport: Transport,
        event_loop: EventLoop,
        *,
        standard_compatible: bool,
        linger: float | None,
        yield_every: int,
        errors: ErrorClasses,
        handshake_timeout: float | None = None,
        visitor: Guest | None = None,
    ) -> None:
        self.engine = engine
        self.bytes_sent = self.bytes_received = 0
        self._pump = Pump(engine, transport, event_loop, errors)
        self._handshake = Handshake(self._pump, errors, handshake_timeout, visitor)
        self.visitor = visitor
        if visitor is not None:
            visitor.comes_with(self)
        self._standard_compatible = standard_compatible
        self._linger = LINGER_SECONDS if linger is None else linger
        self._yield_every = yield_every
        self._errors = errors
        self._work_receiving = self._calls_sending = 0  # since the last wait
        self._answers_aside = False  # one task receives while another sends, which may send more at any time
        self._bytes_before = self._bytes_answered = 0  # bytes_received when the last send began, and when it ended
        self.closing: Closing | None = None

    # ---- what is known of the connection ----

    @property
    def handshaken(self) -> bool:
        return self._pump.handshaken

    @property
    def pending(self) -> int:
        """Decrypted bytes that can be received at once."""
        return self.engine.pending if self.handshaken else 0

    @property
    def close_notify_received(self) -> bool:
        return self.engine.states.reading is Reading.CLOSE_NOTIFY

    @property
    def handshake_seconds(self) -> float | None:
        return self._handshake.seconds

    # ---- the handshake ----

    async def handshake(self) -> None:
        """Complete the handshake, or wait for the task that does it. A cancelled handshake can be continued."""
        self._pump.check_open()
        if self._pump.handshaken:
            await checkpoint()
        else:
            is_continued = self._handshake.has_begun  # It need not wait any more.
            await self._pump.lowlevel.checkpoint_if_cancelled()
            await self._handshake.ensure()
            # A connection pool that is cancelled only in its next call may lose sight of this connection.
            await (self._pump.lowlevel.checkpoint() if is_continued else self._pump.lowlevel.checkpoint_if_cancelled())

    def expire_handshake(self) -> None:
        """Make the handshake fail as if its time limit had passed, in the task that does it."""
        self._handshake.expire()

    async def abandon_handshake(self) -> None:
        """Make it fail now. If no task is doing it, which would close the transport, that is closed."""
        if self._handshake.abandon():
            with anyio.CancelScope(shield=True):
                await close_quietly(self._pump.transport)

    # ---- reading ----

    async def receive(self, max_bytes: int) -> bytes:
        """Up to ``max_bytes`` of plaintext, ``b""`` at the end. A cancelled call loses nothing."""
        engine, pump = self.engine, self._pump
        pump.begin_receiving()
        try:
            if not pump.handshaken:
                try:
                    await self._handshake.ensure()
                except TruncatedError:
                    if self._standard_compatible:
                        raise
                    await pump.lowlevel.checkpoint()  # Later calls get here without a wait.
                    return b""
            waited = False
            while (data := engine.read(max_bytes)) is None:
                waited |= await pump.fill(IN_BULK if max_bytes >= MAX_PLAINTEXT else 0)
            if waited:
                self._work_receiving = 0
            else:
                self._work_receiving += 1 + len(data) // MAX_PLAINTEXT
                try:
                    if self._work_receiving < self._yield_every:
                        await pump.lowlevel.checkpoint_if_cancelled()
                    else:
                        self._work_receiving = 0
                        await pump.lowlevel.checkpoint()
                except BaseException:
                    engine.unread(data)
                    raise
            self.bytes_received += len(data)
            return data
        finally:
            pump.receiving = False
            if pump.departure is not None:
                pump.depart()
            if engine.outgoing.data:
                pump.flush_nowait()  # replies that reading has provoked

    def is_readable(self) -> bool:
        """Whether :meth:`receive` would return or raise without waiting, as far as the transport can tell."""
        if self.engine.states.connection is _CLOSED or self._handshake.failed:
            return True
        # Until the handshake is complete, what arrives belongs to it.
        return self._pump.handshaken and self._pump.is_readable()

    # ---- writing ----

    async def send(self, data: bytes | memoryview) -> None:
        """Send all of ``data``; ``bytes_sent`` says how much of it a cancelled call has accepted."""
        engine, pump, queue = self.engine, self._pump, self.engine.outgoing
        pump.begin_sending()
        self._bytes_before = self.bytes_received
        try:
            self._calls_sending += 1
            if self._calls_sending < self._yield_every or self._yield_every == 1:
                await pump.lowlevel.checkpoint_if_cancelled()
            else:
                self._calls_sending = 0
                await pump.lowlevel.checkpoint()
                pump.check_open()
            if not pump.handshaken:
                await self._handshake.ensure()
            slices_left = SLICES_PER_YIELD
            while True:
                taken = engine.write(data)
                self.bytes_sent += taken
                if queue.data:
                    pump.flush_nowait()
                elif taken < len(data):
                    await pump.fill()  # the rest of a handshake message comes first
                if queue.data or pump.transport.unflushed:
                    self._calls_sending = 0
                    await pump.send_some()
                elif slices_left > 1:
                    if taken == len(data) and engine.states.writing is _WRITING:
                        if self._yield_every == 1 and self._calls_sending:  # it has not waited
                            await pump.lowlevel.cancel_shielded_checkpoint()
                        return
                    slices_left -= 1
                else:
                    slices_left = SLICES_PER_YIELD
                    await pump.lowlevel.checkpoint()
                    pump.check_open()
                if engine.states.writing is not _WRITING:
                    await pump.raise_why()
                data = memoryview(data)[taken:]
        finally:
            if pump.receiving:
                self._answers_aside = True
            self._bytes_answered = self.bytes_received
            data = b""  # See let_go_of().
            pump.sending = False
            if pump.departure is not None:
                pump.depart()

    async def send_eof(self) -> None:
        """Half-close: send close_notify and go on reading (TLS 1.3 only)."""
        self._pump.begin_sending()
        try:
            if not self._pump.handshaken:
                await self._handshake.ensure()
            if (version := self.engine.version) != "TLSv1.3":
                raise self._errors.no_half_close(
                    f"send_eof() requires at least TLSv1.3; current session uses {version}, whose rules make the peer "
                    "discard what it still had to send (RFC 5246 section 7.2.1)"
                )
            await self._pump.close_writing()
        finally:
            self._pump.end_sending()
        # A cancellation after the work is done must not keep the caller from what comes next, which is to close.
        with anyio.CancelScope(shield=True):
            await checkpoint()

    async def wait_writable(self) -> None:
        """Wait until ``send()`` might not have to wait."""
        self._pump.begin_sending()
        try:
            await self._pump.wait_writable()
        finally:
            self._pump.end_sending()

    async def request_certificate(self, timeout: float | None) -> None:
        """Ask the client for its certificate and wait for its answer; see ``_certificate_request.py``."""
        client = "the client" if self.visitor is None else self.visitor.name
        await request_certificate(self._pump, self._handshake, self._errors, timeout, client)

    # ---- the end ----

    async def unwrap(self, timeout: float | None) -> bytes:
        """Exchange close_notify; return what was received after the peer's."""
        await exchange_close_notify(self._pump, self._handshake, self._errors, timeout)
        self.engine.states.fire(Event.CLOSED)
        if self.visitor is not None:
            self.visitor.left()
        return self.engine.take_input() + self._pump.transport.release()

    def offer(self, data: bytes | memoryview) -> int:
        """Send as much from the front of ``data`` as possible without waiting; return how many bytes that was."""
        self._pump.check_open()
        if self._pump.sending or not self._pump.handshaken:
            return 0
        taken = self.engine.write(data)
        self.bytes_sent += taken
        if self.engine.has_output:
            self._pump.flush_nowait()
            self.engine.check_writing()  # a failed direction has discarded what it had accepted
        return taken

    @property
    def is_flushed(self) -> bool:
        return not (self.engine.has_output or self._pump.transport.unflushed)

    def begin_closing(self) -> None:
        """A stream above is about to send close_notify and to close this one: see :class:`~._transports.Carrier`."""
        if self.engine.states.connection is not _CLOSED:
            self.closing = Closing(self._pump, linger=self._linger, close_notify=self._standard_compatible)
            is_heard = self._bytes_answered > self._bytes_before  # the peer sent something during the last send
            self.closing.judge(expects_input=self._pump.receiving or is_heard)

    def retire(self) -> bool:
        """Send close_notify to an idle peer: nothing was received since the last send, a task waits to receive, and
        none has done so during a send. Return whether that was so; :meth:`finish_retiring` sends what is left of it."""
        is_idle = self.bytes_received == self._bytes_answered and not self._answers_aside
        return is_idle and say_goodbye(self._pump)

    async def finish_retiring(self) -> None:
        """Send what :meth:`retire` has left."""
        await self._pump.finish_goodbye()

    def give_up(self) -> None:
        """Take the silence of a peer that :meth:`retire` has told for its end."""
        if self.bytes_received == self._bytes_answered:
            give_up(self._pump)

    async def cut_off(self) -> None:
        """Close at once, without close_notify, which would mark incomplete data as complete."""
        if self.closing is None and self.engine.states.connection is not _CLOSED:
            self.closing = Closing(self._pump, linger=0, close_notify=False)
        with anyio.CancelScope() as at_once:
            at_once.cancel()
            await self.aclose()

    async def aclose(self) -> None:
        """Close: gracefully if that is possible within ``linger`` seconds, and in any case."""
        if self.engine.states.connection is not _CLOSED:
            if self.closing is None:
                self.begin_closing()
            assert self.closing is not None
            try:
                await self.closing.run()
            finally:
                if self.visitor is not None:
                    self.visitor.left()
        elif self.closing is not None:
            await self.closing.join()
        else:  # unwrapped: the transport belongs to the caller
            await checkpoint()
