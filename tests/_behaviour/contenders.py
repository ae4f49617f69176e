"""The TLS streams that take part, each behind the same few calls.

An adapter renames calls, and adds nothing: a missing call raises :exc:`NotOfferedError`, and where a stream is made by
hand here, a failure is handled as in the library's own connecting function.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, ClassVar, TypeAlias

import anyio
import anyio.abc
import anyio.streams.tls

import anyio_tls

__all__ = ["CONTENDERS", "Connection", "Contender", "NotOfferedError"]

HOST = "localhost"
CHUNK = 65536


class NotOfferedError(Exception):
    """The stream has no such call."""


class Connection(ABC):
    """One end of a TLS connection."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    @abstractmethod
    async def send(self, data: bytes) -> None: ...

    @abstractmethod
    async def receive(self) -> bytes:
        """Some bytes; ``b""`` at a clean end."""

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    async def abort(self) -> None:
        """Close without any grace."""

    async def handshake(self) -> None:
        await self._call("do_handshake")

    async def send_eof(self) -> None:
        await self._call("send_eof")

    async def unwrap(self) -> tuple[Any, bytes]:
        """The stream below, and what came behind the end of TLS."""
        below, trailing = await self._call("unwrap")
        return below, bytes(trailing)

    @property
    def bytes_sent(self) -> int | None:
        """How much was taken for sending, if the stream tells."""
        return getattr(self.stream, "bytes_sent", None)

    async def _call(self, name: str) -> Any:
        method = getattr(self.stream, name, None)
        if method is None:
            raise NotOfferedError("does not exist")
        return await method()


class AnyIOConnection(Connection):
    async def send(self, data: bytes) -> None:
        await self.stream.send(data)

    async def receive(self) -> bytes:
        try:
            data: bytes = await self.stream.receive(CHUNK)
        except anyio.EndOfStream:
            return b""
        return data

    async def close(self) -> None:
        await self.stream.aclose()

    async def abort(self) -> None:
        await anyio.aclose_forcefully(self.stream)


class TrioConnection(Connection):
    async def send(self, data: bytes) -> None:
        await self.stream.send_all(data)

    async def receive(self) -> bytes:
        return bytes(await self.stream.receive_some(CHUNK))

    async def close(self) -> None:
        await self.stream.aclose()

    async def abort(self) -> None:
        import trio

        await trio.aclose_forcefully(self.stream)


class AsyncioConnection(Connection):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(writer)
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self) -> bytes:
        return await self._reader.read(CHUNK)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def send_eof(self) -> None:
        self._writer.write_eof()

    async def abort(self) -> None:
        self._writer.transport.abort()
        with suppress(OSError):  # which is what becomes of it
            await self._writer.wait_closed()


@dataclass(frozen=True)
class Contender(ABC):
    """A TLS stream on an event loop."""

    takes_trio_streams: ClassVar[bool]

    title: str
    backend: str

    @property
    def name(self) -> str:
        """How it is called on the command line."""
        return f"{self.title}@{self.backend}"

    @property
    def available(self) -> bool:
        return self.backend == "asyncio" or find_spec(self.backend) is not None

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a coroutine function on the event loop."""
        if self.backend == "trio":
            return anyio.run(function, *arguments, backend="trio")
        return anyio.run(function, *arguments, backend_options={"use_uvloop": self.backend == "uvloop"})

    @abstractmethod
    async def client(self, sock: socket.socket, context: ssl.SSLContext) -> Connection:
        """Put TLS over a connected socket, handshake included."""

    async def server(self, listener: socket.socket, context: ssl.SSLContext) -> Connection:
        """Accept a connection and do the server's part of the handshake."""
        sock, _ = listener.accept()  # the peer has connected already
        return await self.accepted(sock, context)

    @abstractmethod
    async def accepted(self, sock: socket.socket, context: ssl.SSLContext) -> Connection: ...

    @abstractmethod
    async def server_over(self, stream: Any, context: ssl.SSLContext) -> Connection:
        """The same over a stream of the library that is not a socket."""

    def handshake(self, sock: socket.socket, context: ssl.SSLContext) -> Callable[[], Awaitable[Connection]]:
        """The call that does a client's handshake: the one that connects, unless it is one of its own."""
        return partial(self.client, sock, context)


class AnyIO(Contender):
    takes_trio_streams = False
    stream_class: Any = anyio.streams.tls.TLSStream

    async def client(self, sock: socket.socket, context: ssl.SSLContext) -> Connection:
        return await self._wrap(await self._below(sock), hostname=HOST, ssl_context=context)

    async def accepted(self, sock: socket.socket, context: ssl.SSLContext) -> Connection:
        return await self.server_over(await self._below(sock), context)

    async def server_over(self, stream: Any, context: ssl.SSLContext) -> Connection:
        return await self._wrap(stream, server_side=True, ssl_context=context)

    async def _below(self, sock: socket.socket) -> Any:
        return await anyio.abc.SocketStream.from_socket(sock)

    async def _wrap(self, stream: Any, **options: Any) -> Connection:
        try:
            return AnyIOConnection(await self.stream_class.wrap(stream, **options))
        except BaseException:  # as connect_tcp() and TLSListener do
            await anyio.aclose_forcefully(stream)
            raise


class Ours(AnyIO):
    stream_class = anyio_tls.TLSStream

    async def _below(self, sock: socket.socket) -> Any:
        return anyio_tls.SocketStream(sock)  # as connect_tls() and create_tls_listener() do

    async def _wrap(self, stream: Any, **options: Any) -> Connection:
        return AnyIOConnection(await self.stream_class.wrap(stream, **options))


class Trio(Contender):
    takes_trio_streams = True

    @property
    def stream_class(self) -> Any:
        import trio

        return trio.SSLStream

    async def client(self, sock: socket.socket, context: ssl.SSLContext) -> Connection:
        return await self._shake_hands(self._client(sock, context))

    async def accepted(self, sock: socket.socket, context: ssl.SSLContext) -> Connection:
        return await self.server_over(self._below(sock), context)

    async def server_over(self, stream: Any, context: ssl.SSLContext) -> Connection:
        return await self._shake_hands(TrioConnection(self.stream_class(stream, context, server_side=True)))

    def handshake(self, sock: socket.socket, context: ssl.SSLContext) -> Callable[[], Awaitable[Connection]]:
        connection = self._client(sock, context)

        async def handshake() -> Connection:
            await connection.handshake()
            return connection

        return handshake

    def _client(self, sock: socket.socket, context: ssl.SSLContext) -> Connection:
        return TrioConnection(self.stream_class(self._below(sock), context, server_hostname=HOST))

    def _below(self, sock: socket.socket) -> Any:
        import trio

        return trio.SocketStream(trio.socket.from_stdlib_socket(sock))

    async def _shake_hands(self, connection: Connection) -> Connection:
        try:
            await connection.handshake()
        except BaseException:  # as "async with" and serve_listeners() do
            await connection.close()
            raise
        return connection


class OursOnTrio(Trio):
    @property
    def stream_class(self) -> Any:
        import anyio_tls.trio

        return anyio_tls.trio.TLSStream


class Asyncio(Contender):
    takes_trio_streams = False

    async def client(self, sock: socket.socket, context: ssl.SSLContext) -> Connection:
        return AsyncioConnection(*await asyncio.open_connection(sock=sock, ssl=context, server_hostname=HOST))

    async def server(self, listener: socket.socket, context: ssl.SSLContext) -> Connection:
        accepted: asyncio.Future[AsyncioConnection] = asyncio.get_running_loop().create_future()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.set_result(AsyncioConnection(reader, writer))

        server = await asyncio.start_server(accept, sock=listener, ssl=context)
        try:
            return await accepted
        finally:
            server.close()

    async def accepted(self, sock: socket.socket, context: ssl.SSLContext) -> Connection:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, sock, ssl=context)
        return AsyncioConnection(reader, asyncio.StreamWriter(transport, protocol, reader, loop))

    async def server_over(self, stream: Any, context: ssl.SSLContext) -> Connection:
        return await self.accepted(stream, context)  # a socket is all that it can be given


Make: TypeAlias = "type[AnyIO | Trio | Asyncio]"

_ALL: list[tuple[Make, str, list[str]]] = [
    (Ours, "anyio_tls.TLSStream", ["asyncio", "uvloop", "trio"]),
    (OursOnTrio, "anyio_tls.trio.TLSStream", ["trio"]),
    (AnyIO, "anyio.streams.tls.TLSStream", ["asyncio", "uvloop", "trio"]),
    (Trio, "trio.SSLStream", ["trio"]),
    (Asyncio, "asyncio streams", ["asyncio", "uvloop"]),
]

CONTENDERS: list[Contender] = [make(title, backend) for make, title, backends in _ALL for backend in backends]
