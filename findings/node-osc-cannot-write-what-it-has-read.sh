#!/bin/bash
# node-osc: no message that it has decoded can be encoded again, null ends in a TypeError, and doubles are sent as floats.
#
# Versions: node-osc 11.7.1 and, to compare with, osc-min 2.1.2 (npm), Node.js.
# Expected: its documentation of decode(): "Round-trip encode/decode". OSC 1.0: type tags i, f, s, b; N for nil and d for a 64-bit double are among
#   the less common ones. The package writes and reads N.
# Seen: encode(decode(bytes)) of any message with an argument ends in "Don't know how to encode argument: [object Object]", as the decoded ones have a
#   value and no type. new Message("/a", null) ends in "Cannot read properties of null (reading 'type')". { type: "d", value: 1234567.891 }
#   is sent with the tag f, as 1234567.875. osc-min writes what it has read.
# Why it matters: routers and bridges, for which encode() and decode() are documented, cannot pass anything on; values of 7 digits, such as
#   positions and times in milliseconds, are rounded without a word.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts node-osc@11.7.1 osc-min@2.1.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { decode, encode, Message } from "node-osc";
import { fromBuffer, toBuffer } from "osc-min";

const bytes = (view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
const attempt = (f) => {
  try {
    return f();
  } catch (error) {
    return error.message;
  }
};
for (const argument of [{ type: "integer", value: 1 }, { type: "float", value: 0.5 }, { type: "string", value: "x" }, { type: "true" }]) {
  const message = bytes(toBuffer({ address: "/a", args: [argument] }));
  console.log(`${message.toString("hex")}: node-osc: ${attempt(() => encode(decode(message)).toString("hex"))}; osc-min: ${bytes(toBuffer(fromBuffer(message))).toString("hex")}`);
}
console.log("null:", attempt(() => encode(new Message("/a", null)).toString("hex")));
console.log("double 1234567.891:", attempt(() => decode(encode(new Message("/a", { type: "d", value: 1234567.891 }))).args[0].value));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
2f6100002c69000000000001: node-osc: Don't know how to encode argument: [object Object]; osc-min: 2f6100002c69000000000001
2f6100002c6600003f000000: node-osc: Don't know how to encode argument: [object Object]; osc-min: 2f6100002c6600003f000000
2f6100002c73000078000000: node-osc: Don't know how to encode argument: [object Object]; osc-min: 2f6100002c73000078000000
2f6100002c540000: node-osc: Don't know how to encode argument: [object Object]; osc-min: 2f6100002c540000
null: Cannot read properties of null (reading 'type')
double 1234567.891: 1234567.875
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
