#!/bin/bash
# @gregoranders/csv, csv-tools and csv.js: a doubled quotation mark is an error, the first half of a field with a line break is lost, or the quotation
#   marks are a part of the field.
#
# Versions: @gregoranders/csv 0.0.13, csv-tools 1.2.0, csv.js 2.0.1 (npm), Node.js, and Python 3.11's csv to compare with.
# Expected: RFC 4180, section 2, rule 1: each record ends with CRLF; rule 6 and 7, with the example "aaa","b CRLF bb","ccc" and "aaa","b""bb","ccc": a
#   field in quotation marks may have line breaks, and a quotation mark doubled is one.
# Seen: @gregoranders/csv refuses "b""bb" with "Invalid CSV at 1:4" and keeps CR at the end of each last field. csv-tools makes two records of a field
#   with a line break, and throws the first line of it away. csv.js keeps the quotation marks, splits at the line break, and calls the last column
#   "b\r".
# Why it matters: what spreadsheets save has all three: CRLF, comments with line breaks, and quotations.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @gregoranders/csv@0.0.13 csv-tools@1.2.0 csv.js@2.0.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const { Parser } = require("@gregoranders/csv");
const csv = require("csv.js");
const { toJSON } = require("csv-tools");

const python = "import csv, io, json, sys\nprint(json.dumps(list(csv.DictReader(io.StringIO(sys.argv[1], newline='')))))";
const readers = {
  "@gregoranders/csv": (text) => {
    const parser = new Parser();
    parser.parse(text);
    return parser.json;
  },
  "csv-tools": toJSON,
  "csv.js": csv.decode,
};
for (const text of ["a,b\nx,y\n", "a,b\r\nx,y\r\n", 'a,b\n"one\ntwo",y\n', 'a,b\n"x ""q"" x",y\n']) {
  console.log(`${JSON.stringify(text)}: Python ${execFileSync("python3", ["-c", python, text], { encoding: "utf8" }).trim()}`);
  for (const [name, read] of Object.entries(readers)) {
    let seen;
    try {
      seen = JSON.stringify(read(text));
    } catch (error) {
      seen = error.message;
    }
    console.log(`  ${name}: ${seen}`);
  }
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
"a,b\nx,y\n": Python [{"a": "x", "b": "y"}]
  @gregoranders/csv: [{"a":"x","b":"y"}]
  csv-tools: [{"a":"x","b":"y"}]
  csv.js: [{"a":"x","b":"y"}]
"a,b\r\nx,y\r\n": Python [{"a": "x", "b": "y"}]
  @gregoranders/csv: [{"a":"x","b\r":"y\r"}]
  csv-tools: [{"a":"x","b":"y"}]
  csv.js: [{"a":"x","b\r":"y"}]
"a,b\n\"one\ntwo\",y\n": Python [{"a": "one\ntwo", "b": "y"}]
  @gregoranders/csv: [{"a":"one\ntwo","b":"y"}]
  csv-tools: [{},{"a":"two","b":"y"}]
  csv.js: [{"a":"\"one","b":""},{"a":"two\"","b":"y"}]
"a,b\n\"x \"\"q\"\" x\",y\n": Python [{"a": "x \"q\" x", "b": "y"}]
  @gregoranders/csv: Invalid CSV at 1:4
  csv-tools: [{"a":"x \"q\" x","b":"y"}]
  csv.js: [{"a":"\"x \"\"q\"\" x\"","b":"y"}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
