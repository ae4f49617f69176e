#!/bin/bash
# swiftlib: on the way from MT940 to camt.053 the reversal of a debit is a debit and the reversal of a credit a credit; account numbers
# become IBANs and towns the BIC of a bank.
#
# Versions: swiftlib 1.0.1 (PyPI), Python 3.11.
# Expected: SWIFT Standards MT, category 9, MT940, field 61, subfield 3: RD is "Reversal of Debit (credit entry)" and RC "Reversal of
#   Credit (debit entry)". ISO 20022, camt.053: CdtDbtInd says which of both the entry is. Category 1, MT103: in 50K and 59 the line
#   behind "/" is an account, of any kind; 52D and 57D have name and address of a bank, and no BIC. pain.001: IBAN begins with two
#   letters, BICFI has 8 or 11 characters without blanks; other accounts stand in Othr.
# Seen: a statement from 1000,00 with D100,00, RD40,00 and RC5,00 to 935,00 adds up. MT940ToCamt053Converter makes DBIT 100, DBIT 40 and
#   CRDT 5 of it, which add up to 865. MT103ToPain001Converter makes IBAN 12345678 and 987654321 of two accounts of the USA, and
#   "Springfield US", the last line of 52D, the BIC of the bank.
# Why it matters: returned payments, which are what reversals are, are booked on the wrong side, and twice the amount is missing; banks
#   reject the pain.001 for its IBANs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check swiftlib==1.0.1

cat > statement.txt <<'TEXT'
{1:F01BANKDEFFXXXX0000000000}{2:O9401200260105BANKDEFFXXXX00000000002601051200N}{4:
:20:STMT1
:25:DE89370400440532013000
:28C:1/1
:60F:C260102EUR1000,00
:61:2601050105D100,00NTRFNONREF//B1
:61:2601050105RD40,00NTRFINV7//B2
:61:2601050105RC5,00NTRFINV8//B3
:62F:C260105EUR935,00
-}
TEXT
cat > transfer.txt <<'TEXT'
{1:F01BANKDEFFXXXX0000000000}{2:I103BANKUS33XXXXN}{4:
:20:REF1
:23B:CRED
:32A:260105USD1000,00
:50K:/12345678
Jo Doe
Main Street 1
:52D:Example Bank
Springfield US
:59:/987654321
Sam Roe
:70:Invoice 1
:71A:OUR
-}
TEXT
cat > find.py <<'PY'
import sys

from swiftlib.converters import MT103ToPain001Converter, MT940ToCamt053Converter
from swiftlib.mt.parser import MTParser

statement = MTParser().parse(open("statement.txt").read())
signs = {"C": 1, "RD": 1, "D": -1, "RC": -1}
opening, closing = statement.opening_balance.amount, statement.closing_balance.amount
adds_up = opening + sum(signs[line.debit_credit_mark] * line.amount for line in statement.statement_lines)
entries = MT940ToCamt053Converter().convert(statement).statements[0].transactions
converted = opening + sum((1 if entry.credit_debit_indicator == "CRDT" else -1) * entry.amount for entry in entries)
print(f"from {opening} to {closing}; the lines add up to {adds_up}, the entries of camt.053 to {converted}:")
print([(line.debit_credit_mark, entry.credit_debit_indicator, str(entry.amount)) for line, entry in zip(statement.statement_lines, entries)])
payment = MT103ToPain001Converter().convert(MTParser().parse(open("transfer.txt").read())).payment_information[0]
accounts = payment.debtor_account.iban, payment.credit_transfer_transactions[0].creditor_account.iban
bank = payment.debtor_agent.financial_institution.bic if hasattr(payment.debtor_agent, "financial_institution") else payment.debtor_agent.fi.bic
print(f"IBANs of the pain.001: {accounts}; BIC: {bank!r}")
sys.exit(
    (adds_up, converted) != (closing, 865)
    or [entry.credit_debit_indicator for entry in entries] != ["DBIT", "DBIT", "CRDT"]
    or accounts != ("12345678", "987654321")
    or bank != "Springfield US"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
