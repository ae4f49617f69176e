#!/bin/bash
# tg-contacts: of the contacts without a number, --dedupe phone keeps the first; a name with a semicolon or comma is another name on the
# phone, and --name-mode does not count for vCards.
#
# Versions: tg-contacts 1.0.1 and, to read with, vobject 0.9.9 (PyPI), Python 3.11.
# Expected: its documentation: it converts Telegram's contacts "to Android-ready CSV/VCF", --dedupe phone removes duplicates, --name-mode
#   chooses first name, last name or both. Telegram exports people whose number one may not see with an empty phone_number. RFC 2426,
#   section 4: in N and FN "," and ";" are written with a backslash; section 3.1.2: an unescaped ";" in N starts the next component.
# Seen: of four contacts, of whom three have no number, two are written, and "Duplicates removed: 2". "Doe; Sons" as a last name and "Jo"
#   as the first one are N:Doe; Sons;Jo;;;, which vobject reads as family "Doe", given " Sons", additional "Jo". With --name-mode first
#   the vCard has both names.
# Why it matters: people are missing in the phone without anybody having been there twice, and companies are sorted under another name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tg-contacts==1.0.1 vobject==0.9.9

cat > result.json <<'JSON'
{"contacts": {"list": [
  {"first_name": "Jo", "last_name": "Doe; Sons", "phone_number": "00491701234567"},
  {"first_name": "Sam", "last_name": "Roe", "phone_number": ""},
  {"first_name": "Kim", "last_name": "Poe", "phone_number": ""},
  {"first_name": "Pat", "last_name": "Coe", "phone_number": ""}
]}}
JSON
cat > find.py <<'PY'
import subprocess
import sys

import vobject

command = [sys.executable, "-m", "tg_contacts.cli", "-i", "result.json", "-o", "out.vcf", "--format", "vcf", "--no-color"]
command += ["--dedupe", "phone", "--name-mode", "first"]
result = subprocess.run(command, capture_output=True, text=True, timeout=30)
removed = [line.strip() for line in result.stdout.splitlines() if "Duplicates" in line]
cards = list(vobject.readComponents(open("out.vcf").read()))
names = [(card.n.value.family, card.n.value.given, card.n.value.additional) for card in cards]
print(removed, names, [card.fn.value for card in cards])
sys.exit(names != [("Doe", " Sons", "Jo"), ("Roe", "Sam", "")] or not removed or not removed[0].endswith(": 2"))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
