#!/bin/bash
# Guile's gnutls: an IP address among the names of a certificate is a string, cut at its first zero.
#
# Versions: guile-gnutls 3.7.9 (Debian 12: 3.7.9-2+deb12u7) with Guile 3.0.8, OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.6: an alternative name of type iPAddress has 4 or 16 octets, any of them. GnuTLS's function of the same name gives
#   them with their length.
# Seen: x509-certificate-subject-alternative-name gives type ipaddress and a string: 10.0.2.3 has one character, 127.0.0.1 one,
#   2001:db8::1 four, ::1 none. Names of type dnsname are right. x509-certificate-matches-hostname? of the same module knows all addresses.
# Why it matters: all addresses in 10.0.0.0/16 and 127.0.0.0/8 are the same, and what was cut off cannot be had otherwise.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download guile-gnutls=3.7.9-2+deb12u7 guile-3.0=3.0.8-2 guile-3.0-libs=3.0.8-2 libgc1=1:8.2.2-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:10.0.2.3,IP:127.0.0.1,IP:2001:db8::1,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.scm <<'SCM'
(use-modules (gnutls) (ice-9 binary-ports) (ice-9 receive))
(define octets (call-with-input-file "cert.pem" get-bytevector-all #:binary #t))
(define certificate (import-x509-certificate octets x509-certificate-format/pem))
(define names '("localhost" "10.0.2.3" "127.0.0.1" "2001:db8::1" "::1"))
(define lengths '(9 1 1 4 0))
(define (length-of name index)
  (receive (type value) (x509-certificate-subject-alternative-name certificate index)
    (let ((matches (x509-certificate-matches-hostname? certificate name)))
      (format #t "~a: ~a of ~a characters, matches ~a~%"
              name (x509-subject-alternative-name->string type) (string-length value) matches)
      (and matches (string-length value)))))
(exit (equal? lengths (map length-of names (iota (length names)))))
SCM
arch=$work/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$arch GUILE_AUTO_COMPILE=0 GUILE_LOAD_PATH=$work/usr/share/guile/3.0:$work/usr/share/guile/site/3.0 LC_ALL=C
export GUILE_LOAD_COMPILED_PATH=$arch/guile/3.0/ccache:$arch/guile/3.0/site-ccache GUILE_EXTENSIONS_PATH=$arch/guile/3.0/extensions
usr/bin/guile-3.0 find.scm || { echo "CHANGED: see above"; exit 1; }
