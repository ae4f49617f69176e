#!/bin/bash
# wolfSSL: printing a certificate with an RSASSA-PSS signature it says "Signature Algorithm: unstructuredName".
#
# Versions: wolfSSL 5.5.4 (Debian 12: libwolfssl35, libwolfssl-dev 5.5.4-2+deb12u3), OpenSSL 3.0. Wants `apt-get update` beforehand, and gcc.
# Expected: RFC 4055, section 1.2: id-RSASSA-PSS is 1.2.840.113549.1.1.10. unstructuredName is 1.2.840.113549.1.9.2, an attribute of requests (RFC
#   2985, section 5.4.1), and no algorithm.
# Seen: wolfSSL_X509_print(), which is X509_print(), names the algorithms of RSA's and ECDSA's certificates. For RSASSA-PSS it is
#   "unstructuredName", since the library has for an OID the sum of its octets, which is 654 for both, and looks for a name in all of its tables. If
#   the key is of this kind as well, it ends after the subject, and returns 0.
# Why it matters: who reads this in a device's log, or a server's, looks for a broken certificate.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {libwolfssl35,libwolfssl-dev}=5.5.4-2+deb12u3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > print.c <<'C'
#include <stdio.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

int main(void)
{
    wolfSSL_Init();
    WOLFSSL_X509 *certificate = wolfSSL_X509_load_certificate_file("cert.pem", SSL_FILETYPE_PEM);
    WOLFSSL_BIO *out = wolfSSL_BIO_new(wolfSSL_BIO_s_file());
    wolfSSL_BIO_set_fp(out, stdout, BIO_NOCLOSE);
    int result = wolfSSL_X509_print(out, certificate);
    fflush(stdout);
    printf("\nresult %d\n", result);
    wolfSSL_X509_free(certificate);
    return 0;
}
C
gcc -w -Iusr/include print.c -o print usr/lib/x86_64-linux-gnu/libwolfssl.so.35
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
check() {
    openssl req -x509 -newkey "$@" -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem 2>openssl.log
    ./print >printed
    algorithm=$(sed -n 's/.*Signature Algorithm: //p' printed | head -1)
    openssl=$(openssl x509 -in cert.pem -noout -text | sed -n 's/.*Signature Algorithm: \([^ ]*\).*/\1/p' | head -1)
    echo "OpenSSL $openssl, wolfSSL $algorithm, extensions $(grep -c 'X509v3 extensions' printed), $(tail -1 printed)"
}
{
    check rsa:2048
    check ec -pkeyopt ec_paramgen_curve:P-256
    check rsa:2048 -sigopt rsa_padding_mode:pss
    check rsa-pss -pkeyopt rsa_keygen_bits:2048
} | tee seen
cat > expected <<'TEXT'
OpenSSL sha256WithRSAEncryption, wolfSSL sha256WithRSAEncryption, extensions 1, result 1
OpenSSL ecdsa-with-SHA256, wolfSSL sha256WithECDSA, extensions 1, result 1
OpenSSL rsassaPss, wolfSSL unstructuredName, extensions 1, result 1
OpenSSL rsassaPss, wolfSSL unstructuredName, extensions 0, result 0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
