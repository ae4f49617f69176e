#!/bin/bash
# isbn: books with 979 are looked up in the groups of 978: those of France are of the "English speaking area", with hyphens in wrong places, and those
#   of the United States are none.
#
# Versions: isbn 0.4.0 and, to compare with, isbn3 2.0.11 (npm), Node.js.
# Expected: ISBN Users' Manual, seventh edition: a group belongs to its prefix; 979-10 is France, 979-11 Korea, 979-12 Italy, 979-8 the United States;
#   the group "1" of 978 is English. Its own words: "ISBN parsing, validation, and formatting utilities".
# Seen: 9791090636071, a French book, is 979-1-09-063607-1, group "1", "English speaking area"; right is 979-10-90636-07-1. For books of Korea and
#   Italy it is the same, and parse("9798886451740"), United States, is null, which means invalid. 978 is right.
# Why it matters: since 2009 books have 979, and the check digit alone does not tell who issued it: catalogues sort French publishers as English ones,
#   and refuse American books.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts isbn@0.4.0 isbn3@2.0.11 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import isbn3 from "isbn3";
const { ISBN } = createRequire(import.meta.url)("isbn");

for (const text of ["9780306406157", "9791090636071", "9791186178140", "9791254560860", "9798886451740"]) {
  const seen = ISBN.parse(text);
  const right = isbn3.parse(text);
  console.log(`${text}: ${seen ? `${seen.codes.isbn13h}, ${seen.codes.groupname}` : seen}; isbn3: ${right?.isbn13h}, ${right?.groupname}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
9780306406157: 978-0-306-40615-7, English speaking area; isbn3: 978-0-306-40615-7, English language
9791090636071: 979-1-09-063607-1, English speaking area; isbn3: 979-10-90636-07-1, France
9791186178140: 979-1-186-17814-0, English speaking area; isbn3: 979-11-86178-14-0, Korea, Republic
9791254560860: 979-1-254-56086-0, English speaking area; isbn3: 979-12-5456-086-0, Italy
9798886451740: null; isbn3: 979-8-88645-174-0, United States
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
