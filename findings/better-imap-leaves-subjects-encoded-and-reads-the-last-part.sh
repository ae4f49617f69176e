#!/bin/bash
# better-imap: subjects and names come as they are encoded, the text of an attached mail takes the place of the text, and one mail without
#   Date ends all.
#
# Versions: better-imap 1.4.8, imap-tools 1.16.0 to compare with (PyPI), Python 3.11; messages in memory.
# Expected: RFC 2047, section 6: a reader of mail decodes encoded words before it shows or compares them. RFC 5322, section 3.6.5, and RFC
#   2183, section 2.8: the type of a disposition does not tell capitals apart. RFC 2046, section 5.2.1: message/rfc822 is a mail of its own.
# Seen: get_message_by_id() gives the subject "=?utf-8?q?Best=C3=A4tigung?=", and the sender in the same way. For a text with a forwarded mail
#   attached to it, the text is that of the forwarded mail alone; a text/plain file with "Content-Disposition: Attachment" is the text as
#   well: the last part of a type wins. A mail without Date raises ValueError, and so does fetch_messages() for a folder with one. imap-tools
#   decodes, does not take the file for text, has both texts of the forwarded mail, and reads the mail without Date.
# Why it matters: it is made to find codes and links in mails: rules for subjects with an umlaut match nothing, the code of another mail is
#   found, and one old or odd mail in the folder hides all others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check better-imap==1.4.8 imap-tools==1.16.0

cat > find.py <<'PY'
import asyncio
import sys
from email.message import EmailMessage

from better_imap import MailBox
from imap_tools import MailMessage


def message(subject, text, date="Mon, 30 Nov 2026 10:00:00 +0000"):
    mail = EmailMessage()
    mail["From"] = "J\u00f6 <jo@example.org>"
    mail["To"] = "you@example.org"
    mail["Subject"] = subject
    if date:
        mail["Date"] = date
    mail.set_content(text)
    return mail


class Connection:
    """What MailBox asks of its IMAP connection to fetch one message, in the form in which aioimaplib answers."""

    def __init__(self, octets):
        self.octets = octets

    async def fetch(self, number, what):
        return "OK", [b"1 FETCH (RFC822 {%d}" % len(self.octets), bytearray(self.octets), b")", b"done"]


async def by_better_imap(octets):
    box = MailBox("jo@example.org", "secret")
    box._imap = Connection(octets)
    try:
        found = await box.get_message_by_id("1")
    except (TypeError, ValueError) as error:
        return type(error).__name__
    return found.subject, found.sender, found.text.strip()


async def main():
    plain = message("Best\u00e4tigung", "Your code is 111111.")
    forwarding = message("One", "Your code is 111111.")
    forwarding.add_attachment(message("Two", "Your code is 222222."))
    attached = message("One", "Your code is 111111.")
    attached.add_attachment("Your code is 333333.", filename="old.txt")
    octets = attached.as_bytes().replace(b"Disposition: attachment", b"Disposition: Attachment")
    undated = message("One", "Your code is 111111.", date=None)
    seen = {}
    for what, mail in (
        ("an umlaut", plain.as_bytes()),
        ("a mail attached", forwarding.as_bytes()),
        ("a file attached", octets),
        ("no date", undated.as_bytes()),
    ):
        other = MailMessage([(b"1 (RFC822 {1}", mail), b")"])
        seen[what] = await by_better_imap(mail)
        print(f"{what}: better-imap {seen[what]}; imap-tools {(other.subject, other.from_values.full, other.text.strip())}")
    return seen


seen = asyncio.run(asyncio.wait_for(main(), 30))
expected = {
    "an umlaut": ("=?utf-8?q?Best=C3=A4tigung?=", "=?utf-8?q?J=C3=B6?= <jo@example.org>", "Your code is 111111."),
    "a mail attached": ("One", "=?utf-8?q?J=C3=B6?= <jo@example.org>", "Your code is 222222."),
    "a file attached": ("One", "=?utf-8?q?J=C3=B6?= <jo@example.org>", "Your code is 333333."),
    "no date": "ValueError",
}
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
