#!/bin/bash
# phpseclib: the coordinates of its JSON Web Keys end in "=", and jose, which takes them, says another thumbprint for the same key.
#
# Versions: phpseclib 3.0.19 (Debian 12: php-phpseclib3 3.0.19-1+deb12u6), PHP 8.2, jose 11 (Debian 12: 11-2+deb12u1), Python 3.11 for comparison.
#   Wants `apt-get update` beforehand.
# Expected: RFC 7515, section 2: Base64url is "with all trailing '=' characters omitted"; RFC 7518, sections 6.2.1.2 and 6.3.1.1, has it for keys.
#   RFC 7638: a thumbprint is the hash of the key's required members.
# Seen: toString('JWK') writes x and y of P-256, x of Ed25519, and n of RSA keys with their "=". jose prints for this key a thumbprint of its own,
#   and the right one, as Python computes it, once the "=" are gone. Only lengths that are divisible by three, as of P-384, are right.
# Why it matters: thumbprints are names of keys, as in ACME's challenges and in "kid". Others refuse such keys. Who writes them can remove the "=".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php8.2-cli=8.2.36-1~deb12u1 php-phpseclib3=3.0.19-1+deb12u6 php-constant-time=2.6.3-1 php-random-compat=2.0.21-1 \
    jose=11-2+deb12u1 libjose0=11-2+deb12u1 libjansson4=2.14-2  2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
require 'usr/share/php/phpseclib3/autoload.php';
use phpseclib3\Crypt\EC;
use phpseclib3\Crypt\RSA;
function jwk($key)
{
    return json_decode($key->getPublicKey()->toString('JWK'))->keys[0];
}
foreach (['P-256' => ['secp256r1', 43], 'P-384' => ['secp384r1', 64]] as $name => [$curve, $length]) {
    do { // until neither coordinate begins with a zero, which phpseclib leaves out
        $jwk = jwk(EC::createKey($curve));
    } while (strlen(rtrim($jwk->x, '=')) < $length || strlen(rtrim($jwk->y, '=')) < $length);
    file_put_contents("$name.json", json_encode($jwk));
}
file_put_contents('Ed25519.json', json_encode(jwk(EC::createKey('Ed25519'))));
file_put_contents('RSA.json', json_encode(jwk(RSA::createKey(2048))));
PHP
usr/bin/php8.2 -n find.php
cat > find.py <<'PY'
import base64
import hashlib
import json
import os
import subprocess
import sys

environment = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu"}
padded = {}
for name in ("P-256", "Ed25519", "P-384", "RSA"):
    with open(f"{name}.json") as file:
        key = json.load(file)
    padded[name] = [member for member, value in key.items() if value.endswith("=")]
    print(f"{name}: padded are {padded[name]}")


def by_jose(key):
    command = ["usr/bin/jose", "jwk", "thp", "-i", "-", "-a", "S256"]
    return subprocess.run(command, input=json.dumps(key), env=environment, capture_output=True, text=True, timeout=60).stdout.strip()


def by_rfc_7638(key):
    text = json.dumps({member: key[member] for member in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


with open("P-256.json") as file:
    key = json.load(file)
mended = {member: value.rstrip("=") for member, value in key.items()}
print("jose, of the key as it is:", by_jose(key))
print("jose, without '=':", by_jose(mended))
print("Python:", by_rfc_7638(mended))
as_stated = padded == {"P-256": ["x", "y"], "Ed25519": ["x"], "P-384": [], "RSA": ["n"]}
sys.exit(not (as_stated and by_jose(key) != by_jose(mended) == by_rfc_7638(mended)))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
