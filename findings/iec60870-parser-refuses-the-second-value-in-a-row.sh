#!/bin/bash
# iec60870-parser: of several values in a row its session takes the first for good and the others for corrupted, and it invents addresses of objects.
#
# Versions: iec60870-parser 0.1.1, scapy 2.6.1 as the other reader (PyPI), Python 3.11; messages of the script's.
# Expected: IEC 60870-5-104, section 5.1: a message has two numbers, N(S), its own, which each message counts up, and N(R), how many the sender has received.
#   A station that reports values, and receives none, has the same N(R) in each. The package's README on T104Session: "checks the receive sequence
#   number of I-format APDUs and advances it after each valid telemetry frame"; on types that it does not know: "leave their remaining bytes in
#   `unparsed`". IEC 60870-5-1, FT 1.2: the single octet E5 is a frame of its own, an acknowledgement.
# Seen: of three values with N(S) 0, 1, 2 and N(R) 0 the first is VALID, and the others are "receive sequence mismatch". It takes them if N(R) counts up,
#   which acknowledges what nobody has sent. Whether N(S) has a gap it does not look. Of a message with two numbers, at 100 and 101, the addresses
#   are 100 and 12582912, which is made of the first number's octets, and the rest has lost these; scapy reads 100 and 101. In a t101 stream E5 is
#   "unknown FT1.2 start".
# Why it matters: a control centre sees one value of each station and then faults, and a value that has been lost on the way is not noticed. Use
#   parse_frame(), and count N(S) yourself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check iec60870-parser==0.1.1 scapy==2.6.1

cat > find.py <<'PY'
import struct
import sys

from iec60870 import FrameStream, T104Session, parse_frame
from scapy.contrib.scada.iec104 import iec104_decode


def message(sent, received, kind, *objects):
    asdu = bytes([kind, len(objects), 3, 0, 1, 0]) + b"".join(address.to_bytes(3, "little") + data for address, data in objects)
    return bytes([0x68, 4 + len(asdu)]) + struct.pack("<HH", sent << 1, received << 1) + asdu


def session(*numbers):
    """What a session makes of single-point values with these numbers."""
    parser = T104Session()
    results = [parser.parse(message(sent, received, 1, (100 + sent, b"\1"))) for sent, received in numbers]
    return [result.error or result.status.value for result in results]


mismatch = "receive sequence mismatch"
as_stated = True
for numbers, expected in {
    ((0, 0), (1, 0), (2, 0)): ["VALID", mismatch, mismatch],
    ((0, 0), (1, 1), (2, 2)): ["VALID"] * 3,
    ((0, 0), (7, 1), (2, 2)): ["VALID"] * 3,
}.items():
    seen = session(*numbers)
    print(f"N(S) and N(R) {numbers}: {seen}")
    as_stated &= seen == expected
floats = message(0, 0, 13, (100, struct.pack("<fB", 1.5, 0)), (101, struct.pack("<fB", 2.5, 0)))
result = parse_frame(floats, protocol="t104")
asdu = result.fields["asdu"]
addresses = [found["ioa"] for found in asdu["information_objects"]]
others = [(found.information_object_address, found.scaled_value) for found in iec104_decode(floats).io]
print(f"two numbers: {result.status.value}, addresses {addresses}, unparsed {asdu['unparsed'].hex()}; by scapy {others}")
as_stated &= result.status.value == "VALID" and addresses == [100, 0xC00000] and others == [(100, 1.5), (101, 2.5)]
as_stated &= asdu["unparsed"] == floats[18:]
(single,) = FrameStream(protocol="t101").feed(b"\xe5")
print(f"E5: {single.status.value}, {single.error}")
sys.exit(not (as_stated and single.error == "unknown FT1.2 start"))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
