#!/bin/bash
# array-to-csv, object-to-csv, nice-json2csv and a-csv: a quotation mark in a field is written so that readers of CSV end the field there, and a-csv
#   leaves zeros out.
#
# Versions: array-to-csv 1.0.1, object-to-csv 1.0.5, nice-json2csv 0.2.2, a-csv 2.0.0 (npm), Node.js, and Python 3.11's csv to read.
# Expected: RFC 4180, section 2, rule 6: fields with line breaks, quotation marks or commas are enclosed in quotation marks; rule 7: a quotation mark
#   inside "must be escaped by preceding it with another double quote".
# Seen: for the fields 'say "a", b' and 2, array-to-csv and object-to-csv enclose, but do not double; nice-json2csv writes \" as in JSON, and \n for a
#   line break; a-csv encloses without doubling, does not enclose for a line break, and writes nothing for 0 and false; each of its rows has a further
#   empty field. The csv of Python reads other fields in each case. Plain fields are right.
# Why it matters: columns shift from the first comment with a quotation on, and an amount of 0 is empty.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts array-to-csv@1.0.1 object-to-csv@1.0.5 nice-json2csv@0.2.2 a-csv@2.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const arrayToCsv = require("array-to-csv");
const ObjectToCsv = require("object-to-csv");
const nice = require("nice-json2csv");
const aCsv = require("a-csv");

const writers = {
  "array-to-csv": (row) => arrayToCsv([["a", "b"], row]),
  "object-to-csv": ([a, b]) => new ObjectToCsv({ keys: [{ key: "a", as: "a" }, { key: "b", as: "b" }], data: [{ a, b }] }).getCSV(),
  "nice-json2csv": ([a, b]) => nice.convert([{ a, b }]),
  "a-csv": (row) => aCsv.stringify(["a", "b"]) + aCsv.stringify(row),
};
const python = "import csv, io, json, sys\nprint(json.dumps(list(csv.reader(io.StringIO(sys.argv[1], newline=''))), ensure_ascii=False))";
for (const row of [["x", 2], ['say "a", b', 2], ["one\ntwo", 2], [0, 2]]) {
  console.log(JSON.stringify(row));
  for (const [name, write] of Object.entries(writers)) {
    const text = write(row);
    const rows = JSON.parse(execFileSync("python3", ["-c", python, text], { encoding: "utf8" })).slice(1);
    console.log(`  ${name}: ${JSON.stringify(text.replace(/^.*\r?\n/, ""))}, read: ${JSON.stringify(rows)}`);
  }
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
["x",2]
  array-to-csv: "x,2", read: [["x","2"]]
  object-to-csv: "\"x\",\"2\"\n", read: [["x","2"]]
  nice-json2csv: "\"x\",\"2\"", read: [["x","2"]]
  a-csv: "x,2,\r\n", read: [["x","2",""]]
["say \"a\", b",2]
  array-to-csv: "\"say \"a\", b\",2", read: [["say a\""," b\"","2"]]
  object-to-csv: "\"say \"a\", b\",\"2\"\n", read: [["say a\""," b\"","2"]]
  nice-json2csv: "\"say \\\"a\\\", b\",\"2\"", read: [["say \\a\\\""," b\"","2"]]
  a-csv: "\"say \"a\", b\",2,\r\n", read: [["say a\""," b\"","2",""]]
["one\ntwo",2]
  array-to-csv: "one\ntwo,2", read: [["one"],["two","2"]]
  object-to-csv: "\"one\ntwo\",\"2\"\n", read: [["one\ntwo","2"]]
  nice-json2csv: "\"one\\ntwo\",\"2\"", read: [["one\\ntwo","2"]]
  a-csv: "one\ntwo,2,\r\n", read: [["one"],["two","2",""]]
[0,2]
  array-to-csv: "0,2", read: [["0","2"]]
  object-to-csv: "\"0\",\"2\"\n", read: [["0","2"]]
  nice-json2csv: "\"0\",\"2\"", read: [["0","2"]]
  a-csv: ",2,\r\n", read: [["","2",""]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
