#!/bin/bash
# hl7_tea: its MLLP listener says "AA" to the first 1024 octets of a message and drops the rest, answers as if it were the sender, and removing a
# field moves all fields behind it.
#
# Versions: hl7-tea 2.0.1 (PyPI), Python 3.11.
# Expected: HL7's MLLP: a message ends at 0x1C 0x0D, however many reads that takes. HL7 2.5.1, chapter 2, section 2.9.2: in an acknowledgement the
#   receiving application of the message is the sending one; "AA" means that the message was accepted. Section 2.5.3: fields are known by their
#   position, and an empty field keeps its place. MSH-1 is "|".
# Seen: of a message of 2,000 octets handle_data() gets the first 1023, after the acknowledgement "AA" has been sent, and the connection is closed
#   with the rest unread. MSH-3 of the answer is the sender's own name. remove_field("PID-5") makes the birth date PID-6 and the sex PID-7.
#   get_field_one("MSH-1") is the version of HL7, at the other end of the segment.
# Why it matters: results with more than a few lines are lost, and the laboratory believes that they have arrived. Messages made anonymous by
#   remove_field() have the address where the sex should be. Use another listener, and set_field(path, "").
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hl7-tea==2.0.1

cat > find.py <<'PY'
import logging
import socket
import sys

from hl7_tea import Message
from hl7_tea.mllp.listener import MllpListener

logging.disable(logging.CRITICAL)
HEAD = "MSH|^~\\&|APP|FAC|DST|FAC2|20261130010000||ORU^R01^ORU_R01|42|P|2.5.1\rPID|1||123||Doe^Jo||19700101|F\rOBX|1|TX|X||"


class Listener(MllpListener):
    received = None

    def handle_data(self, data):
        self.received = data.content


def deliver(text):
    """What the listener's handler gets of a message, and the acknowledgement."""
    listener = Listener()
    server, client = socket.socketpair()
    client.settimeout(20)
    client.sendall(b"\x0b" + text.encode() + b"\x1c\r")
    # What start() runs for each connection; start() itself listens on all addresses.
    listener._MllpListener__handle_client(server)
    answer = b""
    try:
        while more := client.recv(1000):
            answer += more
    except ConnectionResetError:  # since the rest was not read
        pass
    return listener.received, answer.decode()


short, _ = deliver(HEAD + "fine")
long, answer = deliver(HEAD + "x" * (2000 - len(HEAD)))
segments = [segment.split("|") for segment in answer.strip("\x0b\x1c\r").split("\r")]
print(f"{len(HEAD) + 4} octets sent, {len(short)} received; 2000 sent, {len(long)} received; answer {segments}")
message = Message(HEAD)
first = message.get_field_one("MSH-1")
message.remove_field("PID-5")
print(f"MSH-1: {first}; PID without its fifth field: {message.get_segments('PID')}")
same = short == HEAD + "fine" and len(long) == 1023 and segments[1] == ["MSA", "AA", "42"] and segments[0][2:4] == ["APP", "FAC"]
sys.exit(not same or first != "2.5.1" or message.get_field_one("PID-6") != "19700101" or message.get_field_one("PID-7") != "F")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
