#!/bin/bash
# @fboes/geojson: a way over the date line throws, and a feature without properties is written without the member that must be there.
#
# Versions: @fboes/geojson 2.0.0 (npm), Node.js. Its description: "creates GeoJSON according to RFC 7946".
# Expected: RFC 7946, section 3.2: "A Feature object has a member with the name "properties". The value [...] is an object (any JSON object or a
#   JSON null value)." A point 20 km east of longitude 179.9 has longitude -179.92.
# Seen: Point.getPointBy() adds the angle and passes 180.08 to its own constructor, which throws RangeError. toJSON() leaves properties out when
#   there are none. setProperty(key, null), documented to delete, keeps a value of 0, "" or false.
# Why it matters: near Fiji or the Aleutians a map program stops; strict readers refuse the feature. Anywhere else the same code runs well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @fboes/geojson@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { Feature, Point, Vector } from "@fboes/geojson";

for (const [from, bearing] of [[10, 90], [179.9, 90], [-179.9, 270]]) {
  const start = new Point(from, 0);
  try {
    const end = start.getPointBy(new Vector(20015, bearing));
    console.log(`from ${from} ${bearing === 90 ? "east" : "west"}: longitude ${end.longitude.toFixed(2)}`);
  } catch (error) {
    console.log(`from ${from} ${bearing === 90 ? "east" : "west"}: ${error.name}: ${error.message}`);
  }
}
console.log("with a title:   ", JSON.stringify(Feature.createWithPoint(10, 50, null, "Harbour")));
console.log("without a title:", JSON.stringify(Feature.createWithPoint(10, 50)));
for (const value of [5, 0, "", false]) {
  const feature = new Feature(new Point(10, 50), { value, name: "a" });
  feature.setProperty("value", null);
  console.log(`deleted a value of ${JSON.stringify(value)}: properties are ${JSON.stringify(feature.properties)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
from 10 east: longitude 10.18
from 179.9 east: RangeError: Longitude needs to be -180..180
from -179.9 west: RangeError: Longitude needs to be -180..180
with a title:    {"type":"Feature","geometry":{"type":"Point","coordinates":[10,50]},"properties":{"title":"Harbour"}}
without a title: {"type":"Feature","geometry":{"type":"Point","coordinates":[10,50]}}
deleted a value of 5: properties are {"name":"a"}
deleted a value of 0: properties are {"value":0,"name":"a"}
deleted a value of "": properties are {"value":"","name":"a"}
deleted a value of false: properties are {"value":false,"name":"a"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
