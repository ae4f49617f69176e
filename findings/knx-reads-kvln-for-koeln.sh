#!/bin/bash
# knx (npm): a text in ISO 8859-1 loses the highest bit of each octet when it is read: "Köln" is "Kvln"; and it is always 14 characters
# long.
#
# Versions: knx 2.5.4, knxultimate 5.4.0 to compare with (npm), Node.js.
# Expected: KNX, Datapoint Types (03/07/02), section 3.17: DPT 16.001 has up to 14 characters in ISO 8859-1, and octets that are not used
#   are NUL; only 16.000 is ASCII, of 7 bits. Section 3.10: DPT 9 goes from -671088.64 to 670760.96.
# Seen: the package writes "Köln" as 4b f6 6c 6e and ten octets NUL, which is right, and reads these as "Kvln" with ten characters U+0000
#   behind it. knxultimate reads "Köln", with the ten characters too. -671088.64 is written as 0400 by both, which is 10.24.
# Why it matters: names of rooms and texts of alarms are sent to displays and gateways in this way. "Wärme" arrives as "Wdrme", and a text
#   is not equal to what was sent in any language.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts knx@2.5.4 knxultimate@5.4.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "module";

const require = createRequire(import.meta.url);
const libraries = { knx: require("knx/src/dptlib"), knxultimate: (await import("knxultimate")).dptlib };
for (const [type, value] of [["DPT16.001", "Koeln"], ["DPT16.001", "Köln"], ["DPT16.001", "Wärme"], ["DPT9.001", -671088.64]]) {
  console.log(`${type} ${value}`);
  for (const [name, library] of Object.entries(libraries)) {
    const packet = {};
    library.populateAPDU(value, packet, type);
    const read = library.fromBuffer(packet.data, library.resolve(type));
    const shown = JSON.stringify(read).replace(/(\\u0000)+/, (zeros) => ` and ${zeros.length / 6} NUL`);
    console.log(`  ${name}: ${packet.data.toString("hex")}, read ${shown}`);
  }
}
process.exit(0);
JS
timeout 60 node --no-deprecation find.mjs | grep -v "^\[" | tee seen
cat > expected <<'TEXT'
DPT16.001 Koeln
  knx: 4b6f656c6e000000000000000000, read "Koeln and 9 NUL"
  knxultimate: 4b6f656c6e000000000000000000, read "Koeln and 9 NUL"
DPT16.001 Köln
  knx: 4bf66c6e00000000000000000000, read "Kvln and 10 NUL"
  knxultimate: 4bf66c6e00000000000000000000, read "Köln and 10 NUL"
DPT16.001 Wärme
  knx: 57e4726d65000000000000000000, read "Wdrme and 9 NUL"
  knxultimate: 57e4726d65000000000000000000, read "Wärme and 9 NUL"
DPT9.001 -671088.64
  knx: 0400, read 10.24
  knxultimate: 0400, read 10.24
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
