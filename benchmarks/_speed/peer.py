"""The peer that every contender talks to: OpenSSL over blocking sockets, in a process of its own, the same for all.

The contender leads. It sends an :class:`Order` ahead of what it wants to do, and the peer does its part of it and takes
the next one. Where a contender is the server, it gives its orders over a plain socket, and the peer is its clients.
"""

from __future__ import annotations

import json
import os
import select
import socket
import ssl
import struct
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias

__all__ = [
    "CHUNK",
    "CIPHER",
    "DONE",
    "FULL",
    "GO",
    "HOST",
    "READY",
    "RESUMED",
    "Order",
    "Peer",
    "main",
    "raise_file_limit",
    "tls13",
]

HOST = "127.0.0.1"

# What all of them negotiate.
CIPHER = "TLS_AES_256_GCM_SHA384"

# How a connection came about, as the peer answers a greeting.
FULL = b"F"
RESUMED = b"R"

# What is said where the contender is the server, and when everything that was sent has arrived.
READY = b"r"
GO = b"g"
DONE = b"d"

CHUNK = 65536

# A peer that is slow to read has no room for what it has not read (bytes).
SMALL_WINDOW = 65536

# What one has room for who takes little (bytes).
LITTLE_ROOM = 4096

# How many clients connect at the same time.
CROWD = 8

Connection: TypeAlias = socket.socket  # an SSLSocket is one


# Of an order.
LAYOUT = struct.Struct("!8s5I")


class Peer(NamedTuple):
    """Where the peer is.

    :param port: where it speaks TLS
    :param plain_port: where it does not
    :param narrow_port: where it speaks TLS, and takes little before it reads
    :param directory: where the certificates are
    """

    port: int
    plain_port: int
    narrow_port: int
    directory: Path


class Order(NamedTuple):
    """What a contender wants of the peer.

    :param what: the name of the peer's function
    :param size: of an item (bytes)
    :param times: how many items or round trips
    :param delay: before the peer answers, or reads (microseconds)
    :param group: of how many connections this is one
    :param key: which group; the port of the contender's server; or what else there is to know
    """

    what: str
    size: int = 1
    times: int = 1
    delay: int = 0
    group: int = 1
    key: int = 0

    def encode(self) -> bytes:
        return LAYOUT.pack(self.what.encode(), *self[1:])

    @classmethod
    def decode(cls, data: bytes | memoryview) -> Order:
        what, *numbers = LAYOUT.unpack(data)
        return cls(what.rstrip(b"\0").decode(), *numbers)


def tls13(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def receive_exactly(connection: Connection, buffer: memoryview) -> None:
    """Fill a buffer. Raises EOFError if the end comes before."""
    filled = 0
    while filled < len(buffer):
        count = connection.recv_into(buffer[filled:])
        if not count:
            raise EOFError
        filled += count


def drop(connection: Connection, total: int) -> None:
    buffer = bytearray(CHUNK)
    while total > 0:
        count = connection.recv_into(buffer, min(total, CHUNK))
        if not count:
            raise EOFError
        total -= count


# ---- orders ----


def greet(connection: Connection, _: Order) -> None:
    connection.sendall(RESUMED if getattr(connection, "session_reused", False) else FULL)


def echo(connection: Connection, order: Order) -> None:
    buffer = memoryview(bytearray(order.size))
    for _ in range(order.times):
        receive_exactly(connection, buffer)
        if order.delay:
            time.sleep(order.delay / 1e6)
        connection.sendall(buffer)


def sink(connection: Connection, order: Order) -> None:
    if order.delay:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
        time.sleep(order.delay / 1e6)
    drop(connection, order.size * order.times)
    connection.sendall(DONE)


def source(connection: Connection, order: Order) -> None:
    item = bytes(order.size)
    for _ in range(order.times):
        connection.sendall(item)


def both(connection: Connection, order: Order) -> None:
    """Send items and receive as many. In one thread: OpenSSL does not allow two in a connection."""
    total = order.size * order.times
    item, buffer = memoryview(bytes(order.size)), bytearray(CHUNK)
    unsent = unread = total
    connection.setblocking(False)
    while unsent or unread:
        stuck = True
        if unsent:
            with suppress(ssl.SSLWantWriteError):
                unsent -= connection.send(item[: min(unsent, order.size)])
                stuck = False
        if unread:
            with suppress(ssl.SSLWantReadError):
                unread -= connection.recv_into(buffer) or unread
                stuck = False
        if stuck:
            select.select([connection] if unread else [], [connection] if unsent else [], [])
    connection.setblocking(True)


_groups: defaultdict[int, list[Connection]] = defaultdict(list)
_joining = threading.Lock()


def join(connection: Connection, order: Order) -> None:
    """Be one of a group. When it is complete, they are served in turn: that is the least that it can cost."""
    with _joining:
        members = _groups[order.key]
        members.append(connection)
        if len(members) < order.group:
            return
        del _groups[order.key]
    buffer = memoryview(bytearray(order.size))
    for _ in range(order.times):
        for member in members:
            receive_exactly(member, buffer)
            member.sendall(buffer)


_gates: defaultdict[int, threading.Event] = defaultdict(threading.Event)


def leave(connection: Connection, order: Order) -> None:
    """Read nothing until somebody says so, and then to the end."""
    _gates[order.key].wait()
    while connection.recv(CHUNK):
        pass


def go_on(_: Connection, order: Order) -> None:
    _gates[order.key].set()


def flights(connection: Connection, order: Order) -> None:
    """Receive and send what would be a handshake."""
    drop(connection, order.size - LAYOUT.size)
    connection.sendall(bytes(order.times))
    drop(connection, order.key)


def load(control: Connection, order: Order) -> None:
    """Be the clients of the contender's server: all of them send, and then all of them receive."""
    with ThreadPoolExecutor(CROWD) as crowd:
        clients = list(crowd.map(visit, [order.key] * order.group))
    item, buffer = bytes(order.size), memoryview(bytearray(order.size))

    def trips(count: int) -> None:
        for _ in range(count):
            for client in clients:
                client.sendall(item)
            for client in clients:
                receive_exactly(client, buffer)

    trips(1)
    when_told(control, lambda: trips(order.times))
    for client in clients:
        client.close()


def visits(control: Connection, order: Order) -> None:
    """Be the clients of the contender's server, one after the other."""

    def come_and_go(count: int) -> None:
        for _ in range(count):
            with visit(order.key) as client:
                client.sendall(b"?")
                client.recv(1)
                client.unwrap()

    come_and_go(max(1, order.times // 10))
    when_told(control, lambda: come_and_go(order.times))


def when_told(control: Connection, function: Callable[[], None]) -> None:
    control.sendall(READY)
    if control.recv(1) == GO:
        function()
        control.sendall(DONE)


def visit(port: int) -> ssl.SSLSocket:
    connection = socket.create_connection((HOST, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _client_context.wrap_socket(connection)


ORDERS = {
    order.__name__: order for order in (greet, echo, sink, source, both, join, leave, go_on, flights, load, visits)
}


# ---- the process ----


def make_client_context() -> ssl.SSLContext:
    context = tls13(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


_client_context = make_client_context()


def converse(connection: Connection, context: ssl.SSLContext | None) -> None:
    """Take orders until the contender goes away, in whatever way it does."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer = memoryview(bytearray(LAYOUT.size))
    is_ours = True
    try:
        if context is not None:
            connection = wrap(connection, context)
        while is_ours:
            receive_exactly(connection, buffer)
            order = Order.decode(buffer)
            is_ours = order.what != "join"  # it is the group's from then on
            ORDERS[order.what](connection, order)
    except EOFError:
        if isinstance(connection, ssl.SSLSocket):
            with suppress(OSError):
                connection.unwrap()
    except OSError:
        pass
    finally:
        if is_ours:
            connection.close()


def wrap(connection: Connection, context: ssl.SSLContext) -> ssl.SSLSocket:
    secure = context.wrap_socket(connection, server_side=True)
    cipher = secure.cipher()
    assert cipher is not None
    assert cipher[0] == CIPHER
    return secure


def listen(context: ssl.SSLContext | None, room: int | None = None) -> int:
    """Converse with whoever connects, each in a thread; returns the port."""
    listener = socket.create_server((HOST, 0), backlog=4096)
    if room is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=converse, args=(connection, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    port: int = listener.getsockname()[1]
    return port


def raise_file_limit() -> None:
    import resource  # not on every system

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main(directory: Path) -> None:
    """Tell the ports in a line of JSON, and serve until standard input ends."""
    raise_file_limit()
    threading.stack_size(256 * 1024)
    context = tls13(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.load_cert_chain(directory / "server.pem")
    print(json.dumps([listen(context), listen(None), listen(context, LITTLE_ROOM)]), flush=True)
    sys.stdin.read()
    os._exit(0)  # threads and all
