#!/bin/bash
# postsmtp: when a server refuses the recipients or the mail, the error is "Failed to connect to SMTP server"; when it refuses one of two,
# there is none.
#
# Versions: postsmtp 0.1.0 and aiosmtpd 1.4.6 (PyPI), Python 3.11.
# Expected: the package has SmtpConnectionError, AuthenticationError and SendError, the last of which is there for what goes wrong while
#   sending, "SMTP send failed". Python's documentation of smtplib: SMTPException is a "Subclass of OSError that is the base exception
#   class for all the other exceptions"; send_message() returns a dictionary of the refused recipients when at least one was accepted. RFC
#   5321, section 4.2.1: 5yz is permanent, a server that cannot be reached is not.
# Seen: after 550 to RCPT, and after 554 to the text, send() raises SmtpConnectionError "Failed to connect to SMTP server", as OSError is
#   caught before SMTPException; SendError is never raised. With one recipient of two refused it returns None as ever.
# Why it matters: a program tries again for hours what is refused for good, an administrator looks for a firewall, and who has not got the
#   mail is told by nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check postsmtp==0.1.0 aiosmtpd==1.4.6

cat > find.py <<'PY'
import asyncio
import smtplib
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult
from postsmtp import SmtpConfig, SmtpMailer


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        return "554 No" if b"Subject: Refuse" in envelope.content else "250 OK"


def smtp():
    return SMTP(Handler(), loop=loop, auth_require_tls=False, authenticator=lambda *arguments: AuthResult(success=True))


loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
server = asyncio.run_coroutine_threadsafe(loop.create_server(smtp, "127.0.0.1", 0), loop).result(10)
port = server.sockets[0].getsockname()[1]
mailer = SmtpMailer(SmtpConfig("127.0.0.1", "jo@example.org", "secret", port, use_starttls=False))
seen = []
for recipients, subject in (
    (["sam@example.org"], "Hello"),
    (["gone@example.org"], "Hello"),
    (["sam@example.org"], "Refuse"),
    (["sam@example.org", "gone@example.org"], "Hello"),
):
    try:
        result = mailer.send(recipients, subject, "Hello")
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    with smtplib.SMTP("127.0.0.1", port) as client:
        try:
            right = client.sendmail("jo@example.org", recipients, f"Subject: {subject}\r\n\r\nHello\r\n")
        except smtplib.SMTPException as error:
            right = type(error).__name__
    seen.append(result)
    print(f"{recipients}, {subject}: postsmtp {result}; smtplib {right}")
failed = "SmtpConnectionError: Failed to connect to SMTP server"
sys.exit(seen != [None, failed, failed, None])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
