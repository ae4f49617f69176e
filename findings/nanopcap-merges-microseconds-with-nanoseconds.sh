#!/bin/bash
# NanoPcap: its merge tool writes the fractions of both files below the header of the first, so that a packet of a quarter of a second is minutes
# late.
#
# Versions: NanoPcap 1.0.4, with scapy 2.8.0 to compare with (PyPI), Python 3.11.
# Expected: draft-ietf-opsawg-pcap, section 4: the magic number 0xA1B2C3D4 says that fractions are microseconds, 0xA1B23C4D nanoseconds, for all
#   packets of a file. NanoPcap calls itself "PCAP tools and parsing library with nanosecond support".
# Seen: of a file in microseconds and one in nanoseconds, with packets half a second apart, the tool writes the right order, but with the fraction
#   250000000 in a file of microseconds: 250 seconds instead of a quarter of one. The other way round a packet at 0.75 seconds is at 0.00075. Files
#   of one kind are merged well. Nothing is said about it; --strict changes nothing.
# Why it matters: tcpdump writes microseconds and newer capture hardware and Wireshark's tools nanoseconds; a handshake whose two sides were
#   captured on two machines makes no sense after the merge. Convert one of the files first, with editcap.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check NanoPcap==1.0.4 scapy==2.8.0

cat > find.py <<'PY'
import logging
import struct
import subprocess
import sys

logging.disable(logging.CRITICAL)
from scapy.utils import RawPcapReader

MICRO, NANO = 0xA1B2C3D4, 0xA1B23C4D
START = 1767225600


def write(name, magic, *seconds):
    """A file with a packet of 60 octets at each of the times."""
    unit = 1_000_000 if magic == MICRO else 1_000_000_000
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 65535, 1))
        for second in seconds:
            whole, fraction = divmod(round(second * unit), unit)
            file.write(struct.pack("<IIII", START + whole, fraction, 60, 60) + bytes(60))


def read(name):
    """The times of the packets, as scapy reads them."""
    with RawPcapReader(name) as reader:
        unit = 1_000_000_000 if reader.nano else 1_000_000
        return [round(data.sec - START + data.usec / unit, 6) for _, data in reader]


def merge(first, second, *options):
    command = [sys.executable, "-m", "NanoPcap.Tools.Merge", *options, first, second, "merged.pcap"]
    subprocess.run(command, check=True, timeout=30, capture_output=True)
    return read("merged.pcap")


write("micro.pcap", MICRO, 0.0, 0.75)
write("micro2.pcap", MICRO, 0.25, 1.0)
write("nano.pcap", NANO, 0.25, 1.0)
assert read("micro2.pcap") == read("nano.pcap") == [0.25, 1.0]
same = merge("micro.pcap", "micro2.pcap")
mixed = merge("micro.pcap", "nano.pcap")
strict = merge("micro.pcap", "nano.pcap", "--strict")
other = merge("nano.pcap", "micro.pcap")
print(f"of one kind: {same}; microseconds first: {mixed}, strict: {strict}; nanoseconds first: {other}")
sys.exit(same != [0.0, 0.25, 0.75, 1.0] or mixed != [0.0, 250.0, 0.75, 1.0] or strict != mixed or other != [0.0, 0.25, 0.00075, 1.0])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
