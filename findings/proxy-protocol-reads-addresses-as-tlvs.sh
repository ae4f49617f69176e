#!/bin/bash
# proxy-protocol: in a LOCAL header of version 2 the addresses are read as TLVs, and come back as an ALPN protocol.
#
# Versions: proxy-protocol 0.11.3 (PyPI), Python 3.11.
# Expected: the PROXY protocol's specification (HAProxy, doc/proxy-protocol.txt), section 2.2: with LOCAL the receiver
#   has to take the real endpoints and to discard the block, family included, so an address block in it means nothing.
# Seen: ProxyResultLocal carries no addresses, as it should, but its `tlv` is parsed from the first byte of the address block. The
#   source address 1.0.9.104 looks like type 1 (ALPN), length 9, and `result.tlv.alpn` is a piece of addresses and ports.
# Why it matters: a health check that a proxy makes with LOCAL and its own addresses gets an application protocol that nobody has
#   negotiated; whoever dispatches by it picks the wrong one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check proxy-protocol==0.11.3

cat > find.py <<'PY'
import asyncio
import socket
import struct
import sys

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.v2 import ProxyProtocolV2

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21
TCP4 = 0x11
block = socket.inet_aton("1.0.9.104") + socket.inet_aton("10.0.0.1") + struct.pack("!HH", 50000, 443)


async def read(command):
    reader = asyncio.StreamReader()
    reader.feed_data(SIGNATURE + bytes([command, TCP4]) + struct.pack("!H", len(block)) + block + b"payload")
    result = await ProxyProtocolReader(ProxyProtocolV2()).read(reader)
    assert await reader.readexactly(7) == b"payload"
    return type(result).__name__, result.tlv.alpn


proxied, local = asyncio.run(read(PROXY)), asyncio.run(read(LOCAL))
print(f"PROXY: {proxied[0]}, ALPN {proxied[1]}")
print(f"LOCAL, the same addresses: {local[0]}, ALPN {local[1]}")
sys.exit([proxied, local] != [("ProxyResultIPv4", None), ("ProxyResultLocal", block[3:])])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
