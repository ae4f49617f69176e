#!/bin/bash
# Botan: a certificate whose key is for RSASSA-PSS cannot be read ("Algorithm identifier mismatch"), nor the key; and of several --dns names one is left.
#
# Versions: Botan 2.19.3 (Debian 12: botan 2.19.3+dfsg-1+deb12u1), OpenSSL 3.0 for certificates. Wants `apt-get update` beforehand.
# Expected: RFC 4055, section 1.2: a key may be identified by id-RSASSA-PSS, with parameters or without (section 3.1); the signature over its
#   certificate is that of the issuer, of any kind. RFC 5280, section 4.1.1.2: the two identifiers that must be the same are those of the signature.
#   TLS 1.3 has rsa_pss_pss_sha256 for such keys. `botan gen_self_signed --help` lists "--dns=" among the options.
# Seen: cert_info of a certificate with such a key, signed by a CA with ECDSA: "Algorithm identifier mismatch": as if the key's algorithm had to be
#   the signature's. A self-signed one ends so, too, as its key has no parameters; the same certificate for an ordinary RSA key, signed with
#   RSASSA-PSS, is read. pkcs8 of the private key: "Unknown or unavailable public key algorithm RSA/EMSA4". With two --dns options the certificate has
#   the name of one, without a word.
# Why it matters: no connection to a server with such a key, whoever has signed it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download botan=2.19.3+dfsg-1+deb12u1 libbotan-2-19=2.19.3+dfsg-1+deb12u1 libtspi1=0.3.15-0.3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
botan() {
    LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu timeout 20 usr/bin/botan "$@" 2>&1
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=CA" -keyout ca.key -out ca.pem 2>openssl.log
for kind in rsa rsa-pss; do
    openssl req -newkey $kind -pkeyopt rsa_keygen_bits:2048 -nodes -subj /CN=localhost -keyout $kind.key -out $kind.csr 2>openssl.log
    openssl x509 -req -in $kind.csr -CA ca.pem -CAkey ca.key -days 30 -out $kind-by-ecdsa.pem 2>openssl.log
    openssl x509 -req -in $kind.csr -key $kind.key -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -days 30 -out $kind-by-itself.pem 2>openssl.log
done
{
    for kind in rsa rsa-pss; do
        for file in $kind-by-ecdsa.pem $kind-by-itself.pem; do
            ca=ca.pem
            [ "$file" = $kind-by-ecdsa.pem ] || ca=$file
            echo "OpenSSL, $(openssl verify -CAfile $ca $file)"
            echo "    botan cert_info: $(botan cert_info $file | grep -E "^Public Key|failed")"
        done
        echo "$kind.key"
        echo "    botan pkcs8: $(botan pkcs8 $kind.key | grep -E "BEGIN|Error")"
    done
    openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out key.pem
    botan gen_self_signed key.pem localhost --dns=localhost --dns=www.example.org >own.pem
    echo "--dns=localhost --dns=www.example.org: $(openssl x509 -in own.pem -noout -ext subjectAltName | tail -1)"
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
OpenSSL, rsa-by-ecdsa.pem: OK
    botan cert_info: Public Key [RSA-2048]
OpenSSL, rsa-by-itself.pem: OK
    botan cert_info: Public Key [RSA-2048]
rsa.key
    botan pkcs8: -----BEGIN PRIVATE KEY-----
OpenSSL, rsa-pss-by-ecdsa.pem: OK
    botan cert_info: X509_Certificate parsing failed CERTIFICATE decoding failed with Algorithm identifier mismatch
OpenSSL, rsa-pss-by-itself.pem: OK
    botan cert_info: X509_Certificate parsing failed CERTIFICATE decoding failed with Algorithm identifier mismatch
rsa-pss.key
    botan pkcs8: Error: Unknown or unavailable public key algorithm RSA/EMSA4
--dns=localhost --dns=www.example.org:     DNS:localhost
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
