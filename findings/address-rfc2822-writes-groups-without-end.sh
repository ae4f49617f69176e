#!/bin/bash
# address-rfc2822: writes groups without their end, names without their quotes, and gives addresses that are none.
#
# Versions: address-rfc2822 2.2.4 (npm), Node.js; Python 3.11 with its email package.
# Expected: RFC 5322, section 3.4: group = display-name ":" [group-list] [CFWS] ";"; section 3.2.4: quotes in a name stand, with
#   backslashes, in a quoted string; the quotes of the local part "jo doe" are needed. Its documentation: format() gives the address as it
#   goes into a header.
# Seen: "undisclosed-recipients:;" is written "undisclosed-recipients:", and "Team:a@example.org,b@example.org;" without the semicolon. The
#   name "Jo \"X\" Doe" is written Jo "X" Doe, without outer quotes and backslashes, which is another name for a reader: Python reads "Jo X
#   Doe". The address of '"jo doe"@example.org' is given, and written, as "jo doe@example.org", which the package itself refuses to read.
# Why it matters: mail servers (Haraka uses it) rewrite headers. The group does not end, so that what follows it becomes part of it; and
#   mail for quoted names goes to "doe@example.org", or nowhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts address-rfc2822@2.2.4 >npm.log 2>&1

cat > find.js <<'JS'
const { parse } = require("address-rfc2822");

const attempt = (text) => {
  try {
    return parse(text).map((address) => address.format()).join(", ");
  } catch (error) {
    return `refused: ${error.message}`;
  }
};
const headers = [
  "undisclosed-recipients:;",
  "Team: a@example.org, b@example.org;, c@example.org",
  '"Jo \\"X\\" Doe" <jo@example.org>',
  '"jo doe"@example.org',
  '"Doe, Jo" <jo@example.org>',
];
console.log(JSON.stringify(headers.map((text) => [text, attempt(text), attempt(attempt(text))])));
JS
cat > find.py <<'PY'
import email
import email.policy
import json
import subprocess
import sys

seen = json.loads(subprocess.run(["node", "find.js"], capture_output=True, text=True, check=True, timeout=30).stdout)


def python(text):
    header = email.message_from_string(f"To: {text}\n\n", policy=email.policy.default)["to"]
    groups = [[group.display_name, [str(address) for address in group.addresses]] for group in header.groups]
    return groups, [type(defect).__name__ for defect in header.defects]


for text, written, again in seen:
    print(f"{text}: {written}; that read again: {again}")
    print("   Python:", python(text), "and of what was written:", python(written))
expected = [
    "undisclosed-recipients:",
    "Team:a@example.org,b@example.org, c@example.org",
    'Jo "X" Doe <jo@example.org>',
    "jo doe@example.org",
    '"Doe, Jo" <jo@example.org>',
]
same = [written for _, written, _ in seen] == expected and seen[3][2].startswith("refused")
same = same and not any(python(text)[1] for text, _, _ in seen)  # The input is right.
same = same and python(seen[1][1])[0][0][1][-1] == "c@example.org"  # It became part of the group.
sys.exit(not same)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
