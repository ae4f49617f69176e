#!/bin/bash
# awesome-ics: a text with a comma, a semicolon, a backslash or a line break is written as it is, so that it ends there or makes a line that is none.
#
# Versions: awesome-ics 0.1.3 with moment 2.30.1, which it needs and does not install, and, to read it, ical.js 2.1.0 (npm), Node.js.
# Expected: RFC 5545, section 3.3.11: in TEXT "\\", ";", "," and line breaks are written \\\\, \;, \, and \n; section 3.1: lines end with CRLF. "The
#   objects were designed according to rfc5545 standard specification" it says, and PropertyValue.Text is one of them.
# Seen: Text().setValue("first\nsecond") is two lines, the second of which ical.js calls invalid, so that nothing of the calendar is read. Of "C:\new"
#   a line feed and "ew" are left after "C:", since "\n" is one. Lines end with LF. Long lines are folded rightly.
# Why it matters: addresses and descriptions have line breaks, and paths have backslashes; the calendar is refused as a whole. Escape before
#   setValue().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts awesome-ics@0.1.3 moment@2.30.1 ical.js@2.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import ICAL from "ical.js";
const { Block, Calendar, Property, PropertyValue } = createRequire(import.meta.url)("awesome-ics");

for (const value of ["plain", "x".repeat(90), "first\nsecond", "C:\\new"]) {
  const text = new Calendar().addBlock(new Block().setType("VEVENT").addProperty(new Property().setName("DESCRIPTION").setValue(new PropertyValue.Text().setValue(value)))).toString();
  let seen;
  try {
    seen = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstPropertyValue("description");
  } catch (error) {
    seen = error.message.split("\n")[0];
  }
  console.log(`${JSON.stringify(value)}: ${JSON.stringify(text.split(/^END/m)[0].split("VEVENT\n")[1])}; ical.js: ${seen === value ? "the same" : JSON.stringify(seen)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
"plain": "DESCRIPTION:plain\n"; ical.js: the same
"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": "DESCRIPTION:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"; ical.js: the same
"first\nsecond": "DESCRIPTION:first\nsecond\n"; ical.js: "invalid line (no token \";\" or \":\") \"second\""
"C:\\new": "DESCRIPTION:C:\\new\n"; ical.js: "C:\new"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
