#!/bin/bash
# pypcappy: each packet of a pcapng file lacks its first eight octets, and how long it is depends on the first octets of what it contains.
#
# Versions: pypcappy 0.0.7, python-pcapng 2.1.1 for comparison (PyPI), Python 3.11; a capture of the script's.
# Expected: the pcapng specification, Enhanced Packet Block: behind the type and the length of the block there are the interface, the time in two parts,
#   the captured length, the original length, four octets each, and then the packet. pypcappy's README: "A Pure Python3 PcapNg reader".
# Seen: of a packet of 61 octets, from an Ethernet, the first eight are missing, the receiver's address and a part of the sender's, and at its end are the
#   three octets that pad the block. What pypcappy takes for the captured length is made of the packet's own first octets, so that of one that is sent
#   to 00:00:00:00:00:00, as on loopback, there is a single octet. python-pcapng gives both packets whole. Nothing is raised.
# Why it matters: the TLS in such a capture cannot be parsed, or is found at the wrong place; on loopback, where one captures to debug, nothing is left.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pypcappy==0.0.7 python-pcapng==2.1.1

cat > find.py <<'PY'
import struct
import sys

import pcapng
from pypcappy import PcapNgFile

# Receiver, sender, the type for IPv4, and something in place of the rest.
NETWORK = bytes.fromhex("0242ac11000202427f11c0010800") + bytes(range(47))
LOOPBACK = bytes.fromhex("0000000000000000000000000800") + bytes(range(47))


def block(kind, body):
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def packet(data):
    return block(6, struct.pack("<IIIII", 0, 0, 1, len(data), len(data)) + data)


with open("capture.pcapng", "wb") as file:
    file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    file.write(block(1, struct.pack("<HHI", 1, 0, 65535)))
    file.write(packet(NETWORK) + packet(LOOPBACK))
with PcapNgFile("capture.pcapng") as capture:
    seen = [packet.data for packet in capture.packets]
with open("capture.pcapng", "rb") as file:
    others = [block.packet_data for block in pcapng.FileScanner(file) if isinstance(block, pcapng.blocks.EnhancedPacket)]
for what, data, other in zip(("network", "loopback"), seen, others):
    print(f"{what}: pypcappy {len(data)} octets, {data[:8].hex(':')}...; python-pcapng {len(other)} octets, {other[:8].hex(':')}...")
sys.exit(not (others == [NETWORK, LOOPBACK] and seen == [NETWORK[8:] + bytes(3), LOOPBACK[8:9]]))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
