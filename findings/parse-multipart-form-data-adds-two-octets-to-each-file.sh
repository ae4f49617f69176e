#!/bin/bash
# parse-multipart-form-data: each file gets a line break more, each name a quotation mark; of a boundary in quotation marks nothing is read.
#
# Versions: parse-multipart-form-data 1.0.0 (npm), Node.js, whose Response.formData() reads the same body.
# Expected: RFC 2046, section 5.1.1: the line break before a delimiter belongs to the delimiter; the boundary may be quoted and other
#   parameters may follow. RFC 7578, section 4.2: names of files are in quotation marks. Its documentation: "Parse a multipart form data on
#   your server", with extractBoundary() of the Content-Type.
# Seen: a file "abc" is read as "abc\r\n", its name "a.txt" as 'a.txt"'. With boundary="x" or boundary=x; charset=utf-8 the result
#   is an empty list. formData() reads the file each time.
# Why it matters: archives and images are saved with two octets too many and under a name that Windows refuses; .NET's HttpClient puts
#   boundaries into quotation marks, so that its uploads vanish.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts parse-multipart-form-data@1.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { extractBoundary, parse } = require("parse-multipart-form-data");

const body = Buffer.from([
  "--x",
  'Content-Disposition: form-data; name="file"; filename="a.txt"',
  "Content-Type: text/plain",
  "",
  "abc",
  "--x--",
  "",
].join("\r\n"));
(async () => {
  for (const boundary of ["boundary=x", 'boundary="x"', "boundary=x; charset=utf-8"]) {
    const type = `multipart/form-data; ${boundary}`;
    const files = parse(body, extractBoundary(type)).map(({ filename, data }) => [filename, data.toString()]);
    const file = (await new Response(body, { headers: { "Content-Type": type } }).formData()).get("file");
    console.log(`${type}\n  ${JSON.stringify(files)}; formData(): ${JSON.stringify([file.name, await file.text()])}`);
  }
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
multipart/form-data; boundary=x
  [["a.txt\"","abc\r\n"]]; formData(): ["a.txt","abc"]
multipart/form-data; boundary="x"
  []; formData(): ["a.txt","abc"]
multipart/form-data; boundary=x; charset=utf-8
  []; formData(): ["a.txt","abc"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
