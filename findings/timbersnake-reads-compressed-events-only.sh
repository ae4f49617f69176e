#!/bin/bash
# timbersnake (Lumberjack): events that are not compressed end the connection, its own client's too, and an acknowledgement for three events counts for all.
#
# Versions: timbersnake 0.1.0 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate.
# Expected: timbersnake's README: "Client and server, v1 and v2. Supports TLS and configurable compression levels". Elastic's description of the protocol:
#   a window frame says after how many events the sender waits for an acknowledgement; in a data frame of version 1 each value has a length of its own.
# Seen: with compression_level=0 timbersnake's server gets an event from timbersnake's client and raises "module 'json' has no attribute 'parse'"; the
#   client sees IncompleteReadError. Of a compressed event of version 1 it goes on by the length of the key where it should by that of the value, and
#   fails or reads another event. The client announces a window of three, sends ten events, and returns at the first acknowledgement, which says "3".
# Why it matters: compression can be turned off on one side only, and what send() has reported as delivered need not have been, if the server acknowledges
#   by window.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check timbersnake==0.1.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import contextlib
import io
import logging
import ssl
import struct
import sys
import zlib

from timbersnake.client import Client
from timbersnake.server import Server

errors = []
events = []


class Events(logging.Handler):
    def emit(self, record):
        if "recv JSON" in record.msg or "recv DATA" in record.msg:
            events.append(record.args if isinstance(record.args, dict) else record.args[0])


logging.getLogger("timbersnake").addHandler(Events())
logging.getLogger("timbersnake").setLevel(logging.DEBUG)
logging.getLogger("timbersnake").propagate = False
server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
server_context.load_cert_chain("cert.pem", "key.pem")
client_context = ssl.create_default_context(cafile="cert.pem")


def noting(call):
    async def noted(*arguments):
        try:
            return await call(*arguments)
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
            raise

    return noted


@contextlib.asynccontextmanager
async def listening(handler):
    listener = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=server_context, ssl_shutdown_timeout=1)
    async with listener:
        yield listener.sockets[0].getsockname()[1]


def server(version):
    with contextlib.redirect_stdout(io.StringIO()):
        server = Server("127.0.0.1", 0, version=version)
    server.frame_type_coros = {kind: noting(call) for kind, call in server.frame_type_coros.items()}
    return server.handle_client_callback


async def send(port, level, count):
    try:
        await Client("localhost", port, compression_level=level, ssl=client_context).send([{"event": i} for i in range(count)])
        return "sent"
    except Exception as error:
        return type(error).__name__


async def send_version_1(port):
    """One event of version 1, in a compressed frame."""
    data = b"1D" + struct.pack("!II", 1, 2)
    for text in (b"line", b"a longer text", b"host", b"example.com"):
        data += struct.pack("!I", len(text)) + text
    compressed = zlib.compress(data)
    reader, writer = await asyncio.open_connection("localhost", port, ssl=client_context)
    writer.write(b"1C" + struct.pack("!I", len(compressed)) + compressed)
    answer = await reader.read(6)
    writer.close()
    return answer


async def windows(reader, writer):
    """A server that acknowledges the window it was promised, and takes no more."""
    head = await reader.readexactly(6)
    assert head[:2] == b"2W"
    window = int.from_bytes(head[2:], "big")
    for _ in range(window):
        length = int.from_bytes((await reader.readexactly(10))[6:], "big")
        events.append(await reader.readexactly(length))
    writer.write(b"2A" + struct.pack("!I", window))
    await writer.drain()
    writer.close()


async def main():
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # of tasks that have been noted
    seen = {}
    async with listening(server(b"2")) as port:
        seen["compressed"] = await send(port, -1, 2), len(events)
        seen["not compressed"] = await send(port, 0, 1), errors[-1]
    events.clear()
    async with listening(server(b"1")) as port:
        seen["version 1"] = await send_version_1(port), events[:], errors[-1].split(":")[0]
    events.clear()
    async with listening(windows) as port:
        seen["ten events, three taken"] = await send(port, 0, 10), len(events)
    for what, value in seen.items():
        print(f"{what}: {value}")
    return seen == {
        "compressed": ("sent", 2),
        "not compressed": ("IncompleteReadError", "AttributeError: module 'json' has no attribute 'parse'"),
        "version 1": (b"", [], "error"),
        "ten events, three taken": ("sent", 3),
    }


sys.exit(not asyncio.run(main()))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
