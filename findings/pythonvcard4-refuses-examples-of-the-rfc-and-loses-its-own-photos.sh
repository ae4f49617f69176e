#!/bin/bash
# pythonvcard4: a birthday without a year and a place as the RFC writes it are a ValueError, a photo that it has written it does not read, the company
# and the title become "custom" fields, and a backslash before an n becomes a new line.
#
# Versions: pythonvcard4 0.2.0 with Pillow 13.0.0, and vobject 0.9.9 to compare with (PyPI), Python 3.11.
# Expected: RFC 6350, section 6.2.5: "BDAY:--0415", "BDAY;VALUE=text:circa 1800" and "BDAY:19531015T231000Z"; section 6.5.2:
#   "GEO:geo:37.386013,-122.082932"; section 3.4: "\\" is a backslash, "\n" a new line, and "\\n" the former and an n; section 6.2.3: nicknames are
#   divided by commas; 6.6.4 and 6.6.1: ORG and TITLE. The package is a "RFC 6350-compliant vCard 4.0 parser & generator".
# Seen: the three of BDAY but the plain date, and GEO, are a ValueError of from_vcard(). Contact(photo_data="...").to_vcard() read again has photo_data
#   None; org and title are None, and in custom are "ORG", "TITLE", "PHOTO" without its parameters, and "FN", so that a card that is read and written
#   has two. The note "C:\new" comes back with a line break. "NICKNAME:Jim,Jimmie" is one name, and two names are written as "Jim;Jimmie". As installed
#   it has no Pillow, which it imports. vobject reads the BDAYs, GEO and note of the same cards.
# Why it matters: one friend whose year of birth nobody knows, and the import of the whole address book ends; a card that goes through it has no photo.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pythonvcard4==0.2.0 Pillow==13.0.0 vobject==0.9.9

cat > find.py <<'PY'
import sys

import vobject
from pythonvCard4.vcard import Contact


def card(*lines):
    return "\r\n".join(["BEGIN:VCARD", "VERSION:4.0", "FN:Jo", "N:;Jo;;;", *lines, "END:VCARD", ""])


seen = {}
for line in (
    "BDAY:19960415",
    "BDAY:--0415",
    "BDAY;VALUE=text:circa 1800",
    "BDAY:19531015T231000Z",
    "GEO:geo:37.386013,-122.082932",
):
    try:
        Contact.from_vcard(card(line))
        seen[line] = "read"
    except ValueError as error:
        seen[line] = type(error).__name__
    name, value = line.split(":", 1)
    assert vobject.readOne(card(line)).contents[name.split(";")[0].lower()][0].value == value
    print(f"{line}: {seen[line]}")
own = Contact(fn="Jo", photo_data="iVBORw0KGgo=", org=["Example"], title="Boss", note="C:\\new", nickname=["Jim", "Jimmie"])
written = own.to_vcard()
back = Contact.from_vcard(written)
note = vobject.readOne(written).note.value
print(written)
print(f"read again: photo {back.photo_data}, org {back.org}, title {back.title}, custom {back.custom}, note {back.note!r} (vobject {note!r})")
names = Contact.from_vcard(card("NICKNAME:Jim,Jimmie")).nickname
print(f"nicknames: {names}")
sys.exit(
    list(seen.values()) != ["read"] + ["ValueError"] * 4
    or (back.photo_data, back.org, back.title) != (None, None, None)
    or back.custom != {"FN": ["Jo"], "PHOTO": ["iVBORw0KGgo="], "ORG": ["Example"], "TITLE": ["Boss"]}
    or back.to_vcard().count("FN:Jo") != 2
    or (back.note, note) != ("C:\\\new", "C:\\new")
    or names != ["Jim,Jimmie"]
    or "NICKNAME:Jim;Jimmie" not in written
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
