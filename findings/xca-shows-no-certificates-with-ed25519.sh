#!/bin/bash
# XCA: "Support Ed25519: Key-generation, import, export", and a certificate or public key with Ed25519 is "incomplete or inconsistent".
#
# Versions: XCA 2.4.0 (Debian 12: 2.4.0-2+b1), Qt 5.15.8, OpenSSL for certificates. Wants `apt-get update` beforehand.
# Expected: XCA's changelog for 2.4.0, item "Close #142": "Support Ed25519: Key-generation, import, export". RFC 8410, sections 4 and 7: a public
#   key of Ed25519 is its 32 octets, in a certificate and alone, without parameters.
# Seen: `xca --no-gui --print` describes the private key as "ED25519 256 bit". Of the public key of the same pair, and of certificates with such
#   keys, self-signed or issued by a CA with an RSA key, it says "The key from file '' is incomplete or inconsistent." A certificate with an RSA key
#   that is signed with Ed25519 is shown, so it is the public key, not the signature. With P-256 all is well.
# Why it matters: XCA is for those who manage certificates in a window, and it takes these keys but not what is made with them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download xca=2.4.0-2+b1 libqt5help5=5.15.8-2 libqt5{core5a,gui5,widgets5,sql5,dbus5,network5}=5.15.8+dfsg-11+deb12u3 \
    libltdl7=2.4.7-7~deb12u1 libmd4c0=0.4.8-1 libpcre2-16-0=10.42-1+deb12u2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl genpkey -algorithm ed25519 -out ed25519-private.pem
openssl pkey -in ed25519-private.pem -pubout -out ed25519-public.pem
openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out p256-private.pem
openssl pkey -in p256-private.pem -pubout -out p256-public.pem
openssl genpkey -algorithm rsa -out rsa-private.pem 2>openssl.log
for key in ed25519 p256 rsa; do
    openssl req -x509 -key $key-private.pem -days 30 -subj /CN=$key -out $key-certificate.pem
done
# Keys of the one kind, signed with the other.
issue() {
    openssl req -new -key "$1-private.pem" -subj "/CN=$1-by-$2" -out request.pem
    openssl x509 -req -in request.pem -CA "$2-certificate.pem" -CAkey "$2-private.pem" -days 30 -out "$1-by-$2-certificate.pem" 2>openssl.log
}
issue ed25519 rsa
issue rsa ed25519

export HOME=$work QT_QPA_PLATFORM=offscreen LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export QT_PLUGIN_PATH=$work/usr/lib/x86_64-linux-gnu/qt5/plugins
for name in p256-private p256-public p256-certificate ed25519-private ed25519-public ed25519-certificate ed25519-by-rsa-certificate \
    rsa-by-ed25519-certificate; do
    said=$(timeout 60 usr/bin/xca --no-gui --print $name.pem </dev/null 2>xca.log | sed 's/\x1b\[[0-9;]*m//g' |
        grep -E '^Key:|incomplete' | sed 's/^Key: */key: /' || true)
    echo "$name: $said"
done | tee seen
cat > expected <<'TEXT'
p256-private: key: EC 256 bit prime256v1
p256-public: key: EC 256 bit Public key prime256v1
p256-certificate: key: EC 256 bit Public key prime256v1
ed25519-private: key: ED25519 256 bit
ed25519-public: The key from file 'ed25519-public.pem' is incomplete or inconsistent.
ed25519-certificate: The key from file '' is incomplete or inconsistent.
ed25519-by-rsa-certificate: The key from file '' is incomplete or inconsistent.
rsa-by-ed25519-certificate: key: RSA 2048 bit Public key
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
