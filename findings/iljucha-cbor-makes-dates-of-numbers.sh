#!/bin/bash
# @iljucha/cbor writes a BigInt as a date and a Map as a big number, and @dfinity/cbor writes 1.5 as 1 and a Map as an empty one.
#
# Versions: @iljucha/cbor 1.0.10, @dfinity/cbor 0.2.3, cbor2 2.3.0 as the reader (npm), Node.js.
# Expected: RFC 8949, section 3.4: tag 0 is a date and time in text, 1 seconds since 1970, 2 and 3 are big numbers, 4 is a decimal fraction. Section
#   3.3 has numbers of floating point. @iljucha/cbor lists BigInt, Map and Set among what it supports; @dfinity/cbor takes a number.
# Seen: @iljucha/cbor writes 5n as tag 0 with the text "5", a Map as tag 3 with an array, a Set as tag 4, and a Date as tag 2 with milliseconds.
#   Others read the first as 1 May 2001 and refuse the rest, or find another thing. Octets in a Uint8Array become a map from "0", "1" and so on.
#   @dfinity/cbor drops the fraction of a number, and all entries of a Map, without an error.
# Why it matters: whoever answers in CBOR over HTTPS or CoAP with them sends other values to everyone else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @iljucha/cbor@1.0.10 @dfinity/cbor@0.2.3 cbor2@2.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { inspect } from "util";
import { encode } from "@dfinity/cbor";
import iljucha from "@iljucha/cbor";
import { decode } from "cbor2";

function show(what, data) {
  let read;
  try {
    read = inspect(decode(Uint8Array.from(data)), { breakLength: Infinity });
  } catch (error) {
    read = `error: ${error.message}`;
  }
  console.log(`${what}: ${Buffer.from(data).toString("hex")}, read as ${read}`);
}
const values = { "5n": 5n, Map: new Map([["a", 1]]), Set: new Set([1]), Date: new Date(1000), Uint8Array: Uint8Array.of(1, 2) };
for (const [name, value] of Object.entries(values)) show(`@iljucha/cbor, ${name}`, Buffer.from(iljucha.encode(value)));
for (const [name, value] of Object.entries({ 1.5: 1.5, "-2.75": -2.75, Map: new Map([["a", 1]]) })) show(`@dfinity/cbor, ${name}`, encode(value));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
@iljucha/cbor, 5n: c06135, read as 2001-05-01T00:00:00.000Z
@iljucha/cbor, Map: c38182616101, read as error: Expected Uint8Array: a,1
@iljucha/cbor, Set: c48101, read as 4([ 1 ])
@iljucha/cbor, Date: c21903e8, read as error: Expected Uint8Array: 1000
@iljucha/cbor, Uint8Array: a2613001613102, read as { '0': 1, '1': 2 }
@dfinity/cbor, 1.5: 01, read as 1
@dfinity/cbor, -2.75: 21, read as -2
@dfinity/cbor, Map: a0, read as {}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
