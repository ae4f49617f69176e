#!/bin/bash
# NSS's certutil: of two certificates with one subject, each with a nickname, `certutil -L -n NICKNAME -a` prints both, whichever is named.
#
# Versions: NSS 3.87.1 (Debian 12: libnss3-tools 2:3.87.1-1+deb12u4), OpenSSL for certificates. Wants `apt-get update` beforehand.
# Expected: certutil's manual: -L lists "all the certificates, or display[s] information about a named certificate", and -n is the nickname of "a
#   certificate".
# Seen: a server's certificate and the one that replaces it, with the same subject and another key, are added as "first" and "second", and listed as
#   two. -L -n first -a, and the same for "second", print two certificates. That with another subject is printed alone. -D -n first removes the
#   first only, so that NSS does tell them apart.
# Why it matters: renewed certificates have the subject of the old ones, and scripts export by nickname. A server that loads this file as its chain
#   sends the old certificate behind the new one, or loads the wrong one with its key.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnss3-tools=2:3.87.1-1+deb12u4 libnss3=2:3.87.1-1+deb12u4 libnspr4=2:4.35-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$2" -subj "$3" -keyout key.pem -out "$1.pem" 2>openssl.log
}
certificate first 30 /CN=localhost
certificate second 60 /CN=localhost
certificate third 90 /CN=example.org
certutil() {
    usr/bin/certutil "$@" -d sql:database
}
mkdir database
certutil -N --empty-password
for name in first second third; do certutil -A -n $name -t ,, -i $name.pem; done
{
    certutil -L | grep -oE '^(first|second|third)' | paste -sd' '
    for name in first second third; do
        certutil -L -n $name -a >printed.pem
        echo "-L -n $name -a: $(grep -c BEGIN printed.pem)"
    done
    certutil -D -n first
    echo "after -D -n first: $(certutil -L | grep -oE '^(first|second|third)' | paste -sd' ')"
} | tee seen
cat > expected <<'TEXT'
first second third
-L -n first -a: 2
-L -n second -a: 2
-L -n third -a: 1
after -D -n first: second third
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
