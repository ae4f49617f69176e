#!/bin/bash
# pynmeaparser: of each text that it is given it handles one sentence only, falls behind more with each read, and loses sentences whole.
#
# Versions: pynmeaparser 1.0.0 (PyPI), and pynmea2 1.19.0 to compare with, Python 3.11.
# Expected: its documentation of process(): it processes "the string passed to the function. This string will be concatenated with the previously incomplete
#   processed string"; the handler is called if the first field is its key. NMEA 0183: a receiver sends several sentences each second, so a read of a
#   serial port or socket holds several; each ends with CR and LF.
# Seen: six valid positions in reads of two: three handlers called, for the first, the second and the fourth one; the third is never handed out, since one
#   character too many is cut off behind a sentence, which is the "$" of the next. The rest stays in the buffer. If an AIS sentence is in the same read,
#   the position before it is thrown away, as "!" is looked for first.
# Why it matters: the position shown is older each second, without an error; get_buffer() grows. Split into lines and give it one line a call.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check pynmeaparser==1.0.0 pynmea2==1.19.0

cat > find.py <<'PY'
import functools
import operator
import sys

import pynmea2
from pynmeaparser import NMEAParser


def sentence(start, text):
    return f"{start}{text}*{functools.reduce(operator.xor, text.encode()):02X}\r\n"


def times(reads):
    parser, seen = NMEAParser(), []
    parser.raise_exceptions = True
    parser.add_handler("GPGGA", lambda fields: seen.append(fields[1]))
    parser.add_handler("AIVDM", lambda fields: seen.append("AIS"))
    for text in reads:
        parser.process(text)
    return seen, len(parser.get_buffer())


positions = [sentence("$", f"GPGGA,18435{i}.00,1929.045,S,02410.506,E,1,04,2.6,100.00,M,-33.9,M,,") for i in range(6)]
ship = sentence("!", "AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0")
print("pynmea2:", [pynmea2.parse(line.strip(), check=True).timestamp.second for line in positions])
single = times(positions)
double = times("".join(positions[i : i + 2]) for i in (0, 2, 4))
mixed = times([positions[0] + ship])
print("one a read:", single)
print("two a read:", double)
print("with AIS:", mixed)
sys.exit(
    single != ([f"18435{i}.00" for i in range(6)], 0)
    or double[0] != ["184350.00", "184351.00", "184353.00"]
    or double[1] < 100
    or mixed[0] != ["AIS"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
