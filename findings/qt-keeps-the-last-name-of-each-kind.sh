#!/bin/bash
# Qt: the subjectAltName among QSslCertificate.extensions() has one name of each kind, and the others of that kind are lost.
#
# Versions: Qt 5.15.8 with PyQt 5.15.9 (Debian 12: libqt5network5 5.15.8+dfsg-11+deb12u3, python3-pyqt5 5.15.9+dfsg-1), Python 3.11. Wants
#   `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.6: GeneralNames is a sequence, and has as many names of a kind as one likes. Qt's documentation: value() is "the
#   value of the extension", whose structure may change where isSupported() is false; it says nothing of parts.
# Seen: of a certificate for localhost, example.org, 127.0.0.1 and ::1 the value is {"DNS": "example.org", "IP Address": "0:0:0:0:0:0:0:1"}: each
#   kind is the key of a map, and the last name replaces those before. subjectAlternativeNames() has all four, and has no URIs, of which there is
#   again one.
# Why it matters: for URIs, as SPIFFE's, and user names extensions() is the one way in Qt, and shows one, whichever is last.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download python3-pyqt5=5.15.9+dfsg-1 python3-pyqt5.sip=12.11.1-1 libqt5{core5a,network5}=5.15.8+dfsg-11+deb12u3 \
    libpcre2-16-0=10.42-1+deb12u2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu PYTHONPATH=$work/usr/lib/python3/dist-packages
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem \
    -addext subjectAltName=DNS:localhost,DNS:example.org,IP:127.0.0.1,IP:::1,URI:https://example.org/a,URI:https://example.org/b 2>openssl.log

cat > find.py <<'PY'
import subprocess
import sys

from PyQt5.QtNetwork import QSsl, QSslCertificate

certificate = QSslCertificate.fromPath("cert.pem")[0]
command = ["openssl", "x509", "-in", "cert.pem", "-noout", "-ext", "subjectAltName"]
print("OpenSSL:", subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[1].strip())
value = [extension.value() for extension in certificate.extensions() if extension.oid() == "2.5.29.17"][0]
print("extensions():", value)
names = certificate.subjectAlternativeNames()
listed = {kind: sorted(names[kind]) for kind in names}
print("subjectAlternativeNames():", listed)
as_stated = value == {"DNS": "example.org", "IP Address": "0:0:0:0:0:0:0:1", "URI": "https://example.org/b"}
sys.exit(not (as_stated and listed == {QSsl.DnsEntry: ["example.org", "localhost"], QSsl.IpAddressEntry: ["127.0.0.1", "::1"]}))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
