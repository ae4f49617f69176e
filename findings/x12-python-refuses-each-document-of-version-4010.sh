#!/bin/bash
# x12-python: documents of version 004010 are refused, as their standards identifier U is taken for the separator of repetitions.
#
# Versions: x12-python 0.1.0 and, to compare with, ansi-x12 0.2.0 (PyPI), Python 3.11.
# Expected: ASC X12.5, segment ISA, element 11: up to version 00401 it is I10, the Interchange Control Standards Identifier, of which "U"
#   (U.S. EDI Community) is the only value; from 00402 on it is I65, the repetition separator. Element 12 says the version. The package
#   calls itself "The ultimate Python toolkit for X12 EDI processing".
# Seen: Parser().parse() and StreamingSegmentReader raise ValueError "repetition delimiter cannot be alphanumeric: 'U'" for a purchase
#   order (850) with 00401 and U. With 00501 and "^" the same order is read. ansi-x12 reads both.
# Why it matters: 004010 is what retailers, carriers and car makers send to this day; not one of their documents can be read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check x12-python==0.1.0
python3 -m venv other
other/bin/pip install -qq --disable-pip-version-check ansi-x12==0.2.0

cat > order.py <<'PY'
ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260105*1200*{}*{}*000000001*0*P*>~"
BODY = (
    "GS*PO*SENDER*RECEIVER*20260105*1200*1*X*00{}0~ST*850*0001~BEG*00*SA*PO1**20260105~PO1*1*10*EA*9.25**VP*A1~"
    "SE*4*0001~GE*1*1~IEA*1*000000001~"
)


def order(separator, version):
    return ISA.format(separator, version) + BODY.format(version[1:])


BOTH = {"00401": order("U", "00401"), "00501": order("^", "00501")}
PY
cat > find.py <<'PY'
import io
import sys

from order import BOTH
from x12 import Parser
from x12.streaming import StreamingSegmentReader


def attempt(call):
    try:
        return call()
    except ValueError as error:
        return f"ValueError: {error}"


seen = []
for version, text in BOTH.items():
    parsed = attempt(lambda: f"read, of {Parser().parse(text).sender_id.strip()}")
    streamed = attempt(lambda: [segment.segment_id for segment in StreamingSegmentReader(io.StringIO(text)).segments()])
    seen.append((parsed, streamed))
    print(f"x12-python, {version}: {parsed}; as a stream: {streamed}")
error = "ValueError: repetition delimiter cannot be alphanumeric: 'U'"
sys.exit(seen != [(error, error), ("read, of SENDER", ["ISA", "GS", "ST", "BEG", "PO1", "SE", "GE", "IEA"])])
PY
cat > compare.py <<'PY'
import sys

from order import BOTH
from x12 import inspect_x12_interchange, parse_x12_interchange, tokenize_x12

counts = []
for version, text in BOTH.items():
    inspection = inspect_x12_interchange(parse_x12_interchange(tokenize_x12(text.encode())))
    counts.append((list(inspection.transaction_set_codes), inspection.total_segment_count))
    print(f"ansi-x12, {version}: {counts[-1]}")
sys.exit(counts != [([b"850"], 8), ([b"850"], 8)])
PY
timeout 60 other/bin/python compare.py || { echo "CHANGED: see above"; exit 1; }
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
