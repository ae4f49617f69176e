#!/bin/bash
# addresscompiler: a name with a comma and a letter beyond Latin-1 is written without quotation marks, so that the mail has two recipients.
#
# Versions: addresscompiler 1.0.1, addressparser 1.0.1, and to compare with the writer of nodemailer 6.9.16 (npm), Node.js.
# Expected: RFC 5322, section 3.2.5: a display-name with a comma is a quoted-string; RFC 2047, section 5 (3): letters beyond ASCII in it are encoded
#   words. Its documentation: "RFC 2822 name-addr string", and in its source "Mime word encoded string if needed".
# Seen: { name: "Doe, Jo" } gives "Doe, Jo" in quotation marks; { name: "Doe, Łukasz" } gives Doe, Łukasz <lukasz@example.com>, which addressparser,
#   its counterpart, reads as two: "Doe" without an address, and Łukasz. Parentheses become comments. Nothing is ever encoded.
# Why it matters: servers refuse the header, or answer that the user "Doe" is unknown; colleagues in Poland, Czechia, Turkey and beyond get no mail,
#   others do.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts addresscompiler@1.0.1 addressparser@1.0.1 nodemailer@6.9.16 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { compile } = require("addresscompiler");
const parse = require("addressparser");
const MimeNode = require("nodemailer/lib/mime-node");

for (const name of ["Doe, Jo", "Müller, Jo", "Doe, Łukasz", "Łukasz (CEO)"]) {
  const entry = { name, address: "lukasz@example.com" };
  const text = compile(entry);
  console.log(`${text}\n  read: ${JSON.stringify(parse(text))}\n  nodemailer: ${new MimeNode()._convertAddresses([entry])}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
"Doe, Jo" <lukasz@example.com>
  read: [{"address":"lukasz@example.com","name":"Doe, Jo"}]
  nodemailer: "Doe, Jo" <lukasz@example.com>
"Müller, Jo" <lukasz@example.com>
  read: [{"address":"lukasz@example.com","name":"Müller, Jo"}]
  nodemailer: =?UTF-8?Q?M=C3=BCller=2C_Jo?= <lukasz@example.com>
Doe, Łukasz <lukasz@example.com>
  read: [{"address":"","name":"Doe"},{"address":"lukasz@example.com","name":"Łukasz"}]
  nodemailer: =?UTF-8?Q?Doe=2C_=C5=81ukasz?= <lukasz@example.com>
Łukasz (CEO) <lukasz@example.com>
  read: [{"address":"lukasz@example.com","name":"Łukasz"}]
  nodemailer: =?UTF-8?Q?=C5=81ukasz_=28CEO=29?= <lukasz@example.com>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
