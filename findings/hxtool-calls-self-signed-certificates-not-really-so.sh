#!/bin/bash
# hxtool: of self-signed certificates with ECDSA, Ed25519 or RSASSA-PSS it says "Self-signed certificate NOT really self-signed!".
#
# Versions: Heimdal 7.8 (Debian 12: 7.8.git20221117.28daf24+dfsg-2), OpenSSL for certificates and comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 3.2: "Self-signed certificates are self-issued certificates where the digital signature may be verified by the public
#   key bound into the certificate", with whatever algorithm.
# Seen: of five self-signed certificates, which OpenSSL verifies, `hxtool print --content` says so of the one with RSA. Of the others it says the
#   contrary, since it could not check. `hxtool verify` does say "Signature algorithm not supported".
# Why it matters: certificates of today are most often of P-256. The sentence reads as if somebody had forged them.
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
# A sentence, and the options for a key.
check() {
    sentence=$1
    shift
    openssl req -x509 -newkey "$@" -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem 2>openssl.log
    openssl verify -CAfile cert.pem -check_ss_sig cert.pem >verify.log
    said=$(usr/bin/hxtool print --content FILE:cert.pem 2>&1 | grep '^Self-signed')
    echo "$1 $([ $# -gt 1 ] && echo "$3"): OpenSSL $(cut -d' ' -f2 verify.log), hxtool: $said"
    [ "$said" = "Self-signed certificate $sentence" ] || as_stated=no
}
check "was self-signed" rsa:2048
no="NOT really self-signed!"
check "$no" rsa-pss -pkeyopt rsa_keygen_bits:2048
check "$no" ec -pkeyopt ec_paramgen_curve:P-256
check "$no" ec -pkeyopt ec_paramgen_curve:P-384
check "$no" ed25519
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
