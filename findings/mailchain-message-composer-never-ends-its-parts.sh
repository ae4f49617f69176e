#!/bin/bash
# @mailchain/message-composer: no multipart has an end, quotation marks in names are not escaped, and letters of names stay as they are.
#
# Versions: @mailchain/message-composer 0.31.0, @mailchain/encoding 0.31.0 (npm), Node.js; email of Python 3.11 as a reader.
# Expected: RFC 2046, section 5.1.1: behind the last part stands the delimiter with "--" at its end. RFC 5322, section 3.2.4: in a quoted
#   string, quotation marks and backslashes are escaped. RFC 2047: letters outside of ASCII are encoded in names of headers.
#   Its documentation: "RFC-5322 compliant MIME message composer".
# Seen: the mail ends with the delimiter of one more part, for the inner multipart as for the outer one: Python finds an empty third text
#   and misses the close delimiter. The name 'Jo "J" Doe' is written "Jo "J" Doe", of which Python makes 'Jo J Doe'; that of Jörg is in
#   the header as UTF-8. Subjects are encoded as they should be.
# Why it matters: whether the mail has arrived whole cannot be told, and strict readers refuse it; a server without SMTPUTF8 cannot take the
#   header.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @mailchain/message-composer@0.31.0 @mailchain/encoding@0.31.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { writeFileSync } = require("node:fs");
const { createMessageComposer } = require("@mailchain/message-composer");

(async () => {
  const mail = createMessageComposer()
    .subject("Grüße")
    .from({ name: "Jörg", address: "joerg@example.org" })
    .recipients("To", { name: 'Jo "J" Doe', address: "jo@example.org" })
    .message("plain", Buffer.from("hello"))
    .message("html", Buffer.from("<p>hello</p>"));
  writeFileSync("mail", (await mail.build()).forVisibleRecipients);
})();
JS
cat > find.py <<'PY'
import email
import email.policy
import re

with open("mail", "rb") as file:
    data = file.read()
for line in data.splitlines():
    if line.startswith((b"Subject", b"From", b"To")):
        print(line.decode())
mail = email.message_from_bytes(data, policy=email.policy.default)
print("Python reads the recipient:", mail["To"].addresses[0].display_name)
for part in mail.walk():
    boundary = part.get_boundary()
    if boundary:
        marks = re.findall(rb"(?m)^--" + re.escape(boundary.encode()) + rb"(-*)\r?$", data)
        ends = [mark.decode() for mark in marks]
        print(part.get_content_type(), "delimiters end with", ends, [type(defect).__name__ for defect in part.defects])
    else:
        print(part.get_content_type(), repr(part.get_content()))
PY
timeout 60 node find.cjs
python3 find.py | tee seen
cat > expected <<'TEXT'
Subject: =?UTF-8?B?R3LDvMOfZQ==?=
From: "Jörg" <joerg@example.org>
To: "Jo "J" Doe" <jo@example.org>
Python reads the recipient: Jo J Doe
multipart/alternative delimiters end with ['', '', ''] ['CloseBoundaryNotFoundDefect']
text/plain 'hello'
text/html '<p>hello</p>'
text/plain ''
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
