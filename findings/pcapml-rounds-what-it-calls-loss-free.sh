#!/bin/bash
# pcapml: the times of packets, "loss-free" in nanoseconds, are wrong in the last three digits, even for captures in microseconds.
#
# Versions: pcapml 0.1.0, pandas 3.1.1 (PyPI), Python 3.11.
# Expected: the pcapng format (draft-ietf-opsawg-pcapng, section 4.3): the time of a packet is a number of units of if_tsresol since 1970, and
#   if_tsoffset (section 4.2) a number of seconds to add. Its documentation: ts_nanos is the "capture time as integer nanoseconds (loss-free for
#   ns/us/ms resolutions)", and the column "timestamp" is datetime64[ns, UTC].
# Seen: the count is multiplied as a float, which has 53 bits for a number of 61: five packets 100 ns apart are off by 135 to 347 ns, in an order of
#   their own: the second one comes out at the time of the first. With microseconds, four of five are off by 24 to 208 ns. if_tsoffset is not read, so
#   a capture with an offset of an hour is an hour early.
# Why it matters: intervals of records in a TLS connection, and order between two captures of it, are what such tables are made for. At a gigabit per
#   second a packet takes less than the error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pcapml==0.1.0 pandas==3.1.1

cat > find.py <<'PY'
import struct
import sys

import pcapml
from pcapml._pcapng import iter_packets


def block(kind, body):
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def capture(digits, times, offset=None):
    options = option(9, bytes([digits])) + (b"" if offset is None else option(14, struct.pack("<q", offset))) + option(0, b"")
    data = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0) + options)
    for time in times:
        body = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 4, 4) + b"test" + option(1, b"s=0") + option(0, b"")
        data += block(6, body)
    with open("test.pcapng", "wb") as file:
        file.write(data)
    table = [value.value for value in pcapml.read_pcapml("test.pcapng")["timestamp"]]
    assert table == [packet.ts_nanos for packet in iter_packets("test.pcapng")]
    return table


SECOND = 1_790_000_000
nanos = [SECOND * 10**9 + 123456789 + i * 100 for i in range(5)]
micros = [SECOND * 10**6 + 123456 + i for i in range(5)]
seen = {
    "ns": [got - right for got, right in zip(capture(9, nanos), nanos)],
    "us": [got - right * 1000 for got, right in zip(capture(6, micros), micros)],
    "offset of 3600 s": round((capture(6, micros, 3600)[0] - micros[0] * 1000) / 10**9) - 3600,
}
print("wrong by, in nanoseconds, or seconds for the offset:", seen)
expected = {"ns": [235, 135, 291, 191, 347], "us": [0, 24, -208, -184, -160], "offset of 3600 s": -3600}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
