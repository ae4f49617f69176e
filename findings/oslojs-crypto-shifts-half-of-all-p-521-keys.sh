#!/bin/bash
# @oslojs/crypto: an elliptic public key whose y begins with a zero octet, as half of all P-521 keys have it, is encoded as another point, or none.
#
# Versions: @oslojs/crypto 1.0.1 (npm), Node.js.
# Expected: SEC 1, sections 2.3.3 and 2.3.7: x and y are written with the full length of the field, and zeros in front; so have RFC 5480, section 2.2,
#   and its PKIX form.
# Seen: of P-521 keys read with decodePKIXECDSAPublicKey() and written with encodePKIXUncompressed() half are refused by Node.js, of P-256 and
#   P-384 one in some 256: exactly those whose y is shorter than the field. Its octets stand at the front, and the zeros behind. x is right,
#   and so is the compressed form.
# Why it matters: keys that are stored or sent this way cannot be read, or verify nothing, and tests with some P-256 keys do not show it. Use the
#   compressed form.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @oslojs/crypto@1.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createECDH, createPublicKey } from "crypto";
import { decodePKIXECDSAPublicKey, p256, p384, p521 } from "@oslojs/crypto/ecdsa";

// Whether the encoding is this key's.
function same(data, key) {
  try {
    return createPublicKey({ key: Buffer.from(data), format: "der", type: "spki" }).equals(key);
  } catch {
    return false;
  }
}
const heads = {
  prime256v1: "3059301306072a8648ce3d020106082a8648ce3d030107034200",
  secp384r1: "3076301006072a8648ce3d020106052b81040022036200",
  secp521r1: "30819b301006072a8648ce3d020106052b8104002303818600",
};
const curves = { prime256v1: p256, secp384r1: p384, secp521r1: p521 };
for (const [name, head] of Object.entries(heads)) {
  const ecdh = createECDH(name);
  const count = { keys: 0, "short y": 0, "uncompressed wrong": 0, "compressed wrong": 0, unexpected: 0 };
  // The points 1 G, 2 G, ..., 1000 G.
  for (let scalar = 1; scalar <= 1000; scalar++) {
    ecdh.setPrivateKey(scalar.toString(16).padStart(8, "0"), "hex");
    const point = ecdh.getPublicKey();
    const data = Buffer.concat([Buffer.from(head, "hex"), point]);
    const key = createPublicKey({ key: data, format: "der", type: "spki" });
    const read = decodePKIXECDSAPublicKey(data, [curves[name]]);
    const short = point[1 + (point.length - 1) / 2] === 0;
    const wrong = !same(read.encodePKIXUncompressed(), key);
    count.keys++;
    count["short y"] += short;
    count["uncompressed wrong"] += wrong;
    count["compressed wrong"] += !same(read.encodePKIXCompressed(), key);
    count.unexpected += short !== wrong;
  }
  console.log(`${name}: ${JSON.stringify(count)}`);
}
JS
timeout 120 node find.mjs | tee seen
cat > expected <<'TEXT'
prime256v1: {"keys":1000,"short y":4,"uncompressed wrong":4,"compressed wrong":0,"unexpected":0}
secp384r1: {"keys":1000,"short y":2,"uncompressed wrong":2,"compressed wrong":0,"unexpected":0}
secp521r1: {"keys":1000,"short y":491,"uncompressed wrong":491,"compressed wrong":0,"unexpected":0}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
