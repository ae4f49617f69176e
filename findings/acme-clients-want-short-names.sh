#!/bin/bash
# Four ACME clients cannot request a certificate for a name of more than 64 characters, since they make it the common name as well.
#
# Versions: lacme 1.2.1, gufo-acme 0.7.0, acmeow 1.2.0, certapi 1.1.16 (PyPI), Python 3.11; acme 5.3.1, with
#   which certbot does it, for comparison.
# Expected: RFC 8555, section 7.4: the request names its identifiers in the common name or in the extension for alternative names. RFC 1035, section
#   2.3.4: a name has up to 255 octets, a label 63. RFC 5280, appendix A.1: a common name has up to 64 characters. All but
#   gufo-acme put the name into the extension as well, and none documents such a limit.
# Seen: for a name of 93 characters each of them raises ValueError "Attribute's length must be >= 1 and <= 64, but it was 93", before
#   anything is sent. acme leaves the common name out, and has the name in the extension.
# Why it matters: generated names, such as review-branch-of-some-length.project.apps.cluster.example.org, pass the limit easily. What fails is
#   the copy of the name that nobody needs: RFC 9525 has no use for it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
# each in a folder of its own, as their requirements contradict each other
for package in acme==5.3.1 lacme==1.2.1 gufo-acme==0.7.0 acmeow==1.2.0 certapi==1.1.16; do
    venv/bin/pip install -qq --disable-pip-version-check --target "${package%%==*}" "$package"
done

cat > find.py <<'PY'
import sys

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

SHORT = "example.org"
LONG = ".".join(["a" * 40, "b" * 40, SHORT])
key = ec.generate_private_key(ec.SECP256R1())
pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def acme(name):
    from acme.crypto_util import make_csr

    return make_csr(pem, [name])


def lacme(name):
    from lacme.crypto import generate_csr, generate_ec_key

    return generate_csr(generate_ec_key(), [name])


def gufo_acme(name):
    from gufo.acme.clients.base import AcmeClient

    return AcmeClient.get_domain_csr(name, AcmeClient.get_domain_private_key(2048))


def acmeow(name):
    from acmeow import Identifier
    from acmeow._internal.crypto import create_csr

    return create_csr([Identifier.dns(name)], key)


def certapi(name):
    from certapi.crypto.crypto_classes import RSAKey

    return RSAKey.generate().create_csr(name)


def names(csr):
    if isinstance(csr, bytes):
        csr = (x509.load_pem_x509_csr if csr.startswith(b"-----") else x509.load_der_x509_csr)(csr)
    try:
        return csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        return [csr.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value]


request = globals()[sys.argv[1]]
assert len(LONG) == 93 and names(request(SHORT)) == [SHORT]
try:
    seen = str(names(request(LONG)) == [LONG])
except ValueError as error:
    seen = str(error)
print(f"{sys.argv[1]:15}", seen)
error = "Attribute's length must be >= 1 and <= 64, but it was 93"
sys.exit(seen != ("True" if request is acme else error))
PY
for client in acme lacme gufo-acme acmeow certapi; do
    PYTHONPATH=$client venv/bin/python -W ignore find.py "${client//-/_}" || { echo "CHANGED: see above"; exit 1; }
done
