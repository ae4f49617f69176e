#!/bin/bash
# data-uri-parser: text in another charset than UTF-8 becomes question marks and other letters, though the charset is read; data without base64 cannot be
# made at all, and any other parameter makes the address invalid.
#
# Versions: data-uri-parser 0.1.11 (PyPI), and urllib.request to compare with, Python 3.11.
# Expected: RFC 2397, section 4: "data:text/plain;charset=iso-8859-7,%be%d3%be" is "a short example" in Greek letters: the octets BE D3 BE in that
#   charset. Section 3: "parameter := attribute "=" value", any. make(mimetype, data, charset=None, base64=True) has base64 as an option.
# Seen: .data of the RFC's example is "\ufffd\u04fe", a question mark and a Cyrillic letter, and .charset "iso-8859-7"; as base64 the same octets are
#   right. DataURI.make("text/plain", b"a b", base64=False) is AttributeError "module 'urllib' has no attribute 'quote'".
#   "data:text/plain;format=flowed;charset=utf-8,a" is DataURIValueError "Not a valid data URI".
# Why it matters: .data is str here and bytes there, and the letters are lost for good. Decode with urllib.parse.unquote_to_bytes() yourself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check data-uri-parser==0.1.11

cat > find.py <<'PY'
import sys
from urllib.parse import unquote_to_bytes
from urllib.request import DataHandler, Request

from data_uri_parser import DataURI

GREEK = "data:text/plain;charset=iso-8859-7,%be%d3%be"
uri = DataURI(GREEK)
right = unquote_to_bytes(GREEK.split(",")[1])
base64 = DataURI("data:text/plain;charset=iso-8859-7;base64,vtO+")
print(f"{GREEK}: charset {uri.charset}, data {ascii(uri.data)}; as base64 {base64.data}; octets {right}")
print("urllib.request:", DataHandler().data_open(Request(GREEK)).read())
seen = []
for function in (
    lambda: DataURI.make("text/plain", b"a b", base64=False),
    lambda: DataURI("data:text/plain;format=flowed;charset=utf-8,a").data,
    lambda: DataURI("data:text/plain;charset=utf-8,a").data,
):
    try:
        seen.append(function())
    except Exception as error:
        seen.append(f"{type(error).__name__}: {error}")
    print(seen[-1])
sys.exit(
    uri.data != "\ufffd\u04fe"
    or base64.data != right
    or uri.charset != "iso-8859-7"
    or seen[0] != "AttributeError: module 'urllib' has no attribute 'quote'"
    or not seen[1].startswith("DataURIValueError: Not a valid data URI")
    or seen[2] != "a"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
