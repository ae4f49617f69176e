#!/bin/bash
# gps-to-gpx: with a speed or an accuracy the file is no GPX 1.1, which it says it is: <speed> does not exist there, and <hdop> stands before <time>.
#
# Versions: gps-to-gpx 1.5.1 (npm), Node.js.
# Expected: gpx.xsd of GPX 1.1, wptType: an xsd:sequence of ele, time, magvar, geoidheight, name, cmt, desc, src, link, sym, type, fix, sat, hdop,
#   vdop, pdop, ageofdgpsdata, dgpsid, extensions; speed and course were in GPX 1.0 only. The file names that schema in xsi:schemaLocation; speedKey
#   and hdopKey are options of the package.
# Seen: with a speed the point has ele, speed, time, with a course it begins with <course>, both unknown to the schema; with hdop and vdop they stand
#   before <time>, where the sequence has them much later. Without them, and with extensions, all is right.
# Why it matters: readers that validate refuse the file, and strict ones end at the first unknown element and see no time. Put speed and course into
#   "extensions".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts gps-to-gpx@1.5.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const createGpx = require("gps-to-gpx").default;

const order = ["ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type", "fix", "sat", "hdop", "vdop", "pdop", "ageofdgpsdata", "dgpsid", "extensions"];
const point = { latitude: 47, longitude: 8, elevation: 5, time: "2026-11-30T12:00:00Z" };
for (const more of [{}, { speed: 1.5 }, { course: 90 }, { hdop: 0.9, vdop: 1.2 }, { extensions: { temp: 3 } }]) {
  const text = createGpx([{ ...point, ...more }]);
  const names = [...text.match(/<trkpt[^]*?<\/trkpt>/)[0].matchAll(/^ {8}<(\w+)/gm)].map(([, name]) => name);
  const places = names.map((name) => order.indexOf(name));
  const unknown = names.filter((name) => !order.includes(name));
  const wrong = places.some((place, i) => i && place >= 0 && place < Math.max(...places.slice(0, i)));
  console.log(`${JSON.stringify(more)}: ${names.join(", ")}; not in GPX 1.1: ${unknown.join(", ") || "none"}; order ${wrong ? "wrong" : "right"}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
{}: ele, time; not in GPX 1.1: none; order right
{"speed":1.5}: ele, speed, time; not in GPX 1.1: speed; order right
{"course":90}: course, ele, time; not in GPX 1.1: course; order right
{"hdop":0.9,"vdop":1.2}: ele, hdop, vdop, time; not in GPX 1.1: none; order wrong
{"extensions":{"temp":3}}: ele, time, extensions; not in GPX 1.1: none; order right
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
