"""An echo server whose statistics Prometheus can read, on a port of their own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
from anyio.abc import ByteStream, SocketAttribute
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from anyio_tls import TLSListener, TLSStream, create_tls_listener
from anyio_tls.testing import CertificateAuthority


class ListenerCollector(Collector):
    """What a listener has counted, in the form that Prometheus wants."""

    def __init__(self, listener: TLSListener) -> None:
        self.listener = listener

    def collect(self) -> Iterator[Metric]:
        """Read the statistics, whenever somebody asks."""
        now = self.listener.statistics()
        for name in ("handshaking", "open"):
            title, value = f"Connections {name} now", getattr(now, name)
            yield GaugeMetricFamily(f"tls_connections_{name}", title, value)
        for name in ("accepted", "refused", "resumed"):
            title, value = f"Connections {name}", getattr(now, name)
            yield CounterMetricFamily(f"tls_connections_{name}", title, value)
        for name, label in {
            "failed": "reason",
            "protocols": "protocol",
            "ciphers": "cipher",
            "groups": "group",
        }.items():
            title = f"Handshakes by {label}"
            metric = CounterMetricFamily(f"tls_handshakes_{name}", title, labels=[label])
            for value, count in getattr(now, name).items():
                metric.add_metric([value], count)
            yield metric


async def echo(tls: TLSStream) -> None:
    """Send everything back, until the client has said that it is done."""
    async with tls:
        try:
            async for chunk in tls:
                await tls.send(chunk)
        except anyio.BrokenResourceError as error:
            print("a client went away:", error)


async def main(port: int = 8443, metrics_port: int = 9100) -> None:
    """Serve on loopback, with a certificate that is made now."""
    ca = CertificateAuthority()
    Path("ca.pem").write_bytes(ca.pem)  # what a client has to trust
    registry = CollectorRegistry()

    async def answer(stream: ByteStream) -> None:
        async with stream:
            with anyio.move_on_after(5):
                try:
                    await stream.receive()  # whatever is asked, there is one thing to tell
                    head = f"HTTP/1.0 200 OK\r\nContent-Type: {CONTENT_TYPE_LATEST}\r\n\r\n"
                    await stream.send(head.encode() + generate_latest(registry))
                except (anyio.EndOfStream, anyio.BrokenResourceError):
                    pass  # it did not want to know

    async with (
        await create_tls_listener(
            ca.server_context(),
            local_host="127.0.0.1",
            local_port=port,
        ) as listener,
        await anyio.create_tcp_listener(
            local_host="127.0.0.1",
            local_port=metrics_port,
        ) as metrics,
        anyio.create_task_group() as task_group,
    ):
        registry.register(ListenerCollector(listener))
        task_group.start_soon(metrics.serve, answer)
        print("metrics on port", metrics.extra(SocketAttribute.local_port), flush=True)
        print("listening on port", listener.extra(SocketAttribute.local_port), flush=True)
        await listener.serve(echo)


if __name__ == "__main__":
    anyio.run(main, *map(int, sys.argv[1:]))
