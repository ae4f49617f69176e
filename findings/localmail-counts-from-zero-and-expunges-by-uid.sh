#!/bin/bash
# localmail, an IMAP server for tests: what is fetched by UID is numbered from 0, so each answer names the mail before, and EXPUNGE gives UIDs for numbers.
#
# Versions: localmail 0.5.0, Twisted 26.10.0 (PyPI), Python 3.11 with its imaplib and smtplib.
# Expected: RFC 3501, section 6.4.8: "the number after the "*" in an untagged FETCH response is always a message sequence number, not a unique
#   identifier, even for a UID command response". Section 9: it is an nz-number, which zero is not. Section 7.4.1: the number of an EXPUNGE response is a
#   message sequence number, too, and those behind it count down by one at once.
# Seen: of four mails FETCH 1:* has the numbers 1 to 4, and UID FETCH 1:* the numbers 0 to 3 for the same UIDs. After the first two of four are
#   marked as deleted, EXPUNGE answers 1 and 2, where 1 and 1 are right. After two more mails the first of the four that are left has the UID 3, and to delete
#   it is answered with "3 EXPUNGE", which is the mail with the UID 5.
# Why it matters: a client that keeps to the RFC shows and deletes other mails than the test means, and a test that passes here fails with a
#   real server, or the other way round.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check localmail==0.5.0 twisted==26.10.0 setuptools==65.5.0

cat > find.py <<'PY'
import imaplib
import queue
import re
import smtplib
import sys
import threading

import localmail

ports = queue.Queue()
threading.Thread(target=localmail.run, args=(0, 0, 0, None, lambda *all_ports: ports.put(all_ports)), daemon=True).start()
smtp_port, imap_port, _ = ports.get(timeout=20)


def deliver(number):
    with smtplib.SMTP("127.0.0.1", smtp_port, timeout=20) as client:
        client.sendmail("a@example.com", ["b@example.com"], f"Subject: mail {number}\r\n\r\nbody\r\n")


def pairs(answer):
    """The sequence number and the UID of each FETCH response."""
    return [(int(line.split()[0]), int(re.search(rb"UID (\d+)", line)[1])) for line in answer[1]]


for number in range(1, 5):
    deliver(number)
client = imaplib.IMAP4("127.0.0.1", imap_port, timeout=20)
client.login("user", "password")
client.select()
seen = {"FETCH 1:*": pairs(client.fetch("1:*", "(UID FLAGS)")), "UID FETCH 1:*": pairs(client.uid("FETCH", "1:*", "(FLAGS)"))}
client.store("1:2", "+FLAGS", r"(\Deleted)")
seen["EXPUNGE of the first two"] = client.expunge()[1]
for number in range(5, 7):
    deliver(number)
client.select()
seen["FETCH 1:* with two more"] = pairs(client.fetch("1:*", "(UID FLAGS)"))
client.store("1", "+FLAGS", r"(\Deleted)")
seen["EXPUNGE of the first"] = client.expunge()[1]
for what, value in seen.items():
    print(f"{what}: {value}")
expected = {
    "FETCH 1:*": [(1, 1), (2, 2), (3, 3), (4, 4)],
    "UID FETCH 1:*": [(0, 1), (1, 2), (2, 3), (3, 4)],
    "EXPUNGE of the first two": [b"1", b"2"],
    "FETCH 1:* with two more": [(1, 3), (2, 4), (3, 5), (4, 6)],
    "EXPUNGE of the first": [b"3"],
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
