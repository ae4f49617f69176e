#!/bin/bash
# @balena/proxy-protocol-parser: "PROXY UNKNOWN" becomes a TCP connection over IPv6 from "\r\n", and a UNIX path an IPv6 address.
#
# Versions: @balena/proxy-protocol-parser 1.0.2 (npm), Node.js.
# Expected: the PROXY protocol's specification (HAProxy, doc/proxy-protocol.txt), section 2.1: the rest of the line behind UNKNOWN
#   may be missing and is to be ignored, and the connection's own addresses count. Section 2.2: family 3 is AF_UNIX with two paths of
#   108 bytes.
# Seen: everything that is not TCP4 is taken for IPv6. For the shortest valid header, "PROXY UNKNOWN\r\n", the remote address is
#   "\r\n" and the local one is the beginning of the payload. Of a UNIX path /tmp/a the first 16 bytes come back as the address
#   2f74:6d70:2f61::0.
# Why it matters: the health checks of HAProxy say UNKNOWN or LOCAL. What is logged as the client's address is then made of
#   payload, which in front of TLS is a ClientHello.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @balena/proxy-protocol-parser@1.0.2 >npm.log 2>&1

cat > find.js <<'JS'
const { decode } = require("@balena/proxy-protocol-parser");

const path = (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(108 - text.length)]);
const unix = Buffer.concat([
  Buffer.from("\r\n\r\n\0\r\nQUIT\n"),
  Buffer.from([0x21, 0x31, 0, 216]),
  path("/tmp/a"),
  path("/tmp/b"),
]);
const seen = [
  decode(Buffer.from("PROXY TCP4 192.0.2.1 192.0.2.2 50000 443\r\npayload")),
  decode(Buffer.from("PROXY UNKNOWN\r\npayload")),
  decode(unix),
].map((d) => [d.protocol, d.remoteFamily, d.remoteAddress, d.localAddress]);
["TCP4", "UNKNOWN", "UNIX"].forEach((name, i) => console.log(`${name}:`, JSON.stringify(seen[i])));
const expected = [
  ["tcp", "IPv4", "192.0.2.1", "192.0.2.2"],
  ["tcp", "IPv6", "\r\n", "payload"],
  ["tcp", "IPv6", "2f74:6d70:2f61::0", "0::0"],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
