#!/bin/bash
# websocketlib: of two messages that arrive together the second is lost, longer ones are cut at 1024 octets, and a ping is a message.
#
# Versions: websocketlib 0.2.5, websockets 17.4 as the client (PyPI), Python 3.11.
# Expected: RFC 6455, section 5.2: a frame has its length in it, and may arrive in any pieces; section 5.4: a message may have several frames;
#   section 5.5.2: an endpoint that gets a ping must send a pong. The package: "A websocket server interface".
# Seen: for "one" and "two", sent at once, the server's message_received is called with "one" alone. Of 3000 letters it gets the first 1016;
#   then the next 1024 octets are taken for a frame, with a length and a mask of masked letters. A message of two frames is two messages. A
#   ping is given to message_received as a text, and no pong comes.
# Why it matters: anything above a short line each second is lost or mangled, and clients that ping, as websockets does each 20 seconds, close
#   the connection. Use another server.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check websocketlib==0.2.5 websockets==17.4

cat > find.py <<'PY'
import asyncio
import contextlib
import io
import socket
import sys
import threading
import time

import websockets
import WebsocketServer

received = []


def listen():
    """Starts websocketlib's server on a free port: it does not say which one it has got."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = WebsocketServer.WebsocketServer("127.0.0.1", port)
    server.set_fn_new_client(lambda client: None).set_fn_client_left(lambda client: None)
    server.set_fn_message_received(lambda client, message: received.append(message))
    with contextlib.redirect_stdout(io.StringIO()):
        server.start(threaded=True)
    return port


async def until(count):
    deadline = time.monotonic() + 2
    while len(received) < count and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    return received[:]


async def case(port, send, count):
    received.clear()
    for _ in range(50):
        try:
            client = await websockets.connect(f"ws://127.0.0.1:{port}/", ping_interval=None, compression=None, close_timeout=1, proxy=None)
            break
        except OSError:
            await asyncio.sleep(0.1)
    outcome = await send(client)
    result = await until(count)
    client.transport.abort()
    return result, outcome


async def one(client):
    await client.send("one")


async def two(client):
    # Both frames are made first and go to the socket with one write.
    with contextlib.suppress(AttributeError):
        client.transport.set_write_buffer_limits(1 << 20)
    for text in (b"one", b"two"):
        client.protocol.send_text(text)
    client.transport.write(b"".join(client.protocol.data_to_send()))


async def long(client):
    await client.send("x" * 3000)


async def fragments(client):
    async def parts():
        yield "one "
        await asyncio.sleep(0.2)
        yield "message"

    await client.send(parts())


async def ping(client):
    pong = await client.ping("are you there")
    try:
        await asyncio.wait_for(pong, 1)
    except asyncio.TimeoutError:
        return "no pong"
    return "pong"


async def main():
    port = listen()
    seen = {}
    for send, count in ((one, 1), (two, 2), (long, 3), (fragments, 2), (ping, 1)):
        seen[send.__name__] = await case(port, send, count)
        shown = [text if len(text) < 40 else f"{len(text)} letters" for text in seen[send.__name__][0]]
        print(f"{send.__name__}: {shown}, {seen[send.__name__][1] or 'sent'}")
    return seen


seen = asyncio.run(asyncio.wait_for(main(), 50))
same = seen["one"][0] == ["one"] and seen["two"][0] == ["one"] and seen["long"][0][:1] == ["x" * 1016]
same = same and seen["ping"] == (["are you there"], "no pong") and seen["fragments"][0][:2] == ["one ", "message"]
sys.exit(not same)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
