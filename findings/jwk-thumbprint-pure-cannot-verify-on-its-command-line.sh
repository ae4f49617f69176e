#!/bin/bash
# jwk-thumbprint-pure: the documented command that verifies a thumbprint is refused, and its canonical JSON is another than RFC 8785's.
#
# Versions: jwk-thumbprint-pure 0.1.1 (PyPI), Python 3.11; rfc8785 0.1.4 (PyPI) for comparison.
# Expected: its documentation: `jwk-thumbprint --verify THUMBPRINT JWK` exits 0 if the two match, 1 if not; and canonical_json() is RFC 8785's
#   canonical form. There (section 3.2.2.3) numbers are written as ECMAScript does, 1.0 as 1 and 1e-7 without a zero in the exponent, and
#   (section 3.2.3) members are sorted by their UTF-16 code units.
# Seen: with the key as an argument, --verify ends in "argument jwk_json: not allowed with argument --verify" and status 2, for the thumbprint
#   that the same command has just printed. With the key on standard input it matches. canonical_json() writes 1.0, 1e-07 and 1e+20, and sorts
#   by code points, so an emoji comes behind U+FB33 instead of before it.
# Why it matters: a script that takes the status for the answer, as documented, counts every right thumbprint as a mismatch. What is signed
#   or hashed over this canonical form does not agree with other implementations as soon as a number has a point.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jwk-thumbprint-pure==0.1.1 rfc8785==0.1.4

cat > find.py <<'PY'
import json
import subprocess
import sys

import rfc8785
from jwk_thumbprint_pure import canonical_json

# the key of RFC 8037, appendix A.2, whose thumbprint is in appendix A.3
KEY = json.dumps({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})


def run(*arguments, stdin=None):
    done = subprocess.run(["venv/bin/jwk-thumbprint", *arguments], input=stdin, capture_output=True, text=True)
    lines = (done.stdout + done.stderr).strip().splitlines()
    print(*("JWK" if argument == KEY else argument for argument in arguments), "->", done.returncode, lines[-1])
    return done.returncode, lines[-1]


status, thumbprint = run(KEY)
seen = [status, run("--verify", thumbprint, KEY)[0], run("--verify", thumbprint, stdin=KEY)[0]]

VALUES = [{"a": 1.0, "b": 1e-7, "c": 1e20}, {"\ufb33": 1, "\U0001f600": 2}]
canonical = [(canonical_json(value), rfc8785.dumps(value).decode()) for value in VALUES]
for pair in canonical:
    print("canonical_json, rfc8785:", *map(ascii, pair))
sys.exit(
    thumbprint != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    or seen != [0, 2, 0]
    or canonical
    != [
        ('{"a":1.0,"b":1e-07,"c":1e+20}', '{"a":1,"b":1e-7,"c":100000000000000000000}'),
        ('{"\ufb33":1,"\U0001f600":2}', '{"\U0001f600":2,"\ufb33":1}'),
    ]
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
