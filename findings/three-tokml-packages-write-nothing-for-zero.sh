#!/bin/bash
# @fulcrumapp/tokml, @jlandrum/tokml and @maphubs/tokml: a property that is 0 or false is an empty one in KML.
#
# Versions: @fulcrumapp/tokml 0.7.1, @jlandrum/tokml 0.6.1-ts2, @maphubs/tokml 0.6.1, and to compare with @placemarkio/tokml 0.3.9 (npm), Node.js.
# Expected: RFC 7946, section 3.2: properties are any JSON object; KML 2.2, section 9.3, Data/value: the value as text. Their documentation: "convert
#   geojson to kml"; properties become ExtendedData.
# Seen: { depth: 0, open: false } becomes <value></value> twice, as for an empty text; { depth: 1, open: true } is right. @placemarkio/tokml writes 0
#   and false.
# Why it matters: a gauge at zero, a floor 0 and a gate that is closed cannot be told from what was not measured; when the file is read again the
#   fields are texts or missing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @fulcrumapp/tokml@0.7.1 @jlandrum/tokml@0.6.1-ts2 @maphubs/tokml@0.6.1 @placemarkio/tokml@0.3.9 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { toKML } from "@placemarkio/tokml";
const require = createRequire(import.meta.url);

const geojson = {
  type: "FeatureCollection",
  features: [{ depth: 0, open: false, note: "" }, { depth: 1, open: true, note: "x" }].map((properties) => (
    { type: "Feature", properties, geometry: { type: "Point", coordinates: [8, 47] } })),
};
const load = (name) => {
  const module = require(name);
  return module.default ?? module;
};
for (const [name, convert] of [["@fulcrumapp/tokml", load("@fulcrumapp/tokml")], ["@jlandrum/tokml", load("@jlandrum/tokml")],
  ["@maphubs/tokml", load("@maphubs/tokml")], ["@placemarkio/tokml", toKML]]) {
  const data = [...convert(geojson).matchAll(/<Data name="(\w+)">\s*<value>(.*?)<\/value>/g)];
  console.log(`${name}: ${data.map(([, key, value]) => `${key}="${value}"`).join(" ")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
@fulcrumapp/tokml: depth="" open="" note="" depth="1" open="true" note="x"
@jlandrum/tokml: depth="" open="" note="" depth="1" open="true" note="x"
@maphubs/tokml: depth="" open="" note="" depth="1" open="true" note="x"
@placemarkio/tokml: depth="0" open="false" note="" depth="1" open="true" note="x"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
