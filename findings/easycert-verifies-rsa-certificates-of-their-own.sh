#!/bin/bash
# easycert: a certificate that a CA has issued has an invalid signature, and one with an elliptic key ends in a TypeError.
#
# Versions: easycert 0.1.0, cryptography 46.0.3, trustme 1.2.1 (PyPI), Python 3.11.
# Expected: easycert calls itself a toolkit for generation and verification of X.509 certificates; verify_certificate() is "Complete certificate
#   verification (signature + validity)", takes any certificate, and collects what is wrong in `errors`. RFC 5280, section 6.1.3: a signature
#   is verified with the key of the issuer; section 4.1.1.3 lets the signature be of any algorithm.
# Seen: the signature is checked with the certificate's own key, always as RSA with PKCS #1 v1.5. trustme's certificate, issued by trustme's CA
#   a moment ago, raises TypeError for its elliptic key, and with an RSA key it is "Certificate signature is invalid". There is no argument for an
#   issuer. A self-signed RSA certificate is valid; a self-signed one with an Ed25519 key raises TypeError.
# Why it matters: of the certificates that servers have, none passes: they are issued by somebody, and most have elliptic keys. "Invalid
#   signature" reads like forgery.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check easycert==0.1.0 cryptography==46.0.3 trustme==1.2.1

cat > find.py <<'PY'
import datetime
import sys

import easycert
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519


def verdict(certificate):
    try:
        result = easycert.verify_certificate(certificate)
    except Exception as error:
        return type(error).__name__
    return result["valid"], *result["errors"]


def issued(key_type):
    cert = trustme.CA(key_type=key_type).issue_cert("example.org", key_type=key_type)
    return x509.load_pem_x509_certificate(cert.cert_chain_pems[0].bytes())


key = ed25519.Ed25519PrivateKey.generate()
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.org")])
now = datetime.datetime.now(datetime.timezone.utc)
builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(17)
ed25519_cert = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(30)).sign(key, None)
ed25519_cert.verify_directly_issued_by(ed25519_cert)  # cryptography agrees

seen = {
    "easycert's own, RSA": verdict(easycert.generate_self_signed_certificate("example.org")[1]),
    "self-signed, Ed25519": verdict(ed25519_cert),
    "trustme's, RSA": verdict(issued(trustme.KeyType.RSA)),
    "trustme's, P-256": verdict(issued(trustme.KeyType.ECDSA)),
}
for what, how in seen.items():
    print(f"{what}:", how)
sys.exit(list(seen.values()) != [(True,), "TypeError", (False, "Certificate signature is invalid"), "TypeError"])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
