#!/bin/bash
# asn1-ber: a bit string of more than 53 bits is rounded, and can even become longer; and the object identifier 2.999 is written as 1.15.
#
# Versions: asn1-ber 1.2.2 (npm), Node.js, OpenSSL 3.0 as the other reader and writer.
# Expected: X.690, section 8.6: the contents of a bit string are its bits. Section 8.19.4: the first two arcs of an identifier, X and Y, are
#   written as one number, 40 X + Y, however large; 2.999 is the arc that ITU-T has for examples.
# Seen: of 64 bits, of which the last eight are 00000001, readBitString() gives 65, a one and 64 zeros: on the way they are a JavaScript number.
#   A string of 63 ones has a one and 63 zeros. "2.999.3" is written as 06 02 37 03, and reads as 1.15.3.
# Why it matters: signatures and keys are bit strings of more than 53 bits, and nothing says that others arrived.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts asn1-ber@1.2.2 >npm.log 2>&1

cat > find.js <<'JS'
const { execFileSync } = require("child_process");
const { BerReader, BerWriter } = require("asn1-ber");

function openssl(data) {
  return execFileSync("openssl", ["asn1parse", "-inform", "DER", "-dump"], { input: data }).toString().trim().replace(/\s+/g, " ");
}
for (const hex of ["030900ffffffffffffff01", "030901fffffffffffffffe", "030500ffffff01"]) {
  const data = Buffer.from(hex, "hex");
  const bits = new BerReader(data).readBitString();
  const right = BigInt(`0x${hex.slice(6)}`).toString(2).slice(0, 8 * (data.length - 3) - data[2]);
  console.log(`${hex}: ${bits.length} bits, of which ${[...bits].filter((bit) => bit === "1").length} are ones; ` +
    `right: ${right.length} and ${[...right].filter((bit) => bit === "1").length}`);
}
const writer = new BerWriter();
writer.writeOID("2.999.3");
console.log(`2.999.3: ${writer.buffer.toString("hex")}, for itself ${new BerReader(writer.buffer).readOID()}`);
console.log(`for OpenSSL: ${openssl(writer.buffer)}`);
JS
timeout 60 node find.js | tee seen
echo "OpenSSL writes: $(openssl asn1parse -genstr OID:2.999.3 -noout -out right.der && od -An -tx1 right.der)" | tee -a seen
cat > expected <<'TEXT'
030900ffffffffffffff01: 65 bits, of which 1 are ones; right: 64 and 57
030901fffffffffffffffe: 64 bits, of which 1 are ones; right: 63 and 63
030500ffffff01: 32 bits, of which 25 are ones; right: 32 and 25
2.999.3: 06023703, for itself 1.15.3
for OpenSSL: 0:d=0 hl=2 l= 2 prim: OBJECT :1.15.3
OpenSSL writes:  06 03 88 37 03
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
