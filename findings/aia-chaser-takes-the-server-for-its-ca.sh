#!/bin/bash
# aia-chaser: the "CA chain" of a host is the host's own certificate, and the context made with it cannot connect to the host.
#
# Versions: aia-chaser 3.6.0 (PyPI), cryptography 50.0.2, Python 3.11.
# Expected: the documentation of fetch_ca_chain_for_host(): "same as fetch_cert_chain_for_host, excluding the host's certificate", and the package's
#   purpose: a context from make_ssl_context_for_host() for servers that do not send their intermediate certificate, whose address is in the certificate
#   (RFC 5280, section 4.2.2.1).
# Seen: for a server that sends its own certificate alone, whose intermediate is found over HTTP and whose root is trusted, fetch_cert_chain_for_host()
#   returns all three, verified. fetch_ca_chain_for_host() returns the first of them instead of the others. A context that trusts the root, to which
#   add_host_ca_chain_to_context() was applied, ends in "unable to get local issuer certificate", with Python's usual flags. With the rest of
#   fetch_cert_chain_for_host() it connects. fetch_ca_chain_for_url(), documented alike, returns all three.
# Why it matters: what the package is for does not work with the functions made for it. Take those with a URL, or load the rest of the chain yourself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aia-chaser==3.6.0 cryptography==50.0.2

cat > find.py <<'PY'
import datetime
import http.server
import socket
import ssl
import sys
import threading
import warnings

from aia_chaser import AiaChaser
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

warnings.simplefilter("ignore")
NOW = datetime.datetime.now(datetime.timezone.utc)
PEM = serialization.Encoding.PEM


class Download(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/pkix-cert")
        self.end_headers()
        self.wfile.write(intermediate.public_bytes(serialization.Encoding.DER))

    def log_message(self, *_):
        pass


def name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def issue(subject, key, issuer, signer, ca, *extensions):
    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(NOW - datetime.timedelta(1))
    builder = builder.not_valid_after(NOW + datetime.timedelta(30)).add_extension(x509.BasicConstraints(ca, None), True)
    usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
    builder = builder.add_extension(usage, True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    for extension in extensions:
        builder = builder.add_extension(extension, False)
    return builder.sign(signer, hashes.SHA256())


web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Download)
threading.Thread(target=web.serve_forever, daemon=True).start()
root_key, middle_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
root = issue("root", root_key, "root", root_key, True)
intermediate = issue("intermediate", middle_key, "root", root_key, True)
url = x509.UniformResourceIdentifier(f"http://127.0.0.1:{web.server_port}/intermediate.cer")
aia = x509.AuthorityInformationAccess([x509.AccessDescription(x509.AuthorityInformationAccessOID.CA_ISSUERS, url)])
usage = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])
leaf = issue("localhost", key, "intermediate", middle_key, False, x509.SubjectAlternativeName([x509.DNSName("localhost")]), usage, aia)
with open("server.pem", "wb") as file:
    file.write(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + leaf.public_bytes(PEM))
server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
server.load_cert_chain("server.pem")
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]


def serve():
    while True:
        try:
            with server.wrap_socket(listener.accept()[0], server_side=True) as stream:
                stream.recv(1)
        except OSError:
            pass


threading.Thread(target=serve, daemon=True).start()


def connect(context):
    try:
        with socket.create_connection(("localhost", port), 20) as raw, context.wrap_socket(raw, server_hostname="localhost"):
            return "connected"
    except ssl.SSLCertVerificationError as error:
        return error.verify_message


def names(certificates):
    return [certificate.subject.rfc4514_string() for certificate in certificates]


def trusting():
    return ssl.create_default_context(cadata=root.public_bytes(PEM).decode())


chaser = AiaChaser(trusted_cas=[root])
chain = chaser.fetch_cert_chain_for_host("localhost", port)
cas = chaser.fetch_ca_chain_for_host("localhost", port)
theirs = trusting()
chaser.add_host_ca_chain_to_context(theirs, "localhost", port)
by_hand = trusting()
by_hand.load_verify_locations(cadata="".join(certificate.public_bytes(PEM).decode() for certificate in chain[1:]))
by_url = names(chaser.fetch_ca_chain_for_url(f"https://localhost:{port}/"))
seen = [names(chain), names(cas), connect(trusting()), connect(theirs), connect(by_hand)]
print(f"the chain: {seen[0]}; the CA chain: {seen[1]}, by URL: {by_url}")
print(f"with the root alone: {seen[2]}; with the CA chain: {seen[3]}; with the rest of the chain: {seen[4]}")
missing = "unable to get local issuer certificate"
right = ["CN=localhost", "CN=intermediate", "CN=root"]
sys.exit(by_url != right or seen[:2] != [right, ["CN=localhost"]] or seen[2] == "connected" or seen[3] != missing or seen[4] != "connected")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
