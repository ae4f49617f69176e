#!/bin/bash
# email-forward-parser: of recipients that Outlook lists by their addresses all but the last have a semicolon at the end.
#
# Versions: email-forward-parser 1.8.3 (npm), Node.js.
# Expected: its documentation: "Parse forwarded emails and extract original content", for Outlook among others. Outlook separates recipients
#   by semicolons; RFC 5322, section 3.4.1: an address has none at its end.
# Seen: of "To: al@example.org; b@example.org" the first address is "al@example.org;", with the semicolon, in Cc as well. With names and
#   "<>" around the addresses, and with commas, as Gmail writes, all are right.
# Why it matters: addresses without a name are what Outlook shows of people outside of the address book; an answer to them is not sent.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts email-forward-parser@1.8.3 >npm.log 2>&1

cat > find.cjs <<'JS'
const { default: Parser } = require("email-forward-parser");

const LISTS = ["Al <al@example.org>; B <b@example.org>", "al@example.org, b@example.org", "al@example.org; b@example.org; c@example.org"];
for (const list of LISTS) {
  const mail = [
    "________________________________",
    "From: Jo Doe <jo@example.org>",
    "Sent: Monday, November 30, 2026 8:00 AM",
    `To: ${list}`,
    `Cc: ${list}`,
    "Subject: hello",
    "",
    "text",
  ].join("\n");
  const { to, cc } = new Parser().read(mail, "FW: hello").email;
  console.log(`${list}\n  to: ${to.map((each) => each.address).join(" ")}\n  cc: ${cc.map((each) => each.address).join(" ")}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
Al <al@example.org>; B <b@example.org>
  to: al@example.org b@example.org
  cc: al@example.org b@example.org
al@example.org, b@example.org
  to: al@example.org b@example.org
  cc: al@example.org b@example.org
al@example.org; b@example.org; c@example.org
  to: al@example.org; b@example.org; c@example.org
  cc: al@example.org; b@example.org; c@example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
