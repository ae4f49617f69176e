#!/bin/bash
# gmail-api-parse-message-ts: of a header that begins with "Jo O'Neil" nobody is left, nor those behind; commas leave names.
#
# Versions: gmail-api-parse-message-ts 2.2.33 (npm), Node.js; email of Python 3.11 to compare with.
# Expected: RFC 5322, section 3.2.3: an apostrophe is an atom's character as any letter; section 3.2.4: a comma in quotation marks belongs
#   to the name, a backslash before a quotation mark does not. Its documentation: "Parses Gmail API [message.get] and returns a IEmail
#   object", with `from`, `to` and `cc`.
# Seen: of To: Jo O'Neil <jo@example.org>, Al <al@example.org> there is no recipient, of a list in which she is second the first remains.
#   "Doe, Jo" becomes "Doe Jo", 'Jo \"J\" Doe' becomes 'Jo \J\ Doe'. Python reads all of them.
# Why it matters: mails of whole families have no sender, and an answer to all that has one of them among the recipients misses people.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts gmail-api-parse-message-ts@2.2.33 >npm.log 2>&1

cat > find.cjs <<'JS'
const { ParseGmailApi } = require("gmail-api-parse-message-ts");

for (const to of process.argv.slice(2)) {
  const message = {
    id: "1",
    internalDate: "1796027400000",
    payload: {
      mimeType: "text/plain",
      filename: "",
      headers: [{ name: "To", value: to }, { name: "Subject", value: "hello" }],
      body: { size: 5, data: Buffer.from("hello").toString("base64url") },
    },
  };
  const read = new ParseGmailApi().parseMessage(message).to;
  console.log(`${to}: ${JSON.stringify(read.map(({ name, email }) => [name, email]))}`);
}
JS
cat > find.py <<'PY'
import email.utils
import json
import sys

for to in sys.argv[1:]:
    print("Python:", json.dumps(email.utils.getaddresses([to])))
PY
headers=("Jo Neil <jo@example.org>, Al <al@example.org>" "Jo O'Neil <jo@example.org>, Al <al@example.org>"
    "Al <al@example.org>, Jo O'Neil <jo@example.org>" '"Doe, Jo" <jo@example.org>' '"Jo \"J\" Doe" <jo@example.org>')
{
  timeout 60 node find.cjs "${headers[@]}"
  python3 find.py "${headers[@]}"
} | tee seen
cat > expected <<'TEXT'
Jo Neil <jo@example.org>, Al <al@example.org>: [["Jo Neil","jo@example.org"],["Al","al@example.org"]]
Jo O'Neil <jo@example.org>, Al <al@example.org>: []
Al <al@example.org>, Jo O'Neil <jo@example.org>: [["Al","al@example.org"]]
"Doe, Jo" <jo@example.org>: [["Doe Jo","jo@example.org"]]
"Jo \"J\" Doe" <jo@example.org>: [["Jo \\J\\ Doe","jo@example.org"]]
Python: [["Jo Neil", "jo@example.org"], ["Al", "al@example.org"]]
Python: [["Jo O'Neil", "jo@example.org"], ["Al", "al@example.org"]]
Python: [["Al", "al@example.org"], ["Jo O'Neil", "jo@example.org"]]
Python: [["Doe, Jo", "jo@example.org"]]
Python: [["Jo \"J\" Doe", "jo@example.org"]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
