"""The record layer of a connection: an SSLObject that is fed by whole records, and what comes of it.

Theory of operation
===================

An :class:`ssl.SSLObject` reads ciphertext from one :class:`ssl.MemoryBIO` and writes ciphertext to another. Between
two calls both of them are empty (see ``_workspace.py``), and the data are held here:

* **In.** ``feed()`` takes what the transport delivered. From there it goes to SSLObject by whole records (see
  ``_records.py``), and one at a time once the handshake is done. So SSLObject is never asked for what it cannot give
  yet (that costs an exception), and what follows the peer's close_notify is still ours to hand back.
* **Out.** After every call that may have produced ciphertext, it moves to ``outgoing``. The transport removes from
  its front exactly what it took. Nothing else ever does, so a cancellation between two calls finds the record
  stream whole.

**The end.** Each direction keeps the first error that it met. TLS itself fails in both directions at once, with the
alert for the peer in ``outgoing`` before anything is raised. SSLObject never sees the end of the transport. Whether an
end was a close or a truncation is decided here, by one rule: without the peer's close_notify it was a truncation.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial, wraps
from operator import attrgetter
from typing import Any, Concatenate, Final, NoReturn, ParamSpec, Protocol, TypeVar

from ._diagnosis import tls_error, transport_error
from ._errors import ALERT_CODES, ErrorClasses, Fault, Phase, TLSError, forget_frames, received_alert, sent_alert
from ._queue import SendQueue
from ._records import BUFFER_LIMIT, Records, count_records
from ._states import Connection, Event, Reading, States, Writing
from ._workspace import Workspace

__all__ = ["IDLE_RECORDS", "MAX_IDLE_RECORDS", "NOT_TLS", "RecordLayer", "SSLContextLike", "in_workspace"]

T = TypeVar("T")
P = ParamSpec("P")
LayerT = TypeVar("LayerT", bound="RecordLayer")

MAX_IDLE_RECORDS: Final = 128
"""Records in a row without plaintext, at most, and empty records in a handshake: so few that a peer that sends them as
fast as it can holds nobody up. One read takes no more records than that either, however small they are."""

_HANDSHAKE_RECORD: Final = b"\x16"
_ALERT_RECORD: Final = b"\x15\x03\x03\x00\x02\x02"  # a fatal one, but for its code

# Looking up a member of an enum takes as long as a call does.
_OPEN: Final = Connection.OPEN
_WRITING: Final = Writing.OPEN

# What OpenSSL does not refuse, but we do.
NOT_TLS: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "not a TLS record")
_RENEGOTIATION: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer asks for renegotiation")
IDLE_RECORDS: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer sends too many records that carry no data")
_UNREAD_REPLIES: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer provokes replies and does not read them")


class SSLContextLike(Protocol):
    """What makes a TLS context: :class:`ssl.SSLContext` and anything else with its ``wrap_bio()``.

    One that is not ``ssl``'s own is called in a worker thread, once at a time for each context, whatever event loops
    there are. :doc:`contexts` says what is expected of the object that it returns.
    """

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = ...,
        server_hostname: str | bytes | None = ...,
    ) -> ssl.SSLObject:
        """As :meth:`ssl.SSLContext.wrap_bio`."""


def in_workspace(method: Callable[Concatenate[LayerT, P], T]) -> Callable[Concatenate[LayerT, P], T]:
    """A call that needs the workspace. (Where the time matters, the engine has the same written out.)"""

    @wraps(method)
    def call(layer: LayerT, /, *args: P.args, **kwargs: P.kwargs) -> T:
        workspace = layer._workspace
        if workspace.engine is not None:
            return workspace.lend(layer, partial(call, layer, *args, **kwargs))
        if workspace.incoming.pending or workspace.outgoing.pending:
            workspace.clear()
        workspace.engine = layer
        try:
            return method(layer, *args, **kwargs)
        finally:
            workspace.engine = None

    return call


class RecordLayer:
    """What all operations on a connection have in common.

    :param context: ``None`` if :meth:`enter` is going to bring it
    :param workspace: for life, since an SSLObject cannot change its BIOs; by default one of its own
    :raises Exception: what the context's ``wrap_bio()`` raises
    """

    __slots__ = (
        "_errors",
        "_heard",
        "_idle_records",
        "_incoming",
        "_outgoing",
        "_pending",
        "_plaintext",
        "_reading_error",
        "_records",
        "_standard_compatible",
        "_transport_ended",
        "_workspace",
        "_writing_error",
        "outgoing",
        "records_sent",
        "server_side",
        "ssl_object",
        "states",
        "version",
    )

    def __init__(
        self,
        context: SSLContextLike | None,
        *,
        server_side: bool,
        server_hostname: str | None,
        standard_compatible: bool,
        errors: ErrorClasses,
        workspace: Workspace | None = None,
    ) -> None:
        self.server_side = server_side
        self.ssl_object: ssl.SSLObject
        self.states = States()
        self.outgoing = SendQueue()
        """Ciphertext for the transport, which removes from the front what it took."""
        self.version: str | None = None
        """That of TLS, once the handshake is complete. SSLObject does not tell while it is in the middle of a handshake
        message, such as a ticket."""
        self.records_sent = 0
        """Since the handshake, as far as they are queued. Of data, as few are counted as they fit into."""
        self._errors = errors
        self._standard_compatible = standard_compatible
        self._records = Records(of_client=server_side)  # ciphertext that SSLObject has not seen
        self._pending = 0  # decrypted bytes that SSLObject holds
        self._plaintext = bytearray()  # decrypted bytes that we hold
        self._heard = 0  # bytes in the records of the handshake
        self._idle_records = 0  # since the last one with plaintext; in the handshake, empty ones
        self._transport_ended = False
        self._reading_error: TLSError | None = None
        self._writing_error: TLSError | None = None
        if context is not None:
            self.enter(context, server_hostname, workspace)

    def enter(
        self, context: SSLContextLike, server_hostname: str | None = None, workspace: Workspace | None = None
    ) -> None:
        """Begin with a context. What was fed before is what TLS gets first.

        :raises Exception: what the context's ``wrap_bio()`` raises
        """
        self._workspace = workspace or Workspace()
        self._incoming = self._workspace.incoming
        self._outgoing = self._workspace.outgoing
        self._wrap(context, server_hostname)

    @in_workspace
    def _wrap(self, context: SSLContextLike, server_hostname: str | None) -> None:
        self.ssl_object = context.wrap_bio(
            self._incoming, self._outgoing, server_side=self.server_side, server_hostname=server_hostname
        )
        self._collect()  # ssl's own say nothing yet, but others may

    # ---- ciphertext in ----

    room = property(attrgetter("_records.room"), doc="How many bytes :meth:`feed` may be given now.")

    def feed(self, data: bytes | memoryview) -> None:
        """Take ciphertext from the transport."""
        self._records.feed(data)

    def feed_eof(self) -> None:
        """The transport has ended."""
        self._transport_ended = True

    @property
    def has_input(self) -> bool:
        """Whether there is ciphertext that TLS has not seen.

        :raises TLSError: if there is none, and there will not be any
        """
        if self._records.is_empty:
            if self._reading_error is not None:
                raise self._reading_error.again()
            if self._transport_ended:
                self._truncated("handshake")
        return not self._records.is_empty

    def take_input(self) -> bytes:
        """The ciphertext that TLS has not seen: what has come before it begins, or behind the peer's close_notify."""
        return self._records.take_rest()

    @property
    def records_received(self) -> int:
        """Since the handshake, as far as SSLObject has got them."""
        return self._records.count - self._records.count_in_handshake

    def _next_record(self) -> int:
        """Give SSLObject the next record, if all of it is here; its size in bytes, or 0."""
        record = self._records.next()
        return self._incoming.write(record) if record else 0

    def _next_record_of_message(self) -> bool:
        """Go on with a handshake message of the peer's, such as a ticket, of which a part was read: before it is whole,
        OpenSSL neither writes nor closes. ``False`` if that takes more ciphertext."""
        if self._next_record():
            if self._are_idle():
                self._fail(IDLE_RECORDS, "reading")
            return True
        if self._transport_ended:
            self._truncated("reading")
        if self._reading_error is not None:
            raise self._reading_error.again()
        return False

    def _read_record(self, max_bytes: int, buffer: memoryview | None = None) -> Any:
        """Plaintext of the record that SSLObject has, or how much of it was put into ``buffer``. Nothing, if it carries
        none."""
        data: Any
        try:
            data = self.ssl_object.read(max_bytes, buffer)
        except ssl.SSLWantReadError:
            self._pending = 0
            self._write_nothing()
            if self._outgoing.pending:
                self._answer()
            if self._records.flaw:
                self._set_failure(NOT_TLS, "reading")
            elif self._are_idle():
                self._set_failure(IDLE_RECORDS, "reading")
            return b""
        except ssl.SSLZeroReturnError:  # instead of nothing once we have sent close_notify ourselves
            data = b""
        except Exception as exc:
            self._set_failure(exc, "reading")
            return b""
        if not data:
            self.states.fire(Event.CLOSE_NOTIFY_RECEIVED)
            return b""
        count = len(data) if buffer is None else data
        self._pending = self.ssl_object.pending() if count == max_bytes else 0
        self._idle_records = 0
        return data

    def _write_nothing(self) -> None:
        """OpenSSL sets up for writing as it takes a message, such as a ticket, and releases that memory, 16 KiB, with
        the next write. The reply to a KeyUpdate waits for that too."""
        if self.states.writing is _WRITING:
            try:
                self.ssl_object.write(b"")
            except ssl.SSLWantReadError:
                pass  # More of the message is to come.
            except Exception as exc:
                self._set_failure(exc, "reading")

    def _are_idle(self) -> bool:
        """Count one more record without plaintext; tell whether these are too many."""
        self._idle_records += 1
        return self._idle_records > MAX_IDLE_RECORDS

    # ---- ciphertext out ----

    # (What every send and receive asks, it asks the queue itself.)
    has_output = property(attrgetter("outgoing.data"), doc="Whether there is ciphertext for the transport.")

    def _take_emitted(self) -> bytes:
        emitted = self._outgoing.read()
        if self.states.connection is not _OPEN:
            return emitted
        # OpenSSL still answers a KeyUpdate, but nothing may follow close_notify (RFC 8446 section 6.1).
        if self.states.writing is Writing.HALF_CLOSED:
            return b""
        self.records_sent += count_records(emitted)
        return emitted

    def _collect(self) -> bytes:
        """Queue what SSLObject emitted."""
        emitted = self._take_emitted()
        if emitted:
            self.outgoing.append(emitted)
        return emitted

    def _answer(self) -> None:
        """Queue what SSLObject replies to the peer while we read."""
        reply = self._take_emitted()
        if reply[:1] == _HANDSHAKE_RECORD:
            # On TLS 1.3 even handshake messages look like data here, so this is the start of a renegotiation.
            self._set_failure(_RENEGOTIATION, "reading")
        elif reply:
            self.outgoing.append(reply)
            if len(self.outgoing) > BUFFER_LIMIT:
                self._set_failure(_UNREAD_REPLIES, "reading")

    # ---- the end ----

    def _fail(self, cause: Exception, phase: Phase) -> NoReturn:
        self._set_failure(cause, phase)
        assert self._reading_error is not None
        raise self._reading_error.again()

    def _set_failure(self, cause: Exception, phase: Phase) -> None:
        """TLS has failed, in both directions. The alert that tells the peer is queued.

        An error that is not ssl's own comes from Python code of the context's, and nobody knows what was lost with it.
        """
        received = received_alert(cause)
        sent = None if received else sent_alert(cause, self._collect())
        self._incoming.read()
        server = self.ssl_object if self.server_side and phase == "handshake" else None
        context = getattr(server, "context", None)
        error = tls_error(cause, phase, self._errors, received, sent, server_context=context, records=self._records)
        self._reading_error = self._reading_error or error
        self._writing_error = self._writing_error or error
        self.states.fire(Event.TLS_FAILED)

    def refuse(self, error: TLSError, answer: bytes = b"") -> NoReturn:
        """Fail before TLS begins.

        :param error: why. If it has an alert, the peer is told that, in plain text.
        :param answer: what the peer is told, if it does not speak TLS
        :raises TLSError: that error
        """
        if self._reading_error is None:
            if error.alert:
                answer = _ALERT_RECORD + bytes([ALERT_CODES[error.alert]])
            if answer:
                self.outgoing.append(answer)
            self._reading_error = self._writing_error = error.again()
            self.states.fire(Event.TLS_FAILED)
        raise error.again()  # or it would lead to this frame, and this frame to it

    def _truncated(self, phase: Phase) -> None:
        cause = ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")
        self._reading_error = self._errors.truncated(
            f"TLS {phase}: the transport ended without the peer's close_notify", phase=phase, cause=cause
        )
        self.states.fire(Event.TRANSPORT_ENDED)
        if phase == "handshake":
            raise self._reading_error.again()

    def fail_reading(self, cause: Exception, fault: Fault = "peer") -> None:
        """The transport cannot deliver any more."""
        if fault == "peer":
            forget_frames(cause)
        if self.states.reading is Reading.OPEN:
            self._reading_error = self._transport_error(cause, "reading", fault)
            self.states.fire(Event.READING_FAILED)

    def fail_writing(self, cause: Exception, fault: Fault = "peer") -> None:
        """The transport does not take any more."""
        if fault == "peer":
            forget_frames(cause)
        if self.states.writing is not Writing.FAILED:
            self._writing_error = self._transport_error(cause, "writing", fault)
            self.states.fire(Event.WRITING_FAILED)
        self.outgoing.clear()

    @property
    def is_cut_off(self) -> bool:
        """Whether the peer has reset the connection: it hears nothing any more."""
        return self._reading_error is not None and isinstance(self._reading_error.__cause__, ConnectionError)

    def explain_failed_writing(self) -> None:
        """If the peer has sent an alert, that is why the transport does not take any more."""
        if self._reading_error is not None and self._reading_error.alert_received:
            self._writing_error = self._reading_error

    def _transport_error(self, cause: Exception, phase: Phase, fault: Fault) -> TLSError:
        if self.states.connection is Connection.HANDSHAKING:
            phase = "handshake"
        return transport_error(cause, phase, fault, self._errors)
