#!/bin/bash
# certy: a CA whose key is of another kind than its issuer's signs certificates, and cannot sign a revocation list.
#
# Versions: certy 0.2.2, cryptography 46.0.3 (PyPI), Python 3.11.
# Expected: certy's documentation: a credential's issuer is any other CA credential, each with a key_type() of its own, and a list is signed by the
#   issuer of what is added to it. RFC 5280, section 5.1.1.2: the algorithm is that with which the CRL's issuer signs, whatever it was
#   signed with itself.
# Seen: the hash is taken from the signature on the issuer's certificate. With an Ed25519 CA below an EC root get_as_pem() is a ValueError, "Algorithm
#   must be None when signing via ed25519 or ed448"; with an EC CA below an Ed25519 root a TypeError, "Algorithm must be a registered hash
#   algorithm, not None". A P-384 CA below a P-256 root signs certificates with SHA-384, and the list with SHA-256. Roots are fine, as they
#   sign themselves.
# Why it matters: mixed chains are what a test of chains is for. The errors come from cryptography, and nobody has given an algorithm.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check certy==0.2.2 cryptography==46.0.3

cat > find.py <<'PY'
import sys

from certy import CertificateRevocationList, Credential, KeyType
from cryptography import x509


def hash_name(signed):
    return signed.signature_hash_algorithm.name if signed.signature_hash_algorithm else "none"


def signed_with(root_type, root_size, ca_type, ca_size):
    """The hashes of a certificate and of a revocation list from a CA below a root."""
    root = Credential().subject("CN=Root").key_type(root_type).key_size(root_size)
    ca = Credential().subject("CN=CA").issuer(root).ca(True).key_type(ca_type).key_size(ca_size)
    leaf = Credential().subject("CN=Somebody").issuer(ca)
    certificate = leaf.get_certificate()
    certificate.verify_directly_issued_by(ca.get_certificate())
    try:
        crl = x509.load_pem_x509_crl(CertificateRevocationList().add(leaf).get_as_pem())
        assert crl.is_signature_valid(ca.get_certificate().public_key())
        return hash_name(certificate), hash_name(crl)
    except (TypeError, ValueError) as error:
        return hash_name(certificate), f"{type(error).__name__}: {error}"


EC, ED = KeyType.EC, KeyType.ED25519
seen = {
    "EC below EC": signed_with(EC, 256, EC, 256),
    "Ed25519 below EC": signed_with(EC, 256, ED, 256),
    "EC below Ed25519": signed_with(ED, 256, EC, 256),
    "P-384 below P-256": signed_with(EC, 256, EC, 384),
}
for what, how in seen.items():
    print(f"{what}: certificate {how[0]}, list {how[1]}")
sys.exit(
    list(seen.values())
    != [
        ("sha256", "sha256"),
        ("none", "ValueError: Algorithm must be None when signing via ed25519 or ed448"),
        ("sha256", "TypeError: Algorithm must be a registered hash algorithm, not None."),
        ("sha384", "sha256"),
    ]
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
