#!/bin/bash
# CoilMQ: after a heart-beat it reads no frame any more, a frame in two parts raises errors, and a header with a colon in its value is none.
#
# Versions: CoilMQ 1.1.0 (PyPI), Python 3.11.
# Expected: STOMP 1.2 (and 1.1), Heart-beating: an end of line is a heart-beat, and the Augmented BNF has any number of them behind each frame's NULL;
#   STOMP 1.0: frames may be followed by them too. Value Encoding: in 1.2 "\c" is a colon; 1.0 has no escapes, so that there a colon in a value stands
#   for itself. content-length is a count of octets. CoilMQ's FrameBuffer: "can be used to smooth over a transport that may provide partial frames".
# Seen: behind an end of line that follows a frame, or comes alone, FrameBuffer never gives a frame again, and nothing is raised. A frame that comes in two
#   parts gives ValueError or BodyNotTerminated, if it is cut in a header, or has no content-length. "url:https://example.com/" gives ValueError, and
#   "\c" stays as it is. A frame with the body "ä" says that its length is 1.
#   The server answers "heart-beat:1000,1000" with the same, and after one heart-beat it confirms no SEND, which without one it does.
# Why it matters: clients that send heart-beats are cut off from it at the first; and which frames it can read depends on TCP's segments or TLS's records.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check coilmq==1.1.0

cat > find.py <<'PY'
import socket
import subprocess
import sys
import time

from coilmq.util.frames import Frame, FrameBuffer

CONNECT = b"CONNECT\naccept-version:1.2\nhost:example.com\nheart-beat:1000,1000\n\n\x00"
SEND = b"SEND\ndestination:/queue/a\n\nhello\x00"
COUNTED = b"SEND\ndestination:/queue/a\ncontent-length:5\n\nhello\x00"


def read(*parts):
    """The commands of the frames that are read, and the error that ends it."""
    buffer = FrameBuffer()
    commands = []
    for part in parts:
        buffer.append(part)
        try:
            commands += [frame.cmd for frame in buffer]
        except Exception as error:
            commands.append(type(error).__name__)
            break
    return commands


def ask(port, beat):
    """What the server says of heart-beats, and whether it confirms a frame."""
    for _ in range(100):
        try:
            sock = socket.create_connection(("127.0.0.1", port), timeout=3)
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    with sock:
        sock.sendall(CONNECT.replace(b"1.2", b"1.1"))
        answer = b""
        while not answer.endswith(b"\0"):
            answer += sock.recv(1000)
        agreed = [line for line in answer.split(b"\n") if line.startswith(b"heart-beat")]
        sock.sendall(beat)
        time.sleep(0.3)
        sock.sendall(SEND.replace(b"\n\n", b"\nreceipt:1\n\n"))
        answer = b""
        deadline = time.monotonic() + 3
        while b"RECEIPT" not in answer and time.monotonic() < deadline:
            try:
                answer += sock.recv(1000)
            except TimeoutError:
                break
        return agreed, b"RECEIPT" in answer


url = b"SEND\ndestination:/queue/a\nurl:https%s//example.com/\n\nhello\x00"
buffer = FrameBuffer()
buffer.append(url % rb"\c")
seen = {
    "two frames": read(CONNECT, SEND),
    "an end of line between them": read(CONNECT + b"\n" + SEND),
    "a heart-beat, then three frames": read(CONNECT, b"\n", SEND, SEND, SEND),
    "a frame cut in its body": read(SEND[:-3], SEND[-3:]),
    "the same, with content-length": read(COUNTED[:-3], COUNTED[-3:]),
    "a frame cut in a header": read(SEND[:12], SEND[12:]),
    "a frame cut in a header, with content-length": read(COUNTED[:12], COUNTED[12:]),
    "a colon in a value": read(url % b":"),
    "an escaped colon in a value": next(buffer).headers["url"],
    "length of a body of two octets": Frame("SEND", {}, "\xe4").pack().split(b"\n")[1],
}
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
server = subprocess.Popen(["venv/bin/coilmq", "-b", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
try:
    seen["the server, without a heart-beat"] = ask(port, b"")
    seen["the server, after a heart-beat"] = ask(port, b"\n")
finally:
    server.kill()
for what, value in seen.items():
    print(f"{what}: {value}")
expected = {
    "two frames": ["CONNECT", "SEND"],
    "an end of line between them": ["CONNECT"],
    "a heart-beat, then three frames": ["CONNECT"],
    "a frame cut in its body": ["BodyNotTerminated"],
    "the same, with content-length": ["SEND"],
    "a frame cut in a header": ["ValueError"],
    "a frame cut in a header, with content-length": ["ValueError"],
    "a colon in a value": ["ValueError"],
    "an escaped colon in a value": r"https\c//example.com/",
    "length of a body of two octets": b"content-length:1",
    "the server, without a heart-beat": ([b"heart-beat:1000,1000"], True),
    "the server, after a heart-beat": ([b"heart-beat:1000,1000"], False),
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
