#!/bin/bash
# ass-parser and ass-stringify: read and written again, subtitles have a colon at the end of each line of their fonts, and lose lines.
#
# Versions: ass-parser 0.2.0, ass-stringify 0.1.3 (npm), Node.js.
# Expected: "Sub Station Alpha v4.00+ Script Format", section 9, embedded fonts and graphics: lines of text of 80 characters from "!" (33) to "`"
#   (96), among which ";" and ":" are. Their documentation: ass-stringify turns the tree of ass-parser into plain SSA/ASS.
# Seen: each line of [Fonts] without ":" gets ": " at its end, one with ":" a blank behind it, and one that begins with ";" is taken for a
#   comment and is gone. Dialogue lines stay as they are.
# Why it matters: a tool that shifts times or translates breaks the fonts inside the file, and players show the film's texts, karaoke and signs
#   in another font.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts ass-parser@0.2.0 ass-stringify@0.1.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const parse = require("ass-parser");
const stringify = require("ass-stringify");

const text = `[Script Info]
Title: Example

[Events]
Format: Layer, Start, End, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Hello: you, there

[Fonts]
fontname: example_0.ttf
!1!!!0A!!!!!!!!!!!!0Q!"!!!!9F=B87F
AB:CD0U0H%_7;
;Y0)\`F0\`:5
!!!!
`;
console.log(stringify(parse(text)).trimEnd().replace(/ $/gm, "(blank)"));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
[Script Info]
Title: Example

[Events]
Format: Layer, Start, End, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Hello: you, there

[Fonts]
fontname: example_0.ttf
!1!!!0A!!!!!!!!!!!!0Q!"!!!!9F=B87F:(blank)
AB: CD0U0H%_7;
!!!!:
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
