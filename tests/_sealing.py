"""Records taken apart, and sealed and opened by hand with the keys of a live connection.

So a test can send under the peer's encryption what no TLS library would send.
"""

from __future__ import annotations

import hmac
import ssl
import struct
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from ._wire import APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE

__all__ = [
    "KeyLog",
    "Keys",
    "Record",
    "TLS12Keys",
    "TLS13Keys",
    "hello_random",
    "open_records",
    "split_records",
    "unpadded",
]

# What OpenSSL's defaults agree on for a certificate with a key on an elliptic curve. The code below knows no other.
CIPHERS: Final = {"TLSv1.2": "ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.3": "TLS_AES_256_GCM_SHA384"}

HEADER: Final = struct.Struct(">BHH")


class Record(NamedTuple):
    """One record (RFC 8446 section 5.1); its header may lie about the length."""

    kind: int
    body: bytes
    version: int = 0x0303
    length: int | None = None

    def __bytes__(self) -> bytes:
        length = len(self.body) if self.length is None else self.length
        return HEADER.pack(self.kind, self.version, length & 0xFFFF) + self.body


def unpadded(record: Record) -> Record:
    """What the peer makes of the content of a TLS 1.3 record: a type of zero is padding (RFC 8446 section 5.4)."""
    content = (record.body + bytes([record.kind])).rstrip(b"\0")
    return Record(content[-1], content[:-1]) if content else record


def split_records(data: bytes) -> list[Record]:
    """Take whole records apart."""
    records = []
    while data:
        end = 5 + int.from_bytes(data[3:5], "big")
        assert len(data) >= end
        records.append(Record(data[0], data[5:end], int.from_bytes(data[1:3], "big")))
        data = data[end:]
    return records


def hello_random(flight: bytes) -> bytes:
    """The random of the ClientHello or ServerHello that a flight begins with (RFC 8446 section 4.1.2)."""
    return flight[11:43]


# ---- keys ----


class KeyLog:
    """What OpenSSL tells about the secrets of connections, in the key log format of NSS."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self._path = path
        self._watched: list[ssl.SSLContext] = []

    def watch(self, context: ssl.SSLContext) -> None:
        context.keylog_filename = str(self._path)
        self._watched.append(context)

    def close(self) -> None:
        for context in self._watched:
            context.keylog_filename = None  # type: ignore[assignment] # closes the file

    def clear(self) -> None:
        """Forget the connections so far."""
        with self._path.open("r+") as file:
            file.truncate(0)

    def secrets(self) -> dict[str, bytes]:
        """The secrets of the only connection since the last :meth:`clear`, by label."""
        lines = [line.split() for line in self._path.read_text().splitlines() if not line.startswith("#")]
        return {label: bytes.fromhex(secret) for label, _, secret in lines}


class Keys(Protocol):
    """The keys of one side of a connection."""

    def seal(self, record: Record) -> Record: ...

    def open(self, record: Record) -> Record: ...


class TLS13Keys:
    """TLS 1.3 with AES-256-GCM and SHA-384, from one of the traffic secrets (RFC 8446 sections 5.2, 5.3 and 7.3)."""

    def __init__(self, secret: bytes) -> None:
        self._opened = 0
        self._start_with(secret)

    def _start_with(self, secret: bytes) -> None:
        self._secret = secret
        self._cipher = AESGCM(self._expand(b"key", 32))
        self._iv = int.from_bytes(self._expand(b"iv", 12), "big")
        self._sealed = 0

    def _expand(self, label: bytes, length: int) -> bytes:
        label = b"tls13 " + label
        info = length.to_bytes(2, "big") + bytes([len(label)]) + label + b"\0"
        return HKDFExpand(SHA384(), length, info).derive(self._secret)

    def _nonce(self, number: int) -> bytes:
        return (self._iv ^ number).to_bytes(12, "big")

    def skip(self, count: int) -> None:
        """Go on behind records that somebody else has sealed."""
        self._sealed += count

    def seal(self, record: Record) -> Record:
        content = record.body + bytes([record.kind])
        header = HEADER.pack(APPLICATION_DATA, 0x0303, (len(content) + 16) & 0xFFFF)
        body = self._cipher.encrypt(self._nonce(self._sealed), content, header)
        self._sealed += 1
        if record.kind == HANDSHAKE and record.body[:4] == b"\x18\0\0\1" and record.body[4:] in {b"\0", b"\1"}:
            self._start_with(self._expand(b"traffic upd", 48))  # that was a KeyUpdate (RFC 8446 section 7.2)
        return Record(APPLICATION_DATA, body)

    def open(self, record: Record) -> Record:
        content = self._cipher.decrypt(self._nonce(self._opened), record.body, bytes(record)[:5])
        self._opened += 1
        return unpadded(Record(0, content))


class TLS12Keys:
    """TLS 1.2 with AES-256-GCM and SHA-384 (RFC 5246 sections 5 and 6.3, RFC 5288).

    :param number: of the first record to open and to seal
    """

    def __init__(
        self, master_secret: bytes, client_random: bytes, server_random: bytes, *, server_side: bool, number: int
    ) -> None:
        block = self._expand(master_secret, b"key expansion" + server_random + client_random, 2 * 32 + 2 * 4)
        self._cipher = AESGCM(block[32 * server_side :][:32])
        self._salt = block[64 + 4 * server_side :][:4]
        self._sealed = self._opened = number

    @staticmethod
    def _expand(secret: bytes, seed: bytes, length: int) -> bytes:
        expanded = b""
        a = seed
        while len(expanded) < length:
            a = hmac.digest(secret, a, "sha384")
            expanded += hmac.digest(secret, a + seed, "sha384")
        return expanded[:length]

    def seal(self, record: Record) -> Record:
        number = self._sealed.to_bytes(8, "big")
        header = number + HEADER.pack(record.kind, 0x0303, len(record.body) & 0xFFFF)
        body = self._cipher.encrypt(self._salt + number, record.body, header)
        self._sealed += 1
        return Record(record.kind, number + body)

    def open(self, record: Record) -> Record:
        explicit, body = record.body[:8], record.body[8:]
        header = self._opened.to_bytes(8, "big") + HEADER.pack(record.kind, 0x0303, len(body) - 16)
        self._opened += 1
        return Record(record.kind, self._cipher.decrypt(self._salt + explicit, body, header))


def open_records(keys: Keys, records: list[Record], version: str) -> tuple[list[Record], list[Record]]:
    """Part a flight that begins in the clear: its records in the clear, and what is in the others."""
    if version == "TLSv1.3":
        encrypted = [record.kind == APPLICATION_DATA for record in records]
    else:
        kinds = [record.kind for record in records]
        start = kinds.index(CHANGE_CIPHER_SPEC) + 1
        encrypted = [position >= start for position in range(len(records))]
    start = encrypted.index(True)
    return records[:start], [keys.open(record) for record in records[start:]]
