#!/bin/bash
# uid-ranger: "4:2" and "7,3", which IMAP servers may answer, are errors, and so is "5:5".
#
# Versions: uid-ranger 1.2.0, imapflow 2.10.2 to compare with (npm), Node.js.
# Expected: RFC 4315 (and 9051, section 9): uid-range is two values and all between them, whichever comes first: "2:4 and 4:2 are
#   equivalent"; uid-set is a list without an order: in COPYUID it has that in which messages were copied. Its documentation: "A library for
#   parsing IMAP UID ranges".
# Seen: "4:2": "UID range segment 4:2 is invalid. from:to has to fulfill from < to."; "5:5" likewise; "7,3": "The UID segments must be
#   sorted in increasing order". imapflow has 4, 3, 2, then 5, and 7, 3.
# Why it matters: after a copy or a search by a server that sorts otherwise the client stops with an error, though the messages are where
#   they belong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts uid-ranger@1.2.0 imapflow@2.10.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import * as tools from "imapflow/lib/tools.js";
import ranger from "uid-ranger";

for (const text of ["2:4,7", "4:2", "5:5", "7,3"]) {
  let seen;
  try {
    seen = JSON.stringify(ranger.parse(text).toArray());
  } catch (error) {
    seen = error.message;
  }
  console.log(`${text}: ${seen}\n  imapflow: ${JSON.stringify(tools.expandRange(text))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
2:4,7: [2,3,4,7]
  imapflow: [2,3,4,7]
4:2: UID range segment 4:2 is invalid. from:to has to fulfill from < to.
  imapflow: [4,3,2]
5:5: UID range segment 5:5 is invalid. from:to has to fulfill from < to.
  imapflow: [5]
7,3: Invalid UID range segment: 3. The UID segments must be sorted in increasing order: 7 >= 3.
  imapflow: [7,3]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
