#!/bin/bash
# @hattip/headers: a type with q=0 is served, "en-us" does not find en-US, and a parenthesis in quotes ends a value.
#
# Versions: @hattip/headers 0.0.49, negotiator 1.0.0 to compare with (npm), Node.js.
# Expected: RFC 9110, section 12.4.2: "a value of 0 means not acceptable"; section 12.5.1: the most specific range decides; section 8.5.1:
#   language tags do not depend on case; section 5.6.5: comments stand outside of quoted strings only.
# Seen: for "text/html;q=0, */*" and for "*/*, text/html;q=0" text/html is given. Of "en-us" nothing but the default is found among en-US
#   and de. parseHeaderValue() makes of 'a;title="x (y)";b=1' one directive, title: "x ". negotiator gives application/json and en-US.
# Why it matters: clients that exclude a type get just that; tags in small letters, as some systems send them, lead to the default language.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @hattip/headers@0.0.49 negotiator@1.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { accept, acceptLanguage, parseHeaderValue } from "@hattip/headers";
import Negotiator from "negotiator";

const types = { "text/html": "text/html", "application/json": "application/json", "*": "the default" };
for (const value of ["application/json", "text/html;q=0, */*", "*/*, text/html;q=0"]) {
  const right = new Negotiator({ headers: { accept: value } }).mediaType(["text/html", "application/json"]);
  console.log(`Accept: ${value}: ${accept(value, types)}; negotiator: ${right}`);
}
const languages = { de: "de", "en-US": "en-US", "*": "the default" };
for (const value of ["en-US", "en-us"]) {
  const right = new Negotiator({ headers: { "accept-language": value } }).language(["de", "en-US"]);
  console.log(`Accept-Language: ${value}: ${acceptLanguage(value, languages)}; negotiator: ${right}`);
}
for (const value of ['a;title="x y";b=1', 'a;title="x (y)";b=1']) console.log(`${value}: ${JSON.stringify(parseHeaderValue(value))}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
Accept: application/json: application/json; negotiator: application/json
Accept: text/html;q=0, */*: text/html; negotiator: application/json
Accept: */*, text/html;q=0: text/html; negotiator: application/json
Accept-Language: en-US: en-US; negotiator: en-US
Accept-Language: en-us: the default; negotiator: en-US
a;title="x y";b=1: [{"value":"a","directives":{"title":"x y","b":"1"}}]
a;title="x (y)";b=1: [{"value":"a","directives":{"title":"x "}}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
