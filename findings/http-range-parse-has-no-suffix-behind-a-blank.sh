#!/bin/bash
# http-range-parse: in "bytes=0-499, -500" the last 500 octets are a range that begins at NaN, as a blank stands behind the comma.
#
# Versions: http-range-parse 1.0.0, range-parser 1.2.1 to compare with (npm), Node.js.
# Expected: RFC 9110, section 14.1.2: "bytes= 0-999, 4500-5499, -1000" asks for the first 1000, the middle 1000 and the last 1000 octets;
#   section 5.6.1: blanks may stand around the commas of a list. Its documentation: "Parse HTTP Range header, based on RFC7233", whose
#   example this was already.
# Seen: without the blank -1000 is {"suffix":1000}; with it {"first":NaN,"last":1000}: no suffix, and a beginning that is no number.
#   range-parser gives the octets 9000 to 9999 of 10000 for both.
# Why it matters: clients that write their list with blanks, as people and the RFC do, get a wrong part or a fault in place of the end of a
#   file, where archives and PDF have their index.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts http-range-parse@1.0.0 range-parser@1.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import parse from "http-range-parse";
import right from "range-parser";

for (const text of ["bytes=0-999,-1000", "bytes=0-999, -1000", "bytes= 0-999, 4500-5499, -1000"]) {
  console.log(`${text}\n  http-range-parse: ${JSON.stringify(parse(text).ranges, (_, value) => (Number.isNaN(value) ? "NaN" : value))}`);
  console.log(`  range-parser: ${JSON.stringify([...right(10000, text)])}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
bytes=0-999,-1000
  http-range-parse: [{"first":0,"last":999},{"suffix":1000}]
  range-parser: [{"start":0,"end":999},{"start":9000,"end":9999}]
bytes=0-999, -1000
  http-range-parse: [{"first":0,"last":999},{"first":"NaN","last":1000}]
  range-parser: [{"start":0,"end":999},{"start":9000,"end":9999}]
bytes= 0-999, 4500-5499, -1000
  http-range-parse: [{"first":0,"last":999},{"first":4500,"last":5499},{"first":"NaN","last":1000}]
  range-parser: [{"start":0,"end":999},{"start":4500,"end":5499},{"start":9000,"end":9999}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
