#!/bin/bash
# jws-algorithms: ES256 signatures are written in ASN.1, and PS256 ones with the longest salt, so that strict readers of JWS take neither, and the ES256
# signatures that others make it calls wrong.
#
# Versions: jws-algorithms 1.3.0 with cryptography 50.0.2, and PyJWT 2.15.1 to compare with (PyPI), Python 3.11.
# Expected: RFC 7518, section 3.4: the signature of ES256 is R and S, 32 octets each, one after the other; of ES384 96 octets, of ES512 132. Section
#   3.5: "The size of the salt value is the same size as the hash function output". Section 3.2 to 3.6 are what the package "provides ... the algorithms
#   commonly used for JSON Web Tokens (JWTs) / JSON Web Signatures (JWSs)" for.
# Seen: sign() with ES256 gives 70 to 72 octets that begin with 0x30, and PyJWT refuses the token. With PS256 the salt has 222 octets, and PyJWT refuses
#   it. verify() says False to PyJWT's tokens with ES256, ES384 and ES512, which are as the RFC says. RS256 and EdDSA are right.
# Why it matters: between two programs with this package all is well; with the first service of anybody else's all tokens with ES256, the usual choice,
#   are invalid, in both directions, and those with PS256 in one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jws-algorithms==1.3.0 cryptography==50.0.2 PyJWT==2.15.1

cat > find.py <<'PY'
import base64
import json
import sys

import jwt
from jws_algorithms import AsymmetricAlgorithm


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


seen = {}
for name in ("RS256", "EdDSA", "ES256", "ES384", "ES512", "PS256"):
    algorithm = AsymmetricAlgorithm[name]
    public, private = algorithm.generate_keypair()
    head = encode(json.dumps({"alg": name}).encode()) + b"." + encode(b'{"sub":"jo"}')
    signature = algorithm.sign(private, head)
    try:
        jwt.decode(head + b"." + encode(signature), public, algorithms=[name])
        read = True
    except jwt.InvalidSignatureError:
        read = False
    token = jwt.encode({"sub": "jo"}, private, algorithm=name)
    assert jwt.decode(token, public, algorithms=[name]) == {"sub": "jo"}
    theirs, right = token.rsplit(".", 1)
    right = base64.urlsafe_b64decode(right + "==")
    verified = algorithm.verify(public, theirs, right)
    print(f"{name}: {len(signature)} octets, {signature[:1].hex()}..., read by PyJWT: {read}; PyJWT's {len(right)} octets verified: {verified}")
    seen[name] = (read, verified)
sys.exit(seen != {name: (name in ("RS256", "EdDSA"), not name.startswith("ES")) for name in seen})
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
