#!/bin/bash
# webstompy: each message has a line end too many, its content_length cannot be given, and what it receives loses carriage returns and escapes.
#
# Versions: webstompy 0.1.5, websocket-client 1.9.0, stompman 3.16.0 as the other end (PyPI), Python 3.11.
# Expected: STOMP 1.1, which it asks for: the body is followed by the NULL octet; "content-length" is the octet count of the body; \n, \c and \\ in a
#   header stand for a line feed, a colon and a backslash. Its documentation: send(..., content_length: int), "(byte count)", and message, "the
#   message of this STOMP frame".
# Seen: send() of "hello" puts "hello\n" and NULL on the wire, and stompman reads six octets. With content_length=5 it raises AttributeError: 'int'
#   object has no attribute 'encode'; with "5", a line end stands where NULL must be. A received body "a\r\nb" is b"a\nb", a header "x:a\cb" keeps its
#   backslash, and one with a colon in it, as in "session:ID:1", has three parts and cannot be read as a pair.
# Why it matters: signatures and checksums over messages fail, JSON survives by chance and other content does not. Frames of binary data, which need
#   their length, cannot be sent.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check webstompy==0.1.5 websocket-client==1.9.0 stompman==3.16.0

cat > find.py <<'PY'
import logging
import queue
import sys

import webstompy
from stompman.serde import FrameParser


logging.basicConfig(level=logging.CRITICAL)


class Wire:
    """A transporter, as StompConnection takes it, that keeps what it gets."""

    alive = True

    def __init__(self, connector):
        self.sent = []
        self.silence = queue.Queue()
        wires.append(self)

    def send(self, payload):
        self.sent.append(payload)

    def receive(self):
        return self.silence.get()


wires = []
connection = webstompy.StompConnection(connector=None, transporter=Wire)
seen = {}


def send(what, **options):
    try:
        connection.send("/queue/a", "hello", **options)
    except Exception as error:
        seen[what] = f"{type(error).__name__}: {error}"
    else:
        payload = wires[0].sent.pop()
        frames = [frame for frame in FrameParser().parse_frames_from_chunk(payload) if hasattr(frame, "body")]
        seen[what] = payload[payload.index(b"\n\n") + 2 :], [frame.body for frame in frames]
    print(f"{what}: {seen[what]}")


send("sent")
send("sent, content_length=5", content_length=5)
send('sent, content_length="5"', content_length="5")
received = b"MESSAGE\ndestination:/queue/a\nx:a\\cb\nsession:ID:1\nmessage-id:1\nsubscription:1\n\na\r\nb\0"
frame = webstompy.StompFrame(payload=received)
seen["received"] = frame.message, frame.header[1:3]
print("received:", *seen["received"])
expected = {
    "sent": (b"hello\n\0", [b"hello\n"]),
    "sent, content_length=5": "AttributeError: 'int' object has no attribute 'encode'",
    'sent, content_length="5"': (b"hello\n\0", [b"hello"]),
    "received": (b"a\nb", [(b"x", b"a\\cb"), (b"session", b"ID", b"1")]),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
