#!/bin/bash
# @escapace/accept-language-parser: blanks around a weight make it a language called "q", scripts are read as regions, and what the client
# excludes is chosen.
#
# Versions: @escapace/accept-language-parser 1.6.7, @hapi/accept 6.0.3 to compare with (npm), Node.js.
# Expected: RFC 9110, section 12.4.2: weight = OWS ";" OWS "q=" qvalue, and "a value of 0 means "not acceptable"". RFC 5646, section 2.1:
#   in sr-Latn the four letters are the script; in de-DE-1996 the country is DE, and 1996 is a variant.
# Seen: "de ; q=0.7" is de with the quality 1 and a language "q". sr-Latn has the region Latn and no script, and de-DE-1996 the script DE
#   and the region 1996. pick(["en", "de"], "de;q=0") gives de. @hapi/accept goes by the weights, and has no language for the last.
# Why it matters: clients that write blanks are served in their last choice; whoever asks for Serbian in Latin letters or German of the
#   country DE gets what comes by default; and de;q=0 is there for somebody who does not want it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @escapace/accept-language-parser@1.6.7 @hapi/accept@6.0.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { parse, pick } from "@escapace/accept-language-parser";
import Accept from "@hapi/accept";

const right = (header, available) => [Accept.language(header, available)].flat().map((each) => each || "none");
for (const header of ["de;q=0.7, en;q=0.8", "de ; q=0.7, en; q=0.8", "sr-Latn", "zh-Hant-TW", "de-DE-1996"]) {
  console.log(`${header}: @hapi/accept [${Accept.languages(header)}]`);
  for (const { code, script, region, quality } of parse(header)) console.log(`    ${code}, script ${script}, region ${region}, quality ${quality}`);
}
for (const header of ["de ; q=0.7, en;q=0.8", "de;q=0"]) {
  console.log(`${header}: @hapi/accept [${right(header, ["en", "de"])}], pick ${pick(["en", "de"], header)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
de;q=0.7, en;q=0.8: @hapi/accept [en,de]
    en, script undefined, region undefined, quality 0.8
    de, script undefined, region undefined, quality 0.7
de ; q=0.7, en; q=0.8: @hapi/accept [en,de]
    de, script undefined, region undefined, quality 1
    q, script undefined, region undefined, quality 1
    en, script undefined, region undefined, quality 1
    q, script undefined, region undefined, quality 1
sr-Latn: @hapi/accept [sr-latn]
    sr, script undefined, region Latn, quality 1
zh-Hant-TW: @hapi/accept [zh-hant-tw]
    zh, script Hant, region TW, quality 1
de-DE-1996: @hapi/accept [de-de-1996]
    de, script DE, region 1996, quality 1
de ; q=0.7, en;q=0.8: @hapi/accept [en], pick de
de;q=0: @hapi/accept [none], pick de
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
