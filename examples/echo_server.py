"""An echo server. Start it, then echo_client.py in the same directory."""

from pathlib import Path

import anyio
from anyio.abc import SocketAttribute

import anyio_tls
from anyio_tls.testing import CertificateAuthority


async def echo(tls: anyio_tls.TLSStream) -> None:
    """Send everything back, until the client has said that it is done."""
    async with tls:
        try:
            async for chunk in tls:
                await tls.send(chunk)
        except anyio.BrokenResourceError as error:
            print("a client went away:", error)


async def main(port: int = 8443) -> None:
    """Serve on loopback, with a certificate that is made now."""
    ca = CertificateAuthority()
    Path("ca.pem").write_bytes(ca.pem)  # what the client has to trust
    async with await anyio_tls.create_tls_listener(
        ca.server_context(),
        local_host="127.0.0.1",
        local_port=port,
    ) as listener:
        print("listening on port", listener.extra(SocketAttribute.local_port))
        await listener.serve(echo)


if __name__ == "__main__":
    anyio.run(main)
