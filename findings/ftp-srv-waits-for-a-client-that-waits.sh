#!/bin/bash
# ftp-srv: over TLS a client that waits for "150", as in the RFC, gets no data, as the server waits for the client; and MKD names folders that CWD does not find.
#
# Versions: ftp-srv 4.6.3 (npm), Node.js; ftplib of Python 3.11 as the client.
# Expected: RFC 4217, section 14, has diagrams of protected transfers: STOR, 150, then the negotiation on the data connection. RFC 959, appendix II: the
#   path in the answer to MKD is one that CWD takes. Quotation marks in file names are letters (in the answer to PWD they are doubled).
# Seen: RETR waits up to five seconds for the data connection's handshake before it answers 150, while ftplib waits for the 150 before it starts the
#   handshake: "425 No connection established". A client that does not wait gets the file. mkd("new") returns the folder's path in the server's own file
#   system, with which cwd() fails, while "/new" is right; CWD takes quotation marks out of names, so a folder that has some cannot be entered.
# Why it matters: Python's FTP_TLS can log in at this server and transfer nothing, and the error looks like a firewall's. Begin the handshake of data
#   connections at once. (The script pauses after AUTH as well: a ClientHello that follows the 234 at once is at times read as a command.)
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ftp-srv@4.6.3 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log
mkdir -p files/'the "old" ones'
printf 'hello' > files/file

cat > server.js <<'JS'
const fs = require("fs");
const { FtpSrv } = require("ftp-srv");

const tls = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") };
const log = require("bunyan").createLogger({ name: "ftp", level: "fatal" });
const server = new FtpSrv({ url: "ftp://127.0.0.1:0", pasv_url: "127.0.0.1", anonymous: true, tls, log });
server.on("login", (_, resolve) => resolve({ root: "files" }));
server.listen().then(() => console.log(server.server.address().port));
JS
cat > find.py <<'PY'
import ftplib
import io
import socket
import ssl
import subprocess
import sys
import time

context = ssl.create_default_context(cafile="cert.pem")


class Patient(ftplib.FTP_TLS):
    """Waits after AUTH."""

    def voidcmd(self, command):
        answer = super().voidcmd(command)
        if command.startswith("AUTH"):
            time.sleep(0.3)
        return answer


class Eager(Patient):
    """Starts the handshake of a data connection without waiting for the answer to the command."""

    def ntransfercmd(self, command, rest=None):
        connection = self.context.wrap_socket(
            socket.create_connection(self.makepasv(), 20), server_hostname=self.host, do_handshake_on_connect=False
        )
        self.putcmd(command)
        connection.do_handshake()
        self.getresp()
        return connection, None


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except ftplib.Error as error:
        return str(error)


server = subprocess.Popen(["node", "server.js"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
try:
    port = int(server.stdout.readline())
    transfers = []
    for kind in (Patient, Eager):
        client = kind(context=context, timeout=20)
        client.connect("localhost", port)
        client.login()
        client.prot_p()
        data = io.BytesIO()
        transfers.append([attempt(client.retrbinary, "RETR file", data.write), data.getvalue()])
        print(f"RETR, {kind.__name__}: {transfers[-1]}")
    made = client.mkd("new")
    answers = [attempt(client.cwd, made), attempt(client.cwd, "/new"), attempt(client.cwd, '/the "old" ones')]
    print(f'mkd("new"): its path ends in {made[-10:]}; CWD there, to "/new", to \'the "old" ones\': {[answer[:10] for answer in answers]}')
    client.close()
finally:
    server.kill()
    server.wait()
same = transfers == [["425 No connection established", b""], ["226 /file", b"hello"]]
sys.exit(not (same and made.endswith("/files/new") and [answer[:3] for answer in answers] == ["550", "250", "550"]))
PY
timeout 90 python3 find.py || { echo "CHANGED: see above"; exit 1; }
