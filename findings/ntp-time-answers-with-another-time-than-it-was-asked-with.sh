#!/bin/bash
# ntp-time: the server drops the fraction of the time that the client sent, which is to come back bit by bit; clients ignore the answer.
#
# Versions: ntp-time 2.1.1 (npm), Node.js; Python 3.11 as the client.
# Expected: RFC 5905, section 8 and figure 31: the origin timestamp of an answer is the transmit timestamp of the request; a client drops an
#   answer whose origin timestamp is not the one it sent ("bogus"). Its documentation: Client and Server, "To put a server up, you must
#   require the server class".
# Seen: for ee0d0f40 9abcdef1 the answer has the origin timestamp ee0d0f40 00000000, whatever the fraction was.
# Why it matters: chrony and ntpd never accept a time from such a server, and report it as unreachable.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ntp-time@2.1.1 >npm.log 2>&1

cat > server.cjs <<'JS'
const { Server } = require("ntp-time");

const server = new Server();
server.handle((message, response) => {
  message.transmitTimestamp = Math.floor(Date.now() / 1000);
  response(message);
});
server.listen(Number(process.argv[2]), "127.0.0.1");
server.socket.on("listening", () => console.log("ready"));
setTimeout(() => process.exit(), 40000);
JS
cat > find.py <<'PY'
import socket
import subprocess

# The server takes 4567 for port 0, so that a free one is looked for here.
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]
with subprocess.Popen(["node", "server.cjs", str(port)], stdout=subprocess.PIPE, text=True) as server:
    try:
        server.stdout.readline()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(10)
            sock.connect(("127.0.0.1", port))
            for sent in ("ee0d0f4080000000", "ee0d0f409abcdef1"):
                sock.send(bytes([0x23]) + bytes(39) + bytes.fromhex(sent))
                answer = sock.recv(100)
                print(f"sent {sent}, origin in the answer {answer[24:32].hex()}, mode {answer[0] & 7}")
    finally:
        server.kill()
PY
timeout 60 python3 find.py | tee seen
cat > expected <<'TEXT'
sent ee0d0f4080000000, origin in the answer ee0d0f4000000000, mode 4
sent ee0d0f409abcdef1, origin in the answer ee0d0f4000000000, mode 4
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
