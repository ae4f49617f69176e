"""A conversation that begins in the clear and goes on encrypted."""

import ssl

import anyio
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.buffered import BufferedByteReceiveStream

import anyio_tls
from anyio_tls.testing import CertificateAuthority


async def read_last_clear_line(stream: ByteStream) -> bytes:
    """Read the line after which TLS begins. No byte may stand behind it.

    Whoever sits between the two could put clear text there, and it must not pass for
    something that came encrypted.
    """
    buffered = BufferedByteReceiveStream(stream)
    line = await buffered.receive_until(b"\r\n", max_bytes=1000)
    if buffered.buffer:
        raise ValueError("clear text where TLS should begin")
    return line


async def serve(stream: ByteStream, context: ssl.SSLContext) -> None:
    """Offer nothing but STARTTLS in the clear, then greet."""
    async with stream:
        if await read_last_clear_line(stream) != b"STARTTLS":
            return
        await stream.send(b"220 go ahead\r\n")
        async with await anyio_tls.TLSStream.wrap(
            stream,
            server_side=True,
            ssl_context=context,
        ) as tls:
            await tls.send(b"250 nobody else can read this\r\n")


async def ask(stream: ByteStream, context: ssl.SSLContext) -> None:
    """Insist on TLS, then print the greeting."""
    async with stream:
        await stream.send(b"STARTTLS\r\n")
        if not (await read_last_clear_line(stream)).startswith(b"220"):
            raise RuntimeError("the server offers no TLS")
        async with await anyio_tls.TLSStream.wrap(
            stream,
            hostname="localhost",
            ssl_context=context,
        ) as tls:
            print(tls.version(), await tls.receive())


async def main() -> None:
    """Play both sides on loopback."""
    ca = CertificateAuthority()
    server_context = ca.server_context()

    async def handler(stream: ByteStream) -> None:
        try:
            await serve(stream, server_context)
        except (anyio.BrokenResourceError, anyio.EndOfStream) as error:
            print("a client went away:", repr(error))

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, handler)
        port = listener.extra(SocketAttribute.local_port)
        await ask(await anyio.connect_tcp("127.0.0.1", port), ca.client_context())
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
