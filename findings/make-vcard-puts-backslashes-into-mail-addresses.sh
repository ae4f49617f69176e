#!/bin/bash
# make_vcard: it writes "123@456\.com" for the address of its own example table, and "http\://test\.com" for the web page.
#
# Versions: make_vcard 1.0.2 (PyPI) with pandas 2.2.3, openpyxl 3.1.5 and xlrd 2.0.1, Python 3.11; vobject 0.9.9 to read the cards.
# Expected: its README (in Chinese): a program that turns xlsx files into vcf files to import into an address book. RFC 2426 (vCard 3.0), section 4: in a
#   text only the backslash, comma, semicolon and the end of a line are written with a backslash; and a URL is a URI, not such a text. Types are parameters
#   with a name: "TEL;TYPE=work".
# Seen: "make_vcard --example" and then "make_vcard example.xlsx --sheet ..." with the second sheet: each "." and ":" has a backslash in front:
#   "EMAIL:123@aa\.cc", "URL:http\://test\.com", and the type is "TEL;WORK". vobject reads the backslashes as part of the address.
# Why it matters: it is a list of customers for the telephone; no mail to them goes out, and their pages do not open. A name as "Dr. Li" becomes "Dr\.
#   Li".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check make_vcard==1.0.2 pandas==2.2.3 numpy==2.2.6 openpyxl==3.1.5 xlrd==2.0.1 vobject==0.9.9

cat > find.py <<'PY'
import subprocess
import sys
from pathlib import Path

import vobject


def run(*arguments):
    command = [sys.executable, "-W", "ignore", "-m", "make_vcard", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode:
        print(done.stderr[-300:])
    return done.returncode


codes = [
    run("--example"),
    run("example.xlsx", "-o", "basic"),
    run("example.xlsx", "--sheet", "\u8fdb\u9636\u7248", "-o", "more"),
]
basic = Path("basic.vcf").read_text(encoding="utf-8")
more = Path("more.vcf").read_text(encoding="utf-8")
print(codes, basic, more, sep="\n")
read = vobject.readOne(basic).email.value
print("vobject reads:", read)
sys.exit(
    codes != [0, 0, 0]
    or "EMAIL:123@456\\.com\n" not in basic
    or read != "123@456\\.com"
    or any(line not in more.split("\n") for line in ("EMAIL:123@aa\\.cc", "URL:http\\://test\\.com"))
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
