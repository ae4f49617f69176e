#!/bin/bash
# @fidm/x509: a PEM file with words around the certificate, as OpenSSL writes it, is refused.
#
# Versions: @fidm/x509 1.2.1 (npm), Node.js for comparison, OpenSSL 3.0 to make the files.
# Expected: RFC 7468, sections 2 and 5.2: text before the BEGIN line of a certificate is allowed ("explanatory text"), and parsers must cope
#   with it. `openssl pkcs12` writes "Bag Attributes", `openssl x509 -text` the whole certificate in words; Node's X509Certificate reads both.
# Seen: "pem: invalid BEGIN line" for both, and likewise for text behind the last END line. Several certificates one after the other
#   are read.
# Why it matters: files exported from PKCS#12, and CA bundles with comments, are PEM for TLS libraries and not for this parser; the
#   error speaks of the BEGIN line, which is right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @fidm/x509@1.2.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -keyout key.pem -out plain.pem 2>openssl.log
openssl x509 -in plain.pem -text -out text.pem
openssl pkcs12 -export -in plain.pem -inkey key.pem -passout pass:secret -out store.p12
openssl pkcs12 -in store.p12 -passin pass:secret -nokeys -out pkcs12.pem

cat > find.js <<'JS'
const fs = require("fs");
const { X509Certificate } = require("crypto");
const { Certificate } = require("@fidm/x509");

const attempt = (read) => {
  try {
    return read().includes("localhost") ? "read" : "read wrongly";
  } catch (error) {
    return error.message;
  }
};
const seen = ["plain", "text", "pkcs12"].map((name) => {
  const pem = fs.readFileSync(name + ".pem");
  const result = [
    attempt(() => new X509Certificate(pem).subject),
    attempt(() => Certificate.fromPEM(pem).subject.commonName),
  ];
  console.log(`${name}: Node: ${result[0]}; @fidm/x509: ${result[1]}`);
  return result;
});
const refused = ["read", "pem: invalid BEGIN line"];
process.exit(JSON.stringify(seen) === JSON.stringify([["read", "read"], refused, refused]) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
