#!/bin/bash
# bacstack: a text of 254 octets or more is written rightly, and read as nothing.
#
# Versions: bacstack 0.0.1-beta.14 (npm), Node.js; bacpypes3 0.0.102 (PyPI) to compare with.
# Expected: ANSI/ASHRAE 135, clause 20.2.1.3.1: a length of 254 to 65535 is written as an octet 254 and two more. Its documentation: "A
#   BACnet protocol stack written in pure JavaScript".
# Seen: bacappEncodeApplicationData() writes "75 fe 00 fe" before a text of 253 letters, as bacpypes3 does; bacappDecodeApplicationData() of
#   that, by which the answers to ReadProperty are read, gives {"len":4}, with neither a value nor a type. A text of 252 letters is read.
# Why it matters: descriptions, file names in lists and messages of alarms of some length are read as undefined, and what stands behind
#   them is read from the wrong place.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts bacstack@0.0.1-beta.14 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bacpypes3==0.0.102

cat > find.cjs <<'JS'
const asn1 = require("bacstack/lib/asn1");

for (const hex of process.argv.slice(2)) {
  const buffer = Buffer.from(hex, "hex");
  const { len, type, value } = asn1.bacappDecodeApplicationData(buffer, 0, buffer.length, 8, 28);
  const own = { buffer: Buffer.alloc(1000), offset: 0 };
  asn1.bacappEncodeApplicationData(own, { type: 7, value: "x".repeat(buffer.toString().split("x").length - 1) });
  const same = own.buffer.subarray(0, own.offset).equals(buffer);
  const read = `${value?.length} letters, type ${type}, len ${len} of ${buffer.length}`;
  console.log(`${hex.slice(0, 10)}...: bacstack writes the same: ${same}; reads ${read}`);
}
JS
cat > find.py <<'PY'
from bacpypes3.primitivedata import CharacterString, TagList

for length in 252, 253, 254, 300:
    tags = CharacterString("x" * length).encode()
    data = tags.encode()
    hexadecimal = bytes(getattr(data, "pduData", data)).hex()
    print(hexadecimal)
PY
venv/bin/python find.py >texts
timeout 60 node find.cjs $(cat texts) | tee seen
cat > expected <<'TEXT'
75fd007878...: bacstack writes the same: true; reads 252 letters, type 7, len 255 of 255
75fe00fe00...: bacstack writes the same: true; reads undefined letters, type undefined, len 4 of 258
75fe00ff00...: bacstack writes the same: true; reads undefined letters, type undefined, len 4 of 259
75fe012d00...: bacstack writes the same: true; reads undefined letters, type undefined, len 4 of 305
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
