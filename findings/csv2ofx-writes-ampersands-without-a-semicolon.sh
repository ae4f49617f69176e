#!/bin/bash
# csv2ofx: an ampersand or an angle bracket in a payee's name is written without its semicolon, two equal payments get one identifier, -a is not heeded,
# and the file has no header that readers accept.
#
# Versions: csv2ofx 0.34.2 with meza 0.47.0, and ofxtools 1.1.1 to read the file (PyPI), Python 3.11.
# Expected: OFX 1.6, section 2.3.2.1: "&" in data is written "&amp;", "<" "&lt;". Section 2.2.1: a header of nine lines from OFXHEADER:100 to NEWFILEUID.
#   Section 3.2.1: FITID is "unique ... within an account", since clients "use it to determine whether a transaction has been downloaded". csv2ofx --help:
#   "-a TYPE: default account type 'CHECKING' for OFX", with SAVINGS among the choices.
# Seen: "Shop & Co" is "Shop &amp Co", and "<hot>" "&lthot&gt". Of two coffees of 2.50 on one day both have the same FITID. With "-a SAVINGS" the file
#   says CHECKING; for QIF, -a Cash works. The header is DATA:OFXSGML and ENCODING:UTF-8: ofxtools calls it malformed.
# Why it matters: bookkeeping programs take the second coffee for one they have; the balance is wrong by it and no message is shown. Give the CSV file a
#   column Row with a number of its own, and write the header by hand.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check csv2ofx==0.34.2 meza==0.47.0 ofxtools==1.1.1

cat > find.py <<'PY'
import re
import subprocess
import sys

from ofxtools.Parser import OFXTree

open("in.csv", "w").write(
    "Date,Amount,Description,Account\n11/30/2026,-2.50,Coffee,Example\n11/30/2026,-2.50,Coffee,Example\n"
    "11/30/2026,-12.50,Shop & Co,Example\n11/30/2026,-3.50,Tea <hot>,Example\n"
)


def run(*options):
    result = subprocess.run(["venv/bin/csv2ofx", *options, "in.csv", "out"], capture_output=True, text=True, timeout=30)
    text = open("out").read()
    print(f"{options}: exit status {result.returncode} {result.stderr.strip()[-100:]}")
    return text


text = run("-a", "SAVINGS")
names = re.findall(r"<NAME>(.*)</NAME>", text)
ids = re.findall(r"<FITID>(.*)</FITID>", text)
kind = re.findall(r"<ACCTTYPE>(.*)</ACCTTYPE>", text)
print("names:", names, "- account:", kind)
print("identifiers:", ids)
try:
    OFXTree().parse("out")
    read = "read"
except Exception as error:
    read = f"{type(error).__name__}: {str(error).splitlines()[0]}"
print("ofxtools:", read)
qif = run("-q", "-a", "Cash")
sys.exit(
    names != ["Coffee", "Coffee", "Shop &amp Co", "Tea &lthot&gt"]
    or ids[0] != ids[1]
    or len(set(ids)) != 3
    or kind != ["CHECKING"]
    or "OFXHeaderError" not in read
    or "TCash" not in qif
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
