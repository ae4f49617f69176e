#!/bin/bash
# mailerpy: read_mail() opens port 993, where servers wait for TLS, without TLS, also for Mailer.gmail(), so that nothing comes; with TLS every mail is
# "unread", and a filter looks at the latest ten mails only, before it filters.
#
# Versions: mailerpy 1.0.0 (PyPI), Python 3.11; a server of the script's, over TLS.
# Expected: RFC 8314, section 3.2: on port 993 TLS begins with the first octet; Gmail's IMAP is there. Mailer.gmail() is there to "create a Mailer
#   configured for Gmail". RFC 3501, section 2.3.2 and 6.4.4: \Seen tells what has been read, UNSEEN searches for the others. read_mail(limit=10,
#   sender=..., unread=...) "read recent messages".
# Seen: the default use_ssl=False, which means STARTTLS for sending, means neither TLS nor STARTTLS for reading: the client waits for a greeting, the
#   server for a ClientHello, until a default timeout of the script's, for without one there is none. With use_ssl=True, of three mails that have been
#   read and one that has not, read_mail(unread=True) returns four, unread=False none. FETCH RFC822, which it uses, has marked all as read. limit=1 with
#   the sender of the second mail returns none. The Mailer of gmail() has use_ssl False, too.
# Why it matters: "a beginner-friendly API", and the example of its documentation stands still for ever.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mailerpy==1.0.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import sys
import threading

from mailerpy import Mailer
from mailerpy.exceptions import MailReadError

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
SENDERS = ["jo@example.org", "ann@example.org", "jo@example.org", "jo@example.org"]


def serve(listener, fetched):
    connection = listener.accept()[0]
    connection.settimeout(20)
    try:
        stream = context.wrap_socket(connection, server_side=True)
    except OSError as error:
        fetched.append(type(error).__name__)
        return
    with stream, stream.makefile("rwb") as file:
        file.write(b"* OK ready\r\n")
        file.flush()
        for line in file:
            tag, command, *rest = line.split(None, 2)
            command = command.upper()
            if command == b"CAPABILITY":
                file.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command == b"SELECT":
                file.write(b"* %d EXISTS\r\n" % len(SENDERS))
            elif command == b"SEARCH":
                file.write(b"* SEARCH 4\r\n" if b"UNSEEN" in rest[0] else b"* SEARCH 1 2 3 4\r\n")
            elif command == b"FETCH":
                number, items = rest[0].split(None, 1)
                fetched.append(items.strip())
                mail = f"From: {SENDERS[int(number) - 1]}\r\nSubject: mail\r\n\r\nhello\r\n".encode()
                file.write(b"* %s FETCH (RFC822 {%d}\r\n%s)\r\n" % (number, len(mail), mail))
            elif command == b"LOGOUT":
                file.write(b"* BYE\r\n")
            file.write(tag + b" OK done\r\n")
            file.flush()
            if command == b"LOGOUT":
                break


def read(use_ssl, **arguments):
    """How many mails read_mail() returns, or its error, and what it has fetched."""
    fetched = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, fetched))
        thread.start()
        port = listener.getsockname()[1]
        mailer = Mailer("localhost", 587, "jo@example.org", "secret", imap_host="localhost", imap_port=port, use_ssl=use_ssl)
        socket.setdefaulttimeout(3)
        try:
            result = len(mailer.read_mail(**arguments))
        except MailReadError as error:
            result = type(error.__cause__).__name__
        socket.setdefaulttimeout(None)
        thread.join(20)
    print(f"use_ssl={use_ssl}, {arguments}: {result}, fetched {fetched}")
    return result, set(fetched)


gmail = Mailer.gmail("jo@example.org", "secret")
print(f"gmail: port {gmail.imap_port}, use_ssl {gmail.use_ssl}")
seen = [
    read(False),
    read(True),
    read(True, unread=True),
    read(True, unread=False),
    read(True, sender="ann@example.org"),
    read(True, sender="ann@example.org", limit=1),
]
sys.exit(
    (gmail.imap_port, gmail.use_ssl) != (993, False)
    or seen[0][0] != "TimeoutError"
    or [result for result, _ in seen[1:]] != [4, 4, 0, 1, 0]
    or seen[1][1] != {b"(RFC822)"}
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
