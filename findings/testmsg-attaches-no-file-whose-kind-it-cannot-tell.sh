#!/bin/bash
# testmsg: a file whose ending is not known cannot be attached, a compressed text is sent as text/plain, and folders are part of the
# file's name.
#
# Versions: testmsg 0.0.24 (PyPI), Python 3.11.
# Expected: its documentation: it generates "valid RFC822 email messages", and --attach adds attachments. RFC 2046, section 4.5.1:
#   application/octet-stream is for data of an unknown kind. mimetypes.guess_type() of Python is documented to return None for an unknown
#   kind, and the compression as the second value. RFC 2183, section 2.3: "The filename should be treated as a terminal component only",
#   without folders.
# Seen: --attach README (no ending) or dump.ourown ends with AttributeError: 'NoneType' object has no attribute 'split', and no
#   mail. For log.txt.gz the part is "Content-Type: text/plain", with the octets of gzip. For sub/notes.txt the name is "sub/notes.txt".
# Why it matters: mail servers are tested with it: what one sends is not what a mail program would send, and filters see text in which
#   there is none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check testmsg==0.0.24
mkdir sub
echo hello | tee README dump.ourown log.txt > sub/notes.txt
gzip -n log.txt

for file in sub/notes.txt log.txt.gz README dump.ourown; do
    echo "$file:"
    timeout 30 venv/bin/testmsg --text Hello --attach "$file" >mail 2>err || tail -n 1 err
    sed -n '/Hello/,$p' mail | grep -E '^Content-(Type|Disposition)' || true
done | tee seen
cat > expected <<'TEXT'
sub/notes.txt:
Content-Type: text/plain
Content-Disposition: attachment; filename="sub/notes.txt"
log.txt.gz:
Content-Type: text/plain
Content-Disposition: attachment; filename="log.txt.gz"
README:
AttributeError: 'NoneType' object has no attribute 'split'
dump.ourown:
AttributeError: 'NoneType' object has no attribute 'split'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
