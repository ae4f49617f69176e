"""A certificate that is renewed a hundred times under load.

``python benchmarks/renewal.py`` lets a server watch its files on each event loop, while they are replaced one after the
other, are seen half written, and hold an expired certificate in between. Meanwhile clients in other processes connect
as fast as they can, every other time with a session of before, and verify what they are given; others stay connected.
It fails if one of them does.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import select
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median
from typing import Any

import anyio
import trustme
from anyio import to_thread
from anyio.abc import SocketAttribute

from anyio_tls import CertificateStore, TLSError, TLSStream, create_tls_listener

BACKENDS = {"asyncio": ("asyncio", {}), "uvloop": ("asyncio", {"use_uvloop": True}), "trio": ("trio", {})}
HOST = "example.org"
CLIENTS, STEADY = 2, 10  # processes, and connections of each that stay
RENEWALS = 100
INTERVAL = 0.02  # seconds between two looks at the files
SECONDS = 5  # without renewals


def client(ca: str, port: int) -> None:
    """Connect until standard input ends, and print what was seen."""
    context = ssl.create_default_context(cafile=ca)
    steady = [connect(context, port) for _ in range(STEADY)]
    session, times, resumed, certificates = None, list[float](), 0, set[str]()
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        start = time.perf_counter()
        with connect(context, port, session if len(times) % 2 else None) as tls:
            times.append(time.perf_counter() - start)
            resumed += bool(tls.session_reused)
            session = tls.session
            certificates.add((tls.getpeercert() or {})["serialNumber"])  # type: ignore[arg-type]
        echo(steady[len(times) % STEADY])
    at_99 = sorted(times)[len(times) * 99 // 100]
    print(json.dumps([len(times), resumed, median(times), at_99, sorted(certificates)]))


def connect(context: ssl.SSLContext, port: int, session: ssl.SSLSession | None = None) -> ssl.SSLSocket:
    raw = socket.create_connection(("127.0.0.1", port), timeout=30)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    tls = context.wrap_socket(raw, server_hostname=HOST, session=session)
    echo(tls)
    return tls


def echo(tls: ssl.SSLSocket) -> None:
    tls.sendall(b"x")
    assert tls.recv(1) == b"x"


async def echo_server(tls: TLSStream) -> None:
    async with tls:
        with suppress(TLSError):  # they leave without close_notify
            async for data in tls:
                await tls.send(data)


def write(leaf: trustme.LeafCert, directory: Path, rng: random.Random) -> None:
    """Replace the files in the worst of ways."""
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    contents = [(directory / "chain.pem", chain), (directory / "key.pem", leaf.private_key_pem.bytes())]
    for path, content in rng.sample(contents, 2):
        for size in sorted(rng.choices(range(len(content)), k=2)):
            path.write_bytes(content[:size])
            time.sleep(rng.choice([0, INTERVAL]))
        path.write_bytes(content)


async def renew(renewals: int) -> str:
    """Renew so often; return a line of figures."""
    root, rng, now = trustme.CA(), random.Random(renewals), datetime.now(timezone.utc)
    intermediate = root.create_child_ca()
    with tempfile.TemporaryDirectory() as name:
        directory, ca = Path(name), f"{name}/ca.pem"
        root.cert_pem.write_to_path(ca)
        write(intermediate.issue_cert(HOST), directory, rng)
        store = await to_thread.run_sync(CertificateStore, [(directory / "chain.pem", directory / "key.pem")])
        listener = await create_tls_listener(store, local_host="127.0.0.1")
        async with listener, anyio.create_task_group() as group:
            group.start_soon(store.watch, INTERVAL)
            group.start_soon(listener.serve, echo_server)
            command = [sys.executable, __file__, "--client", ca, str(listener.extra(SocketAttribute.local_port))]
            pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            clients: list[Any] = [subprocess.Popen(command, **pipes) for _ in range(CLIENTS)]  # noqa: ASYNC220
            assert all([await to_thread.run_sync(process.stdout.readline) for process in clients])
            await anyio.sleep(0 if renewals else SECONDS)
            for _ in range(renewals):
                expired = intermediate.issue_cert(HOST, not_before=now - timedelta(9), not_after=now - timedelta(1))
                await to_thread.run_sync(write, expired, directory, rng)
                leaf, served = intermediate.issue_cert(HOST), store.certificates
                await to_thread.run_sync(write, leaf, directory, rng)
                while store.certificates == served:  # noqa: ASYNC110 - as long as a user would wait
                    await anyio.sleep(INTERVAL)
            figures = [json.loads((await to_thread.run_sync(process.communicate))[0]) for process in clients]
            assert not any(process.returncode for process in clients)
            group.cancel_scope.cancel()
    connections, resumed, *times, serials = zip(*figures, strict=True)
    seen = len({serial for of_client in serials for serial in of_client})
    at_50, at_99 = (1000 * max(column) for column in times)
    return f"{renewals:8} {sum(connections):11} {sum(resumed):7} {seen:12} {at_50:7.1f} {at_99:7.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--renewals", type=int, default=RENEWALS)
    parser.add_argument("--client", nargs=2, metavar=("CA", "PORT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.client:
        client(arguments.client[0], int(arguments.client[1]))
        return
    logging.disable()  # of each pair that was unfit
    print("         renewals connections resumed certificates  50%, ms 99%, ms")
    for backend, (name, options) in BACKENDS.items():
        for renewals in 0, arguments.renewals:
            print(
                f"{backend:8} {anyio.run(renew, renewals, backend=name, backend_options=options)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
