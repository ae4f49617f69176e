#!/bin/bash
# scapy: a certificate with an RSASSA-PSS signature cannot be read, and the handshake message that carries it turns into raw bytes.
#
# Versions: scapy 2.8.0 with cryptography 50.0.2 (PyPI), Python 3.11 with OpenSSL 3.0 as client and server.
# Expected: RFC 4055, section 3.1: the parameters of RSASSA-PSS are a sequence that names hash, mask generation and salt length. RFC 5280,
#   section 4.1.1.2, leaves to each algorithm what its parameters are. scapy's layer for X.509 reads RSA, ECDSA and Ed25519 signatures.
# Seen: X509_Cert() raises BER_Decoding_Error "unexpected remainder in X509_AlgorithmIdentifier". In a TLS 1.2 handshake the record
#   of the Certificate message, chain and all, is shown as Raw, without an error, between a ServerHello and a ServerKeyExchange that are
#   read. The same key with a PKCS #1 v1.5 signature makes a TLSCertificate.
# Why it matters: in a capture it looks as if the server had sent no certificate; whoever collects certificates from traffic misses
#   those of CAs that sign with PSS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check scapy==2.8.0 cryptography==50.0.2
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -keyout key.pem -out pkcs1.pem 2>openssl.log
openssl req -x509 -key key.pem -days 30 -subj /CN=localhost -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 \
    -out pss.pem 2>openssl.log

cat > find.py <<'PY'
import logging
import ssl
import sys

logging.disable(logging.CRITICAL)

from scapy.layers.tls.all import *  # noqa: F403 - the layers bind themselves when they are imported
from scapy.layers.tls.record import TLS
from scapy.layers.x509 import X509_Cert


def first_flight(file):
    """The records of a TLS 1.2 server's ServerHello, Certificate, ServerKeyExchange and ServerHelloDone."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(file, "key.pem")
    client_context = ssl.create_default_context(cafile=file)
    client_context.maximum_version = ssl.TLSVersion.TLSv1_2
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname="localhost")
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
    return to_client.read()


def messages(packet):
    while isinstance(packet, TLS):
        yield from (type(message).__name__ for message in packet.msg)
        packet = packet.payload


seen = {}
for name in ("pkcs1.pem", "pss.pem"):
    try:
        X509_Cert(ssl.PEM_cert_to_DER_cert(open(name).read()))
        result = "read"
    except Exception as error:
        result = f"{type(error).__name__}: {error}".splitlines()[0]
    seen[name] = result, list(messages(TLS(first_flight(name))))
    print("{}: certificate {}; handshake {}".format(name, *seen[name]))
error = "BER_Decoding_Error: unexpected remainder in X509_AlgorithmIdentifier"
expected = {
    "pkcs1.pem": ("read", ["TLSServerHello", "TLSCertificate", "TLSServerKeyExchange", "TLSServerHelloDone"]),
    "pss.pem": (error, ["TLSServerHello", "Raw", "TLSServerKeyExchange", "TLSServerHelloDone"]),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
