#!/bin/bash
# smtp-client: of the lines of a mail that begin with a dot all but the first lose it, and a server without a limit of size is one with the limit 0.
#
# Versions: smtp-client 0.4.0 (npm), Node.js, Python 3.11 as server, its smtplib as the other client.
# Expected: RFC 5321, section 4.5.2: the client checks the first character of each line, and puts a period before every one that is a period; the
#   receiver takes it away. RFC 1870, section 4: SIZE is optional, and "0" means that no fixed limit is in force. Its documentation: `sourceSize` of
#   data() is for the check against the server's limit.
# Seen: ".one" and ".two" in two lines arrive as ".one" and "two", since only the first is replaced. With sourceSize: 100, a server that does not
#   announce SIZE, and one that announces "SIZE 0", get nothing: "Message size exceeds the allowable limit (0 bytes)". smtplib sends all three as they
#   are.
# Why it matters: attached programs and lists change, and signatures over the text (DKIM, S/MIME) fail. To give the size, as the documentation has it,
#   works with some servers only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts smtp-client@0.4.0 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > send.js <<'JS'
const fs = require("fs");
const { SMTPClient } = require("smtp-client");

(async () => {
    const [port, text] = [+process.argv[2], process.argv[3]];
    const client = new SMTPClient({ host: "localhost", port, secure: true, ca: fs.readFileSync("cert.pem") });
    try {
        await client.connect();
        await client.ehlo({ hostname: "localhost" });
        await client.mail({ from: "a@example.org" });
        await client.rcpt({ to: "b@example.org" });
        await client.data(text, { sourceSize: text.length });
        console.log("sent");
    } catch (error) {
        console.log(error.message);
    }
    process.exit();
})();
JS
cat > find.py <<'PY'
import contextlib
import smtplib
import socket
import ssl
import subprocess
import sys
import threading

TEXT = "Subject: Test\r\n\r\n.one\r\n.two"
EHLO = {"SIZE 1000": b"250-localhost\r\n250 SIZE 1000\r\n", "SIZE 0": b"250-localhost\r\n250 SIZE 0\r\n", "no SIZE": b"250 localhost\r\n"}
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, ehlo, received):
    sock, _ = listener.accept()
    with sock, contextlib.suppress(OSError), context.wrap_socket(sock, server_side=True) as tls:
        tls.sendall(b"220 localhost ESMTP\r\n")
        in_data = False
        for line in tls.makefile("rb"):
            if in_data and line != b".\r\n":
                received.append(line.decode().rstrip("\r\n").removeprefix("."))
                continue
            in_data = line.upper().startswith(b"DATA")
            answers = {b"EHLO": ehlo, b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}
            tls.sendall(answers.get(line[:4].upper(), b"250 OK\r\n"))


def by_smtplib(port):
    trusted = ssl.create_default_context(cafile="cert.pem")
    with smtplib.SMTP_SSL("localhost", port, context=trusted, timeout=20) as session:
        session.sendmail("a@example.org", ["b@example.org"], TEXT)
    return "sent"


def by_smtp_client(port):
    command = ["node", "--no-deprecation", "send.js", str(port), TEXT]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()


seen = {}
for client in by_smtplib, by_smtp_client:
    for name, ehlo in EHLO.items():
        received = []
        with socket.create_server(("localhost", 0)) as listener:
            threading.Thread(target=serve, args=(listener, ehlo, received), daemon=True).start()
            result = client(listener.getsockname()[1])
        seen[client.__name__, name] = result, received[2:]
        print(f"{client.__name__}, {name}: {result}, {received[2:]}")
right = "sent", [".one", ".two"]
limit = "Message size exceeds the allowable limit (0 bytes)", []
expected = {
    **{("by_smtplib", name): right for name in EHLO},
    ("by_smtp_client", "SIZE 1000"): ("sent", [".one", "two"]),
    ("by_smtp_client", "SIZE 0"): limit,
    ("by_smtp_client", "no SIZE"): limit,
}
sys.exit(seen != expected)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
