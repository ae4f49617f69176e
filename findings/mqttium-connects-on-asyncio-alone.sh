#!/bin/bash
# MQTTium on uvloop: connect() raises TypeError, with TLS and without.
#
# Versions: mqttium 1.2.1, uvloop 0.23.0 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate.
# Expected: its documentation: it "runs in the application's asyncio event loop", over TCP, TLS and WebSocket, and connect() raises ConnectError if
#   the setup fails. uvloop is a drop-in replacement for asyncio's loop; mqttium's source speaks of third-party loops, which "keep the
#   mature stdlib path".
# Seen: that path hands happy_eyeballs_delay to asyncio.open_connection(), and uvloop's create_connection() has no such argument: TypeError
#   "create_connection() got an unexpected keyword argument 'happy_eyeballs_delay'", for connect() with and without `ssl`. On
#   asyncio's own loop both connect.
# Why it matters: the usual line that makes a service faster stops its MQTT. Programs that retry on ConnectError do not catch a TypeError.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mqttium==1.2.1 uvloop==0.23.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys

import uvloop
from mqttium.api import AsyncClient
from mqttium.errors import MQTTError


async def broker(reader, writer):
    """Agrees to everything; enough for a connection."""
    await reader.read(1000)
    writer.write(bytes([0x20, 2, 0, 0]))
    await reader.read(1000)
    writer.close()


async def attempt(connect):
    client = AsyncClient("somebody")
    try:
        async with asyncio.timeout(10):
            await connect(client)
            await client.disconnect()
        return "connected"
    except (TypeError, MQTTError) as error:
        return f"{type(error).__name__}: {error}" if isinstance(error, TypeError) else type(error).__name__


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    plain = await asyncio.start_server(broker, "127.0.0.1", 0)
    secure = await asyncio.start_server(broker, "127.0.0.1", 0, ssl=context)
    port, secure_port = (server.sockets[0].getsockname()[1] for server in (plain, secure))
    trusting = ssl.create_default_context(cafile="cert.pem")
    return {
        "TCP": await attempt(lambda client: client.connect("127.0.0.1", port)),
        "TLS": await attempt(lambda client: client.connect("localhost", secure_port, ssl=trusting)),
    }


seen = {"asyncio": asyncio.run(main()), "uvloop": uvloop.run(main())}
for loop, results in seen.items():
    for how, result in results.items():
        print(f"{loop}, {how}:", result)
error = "TypeError: create_connection() got an unexpected keyword argument 'happy_eyeballs_delay'"
sys.exit([list(results.values()) for results in seen.values()] != [["connected"] * 2, [error] * 2])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
