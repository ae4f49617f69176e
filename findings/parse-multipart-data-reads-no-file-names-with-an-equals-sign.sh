#!/bin/bash
# parse-multipart-data: a file whose name has a semicolon or an equals sign in it makes the whole upload fail with a message about JSON.
#
# Versions: parse-multipart-data 1.5.0 (npm), Node.js, whose Response.formData() is the comparison.
# Expected: RFC 7578, section 4.2, and RFC 2183, section 2: filename is a quoted string, in which semicolons and equals signs are letters
#   as any others; browsers write them as they are.
# Seen: the field is cut at every semicolon and equals sign, in quotation marks or not, and the pieces are given to JSON.parse(), which
#   raises a SyntaxError. No part of the upload is returned. Node.js reads the names.
# Why it matters: "a=b.csv", "id=5.pdf" and what download managers make of web addresses are usual names. The package is for upload
#   handlers in serverless functions, which then answer 500 to one file and not to the next.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts parse-multipart-data@1.5.0 >npm.log 2>&1

cat > find.js <<'JS'
const { parse } = require("parse-multipart-data");

(async () => {
  for (const filename of ["a.txt", "a=b.txt", "a;b.txt", "a, b.txt"]) {
    const text = `--b\r\nContent-Disposition: form-data; name="f"; filename="${filename}"\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b--\r\n`;
    const form = await new Response(text, { headers: { "content-type": "multipart/form-data; boundary=b" } }).formData();
    let seen;
    try {
      seen = parse(Buffer.from(text), "b")[0].filename;
    } catch (error) {
      seen = error.constructor.name;
    }
    console.log(`${filename}: Node.js ${form.get("f").name}, parse-multipart-data ${seen}`);
  }
})();
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
a.txt: Node.js a.txt, parse-multipart-data a.txt
a=b.txt: Node.js a=b.txt, parse-multipart-data SyntaxError
a;b.txt: Node.js a;b.txt, parse-multipart-data SyntaxError
a, b.txt: Node.js a, b.txt, parse-multipart-data a, b.txt
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
