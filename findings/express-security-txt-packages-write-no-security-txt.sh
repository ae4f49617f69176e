#!/bin/bash
# express-security-txt refuses Expires, without which there is no security.txt; express-security.txt writes fields by names that no reader
# knows.
#
# Versions: express-security-txt 4.0.1, express-security.txt 2.0.0, express 5.3.0 (npm), Node.js.
# Expected: RFC 9116, section 2.5.5: Expires "MUST always be present", as a date and time of RFC 3339. Section 2.5.8: Preferred-Languages is
#   one field with all languages, and the other is called Acknowledgments (2.5.1).
# Seen: setup() of the first ends with '"expires" is not allowed', and what it serves has no such field. The second writes its
#   documentation's own example as "Acknowledgements", preferredLanguages as "Preferredlanguages", once for each language, and a Date as
#   "Fri Jan 01 2027 00:00:00 GMT+0000 (Coordinated Universal Time)".
# Why it matters: scanners of authorities and the forms of finders take such a file for none, or for one that is out of date, and look
#   elsewhere for somebody to write to.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts express-security-txt@4.0.1 express-security.txt@2.0.0 express@5.3.0 >npm.log 2>&1

cat > find.js <<'JS'
const express = require("express");
const first = require("express-security-txt");
const second = require("express-security.txt");

const expires = new Date("2027-01-01T00:00:00Z");
const app = express();
app.use("/first", first.setup({ contact: "mailto:jo@example.org" }));
app.get("/second", second({
  contact: "mailto:jo@example.org",
  expires,
  preferredLanguages: ["en", "de"],
  acknowledgements: "https://example.org/thanks",
}));
try {
  first.setup({ contact: "mailto:jo@example.org", expires: expires.toISOString() });
} catch (error) {
  console.log(`express-security-txt, with expires: ${error.message}`);
}
const server = app.listen(0, "127.0.0.1", async () => {
  for (const [name, path] of [["express-security-txt", "/first/.well-known/security.txt"], ["express-security.txt", "/second"]]) {
    const text = await (await fetch(`http://127.0.0.1:${server.address().port}${path}`)).text();
    const names = text.trim().split("\n").map((line) => line.split(":")[0]);
    const known = ["Acknowledgments", "Canonical", "Contact", "Encryption", "Expires", "Hiring", "Policy", "Preferred-Languages"];
    console.log(name);
    for (const line of text.trim().split("\n")) console.log(`  ${line}`);
    console.log(`  no field of RFC 9116: [${names.filter((each) => !known.includes(each))}], Expires: ${names.includes("Expires")}`);
  }
  process.exit(0);
});
JS
TZ=UTC timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
express-security-txt, with expires: ValidationError: "expires" is not allowed
express-security-txt
  Contact: mailto:jo@example.org
  no field of RFC 9116: [], Expires: false
express-security.txt
  Contact: mailto:jo@example.org
  Expires: Fri Jan 01 2027 00:00:00 GMT+0000 (Coordinated Universal Time)
  Preferredlanguages: en
  Preferredlanguages: de
  Acknowledgements: https://example.org/thanks
  no field of RFC 9116: [Preferredlanguages,Preferredlanguages,Acknowledgements], Expires: true
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
