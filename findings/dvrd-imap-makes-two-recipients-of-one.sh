#!/bin/bash
# dvrd-imap: "Doe, Jo" <jo@example.org> becomes two recipients, one of them without an address, a mail without a weekday in its date or with "GMT" has a
# ValueError for a date, and the search has two blanks where the grammar has one.
#
# Versions: dvrd-imap 1.1.5 with chardet 7.7.0 (PyPI), Python 3.11, whose email package is the other reader; a server of the script's.
# Expected: RFC 5322, section 3.4: commas in a quoted name do not divide addresses. Section 3.3: the day of the week is optional, and a date may end
#   with a comment such as "(Mountain Standard Time)"; section 4.3: "GMT" and others must be read. RFC 3501, section 9: search = "SEARCH" [SP "CHARSET"
#   SP astring] 1*(SP search-key), so one blank; strict servers answer BAD to two.
# Seen: to_addr of '"Doe, Jo" <jo@example.org>, ann@example.org' is three addresses, the first '("", "Doe")'. "Mon, 30 Nov 2026 10:00:00 +0100" and with
#   "(CET)" are read; "30 Nov 2026 10:00:00 +0100", "... GMT" and "(Mountain Standard Time)" are a ValueError of date, and so are str() and repr() of
#   the message. fetch() sends "UID SEARCH  ALL".
# Why it matters: replies to all go to "Doe", which is no address, or to nobody; printing a list of mails ends at the first date of that kind.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dvrd-imap==1.1.5 chardet==7.7.0

cat > find.py <<'PY'
import email
import email.policy
import socket
import sys
import threading

from dvrd_imap import IMAPServer

TO = '"Doe, Jo" <jo@example.org>, ann@example.org'
DATES = ["Mon, 30 Nov 2026 10:00:00 +0100", "Mon, 30 Nov 2026 10:00:00 +0100 (CET)", "30 Nov 2026 10:00:00 +0100"]
DATES += ["Mon, 30 Nov 2026 10:00:00 GMT", "Mon, 30 Nov 2026 10:00:00 -0700 (Mountain Standard Time)"]
MAILS = [f"To: {TO}\r\nFrom: jo@example.org\r\nDate: {date}\r\nSubject: x\r\n\r\nhello\r\n".encode() for date in DATES]


def serve(listener, searches):
    connection = listener.accept()[0]
    connection.settimeout(20)
    with connection, connection.makefile("rwb") as file:
        file.write(b"* OK ready\r\n")
        file.flush()
        for line in file:
            tag, command, *rest = line.split(b" ", 2)
            command = command.strip().upper()
            if command == b"CAPABILITY":
                file.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command == b"SELECT":
                file.write(b"* %d EXISTS\r\n" % len(MAILS))
            elif command == b"UID" and rest[0].upper().startswith(b"SEARCH"):
                searches.append(rest[0].strip().decode())
                file.write(b"* SEARCH " + b" ".join(b"%d" % (number + 1) for number in range(len(MAILS))) + b"\r\n")
            elif command == b"UID":
                number = int(rest[0].split()[1])
                mail = MAILS[number - 1]
                file.write(b"* %d FETCH (UID %d RFC822 {%d}\r\n%s)\r\n" % (number, number, len(mail), mail))
            elif command == b"LOGOUT":
                file.write(b"* BYE\r\n")
            file.write(tag + b" OK done\r\n")
            file.flush()
            if command == b"LOGOUT":
                break


searches = []
with socket.create_server(("127.0.0.1", 0)) as listener:
    thread = threading.Thread(target=serve, args=(listener, searches))
    thread.start()
    with IMAPServer(host="127.0.0.1", port=listener.getsockname()[1], username="jo", password="secret", ssl=False) as server:
        messages = server.fetch()
    thread.join(20)
dates = []
for message, mail in zip(messages, MAILS):
    right = email.message_from_bytes(mail, policy=email.policy.default)
    try:
        dates.append(message.date.isoformat())
    except ValueError as error:
        dates.append(type(error).__name__)
    print(f"{right['Date']}: dvrd-imap {dates[-1]}, email {right['Date'].datetime.isoformat()}")
try:
    shown = repr(messages[2])
except ValueError as error:
    shown = type(error).__name__
addresses = messages[0].to_addr
print(f"To: {TO}: dvrd-imap {addresses}, email {[str(address) for address in right['To'].addresses]}")
print(f"repr(): {shown}; searches: {searches}")
sys.exit(
    len(addresses) != 3
    or addresses[0][1] != "Doe"
    or dates != ["2026-11-30T10:00:00+01:00"] * 2 + ["ValueError"] * 3
    or shown != "ValueError"
    or searches != ["SEARCH  ALL"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
