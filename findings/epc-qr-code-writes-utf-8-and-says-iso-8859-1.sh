#!/bin/bash
# @dipser/epc-qr-code.js: the code says that its letters are ISO 8859-1 and has them in UTF-8, the hint is left out, and each payment is printed on
#   the console.
#
# Versions: @dipser/epc-qr-code.js 1.0.3 and, to read the picture, jsqr 1.4.0 (npm), Node.js.
# Expected: European Payments Council, EPC069-12, "Quick Response Code: Guidelines", character set: 1 is UTF-8, 2 is ISO 8859-1; the last of the data
#   elements is "Beneficiary to originator information". The package's documentation: "'encoding': '2', // Character set: 1 = UTF-8, 2 = ISO 8859-1",
#   which is the default, and "'hint': '', // Optional hint to user".
# Seen: read from the picture, the third line is "2", and "Müller" is 4d c3 bc 6c..., which is "MÃ¼ller" in ISO 8859-1. With encoding "1" the octets
#   are the same, and right. The hint "see back" is nowhere. girocode() itself writes name, IBAN and amount to the console.
# Why it matters: a banking app shows the wrong name, which the bank then compares with the holder of the account. Always pass encoding: "1", and
#   silence console.log.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @dipser/epc-qr-code.js@1.0.3 jsqr@1.4.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { girocode } from "@dipser/epc-qr-code.js";
import jsqr from "jsqr";

const read = (svg) => {
  // A raster of the black squares, eight dots each, with a margin.
  const squares = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*#000000/g)].map((match) => match.slice(1).map(Number));
  const unit = squares[0][2];
  const side = Math.round(256 / unit) * 8 + 64;
  const dots = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [x, y] of squares) {
    for (let i = 0; i < 64; i++) {
      const at = ((Math.round(y / unit) * 8 + 32 + (i >> 3)) * side + Math.round(x / unit) * 8 + 32 + (i & 7)) * 4;
      dots.fill(0, at, at + 3);
    }
  }
  return Buffer.from(jsqr(dots, side, side).binaryData);
};
const log = console.log;
for (const encoding of [undefined, "1"]) {
  let printed = 0;
  console.log = () => printed++;
  const payment = { iban: "DE02100100100006820101", bic: "PBNKDEFF", name: "Jo Müller", amount: "10.00", reason: "Invoice 1", hint: "see back" };
  const code = girocode(encoding ? { ...payment, encoding } : payment);
  console.log = log;
  const octets = read(code.svg());
  const lines = octets.toString("latin1").trim().split("\n");
  const named = new TextDecoder(lines[2] === "1" ? "utf-8" : "iso-8859-1").decode(octets).split("\n");
  console.log(`encoding ${encoding ?? "not given"}: character set ${lines[2]}; name ${named[5]}; last line ${JSON.stringify(lines.at(-1))}; printed ${printed} times`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
encoding not given: character set 2; name Jo MÃ¼ller; last line "Invoice 1"; printed 1 times
encoding 1: character set 1; name Jo Müller; last line "Invoice 1"; printed 1 times
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
