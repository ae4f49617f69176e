#!/bin/bash
# cache-control-esm: of 'no-cache="set-cookie", max-age=60, must-revalidate' the first is lost; for two others max-age="60" is none.
#
# Versions: cache-control-esm 1.0.0, cache-control-parser 2.2.0, cache-parser 1.2.6, parse-cache-control 1.0.1, @tusbar/cache-control 3.0.1
#   to compare with (npm), Node.js.
# Expected: RFC 9111, section 5.2: "Cache directives are identified by a token, to be compared case-insensitively, and have an optional
#   argument that can use both token and quoted-string syntax", and recipients "ought to accept both forms", also where senders must keep to
#   one, as with max-age. Section 5.2.2.4 and 5.2.2.7: no-cache and private may name header fields.
# Seen: cache-control-esm leaves out no-cache="set-cookie" and private="set-cookie", max-age="60", and stale-while-revalidate.
#   parse-cache-control keeps "Max-Age" and "No-Store" under these names, where nobody who asks for "max-age" finds them, and the number as
#   text. cache-control-parser and cache-parser have no max-age for max-age="60". @tusbar/cache-control reads all of this.
# Why it matters: a cache that goes by it keeps what must be asked for again, or asks each time for what it has, depending on how the server
#   writes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cache-control-esm@1.0.0 cache-control-parser@2.2.0 cache-parser@1.2.6 parse-cache-control@1.0.1 \
  @tusbar/cache-control@3.0.1 >npm.log 2>&1

cat > find.js <<'JS'
const readers = {
  "@tusbar/cache-control": (text) => require("@tusbar/cache-control").parse(text).format(),
  "cache-control-esm": (text) => require("cache-control-esm").parse(text).format(),
  "cache-control-parser": (text) => JSON.stringify(require("cache-control-parser").parse(text)),
  "cache-parser": (text) => JSON.stringify(require("cache-parser").parse(text)),
  "parse-cache-control": (text) => JSON.stringify(require("parse-cache-control")(text)),
};
for (const text of ['no-cache="set-cookie", max-age=60, must-revalidate', 'private="set-cookie", max-age=60', 'max-age="60"', "Max-Age=60, No-Store",
  "max-age=60, stale-while-revalidate=30"]) {
  console.log(text);
  for (const name in readers) console.log(`  ${name}: ${readers[name](text)}`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
no-cache="set-cookie", max-age=60, must-revalidate
  @tusbar/cache-control: max-age=60, must-revalidate, no-cache="set-cookie"
  cache-control-esm: max-age=60, must-revalidate
  cache-control-parser: {"no-cache":true,"max-age":60,"must-revalidate":true}
  cache-parser: {"maxAge":60,"mustRevalidate":true,"noCache":true}
  parse-cache-control: {"no-cache":"set-cookie","max-age":60,"must-revalidate":true}
private="set-cookie", max-age=60
  @tusbar/cache-control: max-age=60, private="set-cookie"
  cache-control-esm: max-age=60
  cache-control-parser: {"private":true,"max-age":60}
  cache-parser: {"maxAge":60,"private":true}
  parse-cache-control: {"private":"set-cookie","max-age":60}
max-age="60"
  @tusbar/cache-control: max-age=60
  cache-control-esm: 
  cache-control-parser: {}
  cache-parser: {}
  parse-cache-control: {"max-age":60}
Max-Age=60, No-Store
  @tusbar/cache-control: max-age=60, no-store
  cache-control-esm: max-age=60, no-store
  cache-control-parser: {"max-age":60,"no-store":true}
  cache-parser: {"maxAge":60,"noStore":true}
  parse-cache-control: {"Max-Age":"60","No-Store":true}
max-age=60, stale-while-revalidate=30
  @tusbar/cache-control: max-age=60, stale-while-revalidate=30
  cache-control-esm: max-age=60
  cache-control-parser: {"max-age":60,"stale-while-revalidate":30}
  cache-parser: {"maxAge":60,"staleWhileRevalidate":30}
  parse-cache-control: {"max-age":60,"stale-while-revalidate":"30"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
