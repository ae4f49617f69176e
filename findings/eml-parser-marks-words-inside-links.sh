#!/bin/bash
# eml-parser: the words to highlight are marked inside tags and addresses as well, so that links and colours break; a mail without "To" has no headers.
#
# Versions: eml-parser 2.1.1 (npm), Node.js.
# Expected: its documentation: highlightKeywords, "Keywords to highlight in HTML". HTML, section 13.1.2: a tag cannot stand inside the value of an attribute,
#   and &amp; is one character. RFC 5322, section 3.6: only Date and From are needed, To is not.
# Seen: with the word "report" <a href="https://example.com/report"> becomes <a href="https://example.com/<mark>report</mark>">, with "color" the style of a
#   paragraph breaks, and with "amp" an "&amp;" does. getEmailHeaders() of a mail with Bcc alone: "Cannot read properties of undefined (reading 'value')".
# Why it matters: who searches an archive for "report" gets mails with dead links, and broken markup in the page. Mails to hidden recipients, as
#   newsletters are, cannot be listed at all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts eml-parser@2.1.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { Readable } from "node:stream";
const EmlParser = createRequire(import.meta.url)("eml-parser");

const mail = (more) => new EmlParser(Readable.from([Buffer.from([
  "From: Jo Doe <jo@example.com>", "Subject: Report", "Date: Sun, 07 Feb 2010 19:04:00 +0000", ...more, "MIME-Version: 1.0",
  "Content-Type: text/html; charset=utf-8", "", '<p style="color: red">The <a href="https://example.com/report">report</a> of A &amp; B</p>', "",
].join("\r\n"))]));
const to = ["To: jo@example.org"];
for (const words of [[], ["report"], ["color"], ["amp"]]) {
  console.log(`${JSON.stringify(words)}: ${(await mail(to).getEmailBodyHtml({ highlightKeywords: words })).trim()}`);
}
for (const more of [to, ["Bcc: jo@example.org"]]) {
  try {
    console.log(`${more}: ${(await mail(more).getEmailHeaders()).subject}`);
  } catch (error) {
    console.log(`${more}: ${error.message}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
[]: <p style="color: red">The <a href="https://example.com/report">report</a> of A &amp; B</p>
["report"]: <p style="color: red">The <a href="https://example.com/<mark>report</mark>"><mark>report</mark></a> of A &amp; B</p>
["color"]: <p style="<mark>color</mark>: red">The <a href="https://example.com/report">report</a> of A &amp; B</p>
["amp"]: <p style="color: red">The <a href="https://ex<mark>amp</mark>le.com/report">report</a> of A &<mark>amp</mark>; B</p>
To: jo@example.org: Report
Bcc: jo@example.org: Cannot read properties of undefined (reading 'value')
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
