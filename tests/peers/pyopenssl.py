"""TLS by pyOpenSSL, with the OpenSSL that cryptography brings along. See README.md."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from obedience import main
from OpenSSL import SSL

if TYPE_CHECKING:
    import socket
    from pathlib import Path


class Connection:
    def __init__(self, connection: SSL.Connection) -> None:
        self.connection = connection

    def read(self) -> bytes:
        try:
            return self.connection.recv(65536)
        except SSL.ZeroReturnError:
            return b""

    def write(self, data: bytes) -> None:
        self.connection.sendall(data)

    def end(self) -> None:
        self.connection.shutdown()

    def close(self) -> None:
        self.connection.shutdown()
        self.connection.close()


def shake_hands(connection: SSL.Connection) -> Connection:
    connection.do_handshake()
    return Connection(connection)


def accept(sock: socket.socket, directory: Path, demanding: bool) -> Connection:
    context = SSL.Context(SSL.TLS_METHOD)
    context.use_certificate_chain_file(str(directory / "certificate.pem"))
    context.use_privatekey_file(str(directory / "key.pem"))
    context.set_session_id(b"peer")
    if demanding:
        context.load_verify_locations(str(directory / "ca.pem"))
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
    connection = SSL.Connection(context, sock)
    connection.set_accept_state()
    return shake_hands(connection)


def connect(sock: socket.socket, directory: Path) -> Connection:
    context = SSL.Context(SSL.TLS_METHOD)
    context.load_verify_locations(str(directory / "ca.pem"))
    context.set_verify(SSL.VERIFY_PEER)
    connection = SSL.Connection(context, sock)
    connection.set_tlsext_host_name(b"localhost")
    connection.set_connect_state()
    return shake_hands(connection)


openssl = SSL.OpenSSL_version(SSL.OPENSSL_VERSION).decode()
main(f"pyOpenSSL {version('pyopenssl')}, {openssl}", accept, connect)
