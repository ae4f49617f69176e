#!/bin/bash
# accept-language-negotiator: who wants Swiss German first and English second gets English, though there is German.
#
# Versions: accept-language-negotiator 1.2.1, bcp-47-match 2.0.3 (npm), Node.js.
# Expected: RFC 4647, section 3.4: "each language range in the language priority list is considered in turn, according to priority"; "de-CH"
#   is shortened to "de" before the next range is looked at. RFC 9110, section 12.4.2: a weight of 0 means "not acceptable". Its
#   documentation: "implements RFC4647 3.4 lookup".
# Seen: lookup("de-CH, en;q=0.8", ["de", "en"], "x") gives "en"; lookup("fr;q=0, *", ["fr", "de"], "x") gives "fr". The array that was given
#   is sorted by length: ["de", "de-CH"] is ["de-CH", "de"] afterwards. bcp-47-match gives "de" for the first.
# Why it matters: programs and apps send the language of the system with its region, and English behind it: "de-CH", "de-AT", "pt-BR". All
#   of these get English. Who takes the first of the list as default has another default after the first request.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts accept-language-negotiator@1.2.1 bcp-47-match@2.0.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import negotiator from "accept-language-negotiator";
import { lookup } from "bcp-47-match";

const tags = ["de", "en", "de-CH"];
const seen = [
  negotiator.lookup("de-CH, en;q=0.8", ["de", "en"], "x"),
  lookup(["de", "en"], ["de-CH", "en"]),
  negotiator.lookup("de-CH", ["de", "en"], "x"),
  negotiator.lookup("fr;q=0, *", ["fr", "de"], "x"),
  negotiator.lookup("de", tags, "x"),
  tags,
];
console.log("de-CH before en:", seen[0], "and with bcp-47-match:", seen[1]);
console.log("de-CH alone:", seen[2]);
console.log("anything but fr:", seen[3]);
console.log("the list afterwards:", tags);
process.exit(JSON.stringify(seen) === JSON.stringify(["en", "de", "de", "fr", "de", ["de-CH", "de", "en"]]) ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
