#!/bin/bash
# cert-piper: of a certificate in OpenSSL's "TRUSTED" form it says that there are 0, with exit status 0, and of one with the older label that there
# is none.
#
# Versions: cert-piper 0.2.0, cryptography 46.0.3, trustme 1.2.1 (PyPI), OpenSSL 3, Python 3.11.
# Expected: openssl-x509(1), -trustout, and openssl-format-options: PEM files may have the labels "CERTIFICATE", "X509 CERTIFICATE" and "TRUSTED
#   CERTIFICATE", the last one with trust settings behind the certificate; the ca-bundle.trust.crt of Fedora and Red Hat has nothing else. The
#   package's search "handles CERTIFICATE and TRUSTED CERTIFICATE". RFC 7468, section 5.1, names the older label for parsers.
# Seen: "openssl x509 -trustout" piped into it gives "0 certificates found" and "Failed to parse certificate", and the exit status is that of
#   success: the block is found, and handed to a loader that knows no such label. With "BEGIN X509 CERTIFICATE" it says "No certificates found in
#   the input."
# Why it matters: the bundle of the system appears empty, and a script that looks at the exit status goes on.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cert-piper==0.2.0 cryptography==46.0.3 trustme==1.2.1

venv/bin/python -m trustme -q -i example.org
cp server.pem plain.pem
openssl x509 -in server.pem -trustout -addtrust serverAuth -out trusted.pem
sed 's/ CERTIFICATE/ X509 CERTIFICATE/' server.pem > older.pem
for file in plain trusted older; do
    status=0
    COLUMNS=200 timeout 30 venv/bin/python -m cert_piper <$file.pem >out 2>&1 || status=$?
    label=$(head -n 1 $file.pem | tr -d '-')
    openssl=$(openssl x509 -in $file.pem -noout -ext subjectAltName | tail -n 1 | tr -d ' ')
    said=$(grep -oE '[0-9]+ certificates? found|No certificates found' out | head -n 1)
    echo "$label: OpenSSL reads $openssl; cert-piper: $said, exit status $status"
done | tee seen
cat > expected <<'TEXT'
BEGIN CERTIFICATE: OpenSSL reads DNS:example.org; cert-piper: 1 certificate found, exit status 0
BEGIN TRUSTED CERTIFICATE: OpenSSL reads DNS:example.org; cert-piper: 0 certificates found, exit status 0
BEGIN X509 CERTIFICATE: OpenSSL reads DNS:example.org; cert-piper: No certificates found, exit status 1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
