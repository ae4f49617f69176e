#!/bin/bash
# cose-to-jwk: the numbers of its JWKs are in the wrong base64, and their `alg` is one that JOSE does not know.
#
# Versions: cose-to-jwk 1.1.0 (npm) with cbor, which it brings, jose 6.2.17 (npm) and pyjosers 0.2.0 (PyPI) as readers, Node.js, Python 3.11.
# Expected: it converts COSE keys "to JSON Web Key (JWK)" and names RFC 7517. RFC 7518, section 6.2.1: "x" and "y" are base64url-encoded, which has
#   "-" and "_" and no padding (RFC 7515, section 2); section 3.1: the algorithm of ECDSA with P-256 and SHA-256 is "ES256".
# Seen: "x" and "y" of an EC key are in base64 with "+", "/" and "=". `alg` is "ECDSA_w_SHA256". pyjosers refuses it, "Invalid symbol"; jose is
#   lenient with the letters, and computes another thumbprint than of the same key as it should be. With the right letters both agree.
# Why it matters: it is for the public keys of WebAuthn, which other libraries are to verify with: whether a login works depends on how lenient those
#   are. Keys that are found by their thumbprint (RFC 7638) are not found.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cose-to-jwk@1.1.0 jose@6.2.17 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyjosers==0.2.0

cat > find.mjs <<'JS'
import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import coseToJwk from "cose-to-jwk";
import { calculateJwkThumbprint, importJWK } from "jose";

const require = createRequire(import.meta.url);
const cbor = createRequire(require.resolve("cose-to-jwk"))("cbor");
// A key in which base64 has another letter than base64url.
let right;
do right = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
while (!/[-_]/.test(right.x));
const [x, y] = [right.x, right.y].map((text) => Buffer.from(text, "base64url"));
const theirs = coseToJwk(cbor.encode(new Map([[1, 2], [3, -7], [-1, 1], [-2, x], [-3, y]])));
console.log("cose-to-jwk:", theirs);
console.log("as it should be:", right);
for (const key of [right, theirs]) await importJWK(key, "ES256");
const thumbprints = [await calculateJwkThumbprint(right), await calculateJwkThumbprint(theirs)];
console.log("jose's thumbprints:", thumbprints);
fs.writeFileSync("right.json", JSON.stringify(right));
fs.writeFileSync("theirs.json", JSON.stringify(theirs));
fs.writeFileSync("thumbprint", thumbprints[0]);
const standard = [x, y].every((octets, index) => theirs["xy"[index]] === octets.toString("base64"));
process.exit(standard && theirs.alg === "ECDSA_w_SHA256" && thumbprints[0] !== thumbprints[1] ? 0 : 1);
JS
cat > find.py <<'PY'
import pathlib
import sys

from pyjosers.jwk import JWK

right = JWK.from_json(pathlib.Path("right.json").read_text()).thumbprint()
print("pyjosers' thumbprint:", right)
try:
    JWK.from_json(pathlib.Path("theirs.json").read_text())
except Exception as error:
    print("pyjosers, cose-to-jwk's:", error)
    refused = "Invalid symbol" in str(error)
else:
    refused = False
sys.exit(not (refused and right == pathlib.Path("thumbprint").read_text()))
PY
node --no-deprecation find.mjs && venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
