#!/bin/bash
# es-content-type, @tinyhttp/content-type: "text/html; charset=utf-8;" is an error; content-type-parser cuts what is quoted at its
# semicolons.
#
# Versions: es-content-type 0.1.0, @tinyhttp/content-type 0.1.4, content-type-parser 1.0.2, content-type 3.1.1 to compare with (npm),
#   Node.js.
# Expected: RFC 9110, section 5.6.6: parameters = *( OWS ";" OWS [ parameter ] ), so that a semicolon may be there with nothing behind it,
#   and a tab may stand before or behind it; a value may be quoted, and then have semicolons in it.
# Seen: the first two refuse a semicolon at the end, two in a row, and a tab: "invalid parameter format". content-type reads them all. The
#   third reads them too, but of start-info="application/soap+xml; charset=utf-8" the value is "application/soap+xml, with the first of the
#   quotation marks, and there is a parameter charset of utf-8", with the second.
# Why it matters: there are servers that end the header with a semicolon, and a client with the first two fails for each of their answers.
#   The third takes the answer of a service with SOAP and attachments (MTOM) for one of another type.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts es-content-type@0.1.0 @tinyhttp/content-type@0.1.4 content-type-parser@1.0.2 \
  content-type@3.1.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { parse as tiny } from "@tinyhttp/content-type";
import * as right from "content-type";
import third from "content-type-parser";
import { parse as es } from "es-content-type";

const readers = {
  "content-type": (header) => right.parse(header).parameters,
  "es-content-type": (header) => es(header).parameters,
  "@tinyhttp/content-type": (header) => tiny(header).parameters,
  "content-type-parser": (header) => Object.fromEntries(third(header).parameterList.filter(({ key }) => key).map(({ key, value }) => [key, value])),
};
for (const header of [
  "text/html; charset=utf-8",
  "text/html; charset=utf-8;",
  "text/html;;charset=utf-8",
  "text/html;\tcharset=utf-8",
  'multipart/related; start-info="application/soap+xml; charset=utf-8"; boundary=x',
]) {
  console.log(header.replace("\t", "<tab>"));
  for (const [name, read] of Object.entries(readers)) {
    let seen;
    try {
      seen = JSON.stringify(read(header));
    } catch (error) {
      seen = error.message;
    }
    console.log(`  ${name}: ${seen}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
text/html; charset=utf-8
  content-type: {"charset":"utf-8"}
  es-content-type: {"charset":"utf-8"}
  @tinyhttp/content-type: {"charset":"utf-8"}
  content-type-parser: {"charset":"utf-8"}
text/html; charset=utf-8;
  content-type: {"charset":"utf-8"}
  es-content-type: invalid parameter format
  @tinyhttp/content-type: invalid parameter format
  content-type-parser: {"charset":"utf-8"}
text/html;;charset=utf-8
  content-type: {"charset":"utf-8"}
  es-content-type: invalid parameter format
  @tinyhttp/content-type: invalid parameter format
  content-type-parser: {"charset":"utf-8"}
text/html;<tab>charset=utf-8
  content-type: {"charset":"utf-8"}
  es-content-type: invalid parameter format
  @tinyhttp/content-type: invalid parameter format
  content-type-parser: {"charset":"utf-8"}
multipart/related; start-info="application/soap+xml; charset=utf-8"; boundary=x
  content-type: {"start-info":"application/soap+xml; charset=utf-8","boundary":"x"}
  es-content-type: {"start-info":"application/soap+xml; charset=utf-8","boundary":"x"}
  @tinyhttp/content-type: {"start-info":"application/soap+xml; charset=utf-8","boundary":"x"}
  content-type-parser: {"start-info":"\"application/soap+xml","charset":"utf-8\"","boundary":"x"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
