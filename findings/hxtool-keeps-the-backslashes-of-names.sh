#!/bin/bash
# hxtool: it writes names as RFC 4514 says, "O=Example\, Inc.", and refuses that text as --subject; of "O=A\+B" the backslash gets into the
# certificate.
#
# Versions: Heimdal 7.8 (Debian 12: 7.8.git20221117.28daf24+dfsg-2), OpenSSL. Wants `apt-get update` beforehand.
# Expected: RFC 4514, section 2.4: a comma or a plus in a value is written "\," and "\+", or "\2C" and "\2B"; an octet that is not printed as it is,
#   "\C3". Section 3 has how to read them. hxtool's --subject is a name of that form, as "CN=localhost,O=Example".
# Seen: of OpenSSL's certificates `hxtool print` says "O=Example\, Inc.", "O=A\+B", and "O=B#c3#bcro" for "Büro". The first is refused as --subject,
#   "Name is malformed". With the others, and with "O=Example\2C Inc.", the certificate has an organization with just these letters in it, be it
#   backslash or "#".
# Why it matters: who copies a name from one certificate for the next one gets another name, and chains that do not fit. For a company with a comma
#   in its name there is no way to write it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=7.8.git20221117.28daf24+dfsg-2
apt-get -qq download {heimdal-clients,lib{roken19,asn1-8,heimbase1,hcrypto5,wind0,hx509-5,krb5-26,sl0}-heimdal}=$version 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu:usr/lib/x86_64-linux-gnu/heimdal:usr/lib

as_stated=yes
# What is in the certificate, what hxtool prints of it, and what OpenSSL finds in the one that is made with this.
check() {
    openssl req -x509 -utf8 -newkey rsa:2048 -nodes -days 30 -subj "/O=$1" -keyout key.pem -out cert.pem 2>openssl.log
    printed=$(usr/bin/hxtool print FILE:cert.pem 2>&1 | sed -n 's/^ *subject: "\(.*\)"$/\1/p')
    usr/bin/hxtool issue-certificate --self-signed --generate-key=rsa "--subject=$printed" --certificate=FILE:made.pem >made.log 2>&1 || true
    if [ -e made.pem ]; then
        made=$(openssl x509 -in made.pem -noout -subject -nameopt utf8)
        rm made.pem
    else
        made=$(cat made.log)
    fi
    echo "$1: printed as $printed, with this: $made"
    [ "$printed" = "$2" ] && case $made in *"$3") ;; *) false ;; esac || as_stated=no
}
check "Example" "O=Example" "subject=O=Example"
check "Example, Inc." 'O=Example\, Inc.' "Name is malformed"
check 'A\+B' 'O=A\+B' 'subject=O=A\+B'
check "Büro" "O=B#c3#bcro" "subject=O=B#c3#bcro"
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
