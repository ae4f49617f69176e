#!/bin/bash
# rsa-pem-to-jwk: every modulus has a zero octet too many, so the key has another thumbprint, depending on who computes it.
#
# Versions: rsa-pem-to-jwk 1.1.3, rasha 1.2.5 (npm), Node.js, josepy 2.2.0 and jwcrypto 1.6.1 (PyPI), Python 3.11.
# Expected: RFC 7518, section 2: a number in a JWK takes the fewest octets that hold it; section 6.3.1.1 warns of libraries that put a zero
#   in front of the modulus. RFC 7638 hashes the JWK's text, so that one key has one thumbprint, by which ACME's key authorizations
#   (RFC 8555, section 8.1) go.
# Seen: for a key of 2048 bits `n` has 257 octets, the first of them zero, as in DER, where it is the sign; `p` and `q` have 129. Node and rasha write
#   256 (and 128). The JWK is accepted everywhere: josepy gives the right thumbprint for it, jwcrypto one of its own.
# Why it matters: a server that looks keys up by thumbprint does not know this one, though every signature made with it is valid; and
#   whether it is noticed depends on the library at the other end.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rsa-pem-to-jwk@1.1.3 rasha@1.2.5 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check josepy==2.2.0 jwcrypto==1.6.1 cryptography==50.0.2
openssl genrsa -traditional -out key.pem 2048 2>openssl.log

cat > jwks.js <<'JS'
const fs = require("fs");
const { createPrivateKey } = require("crypto");
const rasha = require("rasha");
const rsaPemToJwk = require("rsa-pem-to-jwk");

const pem = fs.readFileSync("key.pem", "utf8");
rasha.import({ pem }).then((byRasha) => {
  const byNode = createPrivateKey(pem).export({ format: "jwk" });
  console.log(JSON.stringify({ Node: byNode, rasha: byRasha, "rsa-pem-to-jwk": rsaPemToJwk(pem, {}, "private") }));
});
JS
cat > find.py <<'PY'
import base64
import json
import subprocess
import sys

import josepy
import jwcrypto.jwk


def octets(text):
    return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


jwks = json.loads(subprocess.run(["node", "jwks.js"], capture_output=True, text=True, check=True).stdout)
seen = {}
for name, jwk in jwks.items():
    lengths = [octets(jwk[field]) for field in "npq"]
    public = {field: jwk[field] for field in ("kty", "n", "e")}
    by_josepy = base64.urlsafe_b64encode(josepy.JWK.from_json(public).thumbprint()).rstrip(b"=").decode()
    by_jwcrypto = jwcrypto.jwk.JWK(**public).thumbprint()
    seen[name] = lengths, by_josepy, by_jwcrypto
    print(f"{name}: octets of n, p, q {lengths}; thumbprint by josepy {by_josepy[:9]}..., by jwcrypto {by_jwcrypto[:9]}...")
thumbprint = seen["Node"][1]
same = seen["Node"] == seen["rasha"] == ([256, 128, 128], thumbprint, thumbprint)
lengths, by_josepy, by_jwcrypto = seen["rsa-pem-to-jwk"]
sys.exit(not (same and lengths == [257, 129, 129] and by_josepy == thumbprint != by_jwcrypto))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
