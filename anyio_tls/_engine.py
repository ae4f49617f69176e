"""The sans-I/O core: bytes in, bytes out, plaintext in, plaintext out.

Theory of operation
===================

An :class:`ssl.SSLObject` reads ciphertext from one :class:`ssl.MemoryBIO` and writes ciphertext to another. Between
two calls of the engine both of them are empty, and the engine holds the data itself:

* **In.** ``feed()`` takes what the transport delivered. From there it goes to SSLObject by whole records, cut by the
  lengths in their headers, and one at a time once the handshake is done. So SSLObject is never asked for what it
  cannot give yet (that costs an exception), and what follows the peer's close_notify is still ours to hand back.
* **Out.** After every call that may have produced ciphertext, it moves to ``outgoing``. The transport removes from
  its front exactly what it took. Nothing else ever does, so a cancellation between two calls finds the record
  stream whole.

A MemoryBIO never shrinks: a pair that has carried large records keeps 44 KiB. But since a connection leaves nothing
in it, the connections of an event loop take turns in one pair, their :class:`Workspace`.

SSLObject never sees the end of the transport. Whether an end was a close or a truncation is decided here, by one
rule: without the peer's close_notify it was a truncation.

What OpenSSL says must be sent, but the peer may not expect yet, is held back: the session tickets that a TLS 1.3
server emits with the end of its handshake leave in front of the next record, whatever it is. A peer that only
writes would otherwise deadlock with us.

Half-close needs care: ``SSLObject.unwrap()`` sends close_notify, but it also reads, and treats application data
that it meets as an error. So it runs with nothing to read: decrypted data is drained first.

No call here awaits, knows a socket or looks at a clock. A call that fails leaves the alert for the peer in
``outgoing`` before it raises.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, final

from ._diagnosis import diagnose
from ._errors import ErrorClasses, Fault, Phase, TLSError, forget_frames, received_alert, sent_alert
from ._names import is_for
from ._queue import SendQueue
from ._states import Connection, Event, Reading, States, Writing

__all__ = ["BUFFER_LIMIT", "FRAMING", "MAX_PLAINTEXT", "SSLContextLike", "TLSEngine", "Workspace"]

T = TypeVar("T")
P = ParamSpec("P")

MAX_PLAINTEXT: Final = 2**14
"""Bytes of plaintext in one record at most (RFC 8446 section 5.1)."""

BUFFER_LIMIT: Final = 2**16
"""Bytes of ciphertext held at most, in either direction."""

FRAMING: Final = 2**9
"""Bytes that so many full records as carry :data:`BUFFER_LIMIT` of plaintext have besides, at most, and some more."""

MAX_IDLE_RECORDS: Final = 128
"""Records in a row without plaintext, at most, and empty records in a handshake: so few that a peer that sends them as
fast as it can holds nobody up. One read takes no more records than that either, however small they are."""

MAX_HANDSHAKE: Final = 2**19
"""Bytes that the peer's records may carry in a handshake, however small they are: more than OpenSSL takes for all of
its messages together (128 KiB for a hello, 100 for a chain), so that what does not end by then makes no progress."""

_HEADER: Final = 5
# RFC 5246 section 6.2.3; and once TLS 1.3 encrypts, RFC 8446 section 5.2.
_MAX_RECORD: Final = _HEADER + MAX_PLAINTEXT + 2048
_MAX_ENCRYPTED_RECORD: Final = _HEADER + MAX_PLAINTEXT + 256
_RECORD_TYPES: Final = frozenset(range(20, 25))
_ENCRYPTED_TYPES: Final = frozenset({23})
_HANDSHAKE_RECORD: Final = b"\x16"
# What OpenSSL refuses, once TLS 1.3 encrypts, with the alert for a record that is not encrypted. It would let a client
# take a change_cipher_spec, from version 3.5 on, and up to 32 in a row.
_UNEXPECTED_RECORD: Final = b"\x16\x03\x03\x00\x01\x00"
# Bytes of ciphertext held at most during the handshake: the largest record, and no more tiny ones than one call takes
# without holding others up.
_HANDSHAKE_LIMIT: Final = 20 * 1024
# Records that SSLObject gets at once during the handshake: more than a flight has.
_FLIGHT: Final = 16

# Looking up a member of an enum takes as long as a call does.
_READING: Final = Reading.OPEN
_WRITING: Final = Writing.OPEN

_HOSTNAME_MISMATCH: Final = 62  # X509_V_ERR_HOSTNAME_MISMATCH

# What OpenSSL does not refuse, but we do.
_NOT_TLS: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "not a TLS record")
_RENEGOTIATION: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer asks for renegotiation")
_IDLE_RECORDS: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer sends too many records that carry no data")
_LONG_HANDSHAKE: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer does not come to the end of its handshake")
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


@final
class Workspace:
    """The pair of BIOs in which engines work that are called in turns.

    An engine leaves nothing in it. Should something be left there all the same, because an exception came from
    nowhere (:exc:`KeyboardInterrupt`) or somebody has used an SSLObject past its engine, it is thrown away before
    it meets another engine's data.

    OpenSSL may call Python code in the middle of its work, such as a context's ``sni_callback``, and this code may use
    another connection. Then the other engine has the pair to itself for as long as its call takes (:meth:`lend`).
    """

    __slots__ = ("_waiting", "engine", "incoming", "outgoing")

    def __init__(self) -> None:
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.engine: TLSEngine | None = None
        """The one that is at work here."""
        self._waiting: list[TLSEngine] = []  # those in whose work it was called

    def clear(self) -> None:
        """Throw away what is nobody's.

        :raises RuntimeError: while an engine is at work here, whose data it is
        """
        if self.engine is not None:
            raise RuntimeError("a TLS engine is at work in this workspace")
        self.incoming.read()
        self.outgoing.read()

    def lend(self, engine: TLSEngine, call: Callable[[], T]) -> T:
        """Make a call of an engine's in the middle of the work of another.

        :raises RuntimeError: if ``engine`` is in the middle of a call itself, which OpenSSL is not made for
        """
        assert self.engine is not None
        if engine is self.engine or engine in self._waiting:
            raise RuntimeError("a callback of a TLS context cannot use the connection that it was called for")
        incoming, outgoing = self.incoming.read(), self.outgoing.read()
        self._waiting.append(self.engine)
        self.engine = None
        try:
            return call()
        finally:
            self.clear()
            self.engine = self._waiting.pop()
            self.incoming.write(incoming)
            self.outgoing.write(outgoing)


def _in_workspace(method: Callable[Concatenate[TLSEngine, P], T]) -> Callable[Concatenate[TLSEngine, P], T]:
    """A call of an engine's that needs its workspace. (Where the time matters, the same is written out there.)"""

    @wraps(method)
    def call(engine: TLSEngine, /, *args: P.args, **kwargs: P.kwargs) -> T:
        workspace = engine._workspace
        if workspace.engine is not None:
            return workspace.lend(engine, partial(call, engine, *args, **kwargs))
        if workspace.incoming.pending or workspace.outgoing.pending:
            workspace.clear()
        workspace.engine = engine
        try:
            return method(engine, *args, **kwargs)
        finally:
            workspace.engine = None

    return call


# Where the plaintext of several records is put together: buffers that nobody uses now, as many in the end as there are
# threads that read at the same time.
_buffers: Final[list[memoryview]] = []


class TLSEngine:
    """One TLS connection, without its transport.

    Not for concurrent use; every call runs to its end at once.

    :param workspace: for life, since an SSLObject cannot change its BIOs; by default one of its own
    :raises Exception: what the context's ``wrap_bio()`` raises
    """

    __slots__ = (
        "_errors",
        "_flaw",
        "_greeting",
        "_heard",
        "_held",
        "_idle_records",
        "_incoming",
        "_max_record",
        "_outgoing",
        "_pending",
        "_plaintext",
        "_reading_error",
        "_received",
        "_record_types",
        "_standard_compatible",
        "_transport_ended",
        "_unfinished",
        "_workspace",
        "_writing_error",
        "outgoing",
        "server_side",
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
        workspace: Workspace | None = None,
    ) -> None:
        self._workspace = workspace or Workspace()
        self._incoming = self._workspace.incoming
        self._outgoing = self._workspace.outgoing
        self.server_side = server_side
        self.states = States()
        self.outgoing = SendQueue()
        """Ciphertext for the transport, which removes from the front what it took."""
        self.version: str | None = None
        """That of TLS, once the handshake is complete. SSLObject does not tell while it is in the middle of a handshake
        message, such as a ticket."""
        self._errors = errors
        self._standard_compatible = standard_compatible
        # Ciphertext that SSLObject has not seen: what came last, and before it what does not make up a record yet.
        self._received: bytes | memoryview = b""
        self._unfinished = bytearray()
        self._pending = 0  # decrypted bytes that SSLObject holds
        self._plaintext = bytearray()  # decrypted bytes that we hold
        self._held = b""  # session tickets
        self._idle_records = 0  # since the last one with plaintext; in the handshake, empty ones
        self._heard = 0  # bytes in the records of the handshake
        self._record_types, self._max_record = _RECORD_TYPES, _MAX_RECORD
        self._flaw = ""  # of a record that cannot be right, by its header
        self._greeting = b""  # what it began with, if it never did
        self._transport_ended = False
        self._reading_error: TLSError | None = None
        self._writing_error: TLSError | None = None
        self._wrap(context, server_hostname)

    @_in_workspace
    def _wrap(self, context: SSLContextLike, server_hostname: str | None) -> None:
        self.ssl_object = context.wrap_bio(
            self._incoming, self._outgoing, server_side=self.server_side, server_hostname=server_hostname
        )
        self._collect()  # ssl's own say nothing yet, but others may

    def begin(self, session: ssl.SSLSession | None, received: bytes) -> None:
        """What the caller brings along: a session to resume, and ciphertext that has already arrived, however much.

        :raises ValueError: if the session is of another context
        """
        if session is not None:
            self.ssl_object.session = session
        self.feed(received)

    # ---- ciphertext in ----

    @property
    def room(self) -> int:
        """How many bytes :meth:`feed` may be given now."""
        limit = _HANDSHAKE_LIMIT if self.version is None else BUFFER_LIMIT
        return limit - len(self._unfinished) - len(self._received)

    def feed(self, data: bytes | memoryview) -> None:
        """Take ciphertext from the transport."""
        if self._received:
            self._unfinished += self._received
        self._received = data

    def feed_eof(self) -> None:
        """The transport has ended."""
        self._transport_ended = True

    def _next_record(self) -> int:
        """Give SSLObject the next record, if all of it is here; its size in bytes, or 0."""
        if self._unfinished:
            return self._next_unfinished_record()
        received = self._received
        size = self._size_of_record(received) if len(received) >= _HEADER else _HEADER
        if size < len(received):
            received = memoryview(received)
            self._received = received[size:]
            return self._incoming.write(received[:size])
        self._received = b""
        if size == len(received):  # a message that fits into a record usually comes alone
            return self._incoming.write(received)
        self._unfinished += received
        return 0

    def _next_unfinished_record(self) -> int:
        """The same for a record whose beginning came earlier."""
        unfinished = self._unfinished
        size = _HEADER
        while len(unfinished) < size or (size := self._size_of_record(unfinished)) > len(unfinished):
            if not self._received:
                return 0
            received, missing = memoryview(self._received), size - len(unfinished)
            unfinished += received[:missing]
            self._received = received[missing:] if missing < len(received) else b""
        self._unfinished = unfinished[size:]
        del unfinished[size:]
        return self._incoming.write(unfinished)

    def _size_of_record(self, start: bytes | bytearray | memoryview) -> int:
        """How many bytes a record has that starts so, header included."""
        size = _HEADER + (start[3] << 8 | start[4])
        if start[0] in self._record_types and start[1] == 3 and size <= self._max_record:
            return size
        return self._size_of_flawed_record(start, size)

    def _size_of_flawed_record(self, start: bytes | bytearray | memoryview, size: int) -> int:
        """How many bytes it takes to have OpenSSL refuse what starts so, with the right alert."""
        if start[0] not in _RECORD_TYPES or start[1] != 3:
            self._flaw = "not a TLS record"
            self._judge_greeting(start)
        elif start[0] not in self._record_types:
            self._flaw = "a record that is not encrypted"
        else:
            self._flaw = f"a record of {size} bytes is too long"
            if size <= _MAX_RECORD:
                return size  # OpenSSL minds it only when all of it is there.
        if start[0] not in self._record_types and self._record_types is _ENCRYPTED_TYPES:
            self._incoming.write(_UNEXPECTED_RECORD)
        return min(len(start), _MAX_RECORD)

    def _judge_greeting(self, start: bytes | bytearray | memoryview) -> bool:
        """Tell whether the peer has begun with something that is not TLS in any of its forms."""
        # A client's hello in the form of SSL 2 (RFC 5246 appendix E.2) has two bytes for its length, and a type.
        is_old_hello = self.server_side and start[0] >= 0x80 and start[2:3] in (b"", b"\1")
        if self._heard_nothing and not (start[0] in _RECORD_TYPES or start[1:2] == b"\3" or is_old_hello):
            self._greeting = bytes(start[:16])
        return bool(self._greeting)

    @property
    def _heard_nothing(self) -> bool:
        """Whether SSLObject has not been given a record yet."""
        return not (self._heard or self._idle_records)

    # ---- the handshake ----

    @_in_workspace
    def handshake(self) -> bool:
        """Go on with the handshake; ``True`` when it is complete, ``False`` while the peer's part is awaited."""
        if self._reading_error is not None:
            raise self._reading_error.again()
        while self.states.connection is Connection.HANDSHAKING:
            try:
                self.ssl_object.do_handshake()
            except ssl.SSLWantReadError:
                self._collect()
                if self._flaw:
                    self._fail(_NOT_TLS, "handshake")
                if self._idle_records > MAX_IDLE_RECORDS:
                    self._fail(_IDLE_RECORDS, "handshake")
                if self._heard > MAX_HANDSHAKE:
                    self._fail(_LONG_HANDSHAKE, "handshake")
                if self._next_flight():
                    continue
                if not self._transport_ended:
                    return False
                if self._unfinished and self._judge_greeting(self._unfinished):
                    self._fail(_NOT_TLS, "handshake")
                self._truncated("handshake")
            except Exception as exc:
                self._fail(exc, "handshake")
            self._complete_handshake()
        return True

    def _next_flight(self) -> bool:
        """Give SSLObject several records at once, which is quicker; tell whether there are any."""
        for count in range(_FLIGHT):
            if self._flaw or not (size := self._next_record()):
                return count > 0
            self._heard += size - _HEADER
            self._idle_records += size == _HEADER
        return True

    def _complete_handshake(self) -> None:
        if not self.server_side and getattr(self.ssl_object, "session_reused", False):
            self._check_resumed()
        self.version = self.ssl_object.version()
        if self.version == "TLSv1.3":
            self._record_types, self._max_record = _ENCRYPTED_TYPES, _MAX_ENCRYPTED_RECORD
            if self.server_side:
                self._held = self._outgoing.read()
        self._collect()
        if follows := self._incoming.read():
            self._received = b"".join((follows, self._unfinished, self._received))
            self._unfinished.clear()
        self._idle_records = 0
        self.states.fire(Event.HANDSHAKE_COMPLETED)

    def _check_resumed(self) -> None:
        """See to it that the session which was resumed is one with this host."""
        ssl_object = self.ssl_object
        name = ssl_object.server_hostname
        if name and ssl_object.context.check_hostname and not is_for(ssl_object.getpeercert() or {}, name):
            self._outgoing.read()  # what would tell the server that the handshake is complete
            reason = f"the session that was resumed is another server's: its certificate is not for {name!r}"
            error = ssl.SSLCertVerificationError(ssl.SSL_ERROR_SSL, reason)
            error.verify_code, error.verify_message = _HOSTNAME_MISMATCH, "Hostname mismatch"
            self._fail(error, "handshake")

    # ---- plaintext ----

    def read(self, max_bytes: int) -> bytes | None:
        """Up to ``max_bytes`` of plaintext; ``b""`` at the end, ``None`` when it takes more ciphertext.

        Everything decrypted is given out before an end or an error shows.
        """
        data: bytes
        if self._plaintext:
            data = bytes(self._plaintext[:max_bytes])
            del self._plaintext[:max_bytes]
            return data
        if (self._pending or self._received) and self.states.reading is _READING:
            workspace = self._workspace
            if workspace.engine is not None:
                return workspace.lend(self, partial(self.read, max_bytes))
            if self._incoming.pending or self._outgoing.pending:
                workspace.clear()
            workspace.engine = self
            try:
                # What came last is used up before anything is left that is not even a record.
                while size := self._pending or (self._received and self._next_record()):
                    if size < max_bytes and self._received:
                        data = self._read_records(max_bytes)
                    else:
                        data = self._read_record(min(size, max_bytes))
                    if data:
                        return data
                    if self.states.reading is not _READING:
                        break
            finally:
                workspace.engine = None
        if self.states.reading is _READING:
            if not self._transport_ended:
                return None
            self._truncated("reading")
        return self._end_of_reading()

    def _read_records(self, max_bytes: int) -> bytes:
        """Plaintext of the record that SSLObject has, and of those behind it."""
        try:
            memory = _buffers.pop()
        except IndexError:
            memory = memoryview(bytearray(BUFFER_LIMIT))
        buffer = memory[:max_bytes]
        room = len(buffer)
        filled = records = 0
        while count := self._read_record(room - filled, buffer[filled:]):
            filled += count
            records += 1
            if filled == room or records == MAX_IDLE_RECORDS or not self._next_record():
                break
        # By now the ciphertext has usually been freed, so that this takes no more memory.
        data = bytes(buffer[:filled])
        _buffers.append(memory)
        return data

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
            if self._flaw:
                self._set_failure(_NOT_TLS, "reading")
            elif self._are_idle():
                self._set_failure(_IDLE_RECORDS, "reading")
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

    def _end_of_reading(self) -> bytes:
        if self.states.reading is Reading.CLOSE_NOTIFY:
            return b""
        if self.states.reading is Reading.TRUNCATED and not self._standard_compatible:
            return b""
        assert self._reading_error is not None
        raise self._reading_error.again()

    @_in_workspace
    def read_ahead(self) -> bool:
        """Decrypt what is there, for later reads; ``True`` if it takes more ciphertext to go on."""
        while self.states.reading is _READING and len(self._plaintext) <= BUFFER_LIMIT - MAX_PLAINTEXT:
            if not self._pending and not self._next_record():
                if self._transport_ended:
                    self._truncated("reading")
                return not self._transport_ended
            self._plaintext += self._read_record(MAX_PLAINTEXT)
        return False

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
        if self.states.writing is not _WRITING:
            self.check_writing()
        # Records are counted as if they were the largest, however large they come out.
        room = (BUFFER_LIMIT - len(self.outgoing.data)) // _MAX_RECORD * MAX_PLAINTEXT
        if len(data) > room:
            data = memoryview(data)[:room]
        if not data:
            return 0
        workspace = self._workspace
        if workspace.engine is not None:
            return workspace.lend(self, partial(self.write, data))
        if self._incoming.pending or self._outgoing.pending:
            workspace.clear()
        workspace.engine = self
        try:
            while True:
                try:
                    taken = self.ssl_object.write(data)
                except ssl.SSLWantReadError:
                    self._collect()
                    if not self._next_record_of_message():
                        return 0
                except Exception as exc:
                    self._fail(exc, "writing")
                else:
                    if self._held:
                        self._release_tickets()
                    self.outgoing.append(self._outgoing.read())
                    return taken
        finally:
            workspace.engine = None

    def _next_record_of_message(self) -> bool:
        """Go on with a handshake message of the peer's, such as a ticket, of which a part was read: before it is whole,
        OpenSSL neither writes nor closes. ``False`` if that takes more ciphertext."""
        if self._next_record():
            if self._are_idle():
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

    @_in_workspace
    def close_writing(self) -> bool:
        """Queue close_notify (RFC 8446 section 6.1); ``False`` if that takes more ciphertext first. What the peer still
        sends can be read."""
        if self.states.connection is not Connection.OPEN or self.states.writing is not Writing.OPEN:
            return True
        while not self._shut_down():
            if not self._next_record_of_message():
                return False
            self._plaintext += self._read_record(MAX_PLAINTEXT)
        self._collect()
        self.states.fire(Event.CLOSE_NOTIFY_QUEUED)
        return True

    def _shut_down(self) -> bool:
        """Make SSLObject emit close_notify, unless it is in the middle of a handshake message of the peer's."""
        while self._pending:
            self._plaintext += self._read_record(MAX_PLAINTEXT)
        try:
            self.ssl_object.unwrap()
        except ssl.SSLWantReadError:
            pass  # The peer's close_notify is not here yet.
        except Exception as exc:
            if getattr(exc, "reason", None) == "SHUTDOWN_WHILE_IN_INIT":
                return False
            self._fail(exc, "closing")
        return True

    def take_trailing_data(self) -> bytes:
        """What the transport delivered after the peer's close_notify."""
        trailing = b"".join((self._unfinished, self._received))
        self._unfinished.clear()
        self._received = b""
        return trailing

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

    def explain_failed_writing(self) -> None:
        """If the peer has sent an alert, that is why the transport does not take any more."""
        if self._reading_error is not None and self._reading_error.alert_received:
            self._writing_error = self._reading_error

    # ---- what SSLObject left behind ----

    def _take_emitted(self) -> bytes:
        emitted = self._outgoing.read()
        # OpenSSL still answers a KeyUpdate, but nothing may follow close_notify (RFC 8446 section 6.1).
        return b"" if self.states.writing is Writing.HALF_CLOSED else emitted

    def _collect(self) -> bytes:
        """Queue what SSLObject emitted."""
        emitted = self._take_emitted()
        if emitted:
            self._release_tickets()
            self.outgoing.append(emitted)
        return emitted

    def _release_tickets(self) -> None:
        """Queue the session tickets that were held back, since a record follows."""
        if self._held:
            self.outgoing.append(self._held)
            self._held = b""

    def _answer(self) -> None:
        """Queue what SSLObject replies to the peer while we read."""
        reply = self._take_emitted()
        if reply[:1] == _HANDSHAKE_RECORD:
            # On TLS 1.3 even handshake messages look like data here, so this is the start of a renegotiation.
            self._set_failure(_RENEGOTIATION, "reading")
        elif reply:
            self._release_tickets()
            self.outgoing.append(reply)
            if len(self.outgoing) > BUFFER_LIMIT:
                self._set_failure(_UNREAD_REPLIES, "reading")

    def _fail(self, cause: Exception, phase: Phase) -> None:
        self._set_failure(cause, phase)
        assert self._reading_error is not None
        raise self._reading_error.again()

    def _set_failure(self, cause: Exception, phase: Phase) -> None:
        """TLS has failed, in both directions. The alert that tells the peer is queued.

        An error that is not ssl's own comes from Python code of the context's, and nobody knows what was lost with it.
        """
        received = received_alert(cause)
        alert = received or sent_alert(cause, self._collect())
        self._incoming.read()
        make: type[TLSError] = self._errors.tls
        if isinstance(cause, ssl.SSLCertVerificationError):
            make = self._errors.certificate
        elif phase == "handshake":
            make = self._errors.handshake
        server = self.ssl_object if self.server_side and phase == "handshake" else None
        fault, diagnosis = diagnose(cause, getattr(server, "context", None), alert, self._greeting, self._flaw)
        if received or (self._heard_nothing and not self._greeting):
            fault = "local"
        words = getattr(cause, "strerror", None) or str(cause) or repr(cause)
        message = ": ".join(filter(None, [f"TLS {phase} failed", diagnosis, words]))
        if alert:
            message += f" (the peer sent alert {alert})" if received else f" (alert {alert} sent)"
        if isinstance(cause, ssl.SSLError):
            forget_frames(cause)
        error = make(message, phase=phase, fault=fault, alert=alert, alert_received=received is not None, cause=cause)
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

    def _transport_error(self, cause: Exception, phase: Phase, fault: Fault) -> TLSError:
        make: type[TLSError] = self._errors.tls
        if self.states.connection is Connection.HANDSHAKING:
            make, phase = self._errors.handshake, "handshake"
        # The streams below often say only that they are broken; why is behind it.
        reason = str(cause) or str(cause.__cause__ or type(cause).__name__)
        return make(f"TLS {phase} failed: {reason}", phase=phase, fault=fault, cause=cause)
