#!/bin/bash
# envelope: "Doe, Jo" becomes two people, blanks behind decoded words are lost, and attachments are handed out in base64.
#
# Versions: envelope 2.1.0, postal-mime 2.4.4 to compare with (npm), Node.js.
# Expected: RFC 5322, section 3.2.4: a comma in a quoted string belongs to it. RFC 2047, section 6.2: white space is ignored between two
#   encoded words, and nowhere else. RFC 2045, section 6.8: base64 stands for octets. Its documentation: "Decodes MIME words, base64, ...",
#   "Converts attachments to buffers".
# Seen: the sender "Doe, Jo" <jo@example.org> is two, '"Doe' with that for the address, and 'Jo"'. The subject "Grüße an Jo" is
#   "Grüßean Jo". Of an attachment with "abc" the buffer has the letters YWJj and a line break. postal-mime has all three right.
# Why it matters: an answer to all goes to an address that does not exist; files saved from the buffer are broken.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts envelope@2.1.0 postal-mime@2.4.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import Envelope from "envelope";
import PostalMime from "postal-mime";

const mail = Buffer.from([
  'From: "Doe, Jo" <jo@example.org>',
  "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= an Jo",
  "MIME-Version: 1.0",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "Content-Type: text/plain",
  "",
  "text",
  "--b",
  "Content-Type: application/octet-stream",
  'Content-Disposition: attachment; filename="a.bin"',
  "Content-Transfer-Encoding: base64",
  "",
  "YWJj",
  "--b--",
  "",
].join("\r\n"));
const { header, 1: attachment } = new Envelope(mail);
console.log("envelope:");
for (const { name, address } of header.get("from")) console.log(`  from: name ${JSON.stringify(name)}, address ${JSON.stringify(address)}`);
console.log(`  subject: ${header.get("subject")}`);
console.log(`  attachment: ${JSON.stringify(attachment.body.toString())}`);
const other = await PostalMime.parse(mail);
console.log("postal-mime:");
console.log(`  from: name ${JSON.stringify(other.from.name)}, address ${JSON.stringify(other.from.address)}`);
console.log(`  subject: ${other.subject}`);
console.log(`  attachment: ${JSON.stringify(Buffer.from(other.attachments[0].content).toString())}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
envelope:
  from: name "", address "\"Doe"
  from: name "Jo\"", address "jo@example.org"
  subject: Grüßean Jo
  attachment: "YWJj\r\n"
postal-mime:
  from: name "Doe, Jo", address "jo@example.org"
  subject: Grüße an Jo
  attachment: "abc"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
