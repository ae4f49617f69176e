#!/bin/bash
# ripMIME: an attachment that has two names is written under the second one with the content of the attachment behind it.
#
# Versions: ripmime 1.4.0.10 (Debian 12: ripmime 1.4.0.10.debian.1-3+b1), Python 3.11's email for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2183, section 2.3: filename in Content-Disposition suggests the name of this part; the name in Content-Type is an older way to say
#   the same, and may be another one. RFC 2231, section 3: filename*0 and filename*1 are two parts of one value; blanks in a quoted string belong to
#   it. RFC 2045, section 5.1, with RFC 822's quoted-string: \" in it is a quotation mark.
# Seen: ripmime makes the first name a file with the content, and the second one a hard link. If they differ, it is late by a part: "report
#   2026.pdf" is a link to bill.pdf, the next attachment. The part of a value that ends with a blank loses all behind its first blank: "the annual
#   report of " and "2026.pdf" are the2026.pdf. A name with \" is lost.
# Why it matters: mail filters and archives unpack mails with it. The file report 2026.pdf is there and opens, and is the bill.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ripmime=1.4.0.10.debian.1-3+b1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x ripmime*.deb .

cat > find.py <<'PY'
import base64
import email
import email.policy
import subprocess
from pathlib import Path

CASES = {
    "one name": 'name="report.pdf"\nContent-Disposition: attachment; filename="report.pdf"',
    "two names": 'name="report.pdf"\nContent-Disposition: attachment; filename="report 2026.pdf"',
    "in parts": 'charset=x\nContent-Disposition: attachment;\n filename*0="the annual report of ";\n filename*1="2026.pdf"',
    "quoted": 'charset=x\nContent-Disposition: attachment; filename="my \\"report\\".pdf"',
}


def part(headers, content):
    return f"--b1\nContent-Type: application/pdf; {headers}\nContent-Transfer-Encoding: base64\n\n{base64.b64encode(content).decode()}\n"


for name, headers in CASES.items():
    mail = "From: Jo <jo@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n"
    mail += part(headers, b"report") + part('name="bill.pdf"\nContent-Disposition: attachment; filename="bill.pdf"', b"bill") + "--b1--\n"
    folder = Path(name)
    folder.mkdir()
    (folder / "mail").write_text(mail)
    subprocess.run(["../usr/bin/ripmime", "-i", "mail", "-d", "out"], cwd=folder, timeout=20, check=True)
    right = {part.get_filename(): part.get_content() for part in email.message_from_string(mail, policy=email.policy.default).iter_attachments()}
    print(f"{name}: email {right}")
    print(f"{' ' * len(name)}  ripmime { {file.name: file.read_bytes() for file in sorted((folder / 'out').iterdir()) if file.stat().st_size} }")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
one name: email {'report.pdf': b'report', 'bill.pdf': b'bill'}
          ripmime {'bill.pdf': b'bill', 'report.pdf': b'report'}
two names: email {'report 2026.pdf': b'report', 'bill.pdf': b'bill'}
           ripmime {'bill.pdf': b'bill', 'report 2026.pdf': b'bill', 'report.pdf': b'report'}
in parts: email {'the annual report of 2026.pdf': b'report', 'bill.pdf': b'bill'}
          ripmime {'bill.pdf': b'bill', 'the2026.pdf': b'report'}
quoted: email {'my "report".pdf': b'report', 'bill.pdf': b'bill'}
        ripmime {'bill.pdf': b'bill', 'textfile1': b'report'}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
