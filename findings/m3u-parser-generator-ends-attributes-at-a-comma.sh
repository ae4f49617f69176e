#!/bin/bash
# m3u-parser-generator: a comma in the attribute of a channel, in its name or in the address of its picture, ends the attributes, and the rest becomes
#   the name of the channel.
#
# Versions: m3u-parser-generator 5.0.2 and, to compare with, iptv-playlist-parser 0.15.0 (npm), Node.js.
# Expected: the form of IPTV lists, as the package's own documentation has it: #EXTINF:-1 tvg-id="..." group-title="...",Name. A value stands in
#   quotation marks, so that a comma in it is a part of it; its name stands behind the comma that follows the attributes. RFC 3986, section 2.2: a
#   comma is allowed in addresses.
# Seen: tvg-logo="http://example.com/w_64,h_64/a.png" group-title="News",First is a channel named 'h_64/a.png" group-title="News",First', without
#   group and picture. What it writes of this has lost both as well. iptv-playlist-parser reads all.
# Why it matters: image services have commas in their addresses, and groups are called "News, Sports". A list that is read, filtered and written is
#   damaged.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts m3u-parser-generator@5.0.2 iptv-playlist-parser@0.15.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { M3uParser } from "m3u-parser-generator";
import iptv from "iptv-playlist-parser";

for (const attributes of ['tvg-logo="http://example.com/a.png" group-title="News"', 'tvg-logo="http://example.com/w_64,h_64/a.png" group-title="News"', 'tvg-logo="http://example.com/a.png" group-title="News, Sports"']) {
  const text = `#EXTM3U\n#EXTINF:-1 ${attributes},First\nhttp://example.com/1.m3u8\n`;
  const list = new M3uParser().parse(text);
  const [{ name, attributes: seen }] = list.medias;
  console.log(`${attributes}\n  name ${JSON.stringify(name)}, ${JSON.stringify({ ...seen })}\n  written: ${list.getM3uString().split("\n")[1]}`);
  const [right] = iptv.parse(text).items;
  console.log(`  iptv-playlist-parser: name ${JSON.stringify(right.name)}, ${JSON.stringify([right.tvg.logo, right.group.title])}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
tvg-logo="http://example.com/a.png" group-title="News"
  name "First", {"tvg-logo":"http://example.com/a.png","group-title":"News"}
  written: #EXTINF:-1 tvg-logo="http://example.com/a.png" group-title="News",First
  iptv-playlist-parser: name "First", ["http://example.com/a.png","News"]
tvg-logo="http://example.com/w_64,h_64/a.png" group-title="News"
  name "h_64/a.png\" group-title=\"News\",First", {}
  written: #EXTINF:-1,h_64/a.png" group-title="News",First
  iptv-playlist-parser: name "First", ["http://example.com/w_64,h_64/a.png","News"]
tvg-logo="http://example.com/a.png" group-title="News, Sports"
  name " Sports\",First", {"tvg-logo":"http://example.com/a.png"}
  written: #EXTINF:-1 tvg-logo="http://example.com/a.png", Sports",First
  iptv-playlist-parser: name "First", ["http://example.com/a.png","News, Sports"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
