#!/bin/bash
# @balena/proxy-protocol-parser and findhit-proxywrap: who comes from "UNKNOWN" has the address "\r\n", or none, or one that means nothing.
#
# Versions: @balena/proxy-protocol-parser 1.0.2, findhit-proxywrap 0.3.13 (npm), proxy-protocol 0.11.3 (PyPI) for comparison, Node.js, Python 3.11.
# Expected: the PROXY protocol's specification (HAProxy, doc/proxy-protocol.txt), section 2.1: "PROXY UNKNOWN\r\n" is a complete header; the
#   receiver must ignore anything between UNKNOWN and the end of the line, and has to use the real endpoints of the connection.
# Seen: of "PROXY UNKNOWN\r\n" the parser makes protocol "tcp", family "IPv6", remote address "\r\n" and ports NaN. With addresses behind UNKNOWN,
#   as in the specification's own example, it returns these as an IPv6 connection's. findhit-proxywrap sets remoteAddress to undefined
#   for the first, and for the second to the address that must be ignored. proxy-protocol (PyPI) reports no addresses in both cases.
# Why it matters: statistics and logs have an address that nobody has, with a line break in it, and a program that expects one fails on a
#   header that the specification has for connections without.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @balena/proxy-protocol-parser@1.0.2 findhit-proxywrap@0.3.13 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check proxy-protocol==0.11.3

cat > find.js <<'JS'
const net = require("net");
const parser = require("@balena/proxy-protocol-parser");
const proxywrap = require("findhit-proxywrap");

const headers = ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN 2001:db8::1 2001:db8::2 65535 65535\r\n"];
const wrapped = (header) =>
    new Promise((resolve) => {
        const server = proxywrap.proxy(net).createServer((socket) => {
            resolve(socket.remoteAddress);
            socket.destroy();
            server.close();
        });
        server.listen(0, "127.0.0.1", () => {
            const client = net.connect(server.address().port, "127.0.0.1", () => client.write(header + "data"));
            client.on("error", () => {});
        });
    });

(async () => {
    const seen = [];
    for (const header of headers) {
        const parsed = parser.decode(Buffer.from(header));
        const address = await wrapped(header);
        console.log(JSON.stringify(header));
        console.log("    @balena/proxy-protocol-parser:", parsed);
        console.log("    findhit-proxywrap, remoteAddress of a client at 127.0.0.1:", address);
        seen.push(`${parsed.remoteFamily} ${JSON.stringify(parsed.remoteAddress)} ${address}`);
    }
    const expected = ['IPv6 "\\r\\n" undefined', 'IPv6 "2001:db8::1" 2001:db8::1'];
    process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
cat > compare.py <<'PY'
import sys

from proxyprotocol.v1 import ProxyProtocolV1

seen = []
for header in (b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN 2001:db8::1 2001:db8::2 65535 65535\r\n"):
    result = ProxyProtocolV1().unpack(header)
    print(f"proxy-protocol: {header}: source {result.source}")
    seen.append(result.source)
sys.exit(seen != [None, None])
PY
node --no-deprecation find.js && venv/bin/python compare.py || { echo "CHANGED: see above"; exit 1; }
