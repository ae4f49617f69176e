#!/bin/bash
# aiomqttc: when the server closes the connection the client stays "connected", and afterwards says nothing and does not connect again.
#
# Versions: aiomqttc 1.0.7, paho-mqtt 2.1.0 to compare with (PyPI), Python 3.11.
# Expected: MQTT 3.1.1, section 4.2: the transport is an ordered, reliable stream; its end (recv() of 0 octets) is the end of the connection. The
#   client has on_disconnect, and reconnect_interval and max_reconnect_interval for connecting again.
# Seen: after the end of the stream each read gives None, which counts as success; twenty times per second "No data received (header)" is printed,
#   and `connected` stays true until a ping fails or one and a half keep-alive times are over, 90 s by itself. Then connected is false, but
#   on_disconnect is never called, and with reconnect_interval=1 and max_reconnect_interval=1 there is no second connection. paho-mqtt calls
#   on_disconnect at once and connects again.
# Why it matters: sensors that use it are silent from the first restart of the broker on, until somebody restarts them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiomqttc==1.0.7 paho-mqtt==2.1.0

cat > find.py <<'PY'
import asyncio
import contextlib
import io
import sys
import time

import aiomqttc
import paho.mqtt.client as paho

connections = []


async def serve(reader, writer):
    connections.append(time.monotonic())
    with contextlib.suppress(Exception):
        await reader.read(1000)
        writer.write(b"\x20\x02\x00\x00")  # CONNACK, accepted
        await writer.drain()
        if len(connections) > 1:
            await reader.read(1000)
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    other = paho.Client(paho.CallbackAPIVersion.VERSION2)
    called = []
    other.on_disconnect = lambda *args: called.append("paho")
    other.reconnect_delay_set(1, 1)
    other.connect_async("127.0.0.1", port, keepalive=4)
    other.loop_start()
    await asyncio.sleep(4)
    others = len(connections)
    other.disconnect()
    other.loop_stop()
    print(f"paho-mqtt: on_disconnect called: {bool(called)}; connections: {others}")
    by_paho = bool(called) and others > 1

    connections.clear()
    called.clear()

    async def on_disconnect(client, code):
        called.append(code)

    client = aiomqttc.MQTTClient("sensor", "127.0.0.1", port, keepalive=4)
    client.on_disconnect = on_disconnect
    client.reconnect_interval = client.max_reconnect_interval = 1
    output = io.StringIO()
    states = []
    with contextlib.redirect_stdout(output):
        await client.connect()
        for _ in range(2):
            await asyncio.sleep(1 if not states else 9)
            states.append(client.connected)
    lines = output.getvalue().count("No data received (header)")
    print(f"aiomqttc: connected after 1 s: {states[0]}, after 10 s: {states[1]}; on_disconnect called: {bool(called)};", end=" ")
    print(f"connections: {len(connections)}; more than 20 lines of 'No data received': {lines > 20}")
    server.close()
    return by_paho and states == [True, False] and not called and len(connections) == 1 and lines > 20


sys.exit(not asyncio.run(asyncio.wait_for(main(), 50)))
PY
timeout 60 venv/bin/python find.py 2>log || { cat log; echo "CHANGED: see above"; exit 1; }
