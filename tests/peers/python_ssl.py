"""TLS by CPython's ssl. See README.md."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from obedience import main

if TYPE_CHECKING:
    import socket


class Connection:
    def __init__(self, sock: ssl.SSLSocket) -> None:
        self.sock = sock

    def read(self) -> bytes:
        return self.sock.recv(65536)

    def write(self, data: bytes) -> None:
        self.sock.sendall(data)

    def end(self) -> None:
        raise NotImplementedError("it has no call for that")

    def close(self) -> None:
        self.sock.unwrap()
        self.sock.close()


def accept(sock: socket.socket, directory: Path, demanding: bool) -> Connection:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=directory / "ca.pem")
    context.load_cert_chain(directory / "certificate.pem", directory / "key.pem")
    context.verify_mode = ssl.CERT_REQUIRED if demanding else ssl.CERT_NONE
    return Connection(context.wrap_socket(sock, server_side=True))


def connect(sock: socket.socket, directory: Path) -> Connection:
    context = ssl.create_default_context(cafile=directory / "ca.pem")
    return Connection(context.wrap_socket(sock, server_hostname="localhost"))


main(f"CPython {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}", accept, connect)
