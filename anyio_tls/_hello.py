"""The ClientHello, parsed before TLS sees it: a server may choose its context by it.

The input is not authenticated and may be anything. So the structure of the message is checked to the last byte, and a
malformed one is refused with the alert that OpenSSL would send. What is well-formed but makes no sense (an empty list,
an unknown version) is left to the TLS library, which gets the same bytes afterwards.
"""

from __future__ import annotations

import ssl
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from typing_extensions import Self

from ._diagnosis import describe_greeting, not_tls
from ._errors import ErrorClasses, TLSError
from ._ja4 import fingerprint, is_grease
from ._record_layer import MAX_IDLE_RECORDS
from ._records import HEADER, MAX_PLAINTEXT, Records

__all__ = ["ClientHello", "ClientHelloReader"]

MAX_HELLO: Final = 2**16
"""Bytes that a ClientHello may have, its records included: thirty times what browsers send, but a ticket may hold the
client's certificate, as those of OpenSSL's servers do."""

MAX_ENTRIES: Final = 512
"""Entries that a list in it may have: more cipher suites than there are. As objects they take many times the memory
that they take in the message, for as long as the connection lasts; and the event loop waits while they are made."""

_MESSAGE_HEADER: Final = 4
_MAJOR_VERSION: Final = 3
_HANDSHAKE: Final = 22
_CLIENT_HELLO: Final = 1
_START: Final = struct.Struct(">4sH32s")  # type and length, version, random
_TWO_NUMBERS: Final = struct.Struct(">HH")
_MAX_SESSION_ID: Final = 32
_HOST_NAME: Final = b"\0"
_MAX_NAME: Final = 255  # bytes, as OpenSSL has it

# Extensions, RFC 8446 section 4.2.
_SERVER_NAME: Final = 0
_SUPPORTED_GROUPS: Final = 10
_SIGNATURE_ALGORITHMS: Final = 13
_ALPN: Final = 16
_SUPPORTED_VERSIONS: Final = 43
_KEY_SHARE: Final = 51

_SSL_3: Final = 0x0300
_VERSIONS: Final = {version.value: version for version in ssl.TLSVersion if version > 0}
_LEGACY_VERSIONS: Final = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1)


@final
@dataclass(frozen=True, slots=True)
class ClientHello:
    """What a client offers, from its ClientHello (RFC 8446 section 4.1.2).

    None of it is authenticated: anybody can send it. Numbers are IANA's, in the order in which they were sent, GREASE
    values included (RFC 8701), which only test whether servers are tolerant; :attr:`versions` alone leaves these out.
    """

    server_name: str | None
    """The host that the client wants to talk to (RFC 6066 section 3): an A-label, in lower case and without the
    trailing dot of an absolute name. Printable ASCII of at most 255 characters, but not necessarily a host name:
    clients send addresses, too. ``None`` if the client sends none, or an empty one."""

    alpn_protocols: tuple[str, ...]
    """The protocols that it offers with ALPN (RFC 7301), in its order of preference, decoded as ISO 8859-1."""

    versions: tuple[ssl.TLSVersion | int, ...]
    """The TLS versions that it offers, in its order of preference. Those that :class:`ssl.TLSVersion` does not know are
    numbers. A client that names only the highest one (RFC 8446 section 4.2.1) offers this, up to TLS 1.2, and all
    below, down to TLS 1.0."""

    cipher_suites: tuple[int, ...]
    """The cipher suites, in its order of preference."""

    groups: tuple[int, ...]
    """The groups for the key exchange, in its order of preference."""

    key_share_groups: tuple[int, ...]
    """The groups for which it sent a key share."""

    signature_algorithms: tuple[int, ...]
    """The signature algorithms that it accepts from the server, in its order of preference."""

    extensions: tuple[int, ...]
    """The extensions."""

    raw: bytes = field(repr=False)
    """The whole message as it was sent: type, length and body, without the headers of its records."""

    @property
    def ja4(self) -> str:
        """The JA4 fingerprint of the client, such as ``"t13d1516h2_8daaf6152771_e5627efa2ab1"``.

        It identifies software, not a client, and can be imitated. The method is FoxIO's *JA4: TLS Client
        Fingerprinting*.
        """
        return fingerprint(
            _START.unpack_from(self.raw)[1],
            versions=self.versions,
            alpn_protocols=self.alpn_protocols,
            cipher_suites=self.cipher_suites,
            extensions=self.extensions,
            signature_algorithms=self.signature_algorithms,
        )


class ClientHelloReader:
    """Reassembles a ClientHello from any number of records, and parses it.

    :param max_bytes: maximum size of the message, the headers of its records included
    :param errors: the classes of the errors that it raises
    """

    def __init__(self, max_bytes: int = MAX_HELLO, errors: ErrorClasses = ErrorClasses()) -> None:
        self._max_bytes = max_bytes
        self._errors = errors
        self._records = Records(of_client=True)
        self._received = bytearray()
        self._used = 0  # bytes of it that were complete records
        self._empty_records = 0
        self._message = bytearray()

    @property
    def received(self) -> bytes:
        """All that was fed so far, unchanged, for TLS to begin with."""
        return bytes(self._received)

    def feed(self, data: bytes) -> ClientHello | None:
        """Take what the client sent; ``None`` while the message is incomplete.

        What follows the message is not looked at.

        :raises HandshakeError: if this is no ClientHello or a malformed one. Its ``alert`` is for the caller to send;
            it is ``None`` for a client that does not speak TLS.
        """
        self._received += data
        self._records.feed(data)
        try:
            return self._read()
        except _RefusedError as exc:
            alert, words = exc.args
        raise self._refusal(alert, words)

    def end(self) -> None:
        """Nothing follows, though the message is incomplete.

        :raises HandshakeError: if the client does not speak TLS
        """
        self._records.end()
        if self._records.greeting:
            raise self._refusal(None, describe_greeting(self._records.greeting))

    def _refusal(self, alert: str | None, words: str) -> TLSError:
        message = f"TLS handshake failed: {words}" + (f" (alert {alert} sent)" if alert else "")
        cause = None if alert else not_tls(self._records.greeting)
        return self._errors.handshake(message, phase="handshake", alert=alert, cause=cause)

    def _read(self) -> ClientHello | None:
        message, record = self._message, bytearray()
        while self._records.pass_next(record.extend):
            self._check_record(record)
            self._used += len(record)
            if self._used > self._max_bytes:
                raise self._too_long()
            message += record[HEADER:]
            record.clear()
            if len(message) >= (size := self._check_message()):
                return _parse(bytes(message[:size]))
        if len(self._received) > self._max_bytes:
            raise self._too_long()
        return None

    def _check_record(self, record: bytearray) -> None:
        kind, version, size = record[0], record[1], len(record)
        if self._records.greeting:
            raise _RefusedError(None, f"{describe_greeting(self._records.greeting)}: {self._records.flaw}")
        if not self._used and kind >= 0x80 and record[2] == _CLIENT_HELLO:  # RFC 5246 appendix E.2
            raise _RefusedError("protocol_version", "a ClientHello in the form of SSL 2")
        if version != _MAJOR_VERSION:
            raise _RefusedError(None, self._records.flaw)
        if kind != _HANDSHAKE:
            raise _RefusedError("unexpected_message", f"a record of type {kind} instead of a ClientHello")
        if self._records.flaw or size > HEADER + MAX_PLAINTEXT:
            raise _RefusedError("record_overflow", self._records.flaw or f"a record of {size} bytes is too long")
        self._empty_records += size == HEADER
        if self._empty_records > MAX_IDLE_RECORDS:
            raise _RefusedError("unexpected_message", "the client sends too many empty records")

    def _check_message(self) -> int:
        """The size of the message in bytes, or of its header if that is incomplete."""
        message = self._message
        if message and message[0] != _CLIENT_HELLO:
            raise _RefusedError("unexpected_message", f"a message of type {message[0]} instead of a ClientHello")
        if len(message) < _MESSAGE_HEADER:
            return _MESSAGE_HEADER
        size = _MESSAGE_HEADER + int.from_bytes(message[1:_MESSAGE_HEADER], "big")
        if size > self._max_bytes:
            raise self._too_long()
        return size

    def _too_long(self) -> _RefusedError:
        return _RefusedError("illegal_parameter", f"a ClientHello of more than {self._max_bytes} bytes")


class _RefusedError(Exception):
    """The error with an alert and an explanation."""


class _Fields:
    """The fields of a message, read one after another."""

    __slots__ = ("_data", "_position", "_what")

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._position = 0
        self._what = what

    def __iter__(self) -> Iterator[Self]:
        """Itself for each entry of a list, as long as there are any left."""
        entries = 0
        while self:
            entries += 1
            _check_count(entries, self._what)
            yield self

    def __bool__(self) -> bool:
        """Whether there are any left."""
        return self._position < len(self._data)

    def take(self, size: int) -> bytes:
        start = self._position
        self._position = end = start + size
        if end > len(self._data):
            raise _RefusedError("decode_error", f"{self._what} is shorter than it says")
        return self._data[start:end]

    def vector(self, size: int) -> bytes:
        """A vector: its length, a number of ``size`` bytes, and its content (RFC 8446 section 3.4)."""
        return self.take(int.from_bytes(self.take(size), "big"))

    def end(self) -> None:
        if self._position < len(self._data):
            raise _RefusedError("decode_error", f"{self._what} is longer than it says")


def _check_count(count: int, what: str) -> None:
    if count > MAX_ENTRIES:
        raise _RefusedError("illegal_parameter", f"{what} has more than {MAX_ENTRIES} entries")


def _parse(message: bytes) -> ClientHello:
    fields = _Fields(message, "the ClientHello")
    _, version, _ = _START.unpack(fields.take(_START.size))
    if len(fields.vector(1)) > _MAX_SESSION_ID:
        raise _RefusedError("decode_error", "the session ID of the ClientHello is too long")
    cipher_suites = _numbers(fields.vector(2), "the list of cipher suites")
    fields.vector(1)  # compression
    extensions = _extensions(fields.vector(2)) if fields else {}
    fields.end()
    if version <= _SSL_3:  # RFC 8446 appendix D.5
        raise _RefusedError("protocol_version", "a ClientHello of SSL 3 or older")
    return ClientHello(
        server_name=_server_name(extensions),
        alpn_protocols=_alpn_protocols(extensions),
        versions=_versions(extensions, version),
        cipher_suites=cipher_suites,
        groups=_numbers(_list_in(extensions, _SUPPORTED_GROUPS), "the list of groups"),
        key_share_groups=_key_share_groups(extensions),
        signature_algorithms=_numbers(_list_in(extensions, _SIGNATURE_ALGORITHMS), "the list of signature algorithms"),
        extensions=tuple(extensions),
        raw=message,
    )


def _extensions(data: bytes) -> dict[int, bytes]:
    fields = _Fields(data, "the list of extensions")
    extensions: dict[int, bytes] = {}
    for entry in fields:
        kind, size = _TWO_NUMBERS.unpack(entry.take(4))
        if kind in extensions:
            raise _RefusedError("illegal_parameter", f"extension {kind} comes twice")
        extensions[kind] = entry.take(size)
    return extensions


def _list_in(extensions: Mapping[int, bytes], kind: int, size: int = 2) -> bytes:
    """The content of an extension that is a single vector with a length of ``size`` bytes; empty if it is missing."""
    if (data := extensions.get(kind)) is None:
        return b""
    fields = _Fields(data, f"extension {kind}")
    content = fields.vector(size)
    fields.end()
    return content


def _numbers(data: bytes, what: str) -> tuple[int, ...]:
    count, half = divmod(len(data), 2)
    if half:
        raise _RefusedError("decode_error", f"{what} ends with half a number")
    _check_count(count, what)
    return struct.unpack(f">{count}H", data)


def _server_name(extensions: Mapping[int, bytes]) -> str | None:
    if _SERVER_NAME not in extensions:
        return None
    fields = _Fields(_list_in(extensions, _SERVER_NAME), "the list of server names")
    if fields.take(1) != _HOST_NAME:
        raise _RefusedError("decode_error", "a server name that is not a host name")
    name = fields.vector(2).decode("latin-1")
    fields.end()  # There is one name of each type, and this is the only type.
    # No host name has other characters, and this one is going to be looked up and logged.
    if len(name) > _MAX_NAME or not (name.isascii() and name.isprintable()):
        raise _RefusedError("unrecognized_name", "a server name that no host can have")
    return name.lower().removesuffix(".") or None


def _alpn_protocols(extensions: Mapping[int, bytes]) -> tuple[str, ...]:
    fields = _Fields(_list_in(extensions, _ALPN), "the list of protocols")
    return tuple(entry.vector(1).decode("latin-1") for entry in fields)


def _versions(extensions: Mapping[int, bytes], legacy: int) -> tuple[ssl.TLSVersion | int, ...]:
    if _SUPPORTED_VERSIONS not in extensions:
        return tuple(version for version in _LEGACY_VERSIONS if version <= legacy)
    numbers = _numbers(_list_in(extensions, _SUPPORTED_VERSIONS, 1), "the list of versions")
    return tuple(_VERSIONS.get(number, number) for number in numbers if not is_grease(number))


def _key_share_groups(extensions: Mapping[int, bytes]) -> tuple[int, ...]:
    fields = _Fields(_list_in(extensions, _KEY_SHARE), "the list of key shares")
    groups = []
    for entry in fields:
        group, size = _TWO_NUMBERS.unpack(entry.take(4))
        entry.take(size)
        groups.append(group)
    return tuple(groups)
