#!/bin/bash
# pacs008-loader-mt103 and pain001-loader-mt101: a line of the bank's name or address with 8 or 11 letters is taken for its BIC. "COMMERZBANK" is one, of
# Eritrea, and passes all checks.
#
# Versions: pacs008-loader-mt103 0.0.15 and pain001-loader-mt101 0.0.74 (PyPI), Python 3.11.
# Expected: SWIFT MT103 and MT101, field 57D: "[/1!a][/34x]" and "4*35x (Name and Address)"; it has no BIC at all, that is what option A is for. The
#   loaders' own documentation: "option D typically carries a name and address, not a BIC", and "when they are absent the corresponding keys are simply
#   omitted".
# Seen: ":57D:COMMERZBANK" with the next line "FRANKFURT AM MAIN" gives creditor_agent_bic "COMMERZBANK": bank COMM, country ER (Eritrea), place ZB,
#   branch ANK. It matches the pattern of BICFI in the schema. "BARCLAYS" is one of Laos (LA), and "EXAMPLE BANK" in "SALZBURG" gives SALZBURG. The same for
#   field 52D and the debtor's bank. A name of another length gives no key.
# Why it matters: the payment names another bank in another country, and nothing warns, since each check of the form passes. Take the BIC from option A
#   only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check pacs008-loader-mt103==0.0.15 pain001-loader-mt101==0.0.74

cat > find.py <<'PY'
import re
import sys

from pacs008_loader_mt103 import parse_mt103
from pain001_loader_mt101 import parse_mt101

MT103 = """:20:REF1
:23B:CRED
:32A:261130EUR1234,56
:50K:/DE89370400440532013000
JO DOE
:52D:OTHER BANK
BERN
:57D:{}
:59:/DE02120300000000202051
RIA ROE
:71A:SHA
"""
MT101 = """:20:REF1
:28D:1/1
:50H:/DE89370400440532013000
JO DOE
:30:261130
:21:PAY1
:32B:EUR1234,56
:57D:{}
:59:/DE02120300000000202051
RIA ROE
:71A:SHA
"""
# BICFIDec2014Identifier of pacs.008.001.08
FORM = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
seen = []
for bank in ("COMMERZBANK\nFRANKFURT AM MAIN", "BARCLAYS\nLONDON", "EXAMPLE BANK\nSALZBURG", "DEUTSCHE BANK AG\nFRANKFURT AM MAIN"):
    one = parse_mt103(MT103.format(bank))[0].get("creditor_agent_bic")
    two = parse_mt101(MT101.format(bank))[0].get("creditor_agent_BIC")
    land = one and one[4:6]
    print(f"57D {bank!r}: BIC {one} and {two}, country {land}, form right: {bool(one and FORM.fullmatch(one))}")
    seen.append((one, two))
sys.exit(seen != [(name, name) for name in ("COMMERZBANK", "BARCLAYS", "SALZBURG", None)])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
