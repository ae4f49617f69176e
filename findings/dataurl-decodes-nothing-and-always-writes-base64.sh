#!/bin/bash
# dataurl: "data:text/plain,Hello%20World" is read as Hello%20World, and with encoded: false base64 is written without saying so.
#
# Versions: dataurl 0.1.0 (npm), Node.js; fetch() of Node.js to compare with.
# Expected: RFC 2397, section 2: without ";base64" the data "is represented using the ASCII encoding for octets inside the range of safe URL
#   characters and using the standard %xx hex encoding of URLs for octets outside that range". Section 3: data := *urlchar, so that it may be empty.
# Seen: parse() leaves %20 as it is, and returns false for "data:,". convert({ encoded: false }), documented as "whether to base64 encode the data",
#   gives "data:text/plain,SGVsbG8gV29ybGQ=", which everybody reads as that text. Parameters beside the charset become a part of it.
# Why it matters: SVG pictures in style sheets, which are written so, are broken; what it writes without base64 shows letters and numbers instead of
#   the text, and it reads them itself as such.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts dataurl@0.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const dataurl = createRequire(import.meta.url)("dataurl");

for (const url of ["data:text/plain;base64,SGVsbG8gV29ybGQ=", "data:text/plain,Hello%20World", "data:,", "data:text/plain;charset=utf-8;x=y,Hi"]) {
  const seen = dataurl.parse(url);
  const right = await (await fetch(url)).text();
  console.log(`${url}: ${seen && `${seen.data}, charset ${seen.charset}`}; fetch: ${JSON.stringify(right)}`);
}
for (const encoded of [true, false]) {
  const url = dataurl.convert({ data: Buffer.from("Hello World"), mimetype: "text/plain", encoded });
  console.log(`encoded ${encoded}: ${url}; fetch: ${await (await fetch(url)).text()}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
data:text/plain;base64,SGVsbG8gV29ybGQ=: Hello World, charset undefined; fetch: "Hello World"
data:text/plain,Hello%20World: Hello%20World, charset undefined; fetch: "Hello World"
data:,: false; fetch: ""
data:text/plain;charset=utf-8;x=y,Hi: Hi, charset utf-8;x=y; fetch: "Hi"
encoded true: data:text/plain;base64,SGVsbG8gV29ybGQ=; fetch: Hello World
encoded false: data:text/plain,SGVsbG8gV29ybGQ=; fetch: SGVsbG8gV29ybGQ=
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
