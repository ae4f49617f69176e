"""What httpx takes over this package, beside what it takes over the TLS that it uses itself.

``python benchmarks/over_httpx.py`` (it needs nginx) lets httpx ask a local nginx for 6 bytes and for 200,000 over a
connection that stays, and for 6 bytes over a new one each time. Its TLS is AnyIO's on asyncio and uvloop, and Trio's on
Trio, or this package's in their place, over the same streams below. What counts is the processor time of a request.
Each way runs in a process of its own, in rounds whose order is shuffled.
"""

from __future__ import annotations

import argparse
import json
import random
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from socket import create_connection, create_server
from statistics import median
from typing import Any

import anyio
import anyio.streams.tls
import httpx
import trio
import trustme
from _speed.runs import pin

import anyio_tls.trio

BACKENDS: dict[str, tuple[str, dict[str, Any]]] = {
    "asyncio": ("asyncio", {}),
    "uvloop": ("asyncio", {"use_uvloop": True}),
    "trio": ("trio", {}),
}
PACKAGES = ["httpx", "httpcore", "anyio", "trio", "uvloop"]
WAYS = "its own", "anyio_tls"
SIZES = {"small": 6, "large": 200_000}
# What is asked for, by how many requests, and whether over a new connection.
REQUESTS = {"6 bytes": ("small", 600, False), "200 kB": ("large", 150, False), "new connection": ("small", 150, True)}
CONFIGURATION = """
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr error;
events {}
http {
    access_log off;
    keepalive_requests 1000000;
    server {
        listen 127.0.0.1:%d ssl;
        ssl_certificate server.pem;
        ssl_certificate_key server.pem;
        root files;
    }
}
"""


@contextmanager
def nginx(directory: Path) -> Iterator[int]:
    """A running one; gives its port."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(directory / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(directory / "server.pem")
    (directory / "files").mkdir()
    for name, size in SIZES.items():
        (directory / "files" / name).write_bytes(bytes(size))
    with create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    (directory / "nginx.conf").write_text(CONFIGURATION % port)
    directory.chmod(0o755)  # its worker is another user, if this is root
    command = ["nginx", "-e", "stderr", "-p", str(directory), "-c", "nginx.conf"]
    with subprocess.Popen(command, preexec_fn=lambda: pin(0)) as process:  # noqa: PLW1509 - there are no threads
        try:
            while process.poll() is None:
                try:
                    create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.05)
            yield port
        finally:
            process.terminate()


async def measure(directory: str, port: int, amount: float) -> dict[str, float]:
    """Microseconds of processor time for a request, by its kind."""
    context = ssl.create_default_context(cafile=Path(directory, "ca.pem"))
    times = {}
    for kind, (name, full, is_new) in REQUESTS.items():
        count = max(1, round(full * amount))
        limits = httpx.Limits(max_keepalive_connections=0 if is_new else None)
        async with httpx.AsyncClient(verify=context, limits=limits, trust_env=False) as client:
            for requests in count // 5, count:  # the first are to warm up
                start = time.process_time()
                for _ in range(requests):
                    response = await client.get(f"https://127.0.0.1:{port}/{name}")
                    assert len(response.content) == SIZES[name]
                times[kind] = (time.process_time() - start) / count * 1e6
    return times


def child(way: str, backend: str, directory: str, port: int, amount: float) -> None:
    """Measure one way, and print what it took."""
    pin(-1)
    if way != WAYS[0]:
        anyio.streams.tls.TLSStream = anyio_tls.TLSStream  # type: ignore[assignment, misc]
        trio.SSLStream = anyio_tls.trio.TLSStream  # type: ignore[assignment, misc]
    name, options = BACKENDS[backend]
    print(json.dumps(anyio.run(measure, directory, port, amount, backend=name, backend_options=options)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--amount", type=float, default=1.0, metavar="FACTOR", help="of requests in a round")
    parser.add_argument("--seed", type=int, default=1, help="of the order in each round")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        way, backend, directory, port = arguments.child
        child(way, backend, directory, int(port), arguments.amount)
        return
    rng = random.Random(arguments.seed)
    packages = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("httpx", "httpcore", "anyio", "trio", "uvloop")
    )
    print(f"Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}, {packages}; microseconds of a request")
    seen: dict[tuple[str, str], list[dict[str, float]]] = {(way, name): [] for way in WAYS for name in BACKENDS}
    with tempfile.TemporaryDirectory() as name, nginx(Path(name)) as port:
        for _ in range(arguments.rounds):
            for way, backend in rng.sample([*seen], len(seen)):
                command = [sys.executable, __file__, "--amount", str(arguments.amount)]
                command += ["--child", way, backend, name, str(port)]
                output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
                seen[way, backend].append(json.loads(output))
    for backend in BACKENDS:
        for kind in REQUESTS:
            theirs, ours = ([times[kind] for times in seen[way, backend]] for way in WAYS)
            ratio = median(ours) / median(theirs)
            print(f"{backend:8} {kind:15} {median(theirs):8.0f} {median(ours):8.0f}   ratio {ratio:5.2f}", flush=True)


if __name__ == "__main__":
    main()
