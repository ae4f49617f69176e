#!/bin/bash
# mailcoil: pictures of a page have a Content-ID that is none, what it writes into a file is two mails for one, and for LMTP it speaks
# SMTP.
#
# Versions: mailcoil 0.0.9 and aiosmtpd 1.4.6 (PyPI), Python 3.11.
# Expected: RFC 2045, section 7: Content-ID is a msg-id, which is in "<" and ">" (RFC 5322, section 3.6.4), and RFC 2392 says that "cid:a"
#   means <a>. RFC 4155 and the mbox format: a line of a mail that begins with "From " is written as ">From ", as it begins the next mail
#   otherwise. RFC 2033, section 4.1: LMTP has LHLO in place of HELO and EHLO, which "MUST NOT" be used. The package has the schemes
#   "lmtp" and "file".
# Seen: attach("a.png", inline=True) returns "cid:cid0", and the part has "Content-ID: cid0". One mail with the line "From the beginning"
#   in its text is two for Python's mailbox.mbox. An LMTP server, that of aiosmtpd, gets EHLO and HELO and refuses both, and post() raises
#   SMTPHeloError. The scheme that one writes as smtp+starttls is not known either: it is called "smtp+startls".
# Why it matters: strict mail programs show an empty frame where the picture should be; and Dovecot and Cyrus, for which LMTP is there,
#   take no mail.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mailcoil==0.0.9 aiosmtpd==1.4.6

cat > find.py <<'PY'
import asyncio
import mailbox
import smtplib
import sys
import threading

from aiosmtpd.handlers import Sink
from aiosmtpd.lmtp import LMTP
from mailcoil import Email, MailDropoff

mail = Email(from_address="jo@example.org", subject="Hello", text="Hello\nFrom the beginning\n").to("sam@example.org")
address = mail.attach_data(b"\x89PNG", "a.png", inline=True)
part = mail.serialize().content.get_payload(1)
print(f"address {address}, Content-ID: {part['Content-ID']}")
MailDropoff(MailDropoff.Scheme.FILE, "", path="out.mbox").post(mail)
mails = len(mailbox.mbox("out.mbox"))
print(f"mails in the file: {mails}")


loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
listening = loop.create_server(lambda: LMTP(Sink(), loop=loop), "127.0.0.1", 0)
server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
port = server.sockets[0].getsockname()[1]
try:
    MailDropoff(MailDropoff.Scheme.LMTP, "127.0.0.1", port).post(mail)
    posted = "posted"
except smtplib.SMTPException as error:
    posted = f"{type(error).__name__}: {error}"
with smtplib.LMTP("127.0.0.1", port) as client:
    right = client.sendmail("jo@example.org", ["sam@example.org"], "Subject: Hello\r\n\r\nHello\r\n")
print(f"by LMTP: {posted}; smtplib.LMTP: {right}")
try:
    MailDropoff.parse_uri("smtp+starttls://mail.example.org")
    scheme = "known"
except ValueError as error:
    scheme = str(error)
print(f"smtp+starttls: {scheme}")
sys.exit(
    (address, part["Content-ID"]) != ("cid:cid0", "cid0")
    or mails != 2
    or not posted.startswith("SMTP")
    or right != {}
    or "smtp+startls" not in scheme
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
