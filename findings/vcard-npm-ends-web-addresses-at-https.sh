#!/bin/bash
# vcard: a web address is read as "https", a note ends at its colon, and of two e-mail addresses or telephone numbers one is left.
#
# Versions: vcard 0.1.0, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 2426, section 4, and RFC 6350, section 3.3: a line is a name, parameters, and behind the first colon that is not in
#   quotation marks the value, which may hold colons. Most properties may come several times. A backslash escapes commas, semicolons and
#   line feeds.
# Seen: the value ends at its second colon, so that URL is "https". The second TEL and the second EMAIL are dropped. "\," and "\n" stay as
#   they are, and N and ORG are cut at escaped semicolons.
# Why it matters: address books come over CardDAV and as attachments of mails; half of what is in them is not there, without an error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vcard@0.1.0 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const VCard = require("vcard");

const text = `BEGIN:VCARD
VERSION:3.0
FN:Jo Doe\\, Jr.
N:Doe;Jo;;;
ORG:Example\\; Inc.;Sales
TEL;TYPE=WORK:+1 555 0100
TEL;TYPE=CELL:+1 555 0101
EMAIL;TYPE=WORK:jo@example.org
EMAIL;TYPE=HOME:jo@example.net
URL:https://example.org:8443/jo
NOTE:office hours: 9 to 5
END:VCARD
`.replaceAll("\n", "\r\n");
const right = new ICAL.Component(ICAL.parse(text));
for (const method of ["log", "info", "dir", "error"]) console[method] = () => {}; // It prints what it reads.
new VCard().readData(text, (error, card) => {
  for (const name of ["fn", "n", "org", "tel", "email", "url", "note"]) {
    const expected = right.getAllProperties(name).map((each) => JSON.stringify(each.getFirstValue())).join(" ");
    process.stdout.write(`${name}: ical.js ${expected}, vcard ${JSON.stringify(card[name.toUpperCase()])}\n`);
  }
});
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
fn: ical.js "Jo Doe, Jr.", vcard "Jo Doe\\, Jr."
n: ical.js ["Doe","Jo","","",""], vcard "Doe, Jo"
org: ical.js ["Example; Inc.","Sales"], vcard "Example\\  Inc. Sales"
tel: ical.js "+1 555 0100" "+1 555 0101", vcard {"type":["WORK"],"value":"+1 555 0100"}
email: ical.js "jo@example.org" "jo@example.net", vcard {"type":["WORK"],"value":"jo@example.org"}
url: ical.js "https://example.org:8443/jo", vcard "https"
note: ical.js "office hours: 9 to 5", vcard "office hours"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
