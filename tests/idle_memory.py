"""The memory of an idle connection: ``python -m tests.idle_memory TLSv1.3`` prints it in bytes, new and after bulk
data.

In a process of its own, where nothing else takes memory meanwhile, and seen from outside: Python knows nothing of what
OpenSSL allocates.
"""

from __future__ import annotations

import gc
import json
import ssl
import sys
from pathlib import Path

from anyio_tls._engine import BUFFER_LIMIT, TLSEngine
from anyio_tls._errors import ErrorClasses
from anyio_tls._workspace import Workspace
from anyio_tls.testing import CertificateAuthority

from ._wire import carry, shake_hands

CONNECTIONS = 100


def anonymous_memory() -> int:
    """What of the process's memory is no file's (bytes)."""
    gc.collect()
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    return int(text.partition("\nAnonymous:")[2].split()[0]) * 1024


def send(source: TLSEngine, sink: TLSEngine) -> None:
    rest = memoryview(bytes(BUFFER_LIMIT))
    while rest:
        rest = rest[source.write(rest) :]
        carry(source, sink)
        while sink.read(BUFFER_LIMIT):
            pass


def main(version: str) -> None:
    authority = CertificateAuthority()
    server_context, client_context = authority.server_context(authority.issue()), authority.client_context()
    client_context.maximum_version = ssl.TLSVersion[version.replace(".", "_")]
    workspace = Workspace()

    def connect() -> list[TLSEngine]:
        engines = [
            TLSEngine(
                context,
                server_side=context is server_context,
                server_hostname="localhost" if context is client_context else None,
                standard_compatible=True,
                errors=ErrorClasses(),
                workspace=workspace,
            )
            for context in (client_context, server_context)
        ]
        shake_hands(*engines)
        assert engines[0].version == version
        return engines

    for client, server in [connect() for _ in range(3)]:  # what is needed once
        send(client, server)
        send(server, client)
    nothing = anonymous_memory()
    connections = [connect() for _ in range(CONNECTIONS)]
    fresh = anonymous_memory() - nothing
    for client, server in connections:
        send(client, server)
        send(server, client)
    used = anonymous_memory() - nothing
    print(json.dumps({"fresh": fresh / CONNECTIONS / 2, "used": used / CONNECTIONS / 2}))


if __name__ == "__main__":
    main(sys.argv[1])
