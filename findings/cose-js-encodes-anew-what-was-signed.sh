#!/bin/bash
# cose-js and @auth0/cose: of seven good signatures cose-js refuses two, whose headers are encoded in another way than its own, and @auth0/cose one without headers.
#
# Versions: cose-js 0.9.0, @auth0/cose 1.0.2 (npm), Node.js; pycose 1.1.0 and cwt 3.3.0 (PyPI), Python 3.11 for comparison.
# Expected: RFC 9052, section 3: the protected header is a byte string, so that what is signed does not depend on a common encoding of the map: it goes
#   into the Sig_structure as it came. Deterministic encoding is asked of that structure, not of the map (section 9). Without protected headers the map may
#   be sent as a zero-length string or as a zero-length map in one (section 3: "recipients MUST accept both"), and the Sig_structure has the former
#   (section 4.4).
# Seen: cose-js decodes the map and signs its own encoding of it: a map of indefinite length, and -7 in two bytes, end in "Signature missmatch".
#   @auth0/cose takes the bytes as they came, the zero-length map too: "signature verification failed". pycose and cwt verify all.
# Why it matters: encoders of small devices write indefinite lengths; their messages look forged, without a hint of the reason.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cose-js@0.9.0 @auth0/cose@1.0.2 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pycose==1.1.0 cwt==3.3.0

cat > verify.mjs <<'JS'
import crypto from "node:crypto";
import { Sign1 } from "@auth0/cose";
import cose from "cose-js";

const { x, y, messages } = JSON.parse(process.argv[2]);
const url = (hex) => Buffer.from(hex, "hex").toString("base64url");
const key = crypto.createPublicKey({ key: { kty: "EC", crv: "P-256", x: url(x), y: url(y) }, format: "jwk" });

async function attempt(verify) {
  try {
    await verify();
    return "valid";
  } catch (error) {
    return error.message;
  }
}

const results = [];
for (const hex of messages) {
  const message = Buffer.from(hex, "hex");
  results.push([
    await attempt(() => cose.sign.verify(message, { key: { x: Buffer.from(x, "hex"), y: Buffer.from(y, "hex") } })),
    await attempt(() => Sign1.decode(message).verify(key)),
  ]);
}
console.log(JSON.stringify(results));
JS
cat > find.py <<'PY'
import json
import subprocess
import sys

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cwt import COSE, COSEKey
from pycose.keys import CoseKey
from pycose.messages import CoseMessage

private = ec.generate_private_key(ec.SECP256R1())
point = private.public_key().public_numbers()
x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")


def message(sent, signed, unprotected):
    structure = cbor2.dumps(["Signature1", signed, b"", b"hello"])
    r, s = decode_dss_signature(private.sign(structure, ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return cbor2.dumps(cbor2.CBORTag(18, [sent, unprotected, b"hello", signature]))


def by_python(data):
    other = CoseMessage.decode(data)
    other.key = CoseKey.from_dict({1: 2, -1: 1, -2: x, -3: y})
    key = COSEKey.new({1: 2, -1: 1, -2: x, -3: y, 3: -7, 2: b"k"})
    return [other.verify_signature(), COSE.new().decode(data, key) == b"hello"]


# What is sent as the protected header, what is signed, the unprotected header, and what is expected of cose-js and @auth0/cose.
MISMATCH, FAILED = "Signature missmatch", "signature verification failed"
cases = {
    "{alg}": ("a10126", None, {4: b"k"}, ["valid", "valid"]),
    "{kid, alg}": ("a204416b0126", None, {}, ["valid", "valid"]),
    "{alg, content type}": ("a201260300", None, {4: b"k"}, ["valid", "valid"]),
    "{alg}, of indefinite length": ("bf0126ff", None, {4: b"k"}, [MISMATCH, "valid"]),
    "{alg}, -7 in two bytes": ("a1013806", None, {4: b"k"}, [MISMATCH, "valid"]),
    "no bytes": ("", None, {1: -7, 4: b"k"}, ["valid", "valid"]),
    "{}": ("a0", "", {1: -7, 4: b"k"}, ["valid", FAILED]),
}
messages = [
    message(bytes.fromhex(sent), bytes.fromhex(sent if signed is None else signed), unprotected)
    for sent, signed, unprotected, _ in cases.values()
]
argument = json.dumps({"x": x.hex(), "y": y.hex(), "messages": [data.hex() for data in messages]})
output = subprocess.run(["node", "verify.mjs", argument], capture_output=True, text=True, check=True).stdout
same = True
for (name, case), data, seen in zip(cases.items(), messages, json.loads(output)):
    print(f"{name}: cose-js: {seen[0]}; @auth0/cose: {seen[1]}; pycose, cwt: {by_python(data)}")
    same = same and seen == case[3] and by_python(data) == [True, True]
sys.exit(not same)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
