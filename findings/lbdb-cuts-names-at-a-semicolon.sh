#!/bin/bash
# lbdb: of vCards, "Smith\; Ann" is found as "Smith\", a name with a comma keeps its backslash, and letters of ISO 8859-1 are not UTF-8.
#
# Versions: lbdb 0.51.1 with its vcquery (Debian 12: lbdb 0.51.1-1, libvformat0 1.13-12), vobject 0.9.9 (PyPI) for comparison. Wants `apt-get update`
#   beforehand.
# Expected: RFC 6350, section 3.4: in a value a comma is written "\,", a semicolon may be written "\;", and a reader takes these as the signs
#   themselves. vCard 2.1 names the letters of a value, CHARSET=ISO-8859-1, and escapes a semicolon in the same way. lbdb's manual, m_vcf: it searches
#   vCards, and its output is what mutt's query_command wants: address, name and remark, with tabs between them.
# Seen: vcquery, which m_vcf runs, gives "Smith\" for FN:Smith\; Ann, "Doe\, Jo" for FN:Doe\, Jo, and the nicknames with their backslashes. Eva Müller
#   in quoted-printable of ISO 8859-1 comes out as the octet FC in a terminal of UTF-8, though the same in UTF-8 is right. vobject reads all names.
# Why it matters: mutt writes the name in front of the address: mails go to "Doe\, Jo", and who types a name with a letter that is not in ASCII does
#   not find it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lbdb=0.51.1-1 libvformat0=1.13-12 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu LC_ALL=C.UTF-8
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9

cat > cards.vcf <<'TEXT'
BEGIN:VCARD
VERSION:3.0
FN:Max Smith
N:Smith;Max;;;
EMAIL:max@example.org
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Smith\; Ann
N:Smith;Ann;;;
NICKNAME:Annie\, A
EMAIL:ann@example.org
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Doe\, Jo
N:Doe;Jo;;;
EMAIL:jo@example.org
END:VCARD
BEGIN:VCARD
VERSION:2.1
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Eva M=C3=BCller
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Eva
EMAIL;INTERNET:eva@example.org
END:VCARD
BEGIN:VCARD
VERSION:2.1
FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Eva M=FCller
N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;Eva
EMAIL;INTERNET:eva@example.org
END:VCARD
TEXT
cat > find.py <<'PY'
import subprocess

import vobject

with open("cards.vcf") as file:
    cards = list(vobject.readComponents(file))
output = subprocess.run(["usr/lib/lbdb/vcquery", "cards.vcf"], stdout=subprocess.PIPE, timeout=20).stdout
lines = [line for line in output.split(b"\n") if line.strip()]
for card, line in zip(cards, lines, strict=True):
    print(f"vobject: {card.fn.value!r}, lbdb: {str(line.split(bytes([9])))[1:-1]}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
vobject: 'Max Smith', lbdb: b'max@example.org', b'Max Smith', b''
vobject: 'Smith; Ann', lbdb: b'ann@example.org', b'Smith\\', b'Annie\\, A'
vobject: 'Doe, Jo', lbdb: b'jo@example.org', b'Doe\\, Jo', b''
vobject: 'Eva Müller', lbdb: b'eva@example.org', b'Eva M\xc3\xbcller', b''
vobject: 'Eva Müller', lbdb: b'eva@example.org', b'Eva M\xfcller', b''
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
