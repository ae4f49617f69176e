"""A program without TLS, for which a proxy has it: plain.py VERSION tcp|http ... See README.md."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from obedience import main

if TYPE_CHECKING:
    import socket
    from pathlib import Path


class Connection:
    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def read(self) -> bytes:
        return self.sock.recv(65536)

    def write(self, data: bytes) -> None:
        self.sock.sendall(data)

    def end(self) -> None:
        self.sock.shutdown(1)

    def close(self) -> None:
        self.sock.close()


class Request(Connection):
    """A request of HTTP, whose body is what is read, and the response, whose body is what is written."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = sock.recv(65536)
            if not piece:
                raise EOFError("the connection ended before the request")
            head += piece
        head, _, self.body = head.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        self.unread = int(fields[b"content-length"]) - len(self.body)
        self.answered = False

    def read(self) -> bytes:
        if not self.body and self.unread:
            self.body = self.sock.recv(65536)
            self.unread -= len(self.body)
        data, self.body = self.body, b""
        return data

    def write(self, data: bytes) -> None:
        head = b"" if self.answered else b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        self.answered = True
        super().write(head + data)


def accept(sock: socket.socket, _directory: Path, _demanding: bool) -> Connection:
    return Request(sock) if speaks_http else Connection(sock)


def connect(sock: socket.socket, _directory: Path) -> Connection:
    return Connection(sock)


words, speaks_http = sys.argv.pop(1), sys.argv.pop(1) == "http"
main(words, accept, connect)
