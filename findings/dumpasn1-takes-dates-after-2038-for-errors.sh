#!/bin/bash
# dumpasn1: a certificate that is valid until 2067 has "1 error", as its date "cannot be represented in a 32-bit time_t".
#
# Versions: dumpasn1 20210212 (Debian 12: 20210212-3), OpenSSL for certificates, a 64-bit system. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.1.2.5: dates have four digits for the year, up to 9999. The program is an "ASN.1 object dump/syntax check program",
#   and time_t, of 64 bits here, is no matter of syntax.
# Seen: of two certificates that differ in the last date only, 2037 or 2067, it says "0 warnings, 0 errors." of the first, and of the second "Error:
#   Time value cannot be represented in a 32-bit time_t.", "0 warnings, 1 error.", and its exit status is 1 instead of 0. The date 2049, a UTCTime,
#   is an error as well.
# Why it matters: who tests an encoder of their own with it, for a private CA or a device, looks for a fault that is not there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download dumpasn1=20210212-3 2>apt.log || { cat apt.log; exit 2; }
dpkg -x dumpasn1_*.deb .
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout key.pem -out request.pem 2>openssl.log
cat > ca.cnf <<'CNF'
[ca]
default_ca = own
[own]
new_certs_dir = .
database = database
serial = serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CNF
echo 01 >serial
: >database
for year in 2037 2049 2067; do
    openssl ca -batch -config ca.cnf -selfsign -keyfile key.pem -in request.pem -startdate 20260101000000Z -enddate "${year}1224120000Z" \
        -notext -out cert.pem 2>openssl.log
    openssl x509 -in cert.pem -outform DER -out cert.der
    status=0
    usr/bin/dumpasn1 cert.der >dump.log 2>&1 || status=$?
    echo "$year: $(grep -E '^ *:? *Error:|warnings' dump.log | sed 's/^[ :]*//' | paste -sd' '); exit status $status"
done | tee seen
cat > expected <<'TEXT'
2037: 0 warnings, 0 errors.; exit status 0
2049: Error: Time value cannot be represented in a 32-bit time_t. 0 warnings, 1 error.; exit status 1
2067: Error: Time value cannot be represented in a 32-bit time_t. 0 warnings, 1 error.; exit status 1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
