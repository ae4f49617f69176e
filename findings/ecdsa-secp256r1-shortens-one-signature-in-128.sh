#!/bin/bash
# ecdsa-secp256r1: of its signatures one in some 128 lacks zeros in front of r or s, nobody else takes it, and it takes half of these itself.
#
# Versions: ecdsa-secp256r1 1.3.3 (npm), Node.js.
# Expected: IEEE P1363, as in RFC 7518, section 3.4: r and s have 32 octets each, and a signature 64 ("octet sequence representations MUST NOT be
#   shortened to omit any leading zero octets"). RFC 5915, section 3: the private key has the full length as well.
# Seen: of 4,000 signatures some have 63 octets or fewer. Node.js verifies all that have 64, and none of the others. Its own verify() cuts at 32 octets,
#   and finds those right whose r is whole. A private key that begins with a zero octet is written into PEM with 31 octets.
# Why it matters: tokens and challenges are refused now and then, with the right key, and the next attempt works. Check the length, and sign again, or
#   fill up r and s from the DER form.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ecdsa-secp256r1@1.3.3 >npm.log 2>&1

cat > find.js <<'JS'
const { createECDH, createPublicKey, verify } = require("crypto");
const ECDSA = require("ecdsa-secp256r1");

const key = ECDSA.generateKey();
const other = createPublicKey({ key: key.asPublic().toJWK(), format: "jwk" });
const count = {};
for (let number = 0; number < 4000; number++) {
  const message = `message ${number}`;
  const signature = Buffer.from(key.sign(message), "base64");
  const kind = signature.length === 64 ? "whole" : "short";
  const right = verify("sha256", Buffer.from(message), { key: other, dsaEncoding: "ieee-p1363" }, signature);
  const own = key.verify(message, signature.toString("base64"));
  for (const name of [kind, `${kind}, right for Node.js`, `${kind}, right for itself`]) count[name] ??= 0;
  count[kind]++;
  count[`${kind}, right for Node.js`] += right;
  count[`${kind}, right for itself`] += own;
}
console.error(count);
console.log("some are short:", count.short > 0);
console.log("all whole ones are right for both:", count.whole === count["whole, right for Node.js"] && count.whole === count["whole, right for itself"]);
console.log("of the short ones are right for Node.js:", count["short, right for Node.js"]);
console.log("some of the short ones, and not all, are right for itself:",
  count["short, right for itself"] > 0 && count["short, right for itself"] < count.short);

// The key 2^247 has a zero octet in front.
const ecdh = createECDH("prime256v1");
const d = Buffer.from("0080".padEnd(64, "0"), "hex");
ecdh.setPrivateKey(d);
const point = ecdh.getPublicKey();
const small = new ECDSA({ d, x: point.subarray(1, 33), y: point.subarray(33) });
const der = small.toBuffer();
console.log("octets of a private key in PEM:", der[der.indexOf(Buffer.from("02010104", "hex")) + 4]);
JS
timeout 120 node find.js 2>counts | tee seen
cat counts
cat > expected <<'TEXT'
some are short: true
all whole ones are right for both: true
of the short ones are right for Node.js: 0
some of the short ones, and not all, are right for itself: true
octets of a private key in PEM: 31
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
