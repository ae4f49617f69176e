#!/bin/bash
# astrocite-ris: "Phillips,A.J", as the RIS format writes it, has no name left; the suffix is the first name; organizations get first names.
#
# Versions: astrocite-ris 0.16.4 (npm), Node.js.
# Expected: "RIS Format Specifications" (Reference Manager), authors: "Lastname, Firstname, Suffix", with the examples Phillips,A.J and
#   Phillips,Albert John; dates: YYYY/MM/DD/other info, such as 1993///Spring. CSL-JSON 1.0.2: keyword is a string, literal is for organizations.
# Seen: without a blank behind the comma the family name is "". Of "Smith, John, Jr." given is "Jr." and the suffix "John". A name without a comma
#   is split at its blanks. 1993///Spring gives empty months and days and no season; of PY and DA the last counts. keyword is an array.
# Why it matters: citations without authors, or by "Smith, Jr."; the package promises valid CSL JSON. With "Smith, John" and one date all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts astrocite-ris@0.16.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { parse } = createRequire(import.meta.url)("astrocite-ris");

const read = (...lines) => parse(["TY  - JOUR", ...lines, "ER  - ", ""].join("\n"))[0];
for (const name of ["Phillips, Albert John", "Phillips,A.J", "Phillips,Albert John", "Smith, John, Jr.", "World Health Organization"]) {
  console.log(`A1  - ${name}:`, JSON.stringify(read(`A1  - ${name}`).author));
}
for (const lines of [["PY  - 1993/10/12"], ["PY  - 1993///Spring"], ["DA  - 1993/10/12", "PY  - 1993"], ["PY  - 1993", "DA  - 1993/10/12"]]) {
  console.log(`${lines.join(" | ")}:`, JSON.stringify(read(...lines).issued));
}
console.log("KW  - whale | KW  - ship:", JSON.stringify(read("KW  - whale", "KW  - ship").keyword));
try {
  console.log(JSON.stringify(parse("\ufeffTY  - JOUR\nTI  - With a byte order mark\nER  - \n")[0].title));
} catch (error) {
  console.log(`with a byte order mark: ${error.name}: ${error.message}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
A1  - Phillips, Albert John: [{"family":"Phillips","given":"Albert John"}]
A1  - Phillips,A.J: [{"family":""}]
A1  - Phillips,Albert John: [{"family":""}]
A1  - Smith, John, Jr.: [{"family":"Smith","given":"Jr.","suffix":"John"}]
A1  - World Health Organization: [{"family":"Health Organization","given":"World"}]
PY  - 1993/10/12: {"date-parts":[["1993","10","12"]]}
PY  - 1993///Spring: {"date-parts":[["1993","",""]]}
DA  - 1993/10/12 | PY  - 1993: {"date-parts":[["1993"]]}
PY  - 1993 | DA  - 1993/10/12: {"date-parts":[["1993","10","12"]]}
KW  - whale | KW  - ship: ["whale","ship"]
with a byte order mark: SyntaxError: Expected "TY" but "﻿" found.
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
