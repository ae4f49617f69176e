#!/bin/bash
# vtt-to-json: the first subtitle comes twice, the last one not at all when the file ends with a line feed, and the number of a cue is taken for a
#   word of the one before.
#
# Versions: vtt-to-json 0.1.1 and, to compare with, the W3C's webvtt-parser 2.2.0 (npm), Node.js.
# Expected: WebVTT, section 4.1: a file is a row of cues, each with an optional identifier on a line of its own before the times, and may end with a
#   line end. "Convert VTT file to JSON" is what the package is for.
# Seen: of four cues, "One" to "Four", with numbers as identifiers, come "One" (1 to 2 s), "2" (1 to 2 s again), "Two 3" and "Three 4"; "Four" is
#   missing. Without the numbers it is "One", "" and "Two", "Three". Only without the last line feed "Four" is there.
# Why it matters: searches in transcripts miss the last sentence of every video, and find numbers nobody spoke. Each line end at the end of a file is
#   usual, as editors add it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vtt-to-json@0.1.1 webvtt-parser@2.2.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const convert = require("vtt-to-json");
const { WebVTTParser } = require("webvtt-parser");

const file = (numbers) =>
  "WEBVTT\n" + ["One", "Two", "Three", "Four"].map((text, i) => `\n${numbers ? `${i + 1}\n` : ""}00:00:0${i + 1}.000 --> 00:00:0${i + 2}.000\n${text}\n`).join("");
(async () => {
  for (const [name, text] of [["with numbers", file(true)], ["without numbers", file(false)], ["without the last line feed", file(false).trimEnd()]]) {
    console.log(`${name}: ${JSON.stringify((await convert(text)).map(({ start, part }) => [start, part]))}`);
    console.log(`  webvtt-parser: ${JSON.stringify(new WebVTTParser().parse(text).cues.map((cue) => [cue.startTime * 1000, cue.text]))}`);
  }
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
with numbers: [[1000,"One"],[1000,"2"],[2000,"Two 3"],[3000,"Three 4"]]
  webvtt-parser: [[1000,"One"],[2000,"Two"],[3000,"Three"],[4000,"Four"]]
without numbers: [[1000,"One"],[1000,""],[2000,"Two"],[3000,"Three"]]
  webvtt-parser: [[1000,"One"],[2000,"Two"],[3000,"Three"],[4000,"Four"]]
without the last line feed: [[1000,"One"],[1000,""],[2000,"Two"],[3000,"Three"],[4000,"Four"]]
  webvtt-parser: [[1000,"One"],[2000,"Two"],[3000,"Three"],[4000,"Four"]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
