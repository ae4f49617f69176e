#!/bin/bash
# irc-api, a client for bots over TLS: lines that come in two records are broken in two, a ping with "PING" in it is answered with something else,
# and people with a brace in their name say nothing.
#
# Versions: irc-api 1.0.7 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: RFC 1459, section 2.3: a message ends at CR LF, wherever TLS and TCP cut it. Section 4.6.3: PONG has the PING's parameter. RFC 2812,
#   section 2.3.1: a nickname may have any of [ ] \ ` _ ^ { | } in it; the colon before the last parameter is only needed for blanks.
# Seen: ":jo!j@example.org PRIVMSG #c :hello" in two records gives nothing, and a half of it is taken for a message. "PING :PING-42" is answered
#   with "PONG :PONG-42". For {jo} and jo^away, and for "PRIVMSG #c hello", the author, the channel and the text of the message are empty.
# Why it matters: servers send cookies in pings and close the connection if another comes back; commands are lost at random on busy channels, and
#   always from some people. There is no setting for any of it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check irc-api==1.0.7
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import os
import queue
import socket
import ssl
import sys
import threading
import time

from irc_api.irc import IRC
from irc_api.message import Message

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("127.0.0.1", 0))
answers = queue.Queue()
parts = queue.Queue()


def serve():
    with context.wrap_socket(listener.accept()[0], server_side=True) as stream:
        threading.Thread(target=lambda: [answers.put(line.decode().strip()) for line in stream.makefile("rb")], daemon=True).start()
        while part := parts.get():
            stream.sendall(part)
            time.sleep(0.3)


threading.Thread(target=serve, daemon=True).start()
client = IRC("localhost", listener.getsockname()[1])
client.connection("bot")
received = queue.Queue()


def receive():
    while True:
        message = client.receive()
        received.put((message.author, message.to, message.text))


threading.Thread(target=receive, daemon=True).start()
first = b":jo!j@example.org PRIVMSG #c :hello\r\n"
for part in (first, first[:27], first[27:], b"PING :PING-42\r\n", b":{jo}!j@example.org PRIVMSG #c :hello\r\n", b":jo!j@example.org PRIVMSG #c hello\r\n"):
    parts.put(part)
seen = []
try:
    while True:
        seen.append(received.get(timeout=4))
except queue.Empty:
    pass
said = []
while not answers.empty():
    said.append(answers.get())
away = Message(":jo^away!j@example.org PRIVMSG #c :hello")
print(f"messages: {seen}; the client said {said}; jo^away: {str(away)!r}")
empty = ("", "", "")
same = seen[0] == ("jo", "#c", "hello") and seen.count(("jo", "#c", "hello")) == 1 and seen[-2:] == [empty, empty]
sys.stdout.flush()
os._exit(not same or said[-1] != "PONG :PONG-42" or away.author != "")  # its thread would go on for ever
PY
SSL_CERT_FILE=cert.pem timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
