#!/bin/bash
# SoftHSM: of an Ed25519 key that softhsm2-util has imported the public half cannot be read by OpenSC or GnuTLS, while one that was made in the token can.
#
# Versions: SoftHSM 2.6.1 (Debian 12: softhsm2 2.6.1-2.1), OpenSC's pkcs11-tool 0.23.0 (0.23.0-0.3+deb12u2), GnuTLS's p11tool 3.7.9
#   (gnutls-bin 3.7.9-2+deb12u7), OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: softhsm2-util's manual: "Import a key pair from the given path. The file must be in PKCS#8-format." In one token CKA_EC_POINT has one form: for
#   the key that the token has made it is an OCTET STRING of DER, and so it is for imported keys of P-256.
# Seen: "The key pair has been imported." For this Ed25519 key CKA_EC_POINT is the 32 bare octets, for one made in the token the same with 04 20 in
#   front. Of the imported key pkcs11-tool says "cannot decode EC_POINT", and p11tool "ASN1 parser: Error in DER parsing"; both read the other.
# Why it matters: GnuTLS's certtool makes no certificate for the imported key, since it "could not determine the public key". Make the key in the token.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download softhsm2=2.6.1-2.1 libsofthsm2=2.6.1-2.1 opensc=0.23.0-0.3+deb12u2 opensc-pkcs11=0.23.0-0.3+deb12u2 gnutls-bin=3.7.9-2+deb12u7 \
    libgnutls30=3.7.9-2+deb12u7 libgnutls-dane0=3.7.9-2+deb12u7 libunbound8=1.17.1-2+deb12u4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu SOFTHSM2_CONF=$work/softhsm2.conf
module=$work/usr/lib/softhsm/libsofthsm2.so
mkdir tokens
echo "directories.tokendir = $work/tokens" >softhsm2.conf
usr/bin/softhsm2-util --module "$module" --init-token --free --label token --pin 1234 --so-pin 1234 >softhsm.log

tool() {
    usr/bin/pkcs11-tool --module "$module" --token-label token --pin 1234 "$@" 2>&1
}

openssl genpkey -algorithm ed25519 -out ed25519.pem
openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out p256.pem
{
    for key in ed25519 p256; do
        echo "$key: $(usr/bin/softhsm2-util --module "$module" --import "$key.pem" --token token --label "$key" --id "0${#key}" --pin 1234 | tail -n 1)"
    done
    tool --keypairgen --key-type EC:edwards25519 --label made --id 01 >made.log
    for key in ed25519 p256 made; do
        point=$(tool -O --type pubkey | awk -v key="$key" '/^ *EC_POINT: / { point = $2 } /^ *label:/ && $2 == key { print point }')
        [ ${#point} = 64 ] && point="the 32 octets themselves" || point=${point:0:4}
        echo "$key: CKA_EC_POINT begins with $point"
        echo "$key: pkcs11-tool: $(tool --read-object --type pubkey --label "$key" --output-file read >read.log && echo reads it || grep error read.log)"
        echo "$key: p11tool: $(usr/bin/p11tool --provider "$module" --login --set-pin 1234 --export-pubkey \
            "pkcs11:token=token;object=$key;type=public" --outfile read.pem 2>read.log && echo reads it || sed 's/.*[0-9]: //' read.log)"
    done
    echo "cn = localhost" >template
    for key in ed25519 made; do
        echo "$key: certtool: $(GNUTLS_PIN=1234 usr/bin/certtool --provider "$module" --generate-self-signed --load-privkey \
            "pkcs11:token=token;object=$key;type=private" --template template --outfile cert.pem 2>read.log &&
            echo a certificate || grep -o 'Could.*' read.log)"
    done
} >seen
cat seen
cat > expected <<'TEXT'
ed25519: The key pair has been imported.
p256: The key pair has been imported.
ed25519: CKA_EC_POINT begins with the 32 octets themselves
ed25519: pkcs11-tool: error: cannot decode EC_POINT
ed25519: p11tool: ASN1 parser: Error in DER parsing.
p256: CKA_EC_POINT begins with 0441
p256: pkcs11-tool: reads it
p256: p11tool: reads it
made: CKA_EC_POINT begins with 0420
made: pkcs11-tool: reads it
made: p11tool: reads it
ed25519: certtool: Could not determine the public key for the operation.
made: certtool: a certificate
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
