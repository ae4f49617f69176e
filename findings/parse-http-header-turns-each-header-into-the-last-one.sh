#!/bin/bash
# parse-http-header: written as text, each parsed header is the one that was parsed last, and parameters with "=" or alone have no name.
#
# Versions: parse-http-header 1.0.1 (npm), Node.js.
# Expected: its documentation: "Parses parameterized HTTP header value string into an object"; toString() gives the header. RFC 9110,
#   section 5.6.6: a parameter's value in quotation marks may hold ";", "," and "="; RFC 9111: "max-age=3600" alone is a whole
#   Cache-Control.
# Seen: String() of the first header gives the text of the second, as toString is set for all of them anew. Of max-age=3600 alone there is
#   no "max-age", with a second directive there is. Of filename="a;b=c.txt" there is neither name nor text; the value of boundary=a=b is
#   missing.
# Why it matters: a proxy that parses two headers and writes them sends the second one twice: Content-Type becomes Content-Disposition.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts parse-http-header@1.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import parse from "parse-http-header";

const type = parse("text/html; charset=utf-8");
console.log(`alone: ${type}`);
const disposition = parse("attachment; filename=a.txt");
console.log(`after another: ${type} and ${disposition}`);
for (const text of ["max-age=3600, private", "max-age=3600", 'attachment; filename="a;b=c.txt"', "multipart/mixed; boundary=a=b"]) {
  console.log(`${text}: ${JSON.stringify(parse(text))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
alone: text/html; charset=utf-8
after another: attachment; filename=a.txt and attachment; filename=a.txt
max-age=3600, private: {"0":{"max-age":"3600"},"1":" private","max-age":"3600"}
max-age=3600: {"0":"max-age=3600"}
attachment; filename="a;b=c.txt": {"0":"attachment","1":{"filename":"\"a"},"2":{"b":"c.txt\""},"filename":"\"a","b":"c.txt\""}
multipart/mixed; boundary=a=b: {"0":"multipart/mixed","1":" boundary=a=b"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
