#!/bin/bash
# rtspy: sound and picture are set up in two sessions, the first packet behind an answer becomes its body, and an answer behind a packet is waited
# for until the time is over.
#
# Versions: rtspy 0.1.0 (PyPI), Python 3.11.
# Expected: RFC 2326, section 10.4: a client that sets up a second stream for the same presentation gives the session's identifier with SETUP, and
#   section 12.37 has it in each later request. Section 10.12: interleaved packets ("$", channel, length) come between answers as it happens.
#   Section 4.4: without a Content-Length an answer has no body.
# Seen: the second setup() carries no Session, though the first answer had one, so that a server makes another; play() has it. With the answer to
#   PLAY and a packet in one segment, response.body is the packet. With a packet and then an answer in one segment, the answer is dropped, and
#   options() raises "timed out" after the client's timeout.
# Why it matters: cameras play one stream of two, and requests while a stream runs, such as keep-alives, fail at random. Give setup() the header
#   oneself, and use UDP for the streams.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check rtspy==0.1.0

cat > find.py <<'PY'
import socket
import sys
import threading

import rtspy

listener = socket.create_server(("127.0.0.1", 0))
asked = []
PACKET = b"$\x00\x00\x04abcd"


def serve():
    connection, _ = listener.accept()
    stream = connection.makefile("rb")
    while line := stream.readline():
        method = line.split()[0].decode()
        headers = {}
        while (line := stream.readline()) != b"\r\n":
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        asked.append((method, headers.get("session")))
        answer = f"RTSP/1.0 200 OK\r\nCSeq: {headers['cseq']}\r\nSession: 42;timeout=60\r\n\r\n".encode()
        before, after = (PACKET, b"") if method == "OPTIONS" else (b"", PACKET if method == "PLAY" else b"")
        connection.sendall(before + answer + after)


threading.Thread(target=serve, daemon=True).start()
url = f"rtsp://127.0.0.1:{listener.getsockname()[1]}/live"
client = rtspy.Client(url, timeout=2)
client.setup(f"{url}/video")
client.setup(f"{url}/audio", transport="RTP/AVP/TCP;unicast;interleaved=2-3")
played = client.play()
try:
    options = client.options().status_code
except OSError as error:
    options = f"{error}"
print(f"asked with the session: {asked}; body of PLAY: {played.body}; OPTIONS: {options}")
right = [("SETUP", None), ("SETUP", None), ("PLAY", "42"), ("OPTIONS", None)]
sys.exit(asked != right or played.body != PACKET or options != "timed out")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
