"""The one loop between an engine and a transport.

Theory of operation
===================

A connection is a :class:`~._engine.TLSEngine`, which knows TLS, and a transport, which carries its ciphertext. The
driver moves bytes between them on behalf of whoever calls, in the caller's own task: there is no other.

**Truth at every await.** The engine is only touched between awaits, never across one, and every step looks at it
afresh. What the engine has decrypted or encrypted stays in its queues until it was delivered to the caller or
taken by the transport. So a cancellation, which can strike at an await only, finds nothing half done:

* ``receive()`` takes plaintext out of the engine as its last step.
* ``send()`` waits for its turn before it encrypts. From then on the plaintext counts as sent (``bytes_sent``), and
  its ciphertext goes out first with whatever operation comes next.

**Who may do what.** One task may read and one may write. A second one of a kind gets the busy error before it has
touched anything. The handshake belongs to whoever comes first. The others wait for it, and go on with it if that
task is cancelled.

**Reading never waits for writing**, and its answers leave all the same. What reading makes the engine say to the peer
is offered to the transport without waiting. What it does not take then is sent beside the wait for more input, by a
task that ends with it. (Over a stream that cannot tell how much of a cancelled send it took, that task has a moment to
end by itself. A peer that does not read for so long breaks the sending half.)

**Yielding.** A call that finds its work done without waiting must still let others run now and then. Trio wants
that of every call; the AnyIO face does it every sixteen calls. Every call notices a
cancellation that came before it.

**Closing** wins over everything else: see ``_closing.py``. Here, whoever is sent away by it gets the closed error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import anyio
from anyio.lowlevel import RunVar, checkpoint

from ._closing import ALERT_SECONDS, LINGER_SECONDS, Closing
from ._engine import BUFFER_LIMIT, FRAMING, MAX_PLAINTEXT, TLSEngine
from ._errors import ErrorClasses, Fault, TLSError, TruncatedError, timed_out
from ._event_loop import lowlevel_of_event_loop
from ._states import Connection, Event, Reading, Writing
from ._transports import Transport
from ._workspace import Workspace

__all__ = ["HANDSHAKE_SECONDS", "TLSDriver", "workspace_of_event_loop"]

HANDSHAKE_SECONDS: Final = 30.0
"""How long a handshake may take, unless the user says otherwise, where connecting and listening bound it."""

ANSWER_SECONDS: Final = 1.0
"""How long an answer that cannot be cut off holds up who has got the input beside which it is sent."""

DEPARTURE_SECONDS: Final = 0.05
"""After how long a close interrupts again who is still there: a task that was woken for nothing just before, and has
gone back to wait, has not noticed."""

EXPLANATION_SECONDS: Final = 0.1
"""How long a send that fails looks for an alert: one that the peer sent before it went has usually arrived."""

SLICES_PER_YIELD: Final = 16
"""After how many slices of a large item (48 KiB each) that never had to wait other tasks get a turn."""

# Looking up a member of an enum takes as long as a call does.
_CLOSED: Final = Connection.CLOSED
_WRITING: Final = Writing.OPEN

_workspace: Final = RunVar[Workspace]("anyio_tls")
_TRANSPORT_ERRORS: Final = (OSError, anyio.BrokenResourceError)


def workspace_of_event_loop() -> Workspace:
    """The one that the engines of the running event loop share; where there is none, one of its own."""
    try:
        return _workspace.get()
    except anyio.NoEventLoopError:
        return Workspace()
    except LookupError:
        workspace = Workspace()
        _workspace.set(workspace)
        return workspace


def _fault_of(error: Exception) -> Fault:
    """Whose doing an error of the transport is: what is none that transports have is a fault in the stream below."""
    return "peer" if isinstance(error, _TRANSPORT_ERRORS) else "local"


class TLSDriver:
    """Drives one TLS connection.

    :param linger: seconds that closing may take, by default :data:`LINGER_SECONDS`
    :param handshake_timeout: seconds from now on after which the handshake has failed; ``None`` for never
    :param yield_every: how much may be done without letting other tasks run: calls, and records received
    """

    __slots__ = (
        "_answering",
        "_calls_sending",
        "_closing",
        "_departure",
        "_errors",
        "_filling",
        "_handshake_deadline",
        "_handshake_error",
        "_handshake_over",
        "_handshake_timeout",
        "_handshaken",
        "_linger",
        "_lowlevel",
        "_peer_talks",
        "_receiving",
        "_sending",
        "_standard_compatible",
        "_transport",
        "_work_receiving",
        "_yield_every",
        "bytes_received",
        "bytes_sent",
        "engine",
    )

    def __init__(
        self,
        engine: TLSEngine,
        transport: Transport,
        *,
        standard_compatible: bool,
        linger: float | None,
        yield_every: int,
        errors: ErrorClasses,
        handshake_timeout: float | None = None,
    ) -> None:
        self.engine = engine
        self.bytes_sent = 0
        self.bytes_received = 0
        self._transport = transport
        self._lowlevel = lowlevel_of_event_loop()
        self._standard_compatible = standard_compatible
        self._linger = LINGER_SECONDS if linger is None else linger
        self._yield_every = yield_every
        self._errors = errors
        self._handshaken = False
        self._handshake_timeout = handshake_timeout
        if handshake_timeout is not None:
            self._handshake_deadline = anyio.current_time() + handshake_timeout
        self._handshake_error: TLSError | None = None
        self._handshake_over: anyio.Event | None = None  # while a task is at the handshake
        self._receiving = False
        self._sending = False
        self._answering = False  # beside who waits for input
        self._filling = False
        self._work_receiving = 0  # without a wait
        self._calls_sending = 0
        self._peer_talks = False  # it has said something during the last send
        self._departure: anyio.Event | None = None  # set when a task leaves that somebody waits for
        self._closing: Closing | None = None

    @property
    def handshaken(self) -> bool:
        return self._handshaken

    # ---- the handshake ----

    async def handshake(self) -> None:
        """Complete the handshake, or wait for the task that is at it. A cancelled handshake can be continued."""
        self._check_open()
        if self._handshaken:
            await checkpoint()
        else:
            await self._lowlevel.checkpoint_if_cancelled()
            await self._ensure_handshake()

    async def _ensure_handshake(self) -> None:
        while not self._handshaken:
            self._check_open()
            if self._handshake_over is not None:
                await self._handshake_over.wait()
                continue
            self._handshake_over = over = anyio.Event()
            try:
                if self._handshake_timeout is None:
                    await self._shake_hands()
                else:
                    await self._shake_hands_in_time(self._handshake_timeout)
            finally:
                self._handshake_over = None
                over.set()
                if self._departure is not None:
                    self._depart()

    async def _shake_hands_in_time(self, timeout: float) -> None:
        with anyio.CancelScope(deadline=self._handshake_deadline):
            await self._shake_hands()
            return
        # It may have failed before, and have only had its alert to send.
        self._handshake_error = self._handshake_error or self._errors.handshake(
            f"TLS handshake failed: it took more than {timeout:g} s", phase="handshake"
        )
        raise self._handshake_error.again()

    async def _shake_hands(self) -> None:
        if self._handshake_error is not None:
            raise self._handshake_error.again()
        try:
            while not self.engine.handshake():
                await self._flush()
                await self._await_flight()
            await self._flush()
        except TLSError as exc:
            self._handshake_error = (await self._learn_why() or exc).again()  # without the frames of this one
            await self._send_alert()
            raise self._handshake_error.again() from self._handshake_error.__cause__
        self._handshaken = True

    async def _send_alert(self) -> None:
        try:
            with anyio.move_on_after(ALERT_SECONDS):
                await self._flush()
        except TLSError:
            pass  # The peer is gone, and will not hear why.

    async def _learn_why(self) -> TLSError | None:
        """If the peer does not listen any more, see whether it left an alert: that says more than a broken pipe."""
        if self.engine.states.writing is not Writing.FAILED or self.engine.states.reading is not Reading.OPEN:
            return None
        try:
            with anyio.move_on_after(ALERT_SECONDS):
                while not self.engine.handshake():
                    await self._await_flight()
        except TLSError as exc:
            return exc if exc.alert_received else None
        return None

    async def _await_flight(self) -> None:
        """Take more of the peer's part, of which there may be much, and let others run even if it is here already."""
        if not await self._fill():
            await self._lowlevel.checkpoint()

    # ---- reading ----

    async def receive(self, max_bytes: int) -> bytes:
        """Up to ``max_bytes`` of plaintext, ``b""`` at the end. A cancelled call loses nothing."""
        self._begin_receiving()
        try:
            if not self._handshaken:
                try:
                    await self._ensure_handshake()
                except TruncatedError:
                    if self._standard_compatible:
                        raise
                    return b""
            waited = False
            while (data := self.engine.read(max_bytes)) is None:
                waited |= await self._fill(FRAMING if max_bytes >= MAX_PLAINTEXT else 0)
            if waited:
                self._work_receiving = 0
            else:
                await self._yield_after_receiving(data)
            self.bytes_received += len(data)
            return data
        finally:
            self._receiving = False
            if self.engine.outgoing.data:
                self._flush_nowait()  # what reading made the engine say

    async def _yield_after_receiving(self, data: bytes) -> None:
        try:
            self._work_receiving += 1 + len(data) // MAX_PLAINTEXT
            if self._work_receiving < self._yield_every:
                await self._lowlevel.checkpoint_if_cancelled()
            else:
                self._work_receiving = 0
                await self._lowlevel.checkpoint()
        except BaseException:
            self.engine.unread(data)
            raise

    async def _fill(self, more_room: int = 0) -> bool:
        """Take ciphertext from the transport into the engine, or wait for the task that is at it; tell whether that
        had to wait.

        :param more_room: bytes more than there is room for in the engine, for who takes as much out of it at once
        """
        if self._filling:
            await self._until_departure()
            return True
        engine = self.engine
        self._check_open()  # or the close may be reading: it discards input
        if engine.outgoing.data:
            self._flush_nowait()
        self._filling = True
        waited = False
        try:
            room = engine.room
            data = self._transport.receive_nowait(room + more_room)
            if data is not None:
                self._take(data)
            else:
                waited = True
                if engine.outgoing.data and not self._sending:
                    await self._answer_and_receive()
                else:
                    self._take(await self._transport.receive(room))
        except anyio.ClosedResourceError as exc:
            raise self._closed() from exc
        except Exception as exc:
            self._transport_failed(exc, engine.fail_reading)
        finally:
            self._filling = False
            if self._departure is not None:
                self._depart()
        return waited

    def _take(self, data: bytes | memoryview) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self._closed()
        if data:
            self.engine.feed(data)
        else:
            self.engine.feed_eof()

    async def _answer_and_receive(self) -> None:
        """Wait for ciphertext, and meanwhile send what is queued."""
        failure: Exception | None = None
        self._answering = True
        try:
            async with anyio.create_task_group() as tasks:
                answer = anyio.CancelScope(shield=not self._transport.exact)
                tasks.start_soon(self._send_answer, answer)
                try:
                    # Taken before anything else can be cancelled.
                    self._take(await self._transport.receive(self.engine.room))
                except Exception as exc:
                    failure = exc  # A task group would wrap it.
                finally:
                    answer.deadline = anyio.current_time() + (0.0 if self._transport.exact else ANSWER_SECONDS)
        finally:
            self._end_answering()  # the task may not have begun
        if failure is not None:
            try:
                raise failure
            finally:
                failure = None  # Each would keep the other: its traceback leads here.

    async def _send_answer(self, scope: anyio.CancelScope) -> None:
        try:
            with scope:
                while self.engine.outgoing.data:
                    await self._transport.send(self.engine.outgoing)
        except anyio.ClosedResourceError:
            pass  # Who waits for input will be told.
        except Exception as exc:
            self.engine.fail_writing(exc, _fault_of(exc))
        finally:
            self._end_answering()

    def _end_answering(self) -> None:
        self._answering = False
        if self._departure is not None:
            self._depart()

    def is_readable(self) -> bool:
        """Whether :meth:`receive` has something to give without waiting, as far as the transport tells."""
        engine = self.engine
        if engine.states.connection is _CLOSED or self._handshake_error is not None:
            return True
        if not self._handshaken or (self._filling and not engine.pending):
            return False  # What comes is for the handshake, or for a task that waits for it.
        try:
            # Decrypted, since not all of it need be for the caller: the tickets of a TLS 1.3 server come at any time.
            while engine.read_ahead() and not engine.pending:
                if not self._transport.is_readable():
                    return False
                data = self._transport.receive_nowait(engine.room)
                if data is None:
                    return True  # What it is, only waiting can tell.
                self._take(data)
        except anyio.ClosedResourceError:
            pass  # By the owner of the stream below, as the next call will say.
        except _TRANSPORT_ERRORS as exc:
            engine.fail_reading(exc)
        finally:
            if engine.outgoing.data:
                self._flush_nowait()
        return True

    # ---- writing ----

    async def send(self, data: bytes | memoryview) -> None:
        """Send all of ``data``; ``bytes_sent`` tells how much of it a cancelled call has accepted."""
        self._begin_sending()
        received = self.bytes_received
        try:
            self._calls_sending += 1
            if self._calls_sending < self._yield_every:
                await self._lowlevel.checkpoint_if_cancelled()
            else:
                self._calls_sending = 0
                await self._lowlevel.checkpoint()
                self._check_open()
            if not self._handshaken:
                await self._ensure_handshake()
            engine, queue = self.engine, self.engine.outgoing
            slices = 0
            while True:
                taken = engine.write(data)
                self.bytes_sent += taken
                if queue.data:
                    self._flush_nowait()
                    slices += 1
                    if queue.data:
                        await self._send_some()
                    elif slices % SLICES_PER_YIELD == 0:
                        await self._lowlevel.checkpoint()
                        self._check_open()
                elif taken < len(data):
                    await self._fill()  # the rest of a handshake message comes first
                if engine.states.writing is not _WRITING:
                    await self._raise_why()
                if taken == len(data) and not queue.data:
                    if not self._transport.unflushed:
                        return
                    await self._send_some()
                data = memoryview(data)[taken:]
        finally:
            self._peer_talks = self.bytes_received > received
            self._end_sending()

    async def send_eof(self) -> None:
        """Half-close: send close_notify and go on reading (TLS 1.3 only)."""
        self._begin_sending()
        try:
            if not self._handshaken:
                await self._ensure_handshake()
            if (version := self.engine.version) != "TLSv1.3":
                raise self._errors.no_half_close(
                    f"send_eof() requires at least TLSv1.3; current session uses {version}, whose rules make the peer "
                    "discard what it still had to send (RFC 5246 section 7.2.1)"
                )
            if self.engine.states.writing is not Writing.HALF_CLOSED:
                self.engine.check_writing()
                await self._close_writing()
            await self._flush()
        finally:
            self._end_sending()
        # A cancellation that finds the work done must not keep the caller from what comes next, which is to close.
        with anyio.CancelScope(shield=True):
            await checkpoint()

    async def _close_writing(self) -> None:
        while not self.engine.close_writing():
            await self._fill()

    async def wait_writable(self) -> None:
        """Wait until ``send()`` might not have to."""
        self._begin_sending()
        try:
            while self._answering:
                await self._until_departure()
            if self.engine.states.writing is not Writing.FAILED:
                await self._wait_for_room()
            if self.engine.states.writing is Writing.FAILED:
                await self._raise_why()
        finally:
            self._end_sending()

    async def _wait_for_room(self) -> None:
        try:
            await self._transport.wait_writable()
        except anyio.ClosedResourceError as exc:
            raise self._closed() from exc
        except Exception as exc:
            self._transport_failed(exc, self.engine.fail_writing)

    def _flush_nowait(self) -> None:
        """Offer the transport what is queued. If it fails, the engine knows."""
        try:
            self._transport.send_nowait(self.engine.outgoing)
        except _TRANSPORT_ERRORS as exc:
            self.engine.fail_writing(exc)
        except anyio.ClosedResourceError:
            pass  # Whoever waits for it to leave will be told.

    async def _flush(self) -> None:
        """Send all that is queued."""
        if self.engine.outgoing.data:
            self._flush_nowait()
        while self.engine.outgoing.data or self._transport.unflushed:
            await self._send_some()
        if self.engine.states.writing is Writing.FAILED:
            await self._raise_why()

    async def _raise_why(self) -> None:
        """Raise what stands in the way of sending. If the peer has gone, see whether it left an alert, which says more
        than a broken pipe."""
        engine = self.engine
        if self._handshaken and engine.states.writing is Writing.FAILED and engine.states.reading is Reading.OPEN:
            try:
                with anyio.move_on_after(EXPLANATION_SECONDS):
                    while engine.read_ahead():
                        await self._fill()
            finally:
                engine.explain_failed_writing()
        engine.check_writing()

    async def _send_some(self) -> None:
        """Wait until the transport has taken some of what is queued."""
        self._calls_sending = 0
        if self._answering:
            await self._until_departure()
            return
        try:
            await self._transport.send(self.engine.outgoing)
        except anyio.ClosedResourceError as exc:
            raise self._closed() from exc
        except Exception as exc:
            self._transport_failed(exc, self.engine.fail_writing)

    def _transport_failed(self, exc: Exception, fail: Callable[[Exception, Fault], None]) -> None:
        """End a direction. Whoever meets a fault in the stream below sees it as it is; later calls get it as the cause
        of an error of ours."""
        self._check_open()
        fail(exc, _fault_of(exc))
        if not isinstance(exc, _TRANSPORT_ERRORS):
            raise exc

    # ---- the end ----

    async def unwrap(self, timeout: float | None) -> bytes:
        """Exchange close_notify; return what came behind the peer's."""
        self._begin_receiving()
        try:
            self._begin_sending()
            try:
                with anyio.move_on_after(timeout) as limit:
                    await checkpoint()
                    await self._ensure_handshake()
                    await self._exchange_close_notify()
                if limit.cancelled_caught:
                    peer = getattr(self.engine.ssl_object, "server_hostname", None) or "the peer"
                    raise timed_out(f"unwrap(): exchanging close_notify with {peer}", timeout)
            finally:
                self._end_sending()
        finally:
            self._receiving = False
            if self.engine.outgoing.data:
                self._flush_nowait()
        self.engine.states.fire(Event.CLOSED)
        return self.engine.take_trailing_data() + self._transport.release()

    async def _exchange_close_notify(self) -> None:
        if not self.engine.pending:
            if self.engine.states.writing is not Writing.HALF_CLOSED:
                self.engine.check_writing()
                await self._close_writing()
            await self._flush()
        while (data := self.engine.read(BUFFER_LIMIT)) is None:
            await self._fill()
        if data:
            self.engine.unread(data)
            raise self._errors.unexpected_data(
                "unwrap() met application data: receive it, then unwrap again", phase="closing"
            )

    def offer(self, data: bytes | memoryview) -> int:
        """Send as much from the front of ``data`` as takes no wait; tell how many bytes that was."""
        self._check_open()
        if self._sending or not self._handshaken:
            return 0
        taken = self.engine.write(data)
        self.bytes_sent += taken
        if self.engine.outgoing.data:
            self._flush_nowait()
            self.engine.check_writing()  # what has failed has thrown away what it took
        return taken

    @property
    def is_flushed(self) -> bool:
        return not (self.engine.outgoing.data or self._transport.unflushed)

    def begin_closing(self) -> None:
        """A stream above is about to say goodbye and to close this one: see :class:`~._transports.Carrier`."""
        if self.engine.states.connection is not _CLOSED:
            self._closing = Closing(
                self.engine, self._transport, linger=self._linger, close_notify=self._standard_compatible
            )
            self._closing.judge(expects_input=self._receiving or self._peer_talks)

    async def aclose(self) -> None:
        """Close, as gracefully as that can be had within ``linger`` seconds, and in any case."""
        if self.engine.states.connection is not _CLOSED:
            if self._closing is None:
                self.begin_closing()
            assert self._closing is not None
            await self._closing.run(handshaken=self._handshaken, alone=self._alone, until_alone=self._until_alone)
        elif self._closing is not None:
            await self._closing.join()
        else:  # unwrapped: the transport is the caller's
            await checkpoint()

    def _alone(self) -> bool:
        """Whether nobody is at the handshake, waits for input or is sending."""
        return not (self._filling or self._sending or self._handshake_over is not None)

    async def _until_alone(self) -> None:
        while not self._alone():
            with anyio.move_on_after(DEPARTURE_SECONDS):
                await self._until_departure()
            self._transport.interrupt()

    # ---- who may do what ----

    def _begin_receiving(self) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self._closed()
        if self._receiving:
            raise self._errors.busy("receiving from")
        self._receiving = True

    def _begin_sending(self) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self._closed()
        if self._sending:
            raise self._errors.busy("sending to")
        self._sending = True

    def _end_sending(self) -> None:
        self._sending = False
        if self._departure is not None:
            self._depart()

    async def _until_departure(self) -> None:
        """Wait until a task leaves that was at the handshake, waited for input or was sending."""
        self._departure = self._departure or anyio.Event()
        await self._departure.wait()

    def _depart(self) -> None:
        assert self._departure is not None
        self._departure.set()
        self._departure = None

    def _check_open(self) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self._closed()

    def _closed(self) -> Exception:
        return self._errors.closed("this TLS stream has been closed")
