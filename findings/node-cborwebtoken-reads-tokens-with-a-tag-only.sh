#!/bin/bash
# @netnexus/node-cborwebtoken: of a token without the tag 61, as in the examples of the RFC, it cuts the beginning off and fails.
#
# Versions: @netnexus/node-cborwebtoken 2.2.0, cose-js 0.9.0 to compare with (npm), Node.js.
# Expected: RFC 8392, section 6: the use of the CWT tag is optional, for where it would not be known otherwise what this is; section 7.1: it
#   is put in front if the application needs it. Appendix A.4's example of a MACed token begins with d1, the tag of COSE_Mac0.
# Seen: for a token that cose-js has written, and reads, verify() and decode() raise an error; with d8 3d in front, nothing else changed,
#   both return the claims. The two octets are cut off whatever they are.
# Why it matters: ACE-OAuth, where such tokens are used, sends them without that tag: none of them is read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @netnexus/node-cborwebtoken@2.2.0 cose-js@0.9.0 cbor@9.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import cbor from "cbor";
import cose from "cose-js";
import cwt from "@netnexus/node-cborwebtoken";

const key = Buffer.alloc(32, 7);
const claims = cbor.encode(new Map([[1, "coap://as.example.org"], [2, "jo"], [6, 1443944944]]));
const token = await cose.mac.create({ p: { alg: "SHA-256_64" } }, claims, { key });
const show = (map) => JSON.stringify([...map]);
console.log(`cose-js: ${show(cbor.decode(await cose.mac.read(token, key)))}`);
const reader = new cwt.Cborwebtoken();
for (const [name, octets] of [["as it is", token], ["with the tag", Buffer.concat([Buffer.from("d83d", "hex"), token])]]) {
  console.log(`${name}, which begins with ${octets.subarray(0, 3).toString("hex")}`);
  for (const [verb, run] of [["verify", (text) => reader.verify(text, key)], ["decode", (text) => reader.decode(text)]]) {
    let seen;
    try {
      seen = JSON.stringify(await run(octets.toString("base64")));
    } catch (error) {
      seen = error.constructor.name;
    }
    console.log(`  ${verb}: ${seen}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
cose-js: [[1,"coap://as.example.org"],[2,"jo"],[6,1443944944]]
as it is, which begins with d18443
  verify: UnexpectedDataError
  decode: UnexpectedDataError
with the tag, which begins with d83dd1
  verify: {"iss":"coap://as.example.org","sub":"jo","iat":1443944944}
  decode: {"iss":"coap://as.example.org","sub":"jo","iat":1443944944}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
