#!/bin/bash
# node-amqp-encoder: no long beyond 126 can be written, texts in arrays become symbols, and 0.1 is a float.
#
# Versions: node-amqp-encoder 0.0.2, rhea 3.0.5 to compare with (npm), Node.js.
# Expected: AMQP 1.0, part 1, section 1.6: a long has the constructor 0x81 and eight octets, or 0x55 and one; a string 0xa1 or 0xb1, a
#   symbol 0xa3 or 0xb3; a ulong 0x80, up to 2^64-1. A number of JavaScript is a double.
# Seen: ["long", 1000] and ["long", -1000] raise "absVal is not defined", ["ulong", 3000000000] a RangeError. ["array", "string", "a"] has
#   the constructor a3, of symbols. The builder's number(0.1) is a float, 0.10000000149011612. rhea writes all of them.
# Why it matters: offsets, delivery counts and sequence numbers are longs: each filter that names one fails. A broker that wants strings
#   refuses symbols, and amounts change behind the seventh digit.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-amqp-encoder@0.0.2 rhea@3.0.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import amqp from "node-amqp-encoder";
import types from "rhea/lib/types.js";

const right = (value) => {
  const writer = new types.Writer();
  writer.write(value);
  return writer.toBuffer().toString("hex");
};
for (const [value, other] of [
  [["long", 100], types.wrap_long(100)],
  [["long", 1000], types.wrap_long(1000)],
  [["long", -1000], types.wrap_long(-1000)],
  [["ulong", 3000000000], types.wrap_ulong(3000000000)],
  [["array", "string", "a"], types.wrap_array(["a"], 0xa1)],
  [new amqp.Builder().number(0.1).encode(), types.wrap_double(0.1)],
]) {
  let seen;
  try {
    seen = amqp.ProcessToBuffer(value).get().toString("hex");
  } catch (error) {
    seen = error.name;
  }
  console.log(`${JSON.stringify(value)}: ${seen}, rhea: ${right(other)}`);
}
JS
timeout 60 node find.mjs 2>/dev/null | tee seen
cat > expected <<'TEXT'
["long",100]: 5564, rhea: 5564
["long",1000]: ReferenceError, rhea: 8100000000000003e8
["long",-1000]: ReferenceError, rhea: 81fffffffffffffc18
["ulong",3000000000]: RangeError, rhea: 8000000000b2d05e00
["array","string","a"]: e00401a30161, rhea: f00000000700000001a10161
["float",0.1]: 723dcccccd, rhea: 823fb999999999999a
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
