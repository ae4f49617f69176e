#!/bin/bash
# charset-parser: the charset of "text/html; charset=utf-8; profile=x" is "utf-8;", which no decoder knows.
#
# Versions: charset-parser 0.2.0 (npm), Node.js.
# Expected: RFC 9110, section 8.3.1: media-type = type "/" subtype *( OWS ";" OWS [ parameter ] ); a parameter ends at the semicolon. Its documentation:
#   "Parse charset string from http header and html data".
# Seen: of "text/html; charset=utf-8; profile=x" it gives "utf-8;", and of "text/html;charset=utf-8;version=1" "utf-8;version=1". With charset as the last
#   parameter it is right. In HTML it is the same for http-equiv="Content-Type" with single quotation marks: "utf-8'".
# Why it matters: new TextDecoder("utf-8;") is a RangeError, and iconv says that the encoding is not known: crawlers lose just those pages.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts charset-parser@0.2.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const charsetParser = createRequire(import.meta.url)("charset-parser");

const tell = (name, charset) => {
  let decoder;
  try {
    decoder = `TextDecoder: ${new TextDecoder(charset).encoding}`;
  } catch (error) {
    decoder = error.name;
  }
  console.log(`${name}: ${charset}; ${decoder}`);
};
for (const header of ["text/html; charset=utf-8", 'text/html; charset="utf-8"; profile=x', "text/html; charset=utf-8; profile=x", "text/html;charset=utf-8;version=1"]) {
  tell(header, charsetParser(header));
}
const html = "<meta http-equiv='Content-Type' content='text/html; charset=utf-8'>";
tell(html, charsetParser("text/html", html));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
text/html; charset=utf-8: utf-8; TextDecoder: utf-8
text/html; charset="utf-8"; profile=x: utf-8; TextDecoder: utf-8
text/html; charset=utf-8; profile=x: utf-8;; RangeError
text/html;charset=utf-8;version=1: utf-8;version=1; RangeError
<meta http-equiv='Content-Type' content='text/html; charset=utf-8'>: utf-8'; RangeError
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
