#!/bin/bash
# byteranges: a Content-Range without a blank behind its colon is "not found", a Content-Type is lost, another header is taken for them.
#
# Versions: byteranges 1.1.0 (npm), Node.js.
# Expected: RFC 9110, section 5: the blank behind the colon is optional white space; section 14.6 has the example of a multipart/byteranges body.
#   RFC 2046, section 5.1.1: a boundary may have hyphens and the like and stand in quotation marks (such as "gc0p4Jq0M2Yt08jU534c0p").
# Seen: the source asks for content-range:\s+ and content-type:\s+, anywhere in the headers, also at the end of another header's name.
#   getContentRange("bytes 0-4/10 and more") is no error. The example of the README takes boundary=(\w+), which cuts at a hyphen.
# Why it matters: downloads in parts fail with some servers only, or the octets are cut by a header (X-Original-Content-Range) that says something
#   else. With the headers as Apache and nginx write them all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts byteranges@1.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { parse, getContentRange } = createRequire(import.meta.url)("byteranges");

function show(title, headers, octets, boundary = "THIS_STRING_SEPARATES", end = "--") {
  const body = `\r\n--${boundary}\r\n${headers.join("\r\n")}\r\n\r\n${octets}\r\n--${boundary}${end}\r\n`;
  try {
    const parts = parse(Buffer.from(body, "latin1"), boundary);
    console.log(`${title}: ` + parts.map((p) => `${p.type} ${p.range.range.start}-${p.range.range.end}/${p.range.length} ${JSON.stringify(p.octets.toString())}`).join(" | "));
  } catch (error) {
    console.log(`${title}: Error: ${error.message}`);
  }
}
show("with blanks         ", ["Content-Type: text/plain", "Content-Range: bytes 500-504/8000"], "first");
show("range without blank ", ["Content-Type: text/plain", "Content-Range:bytes 500-504/8000"], "first");
show("type without blank  ", ["Content-Type:text/plain", "Content-Range: bytes 500-504/8000"], "first");
show("another header first", ["X-Content-Type: none", "X-Original-Content-Range: bytes 0-1/2", "Content-Type: text/plain", "Content-Range: bytes 500-504/8000"], "first");
for (const value of ["bytes 0-4/10", "bytes 0-4/10 and more", "half bytes 0-4/10"]) {
  try {
    console.log(`getContentRange(${JSON.stringify(value)}):`, JSON.stringify(getContentRange(value)));
  } catch (error) {
    console.log(`getContentRange(${JSON.stringify(value)}): Error: ${error.message}`);
  }
}
const match = /boundary=(\w+)/i.exec("multipart/byteranges; boundary=part-7f3a");
console.log("boundary=part-7f3a by the README:", match && match[1]);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
with blanks         : text/plain 500-504/8000 "first"
range without blank : Error: Content-Range header not found
type without blank  : undefined 500-504/8000 "first"
another header first: none 0-1/2 "fi"
getContentRange("bytes 0-4/10"): {"unit":"bytes","range":{"start":0,"end":4},"length":10}
getContentRange("bytes 0-4/10 and more"): {"unit":"bytes","range":{"start":0,"end":4},"length":10}
getContentRange("half bytes 0-4/10"): {"unit":"bytes","range":{"start":0,"end":4},"length":10}
boundary=part-7f3a by the README: part
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
