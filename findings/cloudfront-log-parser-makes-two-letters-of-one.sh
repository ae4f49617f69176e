#!/bin/bash
# cloudfront-log-parser: letters outside ASCII come out as two others each, "caf%C3%A9" as "cafÃ©", and "+" and "%2B" of a query cannot be told apart
#   afterwards.
#
# Versions: cloudfront-log-parser 1.2.0 (npm), Node.js.
# Expected: CloudFront Developer Guide, "Standard logging reference": cs-uri-stem and cs-uri-query are URL-encoded, cs(User-Agent) too; RFC 3986,
#   section 2.5: such octets are UTF-8. ECMA-262, annex B.2.1.2, on unescape(), which is what one would not use: %C3 is the letter of that number.
#   decodeURIComponent() is what reads UTF-8.
# Seen: the path /caf%C3%A9/a%20b.html is "/cafÃ©/a b.html", and the query q=M%C3%BCnchen&x=1%2B1 is "q=MÃ¼nchen&x=1+1", which URLSearchParams reads
#   as "1 1". %26 becomes "&", a border between two fields of the query that was none.
# Why it matters: reports list pages that do not exist, and each search for words with an umlaut is lost. Take the lines apart at tabs oneself and
#   decode after the query is split.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cloudfront-log-parser@1.2.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { parse } = require("cloudfront-log-parser");

const fields = ["2026-11-30", "01:02:03", "FRA2", "1045619", "2001:db8::1", "GET", "d1.example.net", "/caf%C3%A9/a%20b.html", "200", "https://www.example.com/", "Mozilla/5.0%20(X11)", "q=M%C3%BCnchen&x=1%2B1&y=a%26b=c", "-", "Hit", "abc==", "d1.example.net", "https", "23", "0.001", "-", "TLSv1.3", "TLS_AES", "Hit", "HTTP/2.0", "-", "-", "11040", "0.001", "Hit", "text/html", "78", "-", "-"];
const [row] = parse(`#Version: 1.0\n${fields.join("\t")}\n`);
console.log(`path: ${row["cs-uri-stem"]}; decodeURIComponent: ${decodeURIComponent(fields[7])}`);
console.log(`query: ${row["cs-uri-query"]}`);
console.log(`  its fields: ${JSON.stringify([...new URLSearchParams(row["cs-uri-query"])])}`);
console.log(`  the fields of the log: ${JSON.stringify([...new URLSearchParams(fields[11])])}`);
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
path: /cafÃ©/a b.html; decodeURIComponent: /café/a b.html
query: q=MÃ¼nchen&x=1+1&y=a&b=c
  its fields: [["q","MÃ¼nchen"],["x","1 1"],["y","a"],["b","c"]]
  the fields of the log: [["q","München"],["x","1+1"],["y","a&b=c"]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
