#!/bin/bash
# subsrt: a WebVTT file whose lines end with LF has no subtitles: each conversion of it is an empty file, and nothing is said.
#
# Versions: subsrt 1.1.1 and, to compare with, the W3C's webvtt-parser 2.2.0 (npm), Node.js.
# Expected: WebVTT, section 4.1: a line ends with LF, with CR or with CRLF; settings may stand behind the times. WebVTT is one of the formats that the
#   package reads and detects.
# Seen: with CRLF both cues are read. With LF the whole file is one entry {type: "meta", name: "WEBVTT"}, and convert() to SRT, SBV and LRC returns
#   "". Settings ("align:start") make a cue disappear also with CRLF. SRT files with LF are read.
# Why it matters: nearly all WebVTT files have LF. A batch conversion leaves films without subtitles. Convert the line ends to CRLF and take the
#   settings out first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts subsrt@1.1.1 webvtt-parser@2.2.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import subsrt from "subsrt";
import webvtt from "webvtt-parser";

const plain = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.500\nHi\n\n2\n00:00:07.000 --> 00:00:08.000\nHo\n";
for (const [name, text] of [
  ["CRLF", plain.replace(/\n/g, "\r\n")],
  ["LF", plain],
  ["CRLF and align:start", plain.replace(/500/, "500 align:start").replace(/\n/g, "\r\n")],
]) {
  let seen;
  try {
    const captions = subsrt.parse(text).filter(({ type }) => type === "caption").length;
    seen = `${captions} captions, ${["srt", "sbv", "lrc"].map((format) => subsrt.convert(text, { format }).length)} characters as SRT, SBV and LRC`;
  } catch (error) {
    seen = error.message;
  }
  console.log(`${name}: ${seen}; webvtt-parser: ${new webvtt.WebVTTParser().parse(text).cues.length} cues`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
CRLF: 2 captions, 82,68,32 characters as SRT, SBV and LRC; webvtt-parser: 2 cues
LF: 0 captions, 0,0,0 characters as SRT, SBV and LRC; webvtt-parser: 2 cues
CRLF and align:start: 1 captions, 42,35,18 characters as SRT, SBV and LRC; webvtt-parser: 2 cues
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
