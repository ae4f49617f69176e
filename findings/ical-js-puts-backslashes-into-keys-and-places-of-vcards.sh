#!/bin/bash
# ical.js: of a vCard that is read and written again, places and keys that are URIs have a backslash before their comma.
#
# Versions: ical.js 2.2.1 (npm), Node.js.
# Expected: RFC 6350, section 6.5.2: "GEO:geo:37.386013,-122.082932", the example there; section 6.8.1:
#   KEY:data:application/pgp-keys;base64,...; a URI as a value is no text, and is not escaped. Its documentation: "Javascript parser for
#   ics (rfc5545) and vcard (rfc6350) data".
# Seen: stringify(parse(card)) writes GEO:geo:37.386013\,-122.082932 and KEY:data:application/pgp-keys;base64\,AAAA. A URL with a comma
#   gets one too. What it has read is right, of the type "uri".
# Why it matters: a program that changes a name in an address book breaks the place, the photograph and the key of the same card for others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import ICAL from "ical.js";

const card = [
  "BEGIN:VCARD",
  "VERSION:4.0",
  "FN:Jo",
  "GEO:geo:37.386013,-122.082932",
  "KEY:data:application/pgp-keys;base64,AAAA",
  "URL:https://example.org/?fields=a,b",
  "END:VCARD",
  "",
].join("\r\n");
const data = ICAL.parse(card);
for (const [name, , type, value] of data[1].slice(2)) console.log(`read: ${name} (${type}) ${value}`);
for (const line of ICAL.stringify(data).split("\r\n").slice(3, 6)) console.log(`written: ${line}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
read: geo (uri) geo:37.386013,-122.082932
read: key (uri) data:application/pgp-keys;base64,AAAA
read: url (uri) https://example.org/?fields=a,b
written: GEO:geo:37.386013\,-122.082932
written: KEY:data:application/pgp-keys;base64\,AAAA
written: URL:https://example.org/?fields=a\,b
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
