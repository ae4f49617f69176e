#!/bin/bash
# zmqtt: topics with a dollar sign anywhere but at their start, as all Homie devices have them, can neither be published nor subscribed to.
#
# Versions: zmqtt 0.2.5, paho-mqtt 2.1.0 for comparison (PyPI), Python 3.11; a broker of the script's, over TLS.
# Expected: MQTT 3.1.1 and 5.0, sections 4.7.1 to 4.7.3: the characters with a meaning in topics are "/", "+" and "#", and U+0000 is forbidden; "$" has one
#   as the first character only (4.7.2), and elsewhere none. The Homie convention (3 and 4) has "homie/DEVICE/$state", "$homie", "$name" for each device.
# Seen: publish("homie/device/$state") and subscribe("homie/+/$state") raise MQTTInvalidTopicError, "'$' is only valid as the first character of a topic",
#   before anything is sent, for both versions of the protocol; "$share/group/homie/+/$state" too. "homie/#", which matches these topics, is taken, so a
#   client can receive what it could not send. paho publishes the same topic.
# Why it matters: bridges and home automations meet such devices daily, and neither the broker nor other clients object. No option switches the check off;
#   subscribe to "homie/#" and take another client to publish.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check zmqtt==0.2.5 paho-mqtt==2.1.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys

import paho.mqtt.client as paho
from zmqtt import create_client
from zmqtt.errors import MQTTInvalidTopicError

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
trusting = ssl.create_default_context(cafile="cert.pem")
published = []


async def serve(reader, writer):
    """A broker that takes each connection, subscription and message of less than 128 bytes."""
    version = 4
    try:
        while True:
            first, length = await reader.readexactly(2)
            body = await reader.readexactly(length)
            kind = first >> 4
            if kind == 1:
                version = body[6]
                writer.write(b"\x20\x03\0\0\0" if version == 5 else b"\x20\x02\0\0")
            elif kind == 3:
                published.append(body[2 : 2 + int.from_bytes(body[:2], "big")].decode())
            elif kind == 8:
                writer.write(b"\x90\x04" + body[:2] + b"\0\0" if version == 5 else b"\x90\x03" + body[:2] + b"\0")
            elif kind == 10:
                writer.write(b"\xb0\x04" + body[:2] + b"\0\0" if version == 5 else b"\xb0\x02" + body[:2])
            elif kind == 12:
                writer.write(b"\xd0\0")
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        writer.close()


async def attempt(call):
    try:
        await call
    except MQTTInvalidTopicError as error:
        return str(error).partition(":")[0]
    return "taken"


async def subscribe(client, topic):
    async with client.subscribe(topic):
        pass


def by_paho(port):
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.tls_set_context(trusting)
    client.connect("localhost", port)
    client.loop_start()
    client.publish("homie/device/$state", b"ready").wait_for_publish(10)
    client.disconnect()
    client.loop_stop()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    seen = {}
    for version in ("3.1.1", "5.0"):
        async with create_client("localhost", port, tls=trusting, version=version) as client:
            seen[version] = [
                await attempt(client.publish("homie/device/state", b"ready")),
                await attempt(client.publish("homie/device/$state", b"ready")),
                await attempt(subscribe(client, "homie/+/$state")),
                await attempt(subscribe(client, "$share/group/homie/+/$state")),
                await attempt(subscribe(client, "homie/#")),
            ]
    await asyncio.to_thread(by_paho, port)
    await asyncio.sleep(0.2)
    server.close()
    return seen


seen = asyncio.run(asyncio.wait_for(main(), 50))
for version, results in seen.items():
    print(f"zmqtt, MQTT {version}: {results}")
print(f"topics that were published, the last by paho: {published}")
text = "'$' is only valid as the first character of a topic"
expected = ["taken", text, f"{text} filter", f"{text} filter", "taken"]
same = all(results == expected for results in seen.values())
sys.exit(not same or published != ["homie/device/state", "homie/device/state", "homie/device/$state"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
