"""The record layer of a connection: an SSLObject that is fed with whole records, its output and its failures.

Theory of operation
===================

An :class:`ssl.SSLObject` reads ciphertext from one :class:`ssl.MemoryBIO` and writes ciphertext to another. Between two
calls both of them are empty (see ``_workspace.py``), and the data is held here:

* **In.** ``feed()`` takes what the transport delivered. SSLObject gets it in whole records (see ``_records.py``), one
  at a time after the handshake. So SSLObject is never called in vain (which would cost an exception), and what follows
  the peer's close_notify can still be returned to the caller.
* **Out.** After every call that may have produced ciphertext, that is moved to ``outgoing``. The transport removes from
  its front exactly what it took, and nothing else does. So a cancellation between two calls leaves the stream of
  records intact.

**The end.** Each direction keeps its first error. TLS itself fails in both directions at once, with the alert for the
peer in ``outgoing`` before anything is raised. SSLObject never sees the end of the transport. Whether the end was a
close or a truncation is decided here, by one rule: without the peer's close_notify it was a truncation. That the
transport has ended (``feed_eof()``) is no state of the connection yet, but a position in its input: the state changes
when everything before it has been decrypted. And until ``enter()`` brings a server's context, there is no SSLObject
that could have a state: only ``feed()``, ``take_input()`` and ``refuse()`` may be called.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial, wraps
from operator import attrgetter
from typing import Concatenate, Final, NoReturn, ParamSpec, Protocol, TypeVar, final

from ._diagnosis import is_left_over, tls_error, transport_error
from ._errors import ALERT_CODES, ErrorClasses, Phase, TLSError, received_alert, sent_alert
from ._known_certificate import KnownCertificate
from ._queue import SendQueue
from ._records import SEND_LIMIT, Records, count_records
from ._states import Connection, Event, Reading, States, Writing
from ._workspace import Workspace

__all__ = ["IDLE_RECORDS", "MAX_IDLE_RECORDS", "NOT_TLS", "RecordLayer", "SSLContextLike", "in_workspace"]

T = TypeVar("T")
P = ParamSpec("P")
LayerT = TypeVar("LayerT", bound="RecordLayer")

MAX_IDLE_RECORDS: Final = 128
"""Maximum number of useless records: records in a row without plaintext, or empty ones in a handshake. It is so small
that a peer cannot block the event loop with them. One read takes no more records than that either, however small they
are. In answer to what we send there may be more (see :class:`IdleRecords`)."""

_HANDSHAKE_RECORD: Final = b"\x16"
_ALERT_RECORD: Final = b"\x15\x03\x03\x00\x02\x02"  # a fatal one, without its code
_ASKED_AGAIN: Final = "the peer asked for renegotiation, which was refused"

# Looking up a member of an enum takes as long as a call does.
_OPEN: Final = Connection.OPEN
_WRITING: Final = Writing.OPEN

# Errors for what OpenSSL accepts, but we refuse.
NOT_TLS: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "not a TLS record")
_RENEGOTIATION: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer asks for renegotiation")
IDLE_RECORDS: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer sends too many records that carry no data")
_UNREAD_REPLIES: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer provokes replies and does not read them")


def _raised_again(ssl_object: ssl.SSLObject, reason: Exception) -> Exception:
    """What another read says instead of an error that was left over. It has nothing to read."""
    try:
        return reason if ssl_object.read(1) else ssl.SSLZeroReturnError()
    except (ssl.SSLWantReadError, ssl.SSLZeroReturnError) as exc:
        return exc
    except Exception:
        return reason


# From 3.5 on, OpenSSL takes a close_notify that follows user_canceled, as Java sends it on TLS 1.3, for the end of the
# transport. SSLObject does not know of that, so it cannot be meant.
_HIDES_THE_END: Final = ssl.OPENSSL_VERSION_INFO >= (3, 5)


class SSLContextLike(Protocol):
    """A TLS context: :class:`ssl.SSLContext`, or any object with its ``wrap_bio()``.

    One that is not ``ssl``'s own is called in a worker thread, one call at a time for each context, in all event loops
    together. :doc:`contexts` says what is expected of the object that it returns.
    """

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = ...,
        server_hostname: str | None = ...,
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


@final
class IdleRecords:
    """Counts the useless records of a peer.

    Beyond the maximum there may be as many as we have sent records of data. Java requests new keys with every record
    that it reads, from its limit for a key until it gets them: hundreds of times during an upload.
    """

    __slots__ = ("_beyond", "in_a_row", "is_pausing", "sent_without_data")

    def __init__(self) -> None:
        self.in_a_row = 0
        """Since the last record with plaintext; in the handshake, empty ones."""
        self.sent_without_data = 0
        """Records of ours, such as replies."""
        self.is_pausing = False
        """Whether a read has returned early, so that other tasks get a turn. Who sees that sets it back."""
        self._beyond = 0

    def add(self, sent: int) -> bool:
        """Count one more; return whether there are too many.

        :param sent: all records of ours
        """
        self.in_a_row += 1
        if self.in_a_row <= MAX_IDLE_RECORDS:
            return False
        self._beyond += 1
        self.is_pausing = not self.in_a_row % MAX_IDLE_RECORDS
        return self._beyond > sent - self.sent_without_data


class RecordLayer:
    """What all operations on a connection build on.

    :param context: ``None`` if it is passed to :meth:`enter` later
    :param workspace: for life, since an SSLObject cannot change its BIOs; by default one of its own
    :raises Exception: what the context's ``wrap_bio()`` raises
    """

    __slots__ = (
        "_errors",
        "_heard",
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
        "idle",
        "known_certificate",
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
        """Ciphertext for the transport, which removes what it took from the front."""
        self.version: str | None = None
        """The TLS version, once the handshake is complete. SSLObject does not have it while it is in the middle of a
        handshake message, such as a session ticket."""
        self.records_sent = 0
        """Since the handshake, as far as they are queued. Of data, as few are counted as they fit into."""
        self.idle = IdleRecords()
        self.known_certificate: KnownCertificate | None = None  # if the client was asked for another one
        self._errors = errors
        self._standard_compatible = standard_compatible
        self._records = Records(of_client=server_side)  # ciphertext that SSLObject has not got yet
        self._pending = 0  # decrypted bytes that SSLObject holds
        self._plaintext = bytearray()  # decrypted bytes that we hold
        self._heard = 0  # bytes in the peer's records of the handshake
        self._transport_ended = False
        self._reading_error: TLSError | None = None
        self._writing_error: TLSError | None = None
        if context is not None:
            self.enter(context, server_hostname, workspace)

    def enter(
        self, context: SSLContextLike, server_hostname: str | None = None, workspace: Workspace | None = None
    ) -> None:
        """Set the context. TLS begins with what was fed before.

        :raises Exception: what the context's ``wrap_bio()`` raises
        """
        self._workspace = workspace or Workspace()
        self._incoming, self._outgoing = self._workspace.incoming, self._workspace.outgoing
        self._wrap(context, server_hostname)

    @in_workspace
    def _wrap(self, context: SSLContextLike, server_hostname: str | None) -> None:
        self.ssl_object = context.wrap_bio(
            self._incoming, self._outgoing, server_side=self.server_side, server_hostname=server_hostname
        )
        self._collect()  # ssl's own write nothing yet, but others may

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
        """Whether there is ciphertext that TLS has not got yet.

        :raises TLSError: if there is none, and no more will come
        """
        if self._records.is_empty:
            if self._reading_error is not None:
                raise self._reading_error.again()
            if self._transport_ended:
                self._truncated("handshake")
        return not self._records.is_empty

    @property
    def is_amid_record(self) -> bool:
        """Whether the beginning of a record has arrived, or more."""
        return not self._records.is_empty

    def take_input(self) -> bytes:
        """The ciphertext that TLS has not got: what arrived before it begins, or after the peer's close_notify."""
        return self._records.take_rest()

    @property
    def records_received(self) -> int:
        """Since the handshake, as far as SSLObject has got them."""
        return self._records.count - self._records.count_in_handshake

    def _next_record(self) -> int:
        """Give SSLObject the next record, if it is complete; return its size in bytes, or 0."""
        return self._records.pass_next(self._incoming.write)

    def _next_record_of_message(self) -> bool:
        """Go on with a handshake message of the peer, such as a session ticket, of which a part was read: until it is
        complete, OpenSSL neither writes nor closes. ``False`` if more ciphertext is needed."""
        if self._next_record():
            if self.idle.add(self.records_sent):
                self._fail(IDLE_RECORDS, "reading")
            return True
        if self._transport_ended:
            self._truncated("reading")
        if self._reading_error is not None:
            raise self._reading_error.again()
        return False

    def _read_record(self, max_bytes: int) -> bytes:
        """The plaintext of the record that SSLObject has; ``b""`` if it has none."""
        try:
            data = self.ssl_object.read(max_bytes)
        except Exception as exc:
            self._read_none(exc)
            return b""
        if not data:
            self.states.fire(Event.CLOSE_NOTIFY_RECEIVED)
            return b""
        self._pending = self.ssl_object.pending() if len(data) == max_bytes else 0
        self.idle.in_a_row = 0
        return data

    def _read_none(self, reason: Exception) -> None:
        """SSLObject has raised ``reason`` instead of returning plaintext."""
        self._pending = 0
        if is_left_over(reason):
            reason = _raised_again(self.ssl_object, reason)
        # The first comes instead of b"" after our own close_notify.
        if isinstance(reason, ssl.SSLZeroReturnError) or (_HIDES_THE_END and isinstance(reason, ssl.SSLEOFError)):
            self.states.fire(Event.CLOSE_NOTIFY_RECEIVED)
        elif not isinstance(reason, ssl.SSLWantReadError):
            self._set_failure(reason, "reading")
        else:
            self._write_nothing()
            if self.known_certificate is not None:
                self.known_certificate.renew(self.ssl_object)
            if self._outgoing.pending:
                self._answer()
            if self._records.flaw:
                self._set_failure(NOT_TLS, "reading")
            elif self.idle.add(self.records_sent):
                self._set_failure(IDLE_RECORDS, "reading")

    def _write_nothing(self) -> None:
        """Make an empty write. OpenSSL allocates a write buffer of 16 KiB when it processes a message, such as a
        session ticket, and frees it with the next write. The reply to a KeyUpdate waits for that too."""
        if self.states.writing is _WRITING:
            try:
                self.ssl_object.write(b"")
            except ssl.SSLWantReadError:
                pass  # The message is not complete yet.
            except Exception as exc:
                self._set_failure(exc, "reading")

    # ---- ciphertext out ----

    # (The hot path of send and receive reads ``outgoing.data`` directly.)
    has_output = property(attrgetter("outgoing.data"), doc="Whether there is ciphertext for the transport.")

    def _take_emitted(self) -> bytes:
        emitted = self._outgoing.read()
        if self.states.connection is not _OPEN:
            return emitted
        # OpenSSL still answers a KeyUpdate, but nothing may follow close_notify (RFC 8446 section 6.1).
        if self.states.writing is Writing.HALF_CLOSED:
            return b""
        count = count_records(emitted)
        self.records_sent += count
        self.idle.sent_without_data += count
        return emitted

    def _collect(self) -> bytes:
        """Queue what SSLObject emitted."""
        emitted = self._take_emitted() if self._outgoing.pending else b""
        if emitted:
            self.outgoing.append(emitted)
        return emitted

    def _answer(self) -> None:
        """Queue SSLObject's reply to what was read."""
        reply = self._take_emitted()
        if reply[:1] == _HANDSHAKE_RECORD:
            # On TLS 1.3 even handshake messages look like application data here, so this starts a renegotiation.
            self._set_failure(_RENEGOTIATION, "reading")
        elif reply:
            # Looked at before the reply is added: a single one may be larger, such as a client's chain of certificates.
            if len(self.outgoing) > SEND_LIMIT:
                self._set_failure(_UNREAD_REPLIES, "reading")
            else:
                self.outgoing.append(reply)
                if reply[0] == _ALERT_RECORD[0]:  # on TLS 1.2 only: the warning no_renegotiation
                    self._records.remark = _ASKED_AGAIN

    # ---- the end ----

    def _fail(self, cause: Exception, phase: Phase) -> NoReturn:
        self._set_failure(cause, phase)
        assert self._reading_error is not None
        raise self._reading_error.again()

    def _set_failure(self, cause: Exception, phase: Phase) -> None:
        """TLS has failed, in both directions. The alert for the peer is queued.

        An error of another class than ssl's comes from Python code in the context. The connection fails too, since data
        may be lost.
        """
        received = received_alert(cause)
        sent = sent_alert(cause, self._collect()) if received is None else None
        self._incoming.read()
        context = getattr(self.ssl_object, "context", None) if self.server_side and phase == "handshake" else None
        error = tls_error(cause, phase, self._errors, received, sent, server_context=context, records=self._records)
        self._reading_error = self._reading_error or error
        self._writing_error = self._writing_error or error
        self.states.fire(Event.TLS_FAILED)

    def refuse(self, error: TLSError, answer: bytes = b"") -> NoReturn:
        """Fail before TLS begins.

        :param error: the reason. Its alert, if it has one, is sent in the clear.
        :param answer: what is sent to a peer that does not speak TLS
        :raises TLSError: that error
        """
        if self._reading_error is None:
            if error.alert:
                answer = _ALERT_RECORD + bytes([ALERT_CODES[error.alert]])
            if answer:
                self.outgoing.append(answer)
            self._reading_error = self._writing_error = error.again()
            self.states.fire(Event.TLS_FAILED)
        raise error.again()  # a copy: its traceback would refer to this frame, and this frame to it

    def _truncated(self, phase: Phase) -> None:
        cause = ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")
        self._reading_error = self._errors.truncated(
            f"TLS {phase}: the transport ended without the peer's close_notify", phase=phase, cause=cause
        )
        self.states.fire(Event.TRANSPORT_ENDED)
        if phase == "handshake":
            raise self._reading_error.again()

    def fail_reading(self, cause: Exception) -> None:
        """The transport cannot receive any more."""
        error = self._transport_error(cause, "reading")
        if self.states.reading is Reading.OPEN:
            self._reading_error = error
            self.states.fire(Event.READING_FAILED)

    def fail_writing(self, cause: Exception) -> None:
        """The transport cannot send any more."""
        error = self._transport_error(cause, "writing")
        if self.states.writing is not Writing.FAILED:
            self._writing_error = error
            self.states.fire(Event.WRITING_FAILED)
        self.outgoing.clear()

    @property
    def is_cut_off(self) -> bool:
        """Whether the peer has reset the connection, and receives nothing any more."""
        return self._reading_error is not None and isinstance(self._reading_error.__cause__, ConnectionError)

    def explain_failed_writing(self) -> None:
        """If the peer has sent an alert, make that the reason why sending failed."""
        if self._reading_error is not None and self._reading_error.alert_received:
            self._writing_error = self._reading_error

    def _transport_error(self, cause: Exception, phase: Phase) -> TLSError:
        is_early = self.states.connection is Connection.HANDSHAKING
        return transport_error(cause, "handshake" if is_early else phase, self._errors)
