#!/bin/bash
# lupaxa-certtool: the certificate that it signs itself has the names one gives, the request beside it has none, and an address is taken for a name.
#
# Versions: lupaxa-certtool 0.1.9, cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: its documentation: it generates "self-signed certificates, private keys, and CSRs", with "Subject Alternative Names (SANs) via JSON or
#   CLI". RFC 5280, section 4.2.1.6: an IP address is an iPAddress. RFC 2985, section 5.4.2: a request carries the extensions in extensionRequest. RFC
#   9525, section 2: the common name identifies no server.
# Seen: with www.example.org and ::1 as "subject_alt_names" in the JSON file cert.pem has both, ::1 as DNS:::1. csr.pem, with the same key and
#   subject, has no extensions. No option of the command line is for them.
# Why it matters: a CA issues what was asked for, so the certificate that replaces the self-signed one is refused by every client.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check lupaxa-certtool==0.1.9 cryptography==50.0.2
cat > server.json <<'JSON'
{"dn": {"countryName": "DE", "commonName": "www.example.org"}, "config": {"subject_alt_names": ["www.example.org", "::1"]}}
JSON
venv/bin/certtool --config server.json --output-dir out >tool.log
cert=$(openssl x509 -in out/*/cert.pem -noout -ext subjectAltName | tail -1 | sed 's/^ *//')
csr=$(openssl req -in out/*/csr.pem -noout -text | grep -c -e DNS: -e IP || true)
openssl x509 -in out/*/cert.pem -noout -pubkey >cert.pub
openssl req -in out/*/csr.pem -noout -pubkey >csr.pub
same=$(cmp -s cert.pub csr.pub && echo the same key || echo another key)
echo "certificate: $cert"
echo "request: $same, $csr lines with names"
options=$(venv/bin/certtool --help | grep -c -i -e alt -e san || true)
echo "options for alternative names: $options"
[ "$options" = 0 ] && [ "$cert" = "DNS:www.example.org, DNS:::1" ] && [ "$csr" = 0 ] && [ "$same" = "the same key" ] ||
    { echo "CHANGED: see above"; exit 1; }
