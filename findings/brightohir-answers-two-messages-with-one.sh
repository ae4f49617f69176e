#!/bin/bash
# brightohir, for HL7: of two messages in one segment of TCP it handles one, which holds the second; and an error's text with "|" or "&" becomes
# fields.
#
# Versions: brightohir 2.1.2 (PyPI), Python 3.11.
# Expected: HL7's Minimal Lower Layer Protocol: a block is VT, message, FS, CR; TCP delivers octets, however they are cut. HL7 2.5.1, section 2.5.4:
#   MSH-1 and MSH-2 say which separators a message has; section 2.7.1: in a text they are written as \F\, \T\ and so on. Section 2.9.2: each message
#   has its answer, with its control id in MSA-2.
# Seen: the server's handler is called once for the messages M1 and M2, with a text that goes on behind the first FS, and there is one answer, for
#   M1. The error text "unit mg|dl" in an acknowledgment is two fields. For a message with "#" for "|" the acknowledgment has an empty MSA-2.
# Why it matters: the laboratory that sends in a row waits for the second answer until it gives up and sends again, and what the first result's last
#   segment holds is a piece of another patient's message.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check brightohir==2.1.2

cat > find.py <<'PY'
import socket
import sys
import threading

from brightohir.ack import generate_ack
from brightohir.transport import MLLPServer


def message(number):
    return f"MSH|^~\\&|LAB|HOSP|EHR|HOSP|20260101120000||ORU^R01|M{number}|P|2.5.1\rPID|1||{number}\r"


handled = []


def handler(text):
    handled.append(text)
    return generate_ack(text)


server = MLLPServer("127.0.0.1", 0, handler=handler)
near, far = socket.socketpair()
server._running = True
far.settimeout(20)
threading.Thread(target=server._handle_connection, args=(far, ("127.0.0.1", 0)), daemon=True).start()
near.settimeout(3)
near.sendall(b"".join(b"\x0b" + message(number).encode() + b"\x1c\r" for number in (1, 2)))
answers = b""
try:
    while answers.count(b"\x1c") < 2:
        answers += near.recv(65536)
except TimeoutError:
    pass
near.close()
ids = [line.split("|")[2] for line in answers.decode().split("\r") if line.startswith("MSA")]
print(f"two messages sent, handler called {len(handled)} time(s), with {handled[0].count('MSH|')} in it; answers: {ids}")
error = generate_ack(message(1), ack_code="AE", error_msg="unit mg|dl").split("\r")[1]
print("an error text with a bar:", error)
other = generate_ack(message(1).replace("|", "#"), ack_code="AA").split("\r")[1]
print("a message with another separator:", other)
as_stated = len(handled) == 1 and handled[0].count("MSH|") == 2 and ids == ["M1"]
sys.exit(not as_stated or error != "MSA|AE|M1|unit mg|dl" or other != "MSA|AA|")
PY
timeout 60 venv/bin/python find.py 2>log || { cat log; echo "CHANGED: see above"; exit 1; }
