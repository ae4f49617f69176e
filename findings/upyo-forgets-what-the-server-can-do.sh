#!/bin/bash
# @upyo/smtp: a server whose answer to EHLO comes in two TLS records "does not support authentication", and a recipient whose mail it forwards is
# refused.
#
# Versions: @upyo/smtp 0.4.0 with @upyo/core 0.4.0 (npm), Node.js, Python 3.11 as server, its smtplib as the other client.
# Expected: RFC 5321, section 4.2.1: an answer may have several lines, the last of which has a blank behind its code; RFC 8446, section 5.1: records
#   have no bounds that mean anything. RFC 5321, section 3.4 and 4.2.3: 251, "User not local; will forward to", is a success of RCPT.
# Seen: each time that data arrives it throws away the complete lines that are not the last of the answer. With "250-localhost" and "250-AUTH PLAIN"
#   in one record and "250 8BITMIME" in the next, it knows 8BITMIME alone, and fails. In one record it logs in. With 251 for the recipient it says
#   "RCPT TO failed". smtplib delivers all three.
# Why it matters: servers with a long list, or a slow one, cannot be used now and then; after a forwarding was set up at the receiver's, mail to the
#   old address is never sent, though the server would take it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @upyo/smtp@0.4.0 @upyo/core@0.4.0 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > send.mjs <<'JS'
import fs from "node:fs";
import { createMessage } from "@upyo/core";
import { SmtpTransport } from "@upyo/smtp";

const transport = new SmtpTransport({
    host: "localhost",
    port: +process.argv[2],
    secure: true,
    auth: { user: "somebody", pass: "secret" },
    tls: { ca: [fs.readFileSync("cert.pem", "utf8")] },
    pool: false,
});
const content = { text: "Hello" };
const message = createMessage({ from: "a@example.org", to: "b@example.org", subject: "Test", content });
try {
    const receipt = await transport.send(message);
    console.log(receipt.successful ? "sent" : receipt.errorMessages.join());
} catch (error) {
    console.log(error.message);
}
process.exit();
JS
cat > find.py <<'PY'
import contextlib
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time

ONE = [b"250-localhost\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n"]
TWO = [b"250-localhost\r\n250-AUTH PLAIN\r\n", b"250 8BITMIME\r\n"]
LOCAL, FORWARDED = b"250 OK\r\n", b"251 User not local; will forward to <c@example.org>\r\n"
CASES = {"one record": (ONE, LOCAL), "two records": (TWO, LOCAL), "251 for the recipient": (ONE, FORWARDED)}
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, ehlo, recipient):
    sock, _ = listener.accept()
    with sock, contextlib.suppress(OSError), context.wrap_socket(sock, server_side=True) as tls:
        tls.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Time for the client to wait for it.
        time.sleep(0.3)
        tls.sendall(b"220 localhost ESMTP\r\n")
        file = tls.makefile("rb")
        in_data = False
        for line in file:
            word = line[:4].upper().strip()
            if in_data:
                in_data = line != b".\r\n"
                answer = None if in_data else b"250 OK\r\n"
            elif word == b"EHLO":
                for record in ehlo:
                    tls.sendall(record)
                    time.sleep(0.3)
                continue
            else:
                in_data = word == b"DATA"
                answers = {b"AUTH": b"235 OK\r\n", b"RCPT": recipient, b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}
                answer = answers.get(word, b"250 OK\r\n")
            if answer:
                tls.sendall(answer)


def by_smtplib(port):
    trusted = ssl.create_default_context(cafile="cert.pem")
    with smtplib.SMTP_SSL("localhost", port, context=trusted, timeout=20) as session:
        session.login("somebody", "secret")
        session.sendmail("a@example.org", ["b@example.org"], "Subject: Test\r\n\r\nHello\r\n")
    return "sent"


def by_upyo(port):
    command = ["node", "send.mjs", str(port)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()


seen = {}
for client in by_smtplib, by_upyo:
    for name, case in CASES.items():
        with socket.create_server(("localhost", 0)) as listener:
            threading.Thread(target=serve, args=(listener, *case), daemon=True).start()
            result = client(listener.getsockname()[1])
        print(f"{client.__name__}, {name}: {result}")
        words = ("Server does not support authentication", "RCPT TO failed")
        seen[client.__name__, name] = next((word for word in words if word in result), result)
expected = {
    **{("by_smtplib", name): "sent" for name in CASES},
    ("by_upyo", "one record"): "sent",
    ("by_upyo", "two records"): "Server does not support authentication",
    ("by_upyo", "251 for the recipient"): "RCPT TO failed",
}
sys.exit(seen != expected)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
