#!/bin/bash
# certificate-authority: a renewed certificate has no alternative names, and one that an intermediate has issued does not verify.
#
# Versions: certificate-authority 0.1.1, cryptography 45.0.7 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: its documentation: renew_certificate() makes a certificate "with the same subject information and extensions", and an existing CA's key
#   and certificate can be given. RFC 5280, section 4.2.1.1: the authority key identifier may have issuer and serial number of the certificate that
#   certifies the issuer's key. Key types RSA, EC, Ed25519 and Ed448.
# Seen: a server's certificate for www.example.org, with that as DNS name and with an Ed25519 key, is renewed without any alternative name and with an
#   RSA key. If the CA's certificate is an intermediate's, each certificate names the intermediate itself as authorityCertIssuer, with the serial
#   number that the root gave it, and OpenSSL finds no issuer: "unable to get local issuer certificate". Without that extension the chain is fine.
#   generate_crl() of an Ed25519 CA raises ValueError.
# Why it matters: the first certificate works, and the renewal takes the service down. An intermediate is what one is told to use.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check certificate-authority==0.1.1 cryptography==45.0.7
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $curve -days 30 -subj /CN=root -keyout root.key -out root.pem 2>openssl.log
openssl req $curve -subj /CN=intermediate -keyout intermediate.key -out request.pem 2>openssl.log
printf 'basicConstraints=critical,CA:true\nsubjectKeyIdentifier=hash\nkeyUsage=keyCertSign,cRLSign\n' >extensions
openssl x509 -req -in request.pem -CA root.pem -CAkey root.key -set_serial 77 -days 30 -extfile extensions -out intermediate.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import logging
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")
from CA import CertificateAuthority, CertificateRequest  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402

logging.disable(logging.CRITICAL)


def openssl(*options):
    result = subprocess.run(["openssl", *options], capture_output=True, text=True)
    return result.stdout + result.stderr


def verify(*options):
    text = openssl("verify", "-CAfile", "root.pem", "-untrusted", "intermediate.pem", *options)
    return "OK" if text.strip().endswith("OK") else text.split("lookup: ")[1].splitlines()[0]


def describe(certificate):
    cert = certificate.certificate
    names = [ext.value.get_values_for_type(x509.DNSName) for ext in cert.extensions if ext.oid == x509.SubjectAlternativeName.oid]
    return cert.subject.rfc4514_string(), names, type(cert.public_key()).__name__.strip("_")


async def main():
    seen = {}
    ca = CertificateAuthority("store")
    await ca.initialize(common_name="Example CA")
    wanted = CertificateRequest(
        common_name="www.example.org", san_dns_names=["www.example.org"], key_type="ed25519"
    )
    first = await ca.issue_certificate(wanted, cert_type="server")
    renewed = await ca.renew_certificate(first.certificate.serial_number)
    seen["first"], seen["renewed"] = describe(first), describe(renewed)

    with open("intermediate.pem", "rb") as cert, open("intermediate.key", "rb") as key:
        ca = CertificateAuthority("store2", ca_cert=cert.read(), ca_key=key.read())
    await ca.initialize()
    leaf = await ca.issue_certificate(wanted, cert_type="server")
    with open("leaf.pem", "wb") as file:
        file.write(leaf.certificate.public_bytes(serialization.Encoding.PEM))
    seen["under an intermediate"] = verify("leaf.pem")
    text = openssl("x509", "-in", "leaf.pem", "-noout", "-ext", "authorityKeyIdentifier")
    seen["its issuer"] = [line.strip() for line in text.splitlines() if "DirName" in line or "serial" in line]

    ca = CertificateAuthority("store3")
    await ca.initialize(common_name="Ed CA", key_type="ed25519")
    try:
        await ca.generate_crl()
        seen["Ed25519 list"] = "made"
    except Exception as error:
        seen["Ed25519 list"] = type(error).__name__
    return seen


seen = asyncio.run(main())
# The same leaf, issued by OpenSSL.
with open("request.cnf", "w") as file:
    file.write("subjectAltName=DNS:www.example.org\n")
curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
openssl("req", *curve, "-subj", "/CN=www.example.org", "-keyout", "leaf.key", "-out", "leaf.csr")
signer = ["-CA", "intermediate.pem", "-CAkey", "intermediate.key", "-set_serial", "78", "-days", "30", "-extfile", "request.cnf"]
openssl("x509", "-req", "-in", "leaf.csr", *signer, "-out", "plain.pem")
seen["the same by OpenSSL"] = verify("plain.pem")
for what, found in seen.items():
    print(f"{what}: {found}")
expected = {
    "first": ("CN=www.example.org", [["www.example.org"]], "Ed25519PublicKey"),
    "renewed": ("CN=www.example.org", [], "RSAPublicKey"),
    "under an intermediate": "unable to get local issuer certificate",
    "its issuer": ["DirName:/CN=intermediate", "serial:4D"],
    "Ed25519 list": "ValueError",
    "the same by OpenSSL": "OK",
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
