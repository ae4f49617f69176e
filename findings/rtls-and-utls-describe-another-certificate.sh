#!/bin/bash
# rtls and utls, drop-in ssl modules: getpeercert() describes another certificate than ssl's.
#
# Versions: rtls 2026.9.21 (rustls), utls 2026.10.3 (BoringSSL) (PyPI), Python 3.11 with OpenSSL 3.0.
# Expected: both call themselves drop-in replacements for ssl. The documentation of SSLSocket.getpeercert(), which SSLObject shares, shows what
#   is in the dictionary: the serial number in hexadecimal, the subject as a tuple of relative distinguished names, the alternative names with
#   their types, and OCSP, caIssuers and crlDistributionPoints.
# Seen: with rtls the serial number has colons, small letters and DER's leading zero, 00:c0:ff:ee for C0FFEE, and of the alternative names
#   RID and directory names are missing. With utls the identifier is missing, a directory name is a text with a blank in front, and there is
#   no OCSP, caIssuers or crlDistributionPoints; CN+UID, one relative name of two values, has become two. ssl has all of it.
# Why it matters: serial numbers are compared with lists of revoked or allowed clients, as text: with rtls none is found. What asks for the
#   responder or the list's place believes that the certificate has none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check rtls==2026.9.21 utls==2026.10.3
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $curve -days 30 -subj "/CN=Example CA" -keyout ca.key -out ca.pem 2>openssl.log
openssl req $curve -subj "/CN=localhost+UID=42" -keyout key.pem -out request.pem 2>openssl.log
cat > leaf.conf <<'CONF'
subjectAltName = DNS:localhost, RID:1.2.3.4, dirName:directory
authorityInfoAccess = OCSP;URI:http://ocsp.example/, caIssuers;URI:http://ca.example/ca.cer
crlDistributionPoints = URI:http://ca.example/crl
[directory]
CN = Example
CONF
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -set_serial 0xC0FFEE -days 30 -extfile leaf.conf \
    -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import ssl
import sys

import rtls
import utls

KEYS = "serialNumber", "subject", "subjectAltName", "OCSP", "caIssuers", "crlDistributionPoints"


def certificate(module):
    """What a client of `module`'s says about the certificate of a server of ssl's."""
    listening = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    listening.load_cert_chain("cert.pem", "key.pem")
    trusting = module.SSLContext(module.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations("ca.pem")
    memory = getattr(module, "MemoryBIO", ssl.MemoryBIO)
    to_server, from_server, to_client, from_client = ssl.MemoryBIO(), ssl.MemoryBIO(), memory(), memory()
    server = listening.wrap_bio(to_server, from_server, server_side=True)
    client = trusting.wrap_bio(to_client, from_client, server_hostname="localhost")
    for _ in range(3):
        for side in client, server:
            try:
                side.do_handshake()
            except (ssl.SSLWantReadError, module.SSLWantReadError):
                pass
            to_server.write(from_client.read())
            to_client.write(from_server.read())
    return client.getpeercert()


stdlib = certificate(ssl)
seen = {}
for module in rtls, utls:
    other = certificate(module)
    seen[module.__name__] = {key: other.get(key) for key in KEYS if other.get(key) != stdlib[key]}
    for key, value in seen[module.__name__].items():
        print(f"{key}: ssl {stdlib[key]}, {module.__name__} {value}")
common_name, identifier = (("commonName", "localhost"),), (("userId", "42"),)
expected = {
    "rtls": {"serialNumber": "00:c0:ff:ee", "subjectAltName": (("DNS", "localhost"),)},
    "utls": {
        "subject": (common_name, identifier),
        "subjectAltName": (("DNS", "localhost"), ("DirName", " CN = Example")),
        "OCSP": None,
        "caIssuers": None,
        "crlDistributionPoints": None,
    },
}
sys.exit(stdlib["serialNumber"] != "C0FFEE" or seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
