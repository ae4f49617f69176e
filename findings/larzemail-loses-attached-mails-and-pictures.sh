#!/bin/bash
# larzemail: a mail that it attaches to a mail is not there any more when it reads it, and neither are pictures that are shown inline.
#
# Versions: larzemail 0.1.0 (PyPI), Python 3.11.
# Expected: its documentation: "build, parse and send MIME email", and parse() gives "addresses, bodies, attachments". RFC 2046, section
#   5.2.1: a message/rfc822 part may be encoded as 7bit, 8bit or binary only, "no encoding other than" these is permitted. RFC 2183,
#   section 2.1: "inline" says how a part is shown; it is a file all the same.
# Seen: attach("mail.eml", ..., "message/rfc822") writes the part with Content-Transfer-Encoding: base64, so that its base64 text is read
#   as the attached mail: subject and sender are gone. parse() of it has no attachment at all. With a part that is right, the attached
#   mail is not among the attachments either, but the file inside of it is. A photograph with "Content-Disposition: inline", as phones and
#   Apple Mail send it, and a PDF without a disposition and a name are in none of text, html and attachments. Python's
#   email.policy.default hands out all three parts.
# Why it matters: forwarded mails, complaints and photographs are gone from a mailbox that is read with it, and nothing says so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check larzemail==0.1.0

cat > find.py <<'PY'
import email
import email.policy
import sys

from larzemail import Email, parse

INNER = b"From: sam@example.org\r\nSubject: Inner\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
INNER += b"--i\r\n\r\nText\r\n--i\r\n"
INNER += b"Content-Type: application/zip\r\nContent-Disposition: attachment; filename=inner.zip\r\n\r\nPK\r\n--i--\r\n"
written = Email(subject="Fw", from_addr="jo@example.org", to=["sam@example.org"]).body(text="See attached")
written = written.attach("mail.eml", INNER, "message/rfc822")
part = email.message_from_bytes(written.as_bytes(), policy=email.policy.default).get_payload(1)
encoding, subject = part["Content-Transfer-Encoding"], part.get_payload(0)["Subject"]
print(f"written with {encoding}, subject {subject}; read by itself: {parse(written.as_bytes()).attachments}")

HEAD = b"From: jo@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
PARTS = [
    b"Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=mail.eml\r\n\r\n" + INNER,
    b"Content-Type: image/jpeg; name=photo.jpg\r\nContent-Disposition: inline; filename=photo.jpg\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n/9j/",
    b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=",
]
seen = []
for content in PARTS:
    raw = HEAD + content + b"\r\n--b--\r\n"
    mail = parse(raw)
    reference = email.message_from_bytes(raw, policy=email.policy.default)
    reference = [(part.get_content_type(), part.get_filename()) for part in reference.iter_parts()]
    seen.append([attachment.filename for attachment in mail.attachments])
    print(f"larzemail: text {mail.text!r}, attachments {seen[-1]}; Python: {reference[1]}")
    assert len(reference) == 2
sys.exit((encoding, subject) != ("base64", None) or parse(written.as_bytes()).attachments != [] or seen != [["inner.zip"], [], []])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
