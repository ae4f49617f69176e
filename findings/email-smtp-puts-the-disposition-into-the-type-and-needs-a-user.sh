#!/bin/bash
# email-smtp: attachments have no Content-Disposition, as it is written as a parameter of the type; and with its own defaults it sends
# nothing.
#
# Versions: email-smtp 1.0.3 and aiosmtpd 1.4.6 (PyPI), Python 3.11.
# Expected: RFC 2183, section 2: Content-Disposition is a header of its own. Python's MIMEApplication is documented to pass further
#   keywords on to Content-Type. RFC 6409 and RFC 5321: a server on the same host takes mails without a login; the package's default is
#   localhost, port 25, without TLS and without a user.
# Seen: with a configuration of host, port and tls, as its default has them, send() returns -1, and last_error() is "('user',)"; the
#   server has seen EHLO, and no mail. With an empty user, an attachment is sent as: Content-Type: application/octet-stream;
#   Content-Disposition="attachment; filename=\"report.pdf\""; Name="report.pdf". The part has no disposition.
# Why it matters: programs that list attachments by their disposition, as mail archives and ticket systems do, find none; and nobody gets
#   the error mails of a program for which the defaults would do.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check email-smtp==1.0.3 aiosmtpd==1.4.6

cat > find.py <<'PY'
import asyncio
import email
import email.policy
import json
import pathlib
import subprocess
import sys
import threading

from aiosmtpd.smtp import SMTP

SEND = """
import em
print(em.send("sam@example.org", "Hello", {"text": "Hello", "attachments": ["report.pdf"]}), em.last_error())
"""
received = []


class Handler:
    async def handle_DATA(self, server, session, envelope):
        received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
listening = loop.create_server(lambda: SMTP(Handler(), loop=loop), "127.0.0.1", 0)
server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
smtp = {"host": "127.0.0.1", "port": server.sockets[0].getsockname()[1], "tls": False}
pathlib.Path("report.pdf").write_bytes(b"%PDF-1.7")
printed = []
for more in ({}, {"user": "", "passwd": ""}):
    pathlib.Path("config.json").write_text(json.dumps({"email": {"smtp": smtp | more, "from": "jo@example.org"}}))
    result = subprocess.run([sys.executable, "-c", SEND], capture_output=True, text=True, timeout=20)
    printed.append(result.stdout.strip().splitlines()[-1])
    print(f"with {sorted(smtp | more)}: {printed[-1]}; mails {len(received)}")
part = received[0].get_payload()[-1]
print(f"disposition {part.get_content_disposition()}; {part['Content-Type']}")
sys.exit(
    printed[0] != "-1 ('user',)"
    or not printed[1].startswith("0")
    or len(received) != 1
    or part.get_content_disposition() is not None
    or "Content-Disposition=" not in part["Content-Type"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
