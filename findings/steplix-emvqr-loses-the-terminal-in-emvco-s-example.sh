#!/bin/bash
# steplix-emvqr: of the additional data in EMVCo's own example it reads the shop and stops; customer, terminal and requests are gone.
#
# Versions: steplix-emvqr 0.2.3 and, to compare with, emvqr 0.0.5 (npm), Node.js.
# Expected: EMVCo, "QR Code Specification for Payment Systems: Merchant-Presented Mode", table 3.7: the template 62 has bill number 01, mobile number 02,
#   shop 03, loyalty number 04, reference 05, customer 06, terminal 07, purpose 08, data requests 09; Annex A has the example.
# Seen: decode() of the example gives 62 = { "03": "1234" }. It knows 01, 03, 05, 07 and 08 only, and at the first other one, 06, it stops, so that
#   the terminal 07, which it knows, is lost as well. emvqr gives all four.
# Why it matters: the shop's till finds its payments by the terminal. The checksum is right, and no error is raised.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts steplix-emvqr@0.2.3 emvqr@0.0.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const steplix = require("steplix-emvqr");
const emvqr = require("emvqr");

const example = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING"
  + "64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";
console.log("steplix-emvqr:", JSON.stringify(steplix.decode(example, true)["62"]));
console.log("emvqr:        ", JSON.stringify(Object.fromEntries(Object.entries(emvqr.decode(example)["62"].data).map(([id, { data }]) => [id, data]))));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
steplix-emvqr: {"03":"1234"}
emvqr:         {"03":"1234","06":"***","07":"A6008667","09":"ME"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
