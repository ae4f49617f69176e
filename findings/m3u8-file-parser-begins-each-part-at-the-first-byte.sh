#!/bin/bash
# m3u8-file-parser: a part of a file without an offset begins at 0 instead of behind the part before, of "1920x1080" the width is left, and several
#   codecs are one.
#
# Versions: m3u8-file-parser 0.2.4 and, to compare with, hls-parser 0.13.5 (npm), Node.js.
# Expected: RFC 8216, section 4.3.2.2: "If o is not present, the sub-range begins at the next byte following the sub-range of the previous Media
#   Segment." Section 4.3.4.2: RESOLUTION is a decimal-resolution, and CODECS a comma-separated list. Its own words: "A m3u/m3u8 file parser build
#   against RFC8216 specs".
# Seen: of BYTERANGE 1000@800 and then 500 and 700 the offsets are 800, 0 and 0; right is 1800 and 2300. RESOLUTION=1920x1080 is the number 1920.
#   CODECS="avc1.4d401e,mp4a.40.2" is a list with one element, the whole text.
# Why it matters: offset 0 is the beginning of the file, so that a player asks for the header again and again instead of the film. What is absent
#   cannot be told from an offset that is 0, so that one has to read the list oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts m3u8-file-parser@0.2.4 hls-parser@0.13.5 >npm.log 2>&1

cat > find.cjs <<'JS'
const Reader = require("m3u8-file-parser");
const HLS = require("hls-parser");

const media = `#EXTM3U
#EXT-X-VERSION:4
#EXT-X-TARGETDURATION:4
#EXTINF:4,
#EXT-X-BYTERANGE:1000@800
film.ts
#EXTINF:4,
#EXT-X-BYTERANGE:500
film.ts
#EXTINF:4,
#EXT-X-BYTERANGE:700
film.ts
#EXT-X-ENDLIST
`;
const main = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=1280000,RESOLUTION=1920x1080,CODECS="avc1.4d401e,mp4a.40.2"
low.m3u8
`;
const read = (text) => {
  const reader = new Reader();
  reader.read(text);
  return reader.getResult().segments;
};
console.log("offsets:", read(media).map(({ byteRange }) => byteRange.offset), "hls-parser:", HLS.parse(media).segments.map(({ byterange }) => byterange.offset));
const [{ streamInf }] = read(main);
const [variant] = HLS.parse(main).variants;
console.log("resolution:", streamInf.resolution, "hls-parser:", variant.resolution);
console.log("codecs:", streamInf.codecs, "hls-parser:", variant.codecs);
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
offsets: [ 800, 0, 0 ] hls-parser: [ 800, 1800, 2300 ]
resolution: 1920 hls-parser: { width: 1920, height: 1080 }
codecs: [ 'avc1.4d401e,mp4a.40.2' ] hls-parser: avc1.4d401e,mp4a.40.2
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
