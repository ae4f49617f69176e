#!/bin/bash
# asn1 (Python-ASN1): a bit string that it has read is written as another one, and a BMPString is written in UTF-8 and read as bytes.
#
# Versions: asn1 3.3.0, asn1crypto 1.5.1 as the other reader (PyPI), Python 3.11.
# Expected: X.690, section 8.6.2: the bits of a BIT STRING begin with the most significant one, and the first octet says how many at the end are
#   unused. X.680, section 41: a BMPString has two octets for each character. Its documentation: an "encoder and decoder", whose read() gives and
#   write() takes values of Python.
# Seen: the key usage digitalSignature, 03 02 07 80, is read as b"\x01", and write() of that gives 03 02 00 01, which has bit 7, encipherOnly, instead
#   of bit 0. The count of unused bits can be asked for, and there is no way to write it. "ü" as a BMPString is written as 1E 02 C3 BC, which is
#   another letter, U+C3BC, for the others, and the right one, 1E 02 00 FC, is read as bytes.
# Why it matters: a program that reads extensions, changes one and writes them all changes what the key may be used for. Names in BMPString, as PKCS
#   #12 has them for its friendly names, are unreadable.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check asn1==3.3.0 asn1crypto==1.5.1

cat > find.py <<'PY'
import sys

import asn1
from asn1crypto import core, x509


def write(value, number):
    encoder = asn1.Encoder()
    encoder.start()
    encoder.write(value, number)
    return encoder.output()


def read(data, flags=asn1.ReadFlags.OnlyValue):
    decoder = asn1.Decoder()
    decoder.start(data)
    return decoder.read(flags)[1]


usage = bytes.fromhex("03020780")
value = read(usage)
written = write(value, asn1.Numbers.BitString)
usages = [sorted(x509.KeyUsage.load(data).native) for data in (usage, written)]
print(f"{usage.hex()} {usages[0]}: read as {value}, written as {written.hex()} {usages[1]}")

bmp = write("ü", asn1.Numbers.UnicodeString)
right = core.BMPString("ü").dump()
print(f"BMPString: written as {bmp.hex()}, {core.BMPString.load(bmp).native!r}; {right.hex()} is read as {read(right)}")

both = read(usage, asn1.ReadFlags.WithUnused)
try:
    again = write(both, asn1.Numbers.BitString).hex()
except Exception as error:
    again = type(error).__name__
print(f"with the count of unused bits: read as {both}, written as {again}")
sys.exit(
    (value, written.hex(), usages) != (b"\x01", "03020001", [["digital_signature"], ["encipher_only"]])
    or (bmp.hex(), core.BMPString.load(bmp).native, read(right)) != ("1e02c3bc", "\uc3bc", b"\x00\xfc")
    or (both, again) != ((b"\x01", 7), "AssertionError")
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
