#!/bin/bash
# gpx-parser-builder: a waypoint called "007" is 7 and one called "1e3" 1000, a route of one point is a TypeError, and fractions of seconds are lost
#   when a file is written again.
#
# Versions: gpx-parser-builder 1.2.0 and, to compare with, @we-gold/gpxjs 1.2.0 with jsdom 15.2.1 (npm), Node.js.
# Expected: GPX 1.1, wptType: name is an xsd:string, "The GPS name of the waypoint"; rteType: rtept, from none to unbounded; time is an xsd:dateTime,
#   which has fractions ("Fractional seconds are allowed for millisecond timing in tracklogs"). The package is "A simple gpx parser and builder".
# Seen: name is the number 7, written again <name>7</name>; "1.50" is 1.5. A route with one <rtept> is "object.rtept.map is not a function", a track
#   with one point is read. .250Z is written as a full second, so that points of a logger with 5 Hz have one time. Metadata without a time gets the
#   present one.
# Why it matters: devices and caches number their points with zeros in front, and two points ("7" and "007") become one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts gpx-parser-builder@1.2.0 @we-gold/gpxjs@1.2.0 jsdom@15.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { parseGPXWithCustomParser } from "@we-gold/gpxjs";
import GPX from "gpx-parser-builder";
const { JSDOM } = createRequire(import.meta.url)("jsdom");
const { DOMParser } = new JSDOM("").window;

const file = (text) => `<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">${text}</gpx>`;
const read = (text) => parseGPXWithCustomParser(text, (xml) => new DOMParser().parseFromString(xml, "text/xml"))[0];
for (const name of ["A7", "007", "1e3", "1.50"]) {
  const text = file(`<wpt lat="1" lon="2"><name>${name}</name></wpt>`);
  const gpx = GPX.parse(text);
  console.log(`${name}: ${JSON.stringify(gpx.wpt[0].name)}, written ${gpx.toString().match(/<name>.*<\/name>/)[0]}; gpxjs: ${JSON.stringify(read(text).waypoints[0].name)}`);
}
for (const points of [2, 1]) {
  const text = file(`<rte><name>R</name>${'<rtept lat="1" lon="2"/>'.repeat(points)}</rte>`);
  let seen;
  try {
    seen = `${GPX.parse(text).rte[0].rtept.length} points`;
  } catch (error) {
    seen = `${error.name}: ${error.message}`;
  }
  console.log(`a route of ${points}: ${seen}; gpxjs: ${read(text).routes[0].points.length} points`);
}
const times = ["00.000", "00.250", "00.500"].map((second) => `<trkpt lat="1" lon="2"><time>2026-01-01T00:00:${second}Z</time></trkpt>`).join("");
console.log("times:", GPX.parse(file(`<trk><trkseg>${times}</trkseg></trk>`)).toString().match(/(?<=<time>)[^<]*/g).join(", "));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
A7: "A7", written <name>A7</name>; gpxjs: "A7"
007: 7, written <name>7</name>; gpxjs: "007"
1e3: 1000, written <name>1000</name>; gpxjs: "1e3"
1.50: 1.5, written <name>1.5</name>; gpxjs: "1.50"
a route of 2: 2 points; gpxjs: 2 points
a route of 1: TypeError: object.rtept.map is not a function; gpxjs: 1 points
times: 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
