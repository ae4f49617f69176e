#!/bin/bash
# @surrealdb/cbor: five octets that come in chunks are 256, the others being zero, and an array of 16-bit numbers loses their upper halves.
#
# Versions: @surrealdb/cbor 2.0.0-alpha.4 and cbor2 2.3.0 to compare with (npm), Node.js.
# Expected: RFC 8949, section 3.2.3 with the example in appendix A: 5f42010243030405ff is h'0102030405'. RFC 8746, section 2.1: an array of
#   unsigned 16-bit integers has a tag of its own; without it octets are octets.
# Seen: decode() of the RFC's example gives an ArrayBuffer of 256 octets, 01 02 03 04 05 and 251 zeros; of 300 octets in two chunks it gives
#   512. encode() of Uint16Array [1, 300] is 42012c, the octets 1 and 44; a Date and a Set are a0, the empty map, without an error. cbor2
#   reads the octets, and tags the numbers.
# Why it matters: hashes and signatures over such octets fail, files get longer, and 300 comes back as 44.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @surrealdb/cbor@2.0.0-alpha.4 cbor2@2.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { decode, encode } from "@surrealdb/cbor";
import { decode as decode2, encode as encode2 } from "cbor2";

const hex = (octets) => Buffer.from(octets).toString("hex");
const short = (text) => (text.length > 40 ? `${text.slice(0, 14)}...` : text);
const chunks = `5f58ff${"aa".repeat(255)}582d${"aa".repeat(45)}ff`;
for (const [what, encoded] of [["the RFC's example", "5f42010243030405ff"], ["300 octets", chunks]]) {
  const octets = Uint8Array.from(Buffer.from(encoded, "hex"));
  for (const [name, read] of [["@surrealdb/cbor", decode], ["cbor2", decode2]]) {
    const found = hex(read(octets));
    console.log(`${what}, ${name}: ${found.length / 2} octets, ${short(found)}`);
  }
}
const numbers = new Uint16Array([1, 300]);
console.log("@surrealdb/cbor writes [1, 300] as", hex(encode(numbers)), "and reads", [...new Uint8Array(decode(encode(numbers)))]);
console.log("cbor2 writes it as", hex(encode2(numbers)));
for (const value of [new Date(0), new Set([1])]) console.log(`${value.constructor.name}: ${hex(encode(value))}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
the RFC's example, @surrealdb/cbor: 256 octets, 01020304050000...
the RFC's example, cbor2: 5 octets, 0102030405
300 octets, @surrealdb/cbor: 512 octets, aaaaaaaaaaaaaa...
300 octets, cbor2: 300 octets, aaaaaaaaaaaaaa...
@surrealdb/cbor writes [1, 300] as 42012c and reads [ 1, 44 ]
cbor2 writes it as d8454401002c01
Date: a0
Set: a0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
