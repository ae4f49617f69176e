#!/bin/bash
# sepa-qr: the text of a payment, "Invoice 123456789", stands where the code has the creditor reference, and a note to the payer becomes the text.
#
# Versions: sepa-qr 0.0.2, read with pngjs 7.0.0 and jsqr 1.4.0 (npm), Node.js.
# Expected: EPC069-12, "Quick Response Code: Guidelines to Enable Data Capture for the Initiation of a SEPA Credit Transfer", which its
#   documentation names, section 3: lines 9 to 12 are purpose, structured remittance (ISO 11649: RF and check digits), unstructured
#   remittance, and information for the payer.
# Seen: for { remittance: "Invoice 123456789", information: "Thank you" }, the first of which is its own example, line 10 is "Invoice 123456789" and
#   line 11 is "Thank you"; there is no line for both kinds of remittance.
# Why it matters: banking apps that check the reference refuse the code, others transfer "Thank you" instead of the invoice's number, so that
#   nobody knows what was paid.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts sepa-qr@0.0.2 pngjs@7.0.0 jsqr@1.4.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const createSepaQr = require("sepa-qr");
const { PNG } = require("pngjs");
const jsqr = require("jsqr");
const read = jsqr.default ?? jsqr;

const code = { name: "Name of the beneficiary", iban: "DE89370400440532013000", amount: 100, remittance: "Invoice 123456789" };
for (const more of [{}, { information: "Thank you" }]) {
  const chunks = [];
  for await (const chunk of createSepaQr({ ...code, ...more })) chunks.push(chunk);
  const { width, height, data } = PNG.sync.read(Buffer.concat(chunks));
  const lines = read(new Uint8ClampedArray(data), width, height).data.split("\n");
  console.log(JSON.stringify(more));
  for (const [number, name] of [[9, "purpose"], [10, "structured remittance"], [11, "unstructured remittance"], [12, "information"]]) {
    console.log(`  line ${number}, ${name}: ${JSON.stringify(lines[number - 1])}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{}
  line 9, purpose: ""
  line 10, structured remittance: "Invoice 123456789"
  line 11, unstructured remittance: ""
  line 12, information: undefined
{"information":"Thank you"}
  line 9, purpose: ""
  line 10, structured remittance: "Invoice 123456789"
  line 11, unstructured remittance: "Thank you"
  line 12, information: undefined
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
