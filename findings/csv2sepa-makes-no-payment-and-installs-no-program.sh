#!/bin/bash
# csv2sepa: no row of a CSV file becomes a payment; its function for the end-to-end reference calls another that does not exist. The program that the
# README names is not installed.
#
# Versions: csv2sepa 1.2.4 (PyPI) with the sepapy 2.6.3 that it asks for, Python 3.11.
# Expected: the README: "a python implementation to generate SEPA XML files from a CSV file", for pain.001.001.03 and .09 and pain.008.001.02 and .08, by
#   "Run `py csv2json.py`".
# Seen: addPayment() of a correct row is NameError "name 'get_config' is not defined" for all four formats. The wheel has three files, in a top-level
#   package with the name "utils", and neither csv2json.py nor the csv2sepa.ini nor the example files that the README tells one to change.
# Why it matters: nobody can make a file of payments with it as installed; and "utils" hides or is hidden by everybody else's module of that name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check csv2sepa==1.2.4 sepapy==2.6.3

cat > find.py <<'PY'
import importlib.metadata
import sys
from pathlib import Path

from utils import sepa

ROW = {
    "name": "Jo Doe", "iban": "DE89370400440532013000", "bic": "", "amount": "12.50", "description": "invoice 1",
    "address1": "Example Street 1", "address2": "12345 Example", "street_name": "Example Street", "building_number": "1",
    "postcode": "12345", "town": "Example", "country": "DE", "collection_date": "2026-12-10", "mandate_id": "M1",
    "mandate_date": "2026-01-02",
}
seen = []
for kind in ("pain.001.001.03", "pain.001.001.09", "pain.008.001.02", "pain.008.001.08"):
    try:
        seen.append(sepa.addPayment(kind, dict(ROW)))
    except NameError as error:
        seen.append(f"NameError: {error}")
    print(kind, seen[-1])
files = sorted(str(name) for name in importlib.metadata.files("csv2sepa") if ".dist-info" not in str(name) and "__pycache__" not in str(name))
print("files installed:", files)
print("csv2json.py or csv2sepa.ini there:", any(Path(sys.prefix).rglob("csv2*.[ip]*")))
sys.exit(seen != ["NameError: name 'get_config' is not defined"] * 4 or files != ["utils/common.py", "utils/logger.py", "utils/sepa.py"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
