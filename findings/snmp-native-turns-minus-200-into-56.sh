#!/bin/bash
# snmp-native: the integer -200 is written as 56, -129 as 127 and -40,000 as 25,536.
#
# Versions: snmp-native 1.2.0, asn1-ber 1.2.2 for comparison (npm), Node.js.
# Expected: X.690, section 8.3: the contents of an integer are a two's complement number, whose first bit is the sign. snmp-native's documentation has
#   set() with the type Integer and a value.
# Seen: a negative number gets as many octets as its amount needs, and none for the sign: from -129 to -255, from -32,769 to -65,535 and so on
#   the number that is written is positive. The other package has ff38 for -200, and reads what snmp-native has written as 56.
# Why it matters: temperatures in tenths of a degree, levels in dBm and offsets are negative. The agent takes the value, and sets another one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts snmp-native@1.2.0 asn1-ber@1.2.2 >npm.log 2>&1

cat > find.js <<'JS'
const dgram = require("dgram");
const { BerReader, BerWriter } = require("asn1-ber");
const snmp = require("snmp-native");

// The integers that an agent gets from set().
const agent = dgram.createSocket("udp4");
const values = [-1, -128, -129, -200, -256, -40000];
agent.on("message", (message) => {
  const reader = new BerReader(message);
  reader.readSequence();
  reader.readInt();
  reader.readString();
  reader.readSequence();
  for (const _ of ["number", "error", "index"]) reader.readInt();
  reader.readSequence();
  reader.readSequence();
  reader.readOID();
  const value = values.shift();
  const right = new BerWriter();
  right.writeInt(value);
  console.log(`${value}: written as ${reader.buffer.toString("hex")}, that is ${reader.readInt()}; by the other as ${right.buffer.toString("hex")}`);
  next();
});
let session;
function next() {
  if (values.length === 0) {
    session.close();
    agent.close();
    return;
  }
  session.set({ oid: [1, 3, 6, 1, 4, 1, 32473, 1, 0], type: snmp.DataTypes.Integer, value: values[0] }, () => {});
}
agent.bind(0, "127.0.0.1", () => {
  session = new snmp.Session({ host: "127.0.0.1", port: agent.address().port, timeouts: [20000] });
  next();
});
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
-1: written as 0201ff, that is -1; by the other as 0201ff
-128: written as 020180, that is -128; by the other as 020180
-129: written as 02017f, that is 127; by the other as 0202ff7f
-200: written as 020138, that is 56; by the other as 0202ff38
-256: written as 0202ff00, that is -256; by the other as 0202ff00
-40000: written as 020263c0, that is 25536; by the other as 0203ff63c0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
