"""The sans-I/O core: bytes in, bytes out, plaintext in, plaintext out.

Theory of operation
===================

An :class:`ssl.SSLObject` reads ciphertext from one :class:`ssl.MemoryBIO` and writes ciphertext to another. The
engine keeps both of them empty between calls, or nearly so, and holds the data itself:

* **In.** ``feed()`` takes what the transport delivered. From there it goes to SSLObject one record at a time, cut
  by the length in the record's header. So SSLObject is never asked for what it cannot give yet (that costs an
  exception), a MemoryBIO, which never shrinks, holds at most one record, and what follows the peer's close_notify
  is still ours to hand back.
* **Out.** After every call that may have produced ciphertext, it moves to ``outgoing``. The transport removes from
  its front exactly what it took. Nothing else ever does, so a cancellation between two calls finds the record
  stream whole.

SSLObject never sees the end of the transport. Whether an end was a close or a truncation is decided here, by one
rule: without the peer's close_notify it was a truncation.

What OpenSSL says must be sent, but the peer may not expect yet, is held back: the session tickets that a TLS 1.3
server emits with the end of its handshake leave in front of the next record, whatever it is. A peer that only
writes would otherwise deadlock with us.

Half-close needs care: ``SSLObject.unwrap()`` sends close_notify, but it also reads, and treats application data
that it meets as an error. So it runs with nothing to read: decrypted data is drained first, and an unfinished
record is taken out of the way and put back.

No call here awaits, knows a socket or looks at a clock. A call that fails leaves the alert for the peer in
``outgoing`` before it raises.
"""

from __future__ import annotations

import ssl
from typing import Final, Protocol

from ._errors import ErrorClasses, Phase, TLSError, received_alert, sent_alert
from ._states import Connection, Event, Reading, States, Writing

__all__ = ["BUFFER_LIMIT", "MAX_PLAINTEXT", "SSLContextLike", "TLSEngine"]

MAX_PLAINTEXT: Final = 2**14
"""Bytes of plaintext in one record at most (RFC 8446 section 5.1)."""

BUFFER_LIMIT: Final = 2**16
"""Bytes of ciphertext held at most, in either direction."""

MAX_IDLE_RECORDS: Final = 128
"""Records in a row without plaintext, at most: more than any handshake has, and so few that a peer that sends them as
fast as it can holds nobody up. One read takes no more records than that either, however small they are."""

_HEADER: Final = 5
# RFC 5246 section 6.2.3; TLS 1.3 allows less, which OpenSSL checks.
_MAX_RECORD: Final = _HEADER + MAX_PLAINTEXT + 2048
_RECORD_TYPES: Final = range(20, 25)
_HANDSHAKE_RECORD: Final = b"\x16"
_NOTHING: Final = memoryview(b"")

# Looking up a member of an enum takes as long as a call does.
_READING: Final = Reading.OPEN
_WRITING: Final = Writing.OPEN

# What OpenSSL does not refuse, but we do.
_NOT_TLS: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "not a TLS record")
_RENEGOTIATION: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer asks for renegotiation")
_IDLE_RECORDS: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer sends too many records that carry no data")
_UNREAD_REPLIES: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer provokes replies and does not read them")


class SSLContextLike(Protocol):
    """What makes a TLS context: :class:`ssl.SSLContext` and anything else with its ``wrap_bio()``."""

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = ...,
        server_hostname: str | bytes | None = ...,
    ) -> ssl.SSLObject:
        """As :meth:`ssl.SSLContext.wrap_bio`."""


class TLSEngine:
    """One TLS connection, without its transport.

    Not for concurrent use; every call runs to its end at once.
    """

    __slots__ = (
        "_bio_in",
        "_bio_out",
        "_errors",
        "_foreign",
        "_held",
        "_idle_records",
        "_missing",
        "_pending",
        "_plaintext",
        "_reading_error",
        "_received",
        "_standard_compatible",
        "_transport_ended",
        "_writing_error",
        "outgoing",
        "ssl_object",
        "states",
        "version",
    )

    def __init__(
        self,
        context: SSLContextLike,
        *,
        server_side: bool,
        server_hostname: str | None,
        standard_compatible: bool,
        errors: ErrorClasses,
    ) -> None:
        self._bio_in = ssl.MemoryBIO()
        self._bio_out = ssl.MemoryBIO()
        self.ssl_object = context.wrap_bio(
            self._bio_in, self._bio_out, server_side=server_side, server_hostname=server_hostname
        )
        self.states = States()
        self.outgoing = bytearray()
        """Ciphertext for the transport, which removes from the front what it took."""
        self.version: str | None = None
        """That of TLS, once the handshake is complete. SSLObject does not tell while it is in the middle of a handshake
        message, such as a ticket."""
        self._errors = errors
        self._standard_compatible = standard_compatible
        self._received = _NOTHING  # ciphertext that SSLObject has not seen
        self._missing = 0  # bytes that the record in _bio_in still lacks
        self._pending = 0  # decrypted bytes that SSLObject holds
        self._plaintext = bytearray()  # decrypted bytes that we hold
        self._held = b""  # session tickets
        self._idle_records = 0  # since the last one with plaintext
        self._foreign = False  # the peer does not speak in TLS records
        self._transport_ended = False
        self._reading_error: TLSError | None = None
        self._writing_error: TLSError | None = None

    # ---- ciphertext in ----

    @property
    def room(self) -> int:
        """How many bytes :meth:`feed` may be given now."""
        return BUFFER_LIMIT - len(self._received) - self._bio_in.pending

    def feed(self, data: bytes) -> None:
        """Take ciphertext from the transport."""
        # What is left over here is less than a record's header.
        self._received = memoryview(bytes(self._received) + data if self._received else data)

    def feed_eof(self) -> None:
        """The transport has ended."""
        self._transport_ended = True

    def _next_record(self) -> bool:
        """Hand SSLObject what there is of the next record; tell whether that made it whole."""
        received = self._received
        if not self._missing:
            if len(received) < _HEADER:
                return False
            self._missing = _HEADER + (received[3] << 8 | received[4])
            if received[0] not in _RECORD_TYPES or received[1] != 3 or self._missing > _MAX_RECORD:
                # Not TLS: OpenSSL finds the right words for it, and the right alert.
                self._foreign = True
                self._missing = min(len(received), _MAX_RECORD)
        written = self._bio_in.write(received[: self._missing])
        # An empty slice would keep all of it alive.
        self._received = received[written:] if written < len(received) else _NOTHING
        self._missing -= written
        return not self._missing

    # ---- the handshake ----

    def handshake(self) -> bool:
        """Go on with the handshake; ``True`` when it is complete, ``False`` while the peer's part is awaited."""
        if self._reading_error is not None:
            raise self._reading_error.again()
        while self.states.connection is Connection.HANDSHAKING:
            try:
                self.ssl_object.do_handshake()
            except ssl.SSLWantReadError:
                self._collect()
                if self._foreign:
                    self._fail(_NOT_TLS, "handshake")
                if self._next_record():
                    if self._is_idle():
                        self._fail(_IDLE_RECORDS, "handshake")
                    continue
                if self._transport_ended:
                    self._truncated("handshake")
                return False
            except ssl.SSLError as exc:
                self._fail(exc, "handshake")
            self.version = self.ssl_object.version()
            if self.ssl_object.server_side and self.version == "TLSv1.3":
                self._held = self._bio_out.read()
            self._collect()
            self.states.fire(Event.HANDSHAKE_COMPLETED)
        return True

    # ---- plaintext ----

    def read(self, max_bytes: int) -> bytes | None:
        """Up to ``max_bytes`` of plaintext; ``b""`` at the end, ``None`` when it takes more ciphertext.

        Everything decrypted is given out before an end or an error shows.
        """
        if self._plaintext:
            data = bytes(self._plaintext[:max_bytes])
            del self._plaintext[:max_bytes]
            return data
        pieces: list[bytes] = []
        while max_bytes and len(pieces) < MAX_IDLE_RECORDS and self.states.reading is _READING:
            if not self._pending and not self._next_record():
                if self._transport_ended and not pieces:
                    self._truncated("reading")
                break
            piece = self._read_record(min(max_bytes, MAX_PLAINTEXT))
            if piece:
                pieces.append(piece)
                max_bytes -= len(piece)
            elif pieces:
                break
        if pieces:
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return None if self.states.reading is _READING else self._end_of_reading()

    def _read_record(self, max_bytes: int) -> bytes | None:
        """Plaintext of the record that SSLObject has, or ``None`` if it carries none."""
        data: bytes | None = None
        try:
            data = self.ssl_object.read(max_bytes)
            self._pending = self.ssl_object.pending() if len(data) == max_bytes else 0
            self._idle_records = 0
        except ssl.SSLWantReadError:
            self._pending = 0
            if self._bio_out.pending:
                self._answer()
            if self._foreign:
                self._set_failure(_NOT_TLS, "reading")
            elif self._is_idle():
                self._set_failure(_IDLE_RECORDS, "reading")
        except ssl.SSLZeroReturnError:  # instead of b"" once we have sent close_notify ourselves
            data = b""
        except ssl.SSLError as exc:
            self._set_failure(exc, "reading")
        if data == b"":
            self.states.fire(Event.CLOSE_NOTIFY_RECEIVED)
        return data

    def _is_idle(self) -> bool:
        """Count another record without plaintext; tell whether these are too many."""
        self._idle_records += 1
        return self._idle_records > MAX_IDLE_RECORDS

    def _end_of_reading(self) -> bytes:
        if self.states.reading is Reading.CLOSE_NOTIFY:
            return b""
        if self.states.reading is Reading.TRUNCATED and not self._standard_compatible:
            return b""
        assert self._reading_error is not None
        raise self._reading_error.again()

    def unread(self, data: bytes) -> None:
        """Take back what :meth:`read` gave, for the next read."""
        self._plaintext[:0] = data

    @property
    def pending(self) -> int:
        """Decrypted bytes that can be read at once."""
        return len(self._plaintext) + self.ssl_object.pending()

    def write(self, data: bytes | memoryview) -> int:
        """Encrypt as much from the front of ``data`` as there is room for; tell how many bytes that was.

        If there is room, but nothing was taken, it takes more ciphertext first.
        """
        self.check_writing()
        size = len(data)
        if size > MAX_PLAINTEXT:
            data = memoryview(data)
        taken = 0
        while taken < size and len(self.outgoing) <= BUFFER_LIMIT - _MAX_RECORD:
            piece = data if size <= MAX_PLAINTEXT else data[taken : taken + MAX_PLAINTEXT]
            try:
                taken += self.ssl_object.write(piece)
            except ssl.SSLWantReadError:
                if not self._next_record_of_message():
                    break
            except ssl.SSLError as exc:
                self._fail(exc, "writing")
            self._collect()
        return taken

    def _next_record_of_message(self) -> bool:
        """Go on with a handshake message of the peer's, such as a ticket, of which a part was read: before it is whole,
        OpenSSL neither writes nor closes. ``False`` if that takes more ciphertext."""
        if self._next_record():
            if self._is_idle():
                self._fail(_IDLE_RECORDS, "reading")
            return True
        if self._transport_ended:
            self._truncated("reading")
        if self._reading_error is not None:
            raise self._reading_error.again()
        return False

    def check_writing(self) -> None:
        """Raise what stands in the way of writing."""
        if self.states.writing is _WRITING:
            return
        if self._writing_error is not None:
            raise self._writing_error.again()
        raise self._errors.closed("close_notify has been sent: this side has nothing more to say")

    # ---- the end ----

    def close_writing(self) -> bool:
        """Queue close_notify (RFC 8446 section 6.1); ``False`` if that takes more ciphertext first. What the peer still
        sends can be read."""
        if self.states.connection is not Connection.OPEN or self.states.writing is not Writing.OPEN:
            return True
        while not self._shut_down():
            if not self._next_record_of_message():
                return False
            self._plaintext += self._read_record(MAX_PLAINTEXT) or b""
        self._collect()
        self.states.fire(Event.CLOSE_NOTIFY_QUEUED)
        return True

    def _shut_down(self) -> bool:
        """Make SSLObject emit close_notify, unless it is in the middle of a handshake message of the peer's."""
        while self._pending and (data := self._read_record(MAX_PLAINTEXT)):
            self._plaintext += data
        unfinished = self._bio_in.read()
        try:
            self.ssl_object.unwrap()
        except ssl.SSLWantReadError:
            pass  # The peer's close_notify is not here yet.
        except ssl.SSLError as exc:
            if getattr(exc, "reason", None) == "SHUTDOWN_WHILE_IN_INIT":
                return False
            self._fail(exc, "closing")
        finally:
            self._bio_in.write(unfinished)
        return True

    def take_trailing_data(self) -> bytes:
        """What the transport delivered after the peer's close_notify."""
        trailing, self._received = bytes(self._received), _NOTHING
        return trailing

    def fail_reading(self, cause: Exception) -> None:
        """The transport cannot deliver any more."""
        if self.states.reading is Reading.OPEN:
            self._reading_error = self._transport_error(cause, "reading")
            self.states.fire(Event.READING_FAILED)

    def fail_writing(self, cause: Exception) -> None:
        """The transport does not take any more."""
        if self.states.writing is not Writing.FAILED:
            self._writing_error = self._transport_error(cause, "writing")
            self.states.fire(Event.WRITING_FAILED)
        self.outgoing.clear()

    # ---- what SSLObject left behind ----

    def _collect(self) -> bytes:
        """Move what SSLObject emitted to the outgoing queue, behind tickets that were held back."""
        emitted = self._bio_out.read()
        if emitted and self.states.writing is Writing.HALF_CLOSED:
            return b""  # OpenSSL still answers a KeyUpdate, but nothing may follow close_notify (RFC 8446 section 6.1)
        if emitted:
            if self._held:
                self.outgoing += self._held
                self._held = b""
            self.outgoing += emitted
        return emitted

    def _answer(self) -> None:
        """Queue what SSLObject replies to the peer while we read."""
        reply = self._collect()
        if reply[:1] == _HANDSHAKE_RECORD:
            # On TLS 1.3 even handshake messages look like data here, so this is the start of a renegotiation.
            del self.outgoing[-len(reply) :]
            self._set_failure(_RENEGOTIATION, "reading")
        elif len(self.outgoing) > BUFFER_LIMIT:
            self._set_failure(_UNREAD_REPLIES, "reading")

    def _fail(self, cause: ssl.SSLError, phase: Phase) -> None:
        self._set_failure(cause, phase)
        assert self._reading_error is not None
        raise self._reading_error.again()

    def _set_failure(self, cause: ssl.SSLError, phase: Phase) -> None:
        """TLS has failed, in both directions. The alert that tells the peer is queued."""
        received = received_alert(cause)
        alert = received or sent_alert(cause, self._collect())
        make: type[TLSError] = self._errors.tls
        if isinstance(cause, ssl.SSLCertVerificationError):
            make = self._errors.certificate
        elif phase == "handshake":
            make = self._errors.handshake
        message = f"TLS {phase} failed: {cause.strerror or cause}"
        if alert:
            message += f" (the peer sent alert {alert})" if received else f" (alert {alert} sent)"
        error = make(
            message,
            phase=phase,
            fault="local" if received else "peer",
            alert=alert,
            alert_received=received is not None,
            cause=cause,
        )
        self._reading_error = self._reading_error or error
        self._writing_error = self._writing_error or error
        self.states.fire(Event.TLS_FAILED)

    def _truncated(self, phase: Phase) -> None:
        cause = ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")
        self._reading_error = self._errors.truncated(
            f"TLS {phase}: the transport ended without the peer's close_notify", phase=phase, cause=cause
        )
        self.states.fire(Event.TRANSPORT_ENDED)
        if phase == "handshake":
            raise self._reading_error.again()

    def _transport_error(self, cause: Exception, phase: Phase) -> TLSError:
        make: type[TLSError] = self._errors.tls
        if self.states.connection is Connection.HANDSHAKING:
            make, phase = self._errors.handshake, "handshake"
        # The streams below often say only that they are broken; why is behind it.
        reason = str(cause) or str(cause.__cause__ or type(cause).__name__)
        return make(f"TLS {phase} failed: {reason}", phase=phase, cause=cause)
