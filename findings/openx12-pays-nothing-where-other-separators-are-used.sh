#!/bin/bash
# openx12: a remittance advice whose segments end with line feeds, or whose elements are separated by bars, is read as a payment of 0.00 without
# claims.
#
# Versions: openx12 0.2.1, draftedi 1.3.0 to compare with (PyPI), Python 3.11.
# Expected: ASC X12.5, interchange control structures: the ISA segment has a fixed length and defines the separators: its fourth character separates
#   elements, the last but one components, and the one behind it ends segments; any may be chosen. openx12 parses "X12 healthcare EDI files".
# Seen: "*", ":" and "~" are taken for granted, and all line feeds are removed beforehand. The same 835 with line feeds, with "|" or with "'" has
#   payment_amount 0.0 and no claims, and with ">" between components no procedure code; nothing is raised.
# Why it matters: clearing houses send one segment per line, ended by the line feed; the payment is then posted as zero, and a loop over a directory
#   of files does not notice.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check openx12==0.2.1 draftedi==1.3.0

cat > find.py <<'PY'
import sys

from draftedi.parser import parse_edi_file
from openx12 import x835

TEXT = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*P*:~"
    "GS*HP*SENDER*RECEIVER*20260101*1200*1*X*005010X221A1~ST*835*0001~"
    "BPR*I*150.00*C*ACH*CCP*01*999999999*DA*123*1512345678**01*999988880*DA*98765*20260101~TRN*1*12345*1512345678~"
    "N1*PR*PAYER~N1*PE*CLINIC*XX*1234567893~LX*1~CLP*CLAIM1*1*200.00*150.00*50.00*12*REF1~"
    "SVC*HC:99213*200.00*150.00~SE*9*0001~GE*1*1~IEA*1*000000001~"
)
seen = []
for what, (old, new) in {"as usual": "~~", "line feeds": "~\n", "apostrophes": "~'", "bars": "*|", "components": ":>"}.items():
    text = TEXT.replace(old, new)
    (group,) = parse_edi_file(text.encode(), source="835")["interchanges"][0]["groups"]
    amounts = [segment["elements"] for segment in group["transactions"][0]["segments"] if segment["segment_id"] == "BPR"]
    advice = x835.parse(text)
    codes = [service["cpt_code"] for claim in advice.claims for service in claim["services"]]
    seen.append((advice.payment_amount, codes))
    print(f"{what}: draftedi finds the amount: {'150.00' in str(amounts)}; openx12: {advice.payment_amount}, procedures {codes}")
sys.exit(seen != [(150.0, ["99213"]), (0.0, []), (0.0, []), (0.0, []), (150.0, [""])])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
