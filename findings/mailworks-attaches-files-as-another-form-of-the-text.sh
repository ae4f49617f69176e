#!/bin/bash
# mailworks: an attachment is one of the alternatives of the text, so that mail programs show either the one or the other; its name ends
# at the first blank.
#
# Versions: mailworks 2.2.0 and aiosmtpd 1.4.6 (PyPI), Python 3.11.
# Expected: RFC 2046, section 5.1.4: in multipart/alternative "each of the parts is an alternative version of the same information", of
#   which one is shown, the last one that can be; what comes beside the text is in multipart/mixed, section 5.1.3. RFC 2045, section 5.1:
#   a value with blanks is in quotation marks. RFC 5322, section 3.6: "The only required header fields are the origination date field and
#   the originator address field(s)."
# Seen: send_email() with attachments=["Q1 report.pdf"] sends multipart/alternative of text/plain and application/octet-stream with
#   "Content-Disposition: attachment; filename= Q1 report.pdf". Python's email package finds no attachment in it, and for the part by
#   itself the name "Q1". There is no Date. For "Größe.pdf" all of Content-Disposition is one encoded word, which RFC 2047, section 5,
#   forbids for parameters.
# Why it matters: who gets the mail sees no attachment, or a file without a text, as the mail program chooses; and what is saved is called
#   Q1, without an ending.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mailworks==2.2.0 aiosmtpd==1.4.6

cat > find.py <<'PY'
import asyncio
import email
import email.policy
import pathlib
import sys
import threading

from aiosmtpd.smtp import SMTP
from mailworks import MailSender

received = []


class Handler:
    async def handle_DATA(self, server, session, envelope):
        received.append(envelope.content)
        return "250 OK"


loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
listening = loop.create_server(lambda: SMTP(Handler(), loop=loop), "127.0.0.1", 0)
server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
port = server.sockets[0].getsockname()[1]
sender = MailSender("jo@example.org", smtp_server="127.0.0.1", smtp_port=port, auth_required=False, use_tls=False)
for name in ("Q1 report.pdf", "Größe.pdf"):
    pathlib.Path(name).write_bytes(b"%PDF-1.7")
    sender.send_email("sam@example.org", "Report", "See attached", attachments=[name])
seen = []
for raw in received:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    part = mail.get_payload()[-1]
    found = [attachment.get_filename() for attachment in mail.iter_attachments()]
    seen.append((mail.get_content_type(), found, part.get_content_disposition(), part.get_filename(), mail["Date"]))
    print([line for line in raw.decode().splitlines() if line.startswith("Content-Disposition")])
    print(f"{seen[-1][0]}, attachments {found}; the part by itself: {seen[-1][2]}, {seen[-1][3]!r}; Date: {mail['Date']}")
sys.exit(
    [(kind, found) for kind, found, *_ in seen] != [("multipart/alternative", []), ("multipart/alternative", [])]
    or seen[0][2:] != ("attachment", "Q1", None)
    or b"\nContent-Disposition: =?utf-8?" not in received[1]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
