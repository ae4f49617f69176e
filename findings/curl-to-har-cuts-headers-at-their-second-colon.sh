#!/bin/bash
# curl-to-har: of "Referer: https://example.org/" the value is "https", large numbers in a body are rounded, and a form is refused.
#
# Versions: curl-to-har 1.0.1 (npm), Node.js.
# Expected: RFC 9110, section 5.5: a field value may hold colons. HAR 1.2: postData.text is the text that was posted. curl(1): --data sends
#   what it is given, a form by default. Its documentation: "converts shell curl commands to HAR request objects", with --data.
# Seen: a Referer becomes "https", a time "2026-11-30T08". The body {"id": 12345678901234567890, "price": 1.0} becomes an object with
#   12345678901234567000 and 1. For --data 'a=1' a SyntaxError of JSON.parse() is thrown.
# Why it matters: the request that is replayed from the HAR is another one, for another record.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts curl-to-har@1.0.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const toHar = require("curl-to-har");

const url = "curl --request POST --url 'https://example.org/a'";
const har = toHar(`${url} --header 'accept: text/plain' --header 'Referer: https://example.org/' --header 'X-Since: 2026-11-30T08:30:00Z'`);
for (const { name, value } of har.headers) console.log(`${name}: ${value}`);
const { postData } = toHar(`${url} --header 'content-type: application/json' --data '{"id": 12345678901234567890, "price": 1.0}'`);
console.log(`JSON: ${typeof postData.text} ${JSON.stringify(postData.text)}`);
try {
  console.log(`form: ${JSON.stringify(toHar(`${url} --data 'a=1'`).postData)}`);
} catch (error) {
  console.log(`form: ${error.name}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
accept: text/plain
Referer: https
X-Since: 2026-11-30T08
JSON: object {"id":12345678901234567000,"price":1}
form: SyntaxError
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
