#!/bin/bash
# vcard-generator: semicolons and commas in web addresses get backslashes in front of them, and all lines end without a carriage return.
#
# Versions: vcard-generator 0.0.7, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 6350, section 6.7.8: the value of URL is a URI (section 4.2), in which no character is escaped with a backslash; the
#   escapes of section 3.4 are for text. Section 3.2: lines are "delimited by the [RFC5322] line break, which is a CRLF sequence", and
#   should be folded at 75 octets.
# Seen: https://example.org/map?a=1;b=2,3 is written as https://example.org/map?a=1\;b=2\,3, and a reader that goes by the RFC opens that
#   address. A note of 300 letters is one line.
# Why it matters: the card looks right until somebody follows its link; importers that want CR LF see one line. ical.js, which knows the
#   type of URL, shows what arrives.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vcard-generator@0.0.7 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { default: generator } = require("vcard-generator");

const url = "https://example.org/map?a=1;b=2,3";
const text = generator.generate({
  name: { familyName: "Doe", givenName: "Jo" },
  formattedNames: [{ text: "Jo Doe" }],
  urls: [{ type: "work", uri: url }],
  notes: [{ text: "x".repeat(300) }],
});
console.log("given:   ", url);
console.log("written: ", text.match(/URL.*/)[0]);
console.log("ical.js: ", new ICAL.Component(ICAL.parse(text)).getFirstPropertyValue("url"));
console.log("CR LF:   ", text.includes("\r\n"), " longest line:", Math.max(...text.split("\n").map((line) => line.length)));
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
given:    https://example.org/map?a=1;b=2,3
written:  URL;TYPE=work:https://example.org/map?a=1\;b=2\,3
ical.js:  https://example.org/map?a=1\;b=2,3
CR LF:    false  longest line: 305
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
