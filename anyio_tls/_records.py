"""Cuts ciphertext into records.

**Invariant.** What :meth:`Records.pass_next` and :meth:`Records.pass_flight` have passed on, followed by what is held,
is what :meth:`Records.feed` was given, in the same order. Each call passes on one whole record, by the length in its
header, or several in a flight; or the beginning of what cannot be a record, by its header, and then
:attr:`Records.flaw` says what is wrong with it. (A record of ours is put in front of that where only this makes OpenSSL
send the right alert.)

**Bounds.** No record that is passed on is longer than the longest record of TLS, whatever a header says. What is held
is what was fed: the caller feeds no more than there is :attr:`Records.room` for.

Nothing here depends on OpenSSL, keys or the contents of a record.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, TypeAlias, final

__all__ = ["BUFFER_LIMIT", "HEADER", "MAX_PLAINTEXT", "MAX_RECORD", "SEND_LIMIT", "Records", "count_records"]

MAX_PLAINTEXT: Final = 2**14
"""Maximum bytes of plaintext in one record (RFC 8446 section 5.1)."""

BUFFER_LIMIT: Final = 80 * 2**10
"""Maximum bytes of ciphertext that were received, with room for the records of 64 KiB of plaintext."""

SEND_LIMIT: Final = 2**17
"""Maximum bytes of ciphertext that wait to be sent. More in one piece would save little, and keep the peer waiting."""

HEADER: Final = 5
"""Size of a record's header in bytes."""

# RFC 5246 section 6.2.3; for encrypted records of TLS 1.3, RFC 8446 section 5.2.
_MAX_LENGTH: Final = MAX_PLAINTEXT + 2048
MAX_RECORD: Final = HEADER + _MAX_LENGTH
_MAX_ENCRYPTED_RECORD: Final = HEADER + MAX_PLAINTEXT + 256
_TYPES: Final = range(20, 25)
# A type with the major version behind it: two bytes that are looked at as one number.
_KINDS: Final = frozenset(kind << 8 | 3 for kind in _TYPES)
_CHANGE_CIPHER_SPEC: Final = 20 << 8 | 3
_HANDSHAKE_KINDS: Final = frozenset({21 << 8 | 3, 22 << 8 | 3})
_SHORTEST: Final = 24
"""Bytes that an encrypted message of TLS 1.2 has at least, whatever the cipher suite. (A good alert may have fewer, but
is the peer's last word.)"""
_ENCRYPTED_KINDS: Final = frozenset({23 << 8 | 3})
# After the handshake of TLS 1.3, OpenSSL refuses this with the alert for a record that is not encrypted. From version
# 3.5 on, it would let a client accept a plain change_cipher_spec, and up to 32 in a row.
_UNEXPECTED_RECORD: Final = b"\x16\x03\x03\x00\x01\x00"
# Maximum bytes of ciphertext held during the handshake: the largest record, and no more tiny ones than one call can
# process without blocking the event loop for long.
_HANDSHAKE_LIMIT: Final = 20 * 1024
# Maximum records in a piece of a handshake: more than a flight has.
_FLIGHT: Final = 16

_header_at: Final = struct.Struct("!HxH").unpack_from
"""The kind (see above) and the length in a record's header."""

Write: TypeAlias = Callable[[bytes | bytearray | memoryview], object]
"""Takes what it is given at once: a MemoryBIO's ``write()``, or a bytearray's ``extend()``."""


@final
class Records:
    """The records of one direction of a connection.

    :param of_client: whether a client sends them, whose first may have the format of SSL 2
    """

    __slots__ = (
        "_begin",
        "_is_encrypted",
        "_kinds",
        "_limit",
        "_max_size",
        "_of_client",
        "_unfinished",
        "count",
        "count_in_handshake",
        "flaw",
        "greeting",
        "is_short",
        "received",
        "remark",
    )

    def __init__(self, *, of_client: bool) -> None:
        self._of_client = of_client
        self._limit, self._kinds, self._max_size = _HANDSHAKE_LIMIT, _KINDS, MAX_RECORD
        self._unfinished = bytearray()  # the beginning of a record
        self.received: bytes | memoryview = b""
        """What was fed last, after that; empty once all of it has been looked at."""
        self._begin = 0  # of what has not been
        self.count = 0
        """How many records were passed on."""
        self.count_in_handshake = 0
        """How many of them by its end."""
        self.flaw = ""
        """What is wrong with what was passed on last, if it cannot be a record."""
        self.greeting = b""
        """The peer's first bytes, if they are not TLS in any version."""
        self.is_short = False
        """Whether there was a record in the handshake that is too short for an encrypted message."""
        self._is_encrypted = False  # since the peer changed its cipher; on TLS 1.3 that says nothing
        self.remark = ""
        """What the peer has done that explains an alert of its own."""

    @property
    def room(self) -> int:
        """How many bytes :meth:`feed` may be given now."""
        return self._limit - len(self._unfinished) - len(self.received) + self._begin

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not (self._unfinished or self.received)

    def feed(self, data: bytes | memoryview) -> None:
        """Take what has arrived."""
        if self.received:
            self._unfinished += self._take(len(self.received))
        self.received = data

    def pass_next(self, write: Write) -> int:
        """Pass the next record on to ``write``, if all of it is here; return its size in bytes, or 0."""
        received, begin = self.received, self._begin
        available = len(received) - begin
        if self._unfinished or available < HEADER:
            return self._pass_unfinished(write)
        kind, length = _header_at(received, begin)
        size: int = HEADER + length
        if kind not in self._kinds or size > self._max_size:
            self._unfinished += self._take(available)
            return self._pass_unfinished(write)
        if size > available:
            self._unfinished += self._take(available)
            return 0
        self.count += 1
        if size < available:
            if not begin:
                self.received = received = memoryview(received)
            self._begin = end = begin + size
            write(received[begin:end])
        else:
            self.received, self._begin = b"", 0
            # A message that fits into a record usually arrives alone.
            write(received[begin:] if begin else received)
        return size

    def pass_flight(self, write: Write) -> int:
        """In the handshake: the next records, as many as were fed in one piece and are not empty, up to 16; otherwise
        what :meth:`pass_next` passes on."""
        received, end = self.received, self._begin
        available = len(received)
        count = size = 0
        if not self._unfinished:
            while end + HEADER < available and count < _FLIGHT:
                kind, length = _header_at(received, end)
                end += HEADER + length
                if end > available or kind not in _KINDS or length > _MAX_LENGTH or not length:
                    break
                size += HEADER + length
                count += 1
                self._judge_length(kind, length)
        if not count:
            size = self.pass_next(write)
            self.is_short |= self._is_encrypted and size == HEADER
            return size
        self.count += count
        write(self._take(size))
        return size

    def _take(self, count: int) -> memoryview:
        """Remove up to ``count`` bytes from the front of what was fed last."""
        received, begin = memoryview(self.received), self._begin
        end = begin + count
        if end < len(received):
            self.received, self._begin = received, end
        else:
            self.received, self._begin = b"", 0
        return received[begin:end]

    def _pass_unfinished(self, write: Write) -> int:
        unfinished = self._unfinished
        if len(unfinished) < HEADER:
            unfinished += self._take(HEADER - len(unfinished))
            if len(unfinished) < HEADER:
                return 0
        kind, length = _header_at(unfinished)
        size: int = HEADER + length
        if kind not in self._kinds or size > self._max_size:
            size = self._size_of_flawed(unfinished, size)
        missing = size - len(unfinished)
        if missing > len(self.received) - self._begin:
            unfinished += self._take(missing)
            return 0
        self._judge_length(kind, length)
        if self.flaw and self._kinds is _ENCRYPTED_KINDS and kind not in _ENCRYPTED_KINDS:
            write(_UNEXPECTED_RECORD)
        self.count += 1
        self._unfinished = unfinished[size:]
        del unfinished[size:]
        write(unfinished)
        if missing > 0:  # not joined, which would copy it
            write(self._take(missing))
        return size

    def _size_of_flawed(self, start: bytearray, size: int) -> int:
        """Say what is wrong with what starts with these bytes; return with which size OpenSSL refuses it with the right
        alert.

        :param size: that of its header
        """
        kind, _ = _header_at(start)
        if kind not in _KINDS:
            self.flaw = "not a TLS record"
            self._judge_greeting()
        elif kind not in self._kinds:
            self.flaw = "a record that is not encrypted"
        else:
            self.flaw = f"a record of {size} bytes is too long"
            if size <= MAX_RECORD:
                return size  # OpenSSL refuses it only once it is complete.
        return min(len(start), MAX_RECORD)

    def _judge_length(self, kind: int, length: int) -> None:
        if kind == _CHANGE_CIPHER_SPEC:
            self._is_encrypted = True
        elif self._is_encrypted and length < _SHORTEST and kind in _HANDSHAKE_KINDS:
            self.is_short = True

    def _judge_greeting(self) -> None:
        start = self._unfinished
        # A ClientHello in the format of SSL 2 (RFC 5246 appendix E.2) has two bytes for its length, and a type.
        is_old_hello = self._of_client and start[0] >= 0x80 and bytes(start[2:3]) in (b"", b"\1")
        if not (self.count or start[0] in _TYPES or start[1:2] == b"\3" or is_old_hello):
            self.greeting = bytes(start[:16])

    def end(self) -> None:
        """Nothing follows: check what is held as an incomplete record."""
        if self._unfinished:
            self._judge_greeting()

    def complete_handshake(self, follows: bytes, *, encrypted: bool) -> None:
        """From now on records carry data.

        :param follows: what was returned but comes after the handshake
        :param encrypted: whether they are TLS 1.3's, which all look like application data
        """
        self._limit = BUFFER_LIMIT
        if follows:
            self.count -= count_records(follows)
            self.received = follows + self.take_rest()
        self.count_in_handshake = self.count
        if encrypted:
            self._kinds, self._max_size = _ENCRYPTED_KINDS, _MAX_ENCRYPTED_RECORD

    def take_rest(self) -> bytes:
        """All that is held, not cut into records."""
        rest = b"".join((self._unfinished, self._take(len(self.received))))
        self._unfinished.clear()
        return rest


def count_records(data: bytes) -> int:
    """How many there are in ``data``, which are whole."""
    count = end = 0
    last = len(data) - HEADER
    while end <= last:
        end += HEADER + _header_at(data, end)[1]
        count += 1
    return count
