#!/bin/bash
# dargslan-ssl-checker, pkiwatch-py and ssl-sentinel: each has a word for certificates that have expired, and none can ever use it, since the connection
# that it looks through is verified first; the last one also gives servers half a second.
#
# Versions: dargslan-ssl-checker 1.0.0, pkiwatch-py 0.1.0, ssl-sentinel 1.4.3, with cryptography 50.0.2 (PyPI), Python 3.11; servers of the script's,
#   over TLS.
# Expected: their documentation: "Check SSL/TLS certificate expiry dates", with the status EXPIRED; "expired" in the report of a scan; "show only
#   certificates that are expiring within 30 days or are already expired". Python's documentation of ssl: create_default_context() has CERT_REQUIRED, so
#   an expired certificate ends the handshake with SSLCertVerificationError. RFC 5280, section 4.1.2.5: the validity period is part of the certificate,
#   and can be read of any.
# Seen: of a certificate that ends in three days: WARNING, expired False and warning True, "WARNING" with 2 days. Of one of the same CA that ended three
#   days ago: "INVALID" without a date, a CertificateScanError, and "ERROR" without days, like those of a host that does not exist; pkiwatch-py's
#   scan_many() lists it among the failures, with no report. ssl-sentinel calls a server that takes 0.8 seconds for the handshake an ERROR, too, "timed
#   out", and has no option for it.
# Why it matters: the one case that such a tool is for is the one it cannot tell: reports and counters of expired certificates are zero for ever.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dargslan-ssl-checker==1.0.0 pkiwatch-py==0.1.0 ssl-sentinel==1.4.3 cryptography==50.0.2

cat > find.py <<'PY'
import datetime
import os
import socket
import ssl
import sys
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from dargslan_ssl_checker import SSLChecker
from pkiwatch import CertificateScanError, scan_many, scan_tls_certificate
from ssl_sentinel.main import check_hostname

NOW = datetime.datetime.now(datetime.timezone.utc)
key, ca_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


def name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def certificate(subject, public, days, extension):
    builder = x509.CertificateBuilder(name("CA"), name(subject), public, x509.random_serial_number())
    builder = builder.not_valid_before(NOW - datetime.timedelta(days=30)).not_valid_after(NOW + datetime.timedelta(days=days))
    return builder.add_extension(extension, False).sign(ca_key, hashes.SHA256()).public_bytes(Encoding.PEM)


with open("ca.pem", "wb") as file:
    file.write(certificate("CA", ca_key.public_key(), 30, x509.BasicConstraints(True, None)))
os.environ["SSL_CERT_FILE"] = "ca.pem"
for kind, days in (("soon", 3), ("over", -3)):
    with open(f"{kind}.pem", "wb") as file:
        names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        file.write(certificate("localhost", key.public_key(), days, names))
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def ask(kind, call, delay=0):
    """What a checker says of a server with this certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{kind}.pem")

    def serve():
        connection = listener.accept()[0]
        connection.settimeout(20)
        time.sleep(delay)
        try:
            with context.wrap_socket(connection, server_side=True) as stream:
                stream.recv(1)
        except OSError:
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        result = call(listener.getsockname()[1])
        thread.join(20)
    print(f"{kind}, handshake after {delay} s: {result}")
    return result


def dargslan(port):
    info = SSLChecker().get_cert_info("localhost", port)
    return info["status"], info.get("days_until_expiry")


def pkiwatch(port):
    try:
        report = scan_tls_certificate("localhost", port)
        return report.expired, report.warning
    except CertificateScanError as error:
        return type(error).__name__


def batch(port):
    report = scan_many([f"localhost:{port}"])
    return len(report.reports), len(report.failures)


def sentinel(port):
    result = check_hostname(f"localhost:{port}", 30)
    return result.status, result.days_left


seen = [ask(kind, call) for kind in ("soon", "over") for call in (dargslan, pkiwatch, batch, sentinel)]
late = ask("soon", sentinel, 0.8)
expected = [("WARNING", 2), (False, True), (1, 0), ("WARNING", 2), ("INVALID", None), "CertificateScanError", (0, 1), ("ERROR", None)]
sys.exit(seen != expected or late != ("ERROR", None))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
