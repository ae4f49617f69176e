#!/bin/bash
# acc-lang-parser: a reader of simplified Chinese, zh-Hans-CN, is from "HA", one of Serbian, sr-Latn-RS, from "LA", which is Laos.
#
# Versions: acc-lang-parser 1.0.4 (npm), Node.js.
# Expected: RFC 5646, section 2.1: language, then a script of four letters, then a region of two letters or three digits; Intl.Locale reads it so.
#   Its documentation: { language: "de", locale: "DE" } for "de-DE".
# Seen: the locale is the first two letters of whatever stands second. Of fil-PH only { locale: "PH" } is left; es-419 has none.
# Why it matters: Safari sends zh-Hans-CN and sr-Latn-RS. Shops that choose a currency or a page by the locale send the Chinese and Serbs to nowhere,
#   or to Laos.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts acc-lang-parser@1.0.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { extractFirstLang } = createRequire(import.meta.url)("acc-lang-parser");

for (const tag of ["de-DE", "zh-Hans-CN", "sr-Latn-RS", "fil-PH", "es-419"]) {
  const { language, region } = new Intl.Locale(tag);
  console.log(`${tag}: ${JSON.stringify(extractFirstLang(tag))}; Intl.Locale: ${language}, ${region}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
de-DE: {"language":"de","locale":"DE"}; Intl.Locale: de, DE
zh-Hans-CN: {"language":"zh","locale":"HA"}; Intl.Locale: zh, CN
sr-Latn-RS: {"language":"sr","locale":"LA"}; Intl.Locale: sr, RS
fil-PH: {"locale":"PH"}; Intl.Locale: fil, PH
es-419: {"language":"es"}; Intl.Locale: es, 419
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
