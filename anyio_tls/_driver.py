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

**Reading never waits for writing.** What reading makes the engine say to the peer is offered to the transport
without waiting. What it does not take now leaves with the next operation.

**Yielding.** A call that finds its work done without waiting must still let others run now and then. Trio wants
that of every call; the AnyIO face does it every sixteen calls. Every call notices a
cancellation that came before it.

**Closing** wins over everything else. It marks the connection first, so that nobody starts anew, sends away who
waits for room to write, says goodbye within a time limit, and closes the transport on every path. Only grace can
fail.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Final

import anyio
from anyio.lowlevel import RunVar, checkpoint

from ._engine import BUFFER_LIMIT, FRAMING, MAX_PLAINTEXT, TLSEngine, Workspace
from ._errors import ErrorClasses, TLSError, TruncatedError
from ._event_loop import lowlevel_of_event_loop
from ._states import Connection, Event, Reading, Writing
from ._transports import Transport

__all__ = ["TLSDriver", "workspace_of_event_loop"]

CLOSE_SECONDS: Final = 5.0
"""How long ``aclose()`` tries to get out what is queued, close_notify included."""

ALERT_SECONDS: Final = 1.0
"""How long a failed handshake tries to get its alert out, or to learn the peer's."""

SERVER_LINGER: Final = 2.0
"""Seconds that a server gives its last words. A client, which may be abandoning a download, gives none unasked."""

LINGER_BYTES: Final = 2**24
"""How much input a lingering close discards: more than flows in the time it takes the peer to notice our end."""

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


class TLSDriver:
    """Drives one TLS connection.

    :param linger: seconds for which closing discards the peer's input, where the transport is a socket with unread
        input, whose close would otherwise destroy what was sent last; by default :data:`SERVER_LINGER` on a server
        and none on a client
    :param yield_every: how much may be done without letting other tasks run: calls, and records received
    """

    __slots__ = (
        "_calls_sending",
        "_closing",
        "_departure",
        "_errors",
        "_filled",
        "_filling",
        "_handshake_error",
        "_handshake_over",
        "_handshaken",
        "_linger",
        "_lowlevel",
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
    ) -> None:
        self.engine = engine
        self.bytes_sent = 0
        self.bytes_received = 0
        self._transport = transport
        self._lowlevel = lowlevel_of_event_loop()
        self._standard_compatible = standard_compatible
        self._linger = linger if linger is not None else SERVER_LINGER if engine.ssl_object.server_side else 0.0
        self._yield_every = yield_every
        self._errors = errors
        self._handshaken = False
        self._handshake_error: TLSError | None = None
        self._handshake_over: anyio.Event | None = None  # while a task is at the handshake
        self._receiving = False
        self._sending = False
        self._filling = False
        self._filled: anyio.Event | None = None  # set when the task in _fill() leaves, for another one
        self._work_receiving = 0  # without a wait
        self._calls_sending = 0
        self._closing: anyio.Event | None = None  # set when the transport is closed
        self._departure: anyio.Event | None = None  # set when the task in send() leaves, for aclose()

    @property
    def handshaken(self) -> bool:
        return self._handshaken

    # ---- the handshake ----

    async def handshake(self) -> None:
        """Complete the handshake, or wait for the task that is at it. A cancelled handshake can be continued."""
        self._check_open()
        await checkpoint()
        await self._ensure_handshake()

    async def _ensure_handshake(self) -> None:
        while not self._handshaken:
            self._check_open()
            if self._handshake_over is not None:
                await self._handshake_over.wait()
                continue
            self._handshake_over = over = anyio.Event()
            try:
                await self._shake_hands()
            finally:
                self._handshake_over = None
                over.set()

    async def _shake_hands(self) -> None:
        if self._handshake_error is not None:
            raise self._handshake_error.again()
        try:
            while not self.engine.handshake():
                await self._flush()
                await self._fill()
            await self._flush()
        except TLSError as exc:
            error = self._handshake_error = await self._learn_why() or exc
            await self._send_alert()
            raise error from error.__cause__
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
                    await self._fill()
        except TLSError as exc:
            return exc if exc.alert_received else None
        return None

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
            self._filled = anyio.Event()
            await self._filled.wait()
            return True
        engine = self.engine
        self._check_open()  # or the close may be reading: it discards input
        if engine.outgoing.data:
            self._flush_nowait()
        self._filling = True
        waited = False
        try:
            data = self._transport.receive_nowait(engine.room + more_room)
            if data is None:
                waited = True
                data = await self._transport.receive(engine.room)
        except anyio.ClosedResourceError as exc:
            raise self._closed() from exc
        except _TRANSPORT_ERRORS as exc:
            self._check_open()
            self.engine.fail_reading(exc)
        else:
            if engine.states.connection is _CLOSED:
                raise self._closed()
            if data:
                engine.feed(data)
            else:
                engine.feed_eof()
        finally:
            self._filling = False
            if self._filled is not None:
                self._filled.set()
        return waited

    # ---- writing ----

    async def send(self, data: bytes | memoryview) -> None:
        """Send all of ``data``; ``bytes_sent`` tells how much of it a cancelled call has accepted."""
        self._begin_sending()
        try:
            self._calls_sending += 1
            if self._calls_sending < self._yield_every:
                await self._lowlevel.checkpoint_if_cancelled()
            else:
                self._calls_sending = 0
                await self._lowlevel.checkpoint()
            if not self._handshaken:
                await self._ensure_handshake()
            if self._transport.unflushed:
                await self._send_some()
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
                elif taken < len(data):
                    await self._fill()  # the rest of a handshake message comes first
                if taken == len(data) and not queue.data:
                    if engine.states.writing is not _WRITING:
                        engine.check_writing()
                    return
                data = memoryview(data)[taken:]
        finally:
            self._end_sending()

    async def send_eof(self) -> None:
        """Half-close: send close_notify and go on reading (TLS 1.3 only)."""
        self._begin_sending()
        try:
            await checkpoint()
            await self._ensure_handshake()
            if (version := self.engine.version) != "TLSv1.3":
                raise NotImplementedError(
                    f"{version} has no half-close: its rules make the peer discard what it still had to send "
                    "(RFC 5246 section 7.2.1)"
                )
            if self.engine.states.writing is not Writing.HALF_CLOSED:
                self.engine.check_writing()
                await self._close_writing()
            await self._flush()
        finally:
            self._end_sending()

    async def _close_writing(self) -> None:
        while not self.engine.close_writing():
            await self._fill()

    async def wait_writable(self) -> None:
        """Wait until ``send()`` might not have to."""
        self._begin_sending()
        try:
            await self._transport.wait_writable()
        except anyio.ClosedResourceError as exc:
            raise self._closed() from exc
        except _TRANSPORT_ERRORS as exc:
            self._check_open()
            self.engine.fail_writing(exc)
            self.engine.check_writing()
        finally:
            self._end_sending()

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
            self.engine.check_writing()

    async def _send_some(self) -> None:
        """Wait until the transport has taken some of what is queued."""
        self._calls_sending = 0
        try:
            await self._transport.send(self.engine.outgoing)
        except anyio.ClosedResourceError as exc:
            raise self._closed() from exc
        except _TRANSPORT_ERRORS as exc:
            self._check_open()
            self.engine.fail_writing(exc)

    # ---- the end ----

    async def unwrap(self, timeout: float | None) -> bytes:
        """Exchange close_notify; return what came behind the peer's."""
        self._begin_receiving()
        try:
            self._begin_sending()
            try:
                with anyio.fail_after(timeout):
                    await checkpoint()
                    await self._ensure_handshake()
                    await self._exchange_close_notify()
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

    async def aclose(self) -> None:
        """Close, gracefully if that can be had within :data:`CLOSE_SECONDS`, and in any case."""
        if self.engine.states.connection is Connection.CLOSED:
            await self._await_close()
            return
        self._closing = anyio.Event()
        reader_waits = self._filling
        try:
            self._say_goodbye()
            if self._sending or self._handshake_over is not None:
                self._transport.interrupt()
            if self.engine.outgoing.data or self._transport.unflushed:
                await self._flush_last()
            if not reader_waits:
                await self._drain()
        finally:
            try:
                with anyio.move_on_after(CLOSE_SECONDS) if self._transport.lingers else nullcontext():
                    await self._transport.aclose()
            except _TRANSPORT_ERRORS:
                pass  # A close that fails has closed.
            finally:
                self._closing.set()

    async def _await_close(self) -> None:
        if self._closing is None:  # unwrapped: the transport is the caller's
            await checkpoint()
            return
        try:
            await self._closing.wait()
        finally:
            if not self._closing.is_set():  # cancelled: no more patience
                await self._transport.aclose()

    def _say_goodbye(self) -> None:
        engine = self.engine
        if self._handshaken:
            if self._standard_compatible:
                try:
                    engine.close_writing()
                except TLSError:
                    pass  # What failed has nothing to say, other than its alert.
        elif engine.states.reading is not Reading.FAILED:
            engine.outgoing.clear()  # a handshake that will not be
        engine.states.fire(Event.CLOSED)
        if engine.outgoing.data:
            self._flush_nowait()

    async def _flush_last(self) -> None:
        """Get out what is queued, after the tasks that were interrupted while sending have left."""
        try:
            with anyio.move_on_after(CLOSE_SECONDS):
                while self._sending:
                    self._departure = anyio.Event()
                    await self._departure.wait()
                if self._handshake_over is not None:
                    await self._handshake_over.wait()
                await self._flush()
        except (TLSError, self._errors.closed):
            pass  # The peer does not want it.

    async def _drain(self) -> None:
        """Do not let unread input turn the close into a reset that destroys what the peer has yet to read.

        Where we failed the connection, what it has yet to read is the alert.
        """
        failed = self.engine.states.reading is Reading.FAILED
        seconds = max(self._linger, ALERT_SECONDS) if failed else self._linger
        if not self._transport.has_unread_input():
            return
        try:
            if not seconds:
                # More than this is a download that is abandoned. Less may be session tickets, which nobody can read.
                self._transport.receive_nowait(BUFFER_LIMIT)
                return
            self._transport.shut_down_sending()
            with anyio.move_on_after(seconds):
                discarded = 0
                while discarded < LINGER_BYTES and (data := await self._transport.receive(BUFFER_LIMIT)):
                    discarded += len(data)
        except (*_TRANSPORT_ERRORS, anyio.ClosedResourceError):
            pass  # The peer has reset the connection, or somebody else has closed it.

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
            self._departure.set()

    def _check_open(self) -> None:
        if self.engine.states.connection is _CLOSED:
            raise self._closed()

    def _closed(self) -> Exception:
        return self._errors.closed("this TLS stream has been closed")
