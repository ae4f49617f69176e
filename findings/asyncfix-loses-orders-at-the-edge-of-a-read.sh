#!/bin/bash
# asyncfix: a message with the first octets of the next one behind it is lost, and one whose text begins with "FIX.4.4" takes all that has come with it.
#
# Versions: asyncfix 1.0.1, simplefix 1.0.17 as the other reader (PyPI), Python 3.11.
# Expected: FIX TagValue encoding: a message begins with 8; BodyLength, 9, is the number of octets from there to the checksum, and CheckSum, 10, is the sum
#   of the octets. Where TCP's segments or TLS's records end says nothing.
# Seen: if a read ends in fewer than six octets of another message, these are counted into the checksum of the one before, which is dropped; if it ends
#   in one octet, the second message is lost as well. The next message is looked for by the letters "8=FIX.", which are in "58=FIX.4.4 ..." too, that is
#   in Text(58): that message and all that has arrived behind it is dropped. Nothing is raised. What asyncfix itself sends with an umlaut has the length and
#   the sum of the letters, and not of the octets of UTF-8 that its connection writes.
# Why it matters: executions and orders get lost under load, when several come in one read; the session sees the gap later. A resend, which FIX has for
#   this, repeats what cannot be read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check asyncfix==1.0.1 simplefix==1.0.17

cat > find.py <<'PY'
import logging
import sys

import simplefix
from asyncfix import FIXMessage, FMsg, FTag
from asyncfix.codec import Codec
from asyncfix.protocol import FIXProtocol44
from asyncfix.session import FIXSession

logging.disable(logging.CRITICAL)
HEAD = ("35=B", "49=A", "56=B", "34=1", "52=20260101-00:00:00", "148=Headline")
codec = Codec(FIXProtocol44())


def message(text):
    body = "".join(f"{field}\x01" for field in (*HEAD, f"58={text}"))
    octets = f"8=FIX.4.4\x019={len(body)}\x01{body}".encode()
    return octets + b"10=%03d\x01" % (sum(octets) % 256)


def by_asyncfix(*reads):
    """As its connection does: decode() takes what it says off the buffer."""
    buffer = b""
    texts = []
    for read in reads:
        buffer += read
        while True:
            decoded, length, _ = codec.decode(buffer)
            buffer = buffer[length:]
            if decoded is None:
                break
            texts.append(decoded.get(FTag.Text))
    return texts


def by_simplefix(*reads):
    parser = simplefix.FixParser()
    texts = []
    for read in reads:
        parser.append_buffer(read)
        while (found := parser.get_message()) is not None:
            texts.append(found.get(58).decode())
    return texts


one, two, three = message("one"), message("two"), message("three")
cases = {
    "cut after six octets": (one + two[:6], two[6:] + three),
    "cut after five octets": (one + two[:5], two[5:] + three),
    "cut after one octet": (one + two[:1], two[1:] + three),
    "a text that begins with FIX": (one + message("FIX.4.4 gateway restarted") + two + three,),
}
seen = {}
for what, reads in cases.items():
    seen[what] = by_asyncfix(*reads)
    print(f"{what}: asyncfix {seen[what]}, simplefix {by_simplefix(*reads)}")
news = FIXMessage(FMsg.NEWS, {FTag.Headline: "Headline", FTag.Text: "M\xfcnchen"})
session = FIXSession(1, "A", "B")
session.next_num_out = 1
sent = codec.encode(news, session).encode("utf-8")
body, _, checksum = sent.rpartition(b"10=")
length = len(body.split(b"\x01", 2)[2])
stated = int(body.split(b"\x01")[1][2:]), int(checksum[:3])
seen["umlaut"] = stated[0] - length, stated[1] == sum(body) % 256
print(f"with an umlaut: BodyLength {stated[0]} of {length}, CheckSum {stated[1]} of {sum(body) % 256}")
expected = {
    "cut after six octets": ["one", "two", "three"],
    "cut after five octets": ["two", "three"],
    "cut after one octet": ["three"],
    "a text that begins with FIX": ["one"],
    "umlaut": (-1, False),
}
sys.exit(seen != expected)
PY
grep -q 'encode("utf-8")' venv/lib/python3*/site-packages/asyncfix/connection.py && echo "asyncfix's connection writes UTF-8"
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
