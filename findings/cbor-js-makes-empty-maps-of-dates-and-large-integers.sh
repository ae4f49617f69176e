#!/bin/bash
# cbor-js: a BigInt, a Date, a Map and a Set are each written as an empty map, and integers above 2^53 are rounded; cbor-redux does so with dates.
#
# Versions: cbor-js 0.1.0, cbor-redux 1.0.0, cbor2 2.3.0 to compare with (npm), Node.js.
# Expected: RFC 8949, section 3.1: integers have up to 64 bits; section 3.4.2: a time has tag 1; section 2: maps may have keys of any type.
#   What it cannot write a package should refuse.
# Seen: cbor-js's encode() gives a0 for 2n ** 60n, new Date(0), new Map([[1, 2]]) and new Set([1]), and its decode() reads 2^60 + 1 as 2^60.
#   cbor-redux writes the integer and the map, but a Date and a Set are a0, too. Nothing is raised. cbor2 writes each of them.
# Why it matters: what is lost is seen on the other side only, as {}: numbers of accounts, and when something happened.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cbor-js@0.1.0 cbor-redux@1.0.0 cbor2@2.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import js from "cbor-js";
import * as redux from "cbor-redux";
import * as cbor2 from "cbor2";

const hex = (octets) => Buffer.from(octets).toString("hex");
const values = { "2^60": 2n ** 60n, Date: new Date(0), Map: new Map([[1, 2]]), Set: new Set([1]) };
for (const what in values) {
  console.log(`${what}: cbor-js ${hex(js.encode(values[what]))}, cbor-redux ${hex(redux.encode(values[what]))}, cbor2 ${hex(cbor2.encode(values[what]))}`);
}
const large = Uint8Array.from(Buffer.from("1b1000000000000001", "hex"));
console.log(`2^60 + 1: cbor-js ${BigInt(js.decode(large.buffer))}, cbor-redux ${redux.decode(large.buffer)}, cbor2 ${cbor2.decode(large)}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
2^60: cbor-js a0, cbor-redux 1b1000000000000000, cbor2 1b1000000000000000
Date: cbor-js a0, cbor-redux a0, cbor2 c100
Map: cbor-js a0, cbor-redux a10102, cbor2 a10102
Set: cbor-js a0, cbor-redux a0, cbor2 d901028101
2^60 + 1: cbor-js 1152921504606846976, cbor-redux 1152921504606846977, cbor2 1152921504606846977
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
