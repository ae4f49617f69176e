"""Ending TLS without closing the stream below: both sides send close_notify (RFC 8446 section 6.1).

An exchange that was cancelled, or whose time was up, goes on with the next one.
"""

from __future__ import annotations

import ssl

import anyio
from anyio.lowlevel import checkpoint

from ._engine import BUFFER_LIMIT
from ._errors import ErrorClasses, timed_out
from ._handshake import Handshake
from ._pump import Pump
from ._states import Reading

__all__ = ["exchange_close_notify"]


async def exchange_close_notify(pump: Pump, handshake: Handshake, errors: ErrorClasses, timeout: float | None) -> None:
    """Send close_notify and receive the peer's, after the handshake.

    :param timeout: seconds; ``None`` for no limit
    :raises UnexpectedDataError: if there are data to be received first
    :raises TimeoutError: if the time is up
    """
    engine = pump.engine
    pump.begin_receiving()
    try:
        pump.begin_sending()
        try:
            with anyio.move_on_after(timeout) as limit:
                await checkpoint()
                pump.check_open()
                await handshake.ensure()
                await _exchange(pump, errors)
            if limit.cancelled_caught:
                peer = getattr(getattr(engine, "ssl_object", None), "server_hostname", None) or "the peer"
                raise timed_out(f"unwrap(): exchanging close_notify with {peer}", timeout)
        finally:
            pump.end_sending()
    finally:
        pump.receiving = False
        if engine.has_output:
            pump.flush_nowait()


async def _exchange(pump: Pump, errors: ErrorClasses) -> None:
    engine = pump.engine
    if not engine.pending:
        await pump.close_writing()
        pump.check_open()  # A close may have interrupted it as it got room.
    while (data := engine.read(BUFFER_LIMIT)) is None:
        await pump.fill()
        pump.check_open()  # The task that received may have closed.
    if data:
        engine.unread(data)
        raise errors.unexpected_data("unwrap() met application data: receive it, then unwrap again", phase="closing")
    if engine.states.reading is Reading.TRUNCATED:  # Reading may do without close_notify.
        words = "TLS closing: the transport ended without the peer's close_notify"
        raise errors.truncated(words, phase="closing", cause=ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF"))
