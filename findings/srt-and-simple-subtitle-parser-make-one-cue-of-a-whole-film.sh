#!/bin/bash
# srt and simple-subtitle-parser: a SubRip file with CRLF is one single subtitle, with the numbers and times of all others in its text.
#
# Versions: srt 0.0.3, simple-subtitle-parser 2.0.0 and, to compare with, subtitle 4.2.1 (npm), Node.js.
# Expected: SubRip is a format of Windows, and its own program writes CRLF ("Make sure your subtitle files comply with the SubRip file format", says
#   srt): an empty line ends a cue, with either line end. Both are to parse such files.
# Seen: with LF both have two cues. With CRLF both have one; its text is "Hi\r\n\r\n2\r\n00:00:05,000 --> ..." up to the end of the file. subtitle
#   reads two in both cases.
# Why it matters: most .srt files have CRLF, and there is no error: the whole film stands on the screen at the first line. Replace \r\n with \n first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts srt@0.0.3 simple-subtitle-parser@2.0.0 subtitle@4.2.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const srt = require("srt");
const { parser } = require("simple-subtitle-parser");
const { parseSync } = require("subtitle");

const text = "1\n00:00:01,000 --> 00:00:04,500\nHi\n\n2\n00:00:05,000 --> 00:00:06,000\nHo\n\n";
(async () => {
  for (const [name, file] of [["LF", text], ["CRLF", text.replace(/\n/g, "\r\n")]]) {
    console.log(`${name}: srt: ${JSON.stringify(Object.values(srt.fromString(file)).map((cue) => cue.text))}`);
    console.log(`  simple-subtitle-parser: ${JSON.stringify((await parser("SRT", file)).map((cue) => cue.text))}`);
    console.log(`  subtitle: ${JSON.stringify(parseSync(file).map((cue) => cue.data.text))}`);
  }
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
LF: srt: ["Hi","Ho"]
  simple-subtitle-parser: [["Hi"],["Ho"]]
  subtitle: ["Hi","Ho"]
CRLF: srt: ["Hi\r\n\r\n2\r\n00:00:05,000 --> 00:00:06,000\r\nHo\r\n\r\n"]
  simple-subtitle-parser: [["Hi\r","\r","2\r","00:00:05,000 --> 00:00:06,000\r","Ho\r","\r"]]
  subtitle: ["Hi","Ho"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
