#!/bin/bash
# node-ofx-parser: "AT&T" of a statement is "AT&amp;amp;amp;T", and what it writes again grows with each turn.
#
# Versions: node-ofx-parser 0.5.1 and, to compare with, ofx-js 1.1.1 (npm), Node.js.
# Expected: OFX 1.6 and 2.2, section 2.3.2.1, "Special characters": & is written as &amp; and < as &lt;, and is read back so.
# Seen: <NAME>AT&amp;T gives "AT&amp;amp;amp;T", and <MEMO>A &lt; B gives "A &amp;amp;lt; B", in files of version 1 and of version 2. serialize()
#   of what was read writes that into the file; read again it is longer. ofx-js gives "AT&T".
# Why it matters: banks write & in names as the format asks for: the payee of a booking is shown wrongly, rules that look for the shop's name do
#   not match, and a program that keeps its bookings in such a file makes it worse each time. Replace /&(amp;)+/g by "&" behind it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts node-ofx-parser@0.5.1 ofx-js@1.1.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const one = require("node-ofx-parser");
const other = require("ofx-js");

const sgml = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><STMTTRN><TRNAMT>-12.00<NAME>AT&amp;T<MEMO>A &lt; B</STMTTRN></OFX>\n";
const xml = '<?xml version="1.0"?>\n<?OFX OFXHEADER="200" VERSION="220"?>\n'
  + "<OFX><STMTTRN><TRNAMT>-12.00</TRNAMT><NAME>AT&amp;T</NAME><MEMO>A &lt; B</MEMO></STMTTRN></OFX>\n";
for (const [name, text] of Object.entries({ sgml, xml })) {
  const { NAME, MEMO } = one.parse(text).OFX.STMTTRN;
  const right = (await other.parse(text)).OFX.STMTTRN;
  console.log(`${name}: ${NAME} | ${MEMO}; ofx-js: ${right.NAME} | ${right.MEMO}`);
}
const data = one.parse(sgml);
const again = one.parse(one.serialize(data.header, data.OFX));
console.log(`written and read again: ${again.OFX.STMTTRN.NAME}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
sgml: AT&amp;amp;amp;T | A &amp;amp;lt; B; ofx-js: AT&T | A < B
xml: AT&amp;amp;amp;T | A &amp;amp;lt; B; ofx-js: AT&T | A < B
written and read again: AT&amp;amp;amp;amp;amp;T
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
