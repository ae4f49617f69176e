#!/bin/bash
# iso-8583-toolbox: a number with an odd count of digits in a subfield, as a card number of 15, comes back with a zero in front.
#
# Versions: iso-8583-toolbox 0.1.0 (PyPI), Python 3.11.
# Expected: its documentation has "0011": SubFieldSpec(LengthType.LLVAR, FieldFormat.N, 19), a card number in a subfield, and unpack() giving what
#   pack() was given. ISO/IEC 7812-1: card numbers have up to 19 digits, and those that begin with 34 or 37 have 15. In ISO 8583 the length of a
#   variable field of digits counts digits, so that a filler is told from a digit; the package does so in fields of their own.
# Seen: 371449635398431 as field 2 comes back unchanged. As a subfield, binary or ASCII TLV, it is written with the count of octets, 8, in front,
#   and read as 0371449635398431, with no error; the filler of 4 bits has become a digit. A number of 16 digits comes back as it was.
# Why it matters: a number with a zero in front is another card, another merchant or reference; lookups fail and receipts are wrong. Declare such
#   subfields as AN on both ends, or strip what the filler left where numbers never begin with zero.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check iso-8583-toolbox==0.1.0

cat > find.py <<'PY'
import sys

from iso_8583 import FieldSpec, Message, SubFieldSpec, TlvFieldSpec
from iso_8583.extendable_formats import MTI, LengthType
from iso_8583.fixed_formats import FieldFormat


def number():
    return SubFieldSpec(LengthType.LLVAR, FieldFormat.N, 19)


spec = {
    2: FieldSpec(LengthType.LLVAR, FieldFormat.N, 19),
    47: TlvFieldSpec(LengthType.LLVAR, FieldFormat.ANSP, 99, subfields={"T1": number()}),
    119: FieldSpec(LengthType.LLLVAR, FieldFormat.B, 255, subfields={"0011": number()}),
}


def there_and_back(card):
    message = Message(spec, MTI.AUTHORISATION_REQUEST)
    message[2] = card
    message[47] = {"T1": card}
    message[119] = {"0011": card}
    packed = message.pack()
    read = Message.unpack(spec, packed)
    print(f"{card}: {packed.hex()}: {read.fields()}")
    return read[2], read[47]["T1"], read[119]["0011"]


even, odd = "4242424242424242", "371449635398431"
same = there_and_back(even) == (even,) * 3
sys.exit(not same or there_and_back(odd) != (odd, "0" + odd, "0" + odd))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
