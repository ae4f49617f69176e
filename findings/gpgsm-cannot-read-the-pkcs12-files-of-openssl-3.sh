#!/bin/bash
# gpgsm: a PKCS#12 file as OpenSSL 3 writes it is "error parsing or decrypting", whatever the password; only OpenSSL's -legacy is read.
#
# Versions: GnuPG 2.2.40 (Debian 12: gpgsm 2.2.40-1.1+deb12u2), libksba 1.6.3, OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: RFC 8018, section 6: PBES2 is recommended for new applications, PBES1 only for compatibility; appendix A.2: the function of PBKDF2 is a
#   parameter, and may be hmacWithSHA256. RFC 7292 has PKCS#5's algorithms for its files. gpgsm's manual: --import reads PKCS#12 files.
# Seen: the file that `openssl pkcs12 -export` writes by itself ends at 'encryptedData error at "pkcs5PBES2-params"', and nothing is imported. Of
#   the same key and certificate with -legacy, which is RC2 with 40 bits, both are.
# Why it matters: keys for S/MIME come in such files from OpenSSL, Firefox, and mail CAs. The message sounds as if the password were wrong. Convert
#   them with -legacy, and remove the copy.
set -eu
work=$(mktemp -d)
trap 'usr/bin/gpg-connect-agent --homedir "$work/home" --no-autostart KILLAGENT /bye >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {gpgsm,gpg-agent,gpgconf}=2.2.40-1.1+deb12u2 libksba8=1.6.3-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu GNUPGHOME=$work/home
mkdir -m 700 home
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=user -addext subjectAltName=email:user@example.org \
    -keyout key.pem -out cert.pem 2>openssl.log
openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass:secret -out new.p12
openssl pkcs12 -export -legacy -inkey key.pem -in cert.pem -passout pass:secret -out legacy.p12

as_stated=yes
for name in new legacy; do
    openssl pkcs12 -in $name.p12 -passin pass:secret -legacy -noout -info 2>&1 | grep 'Encrypted data'
    usr/bin/gpgsm --batch --agent-program usr/bin/gpg-agent --pinentry-mode loopback --passphrase-fd 0 --import $name.p12 <<<secret 2>&1 |
        grep -E 'error|imported' | tee $name.log
done
grep -q 'error at "pkcs5PBES2-params"' new.log || as_stated=no
if grep -q imported new.log; then as_stated=no; fi
grep -q 'secret keys imported: 1' legacy.log || as_stated=no
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
