#!/bin/bash
# lettercoder: the examples of RFC 2047 with parentheses stay encoded, and blanks between ordinary words get lost.
#
# Versions: lettercoder 0.1.1 and, to compare with, libmime 5.3.7 (npm), Node.js.
# Expected: RFC 2047, which its documentation names, section 5 (2): an encoded-word may stand in a comment, next to "(" and ")"; section 8 has
#   the examples: (=?ISO-8859-1?Q?a?= b) is displayed as (a b). Section 6.2: white space between encoded words is ignored, other is not.
# Seen: decodeMimeWords() of the examples returns them as they are. Only words that have a blank, or the end, on both sides are decoded.
#   "Invoice   17" becomes "Invoice 17".
# Why it matters: names in the comment behind an address, as older programs and mailing lists write them, are shown encoded. Columns in subjects
#   of reports fall together, and a search for the subject finds nothing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts lettercoder@0.1.1 libmime@5.3.7 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { decodeMimeWords } = require("lettercoder");
const libmime = require("libmime");

for (const text of ["(=?ISO-8859-1?Q?a?=)", "(=?ISO-8859-1?Q?a?= b)", "(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(=?ISO-8859-1?Q?a_b?=)",
  "a@example.com (=?ISO-8859-1?Q?J=F6?= Doe)", "Invoice   17", "=?ISO-8859-1?Q?J=F6?= Doe"]) {
  console.log(`${text}\n  lettercoder: ${decodeMimeWords(text)}\n  libmime:     ${libmime.decodeWords(text)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
(=?ISO-8859-1?Q?a?=)
  lettercoder: (=?ISO-8859-1?Q?a?=)
  libmime:     (a)
(=?ISO-8859-1?Q?a?= b)
  lettercoder: (=?ISO-8859-1?Q?a?= b)
  libmime:     (a b)
(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)
  lettercoder: (=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)
  libmime:     (ab)
(=?ISO-8859-1?Q?a_b?=)
  lettercoder: (=?ISO-8859-1?Q?a_b?=)
  libmime:     (a b)
a@example.com (=?ISO-8859-1?Q?J=F6?= Doe)
  lettercoder: a@example.com (=?ISO-8859-1?Q?J=F6?= Doe)
  libmime:     a@example.com (Jö Doe)
Invoice   17
  lettercoder: Invoice 17
  libmime:     Invoice   17
=?ISO-8859-1?Q?J=F6?= Doe
  lettercoder: Jö Doe
  libmime:     Jö Doe
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
