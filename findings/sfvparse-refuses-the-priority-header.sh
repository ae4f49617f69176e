#!/bin/bash
# sfvparse, a parser of structured HTTP fields: a dictionary's member without a value is refused, so that "Priority: u=1, i" cannot be read.
#
# Versions: sfvparse 0.1.0 (PyPI), http-sf 1.5.0 to compare with, Python 3.11.
# Expected: RFC 8941, section 3.2: members of a dictionary whose value is Boolean true are written without "=" and value ("a=?0, b, c; foo=bar" is
#   its example). RFC 9218, section 8: a browser's "Priority: u=1, i" is one. Section 3.1.2 has the parameter "a=?0". sfvparse says it is "full RFC
#   8941", and its list of limitations names none of this.
# Seen: parse_dict() raises ValueError "expected '=' after dictionary key" for each such member, with parameters or without, at the end or in
#   between. What parse_item() read, serialize_item() refuses to write if a parameter is false: "boolean False not allowed as parameter value".
#   http-sf reads and writes all of it.
# Why it matters: each browser sends "Priority: u=0, i" over HTTP/2 and HTTP/3, and Accept-Signature, Cache-Status and others have bare members too.
#   A server that reads fields with sfvparse fails at ordinary requests. Write "i=?1" where both ends are yours, or take another parser.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sfvparse==0.1.0 http-sf==1.5.0

cat > find.py <<'PY'
import sys

import http_sf
import sfvparse


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except ValueError as error:
        return str(error)


seen = []
for text in ("u=1, i", "a=?0, b, c; foo=bar", "u=1, i=?1"):
    mine = attempt(sfvparse.parse_dict, text)
    theirs = http_sf.parse(text.encode(), tltype="dictionary")
    print(f"{text}: sfvparse {mine}; http-sf {theirs}")
    seen.append([isinstance(mine, dict), list(theirs)])
text = "1; a; b=?0"
mine = attempt(sfvparse.serialize_item, sfvparse.parse_item(text))
theirs = http_sf.ser(http_sf.parse(text.encode(), tltype="item"))
print(f"{text}, read and written: sfvparse {mine}; http-sf {theirs}")
right = [[False, ["u", "i"]], [False, ["a", "b", "c"]], [True, ["u", "i"]]]
sys.exit(seen != right or mine != "boolean False not allowed as parameter value: 'b'" or theirs != "1;a;b=?0")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
