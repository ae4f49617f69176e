#!/bin/bash
# larzws: a message that a server sends right after its handshake, in the same segment, is thrown away by the client, so that it waits for a greeting
# that it has had.
#
# Versions: larzws 0.1.0 and websockets 17.4 (PyPI), Python 3.11.
# Expected: RFC 6455, section 4.2.2: once the server has sent its handshake, "the connection is in the OPEN state" and it may send; TCP keeps no
#   boundaries, so frames may come with the head of the answer.
# Seen: connect() reads up to 1024 octets at a time until the end of the head, and keeps nothing of what comes behind it. With "101 ...", an empty line
#   and the frame "hello" in one segment, recv() returns "second", which came half a second later, as the first message. With the frame sent later it
#   returns "hello". websockets' client returns "hello" both times.
# Why it matters: of servers that speak first, as those of chats and market data do, the client loses the first message, by chance: in most tests it
#   comes in a segment of its own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check larzws==0.1.0 websockets==17.4

cat > find.py <<'PY'
import contextlib
import socket
import sys
import threading
import time

import larzws
from larzws.protocol import encode_frame, server_handshake_response
from websockets.sync.client import connect


def serve(listener, together):
    connection = listener.accept()[0]
    connection.settimeout(20)
    with connection:
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += connection.recv(1000)
        answer, frame = server_handshake_response(request), encode_frame(1, "hello", False)
        if together:
            connection.sendall(answer + frame)
        else:
            connection.sendall(answer)
            time.sleep(0.5)
            connection.sendall(frame)
        time.sleep(0.5)
        with contextlib.suppress(OSError):  # since the client may have gone
            connection.sendall(encode_frame(1, "second", False))
            connection.recv(1000)


def first(client, together):
    """The first message that a client returns."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, together))
        thread.start()
        url = f"ws://127.0.0.1:{listener.getsockname()[1]}/"
        with contextlib.closing(client(url)) if client is larzws.connect else client(url, close_timeout=1) as stream:
            message = stream.recv()
        thread.join(20)
    print(f"{client.__module__.split('.')[0]}, in one segment: {together}: first message {message!r}")
    return message


seen = [first(client, together) for client in (larzws.connect, connect) for together in (False, True)]
sys.exit(seen != ["hello", "second", "hello", "hello"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
