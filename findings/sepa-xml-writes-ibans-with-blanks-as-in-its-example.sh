#!/bin/bash
# sepa-xml: its own example gives a file that banks refuse: the account numbers have blanks in them.
#
# Versions: sepa-xml 0.6.0 (npm), Node.js.
# Expected: ISO 20022, pain.001.001.03.xsd: IBAN2007Identifier has the pattern [A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}. Its documentation gives
#   senderIBAN: 'NL39 RABO 0300 0652 64', says that the BIC is "optional can be auto-found", and that the module does "run the final result
#   through a validator and will throw an error if there's an issue with it".
# Seen: <IBAN>NL39 RABO 0300 0652 64</IBAN>, twice, without an error, and without a BIC, which is found for the same number without blanks only.
# Why it matters: a salary file is refused by the bank, or by its import, as a whole. Take the blanks out first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts sepa-xml@0.6.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const SepaXML = createRequire(import.meta.url)("sepa-xml");

const pattern = /^[A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}$/;
for (const iban of ["NL39RABO0300065264", "NL39 RABO 0300 0652 64"]) {
  const file = new SepaXML();
  file.setHeaderInfo({ messageId: "123/1", initiator: "XML Corp." });
  file.setPaymentInfo({ id: "123/1", method: "TRF", senderName: "Acme Co.", senderIBAN: iban, bic: "RABONL2U" });
  file.addTransaction({ id: "endToEndID", amount: 10.0, name: "My Name", iban, description: "My great payment" });
  const text = await new Promise((resolve) => file.compile((error, out) => resolve(error ? `error: ${error}` : out)));
  for (const [, name, value] of text.matchAll(/<(IBAN|BIC)>(.*?)</g)) {
    console.log(`${iban}: <${name}>${value}${name === "IBAN" ? (pattern.test(value) ? " valid" : " not valid") : ""}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
NL39RABO0300065264: <IBAN>NL39RABO0300065264 valid
NL39RABO0300065264: <BIC>RABONL2U
NL39RABO0300065264: <BIC>RABONL2U
NL39RABO0300065264: <IBAN>NL39RABO0300065264 valid
NL39 RABO 0300 0652 64: <IBAN>NL39 RABO 0300 0652 64 not valid
NL39 RABO 0300 0652 64: <BIC>RABONL2U
NL39 RABO 0300 0652 64: <IBAN>NL39 RABO 0300 0652 64 not valid
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
