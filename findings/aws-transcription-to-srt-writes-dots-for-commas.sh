#!/bin/bash
# aws-transcription-to-srt: the times have a dot where SubRip has a comma, and 59.9996 seconds are 00:00:60.000.
#
# Versions: aws-transcription-to-srt 1.0.6, aws-transcription-to-vtt 2.0.0 and, to read it, subtitles-parser 0.0.2 (npm), Node.js.
# Expected: SubRip: 00:00:01,000 --> 00:00:02,000, with a comma, seconds 00 to 59. "convert AWS transcription JSON to srt" is what the package is for;
#   the dot is WebVTT's.
# Seen: "00:00:00.040 --> 00:00:00.500". subtitles-parser, which takes SubRip as it is, finds no subtitle, and all of them after the dots have been
#   made commas. A word that begins at 59.9996 s begins at "00:00:60.000". The sister for WebVTT writes 00:00:59.999 for it.
# Why it matters: players that follow the format show nothing, others guess. Replace (\d\d)\.(\d{3}) with "$1,$2" in what it returns.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts aws-transcription-to-srt@1.0.6 aws-transcription-to-vtt@2.0.0 subtitles-parser@0.0.2 >npm.log 2>&1

cat > find.cjs <<'JS'
const toSrt = require("aws-transcription-to-srt");
const { default: toVtt } = require("aws-transcription-to-vtt");
const { fromSrt } = require("subtitles-parser");

const word = (start_time, end_time, content) => ({ start_time, end_time, alternatives: [{ confidence: "1", content }], type: "pronunciation" });
const stop = { alternatives: [{ content: "." }], type: "punctuation" };
const items = [word("0.04", "0.5", "Hello"), stop, word("59.9996", "60.1", "you"), stop];
const document = { jobName: "job", status: "COMPLETED", results: { transcripts: [{ transcript: "Hello. you." }], items } };
const times = (text) => text.match(/.*-->.*/g);
const text = toSrt(document);
console.log("SRT:", times(text));
console.log("VTT:", times(toVtt(document)));
console.log("read:", fromSrt(text).length, "and with commas:", fromSrt(text.replace(/(\d\d)\.(\d{3})/g, "$1,$2")).length);
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
SRT: [ '00:00:00.040 --> 00:00:00.500', '00:00:60.000 --> 00:01:00.100' ]
VTT: [ '00:00:00.040 --> 00:00:00.500', '00:00:59.999 --> 00:01:00.100' ]
read: 0 and with commas: 2
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
