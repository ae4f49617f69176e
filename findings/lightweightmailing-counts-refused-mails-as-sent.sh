#!/bin/bash
# lightweightmailing: send_batch() says that all mails have been sent, when the server has refused each of them.
#
# Versions: lightweightmailing 0.1.0 and aiosmtpd 1.4.6 (PyPI), Python 3.11.
# Expected: its documentation: send_batch() returns "The fraction of recipients whose messages were sent successfully", and send_email()
#   "True if the message was sent successfully, otherwise False". RFC 5321, section 4.2.1: 5yz is a permanent refusal: the server has not
#   taken the mail.
# Seen: for three recipients, of whom the server refuses two with 550 at RCPT, send_batch() returns 1.0, and for three who are refused 1.0
#   again; it prints "Error sending email to ..." for each. send_email() for one of them returns False.
# Why it matters: programs that look at the result believe that invitations and reminders have gone out, and do not try again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check lightweightmailing==0.1.0 aiosmtpd==1.4.6

cat > find.py <<'PY'
import asyncio
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult
from mailer import MailClient

received = []


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if not address.startswith("sam@"):
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        received.append(envelope.rcpt_tos[0])
        return "250 OK"


def smtp():
    return SMTP(Handler(), loop=loop, auth_require_tls=False, authenticator=lambda *arguments: AuthResult(success=True))


loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
server = asyncio.run_coroutine_threadsafe(loop.create_server(smtp, "127.0.0.1", 0), loop).result(10)
client = MailClient("127.0.0.1", server.sockets[0].getsockname()[1], "jo@example.org", "secret")
seen = []
for recipients in (["sam@example.org", "kim@example.org", "pat@example.org"], ["kim@example.org", "pat@example.org", "alex@example.org"]):
    received.clear()
    seen.append((client.send_batch(recipients, "Hello", "Hello {name}", {name: {"name": name} for name in recipients}), received.copy()))
    print(f"send_batch: {seen[-1][0]}; the server took the mails to {seen[-1][1]}")
single = client.send_email("kim@example.org", "Hello", "Hello")
print(f"send_email: {single}")
sys.exit(seen != [(1.0, ["sam@example.org"]), (1.0, [])] or single is not False)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
