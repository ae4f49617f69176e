#!/bin/bash
# msmtp (PyPI): when a server does not know one of several recipients, the others get the mail three times, it says that the mail was not
# sent, and takes the server for broken.
#
# Versions: msmtp 1.0.0 with aiosmtplib 5.1.3, and aiosmtpd 1.4.6 as server (PyPI), Python 3.11.
# Expected: RFC 5321, section 3.3: each RCPT is answered for itself, and after 250 to DATA the server has taken the mail for those that it
#   accepted; section 4.2.1: 550 is permanent, and "should not" be tried again in the same form. smtplib and aiosmtplib return a
#   dictionary of those who were refused, when at least one was not.
# Seen: for sam@example.org and gone@example.org, of whom the server refuses the second with 550, the server gets the mail for sam three
#   times. send() returns success=False with "Send errors: {'gone@example.org': ...}", after three attempts. The next mail, to sam alone,
#   is not sent any more: "No available SMTP servers", as the circuit breaker has counted the answers as failures of the server. smtplib
#   sends once and reports gone.
# Why it matters: one address of a list that does not exist any more, and all others get each mail in triplicate, while the sender
#   believes that nobody has it; then nothing is sent for a while.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check msmtp==1.0.0 aiosmtplib==5.1.3 aiosmtpd==1.4.6

cat > find.py <<'PY'
import asyncio
import smtplib
import sys

from aiosmtpd.smtp import SMTP
from msmtp import AsyncSMTPSender, SMTPServerConfig

received = []


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        received.append(list(envelope.rcpt_tos))
        return "250 OK"


def by_smtplib(port):
    with smtplib.SMTP("127.0.0.1", port) as client:
        return client.sendmail("jo@example.org", ["sam@example.org", "gone@example.org"], "Subject: Hello\r\n\r\nHello\r\n")


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    refused = await asyncio.to_thread(by_smtplib, port)
    print(f"smtplib: refused {refused}; the server got {received}")
    once = len(received)
    received.clear()
    async with AsyncSMTPSender([SMTPServerConfig("127.0.0.1", port, use_tls=False)]) as sender:
        mail = {"from_addr": "jo@example.org", "subject": "Hello", "body_text": "Hello"}
        first = await sender.send(to_addrs=["sam@example.org", "gone@example.org"], **mail)
        print(f"msmtp: success {first.success}, {first.error}; attempts {first.attempts}; the server got {received}")
        times = received.copy()
        received.clear()
        second = await sender.send(to_addrs=["sam@example.org"], **mail)
        print(f"the next mail: success {second.success}, {second.error}; the server got {received}")
    return (
        (once, list(refused)) == (1, ["gone@example.org"])
        and times == [["sam@example.org"]] * 3
        and (first.success, first.attempts, second.success, received) == (False, 3, False, [])
    )


sys.exit(not asyncio.run(asyncio.wait_for(main(), 50)))
PY
timeout 60 venv/bin/python find.py 2>log || { tail -n 5 log; echo "CHANGED: see above"; exit 1; }
