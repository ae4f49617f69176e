#!/bin/bash
# node-pop3: a line of a mail that begins with a dot comes with two, and a full stop that arrives in a TLS record of its own ends the mail.
#
# Versions: node-pop3 0.11.0 (npm), Node.js, Python 3.11 as server, its poplib as the other client.
# Expected: RFC 1939, section 3: if a line of the response begins with the termination octet, ".", the server puts another one before it, and the
#   client takes that away; the response ends with a line that has nothing but ".". TLS has no records that mean anything (RFC 8446, section 5.1).
# Seen: RETR() keeps both dots of "..profile". The end it looks for at the end of a record, or in a record that is nothing but ".\r\n": if "This is
#   the end" and its full stop come in two records, the mail ends without the stop, and what follows is missing. poplib returns all of it.
# Why it matters: signatures over mails (DKIM, S/MIME) that have such a line fail, and attachments of text are changed. Where records end is the
#   server's affair, so that a mail is cut now and then, with no error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-pop3@0.11.0 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > fetch.mjs <<'JS'
import fs from "node:fs";
import Pop3Command from "node-pop3";

const client = new Pop3Command({
    user: "somebody",
    password: "secret",
    host: "localhost",
    port: +process.argv[2],
    tls: true,
    tlsOptions: { ca: fs.readFileSync("cert.pem") },
});
console.log(JSON.stringify(await client.RETR(1)));
process.exit();
JS
cat > find.py <<'PY'
import contextlib
import json
import poplib
import socket
import ssl
import subprocess
import sys
import threading
import time

# The mail as it is, and as the server sends it, in records.
MAIL = ["Subject: Test", "", "The name is", ".profile", "This is the end.", "Or not."]
RECORDS = {
    "one record": [b"Subject: Test\r\n\r\nThe name is\r\n..profile\r\nThis is the end.\r\nOr not.\r\n.\r\n"],
    "three records": [
        b"Subject: Test\r\n\r\nThe name is\r\n..profile\r\nThis is the end",
        b".\r\n",
        b"Or not.\r\n.\r\n",
    ],
}
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, records):
    sock, _ = listener.accept()
    with sock, contextlib.suppress(OSError), context.wrap_socket(sock, server_side=True) as tls:
        tls.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tls.sendall(b"+OK Hello\r\n")
        while command := tls.recv(1000):
            tls.sendall(b"+OK\r\n")
            if command.startswith(b"RETR"):
                for record in records:
                    time.sleep(0.3)
                    tls.sendall(record)


def by_poplib(port):
    session = poplib.POP3_SSL("localhost", port, context=ssl.create_default_context(cafile="cert.pem"), timeout=20)
    session.user("somebody")
    session.pass_("secret")
    return [line.decode() for line in session.retr(1)[1]]


def by_node_pop3(port):
    command = ["node", "fetch.mjs", str(port)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return json.loads(result.stdout).removesuffix("\r\n").split("\r\n")


seen = {}
for client in by_poplib, by_node_pop3:
    for name, records in RECORDS.items():
        with socket.create_server(("localhost", 0)) as listener:
            threading.Thread(target=serve, args=(listener, records), daemon=True).start()
            lines = client(listener.getsockname()[1])
        print(f"{client.__name__}, {name}: {lines}")
        seen[client.__name__, name] = lines
dotted = [*MAIL[:3], "..profile", *MAIL[4:]]
expected = {
    ("by_poplib", "one record"): MAIL,
    ("by_poplib", "three records"): MAIL,
    ("by_node_pop3", "one record"): dotted,
    ("by_node_pop3", "three records"): [*dotted[:4], "This is the end"],
}
sys.exit(seen != expected)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
