#!/bin/bash
# @walletfactory/emvqr: the templates for the bill, for the other language and for the country's own data stay one text with their lengths in it, so
#   that a bill number cannot be read.
#
# Versions: @walletfactory/emvqr 0.1.1 and, to compare with, promptparse 1.6.0 (npm), Node.js.
# Expected: EMVCo, QR Code Specification for Payment Systems, Merchant-Presented Mode, 1.1, table 3.1: 26 to 51 (accounts), 62 (additional data), 64
#   (language) and 80 to 99 (unreserved) are all templates, data objects within a data object. "Decode emv qr code specification for payments" is what
#   the package is for, and the code is the one of its documentation.
# Seen: 29 and 31 are decoded, { "00": "D15600000000", "05": "A93FO3230Q" }. 62 is "030412340603***0708A60086670902ME", 64 "0002ZH0104最佳运输0202北京" and
#   91 "0016A0112233449988770708...". promptparse splits all of them: the store is 1234, the terminal A6008667.
# Why it matters: 62 has the number of the bill and the reference of the payment, for which one decodes these codes at all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @walletfactory/emvqr@0.1.1 promptparse@1.6.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { decode } = require("@walletfactory/emvqr");
const promptparse = require("promptparse");

const example =
  "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";
const seen = decode(example);
const right = promptparse.parse(example, false, true);
for (const [id, parts] of [["29", ["00", "05"]], ["31", ["00", "03"]], ["62", ["03", "06", "07", "09"]], ["64", ["00", "01", "02"]], ["91", ["00", "07"]]]) {
  console.log(`${id}: ${JSON.stringify(seen[id])}; promptparse: ${parts.map((part) => `${part}: ${right.getTagValue(id, part)}`).join(", ")}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
29: {"00":"D15600000000","05":"A93FO3230Q"}; promptparse: 00: D15600000000, 05: A93FO3230Q
31: {"00":"D15600000001","03":"12345678"}; promptparse: 00: D15600000001, 03: 12345678
62: "030412340603***0708A60086670902ME"; promptparse: 03: 1234, 06: ***, 07: A6008667, 09: ME
64: "0002ZH0104最佳运输0202北京"; promptparse: 00: ZH, 01: 最佳运输, 02: 北京
91: "0016A011223344998877070812345678"; promptparse: 00: A011223344998877, 07: 12345678
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
