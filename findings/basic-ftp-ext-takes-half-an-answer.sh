#!/bin/bash
# basic-ftp-ext: half of an answer, if it ends a TLS record, is the answer, and a folder with quotation marks has too many of them.
#
# Versions: basic-ftp-ext 2.9.2 (npm), Node.js, Python 3.11 as server, its ftplib as the other client.
# Expected: RFC 959, section 4.2: an answer of one line ends with the end of the line; its own documentation of the parser: "A response can also be
#   incomplete and be completed on the next incoming data chunk". RFC 8446, section 5.1: where records end means nothing. RFC 959, appendix II:
#   quotation marks in the name of a folder are doubled in the answer to PWD.
# Seen: what begins with three digits and a blank counts as complete, with or without the end of its line. If the answer to PWD comes in two records,
#   pwd() sees '257 "/exam' and ends in a TypeError; the rest is dropped. For the folder /a"b it gives /a""b. ftplib gives the right name each time.
# Why it matters: it depends on the server and the network whether a transfer works, and the error is of the client's own code.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts basic-ftp-ext@2.9.2 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > ask.js <<'JS'
const fs = require("fs");
const { Client } = require("basic-ftp-ext");

(async () => {
    const client = new Client();
    await client.connect("localhost", +process.argv[2]);
    await client.useTLS({ ca: fs.readFileSync("cert.pem"), host: "localhost" });
    console.log(await client.pwd().catch((error) => error.name));
    process.exit();
})();
JS
cat > find.py <<'PY'
import contextlib
import ftplib
import socket
import ssl
import subprocess
import sys
import threading
import time

CASES = {
    "one record": [b'257 "/example" is current\r\n'],
    "two records": [b'257 "/exam', b'ple" is current\r\n'],
    "quotation mark": [b'257 "/a""b" is current\r\n'],
}
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, records):
    sock, _ = listener.accept()
    with sock, contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(b"220 Hello\r\n")
        # Byte by byte: what follows the command may be TLS.
        line = b""
        while line != b"AUTH TLS\r\n":
            byte = sock.recv(1)
            if not byte:
                return
            line += byte
        sock.sendall(b"234 Go on\r\n")
        with context.wrap_socket(sock, server_side=True) as tls:
            while command := tls.recv(1000):
                answers = records if command.startswith(b"PWD") else [b"200 OK\r\n"]
                for record in answers:
                    tls.sendall(record)
                    time.sleep(0.3)


def by_ftplib(port):
    session = ftplib.FTP_TLS(context=ssl.create_default_context(cafile="cert.pem"), timeout=20)
    session.connect("localhost", port)
    session.auth()
    return session.pwd()


def by_basic_ftp_ext(port):
    command = ["node", "ask.js", str(port)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()


seen = {}
for client in by_ftplib, by_basic_ftp_ext:
    for name, records in CASES.items():
        with socket.create_server(("localhost", 0)) as listener:
            threading.Thread(target=serve, args=(listener, records), daemon=True).start()
            seen[client.__name__, name] = client(listener.getsockname()[1])
        print(f"{client.__name__}, {name}: {seen[client.__name__, name]}")
expected = {
    ("by_ftplib", "one record"): "/example",
    ("by_ftplib", "two records"): "/example",
    ("by_ftplib", "quotation mark"): '/a"b',
    ("by_basic_ftp_ext", "one record"): "/example",
    ("by_basic_ftp_ext", "two records"): "TypeError",
    ("by_basic_ftp_ext", "quotation mark"): '/a""b',
}
sys.exit(seen != expected)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
