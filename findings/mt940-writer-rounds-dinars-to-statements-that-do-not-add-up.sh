#!/bin/bash
# mt940-writer: each amount is written with two decimals. Statements in dinars, which have three, are rounded line by line and do not add up; yen get
# decimals that they do not have.
#
# Versions: mt940-writer 0.8, and mt-940 5.1.1 to read it back (PyPI), Python 3.11.
# Expected: SWIFT, MT940, fields 60a, 61 and 62a: the number of digits behind the comma "must not exceed the maximum number allowed for the specified
#   currency"; ISO 4217: KWD, BHD, TND and four others have three, JPY and KRW none. The closing balance is the opening balance and all entries.
# Seen: an opening balance of KWD 10.125 and two payments of 0.125 close at 10.375. Written: "KWD10,12", "0,12" twice and "KWD10,38": 10.12 + 0.24 is not
#   10.38. 500 yen are "JPY500,00". mt-940 reads what is written, so 0.02 are missing.
# Why it matters: bookkeeping programs refuse a statement that does not add up. Round to the currency yourself, or write the lines with another tool for
#   these currencies.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check mt940-writer==0.8 mt-940==5.1.1

cat > find.py <<'PY'
import datetime
import sys
from decimal import Decimal

import mt940
from mt940_writer import Account, Balance, Statement, Transaction, TransactionType

DAY = datetime.date(2026, 11, 30)


def write(currency, opening, *amounts):
    entries = [Transaction(DAY, Decimal(amount), TransactionType.transfer, "RENT") for amount in amounts]
    closing = Decimal(opening) + sum(map(Decimal, amounts))
    return str(
        Statement("1", Account("12345678", "102030"), "1/1", Balance(Decimal(opening), DAY, currency), Balance(closing, DAY, currency), entries)
    )


def parts(text):
    read = mt940.parse(text)
    amounts = [entry.data["amount"].amount for entry in read]
    return read.data["final_opening_balance"].amount.amount, amounts, read.data["final_closing_balance"].amount.amount


dinars, yen, euros = write("KWD", "10.125", "0.125", "0.125"), write("JPY", "500", "20"), write("EUR", "10.12", "0.12")
print(dinars, yen, sep="\n")
seen = []
for text in (dinars, euros):
    opening, amounts, closing = parts(text)
    seen.append((opening + sum(amounts), closing))
    print(f"{opening} and {[str(amount) for amount in amounts]} make {seen[-1][0]}; closing balance {closing}")
sys.exit(
    [tuple(map(str, pair)) for pair in seen] != [("10.36", "10.38"), ("10.24", "10.24")]
    or ":60F:C261130JPY500,00" not in yen
    or "KWD10,12" not in dinars
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
