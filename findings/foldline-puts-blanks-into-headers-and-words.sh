#!/bin/bash
# foldline: a folded header has a blank more at each fold when it is read, and each word of 76 letters or more is two.
#
# Versions: foldline 1.1.0 (npm), Node.js, and Python's email package as the reader.
# Expected: its documentation: "Folds a long line according to the RFC 5322". RFC 5322, section 2.2.3: a line is folded by putting CRLF in
#   front of a blank that is there, and "unfolding is accomplished by simply removing any CRLF that is immediately followed by WSP"; section
#   2.1.1: 78 characters are what should be, 998 what must be.
# Seen: foldline() writes CRLF, a blank of its own, and the blank that was there: "word word" comes back as "word  word" at each fold. An
#   identifier of 90 letters in References gets a blank in its middle. Python's reader joins the lines as the RFC says.
# Why it matters: answers leave their thread, as the identifier is none of a mail any more; DKIM signatures made for the header do not fit
#   what is sent, and a long link in a header (List-Unsubscribe) cannot be opened.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts foldline@1.1.0 >npm.log 2>&1

cat > find.js <<'JS'
const foldline = require("foldline");

for (const header of [
  `Subject: ${"word ".repeat(20)}end`,
  `References: <${"a".repeat(90)}@example.org>`,
  "Subject: short",
]) {
  console.log(JSON.stringify([header, foldline(header)]));
}
JS
timeout 60 node find.js > folded
cat > read.py <<'PY'
import email
import email.policy
import json

for line in open("folded"):
    header, folded = json.loads(line)
    name, value = header.split(": ", 1)
    seen = email.message_from_string(folded + "\r\n\r\n", policy=email.policy.default.clone(refold_source="none"))[name]
    print(f"folded: {folded!r}")
    print(f"  as it was: {value!r}" if seen == value else f"  as read:   {seen!r}")
PY
python3 read.py | tee seen
cat > expected <<'TEXT'
folded: 'Subject: word word word word word word word word word word word word word word\r\n  word word word word word word end'
  as read:   'word word word word word word word word word word word word word word  word word word word word word end'
folded: 'References:\r\n  <aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n aaaaaaaaaaaaaaa@example.org>'
  as read:   '  <aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaa@example.org>'
folded: 'Subject: short'
  as it was: 'short'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
