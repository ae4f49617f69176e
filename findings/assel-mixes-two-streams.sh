#!/bin/bash
# assel: all its parsers share one UTF-8 decoder, so a letter that two reads of one stream share goes into the event of another stream, or ends that one
# with an error; a mark at the start of a stream hides the first field, and a carriage return in an event's data cuts it.
#
# Versions: assel 1.0.0, with httpx-sse 0.4.3 to compare with (PyPI), Python 3.11.
# Expected: assel's documentation: a "sans-io Server-Sent Events (SSE) library", to whose Parser one passes "the unmodified chunks of bytes you get from
#   your IO". The HTML standard, section 9.2.5 and 9.2.6: streams are decoded with "UTF-8 decode", which takes a byte order mark away, and a line ends
#   with CR LF, LF or CR, so that data with any of them has to become several "data" lines.
# Seen: of two parsers one gets "data: gr\u00fcn" in two chunks, cut inside of \u00fc, the other "data: rot" between them, which is a
#   UnicodeDecodeError; one parser alone reads the letter. A stream that begins with a byte order mark and "data: 1" gives no first event.
#   send(Event(data="a\rb")) writes "data: a\rb", which its own Parser, like others, reads as "a".
# Why it matters: a client of two streams at a time, over TLS, where records end anywhere, loses one of them as soon as the text is not English; alone,
#   in the test, it works. httpx-sse's decoder, with a decoder for each stream, gets all events.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check assel==1.0.0 httpx-sse==0.4.3 httpx==0.28.1

cat > find.py <<'PY'
import sys

import assel
import httpx
from httpx_sse import EventSource

GREEN, RED = "data: gr\u00fcn\n\n".encode(), b"data: rot\n\n"
CUT = GREEN.index(b"\xbc")


def right(*chunks):
    """The data of the events of a stream, by httpx-sse."""
    head = {"Content-Type": "text/event-stream"}
    return [event.data for event in EventSource(httpx.Response(200, headers=head, content=iter(chunks))).iter_sse()]


def attempt(parser, chunk):
    try:
        return [event.data for event in parser.receive_bytes(chunk)]
    except UnicodeDecodeError as error:
        return type(error).__name__


alone = assel.Parser()
single = [attempt(alone, GREEN[:CUT]), attempt(alone, GREEN[CUT:]), attempt(alone, RED)]
green, red = assel.Parser(), assel.Parser()
mixed = [attempt(green, GREEN[:CUT]), attempt(red, RED), attempt(green, GREEN[CUT:])]
print(f"alone: {single}; beside another: {mixed}; httpx-sse: {right(GREEN[:CUT], GREEN[CUT:])}")
mark = "\ufeffdata: 1\n\ndata: 2\n\n".encode()
marked = attempt(assel.Parser(), mark)
print(f"with a byte order mark: {marked}")
written = assel.send(assel.Event(data="a\rb"))
back = attempt(assel.Parser(), written)
print(f"written: {written}; read again: {back}, by httpx-sse {right(written)}")
sys.exit(
    single != [[], ["gr\u00fcn"], ["rot"]]
    or mixed[1] != "UnicodeDecodeError"
    or right(GREEN[:CUT], GREEN[CUT:]) != ["gr\u00fcn"]
    or marked != ["2"]
    or back != ["a"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
