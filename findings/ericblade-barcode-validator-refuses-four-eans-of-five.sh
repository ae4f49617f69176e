#!/bin/bash
# @ericblade/barcode-validator: four of five EAN-13 are invalid, 4006381333931 among them, which is the usual example, and EAN-8 and GTIN-14 as well.
#
# Versions: @ericblade/barcode-validator 2.4.1 and, to compare with, gtin-validator 1.0.0 (npm), Node.js.
# Expected: GS1 General Specifications, section 7.9.1: the check digit of a GTIN-8, -12, -13 and -14: from the right, the digits are multiplied by 3
#   and 1 in turn. "Javascript nodejs barcode validation for ISBN10, ISBN13, UPC, GTIN" is what the package is.
# Seen: 4006381333931 and 73513537, the examples of Wikipedia for EAN-13 and EAN-8, are { type: "gtin", valid: false }, and so are two GTIN-14. Of the
#   hundred right EAN-13 from 400638133300 to 400638133399 twenty are valid. 5901234123457, 96385074 and codes with twelve digits (UPC) or 978 (ISBN)
#   are valid.
# Why it matters: goods are refused at the scanner, and one looks for the fault in the print.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @ericblade/barcode-validator@2.4.1 gtin-validator@1.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import validate from "@ericblade/barcode-validator";
const { isValidGTIN } = createRequire(import.meta.url)("gtin-validator");

for (const code of ["4006381333931", "5901234123457", "73513537", "96385074", "10012345678902", "00012345600012", "036000291452", "9780306406157"]) {
  const { type, valid } = validate(code);
  console.log(`${code}: ${type}, ${valid ? "valid" : "invalid"}; gtin-validator: ${isValidGTIN(code) ? "valid" : "invalid"}`);
}
let valid = 0;
for (let i = 0; i < 100; i++) {
  const digits = `4006381333${String(i).padStart(2, "0")}`;
  const sum = [...digits].reduce((total, digit, at) => total + digit * (at % 2 ? 3 : 1), 0);
  const code = `${digits}${(10 - (sum % 10)) % 10}`;
  if (!isValidGTIN(code)) throw new Error(code);
  if (validate(code).valid) valid++;
}
console.log(`of 100 right codes ${valid} are valid`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
4006381333931: gtin, invalid; gtin-validator: valid
5901234123457: gtin, valid; gtin-validator: valid
73513537: gtin, invalid; gtin-validator: valid
96385074: gtin, valid; gtin-validator: valid
10012345678902: gtin, invalid; gtin-validator: valid
00012345600012: gtin, invalid; gtin-validator: valid
036000291452: upc, valid; gtin-validator: valid
9780306406157: isbn13, valid; gtin-validator: valid
of 100 right codes 20 are valid
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
