#!/bin/bash
# @stablelib/cbor: a Map is written as a map without entries, a Set as well, and a Date without its fraction of a second; keys become text.
#
# Versions: @stablelib/cbor 2.0.4, cbor2 2.3.0 (npm), Node.js.
# Expected: RFC 8949, section 3.1: keys of maps may be of any type; RFC 9052 (COSE) and RFC 8392 (CWT) have integers. In JavaScript that is
#   a Map. Section 3.4.1: tag 0 is a date/time text of RFC 3339, with fractions of seconds.
# Seen: encode(new Map([[1, -7]])), a COSE header, gives a0, the empty map, without an error; encode(new Set([1])) does too. new
#   Date("...20.500Z") is written as "...20Z" and read back half a second earlier. decode() of {1: -7} gives an object with the key "1",
#   which is written again as a text: a header read and written is another header. {h'0102': true} gets the key "1,2". cbor2 writes and
#   reads these as they are.
# Why it matters: a token without claims, or a header without algorithm, goes out, and nobody is told.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @stablelib/cbor@2.0.4 cbor2@2.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import * as stablelib from "@stablelib/cbor";
import * as cbor2 from "cbor2";

const hex = (octets) => Buffer.from(octets).toString("hex");
const octets = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const test = ({ encode, decode }) => [
  hex(encode(new Map([[1, -7]]))),
  decode(encode(new Date("2023-11-14T22:13:20.500Z"))).toISOString(),
  hex(encode(decode(octets("a10126")))),
  hex(encode(decode(octets("a1420102f5")))),
];
const what = ["{1: -7} of a Map", "half a second", "{1: -7} read and written", "{h'0102': true} read and written"];
const seen = [stablelib, cbor2].map(test);
what.forEach((name, i) => console.log(`${name}: ${seen[0][i]}; cbor2: ${seen[1][i]}`));
const set = hex(stablelib.encode(new Set([1])));
console.log(`a Set of 1: ${set}`);
const expected = [
  ["a0", "2023-11-14T22:13:20.000Z", "a1613126", "a163312c32f5"],
  ["a10126", "2023-11-14T22:13:20.500Z", "a10126", "a1420102f5"],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) && set === "a0" ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
