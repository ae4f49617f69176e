#!/bin/bash
# mbox-to-json: "10 €" in a mail that says that it is UTF-8 becomes "10 竄ｬ", and a Russian greeting in KOI8-R becomes Chinese.
#
# Versions: mbox-to-json 2.0.0, charset-normalizer 3.4.4, pandas 2.3.3, alive-progress 3.3.0 (PyPI), Python 3.11.
# Expected: RFC 2046, section 4.1.2: the charset parameter of Content-Type "is used to indicate the character set of the body text". RFC 5322,
#   section 3.6.7: there may be any number of Received fields. The command "Converts MBOX file to JSON", with the headers and the body.
# Seen: the parameter is not looked at; the characters are guessed from the octets, which a short text is too short for. Of three Received fields
#   the JSON has the first.
# Why it matters: prices, names and one-line answers come out as other words in the archive, and only some; nobody can see from the JSON what they
#   were. With one Received field the way of a mail cannot be followed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mbox-to-json==2.0.0 charset-normalizer==3.4.4 pandas==2.3.3 alive-progress==3.3.0

mail() {
    printf 'From MAILER Thu Jan  1 00:00:00 2026\nFrom: jo@example.org\nSubject: a\nMIME-Version: 1.0\n'
    for hop in 3 2 1; do printf 'Received: from a by b%s.example.org; Thu, 1 Jan 2026 12:00:00 +0000\n' "$hop"; done
    printf 'Content-Type: text/plain; charset=%s\nContent-Transfer-Encoding: 8bit\n\n%b\n\n' "$1" "$2"
}
{ mail utf-8 '10 \xe2\x82\xac'; mail koi8-r '\xf0\xd2\xc9\xd7\xc5\xd4'; } > in.mbox

timeout 60 venv/bin/mbox-to-json in.mbox -o out.json >log 2>&1 || cat log
cat > find.py <<'PY'
import json
import mailbox
import sys

mails = json.load(open("out.json"))
for mail, converted in zip(mailbox.mbox("in.mbox"), mails, strict=True):
    text = mail.get_payload(decode=True).decode(mail.get_content_charset()).strip()
    print(f"{mail.get_content_charset()}: {text!r} is converted to {converted['Body'].strip()!r};", end=" ")
    print(len(mail.get_all("Received")), "times Received:", converted["Received"])
bodies = [mail["Body"].strip() for mail in mails]
sys.exit(bodies != ["10 竄ｬ", "襓屺籥"] or mails[0]["Received"].count("example.org") != 1)
PY
PYTHONIOENCODING=utf-8 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
