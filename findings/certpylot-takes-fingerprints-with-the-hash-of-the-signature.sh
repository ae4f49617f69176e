#!/bin/bash
# certpylot: the "SHA-256 fingerprint" is SHA-384 or nothing, depending on who signed the certificate; and the port of a URL is not used.
#
# Versions: certpylot 0.2.1, cryptography 39.0.2 (PyPI; certpylot's requirement), Python 3.11, OpenSSL 3.0 to make the certificates.
# Expected: its documentation: `fingerprint` is the "SHA-256 fingerprint", and get() returns a certificate's details. Its example for requests is
#   csr.generate(["example.com"], key.serialized_key). RFC 3986, section 3.2.3: the port stands in the URL, which certpylot takes. RFC 5280,
#   section 4.2.1.6: an IP address is an iPAddress among the alternative names.
# Seen: the hash is that of the certificate's signature: 384 bits where the CA signs with ECDSA and SHA-384, and TypeError for an Ed25519 signature,
#   which has none, so that get() fails too. SSLCertificate(url="https://localhost:PORT") connects to port 443. PrivateKey has no serialized_key.
#   A self-signed certificate for "127.0.0.1" has it as a DNS name, which ssl refuses.
# Why it matters: pins and inventories by fingerprint do not match those of other tools, for Let's Encrypt's elliptic chain for one. With
#   the port overlooked, the details are those of another server on the host.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check certpylot==0.2.1 cryptography==39.0.2
make() {
    name=$1
    shift
    openssl req -x509 -nodes -days 30 -subj "/CN=$name" -addext subjectAltName=DNS:localhost -keyout $name.key -out $name.pem "$@" 2>openssl.log
}
make SHA-256 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256
make SHA-384 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384
make Ed25519 -newkey ed25519

cat > find.py <<'PY'
import hashlib
import socket
import ssl
import sys

from certpylot import Csr, KeyType, PrivateKey, SelfSignedCertificate, SSLCertificate
from cryptography import x509


def fingerprint(name):
    with open(f"{name}.pem") as file:
        expected = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()
    certificate = SSLCertificate(path=f"{name}.pem")
    try:
        assert certificate.get()["fingerprint"] == certificate.fingerprint
    except TypeError as error:
        return type(error).__name__
    return "SHA-256" if certificate.fingerprint == expected else f"{len(certificate.fingerprint) * 4} bits"


seen = {f"fingerprint, signed with {name}": fingerprint(name) for name in ("SHA-256", "SHA-384", "Ed25519")}

with socket.create_server(("127.0.0.1", 0)) as listener:
    ports, connect = [], socket.create_connection

    def create_connection(address, *arguments, **options):
        ports.append(address[1])
        raise ConnectionRefusedError

    socket.create_connection = create_connection
    try:
        SSLCertificate(url="https://localhost:%d" % listener.getsockname()[1])
    except ConnectionRefusedError:
        pass
    socket.create_connection = connect
seen["port of a URL with another"] = ports

key = PrivateKey(KeyType.RSA)
key._generate()
try:
    Csr().generate(["example.org"], key.serialized_key)
    seen["documented request"] = "made"
except AttributeError as error:
    seen["documented request"] = str(error)

certificate = SelfSignedCertificate(key_type=KeyType.ECDSA).generate(common_name="localhost", sans=["127.0.0.1"])
names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
seen["kind of name of 127.0.0.1"] = [type(name).__name__ for name in names]
for what, how in seen.items():
    print(f"{what}:", how)
sys.exit(
    list(seen.values())
    != ["SHA-256", "384 bits", "TypeError", [443], "'PrivateKey' object has no attribute 'serialized_key'", ["DNSName"]]
)
PY
venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
