#!/bin/bash
# quicvarint: of a QUIC integer from 2^31 to 2^32 - 1 it makes a negative number, where it says "Cannot decode number greater than" of larger ones.
#
# Versions: quicvarint 0.1.4 (npm), Node.js; aioquic 1.7.2 (PyPI), Python 3.11 for comparison.
# Expected: RFC 9000, section 16: integers from 0 to 2^62 - 1. quicvarint's documentation: "Support integer between 0 and 2147483647 included"; what is
#   above it refuses.
# Seen: c000000080000000 is -2147483648, and c0000000ffffffff is -1. From 2^32 on there is the error. aioquic reads all of them.
# Why it matters: HTTP/3 has settings, identifiers and lengths in this form, many of them reserved and chosen at random up to 2^62. A program
#   that handles the documented error takes -1 for a length or an identifier.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts quicvarint@0.1.4 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aioquic==1.7.2

cat > find.js <<'JS'
const { decode } = require("quicvarint");

for (const hex of process.argv.slice(2)) {
  let seen;
  try {
    seen = decode(Uint8Array.from(Buffer.from(hex, "hex"))).value;
  } catch (error) {
    seen = error.message;
  }
  console.log(`${hex}: ${seen}`);
}
JS
cat > find.py <<'PY'
import sys

from aioquic.buffer import Buffer

for text in sys.argv[1:]:
    print(f"{text}, by aioquic: {Buffer(data=bytes.fromhex(text)).pull_uint_var()}")
PY
numbers="9d7f3e7d c00000007fffffff c000000080000000 c0000000ffffffff c000000100000000"
timeout 60 node find.js $numbers | tee seen
timeout 60 venv/bin/python find.py $numbers | tee -a seen
cat > expected <<'TEXT'
9d7f3e7d: 494878333
c00000007fffffff: 2147483647
c000000080000000: -2147483648
c0000000ffffffff: -1
c000000100000000: Cannot decode number greater than 2147483647
9d7f3e7d, by aioquic: 494878333
c00000007fffffff, by aioquic: 2147483647
c000000080000000, by aioquic: 2147483648
c0000000ffffffff, by aioquic: 4294967295
c000000100000000, by aioquic: 4294967296
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
