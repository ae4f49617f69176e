#!/bin/bash
# cborj: "encode" does not turn JSON into CBOR, but writes the JSON text as one CBOR string, two octets longer than it was; "decode" reads nothing but
# such strings, not one number, list or map, and the compressed form is an untagged byte string.
#
# Versions: cborJ 0.1.1, with cbor2 6.3.0 to compare with (PyPI), Python 3.11.
# Expected: RFC 8949, section 6.2: JSON is converted to CBOR by its types: objects to maps, numbers to integers or floating-point numbers. IANA's
#   registry has the tag 262 for JSON in a byte string. The package is an "encoder/decoder" of JSON to and from CBOR, "perfect for reducing storage size
#   of large JSON files", with a decode() that returns JSON.
# Seen: of '{"name":"Alice","age":30}' encode() makes 0x78 0x19 and the 25 characters; cbor2 reads a str, not a dict, and writes 18 octets for the dict.
#   decode() of these, or of 0x01, 0xa0 and 0x83 0x01 0x02 0x03, is a ValueError "Not a CBOR text string". The docstring of encode() says it ("I have
#   not implemented all types of CBOR, yet"), what users see before does not.
# Why it matters: a device or service that is sent such CBOR finds a string where a map should be, and what it answers cannot be read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cborJ==0.1.1 cbor2==6.3.0

cat > find.py <<'PY'
import json
import sys

import cbor2
import cborJ

TEXT = '{"name":"Alice","age":30}'
written, right = cborJ.encode(TEXT), cbor2.dumps(json.loads(TEXT))
back = cbor2.loads(written)
print(f"{len(TEXT)} characters of JSON; cborJ {len(written)} octets, {written!r}, which cbor2 reads as {back!r}; cbor2 {len(right)} octets, {right!r}")
errors = []
for data in (right, b"\x01", b"\xa0", b"\x83\x01\x02\x03"):
    try:
        cborJ.decode(data)
        errors.append("")
    except ValueError as error:
        errors.append(str(error))
    print(f"{data.hex()}: cbor2 {cbor2.loads(data)}, cborJ {errors[-1]}")
packed = cbor2.loads(cborJ.encode(TEXT, compress=True))
print(f"compressed: {type(packed).__name__}")
sys.exit(
    (len(TEXT), len(written), len(right)) != (25, 27, 18)
    or back != TEXT
    or errors != ["Not a CBOR text string (major type 3)"] * 4
    or not isinstance(packed, bytes)
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
