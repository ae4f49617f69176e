#!/bin/bash
# osc-js: the number 3000000000 arrives as -1294967296, and its texts with an umlaut it cannot read itself.
#
# Versions: osc-js 2.4.1 and, to compare with, osc-min 2.1.2 (npm), Node.js.
# Expected: OSC 1.0: "int32: 32-bit big-endian two's complement integer", which ends at 2147483647; larger numbers need the tag h (64 bits), f or d. Its
#   documentation: "Featuring all OSC 1.0 specifications", "Extended (nonstandard) argument types".
# Seen: new OSC.Message("/a", 3000000000) is written with the tag i and wraps around, without an error. new OSC.Message("/a", "Grüße") is written with the
#   octets fc and df, as Latin-1, and read as UTF-8, so that its own message has two U+FFFD; "€" becomes another letter. osc-min writes UTF-8.
# Why it matters: Date.now(), octets and sample positions are larger than 2147483647: the receiver gets another number. Names of cues and tracks in most
#   languages are broken between two programs with the same library.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts osc-js@2.4.1 osc-min@2.1.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import OSC from "osc-js";
import { fromBuffer } from "osc-min";

for (const argument of [2147483647, 2147483648, 3000000000, 1700000000000, "Gruss", "Grüße", "5 €"]) {
  const packed = new OSC.Message("/a", argument).pack();
  const bytes = Buffer.from(packed.buffer ?? packed);
  const again = new OSC.Message("/b");
  again.unpack(new DataView(new Uint8Array(bytes).buffer));
  let other;
  try {
    other = JSON.stringify(fromBuffer(bytes).args[0].value);
  } catch (error) {
    other = error.message;
  }
  console.log(`${JSON.stringify(argument)}: tag ${again.types.slice(1)}, osc-js reads ${JSON.stringify(again.args[0])}, osc-min reads ${other}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
2147483647: tag i, osc-js reads 2147483647, osc-min reads 2147483647
2147483648: tag i, osc-js reads -2147483648, osc-min reads -2147483648
3000000000: tag i, osc-js reads -1294967296, osc-min reads -1294967296
1700000000000: tag i, osc-js reads -807049216, osc-min reads -807049216
"Gruss": tag s, osc-js reads "Gruss", osc-min reads "Gruss"
"Grüße": tag s, osc-js reads "Gr��e", osc-min reads "Gr��e"
"5 €": tag s, osc-js reads "5 �", osc-min reads "5 �"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
