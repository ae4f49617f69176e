#!/bin/bash
# mpd: a song with two artists becomes two songs, its title goes to the next one's file, and a folder becomes a part of the file behind it.
#
# Versions: mpd 1.3.0 (npm), Node.js.
# Expected: protocol of the Music Player Daemon, "Tags": "A song can have multiple values of the same tag", each on a line of its own; "lsinfo"
#   lists entries that begin with "file:", "directory:" or "playlist:".
# Seen: parseArrayMessage() begins a new entry at each key that is there already. Of two songs, the first with two lines "Artist:", come three
#   entries: the second has the first song's second artist and title and the second song's file. Of a folder, a song and a playlist comes
#   one entry with all three.
# Why it matters: a player that shows the list plays another file than the one whose title was chosen. Songs with featured artists have two
#   values in most collections; with single artists all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts mpd@1.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { parseArrayMessage } = createRequire(import.meta.url)("mpd");

const tell = (name, text) => {
  console.log(`${name}:`);
  for (const entry of parseArrayMessage(text)) console.log(`  ${JSON.stringify(entry)}`);
};
tell("one artist each", "file: a.flac\nArtist: A\nTitle: First\nfile: b.flac\nArtist: B\nTitle: Second\n");
tell("two artists", "file: a.flac\nArtist: A\nArtist: C\nTitle: First\nfile: b.flac\nArtist: B\nTitle: Second\n");
tell("lsinfo", "directory: Jazz\nLast-Modified: 2024-01-01T00:00:00Z\nfile: b.flac\nTitle: Second\nplaylist: best.m3u\n");
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
one artist each:
  {"file":"a.flac","Artist":"A","Title":"First"}
  {"file":"b.flac","Artist":"B","Title":"Second"}
two artists:
  {"file":"a.flac","Artist":"A"}
  {"Artist":"C","Title":"First","file":"b.flac"}
  {"Artist":"B","Title":"Second"}
lsinfo:
  {"directory":"Jazz","Last-Modified":"2024-01-01T00:00:00Z","file":"b.flac","Title":"Second","playlist":"best.m3u"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
