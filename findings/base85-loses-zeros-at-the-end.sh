#!/bin/bash
# base85: five octets, "ABC", 44 00, come back as two, as zeros at the end are lost, and take others with them.
#
# Versions: base85 3.2.0 and, to compare with, ascii85 1.0.2 (npm), Node.js.
# Expected: Adobe, "PostScript Language Reference", ASCII85Encode: a last group of n octets, fewer than four, is filled with zeros and written as n +
#   1 letters; "z" is for four zeros only. Its documentation names Ascii85.
# Seen: 41424344 00 is written as <~5sd~>, four letters too few, and decoded as 4142; one to three zeros alone are written as <~~>, nothing. 41424344
#   00000000 and 41424344 0001 are right. ascii85 gives 5sdq,!! and reads it back.
# Why it matters: files, keys and pictures end in zeros in one of 256 cases: they lose one to three octets, and no error says so. Lengths that are a
#   multiple of four are not concerned.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts base85@3.2.0 ascii85@1.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const base85 = require("base85");
const ascii85 = require("ascii85");

for (const hex of ["41424344", "4142434401", "4142434400", "414243440000", "41424344000000", "4142434400000000", "00", "0000"]) {
  const bytes = Buffer.from(hex, "hex");
  const text = base85.encode(bytes, "ascii85");
  const other = ascii85.encode(bytes).toString();
  console.log(`${hex}: base85 ${text} read as ${Buffer.from(base85.decode(text, "ascii85") || "").toString("hex")}; ascii85 ${other} read as ${ascii85.decode(other).toString("hex")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
41424344: base85 <~5sdq,~> read as 41424344; ascii85 5sdq, read as 41424344
4142434401: base85 <~5sdq,!<~> read as 4142434401; ascii85 5sdq,!< read as 4142434401
4142434400: base85 <~5sd~> read as 4142; ascii85 5sdq,!! read as 4142434400
414243440000: base85 <~5sdq~> read as 414243; ascii85 5sdq,!!! read as 414243440000
41424344000000: base85 <~5sdq,~> read as 41424344; ascii85 5sdq,!!!! read as 41424344000000
4142434400000000: base85 <~5sdq,z~> read as 4142434400000000; ascii85 5sdq,z read as 4142434400000000
00: base85 <~~> read as ; ascii85 !! read as 00
0000: base85 <~~> read as ; ascii85 !!! read as 0000
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
