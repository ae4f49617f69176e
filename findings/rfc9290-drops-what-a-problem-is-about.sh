#!/bin/bash
# rfc9290, for the problem details of CoAP: an entry of the application's own is dropped without a word, when it is written and when it is read.
#
# Versions: rfc9290 0.1.1, cbor2 5.7.1 (PyPI), Python 3.11.
# Expected: RFC 9290, section 2: besides the standard entries -1 to -7 a map may have custom entries, with an unsigned integer or a URI as key and a
#   map as value ("custom-problem-detail-entries"), and section 3.1 foresees further standard ones. Consumers ignore what they do not
#   understand, which a library cannot know for them. The package calls itself an encoder and decoder for the RFC.
# Seen: {-1: "title", 4711: {0: "cus-title"}} is decoded as {'title': 'title'}. Encoding {"title": "t", "tag:example.org,2026:balance": {0: 30}} gives
#   {-1: "t"}. Neither raises or returns the rest in any other way.
# Why it matters: the custom entry tells which field was wrong or how much is left; servers that use the package send problems without it, and
#   clients see none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check rfc9290==0.1.1 cbor2==5.7.1

cat > find.py <<'PY'
import sys

import cbor2
import rfc9290

sent = {-1: "title", -2: "detail", -4: 128, 4711: {0: "cus-title", 1: 12}}
read = rfc9290.decode_problem_details(cbor2.dumps(sent))
print("received:", sent, "\n    decoded:", read)
details = {"title": "t", "tag:example.org,2026:balance": {0: 30}, 4711: {0: "cus-title"}}
written = cbor2.loads(rfc9290.encode_problem_details(details))
print("to be sent:", details, "\n    encoded:", written)
sys.exit(read != {"title": "title", "detail": "detail", "response-code": 128} or written != {-1: "t"})
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
