#!/bin/bash
# pem-jwk: it knows the label "PRIVATE KEY", and can read no key that has it.
#
# Versions: pem-jwk 2.0.0 (npm), Node.js, OpenSSL 3.0 to make the keys.
# Expected: RFC 5208, section 5 (and RFC 5958): the privateKey of a PrivateKeyInfo is an OCTET STRING. Since OpenSSL 3.0 `openssl genrsa`, `openssl
#   genpkey` and `openssl req -newkey` all write that form. The package has a decoder for the label.
# Seen: the decoder defines privateKey as a BIT STRING, so each such key ends in 'Failed to match tag: "bitstr" at: ["privateKey"]', 2048 bits or 4096. The
#   same key with the label "RSA PRIVATE KEY", and the public half in both forms, is read.
# Why it matters: the error reads as if the file were broken. `openssl rsa -traditional` makes the form that is read, or crypto.createPrivateKey() in
#   Node.js, which exports a JWK by itself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pem-jwk@2.0.0 >npm.log 2>&1
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out pkcs8.pem 2>openssl.log
openssl rsa -in pkcs8.pem -traditional -out pkcs1.pem 2>openssl.log
openssl rsa -in pkcs8.pem -pubout -out spki.pem 2>openssl.log
openssl rsa -in pkcs8.pem -RSAPublicKey_out -out rsapublic.pem 2>openssl.log

cat > find.js <<'JS'
const crypto = require("crypto");
const fs = require("fs");
const { pem2jwk } = require("pem-jwk");

const right = crypto.createPrivateKey(fs.readFileSync("pkcs8.pem")).export({ format: "jwk" }).n;
const seen = {};
for (const name of ["pkcs8", "pkcs1", "spki", "rsapublic"]) {
  const pem = fs.readFileSync(`${name}.pem`, "utf8");
  try {
    seen[name] = pem2jwk(pem).n === right ? "read" : "another key";
  } catch (error) {
    seen[name] = error.message;
  }
  console.log(`${pem.split("\n")[0]} ${seen[name]}`);
}
const expected = { pkcs8: 'Failed to match tag: "bitstr" at: ["privateKey"]', pkcs1: "read", spki: "read", rsapublic: "read" };
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js 2>node.log || { echo "CHANGED: see above"; cat node.log; exit 1; }
