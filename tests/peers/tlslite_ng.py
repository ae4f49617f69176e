"""TLS by tlslite-ng. See README.md."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.errors import TLSAbruptCloseError


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


def serve(directory: Path) -> None:
    chain = X509CertChain()
    chain.parsePemList((directory / "certificate.pem").read_text())
    key = parsePEMKey((directory / "key.pem").read_text(), private=True)
    settings = HandshakeSettings()
    settings.ticketKeys = [os.urandom(32)]  # without a key it sends no tickets
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print("port", listener.getsockname()[1], flush=True)
        while True:
            sock, _ = listener.accept()
            connection = TLSConnection(sock)
            connection.handshakeServer(certChain=chain, privateKey=key, settings=settings)
            read(connection, "listens")


def connect(port: int, manner: str, runs: int) -> None:
    for _ in range(runs):
        connection = TLSConnection(socket.create_connection(("127.0.0.1", port)))
        connection.handshakeClientCert(serverName="localhost")  # it verifies no chain
        connection.write(b"request\n")
        read(connection, manner)


if sys.argv[1] == "server":
    serve(Path(sys.argv[2]))
else:
    connect(int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
