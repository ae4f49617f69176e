#!/bin/bash
# hl7lw: when two HL7 messages arrive together, its server answers one of them, and its client waits for the second one although it has it.
#
# Versions: hl7lw 0.1.2 (PyPI), Python 3.11.
# Expected: HL7's MLLP (transport specification, release 1): each message stands between 0x0B and 0x1C 0x0D in a stream, and TCP and TLS keep no
#   boundaries. hl7lw's documentation knows: "A busy sender that does not expect ack can send messages fast enough they run into each other", and
#   has a buffer "for any excess bytes after last message".
# Seen: of two messages in one segment, the server's callback gets the first at once and the second not before more data arrives; in a second it did
#   not. With a third message's first octet, the second is answered. MllpClient.recv() gives the first of two answers, and then waits in recv() of
#   the socket with the second in its buffer.
# Why it matters: a sender that pipelines, or a tunnel that joins small segments, has the last message of each burst unanswered, times out and sends
#   it again, and so do clients that get two acknowledgements at once. Wait for each acknowledgement before the next message.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hl7lw==0.1.2

cat > find.py <<'PY'
import socket
import sys
import threading
import time

from hl7lw import MllpClient, MllpServer


def frame(text):
    return b"\x0b" + text + b"\x1c\r"


with socket.socket() as sock:
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]
server = MllpServer(port, lambda message: b"ack " + message)
threading.Thread(target=server.serve_forever, daemon=True).start()
for _ in range(100):
    try:
        client = socket.create_connection(("127.0.0.1", port), 5)
        break
    except ConnectionRefusedError:
        time.sleep(0.1)


def answers(seconds=1.0):
    client.settimeout(seconds)
    data = b""
    try:
        while True:
            data += client.recv(1000)
    except TimeoutError:
        return data


client.sendall(frame(b"one") + frame(b"two"))
served = [answers()]
client.sendall(frame(b"three")[:1])
served.append(answers())
print(f"the server answers {served[0]}, and after another octet {served[1]}")

listener = socket.create_server(("127.0.0.1", 0))
mine = MllpClient()
mine.connect("127.0.0.1", listener.getsockname()[1])
peer, _ = listener.accept()
peer.sendall(frame(b"ack one") + frame(b"ack two"))
got = []


def receive():
    got.append(mine.recv())
    got.append(mine.recv())


thread = threading.Thread(target=receive, daemon=True)
thread.start()
thread.join(2)
early = list(got)
peer.sendall(frame(b"ack three")[:1])
thread.join(5)
print(f"the client has received {early}, and after another octet {got}")
same = served == [frame(b"ack one"), frame(b"ack two")]
sys.exit(not same or early != [b"ack one"] or got[:1] != [b"ack one"] or len(got) != 2)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
