#!/bin/bash
# gs1js: a weight of 0.189 kg (3103) is identifier 31 with the value 03000189, and every identifier of three or four digits is cut to two.
#
# Versions: gs1js 0.0.2 and, to compare with, gs1-barcode-parser-mod 1.2.1 (npm), Node.js.
# Expected: GS1 General Specifications, section 3.2: application identifiers have two to four digits; 3103 is the net weight in kilograms with three
#   decimals, 410 the location to ship to, 392n a price, 8005 the price per unit. The table of predefined lengths, which the package names, has the
#   first two digits only to tell the lengths of element strings. "GS1 barcode content parser" is what it calls itself.
# Seen: (01)09521234543213(3103)000189 is 01 and { identifier: "31", value: "03000189" }; (410) is { identifier: "41", value: "0..." }, (3922)1050 is
#   "39" with "221050", (8005)001234 is "80" with "05001234". Two-digit identifiers are right. gs1-barcode-parser-mod has all of them.
# Why it matters: weights, prices and places cannot be read; who takes "31" for the identifier of a weight has 3000189 grams for 189, and cannot tell
#   kilograms from metres (311n).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts gs1js@0.0.2 gs1-barcode-parser-mod@1.2.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const { GS1Reader } = require("gs1js");
const { parseBarcode } = require("gs1-barcode-parser-mod");

for (const elements of [["0109521234543213", "17261130", "10ABC"], ["0109521234543213", "3103000189"], ["4109521234543213"], ["0109521234543213", "39221050"], ["0109521234543213", "8005001234"]]) {
  const code = elements.join("");
  const seen = new GS1Reader(code).getApplicationIdentifiers().map(({ identifier, value }) => `(${identifier})${value}`);
  const right = parseBarcode(`]d2${code}`).parsedCodeItems.map(({ ai, data }) => `(${ai})${data instanceof Date ? data.toISOString().slice(0, 10) : data}`);
  console.log(`${elements.join(" ")}: ${seen.join(" ")}; gs1-barcode-parser-mod: ${right.join(" ")}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
0109521234543213 17261130 10ABC: (01)09521234543213 (17)261130 (10)ABC; gs1-barcode-parser-mod: (01)09521234543213 (17)2026-11-30 (10)ABC
0109521234543213 3103000189: (01)09521234543213 (31)03000189; gs1-barcode-parser-mod: (01)09521234543213 (3103)0.189
4109521234543213: (41)09521234543213; gs1-barcode-parser-mod: (410)9521234543213
0109521234543213 39221050: (01)09521234543213 (39)221050; gs1-barcode-parser-mod: (01)09521234543213 (3922)10.5
0109521234543213 8005001234: (01)09521234543213 (80)05001234; gs1-barcode-parser-mod: (01)09521234543213 (8005)001234
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
