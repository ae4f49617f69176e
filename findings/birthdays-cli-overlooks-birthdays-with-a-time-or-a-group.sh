#!/bin/bash
# birthdays-cli: people whose birthday has a time or a group in front of it are left out, an unknown year of an iPhone is 1604, and names
# keep their backslashes.
#
# Versions: birthdays-cli 0.8.1 and, to compare with, vobject 0.9.9 (PyPI), Python 3.11.
# Expected: its documentation: it manages birthdays "from JSON- or vCard-based contacts". RFC 6350, section 6.2.5: BDAY is a
#   date-and-or-time, with examples 19960415 and "19531015T231000Z". Section 3.3: a name of a property may have a group before it,
#   "item1.BDAY". Section 3.4: "\," in a text is a comma. Apple writes birthdays without a year as BDAY;X-APPLE-OMIT-YEAR=1604:1604-07-08.
# Seen: of five people there are three: BDAY:19531015T231000Z and item1.BDAY:1970-01-02 are not there, without a warning. "Doe\, Jo" is
#   shown with its backslash, and who was born on the eighth of July of an unknown year is of 1604, and more than 400 years old.
# Why it matters: one congratulates nobody whose birthday was left out. Address books write groups like that for fields that have a label
#   of their own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check birthdays-cli==0.8.1 vobject==0.9.9

cat > find.py <<'PY'
import pathlib
import sys

import vobject
from birthdays.birthdays import parse_vcards

PEOPLE = [
    ("4.0", "Doe\\, Jo", "BDAY:19800229"),
    ("4.0", "Sam", "BDAY:19531015T231000Z"),
    ("3.0", "Kim", "item1.BDAY:1970-01-02"),
    ("3.0", "Pat", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-07-08"),
    ("4.0", "Alex", "BDAY:--0503"),
]
text = ""
for version, name, birthday in PEOPLE:
    text += f"BEGIN:VCARD\r\nVERSION:{version}\r\nN:{name};;;;\r\nFN:{name}\r\n{birthday}\r\nEND:VCARD\r\n"
path = pathlib.Path("people.vcf")
path.write_text(text, newline="")
seen = [str(entry) for entry in parse_vcards(path, "after")]
reference = [(card.fn.value, card.bday.value) for card in vobject.readComponents(text)]
print(f"birthdays-cli: {seen}")
print(f"vobject: {reference}")
sys.exit(seen != ["Doe\\, Jo (1980-02-29)", "Pat (1604-07-08)", "Alex (05-03)"] or len(reference) != 5)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
