#!/bin/bash
# gpx-parse: a latitude, longitude or height of 0 is -1: the equator is 111 km further south, Greenwich in the sea, and a beach one metre under water.
#
# Versions: gpx-parse 0.10.4 and, to compare with, gpx-parser-builder 1.2.0 (npm), Node.js.
# Expected: GPX 1.1: lat and lon are decimal degrees from -90 to 90 and -180 to 180, ele is the "Elevation (in meters) of the point"; 0 is a number
#   like others. A route (rte) has a name, and its points an elevation.
# Seen: <trkpt lat="0" lon="0"><ele>0</ele> is { lat: -1, lon: -1, elevation: -1 }, and a point without <ele> has -1 as well, as one with. Points of a
#   route have -1 even with <ele>400</ele>, and each route's name is "". 0.001 is 0.001.
# Why it matters: a track along the coast jumps by one metre up and down, which sums up in "metres climbed", and one that crosses the equator or the
#   meridian jumps by 111 km.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts gpx-parse@0.10.4 gpx-parser-builder@1.2.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { parseGpx } = require("gpx-parse");
const builder = require("gpx-parser-builder");
const GPX = builder.default ?? builder;

const text = `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">
<rte><name>Way</name><rtept lat="47" lon="8"><ele>400</ele></rtept><rtept lat="47" lon="8.001"/></rte>
<trk><name>T</name><trkseg><trkpt lat="0.001" lon="0.001"><ele>1</ele></trkpt><trkpt lat="0" lon="0"><ele>0</ele></trkpt><trkpt lat="1" lon="2"/></trkseg></trk></gpx>`;
const seen = await new Promise((resolve, reject) => parseGpx(text, (error, data) => (error ? reject(error) : resolve(data))));
const right = GPX.parse(text);
for (const [i, { lat, lon, elevation }] of seen.tracks[0].segments[0].entries()) {
  const point = right.trk[0].trkseg[0].trkpt[i];
  console.log(`${lat}, ${lon}, height ${elevation}; gpx-parser-builder: ${point.$.lat}, ${point.$.lon}, height ${point.ele}`);
}
const [route] = seen.routes;
console.log(`route ${JSON.stringify(route.name)}, height ${route.points[0].elevation}; gpx-parser-builder: ${JSON.stringify(right.rte[0].name)}, height ${right.rte[0].rtept[0].ele}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
0.001, 0.001, height 1; gpx-parser-builder: 0.001, 0.001, height 1
-1, -1, height -1; gpx-parser-builder: 0, 0, height 0
1, 2, height -1; gpx-parser-builder: 1, 2, height undefined
route "", height -1; gpx-parser-builder: "Way", height 400
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
