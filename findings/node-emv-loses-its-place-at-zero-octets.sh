#!/bin/bash
# node-emv: a zero octet between two data objects shifts everything behind it by half an octet, and cryptograms and amounts are read as
# others.
#
# Versions: node-emv 1.0.23; ber-tlv 0.9.2 to compare with (npm), Node.js.
# Expected: EMV Book 3, annex B, and ISO/IEC 7816-4: "00" octets before, between or after data objects, as deleted or changed objects leave
#   them, have no meaning.
# Seen: of 9F 27 01 80, 00, 9F 36 02 00 2A the second object is read as tag "0", and what follows from the middle of an octet; the
#   transaction counter is not there. ber-tlv finds 9F36 with 002A. No error is raised.
# Why it matters: terminals and cards pad records with zeros; the data goes to the acquirer as field 55, over TLS, and is compared with
#   what the card has signed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-emv@1.0.23 ber-tlv@0.9.2 >npm.log 2>&1

cat > find.js <<'JS'
const { TlvFactory } = require("ber-tlv");
const emv = require("node-emv");

for (const data of ["9F2701809F3602002A", "9F270180009F3602002A", "00009F2701809F3602002A"]) {
  const print = (name, objects) => console.log(`  ${name}: ${objects.map(([tag, value]) => `${tag} ${value}`).join(", ")}`);
  console.log(data);
  print("ber-tlv ", TlvFactory.parse(data).map(({ tag, value }) => [tag, value.toString("hex").toUpperCase()]));
  emv.parse(data, (objects) => print("node-emv", objects.map(({ tag, value }) => [tag, value])));
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
9F2701809F3602002A
  ber-tlv : 9F27 80, 9F36 002A
  node-emv: 9F27 80, 9F36 002A
9F270180009F3602002A
  ber-tlv : 9F27 80, 9F36 002A
  node-emv: 9F27 80, 0 F3602002A
00009F2701809F3602002A
  ber-tlv : 9F27 80, 9F36 002A
  node-emv: 0 , 9 2701809F3602002A
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
