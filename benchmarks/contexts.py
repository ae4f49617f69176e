"""What a connection costs that brings no context, beside one whose context is shared with all others.

``python benchmarks/contexts.py`` prints, for each event loop, what a client needs for a connection, from the second one
on: processor time for connecting, handshake and closing, and memory while it is open. The system's store has as many
authorities as systems have. Both ways take turns in one process (time), and processes take turns (memory). It fails if
having no context costs more than :data:`LIMIT` times as much.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import anyio
from _speed.cells import KIB, anonymous_memory
from anyio.abc import SocketAttribute

from anyio_tls import TLSStream, connect_tls, create_tls_listener
from anyio_tls.testing import CertificateAuthority

AUTHORITIES = 140
LIMIT = 1.05

ROUNDS = 40
CONNECTIONS = 25  # of a round
HELD = 200
PROCESSES = 5

BACKENDS: dict[str, tuple[str, dict[str, Any]]] = {
    "asyncio": ("asyncio", {}),
    "uvloop": ("asyncio", {"use_uvloop": True}),
    "trio": ("trio", {}),
}
OWN, SHARED = "no context", "shared context"


# ---- a client's process ----


async def connections(port: int, way: str, count: int, context: ssl.SSLContext) -> list[TLSStream]:
    options = {} if way == OWN else {"ssl_context": context}
    return [await connect_tls("127.0.0.1", port, **options) for _ in range(count)]  # type: ignore[arg-type]


async def processor_time(port: int) -> dict[str, list[float]]:
    """Seconds for a connection, round by round."""
    context = ssl.create_default_context()
    figures: dict[str, list[float]] = {OWN: [], SHARED: []}
    for number in range(ROUNDS + 1):
        for way in (OWN, SHARED) if number % 2 else (SHARED, OWN):
            gc.collect()
            start = time.process_time()
            for _ in range(CONNECTIONS):
                (stream,) = await connections(port, way, 1, context)
                await stream.aclose()
            if number:  # in the first one, things are loaded
                figures[way].append((time.process_time() - start) / CONNECTIONS)
    return figures


async def memory(port: int, way: str) -> float:
    """Bytes of an open connection."""
    context = ssl.create_default_context()
    streams = await connections(port, way, 2, context)
    before = anonymous_memory()
    streams += await connections(port, way, HELD, context)
    held = anonymous_memory() - before
    for stream in streams:
        await stream.aclose()
    return held / HELD


# ---- the run ----


async def serve(stream: TLSStream) -> None:
    async with stream:
        async for _ in stream:
            pass


async def measure(backend: str, port: int, environment: dict[str, str], *way: str) -> Any:
    command = [sys.executable, __file__, "--client", backend, str(port), *way]
    process = await anyio.run_process(command, env=environment, stderr=subprocess.STDOUT)
    return json.loads(process.stdout)


async def compare(backend: str, port: int, environment: dict[str, str]) -> list[tuple[str, float, float, float]]:
    """What was measured: its name and unit, without a context, with a shared one, and the ratio of the two."""
    times = await measure(backend, port, environment)
    ratio = median(own / shared for own, shared in zip(times[OWN], times[SHARED], strict=True))
    held: dict[str, list[float]] = {OWN: [], SHARED: []}
    for _ in range(PROCESSES):
        for way, figures in held.items():
            figures.append(await measure(backend, port, environment, way))
    own, shared = median(held[OWN]), median(held[SHARED])
    return [
        ("CPU, us", median(times[OWN]) * 1e6, median(times[SHARED]) * 1e6, ratio),
        ("memory, KiB", own / KIB, shared / KIB, own / shared),
    ]


async def run() -> bool:
    authority = CertificateAuthority()
    within = True
    with tempfile.TemporaryDirectory() as directory:
        store = Path(directory, "authorities.pem")
        store.write_bytes(b"".join([*(CertificateAuthority().pem for _ in range(AUTHORITIES - 1)), authority.pem]))
        environment = {**os.environ, "SSL_CERT_FILE": str(store), "SSL_CERT_DIR": directory}
        async with (
            await create_tls_listener(authority.server_context(), local_host="127.0.0.1") as listener,
            anyio.create_task_group() as task_group,
        ):
            task_group.start_soon(listener.serve, serve, task_group)
            port = listener.extra(SocketAttribute.local_port)
            print(f"{'':24}{OWN:>16}{SHARED:>16}{'ratio':>8}")
            for backend in filter(find_spec, BACKENDS):
                for name, own, shared, ratio in await compare(backend, port, environment):
                    print(f"{backend:8}{name:16}{own:16.1f}{shared:16.1f}{ratio:8.3f}")
                    within &= ratio <= LIMIT
            task_group.cancel_scope.cancel()
    return within


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--client", nargs="+", metavar="ARGUMENT", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.client:
        sys.exit(0 if anyio.run(run) else 1)
    backend, port, *way = arguments.client
    name, options = BACKENDS[backend]
    function: Callable[..., Any] = memory if way else processor_time
    print(json.dumps(anyio.run(function, int(port), *way, backend=name, backend_options=options)))


if __name__ == "__main__":
    main()
