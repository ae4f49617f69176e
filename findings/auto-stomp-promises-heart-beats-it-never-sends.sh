#!/bin/bash
# auto-stomp: it promises heart-beats and sends none, complains about those of the server, and subscribers of a destination with a colon hear
# nothing.
#
# Versions: auto-stomp 0.0.2 and websockets 17.4 (PyPI), Python 3.11.
# Expected: STOMP 1.2, "Heart-beating": who sends "heart-beat:200,200" guarantees to send data every 200 ms if the other side wants it; a heart-beat
#   is a line break between frames. "Value Encoding": in header values a colon is written "\c", and a client has to undo that. "Augmented BNF":
#   lines may end in CR LF. "Repeated Header Entries": the first one counts. The package accepts versions 1.0, 1.1 and 1.2 in its CONNECT.
# Seen: with heartbeat=(200, 200), which the server agrees to, nothing comes from the client in two seconds. A heart-beat of the server is logged as
#   "Error reading frame: missing command in frame". A MESSAGE for "/queue/a\cb" does not reach the callback of "/queue/a:b", "No subscriber". A
#   frame with CR LF raises ValueError "invalid header line", and of two headers of one name the last one counts.
# Why it matters: brokers close the connection after a while without data, as was agreed, and the package does not connect again. Ask for
#   heartbeat=(0, 0), which is its default, and avoid colons.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check auto-stomp==0.0.2 websockets==17.4

cat > find.py <<'PY'
import asyncio
import logging
import sys

import websockets
from auto_stomp.frame import parse_frame
from auto_stomp.stomp import Client

complaints, heard, called = [], [], []


class Handler(logging.Handler):
    def emit(self, record):
        if record.levelno >= logging.WARNING:
            complaints.append(record.getMessage())


logger = logging.getLogger("stomp-client")
logger.addHandler(Handler())
logger.propagate = False


async def broker(connection):
    heard.append(await connection.recv())
    await connection.send("CONNECTED\nversion:1.2\nheart-beat:200,200\n\n\0")
    subscriptions = [await connection.recv(), await connection.recv()]
    heard.extend(subscriptions)
    for number, name in ((1, "/queue/plain"), (2, "/queue/a\\cb")):
        await connection.send(f"MESSAGE\nsubscription:{number}\nmessage-id:{number}\ndestination:{name}\n\nhello\0")
    await connection.send("\n")
    try:
        heard.append(await asyncio.wait_for(connection.recv(), 2))
    except TimeoutError:
        heard.append("nothing in two seconds")


async def main():
    async with websockets.serve(broker, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = Client(f"ws://127.0.0.1:{port}/", heartbeat=(200, 200))
        await client.connect(host="example.org")
        for _ in range(100):
            if client.connected:
                break
            await asyncio.sleep(0.05)
        await client.subscribe("1", "/queue/plain", lambda body: called.append("plain"))
        await client.subscribe("2", "/queue/a:b", lambda body: called.append("colon"))
        await asyncio.sleep(2.5)
        client.reader_task.cancel()
        await client.ws.close()


asyncio.run(asyncio.wait_for(main(), 30))
try:
    crlf = parse_frame("MESSAGE\r\nsubscription:1\r\n\r\nhello\0")["body"]
except ValueError as error:
    crlf = str(error).strip()
repeated = parse_frame("MESSAGE\nfoo:first\nfoo:last\n\n\0")["headers"]["foo"]
print(f"promised: {'heart-beat:200,200' in heard[0]}; then {heard[-1]}; called: {called}")
print(f"complaints: {[text for text in complaints if not text.startswith('Message received')]}; CR LF: {crlf}; repeated: {repeated}")
same = "heart-beat:200,200" in heard[0] and heard[-1] == "nothing in two seconds" and called == ["plain"]
same = same and "Error reading frame: missing command in frame" in complaints and crlf == "invalid header line:"
sys.exit(not same or repeated != "last" or not any(text.startswith("No subscriber") for text in complaints))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
