#!/bin/bash
# @dwayneparton/geojson-to-gpx: one feature without a place, and nothing is converted; the author's mail address is written as GPX has none.
#
# Versions: @dwayneparton/geojson-to-gpx 0.2.0, with @xmldom/xmldom 0.8.10 for the document (npm), Node.js.
# Expected: RFC 7946, section 3.2: the geometry of a feature is "in the case that the Feature is unlocated, a JSON null value"; section 3.1.8: a
#   GeometryCollection has geometries of all kinds. GPX 1.1, emailType: an empty element with the attributes id and domain.
# Seen: a collection with one place and one feature with geometry null ends in "Cannot read properties of null (reading 'type')". A GeometryCollection with a
#   point gives no waypoint, without an error. <email>jo@example.com</email> is written instead of <email id="jo" domain="example.com"/>.
# Why it matters: entries that are not on the map yet are usual in exports; all tracks of the file are lost with them. Garmin's tools validate the file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @dwayneparton/geojson-to-gpx@0.2.0 @xmldom/xmldom@0.8.10 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { DOMImplementation, XMLSerializer } = require("@xmldom/xmldom");
const module = require("@dwayneparton/geojson-to-gpx");
const convert = module.default ?? module;

const place = { type: "Feature", properties: { name: "Here" }, geometry: { type: "Point", coordinates: [8, 47] } };
const tell = (name, features, options) => {
  try {
    const text = new XMLSerializer().serializeToString(convert({ type: "FeatureCollection", features }, options, new DOMImplementation()));
    console.log(`${name}: ${(text.match(/<wpt/g) ?? []).length} waypoints ${/<email.*<\/email>|<email[^>]*\/>/.exec(text)?.[0] ?? ""}`.trim());
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
};
tell("a place", [place]);
tell("a place and one without", [place, { type: "Feature", properties: { name: "Somewhere" }, geometry: null }]);
tell("a collection of geometries", [{ ...place, geometry: { type: "GeometryCollection", geometries: [place.geometry] } }]);
tell("with an author", [place], { metadata: { author: { name: "Jo Doe", email: "jo@example.com" } } });
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
a place: 1 waypoints
a place and one without: Cannot read properties of null (reading 'type')
a collection of geometries: 0 waypoints
with an author: 1 waypoints <email>jo@example.com</email>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
