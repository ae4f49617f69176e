"""An echo server and its client on Trio, in one program."""

import trio

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


async def main() -> None:
    """Serve on loopback with a throw-away certificate, and say hello."""
    ca = CertificateAuthority()
    server_context, client_context = ca.server_context(), ca.client_context()
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listeners[0].socket.getsockname()[1]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(
            trio.serve_listeners,
            echo,
            [anyio_tls.trio.TLSListener(listener, server_context) for listener in listeners],
        )

        tcp = await trio.open_tcp_stream("127.0.0.1", port)
        async with anyio_tls.trio.TLSStream(
            tcp,
            client_context,
            server_hostname="localhost",
        ) as tls:
            await tls.send_all(b"hello\n")  # the handshake comes first, by itself
            print(await tls.receive_some())

        nursery.cancel_scope.cancel()


if __name__ == "__main__":
    trio.run(main)
