#!/bin/bash
# class-email: mails to info@example.org and info@example.net are one file, so that the first is gone, while both are counted; and what it writes is in
# no character set.
#
# Versions: class-email 0.1.1 (PyPI), Python 3.11, whose email package reads the files.
# Expected: its documentation: it "creates .eml files for each row in DATAFILE". RFC 2045, section 4 and 5.2, and RFC 2046, section 4.1.2: text that is
#   not ASCII needs MIME-Version, a charset and an encoding; without them it is ASCII. RFC 5322, section 2.2, with RFC 2047: a subject that is not ASCII
#   has encoded-words.
# Seen: of three rows, to info@example.org, info@example.net and jo@example.org, it says "3 .eml files have been output", and there are two, of which
#   info.eml is to example.net. Headers are To, Subject, X-Unsent and Content-Type: text/html; the subject "Gr\u00fc\u00dfe" and the text stand there as
#   they are. A file is called as what stands before the "@", whatever stands behind it.
# Why it matters: mails to the offices of several companies, which are all called info or office, are lost but for the last one, and the teacher or
#   association that sends them is told that all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check class-email==0.1.1

cat > find.py <<'PY'
import email
import email.policy
import pathlib
import subprocess
import sys

pathlib.Path("data.csv").write_text("info@example.org,Ann\ninfo@example.net,Bob\njo@example.org,Jo\n")
pathlib.Path("template.html").write_text("<p>Gr\u00fc\u00dfe, {{ data[1] }}</p>")
command = [next((pathlib.Path(sys.prefix) / "bin").glob("*class*email*")), "--no", "--outdir", "out", "data.csv", "template.html", "Gr\u00fc\u00dfe"]
result = subprocess.run(command, capture_output=True, text=True, timeout=20)
files = {path.name: path.read_bytes() for path in sorted(pathlib.Path("out").iterdir())}
print(f"exit status {result.returncode}: {result.stdout.strip()}{result.stderr.strip()[-300:]}")
mails = {}
for name, raw in files.items():
    mails[name] = email.message_from_bytes(raw, policy=email.policy.default)
    print(f"{name}: {raw!r}")
headers = mails["info.eml"].keys()
sys.exit(
    "3 .eml files" not in result.stdout
    or {name: mail["To"] for name, mail in mails.items()} != {"info.eml": "info@example.net", "jo.eml": "jo@example.org"}
    or headers != ["To", "Subject", "X-Unsent", "Content-Type"]
    or "Gr\u00fc\u00dfe".encode() not in files["jo.eml"].split(b"\n\n")[0].split(b"Content-Type")[0]
    or mails["jo.eml"].get_content_charset() is not None
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
