#!/bin/bash
# cryptography and letsdns: the public key of a certificate, written again, is not the one in the certificate, so TLSA records and pins fit nothing.
#
# Versions: cryptography 50.0.2, letsdns 1.2.2 (PyPI), Python 3.11, OpenSSL 3.0 with its own DANE.
# Expected: RFC 6698, section 2.1.2: selector 1 is the SubjectPublicKeyInfo of the certificate, its "DER-encoded binary structure"; RFC 7469, section
#   2.4, has the same for pins. RFC 4055, section 1.2: a key for RSASSA-PSS alone has the identifier id-RSASSA-PSS there. RFC 5480, section 2.2: a
#   point MAY be compressed. letsdns, "manage DANE TLSA records": records that a certificate fits.
# Seen: cert.public_key().public_bytes(DER, SubjectPublicKeyInfo) gives a key for RSASSA-PSS the identifier rsaEncryption, and uncompresses a point.
#   What comes out is not in the certificate. letsdns hashes it, and OpenSSL, given that record, does not verify the server's certificate; with a hash
#   of `openssl x509 -pubkey` it does, and with other keys both agree. A certificate without basicConstraints, which need not be there (RFC 5280,
#   section 4.2.1.9), raises ExtensionNotFound in letsdns.
# Why it matters: it is the usual way to compute pins and TLSA records in Python. Servers with such keys get records that say "not this one", and mail
#   to them is deferred.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check letsdns==1.2.2 cryptography==50.0.2
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out usual.key 2>openssl.log
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.key 2>openssl.log
openssl ec -in usual.key -conv_form compressed -out compressed.key 2>openssl.log
for name in usual pss compressed; do
    openssl req -x509 -key $name.key -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost -out $name.pem 2>openssl.log
    openssl x509 -in $name.pem -noout -pubkey | openssl pkey -pubin -outform der -out $name.spki 2>openssl.log
done
openssl req -x509 -key usual.key -days 30 -subj /CN=localhost -config /dev/null -out bare.pem 2>openssl.log

cat > find.py <<'PY'
import hashlib
import socket
import subprocess
import sys
import time
import warnings

warnings.simplefilter("ignore")
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: E402
from letsdns.crypto import dane_tlsa_records, read_x509_cert  # noqa: E402


def openssl_says(name, record):
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    command = ["openssl", "s_server", "-accept", str(port), "-cert", name + ".pem", "-key", name + ".key", "-quiet"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        options = ["-brief", "-dane_tlsa_domain", "localhost", "-dane_tlsa_rrdata", record, "-dane_ee_no_namechecks"]
        for _ in range(50):
            command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options]
            result = subprocess.run(command, input="", capture_output=True, text=True)
            for line in result.stderr.splitlines():
                if line.startswith("Verification"):
                    return line
            time.sleep(0.1)
    finally:
        server.kill()
        server.wait()


seen = {}
for name in "usual", "pss", "compressed":
    cert = read_x509_cert(name + ".pem")
    written = cert.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with open(name + ".spki", "rb") as file:
        spki = file.read()
    der = cert.public_bytes(Encoding.DER)
    digest = hashlib.sha256(written).hexdigest()
    # The certificates are their own issuers, so letsdns takes them for trust anchors, "2"; what counts here is the hash.
    assert [record.split()[-1] for record in dane_tlsa_records(cert)][0] == digest
    theirs = openssl_says(name, "3 1 1 " + digest)
    right = openssl_says(name, "3 1 1 " + hashlib.sha256(spki).hexdigest())
    print(f"{name}: in the certificate {written in der}, by OpenSSL {spki in der}; TLSA: {theirs} / {right}")
    seen[name] = written in der, spki in der, theirs == "Verification: OK", right == "Verification: OK"
try:
    dane_tlsa_records(read_x509_cert("bare.pem"))
    seen["bare"] = "records"
except Exception as error:
    print("without basicConstraints:", repr(error))
    seen["bare"] = type(error).__name__
expected = {
    "usual": (True, True, True, True),
    "pss": (False, True, False, True),
    "compressed": (False, True, False, True),
    "bare": "ExtensionNotFound",
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
