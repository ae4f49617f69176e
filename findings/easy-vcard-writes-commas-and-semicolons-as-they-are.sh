#!/bin/bash
# @covve/easy-vcard: the company "Acme; Sons, Inc." becomes a company with a department, a given name with a comma two names, and its README's example fails.
#
# Versions: @covve/easy-vcard 1.1.1, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 6350, section 3.4: commas must be escaped in all texts, and semicolons in those that consist of components, such as N, ORG
#   and ADR. Its README: an implementation of vCard 4.0, and new Formatter().format(vcard) writes the example there.
# Seen: only backslashes and line breaks are escaped. ORG:Acme; Sons, Inc. is read by others as "Acme" with the unit " Sons, Inc."; N:Doe,
#   Jr.;Jo;;; has two surnames, and a street "Main St 1; Floor 2" moves the city into the region. format() of the README's example throws
#   "tried to format a vcard that had no name entry"; toString() writes it.
# Why it matters: an address book that reads the card has other names, and the next export has them, too.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @covve/easy-vcard@1.1.1 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import ICAL from "ical.js";
import easy from "@covve/easy-vcard";

const { Formatter, VCard } = easy;
try {
  new Formatter().format(new VCard().setFullName("Johnny D. Doe-Smith").addFirstName("John").addLastName("Doe"));
  console.log("format() of the example works");
} catch (error) {
  console.log(`format(): ${error.message}`);
}
const card = new VCard();
card.setFullName("Jo Doe, Jr.").addFirstName("Jo").addLastName("Doe, Jr.");
card.addOrganization("Acme; Sons, Inc.", ["R;D"]);
card.addAddress("Main St 1; Floor 2", "Springfield", "", "12345", "US");
const written = card.toString();
for (const name of ["fn", "n", "org", "adr"]) {
  const line = written.split("\r\n").find((each) => each.toLowerCase().startsWith(`${name}:`) || each.toLowerCase().startsWith(`${name};`));
  const read = new ICAL.Component(ICAL.parse(written)).getFirstPropertyValue(name);
  console.log(`${line}\n  ical.js: ${JSON.stringify(read)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
format(): tried to format a vcard that had no name entry while name is mandatory
FN:Jo Doe, Jr.
  ical.js: "Jo Doe, Jr."
N:Doe, Jr.;Jo;;;
  ical.js: [["Doe"," Jr."],"Jo","","",""]
ORG:Acme; Sons, Inc.;R;D
  ical.js: ["Acme"," Sons, Inc.","R","D"]
ADR:;;Main St 1; Floor 2;Springfield;;12345;US
  ical.js: ["","","Main St 1"," Floor 2","Springfield","","12345","US"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
