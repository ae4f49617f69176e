#!/bin/bash
# hl7find: the first component of a field without components is its first letter, all numbers of the message header are one too low, and the example
# of its documentation finds nothing.
#
# Versions: hl7find 1.0.2, with hl7 0.4.5 to compare with (PyPI), Python 3.11.
# Expected: its documentation: "it uses typical HL7 location notation", such as PID.3.1. HL7 2.5.1, chapter 2, section 2.5.3: a field without
#   separators is its own first component. Section 2.14.9: MSH-1 is the field separator, MSH-9 the type of message, and MSH-10 its control ID.
# Seen: PID.2.1 of "AB12" is "A", OBX.5.1 of "140" is "1"; "AB12^X" gives "AB12". MSH.9 is the control ID, and MSH.10 "P". The text of the
#   documentation, which begins with a line break behind its quotes, has its separators taken from the wrong octets: find("PID.3.1") raises
#   IndexError.
# Why it matters: an optional component is usual in HL7, and so is asking for the first; a value of 140 becomes 1 without an error. Ask for the
#   field, and add one to the numbers of MSH.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hl7find==1.0.2 hl7==0.4.5

cat > find.py <<'PY'
import sys

import hl7
from hl7find import HL7Message

HEAD = "MSH|^~\\&|APP|FAC|DST|FAC2|20261130010000||ORU^R01|42|P|2.5.1\r"
TEXT = HEAD + "PID|1|AB12|AB12^X||Doe^Jo||19700101|F\rOBX|1|NM|Na||140|mmol/l|||||F\r"
message, other = HL7Message(TEXT), hl7.parse(TEXT)
seen = {}
for path in ("PID.2", "PID.2.1", "PID.3.1", "OBX.5.1", "MSH.9", "MSH.10"):
    name, *numbers = path.split(".")
    seen[path] = message.find(path), other.extract_field(name, 1, int(numbers[0]), 1, *(int(number) for number in numbers[1:]))
    print(f"{path}: hl7find {seen[path][0]!r}, hl7 {seen[path][1]!r}")
try:
    example = HL7Message("\n" + TEXT.replace("\r", "\n")).find("PID.3.1")
except Exception as error:
    example = type(error).__name__
print(f"with a line break in front: {example}")
right = [("AB12", "AB12"), ("A", "AB12"), ("AB12", "AB12"), ("1", "140"), ("42", "ORU"), ("P", "42")]
sys.exit(list(seen.values()) != right or example != "TypeError")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
