#!/bin/bash
# camt053-loader-mt940: the line with a hyphen that ends an MT940 statement is an error to it. A reversed debit is booked as a second debit, and the
# bank's note on the whole statement goes to the last payment.
#
# Versions: camt053-loader-mt940 0.0.23 with camt053 0.0.23, and mt-940 5.1.1 to compare with (PyPI), Python 3.11.
# Expected: SWIFT: block 4 of a message ends with CRLF and "-}"; banks' files end each statement with "-". MT940, field 61: RD is the reversal of a debit,
#   so a credit. ISO 20022, camt.053, ReversalIndicator: "If the CreditDebitIndicator is CRDT and ReversalIndicator is Yes, the original entry was a debit
#   entry". Field 86 behind field 62F is information to the account owner on the statement as a whole.
# Seen: with "-" or "-}" behind :62F: parse_mt940() raises ValueError "Malformed balance field". Without it 1000 - 100 + 30 = 930 comes out as two entries
#   of DBIT, with a sum of 870; "RC" and "RD" are mapped to the letter C or D. The last line, "Our office is closed", is a detail of the last payment. A
#   second line of field 61, the supplementary details, is glued to the bank's reference.
# Why it matters: no statement as a bank delivers it can be read, and after cutting the hyphen the sum of the entries is wrong by twice each reversal.
#   Check opening balance plus entries against the closing balance.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check camt053-loader-mt940==0.0.23 camt053==0.0.23 mt-940==5.1.1

cat > find.py <<'PY'
import sys
from decimal import Decimal

import mt940
from camt053_loader_mt940 import parse_mt940

BODY = """:20:STMT1
:25:DEUTDEFF/DE89370400440532013000
:28C:1/1
:60F:C261129EUR1000,00
:61:2611301130D100,00NTRFRENT//BANK1
:86:Rent
:61:2611301130RD30,00NTRFRENT//BANK2
ROOM 7
:86:Rent given back
:62F:C261130EUR930,00
"""


def read(text):
    try:
        return parse_mt940(text).statements[0]
    except ValueError as error:
        return f"ValueError: {error}"


def total(statement):
    entries = ((e.credit_debit_indicator, Decimal(e.amount)) for e in statement.entries)
    return sum((amount if kind == "CRDT" else -amount for kind, amount in entries), Decimal(1000))


plain, file, swift = read(BODY), read(BODY + "-\n"), read("{1:F01X}{4:\n" + BODY + "-}")
print(f"with a hyphen at the end: {file}\nwith -}} at the end: {swift}")
for entry in plain.entries:
    print(entry.credit_debit_indicator, entry.amount, f"reversal={entry.reversal_indicator}", entry.account_servicer_ref)
print(f"1000 and the entries: {total(plain)}; closing balance {plain.balances[-1].amount}")
other = [t.data for t in mt940.parse(BODY + "-\n")]
print("mt-940 with the hyphen:", [(t["status"], str(t["amount"].amount), t["bank_reference"], t["extra_details"]) for t in other])
noted = read(BODY + ":86:Our office is closed on 25 December\n")
notes = [detail.additional_info for detail in noted.entries[-1].details]
print("details of the last payment:", notes)
sys.exit(
    "Malformed balance field" not in str(file)
    or "Malformed balance field" not in str(swift)
    or total(plain) != Decimal(870)
    or plain.entries[1].credit_debit_indicator != "DBIT"
    or plain.entries[1].account_servicer_ref != "BANK2ROOM 7"
    or len(other) != 2
    or notes != ["Rent given back", "Our office is closed on 25 December"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
