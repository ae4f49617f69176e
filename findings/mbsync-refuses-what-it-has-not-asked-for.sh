#!/bin/bash
# mbsync: a mail that comes with its size, though not asked for, is "extraneous data in FETCH response", and the synchronization ends.
#
# Versions: isync 1.4.4 (Debian 12: isync 1.4.4-5), Python 3.11 as server. Wants `apt-get update` beforehand.
# Expected: RFC 3501, section 2.2.2, and RFC 9051: "A client MUST be prepared to accept any server response at all times. This includes server data
#   that was not requested." Section 7: a FETCH response has data items in any order; a client that does not need one skips it.
# Seen: mbsync asks for UID FETCH 1 (BODY.PEEK[]). With "UID 1 BODY[] {5}", with the two in the other order, and with FLAGS before them, the mail
#   gets into the Maildir. With "UID 1 RFC822.SIZE 5 BODY[] {5}" mbsync says "IMAP error: received extraneous data in FETCH response", stores
#   nothing, and closes the connection without LOGOUT.
# Why it matters: servers made of small libraries answer with what they have at hand. One such mail keeps all mails behind it from coming.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download isync=1.4.4-5 2>apt.log || { cat apt.log; exit 2; }
dpkg -x isync_*.deb .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

CONFIGURATION = """IMAPStore far
Host localhost
Port {port}
User user
Pass secret
SSLType IMAPS
CertificateFile cert.pem
SystemCertificates no

MaildirStore near
Path {name}/
Inbox {name}/INBOX

Channel mails
Far :far:INBOX
Near :near:INBOX
Sync Pull
Create Near
SyncState *
"""
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve(server, mail):
    with server.accept()[0] as connection, context.wrap_socket(connection, server_side=True) as tls:
        lines = tls.makefile("rb")
        tls.sendall(b"* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n")
        for line in lines:
            tag, command = line.decode().rstrip().split(" ", 1)
            answer = ""
            if command.startswith("CAPABILITY"):
                answer = "* CAPABILITY IMAP4rev1\r\n"
            elif command.startswith(("SELECT", "EXAMINE")):
                answer = "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 2] next\r\n"
            elif "BODY" in command:
                answer = f"* 1 FETCH ({mail})\r\n"
            elif "FETCH" in command:
                answer = "* 1 FETCH (UID 1 FLAGS ())\r\n"
            elif command.startswith("LOGOUT"):
                answer = "* BYE bye\r\n"
            tls.sendall(f"{answer}{tag} OK done\r\n".encode())
            if command.startswith("LOGOUT"):
                break


environment = {**os.environ, "HOME": os.getcwd()}
as_stated = True
text = "A: b\r\n\r\nc\r\n"
body = f"BODY[] {{{len(text)}}}\r\n{text}"
refusal = "IMAP error: received extraneous data in FETCH response"
for name, mail, expected in (
    ("plain", f"UID 1 {body}", 1),
    ("reversed", f"{body} UID 1", 1),
    ("flags", f"UID 1 FLAGS () {body}", 1),
    ("size", f"UID 1 RFC822.SIZE {len(text)} {body}", 0),
):
    os.mkdir(name)
    server = socket.create_server(("127.0.0.1", 0))
    pathlib.Path("mbsyncrc").write_text(CONFIGURATION.format(port=server.getsockname()[1], name=name))
    threading.Thread(target=serve, args=(server, mail), daemon=True).start()
    command = ["usr/bin/mbsync", "-c", "mbsyncrc", "-q", "mails"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    mails = len([*pathlib.Path(name, "INBOX").glob("new/*"), *pathlib.Path(name, "INBOX").glob("cur/*")])
    said = [line for line in result.stderr.splitlines() if "rror" in line]
    print(f"{name}: {mails} mail, exit status {result.returncode}, {said}")
    as_stated &= mails == expected and (refusal in said) != bool(expected)
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
