#!/bin/bash
# pix-payload and pix-qrcode: about one payment code in sixteen has a checksum of three digits, and no bank reads it.
#
# Versions: pix-payload 1.0.4, pix-qrcode 1.0.0, and to compare with gpix 1.1.8 (npm), Node.js.
# Expected: EMVCo, "QR Code Specification for Payment Systems: Merchant-Presented Mode", section 4.7.3: the CRC (ID 63) has four hexadecimal digits,
#   length "04"; "Manual do BR Code" of Banco Central do Brasil says the same.
# Seen: for 3 reais pix-payload ends the code with "6303295", ID 63 with length 03; for 92 reais pix-qrcode ends it with "630493" and one more digit
#   missing: leading zeros of the checksum are left out. Of 400 amounts it is 42 and 9. gpix fills the zeros in.
# Why it matters: the shop's customer scans and gets "invalid code"; with another amount it works. Append the missing zero, and write "6304".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts pix-payload@1.0.4 pix-qrcode@1.0.0 gpix@1.1.8 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { payload } = require("pix-payload");
const { staticPix } = require("pix-qrcode");
const { PIX } = require("gpix/dist");

const writers = {
  "pix-payload": (amount) => payload({ key: "jo@example.com", name: "Jo Doe", city: "SAO PAULO", amount, transactionId: "PAY123" }),
  "pix-qrcode": async (amount) => (await staticPix({
    pixKey: "jo@example.com", merchant: "Jo Doe", merchantCity: "SAO PAULO", amount: amount.toFixed(2), transactionId: "PAY123",
  })).payload,
  "gpix": (amount) => PIX.static().setKey("jo@example.com").setReceiverName("Jo Doe").setReceiverCity("SAO PAULO").setAmount(amount)
    .setIdentificator("PAY123").getBRCode(),
};
for (const [name, write] of Object.entries(writers)) {
  let wrong = 0;
  let first;
  for (let amount = 1; amount <= 400; amount++) {
    const code = await write(amount);
    if (/6304[0-9A-F]{4}$/.test(code)) continue;
    wrong++;
    first ??= `, the first for ${amount}: ...${code.slice(code.lastIndexOf("PAY123"))}`;
  }
  console.log(`${name}: ${wrong} of 400${first ?? ""}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
pix-payload: 42 of 400, the first for 3: ...PAY1236303295
pix-qrcode: 9 of 400, the first for 92: ...PAY123630493
gpix: 0 of 400
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
