#!/bin/bash
# vcf (npm): a quoted parameter ends at its colon and the rest of it is the address; names keep their backslashes, and one with a semicolon is two.
#
# Versions: vcf 2.1.2, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 6350, section 3.3: in a quoted parameter ":", ";" and "," may stand; section 3.4: "\," and "\;" are a comma and a semicolon,
#   "\n" is a line break. RFC 7095: in jCard the escapes are gone.
# Seen: of ADR;LABEL="Acme: Room 5; Main St":;;Main St;... the label is '"Acme' and the address begins with " Room 5". The value of FN:Doe\,
#   Jo is "Doe\, Jo", also in toJSON(), and N:Doe;Jo\; Ann;;; has the given name "Jo\", and " Ann" as a middle name. ical.js reads them as
#   they were meant.
# Why it matters: labels of addresses with a colon are what iPhones and address books of companies write; who stores and sends the card on
#   adds backslashes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vcf@2.1.2 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import ICAL from "ical.js";
import vCard from "vcf";

const text = [
  "BEGIN:VCARD", "VERSION:4.0", "FN:Doe\\, Jo", "N:Doe;Jo\\; Ann;;;", "NOTE:one\\ntwo",
  'ADR;LABEL="Acme: Room 5; Main St":;;Main St;City;;12345;US', "END:VCARD", "",
].join("\r\n");
const mine = new vCard().parse(text);
const other = new ICAL.Component(ICAL.parse(text));
console.log("vcf:", JSON.stringify([mine.get("fn").valueOf(), mine.get("note").valueOf(), mine.get("adr").label, mine.get("adr").valueOf()]));
const names = mine.toJSON()[1].filter(([name]) => name === "fn" || name === "n");
console.log("vcf, jCard:", JSON.stringify(names.map((each) => (Array.isArray(each[3]) ? each[3] : each.slice(3)))));
const address = other.getFirstProperty("adr");
const [fn, note] = ["fn", "note"].map((name) => other.getFirstPropertyValue(name));
console.log("ical.js:", JSON.stringify([fn, note, address.getParameter("label"), address.getFirstValue()]));
console.log("ical.js, name:", JSON.stringify(other.getFirstPropertyValue("n")));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
vcf: ["Doe\\, Jo","one\\ntwo","\"Acme"," Room 5; Main St\":;;Main St;City;;12345;US"]
vcf, jCard: [["Doe\\, Jo"],["Doe","Jo\\"," Ann","","",""]]
ical.js: ["Doe, Jo","one\ntwo","Acme: Room 5; Main St",["","","Main St","City","","12345","US"]]
ical.js, name: ["Doe","Jo; Ann","","",""]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
