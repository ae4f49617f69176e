#!/bin/bash
# ldap-filter: a filter with two values of which one is in the other comes back with other blanks, plus signs match nothing, and escaped UTF-8
#   is mangled.
#
# Versions: ldap-filter 1.0.1 and ldap3 2.9.1 to compare with (PyPI), Python 3.11.
# Expected: RFC 4515, section 3: each octet of an assertion value but NUL, "(", ")", "*" and "\" stands for itself, blanks too, and "\c3\bc"
#   is the UTF-8 of u with two dots. RFC 4512, section 2.5: attribute names do not tell capitals apart. RFC 4518 ignores blanks at the ends
#   and runs of blanks only. The package: "Build, generate, and validate LDAP filters", based on RFC 4515, with match() for entries.
# Seen: "(&(cn=Jo Doe)(ou=Jo Doe Team))" is parsed as "(&(cn=Jo Doe)(ou=Jo DoeTeam))", and "(&(cn=Jo Doe)(uid=JoDoe))" as "(&(cn=Jo
#   Doe)(uid=Jo Doe))": it takes all blanks away and puts each value back wherever its letters occur. (mail=*+news@example.org) does not match
#   jo+news@example.org, as a plus sign is one of a regular expression in it. (cn=M\c3\bcller) becomes a name with two letters for the one,
#   and does not match it, and (CN=x) does not match the attribute cn. ldap3 reads the values as they stand.
# Why it matters: a filter that a directory would answer finds other or no entries here, and the text that is written back and sent to a
#   directory is another filter. No error is raised.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ldap-filter==1.0.1 ldap3==2.9.1

cat > find.py <<'PY'
import sys

from ldap3.operation.search import parse_filter
from ldap_filter import Filter


def values(node):
    """The assertion values that ldap3 has read."""
    if node.elements:
        return [value for element in node.elements for value in values(element)]
    assertion = node.assertion or {}
    return [bytes(assertion["value"])] if "value" in assertion else [assertion]


def by_ldap3(text):
    return values(parse_filter(text, None, False, True, None, False))


written = {}
for text in ("(&(cn=Jo Doe)(sn=Doe))", "(&(cn=Jo Doe)(ou=Jo Doe Team))", "(&(cn=Jo Doe)(uid=JoDoe))", r"(cn=M\c3\bcller)"):
    written[text] = Filter.parse(text).to_string()
    print(f"{text}: written as {written[text]}" + ("" if "\\" in text else f"; values by ldap3: {by_ldap3(text)}"))
matches = {}
for text, entry in (
    ("(mail=jo+news@example.org)", {"mail": "jo+news@example.org"}),
    ("(mail=*+news@example.org)", {"mail": "jo+news@example.org"}),
    (r"(cn=M\c3\bcller)", {"cn": "M\u00fcller"}),
    ("(cn=x)", {"cn": "x"}),
    ("(CN=x)", {"cn": "x"}),
):
    matches[text] = bool(Filter.parse(text).match(entry))
    print(f"{text} matches {entry}: {matches[text]}")
right = ["(&(cn=Jo Doe)(sn=Doe))", "(&(cn=Jo Doe)(ou=Jo DoeTeam))", "(&(cn=Jo Doe)(uid=Jo Doe))", "(cn=M\u00c3\u00bcller)"]
sys.exit(list(written.values()) != right or list(matches.values()) != [True, False, False, True, False])
PY
PYTHONIOENCODING=utf-8 timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
