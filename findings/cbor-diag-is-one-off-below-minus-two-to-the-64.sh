#!/bin/bash
# cbor-diag: each negative number of more than 64 bits is shown as the next greater one, and written as the next smaller one.
#
# Versions: cbor-diag 1.2.0, cbor2 6.3.0 to compare with (PyPI), Python 3.11.
# Expected: RFC 8949, section 3.4.3: tag 3 with the octets of n is the number -1 - n; the example of appendix A, c349010000000000000000, is
#   -18446744073709551617. RFC 8949, section 8, and EDN: in diagnostic notation numbers are written as in JSON.
# Seen: cbor2diag() shows that example as -18446744073709551616, which is -n, and diag2cbor("-18446744073709551617") gives
#   c349010000000000000001, which is -18446744073709551618. Both ways together hide it. Positive numbers of this size, and negative ones of up
#   to 64 bits, are right; with pretty=False the tag and its octets are shown.
# Why it matters: keys, serial numbers and sums of money in wei or satoshi of such size are off by one in what one reads, and a test vector
#   that is written in diagnostic notation is another message in CBOR. Use pretty=False, or write the tag: 3(h'010000000000000000').
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cbor-diag==1.2.0 cbor2==6.3.0

cat > find.py <<'PY'
import sys

import cbor2
from cbor_diag import cbor2diag, diag2cbor

seen = []
for number in (-(2**64) - 1, -(2**64) - 256, -(2**200), -(2**64), 2**64, 2**200):
    octets = cbor2.dumps(number)
    shown = int(cbor2diag(octets))
    written = cbor2.loads(diag2cbor(str(number)))
    seen.append((shown - number, written - number))
    print(f"{octets.hex()} is {number} by cbor2; shown by cbor-diag as {shown - number:+}, written as {written - number:+}")
example = bytes.fromhex("c349010000000000000000")
print(f"the example of RFC 8949: {cbor2diag(example)}, {cbor2diag(example, pretty=False)}; and back: {diag2cbor(cbor2diag(example)) == example}")
print(f"its number in CBOR: {diag2cbor('-18446744073709551617').hex()}")
sys.exit(seen != [(1, -1)] * 3 + [(0, 0)] * 3 or diag2cbor("3(h'010000000000000000')") != example)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
