#!/bin/bash
# bind9-records: of an HTTPS record that it writes again a protocol has another name, an OPENPGPKEY record holds the letters of the key instead of the
# key, and records of "*.example.org" are invalid.
#
# Versions: bind9-records 1.0.0 and cryptography 50.0.2, with dnspython 2.9.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 9460, section 2.1 and appendix A: in the values of such a record the backslash is an escape, and \210 is one octet, as in its example
#   alpn="f\\\\oo\\,bar,h2". RFC 3597, section 5: TYPE65534 is the type with that number. RFC 7929, section 2: the data of an OPENPGPKEY record are
#   base64. RFC 1035, section 5.1, and RFC 4592: names may have an asterisk, and RFC 2317 has names with a slash. RFC 1876, section 3: of LOC, sizes
#   may be left out from the end.
# Seen: dnspython reads all these records and bind9-records' own text of them. alpn="f\\\\oo\\,bar,h2" comes out as f\oo\,bar,h2, which is "foo,bar".
#   key667="hello\210qoo" comes out with two octets for the one. Of an OPENPGPKEY the letters are taken for the octets. "*.example.org. IN A" and
#   "0/25 IN CNAME" are a ValueError "invalid record", TYPE65534, which BIND itself puts into signed zones, is a KeyError, and a LOC with
#   one size a ValueError.
# Why it matters: a tool that reads a zone, changes a line and writes it stops at the first wildcard, or publishes keys that nobody can use.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bind9-records==1.0.0 cryptography==50.0.2 dnspython==2.9.2

cat > find.py <<'PY'
import sys

import dns.zone
from bind9_records import Record

HEAD = "@ 60 IN SOA ns1 host 1 3600 900 1209600 300\n@ 60 IN NS ns1\n"


def wire(record):
    """The data of a record in the octets that are sent, by dnspython."""
    zone = dns.zone.from_text(f"{HEAD}$TTL 60\n{record}\n", "example.org.", relativize=False, check_origin=False)
    return next(data.to_digestable() for _, _, data in zone.iterate_rdatas() if data.rdtype not in (2, 6))


seen = {}
for record in [
    "www IN A 192.0.2.1",
    'www IN HTTPS 1 . alpn="h3,h2" ipv4hint=192.0.2.1',
    r'www IN HTTPS 1 . alpn="f\\\\oo\\,bar,h2"',
    r'www IN SVCB 1 . key667="hello\210qoo"',
    "jo._openpgpkey IN OPENPGPKEY mQENBFVHm5sBCADJ",
    "*.example.org. IN A 192.0.2.1",
    "0/25 IN CNAME www.example.org.",
    r"@ IN TYPE65534 \# 5 0a00000001",
    "@ IN LOC 42 21 54 N 71 06 18 W -24m 30m",
]:
    try:
        written = str(Record(record))
        result = wire(written) == wire(record)
    except (KeyError, ValueError) as error:
        wire(record)
        written, result = str(error), type(error).__name__
    seen[record.split()[0] + " " + record.split()[2]] = result
    print(f"{record} -> {written!r}, the same: {result}")
print(seen)
sys.exit(list(seen.values()) != [True, False, False, False, "ValueError", "ValueError", "KeyError", "ValueError"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
