#!/bin/bash
# abook (the Python library and the commands vcf2abook and abook2vcf): one web address with %20 in it and no card is converted; a telephone
# that is marked as VOICE first is dropped.
#
# Versions: abook 0.9.1, vobject 0.9.9 (PyPI), Python 3.11.
# Expected: RFC 2426, section 3.6.8: URL is a URI, and RFC 3986, section 2.1, writes a blank in it as %20. Section 3.3.1: TYPE of a telephone may have
#   several values in any order, of which "voice" is the default and means nothing else. In the address book of the program abook a "%" is a
#   character like any other. The library promises "to convert between Abook and vCard".
# Seen: vcf2abook ends with ValueError "invalid interpolation syntax" and writes nothing, not even the card without a URL; abook2vcf ends with
#   InterpolationSyntaxError for an address book of abook's own. Of TEL;TYPE=VOICE,CELL and TEL;TYPE=CELL only the second arrives.
# Why it matters: a single "50% off" in a note keeps all the contacts out; exports of other address books have TYPE=VOICE,CELL throughout, and then
#   the contacts arrive without numbers, which nobody is told.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check abook==0.9.1 vobject==0.9.9

card() {
    printf 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\nN:Doe;%s;;;\r\n%s\r\nEND:VCARD\r\n' "$1" "$1" "$2"
}
{ card Jo 'TEL;TYPE=CELL:+49 30 1'; card Al 'TEL;TYPE=VOICE,CELL:+49 30 2'; } > phones.vcf
{ card Jo 'TEL;TYPE=CELL:+49 30 1'; card Al 'URL:https://example.org/a%20b'; } > link.vcf
printf '[format]\nprogram=abook\nversion=0.6.1\n\n[0]\nname=Al Doe\nurl=https://example.org/a%%20b\n' > addressbook

venv/bin/python -c '
import sys, vobject
print("vobject reads", [card.url.value for card in vobject.readComponents(sys.stdin.read()) if hasattr(card, "url")])' <link.vcf >seen
venv/bin/vcf2abook phones.vcf phones.out
echo "mobile numbers: $(grep -c ^mobile= phones.out)" >>seen
venv/bin/vcf2abook link.vcf link.out 2>&1 | tail -n 1 >>seen
if [ -e link.out ]; then echo "link.out exists" >>seen; else echo "no link.out" >>seen; fi
venv/bin/abook2vcf addressbook 2>&1 | tail -n 1 >>seen
cat seen
cat > expected <<'TEXT'
vobject reads ['https://example.org/a%20b']
mobile numbers: 1
ValueError: invalid interpolation syntax in 'https://example.org/a%20b' at position 21
no link.out
configparser.InterpolationSyntaxError: '%' must be followed by '%' or '(', found: '%20b'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
