#!/bin/bash
# iso20022.js: of 19.99 euros in a bank's statement 1998.9999999999998 cents come out, of 1000 yen 100000, and references lose their zeros.
#
# Versions: iso20022.js 0.0.15 (npm), Node.js, and Python's decimal and xml.etree to read the same file.
# Expected: ISO 20022, camt.053: amounts are decimal numbers in the currency of Ccy; ISO 4217: the euro has two digits behind the point, the
#   yen none, the dinar of Bahrain three. AcctSvcrRef and Ustrd are texts, Max35Text and Max140Text, and so the package's own types have
#   them. Ustrd may be there more than once.
# Seen: each amount is multiplied by 100 as a floating point number: 19.99 gives 1998.9999999999998, 1.15 gives 114.99999999999999, 1000 yen
#   are 100000, and 1.234 dinars are 123.4. The reference 0001234 is the number 1234, the text 00042 is 42, and two lines of text are a
#   list.
# Why it matters: nothing adds up to the balance, and whoever cuts the fraction off has lost a cent. An invoice 00042 is not found, and what
#   is paid in yen is booked a hundred times over.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts iso20022.js@0.0.15 >npm.log 2>&1

cat > statement.py <<'PY'
import decimal
import xml.etree.ElementTree as ET

DIGITS = {"EUR": 2, "JPY": 0, "BHD": 3}
ENTRIES = [
    ("19.99", "EUR", "0001234", ["00042"]),
    ("1.15", "EUR", "A1", ["text"]),
    ("1000", "JPY", "A2", ["one"]),
    ("1.234", "BHD", "A3", ["one", "two"]),
]

xml = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-02T03:04:05Z</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-01-02T03:04:05Z</CreDtTm>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Svcr><FinInstnId><BIC>COBADEFFXXX</BIC></FinInstnId></Svcr></Acct>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-02</Dt></Dt></Bal>
"""
for amount, currency, reference, lines in ENTRIES:
    text = "".join(f"<Ustrd>{line}</Ustrd>" for line in lines)
    xml += f"""<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-02</Dt></BookgDt>
<AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>
<NtryDtls><TxDtls><RmtInf>{text}</RmtInf></TxDtls></NtryDtls></Ntry>
"""
xml += "</Stmt></BkToCstmrStmt></Document>\n"
with open("statement.xml", "w") as output:
    output.write(xml)

for entry in ET.fromstring(xml.encode()).findall(".//{*}Ntry"):
    amount = entry.find("{*}Amt")
    units = int(decimal.Decimal(amount.text).scaleb(DIGITS[amount.get("Ccy")]))
    lines = [line.text for line in entry.findall(".//{*}Ustrd")]
    print(f"in the file:    {units} of {amount.get('Ccy')}, reference {entry.find('{*}AcctSvcrRef').text!r}, text {lines}")
PY
python3 statement.py | tee seen
cat > find.mjs <<'JS'
import fs from "fs";
import { CashManagementEndOfDayReport } from "iso20022.js";

const [statement] = CashManagementEndOfDayReport.fromXML(fs.readFileSync("statement.xml", "utf8")).statements;
for (const { amount, currency, accountServicerReferenceId, transactions } of statement.entries) {
  const text = JSON.stringify(transactions[0].remittanceInformation);
  console.log(`by iso20022.js: ${amount} of ${currency}, reference ${JSON.stringify(accountServicerReferenceId)}, text ${text}`);
}
JS
timeout 60 node find.mjs | tee -a seen
cat > expected <<'TEXT'
in the file:    1999 of EUR, reference '0001234', text ['00042']
in the file:    115 of EUR, reference 'A1', text ['text']
in the file:    1000 of JPY, reference 'A2', text ['one']
in the file:    1234 of BHD, reference 'A3', text ['one', 'two']
by iso20022.js: 1998.9999999999998 of EUR, reference 1234, text 42
by iso20022.js: 114.99999999999999 of EUR, reference "A1", text "text"
by iso20022.js: 100000 of JPY, reference "A2", text "one"
by iso20022.js: 123.4 of BHD, reference "A3", text ["one","two"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
