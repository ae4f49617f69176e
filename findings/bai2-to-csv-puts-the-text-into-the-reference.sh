#!/bin/bash
# bai2-to-csv: the text of a payment becomes the customer's reference and the customer's reference the bank's; balances that stand in the
# record of their account are left out, and so is all but the first balance of a line.
#
# Versions: bai2-to-csv 0.1.0 and, to compare with, bai2 0.15.0 (PyPI), Python 3.11.
# Expected: BAI2 (Cash Management Balance Reporting, version 2): a record 16 is type, amount, funds type, bank reference, customer
#   reference, text, where the text is optional and goes up to the end. A record 03 is account, currency, and then as many groups of type,
#   amount, item count and funds type as there are; 88 continues the record before it. Record 49 has the total of its account.
# Seen: for "16,165,150000,1,DD1620,INV77,DEALER PAYMENTS" the bank reference is INV77 and the customer reference "DEALER PAYMENTS";
#   DD1620 is nowhere. Of "03,0975312468,USD,010,50000,,,040,40000,,/" and "88,045,47000,,,072,900,,/" there is one balance, 045. Its
#   account_trailer_ columns have no account total. bai2 gives DD1620, INV77 and all four balances.
# Why it matters: payments are matched with invoices by these references; and the opening and closing balances, which banks write into
#   record 03, are what one looks for first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bai2-to-csv==0.1.0 bai2==0.15.0

cat > statement.bai <<'TEXT'
01,122099999,123456789,260105,0200,1,65,,2/
02,031001234,122099999,1,260104,2359,USD,2/
03,0975312468,USD,010,50000,,,040,40000,,/
88,045,47000,,,072,900,,/
16,165,150000,1,DD1620,INV77,DEALER PAYMENTS
16,475,2500,0,CK5,12345/
49,290400,5/
98,290400,1,7/
99,290400,1,9/
TEXT
cat > find.py <<'PY'
import sys

from bai2.bai2 import parse_from_file
from bai2_to_csv import Bai2Converter

summary, detail = Bai2Converter().convert_to_dataframes("statement.bai")
references = [(row["bank_reference"], row["customer_reference"]) for _, row in detail.iterrows()]
balances = list(summary["transaction_bai_code"])
trailer = [name for name in detail.columns if name.startswith("account_trailer_")]
print(f"bai2-to-csv: references {references}, balances {balances}, {trailer}")
with open("statement.bai") as file:
    account = parse_from_file(file).children[0].children[0]
right = [(item.bank_reference, item.customer_reference) for item in account.children]
codes = [item.type_code.code for item in account.header.summary_items]
print(f"bai2: references {right}, balances {codes}")
sys.exit(
    references != [("INV77", "DEALER PAYMENTS"), ("CK5", "12345")]
    or right != [("DD1620", "INV77"), ("CK5", "12345")]
    or balances != ["045"]
    or codes != ["010", "040", "045", "072"]
    or "account_trailer_account_control_total" in trailer
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
