#!/bin/bash
# cfssl: in the key identifiers of a certificate each octet below 16 loses its zero, and two different ones look the same.
#
# Versions: cfssl of Debian 12 (golang-cfssl 1.2.0+git20160825.89.7fb22c8-3.1+b11), OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.2: the identifier is a string of octets, as a rule the SHA-1 of the key. Everybody writes two digits for each octet,
#   as cfssl does for the others.
# Seen: `cfssl certinfo` writes 33:59:0E:0A as "33:59:E:A", both of subject_key_id and authority_key_id. Without colons, as identifiers are looked up
#   in most places, 01:12 and 11:02 give the same.
# Why it matters: of 20 random octets one or more begin with a zero in 72 certificates of 100, so for most CAs an identifier from here is not found
#   in OpenSSL's output, in a log or in a table.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download golang-cfssl=1.2.0+git20160825.89.7fb22c8-3.1+b11 2>apt.log || { cat apt.log; exit 2; }
dpkg -x golang-cfssl_*.deb .
new() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 "$@" 2>openssl.log
}
new -subj /CN=CA -addext subjectKeyIdentifier=33590E0A0112 -keyout ca.key -out ca.pem
new -CA ca.pem -CAkey ca.key -subj /CN=example.org -addext subjectKeyIdentifier=33590E0A0112 -addext authorityKeyIdentifier=keyid \
    -keyout key.pem -out cert.pem

cat > find.py <<'PY'
import json
import subprocess
import sys

info = json.loads(subprocess.run(["usr/bin/cfssl", "certinfo", "-cert", "cert.pem"], capture_output=True, check=True).stdout)
command = ["openssl", "x509", "-in", "cert.pem", "-noout", "-ext", "subjectKeyIdentifier,authorityKeyIdentifier"]
text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
print(text, end="")
seen = [info["subject_key_id"], info["authority_key_id"]]
print("cfssl:", *seen)
sys.exit(text.count("33:59:0E:0A:01:12") != 2 or seen != ["33:59:E:A:1:12"] * 2)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
