#!/bin/bash
# hat-asn1: the integer -128 is written in two octets, -32,768 in three and so on, which OpenSSL calls a bad integer; and a REAL can be neither written
# nor read.
#
# Versions: hat-asn1 0.7.1, with asn1tools 0.169.0 to compare with (PyPI), Python 3.11, openssl.
# Expected: X.690, section 8.3.2, for BER and DER: if an INTEGER has more than one octet, the bits of the first and bit 8 of the second shall not all be
#   ones. Section 8.5: REAL.
# Seen: BerEncoder writes -128 as 02 02 ff 80 instead of 02 01 80, -32768 as 02 03 ff 80 00 instead of 02 02 80 00; -127 and -129 are right. openssl
#   asn1parse says "BAD INTEGER" of the former. It reads back what it has written. REAL is a NotImplementedError in both directions, though a module
#   with it loads. asn1tools writes the shortest form, and writes and reads REALs.
# Why it matters: the package is the base of hat's IEC 61850 and SNMP drivers, where -128 is the lowest INT8: the frame with it is refused by strict
#   peers, and one optional element of type REAL ends the decoding of the whole message.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hat-asn1==0.7.1 asn1tools==0.169.0

cat > module.asn <<'ASN'
Example DEFINITIONS EXPLICIT TAGS ::= BEGIN
Number ::= INTEGER
Measured ::= REAL
END
ASN
cat > find.py <<'PY'
import pathlib
import subprocess
import sys

import asn1tools
from hat import asn1

path = pathlib.Path("module.asn")
mine = asn1.ber.BerEncoder(asn1.create_repository(path))
right = asn1tools.compile_string(path.read_text(), "ber")


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except Exception as error:
        return type(error).__name__


def openssl(data):
    """Whether openssl can read an integer."""
    result = subprocess.run(["openssl", "asn1parse", "-inform", "DER"], input=data, capture_output=True, timeout=10)
    return b"BAD INTEGER" not in result.stdout


longer = []
for number in (0, 127, 128, -1, -127, -128, -129, -32767, -32768, -32769, -(2**31)):
    written, best = bytes(mine.encode(asn1.TypeRef("Example", "Number"), number)), right.encode("Number", number)
    assert openssl(best) and openssl(written) == (written == best)
    if written != best:
        longer.append(number)
    print(f"{number}: hat-asn1 {written.hex()}, asn1tools {best.hex()}, openssl reads the first: {openssl(written)}")

real = right.encode("Measured", 1.5)
reals = (attempt(mine.encode, asn1.TypeRef("Example", "Measured"), 1.5), attempt(mine.decode, asn1.TypeRef("Example", "Measured"), memoryview(real)))
print(f"REAL written and read: {reals}, asn1tools {right.decode('Measured', real)}")
sys.exit(longer != [-128, -32768, -(2**31)] or reals != ("NotImplementedError",) * 2)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
