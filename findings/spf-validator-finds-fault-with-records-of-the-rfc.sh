#!/bin/bash
# spf-validator: records that stand in the RFC as examples, with an explanation behind "-all" or with "mx/30", and valid ones in capitals, or of nothing
# but the version, are reported to be wrong; and so is an IPv6 network that ends with "::".
#
# Versions: spf-validator 1.4.1 with dnspython 2.8.0, and pyspf 2.0.14 to compare with (PyPI), Python 3.11.
# Expected: RFC 7208, section 6: modifiers such as exp "SHOULD appear at the end of the record, after all mechanisms", that is behind "all"; section 6.2
#   has "v=spf1 mx -all exp=explain._spf.%{d}". Section 5.3 and 5.4: "a/24" and "mx/30" are mechanisms with a prefix length, and "a//64" has one for
#   IPv6; appendix A.1 has "v=spf1 mx/30 mx:example.org/30 -all". Section 4.6.1: all names are case-insensitive. Section 4.5: "v=spf1" alone is a
#   record. "If the list is empty, the SPF record is valid", says validate_spf_string().
# Seen: of the first it says "The catchall is not at the end of the SPF record.", of "mx/30" and "a//64" "unknown parts", of "V=SPF1 MX -ALL" that the
#   version and a catch-all are missing, of "v=spf1" the first of these, of "ip6:2001:db8::" "The IP 2001:db8 is not valid.". pyspf takes each of them
#   for a record, and answers pass, fail or neutral, without an error.
# Why it matters: the tool is for people who are not sure of their record, and its advice breaks those that are right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check spf-validator==1.4.1 dnspython==2.8.0 pyspf==2.0.14

cat > find.py <<'PY'
import sys

import spf
from spf_validator.validator import validate_spf_string

CASES = [
    ("v=spf1 mx -all", []),
    ("v=spf1 mx -all exp=explain._spf.%{d}", ["The catchall is not at the end"]),
    ("v=spf1 mx/30 mx:example.org/30 -all", ["unknown parts: 'mx/30'"]),
    ("v=spf1 a//64 -all", ["unknown parts: 'a//64'"]),
    ("V=SPF1 MX -ALL", ["missing the SPF version", "not a catchall"]),
    ("v=spf1", ["missing the SPF version", "not a catchall"]),
    ("v=spf1 ip6:2001:db8:: -all", ["The IP 2001:db8 is not valid"]),
]
# The addresses that the mechanisms look up, for pyspf: its own way to be tested without a name server.
spf.DNSLookup = lambda name, qtype, *_, **__: {
    "A": [((name, "A"), "192.0.2.1")],
    "MX": [((name, "MX"), (10, "mail.example.org"))],
}.get(qtype, [])
wrong = False
for record, expected in CASES:
    issues = validate_spf_string(record)
    query = spf.query(i="192.0.2.1", s="jo@example.org", h="mail.example.org", receiver="example.net", strict=2)
    result = query.check(record)
    print(f"{record}: spf-validator {issues}; pyspf {result}")
    wrong |= len(issues) < len(expected) or (not expected and issues != [])
    wrong |= not all(any(part in issue for issue in issues) for part in expected) or result[0] not in ("pass", "fail", "neutral")
sys.exit(wrong)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
