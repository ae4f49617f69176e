#!/bin/bash
# subtitle-converter: nearly every second time of a subtitle is a millisecond early after the conversion, although nothing is to be changed but a
#   comma to a dot.
#
# Versions: subtitle-converter 3.0.12 (npm), Node.js.
# Expected: WebVTT, section 4.1: a time stamp has three digits behind the dot; SubRip has the same three behind a comma. 00:00:07,100 is 00:00:07.100.
#   Its own words: "Convert subtitles from one format to another"; moving and retiming are options that were not given.
# Seen: 00:00:07,100 becomes 00:00:07.099, 00:00:02,300 becomes 00:00:02.299, of the 1000 milliseconds of one second 453 are one too low; from WebVTT
#   to SRT as well, so that 00:00:01,001 comes back as 00:00:01,000.
# Why it matters: cues that followed each other without a gap overlap or leave gaps, and files that were the same differ in a comparison.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts subtitle-converter@3.0.12 >npm.log 2>&1

cat > find.cjs <<'JS'
const { convert } = require("subtitle-converter");

const toVtt = (time) => convert(`1\n${time} --> 01:00:00,000\nHi\n`, ".vtt", {}).subtitle.match(/\S+(?= -->)/)[0];
const toSrt = (time) => convert(`WEBVTT\n\n1\n${time} --> 01:00:00.000\nHi\n`, ".srt", {}).subtitle.match(/\S+(?= -->)/)[0];
for (const time of ["00:00:07,000", "00:00:07,100", "00:00:02,300", "00:00:01,001"]) console.log(`${time} is ${toVtt(time)}`);
let early = 0;
for (let ms = 0; ms < 1000; ms++) {
  const time = `00:00:07,${String(ms).padStart(3, "0")}`;
  if (toVtt(time).replace(".", ",") < time) early++;
}
console.log(`${early} of 1000 are early`);
for (const time of ["00:00:07.100", "00:00:01.001"]) console.log(`${time} is ${toSrt(time)}`);
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
00:00:07,000 is 00:00:07.000
00:00:07,100 is 00:00:07.099
00:00:02,300 is 00:00:02.299
00:00:01,001 is 00:00:01.000
453 of 1000 are early
00:00:07.100 is 00:00:07,100
00:00:01.001 is 00:00:01,000
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
