#!/bin/bash
# http-string-parser: each line feed in a body becomes two octets, so neither Content-Length nor Content-Digest fits, and of two Set-Cookie one is left.
#
# Versions: http-string-parser 0.0.6 (npm), Node.js.
# Expected: RFC 9112, section 6: a body is the octets behind the empty line. RFC 9110, section 5.3: Set-Cookie comes once for each cookie, and the
#   fields of that name cannot be combined. Field names are the same in capitals and small letters (section 5.1).
# Seen: the text of a request or response is split into lines, and put together again with CR LF, so that a JSON body of 14 octets with
#   two line feeds has 16. Of several fields of one name the last is left. "Set-cookie" and "Set-Cookie" are two.
# Why it matters: what is recorded, read with it and sent again has another length than it says, so that the other side gets a body that is cut, and
#   signatures and digests of it fail.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts http-string-parser@0.0.6 >npm.log 2>&1

cat > find.js <<'JS'
const { createHash } = require("crypto");
const { parseRequest, parseResponse } = require("http-string-parser");

const body = '{\n  "a": [1]\n}';
const digest = (text) => createHash("sha256").update(text).digest("base64").slice(0, 8);
const fields = `Content-Length: ${body.length}\r\nContent-Digest: sha-256=:${digest(body)}...`;
const response = parseResponse(`HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nSet-cookie: c=3\r\n${fields}\r\n\r\n${body}`);
const request = parseRequest(`POST / HTTP/1.1\r\n${fields}\r\n\r\n${body}`);
console.log("response:", JSON.stringify(response.headers));
for (const message of [response, request]) {
  console.log(`body: ${JSON.stringify(message.body)}, ${message.body.length} octets, SHA-256 ${digest(message.body)}...`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
response: {"Set-Cookie":"b=2","Set-cookie":"c=3","Content-Length":"14","Content-Digest":"sha-256=:/t0SmljS..."}
body: "{\r\n  \"a\": [1]\r\n}", 16 octets, SHA-256 xsYquzbp...
body: "{\r\n  \"a\": [1]\r\n}", 16 octets, SHA-256 xsYquzbp...
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
