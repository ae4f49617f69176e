#!/bin/bash
# digest-fields-parse, for the digest fields of RFC 9530: the RFC's own Want-Content-Digest is read as two unknown algorithms, and what the package
# writes instead has no weights for anybody else.
#
# Versions: digest-fields-parse 0.1.1 (PyPI), http-sf 1.5.0 to compare with, Python 3.11.
# Expected: RFC 9530, section 4: Want-Content-Digest is a dictionary of structured fields, in which each value is an integer from 0 to 10, as in
#   "sha-512=3, sha-256=10, unixsum=0"; the highest is preferred and 0 means "not acceptable". "q" parameters belonged to RFC 3230, for another
#   field. Section 2: values are byte sequences, which RFC 8941, section 4.1.8, has written with their padding.
# Seen: parse_want_content_digest() returns three algorithms "sha-512=3", "sha-256=10" and "unixsum=0", each with q=1.0 and in the order given. For
#   sha-256 with 0.5, serialize_want_content_digest() writes "sha-256;q=0.5", which is a dictionary with the value true. The "=" at the end of a
#   digest is cut off when it is read, and not written again.
# Why it matters: no name matches, and so the digest asked for is not sent, while one that is declared unacceptable looks like the best. A peer that
#   keeps to the RFC ignores the field that the package writes. Read these fields with a library for structured fields.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check digest-fields-parse==0.1.1 http-sf==1.5.0

cat > find.py <<'PY'
import base64
import hashlib
import sys

import digest_fields_parse as package
import http_sf

text = "sha-512=3, sha-256=10, unixsum=0"
names = [(item.algorithm, item.q) for item in package.parse_want_content_digest(text)]
weights = {name: value for name, (value, _) in http_sf.parse(text.encode(), tltype="dictionary").items()}
print(f"{text}: {names}; http-sf: {weights}")
written = package.serialize_want_content_digest([{"algorithm": "sha-256", "q": 0.5}])
read = {name: value for name, (value, _) in http_sf.parse(written.encode(), tltype="dictionary").items()}
print(f"written for 0.5: {written}, in which http-sf finds {read}")
digest = "sha-256=:" + base64.b64encode(hashlib.sha256(b"hello").digest()).decode() + ":"
again = package.serialize_content_digest(package.parse_content_digest(digest))
by_http_sf = http_sf.ser(http_sf.parse(digest.encode(), tltype="dictionary"))
print(f"read and written: {again}; by http-sf: {by_http_sf}")
as_stated = names == [(part, 1.0) for part in text.split(", ")]
as_stated = as_stated and weights == {"sha-512": 3, "sha-256": 10, "unixsum": 0}
as_stated = as_stated and written == "sha-256;q=0.5" and read == {"sha-256": True}
sys.exit(not as_stated or by_http_sf != digest or again != digest.replace("=:", ":").replace("sha-256:", "sha-256=:"))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
