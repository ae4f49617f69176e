#!/bin/bash
# vcard (PyPI): its strict validation of vCard 3.0 calls birthdays with a time, named time zones and the cards of Apple invalid.
#
# Versions: vcard 1.0.0, vobject 0.9.9 to compare with (PyPI), Python 3.11.
# Expected: RFC 2426, section 3.1.5, has BDAY:1953-10-15T23:10:00Z for an example, and section 3.4.1 a TZ with VALUE=text. Section 4: BDAY may
#   have VALUE=date or VALUE=date-time; contentline = [group "."] name, for each line on its own. RFC 4770 adds IMPP to vCard 3.0. The
#   package: "strict validation and parsing of vCards", RFC 2426.
# Seen: exit code 1, with "Invalid date", "Property should not have parameters", "Group mismatch ...: item1 != None" and "Invalid property
#   name ...: IMPP". The same card with BDAY:1996-04-15, TZ:-05:00 and REV is valid. vobject reads all of them.
# Why it matters: each contact of Apple with a label of its own has lines like item1.EMAIL and item1.X-ABLabel beside lines without a group: a
#   check before an import over CardDAV refuses them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check vcard==1.0.0 vobject==0.9.9
number=0
check() { # EXPECTED LINE...
    local expected=$1
    shift
    number=$((number + 1))
    printf '%s\r\n' BEGIN:VCARD VERSION:3.0 "FN:Jo Doe" "N:Doe;Jo;;;" "$@" END:VCARD > card.vcf
    status=0
    timeout 20 venv/bin/vcard card.vcf > result 2>&1 || status=$?
    other=$(timeout 20 venv/bin/python -c '
import sys, vobject
print(sorted(vobject.readOne(open("card.vcf", newline="").read()).contents))' 2>&1 | tail -n 1)
    echo "$*: exit $status, $(head -n 1 result | cut -d'(' -f1); vobject: $other"
    if [ "$status" = 0 ]; then seen=valid; else seen=$(head -n 1 result | cut -d'(' -f1); fi
    case "$other" in "["*"fn"*) ;; *) echo "vobject does not read it"; failed=1 ;; esac
    if [ "${seen% }" != "$expected" ]; then failed=1; fi
}
failed=0
check valid "BDAY:1996-04-15" "TZ:-05:00" "REV:1995-10-31T22:27:10Z"
check "Invalid date" "BDAY:1953-10-15T23:10:00Z"
check "Property should not have parameters" "BDAY;VALUE=date:1996-04-15"
check "Property should not have parameters" "TZ;VALUE=text:-05:00\\; EST"
check "Group mismatch" "item1.EMAIL;TYPE=internet,pref:jo@example.org" "item1.X-ABLabel:Club"
check "Invalid property name" "IMPP;TYPE=personal:im:alice@example.com"
[ "$failed" = 0 ] || { echo "CHANGED: see above"; exit 1; }
