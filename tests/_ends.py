"""The endpoints of the model: the library's streams, a blocking ``SSLSocket``, and pyOpenSSL."""

from __future__ import annotations

import socket
import ssl
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

import anyio
from anyio import to_thread
from anyio.abc import SocketStream as AnyIOSocketStream, UNIXSocketStream
from OpenSSL import SSL

from anyio_tls import SocketStream, TLSError, TLSStream, TruncatedError, UnexpectedDataError, WriterTaskStream
from anyio_tls._driver import TLSDriver
from anyio_tls._errors import ErrorClasses
from anyio_tls._event_loop import event_loop, running_on_trio
from anyio_tls._queue import SendQueue
from anyio_tls._transports import transport_for

from ._model import Outcome
from ._wire import make_engine, update_keys

__all__ = ["BlockingEnd", "End", "LibraryEnd", "PyOpenSSLEnd", "outcome_of", "stream_over"]

T = TypeVar("T")


def shut_down(sock: socket.socket) -> None:
    with suppress(OSError):  # which is how a closed one says so
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # an SSLSocket's own does away with TLS


def is_queued_in(stream: Any) -> bool:
    """Whether a stream has something queued to be sent."""
    if isinstance(stream, WriterTaskStream):
        return bool(stream._queue)
    return isinstance(stream, TLSStream) and bool(stream._driver.engine.outgoing)


class End(ABC):
    """One end of a connection. When calls may be made is up to the state machine."""

    concurrent: ClassVar = True
    """Whether it can send and receive at the same time."""
    cancellable: ClassVar = False

    bytes_sent = 0
    """Bytes accepted for sending; where that cannot be told while it sends, as many as may have been."""
    bytes_received: int | None = None
    """Bytes received, if it tells."""
    handshaken = False

    @property
    def queued(self) -> bool:
        """Whether ciphertext waits here to be sent."""
        return False

    def has(self, call: str) -> bool:
        """Whether there is such a call here."""
        return getattr(type(self), call, None) not in {None, getattr(End, call, None)}

    @abstractmethod
    async def handshake(self) -> None: ...

    @abstractmethod
    async def receive(self, max_bytes: int) -> bytes:
        """``b""`` at the end."""

    @abstractmethod
    async def send(self, data: bytes) -> None: ...

    async def send_eof(self) -> None:
        raise NotImplementedError

    async def unwrap(self) -> None:
        raise NotImplementedError

    async def update_keys(self) -> None:
        """Send a KeyUpdate, which asks for the peer's, or queue it."""
        raise NotImplementedError

    @abstractmethod
    async def aclose(self) -> None: ...

    def interrupt(self) -> None:  # noqa: B027 - the library's own can be cancelled
        """Make calls that are under way come to an end."""


class LibraryEnd(End):
    """A stream of the library, whichever face it has."""

    cancellable = True

    def __init__(self, tls: Any, below: Any) -> None:
        self.tls = tls
        self.below = below
        self.driver: TLSDriver = getattr(tls, "_driver", tls)
        self._receive = getattr(tls, "receive_some", None) or tls.receive
        self._send = getattr(tls, "send_all", None) or tls.send

    @classmethod
    def unshaken(cls, stream: Any, context: ssl.SSLContext, *, server_side: bool, linger: float) -> LibraryEnd:
        """An end whose handshake is left to the first call: on Trio, Trio's face, and elsewhere the bare driver."""
        if running_on_trio():
            from anyio_tls.trio import TLSStream as TrioTLSStream

            name = None if server_side else "localhost"
            tls = TrioTLSStream(stream, context, server_side=server_side, server_hostname=name, linger=linger)
            return cls(tls, stream)
        engine = make_engine(context, server_side=server_side)
        driver = TLSDriver(
            engine,
            transport_for(stream),
            event_loop(),
            standard_compatible=True,
            linger=linger,
            yield_every=16,
            errors=ErrorClasses(),
        )
        return cls(driver, stream)

    @property
    def bytes_sent(self) -> int:  # type: ignore[override]
        return self.driver.bytes_sent

    @property
    def bytes_received(self) -> int:  # type: ignore[override]
        return self.driver.bytes_received

    @property
    def handshaken(self) -> bool:  # type: ignore[override]
        return self.driver.handshaken

    @property
    def queued(self) -> bool:
        return bool(self.driver.engine.outgoing) or is_queued_in(self.below)

    async def handshake(self) -> None:
        await self.driver.handshake()

    async def receive(self, max_bytes: int) -> bytes:
        try:
            data: bytes = await self._receive(max_bytes)
        except anyio.EndOfStream:
            return b""
        assert data or not isinstance(self.tls, TLSStream), "the end of a byte stream is an exception"
        return data

    async def send(self, data: bytes) -> None:
        await self._send(data)

    async def send_eof(self) -> None:
        await self.tls.send_eof()

    async def unwrap(self) -> None:
        await self.tls.unwrap(timeout=None)

    async def update_keys(self) -> None:
        engine = self.driver.engine
        update_keys(engine.ssl_object)
        engine.ssl_object.do_handshake()
        engine._collect()

    async def aclose(self) -> None:
        await self.tls.aclose()


class BlockingEnd(End):
    """An ``SSLSocket``, whose calls block threads. It can do one thing at a time, and closes without close_notify."""

    concurrent = False

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, *, server_side: bool) -> None:
        self._socket = context.wrap_socket(
            sock,
            server_side=server_side,
            server_hostname=None if server_side else "localhost",
            do_handshake_on_connect=False,
            suppress_ragged_eofs=False,
        )

    async def handshake(self) -> None:
        await to_thread.run_sync(self._socket.do_handshake)
        self.handshaken = True

    async def receive(self, max_bytes: int) -> bytes:
        return await to_thread.run_sync(self._socket.recv, max_bytes)

    async def send(self, data: bytes) -> None:
        self.bytes_sent += len(data)
        await to_thread.run_sync(self._socket.sendall, data)

    async def unwrap(self) -> None:
        await to_thread.run_sync(self._socket.unwrap)

    async def update_keys(self) -> None:
        update_keys(self._socket)
        await to_thread.run_sync(self._socket.do_handshake)

    async def aclose(self) -> None:
        self._socket.close()

    def interrupt(self) -> None:
        shut_down(self._socket)


class PyOpenSSLEnd(End):
    """pyOpenSSL over memory BIOs, in our own tasks. It brings an OpenSSL of its own, and can renegotiate."""

    def __init__(self, sock: socket.socket, context: SSL.Context, *, server_side: bool) -> None:
        self._connection = SSL.Connection(context)
        if server_side:
            self._connection.set_accept_state()
        else:
            self._connection.set_connect_state()
            self._connection.set_tlsext_host_name(b"localhost")
        self._stream = SocketStream(sock)
        self._transport = transport_for(self._stream)
        self._outgoing = SendQueue()
        self._sending = anyio.Lock()

    @property
    def queued(self) -> bool:
        return bool(self._outgoing)

    async def _call(self, function: Callable[..., T], *args: object) -> T:
        """Call OpenSSL, with more to read for as long as it wants that."""
        while True:
            try:
                return function(*args)
            except SSL.WantReadError:
                pass
            finally:
                self._collect()
            data = await self._transport.receive(2**16)
            if not data:
                raise ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "the transport has ended")
            self._connection.bio_write(data)

    def _collect(self) -> None:
        try:
            while True:
                self._outgoing.append(self._connection.bio_read(2**16))
        except SSL.WantReadError:
            with suppress(OSError):  # who sends will hear of it
                self._transport.send_nowait(self._outgoing)

    async def _flush(self) -> None:
        async with self._sending:
            while self._outgoing:
                await self._transport.send(self._outgoing)

    async def handshake(self) -> None:
        await self._call(self._connection.do_handshake)
        await self._flush()
        self.handshaken = True

    async def receive(self, max_bytes: int) -> bytes:
        try:
            return await self._call(self._connection.recv, max_bytes)
        except SSL.ZeroReturnError:
            return b""

    async def send(self, data: bytes) -> None:
        self.bytes_sent += len(data)
        await self._call(self._connection.sendall, data)
        await self._flush()

    async def send_eof(self) -> None:
        if not self._connection.get_shutdown() & SSL.SENT_SHUTDOWN:  # a second one would wait for the peer's
            self._connection.shutdown()
        self._collect()
        await self._flush()

    async def renegotiate(self) -> None:
        self._connection.renegotiate()
        await self._call(self._connection.do_handshake)
        await self._flush()

    async def aclose(self) -> None:
        await self._stream.aclose()

    def interrupt(self) -> None:
        shut_down(self._stream.raw_socket)


def outcome_of(error: Exception) -> Outcome:
    """An exception as an outcome of the model. One that no call documents is raised again."""
    modules = [anyio, *([sys.modules["trio"]] if "trio" in sys.modules else [])]
    classes: list[tuple[Any, Outcome]] = [
        (NotImplementedError, Outcome.UNSUPPORTED),
        (UnexpectedDataError, Outcome.UNEXPECTED_DATA),
        ((TruncatedError, ssl.SSLEOFError), Outcome.TRUNCATED),
        ((TLSError, ssl.SSLError, SSL.Error, OSError), Outcome.FAILED),
        (tuple(module.ClosedResourceError for module in modules), Outcome.CLOSED),
        (tuple(module.BusyResourceError for module in modules), Outcome.BUSY),
    ]
    for kinds, outcome in classes:
        if isinstance(error, kinds):
            return outcome
    raise error


async def stream_over(kind: str, sock: socket.socket) -> Any:
    """A stream of a kind over a connected socket."""
    if kind == "anyio-tcp":
        return await AnyIOSocketStream.from_socket(sock)
    if kind == "unix":
        return await UNIXSocketStream.from_socket(sock)
    if kind == "trio-socket" and running_on_trio():
        import trio

        sock.setblocking(False)
        return trio.SocketStream(trio.socket.from_stdlib_socket(sock))
    return SocketStream(sock)
