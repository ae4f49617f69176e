#!/bin/bash
# x509kit: CACert.create_self_signed(subject, keys) signs nothing, and returns a builder that knows neither subject nor keys.
#
# Versions: x509kit 0.10.0 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: its documentation lists CACert.create_self_signed(subject, keys, days=3650, path_len=None) among the methods that make CA certificates,
#   beside from_cert() and from_pem(), and then issue_csr() of the result. RFC 9295, section 3: a certificate with an Ed25519 key must not
#   have keyEncipherment.
# Seen: it returns an empty CertificateBuilder: issue_csr() is an AttributeError, and sign() says that the subject is missing. Made with the
#   builder step by step, the CA works, and OpenSSL accepts what it issues, but a certificate for an Ed25519 key says "Digital Signature, Key
#   Encipherment".
# Why it matters: the first step of the documented way fails with an error about the second. And that key cannot encipher anything; who
#   checks usages against keys refuses the certificate.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check x509kit==0.10.0

cat > find.py <<'PY'
import subprocess
import sys

import x509kit

subject = {"O": "Example", "CN": "Example CA"}
keys = x509kit.Ed25519Keys.generate()
made = x509kit.CACert.create_self_signed(subject, keys, days=30)
request = x509kit.CSR.create({"CN": "localhost"}, x509kit.Ed25519Keys.generate(), extensions=[])
errors = []
for call in (lambda: made.issue_csr(request), lambda: made.sign(keys)):
    try:
        call()
        errors.append("no error")
    except (AttributeError, x509kit.X509Error) as error:
        errors.append(type(error).__name__)
print(f"create_self_signed() returns a {type(made).__name__}; issue_csr(): {errors[0]}; sign(): {errors[1]}")

builder = x509kit.CertificateBuilder(is_ca=True).add_subject(subject).self_signed().add_public_key(keys)
builder = builder.add_serial_random().add_validity(days=30).set_ca().add_key_usage("keyCertSign", "cRLSign")
ca = x509kit.CACert.from_cert(builder.sign(keys), signing_key=keys)
for name, certificate in ("ca", ca), ("leaf", ca.issue_csr(request, days=10)):
    with open(name + ".pem", "w") as file:
        file.write(certificate.to_pem())


def openssl(*options):
    return subprocess.run(["openssl", *options], capture_output=True, text=True).stdout.strip()


verified = openssl("verify", "-CAfile", "ca.pem", "leaf.pem")
usage = openssl("x509", "-in", "leaf.pem", "-noout", "-ext", "keyUsage").splitlines()[-1].strip()
print(f"by the builder: {verified}, key usage {usage}")
seen = [type(made).__name__, *errors, verified, usage]
expected = ["CertificateBuilder", "AttributeError", "X509Error", "leaf.pem: OK", "Digital Signature, Key Encipherment"]
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
