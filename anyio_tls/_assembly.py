"""Puts TLS over a stream: transport, engine and driver, in the same way for both faces."""

from __future__ import annotations

import ssl
from typing import Any, Final, NamedTuple

import anyio

from ._contexts import make_engine, make_engine_off_loop
from ._driver import TLSDriver
from ._engine import SSLContextLike, TLSEngine
from ._errors import ErrorClasses
from ._event_loop import EventLoop, event_loop
from ._transports import Transport, transport_for
from ._visitor import Guest

__all__ = ["Assembly"]

_TURNS: Final = 5
"""How many turns of the event loop a task may take to leave the stream below. One that was cancelled, such as the
reader of a protocol that begins TLS, is there until it has run, and so has the task around it."""


class Assembly(NamedTuple):
    """The arguments of streams, which have been checked; the faces document them.

    On a listener's connection, which has a visitor, no context means that it is yet to be chosen.

    :param yield_every: see :class:`TLSDriver`
    """

    ssl_context: SSLContextLike | None
    server_side: bool
    server_hostname: str | None
    standard_compatible: bool
    errors: ErrorClasses
    yield_every: int
    linger: float | None = None
    session: ssl.SSLSession | None = None
    received: bytes = b""
    handshake_timeout: float | None = None

    def put_together(self, transport_stream: Any, visitor: Guest | None = None) -> TLSDriver:
        """Assemble one in this call, even if the context blocks. If that fails, the stream below is left alone.

        :raises TypeError: if it is no stream
        :raises ValueError: if it is in use already, or the session is another context's
        :raises anyio.ClosedResourceError: if it is a closed socket
        :raises Exception: what the context raises
        """
        here = event_loop() if visitor is None else visitor.event_loop
        transport = transport_for(transport_stream, here)
        try:
            return self._driver(transport, self._engine(here), here, visitor)
        except BaseException:
            transport.release()
            raise

    async def put_together_off_loop(self, transport_stream: Any, visitor: Guest | None) -> TLSDriver:
        """The same, but what may block does so in a worker thread, and ``None`` stands for a client's default context.
        If the engine cannot be made, or this is cancelled, the stream below is closed.

        :raises anyio.BusyResourceError: if another task uses the stream below, which is left alone
        """
        here = event_loop() if visitor is None else visitor.event_loop
        try:
            transport = await self._transport(transport_stream, here)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await anyio.aclose_forcefully(transport_stream)
            raise
        try:
            if visitor is not None:  # its context does not block, or enters in the handshake
                engine = self._engine(here)
            else:
                engine = await make_engine_off_loop(self.ssl_context, here.workspace, **self._for_engine())
            return self._driver(transport, engine, here, visitor)
        except BaseException:
            transport.release()
            await anyio.aclose_forcefully(transport_stream)
            raise

    async def _transport(self, transport_stream: Any, here: EventLoop) -> Transport:
        for _ in range(_TURNS):
            try:
                return transport_for(transport_stream, here)
            except anyio.BusyResourceError:
                await here.lowlevel.checkpoint()
        return transport_for(transport_stream, here)

    def _engine(self, here: EventLoop) -> TLSEngine:
        if self.ssl_context is None:
            return TLSEngine(None, **self._for_engine())
        return make_engine(self.ssl_context, here.workspace, **self._for_engine())

    def _for_engine(self) -> dict[str, Any]:
        return {
            "server_side": self.server_side,
            "server_hostname": self.server_hostname,
            "standard_compatible": self.standard_compatible,
            "errors": self.errors,
        }

    def _driver(self, transport: Transport, engine: TLSEngine, here: EventLoop, visitor: Guest | None) -> TLSDriver:
        engine.begin(self.session, self.received)
        return TLSDriver(
            engine,
            transport,
            here,
            standard_compatible=self.standard_compatible,
            linger=self.linger,
            yield_every=self.yield_every,
            errors=self.errors,
            handshake_timeout=self.handshake_timeout,
            visitor=visitor,
        )
