#!/bin/bash
# node-jwk: findKeysByUse() finds one key of several, and not in an array; if there is none it gives undefined.
#
# Versions: node-jwk 0.1.0 (npm), Node.js.
# Expected: its documentation: "With findKeysByUse you can retrieve an array of all contained keys that match the use given". RFC 7517, section 5: a
#   set has any number of keys, and section 4.5: among them several for one use, "for instance, to choose among a set of keys within a JWK Set during
#   key rollover".
# Seen: of a set with two keys for "sig" it returns the first itself. For..of and map() on it end in a TypeError, `length` is undefined, and for a use
#   without keys the result is undefined instead of an empty array.
# Why it matters: while keys are being exchanged, a signature of the newer key is tried with the older one only, and fails. A program that is written
#   after the documentation never works at all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-jwk@0.1.0 >npm.log 2>&1

cat > find.js <<'JS'
const { generateKeyPairSync } = require("crypto");
const { JWKSet } = require("node-jwk");

const keys = ["old", "new"].map((kid) => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return { ...publicKey.export({ format: "jwk" }), kid, use: "sig" };
});
const set = JWKSet.fromObject({ keys });
const found = set.findKeysByUse("sig");
const none = set.findKeysByUse("enc");
const seen = [set.keys.length, Array.isArray(found), found.kid, found.length, none];
console.log("keys in the set, whether what is found is an array, its kid, its length, and what is found for another use:", seen);
process.exit(JSON.stringify(seen) === JSON.stringify([2, false, "old", undefined, undefined]) ? 0 : 1);
JS
node --no-deprecation find.js || { echo "CHANGED: see above"; exit 1; }
