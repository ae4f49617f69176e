#!/bin/bash
# eckey-utils: of the keys that Node.js makes for it one in 256 is written too short, in PEM and in JWK, and other libraries refuse it.
#
# Versions: eckey-utils 0.7.14 (npm), Node.js, cryptography 50.0.2 and PyJWT 2.15.1 (PyPI), Python 3.11.
# Expected: RFC 5915, section 3: privateKey is an octet string of length ceiling (log2(n)/8), 32 for P-256. RFC 7518, section 6.2.2.1: the length of
#   "d" MUST be that too. Its documentation: keys of crypto.createECDH() as PEM and JWK.
# Seen: getPrivateKey() of Node.js leaves zero octets in front out, and eckey-utils writes what it gets: 31 octets. cryptography refuses the PEM,
#   PyJWT the JWK; Node.js reads both, and so do OpenSSL and the browsers' importKey(). A key of 32 octets is taken by everybody.
# Why it matters: tests pass, and some day a service in another language cannot load a key that was made for it, or a device a key that it has.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts eckey-utils@0.7.14 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2 pyjwt==2.15.1

cat > make.js <<'JS'
const crypto = require("crypto");
const fs = require("fs");
const ecKeyUtils = require("eckey-utils");

const curveName = "prime256v1";
const wanted = new Set([31, 32]);
let made = 0;
for (; made < 20000 && wanted.size > 0; made++) {
    const ecdh = crypto.createECDH(curveName);
    ecdh.generateKeys();
    const keys = { curveName, privateKey: ecdh.getPrivateKey(), publicKey: ecdh.getPublicKey() };
    const length = keys.privateKey.length;
    if (!wanted.delete(length)) continue;
    const pem = ecKeyUtils.generatePem(keys).privateKey;
    const { kty, crv, x, y, d } = ecKeyUtils.generateJwk(curveName, keys).privateKey;
    const jwk = { kty, crv, x, y, d };
    for (const read of [pem, { key: jwk, format: "jwk" }]) crypto.createPrivateKey(read);
    fs.writeFileSync(`${length}.pem`, `${pem}\n`);
    fs.writeFileSync(`${length}.json`, JSON.stringify(jwk));
}
console.log(`${made} keys made; Node.js reads those that were written`);
JS
node make.js
cat > find.py <<'PY'
import base64
import json
import sys
import warnings

warnings.simplefilter("ignore")
import jwt  # noqa: E402
from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: E402


def attempt(call):
    try:
        call()
        return "read"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


seen = {}
for length in 32, 31:
    with open(f"{length}.pem", "rb") as file:
        pem = file.read()
    with open(f"{length}.json") as file:
        jwk = json.load(file)
    octets = len(base64.urlsafe_b64decode(jwk["d"] + "=" * (-len(jwk["d"]) % 4)))
    seen[length] = octets, attempt(lambda: load_pem_private_key(pem, None)), attempt(lambda: jwt.PyJWK(jwk, "ES256"))
    print(f'{length} octets, "d" of {octets}: cryptography {seen[length][1]}; PyJWT {seen[length][2]}')
good, bad = seen[32], seen[31]
refused = "private key value is too short" in bad[1] and bad[2].startswith("InvalidKeyError")
sys.exit(good != (32, "read", "read") or bad[0] != 31 or not refused)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
