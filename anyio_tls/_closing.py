"""Closing: what was accepted for sending arrives, and nobody waits for more than that.

Theory of operation
===================

What ``send()`` has returned for lies in three places: in the engine's queue, which only we can send; in the system's
send buffer, which the system sends by itself, also after the socket was closed; and in the peer's system. Only a reset
takes it away from there. And systems answer with a reset, in place of what they had still to send, when a socket is
closed that has unread input, or when input arrives at one that is closed. So the close that loses nothing keeps the
socket open, and throws away what comes, for as long as there is something to lose and somebody who may send.

**What is at risk** is judged once, before the goodbye is queued, which would itself be unacknowledged for one round
trip. Nothing is, where the peer has reset the connection: nobody hears us. Nothing is, where the system has nothing
left that the peer's has not acknowledged (``TIOCOUTQ`` on Linux, ``SO_NWRITE`` on macOS; a system that does not tell,
such as Windows, is taken to have). And nothing is, where the peer has said that nothing follows, by close_notify or by
ending its half of the transport: nothing will come that could be answered by a reset, and the system delivers the rest
alone.

That the peer's system has acknowledged everything is not enough where the peer's next word is to be expected before its
program has read it all: the reset that answers it makes some peers (proxies above all) forget what their system has
got. So a server that closes before its client has said goodbye waits in any case, and a client if a task of its own was
still receiving, or the peer has talked while it was sending. A client that has read an answer, or abandons a download,
does not wait.

**When it is over.** The peer usually ends its half when it has read our close_notify. One that does not is given up as
soon as its system has acknowledged everything, our end included, and it has been silent for a moment: then there is
nothing left that only an open socket keeps from being lost.

**One bound.** ``linger`` is the time that all of the steps have together. When it is over, or when the close is
cancelled, the transport is closed as things stand.

=================================  ========================================================  ========================
step                               who waits for what                                        when
=================================  ========================================================  ========================
judge, queue close_notify, offer   nobody                                                    always
send away who waits in the stream  the close, for these tasks to leave with the closed error  if there are any
flush                              the close, for the transport to take what is queued;      if it did not at once
                                   input is thrown away meanwhile, for the peer may not
                                   read before it has sent
deliver                            the close, for the peer's end or acknowledgement          if something is at risk
throw away the little that came    nobody                                                    always
free the transport                 nobody, or the close for the graces of the stream below   always, cancelled or not
another ``aclose()``               for the first one; if cancelled, it frees the transport   always
=================================  ========================================================  ========================
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Final, final

import anyio
from anyio.lowlevel import checkpoint

from ._errors import TLSError
from ._pump import Pump
from ._queue import SendQueue
from ._states import Event, Reading
from ._transports import Transport

__all__ = ["ALERT_SECONDS", "LINGER_SECONDS", "Closing", "deliver", "discard", "flush"]

LINGER_SECONDS: Final = 30.0
"""How long a close may take, unless the user says otherwise."""

ALERT_SECONDS: Final = 1.0
"""How long a failed handshake tries to get its alert out, or to learn the peer's."""

SILENCE_SECONDS: Final = 0.1
"""How long a peer that has everything has to be silent to be taken for one that will not end its half. It is asked for
again, twice as long and a second at most, while there is something that its system has not acknowledged."""

_PIECE: Final = 2**16
_TRANSPORT_ERRORS: Final = (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError)


async def flush(transport: Transport, queue: SendQueue) -> None:
    """Send all that is queued, and throw away what comes meanwhile.

    :raises OSError: if the transport fails, and :exc:`anyio.BrokenResourceError` and :exc:`anyio.ClosedResourceError`
    """
    transport.send_nowait(queue)
    if not (queue.data or transport.unflushed):
        return
    failure: Exception | None = None
    async with anyio.create_task_group() as discarding:
        discarding.start_soon(discard, transport)
        try:
            while queue.data or transport.unflushed:
                await transport.send(queue)
        except _TRANSPORT_ERRORS as exc:
            failure = exc  # A task group would wrap it.
        discarding.cancel_scope.cancel()
    if failure is not None:
        try:
            raise failure
        finally:
            failure = None  # Each would keep the other: its traceback leads here.


async def discard(transport: Transport) -> None:
    """Throw away the peer's input, up to its end."""
    try:
        while await transport.receive(_PIECE):
            pass
    except _TRANSPORT_ERRORS:
        pass  # It is for the sending side to tell whether that matters.


async def deliver(transport: Transport) -> None:
    """Wait until the peer has everything, and throw away what it still sends.

    :raises OSError: if the transport fails, and :exc:`anyio.BrokenResourceError` and :exc:`anyio.ClosedResourceError`
    """
    transport.shut_down_sending()
    # Many closes at once, such as at a shutdown, let others run between their steps.
    await checkpoint()
    silence = SILENCE_SECONDS
    while True:
        with anyio.CancelScope() as patience:
            patience.deadline = anyio.current_time() + silence
            while await transport.receive(_PIECE):
                patience.deadline = anyio.current_time() + silence
            break
        if not transport.is_undelivered():
            break
        silence = min(2 * silence, 1.0)
    await checkpoint()


@final
class Closing:
    """The close of one connection, from the first look to the last.

    :param linger: seconds that it may take; with 0, nothing waits
    :param close_notify: whether the peer is told
    """

    __slots__ = ("_at_risk", "_close_notify", "_done", "_engine", "_joined", "_linger", "_pump", "_transport")

    def __init__(self, pump: Pump, *, linger: float, close_notify: bool) -> None:
        self._pump = pump
        self._engine = pump.engine
        self._transport = pump.transport
        self._linger = linger
        self._close_notify = close_notify
        self._at_risk = False
        self._done = False
        self._joined: anyio.Event | None = None  # once somebody waits for it to be done

    def judge(self, *, expects_input: bool) -> None:
        """Look whether anything is at risk.

        :param expects_input: whether a task was receiving, or the peer has said something while we last were sending
        """
        transport, states = self._transport, self._engine.states
        if self._engine.is_cut_off:
            return
        at_risk = transport.begin_closing() or bool(self._engine.has_output)
        at_risk |= self._engine.server_side or expects_input
        # What a stream below that has graces of its own does for its close is its own business.
        at_risk &= not transport.lingers
        self._at_risk = at_risk and states.reading in (Reading.OPEN, Reading.FAILED)

    async def run(self) -> None:
        """Close."""
        pump = self._pump
        transport, queue = self._transport, self._engine.outgoing
        if not pump.handshaken:
            self._linger = min(self._linger, ALERT_SECONDS)
        limit: anyio.CancelScope | None = None
        try:
            self._say_goodbye()
            if not pump.is_deserted:
                transport.interrupt()
            if self._linger and (self._at_risk or queue.data or transport.unflushed or not pump.is_deserted):
                with self._limit() as limit:
                    if not pump.is_deserted:
                        await pump.until_deserted()
                    await flush(transport, queue)
                    if self._at_risk:
                        await deliver(transport)
        except _TRANSPORT_ERRORS:
            pass  # The peer has gone, or the owner of the stream below has closed it.
        finally:
            transport.discard_nowait()
            try:
                with self._limit(limit) if transport.lingers else nullcontext():
                    await transport.aclose()
            except _TRANSPORT_ERRORS:
                pass  # A close that fails has closed.
            finally:
                self._done = True
                if self._joined is not None:
                    self._joined.set()

    def _limit(self, earlier: anyio.CancelScope | None = None) -> anyio.CancelScope:
        """What ends all the steps together."""
        deadline = anyio.current_time() + self._linger if earlier is None else earlier.deadline
        return anyio.CancelScope(deadline=deadline)

    def _say_goodbye(self) -> None:
        engine = self._engine
        if engine.is_cut_off:
            engine.outgoing.clear()
        elif self._pump.handshaken:
            if self._close_notify:
                try:
                    engine.close_writing()
                except TLSError:
                    pass  # What failed has nothing to say, other than its alert.
        elif engine.states.reading is not Reading.FAILED:
            engine.outgoing.clear()  # a handshake that will not be
        engine.states.fire(Event.CLOSED)
        if engine.has_output:
            try:
                self._transport.send_nowait(engine.outgoing)
            except _TRANSPORT_ERRORS:
                engine.outgoing.clear()  # The peer has gone, and will not hear it.

    async def join(self) -> None:
        """Wait for a close that is under way."""
        if self._done:
            await checkpoint()
            return
        self._joined = self._joined or anyio.Event()
        try:
            await self._joined.wait()
        finally:
            if not self._done:  # cancelled: no more patience
                await self._transport.aclose()
