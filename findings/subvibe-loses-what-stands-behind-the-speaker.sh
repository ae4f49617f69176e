#!/bin/bash
# @aj-archipelago/subvibe: of a WebVTT cue with a speaker only his first words are written again; what comes behind </v> or on the next line is lost.
#
# Versions: @aj-archipelago/subvibe 1.0.12 (npm), Node.js.
# Expected: WebVTT (W3C), section 3.2.3, cue voice span: <v Jo> marks who speaks a part of the cue's text; other text may stand beside it, on
#   several lines. Its documentation: parse(), and build() of its cues in "vtt" or "srt".
# Seen: parse() has the whole text, "Hi." and "(laughs)" and a second line. build(cues, "vtt") writes <v Jo>Hi.</v> and nothing more; to "srt" it writes
#   all, without the speaker. Cues without a speaker come through.
# Why it matters: shifting the times of a file, or translating it, deletes half of what is said in dialogues, and no error says so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @aj-archipelago/subvibe@1.0.12 >npm.log 2>&1

cat > find.mjs <<'JS'
import { build, parse } from "@aj-archipelago/subvibe";

const text = `WEBVTT

00:01.000 --> 00:02.000
Hello.
You there.

00:03.000 --> 00:04.000
<v Jo>Hi.</v> (laughs)
All the best.

00:05.000 --> 00:06.000
<v Jo>Are you in?</v>
- No.
`;
const { cues } = parse(text);
for (const cue of cues) console.log("read:", JSON.stringify(cue.text));
console.log(build(cues, "vtt").trimEnd().replace(/^$/gm, "-"));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
read: "Hello.\nYou there."
read: "Hi. (laughs)\nAll the best."
read: "Are you in?\n- No."
WEBVTT
-
1
00:01.000 --> 00:02.000
Hello.
You there.
-
2
00:03.000 --> 00:04.000
<v Jo>Hi.</v>
-
3
00:05.000 --> 00:06.000
<v Jo>Are you in?</v>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
