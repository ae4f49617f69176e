#!/bin/bash
# Mono's makecert: "Only MD5 and SHA1 (default) are supported", and it signs with SHA-512; asked for SHA384 it says "Unsupported" and "Success".
#
# Versions: Mono 6.8.0.105 (Debian 12: 6.8.0.105+dfsg-3.3+deb12u1), OpenSSL. Wants `apt-get update` beforehand.
# Expected: its help and its manual: "-a hash: Select hash algorithm. Only MD5 and SHA1 (default) are supported." An option that it does not support
#   is an error, with an exit status.
# Seen: with no option the certificate is sha512WithRSAEncryption. With SHA1 it warns that this is "not safe for this usage". SHA256 and SHA512
#   work. With SHA384 it says "Unsupported hash algorithm", "Success", makes a certificate with SHA-512, and ends with status 0. In all of them the
#   key has 1,024 bits, which no option changes, and OpenSSL at its level 2 refuses that: "ee key too small".
# Why it matters: who wants a certificate for a test server with a given hash gets another one. Debian's OpenSSL has level 2 from the start.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=6.8.0.105+dfsg-3.3+deb12u1
apt-get -qq download {mono-runtime-sgen,mono-runtime-common,mono-devel,libmono-corlib4.5-dll,libmono-corlib4.5-cil}=$version \
    {libmono-security4.0,libmono-system{,-core,-configuration,-xml,-security,-numerics}4.0}-cil=$version 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export HOME=$work LD_LIBRARY_PATH=$work/usr/lib MONO_GAC_PREFIX=$work/usr MONO_CFG_DIR=$work/etc
makecert() {
    usr/bin/mono-sgen usr/lib/mono/4.5/makecert.exe "$@"
}

as_stated=yes
help=$(makecert '-!' | grep '^ -a hash' || true)
echo "$help"
case $help in *"Only MD5 and SHA1 (default) are supported."*) ;; *) as_stated=no ;; esac
# The options, what it says, and the hash and the bits of the certificate.
check() {
    status=0
    said=$(makecert $1 -r -n CN=localhost made.der) || status=$?
    said=$(grep -E '^(WARNING|Unsupported|Success)' <<<"$said" | paste -sd' ')
    made=$(openssl x509 -inform DER -in made.der -noout -text | sed -n 's/.*Signature Algorithm: //p; s/.*Public-Key: (\(.*\))/\1/p' | head -2 | paste -sd' ')
    echo "${1:-no option}: $said; exit status $status; $made"
    rm made.der
    [ "$said; $made; $status" = "$2; 0" ] || as_stated=no
}
check "" "Success; sha512WithRSAEncryption 1024 bit"
check "-a SHA1" "WARNING: SHA1 is not safe for this usage. Success; sha1WithRSAEncryption 1024 bit"
check "-a SHA256" "Success; sha256WithRSAEncryption 1024 bit"
check "-a SHA384" "Unsupported hash algorithm Success; sha512WithRSAEncryption 1024 bit"

makecert -r -n CN=localhost -p12 made.p12 secret made.der >made.log
openssl pkcs12 -legacy -in made.p12 -passin pass:secret -nodes -out made.pem 2>openssl.log
refused=$(timeout 10 openssl s_server -cert made.pem -key made.pem -accept 0 -cipher DEFAULT:@SECLEVEL=2 2>&1 </dev/null | grep -o 'ee key too small' || true)
echo "OpenSSL: $refused"
[ "$refused" = "ee key too small" ] || as_stated=no
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
