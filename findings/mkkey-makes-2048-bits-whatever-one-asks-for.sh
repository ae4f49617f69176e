#!/bin/bash
# mkkey: "mkkey jwk rsa --key-size 4096" gives a key of 2,048 bits, as every other size does, and says nothing.
#
# Versions: mkkey 0.7.2, cryptography 42.0.8 (PyPI), Python 3.11.
# Expected: the command's own help: "--key-size: Set the length of modulus in bits for RSA key (MUST be >=512)", with 2048 as the default.
# Seen: with 3072, 4096 and 1024 the modulus in the JWK has 2,048 bits, in the public and the private key. The same for a size that is none, 5: there is
#   no error. Its function generate_jwk() makes what it is asked for, but the command does not hand the number on.
# Why it matters: a JWK shows its size to nobody who looks at it, so a policy that wants 3,072 or 4,096 bits is broken unseen, or the key is refused later.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mkkey==0.7.2 cryptography==42.0.8

cat > find.py <<'PY'
import base64
import json
import subprocess
import sys

from mkkey.jwk import generate_jwk


def bits(jwk):
    octets = base64.urlsafe_b64decode(jwk["n"] + "=" * (-len(jwk["n"]) % 4))
    return int.from_bytes(octets, "big").bit_length()


def command(*arguments):
    done = subprocess.run(["venv/bin/mkkey", *arguments], capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return json.loads(done.stdout)


seen = {}
for size in (1024, 3072, 4096, 5):
    made = command("jwk", "rsa", "--key-size", str(size))
    seen[f"mkkey jwk rsa --key-size {size}"] = bits(made["public"]["jwk"]), bits(made["secret"]["jwk"])
made = generate_jwk("RSA", alg="RS256", rsa_key_size=4096)
seen["generate_jwk(rsa_key_size=4096)"] = bits(made["public"]["jwk"]), bits(made["secret"]["jwk"])
for what, value in seen.items():
    print(f"{what}: {value}")
expected = dict.fromkeys((f"mkkey jwk rsa --key-size {size}" for size in (1024, 3072, 4096, 5)), (2048, 2048))
expected["generate_jwk(rsa_key_size=4096)"] = 4096, 4096
sys.exit(seen != expected)
PY
timeout 120 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
