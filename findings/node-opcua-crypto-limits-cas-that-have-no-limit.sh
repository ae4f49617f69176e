#!/bin/bash
# node-opcua-crypto: a CA without a path length has one of 0, "Grüße" in a name becomes "GrC<C\u001fe", and no Ed25519 or RSASSA-PSS certificate is read.
#
# Versions: node-opcua-crypto 6.0.0 (npm), Node.js, OpenSSL 3.0 to make the certificates.
# Expected: RFC 5280, section 4.2.1.9: "Where pathLenConstraint does not appear, no limit is imposed", and 0 allows no further CA. Section 4.1.2.4:
#   names are UTF8String, which is UTF-8 as in RFC 3629.
# Seen: exploreCertificate() has pathLengthConstraint 0 both for CA:TRUE and for CA:TRUE,pathlen:0. Of letters outside ASCII each octet loses its top
#   bit. basicConstraints is always critical, also where it is not. A certificate with an Ed25519 key, or an RSA key for RSASSA-PSS, ends in an assertion,
#   'what_type === "ecPublicKey"'.
# Why it matters: who checks a chain with it refuses each intermediate CA, or cannot tell the roots that may have none. Names of companies and people are
#   shown wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-opcua-crypto@6.0.0 >npm.log 2>&1
make() {
    openssl req -x509 -utf8 -nodes -days 30 -keyout key.pem -config empty.cnf -outform DER -out "$1.der" "${@:2}" 2>openssl.log
}
printf '[req]\ndistinguished_name = name\n[name]\n' >empty.cnf
make "no limit" -newkey rsa:2048 -subj /CN=CA -addext basicConstraints=critical,CA:TRUE
make "limit 0" -newkey rsa:2048 -subj /CN=CA -addext basicConstraints=critical,CA:TRUE,pathlen:0
make "limit 2" -newkey rsa:2048 -subj /CN=CA -addext basicConstraints=critical,CA:TRUE,pathlen:2
make name -newkey rsa:2048 -subj /CN=Grüße -addext basicConstraints=CA:FALSE
make Ed25519 -newkey ed25519 -subj /CN=localhost -addext basicConstraints=CA:FALSE
make RSASSA-PSS -newkey rsa-pss -pkeyopt rsa_keygen_bits:2048 -subj /CN=localhost -addext basicConstraints=CA:FALSE

cat > find.js <<'JS'
const fs = require("fs");
const { exploreCertificate } = require("node-opcua-crypto");

for (const name of ["no limit", "limit 0", "limit 2", "name", "Ed25519", "RSASSA-PSS"]) {
  try {
    const { subject, extensions, subjectPublicKeyInfo } = exploreCertificate(fs.readFileSync(`${name}.der`)).tbsCertificate;
    console.log(`${name}: ${JSON.stringify(subject.commonName)} ${JSON.stringify(extensions.basicConstraints)} ${subjectPublicKeyInfo.algorithm}`);
  } catch (error) {
    console.log(`${name}: ${error.message.trim().split(/\n+\s*/).pop()}`);
  }
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
no limit: "CA" {"critical":true,"cA":true,"pathLengthConstraint":0} rsaEncryption
limit 0: "CA" {"critical":true,"cA":true,"pathLengthConstraint":0} rsaEncryption
limit 2: "CA" {"critical":true,"cA":true,"pathLengthConstraint":2} rsaEncryption
name: "GrC<C\u001fe" {"critical":true,"cA":false,"pathLengthConstraint":0} rsaEncryption
Ed25519: assert(what_type === "ecPublicKey")
RSASSA-PSS: assert(what_type === "ecPublicKey")
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
