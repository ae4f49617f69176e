#!/bin/bash
# fakesmtpd: a line that starts with "From " makes two mails of one in its mbox file, doubled dots stay doubled, and umlauts lose a bit without a word.
#
# Versions: fakesmtpd 2026.7.0 (PyPI), Python 3.11.
# Expected: RFC 4155, which the package names, tells in its appendix A that lines which start with "From " get a ">" in front, as readers do not look for
#   whole separator lines. RFC 5321, section 4.5.2: of two periods at the start of a line the server takes one away. Section 2.4: a server without 8BITMIME
#   may refuse octets above 127.
# Seen: a mail with the lines "From now on", "..dots" (sent for ".dots") and "Grüße" is in the file as it was sent: Python's mailbox module finds two
#   mails, the first of which ends before "From now on"; the second dot is there; "Grüße" is "GrC<C\x1fe", answered with 250.
# Why it matters: tests that count the mails or compare texts fail for mails that are right, those with a sentence that begins with "From". Undo the dots
#   yourself, and keep test mails in quoted-printable.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check fakesmtpd==2026.7.0

cat > find.py <<'PY'
import mailbox
import smtplib
import socket
import subprocess
import sys
import time

with socket.create_server(("127.0.0.1", 0)) as listener:
    port = listener.getsockname()[1]
server = subprocess.Popen(["venv/bin/fakesmtpd", "-b", "127.0.0.1", "-p", str(port), "-o", "mails"], stderr=subprocess.DEVNULL)
try:
    deadline = time.monotonic() + 20
    while True:
        try:
            client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=20)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    body = "Subject: x\r\n\r\nHello\r\nFrom now on\r\n.dots\r\nGrüße\r\n"
    refused = client.sendmail("me@example.org", ["you@example.org"], body.encode())
    client.quit()
finally:
    server.terminate()
    server.wait(20)
mails = [message.get_payload() for message in mailbox.mbox("mails")]
print(f"refused: {refused}; mails in the file: {mails}")
sys.exit(refused != {} or mails != ["Hello\n", "..dots\nGrC<C\x1fe\n"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
