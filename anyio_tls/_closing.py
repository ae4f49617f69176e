"""Closing: what was accepted for sending is delivered, and nothing else is waited for.

Theory of operation
===================

Data that ``send()`` has accepted is in one of three places: in the engine's queue, which only this process can send; in
the kernel's send buffer, which the kernel sends by itself, even after the socket was closed; or in the peer's kernel.
From the last two, only a reset takes it away. A kernel sends a reset, and drops what it had still to send, when a
socket is closed that has unread input, or when input arrives for a closed socket. So a close that loses nothing keeps
the socket open, and discards input, for as long as there is something to lose and the peer may send.

**What is at risk** is decided once, before close_notify is queued, which would itself be unacknowledged for one round
trip. Nothing is at risk if the peer has reset the connection. Nothing is at risk if the peer has acknowledged
everything (``TIOCOUTQ`` on Linux, ``SO_NWRITE`` on macOS; where the kernel does not say, as on Windows, something is
assumed to be unacknowledged). And nothing is at risk if the peer has sent close_notify or ended its half of the
transport: no more input will come that could cause a reset, and the kernel delivers the rest by itself.

An acknowledgement is not enough if more input is to be expected before the peer's program has read everything: the
reset that this input causes makes some peers (proxies above all) drop data that their kernel has received. So a server
that closes before its client's close_notify always waits, and a client waits if one of its tasks was still receiving,
or if the peer sent something during the last send. A client that has read a response, or abandons a download, does not
wait.

**When it ends.** The peer usually ends its half when it has read our close_notify. A peer that does not is given up
once it has acknowledged everything, our end of the transport included, and has been silent for two seconds since: if it
has not read everything by then, it is unlikely to send anything that would cause a reset. If the handshake has failed,
so that nothing but its alert is at stake, the acknowledgement is enough. (A server sees to that in the handshake, and
waits up to a second for a client that it refuses for its certificate, whose signature is still to come, and as long as
a close for one that it answers in plain HTTP, which may be amid an upload.)

**One bound.** ``linger`` limits the time of all steps together. When it is over, or when the close is cancelled, the
transport is closed at once.

**States.** For callers the connection is closed as soon as the close begins; that is in ``_states.py``. Whether the
transport is closed too matters only to another ``aclose()``, so it is kept here.

==================================  =======================================================  ========================
step                                what the close waits for                                 when
==================================  =======================================================  ========================
judge, queue close_notify, offer    nothing                                                  always
interrupt tasks in the stream       these tasks, which get the closed error                  if there are any
flush                               the transport, to take what is queued; input is          if it did not at once
                                    discarded meanwhile, since the peer may not read before
                                    it has sent
hear the peer out                   the rest of a handshake message, amid which OpenSSL      if a part of one has been
                                    writes nothing, or two seconds of silence; what is       read
                                    queued is flushed beside it, and close_notify behind it
deliver                             the peer's end or acknowledgement                        if something is at risk
discard the little that arrived     nothing                                                  always
close the transport                 nothing, or a stream below that closes gracefully        always, cancelled or not
another ``aclose()``                the first one; if cancelled, it closes the transport     always
==================================  =======================================================  ========================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine
from contextlib import nullcontext, suppress
from typing import Any, Final, final

import anyio
from anyio.lowlevel import checkpoint

from ._errors import TLSError, forget_frames
from ._pump import Pump
from ._queue import SendQueue
from ._states import Event, Reading, Writing
from ._transports import Transport

__all__ = [
    "ALERT_SECONDS",
    "LINGER_SECONDS",
    "SILENCE_SECONDS",
    "Closing",
    "close_quietly",
    "deliver",
    "discard",
    "flush",
]

LINGER_SECONDS: Final = 30.0
"""How long a close may take, unless the user says otherwise."""

ALERT_SECONDS: Final = 1.0
"""How long a failed handshake tries to send its alert, or to receive the peer's."""

SILENCE_SECONDS: Final = 2.0
"""How long a peer that has acknowledged everything has to be silent before it is given up. Its program may be busy, or
have to wait for a processor, and read and answer only then. (Apache waits as long, nginx for 5 seconds.)"""

# After how long it is asked whether everything is acknowledged, and then each time twice as long, up to the other one.
_FIRST_LOOK, _LAST_LOOK = 0.1, 1.0

_PIECE: Final = 2**16
_TRANSPORT_ERRORS: Final = (
    OSError,
    anyio.BrokenResourceError,
    anyio.BusyResourceError,  # of an owner who uses the stream below
    anyio.ClosedResourceError,
)


async def close_quietly(stream: Any, errors: tuple[type[Exception], ...] = _TRANSPORT_ERRORS) -> None:
    """Close a stream at once. It is closed even if its close fails.

    :param errors: how that may be
    """
    with suppress(*errors):
        await anyio.aclose_forcefully(stream)


async def flush(transport: Transport, queue: SendQueue, read: Callable[[Transport], Coroutine[Any, Any, None]]) -> None:
    """Send all that is queued, and read meanwhile.

    :param read: what to do with input, such as :func:`discard`
    :raises OSError: if the transport fails, and :exc:`anyio.BrokenResourceError` and :exc:`anyio.ClosedResourceError`
    """
    transport.send_nowait(queue)
    if not (queue.data or transport.unflushed):
        return
    failure: Exception | None = None
    async with anyio.create_task_group() as discarding:
        discarding.start_soon(read, transport)
        try:
            while queue.data or transport.unflushed:
                await transport.send(queue)
        except Exception as exc:
            failure = exc  # A task group would wrap it.
        discarding.cancel_scope.cancel()
    if failure is not None:
        try:
            raise failure
        finally:
            failure = None  # Otherwise the two would refer to each other: its traceback has this frame.


async def discard(transport: Transport) -> None:
    """Discard the peer's input, up to its end."""
    try:
        while await transport.receive(_PIECE):
            pass
    except Exception as exc:  # If it matters, sending fails too.
        forget_frames(exc)  # The transport keeps it.


async def deliver(transport: Transport, *, only_alert: bool = False) -> None:
    """Wait until the peer has everything, and discard what it still sends.

    :param only_alert: whether that is no more than the alert of a failed handshake, whose peer is not waited for once
        it has acknowledged that
    :raises OSError: if the transport fails, and :exc:`anyio.BrokenResourceError` and :exc:`anyio.ClosedResourceError`
    """
    transport.shut_down_sending()
    # When many connections close at once, as at a shutdown, other tasks run between the steps.
    await checkpoint()
    silence, acknowledged = _FIRST_LOOK, False  # the end of our half is not, at first
    while True:
        with anyio.CancelScope() as patience:
            patience.deadline = anyio.current_time() + silence
            while await transport.receive(_PIECE):
                patience.deadline = anyio.current_time() + silence
            break
        if acknowledged:
            break
        if transport.is_undelivered():
            silence = min(2 * silence, _LAST_LOOK)
        elif only_alert:
            break
        else:
            silence, acknowledged = SILENCE_SECONDS, True
    await checkpoint()


@final
class Closing:
    """The close of one connection.

    :param linger: seconds that it may take; with 0, nothing waits
    :param close_notify: whether the peer is told
    """

    __slots__ = (
        "_at_risk",
        "_close_notify",
        "_engine",
        "_is_amid_message",
        "_joined",
        "_linger",
        "_pump",
        "_transport",
        "is_done",
    )

    def __init__(self, pump: Pump, *, linger: float, close_notify: bool) -> None:
        self._pump = pump
        self._engine = pump.engine
        self._transport = pump.transport
        self._linger = linger
        self._close_notify = close_notify
        self._at_risk = False
        self._is_amid_message = False  # the peer, with a message of the handshake protocol
        self.is_done = False
        self._joined: anyio.Event | None = None  # set when it is done; there once a task waits for that

    def judge(self, *, expects_input: bool) -> None:
        """Decide whether anything is at risk.

        :param expects_input: whether a task was receiving, or the peer sent something during the last send
        """
        transport, states = self._transport, self._engine.states
        if self._engine.is_cut_off:
            return
        if transport.lingers:
            transport.begin_closing()  # By its own graceful close it delivers what it has.
        elif states.reading in (Reading.OPEN, Reading.FAILED):
            more_may_come = self._engine.server_side or expects_input
            self._at_risk = more_may_come or bool(self._engine.has_output) or transport.begin_closing()

    async def run(self) -> None:
        """Close."""
        pump = self._pump
        transport, queue = self._transport, self._engine.outgoing
        if not pump.handshaken:
            self._linger = min(self._linger, ALERT_SECONDS)
        limit: anyio.CancelScope | None = None
        try:
            self._say_goodbye()
            pump.depart()  # Who waits for another task to leave looks whether it is open.
            if not pump.is_deserted:
                transport.interrupt()
            self._at_risk |= self._is_amid_message  # Its rest is input that is to be expected.
            if self._linger and (self._at_risk or queue.data or transport.unflushed or not pump.is_deserted):
                with self._limit() as limit:
                    if not pump.is_deserted:
                        await pump.until_deserted()
                    await flush(transport, queue, self._hear_out_and_discard if self._is_amid_message else discard)
                    if self._is_amid_message:
                        await self._hear_out()
                        await flush(transport, queue, discard)
                    if self._at_risk:
                        await deliver(transport, only_alert=not pump.handshaken)
        except _TRANSPORT_ERRORS as exc:
            # The peer has gone, or the owner of the stream below has closed it.
            forget_frames(exc)  # The transport keeps it.
        finally:
            if self._engine.states.writing is Writing.OPEN and not transport.lingers:
                # Without close_notify, the end of the transport is all that the peer gets. A process that was forked
                # meanwhile still has the socket, and would keep it from that.
                with suppress(*_TRANSPORT_ERRORS):
                    transport.shut_down_sending()
            transport.discard_nowait()
            try:
                with self._limit(limit) if transport.lingers else nullcontext():
                    await transport.aclose()
            except _TRANSPORT_ERRORS:
                pass  # The transport is closed even if its close fails.
            finally:
                self.is_done = True
                if self._joined is not None:
                    self._joined.set()

    def _limit(self, earlier: anyio.CancelScope | None = None) -> anyio.CancelScope:
        """The time limit that all steps share."""
        event_loop = self._pump.event_loop
        deadline = event_loop.current_time() + self._linger if earlier is None else earlier.deadline
        return event_loop.cancel_scope(deadline=deadline)

    def _say_goodbye(self) -> None:
        engine = self._engine
        if engine.is_cut_off:
            engine.outgoing.clear()
        elif self._pump.handshaken:
            if self._close_notify:
                try:
                    self._is_amid_message = not engine.close_writing()
                except TLSError:
                    pass  # A failed direction sends nothing but its alert.
        elif engine.states.reading is not Reading.FAILED:
            engine.outgoing.clear()  # a handshake that will not be completed
        engine.states.fire(Event.CLOSED)
        if engine.has_output:
            try:
                self._transport.send_nowait(engine.outgoing)
            except _TRANSPORT_ERRORS:
                engine.outgoing.clear()  # The peer has gone.

    async def _hear_out(self) -> None:
        """Take the rest of the peer's message, and queue close_notify behind it."""
        engine = self._engine
        with suppress(TLSError):
            while not engine.close_writing():
                with anyio.move_on_after(SILENCE_SECONDS):
                    if data := await self._transport.receive(engine.room):
                        engine.feed(data)
                        continue
                return

    async def _hear_out_and_discard(self, transport: Transport) -> None:
        await self._hear_out()
        await discard(transport)

    async def join(self) -> None:
        """Wait for a close that is under way."""
        if self.is_done:
            event_loop = self._pump.event_loop
            if event_loop.current_effective_deadline() == -math.inf:
                # The end of each connection of trio.serve_listeners(). A checkpoint takes Trio twice as long there.
                await event_loop.sleep_forever()
            await event_loop.lowlevel.checkpoint()
            return
        self._joined = self._joined or anyio.Event()
        try:
            await self._joined.wait()
        finally:
            if not self.is_done:  # cancelled: close at once
                await self._transport.aclose()
