#!/bin/bash
# python-brcode: a Pix code without a description has an empty field of length 00, and one with a long key and description a length of three digits, after
# which nobody finds the next field.
#
# Versions: python-brcode 0.2.0, and pixcanvas 0.5.0 to compare with (PyPI), Python 3.11.
# Expected: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, section 3.1: the length is "a two-digit numeric value, with a value
#   ranging from 01 to 99". Banco Central's manual of Pix: an e-mail key may have 77 characters; optional fields are left out.
# Seen: BRCode without a description has "0200" behind the key; pixcanvas calls the code invalid: "field 02 cannot have length 00". With a key of 45
#   characters and a description of 40 the template begins with "26111": read in two digits it is 11 long, and field 26 is cut inside "br.gov...". No error,
#   and the checksum is right.
# Why it matters: strict readers refuse all codes without a description. A long one scans, its checksum is correct, and the payment fails in the app. Give
#   a short description always, and check the length before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check python-brcode==0.2.0 pixcanvas==0.5.0

cat > find.py <<'PY'
import binascii
import sys
from decimal import Decimal

import pixcanvas
from brcode import BRCode

short = str(BRCode(name="Jo Doe", key="jo@example.com", city="Natal", amount=Decimal(10)))
told = str(BRCode(name="Jo Doe", key="jo@example.com", city="Natal", amount=Decimal(10), description="order 1"))
long = str(BRCode(name="Jo Doe", key="j" * 33 + "@example.com", city="Natal", description="x" * 40))
seen = []
for code in (short, told, long):
    result = pixcanvas.validate_pix(code)
    errors = [error.message for error in result.errors]
    crc = f"{binascii.crc_hqx(code[:-4].encode(), 0xFFFF):04X}" == code[-4:]
    print(f"{code}\n    checksum right: {crc}; pixcanvas: valid={result.is_valid} {errors}")
    seen.append((crc, result.is_valid, errors))
print("field 02 of the first:", short[short.index("jo@example.com") + 14 :][:4], "- field 26 of the last:", long[6:11], "->", long[10:21])
sys.exit(
    seen[0] != (True, False, ["field 02 cannot have length 00"])
    or seen[1] != (True, True, [])
    or seen[2][:2] != (True, False)
    or long[6:11] != "26111"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
