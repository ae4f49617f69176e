"""TLS as bytes: engines that talk to each other without an event loop, hand-made records, and odd certificates."""

from __future__ import annotations

import _ssl
import ctypes
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtensionOID, NameOID

from anyio_tls._engine import SSLContextLike, TLSEngine
from anyio_tls._errors import ErrorClasses
from anyio_tls._queue import SendQueue
from anyio_tls.testing import Certificate

__all__ = [
    "ALERT",
    "APPLICATION_DATA",
    "CHANGE_CIPHER_SPEC",
    "HANDSHAKE",
    "carry",
    "damage",
    "make_engine",
    "make_record",
    "record_ends",
    "self_signed",
    "shake_hands",
    "update_keys",
]

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23


def make_engine(context: SSLContextLike, *, server_side: bool, hostname: str = "localhost") -> TLSEngine:
    return TLSEngine(
        context,
        server_side=server_side,
        server_hostname=None if server_side else hostname,
        standard_compatible=True,
        errors=ErrorClasses(),
    )


def carry(source: TLSEngine, sink: TLSEngine) -> bytes:
    """Deliver what one engine has to say to another, and return it."""
    data = bytes(source.outgoing)
    source.outgoing.clear()
    if data:
        sink.feed(data)
    return data


def damage(queue: SendQueue, position: int) -> None:
    """Change a byte of what is to be sent."""
    data = bytearray(bytes(queue))
    data[position] ^= 1
    queue.data = bytes(data)


def shake_hands(client: TLSEngine, server: TLSEngine) -> tuple[bytes, bytes]:
    """Complete a handshake; return what the client and what the server sent."""
    from_client, from_server = bytearray(), bytearray()
    complete = False
    while not complete:
        complete = client.handshake()
        from_client += carry(client, server)
        complete &= server.handshake()
        from_server += carry(server, client)
    return bytes(from_client), bytes(from_server)


def make_record(kind: int, body: bytes, *, length: int | None = None) -> bytes:
    """A plaintext record (RFC 8446 section 5.1), whose header may lie about the length."""
    return bytes([kind, 3, 3]) + (len(body) if length is None else length).to_bytes(2, "big") + body


def record_ends(data: bytes) -> list[int]:
    """The positions in ``data`` at which a record ends."""
    ends = []
    end = 0
    while end < len(data):
        end += 5 + int.from_bytes(data[end + 3 : end + 5], "big")
        ends.append(end)
    assert end == len(data)
    return ends


def self_signed(
    name: str = "localhost",
    alternative: x509.GeneralName | None = None,
    *extensions: x509.ExtensionType,
    curve: ec.EllipticCurve | None = None,
) -> Certificate:
    """A certificate that only its own key vouches for.

    :param name: its common name, and what it is for unless there is an ``alternative``
    :param extensions: what else it has, such as what no authority would write
    :param curve: that of its key, by default P-256
    """
    key = ec.generate_private_key(curve or ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    if all(extension.oid != ExtensionOID.SUBJECT_ALTERNATIVE_NAME for extension in extensions):
        extensions = x509.SubjectAlternativeName([alternative or x509.DNSName(name)]), *extensions
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    return Certificate(
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def update_keys(ssl_object: Any) -> None:
    """Make a TLS 1.3 endpoint send a KeyUpdate, which asks for the peer's, in front of its next record.

    The ssl module does not offer what OpenSSL does (SSL_key_update), so this goes past it: the SSL structure is what
    the object keeps behind its header and a reference to its owner.
    """
    address = id(ssl_object._sslobj) + object.__basicsize__ + ctypes.sizeof(ctypes.c_void_p)
    update_requested = 1
    if not ctypes.CDLL(_ssl.__file__).SSL_key_update(ctypes.c_void_p.from_address(address), update_requested):
        raise RuntimeError("OpenSSL refuses to update the keys")
