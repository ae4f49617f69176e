#!/bin/bash
# http-accept: a profile of JSON-LD ends at its semicolon, and a comma in it makes a media type of the rest; parse-accept-language overlooks weights with a blank.
#
# Versions: http-accept 0.1.6, parse-accept-language 3.0.0, negotiator 1.0.0 and @hapi/accept 6.0.3 to compare with (npm), Node.js.
# Expected: RFC 9110, section 12.5.1: parameters of media ranges may be quoted strings (section 5.6.6), with ";" and "," in them; section
#   12.4.2: weight = OWS ";" OWS "q=" qvalue, so there may be blanks around the semicolon. RFC 5646, section 2.1: in zh-Hant-TW the region
#   is TW, and Hant the script.
# Seen: application/ld+json;profile="https://a.example/x;y=1, z" is two ranges, the second one is 'z"', and the profile is
#   '"https://a.example/x', with the quote. Of "de ; q=0.1, fr" parse-accept-language has 1 for both, and German first. The region of
#   zh-Hant-TW is HANT.
# Why it matters: servers of linked data choose by the profile, and clients that write a blank get what they like least.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts http-accept@0.1.6 parse-accept-language@3.0.0 negotiator@1.0.0 @hapi/accept@6.0.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import accept from "http-accept";
import Negotiator from "negotiator";
import Hapi from "@hapi/accept";
import parse from "parse-accept-language";

const profile = 'application/ld+json;profile="https://a.example/x;y=1, z", text/plain;q=0.5';
const request = { headers: { accept: profile } };
accept(request, {}, () => {});
console.log(profile);
for (const { mediarange, quality, params } of request.accept.types) console.log("  http-accept:", mediarange, quality, JSON.stringify(params));
console.log("  negotiator:", JSON.stringify(new Negotiator(request).mediaTypes()));
for (const languages of ["de ; q=0.1, fr", "zh-Hant-TW"]) {
  console.log(languages);
  const headers = { "accept-language": languages };
  const list = (parse.default ?? parse)({ headers });
  for (const { value, q, region } of list) console.log("  parse-accept-language:", value, q, region);
  console.log("  @hapi/accept:", JSON.stringify(Hapi.languages(languages)));
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
application/ld+json;profile="https://a.example/x;y=1, z", text/plain;q=0.5
  http-accept: application/ld+json 1 {"profile":"\"https://a.example/x","y":"1"}
  http-accept: z" 1 {}
  http-accept: text/plain 0.5 {"q":"0.5"}
  negotiator: ["application/ld+json","text/plain"]
de ; q=0.1, fr
  parse-accept-language: de 1 
  parse-accept-language: fr 1 
  @hapi/accept: ["fr","de"]
zh-Hant-TW
  parse-accept-language: zh-Hant-TW 1 HANT
  @hapi/accept: ["zh-hant-tw"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
