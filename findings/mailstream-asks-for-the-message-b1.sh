#!/bin/bash
# mailstream: unread mails are asked for as "FETCH b'1'", so none can be had, and of new mails those that name no charset are dropped without a word.
#
# Versions: mailstream 0.1.6, aioimaplib 2.0.3 (PyPI), Python 3.11.
# Expected: RFC 3501, section 6.4.5: FETCH takes a set of numbers. RFC 2045, section 5.2: a mail without Content-Type is text/plain in US-ASCII. RFC
#   5322, section 3.4: the name of a mailbox may be a quoted string, with commas in it. Its documentation: get_unseen_mails(), and subscribe() with
#   wait_for_updates() "for receiving new mails".
# Seen: over TLS, get_unseen_mails() sends "FETCH b'1' (RFC822)", the text of Python's bytes, which the server answers with BAD, and raises
#   FetchError. wait_for_updates() sends "SEARCH CHARSET utf-8 SEARCH (UNDELETED) 2:2", with the command in its own arguments, is told BAD and fetches
#   the mail all the same. Of two new mails the one without Content-Type never reaches the queue, and the one with a charset does, from two senders,
#   "Doe" and "Jane", instead of jane@example.org, who is called "Doe, Jane".
# Why it matters: cron, printers and scanners send mails without a charset. Nothing is raised, so an application waits for a mail that has come.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mailstream==0.1.6 aioimaplib==2.0.3
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import contextlib
import io
import logging
import re
import ssl
import sys

from mailstream import Config, MailStreamClient

HEAD = 'From: "Doe, Jane" <jane@example.org>\r\nTo: b@example.org\r\nSubject: Test\r\nDate: Mon, 2 Nov 2026 03:04:05 -0500\r\n'
TEXT = "Content-Type: text/plain; charset=us-ascii\r\n"
MAILS = [(HEAD + kind + f"\r\nMail {number}\r\n").encode() for number, kind in enumerate([TEXT, "", TEXT], 1)]
commands = []


async def serve(reader, writer):
    count = 1
    writer.write(b"* OK IMAP4rev1\r\n")
    while line := await reader.readline():
        tag, command, arguments = (line.decode().rstrip().split(" ", 2) + [""])[:3]
        command = command.upper()
        answer = "OK done"
        if command in ("SEARCH", "FETCH"):
            commands.append(f"{command} {arguments}")
        if command == "CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1 IDLE\r\n")
        elif command == "SELECT":
            writer.write(b"* %d EXISTS\r\n" % count)
        elif command == "SEARCH":
            if "SEARCH" in arguments:
                answer = "BAD syntax"
            else:
                writer.write(b"* SEARCH 1\r\n")
        elif command == "FETCH":
            if match := re.match(r"\d+ ", arguments):
                mail = MAILS[int(match[0]) - 1]
                writer.write(b"* %s FETCH (RFC822 {%d}\r\n%s)\r\n" % (match[0].strip().encode(), len(mail), mail))
            else:
                answer = "BAD syntax"
        elif command == "IDLE":
            writer.write(b"+ idling\r\n")
            if count == 1:
                count = len(MAILS)
                await asyncio.sleep(0.5)
                writer.write(b"* %d EXISTS\r\n" % count)
            await reader.readline()  # DONE
        elif command == "LOGOUT":
            writer.write(b"* BYE\r\n")
        writer.write(f"{tag} {answer}\r\n".encode())
    writer.close()


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("cert.pem", "key.pem")
    server = await asyncio.start_server(serve, "localhost", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    client = MailStreamClient(Config(host="localhost", port=port, email="user", password="secret"))
    logging.disable(logging.CRITICAL)
    await client.connect()
    unseen = "mails"
    try:
        async for _ in client.get_unseen_mails():
            pass
    except Exception as error:
        unseen = type(error).__name__
    queue = client.subscribe()
    task = asyncio.create_task(client.wait_for_updates())
    new = []
    with contextlib.suppress(asyncio.TimeoutError):
        while True:
            mail = await asyncio.wait_for(queue.get(), 5)
            new.append((mail.plain_text.strip(), mail.from_address))
    task.cancel()
    server.close()
    return unseen, new


with contextlib.redirect_stdout(io.StringIO()):
    unseen, new = asyncio.run(main())
print("it sends", *commands, sep="\n  ")
print("unread mails:", unseen)
print("new mails 2 and 3:", new)
fetches = [command for command in commands if command.startswith("FETCH")]
searches = [command for command in commands if command.startswith("SEARCH") and "UNDELETED" in command]
expected = (
    "FetchError",
    [("Mail 3", 2)],
    ["FETCH b'1' (RFC822)", "FETCH 2 (RFC822)", "FETCH 3 (RFC822)"],
    "SEARCH CHARSET utf-8 SEARCH (UNDELETED) 2:2",
)
new = [(text, len(senders)) for text, senders in new]
sys.exit((unseen, new, fetches, searches[0]) != expected)
PY
SSL_CERT_FILE=cert.pem venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
