#!/bin/bash
# socks5-client: what a server says first is lost if it comes with the proxy's answer, and half of an answer becomes data.
#
# Versions: socks5-client 1.2.8, socks 2.8.10 for comparison (npm), Node.js, Python 3.11 as proxy and server.
# Expected: RFC 1928, section 6: the length of the answer follows from its ATYP, 10 octets for an IPv4 address; what comes behind it is the
#   connection's. TCP is a stream: where segments end says nothing.
# Seen: it takes the first segment, whole, for the answer. If "220 Hello" of the server comes in it too, the client never sees the greeting. If the
#   answer comes in two segments, the connection's data begin with the last octets of the answer, and a TLS handshake through it fails with "wrong
#   version number", for a proxy and a server without fault. socks gets all of it right.
# Why it matters: SMTP, IMAP, SSH and FTP servers speak first, and a proxy beside its server, or one that collects small writes, sends both at once.
#   It happens now and then, and the error is about TLS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts socks5-client@1.2.8 socks@2.8.10 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > connect.js <<'JS'
const fs = require("fs");
const [which, port] = process.argv.slice(2);
const end = (result) => {
    console.log(JSON.stringify(result));
    process.exit();
};
const proxy = { socksHost: "127.0.0.1", socksPort: +port };
const listen = (socket) => {
    let data = Buffer.alloc(0);
    socket.on("data", (chunk) => (data = Buffer.concat([data, chunk])));
    setTimeout(() => end(data.toString("latin1")), 1500);
};
if (which === "socks") {
    const { SocksClient } = require("socks");
    const options = { proxy: { host: "127.0.0.1", port: +port, type: 5 }, command: "connect", destination: { host: "localhost", port: 25 } };
    SocksClient.createConnection(options).then(({ socket }) => (listen(socket), socket.resume()), (error) => end(error.message));
} else if (which === "socks5-client") {
    const socket = require("socks5-client").createConnection({ ...proxy, host: "localhost", port: 25 });
    socket.on("connect", () => listen(socket));
    socket.on("error", (error) => end(error.message));
} else {
    const socket = require("socks5-client").createConnection({ ...proxy, host: "localhost", port: 443 });
    socket.on("connect", () => {
        const tls = require("tls").connect({ socket: socket.socket, servername: "localhost", ca: fs.readFileSync("cert.pem") });
        tls.on("secureConnect", () => end("handshake"));
        tls.on("error", (error) => end(/wrong version number/.test(error.message) ? "wrong version number" : error.message));
    });
}
JS
cat > find.py <<'PY'
import contextlib
import json
import socket
import ssl
import subprocess
import sys
import threading
import time

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
ANSWER = bytes.fromhex("050000017f0000010019")
GREETING = b"220 Hello\r\n"


def serve(listener, segments, tls):
    sock, _ = listener.accept()
    with sock, contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.recv(100)
        sock.sendall(b"\x05\x00")
        sock.recv(100)
        for segment in segments:
            sock.sendall(segment)
            time.sleep(0.3)
        if tls:
            with context.wrap_socket(sock, server_side=True) as sock:
                sock.recv(1)
        else:
            sock.recv(1)


def ask(what, client, *segments, tls=False):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener, segments, tls), daemon=True).start()
        command = ["node", "--no-deprecation", "connect.js", client, str(listener.getsockname()[1])]
        result = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=30).stdout)
    print(f"{client}, {what}: {result!r}")
    return result


seen = []
for client in "socks", "socks5-client":
    seen.append(ask("answer, then greeting", client, ANSWER, GREETING))
    seen.append(ask("both at once", client, ANSWER + GREETING))
    seen.append(ask("answer in two segments", client, ANSWER[:4], ANSWER[4:], GREETING))
seen.append(ask("answer", "socks5-client and TLS", ANSWER, tls=True))
seen.append(ask("answer in two segments", "socks5-client and TLS", ANSWER[:4], ANSWER[4:], tls=True))
hello, rest = GREETING.decode(), ANSWER[4:].decode("latin-1")
sys.exit(seen != [hello, hello, hello, hello, "", rest + hello, "handshake", "wrong version number"])
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
