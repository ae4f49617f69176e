#!/bin/bash
# abook: the vCards it writes have no version, and a semicolon in a street makes it the city; of those that it reads it cuts notes at a fold.
#
# Versions: abook 0.6.1 (Debian 12: abook 0.6.1-2+b1), vobject 0.9.9 (PyPI) and Python 3.11's email for comparison. Wants `apt-get update`
#   beforehand.
# Expected: RFC 2426, section 3.6.9: VERSION "MUST be present". Section 4: a comma or semicolon within a part of a value is written "\," or "\;".
#   Sections 2.6 and 2.2: a line that begins with a blank goes on the one before, and a name may have a group, as in "item1.EMAIL". RFC 5322,
#   section 3.4: a name with a comma in front of an address is in quotation marks, which mutt's aliases want as well.
# Seen: `abook --convert` from its own format to vCard writes BEGIN, FN and so on, END, and "ADR:;Room 2;1 Main Street; Back;Springfield;...", in
#   which the city is "Back" and Springfield the region. Read from vCard, a note ends at the end of its first line, "\n" in it stays "\n", Example\,
#   Inc. keeps its backslash, and mail addresses in a group, as Apple's address book writes them, are gone. As an alias for mutt "Doe, Jo" makes two
#   recipients.
# Why it matters: who reads such cards gets other addresses; what was imported has lost mail addresses and the end of its notes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download abook=0.6.1-2+b1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x abook*.deb .
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9

cat > book <<'TEXT'
# abook addressbook file

[format]
program=abook
version=0.6.1


[0]
name=Doe, Jo
email=jo@example.org
nick=jo
address=1 Main Street; Back
address2=Room 2
city=Springfield
zip=12345

TEXT
cat > card.txt <<'TEXT'
BEGIN:VCARD
VERSION:3.0
FN:Example\, Inc.
N:Example\, Inc.;;;;
EMAIL;TYPE=INTERNET:jo@example.org
item1.EMAIL;TYPE=INTERNET:ann@example.org
NOTE:Call first\nand then ring the bell that is on the other side of the hous
 e\; not the door
END:VCARD
TEXT
sed 's/$/\r/' card.txt >card.vcf
cat > find.py <<'PY'
import email.utils
import os
import subprocess

import vobject


def convert(source, name, target):
    command = ["usr/bin/abook", "--convert", "--informat", source, "--infile", name, "--outformat", target, "--outfile", "-"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, timeout=20, check=True).stdout


text = convert("abook", "book", "vcard")
print(text.strip())
address = vobject.readOne(text).adr.value
print(f"vobject: street {address.street!r}, city {address.city!r}, region {address.region!r}")
alias = convert("abook", "book", "mutt").strip()
print(f"{alias}: {email.utils.getaddresses([alias.split(' ', 2)[2]])}")

with open("card.vcf", newline="") as file:
    card = vobject.readOne(file.read())
print("vobject:", [card.fn.value, [mail.value for mail in card.email_list], card.note.value])
print("abook:", convert("vcard", "card.vcf", "abook").split("[0]\n")[1].strip().splitlines())
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
BEGIN:VCARD
FN:Doe, Jo
N:Jo;Doe,
NICKNAME:jo
ADR:;Room 2;1 Main Street; Back;Springfield;;12345;
EMAIL;PREF;INTERNET:jo@example.org
END:VCARD
vobject: street '1 Main Street', city ' Back', region 'Springfield'
alias jo Doe, Jo <jo@example.org>: [('', 'Doe'), ('Jo', 'jo@example.org')]
vobject: ['Example, Inc.', ['jo@example.org', 'ann@example.org'], 'Call first\nand then ring the bell that is on the other side of the house; not the door']
abook: ['name=Example\\, Inc.', 'email=jo@example.org', 'notes=Call first\\nand then ring the bell that is on the other side of the hous']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
