#!/bin/bash
# ssh-fingerprint: the fingerprint of an Ed25519 or ECDSA key is that of the key's name and text together, and no other program shows it.
#
# Versions: ssh-fingerprint 0.0.1, ssh2 1.17.0 to make and read keys (npm), Node.js.
# Expected: RFC 4716, section 4: the fingerprint is a hash of the public key data, that is, of what the Base64 stands for. The package's
#   documentation: it "Returns The stringified fingerprint, same as ssh-keygen -fl".
# Seen: only "ssh-rsa" in front of the key is taken away. With "ssh-ed25519" or "ecdsa-sha2-nistp256" in front the decoder goes over the
#   name as if it were Base64, and the hash is of other octets. The package takes all three, without an error, and only the one of RSA is
#   the one that Node.js's own hash of the decoded data gives.
# Why it matters: ssh-keygen has made Ed25519 keys by default since OpenSSH 9.5. A key listed under such a fingerprint is not found by what
#   ssh, sshd's log or a code host shows for it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ssh-fingerprint@0.0.1 ssh2@1.17.0 >npm.log 2>&1

cat > find.js <<'JS'
const { createHash } = require("crypto");
const { utils } = require("ssh2");
const fingerprint = require("ssh-fingerprint");

for (const [type, options] of [["rsa", { bits: 2048 }], ["ed25519", {}], ["ecdsa", { bits: 256 }]]) {
  const key = utils.generateKeyPairSync(type, options).public;
  const hash = createHash("md5").update(Buffer.from(key.split(" ")[1], "base64")).digest("hex");
  console.log(`${key.split(" ")[0]}: ${fingerprint(key).replaceAll(":", "") === hash ? "the same" : "another"}`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
ssh-rsa: the same
ssh-ed25519: another
ecdsa-sha2-nistp256: another
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
