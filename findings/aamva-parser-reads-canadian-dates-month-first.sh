#!/bin/bash
# aamva-parser: dates of Canadian driving licences are read as American ones, month first: the year is 713, each licence has expired, and everybody is
#   over 21.
#
# Versions: aamva-parser 1.7.0 (npm), Node.js.
# Expected: AAMVA Card Design Standard (2020), section D.12.5.1, DBA and DBB: "Format: MMDDCCYY (for U.S.), CCYYMMDD (for Canada)". The package's
#   first line: "Parse AAMVA PDF417 barcode data from US and Canadian driver's licenses and ID cards"; the field DCG says CAN, and it knows:
#   issuingCountry is "Canada".
# Seen: DBA20990712, 12 July 2099, is in the year 713 (the 99th of the 20th month of 712), and expired is true; DBB20150115, a child of 2015, was born
#   in the year 116, and isUnder18() and isUnder21() are false. The American card of the same day, 01152015, is read rightly.
# Why it matters: it is made for checks of age at a counter; Canadians under age pass them, and those with valid cards are refused. Turn the dates
#   round before, where DCG is CAN.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts aamva-parser@1.7.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { Parse, isUnder18, isUnder21 } = require("aamva-parser");

const card = (country, expires, born) =>
  `@\n\x1e\rANSI 636012080001DL00310100DLDAQD1234\nDCSDOE\nDACJO\nDADNONE\nDBD${born}\nDBA${expires}\nDBB${born}\nDBC1\nDAG1 KING ST\nDAITORONTO\nDAJON\nDAKM5H1A1   \nDCG${country}\r`;
for (const [country, expires, born] of [["USA", "07122099", "01152015"], ["CAN", "20990712", "20150115"]]) {
  const text = card(country, expires, born);
  const seen = Parse(text);
  console.log(`${seen.country}: born ${seen.dateOfBirth.toISOString().slice(0, 10)}, expires ${seen.expirationDate.toISOString().slice(0, 10)}, expired ${seen.expired}`);
  console.log(`  under 18: ${isUnder18(text)}, under 21: ${isUnder21(text)}`);
}
JS
TZ=UTC timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
United States: born 2015-01-15, expires 2099-07-12, expired false
  under 18: true, under 21: true
Canada: born 0116-08-15, expires 0713-11-07, expired true
  under 18: false, under 21: false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
