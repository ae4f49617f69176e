#!/bin/bash
# emailparserandsorting: of a page with an attached text file the body is the file, and letters of any other character set than UTF-8 are
# left out.
#
# Versions: emailparserandsorting 0.1.3 (PyPI), Python 3.11, whose email package reads the same mails.
# Expected: its documentation: "parse .eml files and export to JSON, CSV". RFC 2183, section 2.2: an "attachment" is separate from the
#   main body of the mail. RFC 2046, section 4.1.2: the charset parameter says how text is written; mails in ISO-8859-1 or Shift_JIS are
#   as good as those in UTF-8.
# Seen: for text/html and an attached notes.txt, parse_email() has the text of notes.txt as body. "Grüße" in ISO-8859-1 gives "Gre", in
#   windows-1252 a price of 5 with the sign of the euro "5 ", and Japanese in Shift_JIS other letters; nothing says so. Python's
#   get_body().get_content() gives the page, and all letters.
# Why it matters: exports of an archive of mails, for a court or a search, have other contents than the mails.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check emailparserandsorting==0.1.3

cat > find.py <<'PY'
import email
import email.policy
import pathlib
import sys

from emailparser.parser import parse_email

HEAD = b"From: jo@example.org\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
PAGE = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>The mail</p>\r\n--b\r\n"
PAGE += b"Content-Type: text/plain; name=notes.txt\r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\nThe notes\r\n--b--\r\n"


def plain(text, charset):
    return HEAD + f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n".encode(charset)


seen = []
for raw in (PAGE, plain("Grüße", "utf-8"), plain("Grüße", "iso-8859-1"), plain("5 €", "windows-1252"), plain("こんにちは", "shift_jis")):
    path = pathlib.Path("mail.eml")
    path.write_bytes(raw)
    right = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain", "html")).get_content().strip()
    seen.append((parse_email(path)["body"], right))
    print(f"emailparserandsorting {seen[-1][0]!r}; Python {right!r}")
bodies = [body for body, _ in seen]
sys.exit(bodies[:4] != ["The notes", "Grüße", "Gre", "5"] or bodies[4] == seen[4][1] or seen[0][1] != "<p>The mail</p>")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
