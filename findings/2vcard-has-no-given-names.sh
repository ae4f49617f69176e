#!/bin/bash
# 2vcard: people from LDIF lose their given names, a note gets a broken end, the street becomes the region too, and a comment a part of an address.
#
# Versions: 2vcard 0.6 (Debian 12: 2vcard 0.6-4), vobject 0.9.9 (PyPI) for comparison, Perl 5.36. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 2849: givenName and sn are two attributes, and "::" stands in front of Base64. RFC 2426, section 3.1.2: N is family name, given name
#   and so on; section 3.2.1: ADR is post box, extended address, street, locality, region, postal code, country; section 3.6.9: VERSION "MUST be
#   present". abook's manual: city, state, zip and country are fields of an entry. Pine's address book: nick, name, address, copy, comment, with tabs
#   between them.
# Seen: `2vcard -f ldif` makes "N:Doe;" of sn Doe and givenName Jo, and of the description in Base64 a note that ends in "==0A", which is no
#   quoted-printable. `2vcard -f abook` writes the post box "Default", and the street once more for the region, IL. `2vcard -f pine` appends what
#   follows the address, tabs and comment, to it. No card has a version.
# Why it matters: it is Debian's converter for address books; who moves one to a phone or to CardDAV has people without first names in streets that
#   are regions.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download 2vcard=0.6-4 2>apt.log || { cat apt.log; exit 2; }
dpkg -x 2vcard*.deb .
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9

cat > book.ldif <<'TEXT'
dn: cn=Jo Doe,dc=example,dc=org
objectclass: person
cn: Jo Doe
sn: Doe
givenName: Jo
mail: jo@example.org
description:: w7xiZXI=

TEXT
cat > book.abook <<'TEXT'
[format]
program=abook
version=0.6.1

[0]
name=Jo Doe
email=jo@example.org
address=1 Main St
city=Springfield
state=IL
zip=12345
country=USA

TEXT
printf 'jo\tDoe, Jo\tjo@example.org\t\ta friend\n' >book.pine
cat > find.py <<'PY'
import re
import subprocess

import vobject

for kind in ("ldif", "abook", "pine"):
    text = subprocess.run(["usr/bin/2vcard", "-f", kind, "-i", f"book.{kind}"], capture_output=True, text=True, timeout=20).stdout
    print(f"{kind}:")
    for line in text.strip().splitlines():
        print("   ", repr(line)[1:-1])
    card = vobject.readOne(re.sub("(?m)^NOTE.*\n", "", text))
    print(f"  vobject: given name {card.n.value.given!r}, mail {card.email.value!r}, version {hasattr(card, 'version')}")
    if hasattr(card, "adr"):
        address = card.adr.value
        print(f"  vobject: box {address.box!r}, city {address.city!r}, region {address.region!r}, country {address.country!r}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
ldif:
    BEGIN:VCARD
    FN:Jo Doe
    N:Doe;
    EMAIL;INTERNET:jo@example.org
    NOTE;quoted-printable:=C3=BCber==0A
    END:VCARD
  vobject: given name '', mail 'jo@example.org', version False
abook:
    BEGIN:VCARD
    FN:Jo Doe
    N:Doe;Jo;
    EMAIL;INTERNET:jo@example.org
    ADR;HOME:Default;;1 Main St;Springfield;1 Main St;12345;USA;
    END:VCARD
  vobject: given name 'Jo', mail 'jo@example.org', version False
  vobject: box 'Default', city 'Springfield', region '1 Main St', country 'USA'
pine:
    BEGIN:VCARD
    FN:Jo Doe
    N:Doe;Jo;
    EMAIL;INTERNET:jo@example.org\t\ta friend
    END:VCARD
  vobject: given name 'Jo', mail 'jo@example.org\t\ta friend', version False
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
