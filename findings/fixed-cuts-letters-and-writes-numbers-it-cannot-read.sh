#!/bin/bash
# fixed: "München" in a field of seven loses its last letter without an error, and a negative number is written as 00-12, which the package itself
#   refuses to read.
#
# Versions: fixed 0.3.1 (npm), Node.js.
# Expected: a record generated from data is parsed to the same data; what does not fit is an error, which the package has for it: "value is too long
#   for field". It counts a field's length in letters and writes UTF-8, its default encoding, in octets.
# Seen: { city: "München" } in a field of length 7 comes back as "Münche"; with "Munchen" all is there, and "Munchens" is the Error "value is too
#   long". Of -12 in a field of five "00-12" is written, and parse() ends in "value is not an integer". 12 is 00012 and comes back as 12.
# Why it matters: it is made for files of payments (names, cities and amounts in fixed columns): names are cut, and one reversal makes a file that
#   cannot be read, at the bank too. Set encoding: "latin1" and supportsUnicode, and give amounts and signs as texts.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts fixed@0.3.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const fixed = require("fixed");

process.removeAllListeners("warning");
const record = fixed({
  fields: [
    { key: "city", type: "string", startingPosition: 1, length: 7 },
    { key: "amount", type: "integer", startingPosition: 8, length: 5 },
  ],
});
for (const data of [{ city: "Munchen", amount: 12 }, { city: "Munchens", amount: 12 }, { city: "München", amount: 12 }, { city: "Munchen", amount: -12 }]) {
  let seen;
  try {
    const octets = record.generate(data);
    seen = JSON.stringify(octets.toString());
    seen += `, read: ${JSON.stringify(record.parse(octets))}`;
  } catch (error) {
    seen = `${seen ?? ""} ${error.message.replace(/\s+/g, " ")}`.trim();
  }
  console.log(`${JSON.stringify(data)}: ${seen}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
{"city":"Munchen","amount":12}: "Munchen00012\r\n", read: {"city":"Munchen","amount":12}
{"city":"Munchens","amount":12}: value is too long for field city Munchens
{"city":"München","amount":12}: "Münche00012\r\n", read: {"city":"Münche","amount":12}
{"city":"Munchen","amount":-12}: "Munchen00-12\r\n" value is not an integer for field amount 00-12
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
