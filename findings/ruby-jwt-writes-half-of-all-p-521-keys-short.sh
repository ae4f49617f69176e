#!/bin/bash
# Ruby's jwt: of the private P-521 keys that it exports as JSON Web Keys every second one is an octet short, and PyJWT and cwt do not read it.
#
# Versions: jwt 2.5.0 (Debian 12: ruby-jwt 2.5.0-1+deb12u1), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1); PyPI: PyJWT 2.15.1, cwt
#   3.3.0, cryptography 50.0.2. Wants `apt-get update` beforehand.
# Expected: RFC 7518, section 6.2.2.1: "The length of this octet string MUST be ceiling(log-base-2(n)/8) octets (where n is the order of the curve)",
#   which for P-521 is 66, and 32 for P-256: leading zeros belong to it.
# Seen: JWT::JWK.new(key).export(include_private: true) has "d" without its leading zeros: 65 octets if the number has fewer than 521 bits, as one in
#   two has, and 31 for one P-256 key in 256. x and y have their full length. PyJWT says "D should be 66 bytes", cwt "should be 66 bytes"; of the keys
#   of full length both read "d".
# Why it matters: whether a key that a Ruby program has made can be used by a Python one is a matter of chance, and tests with one key pass.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-jwt=2.5.0-1+deb12u1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check PyJWT==2.15.1 cwt==3.3.0 cryptography==50.0.2

cat > find.rb <<'RUBY'
require "jwt"
require "json"
print JWT::JWK.new(OpenSSL::PKey.read(STDIN.read), "key").export(include_private: true).to_json
RUBY
cat > find.py <<'PY'
import base64
import json
import os
import subprocess

import cwt
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ENVIRONMENT = {
    **os.environ,
    "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu",
    "RUBYLIB": "usr/lib/ruby/vendor_ruby:usr/share/rubygems-integration/all/gems/jwt-2.5.0/lib:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0",
}


def export(key):
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    command = ["usr/bin/ruby3.1", "--disable-gems", "find.rb"]
    return json.loads(subprocess.run(command, input=pem, env=ENVIRONMENT, stdout=subprocess.PIPE, timeout=30, check=True).stdout)


def attempt(read, key):
    try:
        read(key)
        return "read"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for curve, algorithm, bits in ((ec.SECP521R1(), "ES512", 521), (ec.SECP521R1(), "ES512", 520), (ec.SECP256R1(), "ES256", 256), (ec.SECP256R1(), "ES256", 248)):
    key = export(ec.derive_private_key(2 ** (bits - 1) + 5, curve)) | {"alg": algorithm}
    lengths = [len(base64.urlsafe_b64decode(key[part] + "==")) for part in "xyd"]
    print(f"{curve.name}, a number of {bits} bits: x, y and d have {lengths} octets")
    print("    PyJWT:", attempt(jwt.PyJWK, key))
    print("    cwt:", attempt(cwt.COSEKey.from_jwk, key))
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
secp521r1, a number of 521 bits: x, y and d have [66, 66, 66] octets
    PyJWT: read
    cwt: read
secp521r1, a number of 520 bits: x, y and d have [66, 66, 65] octets
    PyJWT: InvalidKeyError: ('D should be {} bytes for curve {}', 66, 'P-521')
    cwt: ValueError: d(-4) should be 66 bytes for curve 3
secp256r1, a number of 256 bits: x, y and d have [32, 32, 32] octets
    PyJWT: read
    cwt: read
secp256r1, a number of 248 bits: x, y and d have [32, 32, 31] octets
    PyJWT: InvalidKeyError: ('D should be {} bytes for curve {}', 32, 'P-256')
    cwt: ValueError: d(-4) should be 32 bytes for curve 1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
