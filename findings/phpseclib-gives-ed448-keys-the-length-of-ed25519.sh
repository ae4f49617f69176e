#!/bin/bash
# phpseclib: the private keys for Ed448 that it writes say that they have 32 octets, and have 57, and OpenSSL's it does not read.
#
# Versions: phpseclib 3.0.19 (Debian 12: php-phpseclib3 3.0.19-1+deb12u6), PHP 8.2, OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: RFC 8410, section 7: a private key is an OCTET STRING within the OCTET STRING of PKCS#8; RFC 8032, section 5.2.5: for Ed448 it has 57
#   octets. phpseclib's PKCS8 class has id-Ed25519 and id-Ed448.
# Seen: the inner string begins with 04 20, "32 octets", whatever the curve, and 57 follow. OpenSSL "could not read key". Of OpenSSL's key, with 04
#   39, phpseclib says "Unable to read key". Its own it reads, and keys for Ed25519 go either way.
# Why it matters: such a key is of use for phpseclib alone; who knows of it can mend the octet.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php8.2-cli=8.2.36-1~deb12u1 php-phpseclib3=3.0.19-1+deb12u6 php-constant-time=2.6.3-1 php-random-compat=2.0.21-1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl genpkey -algorithm ed448 -out openssl-448.pem
openssl genpkey -algorithm ed25519 -out openssl-25519.pem

cat > find.php <<'PHP'
<?php
require 'usr/share/php/phpseclib3/autoload.php';
use phpseclib3\Crypt\EC;
use phpseclib3\Crypt\PublicKeyLoader;
foreach (['Ed25519', 'Ed448'] as $curve) {
    file_put_contents('phpseclib-' . substr($curve, 2) . '.pem', EC::createKey($curve)->toString('PKCS8'));
}
foreach (['openssl-25519', 'openssl-448', 'phpseclib-25519', 'phpseclib-448'] as $name) {
    try {
        $result = PublicKeyLoader::load(file_get_contents("$name.pem"))->getCurve();
    } catch (Exception $error) {
        $result = $error->getMessage();
    }
    echo "phpseclib reads $name: $result\n";
}
PHP
usr/bin/php8.2 -n find.php >seen
for name in openssl-25519 openssl-448 phpseclib-25519 phpseclib-448; do
    key=$(openssl asn1parse -in $name.pem | sed -n 's/.*HEX DUMP\]:\(....\).*/\1/p')
    if openssl pkey -in $name.pem -noout 2>openssl.log; then read=read; else read="could not read key"; fi
    echo "OpenSSL reads $name, which has ${key:0:4}...: $read" >>seen
done
cat seen
cat > expected <<'TEXT'
phpseclib reads openssl-25519: Ed25519
phpseclib reads openssl-448: Unable to read key
phpseclib reads phpseclib-25519: Ed25519
phpseclib reads phpseclib-448: Ed448
OpenSSL reads openssl-25519, which has 0420...: read
OpenSSL reads openssl-448, which has 0439...: read
OpenSSL reads phpseclib-25519, which has 0420...: read
OpenSSL reads phpseclib-448, which has 0420...: could not read key
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
