#!/bin/bash
# enmime: the mails of a digest are parts of a "missing type" without a name or a subject, and one file with quotation marks in its name has none.
#
# Versions: enmime 0.9.3, its mime-dump (Debian 12: enmime 0.9.3-2+b6), Python 3.11's email for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2046, section 5.1.5: in multipart/digest the default type of a part is not text/plain but message/rfc822, so that digests need not name
#   it. RFC 2045, section 5.1, with RFC 822's quoted-string: a backslash makes the quotation mark behind it a part of the value, and so is a semicolon
#   in quotation marks.
# Seen: of two mails in a digest mime-dump shows two parts without a type, and warnings that they should have one. If the parts name message/rfc822 they
#   are of that type. filename="a \"b\" c; d.txt" is an attachment without a name, while "a \"b\".txt" and "c; d.txt" have theirs. Python reads
#   all.
# Why it matters: what is built on it shows the digests of mailing lists as nothing, and a file without a name is not opened.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download enmime=0.9.3-2+b6 2>apt.log || { cat apt.log; exit 2; }
dpkg -x enmime*.deb .

cat > find.py <<'PY'
import email
import email.policy
import subprocess

HEAD = "From: jo@example.org\nMIME-Version: 1.0\nContent-Type: multipart/{}; boundary=b1\n\n"
DIGEST = "--b1\n{0}\nSubject: One\n\n1\n--b1\n{0}\nSubject: Two\n\n2\n--b1--\n"
FILE = "--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename={}\n\nhello\n--b1--\n"
CASES = {
    "a digest whose parts name their type": HEAD.format("digest") + DIGEST.format("Content-Type: message/rfc822\n"),
    "a digest as in the RFC": HEAD.format("digest") + DIGEST.format(""),
    **{f"a file {name}": HEAD.format("mixed") + FILE.format(name) for name in (r'"a \"b\".txt"', '"c; d.txt"', r'"a \"b\" c; d.txt"')},
}
for name, text in CASES.items():
    with open("mail", "w") as file:
        file.write(text)
    mail = email.message_from_string(text, policy=email.policy.default)
    print(f"{name}:\n    email: {[(part.get_content_type(), part.get_filename()) for part in mail.iter_parts()]}")
    output = subprocess.run(["usr/bin/mime-dump", "mail"], stdout=subprocess.PIPE, text=True, timeout=20).stdout
    lines = [line.strip() for line in output.partition("## MIME Part Tree")[2].splitlines() if line.strip()]
    for line in lines[1:]:
        print("    mime-dump:", line)
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a digest whose parts name their type:
    email: [('message/rfc822', None), ('message/rfc822', None)]
    mime-dump: |-- message/rfc822
    mime-dump: `-- message/rfc822
a digest as in the RFC:
    email: [('message/rfc822', None), ('message/rfc822', None)]
    mime-dump: |-- MISSING TYPE (errors: 2)
    mime-dump: `-- MISSING TYPE (errors: 2)
    mime-dump: ## Errors
    mime-dump: - [W] Missing Content-Type: MIME parts should have a Content-Type header
    mime-dump: - [W] Missing Content-Type: content-type is empty for part id: 1
    mime-dump: - [W] Missing Content-Type: MIME parts should have a Content-Type header
    mime-dump: - [W] Missing Content-Type: content-type is empty for part id: 2
a file "a \"b\".txt":
    email: [('application/octet-stream', 'a "b".txt')]
    mime-dump: `-- application/octet-stream, disposition: attachment, filename: "a \"b\".txt"
a file "c; d.txt":
    email: [('application/octet-stream', 'c; d.txt')]
    mime-dump: `-- application/octet-stream, disposition: attachment, filename: "c; d.txt"
a file "a \"b\" c; d.txt":
    email: [('application/octet-stream', 'a "b" c; d.txt')]
    mime-dump: `-- application/octet-stream
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
