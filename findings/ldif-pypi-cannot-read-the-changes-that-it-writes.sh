#!/bin/bash
# ldif (PyPI): LDIFParser ends with an error at the first change of an entry, also one that LDIFWriter of the same package has written.
#
# Versions: ldif 4.3.0, ldap3 2.9.1 as another writer (PyPI), Python 3.11.
# Expected: RFC 2849: a change record of the type modify has lines "add: mail", "mail: ...", and each modification ends with a line "-". The
#   documentation of the class LDIFParser: "Read LDIF entry or change records from file object", and it knows the changetype modify.
# Seen: ValueError "subsection not found" from bytes.index for each record with changetype: modify, since "-" has no colon, whatever strict
#   is. A record of an entry and one with changetype: delete are read. ldapmodify's own format, the examples of the RFC, and what
#   LDIFWriter.unparse() makes of a list of changes cannot be read.
# Why it matters: audit logs, exports of differences and replication logs are made of such records; one of them in a file of entries ends the
#   reading of all that follow it. Take out the lines "-" before parsing, and the modifications run together.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ldif==4.3.0 ldap3==2.9.1

cat > find.py <<'PY'
import io
import sys

import ldif
from ldap3.protocol.rfc2849 import operation_to_ldif

buffer = io.BytesIO()
writer = ldif.LDIFWriter(buffer)
writer.unparse("cn=jo,dc=example,dc=org", {"cn": ["jo"], "sn": ["Doe"]})
entry = buffer.getvalue()
writer.unparse("cn=jo,dc=example,dc=org", [(0, "mail", ["jo@example.org"]), (2, "sn", ["Roe"])])
change = buffer.getvalue()[len(entry) :]
by_ldap3 = operation_to_ldif(
    "modifyRequest",
    {
        "entry": "cn=jo,dc=example,dc=org",
        "controls": None,
        "changes": [{"operation": 0, "attribute": {"type": "mail", "value": [b"jo@example.org"]}}],
    },
    False,
    [],
)
texts = {
    "an entry": entry,
    "a deletion": b"dn: cn=jo,dc=example,dc=org\nchangetype: delete\n",
    "a change of LDIFWriter's": change,
    "a change of ldap3's": "\n".join(by_ldap3).encode() + b"\n",
    "an example of the RFC": b"dn: cn=Modify Me,dc=example,dc=com\nchangetype: modify\ndelete: telephonenumber\n-\n",
}
seen = {}
for what, text in texts.items():
    for strict in (True, False):
        try:
            seen[what, strict] = [dn for dn, _ in ldif.LDIFParser(io.BytesIO(text), strict=strict).parse()]
        except ValueError as error:
            seen[what, strict] = f"ValueError: {error}"
    print(f"{what}, {text!r}: strict {seen[what, True]}, not strict {seen[what, False]}")
wrong = [what for (what, _), result in seen.items() if result == "ValueError: subsection not found"]
sys.exit(wrong != [what for what in list(texts)[2:] for _ in range(2)])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
