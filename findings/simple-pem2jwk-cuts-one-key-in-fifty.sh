#!/bin/bash
# simple-pem2jwk: of one private RSA key in some fifty, a part loses its first octet.
#
# Versions: simple-pem2jwk 0.2.4 (npm), Node.js.
# Expected: RFC 7518, section 6.3.2: "d", "p", "q", "dp", "dq" and "qi" are the numbers of the private key, in as many octets as they need (section
#   2). X.690, section 8.3: an INTEGER has a zero octet in front only where its first bit would be set otherwise.
# Seen: it takes the first octet of every number with an odd count of octets away, as if that were always such a zero. A number that is small by
#   chance, one in 256 for each of "d", "dp", "dq" and "qi", has one octet less than usual, an odd count, and loses one that counts. Node's own export
#   of the same key has the right number, and the two differ by one octet in length.
# Why it matters: most keys come out right, so that no test finds it. One in some fifty gives a JWK with another private exponent than the key has.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts simple-pem2jwk@0.2.4 >npm.log 2>&1

cat > find.js <<'JS'
const { generateKeyPairSync } = require("crypto");
const pem2jwk = require("simple-pem2jwk").default;

const octets = (text) => Buffer.from(text, "base64url");
const PARTS = ["d", "dp", "dq", "qi"];
let wrong = 0;
let unexpected = 0;
let made = 0;
// Short keys, which are made fast; the count of octets is as even as with longer ones.
for (; made < 1500 && wrong < 5; made++) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const right = privateKey.export({ format: "jwk" });
    const theirs = pem2jwk(privateKey.export({ type: "pkcs1", format: "pem" }).trim());
    for (const part of PARTS) {
        const [mine, other] = [right[part], theirs[part]].map(octets);
        if (mine.equals(other)) continue;
        // A zero that was left in front is another matter.
        if (other.length === mine.length + 1 && other[0] === 0) continue;
        if (other.equals(mine.subarray(1)) && mine.length % 2 === 1 && mine[0] !== 0) {
            wrong++;
            console.log(`key ${made + 1}: "${part}" has ${mine.length} octets, and ${other.length} in its JWK`);
        } else {
            unexpected++;
        }
    }
}
console.log(`${wrong} of ${made} keys`);
process.exit(wrong > 0 && unexpected === 0 ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
