#!/bin/bash
# zonefile-parser: of a TLSA, DS or HTTPS record it keeps the first number, of a TXT record the first string without its parentheses, and an address
# below a name is the zone's.
#
# Versions: zonefile-parser 0.1.20, with dnspython 2.9.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 1035, section 5.1: the data of a record are all words of its entry; parentheses group lines, except in quotes, and an entry that
#   begins with a blank has "the last stated owner". Section 3.3.14: a TXT record has one or more strings. RFC 6698, section 2.2: a TLSA record has
#   four fields.
# Seen: "3 1 1 0123..." has the value "3", a DS record its key tag and an HTTPS record its priority. Of "one" "two" the second string is dropped,
#   and "mailto:jo(dmarc)@example.org" becomes "mailto:jo()@example.org". An AAAA record in the line below "ns1 IN A ..." belongs to example.org.
#   Nothing is said about any of it. dnspython reads all of them.
# Why it matters: who checks the keys of a zone for DANE finds none, long SPF and DKIM texts are cut, and the zone gets addresses that are other
#   hosts'.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check zonefile-parser==0.1.20 dnspython==2.9.2

cat > find.py <<'PY'
import sys

import dns.zone
import zonefile_parser

ZONE = """$ORIGIN example.org.
$TTL 3600
@ IN SOA ns1.example.org. hostmaster.example.org. ( 2026113001 3600 900 1209600 300 )
@ IN NS ns1
ns1 IN A 192.0.2.1
    IN AAAA 2001:db8::1
_443._tcp.www IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
sub IN DS 12345 13 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
www IN HTTPS 1 . alpn="h3,h2"
both IN TXT "one" "two"
_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:jo(dmarc)@example.org"
mail IN MX 10 mail.example.org.
"""
mine = {(record.name, record.rtype): record.rdata for record in zonefile_parser.parse(ZONE)}
right = {}
for name, ttl, data in dns.zone.from_text(ZONE, "example.org.", relativize=False).iterate_rdatas():
    right[str(name), dns.rdatatype.to_text(data.rdtype)] = str(data)
missing = sorted(set(right) - set(mine))
wrong = sorted(set(mine) - set(right))
for key in sorted(set(mine) & set(right)):
    print(f"{key}: zonefile-parser {mine[key]}; dnspython {right[key]}")
print(f"in the zone, not found: {missing}; found, not in the zone: {wrong}")
seen = [mine[name + ".example.org.", kind]["value"] for name, kind in (("_443._tcp.www", "TLSA"), ("sub", "DS"), ("www", "HTTPS"), ("both", "TXT"))]
same = seen == ["3", "12345", "1", "one"] and "jo()@" in mine["_dmarc.example.org.", "TXT"]["value"]
sys.exit(not same or missing != [("ns1.example.org.", "AAAA")] or wrong != [("example.org.", "AAAA")])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
