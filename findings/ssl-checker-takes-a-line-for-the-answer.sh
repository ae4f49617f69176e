#!/bin/bash
# ssl-checker: an FTP greeting of two lines ends in a TLS error, if the lines come in two TCP segments.
#
# Versions: ssl-checker 3.0.1 (npm), Node.js, Python 3.11 as server, its ftplib as the other client.
# Expected: RFC 959, section 4.2: a reply may have several lines, the first of which begins with "220-" and the last with "220 ". Its documentation
#   has STARTTLS for FTP (AUTH TLS, RFC 4217). TCP has no segments that mean anything.
# Seen: it takes whatever ends in a line break for the reply. With both lines in one segment it reports the certificate. With the second line
#   in a segment of its own it counts that as the answer to AUTH TLS, begins with TLS, reads "234" as a TLS record, and says "wrong version
#   number". ftplib reads on in both cases. (For SMTP ssl-checker knows replies of several lines.)
# Why it matters: servers with a greeting of several lines, which many are installed with, are reported as without TLS, now and then; the same
#   command works the next time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ssl-checker@3.0.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > check.js <<'JS'
const { sslChecker } = require("ssl-checker");
sslChecker("localhost", { protocol: "ftp", port: +process.argv[2] }).then(
    (result) => console.log(result.subject.CN),
    (error) => console.log(error.message),
);
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

GREETING = [b"220-Welcome to\r\n", b"220 the server\r\n"]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, segments):
    sock, _ = listener.accept()
    with sock, contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for segment in segments:
            sock.sendall(segment)
            # Time for the client to read it as a segment of its own.
            time.sleep(0.5)
        # Byte by byte: what follows the command may be TLS.
        line = b""
        while line != b"AUTH TLS\r\n":
            byte = sock.recv(1)
            if not byte:
                return
            line += byte
        time.sleep(0.5)
        sock.sendall(b"234 Go on\r\n")
        with context.wrap_socket(sock, server_side=True) as tls:
            tls.recv(100)


def ask(client, segments):
    with socket.create_server(("localhost", 0)) as listener:
        threading.Thread(target=serve, args=(listener, segments), daemon=True).start()
        return client(listener.getsockname()[1])


def by_ftplib(port):
    session = ftplib.FTP_TLS(context=ssl.create_default_context(cafile="cert.pem"), timeout=20)
    session.connect("localhost", port)
    session.auth()
    return session.sock.getpeercert()["subject"][0][0][1]


def by_ssl_checker(port):
    command = ["node", "check.js", str(port)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()


seen = {}
for client in by_ftplib, by_ssl_checker:
    results = [ask(client, [b"".join(GREETING)]), ask(client, GREETING)]
    print(f"{client.__name__}: in one segment {results[0]}; in two: {results[1]}")
    seen[client.__name__] = ["wrong version number" if "wrong version number" in r else r for r in results]
expected = {"by_ftplib": ["localhost", "localhost"], "by_ssl_checker": ["localhost", "wrong version number"]}
sys.exit(seen != expected)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
