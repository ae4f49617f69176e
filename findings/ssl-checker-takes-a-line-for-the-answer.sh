#!/bin/bash
# ssl-checker: an FTP greeting of two lines, or an IMAP response before the one that is awaited, ends in a TLS error, depending on TCP segments.
#
# Versions: ssl-checker 3.0.1 (npm), Node.js, Python 3.11 as server, its ftplib and imaplib as other clients.
# Expected: RFC 959, section 4.2: a reply may have several lines, "220-" and at its end "220 ". RFC 9051, section 2.2.2 (and RFC 3501): a client
#   must be prepared to accept any response at all times; the tagged one ends the command. Its documentation has STARTTLS for SMTP, IMAP, POP3
#   and FTP. TCP has no segments that mean anything.
# Seen: it takes whatever ends in a line break for the answer. With both lines in one segment it reports the certificate. With the second line
#   in a segment of its own it counts that as the answer to AUTH TLS or STARTTLS, begins with TLS, reads "234" or "a001" as a TLS record, and
#   says "wrong version number". ftplib and imaplib read on, in both cases.
# Why it matters: servers with a greeting of several lines, and those that tell of new mail, are reported as without TLS, now and then; the
#   same command works the next time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ssl-checker@3.0.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > check.js <<'JS'
const { sslChecker } = require("ssl-checker");
const [protocol, port] = process.argv.slice(2);
sslChecker("localhost", { protocol, port: +port }).then(
    (result) => console.log(result.subject.CN),
    (error) => console.log(error.message),
);
JS
cat > find.py <<'PY'
import contextlib
import ftplib
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time

PROTOCOLS = {
    "ftp": ([b"220-Welcome to\r\n", b"220 the server\r\n"], [b"234 Go on\r\n"], b"AUTH TLS"),
    "imap": ([b"* OK ready\r\n"], [b"* 1 EXISTS\r\n", b"%s OK go on\r\n"], b"STARTTLS"),
}
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, protocol, segments):
    greeting, answer, command = PROTOCOLS[protocol]

    def say(lines):
        for line in lines if segments else [b"".join(lines)]:
            sock.sendall(line)
            # Time for the client to read it as a segment of its own.
            time.sleep(0.3)

    sock, _ = listener.accept()
    with sock, contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        say(greeting)
        while True:
            # Byte by byte: what follows the command may be TLS.
            line = b""
            while not line.endswith(b"\n"):
                byte = sock.recv(1)
                if not byte:
                    return
                line += byte
            tag = line.split()[0]
            if line.strip().upper().endswith(command):
                time.sleep(0.3)
                break
            sock.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK done\r\n" % tag if protocol == "imap" else b"500\r\n")
        say([text.replace(b"%s", tag) for text in answer])
        with context.wrap_socket(sock, server_side=True) as tls:
            # imaplib asks for the capabilities once more.
            line = tls.recv(100)
            if line:
                tls.sendall(b"* CAPABILITY IMAP4rev1\r\n%s OK done\r\n" % line.split()[0])


def ask(client, protocol, segments):
    with socket.create_server(("localhost", 0)) as listener:
        threading.Thread(target=serve, args=(listener, protocol, segments), daemon=True).start()
        port = str(listener.getsockname()[1])
        if client == "ssl-checker":
            command = ["node", "check.js", protocol, port]
            return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()
        trusting = ssl.create_default_context(cafile="cert.pem")
        if protocol == "ftp":
            session = ftplib.FTP_TLS(context=trusting, timeout=20)
            session.connect("localhost", int(port))
            session.auth()
        else:
            session = imaplib.IMAP4("localhost", int(port), timeout=20)
            session.starttls(trusting)
        return session.sock.getpeercert()["subject"][0][0][1]


seen = {}
for protocol in PROTOCOLS:
    for client in "Python", "ssl-checker":
        results = [ask(client, protocol, segments) for segments in (False, True)]
        print(f"{protocol}, {client}: in one segment {results[0]}; in two: {results[1]}")
        seen[protocol, client] = ["wrong version number" if "wrong version number" in r else r for r in results]
good, bad = ["localhost", "localhost"], ["localhost", "wrong version number"]
expected = {(protocol, client): good if client == "Python" else bad for protocol, client in seen}
sys.exit(seen != expected)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
