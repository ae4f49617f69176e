#!/bin/bash
# phpseclib: a certificate's RSASSA-PSS signature is invalid for it unless the salt is as long as the hash, as OpenSSL makes it only on request.
#
# Versions: phpseclib 3.0.19 (Debian 12: php-phpseclib3 3.0.19-1+deb12u6), PHP 8.2, OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: RFC 4055, section 3.1: the length of the salt is in the parameters of the signature, saltLength, and may be any; the verifier takes it
#   from there. phpseclib has RSA keys with withSaltLength() for it.
# Seen: of self-signed certificates with salts of 32, 20 and 222 octets and SHA-256, which OpenSSL verifies, validateSignature() is true for the
#   first, and false, as for a forgery, for the others. 222 octets is what `openssl req` takes if it is not told.
# Why it matters: certificates with RSASSA-PSS are mostly made by OpenSSL. Ask for salts as long as the hash: -sigopt rsa_pss_saltlen:digest.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php8.2-cli=8.2.36-1~deb12u1 php-phpseclib3=3.0.19-1+deb12u6 php-constant-time=2.6.3-1 php-random-compat=2.0.21-1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
require 'usr/share/php/phpseclib3/autoload.php';
use phpseclib3\File\X509;
$x509 = new X509();
$pem = file_get_contents('cert.pem');
$x509->loadCA($pem);
$x509->loadX509($pem);
echo json_encode($x509->validateSignature());
PHP
as_stated=yes
# The options for OpenSSL, the length of the salt, and what phpseclib says.
check() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -sigopt rsa_padding_mode:pss $1 -keyout key.pem -out cert.pem 2>openssl.log
    length=$(($(openssl x509 -in cert.pem -noout -text | sed -n 's/ *Salt Length: \(0x[0-9A-F]*\).*/\1/p' | head -1)))
    openssl verify -CAfile cert.pem -check_ss_sig cert.pem >verify.log
    seen=$(usr/bin/php8.2 -n find.php)
    echo "salt of $length octets: OpenSSL $(cut -d' ' -f2 verify.log), phpseclib $seen"
    [ "$length $seen" = "$2 $3" ] || as_stated=no
}
check "-sigopt rsa_pss_saltlen:digest" 32 true
check "-sigopt rsa_pss_saltlen:20" 20 false
check "" 222 false
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
