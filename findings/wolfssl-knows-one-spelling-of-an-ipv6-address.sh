#!/bin/bash
# wolfSSL: a certificate for ::1 is not for "::1"; it is for "0000:0000:0000:0000:0000:0000:0000:0001", spelled in full.
#
# Versions: wolfSSL 5.5.4 (Debian 12: libwolfssl35, libwolfssl-dev 5.5.4-2+deb12u3), OpenSSL 3.0 for comparison. Wants `apt-get update` beforehand,
#   and gcc.
# Expected: RFC 4291, section 2.2, has several spellings of an address, and RFC 5952 says that "::1" is the one to write. RFC 5280, section 4.2.1.6:
#   in the certificate it is sixteen octets. X509_check_ip_asc(), which wolfSSL has from OpenSSL, takes any spelling there.
# Seen: of a certificate for 127.0.0.1, ::1 and 2001:db8::1 wolfSSL_X509_check_ip_asc() is 1 for 127.0.0.1 and for the two addresses with all their
#   zeros, and 0 for "::1", "0:0:0:0:0:0:0:1", "2001:db8::1" and "2001:DB8::1". It makes a text of the octets, and compares texts. OpenSSL is right
#   in all.
# Why it matters: inet_ntop() and people write "::1". Devices with wolfSSL refuse servers that they know by an IPv6 address.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {libwolfssl35,libwolfssl-dev}=5.5.4-2+deb12u3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1,IP:::1,IP:2001:db8::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > check.c <<'C'
#include <stdio.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

int main(int count, char **arguments)
{
    wolfSSL_Init();
    WOLFSSL_X509 *certificate = wolfSSL_X509_load_certificate_file("cert.pem", SSL_FILETYPE_PEM);
    printf("%d\n", wolfSSL_X509_check_ip_asc(certificate, arguments[1], 0));
    wolfSSL_X509_free(certificate);
    return 0;
}
C
gcc -w -Iusr/include check.c -o check usr/lib/x86_64-linux-gnu/libwolfssl.so.35
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
for address in 127.0.0.1 0000:0000:0000:0000:0000:0000:0000:0001 2001:0DB8:0000:0000:0000:0000:0000:0001 \
    2001:0db8:0000:0000:0000:0000:0000:0001 ::1 0:0:0:0:0:0:0:1 2001:db8::1 2001:DB8::1; do
    if openssl x509 -in cert.pem -noout -checkip $address | grep -q 'does match'; then right=1; else right=0; fi
    echo "$address: OpenSSL $right, wolfSSL $(./check $address)"
done | tee seen
cat > expected <<'TEXT'
127.0.0.1: OpenSSL 1, wolfSSL 1
0000:0000:0000:0000:0000:0000:0000:0001: OpenSSL 1, wolfSSL 1
2001:0DB8:0000:0000:0000:0000:0000:0001: OpenSSL 1, wolfSSL 1
2001:0db8:0000:0000:0000:0000:0000:0001: OpenSSL 1, wolfSSL 1
::1: OpenSSL 1, wolfSSL 0
0:0:0:0:0:0:0:1: OpenSSL 1, wolfSSL 0
2001:db8::1: OpenSSL 1, wolfSSL 0
2001:DB8::1: OpenSSL 1, wolfSSL 0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
