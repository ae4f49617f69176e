#!/bin/bash
# @microsoft/dev-tunnels-ssh-keys: JWKs are written with the curve "nistp256", which nobody reads, and those with "P-256" are refused.
#
# Versions: @microsoft/dev-tunnels-ssh-keys 3.12.12 (npm), Node.js's crypto to compare with.
# Expected: RFC 7518, section 6.2.1.1: the values of "crv" are "P-256", "P-384" and "P-521". Its documentation: "Enables importing and
#   exporting SSH public and private keys in various formats", ECDSA and JWK among them.
# Seen: of a PKCS #8 key of P-256 exportPrivateKey() makes a JWK with "crv": "nistp256", exportPublicKey() likewise. Node's crypto refuses
#   it, and reads it once that is replaced. Of the JWK that Node writes importKey() says "Unknown EC curve: P-256". RSA keys work.
# Why it matters: a key that was exported to be uploaded somewhere as a JWK is refused there, and none from elsewhere can be taken in.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @microsoft/dev-tunnels-ssh-keys@3.12.12 >npm.log 2>&1

cat > find.cjs <<'JS'
const crypto = require("node:crypto");
const keys = require("@microsoft/dev-tunnels-ssh-keys");

const JWK = 7;
const read = (jwk) => {
  try {
    return crypto.createPrivateKey({ key: jwk, format: "jwk" }).type;
  } catch (error) {
    return error.code;
  }
};
(async () => {
  for (const namedCurve of ["P-256", "P-384", "P-521"]) {
    const { privateKey } = crypto.generateKeyPairSync("ec", { namedCurve });
    const pair = await keys.importKey(privateKey.export({ format: "pem", type: "pkcs8" }));
    const jwk = JSON.parse(await keys.exportPrivateKey(pair, null, JWK));
    console.log(`${namedCurve}: written as ${jwk.crv}; Node: ${read(jwk)}; with ${namedCurve} in it: ${read({ ...jwk, crv: namedCurve })}`);
    const own = JSON.stringify(privateKey.export({ format: "jwk" }));
    console.log(`  of Node's JWK: ${await keys.importKey(own).then(() => "read", (error) => error.message)}`);
  }
  const { privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pair = await keys.importKey(JSON.stringify(privateKey.export({ format: "jwk" })));
  console.log(`RSA: ${read(JSON.parse(await keys.exportPrivateKey(pair, null, JWK)))}`);
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
P-256: written as nistp256; Node: ERR_INVALID_ARG_VALUE; with P-256 in it: private
  of Node's JWK: Unknown EC curve: P-256
P-384: written as nistp384; Node: ERR_INVALID_ARG_VALUE; with P-384 in it: private
  of Node's JWK: Unknown EC curve: P-384
P-521: written as nistp521; Node: ERR_INVALID_ARG_VALUE; with P-521 in it: private
  of Node's JWK: Unknown EC curve: P-521
RSA: private
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
