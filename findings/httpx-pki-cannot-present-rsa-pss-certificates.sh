#!/bin/bash
# httpx-pki: a client certificate whose key is for RSASSA-PSS cannot be used, although ssl takes it, and explain() finds no problem.
#
# Versions: httpx-pki 0.9.1, cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0 to make the files.
# Expected: its documentation: "Whatever you were handed, there's a one-liner for it": PKCS #12, a PEM bundle, or a certificate and a key in two
#   files. Python's ssl.SSLContext.load_cert_chain() takes the two files. RFC 4055, section 1.2: a certificate may say id-RSASSA-PSS for
#   its key; RFC 8446, section 4.2.3, has signature schemes for it (rsa_pss_pss_sha256).
# Seen: each of the three ways ends in CertificateLoadError "could not load client certificate chain: [SSL: NO_CERTIFICATE_ASSIGNED] no certificate
#   assigned". It writes the key anew with cryptography, which makes a plain RSA key of it, and that does not belong to the certificate for
#   OpenSSL. list_identities() shows the identity, and explain() ends in "PROBLEMS   none".
# Why it matters: the error speaks of a missing certificate, which is there, and the tool for finding out says that all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check httpx-pki==0.9.1 cryptography==50.0.2
make() {
    openssl req -x509 -newkey "$2" -pkeyopt rsa_keygen_bits:2048 -nodes -days 30 -subj "/CN=Some Client" -addext extendedKeyUsage=clientAuth \
        -keyout "$1.key" -out "$1.crt" 2>openssl.log
    openssl pkcs12 -export -inkey "$1.key" -in "$1.crt" -out "$1.p12" -passout pass:secret
    cat "$1.key" "$1.crt" > "$1.pem"
}
make rsa rsa
make pss rsa-pss

cat > find.py <<'PY'
import ssl
import sys

import httpx_pki
from httpx_pki import PKIClient


def attempt(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except httpx_pki.CertificateLoadError as error:
        return str(error).partition(" (_ssl")[0]
    return "fine"


def attempts(name):
    return {
        "ssl": attempt(ssl.create_default_context().load_cert_chain, f"{name}.crt", f"{name}.key"),
        "PKCS #12": attempt(PKIClient, f"{name}.p12", password="secret"),
        "PEM bundle": attempt(PKIClient, f"{name}.pem"),
        "two files": attempt(PKIClient.from_key_pair, f"{name}.crt", f"{name}.key"),
        "explain()": str(httpx_pki.explain(f"{name}.p12", password="secret")).splitlines()[-1],
    }


rsa, pss = attempts("rsa"), attempts("pss")
for what in rsa:
    print(f"{what}:", "RSA", rsa[what] + ",", "RSASSA-PSS", pss[what])
error = "could not load client certificate chain: [SSL: NO_CERTIFICATE_ASSIGNED] no certificate assigned"
no_problem = "PROBLEMS   none"
sys.exit([*rsa.values(), *pss.values()] != ["fine"] * 4 + [no_problem, "fine"] + [error] * 3 + [no_problem])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
