#!/bin/bash
# GnuTLS's certtool: of a name in a template, dn = "O=Example\, Inc.", the escaped comma is left out, and the certificate is for "Example Inc.".
#
# Versions: GnuTLS 3.7.9 (Debian 12: gnutls-bin 3.7.9-2+deb12u7), OpenSSL for reading. Wants `apt-get update` beforehand.
# Expected: certtool's manual has in its example of a template: dn = "cn = Nikos,st = New\, Something,C=GR,...". RFC 4514, section 2.4: "\," in a
#   value is a comma, and "\+" a plus.
# Seen: with the manual's line the certificate has ST = New Something. The comma of "Example\, Inc." is missing as well, the plus of "A\+B" and the
#   "=" of "A\=B", and "\2C" becomes "C". There is no message. The template's organization = "Example, Inc." is right.
# Why it matters: the certificate's name is another company's. Where it must be the issuer's or the request's, chains do not fit. Use the fields one
#   by one; dn is for orders and types that they do not have.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download gnutls-bin=3.7.9-2+deb12u7 libgnutls30=3.7.9-2+deb12u7 libgnutls-dane0=3.7.9-2+deb12u7 libunbound8=1.17.1-2+deb12u4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
while read -r line; do
    printf '%s\n' "$line" >template.cfg
    usr/bin/certtool --generate-self-signed --load-privkey key.pem --template template.cfg --outfile cert.pem >certtool.log 2>&1
    echo "$line: $(openssl x509 -in cert.pem -noout -subject -nameopt utf8,sep_comma_plus_space)"
done >seen <<'TEXT'
dn = "cn = Nikos,st = New\, Something,C=GR"
dn = "cn=localhost,O=Example\, Inc.,C=DE"
dn = "cn=localhost,O=Example\2C Inc.,C=DE"
dn = "cn=localhost,O=A\+B,C=DE"
dn = "cn=localhost,O=A\=B,C=DE"
organization = "Example, Inc."
TEXT
cat seen
cat > expected <<'TEXT'
dn = "cn = Nikos,st = New\, Something,C=GR": subject=C=GR, ST=New Something, CN=Nikos
dn = "cn=localhost,O=Example\, Inc.,C=DE": subject=C=DE, O=Example Inc., CN=localhost
dn = "cn=localhost,O=Example\2C Inc.,C=DE": subject=C=DE, O=ExampleC Inc., CN=localhost
dn = "cn=localhost,O=A\+B,C=DE": subject=C=DE, O=AB, CN=localhost
dn = "cn=localhost,O=A\=B,C=DE": subject=C=DE, O=AB, CN=localhost
organization = "Example, Inc.": subject=O=Example, Inc.
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
