#!/bin/bash
# apsig: an HTTP signature is refused if keyid stands in front of alg, as in the RFC's examples, if there is no alg, or if it is ECDSA; and its own
# Content-Digest fields say "SHA-256=" twice.
#
# Versions: apsig 0.6.0, with http-message-signatures 3.0.0, requests 2.34.2 and cryptography 50.0.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 9421, section 2.5: the last line of the signature base, @signature-params, has the parameters as they stand in Signature-Input. Section
#   2.3: alg is optional, and expires, nonce and tag are allowed. Section 3.3.4: an ECDSA signature is r and s, 32 octets each. RFC 9530, section 2:
#   a Content-Digest is sha-256=:BASE64:.
# Seen: RFC9421Verifier writes that line anew, always with created, alg and keyid, in this order and without the others. Signatures of
#   http-message-signatures, which have created, keyid and alg, are all refused, RSA and Ed25519 as well; with the parameters in apsig's order the
#   two are accepted, but not with a nonce. Without alg it is "alg not found.". An ECDSA signature is refused in any order: DER is expected. And
#   RFC9421Signer writes "sha-256=:SHA-256=...=:", which is no base64.
# Why it matters: apsig is made for ActivityPub, where servers of many kinds sign. It understands itself, so its tests are green, and nothing arrives
#   from others; who checks the digest of what it sends refuses that.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check apsig==0.6.0 http-message-signatures==3.0.0 requests==2.34.2 cryptography==50.0.2

cat > find.py <<'PY'
import base64
import datetime
import hashlib
import sys
import time

import requests
from apsig.exceptions import VerificationFailedError
from apsig.rfc9421 import RFC9421Signer, RFC9421Verifier
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

RSA, ECDSA, ED25519 = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
KINDS = {
    "rsa-v1_5-sha256": (RSA, algorithms.RSA_V1_5_SHA256, lambda data: RSA.sign(data, padding.PKCS1v15(), hashes.SHA256())),
    "ed25519": (ED25519, algorithms.ED25519, ED25519.sign),
    "ecdsa-p256-sha256": (ECDSA, algorithms.ECDSA_P256_SHA256, lambda data: b"".join(
        number.to_bytes(32, "big") for number in decode_dss_signature(ECDSA.sign(data, ec.ECDSA(hashes.SHA256()))))),
}


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, key):
        self.key = key

    def resolve_private_key(self, key_id):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

    def resolve_public_key(self, key_id):
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def signed(alg, order):
    """A request signed as RFC 9421 has it, with the parameters in this order, that http-message-signatures has verified."""
    key, kind, sign = KINDS[alg]
    request = requests.Request("POST", "https://example.org/inbox", headers={"Date": "Mon, 30 Nov 2026 10:00:00 GMT"}).prepare()
    if order is None:  # http-message-signatures' own
        signer = HTTPMessageSigner(signature_algorithm=kind, key_resolver=Keys(key))
        signer.sign(request, key_id="k", covered_component_ids=("@method", "@path", "@authority", "date"), created=datetime.datetime.now())
    else:
        values = {"created": int(time.time()), "alg": f'"{alg}"', "keyid": '"k"', "nonce": '"n"'}
        parameters = '("@method" "@path" "@authority" "date")' + "".join(f";{name}={values[name]}" for name in order)
        base = f'"@method": POST\n"@path": /inbox\n"@authority": example.org\n"date": {request.headers["Date"]}\n"@signature-params": {parameters}'
        request.headers["Signature-Input"] = f"sig1={parameters}"
        request.headers["Signature"] = f"sig1=:{base64.b64encode(sign(base.encode())).decode()}:"
    HTTPMessageVerifier(signature_algorithm=kind, key_resolver=Keys(key)).verify(request)
    return request


seen = {}
for alg in KINDS:
    for order in [None, ("created", "alg", "keyid"), ("created", "alg", "keyid", "nonce"), ("created", "keyid")]:
        request = signed(alg, order)
        verifier = RFC9421Verifier(KINDS[alg][0].public_key(), "POST", "/inbox", "example.org", dict(request.headers))
        try:
            seen[alg, order] = verifier.verify(raise_on_fail=True) == "k"
        except VerificationFailedError as error:
            seen[alg, order] = False
            reason = str(error)
        parameters = request.headers["Signature-Input"].split(")")[1]
        print(f"{alg}, {parameters}: accepted {seen[alg, order]}")
accepted = [key for key, value in seen.items() if value]
headers = RFC9421Signer(RSA, "k").sign("POST", "/inbox", "example.org", {"Content-Type": "application/json"}, b"{}")
right = base64.b64encode(hashlib.sha256(b"{}").digest()).decode()
print(f"the last reason: {reason}; Content-Digest {headers['content-digest']}, right sha-256=:{right}:")
same = accepted == [("rsa-v1_5-sha256", ("created", "alg", "keyid")), ("ed25519", ("created", "alg", "keyid"))]
sys.exit(not same or reason != "alg not found." or headers["content-digest"] != f"sha-256=:SHA-256={right}:")
PY
timeout 60 venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
