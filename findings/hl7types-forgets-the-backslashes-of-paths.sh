#!/bin/bash
# hl7types: a path with backslashes, decoded and encoded again, is written without their escapes, and is another text for each receiver.
#
# Versions: hl7types 0.9.5, with hl7 0.4.5 to compare with (PyPI), Python 3.11.
# Expected: HL7 2.5.1, chapter 2, section 2.7: the escape character in a text is written "\E\", as "|" is "\F\". Who encodes what was decoded has to
#   write what means the same.
# Seen: "\E\\E\server\E\share\E\a.pdf", which is \\server\share\a.pdf, is encoded as "\E\\server\share\E\a.pdf". There "\server\" is an escape
#   sequence that nobody knows, and hl7's unescape() makes \share\a.pdf of it. "C:\E\F\E\x" for C:\F\x is written "C:\F\x", which is "C:|x". Texts
#   without letters between two backslashes come back well.
# Why it matters: documents are sent by reference as such paths (OBX-5 of type RP), and a gateway that decodes and encodes sends pointers to
#   nowhere. Replace "\" in the values by "\E\" before encode_er7(), or use slashes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hl7types==0.9.5 hl7==0.4.5

cat > find.py <<'PY'
import sys

import hl7
import hl7types

HEAD = "MSH|^~\\&|APP|FAC|DST|FAC2|20261130010000+0100||ORU^R01^ORU_R01|42|P|2.5.1\rPID|1||1||Doe^Jo\rOBR|1|||A\r"


def message(text):
    return f"{HEAD}OBX|1|TX|X^Y||{text}||||||F\r"


def meaning(er7):
    """The text of OBX-5, as another library reads it."""
    parsed = hl7.parse(er7)
    return parsed.unescape(str(parsed.segment("OBX")[5]))


def escaped(text):
    return text.replace("\\", "\\E\\").replace("|", "\\F\\").replace("^", "\\S\\").replace("&", "\\T\\").replace("~", "\\R\\")


seen = []
for text in ("plain", "a | b ^ c & d", "1 \\ 2", "\\\\server\\share\\a.pdf", "C:\\F\\x"):
    before = message(escaped(text))
    assert meaning(before) == text
    after = hl7types.encode_er7(hl7types.decode_er7(before))
    field = next(line for line in after.split("\r") if line.startswith("OBX")).split("|")[5]
    seen.append((field == escaped(text), meaning(after) == text))
    print(f"{text}: written as {field}, read as {meaning(after)}")
sys.exit(seen != [(True, True)] * 3 + [(False, False)] * 2)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
