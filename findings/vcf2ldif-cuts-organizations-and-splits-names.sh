#!/bin/bash
# vcf2ldif, from address books to LDAP: names with a comma make DNs that no server takes, organizations end at a colon or in the middle of a word,
# and a card without a telephone ends the program.
#
# Versions: vcf2ldif 0.1.0 and vobject 0.9.9, with ldap3 2.9.1 to compare with (PyPI), Python 3.11.
# Expected: RFC 4514, section 2.4: a comma in a value is escaped in a DN ("CN=Doe\, Jo,DC=example"). RFC 2849: values that are not ASCII, or begin
#   with a blank, are in base64 behind "::". RFC 2426: TEL is optional, its TYPE too, and "\," in a value is a comma; lines of a card are folded
#   after 75 octets, which is no part of the value.
# Seen: "Doe\, Jo" gives "dn: cn=Doe, Jo,dc=example,dc=org", which is an error for ldap3's parse_dn(); the organization "Example\, Inc." keeps its
#   backslash, "Example: Research" is "Example", and one of 101 letters ends after 75 octets. "Jörg" is written as it is. A card without TEL raises
#   KeyError: 'tel', one whose TEL has no type AttributeError, and nothing is written for the others.
# Why it matters: ldapmodify -c, as its help has it, goes on behind an error, so that entries are missing and names are wrong without a sign. Read
#   cards with vobject and write LDIF with a library for it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check vcf2ldif==0.1.0 vobject==0.9.9 ldap3==2.9.1

cat > find.py <<'PY'
import subprocess
import sys

import vobject
from ldap3.core.exceptions import LDAPInvalidDnError
from ldap3.utils.dn import parse_dn, safe_rdn

LONG = "The Example Organization for Certificates and Keys and for Everything that Goes with Them in the World"


def card(name, organization, telephone="TEL;TYPE=CELL:+49 170 123456\n"):
    text = f"BEGIN:VCARD\nVERSION:3.0\nUID:1\nN:Doe;Jo;;;\nFN:{name}\nORG:{organization}\n{telephone}END:VCARD\n"
    assert vobject.readOne(text).validate()
    return text


def convert(text):
    with open("in.vcf", "w", encoding="utf-8") as file:
        file.write(text)
    command = ["venv/bin/vcf2ldif", "-i", "in.vcf", "-r", "dc=example,dc=org"]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=30, env={"LC_ALL": "C.UTF-8"})
    if result.returncode:
        return result.stderr.strip().splitlines()[-1]
    return dict(line.split(": ", 1) for line in result.stdout.splitlines() if line)


comma = convert(card("Doe\\, Jo", "Example\\, Inc."))
try:
    parse_dn(comma["dn"])
    accepted = True
except LDAPInvalidDnError as error:
    accepted = False
    print(f"{comma['dn']}: {error}")
parse_dn("+".join(safe_rdn("cn=Doe\\, Jo")) + ",dc=example,dc=org")
colon, long = convert(card("Jo", "Example: Research")), convert(card("Jo", LONG))
umlaut = convert(card("Jörg", "Example"))
no_telephone, no_type = convert(card("Jo", "Example", "")), convert(card("Jo", "Example", "TEL:+49 170 123456\n"))
print([comma["o"], colon["o"], long["o"], umlaut["dn"], no_telephone, no_type])
same = not accepted and comma["o"] == "Example\\, Inc." and colon["o"] == "Example" and long["o"] != LONG and LONG.startswith(long["o"])
same = same and umlaut["dn"] == "cn=Jörg,dc=example,dc=org" and no_telephone == "KeyError: 'tel'"
sys.exit(not same or not no_type.startswith("AttributeError: "))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
