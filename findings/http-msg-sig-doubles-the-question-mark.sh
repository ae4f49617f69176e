#!/bin/bash
# http-msg-sig, signatures of HTTP messages: the request target is signed with two question marks, the host with its usual port, and signatures with
# a tag are refused, so that it and the standard do not understand each other.
#
# Versions: http-msg-sig 0.2.1, http-sfv 0.9.9, requests 2.34.2 (PyPI), Python 3.11.
# Expected: RFC 9421, section 2.2.5: "@request-target" of GET /path?param=value is "/path?param=value", and without a query "/path". Section 2.2.3:
#   the usual port of the scheme is left out of "@authority". Section 2.3: "tag" is one of the six parameters of a signature.
# Seen: signed are "/path??param=value" and "/path??"; "www.example.org:443" for https; an HMAC by the RFC's signature base is another. verify() of
#   such an HMAC says InvalidSignature, while "@method", "@path" and "@query" are as the RFC has them. With tag="app", right otherwise, it says
#   'Unexpected signature metadata parameter "tag"'.
# Why it matters: two programs with this package agree with each other, and with no other implementation; the profiles that need a tag, as that for
#   bots ("web-bot-auth"), cannot be verified. Sign "@method", "@path" and "@query" instead, and no port.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check http-msg-sig==0.2.1 http-sfv==0.9.9 requests==2.34.2

cat > find.py <<'PY'
import base64
import hashlib
import hmac
import sys
import time

import requests
from http_msg_sig import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

KEY = b"example key of 32 octets or more"


class Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id):
        return KEY

    def resolve_private_key(self, key_id):
        return KEY


def request(url):
    return requests.Request("GET", url).prepare()


def by_rfc(components, parameters):
    """Signature-Input and Signature as RFC 9421, sections 2.5 and 3.3.3, have them."""
    inner = "(" + " ".join(f'"{name}"' for name in components) + ")" + parameters
    base = "".join(f'"{name}": {value}\n' for name, value in components.items()) + f'"@signature-params": {inner}'
    return inner, base64.b64encode(hmac.digest(KEY, base.encode(), hashlib.sha256)).decode()


def agree(url, components, parameters=""):
    """Whether the package verifies what the RFC says, and signs the same."""
    message = request(url)
    inner, signature = by_rfc(components, f';created={int(time.time())};keyid="k";alg="hmac-sha256"' + parameters)
    message.headers["Signature-Input"], message.headers["Signature"] = f"s={inner}", f"s=:{signature}:"
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=Keys())
    try:
        verifier.verify(message)
        verified = True
    except Exception as error:
        verified = f"{type(error).__name__}: {error}".strip(": ")
    mine = request(url)
    signer = HTTPMessageSigner(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=Keys())
    try:
        signer.sign(mine, key_id="k", label="s", covered_component_ids=list(components))
    except Exception as error:
        return verified, str(error)
    inner = mine.headers["Signature-Input"].partition("=")[2]
    expected = by_rfc(components, inner[inner.index(")") + 1 :])[1]
    return verified, mine.headers["Signature"] == f"s=:{expected}:"


url = "https://www.example.org/path?param=value"
seen = {
    "method, path, query": agree(url, {"@method": "GET", "@path": "/path", "@query": "?param=value"}),
    "request-target": agree(url, {"@request-target": "/path?param=value"}),
    "without a query": agree("https://www.example.org/path", {"@request-target": "/path"}),
    "two question marks": agree(url, {"@request-target": "/path??param=value"}),
    "authority": agree("https://www.example.org:443/path", {"@authority": "www.example.org"}),
    "tag": agree(url, {"@method": "GET"}, ';tag="app"'),
}
for case, result in seen.items():
    print(f"{case}: the RFC's signature is verified: {result[0]}; the package signs the same: {result[1]}")
results = list(seen.values())
same = results[0] == results[3] == (True, True) and [result[1] for result in results[1:]] == [False, False, True, False, True]
same = same and all(str(results[number][0]).startswith("InvalidSignature") for number in (1, 2, 4))
sys.exit(not same or 'Unexpected signature metadata parameter "tag"' not in str(results[5][0]))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
