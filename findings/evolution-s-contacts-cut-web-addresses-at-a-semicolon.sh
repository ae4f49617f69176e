#!/bin/bash
# Evolution's address book: the home page https://example.org/a;b=1 is https://example.org/a, and a birthday without a year is in the year 1000.
#
# Versions: libebook-contacts of evolution-data-server 3.46.4 (Debian 12: libebook-contacts-1.2-4, gir1.2-ebookcontacts-1.2 3.46.4-2+deb12u1,
#   python3-gi 3.42.2-3+b1 and what they need), vobject 0.9.9 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2426, section 3.6.8: URL has "a single uri value", in which a semicolon and a comma are characters of the address. RFC 6350, section
#   6.4.1: TEL;VALUE=uri:tel:+1-555-0100;ext=5, and TYPE="voice,cell" is a list of two (section 5.6, and the examples of 6.4.1). Section 6.2.5:
#   BDAY:--0506 has no year.
# Seen: EContact's home page ends at the first semicolon; written back the comma has got a backslash: another address (vobject cuts at the comma).
#   The extension of the number is cut off in the same way. With TYPE="voice,cell" no field has the number, with TYPE=cell mobile-phone has it.
#   BDAY:--0506 is 1000-01-01.
# Why it matters: GNOME's address book and calendar use it: links from cards do not work, and birthdays are on New Year's Day.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=3.46.4-2+deb12u1
apt-get -qq download {libebook-contacts-1.2-4,libcamel-1.2-64,libedataserver-1.2-27}=$version gir1.2-{ebookcontacts,camel,edataserver}-1.2=$version \
    python3-gi=3.42.2-3+b1 libgirepository-1.0-1=1.74.0-3 gir1.2-{glib-2.0,freedesktop}=1.74.0-3 {gir1.2-json-1.0,libjson-glib-1.0-0}=1.6.6-1 \
    {gir1.2-soup-3.0,libsoup-3.0-0}=3.2.3-0+deb12u2 libphonenumber8=8.12.57+ds-3 libprotobuf32=3.21.12-3+deb12u1 libboost-thread1.74.0=1.74.0+ds1-21 \
    libabsl20220623=20220623.1-1+deb12u2 libnss3=2:3.87.1-1+deb12u4 libnspr4=2:4.35-1 libsecret-1-0=0.20.5-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu PYTHONPATH=$work/usr/lib/python3/dist-packages
export GI_TYPELIB_PATH=$work/usr/lib/x86_64-linux-gnu/girepository-1.0

cat > find.py <<'PY'
import gi
import vobject

gi.require_version("EBookContacts", "1.2")
from gi.repository import EBookContacts

CARD = "BEGIN:VCARD\r\nVERSION:{}\r\nFN:Jo\r\nN:Jo;;;;\r\n{}\r\nEND:VCARD\r\n"
CASES = (
    ("3.0", "URL:https://example.org/a?b=c", "homepage-url"),
    ("3.0", "URL:https://example.org/a;b=1", "homepage-url"),
    ("3.0", "URL:https://example.org/a;b=1,2", "homepage-url"),
    ("4.0", "TEL;TYPE=cell:+1 555 0100", "mobile-phone"),
    ("4.0", 'TEL;TYPE="voice,cell":+1 555 0100', "mobile-phone"),
    ("4.0", "TEL;VALUE=uri;TYPE=cell:tel:+1-555-0100;ext=5", "mobile-phone"),
    ("3.0", "BDAY:1970-05-06", "birth-date"),
    ("4.0", "BDAY:--0506", "birth-date"),
)
for version, line, field in CASES:
    text = CARD.format(version, line)
    contact = EBookContacts.Contact.new_from_vcard(text)
    value = contact.get_property(field)
    if field == "birth-date":
        value = value.to_string()
    name = line.split(":")[0].split(";")[0]
    written = [line for line in contact.to_string(EBookContacts.VCardFormat(1)).splitlines() if line.startswith(name)]
    right = getattr(vobject.readOne(text), name.lower()).value
    print(f"{line}\n    vobject {right}, {field} {value}, written as {written[0]}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
URL:https://example.org/a?b=c
    vobject https://example.org/a?b=c, homepage-url https://example.org/a?b=c, written as URL:https://example.org/a?b=c
URL:https://example.org/a;b=1
    vobject https://example.org/a;b=1, homepage-url https://example.org/a, written as URL:https://example.org/a;b=1
URL:https://example.org/a;b=1,2
    vobject https://example.org/a;b=1, homepage-url https://example.org/a, written as URL:https://example.org/a;b=1\,2
TEL;TYPE=cell:+1 555 0100
    vobject +1 555 0100, mobile-phone +1 555 0100, written as TEL;TYPE=cell:+1 555 0100
TEL;TYPE="voice,cell":+1 555 0100
    vobject +1 555 0100, mobile-phone None, written as TEL;TYPE="voice,cell":+1 555 0100
TEL;VALUE=uri;TYPE=cell:tel:+1-555-0100;ext=5
    vobject tel:+1-555-0100;ext=5, mobile-phone tel:+1-555-0100, written as TEL;TYPE=cell;VALUE=uri:tel:+1-555-0100;ext=5
BDAY:1970-05-06
    vobject 1970-05-06, birth-date 1970-05-06, written as BDAY:1970-05-06
BDAY:--0506
    vobject --0506, birth-date 1000-01-01, written as BDAY:--0506
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
