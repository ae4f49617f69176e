#!/bin/bash
# sse-json-parser and py-sse-client: events whose lines end in CR LF are never given out, and py-sse-client gives one event the data of the
#   one before.
#
# Versions: sse-json-parser 0.1.3, py-sse-client 1.0.1, aiohttp 3.14.5, httpx-sse 0.4.3 to compare with (PyPI), Python 3.11.
# Expected: HTML, "Server-sent events", section 9.2.5: end-of-line = ( cr lf / cr / lf ). Section 9.2.6: one blank behind the colon is taken
#   off, lines of data are put together with line feeds, and the data buffer is empty again after each event; an event without data is not
#   given out.
# Seen: for two events with CR LF sse-json-parser yields nothing, and py-sse-client calls back never; with LF both come. With LF,
#   py-sse-client calls the event " start", with the blank. Data of two lines, {"a": and 1}, ends its task with JSONDecodeError. An event
#   "ping" without data is given out with the data of the event before.
# Why it matters: sse-starlette and other servers end their lines with CR LF: the program waits, with no error and no event, until the stream
#   is over.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sse-json-parser==0.1.3 py-sse-client==1.0.1 aiohttp==3.14.5 httpx==0.28.1 httpx-sse==0.4.3

cat > find.py <<'PY'
import asyncio
import copy
import json
import sys

import httpx
import httpx_sse
from aiohttp import web
from pysse import Client
from sse_json_parser import SSEParser

TWO = 'event: start\ndata: {"a": 1}\n\nevent: stop\ndata: {"b": 2}\n\n'
STREAMS = {
    "line feeds": TWO,
    "CR LF": TWO.replace("\n", "\r\n"),
    "two lines of data": 'event: start\ndata: {"a":\ndata: 1}\n\n',
    "no data": TWO[:29] + "event: ping\n\n",
}


async def by_py_sse_client(url):
    events = []
    client = Client(url, lambda event: events.append((event.name, copy.copy(event.data))))
    try:
        await asyncio.wait_for(client.connect(), 10)
    except json.JSONDecodeError:
        events.append("JSONDecodeError")
    return events


def by_httpx_sse(text):
    """What httpx-sse makes of the same octets, without a network."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, headers={"Content-Type": "text/event-stream"}, text=text))
    with httpx.Client(transport=transport) as client, httpx_sse.connect_sse(client, "GET", "http://localhost/") as source:
        return [(event.event, json.loads(event.data)) for event in source.iter_sse() if event.data]


async def answer(request):
    return web.Response(text=STREAMS[request.query["stream"]], headers={"Content-Type": "text/event-stream"})


async def main():
    application = web.Application()
    application.router.add_get("/", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    seen = {}
    for what, text in STREAMS.items():
        parsed = list(SSEParser().parse([text.encode()]))
        url = httpx.URL(f"http://127.0.0.1:{runner.addresses[0][1]}/", params={"stream": what})
        seen[what] = parsed, await by_py_sse_client(str(url))
        print(f"{what}: sse-json-parser {parsed}, py-sse-client {seen[what][1]}, httpx-sse {by_httpx_sse(text)}")
    await runner.cleanup()
    return seen


seen = asyncio.run(asyncio.wait_for(main(), 50))
expected = {
    "line feeds": ([{"a": 1}, {"b": 2}], [(" start", {"a": 1}), (" stop", {"b": 2})]),
    "CR LF": ([], []),
    "two lines of data": ([{"a": 1}], ["JSONDecodeError"]),
    "no data": ([{"a": 1}], [(" start", {"a": 1}), (" ping", {"a": 1})]),
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
