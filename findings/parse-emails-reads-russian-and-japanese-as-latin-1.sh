#!/bin/bash
# parse-emails: texts in Windows-1251, Shift_JIS and most other charsets come as Latin-1, umlauts in eight bits vanish, and "\u20ac" in a mail
# becomes "€".
#
# Versions: parse-emails 0.2.1 (PyPI), Python 3.11 (its email package to compare with).
# Expected: RFC 2046, section 4.1.2: the charset parameter says what the octets of a text stand for; there are no escapes with a backslash in any of
#   them. RFC 2045, section 2.8: with "8bit" the octets are those of the charset. The package "Parses an email message file and extracts the data
#   from it".
# Seen: the file is read as UTF-8 and what is not UTF-8 is thrown away: "Grüße" in Latin-1 is "Gre". Eight names of charsets are known; the rest is
#   decoded as "raw-unicode-escape", with which Python's source is read: "Привет" in Windows-1251 is "Ïðèâåò", "10 €" in Windows-1252 has a control
#   character, and the JSON text {"price": "10 \u20ac"} is changed. Where such an escape is none, as in "C:\users", the quoted-printable text is
#   left encoded.
# Why it matters: it reads suspicious mails for analysts; what they look at and search for is not what the user saw.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check parse-emails==0.2.1

cat > find.py <<'PY'
import base64
import email
import quopri
import sys

from parse_emails.handle_eml import handle_eml

CASES = {
    ("iso-8859-1", "8bit", "Grüße"): "Gre",
    ("iso-8859-1", "quoted-printable", "Grüße aus C:\\users"): "Gr=FC=DFe aus C:\\users",
    ("us-ascii", "7bit", '{"price": "10 \\u20ac"}'): '{"price": "10 €"}',
    ("windows-1251", "base64", "Привет"): "Ïðèâåò",
    ("shift_jis", "base64", "こんにちは"): "\x82±\x82ñ\x82É\x82¿\x82Í",
    ("windows-1252", "quoted-printable", "10 €"): "10 \x80",
    ("utf-8", "base64", "Grüße"): "Grüße",
}
as_stated = True
for (charset, encoding, text), wrong in CASES.items():
    octets = text.encode(charset)
    octets = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(octets)
    head = "From: jo@example.org\nTo: al@example.org\nSubject: a\nMIME-Version: 1.0\n"
    head += f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    mail = head.encode() + octets + b"\n"
    with open("in.eml", "wb") as file:
        file.write(mail)
    right = email.message_from_bytes(mail).get_payload(decode=True).decode(charset).strip()
    seen = handle_eml("in.eml", file_name="in.eml")[0]["Text"].strip()
    print(f"{charset}, {encoding}: {right!r} is {seen!r}")
    as_stated = as_stated and right == text and seen == wrong
sys.exit(not as_stated)
PY
PYTHONIOENCODING=utf-8 timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
