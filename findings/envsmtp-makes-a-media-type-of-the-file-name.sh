#!/bin/bash
# envsmtp: an attached file has its name for a media type, "application/plan draft.pdf", a message that is to be sent when it is made calls itself until
# Python ends it, and a sender with a comma becomes two.
#
# Versions: envsmtp 0.4.0 with pydantic 2.13.4 (PyPI), Python 3.11, whose email package reads the mails; a server of the script's.
# Expected: RFC 2045, section 5.1: a subtype is a token, without blanks, registered or with "x-"; a PDF file is application/pdf. Python's documentation
#   of email.mime.application: MIMEApplication(data, subtype). RFC 5322, section 3.4: a name with a comma is quoted. The field "send" of EmailMessage is
#   there to send it at once.
# Seen: the part of "report.pdf" is "application/report.pdf", that of "plan draft.pdf" "application/plan draft.pdf". With send=True as_mime() and
#   smtp_send() are a RecursionError, and no connection is made; with send=False smtp_send() works. The sender "Doe, Jo" is written as From: Doe, Jo
#   <jo@example.org>, two addresses.
# Why it matters: mail programs show no preview of such files and ask with what to open them, filters that go by type refuse them; replies go to "Doe".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check envsmtp==0.4.0 pydantic==2.13.4

cat > find.py <<'PY'
import email
import email.policy
import os
import socket
import sys
import threading

from envsmtp import EmailAttachment, EmailMessage
from pydantic import NameEmail

SENDER = NameEmail(name="Doe, Jo", email="jo@example.org")
TO = NameEmail(name="Ann", email="ann@example.org")


def serve(listener, received):
    try:
        connection = listener.accept()[0]
    except OSError:
        return
    connection.settimeout(20)
    with connection, connection.makefile("rwb") as file:
        file.write(b"220 ready\r\n")
        file.flush()
        data = False
        for line in file:
            if data:
                received.append(line)
                data = line != b".\r\n"
                answer = b"" if data else b"250 ok\r\n"
            else:
                data = line.upper().startswith(b"DATA")
                answer = b"354 go on\r\n" if data else b"250 ok\r\n"
            file.write(answer)
            file.flush()


def send(now):
    """The mail that arrives, or the name of the error."""
    received = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        os.environ.update(SMTP_HOST="127.0.0.1", SMTP_PORT=str(listener.getsockname()[1]), SMTP_USE_TLS="no", SMTP_NO_AUTH="yes")
        thread = threading.Thread(target=serve, args=(listener, received), daemon=True)
        thread.start()
        files = [EmailAttachment(content=b"%PDF", filename=name) for name in ("report.pdf", "plan draft.pdf")]
        message = EmailMessage(sender=SENDER, recipients=TO, subject="x", body="hello", attachments=files, send=now)
        try:
            message.smtp_send()
        except RecursionError as error:
            print(f"send={now}: {type(error).__name__}, {len(received)} lines arrived")
            return type(error).__name__
        thread.join(20)
    return email.message_from_bytes(b"".join(received[:-1]), policy=email.policy.default)


mail = send(False)
types = [(part.get_filename(), part["Content-Type"].split(";")[0], part.get_content_type()) for part in mail.iter_attachments()]
senders = [address.addr_spec for address in mail["From"].addresses]
print(f"attachments: {types}; From: {mail['From']}, addresses {senders}")
again = send(True)
sys.exit(
    types != [(name, f"application/{name}", f"application/{name}") for name in ("report.pdf", "plan draft.pdf")]
    or len(senders) != 2
    or again != "RecursionError"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
