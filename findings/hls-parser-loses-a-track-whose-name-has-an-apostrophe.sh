#!/bin/bash
# hls-parser: the track "L'été" has no address: its name is taken to go on behind the quotation mark, over the rest of the line.
#
# Versions: hls-parser 0.16.1 and, to compare with, m3u8parse 5.0.2 (npm), Node.js.
# Expected: RFC 8216, section 4.2: a quoted-string is "a string of characters within a pair of double quotes (0x22)"; an apostrophe is a letter like others
#   and begins nothing.
# Seen: of #EXT-X-MEDIA:...,NAME="L'été",LANGUAGE="fr",URI="fr.m3u8" the name is L'été",LANGUAGE="fr",URI="fr.m3u8 and uri and language are undefined.
#   "Director's cut" is the same. m3u8parse reads all of them.
# Why it matters: the French and Italian tracks are missing in a player or a repackager that uses it, for a live stream without any error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts hls-parser@0.16.1 m3u8parse@5.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import parse from "m3u8parse";
const hls = createRequire(import.meta.url)("hls-parser");

for (const name of ["Summer", "L'été", "L'été d'Anne", "Director's cut"]) {
  const text = `#EXTM3U
#EXT-X-VERSION:4
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="${name}",LANGUAGE="fr",URI="fr.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1280000,AUDIO="a"
low.m3u8
`;
  const [track] = hls.parse(text).variants[0].audio;
  const [right] = parse(text).groups.get("a");
  console.log(`hls-parser: ${track.name} | ${track.language} | ${track.uri}`);
  console.log(`  m3u8parse: ${right.get("name")} | ${right.get("language")} | ${right.get("uri")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
hls-parser: Summer | fr | fr.m3u8
  m3u8parse: "Summer" | "fr" | "fr.m3u8"
hls-parser: L'été",LANGUAGE="fr",URI="fr.m3u8 | undefined | undefined
  m3u8parse: "L'été" | "fr" | "fr.m3u8"
hls-parser: L'été d'Anne",LANGUAGE="fr",URI="fr.m3u8 | undefined | undefined
  m3u8parse: "L'été d'Anne" | "fr" | "fr.m3u8"
hls-parser: Director's cut",LANGUAGE="fr",URI="fr.m3u8 | undefined | undefined
  m3u8parse: "Director's cut" | "fr" | "fr.m3u8"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
