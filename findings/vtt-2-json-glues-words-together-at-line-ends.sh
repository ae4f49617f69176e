#!/bin/bash
# vtt-2-json: the last word of a line and the first of the next become one word, and the number of the next cue is a part of it as well.
#
# Versions: vtt-2-json 1.1.4 and, to compare with, the W3C's webvtt-parser 2.2.0 (npm), Node.js.
# Expected: WebVTT, section 4.1: cue text may have several lines, which end with LF, CR or CRLF; an identifier belongs to the cue that follows it. The
#   package is to "Convert VTT file to JSON", with the text as "part" and its "words".
# Seen: "we are\nhere" has the words "we" and "arehere...". When cues have numbers, the text of the first of two is "we are\nhere\n2", so that
#   "arehere2" it is, with LF and with CRLF; a year on a line of its own is glued to the one before: "20261984".
# Why it matters: the words are what one indexes and searches, and none at the end of a line is found. Replace line ends within cues with blanks
#   first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vtt-2-json@1.1.4 webvtt-parser@2.2.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const convert = require("vtt-2-json");
const { WebVTTParser } = require("webvtt-parser");

const file = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.500\nwe are\nhere\n\n2\n00:00:05.000 --> 00:00:06.500\nnot in 2026\n1984\n";
(async () => {
  for (const [name, text] of [["LF", file], ["CRLF", file.replace(/\n/g, "\r\n")]]) {
    for (const { part, words } of await convert(text)) console.log(`${name}: ${JSON.stringify(part)}: ${words.map(({ word }) => word).join(", ")}`);
    for (const cue of new WebVTTParser().parse(text).cues) console.log(`  webvtt-parser: ${JSON.stringify(cue.text)}: ${cue.text.split(/\s+/).join(", ")}`);
  }
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
LF: "we are\nhere\n2": we, arehere2
LF: "not in 2026\n1984": not, in, 20261984
  webvtt-parser: "we are\nhere": we, are, here
  webvtt-parser: "not in 2026\n1984": not, in, 2026, 1984
CRLF: "we are\r\nhere\r\n\r\n2": we, arehere2
CRLF: "not in 2026\r\n1984": not, in, 20261984
  webvtt-parser: "we are\nhere": we, are, here
  webvtt-parser: "not in 2026\n1984": not, in, 2026, 1984
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
