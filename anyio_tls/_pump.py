"""Moves the ciphertext of a connection between its engine and its transport, and decides which task does so.

Theory of operation
===================

**Consistent at every await.** The engine is used only between awaits, never across one, and every step reads its state
afresh. What the engine has decrypted or encrypted stays in its queues until it is delivered to the caller or taken by
the transport. So a cancellation, which can arrive only at an await, never interrupts a change half-way.

**One reader, one writer.** A second task of the same kind gets the busy error before it has changed anything. A task
that needs ciphertext while another one receives it waits for that task. The flags for this say what tasks are doing,
not what the connection is, and any task may be cancelled out of them; so they are not in ``_states.py``. Nor is
``handshaken``: TLS is open before its last flight has been sent, and that flight is the pump's business.

**Reading never waits for writing**, and replies are sent all the same. A reply that reading provokes is offered to the
transport without waiting. What the transport does not take is sent during the wait for more input, by a task that ends
with that wait. (Over a stream that cannot say how much of a cancelled send it took, that task has a moment to end by
itself. A peer that does not read in that time breaks the sending half.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import anyio

from ._engine import TLSEngine
from ._errors import TRANSPORT_ERRORS, ErrorClasses
from ._event_loop import EventLoop, event_loop
from ._states import Connection, Reading, Writing
from ._transports import Transport

__all__ = ["Pump"]

ANSWER_SECONDS: Final = 1.0
"""How long a reply that cannot be cancelled may delay the reader after input has arrived."""

DEPARTURE_SECONDS: Final = 0.05
"""After how long a close interrupts the remaining tasks again: a task that has just had a spurious wake-up, and waits
again, has not noticed the first time."""

EXPLANATION_SECONDS: Final = 0.1
"""How long a failed send looks for an alert: one that the peer sent before it went has usually arrived."""

# Looking up a member of an enum takes as long as a call does.
_CLOSED: Final = Connection.CLOSED
_WRITING: Final = Writing.OPEN


class Pump:
    """Moves the ciphertext of one connection, in the callers' tasks."""

    __slots__ = (
        "_answering",
        "_awaiting_room",
        "_errors",
        "_filling",
        "departure",
        "engine",
        "event_loop",
        "handshaken",
        "lowlevel",
        "receiving",
        "sending",
        "shaking_hands",
        "transport",
    )

    def __init__(self, engine: TLSEngine, transport: Transport, event_loop: EventLoop, errors: ErrorClasses) -> None:
        self.engine = engine
        self.transport = transport
        self.event_loop = event_loop
        self.lowlevel = event_loop.lowlevel
        self.handshaken = False
        """Whether the handshake is complete, and its last flight was sent."""
        self._errors = errors
        self.receiving = False  # a task is in a call that receives
        self.sending = False  # or that sends
        self.shaking_hands = False  # or does the handshake
        self._answering = False  # a task sends a reply while the reader waits for input
        self._awaiting_room = False  # any other task waits until the transport takes something
        self._filling = False
        self.departure: anyio.Event | None = None  # set when a task leaves, if one waits for that

    # ---- who may do what ----

    def begin_receiving(self) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self.closed_error()
        if self.receiving:
            raise self._errors.busy("receiving from")
        self.receiving = True

    def begin_sending(self) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self.closed_error()
        if self.sending:
            raise self._errors.busy("sending to")
        self.sending = True

    def end_sending(self) -> None:
        self.sending = False
        self.depart()

    @property
    def is_deserted(self) -> bool:
        """Whether no task is doing the handshake, waiting for input, sending or answering."""
        return not (self._filling or self.sending or self.shaking_hands or self._answering)

    async def until_deserted(self) -> None:
        """Interrupt the tasks in the stream, and wait until they have left."""
        while not self.is_deserted:
            with anyio.move_on_after(DEPARTURE_SECONDS):
                await self.until_departure()
            self.transport.interrupt()

    async def until_departure(self) -> None:
        """Wait until a task leaves that was doing the handshake, receiving, waiting for input or sending."""
        self.departure = self.departure or anyio.Event()
        await self.departure.wait()
        # On asyncio a cancellation does not reach a task that has been woken, as one is here over and over.
        await self.lowlevel.checkpoint_if_cancelled()

    def depart(self) -> None:
        """A task leaves."""
        departure, self.departure = self.departure, None
        if departure is not None:
            departure.set()

    def check_open(self) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self.closed_error()

    def closed_error(self) -> Exception:
        return self._errors.closed("this TLS stream has been closed")

    # ---- ciphertext in ----

    async def fill(self, more_room: int = 0, less_room: int = 0) -> bool:
        """Take ciphertext from the transport into the engine, or wait for the task that does so; return whether it had
        to wait.

        :param more_room: bytes to receive beyond the engine's room from a transport that is known to have more
        :param less_room: bytes fewer, for who leaves it there
        """
        if self._filling:
            await self.until_departure()
            return True
        engine, queue = self.engine, self.engine.outgoing
        if engine.states.connection is _CLOSED:  # a close may be reading, and discarding, input
            raise self.closed_error()
        if queue.data:
            self.flush_nowait()
        if engine.idle.is_pausing:  # It has not used all that it has.
            engine.idle.is_pausing = False
            await self.lowlevel.checkpoint()
            self.check_open()
            return False
        self._filling = True
        waited = False
        try:
            room = engine.room - less_room
            data = self.transport.receive_nowait(room + more_room)
            if data:
                engine.feed(data)
            elif data is not None:
                engine.feed_eof()
            else:
                waited = True
                if queue.data and not (self.sending or self._answering):
                    await self._answer_and_receive(room)
                elif data := await self.transport.receive(room):
                    if self.engine.states.connection is _CLOSED:
                        raise self.closed_error()
                    engine.feed(data)
                else:
                    self._take(data)
        except Exception as exc:
            self.check_open()
            # A wait that was interrupted because the peer was given up (see _retiring.py) is no failure.
            if not (isinstance(exc, anyio.ClosedResourceError) and engine.states.reading is Reading.CLOSE_NOTIFY):
                self._transport_failed(exc, engine.fail_reading)
        finally:
            self._filling = False
            if self.departure is not None:
                self.depart()
        return waited

    def _take(self, data: bytes | memoryview) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self.closed_error()
        if data:
            self.engine.feed(data)
        else:
            self.engine.feed_eof()

    async def _answer_and_receive(self, room: int) -> None:
        """Wait for ciphertext, and send what is queued meanwhile."""
        failure: Exception | None = None
        self._answering = True
        try:
            async with anyio.create_task_group() as tasks:
                answer = anyio.CancelScope(shield=not self.transport.exact)
                tasks.start_soon(self._send_answer, answer)
                try:
                    # Taken at once, before a cancellation can arrive.
                    self._take(await self.transport.receive(room))
                except Exception as exc:
                    failure = exc  # A task group would wrap it.
                finally:
                    answer.deadline = anyio.current_time() + (0.0 if self.transport.exact else ANSWER_SECONDS)
        finally:
            self._answering = False  # The task may not have begun.
            self.depart()
        if failure is not None:
            try:
                raise failure
            finally:
                failure = None  # Otherwise the two would refer to each other: its traceback has this frame.

    async def _send_answer(self, scope: anyio.CancelScope) -> None:
        try:
            with scope:
                while self.engine.has_output or self.transport.unflushed:
                    await self.transport.send(self.engine.outgoing)
        except (anyio.BusyResourceError, anyio.ClosedResourceError):
            pass  # The next call sends it, or it and the task that waits for input get this error.
        except Exception as exc:
            self.engine.fail_writing(exc)
        finally:
            self._answering = False
            self.depart()

    def is_readable(self) -> bool:
        """Whether there is plaintext, the end or an error, as far as the transport can tell."""
        engine = self.engine
        if self._filling and not engine.pending:
            return False  # What arrives is for the task that waits for it.
        try:
            # Decrypt it, since it need not be data: a TLS 1.3 server may send session tickets at any time.
            while engine.read_ahead() and not engine.pending:
                if not self.transport.is_readable():
                    return False
                data = self.transport.receive_nowait(engine.room)
                if data is None:
                    return True  # Only a receive that waits can tell what it is.
                self._take(data)
        except anyio.ClosedResourceError:
            pass  # The owner of the stream below has closed it; the next call raises that.
        except TRANSPORT_ERRORS as exc:
            engine.fail_reading(exc)
        finally:
            if engine.has_output:
                self.flush_nowait()
        return True

    # ---- ciphertext out ----

    def flush_nowait(self) -> None:
        """Offer the transport what is queued. A failure is recorded in the engine."""
        try:
            self.transport.send_nowait(self.engine.outgoing)
        except TRANSPORT_ERRORS as exc:
            self.engine.fail_writing(exc)
        except anyio.ClosedResourceError:
            pass  # A call that waits for the flush raises that.

    async def flush(self) -> None:
        """Send all that is queued."""
        if self.engine.has_output:
            self.flush_nowait()
        while self.engine.has_output or self.transport.unflushed:
            await self.send_some()
        if self.engine.states.writing is Writing.FAILED:
            await self.raise_why()

    async def send_some(self) -> None:
        """Wait until the transport has taken some of what is queued."""
        if self._answering or self._awaiting_room:
            await self.until_departure()
            return
        self._awaiting_room = True
        try:
            await self.transport.send(self.engine.outgoing)
        except Exception as exc:
            self._transport_failed(exc, self.engine.fail_writing)
        finally:
            self._awaiting_room = False
            self.depart()

    async def wait_writable(self) -> None:
        """Wait until sending might not have to wait."""
        while self._answering or self._awaiting_room:  # the latter in its handshake
            await self.until_departure()
        if self.engine.states.writing is not Writing.FAILED:
            self._awaiting_room = True
            try:
                await self.transport.wait_writable()
            except Exception as exc:
                self._transport_failed(exc, self.engine.fail_writing)
            finally:
                self._awaiting_room = False
                self.depart()
        if self.engine.states.writing is Writing.FAILED:
            await self.raise_why()

    async def close_writing(self) -> None:
        """Send close_notify, after all that is queued. Calling it again does no harm."""
        if self.engine.states.writing is not Writing.HALF_CLOSED:
            self.engine.check_writing()
            while not self.engine.close_writing():
                await self.fill()
        await self.flush()

    async def finish_goodbye(self) -> None:
        """Send what is left of a goodbye, beside the wait for input."""
        if not self._answering:
            self._answering = True
            await self._send_answer(anyio.CancelScope())

    async def raise_why(self) -> None:
        """Raise the error that prevents sending. If the peer has gone, look for its alert, which says more than a
        broken pipe."""
        engine = self.engine
        if self.handshaken and engine.states.writing is Writing.FAILED and engine.states.reading is Reading.OPEN:
            try:
                with anyio.move_on_after(EXPLANATION_SECONDS):
                    while engine.read_ahead():
                        await self.fill()
            except Exception as exc:
                if not isinstance(exc.__cause__, anyio.BusyResourceError):  # of an owner who is in the way of an alert
                    raise
            finally:
                engine.explain_failed_writing()
        engine.check_writing()

    def _transport_failed(self, exc: Exception, fail: Callable[[Exception], None]) -> None:
        """Fail a direction. A bug in the stream below is raised unchanged by the call that meets it; later calls raise
        an error of ours with it as the cause, unless that call came from another event loop: a bug of its own."""
        self.check_open()
        if isinstance(exc, anyio.ClosedResourceError):  # its owner has closed the stream below
            raise self.closed_error() from exc
        if isinstance(exc, anyio.BusyResourceError):  # its owner uses it, which fails no direction
            raise self._errors.busy("using the stream below") from exc
        is_bug = not isinstance(exc, TRANSPORT_ERRORS)
        if not (is_bug and self.event_loop.library and event_loop() is not self.event_loop):
            fail(exc)
        if is_bug:
            raise exc
