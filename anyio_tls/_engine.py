"""The sans-I/O core: bytes in, bytes out, plaintext in, plaintext out.

Theory of operation
===================

The record layer below (see ``_record_layer.py``) is an SSLObject in its workspace, with its output and its failures.
The operations of a connection on it are here.

The session tickets that a TLS 1.3 server emits at the end of its handshake are held back, and sent in front of the next
record, whatever that is. Otherwise a peer that only writes would deadlock with us.

Half-close needs care: ``SSLObject.unwrap()`` sends close_notify, but it also reads, and takes application data for an
error. So decrypted data is drained first, and it has nothing to read.

No call here awaits, or uses a socket or a clock. A call that fails puts the alert for the peer into ``outgoing`` before
it raises.
"""

from __future__ import annotations

import ssl
from functools import partial
from typing import Any, Final

from ._diagnosis import is_left_over, not_tls
from ._known_certificate import KnownCertificate
from ._names import is_peer_for, mismatch_of_session
from ._record_layer import IDLE_RECORDS, MAX_IDLE_RECORDS, NOT_TLS, RecordLayer, SSLContextLike, in_workspace
from ._records import BUFFER_LIMIT, HEADER, MAX_PLAINTEXT, MAX_RECORD, SEND_LIMIT, count_records
from ._states import Connection, Event, Reading, Writing
from ._workspace import Workspace

__all__ = ["BUFFER_LIMIT", "IN_BULK", "MAX_PLAINTEXT", "SEND_LIMIT", "SSLContextLike", "TLSEngine", "Workspace"]

IN_BULK: Final = 2**18 - BUFFER_LIMIT
"""Bytes of ciphertext that the engine may be given beyond its room, where more is there than had room before: each
call of the system costs, and more so than the memory does."""

MAX_HANDSHAKE: Final = 2**19
"""Maximum bytes in the peer's records of a handshake, however small these are: more than OpenSSL accepts for all
messages together (128 KiB for a hello, 100 for a chain). A handshake that exceeds it makes no progress."""

# Looking up a member of an enum takes as long as a call does.
_READING: Final = Reading.OPEN
_WRITING: Final = Writing.OPEN

_LONG_HANDSHAKE: Final = ssl.SSLError(ssl.SSL_ERROR_SSL, "the peer does not come to the end of its handshake")

# Free buffers, in which the plaintext of several records is joined: in the end, as many as threads read at the same
# time.
_buffers: Final[list[memoryview]] = []


class TLSEngine(RecordLayer):
    """One TLS connection, without its transport.

    Not for concurrent use. No call waits.
    """

    __slots__ = ()

    def begin(self, session: ssl.SSLSession | None, received: bytes) -> None:
        """Take what the caller passes: a session to resume, and ciphertext that has already arrived, however much.

        :raises ValueError: if the session is of another context
        """
        if session is not None:
            self.ssl_object.session = session
        self.feed(received)

    # ---- the handshake ----

    @in_workspace
    def handshake(self) -> bool:
        """Go on with the handshake; ``True`` if it is complete, ``False`` if it needs more ciphertext."""
        if self._reading_error is not None:
            raise self._reading_error.again()
        if self.states.connection is not Connection.HANDSHAKING:
            return True
        self._next_flight()  # Usually it has arrived since the last call. Without it, OpenSSL would raise an exception.
        while True:
            try:
                self.ssl_object.do_handshake()
            except ssl.SSLWantReadError:
                self._collect()
                if self._records.flaw:
                    self._fail(NOT_TLS, "handshake")
                if self.idle.in_a_row > MAX_IDLE_RECORDS:
                    self._fail(IDLE_RECORDS, "handshake")
                if self._heard > MAX_HANDSHAKE:
                    self._fail(_LONG_HANDSHAKE, "handshake")
                if self._next_flight():
                    continue
                if not self._transport_ended:
                    return False
                self._records.end()
                if self._records.greeting:
                    self._fail(not_tls(self._records.greeting), "handshake")
                self._truncated("handshake")
            except Exception as exc:
                self._fail(exc, "handshake")
            self._complete_handshake()
            return True

    def _next_flight(self) -> bool:
        """Give SSLObject several records at once, which is faster; return whether there were any."""
        records = self._records
        before = records.count
        if records.flaw or records.is_empty or not (size := records.pass_flight(self._incoming.write)):
            return False
        self._heard += size - HEADER * (records.count - before)
        self.idle.in_a_row += size == HEADER
        return True

    def _complete_handshake(self) -> None:
        if not self.server_side and getattr(self.ssl_object, "session_reused", False):
            self._check_resumed()
        self.version = self.ssl_object.version()
        is_new = self.version == "TLSv1.3"
        if is_new and self.server_side:
            tickets = self._outgoing.read()
            self.records_sent = self.idle.sent_without_data = count_records(tickets)
            self.outgoing.hold(tickets)
        self._collect()
        self._records.complete_handshake(self._incoming.read(), encrypted=is_new)
        self.idle.in_a_row = 0
        self.states.fire(Event.HANDSHAKE_COMPLETED)

    def _check_resumed(self) -> None:
        """Check that the session that was resumed is one with this host. (A secret that both had before looks like a
        session to OpenSSL, but has no certificate: RFC 8446 section 2.2.)"""
        ssl_object = self.ssl_object
        name = ssl_object.server_hostname
        if not (name and ssl_object.context.check_hostname) or ssl_object.getpeercert(True) is None:
            return
        if not is_peer_for(ssl_object, name):
            self._outgoing.read()  # the client's last flight, which would complete the handshake for the server
            self._fail(mismatch_of_session(name), "handshake")

    # ---- plaintext ----

    def read(self, max_bytes: int) -> bytes | None:
        """Up to ``max_bytes`` of plaintext; ``b""`` at the end, ``None`` if it needs more ciphertext or is pausing.

        Everything that was decrypted is returned before the end or an error.
        """
        if self._plaintext:
            data = bytes(self._plaintext[:max_bytes])
            del self._plaintext[:max_bytes]
            return data
        records = self._records
        if (self._pending or records.received) and self.states.reading is _READING:
            workspace = self._workspace
            if workspace.engine is not None:
                return workspace.lend(self, partial(self.read, max_bytes))
            if self._incoming.pending or self._outgoing.pending:
                workspace.clear()
            workspace.engine = self
            try:
                # Go on until what was received last has no complete record any more.
                while size := self._pending or (records.received and records.pass_next(self._incoming.write)):
                    if size >= max_bytes:
                        data = self._read_record(max_bytes)
                    elif records.received:
                        data = self._read_records(max_bytes)
                    else:
                        data = self._read_record(size)
                    if data:
                        return data
                    if self.states.reading is not _READING:
                        break
                    if self.idle.is_pausing:
                        return None
            finally:
                workspace.engine = None
        if self.states.reading is _READING:
            if not self._transport_ended:
                return None
            self._truncated("reading")
        return self.end_of_reading()

    def _read_records(self, max_bytes: int) -> bytes:
        """The plaintext of the record that SSLObject has, and of the following ones."""
        try:
            memory = _buffers.pop()
        except IndexError:
            memory = memoryview(bytearray(BUFFER_LIMIT))
        buffer = memory[:max_bytes]
        room = len(buffer)
        filled = records = 0
        read: Any = self.ssl_object.read  # which returns a number if it is given a buffer
        pass_next, write = self._records.pass_next, self._incoming.write
        try:
            while count := read(room - filled, buffer[filled:]):
                filled += count
                records += 1
                self.idle.in_a_row = 0
                if filled == room or records == MAX_IDLE_RECORDS or not pass_next(write):
                    break
            else:
                self.states.fire(Event.CLOSE_NOTIFY_RECEIVED)
        except Exception as exc:
            self._read_none(exc)
        self._pending = self.ssl_object.pending() if filled == room else 0
        # The ciphertext has usually been freed by now, so this copy does not raise the peak of memory.
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
        """Decrypt what has arrived, for later reads; ``True`` if it needs more ciphertext to go on."""
        while self.states.reading is _READING and len(self._plaintext) <= BUFFER_LIMIT - MAX_PLAINTEXT:
            if not self._pending and not self._next_record():
                if self._transport_ended:
                    self._truncated("reading")
                return not self._transport_ended
            self._plaintext += self._read_record(MAX_PLAINTEXT)
        return False

    def unread(self, data: bytes) -> None:
        """Take back what :meth:`read` returned, for the next read."""
        self._plaintext[:0] = data

    @property
    def pending(self) -> int:
        """Decrypted bytes that can be read at once."""
        return len(self._plaintext) + self.ssl_object.pending()

    def write(self, data: bytes | memoryview) -> int:
        """Encrypt as much from the front of ``data`` as there is room for; return how many bytes that was.

        If there is room, but nothing was taken, it needs more ciphertext first.
        """
        if self.states.writing is not _WRITING:
            self.check_writing()
        if len(data) > MAX_PLAINTEXT or self.outgoing.data:
            # Every record is counted with the maximum size, whatever size it will have.
            room = max(SEND_LIMIT - len(self.outgoing.data), 0) // MAX_RECORD * MAX_PLAINTEXT
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
                    self.outgoing.append(self._outgoing.read())
                    self.records_sent += -(-taken // MAX_PLAINTEXT)
                    if self.known_certificate is not None:  # The rest of a message may have been read.
                        self.known_certificate.renew(self.ssl_object)
                    return taken
        finally:
            workspace.engine, data = None, b""  # See let_go_of().

    def check_writing(self) -> None:
        """Raise the error that prevents writing."""
        if self._writing_error is not None:
            raise self._writing_error.again()
        if self.states.connection is Connection.CLOSED:
            raise self._errors.closed("this TLS stream has been closed")
        if self.states.writing is not _WRITING:
            raise self._errors.closed("close_notify has been sent: this side has nothing more to say")

    # ---- client certificates after the handshake ----

    @in_workspace
    def request_certificate(self, *, strict: bool = False) -> bool:
        """Queue a request for the client's certificate (RFC 8446 section 4.6.2), unless one is unanswered. (OpenSSL
        would emit it amid whatever comes next.) ``False`` if that takes more ciphertext first.

        :param strict: whether it is an error if that is so, or if one is unanswered
        :raises ssl.SSLError: if this client cannot be asked
        """
        self.check_writing()
        ssl_object = self.ssl_object
        if ssl_object.version() is not None:  # not amid a message
            self.known_certificate = KnownCertificate(ssl_object)
        try:
            ssl_object.verify_client_post_handshake()
        except ssl.SSLError as exc:
            if strict or exc.reason not in {"REQUEST_SENT", "STILL_IN_INIT"}:
                raise
        finally:
            self._write_nothing()
            self._collect()
        return ssl_object.version() is not None

    # ---- the end ----

    @in_workspace
    def close_writing(self) -> bool:
        """Queue close_notify (RFC 8446 section 6.1); ``False`` if it needs more ciphertext first. What the peer still
        sends can be read."""
        if self.states.connection is Connection.HANDSHAKING or self.states.writing is not Writing.OPEN:
            return True
        while not self._shut_down():
            if not self._next_record_of_message():
                return False
            self._plaintext += self._read_record(MAX_PLAINTEXT)
        self._collect()
        self.states.fire(Event.CLOSE_NOTIFY_QUEUED)
        return True

    def say_goodbye(self) -> None:
        """Queue close_notify for a peer of which nobody knows yet whether it is about to ask something. If it does, the
        answer fails as it would if that peer had gone. Amid a handshake message of the peer it does nothing."""
        if self.close_writing():
            self._writing_error = self._writing_error or self._errors.tls(
                "TLS writing failed: the server shuts down, and has sent close_notify", phase="writing", fault="local"
            )

    def _shut_down(self) -> bool:
        """Make SSLObject emit close_notify, unless it is in the middle of a handshake message of the peer."""
        while self._pending:
            self._plaintext += self._read_record(MAX_PLAINTEXT)
        failure: Exception | None = None
        while True:
            try:
                self.ssl_object.unwrap()
            except ssl.SSLWantReadError:
                pass  # The peer's close_notify has not arrived yet.
            except Exception as exc:
                if getattr(exc, "reason", None) == "SHUTDOWN_WHILE_IN_INIT":
                    return False
                if failure is None and is_left_over(exc):
                    failure = exc
                    continue
                self._fail(exc, "closing")
            return True
