#!/bin/bash
# astm-2025, for laboratory instruments: no record can be encoded that has a string in it, which all have.
#
# Versions: astm-2025 1.0.0 (PyPI), Python 3.11.
# Expected: encode(records) "Encodes list of records into single ASTM message"; "Each str-typed item counted as field value". ASTM E1381/CLSI LIS01:
#   a frame is STX, the number, the text, ETX, the checksum, CR, LF. decode() reads such a frame into strings.
# Seen: encode([["H", ...]]) ends with RecursionError: a str is taken for a list of components, whose characters are strs again. It happens with
#   what decode() has just returned, and with the package's own HeaderRecord().to_astm(). With octets instead of strings it works.
# Why it matters: the package is a continuation of astm for Python 3; a laboratory system with it can listen, but never sends an order, and the
#   client's example ends after the header.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check astm-2025==1.0.0

cat > find.py <<'PY'
import sys

from astm import codec
from astm.records import HeaderRecord

FRAME = b"\x021P|1|4711||Doe^Jo\r\x03"
FRAME += b"%02X\r\n" % (sum(FRAME[1:]) & 255)


def encode(records):
    try:
        return codec.encode(records, "latin-1")[0]
    except RecursionError as error:
        return type(error).__name__


decoded = codec.decode(FRAME, "latin-1")
print("decoded:", decoded)
again, header, octets = encode(decoded), encode([HeaderRecord().to_astm()]), encode([[b"P", b"1", b"4711", None, [b"Doe", b"Jo"]]])
print("encoded again:", again, "\nits own header:", header, "\nwith octets:", octets)
as_stated = decoded == [["P", "1", "4711", None, ["Doe", "Jo"]]] and again == header == "RecursionError"
sys.exit(not as_stated or octets != FRAME)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
