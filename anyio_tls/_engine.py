"""The sans-I/O core: bytes in, bytes out, plaintext in, plaintext out.

Theory of operation
===================

Below is the record layer (see ``_record_layer.py``): an SSLObject in its workspace, what it emits, and what ends it.
Here is what a connection does with it.

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
from functools import partial
from typing import Final

from ._names import is_for
from ._record_layer import IDLE_RECORDS, MAX_IDLE_RECORDS, NOT_TLS, RecordLayer, SSLContextLike, in_workspace
from ._records import BUFFER_LIMIT, HEADER, MAX_PLAINTEXT, MAX_RECORD, count_records
from ._states import Connection, Event, Reading, Writing

__all__ = ["BUFFER_LIMIT", "FRAMING", "MAX_PLAINTEXT", "SSLContextLike", "TLSEngine"]

FRAMING: Final = 2**9
"""Bytes that so many full records as carry :data:`BUFFER_LIMIT` of plaintext have besides, at most, and some more."""

MAX_HANDSHAKE: Final = 2**19
"""Bytes that the peer's records may carry in a handshake, however small they are: more than OpenSSL takes for all of
its messages together (128 KiB for a hello, 100 for a chain), so that what does not end by then makes no progress."""

# Records that SSLObject gets at once during the handshake: more than a flight has.
_FLIGHT: Final = 16

# Looking up a member of an enum takes as long as a call does.
_READING: Final = Reading.OPEN
_WRITING: Final = Writing.OPEN

_HOSTNAME_MISMATCH: Final = 62  # X509_V_ERR_HOSTNAME_MISMATCH

_LONG_HANDSHAKE: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer does not come to the end of its handshake")

# Where the plaintext of several records is put together: buffers that nobody uses now, as many in the end as there are
# threads that read at the same time.
_buffers: Final[list[memoryview]] = []


class TLSEngine(RecordLayer):
    """One TLS connection, without its transport.

    Not for concurrent use; every call runs to its end at once.
    """

    __slots__ = ()

    def begin(self, session: ssl.SSLSession | None, received: bytes) -> None:
        """What the caller brings along: a session to resume, and ciphertext that has already arrived, however much.

        :raises ValueError: if the session is of another context
        """
        if session is not None:
            self.ssl_object.session = session
        self.feed(received)

    # ---- the handshake ----

    @in_workspace
    def handshake(self) -> bool:
        """Go on with the handshake; ``True`` when it is complete, ``False`` while the peer's part is awaited."""
        if self._reading_error is not None:
            raise self._reading_error.again()
        while self.states.connection is Connection.HANDSHAKING:
            try:
                self.ssl_object.do_handshake()
            except ssl.SSLWantReadError:
                self._collect()
                if self._records.flaw:
                    self._fail(NOT_TLS, "handshake")
                if self._idle_records > MAX_IDLE_RECORDS:
                    self._fail(IDLE_RECORDS, "handshake")
                if self._heard > MAX_HANDSHAKE:
                    self._fail(_LONG_HANDSHAKE, "handshake")
                if self._next_flight():
                    continue
                if not self._transport_ended:
                    return False
                self._records.end()
                if self._records.greeting:
                    self._fail(NOT_TLS, "handshake")
                self._truncated("handshake")
            except Exception as exc:
                self._fail(exc, "handshake")
            self._complete_handshake()
        return True

    def _next_flight(self) -> bool:
        """Give SSLObject several records at once, which is quicker; tell whether there are any."""
        for count in range(_FLIGHT):
            if self._records.flaw or not (size := self._next_record()):
                return count > 0
            self._heard += size - HEADER
            self._idle_records += size == HEADER
        return True

    def _complete_handshake(self) -> None:
        if not self.server_side and getattr(self.ssl_object, "session_reused", False):
            self._check_resumed()
        self.version = self.ssl_object.version()
        is_new = self.version == "TLSv1.3"
        if is_new and self.server_side:
            tickets = self._outgoing.read()
            self.records_sent = count_records(tickets)
            self.outgoing.hold(tickets)
        self._collect()
        self._records.complete_handshake(self._incoming.read(), encrypted=is_new)
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
        if (self._pending or self._records.received) and self.states.reading is _READING:
            workspace = self._workspace
            if workspace.engine is not None:
                return workspace.lend(self, partial(self.read, max_bytes))
            if self._incoming.pending or self._outgoing.pending:
                workspace.clear()
            workspace.engine = self
            try:
                # What came last is used up before anything is left that is not even a record.
                while size := self._pending or (self._records.received and self._next_record()):
                    if size < max_bytes and self._records.received:
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
        return self.end_of_reading()

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

    def end_of_reading(self) -> bytes:
        """Nothing, at the end; raise what else stands in the way of reading."""
        if self.states.reading is Reading.CLOSE_NOTIFY:
            return b""
        if self.states.reading is Reading.TRUNCATED and not self._standard_compatible:
            return b""
        assert self._reading_error is not None
        raise self._reading_error.again()

    @in_workspace
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
        count = 1
        if len(data) > MAX_PLAINTEXT or self.outgoing.data:
            # Records are counted as if they were the largest, however large they come out.
            room = (BUFFER_LIMIT - len(self.outgoing.data)) // MAX_RECORD * MAX_PLAINTEXT
            if len(data) > room:
                data = memoryview(data)[:room]
            count = -(-len(data) // MAX_PLAINTEXT)
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
                    self.outgoing.append(self._outgoing.read())
                    self.records_sent += count
                    return taken
        finally:
            workspace.engine = None

    def check_writing(self) -> None:
        """Raise what stands in the way of writing."""
        if self.states.writing is _WRITING:
            return
        if self._writing_error is not None:
            raise self._writing_error.again()
        raise self._errors.closed("close_notify has been sent: this side has nothing more to say")

    # ---- client certificates after the handshake ----

    @in_workspace
    def request_certificate(self) -> bool:
        """Queue a request for the client's certificate (RFC 8446 section 4.6.2), unless one is unanswered. ``False`` if
        that takes more ciphertext first.

        :raises ssl.SSLError: if this client cannot be asked
        """
        self.check_writing()
        self._emit_request()  # one of verify_client_post_handshake()
        try:
            self.ssl_object.verify_client_post_handshake()
        except ssl.SSLError as exc:
            if exc.reason not in {"REQUEST_SENT", "STILL_IN_INIT"}:
                raise
        self._emit_request()
        return self.ssl_object.version() is not None

    def _emit_request(self) -> None:
        self._write_nothing()
        self._collect()

    @property
    def client_proof(self) -> object:
        """What is another one once the client has answered. OpenSSL does not tell that it has, with a certificate or
        without, but then its Finished message has changed. If the session was resumed, ssl shows ours instead of it;
        but where sessions can be resumed, it has got new tickets, and the session a new number."""
        session = self.ssl_object.session
        return self.ssl_object.get_channel_binding("tls-unique"), session and session.id

    def has_answered(self, before: object) -> bool:
        """Whether :attr:`client_proof` is another one than ``before``, and no message half read."""
        return self.client_proof != before and self.ssl_object.version() is not None

    # ---- the end ----

    @in_workspace
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
