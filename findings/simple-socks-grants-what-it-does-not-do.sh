#!/bin/bash
# @e9x/simple-socks: UDP ASSOCIATE and BIND are granted, then the connection is closed; and for a request in two TCP segments the network is unreachable.
#
# Versions: @e9x/simple-socks 1.0.0, socks 2.8.10 as the client (npm), Node.js; Python 3.11 as another client.
# Expected: RFC 1928, section 6: the reply field is X'00' for "succeeded" and X'07' for "Command not supported". A TCP segment is no border of a
#   message.
# Seen: the answers to UDP ASSOCIATE and BIND begin with 05 00, and then the connection ends. The client socks reports the association as established,
#   with the port 0, which is what was asked. A CONNECT whose last octet comes later is answered with 05 03, "Network unreachable"; in one piece it is
#   granted.
# Why it matters: a client that would use TCP where UDP is refused, such as a resolver or a QUIC client, waits for answers to its datagrams. And the
#   same request fails now and then, by how it falls into segments.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @e9x/simple-socks@1.0.0 socks@2.8.10 >npm.log 2>&1

cat > server.js <<'JS'
const net = require("net");
const { createProxyServer } = require("@e9x/simple-socks");
const { SocksClient } = require("socks");

const target = net.createServer().listen(0, "127.0.0.1");
const proxy = createProxyServer();
proxy.listen(0, "127.0.0.1", async () => {
  console.log(proxy.address().port, target.address().port);
  const client = new SocksClient({
    proxy: { host: "127.0.0.1", port: proxy.address().port, type: 5 },
    command: "associate",
    destination: { host: "0.0.0.0", port: 0 },
  });
  client.on("established", ({ remoteHost }) => console.log("socks: established", JSON.stringify(remoteHost)));
  client.on("error", (error) => console.log("socks:", error.message));
  client.connect();
});
JS
cat > find.py <<'PY'
import socket
import subprocess
import time

NAMES = {1: "CONNECT", 2: "BIND", 3: "UDP ASSOCIATE"}


def ask(port, command, target, pieces):
    with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(b"\5\1\0")
        assert sock.recv(2) == b"\5\0"
        time.sleep(0.3)
        request = bytes([5, command, 0, 1, 127, 0, 0, 1]) + target.to_bytes(2, "big")
        for piece in (request,) if pieces == 1 else (request[:-1], request[-1:]):
            sock.sendall(piece)
            time.sleep(0.3)
        try:
            answer = sock.recv(100)
            if command == 1:
                return answer[:2].hex()
            return f"{answer[:2].hex()}, then {sock.recv(100)}"
        except TimeoutError:
            return "no answer"


server = subprocess.Popen(["node", "server.js"], stdout=subprocess.PIPE, text=True)
try:
    port, target = map(int, server.stdout.readline().split())
    print(server.stdout.readline().rstrip().replace(str(target), "PORT"))
    for command in NAMES:
        print(f"{NAMES[command]}: {ask(port, command, target, 1)}")
    print(f"CONNECT in two pieces: {ask(port, 1, target, 2)}")
finally:
    server.kill()
    server.wait()
PY
timeout 60 python3 find.py | tee seen
cat > expected <<'TEXT'
socks: established {"port":0}
CONNECT: 0500
BIND: 0500, then b''
UDP ASSOCIATE: 0500, then b''
CONNECT in two pieces: 0503
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
