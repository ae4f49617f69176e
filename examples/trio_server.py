"""An echo server on Trio, which lets its connections finish when SIGTERM comes."""

import signal
import sys
from pathlib import Path

import trio

import anyio_tls
import anyio_tls.trio
from anyio_tls.testing import CertificateAuthority


async def echo(tls: anyio_tls.trio.TLSStream[trio.SocketStream]) -> None:
    """Send everything back, until the client has said that it is done."""
    async with tls:
        try:
            async for chunk in tls:
                await tls.send_all(chunk)
        except trio.BrokenResourceError as error:
            print("a client went away:", error)
        except trio.ClosedResourceError:
            print("a client was cut off, since the time was up")


async def main(port: int = 8443) -> None:
    """Serve on loopback, with a certificate that is made now."""
    ca = CertificateAuthority()
    Path("ca.pem").write_bytes(ca.pem)  # what a client has to trust
    context = ca.server_context()
    admission = anyio_tls.Admission(max_connections=1000)  # on all addresses together
    listeners = [
        anyio_tls.trio.TLSListener(tcp, context, handshake_timeout=10, admission=admission)
        for tcp in await trio.open_tcp_listeners(port, host="127.0.0.1")
    ]
    async with trio.open_nursery() as nursery:
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            await nursery.start(trio.serve_listeners, echo, listeners)
            address = listeners[0].transport_listener.socket.getsockname()
            print("listening on port", address[1], flush=True)
            async for _ in signals:
                break
        await anyio_tls.trio.shut_down(listeners, seconds=10)
        nursery.cancel_scope.cancel()
    print("served", admission.statistics().completed, "connections")


if __name__ == "__main__":
    trio.run(main, *map(int, sys.argv[1:]))
