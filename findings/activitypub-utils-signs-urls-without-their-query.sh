#!/bin/bash
# activitypub-utils: the signature of a request with a query, a port or no path is not the one of the request, and those of others are refused
#   for a blank.
#
# Versions: activitypub-utils 0.4.0, cryptography 50.0.2 to verify with (PyPI), Python 3.11.
# Expected: draft-cavage-http-signatures-12, section 2.3: (request-target) is the method in lower case, a space and the path pseudo-header of
#   HTTP/2, which is path and query, and "/" for an empty path (RFC 9113, section 8.3.1); host is the value of the header Host, with its port.
#   Section 2.1.3: algorithm is optional. RFC 9110, section 5.6.1: blanks may stand around commas. RFC 3230, section 4.1.1: digest algorithms
#   do not tell capitals apart.
# Seen: sign_headers("GET", "https://example.org/outbox?page=true") signs "get /outbox"; for https://example.org:8443/inbox it signs "host:
#   example.org", for https://example.org "get " with no path. "keyId=..., algorithm=..." with blanks raises KeyError 'signature', a header
#   without algorithm KeyError 'algorithm'. Digest.parse("sha-256=...") does not match its body, nor does "SHA-512=...", which
#   Digest.new(body, 512) itself makes.
# Why it matters: the pages of an outbox, of followers and of replies have a query: servers that want signed requests ("secure mode") answer
#   401 to the second page. There is no option to hand the path over.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check activitypub-utils==0.4.0 cryptography==50.0.2

cat > find.py <<'PY'
import base64
import re
import sys
from urllib.parse import urlsplit

from aputils import Digest, Signature, Signer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY = rsa.generate_private_key(65537, 2048)
pem = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
signer = Signer(pem, "https://example.org/actor#main-key")


def verified(headers, target, host):
    """As the draft has it: the lines that "headers" names, with what the server has received."""
    parameters = dict(re.findall(r'(\w+)="([^"]*)"', headers["signature"]))
    values = {**headers, "host": host, "(request-target)": f"get {target}"}
    values.update({"(created)": parameters["created"], "(expires)": parameters["expires"]})
    text = "\n".join(f"{name}: {values[name]}" for name in parameters["headers"].split())
    try:
        KEY.public_key().verify(base64.b64decode(parameters["signature"]), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def attempt(call):
    try:
        return call()
    except KeyError as error:
        return f"KeyError: {error}"


seen = []
for url in ("https://example.org/outbox", "https://example.org/outbox?page=true", "https://example.org:8443/outbox", "https://example.org"):
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = signer.sign_headers("GET", url)
    right = verified(headers, target, parts.netloc)
    signed = verified(headers, parts.path, parts.hostname)
    seen.append((right, signed))
    print(f"{url}: signature of {target} at {parts.netloc}: {right}; of {parts.path!r} at {parts.hostname}: {signed}")
fields = ('keyId="https://example.org/actor#main-key"', 'algorithm="hs2019"', 'headers="(request-target) host date"', 'signature="AAAA"')
for what, text in (
    ("without blanks", ",".join(fields)),
    ("with blanks", ", ".join(fields)),
    ("without algorithm", ",".join((fields[0], *fields[2:]))),
):
    seen.append(attempt(lambda: Signature.parse(text).signature))
    print(f"{what}: {seen[-1]}")
for what, digest in (
    ("SHA-256", Digest.new(b"body").compile()),
    ("sha-256", Digest.new(b"body").compile().replace("SHA", "sha")),
    ("SHA-512", Digest.new(b"body", 512).compile()),
):
    seen.append(Digest.parse(digest).validate(b"body"))
    print(f"digest with {what}: {seen[-1]}")
expected = [(True, True), (False, True), (False, True), (False, True), "AAAA", "KeyError: 'signature'", "KeyError: 'algorithm'", True, False, False]
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
