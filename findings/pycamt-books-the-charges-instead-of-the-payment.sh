#!/bin/bash
# pycamt: a payment of 1000 from which the bank took 5 comes out as a debit of 5; one in another currency has the number of that currency and the
# account's name for it.
#
# Versions: pycamt 1.1.1 (PyPI), Python 3.11.
# Expected: ISO 20022, camt.053.001.02: in TxDtls there are neither Amt nor CdtDbtInd of its own; AmtDtls/InstdAmt/Amt is what was instructed, with
#   its currency in Ccy, AmtDtls/TxAmt/Amt what was booked, and Chrgs/Amt and Chrgs/CdtDbtInd belong to the charges. The entry's Amt and CdtDbtInd,
#   one level up, are those of the booking. pycamt returns "Amount", "Currency" and "CreditDebitIndicator" of each transaction.
# Seen: the first Amt and the first CdtDbtInd anywhere below TxDtls are taken. An entry of 995.00 EUR, CRDT, with charges of 5.00 EUR, DBIT, is 5.00
#   EUR, DBIT. An entry of 995.00 EUR, for which 1080.00 USD were instructed, is 1080.00 EUR. Without these details both are 995.00 EUR, CRDT.
# Why it matters: money that came in is booked as money that went out, and payments from abroad are wrong by the exchange rate; the balances that
#   the package reads from the same file do not add up, which nothing compares.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pycamt==1.1.1

cat > find.py <<'PY'
import sys

from pycamt.parser import Camt053Parser

STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-01-31T12:00:00</CreDtTm></GrpHdr>
<Stmt><Id>1</Id><CreDtTm>2026-01-31T12:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">995.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BkTxCd/>
<NtryDtls><TxDtls><Refs><EndToEndId>INV-7</EndToEndId></Refs>DETAILS</TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
CHARGES = '<Chrgs><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>'
DOLLARS = '<AmtDtls><InstdAmt><Amt Ccy="USD">1080.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">995.00</Amt></TxAmt></AmtDtls>'

seen = []
for what, details in {"no details": "", "with charges": CHARGES, "instructed in dollars": DOLLARS}.items():
    (transaction,) = Camt053Parser(STATEMENT.replace("DETAILS", details).encode()).get_transactions()
    seen.append(tuple(transaction[key] for key in ("Amount", "Currency", "CreditDebitIndicator")))
    print(f"an entry of 995.00 EUR, CRDT, {what}:", *seen[-1])
sys.exit(seen != [("995.00", "EUR", "CRDT"), ("5.00", "EUR", "DBIT"), ("1080.00", "EUR", "CRDT")])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
