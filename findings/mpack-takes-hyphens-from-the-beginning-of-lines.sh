#!/bin/bash
# mpack: "--force deletes all" in a description is sent as "-force deletes all", and a subject and the name of a file as no mail can have them.
#
# Versions: mpack 1.6 (Debian 12: mpack 1.6-18+b1), Python 3.11's email for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2046, section 5.1.1: the boundary is one that does not appear in the parts; the parts are not changed for it. RFC 5322 and RFC 2047:
#   a header is in ASCII, other letters are in encoded words; in a quoted string a quotation mark is \". RFC 2231: filename*=UTF-8''... is a name.
# Seen: each mail has the boundary "-", and lest a line of the description be taken for one, mpack makes one hyphen of all hyphens that begin a
#   line: a signature's "-- " is "- ", a line of five hyphens one hyphen. A subject with umlauts is sent in eight bits; a file's name as
#   filename="my "new" file.txt". munpack, which belongs to it, knows no filename*: a file with umlauts is part1.
# Why it matters: `mpack -d notes.md file jo@example.org` sends other options than one has written, without a word.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download mpack=1.6-18+b1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x mpack*.deb .

cat > find.py <<'PY'
import email
import subprocess
from email.message import EmailMessage
from pathlib import Path

NOTES = "- an item\n--force deletes all\n---x does not\n-----\n-- \nJo\n"


def texts(mail):
    return [part.get_payload(decode=True).decode().strip("\n") for part in mail.walk() if part.get_content_type() == "text/plain"]


mail = EmailMessage()
mail.set_content(NOTES)
mail.add_attachment(b"content", maintype="application", subtype="octet-stream", filename="plain.txt")
mail.add_attachment(b"content", maintype="application", subtype="octet-stream", filename="Grüße.txt")
print("email:", texts(email.message_from_bytes(bytes(mail))))

name = 'my "new" file.txt'
Path(name).write_text("content")
Path("notes.md").write_text(NOTES)
subprocess.run(["usr/bin/mpack", "-s", "Grüße", "-d", "notes.md", "-o", "sent", name], timeout=20, check=True)
sent = Path("sent").read_bytes()
print("mpack:", texts(email.message_from_bytes(sent)))
for line in sent.splitlines():
    if line.startswith((b"Subject", b"Content-Disposition")):
        print(line)

Path("mail").write_bytes(bytes(mail))
print([part.get_filename() for part in mail.iter_attachments()], "for munpack:")
print(subprocess.run(["usr/bin/munpack", "mail"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20).stdout.strip())
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
email: ['- an item\n--force deletes all\n---x does not\n-----\n-- \nJo']
mpack: ['- an item\n-force deletes all\n-x does not\n-\n- \nJo']
b'Subject: Gr\xc3\xbc\xc3\x9fe'
b'Content-Disposition: inline; filename="my "new" file.txt"'
['plain.txt', 'Grüße.txt'] for munpack:
plain.txt (application/octet-stream)
part1 (application/octet-stream)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
