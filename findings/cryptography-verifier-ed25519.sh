#!/bin/bash
# cryptography's verifier accepts an Ed25519 server key, but no certificate authority that has one.
#
# Versions: cryptography 50.0.2 (PyPI), Python 3.11 with OpenSSL 3.0 for comparison.
# Expected: RFC 8410 defines Ed25519 for certificates of both kinds, and RFC 8446, section 4.2.3, its signatures in certificates. A library that
#   accepts a kind of key in a leaf would be expected to accept it in the CA above, or to refuse both.
# Seen: a leaf with an Ed25519 key, signed by a P-256 CA, is valid; the same leaf signed by an Ed25519 CA ends in "candidates exhausted:
#   Forbidden public key algorithm". OpenSSL, through ssl, accepts both. No argument of PolicyBuilder's changes the permitted keys.
# Why it matters: private CAs can be made with Ed25519 by the tools at hand; their chains work in TLS handshakes with OpenSSL, and fail
#   as soon as the same certificates are verified by cryptography.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2

cat > chains.py <<'PY'
"""Chains of a CA and a server certificate, and what cryptography's verifier and OpenSSL say of them."""

import datetime
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import DNSName, PolicyBuilder, Store, VerificationError

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)


def name(common_name):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def build(subject, issuer, key, signer, issuer_key, extensions):
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(1))
        .not_valid_after(NOW + datetime.timedelta(30))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    algorithm = hashes.SHA256() if isinstance(signer, ec.EllipticCurvePrivateKey) else None
    return builder.sign(signer, algorithm)


def chain(host, ca_key=None, leaf_key=None, constraints=None):
    ca_key = ca_key or ec.generate_private_key(ec.SECP256R1())
    leaf_key = leaf_key or ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (usage, True),
        (x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), False),
    ]
    if constraints:
        extensions.append((constraints, True))
    ca = build(name("CA"), name("CA"), ca_key, ca_key, ca_key.public_key(), extensions)
    extensions = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.SubjectAlternativeName([x509.DNSName(host)]), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
    ]
    leaf = build(name("server"), name("CA"), leaf_key, ca_key, ca_key.public_key(), extensions)
    return ca, leaf, leaf_key


def by_cryptography(host, ca, leaf, _):
    try:
        PolicyBuilder().store(Store([ca])).build_server_verifier(DNSName(host)).verify(leaf, [])
    except (VerificationError, ValueError) as error:
        return f"{type(error).__name__}: {error}".partition(" (encountered")[0]
    return "valid"


def by_openssl(host, ca, leaf, key):
    pem = serialization.Encoding.PEM
    with open("leaf.pem", "wb") as file:
        file.write(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + leaf.public_bytes(pem)
        )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain("leaf.pem")
    client = ssl.create_default_context(cadata=ca.public_bytes(pem).decode())
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(a, b, server_hostname=host)
    theirs = server.wrap_bio(b, a, server_side=True)
    for _ in range(3):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
    return "valid" if ours.version() else "no handshake"


def judge(what, host, *parts):
    result = by_cryptography(host, *parts), by_openssl(host, *parts)
    print(f"{what}: cryptography: {result[0]}; OpenSSL: {result[1]}")
    return result
PY
cat > find.py <<'PY'
import sys

from chains import chain, judge
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

host = "www.example.org"
seen = [
    judge("P-256 CA, Ed25519 leaf", host, *chain(host, leaf_key=Ed25519PrivateKey.generate())),
    judge("Ed25519 CA, P-256 leaf", host, *chain(host, ca_key=Ed25519PrivateKey.generate())),
]
sys.exit(seen[0] != ("valid", "valid") or "Forbidden public key" not in seen[1][0] or seen[1][1] != "valid")
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
