#!/bin/bash
# mbox2eml: a mail with an attachment has lost it as a file, since the boundary stands at the end of the line before, and letters beyond ASCII are
# others.
#
# Versions: mbox2eml 0.1.2 and tqdm 4.70.1 (PyPI), Python 3.11.
# Expected: RFC 2046, section 5.1.1: a boundary is at the beginning of a line, and the line break before it belongs to it. RFC 2045, section 6.2: a
#   body in 8bit is what its charset says. A file in EML is the message as it was, octet for octet, so that its signatures hold (RFC 6376).
# Seen: of a text and a PDF the file has "Hello--limit" and so one part, the text with all the rest behind it; mailbox's own message has two.
#   "Grüße" in ISO-8859-1 is written in UTF-8 below the old header and is read as "GrÃ¼Ã\x9fe". "Conversion completed: 2 succeeded, 0 failed". The
#   command "mbox2eml" of its documentation is not installed; "python -m mbox2eml" is there.
# Why it matters: an archive of mails that was converted, and then deleted, has no attachments that a mail program would find. Write as_bytes() of
#   each message of Python's mailbox to a file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mbox2eml==0.1.2 tqdm==4.70.1

cat > find.py <<'PY'
import email
import mailbox
import os
import subprocess
import sys

HEAD = b"From jo@example.org Mon Nov 30 01:00:00 2026\nFrom: Jo <jo@example.org>\nTo: you@example.org\nSubject: Hello\nMIME-Version: 1.0\n"
PARTS = b"""Content-Type: multipart/mixed; boundary=limit

--limit
Content-Type: text/plain

Hello
--limit
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="a.pdf"

JVBERi0xLjQ=
--limit--

"""
TEXT = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nGr\u00fc\u00dfe\n\n".encode("latin-1")
with open("mails.mbox", "wb") as file:
    file.write(HEAD + PARTS + HEAD + TEXT)
result = subprocess.run([sys.executable, "-m", "mbox2eml", "-f", "mails.mbox", "-o", "out"], capture_output=True, encoding="utf-8", timeout=30)
print(result.stdout.strip())


def describe(message):
    if message.is_multipart():
        return [(part.get_content_type(), part.get_filename()) for part in message.get_payload()]
    return message.get_payload(decode=True).decode(message.get_content_charset()).strip()


seen = []
for number, before in enumerate(mailbox.mbox("mails.mbox"), 1):
    with open(f"out/{number}.eml", "rb") as file:
        data = file.read()
    seen.append((describe(before), describe(email.message_from_bytes(data))))
    print(f"{number}: in the mailbox {seen[-1][0]}, in the file {seen[-1][1]!r}")
    if number == 1:
        glued = b"Hello--limit\n" in data
right = [
    ([("text/plain", None), ("application/pdf", "a.pdf")], [("text/plain", None)]),
    ("Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe".encode().decode("latin-1")),
]
sys.exit(os.path.exists("venv/bin/mbox2eml") or seen != right or not glued or "2 succeeded, 0 failed" not in result.stdout)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
