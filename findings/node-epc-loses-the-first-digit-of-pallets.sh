#!/bin/bash
# node-epc: the serial reference of an SSCC loses its zeros, and with them the first digit of the pallet's number, so that another SSCC is put
#   together of it.
#
# Versions: node-epc 0.1.1 and, to compare with, epc-tds 1.4.1 (npm), Node.js.
# Expected: GS1 EPC Tag Data Standard 1.6, section 14.5.2 and 6.3.2: company prefix and serial reference of an SSCC have 17 digits together, with
#   zeros in front (the serial reference begins with the extension digit). The package has company prefixes, item references and locations as texts
#   with their zeros.
# Seen: of 3114257BF4075BCD15000000, urn:epc:tag:sscc-96:0.0614141.0123456789, SerialReference is the number 123456789. The extension digit is 0,
#   which is the usual one; taken as documented, prefix and reference make 16 digits instead of 17. LocationReference "00045" and ItemReference
#   "012345" keep their zeros.
# Why it matters: who takes the first digit for the extension gets 1, and the number on the label of the pallet is another than the one in the tag.
#   Pad to 17 digits.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-epc@0.1.1 epc-tds@1.4.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const epc = require("node-epc");
const tds = require("epc-tds");

(async () => {
  for (const uri of ["urn:epc:tag:sscc-96:0.0614141.1234567890", "urn:epc:tag:sscc-96:0.0614141.0123456789", "urn:epc:tag:sgln-96:1.0614141.00045.400", "urn:epc:tag:sgtin-96:3.0614141.012345.6789"]) {
    const tag = tds.fromTagURI(uri).toHexString();
    const { CompanyPrefix, SerialReference, LocationReference, ItemReference } = (await epc.parse(tag)).parts;
    const sscc = SerialReference === undefined ? "" : `, ${CompanyPrefix.length + String(SerialReference).length} digits`;
    console.log(`${uri}: ${JSON.stringify({ CompanyPrefix, SerialReference, LocationReference, ItemReference })}${sscc}; epc-tds: ${tds.valueOf(tag).toTagURI()}`);
  }
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
urn:epc:tag:sscc-96:0.0614141.1234567890: {"CompanyPrefix":"0614141","SerialReference":1234567890}, 17 digits; epc-tds: urn:epc:tag:sscc-96:0.0614141.1234567890
urn:epc:tag:sscc-96:0.0614141.0123456789: {"CompanyPrefix":"0614141","SerialReference":123456789}, 16 digits; epc-tds: urn:epc:tag:sscc-96:0.0614141.0123456789
urn:epc:tag:sgln-96:1.0614141.00045.400: {"CompanyPrefix":"0614141","LocationReference":"00045"}; epc-tds: urn:epc:tag:sgln-96:1.0614141.00045.400
urn:epc:tag:sgtin-96:3.0614141.012345.6789: {"CompanyPrefix":"0614141","ItemReference":"012345"}; epc-tds: urn:epc:tag:sgtin-96:3.0614141.012345.6789
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
