#!/bin/bash
# make-crl: with a revocation list that it has made, OpenSSL refuses every certificate, revoked or not.
#
# Versions: make-crl 0.2.2, cryptography 50.0.2 for comparison (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: RFC 5280, section 5.2.3: "The CRL number is a non-critical CRL extension"; the authority key identifier (section 5.2.1) is not
#   critical either. Section 5.2: a list with a critical extension that the reader cannot process must not be used.
# Seen: make-crl marks both as critical, and its `revoke` accepts no list in which they are not. The signature is right, but `openssl verify
#   -crl_check` ends in "unhandled critical CRL extension" for a certificate that is not in the list. With a list of cryptography's with
#   the same number, not critical, it is OK.
# Why it matters: a server that checks its clients against such a list lets nobody in from the moment when the first, still empty list is
#   installed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check make-crl==0.2.2 cryptography==50.0.2
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $curve -days 30 -subj "/CN=Example CA" -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout ca.key -out ca.pem 2>openssl.log
openssl req $curve -subj /CN=localhost -keyout key.pem -out request.pem 2>openssl.log
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out cert.pem 2>openssl.log

venv/bin/make-crl --next-update +10 make-empty ca.pem ca.key make-crl.der
openssl crl -inform DER -in make-crl.der -out make-crl.pem
venv/bin/python - <<'PY'
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

with open("ca.pem", "rb") as file:
    issuer = x509.load_pem_x509_certificate(file.read())
with open("ca.key", "rb") as file:
    key = serialization.load_pem_private_key(file.read(), None)
now = datetime.datetime.now(datetime.timezone.utc)
crl = (
    x509.CertificateRevocationListBuilder()
    .issuer_name(issuer.subject)
    .last_update(now)
    .next_update(now + datetime.timedelta(days=10))
    .add_extension(x509.CRLNumber(1), critical=False)
    .sign(key, hashes.SHA256())
)
with open("cryptography.pem", "wb") as file:
    file.write(crl.public_bytes(serialization.Encoding.PEM))
PY

for maker in make-crl cryptography; do
    openssl crl -in $maker.pem -CAfile ca.pem -noout 2>signature.txt
    echo "$maker: signature $(cat signature.txt), number" \
        "$(openssl crl -in $maker.pem -noout -text | grep -o 'CRL Number:.*')"
    openssl verify -CAfile ca.pem -crl_check -CRLfile $maker.pem cert.pem >$maker.txt 2>&1 || true
    cat $maker.txt
done
if grep -q "unhandled critical CRL extension" make-crl.txt && grep -q "cert.pem: OK" cryptography.txt; then exit 0; fi
echo "CHANGED: see above"
exit 1
