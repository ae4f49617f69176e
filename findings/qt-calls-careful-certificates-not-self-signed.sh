#!/bin/bash
# Qt: QSslCertificate.isSelfSigned() is false for the self-signed certificate of a server, if its key is for signatures alone, as it should be.
#
# Versions: Qt 5.15.8 with PyQt 5.15.9 (Debian 12: libqt5network5 5.15.8+dfsg-11+deb12u3, python3-pyqt5 5.15.9+dfsg-1), Python 3.11. Wants
#   `apt-get update` beforehand.
# Expected: Qt's documentation of isSelfSigned(): "Returns true if this certificate is self signed; otherwise false. A certificate is considered
#   self-signed its issuer and subject are identical." RFC 5280, section 3.2, wants a signature of the own key as well, and no more.
# Seen: of three self-signed certificates it is true for the one without key usage and the one with keyCertSign, and false for that with
#   digitalSignature. Issuer and subject are identical in all, and `openssl verify` takes each as its own CA file. Qt asks OpenSSL whether the one
#   might have issued the other, and this one must not issue any.
# Why it matters: a key usage without keyCertSign is what such certificates have when they are made with care. A program that asks its user about
#   self-signed certificates, and refuses others, refuses these. Compare issuer and subject.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download python3-pyqt5=5.15.9+dfsg-1 python3-pyqt5.sip=12.11.1-1 libqt5{core5a,network5}=5.15.8+dfsg-11+deb12u3 \
    libpcre2-16-0=10.42-1+deb12u2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu PYTHONPATH=$work/usr/lib/python3/dist-packages
usage=
for name in none digitalSignature keyCertSign; do
    if [ $name != none ]; then usage="-addext keyUsage=critical,$name"; fi
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost $usage \
        -keyout key.pem -out $name.pem 2>openssl.log
done

cat > find.py <<'PY'
import subprocess
import sys

from PyQt5.QtNetwork import QSslCertificate

as_stated = True
for name, expected in (("none", True), ("digitalSignature", False), ("keyCertSign", True)):
    certificate = QSslCertificate.fromPath(f"{name}.pem")[0]
    identical = certificate.issuerDisplayName() == certificate.subjectDisplayName() == "localhost"
    command = ["openssl", "verify", "-CAfile", f"{name}.pem", f"{name}.pem"]
    verified = subprocess.run(command, capture_output=True).returncode == 0
    seen = certificate.isSelfSigned()
    print(f"key usage {name}: issuer and subject identical {identical}, verified {verified}, isSelfSigned() {seen}")
    as_stated &= identical and verified and seen == expected
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
