#!/bin/bash
# konthaina-khqr: with a name in Khmer the checksum of the payment code is wrong, and verify() of the same package calls it right.
#
# Versions: konthaina-khqr 0.1.7, and vietqr-emvco 1.0.0 to compare with (PyPI), Python 3.11.
# Expected: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, 1.1: tag 64 is for "the merchant name in an alternate language";
#   section 4.7.3, CRC: ISO/IEC 13239 with polynomial 1021 and initial value FFFF over the data, i.e. over octets; the alternate language is UTF-8.
# Seen: for set_merchant_name_alternate() with a Khmer word the checksum differs from binascii.crc_hqx() over the octets of the code. It is computed over
#   the lowest eight bits of each character, so that U+17A0 counts as A0. vietqr-emvco's verify_checksum() says False, konthaina_khqr.verify() True. With
#   Latin letters only, all three agree.
# Why it matters: tag 64 has no other use in Cambodia than Khmer, so every code with it is refused by banks' apps, and the package's own test does not
#   show why.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check konthaina-khqr==0.1.7 vietqr-emvco==1.0.0

cat > find.py <<'PY'
import binascii
import sys

from konthaina_khqr import KHQRGenerator, verify
from vietqr_emvco import VietQRParser

results = []
for language, name in (("en", "Example Shop"), ("km", "\u17a0\u17b6\u1784")):
    code = KHQRGenerator().set_bakong_account_id("jo_doe@example").set_merchant_name("Example Shop")
    code = code.set_language_preference(language).set_merchant_name_alternate(name).generate().qr
    right = f"{binascii.crc_hqx(code[:-4].encode(), 0xFFFF):04X}"
    results.append((code[-4:] == right, verify(code), VietQRParser.verify_checksum(code)))
    print(f"{ascii(code)}\n    checksum {code[-4:]}, by binascii {right}; konthaina-khqr: {verify(code)}, vietqr-emvco: {results[-1][2]}")
sys.exit(results != [(True, True, True), (False, True, False)])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
