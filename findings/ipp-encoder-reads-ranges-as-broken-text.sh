#!/bin/bash
# ipp-encoder: ranges, resolutions and collections of a printer come out as text with U+FFFD, or as one list of names and values.
#
# Versions: ipp-encoder 5.0.0, ipp 2.0.1 (npm), Node.js.
# Expected: RFC 8010, section 3.9: rangeOfInteger is two integers in eight octets, resolution two integers and a unit in nine, octetString
#   octets; section 3.1.6: a collection has members, each with a name and a value, between begCollection and endCollection. Its
#   documentation: "decode" gives a JavaScript object.
# Seen: the range 1 to 999 is "\0\0\0\x01\0\0\x03\ufffd", of which the 999 cannot be found again. 600 dpi are "\0\0\x02X\0\0\x02X\x03". The
#   collection {media-size: {x-dimension: 21000}, media-type: plain} is the array ["", "media-size", "", "x-dimension", 21000, "",
#   "media-type", "plain", ""]. Writing a range raises an error. ipp gives [1, 999], [600, 600, "dpi"] and the object.
# Why it matters: copies-supported, printer-resolution-supported and media-col are in each printer's answer. Octets above 127 are lost for
#   good.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ipp-encoder@5.0.0 ipp@2.0.1 >npm.log 2>&1

cat > find.js <<'JS'
const ipp = require("ipp");
const encoder = require("ipp-encoder");

const attribute = (tag, name, value) => {
  const length = (octets) => Buffer.from([octets.length >> 8, octets.length & 255]);
  return Buffer.concat([Buffer.from([tag]), length(Buffer.from(name)), Buffer.from(name), length(value), value]);
};
const hex = (text) => Buffer.from(text, "hex");
const attributes = {
  "copies-supported": [attribute(0x33, "copies-supported", hex("00000001000003e7"))],
  "printer-resolution-default": [attribute(0x32, "printer-resolution-default", hex("000002580000025803"))],
  "media-col-default": [
    attribute(0x34, "media-col-default", hex("")),
    attribute(0x4a, "", Buffer.from("media-size")),
    attribute(0x34, "", hex("")),
    attribute(0x4a, "", Buffer.from("x-dimension")),
    attribute(0x21, "", hex("00005208")),
    attribute(0x37, "", hex("")),
    attribute(0x4a, "", Buffer.from("media-type")),
    attribute(0x44, "", Buffer.from("plain")),
    attribute(0x37, "", hex("")),
  ],
};
const seen = [];
for (const name in attributes) {
  const octets = Buffer.concat([
    hex("0200" + "0000" + "00000001" + "01"),
    attribute(0x47, "attributes-charset", Buffer.from("utf-8")),
    attribute(0x48, "attributes-natural-language", Buffer.from("en")),
    hex("04"),
    ...attributes[name],
    hex("03"),
  ]);
  seen.push([encoder.response.decode(octets).groups[1].attributes[0].value, ipp.parse(octets)["printer-attributes-tag"][name]]);
  console.log(`${name}: ipp-encoder ${JSON.stringify(seen.at(-1)[0])}, ipp ${JSON.stringify(seen.at(-1)[1])}`);
}
const expected = [
  [["\0\0\0\x01\0\0\x03\ufffd"], [1, 999]],
  [["\0\0\x02X\0\0\x02X\x03"], [600, 600, "dpi"]],
  [
    ["", "media-size", "", "x-dimension", 21000, "", "media-type", "plain", ""],
    { "media-size": { "x-dimension": 21000 }, "media-type": "plain" },
  ],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
