#!/bin/bash
# asn1-ts: an object identifier made from a UUID is written as 2.25.0, and its DER leaves a SET OF as it comes.
#
# Versions: asn1-ts 11.1.0 (npm), Node.js, OpenSSL 3.0 as a reader.
# Expected: its documentation: "Feature-complete, specification-compliant". X.667: a UUID makes an identifier below 2.25, as one number of up to 39
#   digits; X.690, section 8.19.2, has no limit for an arc. X.690, section 11.6: in DER the components of a SET OF appear in ascending order. Section
#   8.23: a UniversalString has four octets for each character.
# Seen: of 2.25.329800735698586629295641978511506172918 ObjectIdentifier.fromString() makes 2.25.0, without an error, and so it is written.
#   DERElement's setOf writes the integers 5 and 1 in that order. U+1F600 in a UniversalString is written as two characters of four octets, the
#   surrogates of UTF-16. Smaller arcs, as 2147483647, are right.
# Why it matters: all identifiers from UUIDs become the same one. The attributes of a CMS message or of a CSR, which are a SET OF, are signed in DER:
#   with the order wrong the signature is of other octets than the receiver's.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts asn1-ts@11.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { execFileSync } from "node:child_process";
import { DERElement, ObjectIdentifier } from "asn1-ts";

const hex = (element) => Buffer.from(element.toBytes()).toString("hex");
const read = (element) => execFileSync("openssl", ["asn1parse", "-inform", "DER"], { input: Buffer.from(element.toBytes()) });
const seen = {};
for (const text of ["2.25.2147483647", "2.25.329800735698586629295641978511506172918"]) {
    const element = new DERElement(0, 0, 6);
    element.objectIdentifier = ObjectIdentifier.fromString(text);
    seen[text] = read(element).toString().trim().split(":").at(-1);
}
const set = new DERElement(0, 1, 17);
set.setOf = [new DERElement(0, 0, 2, 5), new DERElement(0, 0, 2, 1)];
seen["SET OF 5, 1"] = hex(set);
const text = new DERElement(0, 0, 28);
text.universalString = "\u{1F600}";
seen["U+1F600"] = hex(text);
console.log(seen);
const expected = {
    "2.25.2147483647": "2.25.2147483647",
    "2.25.329800735698586629295641978511506172918": "2.25.0",
    "SET OF 5, 1": "3106020105020101",
    "U+1F600": "1c080000d83d0000de00",
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
