#!/bin/bash
# httpcneg: "*/*" wins over every type that is named with a lower weight, so that the client gets what it has excluded with q=0; a language range does
# not match its regions, and a weight with a capital Q is lost.
#
# Versions: httpcneg 0.1.0 and Werkzeug 3.1.9 to compare with (PyPI), Python 3.11.
# Expected: RFC 9110, section 12.5.1: "Media ranges can be overridden by more specific media ranges or specific media types. If more than one media
#   range applies to a given type, the most specific reference has precedence"; section 12.4.2: a weight of 0 is "not acceptable", and "q" is a name of
#   a parameter, which is case-insensitive. Section 12.5.4 with RFC 4647, section 3.3.1: the range "en" matches "en-GB". The package calls itself a "RFC
#   9110 Accept header parser".
# Seen: best_match("text/html;q=0, */*", ["text/html", "application/json"]) is "text/html"; so is the answer to "*/*, text/html;q=0.1". For "en" and the
#   offers de-DE and en-GB there is no match. "text/html;Q=0.1, text/plain;q=0.5" gives text/html. Werkzeug answers application/json, application/json,
#   en-GB and text/plain.
# Why it matters: a client that can show everything but one type, for example a program that asks for anything but HTML, gets the HTML, and visitors
#   with an English browser get the default language.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check httpcneg==0.1.0 Werkzeug==3.1.9

cat > find.py <<'PY'
import sys

import httpcneg
from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

TYPES = ["text/html", "application/json"]
CASES = [
    ("text/html;q=0.9, application/json", TYPES, "accept", "application/json"),
    ("text/html;q=0, */*", TYPES, "accept", "text/html"),
    ("*/*, text/html;q=0.1", TYPES, "accept", "text/html"),
    ("en", ["de-DE", "en-GB"], "accept-language", None),
    ("text/html;Q=0.1, text/plain;q=0.5", ["text/html", "text/plain"], "accept", "text/html"),
]
RIGHT = ["application/json", "application/json", "application/json", "en-GB", "text/plain"]
seen, other = [], []
for header, offers, target, expected in CASES:
    answer = httpcneg.best_match(header, offers, target)
    right = parse_accept_header(header, MIMEAccept if target == "accept" else LanguageAccept).best_match(offers)
    print(f"{target}: {header}, of {offers}: httpcneg {answer}, Werkzeug {right}")
    seen.append(answer == expected)
    other.append(right)
sys.exit(not all(seen) or other != RIGHT)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
