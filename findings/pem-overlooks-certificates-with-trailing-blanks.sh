#!/bin/bash
# pem: a file whose lines end in a blank has no certificates, without an error.
#
# Versions: pem 23.1.0 (PyPI), Python 3.11 with OpenSSL 3.0 for comparison.
# Expected: RFC 7468, section 2: "parsers SHOULD ignore whitespace and other non-base64 characters". OpenSSL reads such a file. A
#   parser that does not would be expected to say that something is wrong.
# Seen: parse_file() returns an empty list.
# Why it matters: the result is taken for a bundle without certificates: nothing is loaded, nothing is checked for expiry, and the
#   failure shows later, as an unknown CA.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pem==23.1.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -keyout key.pem -out plain.pem 2>openssl.log
sed 's/$/ /' plain.pem > blanks.pem

cat > find.py <<'PY'
import ssl
import sys

import pem


def by_openssl(file):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(file)
    return len(context.get_ca_certs())


seen = {}
for name in ("plain", "blanks"):
    seen[name] = len(pem.parse_file(name + ".pem")), by_openssl(name + ".pem")
    print(f"{name}.pem: pem finds {seen[name][0]}, OpenSSL {seen[name][1]}")
sys.exit(seen != {"plain": (1, 1), "blanks": (0, 1)})
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
