#!/bin/bash
# winpr-makecert: with -n "CN=example.org", as its help has it, the common name is "CN=example.org", -y 100 ends in the past, and a PFX file is cut off.
#
# Versions: winpr-makecert of WinPR 2.11.7 (Debian 12: winpr-utils 2.11.7+dfsg1-6~deb12u1), OpenSSL for reading. Wants `apt-get update` beforehand.
# Expected: its help: "-n <name>: Specifies the subject's certificate name. This name must conform to the X.500 standard. The simplest method is to specify
#   the name in double quotes, preceded by CN=; for example, -n "CN=myName""; "-y <number>: Specifies the duration, in years"; "-format <crt|pem|pfx>".
# Seen: the letters CN= become part of the name; of "CN=example.org, O=Example" the whole text is the common name, and the organization is in it once
#   more. With -y 100 the certificate ends 36 years before it begins, in 1990. Of a PFX file the first 2,048 octets are written, and OpenSSL says "not enough
#   data". Nothing is reported, and the exit status is 0.
# Why it matters: the tool makes certificates for RDP servers. One made as its help has it is for no host that there is, and no import of the PFX works.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download winpr-utils=2.11.7+dfsg1-6~deb12u1 libwinpr2-2=2.11.7+dfsg1-6~deb12u1 libwinpr-tools2-2=2.11.7+dfsg1-6~deb12u1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

make() {
    usr/bin/winpr-makecert -silent "$@" -path . made || echo "exit status $?"
}

seconds() {
    date -d "$(openssl x509 -in made.crt -noout "-${1}date" | cut -d= -f2)" +%s
}

{
    for name in example.org CN=example.org "CN=example.org, O=Example"; do
        make -n "$name" -y 1
        echo "-n '$name': $(openssl x509 -in made.crt -noout -subject)"
    done
    for years in 50 100; do
        make -n example.org -y "$years"
        echo "-y $years: $((($(seconds end) - $(seconds start)) / 86400 / 365)) years"
    done
    make -n example.org -y 1 -format pfx -p secret
    echo "PFX: $(wc -c <made.pfx) octets, $(openssl pkcs12 -in made.pfx -passin pass:secret -nodes 2>&1 | grep -o 'not enough data')"
} >seen
cat seen
cat > expected <<'TEXT'
-n 'example.org': subject=CN = example.org
-n 'CN=example.org': subject=CN = CN=example.org
-n 'CN=example.org, O=Example': subject=O = Example, CN = "CN=example.org, O=Example"
-y 50: 50 years
-y 100: -36 years
PFX: 2048 octets, not enough data
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
