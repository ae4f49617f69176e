#!/bin/bash
# mail-devel: the recipients of the SMTP dialogue get nothing; who is named in the mail's "To" gets it, wanted or not.
#
# Versions: mail-devel 0.18.1 (PyPI), Python 3.11, its SMTPS with a certificate of the script's.
# Expected: RFC 5321, section 2.3.1 and 3.3: a mail goes to the recipients of RCPT TO, which the server accepted with 250; the header is content and has no
#   part in it (section 3.7.4, RFC 5322, section 3.6.3: "Bcc" recipients are in no header). The package says: in-memory test server, with --multi-user
#   "multi mailbox mode".
# Seen: a mail to a@ and b@, whose header names a@ alone, is in a@'s mailbox, and not in b@'s, a blind copy. A mail to c@ with "To: list@example.org" is in
#   list@'s, and c@ has none. One without "To" at all is accepted with 250 and in no mailbox.
# Why it matters: tests of blind copies, lists and forwarding, for which such a server is taken, pass when the code is wrong and fail when it is right.
#   Look at the dialogue in its log, or use a server that keeps the envelope.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mail-devel==0.18.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import imaplib
import smtplib
import socket
import ssl
import subprocess
import sys
import time

context = ssl.create_default_context(cafile="cert.pem")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


smtps, smtp, imap = free_port(), free_port(), free_port()
arguments = ["venv/bin/python", "-m", "mail_devel", "--host", "127.0.0.1", "--multi-user", "--password", "secret", "--no-http"]
arguments += ["--smtp-port", str(smtp), "--smtps-port", str(smtps), "--imap-port", str(imap), "--cert", "cert.pem", "--key", "key.pem"]
server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    deadline = time.monotonic() + 30
    for port in (smtps, imap):
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 5).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
    answers = []
    with smtplib.SMTP_SSL("localhost", smtps, context=context, timeout=20) as client:
        client.login("me@example.org", "secret")
        for to, recipients in (("a@example.org", "ab"), ("list@example.org", "c"), (None, "d")):
            addresses = [f"{recipient}@example.org" for recipient in recipients]
            header = f"To: {to}\r\n" if to else ""
            answers.append(client.sendmail("me@example.org", addresses, f"From: me@example.org\r\n{header}Subject: x\r\n\r\nHello\r\n"))
    counts = {}
    for user in ("a", "b", "list", "c", "d"):
        client = imaplib.IMAP4("localhost", imap, timeout=20)
        client.login(f"{user}@example.org", "secret")
        counts[user] = int(client.select()[1][0])
        client.logout()
finally:
    server.terminate()
    server.wait(20)
print(f"refused recipients: {answers}; mails in the mailboxes: {counts}")
sys.exit(answers != [{}, {}, {}] or counts != {"a": 1, "b": 0, "list": 1, "c": 0, "d": 0})
PY
timeout 90 python3 find.py || { echo "CHANGED: see above"; exit 1; }
