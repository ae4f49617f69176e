#!/bin/bash
# vcard4-ts: an organization and its department become one text with a semicolon in it, and two types of a telephone number one type with a
# comma.
#
# Versions: vcard4-ts 0.4.1, vcard4 4.0.5 to compare with (npm), Node.js.
# Expected: RFC 6350, section 6.6.4: ORG is "a single structured text value consisting of components separated by the SEMICOLON character",
#   and a semicolon in a component is escaped. Section 5.6: TYPE is a list, and its example in section 6.4.1 is TYPE="voice,home".
# Seen: ORG:Example\, Inc.;Research\; Development is [ "Example, Inc.;Research; Development" ], in which the two semicolons are the same.
#   TYPE="voice,home", the RFC's own example, is [ "voice,home" ], with a warning of an unescaped comma, and so is a KEY in a data URI,
#   where commas belong. vcard4 gives the two components and the two types.
# Why it matters: the company cannot be told from its department any more, and who looks for the numbers of type "home" does not find the
#   one that has two types.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vcard4-ts@0.4.1 vcard4@4.0.5 >npm.log 2>&1

cat > find.js <<'JS'
const { parse } = require("vcard4");
const { parseVCards } = require("vcard4-ts");

const text = `BEGIN:VCARD
VERSION:4.0
FN:Jo Doe
ORG:Example\\, Inc.;Research\\; Development
TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1-555-555-5555;ext=5555
KEY:data:application/pkix-cert;base64,MIIB
END:VCARD
`.replaceAll("\n", "\r\n");
const right = Object.fromEntries(parse(text).parsedVcard.map((each) => [each.property, each]));
const [card] = parseVCards(text).vCards;
console.log("vcard4:   ", JSON.stringify([right.ORG.value, right.TEL.parameters.TYPE]));
console.log("vcard4-ts:", JSON.stringify([card.ORG[0].value, card.TEL[0].parameters.TYPE]));
console.log("warnings: ", card.nags.map((each) => `${each.key} ${each.attributes.property}`).join(", "));
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
vcard4:    [["Example, Inc.","Research; Development"],["voice","home"]]
vcard4-ts: [["Example, Inc.;Research; Development"],["voice,home"]]
warnings:  PARAM_UNESCAPED_COMMA TEL, VALUE_UNESCAPED_COMMA KEY
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
