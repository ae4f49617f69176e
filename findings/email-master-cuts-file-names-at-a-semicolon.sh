#!/bin/bash
# email-master: the name of an attached file ends at a semicolon, one with an accent comes in the encoding of the header, and an attachment that says
# the same as the mail is not there.
#
# Versions: email-master 0.7.2 with pendulum 3.3.0 (PyPI), Python 3.11, whose email package is the other reader.
# Expected: RFC 2183, section 2, with RFC 2045, section 5.1: a file name is a quoted string, in which a semicolon is a character like others. RFC 2231,
#   section 4: filename*=utf-8''r%C3%A9sum%C3%A9.pdf is "r\u00e9sum\u00e9.pdf". An attachment is one whatever it contains.
# Seen: get_attachments() of a mail with "notes.txt", "plan; draft.pdf", "r\u00e9sum\u00e9.pdf" and a mail as "forwarded.eml" has three: "plan",
#   "utf-8''r%C3%A9sum%C3%A9.pdf" and "forwarded.eml". notes.txt has the text of the mail itself. email's iter_attachments() has four, with their names.
# Why it matters: the package is made for security tools that look into mails: they see a file without its ending, and one less than there are.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check email-master==0.7.2 pendulum==3.3.0

cat > find.py <<'PY'
import base64
import email
import email.message
import email.policy
import sys

from email_master.eml.parser import EMLParser


def mail(body):
    message, inner = email.message.EmailMessage(), email.message.EmailMessage()
    message["Subject"], message["From"], message["To"] = "files", "jo@example.org", "ann@example.org"
    message.set_content(body)
    message.add_attachment("hello\n", filename="notes.txt")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan; draft.pdf")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="r\u00e9sum\u00e9.pdf")
    inner.set_content("inner")
    message.add_attachment(inner, filename="forwarded.eml")
    return message.as_bytes()


def names(body):
    """The names of the files that are attached to a mail with this text."""
    raw = mail(body)
    mine = [attachment.filename for attachment in EMLParser(base64.b64encode(raw).decode()).get_attachments().attachments]
    right = [part.get_filename() for part in email.message_from_bytes(raw, policy=email.policy.default).iter_attachments()]
    print(f"text {body!r}: email-master {mine}, email {right}")
    return mine


CODED = "utf-8''r%C3%A9sum%C3%A9.pdf"
seen = [names("see the files\n"), names("hello\n")]
sys.exit(seen != [["notes.txt", "plan", CODED, "forwarded.eml"], ["plan", CODED, "forwarded.eml"]])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
