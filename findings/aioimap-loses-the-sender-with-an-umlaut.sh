#!/bin/bash
# aioimap: a sender with an umlaut has no address, a subject ends where it becomes another encoding, and text in base64 stays in base64.
#
# Versions: aioimap 0.2.7 (PyPI), Python 3.11, whose email package is the other reader.
# Expected: RFC 2047, section 5: an encoded-word stands for a part of a display name or of a subject, beside words that are not encoded. RFC 2045, section 6:
#   Content-Transfer-Encoding says how the body is encoded. aioimap's own properties are "Get email subject" and "Get sender".
# Seen: of "Alice <a@example.com>" sender is the whole field, of "=?utf-8?q?J=C3=B6rg?= <j@example.com>" it is "Jörg". Of "Re: =?utf-8?q?M=C3=BCnchen?=
#   tomorrow" subject is "Re: ", since of the parts it takes the first. content is "aGVsbG8=" for a body that says "hello".
# Why it matters: a program that answers mails, or sorts them by sender or subject, does right with English ones, and with others has nobody to answer and
#   nothing to read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aioimap==0.2.7

cat > find.py <<'PY'
import email
import email.policy
import sys

from aioimap import Message

PLAIN = b"From: Alice <a@example.com>\r\nSubject: Re: tomorrow\r\nContent-Type: text/plain\r\n\r\nhello"
OTHER = (
    b"From: =?utf-8?q?J=C3=B6rg?= <j@example.com>\r\nSubject: Re: =?utf-8?q?M=C3=BCnchen?= tomorrow\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8="
)
seen = []
for mail in (PLAIN, OTHER):
    message = Message(mail)
    seen.append((message.sender, message.subject, message.content))
    right = email.message_from_bytes(mail, policy=email.policy.default)
    print(f"aioimap: {seen[-1]}; email: {(str(right['From']), str(right['Subject']), right.get_content())}")
sys.exit(seen != [("Alice <a@example.com>", "Re: tomorrow", "hello"), ("J\xf6rg", "Re: ", "aGVsbG8=")])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
