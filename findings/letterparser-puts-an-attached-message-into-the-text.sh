#!/bin/bash
# letterparser: what was forwarded as an attachment is appended to the text, groups are part of addresses, and attachments with names in Unicode have none.
#
# Versions: letterparser 0.1.8, postal-mime 4.0.0 to compare with (npm), Node.js.
# Expected: RFC 2183, section 2.2: a part whose disposition is "attachment" is apart from the main body. RFC 5322, section 3.4: a group is a
#   name, a colon, addresses and a semicolon. RFC 2231, sections 3 and 4: filename*=UTF-8''... and filename*0, filename*1 are how names are
#   written that are long or not in ASCII.
# Seen: extract() of a mail with the text "See below." and an attached message/rfc822 has the text "See below.\ninner text", and no
#   attachment of it. "Team: b@example.org, c@example.org;" in To is the address "Team: b@example.org" and the address "c@example.org;". The
#   file "€.txt" has no name. postal-mime has all of this right.
# Why it matters: words of somebody else stand under the sender's name, and answers go to addresses that do not exist.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts letterparser@0.1.8 postal-mime@4.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { extract } from "letterparser";
import PostalMime from "postal-mime";

const lines = [
  "From: jo@example.org", "To: a@example.org, Team: b@example.org, c@example.org;", "Subject: x", "MIME-Version: 1.0",
  "Content-Type: multipart/mixed; boundary=b", "",
  "--b", "Content-Type: text/plain", "", "See below.",
  "--b", "Content-Type: text/csv", "Content-Disposition: attachment; filename*=UTF-8''%e2%82%ac.txt", "", "1,2",
  "--b", "Content-Type: text/csv", 'Content-Disposition: attachment; filename*0="one"; filename*1=".csv"', "", "1,2",
  "--b", "Content-Type: message/rfc822", "Content-Disposition: attachment", "", "From: b@example.org", "Content-Type: text/plain", "", "inner text",
  "--b--", "",
];
const text = lines.join("\r\n");
const mine = extract(text);
console.log("letterparser, text:", JSON.stringify(mine.text));
console.log("letterparser, to:", JSON.stringify(mine.to.map(({ name, address }) => [name, address])));
console.log("letterparser, attachments:", JSON.stringify(mine.attachments.map(({ contentType, filename }) => [contentType.type, filename])));
const other = await PostalMime.parse(text, { forceRfc822Attachments: true });
console.log("postal-mime, text:", JSON.stringify(other.text.trim()));
console.log("postal-mime, to:", JSON.stringify(other.to.map(({ name, address, group }) => [name, address ?? group.map((each) => each.address)])));
console.log("postal-mime, attachments:", JSON.stringify(other.attachments.map(({ mimeType, filename }) => [mimeType, filename])));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
letterparser, text: "See below.\ninner text"
letterparser, to: [[null,"a@example.org"],[null,"Team: b@example.org"],[null,"c@example.org;"]]
letterparser, attachments: [["text/csv",null],["text/csv",null]]
postal-mime, text: "See below."
postal-mime, to: [["","a@example.org"],["Team",["b@example.org","c@example.org"]]]
postal-mime, attachments: [["text/csv","€.txt"],["text/csv","one.csv"],["message/rfc822",null]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
