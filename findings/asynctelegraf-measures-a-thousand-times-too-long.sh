#!/bin/bash
# asynctelegraf: timed() with use_ms=True tells times a thousand times too long; with tags or a rate it raises, out of the block that it measures; and
# global tags are sent only with metrics that have tags of their own.
#
# Versions: asynctelegraf 1.0.1 (PyPI), Python 3.11, with a UDP server on loopback.
# Expected: StatsD's metric types: "320|ms" is a timer of 320 milliseconds. TelegrafClient(global_tags=...) tags all metrics. timed(metric, rate=None,
#   tags=None, use_ms=False) takes rate and tags, and timing(metric, seconds, rate, tags, is_ms_passed) takes them in that order.
# Seen: a block of 0.1 s with use_ms=True is sent as "100000.0|ms" or so, 100 seconds: the milliseconds are multiplied by 1000 again. With tags={"a":
#   "b"}: TypeError "'<' not supported between instances of 'dict' and 'int'", since tags and rate change places on the way. A counter without tags has no
#   global tag, one with tags has it.
# Why it matters: dashboards and alerts on latency are wrong by a factor of a thousand, and adding a tag to a timer breaks the request that it measures.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check asynctelegraf==1.0.1

cat > find.py <<'PY'
import asyncio
import sys

from asynctelegraf import TelegrafClient

got = []


class Server(asyncio.DatagramProtocol):
    def datagram_received(self, data, address):
        got.append(data.decode())


async def main():
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    error = ""
    async with TelegrafClient("127.0.0.1", port, global_tags={"host": "a"}) as client:
        await asyncio.sleep(0.2)
        for options in ({}, {"use_ms": True}):
            with client.timed("block", **options):
                await asyncio.sleep(0.1)
        try:
            with client.timed("block", tags={"a": "b"}):
                result = "done"
        except TypeError as reason:
            error = f"TypeError: {reason}"
        client.incr("plain")
        client.incr("tagged", tags={"a": "b"})
        await asyncio.sleep(0.5)
    transport.close()
    return result, error


result, error = asyncio.run(asyncio.wait_for(main(), 20))
for line in got:
    print(line)
print(f"with tags: the block is {result}, then {error}")
times = [float(line.split(":")[1].split("|")[0]) for line in got if line.startswith("block")]
sys.exit(
    len(times) != 2
    or not 90 < times[0] < 1000
    or not 90000 < times[1] < 1000000
    or "not supported between instances of 'dict' and 'int'" not in error
    or "plain:1|c" not in got
    or "tagged:1|c|#host:a,a:b" not in got
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
