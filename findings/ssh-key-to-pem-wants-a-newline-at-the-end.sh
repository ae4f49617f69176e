#!/bin/bash
# ssh-key-to-pem: a public key without a newline after its last line is cut, and the error speaks of the exponent.
#
# Versions: ssh-key-to-pem 0.11.1 (npm), Node.js.
# Expected: RFC 7468, section 3: the end of line after "-----END PUBLIC KEY-----" is optional. Text in JSON, in environment variables and in forms mostly
#   has no newline at its end.
# Seen: pemToRsaSSHKey() takes lines 2 to the last but two, so without the newline the last line of the key is missing: 'exponent not an integer'. It is
#   the line with the exponent, whatever the size of the key. With the newline the same key is right.
# Why it matters: `pem.trim()` is what most programs do before they store a key, and the error sends people to look for a fault in the key. Add the
#   newline.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ssh-key-to-pem@0.11.1 >npm.log 2>&1

cat > find.js <<'JS'
const crypto = require("crypto");
const sshKeyToPEM = require("ssh-key-to-pem");

function attempt(pem) {
  try {
    return sshKeyToPEM(sshKeyToPEM.pemToRsaSSHKey(pem, "me")) === `${pem.trim()}\n` ? "right" : "another key";
  } catch (error) {
    return error.message;
  }
}

const seen = [2048, 3072, 4096].map((modulusLength) => {
  const { publicKey } = crypto.generateKeyPairSync("rsa", { modulusLength });
  const pem = publicKey.export({ type: "spki", format: "pem" });
  const result = [attempt(pem), attempt(pem.trim())];
  console.log(`${modulusLength} bits: with a newline at the end ${result[0]}, without ${result[1]}`);
  return result.join(" ");
});
process.exit(seen.every((result) => result === "right exponent not an integer") ? 0 : 1);
JS
node find.js 2>node.log || { echo "CHANGED: see above"; cat node.log; exit 1; }
