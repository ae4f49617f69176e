#!/bin/bash
# linkheader-parser and format-link-header: a link with title* cannot be read, and quotation marks in a title are written so that nobody
# can read the link.
#
# Versions: linkheader-parser 0.1.2, format-link-header 3.1.1, http-link-header 1.1.4 to compare with (npm), Node.js.
# Expected: RFC 8288, section 3: link parameters are tokens, and a token may end in "*" (RFC 9110, section 5.6.2); its section 3.5 has the
#   example title*=UTF-8'de'letztes%20Kapitel. A quotation mark inside a quoted string has a backslash in front (RFC 9110, section 5.6.4).
# Seen: linkheader-parser raises an error at the "*" of the RFC's own example, for the whole field, so that the other links in it are lost
#   too. format-link-header writes title="about "us"", at which both readers stop.
# Why it matters: catalogues, calendars and the sites of other languages than English have titles in UTF-8. A client that pages through
#   results stops at the first page since a link that it does not need has one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts linkheader-parser@0.1.2 format-link-header@3.1.1 http-link-header@1.1.4 \
    >npm.log 2>&1

cat > find.js <<'JS'
const format = require("format-link-header").default ?? require("format-link-header");
const LinkHeader = require("http-link-header");
const parser = require("linkheader-parser");

const readers = {
  "http-link-header": (text) => LinkHeader.parse(text).refs.map((each) => `${each.rel} ${each.title ?? each["title*"]?.value}`),
  "linkheader-parser": (text) => Object.entries((parser.default ?? parser.parse ?? parser)(text)).map(([rel, each]) => `${rel} ${each.title}`),
};
const fields = [
  '</chapter1>; rel="previous"; title="first", </chapter3>; rel="next"',
  `</chapter1>; rel="previous"; title*=UTF-8'de'letztes%20Kapitel, </chapter3>; rel="next"`,
  '</us>; rel="about"; title="about \\"us\\""',
  format({ about: { rel: "about", url: "/us", title: 'about "us"' } }),
];
for (const field of fields) {
  console.log(field);
  for (const [name, read] of Object.entries(readers)) {
    let seen;
    try {
      seen = read(field).join(", ");
    } catch (error) {
      seen = error.message.slice(0, 12) + "...";
    }
    console.log(`  ${name}: ${seen}`);
  }
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
</chapter1>; rel="previous"; title="first", </chapter3>; rel="next"
  http-link-header: previous first, next undefined
  linkheader-parser: previous first, next undefined
</chapter1>; rel="previous"; title*=UTF-8'de'letztes%20Kapitel, </chapter3>; rel="next"
  http-link-header: previous letztes Kapitel, next undefined
  linkheader-parser: Expected ","...
</us>; rel="about"; title="about \"us\""
  http-link-header: about about "us"
  linkheader-parser: about about "us"
</us>; rel="about"; title="about "us""
  http-link-header: about about 
  linkheader-parser: Expected ","...
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
