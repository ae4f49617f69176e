#!/bin/bash
# epg-parser: "Tom & Jerry" is "Tom &amp; Jerry", programmes whose times have no seconds have no time, and films no year.
#
# Versions: epg-parser 0.5.0 (npm), Node.js.
# Expected: XML 1.0, section 4.6: &amp; is &. xmltv.dtd: dates "can be 'YYYYMMDDhhmmss' or some initial substring ... Examples: '200007281733
#   BST', '200209', '19880523083000 +0300'", for <date>, when the film was made, as well.
# Seen: <title>Tom &amp; Jerry</title> gives "Tom &amp; Jerry", as each & of the file is encoded once more before it is read, and
#   &#233; gives "&#233;". start="200807151900" gives null; with seconds, "20080715190000 +0000", it is right. <date>1995</date> gives null.
# Why it matters: guides show &amp; in every second list of stations (A&E, H&E), and programmes without a beginning are sorted to nowhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts epg-parser@0.5.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { parse } = createRequire(import.meta.url)("epg-parser");

const guide = (start, date, title) => '<?xml version="1.0" encoding="UTF-8"?><tv><channel id="a"><display-name>A&amp;E</display-name></channel>'
  + `<programme start="${start}" channel="a"><title>${title}</title><date>${date}</date></programme></tv>`;
for (const values of [["20080715190000 +0000", "19951122", "Tom &amp; Jerry"], ["200807151900", "199511", "Caf&#233;"], ["2008071519", "1995", "x"]]) {
  const { channels, programs: [{ start, date, title }] } = parse(guide(...values));
  console.log(`start ${values[0]}: ${start}; date ${values[1]}: ${date}; title ${values[2]}: ${title[0].value}; channel ${channels[0].displayName[0].value}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
start 20080715190000 +0000: 2008-07-15T19:00:00.000Z; date 19951122: 1995-11-22T00:00:00.000Z; title Tom &amp; Jerry: Tom &amp; Jerry; channel A&amp;E
start 200807151900: null; date 199511: 1995-11-01T00:00:00.000Z; title Caf&#233;: Caf&#233;; channel A&amp;E
start 2008071519: null; date 1995: null; title x: x; channel A&amp;E
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
