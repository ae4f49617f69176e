#!/bin/bash
# vc-web-email: after a server has closed the connection for being idle, nothing is sent any more, however often one tries; and a mail
# that one recipient does not get is a success for all.
#
# Versions: vc-web-email 1.0.0 and aiosmtpd 1.4.6 (PyPI), Python 3.11.
# Expected: RFC 5321, section 4.5.3.2.7: a server may close a connection on which no command comes for five minutes; section 4.5.4.1: the
#   client "SHOULD" keep the mail and try again, with a new connection. Section 3.3: each recipient is answered for itself; sendmail() of
#   Python returns those who were refused. The package: "send an email with retry logic".
# Seen: the client keeps its connection for the next mail. When the server has closed it, here after a second, send() fails with
#   "Connection unexpectedly closed", and each retry, and each later send(), with "please run connect() first", though the server answers
#   all the time. For sam@example.org and gone@example.org, of whom the server refuses the second with 550, success is True and nothing
#   says who was refused.
# Why it matters: a web application sends its first mails, and none after the first quiet quarter of an hour, until it is started anew.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check vc-web-email==1.0.0 aiosmtpd==1.4.6

cat > find.py <<'PY'
import asyncio
import smtplib
import sys
import threading
import time

from aiosmtpd.smtp import SMTP
from vc_web_email import EmailClient

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


loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
listening = loop.create_server(lambda: SMTP(Handler(), loop=loop, timeout=1), "127.0.0.1", 0)
server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
port = server.sockets[0].getsockname()[1]
smtp = {"host": "127.0.0.1", "port": port, "use_tls": False, "use_ssl": False}
client = EmailClient({"provider": "smtp", "default_from": "jo@example.org", "smtp": smtp})
seen = []
for pause, to in ((0, "sam@example.org"), (0, ["sam@example.org", "gone@example.org"]), (2, "sam@example.org"), (0, "sam@example.org")):
    time.sleep(pause)
    response = client.send(to=to, subject="Hello", text="Hello")
    error = str(response.error or "").rpartition(": ")[2]
    seen.append((response.success, error))
    print(f"after {pause} s, to {to}: success {response.success}, {error or 'no error'}; mails of the server: {len(received)}")
with smtplib.SMTP("127.0.0.1", port) as other:
    refused = other.sendmail("jo@example.org", ["sam@example.org", "gone@example.org"], "Subject: Hello\r\n\r\nHello\r\n")
print(f"a new connection of smtplib: refused {refused}")
closed = (False, "please run connect() first")
sys.exit(seen != [(True, ""), (True, ""), closed, closed] or list(refused) != ["gone@example.org"])
PY
timeout 60 venv/bin/python find.py 2>log || { tail -n 5 log; echo "CHANGED: see above"; exit 1; }
