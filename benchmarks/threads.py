"""What a second event loop in a second thread gains.

``python benchmarks/threads.py`` prints, for each kind of event loop, the connections a second of one, those of two in
two threads, and the median of the ratios. A connection is its handshake, 100 bytes, and the close of both sides, over a
pair of sockets; all have the same two contexts. It takes two processors with nothing else to do.
"""

from __future__ import annotations

import argparse
import socket
import ssl
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from statistics import median
from threading import Barrier
from typing import Any

import anyio

from anyio_tls import SocketStream, TLSStream
from anyio_tls.testing import CertificateAuthority

ROUNDS = 5
SECONDS = 1.0
WARM_UP = 20
ITEM = bytes(100)

BACKENDS: dict[str, tuple[str, dict[str, Any]]] = {
    "asyncio": ("asyncio", {}),
    "uvloop": ("asyncio", {"use_uvloop": True}),
    "trio": ("trio", {}),
}


async def connect(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Hold one connection."""
    ours, theirs = map(SocketStream, socket.socketpair())

    async def receive() -> None:
        async with await TLSStream.wrap(theirs, server_side=True, ssl_context=server_context) as tls:
            assert b"".join([chunk async for chunk in tls]) == ITEM

    async with anyio.create_task_group() as task_group:
        task_group.start_soon(receive)
        async with await TLSStream.wrap(ours, hostname="localhost", ssl_context=client_context) as tls:
            await tls.send(ITEM)


async def count(begin: Callable[[], Any], *contexts: ssl.SSLContext) -> int:
    """How many connections one event loop holds in the time."""
    for _ in range(WARM_UP):
        await connect(*contexts)
    begin()
    end, made = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        await connect(*contexts)
        made += 1
    return made


def rate(backend: str, loops: int, *contexts: ssl.SSLContext) -> float:
    """Connections a second of so many event loops in as many threads."""
    name, options = BACKENDS[backend]
    begin = Barrier(loops).wait

    def run(_: int) -> int:
        return anyio.run(count, begin, *contexts, backend=name, backend_options=options)

    with ThreadPoolExecutor(loops) as threads:
        return sum(threads.map(run, range(loops))) / SECONDS


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    authority = CertificateAuthority()
    contexts = authority.server_context(), authority.client_context()
    gil = "without" if not getattr(sys, "_is_gil_enabled", lambda: True)() else "with"
    print(f"Python {sys.version.split()[0]} {gil} the GIL, {ssl.OPENSSL_VERSION}; connections a second")
    for backend in filter(find_spec, BACKENDS):
        rates = [(rate(backend, 1, *contexts), rate(backend, 2, *contexts)) for _ in range(ROUNDS)]
        one, two = (median(column) for column in zip(*rates, strict=True))
        ratio = median(two / one for one, two in rates)
        print(f"{backend:8} one loop {one:6.0f}   two loops {two:6.0f}   ratio {ratio:5.2f}", flush=True)


if __name__ == "__main__":
    main()
