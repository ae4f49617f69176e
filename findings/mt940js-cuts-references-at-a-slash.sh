#!/bin/bash
# mt940js and @centrapay/swift-parser: of the reference "INV/2026/11" only "INV" is left, and the bank's own reference is lost with the
#   rest.
#
# Versions: mt940js 1.3.5, @centrapay/swift-parser 1.0.1 (npm), Node.js; mt-940 5.1.1 to compare with (PyPI), Python 3.11.
# Expected: SWIFT, MT 940, field 61: subfield 7, the reference for the account owner, is 16x, and a slash is one of the letters of x;
#   subfield 8, the bank's, begins with two slashes.
# Seen: ":61:2611301130C10,00NTRFINV/2026/11//B123" has the reference "INV" and an empty bankReference in both. With INV-2026-11 they are
#   "INV-2026-11" and "B123". mt-940 has "INV/2026/11" and "B123".
# Why it matters: numbers of invoices often have slashes. Payments are matched by them: "INV" matches none, or the wrong one, and nothing
#   says so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mt940js@1.3.5 @centrapay/swift-parser@1.0.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mt-940==5.1.1

for reference in INV-2026-11 INV/2026/11; do
  printf '%s\r\n' :20:STATEMENT :25:10020030/1234567 :28C:1/1 :60F:C261129EUR1000,00 ":61:2611301130C10,00NTRF$reference//B123" \
    :62F:C261130EUR1010,00 - > statement
  cat > find.cjs <<'JS'
const fs = require("fs");
const { Parser } = require("mt940js");
const centrapay = require("@centrapay/swift-parser");

const text = fs.readFileSync("statement", "latin1");
for (const statements of [new Parser().parse(text), centrapay.parse({ type: "mt940", data: text })]) {
  const [{ reference, bankReference }] = statements[0].transactions;
  console.log(JSON.stringify({ reference, bankReference }));
}
JS
  cat > find.py <<'PY'
import mt940

found = mt940.parse("statement").transactions[0].data
print("mt-940:", found["customer_reference"], found["bank_reference"])
PY
  timeout 60 node find.cjs
  timeout 60 venv/bin/python find.py
done | tee seen
cat > expected <<'TEXT'
{"reference":"INV-2026-11","bankReference":"B123"}
{"reference":"INV-2026-11","bankReference":"B123"}
mt-940: INV-2026-11 B123
{"reference":"INV","bankReference":""}
{"reference":"INV","bankReference":""}
mt-940: INV/2026/11 B123
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
