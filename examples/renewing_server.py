"""A server for several tenants, whose certificates are renewed while it runs.

SIGHUP renews them, SIGTERM ends it.
"""

import signal
import sys
from pathlib import Path

import anyio
from anyio import to_thread
from anyio.abc import SocketAttribute, TaskGroup

from anyio_tls import (
    CertificateStore,
    ClientHello,
    Refusal,
    TLSListener,
    TLSStream,
    create_tls_listener,
)
from anyio_tls.testing import CertificateAuthority

TENANTS = ("shop.example.org", "blog.example.org")


def issue(ca: CertificateAuthority) -> None:
    """Write new certificates; this is what certbot or cert-manager does elsewhere."""
    for name in TENANTS:
        certificate = ca.issue(name)
        Path(f"{name}-chain.pem").write_bytes(certificate.certificate_pem)
        Path(f"{name}-key.pem").write_bytes(certificate.private_key_pem)


def open_store() -> CertificateStore:
    """Read the certificates, and refuse to start without any that is fit."""
    return CertificateStore([(f"{name}-chain.pem", f"{name}-key.pem") for name in TENANTS])


async def is_paid_for(name: str | None) -> bool:
    """Ask, in the place of a database, whether a tenant may be served."""
    await anyio.sleep(0.001)
    return name != "blog.example.org"


async def greet(tls: TLSStream) -> None:
    """Answer a line with a line."""
    async with tls:
        try:
            line = await tls.receive(1000)
            await tls.send(b"hello " + line)
        except (anyio.EndOfStream, anyio.BrokenResourceError) as error:
            print("a client went away:", repr(error))


async def obey(
    ca: CertificateAuthority,
    store: CertificateStore,
    listener: TLSListener,
) -> None:
    """Do what signals say."""
    with anyio.open_signal_receiver(signal.SIGHUP, signal.SIGTERM) as signals:
        print("listening on port", listener.extra(SocketAttribute.local_port), flush=True)
        async for number in signals:
            if number == signal.SIGTERM:
                await listener.shut_down(10)
                return
            await to_thread.run_sync(issue, ca)
            await store.reload()  # watch() would find them too, two minutes later at most
            print("renewed, with problems:", dict(store.problems), flush=True)


async def stop_with(task_group: TaskGroup, listener: TLSListener) -> None:
    """Serve until the listener is shut down, then end what runs beside it."""
    await listener.serve(greet)
    task_group.cancel_scope.cancel()


async def main(port: int = 8443) -> None:
    """Serve the tenants that have paid."""
    ca = CertificateAuthority()
    Path("ca.pem").write_bytes(ca.pem)  # what a client has to trust
    await to_thread.run_sync(issue, ca)
    store = await to_thread.run_sync(open_store)

    async def choose(client_hello: ClientHello):  # noqa: ANN202 # what a store returns
        if not await is_paid_for(client_hello.server_name):
            return Refusal("access_denied")
        return store(client_hello)

    async with (
        await create_tls_listener(
            choose,
            local_host="127.0.0.1",
            local_port=port,
        ) as listener,
        anyio.create_task_group() as task_group,
    ):
        task_group.start_soon(store.watch)
        task_group.start_soon(stop_with, task_group, listener)
        await obey(ca, store, listener)


if __name__ == "__main__":
    anyio.run(main, *map(int, sys.argv[1:]))
