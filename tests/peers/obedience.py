"""What the programs in Python have in common: they obey. See README.md."""

from __future__ import annotations

import hashlib
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol


class Connection(Protocol):
    def read(self) -> bytes:
        """Give what is there, or nothing if the library says that this was all."""

    def write(self, data: bytes) -> None:
        """Send all of it."""

    def end(self) -> None:
        """Close this direction."""

    def close(self) -> None:
        """Close both, as the library's users do."""


def words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def obey(connection: Connection) -> None:
    data, end = b"", ""

    def read(enough: float) -> None:
        nonlocal data, end
        while not end and len(data) < enough:
            piece = connection.read()
            data += piece
            end = "" if piece else "end"

    try:
        read(16)
        order, count = data[:16].split() if data else (b"", 0)
        data = data[16:]
        if order == b"end":
            connection.end()
        read(int(count) if order == b"echo" else float("inf"))
        if order == b"echo":
            connection.write(data)
        if order == b"listen" and int(count):
            connection.write(b"." * (int(count) // 2))
            time.sleep(0.1)  # Half of it is to be under way when the peer learns what became of the other.
            connection.write(b"." * (int(count) // 2))
    except Exception as exc:
        end = f"{end}, then {words(exc)}" if end else words(exc)
    with suppress(Exception):  # who closes has read what there was
        connection.close()
    print("arrived", len(data), hashlib.sha256(data).hexdigest(), end or "closed", flush=True)


def main(
    version: str,
    accept: Callable[[socket.socket, Path, bool], Connection],
    connect: Callable[[socket.socket, Path], Connection],
) -> None:
    print("version", version, flush=True)
    role, directory, *arguments = sys.argv[1:]

    def converse(sock: socket.socket, *, serving: bool) -> None:
        with sock:
            try:
                if serving:
                    connection = accept(sock, Path(directory), arguments[0] == "demands")
                else:
                    connection = connect(sock, Path(directory))
                    connection.write(b"request\n")
            except Exception as exc:
                print("failed", words(exc), flush=True)
            else:
                obey(connection)

    if role == "client":
        for _ in range(int(arguments[2])):
            converse(socket.create_connection(("127.0.0.1", int(arguments[0]))), serving=False)
        return
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print("port", listener.getsockname()[1], flush=True)
        while True:
            converse(listener.accept()[0], serving=True)
