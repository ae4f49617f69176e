#!/bin/bash
# eckles: no key of "openssl ecparam -genkey", none without its public half, and no compressed one, for which the errors tell three other stories.
#
# Versions: eckles 1.4.1 (npm), Node.js, OpenSSL 3.0 to make the keys.
# Expected: RFC 5915, section 3: the public key is optional in an ECPrivateKey; Java's PKCS #8 keys and `openssl ec -no_public` are without. Section 4 and
#   RFC 5480: keys may be compressed. RFC 7468, section 2: a file may have other blocks in front; `openssl ecparam -genkey`, which most instructions name,
#   writes "EC PARAMETERS" before the key. The package speaks of "universal compatibility" and has code for 0x02.
# Seen: it finds parts at fixed offsets. With EC PARAMETERS in front: "headers and footers do not match"; PKCS #8 without public key: "unrecognized key
#   format"; SEC 1 without: "not a supported EC private key"; a compressed public key is a TypeError of Buffer's or "not a supported EC private key", by
#   its first byte. The same keys in OpenSSL's usual forms are read.
# Why it matters: ACME clients and others use this for the users' keys. `openssl pkcs8 -topk8 -nocrypt` brings all of them into the form that is read, and
#   crypto.createPrivateKey(pem).export({ format: "jwk" }) needs no package.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts eckles@1.4.1 >npm.log 2>&1
openssl ecparam -name prime256v1 -genkey -out ecparam.pem
openssl pkcs8 -topk8 -nocrypt -in ecparam.pem -out pkcs8.pem
openssl ec -in pkcs8.pem -out sec1.pem 2>openssl.log
openssl ec -in pkcs8.pem -pubout -out spki.pem 2>openssl.log
openssl ec -in pkcs8.pem -no_public -out sec1-short.pem 2>openssl.log
openssl pkcs8 -topk8 -nocrypt -in sec1-short.pem -out pkcs8-short.pem
# OpenSSL 3 adds the public half again where it can, so take it away by hand: a PrivateKeyInfo with an ECPrivateKey of version and key alone.
python3 - <<'PY'
import base64
import subprocess

text = subprocess.run(["openssl", "ec", "-in", "pkcs8.pem", "-noout", "-text"], capture_output=True, text=True, check=True).stdout
secret = bytes.fromhex("".join(text.partition("priv:")[2].partition("pub:")[0].split()).replace(":", ""))[-32:].rjust(32, b"\0")
key = bytes.fromhex("3025020101 0420") + secret
algorithm = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
body = b"\x02\x01\x00" + algorithm + b"\x04" + bytes([len(key)]) + key
der = b"\x30" + bytes([len(body)]) + body
with open("pkcs8-short.pem", "w") as file:
    file.write(f"-----BEGIN PRIVATE KEY-----\n{base64.encodebytes(der).decode()}-----END PRIVATE KEY-----\n")
PY
openssl ec -in pkcs8.pem -pubout -conv_form compressed -out compressed.pem 2>openssl.log

cat > find.js <<'JS'
const crypto = require("crypto");
const fs = require("fs");
const eckles = require("eckles");

const right = crypto.createPublicKey(fs.readFileSync("pkcs8.pem")).export({ format: "jwk" });
const seen = {};
for (const name of ["pkcs8", "sec1", "spki", "ecparam", "sec1-short", "pkcs8-short", "compressed"]) {
  const pem = fs.readFileSync(`${name}.pem`, "utf8");
  const make = pem.includes("PRIVATE") ? crypto.createPrivateKey : crypto.createPublicKey;
  const openssl = make(pem).export({ format: "jwk" });
  try {
    seen[name] = eckles.importSync({ pem }).x === right.x ? "read" : "another key";
  } catch (error) {
    seen[name] = error.message.split(" Received")[0];
  }
  console.log(`${name}: Node.js ${openssl.x === right.x ? "reads it" : "has another key"}; eckles: ${seen[name]}`);
}
const compressed = /^(not a supported EC private key|The first argument must be of type string.*)$/.test(seen.compressed);
delete seen.compressed;
const expected = {
  pkcs8: "read",
  sec1: "read",
  spki: "read",
  ecparam: "headers and footers do not match",
  "sec1-short": "not a supported EC private key",
  "pkcs8-short": "unrecognized key format",
};
process.exit(compressed && JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
