#!/bin/bash
# parse-hls: the audio track "L'été" is "Lété", a title ends at its comma, a key's address with "|" is gone, and a segment with "#" is none.
#
# Versions: parse-hls 1.0.7 and, to compare with, m3u8parse 5.0.2 (npm), Node.js.
# Expected: RFC 8216, section 4.2: a quoted-string has all letters but line ends and the quotation mark; section 4.3.2.1: EXTINF has a duration, a
#   comma, and a title up to the end of the line; section 4.1: lines that begin with "#" are tags or comments, all others are URIs.
# Seen: NAME="L'été" gives "Lété"; of URI="https://example.com/key?a=1|2" there is no uri, but value: "URI"; #EXTINF:9.5,Rock, Part 1 has the title
#   "Rock"; the line a.ts#part is taken for a tag, so that the duration of the film lacks its segment. m3u8parse reads all of it.
# Why it matters: players and tools for French and Italian show broken names, cannot fetch the key, and report a shorter film.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts parse-hls@1.0.7 m3u8parse@5.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import parse from "m3u8parse";
const require = createRequire(import.meta.url);
const module = require("parse-hls");
const HLS = module.HLS ?? module.default ?? module;


const master = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="L'été",URI="fr.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1280000,AUDIO="a"
low.m3u8
`;
const media = `#EXTM3U
#EXT-X-TARGETDURATION:10
#EXT-X-KEY:METHOD=AES-128,URI="https://example.com/key?a=1|2"
#EXTINF:9.5,Rock, Part 1
a.ts#part
#EXTINF:4,End
b.ts
#EXT-X-ENDLIST
`;
console.log("name:", HLS.parse(master).audioRenditions[0].serialize().media.name, "| m3u8parse:", parse(master).groups.get("a")[0].get("name"));
const seen = HLS.parse(media);
const right = parse(media);
console.log("segments:", seen.segments.map((segment) => segment.uri).join(" "), "| m3u8parse:", right.segments.map((segment) => segment.uri).join(" "));
console.log("duration:", seen.totalDuration, "| m3u8parse:", right.segments.reduce((sum, { duration }) => sum + duration, 0));
console.log("key:", JSON.stringify(seen.segments[0].serialize().key), "| m3u8parse:", right.segments[0].keys[0].get("uri"));
const titled = media.replace("a.ts#part", "a.ts");
console.log("title:", HLS.parse(titled).segments[0].serialize().inf.title, "| m3u8parse:", parse(titled).segments[0].title);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
name: Lété | m3u8parse: "L'été"
segments: b.ts | m3u8parse: a.ts#part b.ts
duration: 9.5 | m3u8parse: 13.5
key: {"method":"AES-128","value":"URI"} | m3u8parse: "https://example.com/key?a=1|2"
title: Rock | m3u8parse: Rock, Part 1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
