#!/bin/bash
# pki-tools: a certificate issued under a CA that it has loaded does not chain to that CA, since the parts of the name change places.
#
# Versions: pki-tools 2.2.1, cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0 to make the CA and to verify.
# Expected: RFC 5280, section 4.1.2.4: a name is a sequence of its parts; section 7.1: two names are the same if their parts match in the same order;
#   section 6.1.3: the issuer of a certificate is the subject of the next one. What Certificate.from_pem_string() gives as `subject` is a
#   Name, of the type that `issuer` of a new certificate wants.
# Seen: the CA is called C=DE, ST=Bavaria, L=Munich, O=Example, CN=Example CA, in the order in which OpenSSL asks for them. In the
#   certificate the issuer is C, O, ST, CN, L: the order of the class's fields. `openssl verify` ends in "unable to get local issuer
#   certificate". With the CA's name in just that order, C and CN alone, it is OK.
# Why it matters: it is signed with the right key, and every part of the issuer is right, so that one has to look twice. With the two-part
#   names of tests it works.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pki-tools==2.2.1 cryptography==50.0.2
for name in "long /C=DE/ST=Bavaria/L=Munich/O=Example/CN=Example CA" "short /C=DE/CN=Example CA"; do
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "${name#* }" \
        -keyout "${name%% *}.key" -out "${name%% *}.pem" 2>openssl.log
done

cat > issue.py <<'PY'
import datetime
import sys

from cryptography.hazmat.primitives import serialization
from loguru import logger
from pki_tools import Certificate, Name, Validity
from pki_tools.types.key_pair import RSAKeyPair, RSAPrivateKey, RSAPublicKey
from pki_tools.types.signature_algorithm import HashAlgorithm, HashAlgorithmName, SignatureAlgorithm

logger.remove()
ca, ca_key, file = sys.argv[1:]
ca = Certificate.from_file(ca)
with open(ca_key, "rb") as key_file:
    key = serialization.load_pem_private_key(key_file.read(), None)
keys = RSAKeyPair(
    private_key=RSAPrivateKey.from_cryptography(key),
    public_key=RSAPublicKey.from_cryptography(key.public_key()),
)
now = datetime.datetime.now(datetime.timezone.utc)
certificate = Certificate(
    issuer=ca.subject,
    subject=Name(cn=["localhost"]),
    validity=Validity(not_before=now, not_after=now + datetime.timedelta(days=10)),
)
sha256 = SignatureAlgorithm(algorithm=HashAlgorithm(name=HashAlgorithmName.SHA256))
certificate.sign(keys, sha256, req_key=RSAKeyPair.generate().public_key)
with open(file, "w") as output:
    output.write(certificate.pem_string)
PY
for ca in long short; do
    venv/bin/python issue.py $ca.pem $ca.key $ca-leaf.pem
    openssl x509 -in $ca.pem -noout -subject
    openssl x509 -in $ca-leaf.pem -noout -issuer
    openssl verify -CAfile $ca.pem $ca-leaf.pem >$ca.txt 2>&1 || true
    tail -2 $ca.txt
done
if grep -q "unable to get local issuer certificate" long.txt && grep -q "short-leaf.pem: OK" short.txt; then exit 0; fi
echo "CHANGED: see above"
exit 1
