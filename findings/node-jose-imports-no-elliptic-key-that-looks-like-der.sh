#!/bin/bash
# node-jose: one key of P-256 in 256, and of P-384, cannot be imported from PEM: its point looks like an OCTET STRING in DER, and is taken
# for one.
#
# Versions: node-jose 2.2.0 (npm), Node.js, which reads each of the keys.
# Expected: RFC 5480, section 2.2: the BIT STRING of a SubjectPublicKeyInfo holds the point as it is, 04, X and Y. Its documentation:
#   JWK.asKey() imports keys in PEM.
# Seen: if X of a P-256 key begins with 3F, then 04 3F and the 63 octets behind it are what an OCTET STRING would be, too, and asKey() ends
#   with "Attempt to access memory outside buffer bounds", for public keys and private ones; with P-384 it is 5F. All others are read.
# Why it matters: a service makes its key once, and one installation in 256 fails at start with an error that says nothing of the key. A
#   JWKS that is made of the keys of many clients lacks some of them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-jose@2.2.0 >npm.log 2>&1

cat > find.js <<'JS'
const crypto = require("crypto");
const { JWK } = require("node-jose");

// A key whose X begins with this octet.
function make(namedCurve, octet) {
  for (;;) {
    const pair = crypto.generateKeyPairSync("ec", { namedCurve });
    if (Buffer.from(pair.publicKey.export({ format: "jwk" }).x, "base64url")[0] === octet) return pair;
  }
}

(async () => {
  for (const [curve, octet] of [["P-256", 0x3e], ["P-256", 0x3f], ["P-256", 0x40], ["P-384", 0x5e], ["P-384", 0x5f]]) {
    const { publicKey, privateKey } = make(curve, octet);
    for (const [what, key, type] of [["public", publicKey, "spki"], ["private", privateKey, "pkcs8"]]) {
      const pem = key.export({ format: "pem", type });
      let seen;
      try {
        seen = (await JWK.asKey(pem, "pem")).toJSON(true).x === crypto.createPublicKey(pem).export({ format: "jwk" }).x ? "read" : "misread";
      } catch (error) {
        seen = error.message;
      }
      console.log(`${curve}, X from ${octet.toString(16)}, ${what}: ${seen}`);
    }
  }
})();
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
P-256, X from 3e, public: read
P-256, X from 3e, private: read
P-256, X from 3f, public: Attempt to access memory outside buffer bounds
P-256, X from 3f, private: Attempt to access memory outside buffer bounds
P-256, X from 40, public: read
P-256, X from 40, private: read
P-384, X from 5e, public: read
P-384, X from 5e, private: read
P-384, X from 5f, public: Attempt to access memory outside buffer bounds
P-384, X from 5f, private: Attempt to access memory outside buffer bounds
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
