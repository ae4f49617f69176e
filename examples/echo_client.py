"""Says hello to echo_server.py."""

import ssl

import anyio

import anyio_tls


async def main(port: int = 8443) -> None:
    """Send a line and print what comes back."""
    context = ssl.create_default_context(cafile="ca.pem")
    async with await anyio_tls.connect_tls("localhost", port, ssl_context=context) as tls:
        print("connected with", tls.version())

        # Nothing has been sent, so nothing comes back.
        # The wait is cancelled, which does the connection no harm.
        with anyio.move_on_after(0.1):
            await tls.receive()

        await tls.send(b"hello\n")
        print(await tls.receive())


if __name__ == "__main__":
    anyio.run(main)
