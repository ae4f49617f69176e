"""The least that a TLS server in Python does: a limit to all others.

It calls :class:`ssl.SSLObject` from the event loop's callbacks. It has no tasks, no time limits and no statistics, and
takes for granted that a socket accepts what it is given and that a request comes in one piece.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

__all__ = ["listen"]

CHUNK = 2**16
BACKLOG = 4096

Answer: TypeAlias = Callable[[bytes], tuple[bytes, bool]]
"""From what a client said to the answer, and whether that is the last one. It is called with nothing when a handshake
is complete."""


class Connection:
    """One client."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, answer: Answer) -> None:
        self.sock = sock
        self.answer = answer
        self.is_open = False
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        asyncio.get_running_loop().add_reader(sock.fileno(), self.on_readable)

    def on_readable(self) -> None:
        try:
            ciphertext = self.sock.recv(CHUNK)
            self.incoming.write(ciphertext)
            if not ciphertext or self.has_ended():
                self.close()
        except BlockingIOError:
            pass
        except OSError:  # ssl's are some too
            self.close()

    def has_ended(self) -> bool:
        with suppress(ssl.SSLWantReadError):
            try:
                if not self.is_open:
                    self.tls.do_handshake()
                    self.is_open = True
                    self.answer(b"")
                is_last = False
                while not is_last and (request := self.tls.read(CHUNK)):
                    response, is_last = self.answer(request)
                    self.tls.write(response)
                with suppress(ssl.SSLWantReadError):
                    self.tls.unwrap()
                return True
            finally:
                if self.outgoing.pending:
                    self.sock.send(self.outgoing.read())
        return False

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self.sock.fileno())
        self.sock.close()


def listen(host: str, context: ssl.SSLContext, answer: Answer) -> socket.socket:
    """Serve on the running event loop, until that ends."""
    listening = socket.create_server((host, 0), backlog=BACKLOG)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
    listening.setblocking(False)

    def on_readable() -> None:
        with suppress(OSError):
            sock, _ = listening.accept()
            sock.setblocking(False)
            Connection(sock, context, answer)

    asyncio.get_running_loop().add_reader(listening.fileno(), on_readable)
    return listening
