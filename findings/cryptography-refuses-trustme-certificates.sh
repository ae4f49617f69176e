#!/bin/bash
# trustme and cryptography: a certificate that the one has just made for tests is refused by the other's verifier, in either role.
#
# Versions: trustme 1.2.1, cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: trustme's documentation: its certificates are for testing, and clients that trust its CA accept them. RFC 5280, section 4.2.1.6: beside a
#   subject that is not empty the alternative names SHOULD be marked as non-critical; section 4.2.1.12: the extended key usage is critical or
#   not at the issuer's option. trustme marks both critical, and OpenSSL accepts that, with -x509_strict too.
# Seen: build_server_verifier() and build_client_verifier() end in VerificationError "EE subjectAltName MUST NOT be critical when subject is nonempty",
#   for RSA and ECDSA keys. Without that mark it is "invalid extension: 2.5.29.37: Certificate extension has incorrect criticality"; if neither is
#   critical, the certificate of the same CA is accepted.
# Why it matters: a TLS library that verifies with cryptography cannot be tested with trustme, and the errors speak of a MUST that is not the
#   RFC's.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check trustme==1.2.1 cryptography==50.0.2

cat > find.py <<'PY'
import subprocess
import sys

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import verification


def verdicts(ca, certificate):
    """Of a server's verifier, a client's, and OpenSSL's."""
    with open("ca.pem", "wb") as file:
        file.write(ca.public_bytes(serialization.Encoding.PEM))
    with open("cert.pem", "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    builder = verification.PolicyBuilder().store(verification.Store([ca]))
    results = []
    for verifier in (builder.build_server_verifier(x509.DNSName("example.org")), builder.build_client_verifier()):
        try:
            verifier.verify(certificate, [])
            results.append("accepted")
        except verification.VerificationError as error:
            results.append(str(error).partition(" (encountered")[0])
    command = ["openssl", "verify", "-x509_strict", "-verify_hostname", "example.org", "-CAfile", "ca.pem", "cert.pem"]
    return [*results, subprocess.run(command, capture_output=True, text=True).stdout.strip()]


def non_critical(ca_key, ca, certificate, *kinds):
    """The same certificate with extensions of these kinds not critical."""
    builder = x509.CertificateBuilder(ca.subject, certificate.subject, certificate.public_key(), certificate.serial_number)
    builder = builder.not_valid_before(certificate.not_valid_before_utc).not_valid_after(certificate.not_valid_after_utc)
    for extension in certificate.extensions:
        builder = builder.add_extension(extension.value, extension.critical and not isinstance(extension.value, kinds))
    return builder.sign(ca_key, hashes.SHA256())


seen = []
for key_type in trustme.KeyType:
    ca = trustme.CA(key_type=key_type)
    ca_cert = x509.load_pem_x509_certificate(ca.cert_pem.bytes())
    ca_key = serialization.load_pem_private_key(ca.private_key_pem.bytes(), None)
    cert = x509.load_pem_x509_certificate(ca.issue_cert("example.org", key_type=key_type).cert_chain_pems[0].bytes())
    for what, certificate in {
        "trustme's": cert,
        "alternative names not critical": non_critical(ca_key, ca_cert, cert, x509.SubjectAlternativeName),
        "extended key usage not critical either": non_critical(
            ca_key, ca_cert, cert, x509.SubjectAlternativeName, x509.ExtendedKeyUsage
        ),
    }.items():
        seen.append(verdicts(ca_cert, certificate))
        print(f"{key_type.name}, {what}:", *seen[-1], sep="\n    ")
names = "validation failed: EE subjectAltName MUST NOT be critical when subject is nonempty"
usage = "validation failed: invalid extension: 2.5.29.37: Certificate extension has incorrect criticality"
sys.exit(seen != [[result, result, "cert.pem: OK"] for result in (names, usage, "accepted")] * 2)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
