#!/bin/bash
# content-disposition-parser and -filename, @lazy-http/content-disposition: names of files end at a semicolon, or keep their quotes.
#
# Versions: content-disposition-parser 1.0.2, content-disposition-filename 0.0.1, @lazy-http/content-disposition 1.0.2,
#   content-disposition-header 0.6.0 (npm), Node.js.
# Expected: RFC 6266, section 4.1: the value of filename is a token or a quoted string, in which a semicolon is a character and a backslash
#   quotes the next one; parameters are optional: "attachment" alone is complete. Percent signs mean something in filename* only (section
#   4.3).
# Seen: content-disposition-parser makes of filename="a;b.txt" the name 'a' and a parameter 'b.txt"'. content-disposition-filename gives
#   '"a.txt"; size=3' for filename="a.txt"; size=3, with quotes and all that follows. @lazy-http/content-disposition gives "foo-A.html" for
#   "foo-%41.html", keeps the quotes of filename="a\"b.txt", and raises "Invalid content-disposition header missing parameters" for
#   "attachment". content-disposition-header reads all of these.
# Why it matters: a download is stored under another name, or with a quote at both ends, which Windows refuses.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts content-disposition-parser@1.0.2 content-disposition-filename@0.0.1 \
    @lazy-http/content-disposition@1.0.2 content-disposition-header@0.6.0 >npm.log 2>&1

cat > find.js <<'JS'
const parser = require("content-disposition-parser");
const filename = require("content-disposition-filename");
const lazy = require("@lazy-http/content-disposition");
const right = require("content-disposition-header");

const headers = [
  'attachment; filename="a.txt"',
  'attachment; filename="a;b.txt"',
  'attachment; filename="a.txt"; size=3',
  'attachment; filename="foo-%41.html"',
  'attachment; filename="a\\"b.txt"',
  "attachment",
];
const readers = {
  "content-disposition-header": (header) => right.parse(header).parameters.filename,
  "content-disposition-parser": (header) => parser(header).filename,
  "content-disposition-filename": (header) => filename(header),
  "@lazy-http/content-disposition": (header) => lazy.parse(header).value,
};
const seen = {};
for (const name in readers) {
  seen[name] = headers.map((header) => {
    try {
      return readers[name](header) ?? null;
    } catch (error) {
      return `error: ${error.message}`;
    }
  });
  console.log(`${name}: ${JSON.stringify(seen[name])}`);
}
const expected = [
  ["a.txt", "a;b.txt", "a.txt", "foo-%41.html", 'a"b.txt', null],
  ["a.txt", "a", "a.txt", "foo-%41.html", 'a\\"b.txt', null],
  ['"a.txt"', '"a;b.txt"', '"a.txt"; size=3', '"foo-%41.html"', '"a\\"b.txt"', null],
  ["a.txt", "a;b.txt", "a.txt", "foo-A.html", '"a\\"b.txt"', "error: Invalid content-disposition header missing parameters"],
];
process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
