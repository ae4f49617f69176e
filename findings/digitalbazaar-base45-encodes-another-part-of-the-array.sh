#!/bin/bash
# @digitalbazaar/base45: of a part of an array it encodes as many octets, but those at the array's beginning.
#
# Versions: @digitalbazaar/base45 1.0.0 and, to compare with, base45 3.0.0 (npm), Node.js.
# Expected: RFC 9285, section 4.3: "AB" is BB8, "Hello!!" is %69 VD92EX0, "ietf!" is QED8WEX0. Its documentation: encode() takes a Uint8Array, and
#   subarray() returns one.
# Seen: encode(bytes) of "AB" is right. Of the same two octets as bytes.subarray(2) of "--AB" it is 0W5, which is "--". The other package gives BB8
#   for both.
# Why it matters: payloads are cut out of larger messages with subarray(): the QR code has another content, and it is found out when it is scanned.
#   Copy it with slice() first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @digitalbazaar/base45@1.0.0 base45@3.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { decode, encode } from "@digitalbazaar/base45";
const other = createRequire(import.meta.url)("base45");

for (const [text, expected] of [["AB", "BB8"], ["Hello!!", "%69 VD92EX0"], ["ietf!", "QED8WEX0"]]) {
  const whole = new TextEncoder().encode(text);
  const larger = new TextEncoder().encode(`--${text}`);
  const part = larger.subarray(2);
  console.log(`${text}: RFC 9285 ${expected}; whole ${encode(whole)}; part ${encode(part)}, which is ${new TextDecoder().decode(decode(encode(part)))}; base45 ${other.encode(part)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
AB: RFC 9285 BB8; whole BB8; part 0W5, which is --; base45 BB8
Hello!!: RFC 9285 %69 VD92EX0; whole %69 VD92EX0; part 0W5%69 VDL2, which is --Hello; base45 %69 VD92EX0
ietf!: RFC 9285 QED8WEX0; whole QED8WEX0; part 0W5QEDQ2, which is --iet; base45 QED8WEX0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
