"""What a stream costs whose context is pyOpenSSL's, beside one whose context is ssl's.

``python benchmarks/engines.py`` prints, for each event loop, the processor time that either takes, and the ratio. The
peer is the one of ``benchmarks/speed.py``, a blocking socket in a process of its own, and so are the things to do. The
two take turns; a figure is the median of the rounds, and the ratio the median of the ratios within a round. Memory is
measured once for each, in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles

from _speed.cells import CELLS, Figures, Play
from _speed.contenders import Connection, Contender, Handler, Ours
from _speed.peer import Peer
from _speed.runs import running_peer
from OpenSSL import SSL

from anyio_tls.pyopenssl import Context

BACKENDS = ["asyncio", "uvloop", "trio"]
ENGINES = ["ssl", "pyOpenSSL"]
MEASURED = ["rtt-64", "rtt-64k", "small", "send-64k", "receive-64k", "full", "accept"]


@dataclass(frozen=True)
class OnPyOpenSSL(Ours):
    """Ours, with contexts of pyOpenSSL's instead of those that it is given."""

    peer: Peer

    @cached_property
    def client_context(self) -> Context:
        context = Context(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.peer.directory / "ca.pem")
        context.set_min_proto_version(SSL.TLS1_3_VERSION)
        return context

    @cached_property
    def server_context(self) -> Context:
        context = Context(ssl.PROTOCOL_TLS_SERVER)
        context.use_certificate_chain_file(self.peer.directory / "server.pem")
        context.use_privatekey_file(self.peer.directory / "server.pem")
        context.set_min_proto_version(SSL.TLS1_3_VERSION)
        return context

    async def open(self, peer: Peer, context: ssl.SSLContext) -> Connection:
        return await super().open(peer, self.client_context)  # type: ignore[arg-type]

    async def serve(self, context: ssl.SSLContext, handler: Handler, started: Callable[[int], None]) -> None:
        await super().serve(self.server_context, handler, started)  # type: ignore[arg-type]


def make_contender(engine: str, backend: str, peer: Peer) -> Contender:
    return Ours(backend) if engine == "ssl" else OnPyOpenSSL(backend, peer)


def measure(contender: Contender, name: str, peer: Peer, amount: float) -> Figures:
    """The figures of a cell, in its units."""
    figures: Figures = contender.run(CELLS[name].perform, Play(contender, peer, amount))
    return figures


def compare(backend: str, name: str, peer: Peer, rounds: int, amount: float) -> tuple[float, float, list[float]]:
    """The processor time that ssl's context takes, that pyOpenSSL's takes, and the ratios."""
    contenders = [make_contender(engine, backend, peer) for engine in ENGINES]
    figures = [[measure(contender, name, peer, amount)["CPU"] for contender in contenders] for _ in range(rounds)]
    with_ssl, with_pyopenssl = zip(*figures, strict=True)
    return median(with_ssl), median(with_pyopenssl), [theirs / ours for ours, theirs in figures]


def measure_memory(engine: str, backend: str) -> Figures:
    command = [sys.executable, __file__, "--backend", backend, "--memory", engine]
    figures: Figures = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="how often each is measured (default: 9)")
    parser.add_argument("--amount", type=float, default=1.0, help="how much of everything, by factor (default: 1)")
    parser.add_argument("--backend", action="append", choices=BACKENDS, help="on this event loop only (repeatable)")
    parser.add_argument("--memory", choices=ENGINES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, running_peer(Path(directory)) as peer:
        if arguments.memory:
            (backend,) = arguments.backend
            print(json.dumps(measure(make_contender(arguments.memory, backend, peer), "idle", peer, 1.0)))
            return
        print(f"ssl: {ssl.OPENSSL_VERSION}; pyOpenSSL: {SSL.OpenSSL_version(SSL.OPENSSL_VERSION).decode()}")
        for backend in arguments.backend or BACKENDS:
            for name in MEASURED:
                with_ssl, with_pyopenssl, ratios = compare(backend, name, peer, arguments.rounds, arguments.amount)
                low, middle, high = quantiles(ratios)
                unit, title = CELLS[name].units["CPU"], CELLS[name].title
                print(
                    f"{backend:8}{title:52}{with_ssl:9.2f}{with_pyopenssl:9.2f} {unit:5}"
                    f"{middle:6.2f} ({low:.2f} to {high:.2f})",
                    flush=True,
                )
            for when, held in measure_memory("ssl", backend).items():
                more = measure_memory("pyOpenSSL", backend)[when]
                title = f"{CELLS['idle'].title}, {when}"
                print(f"{backend:8}{title:52}{held:9.2f}{more:9.2f} {'KiB':5}{more / held:6.2f}", flush=True)


if __name__ == "__main__":
    main()
