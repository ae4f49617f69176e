#!/bin/bash
# sip.js: a caller's name with quotes is shown with backslashes, and written so that half of it is left.
#
# Versions: sip.js 0.21.2, jssip 3.13.8 (npm), Node.js.
# Expected: RFC 3261, section 25.1: display-name is tokens or a quoted-string, in which a backslash quotes the next character (quoted-pair),
#   and is not itself part of the name: '"Jo \"X\" Doe"' is Jo "X" Doe.
# Seen: displayName of '"Jo \"X\" Doe" <sip:jo@example.org>' is 'Jo \"X\" Doe', and of '"a\\b"' it is 'a\\b' with two. A header made of the
#   name Jo "X" Doe is written '"Jo "X" Doe" <sip:jo@example.org>', of which both sip.js and jssip read " Doe". jssip gives the name and
#   writes it right.
# Why it matters: nicknames in quotes are usual in company directories; the callee sees backslashes, and who calls back by name gets half of
#   it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts sip.js@0.21.2 jssip@3.13.8 >npm.log 2>&1

cat > find.js <<'JS'
const { Grammar } = require("sip.js/lib/grammar/grammar.js");
const { NameAddrHeader } = require("sip.js/lib/grammar/name-addr-header.js");
const { URI } = require("sip.js/lib/grammar/uri.js");
const jssip = require("jssip");

const headers = ['"Jo \\"X\\" Doe" <sip:jo@example.org>', '"a\\\\b" <sip:jo@example.org>'];
const name = 'Jo "X" Doe';
const made = new NameAddrHeader(new URI("sip", "jo", "example.org"), name, {}).toString();
const other = new jssip.NameAddrHeader(new jssip.URI("sip", "jo", "example.org"), name, {}).toString();
const seen = {
  "sip.js reads": headers.map((header) => Grammar.nameAddrHeaderParse(header).displayName),
  "jssip reads": headers.map((header) => jssip.NameAddrHeader.parse(header).display_name),
  "sip.js writes": made,
  "sip.js reads that": Grammar.nameAddrHeaderParse(made)?.displayName ?? null,
  "jssip reads that": jssip.NameAddrHeader.parse(made)?.display_name ?? null,
  "jssip writes": other,
};
for (const what in seen) console.log(`${what}: ${seen[what]}`);
const expected = [
  ['Jo \\"X\\" Doe', "a\\\\b"], [name, "a\\b"], '"Jo "X" Doe" <sip:jo@example.org>', " Doe", " Doe", headers[0],
];
process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js 2>/dev/null || { echo "CHANGED: see above"; exit 1; }
