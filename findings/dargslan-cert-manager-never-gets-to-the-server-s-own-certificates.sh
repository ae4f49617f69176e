#!/bin/bash
# dargslan-cert-manager: on Debian it looks at CA certificates only, never at those in /etc/letsencrypt/live; and no subject is "issuer=CN = Example CA".
#
# Versions: dargslan-cert-manager 1.0.0 (PyPI), Python 3.11, ca-certificates 20250419~deb12u2 (Debian 12) as the CA certificates, OpenSSL 3.0. Wants
#   `apt-get update` beforehand.
# Expected: its README: "Track expiry dates, issuer info, and certificate chain across servers and local files", "dargslan-cert local: Find local
#   certificates". RFC 5280, section 4.1.2.6: the subject may be empty if there is a critical subjectAltName. RFC 3986, section 3.2.2: an IPv6 address
#   stands in brackets. The package's own search covers /etc/ssl/certs, /etc/pki/tls/certs and /etc/letsencrypt/live.
# Seen: find_local_certs() ends after 50, and audit() looks at 20 of these. Debian's ca-certificates has more than a hundred, all in the first folder, so a
#   certificate in /etc/letsencrypt/live that has run out is not found, not reported, and no issue. Without the CA certificates it is. "[::1]:443" is
#   "Name or service not known", and "::1" is "Address family for hostname not supported". Of a certificate without a subject the subject is what
#   OpenSSL prints in the next line. Of a server that cannot be reached "check" says "? days", with exit code 0.
# Why it matters: the report of a web server says nothing on the day that its certificate runs out. Give `file -f` each certificate.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ca-certificates=20250419~deb12u2 2>apt.log || { cat apt.log; exit 2; }
dpkg -x ca-certificates_*.deb debian
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dargslan-cert-manager==1.0.0
mkdir -p root/etc/ssl/certs root/etc/letsencrypt/live/www
cp debian/usr/share/ca-certificates/mozilla/*.crt root/etc/ssl/certs/

new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "$2" "${@:3}" 2>>openssl.log; }
new ca "/CN=Example CA" -x509 -days 100 -out ca.pem
new old /CN=www.example.com -out old.csr
new unnamed / -out unnamed.csr
echo subjectAltName=critical,IP:127.0.0.1,IP:::1 >unnamed.ext
openssl x509 -req -in unnamed.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 90 -extfile unnamed.ext -out unnamed.pem 2>>openssl.log
# A certificate of no length: it runs out in the second in which it is made.
openssl x509 -req -in old.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 0 -out root/etc/letsencrypt/live/www/cert.pem 2>>openssl.log

cat > find.py <<'PY'
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings

warnings.simplefilter("ignore")
from dargslan_cert_manager import CertManager

walk, isdir = os.walk, os.path.isdir
os.walk = lambda folder: walk(f"root{folder}")
os.path.isdir = lambda folder: isdir(f"root{folder}")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("unnamed.pem", "unnamed.key")


def serve(listener):
    while True:
        sock = listener.accept()[0]
        try:
            context.wrap_socket(sock, server_side=True).close()
        except OSError:
            sock.close()


def look():
    """How many are found, whether the server's own is among them, and the issues about it."""
    manager = CertManager()
    found = manager.find_local_certs()
    issues = [issue["message"] for issue in manager.audit() if "letsencrypt" in issue["file"]]
    return len(found), any("letsencrypt" in path for path in found), issues


time.sleep(1)
listed = len(os.listdir("root/etc/ssl/certs"))
with_cas = look()
shutil.rmtree("root/etc/ssl")
without = look()
print(f"{listed} CA certificates: found {with_cas[0]}, the server's own {with_cas[1]}, issues {with_cas[2]}")
print(f"without them: found {without[0]}, the server's own {without[1]}, issues {without[2]}")
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
six = socket.create_server(("::1", port), family=socket.AF_INET6)
for each in (listener, six):
    threading.Thread(target=serve, args=(each,), daemon=True).start()
manager = CertManager()
four = manager.bulk_check([f"127.0.0.1:{port}"])[0]
brackets = manager.bulk_check([f"[::1]:{port}"])[0]
plain = manager.check_remote("::1", port)
print(f"127.0.0.1: subject {four.get('subject')!r}, issuer {four.get('issuer')!r}\n[::1]: {brackets.get('error')}\n::1: {plain.get('error')}")
with socket.create_server(("127.0.0.1", 0)) as free:
    closed = free.getsockname()[1]
done = subprocess.run(["venv/bin/dargslan-cert", "check", f"127.0.0.1:{closed}"], capture_output=True, text=True)
print(f"an unreachable server: exit code {done.returncode}, {done.stdout!r}")
right = listed > 100 and with_cas == (50, False, []) and without[:2] == (1, True) and len(without[2]) == 1
right &= four["subject"].startswith("issuer=") and "Example CA" in four["subject"] and "subject" not in brackets and "subject" not in plain
sys.exit(not (right and (done.returncode, done.stdout.strip()) == (0, "127.0.0.1: ? days")))
PY
timeout 120 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
