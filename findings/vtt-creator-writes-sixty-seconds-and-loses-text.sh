#!/bin/bash
# vtt-creator: the second 59.9996 is written as 00:00:60.000, which no reader takes, and "<", "&" and empty lines stay as they are, so that text is
#   lost.
#
# Versions: vtt-creator 1.1.1 and, to compare with, the W3C's webvtt-parser 2.2.0 (npm), Node.js.
# Expected: WebVTT, section 4.1: the seconds of a time stamp are 00 to 59; cue text has no empty line and no "-->", and "&" and "<" in it are written
#   &amp; and &lt;. Its own words: "library to generate VTT open subtitles files"; add() takes seconds and a text.
# Seen: add(59.9996, 61, ...) writes "00:00:60.000 --> 00:01:01.000", which webvtt-parser calls an error and leaves out. Of "if a <b then c" the
#   reader shows "if a ", of a text with an empty line the first part only.
# Why it matters: times come from speech recognition as seconds with many digits: about one cue in 120000 is lost, with the time of it in the log of
#   nobody. Round to milliseconds and escape before add().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vtt-creator@1.1.1 webvtt-parser@2.2.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const Vtt = require("vtt-creator");
const { WebVTTParser } = require("webvtt-parser");

const shown = (node) => (node.type === "text" ? node.value : (node.children ?? []).map(shown).join(""));
for (const [start, end, text] of [[1, 4.5, "Hi"], [59.9996, 61, "Hi"], [3599.9999, 3601, "Hi"], [1, 2, "if a <b then c"], [1, 2, "first\n\nsecond"], [1, 2, "a --> b"]]) {
  const vtt = new Vtt();
  vtt.add(start, end, text);
  const file = vtt.toString();
  const { cues, errors } = new WebVTTParser().parse(file);
  const seen = cues.map((cue) => shown(cue.tree));
  console.log(`${start}, ${JSON.stringify(text)}: ${file.match(/.*-->.*/)[0]}; read: ${JSON.stringify(seen)}, ${errors.length ? errors[0].message : "no error"}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
1, "Hi": 00:00:01.000 --> 00:00:04.500; read: ["Hi"], no error
59.9996, "Hi": 00:00:60.000 --> 00:01:01.000; read: [], You cannot have more than 59 seconds.
3599.9999, "Hi": 00:59:60.000 --> 01:00:01.000; read: [], You cannot have more than 59 seconds.
1, "if a <b then c": 00:00:01.000 --> 00:00:02.000; read: ["if a "], Only <v> and <lang> can have an annotation.
1, "first\n\nsecond": 00:00:01.000 --> 00:00:02.000; read: ["first"], Cue identifier cannot be standalone.
1, "a --> b": 00:00:01.000 --> 00:00:02.000; read: [""], Blank line missing before cue.
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
