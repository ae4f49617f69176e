#!/bin/bash
# ssl-cert-check: with -i an issuer that has no organization, or begins with one, is blank, and "Example, Inc." is a quotation mark and a half.
#
# Versions: ssl-cert-check 4.14 (Debian 12: 4.14-1), OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: its usage: "-i : Print the issuer of the certificate". RFC 5280, section 4.1.2.4: an issuer is any non-empty name, and none of its parts is
#   prescribed.
# Seen: the column ISSUER has the organization if that is not the issuer's first part. It is empty for an issuer with a common name only, with the
#   organization at its beginning, and with domain components. A comma in the organization ends it, and OpenSSL's quotation mark
#   before it stays.
# Why it matters: the column is to tell one's own CA from others. Own CAs often have a common name only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ssl-cert-check=4.14-1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x ssl-cert-check_*.deb .
status=0
check() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 300 -subj "$1" -keyout key.pem -out cert.pem 2>openssl.log
    issuer=$(usr/bin/ssl-cert-check -b -i -c cert.pem | sed -E 's/^FILE:cert.pem *//; s/ *Valid .*//')
    echo "$(openssl x509 -in cert.pem -noout -issuer): <$issuer>"
    [ "$issuer" = "$2" ] || status=1
}
check "/C=DE/O=Example/CN=CA" "Example"
check "/CN=Example CA" ""
check "/O=Example/CN=CA" ""
check "/DC=org/DC=example/CN=CA" ""
check "/C=DE/ST=Hessen/O=Example/CN=CA" "Example"
check "/C=DE/O=Example, Inc./CN=CA" '"Example'
[ "$status" = 0 ] || { echo "CHANGED: see above"; exit 1; }
