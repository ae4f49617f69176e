#!/bin/bash
# cookiesparser: of the cookies of a request the last one is missing, so that of a single cookie nothing is left; and what it has encoded it decodes to
# something else.
#
# Versions: cookiesparser 1.4.0 (PyPI), Python 3.11, whose http.cookies is the other reader.
# Expected: RFC 6265, section 4.2.1: a Cookie header is "a=1; b=2", without a semicolon at its end. Its own documentation: parse() "parses a cookie
#   string and returns a dictionary of cookies".
# Seen: "session=31d4d96e407aad42" gives {}, "lang=en; session=31d4" {"lang": "en"}, and get_cookie(..., "session") None. A semicolon at the end, which
#   it takes away first, does not help; two cookies and "; x" at the end do. encode({"name": "\u0142"}) is "name=%142", since it writes the number of
#   the letter in hexadecimal, and reading that gives the character with the number 0x14 and a 2.
# Why it matters: browsers send the session last, or alone: nobody is ever logged in. Python's SimpleCookie reads the same headers whole.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cookiesparser==1.4.0

cat > find.py <<'PY'
import sys
from http.cookies import SimpleCookie

import cookiesparser

HEADERS = ["session=31d4d96e407aad42", "lang=en; session=31d4", "lang=en; session=31d4;", "a=1; b=2; c=3"]
seen = []
for header in HEADERS:
    mine = cookiesparser.parse(header)
    right = {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    print(f"{header!r}: cookiesparser {mine}, http.cookies {right}")
    seen.append(mine == {name: value for name, value in right.items() if name != list(right)[-1]})
session = cookiesparser.get_cookie(HEADERS[1], "session")
written = cookiesparser.encode({"name": "\u0142"})
back = cookiesparser.parse(written + "; x")
print(f"get_cookie: {session}; encoded: {written}; decoded again: {back}")
sys.exit(seen != [True] * 4 or session is not None or written != "name=%142" or back != {"name": "\x142"})
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
