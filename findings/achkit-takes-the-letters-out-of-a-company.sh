#!/bin/bash
# achkit: a company identification with letters is written without them, and one of letters only as ten zeros; a file in the form without
# line breaks is refused.
#
# Versions: achkit 0.2.0 (PyPI), Python 3.11.
# Expected: Nacha Operating Rules, appendix three, Company/Batch Header Record, field 5, and Company/Batch Control Record, field 7:
#   Company Identification is ten characters, alphameric: the bank assigns it, and it has to be the same in both records. Records are 94
#   characters, ten of them make a block of 940: line breaks between them are no part of the format. The package calls its output
#   "spec-correct".
# Seen: company_id="9ACME12345" is written as 0000912345, company_id="ACMEPAYROL" as 0000000000, in both records, without an error;
#   validate() says that all is well. With the name given to batch() instead it is written as it is. parse() of the same file without line
#   breaks raises "record is 940 chars, expected 94".
# Why it matters: the bank knows its customers by this field. It rejects the whole file with salaries, or books it for somebody else. Give
#   the identification to each batch.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check achkit==0.2.0

cat > find.py <<'PY'
import sys

from achkit.generate import AchFile
from achkit.parse import parse
from achkit.validate import validate


def rendered(company, batch=None):
    file = AchFile.create(origin_dfi="091000019", company_id=company, destination_name="Example Bank", origin_name="Acme")
    file.batch("PPD", "PAYROLL", "2026-01-05", company_id=batch).credit("Jo Doe", "091000019", "123456", 150000)
    return file.render()


seen = []
for company, batch in (("1234567890", None), ("9ACME12345", None), ("ACMEPAYROL", None), ("1234567890", "9ACME12345")):
    text = rendered(company, batch)
    written = {line[40:50] for line in text.splitlines() if line[0] == "5"} | {line[44:54] for line in text.splitlines() if line[0] == "8"}
    seen.append(written)
    print(f"company {company}, for the batch {batch}: written {written}; valid: {validate(text)['ok']}")
try:
    joined = parse(rendered("1234567890").replace("\n", ""))["destination_routing"]
except Exception as error:
    joined = str(error)
print(f"without line breaks: {joined}")
sys.exit(
    seen != [{"1234567890"}, {"0000912345"}, {"0000000000"}, {"9ACME12345"}] or joined != "record is 940 chars, expected 94"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
