#!/bin/bash
# @keetanetwork/asn1-napi-rs: a text in Greek becomes a PrintableString, 1950 is read as 2050, and a SET of two cannot be read.
#
# Versions: @keetanetwork/asn1-napi-rs 1.2.2 (npm, a library in Rust), Node.js.
# Expected: it converts between JavaScript and "ASN1 BER encoded data". X.680, section 41.4: a PrintableString has letters of ASCII, digits, the blank
#   and eleven signs, and nothing else. RFC 5280, section 4.1.2.5.1: in UTCTime a year of 50 and more is of the twentieth century. X.690, section
#   8.23: a BMPString has two octets for each character. Section 8.12: a SET OF has any number of components.
# Seen: texts in Greek and Japanese become PrintableStrings, with the octets of UTF-8 in them; "café", or "ab" with one Japanese letter behind it, is
#   a UTF8String. The UTCTime 500101000000Z, which it writes for 1950 itself, it reads as 2050; 1949 it writes as 49, which is 2049. A BMPString is
#   read with a NUL before each letter, and of the SET OF 1, 5 it says that it is malformed.
# Why it matters: strict readers refuse such strings, and a name compares as different from one with the right type. Nobody sees it with names in
#   ASCII. BMPStrings and sets of several are in PKCS #12 and CMS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @keetanetwork/asn1-napi-rs@1.2.2 >npm.log 2>&1

cat > find.js <<'JS'
const { ASN1toJS, JStoASN1 } = require("@keetanetwork/asn1-napi-rs");

const write = (value) => Buffer.from(JStoASN1(value).toBER());
const read = (octets) => {
    try {
        return ASN1toJS(new Uint8Array(octets).buffer);
    } catch (error) {
        return error.message;
    }
};
const types = { 0x0c: "UTF8String", 0x13: "PrintableString", 0x16: "IA5String", 0x17: "UTCTime", 0x18: "GeneralizedTime" };
const seen = {};
for (const text of ["Example", "a@example.org", "caf\u00e9", "ab\u65e5", "\u0395\u03bb\u03bb\u03ac\u03c2", "\u65e5\u672c"]) {
    const octets = write(text);
    seen[text] = `${types[octets[0]]} ${octets.subarray(2).toString("hex") === Buffer.from(text).toString("hex") ? "in UTF-8" : "?"}`;
}
for (const year of [1949, 1950, 1999, 2049, 2050]) {
    const octets = write(new Date(Date.UTC(year, 0, 1)));
    seen[`${year}-01-01`] = `${types[octets[0]]} ${octets.subarray(2)} ${read(octets).toISOString().slice(0, 4)}`;
}
seen.BMPString = JSON.stringify(read(Buffer.from("1e0400540065", "hex")));
seen["SET OF 1, 5"] = read(Buffer.from("3106020101020105", "hex"));
console.log(seen);
const expected = {
    Example: "PrintableString in UTF-8",
    "a@example.org": "IA5String in UTF-8",
    "caf\u00e9": "UTF8String in UTF-8",
    "ab\u65e5": "UTF8String in UTF-8",
    "\u0395\u03bb\u03bb\u03ac\u03c2": "PrintableString in UTF-8",
    "\u65e5\u672c": "PrintableString in UTF-8",
    "1949-01-01": "UTCTime 490101000000Z 2049",
    "1950-01-01": "UTCTime 500101000000Z 2050",
    "1999-01-01": "UTCTime 990101000000Z 1999",
    "2049-01-01": "UTCTime 490101000000Z 2049",
    "2050-01-01": "GeneralizedTime 20500101000000Z 2050",
    BMPString: JSON.stringify("\0T\0e"),
    "SET OF 1, 5": "The provided ASN1 data is malformed and cannot be decoded",
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
