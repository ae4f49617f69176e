#!/bin/bash
# easyvcf: a telephone number that begins with a plus gets a 0 in front of it, and the cards that it writes are none: no VERSION, no N, and a "#" where
# "=" belongs.
#
# Versions: easyvcf 1.0, and vobject 0.9.9 to read the result (PyPI), Python 3.11.
# Expected: the README: "Prevents human-made errors Ex. Entering the wrong number". RFC 3966, section 5.1.4: a global number begins with "+". RFC 6350,
#   section 6.7.9: VERSION must be there and first; vCard 3.0 (RFC 2426) also requires N. A parameter is name "=" value.
# Seen: "+49 30 901820" becomes "0+49 30 901820"; the telephone line is "TEL;TYPE#WORK,VOICE:0+49 30 901820". vobject refuses the line: "Failed to parse
#   line". The file has no VERSION and no N line. A second run appends to the same file, so that all contacts are there twice.
# Why it matters: nobody can be called at such a number, and the address books of Android and iOS refuse the file or show contacts without one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check easyvcf==1.0 vobject==0.9.9

cat > find.py <<'PY'
import subprocess
import sys

import vobject

open("in.csv", "w").write("Jo Doe,+49 30 901820,jo@example.com\nRia Roe,030901821,ria@example.com\n")
ANSWERS = "in.csv\n1\n2\n3\nMeeting\nout\n"
sizes = []
for _ in range(2):
    subprocess.run(["venv/bin/easyvcf"], input=ANSWERS, text=True, check=True, capture_output=True, timeout=20)
    sizes.append(open("out.vcf").read().count("BEGIN:VCARD"))
    if len(sizes) == 1:
        text = open("out.vcf").read()
print(text)
print("cards after one run and after two:", sizes)
try:
    card = next(vobject.readComponents(text))
    refused = ""
except vobject.base.ParseError as error:
    refused = str(error)
print("vobject:", refused or card)
sys.exit(
    "TEL;TYPE#WORK,VOICE:0+49 30 901820\n" not in text
    or "TEL;TYPE#WORK,VOICE:030901821\n" not in text
    or "VERSION" in text
    or "\nN:" in text
    or not refused
    or sizes != [2, 4]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
