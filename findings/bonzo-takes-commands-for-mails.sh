#!/bin/bash
# bonzo, an SMTP server: if its application refuses a mail, the command that follows is handed over as a mail, and answered as one.
#
# Versions: bonzo 0.2.0, Tornado 6.6.1 (PyPI), Python 3.11 with its smtplib.
# Expected: RFC 5321, section 4.1.1.4: with the end of the data the server answers, and if processing fails the buffers are cleared all the same; what
#   follows is commands. Its documentation: a handler raises bonzo.errors.SMTPError for an answer of its own.
# Seen: the application refuses a mail with 451, which the client gets. The connection stays in the state of DATA, so the next line is a mail, minus
#   its last five octets: the "rset" that smtplib sends behind a refusal is handed over as the mail "r", from the refused one's sender to its
#   recipients, and answered with 250. If the client goes on with MAIL, that is a mail, answered with 250 too, and its RCPT is out of sequence.
# Why it matters: each refused mail brings the application another one that nobody has written. A client that keeps its connection cannot deliver the
#   next mail over it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bonzo==0.2.0 tornado==6.6.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import logging
import smtplib
import ssl
import sys

from bonzo import errors
from bonzo.server import SMTPServer
from tornado.netutil import bind_sockets

logging.disable(logging.CRITICAL)
mails = []


async def handle(request):
    if "refuse" in request.data:
        raise errors.SMTPError(451, "Try again later")
    mails.append((request.data, request.mail, request.rcpt))
    await request.finish_async()


def client(port):
    answers = []
    context = ssl.create_default_context(cafile="cert.pem")
    for reset in True, False:
        with smtplib.SMTP_SSL("localhost", port, timeout=20, context=context) as smtp:
            smtp.helo()
            smtp.mail("<a@example.org>")
            smtp.rcpt("<b@example.org>")
            answers.append(smtp.data(b"Subject: refuse\r\n\r\nText")[0])
            if reset:
                answers.append(smtp.rset()[0])
            answers.append(smtp.mail("<c@example.org>")[0])
            answers.append(smtp.rcpt("<d@example.org>")[0])
    return answers


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("cert.pem", "key.pem")
    server = SMTPServer(handle, ssl_options=context)
    sockets = bind_sockets(0, "localhost")
    server.add_sockets(sockets)
    return await asyncio.to_thread(client, sockets[0].getsockname()[1])


answers = asyncio.run(main())
print("answers to DATA, RSET, MAIL, RCPT; DATA, MAIL, RCPT:", *answers)
print("mails:", *mails, sep="\n")
refused = "a@example.org", ["b@example.org"]
expected = [("r", *refused), ("mail FROM:<c@example.o", *refused)]
sys.exit((answers, mails) != ([451, 250, 250, 250, 451, 250, 503], expected))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
