#!/bin/bash
# gpxparser and @we-gold/gpxjs: the way between two segments of a track, on which there was no satellite or one sat in a train, is counted as walked;
#   gpxparser keeps "&amp;" in names.
#
# Versions: gpxparser 3.0.8, @we-gold/gpxjs 1.2.0 with jsdom 15.2.1 (npm), Node.js.
# Expected: GPX 1.1, trkseg: "A Track Segment holds a list of Track Points which are logically connected in order. To represent a single GPS track
#   where GPS reception was lost, or the GPS receiver was turned off, start a new Track Segment". XML, section 2.4: &amp; stands for "&".
# Seen: two segments of 157 m each, one degree apart, are a track of 157406 m for both, and the points of the segments are in one list, so that no one
#   can count anew; toGeoJSON() has one line through all. The name "Tom &amp; Jo" is "Tom &amp; Jo" in gpxparser, in metadata and track, and its
#   lowest height is null where it is 0.
# Why it matters: a break with the car makes a record of a walk. Take the segments out of the file oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts gpxparser@3.0.8 @we-gold/gpxjs@1.2.0 jsdom@15.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { parseGPXWithCustomParser } from "@we-gold/gpxjs";
const require = createRequire(import.meta.url);
const { JSDOM } = require("jsdom");
const GpxParser = require("gpxparser");

const segment = (degree) => `<trkseg><trkpt lat="${degree}" lon="${degree}"><ele>0</ele></trkpt><trkpt lat="${degree}.001" lon="${degree}.001"><ele>3</ele></trkpt></trkseg>`;
const file = (segments) => `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><metadata><name>Tom &amp; Jo</name></metadata><trk><name>Tom &amp; Jo</name>${segments}</trk></gpx>`;
const { DOMParser } = new JSDOM("").window;
for (const [name, text] of [["the first alone", file(segment(0))], ["the second alone", file(segment(1))], ["both", file(segment(0) + segment(1))]]) {
  const one = new GpxParser();
  one.parse(text);
  const [two] = parseGPXWithCustomParser(text, (xml) => new DOMParser().parseFromString(xml, "text/xml"));
  console.log(`${name}: gpxparser ${Math.round(one.tracks[0].distance.total)} m, gpxjs ${Math.round(two.tracks[0].distance.total)} m`);
  if (name === "both") console.log(`  names: ${one.metadata.name}, ${one.tracks[0].name}; ${two.metadata.name}, ${two.tracks[0].name}; lowest: ${one.tracks[0].elevation.min}; ${two.tracks[0].elevation.minimum}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
the first alone: gpxparser 157 m, gpxjs 157 m
the second alone: gpxparser 157 m, gpxjs 157 m
both: gpxparser 157407 m, gpxjs 157407 m
  names: Tom &amp; Jo, Tom &amp; Jo; Tom & Jo, Tom & Jo; lowest: null; 0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
