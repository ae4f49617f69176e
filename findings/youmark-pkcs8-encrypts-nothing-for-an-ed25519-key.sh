#!/bin/bash
# youmark/pkcs8: asked to encrypt an Ed25519 key it reports success, and the file holds no key at all.
#
# Versions: youmark/pkcs8 1.1 (Debian 12: golang-github-youmark-pkcs8-dev 1.1-3), Go 1.19.8, OpenSSL 3.0. Wants `apt-get update` beforehand, and
#   some 80 MB.
# Expected: the documentation of ConvertPrivateKeyToPKCS8: "The only supported key types are RSA and ECDSA". It returns an error for what it cannot
#   convert, as for curves that it does not know; ParsePKCS8PrivateKey does read Ed25519 keys, RFC 8410, section 7.
# Seen: OpenSSL's encrypted keys for RSA, P-256 and Ed25519 are read, converted and encrypted anew, with no error from either function. OpenSSL
#   reads the first two results. In the third, decrypted, there is a number, an empty list of algorithms, and an empty key: the function has no case
#   for this type, and none for others. Also a key that OpenSSL has encrypted with hmacWithSHA512 has an "incorrect password".
# Why it matters: who changes the password of a key, and removes the old file, has lost the key. Go's x509.MarshalPKCS8PrivateKey writes such keys,
#   unencrypted, for another library to encrypt.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download golang-1.19-go=1.19.8-2 golang-1.19-src=1.19.8-2 golang-github-youmark-pkcs8-dev=1.1-3 \
    golang-golang-x-crypto-dev=1:0.4.0-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl genpkey -algorithm rsa -out plain-rsa.pem 2>openssl.log
openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out plain-p256.pem
openssl genpkey -algorithm ed25519 -out plain-ed25519.pem
for name in rsa p256 ed25519; do openssl pkcs8 -topk8 -in plain-$name.pem -passout pass:secret -out $name.pem; done
openssl pkcs8 -topk8 -in plain-rsa.pem -passout pass:secret -v2prf hmacWithSHA512 -out sha512.pem

cat > convert.go <<'GO'
package main

import (
	"encoding/pem"
	"fmt"
	"os"

	"github.com/youmark/pkcs8"
)

func main() {
	for _, name := range os.Args[1:] {
		text, err := os.ReadFile(name + ".pem")
		if err != nil {
			panic(err)
		}
		block, _ := pem.Decode(text)
		key, err := pkcs8.ParsePKCS8PrivateKey(block.Bytes, []byte("secret"))
		if err != nil {
			fmt.Printf("%s: %v\n", name, err)
			continue
		}
		made, err := pkcs8.ConvertPrivateKeyToPKCS8(key, []byte("secret"))
		fmt.Printf("%s: read %T, converted with error %v\n", name, key, err)
		os.WriteFile(name+".new", pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: made}), 0600)
	}
}
GO
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off CGO_ENABLED=0
"$GOROOT/bin/go" build -o convert convert.go
./convert rsa p256 ed25519 sha512 >seen
for name in rsa p256 ed25519; do
    if openssl pkey -in $name.new -passin pass:secret -outform DER 2>openssl.log | cmp -s - <(openssl pkey -in plain-$name.pem -outform DER); then
        echo "$name: OpenSSL reads the same key" >>seen
    else
        echo "$name: OpenSSL reads no key" >>seen
    fi
done
# What is left after decryption, with OpenSSL's functions one by one.
cat > decrypt.py <<'PY'
import hashlib
import re
import subprocess

text = subprocess.run(["openssl", "asn1parse", "-in", "ed25519.new"], capture_output=True, text=True).stdout
salt, vector, data = re.findall(r"HEX DUMP\]:([0-9A-F]+)", text)
rounds = int(re.search(r"INTEGER +:([0-9A-F]+)", text)[1], 16)
key = hashlib.pbkdf2_hmac("sha256", b"secret", bytes.fromhex(salt), rounds, 32).hex()
command = ["openssl", "enc", "-d", "-aes-256-cbc", "-K", key, "-iv", vector]
print("ed25519, decrypted:", subprocess.run(command, input=bytes.fromhex(data), capture_output=True).stdout.hex())
PY
python3 decrypt.py >>seen
cat seen
cat > expected <<'TEXT'
rsa: read *rsa.PrivateKey, converted with error <nil>
p256: read *ecdsa.PrivateKey, converted with error <nil>
ed25519: read ed25519.PrivateKey, converted with error <nil>
sha512: pkcs8: incorrect password
rsa: OpenSSL reads the same key
p256: OpenSSL reads the same key
ed25519: OpenSSL reads no key
ed25519, decrypted: 300702010030000400
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
