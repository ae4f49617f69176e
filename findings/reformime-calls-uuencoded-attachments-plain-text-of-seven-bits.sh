#!/bin/bash
# reformime: rewriting a mail, it calls a part in x-uuencode "7bit" and leaves it encoded, so that nobody decodes it any more.
#
# Versions: reformime of maildrop 2.9.3 (Debian 12: maildrop 2.9.3-2.1, libcourier-unicode4 2.1.2-2+b2), Python 3.11's email for comparison. Wants
#   `apt-get update` beforehand.
# Expected: RFC 2045, section 6.4: a part with a Content-Transfer-Encoding that one does not know is treated as application/octet-stream; section 6.2:
#   7bit means that no encoding has been performed. RFC 2045, section 5.1, with RFC 822's quoted-string: \" in it is a quotation mark. reformime(1): -r
#   rewrites a message, adding MIME headers that are missing, and -r8 converts quoted-printable to 8bit.
# Seen: `reformime -r` makes "Content-Transfer-Encoding: 7bit" of x-uuencode, says "X-Mime-Autoconverted: from x-uuencode to 7bit", and has not touched
#   the lines. Python's email decodes the attachment before, and reads "begin 644" and so on after. `reformime -e` hands out the encoded lines. In
#   what `reformime -i` lists, the name of a file keeps the backslashes in front of its quotation marks.
# Why it matters: filters of maildrop rewrite mails in this way before they are delivered; the file that older programs send has become a text of
#   letters and signs, and the mail no longer says how to read it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download maildrop=2.9.3-2.1 libcourier-unicode4=2.1.2-2+b2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

cat > find.py <<'PY'
import binascii
import email
import email.policy
import subprocess

TEXT = b"hello from Jo"
MAIL = """From: Jo <jo@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b1

--b1
Content-Type: text/plain

Here it is.
--b1
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="my \\"file\\".txt"
Content-Transfer-Encoding: {encoding}

{content}
--b1--
"""


def reformime(*arguments):
    return subprocess.run(["usr/bin/reformime", *arguments], input=mail, stdout=subprocess.PIPE, text=True, timeout=20, check=True).stdout


def show(name, text):
    part = email.message_from_string(text, policy=email.policy.default).get_payload(1)
    print(f"    {name}: {part['Content-Transfer-Encoding']}, {part.get_filename()}, {part.get_payload(decode=True)}")


for encoding, content in (
    ("base64", binascii.b2a_base64(TEXT).decode().rstrip()),
    ("x-uuencode", f"begin 644 file.txt\n{binascii.b2a_uu(TEXT).decode()}`\nend"),
):
    mail = MAIL.format(encoding=encoding, content=content)
    print(f"{encoding}:")
    show("email, before", mail)
    rewritten = reformime("-r")
    show("email, after reformime -r", rewritten)
    print("   ", [line for line in rewritten.splitlines() if line.startswith("X-Mime-Autoconverted")])
    print("    reformime -e:", repr(reformime("-e", "-s", "1.2")))
    print("    reformime -i:", [line for line in reformime("-i").splitlines() if "filename" in line])
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
base64:
    email, before: base64, my "file".txt, b'hello from Jo'
    email, after reformime -r: base64, my "file".txt, b'hello from Jo'
    []
    reformime -e: 'hello from Jo'
    reformime -i: ['content-disposition-filename: my \\"file\\".txt']
x-uuencode:
    email, before: x-uuencode, my "file".txt, b'hello from Jo'
    email, after reformime -r: 7bit, my "file".txt, b'begin 644 file.txt\n-:&5L;&\\@9G)O;2!*;P  \n`\nend'
    ['X-Mime-Autoconverted: from x-uuencode to 7bit by reformime (maildrop 2.9.3)']
    reformime -e: 'begin 644 file.txt\n-:&5L;&\\@9G)O;2!*;P  \n`\nend'
    reformime -i: ['content-disposition-filename: my \\"file\\".txt']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
