#!/bin/bash
# rloop: closing a transport does not close its socket.
#
# Versions: rloop 0.5.0 and uvloop 0.23.0 (PyPI), Python 3.11.
# Expected: the peer of a closed transport sees the end of the stream. The documentation of asyncio says of
#   BaseTransport.close(): "Close the transport", and that of WriteTransport.abort() the same without delay; on asyncio and
#   uvloop the peer reads b"" at once.
# Seen: on rloop connection_lost() is called, but the peer never reads an end, with close() and with abort(), not even
#   after the transport and its protocol have been collected.
# Why it matters: whoever ends a conversation by closing, as every TLS stream over a transport does, leaves the other side
#   waiting, and leaks a descriptor for each connection.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check rloop==0.5.0 uvloop==0.23.0

cat > find.py <<'PY'
import asyncio
import gc
import socket
import sys

import rloop
import uvloop


class Protocol(asyncio.Protocol):
    def __init__(self):
        self.lost = asyncio.Event()

    def connection_lost(self, exc):
        self.lost.set()


async def ending(how):
    listener = socket.create_server(("127.0.0.1", 0))
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_connection(Protocol, *listener.getsockname())
    peer, _ = listener.accept()
    peer.settimeout(2)
    getattr(transport, how)()
    await asyncio.wait_for(protocol.lost.wait(), 5)
    del transport, protocol
    gc.collect()
    await asyncio.sleep(0.1)
    with listener, peer:
        try:
            return repr(peer.recv(1))
        except ConnectionResetError:
            return "reset"
        except TimeoutError:
            return "nothing"


def run(factory, how):
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(ending(how))


seen = {}
for name, factory in (
    ("asyncio", asyncio.new_event_loop),
    ("uvloop", uvloop.new_event_loop),
    ("rloop", rloop.new_event_loop),
):
    seen[name] = [run(factory, how) for how in ("close", "abort")]
    print(f"{name}: the peer reads after close() {seen[name][0]}, after abort() {seen[name][1]}")
sys.exit(
    "nothing" in seen["asyncio"] + seen["uvloop"] or seen["rloop"] != ["nothing", "nothing"]
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
