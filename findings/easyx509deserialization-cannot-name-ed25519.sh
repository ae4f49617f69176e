#!/bin/bash
# easyx509deserialization: for an Ed25519 certificate the name of the key, for which it has a line, is empty, and the signature algorithm is an
# AttributeError; addresses in LDAP are left out of the lists of CRLs.
#
# Versions: easyx509deserialization 0.9.2 with cryptography 45.0.7 (PyPI), Python 3.11.
# Expected: its README: "It will allow you to quickly pull most information from an x509 certificate"; its code names "ED25519 key", "ED448 key". RFC
#   8410, section 3: Ed25519 in X.509. RFC 5280, section 4.2.1.13: a distribution point is often an LDAP URI, the default of Active Directory.
# Seen: get_public_key_algorithm() prints "Could not get the public key algorithm" and returns "", since it asks the key for a size first.
#   get_signature_algorithm() is AttributeError "'NoneType' object has no attribute 'name'". get_crl_list() of a certificate with an ldap and an http
#   address has the http one only, and one whose only address is ldap has an empty list. With P-256 all are right.
# Why it matters: an inventory made with it stops at the first Ed25519 certificate, and reports "no CRL" for those of a Windows CA.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check easyx509deserialization==0.9.2 cryptography==45.0.7

cat > find.py <<'PY'
import datetime
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from easyx509deserialization import read_certificate

LDAP, HTTP = "ldap:///CN=Example,CN=CDP?certificateRevocationList", "http://crl.example.com/ca.crl"
START = datetime.datetime(2026, 1, 1)


def certificate(key, digest, *addresses):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.com")])
    points = [x509.DistributionPoint([x509.UniformResourceIdentifier(text) for text in addresses], None, None, None)]
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(START).not_valid_after(START + datetime.timedelta(days=3650))
    return builder.add_extension(x509.CRLDistributionPoints(points), critical=False).sign(key, digest)


def ask(function, cert):
    try:
        return function(cert)
    except AttributeError as error:
        return f"AttributeError: {error}"


seen = []
for cert in (
    certificate(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256(), LDAP, HTTP),
    certificate(ed25519.Ed25519PrivateKey.generate(), None, LDAP),
):
    names = ("get_public_key_algorithm", "get_signature_algorithm", "get_crl_list")
    seen.append([ask(getattr(read_certificate, name), cert) for name in names])
    print(type(cert.public_key()).__name__, seen[-1], "- signature by cryptography:", cert.signature_algorithm_oid._name)
sys.exit(
    seen[0] != ["256-bit Elliptic Curve key", "sha256", [HTTP]]
    or seen[1] != ["", "AttributeError: 'NoneType' object has no attribute 'name'", []]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
