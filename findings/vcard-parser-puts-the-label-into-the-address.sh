#!/bin/bash
# vcard-parser: a colon or a semicolon in a quoted parameter ends it, and the rest of a postal address label becomes the post office box.
#
# Versions: vcard-parser 1.0.0, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 6350, section 3.3: a parameter value in quotation marks may hold colons, semicolons and commas, and the quotation marks are
#   not part of it. Section 6.3.1 has an address with such a LABEL; section 6.4.1 has TYPE="voice,home", which are two types.
# Seen: the LABEL ends at the first colon, and what follows is taken for the first field of the address. TYPE="voice,home" is one type,
#   with its quotation marks, and so is TYPE=voice,home. A GEO="geo:..." is cut in the same way.
# Why it matters: addresses exported by contact programs have labels such as "Attn: Sales"; the street is then right, and the post office
#   box is a piece of text with a quotation mark, which is what gets printed first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vcard-parser@1.0.0 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { parse } = require("vcard-parser");

for (const line of [
  'ADR;LABEL="Attn: Sales, 1 Main St";TYPE=work:;;1 Main St;Springfield;;12345;USA',
  'ADR;GEO="geo:12.34,-56.78":;;1 Main St;Springfield;;12345;USA',
  'TEL;VALUE=uri;TYPE="voice,home":tel:+1-555-555-5555',
]) {
  const text = ["BEGIN:VCARD", "VERSION:4.0", "FN:Jo Doe", line, "END:VCARD", ""].join("\r\n");
  const name = line.split(";")[0].toLowerCase();
  const [, parameters, , value] = new ICAL.Component(ICAL.parse(text)).getFirstProperty(name).toJSON();
  console.log(line);
  console.log("  ical.js:     ", JSON.stringify([value, parameters]));
  console.log("  vcard-parser:", JSON.stringify([parse(text)[name][0].value, parse(text)[name][0].meta]));
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
ADR;LABEL="Attn: Sales, 1 Main St";TYPE=work:;;1 Main St;Springfield;;12345;USA
  ical.js:      [["","","1 Main St","Springfield","","12345","USA"],{"label":"Attn: Sales, 1 Main St","type":"work"}]
  vcard-parser: [[" Sales, 1 Main St\"","TYPE=work:","","1 Main St","Springfield","","12345","USA"],{"label":["\"Attn"]}]
ADR;GEO="geo:12.34,-56.78":;;1 Main St;Springfield;;12345;USA
  ical.js:      [["","","1 Main St","Springfield","","12345","USA"],{"geo":"geo:12.34,-56.78"}]
  vcard-parser: [["12.34,-56.78\":","","1 Main St","Springfield","","12345","USA"],{"geo":["\"geo"]}]
TEL;VALUE=uri;TYPE="voice,home":tel:+1-555-555-5555
  ical.js:      ["tel:+1-555-555-5555",{"type":["voice","home"]}]
  vcard-parser: ["tel:+1-555-555-5555",{"value":["uri"],"type":["\"voice,home\""]}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
