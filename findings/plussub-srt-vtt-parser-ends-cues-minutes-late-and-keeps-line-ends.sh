#!/bin/bash
# @plussub/srt-vtt-parser: a cue that ends at "00:04.500 align:start" ends at no time or minutes late, files with CRLF keep the CR in each text, and
#   an empty cue swallows the next one.
#
# Versions: @plussub/srt-vtt-parser 2.0.5 and, to compare with, the W3C's webvtt-parser 2.2.0 (npm), Node.js.
# Expected: WebVTT, section 4.1: the hours of a time stamp may be left out, settings like "align:start" may follow the end, and a line ends with LF,
#   CR or CRLF. The package is "A dependency-free SRT/VTT subtitle parser".
# Seen: without hours and with settings the end is NaN, or, where the setting has digits, another time: "00:04.500 position:10%" is 240010 ms, four
#   minutes. With hours it is right. With CRLF the text is "Hi\r". In SRT a cue without text takes the number, time and text of the next one for its
#   text.
# Why it matters: a subtitle stays on the screen for minutes. Most files for the web are shorter than an hour, and editors leave the hours out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @plussub/srt-vtt-parser@2.0.5 webvtt-parser@2.2.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { parse } from "@plussub/srt-vtt-parser";
import webvtt from "webvtt-parser";

for (const times of ["00:00:01.000 --> 00:00:04.500 align:start", "00:01.000 --> 00:04.500", "00:01.000 --> 00:04.500 align:start", "00:01.000 --> 00:04.500 position:10%"]) {
  const text = `WEBVTT\n\n${times}\nHi\n`;
  const [{ from, to }] = parse(text).entries;
  const [right] = new webvtt.WebVTTParser().parse(text).cues;
  console.log(`${times}: ${from} to ${to}; webvtt-parser: ${right.startTime * 1000} to ${right.endTime * 1000}`);
}
const lines = "WEBVTT\r\n\r\n00:00:01.000 --> 00:00:04.500\r\nHi\r\n";
console.log("CRLF:", JSON.stringify(parse(lines).entries[0].text), "webvtt-parser:", JSON.stringify(new webvtt.WebVTTParser().parse(lines).cues[0].text));
const srt = "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\nHi\n\n3\n00:00:05,000 --> 00:00:06,000\nHo\n";
console.log("an empty cue:", JSON.stringify(parse(srt).entries));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
00:00:01.000 --> 00:00:04.500 align:start: 1000 to 4500; webvtt-parser: 1000 to 4500
00:01.000 --> 00:04.500: 1000 to 4500; webvtt-parser: 1000 to 4500
00:01.000 --> 00:04.500 align:start: 1000 to NaN; webvtt-parser: 1000 to 4500
00:01.000 --> 00:04.500 position:10%: 1000 to 240010; webvtt-parser: 1000 to 4500
CRLF: "Hi\r" webvtt-parser: "Hi"
an empty cue: [{"id":"1","from":1000,"to":2000,"text":"\n2\n00:00:03,000 --> 00:00:04,000\nHi"},{"id":"3","from":5000,"to":6000,"text":"Ho"}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
