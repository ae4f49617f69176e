#!/bin/bash
# vs-stun: a STUN message with an attribute that it does not know cannot be parsed: the checks of browsers, and messages by the RFC of 2020.
#
# Versions: vs-stun 0.0.7, webrtc-stun 3.0.0 to compare with (npm), Node.js.
# Expected: RFC 8489, section 14: attributes from 0x8000 on are "comprehension-optional": they "can be ignored by the STUN agent if it does
#   not understand them".
# Seen: parse() reads a response with SOFTWARE. With GOOG-NETWORK-INFO (0xC057), which Chrome sends in each check, with PASSWORD-ALGORITHMS
#   (0x8002) of RFC 8489, or with any other it fails: "Cannot read properties of undefined (reading 'decode')". webrtc-stun reads the
#   address in each.
# Why it matters: WebRTC and SIP programs learn their address in this way. None of them can read the check of a browser, nor what a server
#   of today says to them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vs-stun@0.0.7 webrtc-stun@3.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const { parse } = require("vs-stun");
const { createBlank } = require("webrtc-stun");

console.warn = console.info = () => {};
const log = console.log;

// A Binding response with XOR-MAPPED-ADDRESS 192.0.2.1:4660, and one more attribute before it.
function response(type, value) {
  const octets = Buffer.from(value);
  const first = Buffer.alloc(4 + octets.length + (-octets.length & 3));
  first.writeUInt16BE(type, 0);
  first.writeUInt16BE(octets.length, 2);
  octets.copy(first, 4);
  const address = Buffer.from("00200008" + "0001" + "3326" + "e112a643", "hex");
  const head = Buffer.from("01010000" + "2112a442" + "000102030405060708090a0b", "hex");
  head.writeUInt16BE(first.length + address.length, 2);
  return Buffer.concat([head, first, address]);
}

for (const [name, type, value] of [
  ["SOFTWARE", 0x8022, "test"],
  ["GOOG-NETWORK-INFO", 0xc057, [0, 1, 0, 10]],
  ["PASSWORD-ALGORITHMS", 0x8002, [0, 2, 0, 0]],
]) {
  const message = response(type, value);
  const right = createBlank();
  console.log = () => {};
  right.loadBuffer(message);
  console.log = log;
  let seen;
  try {
    seen = parse(message).attributes.filter(({ host }) => host).map(({ host, port }) => `${host}:${port}`).join(", ");
  } catch (error) {
    seen = error.message;
  }
  const { address, port } = right.getXorMappedAddressAttribute();
  console.log(`${name}: webrtc-stun ${address}:${port}, vs-stun ${seen}`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
SOFTWARE: webrtc-stun 192.0.2.1:4660, vs-stun 192.0.2.1:4660
GOOG-NETWORK-INFO: webrtc-stun 192.0.2.1:4660, vs-stun Cannot read properties of undefined (reading 'decode')
PASSWORD-ALGORITHMS: webrtc-stun 192.0.2.1:4660, vs-stun Cannot read properties of undefined (reading 'decode')
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
