#!/bin/bash
# datauri: a data: URI whose base64 has its "=" or "+" written with percent signs, as in any address, is invalid; one with ";BASE64" is not decoded.
#
# Versions: datauri 1.1.0 (PyPI), Python 3.11 (urllib.request to compare with).
# Expected: RFC 2397, section 3: the data are "urlchar"s, among them escaped ones, whether ";base64" is there or not; RFC 3986, section 2.4, decodes
#   percent signs in each component. The Fetch standard of the browsers takes "base64" in capitals as well. Section 2: without a media type it is
#   "text/plain; charset=US-ASCII". The package calls itself an implementation of RFC 2397.
# Seen: data:text/plain;base64,aGVsbG8%3D raises DataURIError "invalid base64 in data uri"; with "=" it is b"hello". Of ";BASE64,aGVsbG8=" the data
#   are b"aGVsbG8=" and the type "text/plain;BASE64". Without a type media_type is None. discover() leaves the first one out.
# Why it matters: addresses that went through a form, a template or encodeURIComponent have %3D, and then pictures are missing from mails and pages;
#   browsers show them, and so does Python.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check datauri==1.1.0

cat > find.py <<'PY'
import sys
import urllib.request

import datauri

seen = []
for uri in ("data:text/plain;base64,aGVsbG8=", "data:text/plain;base64,aGVsbG8%3D", "data:text/plain;base64,%2B%2F8A", "data:,hello"):
    try:
        parsed = datauri.parse(uri)
        seen.append((parsed.data, parsed.media_type))
    except ValueError as error:
        seen.append(str(error))
    with urllib.request.urlopen(uri) as response:
        print(f"{uri}: urllib {response.read()}, datauri {seen[-1]}")
capital = datauri.parse("data:text/plain;BASE64,aGVsbG8=")
print("with capitals:", capital.data, capital.media_type)
found = len(list(datauri.discover("<img src='data:image/gif;base64,R0lGODdh'> <img src=\"data:image/gif;base64,R0lGODdhMA%3D%3D\">")))
print("found in a page with two:", found)
invalid = "invalid base64 in data uri"
as_stated = seen == [(b"hello", "text/plain"), invalid, invalid, (b"hello", None)]
sys.exit(not as_stated or (capital.data, capital.media_type) != (b"aGVsbG8=", "text/plain;BASE64"))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
