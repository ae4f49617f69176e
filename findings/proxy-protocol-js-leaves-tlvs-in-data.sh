#!/bin/bash
# proxy-protocol-js: the TLVs of a version 2 header are handed out as the first bytes of the connection's data.
#
# Versions: proxy-protocol-js 4.0.6 (npm), Node.js.
# Expected: the PROXY protocol's specification (HAProxy, doc/proxy-protocol.txt), section 2.2: the 16-bit length counts the address
#   block and the TLVs behind it; a receiver may interpret or skip them, and the payload begins where the length ends. Section 2.1 has
#   "PROXY UNKNOWN\r\n" as the shortest line of version 1.
# Seen: `data` begins right behind the addresses, whatever the length says, so any TLV becomes payload: the unique ID that HAProxy
#   can send, or the endpoint's ID that a cloud's load balancer adds. V1ProxyProtocol.parse() refuses "PROXY UNKNOWN\r\n".
# Why it matters: the payload behind such a header is usually a ClientHello; with a TLV glued to its front the TLS handshake fails
#   with a record error that points nowhere near the proxy.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts proxy-protocol-js@4.0.6 >npm.log 2>&1

cat > find.js <<'JS'
const { V1ProxyProtocol, V2ProxyProtocol } = require("proxy-protocol-js");

const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n");
const addresses = Buffer.from([192, 0, 2, 1, 192, 0, 2, 2, 0xc3, 0x50, 0x01, 0xbb]);
const uniqueId = Buffer.from([0x05, 0, 3, ...Buffer.from("abc")]);

function data(tlvs) {
  const block = Buffer.concat([addresses, tlvs]);
  const head = Buffer.from([0x21, 0x11, block.length >> 8, block.length & 255]);
  const parsed = V2ProxyProtocol.parse(Buffer.concat([signature, head, block, Buffer.from("payload")]));
  return Buffer.from(parsed.data).toString("latin1");
}

const seen = [data(Buffer.alloc(0)), data(uniqueId)];
console.log("without TLVs:", JSON.stringify(seen[0]));
console.log("with a unique ID:", JSON.stringify(seen[1]));
let unknown = "accepted";
try {
  V1ProxyProtocol.parse("PROXY UNKNOWN\r\npayload");
} catch (error) {
  unknown = error.constructor.name;
}
console.log("PROXY UNKNOWN:", unknown);
const same = seen[0] === "payload" && seen[1] === "\x05\0\x03abcpayload" && unknown === "V1ProxyProtocolParseError";
process.exit(same ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
