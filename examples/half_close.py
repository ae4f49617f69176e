"""One side says all it has to say, then the other side answers (TLS 1.3)."""

import hashlib

import anyio
from anyio.abc import SocketAttribute

import anyio_tls
from anyio_tls.testing import CertificateAuthority


async def digest(tls: anyio_tls.TLSStream) -> None:
    """Read until the client has ended its half, then send the SHA-256 of all of it."""
    async with tls:
        sha256 = hashlib.sha256()
        try:
            async for chunk in tls:
                sha256.update(chunk)
            await tls.send(sha256.hexdigest().encode())
        except anyio.BrokenResourceError as error:
            print("a client went away:", error)


async def main() -> None:
    """Let a server on loopback compute a digest."""
    ca = CertificateAuthority()
    server_context, client_context = ca.server_context(), ca.client_context()
    listener = await anyio_tls.create_tls_listener(server_context, local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, digest)
        port = listener.extra(SocketAttribute.local_port)
        async with await anyio_tls.connect_tls(
            "localhost",
            port,
            ssl_context=client_context,
        ) as tls:
            for _ in range(100):
                await tls.send(bytes(10_000))
            await tls.send_eof()  # nothing more will be sent; reading goes on
            answer = b"".join([chunk async for chunk in tls])
            print(answer.decode())
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
