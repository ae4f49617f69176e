#!/bin/bash
# okane: of a file with the statements of two accounts it reads the first, and of an entry with two payments the first; the other side of a payment
# that goes out is one's own account.
#
# Versions: okane 0.2.0 (PyPI; the newest for Python 3.11), Python 3.11.
# Expected: ISO 20022, camt.053.001.02: Stmt may be there any number of times, one for each account or day, and so may TxDtls in an entry, for the
#   payments of a batch. RltdPties has the debtor and the creditor with their accounts; for a debit (DBIT) the other side is the creditor. okane
#   "parses BkToCstmrStmt", and related_account is the account on the other side.
# Seen: from_file() returns statement "S1" alone, without a word about "S2". The entry of -300 has one reference, "A", and the second one, "B", is
#   nowhere. Its related account is the statement's own, which stands as DbtrAcct before the creditor's; if it is left out, the creditor's.
# Why it matters: whole accounts and days are missing in what is imported, and payments out cannot be assigned to anybody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check okane==0.2.0

cat > find.py <<'PY'
import sys

from okane import BankToCustomerStatement

OWN, OTHER = "CZ6508000000192000145399", "DE02120300000000202051"


def account(role, iban):
    return f"<{role}><Id><IBAN>{iban}</IBAN></Id></{role}>"


def payment(reference, parties):
    return f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><RltdPties>{parties}</RltdPties></TxDtls>"


def statement(name, parties):
    return (
        f"<Stmt><Id>{name}</Id><CreDtTm>2026-01-31T12:00:00</CreDtTm><FrToDt><FrDtTm>2026-01-30T00:00:00</FrDtTm>"
        f"<ToDtTm>2026-01-30T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>{OWN}</IBAN></Id></Acct>"
        '<Ntry><NtryRef>1</NtryRef><Amt Ccy="CZK">300.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
        "<ValDt><Dt>2026-01-30</Dt></ValDt><BkTxCd/><NtryDtls>"
        f"{payment('A', parties)}{payment('B', parties)}</NtryDtls></Ntry></Stmt>"
    )


def read(*statements):
    with open("statement.xml", "w") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">')
        file.write("<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId><CreDtTm>2026-01-31T12:00:00</CreDtTm></GrpHdr>")
        file.write("".join(statements) + "</BkToCstmrStmt></Document>")
    return BankToCustomerStatement.from_file("statement.xml")


both = account("DbtrAcct", OWN) + account("CdtrAcct", OTHER)
result = read(statement("S1", both), statement("S2", both))
(entry,) = result.transactions
print("read:", result.statement_id, "- payments:", entry.ref.end_to_end_id, "- all of it has B:", "'B'" in str(result))
print("statement of:", result.account_id, f"- {entry.amount} to:", entry.related_account_id)
(one,) = read(statement("S1", account("CdtrAcct", OTHER))).transactions
print("with the creditor alone:", one.related_account_id)
as_stated = (result.statement_id, entry.ref.end_to_end_id, str(entry.related_account_id)) == ("S1", "A", OWN)
sys.exit(not as_stated or "S2" in str(result) or "'B'" in str(result) or str(one.related_account_id) != OTHER)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
