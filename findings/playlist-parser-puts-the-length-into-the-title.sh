#!/bin/bash
# playlist-parser: in an M3U list with titles, a title without " - " begins with its own length in seconds, which is 0 then, and an entry without a
#   title is left out.
#
# Versions: playlist-parser 0.0.12 and, to compare with, m3u-parser-generator 5.0.2 (npm), Node.js.
# Expected: extended M3U, as Winamp wrote it: "#EXTINF:seconds,title" before a file; the title is free text, and not each file has such a line. Its
#   own words: "Parse m3u, m3u extended, pls, and asx in JavaScript".
# Seen: "#EXTINF:200,Just a title" has the title "200,Just a title", the length 0 and no artist; "-1,Radio One" for a station. "A - B" is read
#   rightly, but for the blank behind the artist, "A ". The last file, which has no #EXTINF, is missing, and a file without one in the middle too.
# Why it matters: stations have no " - " in their names, and players show "-1,Radio One"; songs disappear.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts playlist-parser@0.0.12 m3u-parser-generator@5.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import playlists from "playlist-parser";
import { M3uParser } from "m3u-parser-generator";

const text = "#EXTM3U\n#EXTINF:12,A - B\na.mp3\n#EXTINF:200,Just a title\nb.mp3\nc.mp3\n#EXTINF:-1,Radio One\nhttp://example.com/radio\nd.mp3\n";
for (const entry of playlists.M3U.parse(text)) console.log(JSON.stringify(entry));
for (const { name, duration, location } of new M3uParser().parse(text).medias) console.log("  m3u-parser-generator:", name, duration, location);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{"length":"12","artist":"A ","title":"B","file":"a.mp3"}
{"length":0,"artist":"","title":"200,Just a title","file":"b.mp3"}
{"length":0,"artist":"","title":"-1,Radio One","file":"http://example.com/radio"}
  m3u-parser-generator: A - B 12 a.mp3
  m3u-parser-generator: Just a title 200 b.mp3
  m3u-parser-generator: undefined -1 c.mp3
  m3u-parser-generator: Radio One -1 http://example.com/radio
  m3u-parser-generator: undefined -1 d.mp3
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
