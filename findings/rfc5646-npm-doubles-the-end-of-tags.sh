#!/bin/bash
# rfc5646: a tag with a private part or an extension comes out with its end doubled, and the "rozaj" of "sl-rozaj" is a region.
#
# Versions: rfc5646 3.0.0 (npm), Node.js, whose Intl.Locale is to compare with.
# Expected: RFC 5646, section 2.1: a variant has five to eight letters or digits, a region two letters or three digits; privateuse is "x" and what
#   follows. Appendix A has the examples de-CH-x-phonebk, az-Arab-x-AZE-derbend, en-US-u-islamcal and sl-rozaj-biske. Its own words: "RFC 5646
#   Language Tags Implementation".
# Seen: String(new LanguageTag("de-CH-x-phonebk")) is "de-CH-x-phonebk-phonebk", of en-US-u-islamcal "en-US-u-islamcal-islamcal". sl-rozaj-biske has
#   the region "ROZAJ", and is written sl-ROZAJ-biske. Read and written twice, the end is there four times.
# Why it matters: the tag that is sent in Content-Language or stored is one that no resource has. Use new Intl.Locale().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rfc5646@3.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const LanguageTag = require("rfc5646");

for (const text of ["zh-Hans-CN", "de-CH-1996", "de-CH-x-phonebk", "en-US-u-islamcal", "az-Arab-x-aze-derbend", "sl-rozaj-biske"]) {
  const tag = new LanguageTag(text);
  const right = String(new Intl.Locale(text));
  console.log(`${text}: ${tag}, region ${tag.region}, twice: ${new LanguageTag(String(tag))}; Intl.Locale: ${right}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
zh-Hans-CN: zh-Hans-CN, region CN, twice: zh-Hans-CN; Intl.Locale: zh-Hans-CN
de-CH-1996: de-CH-1996, region CH, twice: de-CH-1996; Intl.Locale: de-CH-1996
de-CH-x-phonebk: de-CH-x-phonebk-phonebk, region CH, twice: de-CH-x-phonebk-phonebk-phonebk-phonebk; Intl.Locale: de-CH-x-phonebk
en-US-u-islamcal: en-US-u-islamcal-islamcal, region US, twice: en-US-u-islamcal-islamcal-islamcal-islamcal; Intl.Locale: en-US-u-islamcal
az-Arab-x-aze-derbend: az-Arab-x-aze-derbend-aze-derbend, region undefined, twice: az-Arab-x-aze-derbend-aze-derbend-aze-derbend-aze-derbend; Intl.Locale: az-Arab-x-aze-derbend
sl-rozaj-biske: sl-ROZAJ-biske, region ROZAJ, twice: sl-ROZAJ-biske; Intl.Locale: sl-biske-rozaj
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
