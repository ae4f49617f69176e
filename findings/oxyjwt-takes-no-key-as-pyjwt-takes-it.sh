#!/bin/bash
# oxyjwt: the "drop-in replacement for PyJWT" refuses the keys that PyJWT's documentation passes, PEM text and cryptography's objects, cannot read what
# "openssl ecparam -genkey" writes, knows no ES512, and makes a rounded number of a large one.
#
# Versions: oxyjwt 0.9.0, with PyJWT 2.15.1 and cryptography 50.0.2 to compare with (PyPI), Python 3.11, openssl.
# Expected: its documentation: "Drop-in PyJWT Replacement: Fully compatible API for encode, decode". PyJWT's documentation, "Encoding & Decoding Tokens
#   with RS256 (RSA)": the key is the PEM text, or a key of cryptography. RFC 7518, section 3.1: ES512. RFC 8259, section 4 and 6: a number may have any
#   number of digits; Python's json keeps all of them.
# Seen: with an RSA or EC key as text or as an object encode() and decode() raise InvalidKeyError "raw str/bytes keys are only accepted for HMAC
#   algorithms"; with EncodingKey.from_rsa_pem() they work. EncodingKey.from_ec_pem() of "BEGIN EC PRIVATE KEY" is "InvalidKeyFormat", of the same key
#   as PKCS#8 fine. ES512 is an "unsupported JWT algorithm". The claim 1180591620717411303425 of a token of PyJWT is read as 1.1805916207174113e+21. A
#   set as audience, which PyJWT takes, is a DecodeError. HS256 is the same in both.
# Why it matters: the import is replaced as the documentation says, tests with a shared secret pass, and in production no token is signed or read;
#   identifiers of 70 bits come out as others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check oxyjwt==0.9.0 PyJWT==2.15.1 cryptography==50.0.2
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>openssl.log
openssl pkey -in rsa.pem -pubout -out rsa-public.pem
openssl ecparam -name prime256v1 -genkey -noout -out ec.pem
openssl pkcs8 -topk8 -nocrypt -in ec.pem -out ec-pkcs8.pem
openssl ecparam -name secp521r1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out ec521.pem

cat > find.py <<'PY'
import pathlib
import sys

import jwt
import oxyjwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

RSA, PUBLIC, EC, EC8, EC521 = (pathlib.Path(f"{name}.pem").read_bytes() for name in ("rsa", "rsa-public", "ec", "ec-pkcs8", "ec521"))
SECRET, LARGE = "x" * 40, 2**70 + 1
CLAIMS = {"sub": "jo"}


def attempt(name, call, right):
    """What oxyjwt says where PyJWT answers without an error."""
    right()
    try:
        result = call()
        result = "token" if isinstance(result, str) else result
    except (oxyjwt.InvalidKeyError, oxyjwt.DecodeError, oxyjwt.InvalidAlgorithmError) as error:
        result = type(error).__name__
        print(f"{name}: {error}")
    print(f"{name}: oxyjwt {result}")
    return result


token, large = jwt.encode(CLAIMS, RSA, "RS256"), jwt.encode({"id": LARGE}, SECRET, "HS256")
audience = jwt.encode({"aud": ["a"]}, SECRET, "HS256")
key = load_pem_private_key(RSA, None)
seen = [
    attempt("HS256", lambda: oxyjwt.encode(CLAIMS, SECRET, algorithm="HS256"), lambda: jwt.encode(CLAIMS, SECRET, "HS256")),
    attempt("RS256, PEM", lambda: oxyjwt.encode(CLAIMS, RSA, algorithm="RS256"), lambda: jwt.encode(CLAIMS, RSA, "RS256")),
    attempt("RS256, key", lambda: oxyjwt.encode(CLAIMS, key, algorithm="RS256"), lambda: jwt.encode(CLAIMS, key, "RS256")),
    attempt("read", lambda: oxyjwt.decode(token, PUBLIC, algorithms=["RS256"]), lambda: jwt.decode(token, PUBLIC, ["RS256"])),
    attempt("own key", lambda: oxyjwt.encode(CLAIMS, oxyjwt.EncodingKey.from_rsa_pem(RSA), algorithm="RS256"), lambda: None),
    attempt("EC PRIVATE KEY", lambda: oxyjwt.EncodingKey.from_ec_pem(EC) and "key", lambda: jwt.encode(CLAIMS, EC, "ES256")),
    attempt("PRIVATE KEY", lambda: oxyjwt.EncodingKey.from_ec_pem(EC8) and "key", lambda: jwt.encode(CLAIMS, EC8, "ES256")),
    attempt("ES512", lambda: oxyjwt.encode(CLAIMS, SECRET, algorithm="ES512"), lambda: jwt.encode(CLAIMS, EC521, "ES512")),
    attempt(
        "audience",
        lambda: oxyjwt.decode(audience, SECRET, algorithms=["HS256"], audience={"a"}),
        lambda: jwt.decode(audience, SECRET, ["HS256"], audience={"a"}),
    ),
]
numbers = [module.decode(large, SECRET, algorithms=["HS256"])["id"] for module in (jwt, oxyjwt)]
print(f"a large number: PyJWT {numbers[0]}, oxyjwt {numbers[1]}")
expected = ["token", "InvalidKeyError", "InvalidKeyError", "InvalidKeyError", "token", "InvalidKeyError", "token"]
expected += ["InvalidAlgorithmError", "DecodeError"]
sys.exit(seen != expected or numbers[0] != LARGE or numbers[1] == LARGE or not isinstance(numbers[1], float))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
