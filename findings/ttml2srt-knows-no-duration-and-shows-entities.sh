#!/bin/bash
# ttml2srt: a subtitle with "dur" instead of "end" ends the whole conversion, and "&" is "&amp;" on the screen.
#
# Versions: ttml2srt 1.2.4 (npm), Node.js.
# Expected: TTML2, section 12.2: begin, end and dur are the timing attributes, and the end of an element follows from "end", or from "begin" and
#   "dur". XML, section 2.4: &amp; in a document stands for the character "&", &lt; for "<". SubRip has no such entities. The package is to "Convert
#   TTML subtitles to SRT format".
# Seen: <p begin="3s" dur="1.5s"> is a TypeError, "Cannot read properties of undefined (reading 'match')", and no subtitle is returned, the others
#   neither. "Tom &amp; Jo" and "1 &lt; 2" are in the SRT file as they stand in the XML. Times in clock form, seconds, frames and ticks are converted
#   rightly.
# Why it matters: "dur" is what the IMSC and DFXP files of several broadcasters have. Compute "end" before, and decode the entities after.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ttml2srt@1.2.4 >npm.log 2>&1

cat > find.cjs <<'JS'
const { ttml2srt } = require("ttml2srt");

console.info = console.warn = () => {};
const document = (text) => `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" xml:lang="en"><body><div>
<p begin="1s" end="2s">First</p>${text}</div></body></tt>`;
for (const text of ['<p begin="3s" end="4.5s">Hi</p>', '<p begin="3s" dur="1.5s">Hi</p>', '<p begin="3s" end="4.5s">Tom &amp; Jo, 1 &lt; 2</p>']) {
  let seen;
  try {
    seen = JSON.stringify(ttml2srt(document(text)).replace("\ufeff", ""));
  } catch (error) {
    seen = `${error.name}: ${error.message}`;
  }
  console.log(`${text}: ${seen}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
<p begin="3s" end="4.5s">Hi</p>: "1\r\n00:00:01,000 --> 00:00:02,000\r\nFirst\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,500\r\nHi\r\n\r\n"
<p begin="3s" dur="1.5s">Hi</p>: TypeError: Cannot read properties of undefined (reading 'match')
<p begin="3s" end="4.5s">Tom &amp; Jo, 1 &lt; 2</p>: "1\r\n00:00:01,000 --> 00:00:02,000\r\nFirst\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,500\r\nTom &amp; Jo, 1 &lt; 2\r\n\r\n"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
