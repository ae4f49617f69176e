#!/bin/bash
# @eyevinn/m3u8: a list that has ended is written as one that goes on, the title of a segment is cut at its comma, and a part in EXT-X-MAP loses its
#   quotation marks.
#
# Versions: @eyevinn/m3u8 0.5.9 and, to compare with, hls-parser 0.13.5 (npm), Node.js.
# Expected: RFC 8216, section 4.3.3.4: "The EXT-X-ENDLIST tag indicates that no more Media Segments will be added"; without it a client asks for the
#   list again (section 6.3.4). Section 4.3.2.1: the title of EXTINF is all that follows the comma. Section 4.3.2.5: BYTERANGE in EXT-X-MAP is a
#   quoted-string.
# Seen: what was read and is written with toString() has no EXT-X-ENDLIST, unless EXT-X-PLAYLIST-TYPE:VOD was there, which is optional. "One, two" is
#   "One". BYTERANGE="800@0" is BYTERANGE=800@0. hls-parser reads and writes all three.
# Why it matters: it is a library for changing lists in passing, for ads and live-to-VOD; a film becomes a live stream: players show no length, begin
#   at the end, and ask for the list every few seconds for ever. Add the tag oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @eyevinn/m3u8@0.5.9 hls-parser@0.13.5 >npm.log 2>&1

cat > find.cjs <<'JS'
const m3u8 = require("@eyevinn/m3u8");
const HLS = require("hls-parser");

const list = (type) => `#EXTM3U
#EXT-X-VERSION:6
${type}#EXT-X-TARGETDURATION:10
#EXT-X-MAP:URI="init.mp4",BYTERANGE="800@0"
#EXTINF:9.009,One, two
a.mp4
#EXT-X-ENDLIST
`;
const write = (text) =>
  new Promise((resolve, reject) => {
    const parser = m3u8.createStream();
    parser.on("m3u", (m3u) => resolve(m3u.toString()));
    parser.on("error", reject);
    parser.write(text);
    parser.end();
  });
const lines = (text) => text.split("\n").filter((line) => /MAP|INF|ENDLIST/.test(line)).join(" ");
(async () => {
  for (const type of ["", "#EXT-X-PLAYLIST-TYPE:VOD\n"]) {
    console.log(`${type.trim() || "without a type"}: ${lines(await write(list(type)))}`);
    console.log(`  hls-parser: ${lines(HLS.stringify(HLS.parse(list(type))))}`);
  }
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
without a type: #EXT-X-MAP:URI="init.mp4",BYTERANGE=800@0 #EXTINF:9.0090,One
  hls-parser: #EXT-X-MAP:URI="init.mp4",BYTERANGE="800@0" #EXTINF:9.009,One, two #EXT-X-ENDLIST
#EXT-X-PLAYLIST-TYPE:VOD: #EXT-X-MAP:URI="init.mp4",BYTERANGE=800@0 #EXTINF:9.0090,One #EXT-X-ENDLIST
  hls-parser: #EXT-X-MAP:URI="init.mp4",BYTERANGE="800@0" #EXTINF:9.009,One, two #EXT-X-ENDLIST
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
