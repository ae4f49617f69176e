#!/bin/bash
# @qgustavor/srt-parser: with its numeric times, 80.46 seconds are read and 80 milliseconds written, so that an hour of subtitles runs off in four
#   seconds.
#
# Versions: @qgustavor/srt-parser 2.0.0 (npm), Node.js.
# Expected: its documentation: the option numericTimestamps gives start and end as numbers, fromSrt() reads and toSrt() writes SubRip. What is read and
#   written without a change is the same.
# Seen: 00:01:20,460 is 80.46, which toSrt() writes as 00:00:00,080, and 01:00:00,000 as 00:00:03,600: the reader counts in seconds, the writer in
#   milliseconds. Without the option times stay. In a text of three lines the last line ends with a line feed alone, where the others have CRLF.
# Why it matters: numbers are there to shift times and to write them again: the film's subtitles are over before it has begun. Multiply by 1000.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @qgustavor/srt-parser@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import Parser from "@qgustavor/srt-parser";

const text = "1\r\n00:01:20,460 --> 00:01:22,000\r\nHello\r\nyou\r\nthere\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,500\r\nBye\r\n\r\n";
for (const numericTimestamps of [false, true]) {
  const parser = new Parser({ numericTimestamps });
  const cues = parser.fromSrt(text);
  console.log(`numericTimestamps ${numericTimestamps}:`);
  for (const { startTime, endTime } of cues) console.log(`  read: ${startTime} to ${endTime}`);
  for (const line of parser.toSrt(cues).match(/.* --> .*/g)) console.log(`  written: ${line.trim()}`);
}
console.log("line ends:", JSON.stringify(new Parser().toSrt(new Parser().fromSrt(text)).match(/Hello[^]*there/)[0]));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
numericTimestamps false:
  read: 00:01:20,460 to 00:01:22,000
  read: 01:00:00,000 to 01:00:01,500
  written: 00:01:20,460 --> 00:01:22,000
  written: 01:00:00,000 --> 01:00:01,500
numericTimestamps true:
  read: 80.46 to 82
  read: 3600 to 3601.5
  written: 00:00:00,080 --> 00:00:00,082
  written: 00:00:03,600 --> 00:00:03,601
line ends: "Hello\r\nyou\nthere"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
