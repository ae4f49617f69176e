#!/bin/bash
# dmarc-parse: a policy with fo=0:1 has an "Invalid value" and no fo, and report addresses with "=" or in an internationalized domain are invalid.
#
# Versions: dmarc-parse 1.2.1 with email-validator 1.2.3 (npm), Node.js.
# Expected: RFC 7489, section 6.3: fo is a "colon-separated plain-text list" of 0, 1, d and s; rua is a list of URIs. Section 6.4: a tag ends at a
#   semicolon, and a value may have "=" in it. RFC 5890, section 2.3.2.1: labels of internationalized domains begin with "xn--".
# Seen: of fo=0:1 and of fo=1:d:s nothing is among the tags. An address with "=" is cut there and then refused, and so is a@xn--bcher-kva.example.
# Why it matters: such records are usual and right, and their owners are told that they are not; a program that reads the tags sends no failure
#   reports.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dmarc-parse@1.2.1 email-validator@1.2.3 >npm.log 2>&1

cat > find.js <<'JS'
const parse = require("dmarc-parse");

for (const tag of ["fo=1", "fo=0:1", "fo=1:d:s", "rua=mailto:a@example.com", "rua=mailto:a+b=c@example.com", "rua=mailto:a@xn--bcher-kva.example"]) {
  const { tags, messages = [] } = parse(`v=DMARC1; p=reject; ${tag}`);
  console.log(`${tag}: ${Object.entries(tags).map(([name, { value }]) => `${name}=${value}`).join("; ")} ${messages}`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
fo=1: v=DMARC1; p=reject; fo=1 
fo=0:1: v=DMARC1; p=reject Invalid value for 'fo': '0:1', must be one of: 0, 1, d, s
fo=1:d:s: v=DMARC1; p=reject Invalid value for 'fo': '1:d:s', must be one of: 0, 1, d, s
rua=mailto:a@example.com: v=DMARC1; p=reject; rua=mailto:a@example.com 
rua=mailto:a+b=c@example.com: v=DMARC1; p=reject Invalid email address in 'rua': 'a+b'
rua=mailto:a@xn--bcher-kva.example: v=DMARC1; p=reject Invalid email address in 'rua': 'a@xn--bcher-kva.example'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
