"""TLS by tlslite-ng. See README.md."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path

import tlslite
from obedience import main
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.errors import TLSAbruptCloseError


class Connection:
    def __init__(self, connection: TLSConnection) -> None:
        self.connection = connection

    def read(self) -> bytes:
        return bytes(self.connection.read(max=65536, min=1))

    def write(self, data: bytes) -> None:
        self.connection.write(data)

    def end(self) -> None:
        raise NotImplementedError("it has no call for that")

    def close(self) -> None:
        self.connection.close()


def read(connection: TLSConnection, manner: str) -> None:
    digest, count, reads, end = hashlib.sha256(), 0, 0, "close_notify"
    try:
        while data := connection.read(max=65536, min=1):
            digest.update(data)
            count += len(data)
            reads += 1
            if manner == "talks" and reads % 4 == 0:
                connection.write(b"more\n")
        connection.close()
    except TLSAbruptCloseError:
        end = "the end of TCP without close_notify"
    except OSError as exc:
        end = str(exc)
    print("arrived", count, digest.hexdigest(), end, flush=True)


TICKET_KEY = os.urandom(32)


def accept(sock: socket.socket, directory: Path, demanding: bool = False) -> Connection:
    chain = X509CertChain()
    chain.parsePemList((directory / "certificate.pem").read_text())
    key = parsePEMKey((directory / "key.pem").read_text(), private=True)
    settings = HandshakeSettings()
    settings.ticketKeys = [TICKET_KEY]  # without a key it sends no tickets
    connection = TLSConnection(sock)
    connection.handshakeServer(certChain=chain, privateKey=key, settings=settings, reqCert=demanding)
    return Connection(connection)


def connect(sock: socket.socket, _directory: Path) -> Connection:
    connection = TLSConnection(sock)
    connection.handshakeClientCert(serverName="localhost")  # it verifies no chain
    return Connection(connection)


def serve(directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print("port", listener.getsockname()[1], flush=True)
        while True:
            read(accept(listener.accept()[0], directory).connection, "listens")


def fetch(port: int, manner: str, runs: int) -> None:
    for _ in range(runs):
        connection = connect(socket.create_connection(("127.0.0.1", port)), Path()).connection
        connection.write(b"request\n")
        read(connection, manner)


if {"obeys", "demands"}.intersection(sys.argv):
    main(f"tlslite-ng {tlslite.__version__}", accept, connect)
elif sys.argv[1] == "server":
    serve(Path(sys.argv[2]))
else:
    fetch(int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
