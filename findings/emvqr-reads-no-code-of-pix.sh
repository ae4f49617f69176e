#!/bin/bash
# emvqr: it decodes no payment code of Brazil: the category "0000", which all of them may have, ends in a TypeError.
#
# Versions: emvqr 0.0.5, gpix 1.1.8 that writes the code, steplix-emvqr 0.2.3 to compare with (npm), Node.js.
# Expected: EMVCo, "QR Code Specification for Payment Systems: Merchant-Presented Mode", section 4.7.4: the Merchant Category Code (ID 52) has four
#   digits, as in ISO 18245; "Manual do BR Code" of Banco Central do Brasil, table of fields: "0000" or a code of ISO 18245.
# Seen: decode() of gpix's code: "Cannot read properties of undefined (reading 'usda_description')", as it looks for an English name for the number and
#   has none. With 4111 instead, and another checksum, it decodes. steplix-emvqr decodes both.
# Why it matters: Pix is what the format is used for most. A checkout that shows whom one pays shows nothing, and the error names a field that nobody
#   asked for.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts emvqr@0.0.5 gpix@1.1.8 steplix-emvqr@0.2.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { PIX } = require("gpix/dist");
const emvqr = require("emvqr");
const steplix = require("steplix-emvqr");

const crc = (text) => {
  let value = 0xffff;
  for (const octet of Buffer.from(text)) {
    value ^= octet << 8;
    for (let bit = 0; bit < 8; bit++) value = value & 0x8000 ? ((value << 1) ^ 0x1021) & 0xffff : (value << 1) & 0xffff;
  }
  return value.toString(16).toUpperCase().padStart(4, "0");
};
const pix = PIX.static().setKey("jo@example.com").setReceiverName("Jo Doe").setReceiverCity("SAO PAULO").setAmount(12.5).getBRCode();
console.log("checksum right:", crc(pix.slice(0, -4)) === pix.slice(-4));
const other = pix.slice(0, -4).replace("52040000", "52044111");
for (const code of [pix, other + crc(other)]) {
  let seen;
  try {
    seen = emvqr.decode(code)["59"].data;
  } catch (error) {
    seen = error.message;
  }
  console.log(`${code.match(/5204\d{4}/)[0]}: emvqr: ${seen}; steplix-emvqr: ${steplix.decode(code, true)["59"]}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
checksum right: true
52040000: emvqr: Cannot read properties of undefined (reading 'usda_description'); steplix-emvqr: Jo Doe
52044111: emvqr: Jo Doe; steplix-emvqr: Jo Doe
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
